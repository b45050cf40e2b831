/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/alg.h"
#include "pki/key.h"
#include "pki/signature.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

/* Weak digests are told elsewhere; here only whether the signature is right. */
static const unsigned verify_flags =
    GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1;

static enum rc
rc_of(int ret)
{
	switch (ret) {
	case GNUTLS_E_PK_SIG_VERIFY_FAILED:
		return RC_INVALID;
	case GNUTLS_E_MEMORY_ERROR:
		return RC_NO_MEMORY;
	case GNUTLS_E_UNKNOWN_PK_ALGORITHM:
	case GNUTLS_E_UNIMPLEMENTED_FEATURE:
	case GNUTLS_E_ECC_UNSUPPORTED_CURVE:
	case GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM:
	case GNUTLS_E_UNKNOWN_HASH_ALGORITHM:
		return RC_UNSUPPORTED;
	default:
		return ret < 0 ? RC_DAMAGED : RC_OK;
	}
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

/* Which of the library's algorithms alg is; sets the key up for it. */
static enum rc
read_alg(gnutls_sign_algorithm_t *id, gnutls_pubkey_t key, struct span alg)
{
	const struct signature *row;
	struct span oid;
	struct span params;
	struct pss pss;
	enum rc rc;

	if (alg_read(alg, &oid, &params))
		return RC_DAMAGED;
	if (!oid_is(oid, OID_RSA_PSS)) {
		row = signature_find(oid_find(oid));
		*id = row ? row->id : GNUTLS_SIGN_UNKNOWN;
		return row ? RC_OK : RC_UNSUPPORTED;
	}
	rc = signature_read_pss(&pss, params);
	if (rc)
		return rc;
	*id = signature_pss(pss.hash);
	return *id == GNUTLS_SIGN_UNKNOWN ? RC_UNSUPPORTED : set_pss(key, &pss);
}

enum rc
key_verify(struct span spki, struct span alg, struct span tbs, struct span signature)
{
	gnutls_pubkey_t key;
	gnutls_sign_algorithm_t id = GNUTLS_SIGN_UNKNOWN;
	gnutls_datum_t public = { (unsigned char *)(uintptr_t)spki.data, (unsigned)spki.size };
	gnutls_datum_t data = { (unsigned char *)(uintptr_t)tbs.data, (unsigned)tbs.size };
	gnutls_datum_t sig = { (unsigned char *)(uintptr_t)signature.data,
			       (unsigned)signature.size };
	enum rc rc;

	rc = rc_of(gnutls_pubkey_init(&key));
	if (rc)
		return rc;
	rc = rc_of(gnutls_pubkey_import(key, &public, GNUTLS_X509_FMT_DER));
	if (!rc)
		rc = read_alg(&id, key, alg);
	if (!rc) {
		int ret = gnutls_pubkey_verify_data2(key, id, verify_flags, &data, &sig);

		/* a key of another kind, or a signature that cannot be one, is wrong and nothing
		 * else */
		rc = ret < 0 ? rc_of(ret) : RC_OK;
		if (rc == RC_DAMAGED)
			rc = RC_INVALID;
	}
	gnutls_pubkey_deinit(key);
	return rc;
}
