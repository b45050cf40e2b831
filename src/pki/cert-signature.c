/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a certificate's signature is made with, and whether that is weak. */
#include "pki/cert.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/signature.h"

static const struct digest_oid {
	enum oid id;
	enum hash hash;
} digests[] = {
	{ OID_MD5, HASH_MD5 },       { OID_SHA1, HASH_SHA1 },     { OID_SHA224, HASH_SHA224 },
	{ OID_SHA256, HASH_SHA256 }, { OID_SHA384, HASH_SHA384 }, { OID_SHA512, HASH_SHA512 },
};

/* Takes an AlgorithmIdentifier apart: id and, in *rest, what stands behind it. */
static enum oid
algorithm_id(struct span algorithm, struct span *rest)
{
	struct span oid;

	if (der_only(algorithm, DER_SEQUENCE, rest) || der_take(rest, DER_OID, &oid))
		return OID_NONE;
	return oid_find(oid);
}

/* RSASSA-PSS-params, RFC 4055 section 3.1: the hash is SHA-1 where it is not written. */
static enum hash
pss_hash(struct span parameters)
{
	struct span seq;
	struct span algorithm;
	struct span rest;
	enum oid id;

	if (!parameters.size)
		return HASH_SHA1;
	if (der_only(parameters, DER_SEQUENCE, &seq))
		return HASH_NONE;
	if (!der_optional(&seq, DER_CONTEXT_SET(0), &algorithm))
		return HASH_SHA1;
	id = algorithm_id(algorithm, &rest);
	for (size_t i = 0; i < ARRAY_SIZE(digests); i++) {
		if (digests[i].id == id)
			return digests[i].hash;
	}
	return HASH_NONE;
}

enum hash
cert_signature_hash(struct span algorithm)
{
	const struct signature *row;
	struct span rest;
	enum oid id = algorithm_id(algorithm, &rest);

	if (id == OID_RSA_PSS)
		return pss_hash(rest);
	row = signature_find(id);
	return row ? row->hash : HASH_NONE;
}

const char *
cert_weak(const struct cert *c, char *out, size_t size)
{
	struct span rest;

	switch (cert_signature_hash(c->sig_alg)) {
	case HASH_MD5:
		return "it is signed with MD5";
	case HASH_SHA1:
		return "it is signed with SHA-1";
	default:
		break;
	}
	switch (algorithm_id(c->sig_alg, &rest)) {
	case OID_MD2_RSA:
		return "it is signed with MD2";
	case OID_MD4_RSA:
		return "it is signed with MD4";
	default:
		return key_weak(c->spki, out, size);
	}
}

void
cert_put_signature(struct buf *out, const struct cert *c)
{
	enum hash hash = cert_signature_hash(c->sig_alg);
	struct span seq;
	struct span oid;

	if (der_only(c->sig_alg, DER_SEQUENCE, &seq) || der_take(&seq, DER_OID, &oid)) {
		buf_put_byte(out, '?');
		return;
	}
	oid_put_name(out, oid);
	if (oid_is(oid, OID_RSA_PSS) && hash != HASH_NONE)
		buf_printf(out, " with %s", digest_name(hash));
}
