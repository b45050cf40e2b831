/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/signature.h"

#include "pki/alg.h"
#include "pki/der.h"

enum { PSS_SALT_DEFAULT = 20, PSS_SALT_MAX = 512 };

static const struct signature signatures[] = {
	{ OID_SHA256_RSA, OID_RSA, HASH_SHA256, GNUTLS_SIGN_RSA_SHA256 },
	{ OID_SHA384_RSA, OID_RSA, HASH_SHA384, GNUTLS_SIGN_RSA_SHA384 },
	{ OID_SHA512_RSA, OID_RSA, HASH_SHA512, GNUTLS_SIGN_RSA_SHA512 },
	{ OID_ECDSA_SHA256, OID_EC_KEY, HASH_SHA256, GNUTLS_SIGN_ECDSA_SHA256 },
	{ OID_ECDSA_SHA384, OID_EC_KEY, HASH_SHA384, GNUTLS_SIGN_ECDSA_SHA384 },
	{ OID_ECDSA_SHA512, OID_EC_KEY, HASH_SHA512, GNUTLS_SIGN_ECDSA_SHA512 },
	{ OID_DSA_SHA256, OID_DSA, HASH_SHA256, GNUTLS_SIGN_DSA_SHA256 },
	{ OID_DSA_SHA384, OID_DSA, HASH_SHA384, GNUTLS_SIGN_DSA_SHA384 },
	{ OID_DSA_SHA512, OID_DSA, HASH_SHA512, GNUTLS_SIGN_DSA_SHA512 },
	{ OID_ED25519, OID_ED25519, HASH_NONE, GNUTLS_SIGN_EDDSA_ED25519 },
	{ OID_ED448, OID_ED448, HASH_NONE, GNUTLS_SIGN_EDDSA_ED448 },
	/* for verifying only */
	{ OID_MD5_RSA, OID_RSA, HASH_MD5, GNUTLS_SIGN_RSA_MD5 },
	{ OID_SHA1_RSA, OID_RSA, HASH_SHA1, GNUTLS_SIGN_RSA_SHA1 },
	{ OID_SHA1_RSA_OIW, OID_RSA, HASH_SHA1, GNUTLS_SIGN_RSA_SHA1 },
	{ OID_SHA224_RSA, OID_RSA, HASH_SHA224, GNUTLS_SIGN_RSA_SHA224 },
	{ OID_SHA3_224_RSA, OID_RSA, HASH_NONE, GNUTLS_SIGN_RSA_SHA3_224 },
	{ OID_SHA3_256_RSA, OID_RSA, HASH_NONE, GNUTLS_SIGN_RSA_SHA3_256 },
	{ OID_SHA3_384_RSA, OID_RSA, HASH_NONE, GNUTLS_SIGN_RSA_SHA3_384 },
	{ OID_SHA3_512_RSA, OID_RSA, HASH_NONE, GNUTLS_SIGN_RSA_SHA3_512 },
	{ OID_ECDSA_SHA1, OID_EC_KEY, HASH_SHA1, GNUTLS_SIGN_ECDSA_SHA1 },
	{ OID_ECDSA_SHA224, OID_EC_KEY, HASH_SHA224, GNUTLS_SIGN_ECDSA_SHA224 },
	{ OID_ECDSA_SHA3_224, OID_EC_KEY, HASH_NONE, GNUTLS_SIGN_ECDSA_SHA3_224 },
	{ OID_ECDSA_SHA3_256, OID_EC_KEY, HASH_NONE, GNUTLS_SIGN_ECDSA_SHA3_256 },
	{ OID_ECDSA_SHA3_384, OID_EC_KEY, HASH_NONE, GNUTLS_SIGN_ECDSA_SHA3_384 },
	{ OID_ECDSA_SHA3_512, OID_EC_KEY, HASH_NONE, GNUTLS_SIGN_ECDSA_SHA3_512 },
	{ OID_DSA_SHA1, OID_DSA, HASH_SHA1, GNUTLS_SIGN_DSA_SHA1 },
	{ OID_DSA_SHA224, OID_DSA, HASH_SHA224, GNUTLS_SIGN_DSA_SHA224 },
	{ OID_GOST_SIG_2001, OID_GOST_2001, HASH_NONE, GNUTLS_SIGN_GOST_94 },
	{ OID_GOST_SIG_2012_256, OID_GOST_2012_256, HASH_NONE, GNUTLS_SIGN_GOST_256 },
	{ OID_GOST_SIG_2012_512, OID_GOST_2012_512, HASH_NONE, GNUTLS_SIGN_GOST_512 },
};

struct digest_row {
	enum oid oid;
	enum hash hash;
	gnutls_digest_algorithm_t id;
	gnutls_sign_algorithm_t pss;
};

static const struct digest_row digests[] = {
	{ OID_MD5, HASH_MD5, GNUTLS_DIG_MD5, GNUTLS_SIGN_UNKNOWN },
	{ OID_SHA1, HASH_SHA1, GNUTLS_DIG_SHA1, GNUTLS_SIGN_UNKNOWN },
	{ OID_SHA224, HASH_SHA224, GNUTLS_DIG_SHA224, GNUTLS_SIGN_UNKNOWN },
	{ OID_SHA256, HASH_SHA256, GNUTLS_DIG_SHA256, GNUTLS_SIGN_RSA_PSS_SHA256 },
	{ OID_SHA384, HASH_SHA384, GNUTLS_DIG_SHA384, GNUTLS_SIGN_RSA_PSS_SHA384 },
	{ OID_SHA512, HASH_SHA512, GNUTLS_DIG_SHA512, GNUTLS_SIGN_RSA_PSS_SHA512 },
};

const struct signature *
signature_find(enum oid oid)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signatures); i++) {
		if (signatures[i].oid == oid)
			return &signatures[i];
	}
	return NULL;
}

const struct signature *
signature_for(enum oid key, enum hash hash)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signatures); i++) {
		if (signatures[i].key == key && signatures[i].hash == hash)
			return &signatures[i];
	}
	return NULL;
}

static const struct digest_row *
digest_row(enum hash hash)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(digests); i++) {
		if (digests[i].hash == hash)
			return &digests[i];
	}
	return NULL;
}

gnutls_digest_algorithm_t
signature_digest(enum hash hash)
{
	const struct digest_row *row = digest_row(hash);

	return row ? row->id : GNUTLS_DIG_UNKNOWN;
}

gnutls_sign_algorithm_t
signature_pss(enum hash hash)
{
	const struct digest_row *row = digest_row(hash);

	return row ? row->pss : GNUTLS_SIGN_UNKNOWN;
}

static enum rc
read_digest(enum hash *hash, struct span alg)
{
	struct span oid;
	struct span params;
	size_t i;

	if (alg_read(alg, &oid, &params))
		return RC_DAMAGED;
	for (i = 0; i < ARRAY_SIZE(digests); i++) {
		if (!oid_is(oid, digests[i].oid))
			continue;
		*hash = digests[i].hash;
		return RC_OK;
	}
	return RC_UNSUPPORTED;
}

static enum rc
read_mask(enum hash *hash, struct span alg)
{
	struct span oid;
	struct span params;

	if (alg_read(alg, &oid, &params))
		return RC_DAMAGED;
	if (!oid_is(oid, OID_MGF1))
		return RC_UNSUPPORTED;
	return read_digest(hash, params);
}

enum rc
signature_read_pss(struct pss *pss, struct span params)
{
	enum hash mask = HASH_SHA1;
	struct span in = SPAN_NONE;
	struct span part;
	uint64_t salt = PSS_SALT_DEFAULT;
	uint64_t trailer = 1;
	enum rc rc = RC_OK;

	pss->hash = HASH_SHA1;
	if (params.size && der_only(params, DER_SEQUENCE, &in))
		return RC_DAMAGED;
	if (der_optional(&in, DER_CONTEXT_SET(0), &part))
		rc = read_digest(&pss->hash, part);
	if (!rc && der_optional(&in, DER_CONTEXT_SET(1), &part))
		rc = read_mask(&mask, part);
	if (!rc && der_optional(&in, DER_CONTEXT_SET(2), &part))
		rc = der_take_number(&part, &salt);
	if (!rc && der_optional(&in, DER_CONTEXT_SET(3), &part))
		rc = der_take_number(&part, &trailer);
	if (!rc && in.size)
		rc = RC_DAMAGED;
	if (!rc && (mask != pss->hash || trailer != 1 || salt > PSS_SALT_MAX))
		rc = RC_UNSUPPORTED;
	pss->salt_size = (unsigned)salt;
	return rc == RC_LIMIT ? RC_DAMAGED : rc;
}

enum rc
signature_put_pss(struct buf *out, const struct pss *pss)
{
	const struct digest_row *row = digest_row(pss->hash);
	struct buf digest = BUF_INIT;
	struct buf params = BUF_INIT;
	size_t at;
	enum rc rc;

	alg_put_null(&digest, row ? row->oid : OID_SHA1);
	der_put(&params, DER_CONTEXT_SET(0), buf_span(&digest));
	at = params.size;
	alg_put(&params, OID_MGF1, buf_span(&digest));
	der_wrap(&params, at, DER_CONTEXT_SET(1));
	at = params.size;
	der_put_number(&params, pss->salt_size);
	der_wrap(&params, at, DER_CONTEXT_SET(2));
	der_wrap(&params, 0, DER_SEQUENCE);
	rc = buf_rc(&digest);
	if (!rc)
		rc = buf_rc(&params);
	if (!rc) {
		alg_put(out, OID_RSA_PSS, buf_span(&params));
		rc = buf_rc(out);
	}
	buf_release(&digest);
	buf_release(&params);
	return rc;
}
