/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SafeBags and their attributes (RFC 7292 section 4.2), read and written. */
#include "base/text.h"
#include "codec/pkcs12-parts.h"
#include "codec/pkcs12.h"
#include "pki/der.h"

#include <string.h>

/* SET { anyExtendedKeyUsage }: the value of Java's attribute. */
static const unsigned char java_value[] = { 0x06, 0x04, 0x55, 0x1d, 0x25, 0x00 };

/* The next attribute: its type and the contents of its SET. */
static enum rc
attr_next(struct span *attrs, struct tlv *whole, struct span *type, struct span *values)
{
	struct span inside;
	enum rc rc;

	rc = der_next(attrs, whole);
	if (rc)
		return rc;
	inside = whole->value;
	if (whole->tag != DER_SEQUENCE)
		return RC_DAMAGED;
	rc = der_take(&inside, DER_OID, type);
	if (!rc)
		rc = der_only(inside, DER_SET, values);
	return rc;
}

static void
read_name(struct p12_attrs *a, struct span values)
{
	struct tlv tlv;

	if (a->name_tag || der_next(&values, &tlv) || values.size) {
		a->other = true;
		return;
	}
	a->name_tag = tlv.tag;
	a->name = tlv.value;
}

static void
read_id(struct p12_attrs *a, struct span values)
{
	if (a->has_local_id || der_only(values, DER_OCTET_STRING, &a->local_id)) {
		a->other = true;
		return;
	}
	a->has_local_id = true;
}

static void
read_flag(struct p12_attrs *a, bool *flag, struct span values)
{
	struct span value;
	bool on = false;

	if (*flag || der_only(values, DER_BOOLEAN, &value) || der_boolean(value, &on) || !on)
		a->other = true;
	*flag = *flag || on;
}

static void
read_sequence(struct p12_attrs *a, bool *there, struct span *out, struct span values)
{
	if (*there || der_only(values, DER_SEQUENCE, out)) {
		a->other = true;
		return;
	}
	*there = true;
}

static void
read_java(struct p12_attrs *a, struct span values)
{
	if (a->java || !span_equal(values, SPAN_OF(java_value, sizeof(java_value))))
		a->other = true;
	else
		a->java = true;
}

/* As oid_find; the two that nearly all bags have are asked for first. */
static enum oid
attr_id(struct span type)
{
	if (oid_is(type, OID_FRIENDLY_NAME))
		return OID_FRIENDLY_NAME;
	return oid_is(type, OID_JAVA_TRUSTED) ? OID_JAVA_TRUSTED : oid_find(type);
}

/* Takes in what is understood; false when the attribute is not. */
static bool
read_known(struct p12_attrs *a, enum oid id, struct span values)
{
	switch (id) {
	case OID_FRIENDLY_NAME:
		read_name(a, values);
		return true;
	case OID_LOCAL_KEY_ID:
		read_id(a, values);
		return true;
	case OID_JAVA_TRUSTED:
		read_java(a, values);
		return true;
	case OID_KM_DEFAULT:
		read_flag(a, &a->is_default, values);
		return true;
	case OID_KM_OFF:
		read_flag(a, &a->off, values);
		return true;
	case OID_KM_REQUEST:
		read_sequence(a, &a->has_request, &a->request, values);
		return true;
	case OID_KM_META:
		read_sequence(a, &a->has_meta, &a->meta, values);
		return true;
	default:
		return false;
	}
}

enum rc
p12_bag_read(struct p12_bag *bag, struct p12_attrs *a, struct span whole)
{
	struct span values;
	struct span attrs;
	struct span type;
	struct span in;
	struct tlv tlv;
	enum rc rc;

	*bag = (struct p12_bag){ .whole = whole };
	*a = (struct p12_attrs){ .name_tag = 0 };
	rc = der_only(whole, DER_SEQUENCE, &in);
	if (!rc)
		rc = der_take(&in, DER_OID, &bag->id);
	if (!rc)
		rc = der_take(&in, DER_CONTEXT_SET(0), &bag->value);
	if (!rc && in.size)
		rc = der_only(in, DER_SET, &bag->attrs);
	attrs = bag->attrs;
	while (!rc && attrs.size) {
		rc = attr_next(&attrs, &tlv, &type, &values);
		if (!rc)
			(void)read_known(a, attr_id(type), values); /* others stay in the bag */
	}
	return rc;
}

bool
pkcs12_has_java(const struct entry *e)
{
	struct p12_attrs a;
	struct p12_bag bag;

	/* Any value will do for Java. */
	return e->native.span.size && !p12_bag_read(&bag, &a, e->native.span) &&
	       (a.java || a.other);
}

enum rc
p12_key_id(unsigned char *id, struct span bytes)
{
	unsigned char digest[DIGEST_MAX];
	enum rc rc;

	rc = digest_of(HASH_SHA1, bytes, digest);
	if (!rc)
		memcpy(id, digest, P12_KEY_ID_SIZE);
	return rc;
}

/* An attribute that is being appended: where it began, and its value. */
struct attr {
	size_t start;
	size_t value;
};

static struct attr
attr_begin(struct buf *out, enum oid id)
{
	struct attr a = { .start = out->size };

	der_put(out, DER_OID, oid_octets(id));
	a.value = out->size;
	return a;
}

static void
attr_end(struct buf *out, struct attr a)
{
	der_wrap(out, a.value, DER_SET);
	der_wrap(out, a.start, DER_SEQUENCE);
}

static void
put_name(struct buf *out, struct span label)
{
	struct attr a = attr_begin(out, OID_FRIENDLY_NAME);

	/* What was no text in the file it came from is written with U+FFFD. */
	(void)text_to_utf16be(out, label);
	der_wrap(out, a.value, DER_BMP_STRING);
	attr_end(out, a);
}

static void
put_value(struct buf *out, enum oid id, unsigned tag, struct span value)
{
	struct attr a = attr_begin(out, id);

	der_put(out, tag, value);
	attr_end(out, a);
}

static void
put_java(struct buf *out)
{
	struct attr a = attr_begin(out, OID_JAVA_TRUSTED);

	buf_put(out, SPAN_OF(java_value, sizeof(java_value)));
	attr_end(out, a);
}

static void
put_true(struct buf *out, enum oid id)
{
	static const unsigned char yes = 0xff;

	put_value(out, id, DER_BOOLEAN, SPAN_OF(&yes, 1));
}

static void
put_request(struct buf *out, const struct request *r)
{
	struct attr a = attr_begin(out, OID_KM_REQUEST);

	der_put(out, DER_UTF8_STRING, r->label.span);
	buf_put(out, r->csr.span);
	if (r->renews)
		der_put(out, DER_CONTEXT(0), SPAN_OF(r->replaces, sizeof(r->replaces)));
	der_wrap(out, a.value, DER_SEQUENCE);
	attr_end(out, a);
}

size_t
p12_put_others(struct buf *out, struct span native)
{
	struct p12_attrs ignored;
	struct p12_bag bag;
	struct span values;
	struct span attrs;
	struct span type;
	struct tlv tlv;
	size_t count = 0;

	if (!native.size || p12_bag_read(&bag, &ignored, native))
		return 0;
	ignored = (struct p12_attrs){ .name_tag = 0 };
	attrs = bag.attrs;
	while (attrs.size && !attr_next(&attrs, &tlv, &type, &values)) {
		if (read_known(&ignored, attr_id(type), values))
			continue;
		count++;
		if (out)
			buf_put(out, tlv.whole);
	}
	return count;
}

enum rc
p12_put_attrs(struct buf *out, const struct p12_says *says)
{
	size_t start = out->size;
	enum rc rc = RC_OK;

	if (says->label.size)
		put_name(out, says->label);
	if (says->key_id)
		put_value(out, OID_LOCAL_KEY_ID, DER_OCTET_STRING,
			  SPAN_OF(says->key_id, P12_KEY_ID_SIZE));
	if (says->java)
		put_java(out);
	if (says->off)
		put_true(out, OID_KM_OFF);
	if (says->is_default)
		put_true(out, OID_KM_DEFAULT);
	if (says->request)
		put_request(out, says->request);
	(void)p12_put_others(out, says->native); /* how many is of no matter */
	if (!out->bad && out->size > start) {
		rc = der_sort_set(out, start);
		der_wrap(out, start, DER_SET);
	}
	return rc ? rc : buf_rc(out);
}

enum rc
p12_put_bag(struct buf *out, enum oid id, struct span value, const struct p12_says *says)
{
	size_t start = out->size;
	enum rc rc;

	der_put(out, DER_OID, oid_octets(id));
	der_put(out, DER_CONTEXT_SET(0), value);
	rc = p12_put_attrs(out, says);
	der_wrap(out, start, DER_SEQUENCE);
	return rc ? rc : buf_rc(out);
}

/* SEQUENCE { type, [0] { OCTET STRING { bytes } } }: the inside of cert and secret bags. */
static enum rc
put_typed(struct buf *out, enum oid id, enum oid type, struct span bytes,
	  const struct p12_says *says)
{
	struct buf value = BUF_INIT;
	size_t inner;
	enum rc rc;

	der_put(&value, DER_OID, oid_octets(type));
	inner = value.size;
	der_put(&value, DER_OCTET_STRING, bytes);
	der_wrap(&value, inner, DER_CONTEXT_SET(0));
	der_wrap(&value, 0, DER_SEQUENCE);
	rc = buf_rc(&value);
	if (!rc)
		rc = p12_put_bag(out, id, buf_span(&value), says);
	buf_release(&value);
	return rc;
}

enum rc
p12_put_cert(struct buf *out, struct span cert, const struct p12_says *says)
{
	return put_typed(out, OID_BAG_CERT, OID_X509_CERT, cert, says);
}

enum rc
p12_put_secret(struct buf *out, struct span key, const struct p12_says *says)
{
	return put_typed(out, OID_BAG_SECRET, OID_BAG_SHROUDED, key, says);
}

/* [30], behind all fields that may yet come. */
enum { META_COMMENT = 30 };

/* The last field of META. Java knows a PKCS#12 file by its first bytes, and not one whose authSafe
 * has less than 128 bytes, as that of an empty database has without this text. */
static const char meta_comment[] =
    "A key database of kyman. Other programs may read it, and drop this.";

/* What stands before the comment. */
static struct span
without_comment(struct span fields)
{
	struct span at = fields;
	struct tlv field;

	while (at.size && der_peek(at) != DER_CONTEXT(META_COMMENT) && !der_next(&at, &field))
		;
	return span_part(fields, 0, fields.size - at.size);
}

enum rc
p12_meta_read(struct kdb *db, struct span meta, struct blob *home)
{
	struct tlv when = { .tag = DER_GENERALIZED_TIME };
	uint64_t version;
	struct span value;
	enum rc rc;

	rc = der_take_number(&meta, &version);
	if (!rc && der_optional(&meta, DER_CONTEXT(0), &when.value))
		rc = der_time(&when, &db->expires);
	if (!rc && der_optional(&meta, DER_CONTEXT(1), &value))
		rc = der_number(value, &db->record_length);
	if (!rc && der_optional(&meta, DER_CONTEXT(2), &value))
		rc = der_boolean(value, &db->fips);
	piece_release(&db->meta_rest);
	meta = without_comment(meta);
	if (!rc && meta.size)
		db->meta_rest = piece_of(meta, home);
	return rc;
}

/* [0] IMPLICIT GeneralizedTime. */
static void
put_expiry(struct buf *out, int64_t when)
{
	struct text_date d = text_date_of(when);
	struct buf text = BUF_INIT;

	buf_printf(&text, "%04d%02d%02d%02d%02d%02dZ", d.year, d.month, d.day, d.hour, d.minute,
		   d.second);
	der_put(out, DER_CONTEXT(0), buf_span(&text));
	buf_release(&text);
}

/* [1] IMPLICIT INTEGER. */
static void
put_record_length(struct buf *out, uint64_t length)
{
	size_t start = out->size;

	der_put_number(out, length);
	if (!out->bad)
		out->data[start] = DER_CONTEXT(1);
}

void
p12_put_meta(struct buf *out, const struct kdb *db)
{
	static const unsigned char empty[] = { DER_SEQUENCE, 0 };
	static const unsigned char yes = 0xff;
	size_t start = out->size;
	struct attr a;

	der_put(out, DER_OID, oid_octets(OID_BAG_SAFE));
	der_put(out, DER_CONTEXT_SET(0), SPAN_OF(empty, sizeof(empty)));
	a = attr_begin(out, OID_KM_META);
	der_put_number(out, P12_META_VERSION);
	if (db->expires)
		put_expiry(out, db->expires);
	if (db->record_length)
		put_record_length(out, db->record_length);
	if (db->fips)
		der_put(out, DER_CONTEXT(2), SPAN_OF(&yes, 1));
	buf_put(out, db->meta_rest.span);
	der_put(out, DER_CONTEXT(META_COMMENT), span_text(meta_comment));
	der_wrap(out, a.value, DER_SEQUENCE);
	attr_end(out, a);
	der_wrap(out, a.start, DER_SET);
	der_wrap(out, start, DER_SEQUENCE);
}
