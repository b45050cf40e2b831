/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distinguished names: the walk, the text, the comparison. Reading of text is in dn-parse.c. */
#include "pki/dn.h"

#include "base/text.h"
#include "pki/der.h"

#include <string.h>

/* RDNs of more attributes than this are equal only byte by byte: comparing sets is quadratic. */
enum { RDN_COMPARE_MAX = 64 };

/* What next_point and next_folded give besides code points. */
enum { POINT_BAD = -1, POINT_END = -2 };

struct attribute {
	struct span type;
	struct tlv value;
};

static enum rc
next_attribute(struct span *rdns, struct span *rdn, struct attribute *out)
{
	struct span inside;

	if (rdn->size == 0 && rdns->size == 0)
		return RC_NOT_FOUND;
	if (rdn->size == 0 && (der_take(rdns, DER_SET, rdn) || rdn->size == 0))
		return RC_DAMAGED;
	if (der_take(rdn, DER_SEQUENCE, &inside) || der_take(&inside, DER_OID, &out->type))
		return RC_DAMAGED;
	if (!der_oid_valid(out->type) || der_next(&inside, &out->value) || inside.size > 0)
		return RC_DAMAGED;
	return RC_OK;
}

enum rc
dn_next(struct span *rdns, struct span *rdn, struct span *type, unsigned *tag, struct span *value)
{
	struct attribute attribute;
	enum rc rc = next_attribute(rdns, rdn, &attribute);

	if (rc)
		return rc;
	*type = attribute.type;
	*tag = attribute.value.tag;
	*value = attribute.value.value;
	return RC_OK;
}

bool
dn_is_empty(struct span name)
{
	struct span rdns;

	return der_only(name, DER_SEQUENCE, &rdns) == RC_OK && rdns.size == 0;
}

bool
dn_get(struct buf *out, struct span name, enum oid attribute)
{
	struct span rdns;
	struct span rdn = SPAN_NONE;
	struct attribute at;
	struct tlv last = { .tag = 0 };

	if (der_only(name, DER_SEQUENCE, &rdns))
		return false;
	while (next_attribute(&rdns, &rdn, &at) == RC_OK) {
		if (oid_is(at.type, attribute))
			last = at.value;
	}
	if (last.tag == 0)
		return false;
	(void)der_string(out, last.tag, last.value); /* U+FFFD shows what was no text */
	return true;
}

/* --- Text --- */

/* What has a meaning in the text of a name, and is escaped wherever it stands. */
static bool
is_special(uint32_t point)
{
	switch (point) {
	case '"':
	case '+':
	case ',':
	case ';':
	case '<':
	case '>':
	case '\\':
		return true;
	default:
		return false;
	}
}

/* One character of a value, as RFC 4514 section 2.4 wants it; bytes are its UTF-8. */
static void
put_escaped(struct buf *out, uint32_t point, struct span bytes, bool at_an_end)
{
	size_t i;

	if (text_is_control(point)) {
		for (i = 0; i < bytes.size; i++)
			buf_printf(out, "\\%02X", bytes.data[i]);
		return;
	}
	if (is_special(point) || (at_an_end && point == ' '))
		buf_put_byte(out, '\\');
	buf_put(out, bytes);
}

/* How many bytes at the front stand for themselves: nearly all of nearly all names. */
static size_t
plain_run(struct span s)
{
	size_t size = 0;

	while (size < s.size && s.data[size] > ' ' && s.data[size] < 0x7f &&
	       !is_special(s.data[size]))
		size++;
	return size;
}

static void
put_text(struct buf *out, struct span text)
{
	struct span rest = text;

	if (der_peek(text) == '#')
		buf_put_byte(out, '\\');
	while (rest.size > 0) {
		size_t plain = plain_run(rest);
		struct span from = span_part(rest, plain, rest.size);
		int32_t point;
		bool at_an_end;

		buf_put(out, span_part(rest, 0, plain));
		rest = from;
		point = text_next(&rest);
		if (point < 0)
			return;
		at_an_end = from.size == text.size || rest.size == 0;
		put_escaped(out, (uint32_t)point, span_part(from, 0, from.size - rest.size),
			    at_an_end);
	}
}

/* A string whose bytes are its text, as those of nearly all names. */
static bool
is_its_text(const struct tlv *value)
{
	return (value->tag == DER_UTF8_STRING || value->tag == DER_PRINTABLE_STRING ||
		value->tag == DER_IA5_STRING) &&
	       text_plain(value->value, 0, 0) == value->value.size;
}

static void
put_attribute(struct buf *out, const struct attribute *attribute, struct buf *text)
{
	enum oid id = oid_find(attribute->type);
	bool known = id != OID_NONE && oid_kind(id) == OID_ATTRIBUTE;

	if (known)
		buf_put_text(out, oid_name(id));
	else
		oid_put_dotted(out, attribute->type);
	buf_put_byte(out, '=');
	if (known && is_its_text(&attribute->value)) {
		put_text(out, attribute->value.value);
	} else if (known && der_string(text, attribute->value.tag, attribute->value.value)) {
		put_text(out, buf_span(text));
	} else {
		buf_put_byte(out, '#');
		text_put_hex(out, attribute->value.whole);
	}
	if (!text->bad)
		buf_cut(text, 0);
}

/* One RDN, which was checked. text is empty, and is so afterwards. */
static void
put_rdn(struct buf *out, struct span rdn, struct buf *text)
{
	struct span none = SPAN_NONE;
	struct attribute attribute;
	bool more = false;

	while (next_attribute(&none, &rdn, &attribute) == RC_OK) {
		if (more)
			buf_put_byte(out, '+');
		put_attribute(out, &attribute, text);
		more = true;
	}
}

/* Appends the spans of all RDNs' contents to list, after a check of all of them. */
static enum rc
list_rdns(struct buf *list, struct span name)
{
	struct span rdns;
	struct span rdn = SPAN_NONE;
	struct attribute attribute;
	enum rc rc;

	if (der_only(name, DER_SEQUENCE, &rdns))
		return RC_DAMAGED;
	for (;;) {
		bool first = rdn.size == 0;
		struct span rest = rdns;

		rc = next_attribute(&rdns, &rdn, &attribute);
		if (rc)
			return rc == RC_NOT_FOUND ? RC_OK : rc;
		if (first && der_take(&rest, DER_SET, &rest) == RC_OK)
			buf_put(list, SPAN_OF(&rest, sizeof(rest)));
	}
}

void
dn_put(struct buf *out, struct span name)
{
	struct buf list = BUF_INIT;
	struct buf text = BUF_INIT;
	struct span rdn;
	size_t at;

	if (list_rdns(&list, name)) {
		buf_put_byte(out, '?');
		goto out;
	}
	/* RFC 4514 section 2.1: the last one comes first. */
	for (at = list.size; at > 0; at -= sizeof(rdn)) {
		memcpy(&rdn, list.data + at - sizeof(rdn), sizeof(rdn));
		if (at < list.size)
			buf_put_byte(out, ',');
		put_rdn(out, rdn, &text);
	}
	/* What did not fit into memory must not look like an empty name or value. */
	if (list.bad || text.bad)
		buf_fail(out);
out:
	buf_release(&text);
	buf_release(&list);
}

/* The values of one RDN, which was checked. */
static void
each_of_rdn(struct span rdn, struct buf *text, void (*each)(void *self, struct span text),
	    void *self)
{
	struct span none = SPAN_NONE;
	struct attribute attribute;

	while (next_attribute(&none, &rdn, &attribute) == RC_OK) {
		buf_cut(text, 0);
		if (!der_string(text, attribute.value.tag, attribute.value.value)) {
			buf_cut(text, 0);
			buf_put_byte(text, '#');
			text_put_hex(text, attribute.value.whole);
		}
		if (text->bad)
			return;
		each(self, buf_span(text));
	}
}

enum rc
dn_each_value(struct span name, void (*each)(void *self, struct span text), void *self)
{
	struct buf list = BUF_INIT;
	struct buf text = BUF_INIT;
	struct span rdn;
	enum rc rc;

	rc = list_rdns(&list, name);
	if (!rc)
		rc = buf_rc(&list);
	for (size_t at = list.size; !rc && at > 0; at -= sizeof(rdn)) {
		memcpy(&rdn, list.data + at - sizeof(rdn), sizeof(rdn));
		each_of_rdn(rdn, &text, each, self);
		rc = buf_rc(&text);
	}
	buf_release(&text);
	buf_release(&list);
	return rc;
}

/* --- Comparison --- */

/* A string value on its way through the comparison. */
struct chars {
	unsigned tag;
	struct span rest;
	bool begun;
};

/* The next UTF-16 unit, or UTF-32 one. */
static int32_t
take_units(struct span *s, size_t size)
{
	uint32_t point = 0;
	size_t i;

	if (s->size < size)
		return POINT_BAD;
	for (i = 0; i < size; i++)
		point = point << 8 | s->data[i];
	*s = span_part(*s, size, s->size);
	return point > 0x10ffff ? POINT_BAD : (int32_t)point;
}

static int32_t
take_utf16(struct span *s)
{
	int32_t high = take_units(s, 2);
	int32_t low;

	if (high < 0xd800 || high > 0xdfff)
		return high;
	low = take_units(s, 2);
	if (high > 0xdbff || low < 0xdc00 || low > 0xdfff)
		return POINT_BAD;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static int32_t
next_point(struct chars *c)
{
	int32_t byte;

	if (c->rest.size == 0)
		return POINT_END;
	switch (c->tag) {
	case DER_UTF8_STRING:
		return text_next(&c->rest);
	case DER_BMP_STRING:
		return take_utf16(&c->rest);
	case DER_UNIVERSAL_STRING:
		return take_units(&c->rest, 4);
	case DER_NUMERIC_STRING:
	case DER_PRINTABLE_STRING:
	case DER_IA5_STRING:
	case DER_VISIBLE_STRING:
	case DER_T61_STRING:
		byte = take_units(&c->rest, 1);
		return byte > 0x7f && c->tag != DER_T61_STRING ? POINT_BAD : byte;
	default:
		return POINT_BAD;
	}
}

static bool
is_space(int32_t point)
{
	return point == ' ' || (point >= 0x09 && point <= 0x0d) || point == 0xa0 ||
	       (point >= 0x2000 && point <= 0x200a) || point == 0x3000;
}

/* The next character with case folded; a run of white space is one blank, and none at the ends
 * (RFC 5280 section 7.1, RFC 4518 without its NFKC). */
static int32_t
next_folded(struct chars *c)
{
	int32_t point = next_point(c);
	bool space = false;
	struct span before;

	while (is_space(point)) {
		space = true;
		before = c->rest;
		point = next_point(c);
	}
	if (point < 0)
		return point;
	if (space && c->begun) {
		c->rest = before;
		return ' ';
	}
	c->begun = true;
	return (int32_t)text_fold((uint32_t)point);
}

static bool
value_equal(const struct tlv *a, const struct tlv *b)
{
	struct chars left = { .tag = a->tag, .rest = a->value };
	struct chars right = { .tag = b->tag, .rest = b->value };
	int32_t point;

	if (span_equal(a->whole, b->whole))
		return true;
	do {
		point = next_folded(&left);
		if (point == POINT_BAD || point != next_folded(&right))
			return false;
	} while (point != POINT_END);
	return true;
}

/* True when the contents of rdn have an attribute like this one. */
static bool
rdn_has(struct span rdn, const struct attribute *wanted)
{
	struct span none = SPAN_NONE;
	struct attribute attribute;

	while (next_attribute(&none, &rdn, &attribute) == RC_OK) {
		if (span_equal(attribute.type, wanted->type) &&
		    value_equal(&attribute.value, &wanted->value))
			return true;
	}
	return false;
}

/* How many attributes rdn has; 0 when it is damaged. */
static size_t
rdn_count(struct span rdn)
{
	struct span none = SPAN_NONE;
	struct attribute attribute;
	size_t count = 0;

	while (rdn.size > 0) {
		if (next_attribute(&none, &rdn, &attribute))
			return 0;
		count++;
	}
	return count;
}

/* True when every attribute of a is in b. */
static bool
rdn_is_part(struct span a, struct span b)
{
	struct span none = SPAN_NONE;
	struct attribute attribute;

	while (next_attribute(&none, &a, &attribute) == RC_OK) {
		if (!rdn_has(b, &attribute))
			return false;
	}
	return true;
}

static bool
rdn_equal(struct span a, struct span b)
{
	size_t count;

	if (span_equal(a, b))
		return true;
	count = rdn_count(a);
	if (count == 0 || count > RDN_COMPARE_MAX || count != rdn_count(b))
		return false;
	return rdn_is_part(a, b) && rdn_is_part(b, a);
}

bool
dn_within(struct span name, struct span base)
{
	struct span rdn;
	struct span base_rdn;

	if (der_only(name, DER_SEQUENCE, &name) || der_only(base, DER_SEQUENCE, &base))
		return false;
	while (base.size > 0) {
		if (der_take(&base, DER_SET, &base_rdn) || der_take(&name, DER_SET, &rdn))
			return false;
		if (!rdn_equal(rdn, base_rdn))
			return false;
	}
	return true;
}

bool
dn_equal(struct span a, struct span b)
{
	struct span left;
	struct span right;
	struct span value;

	if (span_equal(a, b))
		return true;
	if (!dn_within(a, b))
		return false;
	/* b is a's beginning: is it all of it? */
	if (der_only(a, DER_SEQUENCE, &left) || der_only(b, DER_SEQUENCE, &right))
		return false;
	while (right.size > 0) {
		if (der_take(&right, DER_SET, &value) || der_take(&left, DER_SET, &value))
			return false;
	}
	return left.size == 0;
}
