/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Extensions taken apart. */
#include "pki/ext.h"

#include "pki/der.h"

#include <limits.h>

enum { EXT_SLOTS = 1024 }; /* a power of two, twice EXT_MAX */

/* RFC 5280 section 4.1.2.9. FALSE is the default and must not be written; some write it. */
static enum rc
take_critical(struct span *in, bool *critical)
{
	struct span value;

	*critical = false;
	if (der_peek(*in) != DER_BOOLEAN)
		return RC_OK;
	if (der_take(in, DER_BOOLEAN, &value) || value.size != 1)
		return RC_DAMAGED;
	/* BER's true is any byte but 0. Taking it for true is the safe reading. */
	*critical = value.data[0] != 0;
	return RC_OK;
}

enum rc
ext_next(struct span *extensions, struct ext *out)
{
	struct span rest = *extensions;
	struct span seq;

	if (!rest.size)
		return RC_NOT_FOUND;
	if (der_take(&rest, DER_SEQUENCE, &seq) || der_take(&seq, DER_OID, &out->oid) ||
	    take_critical(&seq, &out->critical) || der_only(seq, DER_OCTET_STRING, &out->value))
		return RC_DAMAGED;
	*extensions = rest;
	return RC_OK;
}

bool
ext_find(struct span extensions, enum oid id, struct ext *out)
{
	struct span want = oid_octets(id);
	struct ext x;

	while (!ext_next(&extensions, &x)) {
		if (span_equal(x.oid, want)) {
			*out = x;
			return true;
		}
	}
	return false;
}

/* FNV-1a; a bad hash costs time that EXT_MAX bounds, nothing else. */
static size_t
oid_slot(struct span oid)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < oid.size; i++)
		hash = (hash ^ oid.data[i]) * 16777619U;
	return hash % EXT_SLOTS;
}

bool
ext_has_duplicate(struct span extensions)
{
	struct span seen[EXT_SLOTS];
	struct ext x;
	size_t count = 0;

	for (size_t i = 0; i < EXT_SLOTS; i++)
		seen[i] = SPAN_NONE;
	while (!ext_next(&extensions, &x)) {
		size_t slot = oid_slot(x.oid);

		if (++count > EXT_MAX)
			return true;
		while (seen[slot].data && !span_equal(seen[slot], x.oid))
			slot = (slot + 1) % EXT_SLOTS;
		if (seen[slot].data)
			return true;
		seen[slot] = x.oid;
	}
	return false;
}

enum rc
ext_basic_constraints(struct span value, bool *ca, int *path_length)
{
	struct span seq;
	struct span length;
	uint64_t number;
	enum rc rc;

	*ca = false;
	*path_length = -1;
	if (der_only(value, DER_SEQUENCE, &seq) || take_critical(&seq, ca))
		return RC_DAMAGED;
	if (!seq.size)
		return RC_OK;
	if (der_only(seq, DER_INTEGER, &length))
		return RC_DAMAGED;
	rc = der_number(length, &number);
	if (rc && rc != RC_LIMIT)
		return RC_DAMAGED;
	*path_length = rc || number > INT_MAX ? INT_MAX : (int)number;
	return RC_OK;
}

enum rc
ext_key_usage(struct span value, unsigned *bits)
{
	struct span all;
	struct span bytes;
	unsigned unused;

	*bits = 0;
	if (der_only(value, DER_BIT_STRING, &all) || der_bits(all, &bytes, &unused))
		return RC_DAMAGED;
	for (unsigned bit = 0; bit < 9 && bit / 8 < bytes.size; bit++) {
		if (bytes.data[bit / 8] & (0x80U >> bit % 8))
			*bits |= 1U << bit;
	}
	return RC_OK;
}

enum rc
ext_ekus(struct span value, struct span *oids)
{
	return der_only(value, DER_SEQUENCE, oids) ? RC_DAMAGED : RC_OK;
}

bool
ext_has_eku(struct span value, struct span usage)
{
	struct span oids;
	struct span octets;

	if (ext_ekus(value, &oids))
		return false;
	while (!ext_next_oid(&oids, &octets)) {
		if (span_equal(octets, usage))
			return true;
	}
	return false;
}

enum rc
ext_next_oid(struct span *oids, struct span *octets)
{
	if (!oids->size)
		return RC_NOT_FOUND;
	return der_take(oids, DER_OID, octets) ? RC_DAMAGED : RC_OK;
}

enum rc
ext_name_constraints(struct span value, struct span *permitted, struct span *excluded)
{
	struct span seq;

	*permitted = SPAN_NONE;
	*excluded = SPAN_NONE;
	if (der_only(value, DER_SEQUENCE, &seq))
		return RC_DAMAGED;
	(void)der_optional(&seq, DER_CONTEXT_SET(0), permitted); /* may be absent */
	(void)der_optional(&seq, DER_CONTEXT_SET(1), excluded);  /* may be absent */
	return seq.size ? RC_DAMAGED : RC_OK;
}

enum rc
ext_next_subtree(struct span *subtrees, struct name *base)
{
	struct span rest = *subtrees;
	struct span seq;
	struct span minimum;

	if (!rest.size)
		return RC_NOT_FOUND;
	if (der_take(&rest, DER_SEQUENCE, &seq) || name_next(&seq, base))
		return RC_DAMAGED;
	*subtrees = rest;
	/* 0 is the default of minimum and must not be written; it does no harm. */
	if (der_optional(&seq, DER_CONTEXT(0), &minimum) &&
	    !(minimum.size == 1 && minimum.data[0] == 0))
		return RC_UNSUPPORTED;
	return seq.size ? RC_UNSUPPORTED : RC_OK;
}

enum rc
ext_subject_key_id(struct span value, struct span *id)
{
	return der_only(value, DER_OCTET_STRING, id) ? RC_DAMAGED : RC_OK;
}

enum rc
ext_authority_key_id(struct span value, struct span *id)
{
	struct span seq;

	*id = SPAN_NONE;
	if (der_only(value, DER_SEQUENCE, &seq))
		return RC_DAMAGED;
	(void)der_optional(&seq, DER_CONTEXT(0), id); /* may be absent */
	return RC_OK;
}
