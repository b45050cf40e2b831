/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "pki/key.h"

#include <gnutls/x509.h>
#include <string.h>

enum { RSA_MIN = 2048, RSA_MAX = 8192, BITS_OVER = 1000000 };

#define OFFERED "rsa:2048 to rsa:8192, ec:p256, ec:p384, ec:p521, ed25519, ed448"

struct type {
	const char *name;
	gnutls_pk_algorithm_t algorithm;
	unsigned bits;
};

static const struct type types[] = {
	{ "ec:p256", GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1) },
	{ "ec:p384", GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1) },
	{ "ec:p521", GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1) },
	{ "ed25519", GNUTLS_PK_EDDSA_ED25519, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED25519) },
	{ "ed448", GNUTLS_PK_EDDSA_ED448, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED448) },
};

/* The library's name for a type. As key_type_check. */
static enum rc
find_type(struct type *out, const char *type, struct err *err)
{
	uint64_t bits;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (text_equal_ascii(type, types[i].name)) {
			*out = types[i];
			return RC_OK;
		}
	}
	if (strncmp(type, "rsa:", 4) != 0 || text_number(&bits, type + 4, BITS_OVER) || bits == 0 ||
	    bits > RSA_MAX)
		return err_set(err, RC_USAGE, "no key type '%s': there are %s", ESC(type), OFFERED);
	if (bits < RSA_MIN || bits % 8) {
		return err_set(
		    err, RC_WEAK,
		    "a key of %s is refused: RSA keys have at least %d bits, and a multiple of 8",
		    ESC(type), RSA_MIN);
	}
	*out = (struct type){ "rsa", GNUTLS_PK_RSA, (unsigned)bits };
	return RC_OK;
}

enum rc
key_type_check(const char *type, struct err *err)
{
	struct type found;

	return find_type(&found, type, err);
}

/* The made key in its own form, which becomes PKCS#8 in key_to_pkcs8: the library's way to PKCS#8
 * leaves a copy in memory that it frees and does not wipe. EdDSA has no other form. */
static enum rc
take_key(struct secret **pkcs8, gnutls_x509_privkey_t made, const struct type *type)
{
	bool has_own = type->algorithm == GNUTLS_PK_RSA || type->algorithm == GNUTLS_PK_ECDSA;
	gnutls_datum_t out = { NULL, 0 };
	enum rc rc = RC_FAILED;
	int ret;

	if (has_own)
		ret = gnutls_x509_privkey_export2(made, GNUTLS_X509_FMT_DER, &out);
	else
		ret = gnutls_x509_privkey_export2_pkcs8(made, GNUTLS_X509_FMT_DER, NULL,
							GNUTLS_PKCS_PLAIN, &out);
	if (ret < 0)
		return rc;
	rc = key_to_pkcs8(pkcs8, SPAN_OF(out.data, out.size));
	gnutls_memset(out.data, 0, out.size);
	gnutls_free(out.data);
	return rc;
}

/* Makes a key; its PrivateKeyInfo in a new secret. */
static enum rc
generate(struct secret **pkcs8, const struct type *type)
{
	gnutls_x509_privkey_t made;
	enum rc rc = RC_FAILED;

	if (gnutls_x509_privkey_init(&made) < 0)
		return RC_NO_MEMORY;
	if (gnutls_x509_privkey_generate2(made, type->algorithm, type->bits, 0, NULL, 0) >= 0)
		rc = take_key(pkcs8, made, type);
	gnutls_x509_privkey_deinit(made);
	return rc;
}

enum rc
key_generate_pkcs8(struct secret **pkcs8, const char *type, struct err *err)
{
	struct type found;
	enum rc rc;

	*pkcs8 = NULL;
	rc = find_type(&found, type, err);
	return rc ? rc : err_default(err, generate(pkcs8, &found));
}

enum rc
key_generate(struct key **key, const char *type, struct err *err)
{
	struct secret *pkcs8 = NULL;
	enum rc rc;

	*key = NULL;
	rc = key_generate_pkcs8(&pkcs8, type, err);
	if (!rc)
		rc = key_load(key, pkcs8);
	secret_free(&pkcs8);
	return err_default(err, rc);
}
