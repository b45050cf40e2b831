/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MacData (RFC 7292 section 4, RFC 9879). */
#include "pki/alg.h"
#include "pki/der.h"
#include "pki/pbe-scheme.h"

#include <gnutls/gnutls.h>

enum {
	MAC_MAX = 64,
	SHA256_SIZE = 32,
	/* Annex of TC 26's PKCS#12 profile (RFC 9548 section 3): 96 bytes of PBKDF2, of which the
	   last 32 count. */
	GOST_DERIVED = 96,
	GOST_KEY = 32,
	PBMAC1_KEY_MIN = 20, /* RFC 9879 section 5 */
};

struct mac_hash {
	enum oid oid;
	enum hash hash;
	gnutls_mac_algorithm_t mac;
};

static const struct mac_hash mac_table[] = {
	{ OID_MD5, HASH_MD5, GNUTLS_MAC_MD5 },
	{ OID_SHA1, HASH_SHA1, GNUTLS_MAC_SHA1 },
	{ OID_SHA224, HASH_SHA224, GNUTLS_MAC_SHA224 },
	{ OID_SHA256, HASH_SHA256, GNUTLS_MAC_SHA256 },
	{ OID_SHA384, HASH_SHA384, GNUTLS_MAC_SHA384 },
	{ OID_SHA512, HASH_SHA512, GNUTLS_MAC_SHA512 },
	{ OID_GOST94, HASH_NONE, GNUTLS_MAC_GOSTR_94 },
	{ OID_STREEBOG_256, HASH_NONE, GNUTLS_MAC_STREEBOG_256 },
	{ OID_STREEBOG_512, HASH_NONE, GNUTLS_MAC_STREEBOG_512 },
};

static enum rc
read_hash(struct p12_mac *mac, struct span alg)
{
	struct span oid;
	struct span params;
	size_t i;

	if (alg_read(alg, &oid, &params))
		return RC_DAMAGED;
	if (oid_is(oid, OID_PBMAC1)) {
		mac->is_pbmac1 = true;
		mac->pbmac1 = params;
		return RC_OK;
	}
	for (i = 0; i < ARRAY_SIZE(mac_table); i++) {
		if (!oid_is(oid, mac_table[i].oid))
			continue;
		mac->hash = mac_table[i].hash;
		mac->algorithm = mac_table[i].mac;
		return RC_OK;
	}
	return RC_UNSUPPORTED;
}

enum rc
p12_mac_read(struct p12_mac *mac, struct span macdata)
{
	struct span info;
	struct span alg;
	struct span count;
	enum rc rc;

	*mac = (struct p12_mac){ .hash = HASH_NONE, .iterations = 1 };
	if (der_take(&macdata, DER_SEQUENCE, &info) || alg_take(&info, &alg) ||
	    der_only(info, DER_OCTET_STRING, &mac->digest) ||
	    der_take(&macdata, DER_OCTET_STRING, &mac->salt))
		return RC_DAMAGED;
	if (macdata.size) {
		if (der_only(macdata, DER_INTEGER, &count))
			return RC_DAMAGED;
		rc = der_number(count, &mac->iterations);
		if (rc == RC_LIMIT)
			mac->iterations = UINT64_MAX;
		else if (rc)
			return rc;
	}
	return read_hash(mac, alg);
}

/* Whether the MAC matches with a derived key. */
static enum rc
matches(const struct p12_mac *mac, const struct kdf *kdf, struct span key, struct span content)
{
	unsigned char digest[MAC_MAX];
	size_t size = gnutls_hmac_get_len(mac->algorithm);

	if (kdf->kind == KDF_PBKDF2 && key.size == GOST_DERIVED && !mac->is_pbmac1)
		key = span_part(key, GOST_DERIVED - GOST_KEY, GOST_KEY);
	if (size > sizeof(digest) || size != mac->digest.size)
		return RC_WRONG_SECRET;
	if (gnutls_hmac_fast(mac->algorithm, key.data, key.size, content.data, content.size,
			     digest) < 0)
		return RC_UNSUPPORTED;
	return bytes_equal(digest, mac->digest.data, size) ? RC_OK : RC_WRONG_SECRET;
}

static enum rc
read_pbmac1(struct p12_mac *mac, struct kdf *kdf, struct err *err)
{
	struct span in;
	struct span derivation;
	struct span alg;
	struct span oid;
	struct span params;
	enum rc rc;

	if (der_only(mac->pbmac1, DER_SEQUENCE, &in) || alg_take(&in, &derivation) ||
	    alg_take(&in, &alg) || in.size || alg_read(alg, &oid, &params))
		return err_set(err, RC_DAMAGED, "the parameters of the MAC are damaged");
	rc = scheme_read_kdf(kdf, derivation, err);
	if (rc)
		return rc;
	mac->algorithm = scheme_hmac(oid);
	if (kdf->kind != KDF_PBKDF2 || mac->algorithm == GNUTLS_MAC_UNKNOWN)
		return err_set(err, RC_UNSUPPORTED, "the MAC's algorithm is not supported");
	if (kdf->size < PBMAC1_KEY_MIN) {
		return err_set(err, RC_DAMAGED,
			       "the MAC says no length for its key, or one under %d bytes",
			       PBMAC1_KEY_MIN);
	}
	return RC_OK;
}

static bool
is_gost(gnutls_mac_algorithm_t mac)
{
	return mac == GNUTLS_MAC_GOSTR_94 || mac == GNUTLS_MAC_STREEBOG_256 ||
	       mac == GNUTLS_MAC_STREEBOG_512;
}

/* The derivation of the classic MAC's key; of a GOST MAC TC 26's, or RFC 7292's as it was used
 * before. */
static struct kdf
classic_kdf(const struct p12_mac *mac, bool tc26)
{
	struct kdf kdf = {
		.kind = KDF_P12,
		.mac = mac->algorithm,
		.use = KDF_FOR_MAC,
		.salt = mac->salt,
		.iterations = mac->iterations,
		.size = gnutls_hmac_get_len(mac->algorithm),
	};

	if (tc26) {
		kdf.kind = KDF_PBKDF2;
		kdf.size = GOST_DERIVED;
	}
	return kdf;
}

/* All forms of the passphrase with one derivation. */
static enum rc
check_forms(const struct p12_mac *mac, struct pw *pw, const struct kdf *kdf, struct span content,
	    struct err *err)
{
	const enum pw_form *form = kdf->kind == KDF_P12 ? pw_forms_p12 : pw_forms_text;
	const struct secret *key;
	enum rc rc;

	for (; *form != FORM_COUNT; form++) {
		rc = pw_derive(&key, pw, kdf, *form, err);
		if (!rc)
			rc = matches(mac, kdf, secret_span(key), content);
		if (rc != RC_WRONG_SECRET && rc != RC_NOT_FOUND)
			return rc;
	}
	return RC_WRONG_SECRET;
}

enum rc
p12_mac_check(const struct p12_mac *mac, struct pw *pw, struct span content, struct err *err)
{
	struct p12_mac m = *mac;
	struct kdf kdf = { .size = 0 };
	enum rc rc = RC_WRONG_SECRET;

	if (m.is_pbmac1) {
		rc = read_pbmac1(&m, &kdf, err);
		if (!rc)
			rc = check_forms(&m, pw, &kdf, content, err);
		return rc ? err_default(err, rc) : RC_OK;
	}
	if (is_gost(m.algorithm)) {
		kdf = classic_kdf(&m, true);
		rc = check_forms(&m, pw, &kdf, content, err);
	}
	if (rc == RC_WRONG_SECRET) {
		kdf = classic_kdf(&m, false);
		rc = check_forms(&m, pw, &kdf, content, err);
	}
	return rc ? err_default(err, rc) : RC_OK;
}

static struct kdf
our_kdf(struct span salt, uint64_t iterations)
{
	return (struct kdf){
		.kind = KDF_P12,
		.mac = GNUTLS_MAC_SHA256,
		.use = KDF_FOR_MAC,
		.salt = salt,
		.iterations = iterations,
		.size = SHA256_SIZE,
	};
}

void
p12_mac_begin(struct pw *pw, struct span salt, uint64_t iterations)
{
	struct kdf kdf = our_kdf(salt, iterations);

	pw_begin(pw, &kdf, FORM_BMP_Z);
}

enum rc
p12_mac_start(struct digest **d, struct pw *pw, struct span salt, uint64_t iterations)
{
	struct kdf kdf = our_kdf(salt, iterations);
	const struct secret *key;
	struct span bytes;
	enum rc rc;

	*d = NULL;
	rc = pw_derive_own(&key, pw, &kdf, FORM_BMP_Z);
	if (rc == RC_NOT_FOUND)
		rc = pw_derive_own(&key, pw, &kdf, FORM_BYTES_Z);
	if (rc)
		return rc;
	bytes = secret_span(key);
	return digest_start(d, HASH_SHA256, &bytes);
}
