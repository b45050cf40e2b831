/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bags of a PKCS#12 file, taken in. Nothing is decrypted here, and no certificate parsed. */
#include "base/text.h"
#include "codec/pkcs12-parts.h"
#include "pki/cert.h"
#include "pki/der.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 16, COUNT_MAX = 1 << 30, LABELS_CHUNK = 64 * 1024 };

static const unsigned char empty[] = { DER_SEQUENCE, 0 };

/* Bytes that are walked, and the blob that they lie in, with a reference. */
struct source {
	struct span rest;
	struct blob *home;
};

/* A bag and where it lies. home has a reference. */
struct bag_at {
	struct p12_bag bag;
	struct p12_attrs attrs;
	struct blob *home;
	bool hidden;
};

enum rc
p12_room(void **array, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? *room + *room / 2 : ROOM_FIRST;
	void *bigger;

	if (count < *room)
		return RC_OK;
	bigger = count < COUNT_MAX ? reallocarray(*array, more, size) : NULL;
	if (!bigger)
		return RC_NO_MEMORY;
	*array = bigger;
	*room = more;
	return RC_OK;
}

static enum rc
damaged(struct p12_loader *l, const char *what)
{
	return err_set(l->err, RC_DAMAGED, "%s", what);
}

/* A chunk is never filled beyond its room, so what lies in it never moves. */
static enum rc
label_room(struct p12_loader *l, size_t need)
{
	const struct buf *chunk = l->labels ? blob_buf(l->labels) : NULL;
	struct buf fresh = BUF_INIT;

	if (chunk && chunk->room - chunk->size > need)
		return RC_OK;
	buf_reserve(&fresh, need > LABELS_CHUNK ? need : LABELS_CHUNK);
	blob_unref(&l->labels);
	return blob_new(&l->labels, &fresh);
}

/* The friendlyName as UTF-8, or empty. *exact: our writer would write it just so. */
static enum rc
take_label(struct p12_loader *l, struct piece *label, const struct p12_attrs *a, bool *exact)
{
	struct buf *chunk;
	size_t start;
	enum rc rc;

	*label = (struct piece){ SPAN_NONE, NULL };
	*exact = false;
	if (!a->name.size)
		return RC_OK;
	/* Two bytes of BMPString or one of Latin-1 give at most three of UTF-8. */
	rc = a->name.size < SIZE_MAX / 8 ? label_room(l, a->name.size * 3 + 4) : RC_NO_MEMORY;
	if (rc)
		return rc;
	chunk = blob_buf(l->labels);
	start = chunk->size;
	if (a->name_tag == DER_BMP_STRING)
		*exact = text_from_utf16be(chunk, a->name);
	else
		(void)der_string(chunk, a->name_tag, a->name); /* what is no text is no label */
	/* Some writers end it with a NUL, as if it were C. */
	while (chunk->size > start && chunk->data[chunk->size - 1] == 0) {
		buf_cut(chunk, chunk->size - 1);
		*exact = false;
	}
	*label = piece_of(span_part(buf_span(chunk), start, SIZE_MAX), l->labels);
	return buf_rc(chunk);
}

static enum rc
keep_extra(struct p12_loader *l, const struct bag_at *b)
{
	struct piece whole = { b->bag.whole, b->home };

	return kdb_add_extra(&l->db, &whole, b->hidden, P12_EXTRA_BAG);
}

/* The bytes of a typed value: SEQUENCE { type, [0] { OCTET STRING } }. */
static bool
typed_value(struct span value, enum oid type, struct span *bytes)
{
	struct span inside;
	struct span id;
	struct span in;

	return !der_only(value, DER_SEQUENCE, &in) && !der_take(&in, DER_OID, &id) &&
	       oid_is(id, type) && !der_only(in, DER_CONTEXT_SET(0), &inside) &&
	       !der_only(inside, DER_OCTET_STRING, bytes);
}

static enum rc
note_id(struct p12_loader *l, struct span id)
{
	void *ids = l->ids;
	enum rc rc;

	rc = p12_room(&ids, l->id_count, &l->id_room, sizeof(*l->ids));
	l->ids = ids;
	if (!rc)
		l->ids[l->id_count++] = (struct p12_cert_id){ id, l->cert_count - 1, 0 };
	return rc;
}

/* Whether the bag of a certificate that belongs to no key is just what we would write. */
static bool
as_is(const struct p12_attrs *a, bool exact)
{
	return exact && a->java != a->off && !a->has_local_id && !a->is_default &&
	       !a->has_request && !a->has_meta && !a->other;
}

static enum rc
take_cert(struct p12_loader *l, const struct bag_at *b)
{
	void *certs = l->certs;
	struct span der;
	struct entry *e;
	bool exact;
	enum rc rc;

	if (!typed_value(b->bag.value, OID_X509_CERT, &der) || !cert_probe(der)) {
		l->odd_certs++;
		return keep_extra(l, b);
	}
	rc = p12_room(&certs, l->cert_count, &l->cert_room, sizeof(struct entry *));
	l->certs = certs;
	if (rc)
		return rc;
	e = entry_new(ENTRY_CERT);
	if (!e)
		return RC_NO_MEMORY;
	l->certs[l->cert_count++] = e;
	e->cert = piece_of(der, b->home);
	e->native = piece_of(b->bag.whole, b->home);
	rc = take_label(l, &e->label, &b->attrs, &exact);
	if (!b->attrs.off)
		e->flags |= ENTRY_TRUSTED;
	if (as_is(&b->attrs, exact))
		e->flags |= ENTRY_AS_IS;
	if (b->hidden) {
		e->flags |= ENTRY_HIDDEN;
		l->db.hidden_certs = true;
	}
	if (!rc && b->attrs.local_id.size)
		rc = note_id(l, b->attrs.local_id);
	return rc;
}

static enum rc
take_key(struct p12_loader *l, const struct bag_at *b, struct span key)
{
	void *keys = l->keys;
	struct p12_key *k;
	bool exact;
	enum rc rc;

	rc = p12_room(&keys, l->key_count, &l->key_room, sizeof(*l->keys));
	l->keys = keys;
	if (rc)
		return rc;
	k = &l->keys[l->key_count++];
	*k = (struct p12_key){
		.native = piece_of(b->bag.whole, b->home),
		.key = key,
		.id = b->attrs.local_id,
		.cert = -1,
		.off = b->attrs.off,
		.is_default = b->attrs.is_default,
	};
	return take_label(l, &k->label, &b->attrs, &exact);
}

/* A key in the clear goes into a secret at once. Its bytes here are wiped as soon as the MAC, which
 * is over them, was checked: of the bag only the attributes are needed any more. */
static enum rc
take_open_key(struct p12_loader *l, const struct bag_at *b)
{
	enum rc rc;

	rc = take_key(l, b, SPAN_NONE);
	if (rc)
		return rc;
	l->keys[l->key_count - 1].open = b->bag.value;
	return secret_from(&l->keys[l->key_count - 1].open_key, b->bag.value);
}

void
p12_wipe_open(struct p12_loader *l)
{
	struct p12_key *k;
	struct span all;
	size_t i;

	for (i = 0; i < l->key_count; i++) {
		k = &l->keys[i];
		all = blob_span(k->native.home);
		if (k->open.size && span_holds(all, k->open))
			explicit_bzero(blob_buf(k->native.home)->data + (k->open.data - all.data),
				       k->open.size);
		k->open = SPAN_NONE;
	}
}

static enum rc
take_shrouded(struct p12_loader *l, const struct bag_at *b)
{
	if (!pbe_is_key(b->bag.value))
		return keep_extra(l, b);
	l->db.locked = l->db.locked || !l->pw;
	return take_key(l, b, b->bag.value);
}

/* REQUEST: SEQUENCE { label, request OPTIONAL, for [0] OPTIONAL }. */
static enum rc
read_request(struct request *r, const struct bag_at *b)
{
	struct span in = b->attrs.request;
	struct span label;
	struct span digest;
	struct tlv csr;
	enum rc rc;

	rc = der_take(&in, DER_UTF8_STRING, &label);
	if (!rc && !text_is_utf8(label))
		rc = RC_DAMAGED;
	if (!rc && der_peek(in) == DER_SEQUENCE) {
		rc = der_next(&in, &csr);
		if (!rc)
			r->csr = piece_of(csr.whole, b->home);
	}
	if (!rc && der_optional(&in, DER_CONTEXT(0), &digest)) {
		if (digest.size != sizeof(r->replaces))
			return RC_DAMAGED;
		memcpy(r->replaces, digest.data, digest.size);
		r->renews = true;
	}
	if (!rc)
		r->label = piece_of(label, b->home);
	return rc;
}

static enum rc
take_request(struct p12_loader *l, const struct bag_at *b, struct span key)
{
	void *requests = l->requests;
	struct request *r;
	enum rc rc;

	rc = p12_room(&requests, l->request_count, &l->request_room, sizeof(struct request *));
	l->requests = requests;
	r = rc ? NULL : request_new();
	if (!r)
		return RC_NO_MEMORY;
	l->requests[l->request_count++] = r;
	r->key = piece_of(key, b->home);
	r->key_native = piece_of(b->bag.whole, b->home);
	rc = read_request(r, b);
	return rc == RC_DAMAGED ? damaged(l, "a pending request's attribute is damaged") : rc;
}

static enum rc
take_secret(struct p12_loader *l, const struct bag_at *b)
{
	void *secrets = l->secrets;
	struct span key;
	struct entry *e;
	bool exact;
	enum rc rc;

	if (!typed_value(b->bag.value, OID_BAG_SHROUDED, &key) || !pbe_is_key(key))
		return keep_extra(l, b);
	l->db.locked = l->db.locked || !l->pw;
	if (b->attrs.has_request)
		return take_request(l, b, key);
	rc = p12_room(&secrets, l->secret_count, &l->secret_room, sizeof(struct entry *));
	l->secrets = secrets;
	e = rc ? NULL : entry_new(ENTRY_SECRET);
	if (!e)
		return RC_NO_MEMORY;
	l->secrets[l->secret_count++] = e;
	if (!b->attrs.off)
		e->flags |= ENTRY_TRUSTED;
	e->key = piece_of(key, b->home);
	e->key_native = piece_of(b->bag.whole, b->home);
	return take_label(l, &e->label, &b->attrs, &exact);
}

static enum rc
take_meta(struct p12_loader *l, const struct bag_at *b)
{
	enum rc rc;

	l->meta_seen = true;
	rc = p12_meta_read(&l->db, b->attrs.meta, b->home);
	return rc == RC_DAMAGED ? damaged(l, "the database's metadata are damaged") : rc;
}

static enum rc
take_bag(struct p12_loader *l, const struct bag_at *b)
{
	if (oid_is(b->bag.id, OID_BAG_CERT))
		return take_cert(l, b);
	switch (oid_find(b->bag.id)) {
	case OID_BAG_KEY:
		return take_open_key(l, b);
	case OID_BAG_SHROUDED:
		return take_shrouded(l, b);
	case OID_BAG_SECRET:
		return take_secret(l, b);
	default:
		return keep_extra(l, b);
	}
}

/* Makes DER of the BER element at the front of *from, in a blob of its own. */
static enum rc
from_ber(struct source *from, struct span *whole, struct blob **home)
{
	struct buf der = BUF_INIT;
	size_t used = 0;
	enum rc rc;

	*home = NULL;
	rc = der_from_ber(&der, from->rest, &used);
	if (rc)
		buf_release(&der);
	else
		rc = blob_new(home, &der);
	if (rc)
		return rc;
	*whole = blob_span(*home);
	from->rest = span_part(from->rest, used, SIZE_MAX);
	return RC_OK;
}

/* The bag behind this one is mostly as long, and what is read of it stands at its ends. */
static void
fetch_next(struct span rest, size_t size)
{
	enum { END = 256 };

	span_soon(span_part(rest, 0, END));
	if (size > END)
		span_soon(span_part(rest, size - END, END));
}

/* The next bag, DER or BER. */
static enum rc
next_bag(struct source *from, struct bag_at *b)
{
	struct source again = *from;
	struct tlv tlv;
	enum rc rc;

	rc = der_next(&from->rest, &tlv);
	if (!rc) {
		fetch_next(from->rest, tlv.whole.size);
		rc = p12_bag_read(&b->bag, &b->attrs, tlv.whole);
	}
	b->home = blob_ref(from->home);
	if (rc == RC_DAMAGED) {
		blob_unref(&b->home);
		rc = from_ber(&again, &tlv.whole, &b->home);
		if (!rc)
			rc = p12_bag_read(&b->bag, &b->attrs, tlv.whole);
		from->rest = again.rest;
	}
	return rc;
}

/* Opens a SafeContents for walking. */
static enum rc
open_safe(struct source *to, struct span bytes, struct blob *home)
{
	struct source in = { bytes, NULL };
	struct span whole;
	enum rc rc;

	to->home = NULL;
	if (!der_only(bytes, DER_SEQUENCE, &to->rest)) {
		to->home = blob_ref(home);
		return RC_OK;
	}
	rc = from_ber(&in, &whole, &to->home);
	if (!rc)
		rc = der_only(whole, DER_SEQUENCE, &to->rest);
	if (!rc && in.rest.size)
		rc = RC_DAMAGED;
	return rc;
}

/* The attributes of a bag that held others, which now stand for themselves. */
static enum rc
keep_attributes(struct p12_loader *l, const struct bag_at *b)
{
	const struct p12_says says = { .native = b->bag.whole };
	struct buf bag = BUF_INIT;
	struct piece piece;
	enum rc rc;

	if (span_equal(b->bag.value, SPAN_OF(empty, sizeof(empty))))
		return keep_extra(l, b);
	rc = p12_put_bag(&bag, OID_BAG_SAFE, SPAN_OF(empty, sizeof(empty)), &says);
	if (rc) {
		buf_release(&bag);
		return rc;
	}
	rc = piece_take(&piece, &bag);
	if (!rc)
		rc = kdb_add_extra(&l->db, &piece, b->hidden, P12_EXTRA_BAG);
	piece_release(&piece);
	return rc;
}

/* The way down into nested SafeContents. */
struct descent {
	struct source levels[P12_NEST_MAX];
	size_t depth;
};

static enum rc
too_nested(struct err *err)
{
	(void)err_set(err, RC_LIMIT, "SafeContents are nested over %d deep, which is the limit",
		      P12_NEST_MAX);
	(void)err_hint(err, "a kyman that is built with CPPFLAGS=-DKYMAN_SAFES_MAX=N takes N");
	return RC_LIMIT;
}

/* A SafeContents within one: metadata, or bags that are read like the others. */
static enum rc
take_safe(struct p12_loader *l, struct descent *d, const struct bag_at *b)
{
	enum rc rc = RC_OK;

	if (b->attrs.has_meta)
		return take_meta(l, b);
	if (d->depth == P12_NEST_MAX)
		return too_nested(l->err);
	if (b->bag.attrs.size)
		rc = keep_attributes(l, b);
	if (!rc)
		rc = open_safe(&d->levels[d->depth], b->bag.value, b->home);
	d->depth++;
	return rc;
}

static enum rc
step(struct p12_loader *l, struct descent *d, bool hidden)
{
	struct source *top = &d->levels[d->depth - 1];
	struct bag_at b = { .hidden = hidden };
	enum rc rc;

	if (!top->rest.size) {
		blob_unref(&top->home);
		d->depth--;
		return RC_OK;
	}
	rc = next_bag(top, &b);
	if (!rc && oid_is(b.bag.id, OID_BAG_SAFE))
		rc = take_safe(l, d, &b);
	else if (!rc)
		rc = take_bag(l, &b);
	blob_unref(&b.home);
	return rc;
}

enum rc
p12_read_safe(struct p12_loader *l, struct span bytes, struct blob *home, bool hidden)
{
	struct descent d = { .depth = 0 };
	enum rc rc;

	rc = open_safe(&d.levels[d.depth++], bytes, home);
	while (!rc && d.depth)
		rc = step(l, &d, hidden);
	while (d.depth)
		blob_unref(&d.levels[--d.depth].home);
	if (rc == RC_DAMAGED && l->err && l->err->rc != rc)
		return damaged(l, "a SafeContents is damaged");
	if (rc == RC_LIMIT && l->err && l->err->rc != rc)
		return der_too_deep(l->err);
	return rc;
}
