/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a SubjectPublicKeyInfo says of itself: lists ask it of every entry, so no library and no
 * allocation. */
#include "pki/alg.h"
#include "pki/der.h"
#include "pki/key.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	RSA_BITS_MIN = 2048,
	DSA_BITS_MIN = 2048,
	EC_BITS_MIN = 224,
	P521_BITS = 521,
	ED25519_BITS = 256, /* of its encoding, RFC 8032 section 5.1 */
	ED448_BITS = 456,   /* section 5.2 */
	ARC_MAX = 24,       /* a dot and 64 bits, or the first two arcs */
};

struct public
{
	enum oid id;
	struct span oid;
	struct span params;
	struct span bits; /* bytes of the BIT STRING */
};

static enum rc
public_read(struct public *key, struct span spki)
{
	struct span in = SPAN_NONE;
	struct span alg = SPAN_NONE;
	struct span value = SPAN_NONE;
	unsigned unused;
	enum rc rc;

	rc = der_only(spki, DER_SEQUENCE, &in);
	if (!rc)
		rc = alg_take(&in, &alg);
	if (!rc)
		rc = alg_read(alg, &key->oid, &key->params);
	if (!rc)
		rc = der_only(in, DER_BIT_STRING, &value);
	if (!rc)
		rc = der_bits(value, &key->bits, &unused);
	if (!rc)
		key->id = oid_find(key->oid);
	return rc;
}

enum rc
key_bits(struct span spki, struct span *bits)
{
	struct public key;
	enum rc rc;

	rc = public_read(&key, spki);
	if (!rc)
		*bits = key.bits;
	return rc;
}

/* The bits of the first INTEGER inside a SEQUENCE: RSA's modulus, DSA's prime. 0 when there is
 * none. */
static size_t
first_bits(struct span sequence)
{
	struct span in;
	struct span n;
	size_t bits;
	unsigned top;

	if (der_only(sequence, DER_SEQUENCE, &in) || der_take(&in, DER_INTEGER, &n))
		return 0;
	while (n.size && n.data[0] == 0)
		n = span_part(n, 1, n.size);
	if (n.size == 0)
		return 0;
	bits = 8 * n.size;
	for (top = n.data[0]; !(top & 0x80U); top <<= 1)
		bits--;
	return bits;
}

/* Appends an arc; the first octets of an OID hold two. Returns how many characters there are now.
 */
static size_t
put_arc(char *out, size_t at, uint64_t arc)
{
	uint64_t root = arc < 40 ? 0 : arc < 80 ? 1 : 2;

	if (at == 0)
		return (size_t)snprintf(out, ARC_MAX, "%" PRIu64 ".%" PRIu64, root,
					arc - 40 * root);
	return at + (size_t)snprintf(out + at, ARC_MAX, ".%" PRIu64, arc);
}

/* Dotted text of an OID that is not known; "?" when an arc is over 64 bits or there is no room. */
static void
put_dotted(char *out, size_t size, struct span oid)
{
	uint64_t arc = 0;
	size_t at = 0;
	size_t i;

	for (i = 0; i < oid.size && at + ARC_MAX < size && !(arc >> 57); i++) {
		arc = arc << 7 | (oid.data[i] & 0x7fU);
		if (oid.data[i] & 0x80U)
			continue;
		at = put_arc(out, at, arc);
		arc = 0;
	}
	if (i < oid.size || at == 0)
		snprintf(out, size, "?");
}

static void
put_curve(char *out, const struct public *key)
{
	struct span curve;
	enum oid id;

	if (der_only(key->params, DER_OID, &curve)) {
		snprintf(out, KEY_NAME_MAX, "ec:explicit");
		return;
	}
	id = oid_find(curve);
	if (id != OID_NONE) {
		snprintf(out, KEY_NAME_MAX, "ec:%s", oid_name(id));
		return;
	}
	snprintf(out, KEY_NAME_MAX, "ec:");
	put_dotted(out + 3, KEY_NAME_MAX - 3, curve);
}

const char *
key_name(char *out, struct span spki)
{
	struct public key;

	if (public_read(&key, spki)) {
		snprintf(out, KEY_NAME_MAX, "?");
		return out;
	}
	if (key.id == OID_RSA)
		snprintf(out, KEY_NAME_MAX, "rsa:%zu", first_bits(key.bits));
	else if (key.id == OID_RSA_PSS)
		snprintf(out, KEY_NAME_MAX, "rsa-pss:%zu", first_bits(key.bits));
	else if (key.id == OID_DSA)
		snprintf(out, KEY_NAME_MAX, "dsa:%zu", first_bits(key.params));
	else if (key.id == OID_EC_KEY)
		put_curve(out, &key);
	else if (key.id == OID_ED25519)
		snprintf(out, KEY_NAME_MAX, "ed25519");
	else if (key.id == OID_ED448)
		snprintf(out, KEY_NAME_MAX, "ed448");
	else if (key.id != OID_NONE)
		snprintf(out, KEY_NAME_MAX, "%s", oid_name(key.id));
	else
		put_dotted(out, KEY_NAME_MAX, key.oid);
	return out;
}

enum rc
key_algorithm(struct span spki, struct span *oid)
{
	struct public key;
	enum rc rc;

	rc = public_read(&key, spki);
	if (!rc)
		*oid = key.oid;
	return rc;
}

bool
key_is_rsa(struct span spki)
{
	struct public key;

	return !public_read(&key, spki) && key.id == OID_RSA;
}

/* Of an uncompressed or compressed point: the bits of one coordinate, at most. */
static size_t
point_bits(struct span point)
{
	if (point.size && point.data[0] == 0x04)
		return 8 * (point.size / 2);
	return point.size ? 8 * (point.size - 1) : 0;
}

const char *
key_weak(struct span spki, char *out, size_t size)
{
	struct public key;
	const char *kind = "EC";
	size_t bits = EC_BITS_MIN;
	size_t least = EC_BITS_MIN;

	if (public_read(&key, spki))
		return NULL;
	if (key.id == OID_RSA || key.id == OID_RSA_PSS) {
		kind = "RSA";
		bits = first_bits(key.bits);
		least = RSA_BITS_MIN;
	} else if (key.id == OID_DSA) {
		kind = "DSA";
		bits = first_bits(key.params);
		/* parameters may be inherited (RFC 3279 section 2.3.2) */
		least = bits ? DSA_BITS_MIN : 0;
	} else if (key.id == OID_EC_KEY) {
		bits = point_bits(key.bits);
	}
	if (bits < least)
		snprintf(out, size, "its %s key has %zu bits, %zu is the least", kind, bits, least);
	else if (kind[0] == 'R' && bits % 8)
		snprintf(out, size, "its RSA key has %zu bits, which is no multiple of 8", bits);
	else
		return NULL;
	return out;
}

/* 521 is the one known size of a field that is no number of whole bytes. */
static size_t
curve_bits(const struct public *key)
{
	struct span curve;

	if (!der_only(key->params, DER_OID, &curve) && oid_is(curve, OID_P521))
		return P521_BITS;
	return point_bits(key->bits);
}

size_t
key_size(struct span spki)
{
	struct public key;

	if (public_read(&key, spki))
		return 0;
	switch (key.id) {
	case OID_RSA:
	case OID_RSA_PSS:
		return first_bits(key.bits);
	case OID_DSA:
		return first_bits(key.params);
	case OID_EC_KEY:
		return curve_bits(&key);
	case OID_ED25519:
		return ED25519_BITS;
	case OID_ED448:
		return ED448_BITS;
	default:
		return 0;
	}
}
