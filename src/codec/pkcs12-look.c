/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the beginning of a PKCS#12 file and its length tell: lengths within lengths, down to the
 * first SafeBag. */
#include "codec/pkcs12-parts.h"
#include "pki/der.h"

enum { HEAD_ROOM = 32 /* bytes for an identifier and a length, however they are written */ };

/* Where the walk is. */
struct walk {
	struct span in;  /* the bytes from here on that have been read */
	uint64_t left;   /* of the element that it is in, read or not */
	bool indefinite; /* it says no length: two zero octets end it (BER) */
};

/* One element further: into it, or past it. */
struct step {
	unsigned tag;
	bool past;
	bool may_end; /* nothing need be there */
	bool is_type; /* the type of a ContentInfo */
};

static const struct step frame[] = {
	{ .tag = DER_SEQUENCE },       { .tag = DER_INTEGER, .past = true },
	{ .tag = DER_SEQUENCE },       { .tag = DER_OID, .past = true, .is_type = true },
	{ .tag = DER_CONTEXT_SET(0) }, { .tag = DER_OCTET_STRING },
};

static const struct step part[] = {
	{ .tag = DER_SEQUENCE, .may_end = true },
	{ .tag = DER_SEQUENCE, .may_end = true },
	{ .tag = DER_OID, .past = true, .is_type = true },
};

static const struct step bags[] = {
	{ .tag = DER_CONTEXT_SET(0) },
	{ .tag = DER_OCTET_STRING },
	{ .tag = DER_SEQUENCE, .may_end = true },
	{ .tag = DER_SEQUENCE, .may_end = true },
	{ .tag = DER_OID, .past = true },
};

static const struct step encrypted[] = {
	{ .tag = DER_CONTEXT_SET(0) },        { .tag = DER_SEQUENCE },
	{ .tag = DER_INTEGER, .past = true }, { .tag = DER_SEQUENCE },
	{ .tag = DER_OID, .past = true },     { .tag = DER_SEQUENCE },
	{ .tag = DER_OID, .past = true },
};

/* RC_NOT_FOUND: nothing can be told from here on. *value is what was stepped past. */
static enum rc
take_step(struct walk *w, const struct step *step, struct span *value)
{
	struct der_head head;

	/* Strings in pieces (BER) are for those who read it all. */
	if ((!w->left && step->may_end) || w->in.size < HEAD_ROOM ||
	    (step->tag == DER_OCTET_STRING && w->in.data[0] == (DER_OCTET_STRING | 0x20)))
		return RC_NOT_FOUND;
	if (step->may_end && w->indefinite && w->in.data[0] == 0 && w->in.data[1] == 0)
		return RC_NOT_FOUND;
	if (w->in.data[0] != step->tag || !der_read_head(w->in, &head) || head.size > w->left ||
	    head.length > w->left - head.size)
		return RC_DAMAGED;
	w->in = span_part(w->in, head.size, SIZE_MAX);
	w->left -= head.size;
	if (!step->past) {
		w->indefinite = head.indefinite;
		w->left = head.indefinite ? w->left : head.length;
		return RC_OK;
	}
	if (head.length > w->in.size)
		return RC_NOT_FOUND;
	*value = span_part(w->in, 0, head.length);
	w->in = span_part(w->in, head.length, SIZE_MAX);
	w->left -= head.length;
	return RC_OK;
}

/* *type: that of the ContentInfo among the steps. */
static enum rc
take_steps(struct walk *w, const struct step *steps, size_t count, struct span *type)
{
	struct span value = SPAN_NONE;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < count && !rc; i++) {
		rc = take_step(w, &steps[i], &value);
		if (!rc && steps[i].is_type)
			*type = value;
	}
	return rc;
}

/* The first part of the AuthenticatedSafe. */
static enum rc
look_at_part(struct walk *w)
{
	struct span type = SPAN_NONE;
	enum rc rc = take_steps(w, part, ARRAY_SIZE(part), &type);

	if (!rc && oid_is(type, OID_DATA))
		rc = take_steps(w, bags, ARRAY_SIZE(bags), &type);
	else if (!rc && oid_is(type, OID_ENCRYPTED_DATA))
		rc = take_steps(w, encrypted, ARRAY_SIZE(encrypted), &type);
	return rc;
}

enum rc
p12_check_length(struct span head, uint64_t size, struct err *err)
{
	uint64_t announced = der_peek(head) == DER_SEQUENCE ? der_announced(head) : 0;

	if (!size)
		return err_set(err, RC_DAMAGED, "it is empty");
	if (announced > size) {
		return err_set(err, RC_DAMAGED,
			       "the file ends at byte %llu, its header announces %llu",
			       (unsigned long long)size, (unsigned long long)announced);
	}
	if (announced && announced < size) {
		return err_set(err, RC_DAMAGED, "%llu bytes stand behind the end of the PFX",
			       (unsigned long long)(size - announced));
	}
	return RC_OK;
}

enum rc
p12_check_frame(uint64_t version, struct span type, struct err *err)
{
	if (version != P12_VERSION)
		return err_set(err, RC_UNSUPPORTED, "its PFX has version %llu, not %d",
			       (unsigned long long)version, P12_VERSION);
	if (!oid_is(type, OID_DATA))
		return err_set(err, RC_UNSUPPORTED,
			       "its integrity is by public key, which no reader supports");
	return RC_OK;
}

enum rc
p12_look(const struct codec_head *head, struct pw *pw, struct err *err)
{
	struct walk w = { .in = head->bytes, .left = head->size };
	struct span type = oid_octets(OID_DATA);
	uint64_t version = P12_VERSION;
	struct span in = head->bytes;
	struct der_head outer;
	enum rc rc = p12_check_length(head->bytes, head->size, err);

	(void)pw; /* what it opens stands at the end */
	if (rc)
		return rc;
	if (der_read_head(in, &outer)) {
		in = span_part(in, outer.size, SIZE_MAX);
		if (der_take_number(&in, &version))
			version = P12_VERSION; /* the steps say what is wrong */
	}
	rc = take_steps(&w, frame, ARRAY_SIZE(frame), &type);
	if (p12_check_frame(version, type, err))
		return RC_UNSUPPORTED;
	if (rc == RC_DAMAGED)
		return err_set(err, rc, "its outer structure is no PFX");
	if (!rc)
		rc = look_at_part(&w);
	return rc == RC_DAMAGED ? err_set(err, rc, "its AuthenticatedSafe is damaged") : RC_OK;
}
