/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and parameters: by shape, since most of them bring no name. */
#include "base/text.h"
#include "codec/intake-parts.h"
#include "pki/alg.h"
#include "pki/dek.h"
#include "pki/der.h"
#include "pki/key.h"

#include <string.h>

enum {
	RSA_PRIVATE_NUMBERS = 9, /* RFC 8017 A.1.2, with the version */
	DSA_PRIVATE_NUMBERS = 6,
	EXPONENT_SIZE = 8, /* bytes of the longest public exponent that is taken for one */
	NUMBERS_MAX = 16,
};

/* How many INTEGERs the SEQUENCE is made of; 0 when of anything else. */
static size_t
count_numbers(struct span der, struct span *second)
{
	struct span value;
	struct span in;
	size_t count = 0;

	if (der_only(der, DER_SEQUENCE, &in))
		return 0;
	while (in.size && count < NUMBERS_MAX) {
		if (der_take(&in, DER_INTEGER, &value))
			return 0;
		count++;
		if (count == 2)
			*second = value;
	}
	return count;
}

/* SEQUENCE { INTEGER version, SEQUENCE algorithm, OCTET STRING key }, or without algorithm. */
static bool
is_pkcs8_or_sec1(struct span der)
{
	struct span value;
	struct span in;
	uint64_t version;

	if (der_only(der, DER_SEQUENCE, &in) || der_take_number(&in, &version) || version > 1)
		return false;
	(void)der_optional(&in, DER_SEQUENCE, &value);
	return der_peek(in) == DER_OCTET_STRING;
}

bool
intake_is_private(struct span der)
{
	struct span second;
	size_t numbers = count_numbers(der, &second);

	return is_pkcs8_or_sec1(der) || numbers == RSA_PRIVATE_NUMBERS ||
	       numbers == DSA_PRIVATE_NUMBERS;
}

/* SEQUENCE { AlgorithmIdentifier, BIT STRING } and nothing else. */
static bool
is_spki(struct span der)
{
	struct span bits;
	struct span alg;
	struct span in;

	return !der_only(der, DER_SEQUENCE, &in) && !der_take(&in, DER_SEQUENCE, &alg) &&
	       der_peek(alg) == DER_OID && !der_only(in, DER_BIT_STRING, &bits);
}

/* Two numbers are an RSA key's or a group's: generators are 2 or 5, exponents are odd and not 5 in
 * practice. A PEM mark knows better. */
static bool
is_rsa_public(struct span der, struct span mark)
{
	struct span second = SPAN_NONE;

	if (count_numbers(der, &second) != 2 || !second.size || second.size > EXPONENT_SIZE)
		return false;
	if (mark.size)
		return !memmem(mark.data, mark.size, "PARAMETERS", 10);
	return second.size > 1 || (second.data[0] & 1 && second.data[0] != 5);
}

bool
intake_is_public(struct span der)
{
	struct span second;
	size_t numbers = count_numbers(der, &second);

	return is_spki(der) || numbers == 2;
}

bool
intake_is_params(struct span der)
{
	struct span second;
	size_t numbers = count_numbers(der, &second);
	struct span value;
	struct span in;
	uint64_t version;

	if (numbers == 2 || numbers == 3 || !der_only(der, DER_OID, &value))
		return true;
	/* Explicit curves: version, field, curve, base point. */
	return !der_only(der, DER_SEQUENCE, &in) && !der_take_number(&in, &version) &&
	       !der_take(&in, DER_SEQUENCE, &value) && der_peek(value) == DER_OID &&
	       !der_take(&in, DER_SEQUENCE, &value) && der_peek(in) == DER_OCTET_STRING;
}

/* RSAPublicKey in the BIT STRING of a SubjectPublicKeyInfo. */
static enum rc
add_rsa_public(struct intake_reader *r, struct span der)
{
	struct buf spki = BUF_INIT;
	struct blob *home = r->home;
	size_t bits;
	enum rc rc;

	alg_put_null(&spki, OID_RSA);
	bits = spki.size;
	buf_put_byte(&spki, 0);
	buf_put(&spki, der);
	der_wrap(&spki, bits, DER_BIT_STRING);
	der_wrap(&spki, 0, DER_SEQUENCE);
	rc = buf_rc(&spki);
	r->home = NULL;
	if (!rc)
		rc = intake_add(r, ITEM_PUBLIC_KEY, buf_span(&spki));
	r->home = home;
	buf_release(&spki);
	return rc;
}

enum rc
intake_public(struct intake_reader *r, struct span der, struct err *err)
{
	bool rsa = is_rsa_public(der, r->mark);
	enum rc rc;

	if (rsa)
		rc = add_rsa_public(r, der);
	else
		rc = intake_add(r, is_spki(der) ? ITEM_PUBLIC_KEY : ITEM_PARAMS, der);
	intake_is(r, rsa || is_spki(der) ? "public-key" : "parameters");
	return rc ? err_default(err, rc) : RC_OK;
}

enum rc
intake_private(struct intake_reader *r, struct span der, struct err *err)
{
	struct secret *key = NULL;
	enum rc rc = key_to_pkcs8(&key, der);

	if (rc == RC_DAMAGED)
		return err_set(err, rc, "the private key is damaged");
	if (rc == RC_UNSUPPORTED)
		return err_set(err, rc, "the private key is of a form that is not supported");
	if (!rc)
		rc = intake_add_key(r, &key);
	if (rc)
		return err_default(err, rc);
	intake_is(r, "private-key");
	return RC_OK;
}

/* Keeps what could not be opened, and counts it when a passphrase was tried. */
static enum rc
keep_locked(struct intake_reader *r, struct span der, bool tried, struct err *err)
{
	struct blob *home = r->home;
	enum rc rc;

	r->out->locked = true;
	if (tried)
		r->wrong++;
	if (!der.size)
		r->home = NULL;
	rc = intake_add(r, ITEM_LOCKED_KEY, der);
	r->home = home;
	intake_is(r, "private-key");
	return rc ? err_default(err, rc) : RC_OK;
}

enum rc
intake_locked(struct intake_reader *r, struct span der, struct err *err)
{
	struct secret *key = NULL;
	struct pw *pw = NULL;
	enum rc rc = intake_pw(r, true, &pw);

	if (!rc && pw)
		rc = pbe_open_key(&key, pw, der, err);
	if (rc == RC_WRONG_SECRET || (!rc && !pw))
		return keep_locked(r, der, pw != NULL, err);
	if (rc)
		return err_default(err, rc);
	rc = intake_add_key(r, &key);
	if (rc)
		return err_default(err, rc);
	r->opened++;
	intake_is(r, "private-key");
	return RC_OK;
}

/* Decrypts and checks that a key came out: wrong passphrases pass the padding now and then. */
static enum rc
dek_open(struct secret **key, struct span info, const struct secret *pass, struct span body)
{
	struct secret *cipher_text = NULL;
	struct secret *plain = NULL;
	enum rc rc = text_get_base64_secret(&cipher_text, body, NULL);

	if (!rc)
		rc = dek_decrypt(&plain, info, pass, secret_span(cipher_text));
	if (!rc && !intake_is_private(secret_span(plain)))
		rc = RC_WRONG_SECRET;
	if (!rc)
		rc = key_to_pkcs8(key, secret_span(plain));
	secret_free(&cipher_text);
	secret_free(&plain);
	return rc;
}

enum rc
intake_dek(struct intake_reader *r, struct span info, struct span body, struct err *err)
{
	const struct intake_options *o = r->options;
	const struct secret *pass = o->key_pass ? o->key_pass : o->pass;
	struct secret *key = NULL;
	enum rc rc;

	if (!pass)
		return keep_locked(r, SPAN_NONE, false, err);
	if (o->approved) {
		return err_set(err, RC_NOT_APPROVED,
			       "the key is encrypted under MD5 (DEK-Info), which FIPS 140-3 does "
			       "not approve");
	}
	rc = dek_open(&key, info, pass, body);
	if (rc == RC_WRONG_SECRET)
		return keep_locked(r, SPAN_NONE, true, err);
	if (rc == RC_UNSUPPORTED)
		return err_set(err, rc, "the key is encrypted with %s, which is not supported",
			       ESC_SPAN(info));
	if (rc == RC_DAMAGED)
		return err_set(err, rc, "the encrypted private key is damaged");
	if (!rc)
		rc = intake_add_key(r, &key);
	if (rc)
		return err_default(err, rc);
	r->opened++;
	intake_is(r, "private-key");
	return RC_OK;
}
