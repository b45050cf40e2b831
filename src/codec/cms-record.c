/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slots and the records in them, taken apart and put together. */
#include "base/rd.h"
#include "base/text.h"
#include "codec/cms-parts.h"
#include "pki/cert.h"
#include "pki/der.h"
#include "pki/digest.h"

#include <string.h>

enum { FLAG_TRUSTED = 0x80, FLAG_DEFAULT = 0x40, BYTE_BITS = 8 };

/* Without the zeros at its end. */
static size_t
trimmed(struct span s)
{
	while (s.size && !s.data[s.size - 1])
		s.size--;
	return s.size;
}

/* Lookup values, as many as there are: a length of 20 and the value. */
static void
read_lookups(struct cms_slot *s, struct rd *rd)
{
	struct rd next = *rd;
	size_t start = rd_where(rd);

	while (rd_be32(&next) == CMS_LOOKUP_SIZE) {
		(void)rd_take(&next, CMS_LOOKUP_SIZE);
		if (rd_bad(&next))
			break;
		*rd = next;
	}
	s->lookups = span_part(s->whole, start, rd_where(rd) - start);
}

enum rc
cms_slot_read(struct cms_slot *s, struct span whole)
{
	struct rd rd = rd_of(whole);

	*s = (struct cms_slot){ .whole = whole };
	s->type = rd_be32(&rd);
	s->number = rd_be32(&rd);
	s->record = rd_take(&rd, rd_be32(&rd));
	s->label = rd_take(&rd, rd_be32(&rd));
	s->issuer = rd_be32(&rd);
	if (rd_bad(&rd))
		return RC_DAMAGED;
	read_lookups(s, &rd);
	s->rest = span_part(whole, rd_where(&rd), SIZE_MAX);
	return RC_OK;
}

struct span
cms_rest(const struct cms_slot *s)
{
	return SPAN_OF(s->rest.data, trimmed(s->rest));
}

/* SEQUENCE { first, EncryptedPrivateKeyInfo }, or the two without it. */
static bool
read_pair(struct cms_record *r, struct span in)
{
	struct span inside;
	struct tlv first;
	struct tlv key;

	if (!der_only(in, DER_SEQUENCE, &inside))
		in = inside;
	if (der_next(&in, &first) || der_next(&in, &key) || in.size || first.tag != DER_SEQUENCE ||
	    !pbe_is_key(key.whole))
		return false;
	r->cert = first.whole;
	r->key = key.whole;
	return true;
}

static bool
is_cert(struct span der)
{
	struct span inside;

	return !der_only(der, DER_SEQUENCE, &inside) && cert_probe(der);
}

static bool
read_content(struct cms_record *r, const struct tlv *content)
{
	switch (content->tag) {
	case DER_CONTEXT_SET(CMS_CERT):
		r->what = CMS_CERT;
		r->cert = content->value;
		return is_cert(r->cert);
	case DER_CONTEXT_SET(CMS_KEY):
		r->what = CMS_KEY;
		return read_pair(r, content->value) && is_cert(r->cert);
	case DER_CONTEXT_SET(CMS_REQUEST):
		r->what = CMS_REQUEST;
		return read_pair(r, content->value);
	case DER_CONTEXT_SET(CMS_SECRET):
		r->what = CMS_SECRET;
		r->key = content->value;
		return pbe_is_key(r->key);
	default:
		return false;
	}
}

enum rc
cms_record_read(struct cms_record *r, struct span der)
{
	struct tlv content;
	struct tlv label;
	struct tlv flags;
	struct tlv id;
	struct span bytes;
	unsigned unused;
	struct span in;

	*r = (struct cms_record){ .what = CMS_CERT };
	if (der_only(der, DER_SEQUENCE, &in) || der_next(&in, &id) || der_next(&in, &content) ||
	    der_next(&in, &label) || der_next(&in, &flags))
		return RC_UNSUPPORTED;
	if ((label.tag & DER_LONG_TAG) == DER_LONG_TAG)
		return RC_UNSUPPORTED;
	if (id.tag != DER_INTEGER || flags.tag != DER_BIT_STRING ||
	    der_bits(flags.value, &bytes, &unused) || bytes.size > CMS_FLAGS_MAX)
		return RC_UNSUPPORTED;
	if (bytes.size)
		memcpy(r->flags, bytes.data, bytes.size);
	r->id = id.whole;
	r->label_tag = label.tag;
	r->label = label.value;
	r->rest = in;
	return read_content(r, &content) ? RC_OK : RC_UNSUPPORTED;
}

bool
cms_is_trusted(const struct cms_record *r)
{
	return r->flags[0] & FLAG_TRUSTED;
}

bool
cms_is_default(const struct cms_record *r)
{
	return r->flags[0] & FLAG_DEFAULT;
}

void
cms_set_flags(struct cms_record *r, bool trusted, bool is_default)
{
	unsigned first = r->flags[0] & ~(unsigned)(FLAG_TRUSTED | FLAG_DEFAULT);

	first |= trusted ? FLAG_TRUSTED : 0U;
	first |= is_default ? FLAG_DEFAULT : 0U;
	r->flags[0] = (unsigned char)first;
}

enum rc
cms_label(struct piece *label, const struct cms_slot *s, const struct cms_record *r,
	  struct blob *home)
{
	struct span text = SPAN_OF(s->label.data, trimmed(s->label));
	struct buf made = BUF_INIT;

	if (!text.size)
		text = SPAN_OF(r->label.data, trimmed(r->label));
	*label = piece_of(text, home);
	if (text_is_utf8(text))
		return RC_OK;
	/* None was seen; Latin-1 loses nothing. */
	piece_release(label);
	for (size_t i = 0; i < text.size; i++)
		text_put(&made, text.data[i]);
	return piece_take(label, &made);
}

/* The signature as a whole BIT STRING: the last element of a Certificate. */
static enum rc
signature_of(struct span *whole, struct span cert)
{
	struct tlv tlv = { .tag = 0 };
	struct span in;
	enum rc rc = der_only(cert, DER_SEQUENCE, &in);

	while (!rc && in.size)
		rc = der_next(&in, &tlv);
	*whole = tlv.whole;
	return rc;
}

enum rc
cms_lookups(unsigned char *out, struct span cert)
{
	struct buf number = BUF_INIT;
	unsigned char digest[DIGEST_MAX];
	struct span of[CMS_LOOKUPS];
	struct cert c;
	enum rc rc = cert_parse(&c, cert, NULL);

	if (!rc)
		rc = signature_of(&of[0], cert);
	if (rc)
		return rc;
	buf_put(&number, c.issuer);
	der_put(&number, DER_INTEGER, c.serial);
	der_wrap(&number, 0, DER_SEQUENCE);
	rc = buf_rc(&number);
	of[1] = c.tbs;
	of[2] = c.subject;
	of[3] = c.spki;
	of[4] = buf_span(&number);
	for (size_t i = 0; i < CMS_LOOKUPS && !rc; i++) {
		rc = digest_of(HASH_SHA1, of[i], digest);
		if (!rc)
			memcpy(out + i * CMS_LOOKUP_SIZE, digest, CMS_LOOKUP_SIZE);
	}
	buf_release(&number);
	return rc;
}

static void
put_be32(struct buf *out, uint64_t number)
{
	for (int shift = 24; shift >= 0; shift -= BYTE_BITS)
		buf_put_byte(out, (unsigned)(number >> shift) & 0xff);
}

/* A BIT STRING with named bits: without the zeros at its end (X.690 section 11.2.2). */
static void
put_flags(struct buf *out, const unsigned char *flags)
{
	size_t size = trimmed(SPAN_OF(flags, CMS_FLAGS_MAX));
	unsigned char value[1 + CMS_FLAGS_MAX] = { 0 };

	if (size) {
		while (!(flags[size - 1] >> value[0] & 1))
			value[0]++;
		memcpy(value + 1, flags, size);
	}
	der_put(out, DER_BIT_STRING, SPAN_OF(value, 1 + size));
}

static void
put_record(struct buf *out, const struct cms_record *r)
{
	size_t start = out->size;
	size_t content;

	buf_put(out, r->id);
	content = out->size;
	buf_put(out, r->cert);
	buf_put(out, r->key);
	if (r->what == CMS_KEY || r->what == CMS_REQUEST)
		der_wrap(out, content, DER_SEQUENCE);
	der_wrap(out, content, DER_CONTEXT_SET(r->what));
	der_put(out, r->label_tag, r->label);
	put_flags(out, r->flags);
	buf_put(out, r->rest);
	der_wrap(out, start, DER_SEQUENCE);
}

static enum rc
put_lookups(struct buf *out, const struct cms_slot *s, const struct cms_record *r)
{
	unsigned char values[CMS_LOOKUPS * CMS_LOOKUP_SIZE];
	enum rc rc;

	if (r->what != CMS_CERT && r->what != CMS_KEY) {
		buf_put(out, s->lookups);
		return RC_OK;
	}
	rc = cms_lookups(values, r->cert);
	/* A certificate that cannot be read keeps what it had. */
	if (rc == RC_DAMAGED && s->lookups.size) {
		buf_put(out, s->lookups);
		return RC_OK;
	}
	for (size_t i = 0; i < CMS_LOOKUPS && !rc; i++) {
		put_be32(out, CMS_LOOKUP_SIZE);
		buf_put(out, SPAN_OF(values + i * CMS_LOOKUP_SIZE, CMS_LOOKUP_SIZE));
	}
	return rc;
}

enum rc
cms_put_slot(struct buf *out, const struct cms_slot *s, const struct cms_record *r,
	     size_t slot_size, size_t *need)
{
	struct buf der = BUF_INIT;
	size_t start = out->size;
	unsigned char *zeros;
	enum rc rc;

	put_record(&der, r);
	put_be32(out, s->type);
	put_be32(out, s->number);
	put_be32(out, der.size);
	buf_put(out, buf_span(&der));
	put_be32(out, s->label.size);
	buf_put(out, s->label);
	put_be32(out, s->issuer);
	rc = buf_rc(&der);
	if (!rc)
		rc = put_lookups(out, s, r);
	buf_put(out, cms_rest(s));
	buf_release(&der);
	if (!rc)
		rc = buf_rc(out);
	if (rc)
		return rc;
	*need = out->size - start;
	if (*need > slot_size)
		return RC_LIMIT;
	zeros = buf_extend(out, slot_size - *need);
	if (zeros)
		memset(zeros, 0, slot_size - *need);
	return buf_rc(out);
}
