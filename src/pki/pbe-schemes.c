/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameters of RFC 8018 appendix A, RFC 7292 appendix C, RFC 7914 section 7 and RFC 9337. */
#include "pki/alg.h"
#include "pki/der.h"
#include "pki/pbe-scheme.h"

enum {
	KEY_3DES = 24,
	KEY_2DES = 16,
	KEY_GOST = 32,
	SALT_GOST_MIN = 8,
	RC2_DEFAULT_BITS = 32, /* of RFC 2268 section 6, when the version is absent */
	DES_BLOCK = 8,
};

static const struct cipher cipher_3des = { .id = GNUTLS_CIPHER_3DES_CBC, .block = DES_BLOCK };
static const struct cipher cipher_2des = { .id = GNUTLS_CIPHER_3DES_CBC,
					   .block = DES_BLOCK,
					   .two_keys = true };
static const struct cipher cipher_des = { .id = GNUTLS_CIPHER_DES_CBC, .block = DES_BLOCK };
static const struct cipher cipher_rc2_128 = { .kind = CIPHER_RC2, .bits = 128, .block = DES_BLOCK };
static const struct cipher cipher_rc2_64 = { .kind = CIPHER_RC2, .bits = 64, .block = DES_BLOCK };
static const struct cipher cipher_rc2_40 = { .kind = CIPHER_RC2, .bits = 40, .block = DES_BLOCK };
static const struct cipher cipher_rc4 = { .kind = CIPHER_RC4, .block = 1 };

struct pbes1 {
	enum oid oid;
	enum kdf_kind kind;
	gnutls_mac_algorithm_t mac;
	size_t key_size;
	const struct cipher *cipher;
};

static const struct pbes1 pbes1_table[] = {
	{ OID_P12_3DES, KDF_P12, GNUTLS_MAC_SHA1, KEY_3DES, &cipher_3des },
	{ OID_P12_2DES, KDF_P12, GNUTLS_MAC_SHA1, KEY_2DES, &cipher_2des },
	{ OID_P12_RC2_128, KDF_P12, GNUTLS_MAC_SHA1, 16, &cipher_rc2_128 },
	{ OID_P12_RC2_40, KDF_P12, GNUTLS_MAC_SHA1, 5, &cipher_rc2_40 },
	{ OID_P12_RC4_128, KDF_P12, GNUTLS_MAC_SHA1, 16, &cipher_rc4 },
	{ OID_P12_RC4_40, KDF_P12, GNUTLS_MAC_SHA1, 5, &cipher_rc4 },
	{ OID_PBE_MD5_DES, KDF_PBKDF1, GNUTLS_MAC_MD5, 8, &cipher_des },
	{ OID_PBE_SHA1_DES, KDF_PBKDF1, GNUTLS_MAC_SHA1, 8, &cipher_des },
	{ OID_PBE_MD5_RC2, KDF_PBKDF1, GNUTLS_MAC_MD5, 8, &cipher_rc2_64 },
	{ OID_PBE_SHA1_RC2, KDF_PBKDF1, GNUTLS_MAC_SHA1, 8, &cipher_rc2_64 },
};

struct pbes2_cipher {
	enum oid oid;
	gnutls_cipher_algorithm_t id;
};

static const struct pbes2_cipher pbes2_table[] = {
	{ OID_AES128_CBC, GNUTLS_CIPHER_AES_128_CBC },
	{ OID_AES192_CBC, GNUTLS_CIPHER_AES_192_CBC },
	{ OID_AES256_CBC, GNUTLS_CIPHER_AES_256_CBC },
	{ OID_3DES_CBC, GNUTLS_CIPHER_3DES_CBC },
	{ OID_DES_CBC, GNUTLS_CIPHER_DES_CBC },
	{ OID_CAMELLIA128_CBC, GNUTLS_CIPHER_CAMELLIA_128_CBC },
	{ OID_CAMELLIA192_CBC, GNUTLS_CIPHER_CAMELLIA_192_CBC },
	{ OID_CAMELLIA256_CBC, GNUTLS_CIPHER_CAMELLIA_256_CBC },
};

struct prf {
	enum oid oid;
	gnutls_mac_algorithm_t mac;
};

static const struct prf prf_table[] = {
	{ OID_HMAC_MD5, GNUTLS_MAC_MD5 },
	{ OID_HMAC_SHA1, GNUTLS_MAC_SHA1 },
	{ OID_HMAC_SHA224, GNUTLS_MAC_SHA224 },
	{ OID_HMAC_SHA256, GNUTLS_MAC_SHA256 },
	{ OID_HMAC_SHA384, GNUTLS_MAC_SHA384 },
	{ OID_HMAC_SHA512, GNUTLS_MAC_SHA512 },
	{ OID_HMAC_GOST94, GNUTLS_MAC_GOSTR_94 },
	{ OID_HMAC_GOST_256, GNUTLS_MAC_STREEBOG_256 },
	{ OID_HMAC_GOST_512, GNUTLS_MAC_STREEBOG_512 },
};

/* The S-boxes of GOST 28147 by OID (RFC 4357 section 11.2, RFC 9337 section 7.3): not in the public
 * table, as nothing but these parameters holds them. */
struct gost_box {
	const char *octets;
	size_t size;
	gnutls_cipher_algorithm_t id;
};

static const struct gost_box gost_table[] = {
	{ "\x2a\x85\x03\x02\x02\x1f\x01", 7, GNUTLS_CIPHER_GOST28147_CPA_CFB },
	{ "\x2a\x85\x03\x02\x02\x1f\x02", 7, GNUTLS_CIPHER_GOST28147_CPB_CFB },
	{ "\x2a\x85\x03\x02\x02\x1f\x03", 7, GNUTLS_CIPHER_GOST28147_CPC_CFB },
	{ "\x2a\x85\x03\x02\x02\x1f\x04", 7, GNUTLS_CIPHER_GOST28147_CPD_CFB },
	{ "\x2a\x85\x03\x07\x01\x02\x05\x01\x01", 9, GNUTLS_CIPHER_GOST28147_TC26Z_CFB },
};

/* RC_UNSUPPORTED, with words that name what is not known. */
static enum rc
unknown(const char *what, struct span oid, struct err *err)
{
	struct buf name = BUF_INIT;
	enum rc rc;

	oid_put_name(&name, oid);
	rc = err_set(err, RC_UNSUPPORTED, "the %s %s is not supported", what, buf_text(&name));
	buf_release(&name);
	return rc;
}

static enum rc
damaged(const char *what, struct err *err)
{
	return err_set(err, RC_DAMAGED, "the parameters of the %s are damaged", what);
}

/* An AlgorithmIdentifier, taken apart. */
struct alg_view {
	enum oid id;
	struct span oid;
	struct span params;
};

static enum rc
view_alg(struct alg_view *view, struct span alg, const char *what, struct err *err)
{
	if (alg_read(alg, &view->oid, &view->params))
		return damaged(what, err);
	view->id = oid_find(view->oid);
	return RC_OK;
}

/* Takes an INTEGER that is a count: one over 2^63 stays a number over every limit. */
static enum rc
take_count(struct span *in, uint64_t *count)
{
	struct span value;
	enum rc rc;

	rc = der_take(in, DER_INTEGER, &value);
	if (rc)
		return rc;
	rc = der_number(value, count);
	if (rc == RC_LIMIT) {
		*count = UINT64_MAX;
		rc = RC_OK;
	}
	return rc;
}

gnutls_mac_algorithm_t
scheme_hmac(struct span oid)
{
	enum oid id = oid_find(oid);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(prf_table); i++) {
		if (prf_table[i].oid == id)
			return prf_table[i].mac;
	}
	return GNUTLS_MAC_UNKNOWN;
}

static enum rc
read_prf(struct kdf *kdf, struct span *in, struct err *err)
{
	struct span alg;
	struct span oid;
	struct span params;

	kdf->mac = GNUTLS_MAC_SHA1;
	if (in->size == 0)
		return RC_OK;
	if (alg_take(in, &alg) || alg_read(alg, &oid, &params) || in->size)
		return damaged("key derivation", err);
	kdf->mac = scheme_hmac(oid);
	if (kdf->mac == GNUTLS_MAC_UNKNOWN)
		return unknown("pseudorandom function", oid, err);
	return RC_OK;
}

static enum rc
set_size(struct kdf *kdf, uint64_t size, struct err *err)
{
	if (size > KDF_SIZE_MAX)
		return err_set(err, RC_LIMIT, "asks for a key of over %d bytes", KDF_SIZE_MAX);
	kdf->size = (size_t)size;
	return RC_OK;
}

static enum rc
read_pbkdf2(struct kdf *kdf, struct span params, struct err *err)
{
	struct span in;
	uint64_t size = 0;
	enum rc rc;

	kdf->kind = KDF_PBKDF2;
	if (der_only(params, DER_SEQUENCE, &in) || der_take(&in, DER_OCTET_STRING, &kdf->salt) ||
	    take_count(&in, &kdf->iterations))
		return damaged("key derivation", err);
	if (der_peek(in) == DER_INTEGER && take_count(&in, &size))
		return damaged("key derivation", err);
	rc = set_size(kdf, size, err);
	return rc ? rc : read_prf(kdf, &in, err);
}

static enum rc
read_scrypt(struct kdf *kdf, struct span params, struct err *err)
{
	struct span in;
	uint64_t size = 0;

	kdf->kind = KDF_SCRYPT;
	if (der_only(params, DER_SEQUENCE, &in) || der_take(&in, DER_OCTET_STRING, &kdf->salt) ||
	    take_count(&in, &kdf->iterations) || take_count(&in, &kdf->block) ||
	    take_count(&in, &kdf->parallel))
		return damaged("key derivation", err);
	if (in.size && (take_count(&in, &size) || in.size))
		return damaged("key derivation", err);
	return set_size(kdf, size, err);
}

enum rc
scheme_read_kdf(struct kdf *kdf, struct span alg, struct err *err)
{
	struct alg_view view;

	*kdf = (struct kdf){ .size = 0 };
	if (view_alg(&view, alg, "key derivation", err))
		return RC_DAMAGED;
	if (view.id == OID_PBKDF2)
		return read_pbkdf2(kdf, view.params, err);
	if (view.id == OID_SCRYPT)
		return read_scrypt(kdf, view.params, err);
	return unknown("key derivation", view.oid, err);
}

/* RFC 8018 appendix B.2.3: the version is a code for the effective bits. */
static enum rc
read_rc2(struct scheme *scheme, struct span params, struct err *err)
{
	struct span in;
	uint64_t version;
	uint64_t bits = RC2_DEFAULT_BITS;

	scheme->cipher = (struct cipher){ .kind = CIPHER_RC2, .block = DES_BLOCK };
	if (der_only(params, DER_SEQUENCE, &in))
		return damaged("encryption", err);
	if (der_peek(in) == DER_INTEGER) {
		if (take_count(&in, &version))
			return damaged("encryption", err);
		if (version == 160)
			bits = 40;
		else if (version == 120)
			bits = 64;
		else if (version == 58)
			bits = 128;
		else
			bits = version;
	}
	if (bits > 1024 || (bits < 256 && bits != 128 && bits != 64 && bits != 40 && bits != 32))
		return err_set(err, RC_UNSUPPORTED, "an RC2 key of odd length");
	if (der_only(in, DER_OCTET_STRING, &scheme->iv))
		return damaged("encryption", err);
	scheme->cipher.bits = (unsigned)bits;
	if (scheme->kdf.size == 0)
		scheme->kdf.size = (size_t)(bits + 7) / 8;
	return RC_OK;
}

static enum rc
read_gost(struct scheme *scheme, struct span params, struct err *err)
{
	struct span in;
	struct span box;
	size_t i;

	scheme->kdf.size = KEY_GOST;
	if (der_only(params, DER_SEQUENCE, &in) || der_take(&in, DER_OCTET_STRING, &scheme->iv) ||
	    der_only(in, DER_OID, &box))
		return damaged("encryption", err);
	for (i = 0; i < ARRAY_SIZE(gost_table); i++) {
		if (!span_equal(box, SPAN_OF(gost_table[i].octets, gost_table[i].size)))
			continue;
		scheme->cipher = (struct cipher){ .id = gost_table[i].id, .block = 1 };
		return RC_OK;
	}
	return unknown("S-box", box, err);
}

static enum rc
read_encryption(struct scheme *scheme, struct span alg, struct err *err)
{
	struct alg_view view;
	size_t i;

	if (view_alg(&view, alg, "encryption", err))
		return RC_DAMAGED;
	if (view.id == OID_RC2_CBC)
		return read_rc2(scheme, view.params, err);
	if (view.id == OID_GOST28147)
		return read_gost(scheme, view.params, err);
	for (i = 0; i < ARRAY_SIZE(pbes2_table); i++) {
		if (pbes2_table[i].oid == view.id)
			break;
	}
	if (i == ARRAY_SIZE(pbes2_table))
		return unknown("cipher", view.oid, err);
	if (der_only(view.params, DER_OCTET_STRING, &scheme->iv))
		return damaged("encryption", err);
	scheme->cipher = (struct cipher){ .id = pbes2_table[i].id };
	scheme->cipher.block = gnutls_cipher_get_block_size(scheme->cipher.id);
	scheme->kdf.size = gnutls_cipher_get_key_size(scheme->cipher.id);
	return RC_OK;
}

static enum rc
read_pbes2(struct scheme *scheme, struct span params, struct err *err)
{
	struct span in;
	struct span kdf;
	struct span encryption;
	size_t said;
	enum rc rc;

	scheme->forms = pw_forms_text;
	if (der_only(params, DER_SEQUENCE, &in) || alg_take(&in, &kdf) ||
	    alg_take(&in, &encryption) || in.size)
		return damaged("encryption", err);
	rc = scheme_read_kdf(&scheme->kdf, kdf, err);
	if (rc)
		return rc;
	said = scheme->kdf.size;
	rc = read_encryption(scheme, encryption, err);
	if (!rc && said && said != scheme->kdf.size)
		rc = err_set(err, RC_DAMAGED, "the key's length does not fit the cipher");
	return rc;
}

static enum rc
read_pbes1(struct scheme *scheme, const struct pbes1 *row, struct span params, struct err *err)
{
	struct span in;

	scheme->forms = row->kind == KDF_P12 ? pw_forms_p12 : pw_forms_text;
	scheme->cipher = *row->cipher;
	scheme->kdf.kind = row->kind;
	scheme->kdf.mac = row->mac;
	scheme->kdf.use = KDF_FOR_KEY;
	scheme->kdf.size = row->key_size;
	scheme->kdf.iv_size = row->cipher->block > 1 ? row->cipher->block : 0;
	if (der_only(params, DER_SEQUENCE, &in) ||
	    der_take(&in, DER_OCTET_STRING, &scheme->kdf.salt) ||
	    take_count(&in, &scheme->kdf.iterations) || in.size)
		return damaged("encryption", err);
	return RC_OK;
}

enum rc
scheme_read(struct scheme *scheme, struct span alg, struct err *err)
{
	struct alg_view view;
	size_t i;

	*scheme = (struct scheme){ .iv = SPAN_NONE };
	if (view_alg(&view, alg, "encryption", err))
		return RC_DAMAGED;
	if (view.id == OID_PBES2)
		return read_pbes2(scheme, view.params, err);
	for (i = 0; i < ARRAY_SIZE(pbes1_table); i++) {
		if (pbes1_table[i].oid == view.id)
			return read_pbes1(scheme, &pbes1_table[i], view.params, err);
	}
	return unknown("encryption", view.oid, err);
}
