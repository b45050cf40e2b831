/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private keys shrouded as other programs' databases want them. */
#include "base/env.h"
#include "pki/alg.h"
#include "pki/der.h"
#include "pki/pbe-scheme.h"

enum { SALT_MAX = 20, AES_BLOCK = 16, AES256_KEY = 32 };

/* Counts as those programs write them: the databases' own checks cost one hash a guess, so that
 * higher ones would slow nobody down. */
struct form {
	enum oid oid; /* OID_PBES2, or that of a scheme of PBES1 */
	size_t salt_size;
	uint64_t iterations;
};

static const struct form forms[] = {
	[PBE_FORM_OURS] = { OID_PBES2, 0, 0 },
	[PBE_FORM_MD5_DES] = { OID_PBE_MD5_DES, 8, 5 },
	[PBE_FORM_SHA1_3DES] = { OID_P12_3DES, SALT_MAX, 1024 },
	[PBE_FORM_SHA384_AES] = { OID_PBES2, PW_WIDE_SALT, 4096 },
};

static void
put_pbes1(struct buf *out, const struct form *form, struct span salt)
{
	size_t params;

	der_put(out, DER_OID, oid_octets(form->oid));
	params = out->size;
	der_put(out, DER_OCTET_STRING, salt);
	der_put_number(out, form->iterations);
	der_wrap(out, params, DER_SEQUENCE);
}

/* With keyLength and a prf that has NULL for parameters: what IBM's Java writes. */
static void
put_pbes2(struct buf *out, const struct form *form, struct span salt, struct span iv)
{
	size_t params;
	size_t inner;

	der_put(out, DER_OID, oid_octets(OID_PBES2));
	params = out->size;
	der_put(out, DER_OID, oid_octets(OID_PBKDF2));
	inner = out->size;
	der_put(out, DER_OCTET_STRING, salt);
	der_put_number(out, form->iterations);
	der_put_number(out, AES256_KEY);
	alg_put_null(out, OID_HMAC_SHA384);
	der_wrap(out, inner, DER_SEQUENCE);
	der_wrap(out, params, DER_SEQUENCE);
	inner = out->size;
	der_put(out, DER_OID, oid_octets(OID_AES256_CBC));
	der_put(out, DER_OCTET_STRING, iv);
	der_wrap(out, inner, DER_SEQUENCE);
	der_wrap(out, params, DER_SEQUENCE);
}

/* Appends an AlgorithmIdentifier with fresh parameters. */
static enum rc
put_alg(struct buf *out, struct pw *pw, const struct form *form)
{
	bool is_wide = form->oid == OID_PBES2;
	unsigned char bytes[SALT_MAX];
	struct span salt = SPAN_OF(bytes, form->salt_size);
	unsigned char iv[AES_BLOCK];
	size_t at = out->size;
	enum rc rc;

	if (is_wide)
		rc = pw_wide_salt(pw, &salt);
	else
		rc = env_random(bytes, form->salt_size);
	if (!rc)
		rc = env_random(iv, sizeof(iv));
	if (rc)
		return rc;
	if (is_wide)
		put_pbes2(out, form, salt, SPAN_OF(iv, sizeof(iv)));
	else
		put_pbes1(out, form, salt);
	der_wrap(out, at, DER_SEQUENCE);
	return buf_rc(out);
}

enum rc
pbe_shroud_as(struct buf *epki, struct pw *pw, enum pbe_form form, const struct secret *pkcs8)
{
	struct buf alg = BUF_INIT;
	struct buf text = BUF_INIT;
	size_t at = epki->size;
	const struct secret *key;
	struct scheme scheme;
	enum rc rc;

	if (form == PBE_FORM_OURS)
		return pbe_shroud(epki, pw, pkcs8);
	rc = put_alg(&alg, pw, &forms[form]);
	if (!rc)
		rc = scheme_read(&scheme, buf_span(&alg), NULL);
	if (!rc)
		rc = pw_derive_own(&key, pw, &scheme.kdf, scheme.forms[0]);
	if (!rc)
		rc = scheme_encrypt(&text, &scheme, secret_span(key), secret_span(pkcs8));
	if (!rc)
		rc = buf_rc(&text);
	if (!rc) {
		buf_put(epki, buf_span(&alg));
		der_put(epki, DER_OCTET_STRING, buf_span(&text));
		der_wrap(epki, at, DER_SEQUENCE);
		rc = buf_rc(epki);
	}
	buf_release(&alg);
	buf_release(&text);
	return rc;
}

bool
pbe_follow(struct pw *pw, struct span epki)
{
	const struct form *form = &forms[PBE_FORM_SHA384_AES];
	struct scheme scheme;
	struct span alg;
	struct span in;

	if (der_only(epki, DER_SEQUENCE, &in) || alg_take(&in, &alg) ||
	    scheme_read(&scheme, alg, NULL) || scheme.kdf.kind != KDF_PBKDF2 ||
	    scheme.kdf.mac != GNUTLS_MAC_SHA384 || scheme.kdf.salt.size != PW_WIDE_SALT ||
	    scheme.kdf.iterations != form->iterations || scheme.cipher.kind != CIPHER_LIBRARY ||
	    scheme.cipher.id != GNUTLS_CIPHER_AES_256_CBC)
		return false;
	pw_set_wide_salt(pw, scheme.kdf.salt.data);
	return true;
}
