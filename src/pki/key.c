/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/key.h"

#include "pki/datum.h"
#include "pki/der.h"
#include "pki/ec-point.h"
#include "pki/pkcs8.h"
#include "pki/signature.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

/* PKCS#1 v1.5 puts 11 bytes, 19 of DigestInfo and 32 of SHA-256 in a modulus. */
enum { RSA_BITS_SHA256 = 4096, PROVABLE_BITS = 8 * (11 + 19 + 32) };

struct key {
	gnutls_privkey_t handle;
	struct secret *pkcs8; /* as it came */
	struct buf spki;
	enum oid kind;
	enum oid curve;
	bool has_pss; /* the key itself says how to sign */
	struct pss pss;
};

/* RFC 5915, with the public point that the library insists on. */
static enum rc
with_point(struct secret **pkcs8, const struct pkcs8 *p8)
{
	static const unsigned char version[] = { DER_INTEGER, 1, 1 };
	struct buf head = BUF_INIT;
	struct buf middle = BUF_INIT;
	struct buf tail = BUF_INIT;
	struct span pieces[5];
	struct sec1 ec;
	enum rc rc;

	rc = sec1_read(&ec, p8->key);
	if (rc)
		return rc;
	der_put_head(&middle, DER_OCTET_STRING, ec.scalar.size);
	buf_put_byte(&tail, 0);
	rc = pkcs8_ec_point(&tail, p8);
	if (rc)
		goto out;
	der_wrap(&tail, 0, DER_BIT_STRING);
	der_wrap(&tail, 0, DER_CONTEXT_SET(1));
	der_put_head(&head, DER_SEQUENCE,
		     sizeof(version) + middle.size + ec.scalar.size + tail.size);
	pieces[0] = buf_span(&head);
	pieces[1] = SPAN_OF(version, sizeof(version));
	pieces[2] = buf_span(&middle);
	pieces[3] = ec.scalar;
	pieces[4] = buf_span(&tail);
	rc = buf_rc(&head);
	if (!rc)
		rc = buf_rc(&middle);
	if (!rc)
		rc = buf_rc(&tail);
	if (!rc)
		rc = pkcs8_make(pkcs8, p8->alg, pieces, ARRAY_SIZE(pieces));
out:
	buf_release(&head);
	buf_release(&middle);
	buf_release(&tail);
	return rc;
}

static enum rc
import_der(gnutls_privkey_t handle, struct span der)
{
	gnutls_x509_privkey_t x509;
	gnutls_datum_t in = datum_of(der);
	int ret;

	ret = gnutls_x509_privkey_init(&x509);
	if (ret < 0)
		return datum_rc(ret);
	ret = gnutls_x509_privkey_import_pkcs8(x509, &in, GNUTLS_X509_FMT_DER, NULL,
					       GNUTLS_PKCS_PLAIN);
	/* Not a copy: the library leaves what it is made from in memory that it does not wipe. */
	if (ret >= 0)
		ret = gnutls_privkey_import_x509(handle, x509, GNUTLS_PRIVKEY_IMPORT_AUTO_RELEASE);
	if (ret < 0)
		gnutls_x509_privkey_deinit(x509);
	return datum_rc(ret);
}

/* The library calls a key on a curve that it lacks damaged. RC_UNSUPPORTED for that, and for a
 * curve that is spelled out. */
static enum rc
check_curve(struct span params)
{
	struct buf dotted = BUF_INIT;
	struct span curve;
	enum rc rc;

	if (der_only(params, DER_OID, &curve))
		return RC_UNSUPPORTED;
	oid_put_dotted(&dotted, curve);
	rc = buf_rc(&dotted);
	if (!rc && gnutls_oid_to_ecc_curve(buf_text(&dotted)) == GNUTLS_ECC_CURVE_INVALID)
		rc = RC_UNSUPPORTED;
	buf_release(&dotted);
	return rc;
}

/* The library reads version 0 only, and EC keys with their point only: makes it that. */
static enum rc
import(gnutls_privkey_t handle, const struct pkcs8 *p8)
{
	struct secret *plain = NULL;
	bool is_ec = oid_is(p8->oid, OID_EC_KEY);
	enum rc rc = is_ec ? check_curve(p8->params) : RC_OK;

	if (rc)
		return rc;
	if (is_ec)
		rc = with_point(&plain, p8);
	else
		rc = pkcs8_make(&plain, p8->alg, &p8->key, 1);
	if (!rc)
		rc = import_der(handle, secret_span(plain));
	secret_free(&plain);
	return rc;
}

/* Appends what the library says the public key is. */
static enum rc
put_library_spki(struct buf *spki, gnutls_privkey_t handle)
{
	gnutls_pubkey_t public;
	gnutls_datum_t out = { NULL, 0 };
	int ret;

	ret = gnutls_pubkey_init(&public);
	if (ret < 0)
		return datum_rc(ret);
	ret = gnutls_pubkey_import_privkey(public, handle, 0, 0);
	if (ret >= 0)
		ret = gnutls_pubkey_export2(public, GNUTLS_X509_FMT_DER, &out);
	if (ret >= 0) {
		buf_put(spki, SPAN_OF(out.data, out.size));
		gnutls_free(out.data);
	}
	gnutls_pubkey_deinit(public);
	return ret < 0 ? datum_rc(ret) : buf_rc(spki);
}

/* Appends SubjectPublicKeyInfo of an AlgorithmIdentifier and the key's bytes. */
static enum rc
put_spki(struct buf *spki, struct span alg, struct span public)
{
	size_t at = spki->size;
	size_t bits;

	buf_put(spki, alg);
	bits = spki->size;
	buf_put_byte(spki, 0);
	buf_put(spki, public);
	der_wrap(spki, bits, DER_BIT_STRING);
	der_wrap(spki, at, DER_SEQUENCE);
	return buf_rc(spki);
}

static enum rc
put_rsa_spki(struct buf *spki, const struct pkcs8 *p8)
{
	struct buf alg = BUF_INIT;
	struct buf public = BUF_INIT;
	struct span in;
	struct span n;
	struct span e;
	uint64_t version;
	enum rc rc = RC_DAMAGED;

	if (der_only(p8->key, DER_SEQUENCE, &in) || der_take_number(&in, &version) ||
	    der_take(&in, DER_INTEGER, &n) || der_take(&in, DER_INTEGER, &e))
		goto out;
	der_put(&public, DER_INTEGER, n);
	der_put(&public, DER_INTEGER, e);
	der_wrap(&public, 0, DER_SEQUENCE);
	/* NULL parameters may be missing in the private key and never are in the public one */
	if (oid_is(p8->oid, OID_RSA))
		alg_put_null(&alg, OID_RSA);
	else
		buf_put(&alg, p8->alg);
	rc = buf_rc(&public);
	if (!rc)
		rc = buf_rc(&alg);
	if (!rc)
		rc = put_spki(spki, buf_span(&alg), buf_span(&public));
out:
	buf_release(&alg);
	buf_release(&public);
	return rc;
}

static enum rc
put_ec_spki(struct buf *spki, const struct pkcs8 *p8)
{
	struct buf point = BUF_INIT;
	enum rc rc;

	rc = pkcs8_ec_point(&point, p8);
	if (!rc)
		rc = put_spki(spki, p8->alg, buf_span(&point));
	buf_release(&point);
	return rc;
}

/* Any other kind: the library's word, or, of a kind that it lacks, the key's own. */
static enum rc
put_other_spki(struct buf *spki, const struct pkcs8 *p8)
{
	gnutls_privkey_t handle;
	enum rc rc;

	rc = datum_rc(gnutls_privkey_init(&handle));
	if (rc)
		return rc;
	rc = import(handle, p8);
	if (!rc)
		rc = put_library_spki(spki, handle);
	gnutls_privkey_deinit(handle);
	if (rc && rc != RC_NO_MEMORY && p8->public.size)
		rc = put_spki(spki, p8->alg, p8->public);
	return rc;
}

static enum rc
put_spki_of(struct buf *spki, const struct pkcs8 *p8)
{
	if (oid_is(p8->oid, OID_RSA) || oid_is(p8->oid, OID_RSA_PSS))
		return put_rsa_spki(spki, p8);
	if (oid_is(p8->oid, OID_EC_KEY))
		return put_ec_spki(spki, p8);
	return put_other_spki(spki, p8);
}

enum rc
key_spki_of(struct buf *spki, const struct secret *pkcs8)
{
	struct pkcs8 p8;
	enum rc rc;

	rc = pkcs8_read(&p8, secret_span(pkcs8));
	return rc ? rc : put_spki_of(spki, &p8);
}

enum rc
key_belongs(const struct secret *pkcs8, struct span spki)
{
	struct buf own = BUF_INIT;
	struct span mine = SPAN_NONE;
	struct span bits = SPAN_NONE;
	enum rc rc = key_spki_of(&own, pkcs8);

	if (!rc)
		rc = key_bits(buf_span(&own), &mine);
	if (!rc)
		rc = key_bits(spki, &bits);
	/* Not the algorithms: one key may serve RSA and RSASSA-PSS, and parameters may be left out.
	 */
	if (!rc && !ec_point_same(mine, bits))
		rc = RC_MISMATCH;
	buf_release(&own);
	return rc;
}

/* What the library says of the numbers; it is quick. RC_UNSUPPORTED where it has no word. */
static enum rc
prove_numbers(const struct key *key)
{
	switch (gnutls_privkey_verify_params(key->handle)) {
	case GNUTLS_E_SUCCESS:
		return RC_OK;
	case GNUTLS_E_ILLEGAL_PARAMETER:
		return RC_MISMATCH;
	case GNUTLS_E_MEMORY_ERROR:
		return RC_NO_MEMORY;
	default:
		return RC_UNSUPPORTED;
	}
}

/* The point that the scalar gives, and the one that the key says: for curves and forms that the
 * library lacks. */
static enum rc
prove_point(const struct pkcs8 *p8, const struct sec1 *ec, struct span said)
{
	struct buf point = BUF_INIT;
	struct span curve;
	enum rc rc = RC_UNSUPPORTED;

	if (!der_only(p8->params, DER_OID, &curve))
		rc = ec_point_of(&point, oid_find(curve), ec->scalar);
	if (!rc && !ec_point_same(said, buf_span(&point)))
		rc = RC_MISMATCH;
	buf_release(&point);
	return rc;
}

static enum rc
prove_ec(const struct secret *pkcs8, const struct pkcs8 *p8)
{
	struct key *key = NULL;
	struct sec1 ec;
	enum rc rc = sec1_read(&ec, p8->key);

	if (rc || (!ec.point.size && !p8->public.size))
		return rc;
	if (ec.point.size && p8->public.size && !ec_point_same(ec.point, p8->public))
		return RC_MISMATCH;
	rc = key_load(&key, pkcs8);
	if (!rc)
		rc = prove_numbers(key);
	if (rc && rc != RC_MISMATCH && rc != RC_NO_MEMORY)
		rc = prove_point(p8, &ec, ec.point.size ? ec.point : p8->public);
	key_free(&key);
	/* No scalar, no point. */
	return rc == RC_DAMAGED ? RC_MISMATCH : rc;
}

/* The library verifies what it signs: nothing else compares the public exponent. A key too short to
 * sign proves nothing, nor does a library that refuses to. */
static enum rc
prove_by_use(const struct key *key)
{
	static const char text[] = "a key that is what it says";
	gnutls_datum_t in = datum_of(span_text(text));
	gnutls_datum_t out = { NULL, 0 };
	unsigned bits = 0;
	int ret;

	(void)gnutls_privkey_get_pk_algorithm(key->handle, &bits); /* only its bits are asked */
	if (bits < PROVABLE_BITS)
		return RC_UNSUPPORTED;
	ret = gnutls_privkey_sign_data2(key->handle, GNUTLS_SIGN_RSA_SHA256, 0, &in, &out);
	gnutls_free(out.data);
	switch (ret) {
	case GNUTLS_E_SUCCESS:
		return RC_OK;
	case GNUTLS_E_PK_SIGN_FAILED:
		return RC_MISMATCH;
	case GNUTLS_E_MEMORY_ERROR:
		return RC_NO_MEMORY;
	default:
		return RC_UNSUPPORTED;
	}
}

/* Whether numbers of these lengths may belong together: the library takes as long for what it is
 * given as that is long. */
static bool
is_rsa_shape(struct span in)
{
	enum { N, E, D, P, Q, COUNT };
	struct span number[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		if (der_take(&in, DER_INTEGER, &number[i]))
			return false;
	}
	return number[E].size <= number[N].size && number[D].size <= number[N].size &&
	       number[P].size + number[Q].size <= number[N].size + 3;
}

/* The key as one for any use: its parameters for RSASSA-PSS may forbid what proves it. */
static enum rc
load_plain_rsa(struct key **key, const struct pkcs8 *p8)
{
	struct buf alg = BUF_INIT;
	struct secret *plain = NULL;
	enum rc rc;

	alg_put_null(&alg, OID_RSA);
	rc = buf_rc(&alg);
	if (!rc)
		rc = pkcs8_make(&plain, buf_span(&alg), &p8->key, 1);
	if (!rc)
		rc = key_load(key, plain);
	secret_free(&plain);
	buf_release(&alg);
	return rc;
}

/* Two primes and an exponent that give the modulus. Of more than two primes nothing can be told;
 * without any it gives no public key at all. */
static enum rc
prove_rsa(const struct pkcs8 *p8)
{
	struct key *key = NULL;
	struct span in;
	uint64_t version = 1;
	enum rc rc;

	if (der_only(p8->key, DER_SEQUENCE, &in) || der_take_number(&in, &version))
		return RC_DAMAGED;
	rc = is_rsa_shape(in) ? load_plain_rsa(&key, p8) : RC_DAMAGED;
	if (rc == RC_DAMAGED)
		rc = version == 0 ? RC_MISMATCH : RC_UNSUPPORTED;
	if (!rc)
		rc = prove_numbers(key);
	if (!rc)
		rc = prove_by_use(key);
	key_free(&key);
	return rc;
}

/* Any other kind: the library makes the public key of the private one. What it lacks has the key's
 * word only. */
static enum rc
prove_other(const struct pkcs8 *p8)
{
	struct buf spki = BUF_INIT;
	struct span bits = SPAN_NONE;
	gnutls_privkey_t handle;
	enum rc rc;

	rc = datum_rc(gnutls_privkey_init(&handle));
	if (rc)
		return rc;
	rc = import(handle, p8);
	if (!rc)
		rc = put_library_spki(&spki, handle);
	if (!rc)
		rc = key_bits(buf_span(&spki), &bits);
	if (!rc && p8->public.size && !span_equal(bits, p8->public))
		rc = RC_MISMATCH;
	gnutls_privkey_deinit(handle);
	buf_release(&spki);
	return rc == RC_DAMAGED ? RC_UNSUPPORTED : rc;
}

enum rc
key_prove(const struct secret *pkcs8)
{
	struct pkcs8 p8;
	enum rc rc = pkcs8_read(&p8, secret_span(pkcs8));

	if (rc)
		return rc;
	if (oid_is(p8.oid, OID_RSA) || oid_is(p8.oid, OID_RSA_PSS))
		return prove_rsa(&p8);
	if (oid_is(p8.oid, OID_EC_KEY))
		return prove_ec(pkcs8, &p8);
	return prove_other(&p8);
}

/* What the kind of key says about signing. */
static enum rc
read_kind(struct key *key, const struct pkcs8 *p8)
{
	struct span curve;

	key->kind = oid_find(p8->oid);
	if (key->kind == OID_EC_KEY && !der_only(p8->params, DER_OID, &curve))
		key->curve = oid_find(curve);
	if (key->kind != OID_RSA_PSS || p8->params.size == 0)
		return RC_OK;
	key->has_pss = true;
	return signature_read_pss(&key->pss, p8->params);
}

enum rc
key_load(struct key **key, const struct secret *pkcs8)
{
	struct pkcs8 p8;
	enum rc rc;

	*key = calloc(1, sizeof(**key));
	if (!*key)
		return RC_NO_MEMORY;
	rc = pkcs8_read(&p8, secret_span(pkcs8));
	if (!rc)
		rc = datum_rc(gnutls_privkey_init(&(*key)->handle));
	if (!rc)
		rc = import((*key)->handle, &p8);
	if (!rc)
		rc = read_kind(*key, &p8);
	if (!rc)
		rc = put_spki_of(&(*key)->spki, &p8);
	if (!rc)
		rc = secret_copy(&(*key)->pkcs8, pkcs8);
	if (rc)
		key_free(key);
	return rc;
}

void
key_free(struct key **key)
{
	if (!*key)
		return;
	if ((*key)->handle)
		gnutls_privkey_deinit((*key)->handle);
	secret_free(&(*key)->pkcs8);
	buf_release(&(*key)->spki);
	free(*key);
	*key = NULL;
}

enum rc
key_pkcs8(struct secret **pkcs8, const struct key *key)
{
	return secret_copy(pkcs8, key->pkcs8);
}

enum rc
key_spki(struct buf *spki, const struct key *key)
{
	buf_put(spki, buf_span(&key->spki));
	return buf_rc(spki);
}

enum hash
key_hash(const struct key *key)
{
	unsigned bits = 0;

	if (key->kind == OID_ED25519 || key->kind == OID_ED448)
		return HASH_NONE;
	if (key->has_pss)
		return key->pss.hash;
	if (key->kind == OID_EC_KEY) {
		if (key->curve == OID_P521)
			return HASH_SHA512;
		return key->curve == OID_P384 ? HASH_SHA384 : HASH_SHA256;
	}
	(void)gnutls_privkey_get_pk_algorithm(key->handle, &bits); /* only its bits are asked */
	return bits > RSA_BITS_SHA256 ? HASH_SHA384 : HASH_SHA256;
}

/* How to sign: the row of the table, or (row NULL) RSASSA-PSS with *pss. */
static enum rc
choose(const struct signature **row, struct pss *pss, const struct key *key, enum hash hash)
{
	if (hash == HASH_NONE)
		hash = key_hash(key);
	*row = NULL;
	if (hash == HASH_MD5 || hash == HASH_SHA1)
		return RC_WEAK;
	if (hash == HASH_SHA224)
		return RC_POLICY;
	if (key->kind == OID_RSA_PSS) {
		*pss = (struct pss){ .hash = hash, .salt_size = (unsigned)digest_size(hash) };
		if (!key->has_pss)
			return RC_OK;
		/* the key asks for a least salt, the library takes a digest's length at least */
		if (key->pss.salt_size > pss->salt_size)
			pss->salt_size = key->pss.salt_size;
		return hash == key->pss.hash ? RC_OK : RC_POLICY;
	}
	*row = signature_for(key->kind, hash);
	return *row ? RC_OK : RC_POLICY;
}

enum rc
key_signature_alg(struct buf *alg, const struct key *key, enum hash hash)
{
	const struct signature *row;
	struct pss pss = { .hash = HASH_NONE };
	enum rc rc;

	rc = choose(&row, &pss, key, hash);
	if (rc)
		return rc;
	if (!row)
		return signature_put_pss(alg, &pss);
	if (row->key == OID_RSA)
		alg_put_null(alg, row->oid);
	else
		alg_put(alg, row->oid, SPAN_NONE);
	return buf_rc(alg);
}

enum rc
key_sign(struct buf *signature, const struct key *key, enum hash hash, struct span tbs)
{
	const struct signature *row;
	struct pss pss = { .hash = HASH_NONE };
	gnutls_datum_t in = datum_of(tbs);
	gnutls_datum_t out = { NULL, 0 };
	enum rc rc;
	int ret;

	rc = choose(&row, &pss, key, hash);
	if (rc)
		return rc;
	ret = gnutls_privkey_sign_data2(key->handle, row ? row->id : signature_pss(pss.hash), 0,
					&in, &out);
	if (ret < 0)
		return ret == GNUTLS_E_MEMORY_ERROR ? RC_NO_MEMORY : RC_FAILED;
	buf_put(signature, SPAN_OF(out.data, out.size));
	gnutls_free(out.data);
	return buf_rc(signature);
}
