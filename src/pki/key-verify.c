/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/alg.h"
#include "pki/datum.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/signature.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

/* A signature under a key without bounds could take hours to check. These are OpenSSL's, in bytes
 * of INTEGERs: RSA has 16384 bits, and over 3072 exponents of 64, else of 256 (FIPS 186-4); DSA
 * has 10000 bits, and an order of 256. */
enum {
	SPKI_MAX = 4096,
	MODULUS_MAX = 2049,
	MODULUS_SHORT = 385,
	EXPONENT_MAX = 33,
	EXPONENT_SHORT = 9,
	DSA_PRIME_MAX = 1251,
	DSA_ORDER_MAX = 33,
};

/* What a verification costs is counted in those of this many bits. */
enum { COST_BITS = 2048 };

/* Weak digests are told elsewhere; here only whether the signature is right. */
static const unsigned verify_flags =
    GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1;

static enum rc
rc_of(int ret)
{
	if (ret == GNUTLS_E_PK_SIG_VERIFY_FAILED)
		return RC_INVALID;
	if (ret == GNUTLS_E_UNKNOWN_HASH_ALGORITHM || ret == GNUTLS_E_INSUFFICIENT_SECURITY ||
	    ret == GNUTLS_E_LIB_IN_ERROR_STATE)
		return RC_UNSUPPORTED;
	return datum_rc(ret);
}

/* Says to the library what the signature's parameters say. */
static enum rc
set_pss(gnutls_pubkey_t key, const struct pss *pss)
{
	gnutls_x509_spki_t spki;
	int ret;

	ret = gnutls_x509_spki_init(&spki);
	if (ret < 0)
		return rc_of(ret);
	gnutls_x509_spki_set_rsa_pss_params(spki, signature_digest(pss->hash), pss->salt_size);
	ret = gnutls_pubkey_set_spki(key, spki, 0);
	gnutls_x509_spki_deinit(spki);
	return ret < 0 ? RC_INVALID : RC_OK;
}

/* Which of the library's algorithms alg is; *pss is filled where it has parameters. */
static enum rc
read_alg(gnutls_sign_algorithm_t *id, struct pss *pss, struct span alg)
{
	const struct signature *row;
	struct span oid;
	struct span params;
	enum rc rc;

	pss->hash = HASH_NONE;
	if (alg_read(alg, &oid, &params))
		return RC_DAMAGED;
	if (!oid_is(oid, OID_RSA_PSS)) {
		row = signature_find(oid_find(oid));
		*id = row ? row->id : GNUTLS_SIGN_UNKNOWN;
		return row ? RC_OK : RC_UNSUPPORTED;
	}
	rc = signature_read_pss(pss, params);
	if (rc)
		return rc;
	*id = signature_pss(pss->hash);
	return *id == GNUTLS_SIGN_UNKNOWN ? RC_UNSUPPORTED : RC_OK;
}

/* Takes the numbers of an RSA key from what stands behind the algorithm. */
static bool
is_rsa(struct span *modulus, struct span *exponent, struct span oid, struct span in)
{
	struct span bits;

	return (oid_is(oid, OID_RSA) || oid_is(oid, OID_RSA_PSS)) &&
	       !der_only(in, DER_BIT_STRING, &bits) &&
	       !der_only(span_part(bits, 1, SIZE_MAX), DER_SEQUENCE, &in) &&
	       !der_take(&in, DER_INTEGER, modulus) && !der_take(&in, DER_INTEGER, exponent);
}

/* Takes the prime and the order from the parameters of a DSA key. */
static bool
is_dsa(struct span *prime, struct span *order, struct span oid, struct span params)
{
	struct span in;

	return oid_is(oid, OID_DSA) && !der_only(params, DER_SEQUENCE, &in) &&
	       !der_take(&in, DER_INTEGER, prime) && !der_take(&in, DER_INTEGER, order);
}

/* True for a key over these bounds. in is what stands behind the algorithm. */
static bool
is_slow(struct span oid, struct span params, struct span in)
{
	struct span modulus;
	struct span exponent;

	if (is_dsa(&modulus, &exponent, oid, params))
		return modulus.size > DSA_PRIME_MAX || exponent.size > DSA_ORDER_MAX;
	if (!is_rsa(&modulus, &exponent, oid, in))
		return false; /* if it is RSA at all, the library refuses it */
	return modulus.size > MODULUS_MAX ||
	       exponent.size > (modulus.size > MODULUS_SHORT ? EXPONENT_SHORT : EXPONENT_MAX);
}

/* The key as the library is to see it. One for RSASSA-PSS only becomes a plain RSA key: the library
 * would hold on to the key's parameters where those of the signature count (RFC 4055 section 3.3).
 * Others stay as they are. RC_INVALID when the key forbids the signature, RC_UNSUPPORTED for a
 * curve that is spelled out, and for what takes too long. */
static enum rc
plain_key(struct buf *out, struct span spki, const struct pss *pss)
{
	struct span in;
	struct span alg;
	struct span oid;
	struct span params;
	struct pss asked;

	if (der_only(spki, DER_SEQUENCE, &in) || alg_take(&in, &alg) ||
	    alg_read(alg, &oid, &params))
		return RC_DAMAGED;
	if (spki.size > SPKI_MAX || is_slow(oid, params, in))
		return RC_UNSUPPORTED;
	if (oid_is(oid, OID_EC_KEY) && der_peek(params) != DER_OID)
		return RC_UNSUPPORTED;
	if (!oid_is(oid, OID_RSA_PSS)) {
		buf_put(out, spki);
		return buf_rc(out);
	}
	if (pss->hash == HASH_NONE)
		return RC_INVALID;
	if (params.size && (signature_read_pss(&asked, params) || asked.hash != pss->hash ||
			    asked.salt_size > pss->salt_size))
		return RC_INVALID;
	alg_put_null(out, OID_RSA);
	buf_put(out, in);
	der_wrap(out, 0, DER_SEQUENCE);
	return buf_rc(out);
}

static enum rc
verify(gnutls_pubkey_t key, gnutls_sign_algorithm_t id, struct span tbs, struct span signature)
{
	gnutls_datum_t data = datum_of(tbs);
	gnutls_datum_t sig = datum_of(signature);
	enum rc rc;
	int ret;

	ret = gnutls_pubkey_verify_data2(key, id, verify_flags, &data, &sig);
	rc = ret < 0 ? rc_of(ret) : RC_OK;
	/* a key of another kind, or bytes that cannot be a signature: wrong, and nothing else */
	return rc == RC_DAMAGED ? RC_INVALID : rc;
}

enum rc
key_verify(struct span spki, struct span alg, struct span tbs, struct span signature)
{
	struct buf plain = BUF_INIT;
	struct pss pss;
	gnutls_pubkey_t key = NULL;
	gnutls_sign_algorithm_t id = GNUTLS_SIGN_UNKNOWN;
	gnutls_datum_t public;
	enum rc rc;

	rc = read_alg(&id, &pss, alg);
	if (!rc)
		rc = plain_key(&plain, spki, &pss);
	if (rc)
		goto out;
	public = datum_of(buf_span(&plain));
	rc = rc_of(gnutls_pubkey_init(&key));
	if (!rc)
		rc = rc_of(gnutls_pubkey_import(key, &public, GNUTLS_X509_FMT_DER));
	if (!rc && pss.hash != HASH_NONE)
		rc = set_pss(key, &pss);
	if (!rc)
		rc = verify(key, id, tbs, signature);
	/* GnuTLS does not tell a wrong signature from want of memory: asked again, it may say more.
	 */
	if (rc == RC_INVALID)
		rc = verify(key, id, tbs, signature);
out:
	if (key)
		gnutls_pubkey_deinit(key);
	buf_release(&plain);
	return rc;
}

/* How long the exponent is that a signature is raised to, in bytes. */
static size_t
exponent_size(struct span oid, struct span params, struct span in)
{
	struct span modulus;
	struct span exponent;

	if (is_rsa(&modulus, &exponent, oid, in) || is_dsa(&modulus, &exponent, oid, params))
		return exponent.size;
	return 0;
}

uint64_t
key_verify_cost(struct span spki)
{
	const uint64_t unit = (uint64_t)COST_BITS * COST_BITS * COST_BITS;
	struct span in;
	struct span alg;
	struct span oid;
	struct span params;
	uint64_t bits;
	uint64_t cost;
	uint64_t words;

	if (der_only(spki, DER_SEQUENCE, &in) || alg_take(&in, &alg) ||
	    alg_read(alg, &oid, &params))
		return 1;
	if (spki.size > SPKI_MAX || is_slow(oid, params, in))
		return UINT64_MAX;
	bits = key_size(spki);
	cost = (bits * bits * bits + unit - 1) / unit;
	words = (exponent_size(oid, params, in) + 7) / 8;
	return (cost ? cost : 1) * (words ? words : 1);
}
