/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/oid.h"

#include "base/text.h"
#include "pki/der.h"

#include <string.h>

struct row {
	const char *octets;
	const char *dotted;
	const char *name;
	unsigned char size; /* of octets */
	unsigned char kind;
};

static const struct row rows[OID_COUNT] = {
	[OID_NONE] = { "", "", "", 0, OID_OTHER },
#define OID(id, kind, dotted, octets, name) \
	[id] = { octets, dotted, name, sizeof(octets) - 1, kind },
#include "pki/oid.def"
#undef OID
};

/* As span_compare; most are told apart by their first bytes, for which memcmp does not pay. */
static int
compare(struct span a, struct span b)
{
	size_t at = 0;

	while (at < a.size && at < b.size && a.data[at] == b.data[at])
		at++;
	if (at < a.size && at < b.size)
		return a.data[at] - b.data[at];
	return (a.size > b.size) - (a.size < b.size);
}

enum oid
oid_find(struct span octets)
{
	size_t low = OID_NONE + 1;
	size_t high = OID_COUNT;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = compare(octets, oid_octets((enum oid)middle));

		if (order == 0)
			return (enum oid)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return OID_NONE;
}

bool
oid_is(struct span octets, enum oid id)
{
	return octets.size > 0 && span_equal(octets, oid_octets(id));
}

struct span
oid_octets(enum oid id)
{
	return SPAN_OF(rows[id].octets, rows[id].size);
}

const char *
oid_name(enum oid id)
{
	return rows[id].name;
}

enum oid_kind
oid_kind(enum oid id)
{
	return (enum oid_kind)rows[id].kind;
}

const char *
oid_dotted(enum oid id)
{
	return rows[id].dotted;
}

/* No text_equal_ascii: name has no NUL at its end. */
static bool
equal_any_case(struct span name, const char *known)
{
	return name.size == strlen(known) && text_equal_folded(name, span_text(known));
}

enum oid
oid_by_name(enum oid_kind kind, struct span name)
{
	unsigned id;

	for (id = OID_NONE + 1; id < OID_COUNT; id++) {
		if (rows[id].kind == kind && equal_any_case(name, rows[id].name))
			return (enum oid)id;
	}
	return OID_NONE;
}

/* A number of any arc that is not absurd (2.25 has some of 128 bits); the least digit first. */
enum { DIGITS_MAX = 64, ARC_OCTETS_MAX = 28 };

struct decimal {
	unsigned char digits[DIGITS_MAX];
	size_t count;
};

static struct decimal
decimal_of(struct span arc)
{
	struct decimal d = { .count = 1 };
	unsigned carry;
	size_t i;
	size_t k;

	for (i = 0; i < arc.size; i++) {
		carry = arc.data[i] & 0x7f;
		for (k = 0; k < d.count || carry > 0; k++) {
			carry += d.digits[k] * 128U;
			d.digits[k] = (unsigned char)(carry % 10);
			carry /= 10;
		}
		d.count = k;
	}
	return d;
}

/* The number must be 80 or more. */
static void
subtract_eighty(struct decimal *d)
{
	bool borrow = d->digits[1] < 8;
	size_t k;

	d->digits[1] = (unsigned char)(d->digits[1] + (borrow ? 2 : -8));
	for (k = 2; borrow; k++) {
		borrow = d->digits[k] == 0;
		d->digits[k] = (unsigned char)(borrow ? 9 : d->digits[k] - 1);
	}
	while (d->count > 1 && d->digits[d->count - 1] == 0)
		d->count--;
}

static void
put_decimal(struct buf *out, const struct decimal *d)
{
	size_t k = d->count;

	while (k > 0)
		buf_put_byte(out, '0' + (unsigned)d->digits[--k]);
}

/* Takes the octets of one arc. */
static struct span
take_arc(struct span *octets)
{
	struct span arc = *octets;
	size_t size = 0;

	while (octets->data[size++] & 0x80)
		;
	*octets = span_part(*octets, size, octets->size);
	return span_part(arc, 0, size);
}

/* The first arc holds two (X.690 8.19.4). */
static void
put_first_arcs(struct buf *out, struct span arc)
{
	struct decimal d;

	if (arc.size == 1 && arc.data[0] < 80) {
		buf_printf(out, "%d.%d", arc.data[0] / 40, arc.data[0] % 40);
		return;
	}
	d = decimal_of(arc);
	subtract_eighty(&d);
	buf_put_text(out, "2.");
	put_decimal(out, &d);
}

void
oid_put_dotted(struct buf *out, struct span octets)
{
	size_t before = out->size;
	bool first = true;

	if (!der_oid_valid(octets)) {
		buf_put_byte(out, '?');
		return;
	}
	while (octets.size > 0) {
		struct span arc = take_arc(&octets);
		struct decimal d;

		if (arc.size > ARC_OCTETS_MAX) {
			if (!out->bad)
				buf_cut(out, before);
			buf_put_byte(out, '?');
			return;
		}
		if (first) {
			put_first_arcs(out, arc);
		} else {
			d = decimal_of(arc);
			buf_put_byte(out, '.');
			put_decimal(out, &d);
		}
		first = false;
	}
}

void
oid_put_name(struct buf *out, struct span octets)
{
	enum oid id = oid_find(octets);

	if (id == OID_NONE)
		oid_put_dotted(out, octets);
	else
		buf_put_text(out, oid_name(id));
}

/* Takes a number and, unless it is the last, the dot behind it. */
static enum rc
take_number(struct span *text, uint64_t *out)
{
	uint64_t number = 0;
	size_t at = 0;
	unsigned digit;

	for (; at < text->size && text->data[at] != '.'; at++) {
		digit = text->data[at] - (unsigned)'0';
		if (digit > 9 || number > ((uint64_t)INT64_MAX - digit) / 10)
			return RC_USAGE;
		number = number * 10 + digit;
	}
	if (at == 0 || (at > 1 && text->data[0] == '0') || at + 1 == text->size)
		return RC_USAGE;
	*text = span_part(*text, at + 1, text->size);
	*out = number;
	return RC_OK;
}

static void
put_arc(struct buf *out, uint64_t arc)
{
	unsigned shift = 63;

	while (shift > 0 && arc >> shift == 0)
		shift -= 7;
	for (; shift > 0; shift -= 7)
		buf_put_byte(out, 0x80 | (unsigned)(arc >> shift & 0x7f));
	buf_put_byte(out, (unsigned)(arc & 0x7f));
}

enum rc
oid_from_dotted(struct buf *out, struct span dotted)
{
	size_t before = out->size;
	uint64_t first;
	uint64_t arc;
	enum rc rc;

	if (take_number(&dotted, &first) || take_number(&dotted, &arc))
		return RC_USAGE;
	if (first > 2 || (first < 2 && arc > 39))
		return RC_USAGE;
	put_arc(out, first * 40 + arc);
	while (dotted.size > 0) {
		rc = take_number(&dotted, &arc);
		if (rc) {
			if (!out->bad)
				buf_cut(out, before);
			return rc;
		}
		put_arc(out, arc);
	}
	return buf_rc(out);
}
