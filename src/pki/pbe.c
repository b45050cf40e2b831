/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/pbe.h"

#include "base/env.h"
#include "pki/alg.h"
#include "pki/der.h"
#include "pki/pbe-scheme.h"

#include <string.h>

enum { AES_BLOCK = 16, AES256_KEY = 32 };

enum rc
pbe_our_params(struct span alg, unsigned char *salt, uint64_t *iterations)
{
	struct scheme scheme;

	if (scheme_read(&scheme, alg, NULL) || scheme.kdf.kind != KDF_PBKDF2 ||
	    scheme.kdf.mac != GNUTLS_MAC_SHA256 || scheme.kdf.salt.size != PBE_SALT_SIZE ||
	    scheme.cipher.kind != CIPHER_LIBRARY || scheme.cipher.id != GNUTLS_CIPHER_AES_256_CBC)
		return RC_UNSUPPORTED;
	memcpy(salt, scheme.kdf.salt.data, PBE_SALT_SIZE);
	*iterations = scheme.kdf.iterations;
	return RC_OK;
}

static bool
is_approved(const struct scheme *scheme)
{
	static const gnutls_cipher_algorithm_t ciphers[] = {
		GNUTLS_CIPHER_AES_128_CBC,
		GNUTLS_CIPHER_AES_192_CBC,
		GNUTLS_CIPHER_AES_256_CBC,
	};
	static const gnutls_mac_algorithm_t macs[] = { GNUTLS_MAC_SHA1, GNUTLS_MAC_SHA224,
						       GNUTLS_MAC_SHA256, GNUTLS_MAC_SHA384,
						       GNUTLS_MAC_SHA512 };
	bool cipher = false;
	bool mac = false;

	for (size_t i = 0; i < ARRAY_SIZE(ciphers); i++)
		cipher = cipher || scheme->cipher.id == ciphers[i];
	for (size_t i = 0; i < ARRAY_SIZE(macs); i++)
		mac = mac || scheme->kdf.mac == macs[i];
	return scheme->kdf.kind == KDF_PBKDF2 && mac && scheme->cipher.kind == CIPHER_LIBRARY &&
	       cipher;
}

/* What stands first says more than the cipher within PBES2, and is what people know. */
static enum rc
not_approved(struct span alg, struct err *err)
{
	struct buf name = BUF_INIT;
	struct span oid;
	struct span params;

	if (!alg_read(alg, &oid, &params))
		oid_put_name(&name, oid);
	(void)err_set(err, RC_NOT_APPROVED,
		      "it is encrypted with %s, which FIPS 140-3 does not approve",
		      buf_text(&name));
	buf_release(&name);
	return RC_NOT_APPROVED;
}

enum rc
pbe_decrypt(struct secret **plain, struct pw *pw, const struct pbe_text *in,
	    bool (*right)(struct span plain), struct err *err)
{
	struct scheme scheme;
	const struct secret *key;
	const enum pw_form *form;
	enum rc rc;

	*plain = NULL;
	rc = scheme_read(&scheme, in->alg, err);
	if (rc)
		return rc;
	if (pw_wants_approved(pw) && !is_approved(&scheme))
		return not_approved(in->alg, err);
	for (form = scheme.forms; *form != FORM_COUNT; form++) {
		rc = pw_derive(&key, pw, &scheme.kdf, *form, err);
		if (!rc)
			rc = scheme_decrypt(plain, &scheme, secret_span(key), in->text);
		if (!rc && right && !right(secret_span(*plain))) {
			secret_free(plain);
			rc = RC_WRONG_SECRET;
		}
		if (rc != RC_WRONG_SECRET && rc != RC_NOT_FOUND)
			return rc ? err_default(err, rc) : RC_OK;
	}
	return err_default(err, RC_WRONG_SECRET);
}

/* Takes an EncryptedPrivateKeyInfo (RFC 5958 section 3) apart. */
static enum rc
epki_read(struct span epki, struct pbe_text *out)
{
	struct span in;
	enum rc rc;

	rc = der_only(epki, DER_SEQUENCE, &in);
	if (!rc)
		rc = alg_take(&in, &out->alg);
	if (!rc)
		rc = der_only(in, DER_OCTET_STRING, &out->text);
	return rc;
}

bool
pbe_is_key(struct span der)
{
	struct pbe_text out;

	return epki_read(der, &out) == RC_OK;
}

bool
pbe_is_approved(struct span epki)
{
	struct pbe_text out;
	struct scheme scheme;

	return !epki_read(epki, &out) && !scheme_read(&scheme, out.alg, NULL) &&
	       is_approved(&scheme);
}

static bool
is_key(struct span plain)
{
	struct span in;
	struct span alg;
	struct span oid;
	struct span octets;
	uint64_t version;

	return !der_only(plain, DER_SEQUENCE, &in) && !der_take_number(&in, &version) &&
	       !der_take(&in, DER_SEQUENCE, &alg) && !der_take(&alg, DER_OID, &oid) &&
	       !der_take(&in, DER_OCTET_STRING, &octets);
}

enum rc
pbe_open_key(struct secret **pkcs8, struct pw *pw, struct span epki, struct err *err)
{
	struct pbe_text in;

	*pkcs8 = NULL;
	if (epki_read(epki, &in))
		return err_set(err, RC_DAMAGED, "the encrypted key is damaged");
	return pbe_decrypt(pkcs8, pw, &in, is_key, err);
}

/* Appends PBES2 as pkcs12-store.md has it. */
static void
put_alg(struct buf *out, struct span salt, uint64_t iterations, struct span iv)
{
	size_t all = out->size;
	size_t params;
	size_t kdf;
	size_t pbkdf2;
	size_t encryption;

	der_put(out, DER_OID, oid_octets(OID_PBES2));
	params = out->size;
	kdf = out->size;
	der_put(out, DER_OID, oid_octets(OID_PBKDF2));
	pbkdf2 = out->size;
	der_put(out, DER_OCTET_STRING, salt);
	der_put_number(out, iterations);
	alg_put_null(out, OID_HMAC_SHA256);
	der_wrap(out, pbkdf2, DER_SEQUENCE);
	der_wrap(out, kdf, DER_SEQUENCE);
	encryption = out->size;
	der_put(out, DER_OID, oid_octets(OID_AES256_CBC));
	der_put(out, DER_OCTET_STRING, iv);
	der_wrap(out, encryption, DER_SEQUENCE);
	der_wrap(out, params, DER_SEQUENCE);
	der_wrap(out, all, DER_SEQUENCE);
}

/* But for salt and count. */
static struct kdf
our_kdf(void)
{
	return (struct kdf){ .kind = KDF_PBKDF2, .mac = GNUTLS_MAC_SHA256, .size = AES256_KEY };
}

void
pbe_begin_shroud(struct pw *pw, const unsigned char *salt, uint64_t iterations)
{
	struct kdf kdf = our_kdf();

	kdf.salt = SPAN_OF(salt, PBE_SALT_SIZE);
	kdf.iterations = iterations;
	if (!salt && pw_shroud(pw, &kdf.salt, &kdf.iterations))
		return;
	pw_begin(pw, &kdf, FORM_UTF8);
}

enum rc
pbe_encrypt(struct buf *alg, struct buf *text, struct pw *pw, struct span plain)
{
	unsigned char iv[AES_BLOCK];
	struct scheme scheme = {
		.kdf = our_kdf(),
		.iv = SPAN_OF(iv, sizeof(iv)),
		.cipher = { .id = GNUTLS_CIPHER_AES_256_CBC, .block = AES_BLOCK },
	};
	struct kdf *kdf = &scheme.kdf;
	const struct secret *key;
	enum rc rc;

	rc = pw_shroud(pw, &kdf->salt, &kdf->iterations);
	if (!rc)
		rc = pw_derive_own(&key, pw, kdf, FORM_UTF8);
	if (!rc)
		rc = env_random(iv, sizeof(iv));
	if (rc)
		return rc;
	put_alg(alg, kdf->salt, kdf->iterations, scheme.iv);
	rc = scheme_encrypt(text, &scheme, secret_span(key), plain);
	return rc ? rc : buf_rc(alg);
}

enum rc
pbe_shroud(struct buf *epki, struct pw *pw, const struct secret *pkcs8)
{
	struct buf text = BUF_INIT;
	size_t at = epki->size;
	enum rc rc;

	rc = pbe_encrypt(epki, &text, pw, secret_span(pkcs8));
	if (!rc) {
		der_put(epki, DER_OCTET_STRING, buf_span(&text));
		der_wrap(epki, at, DER_SEQUENCE);
		rc = buf_rc(epki);
	}
	if (rc && !epki->bad)
		buf_cut(epki, at);
	buf_release(&text);
	return rc;
}
