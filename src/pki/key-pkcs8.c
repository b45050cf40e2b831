/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private keys between their encodings, without the library: its memory is not wiped. */
#include "pki/der.h"
#include "pki/ec-point.h"
#include "pki/key.h"
#include "pki/pkcs8.h"

#include <string.h>

enum {
	RSA_NUMBERS = 9, /* version, n, e, d, p, q, dp, dq, qi */
	DSA_NUMBERS = 6, /* version, p, q, g, y, x */
};

static enum rc
read_public(struct pkcs8 *p8, struct span *in)
{
	struct span attributes;
	struct span bits;
	unsigned unused;

	(void)der_optional(in, DER_CONTEXT_SET(0),
			   &attributes); /* nothing in them concerns the key */
	if (der_optional(in, DER_CONTEXT(1), &bits)) {
		if (der_bits(bits, &p8->public, &unused) || unused)
			return RC_DAMAGED;
	}
	return in->size ? RC_DAMAGED : RC_OK;
}

enum rc
pkcs8_read(struct pkcs8 *p8, struct span der)
{
	struct span in;
	enum rc rc;

	*p8 = (struct pkcs8){ .version = 0 };
	rc = der_only(der, DER_SEQUENCE, &in);
	if (!rc)
		rc = der_take_number(&in, &p8->version);
	if (!rc && p8->version > 1)
		rc = RC_DAMAGED;
	if (!rc)
		rc = alg_take(&in, &p8->alg);
	if (!rc)
		rc = alg_read(p8->alg, &p8->oid, &p8->params);
	if (!rc)
		rc = der_take(&in, DER_OCTET_STRING, &p8->key);
	if (!rc)
		rc = read_public(p8, &in);
	return rc == RC_LIMIT ? RC_DAMAGED : rc;
}

/* A secret that holds the pieces one after the other. */
static enum rc
join(struct secret **out, const struct span *pieces, size_t count)
{
	size_t size = 0;
	size_t at = 0;
	size_t i;
	enum rc rc;

	for (i = 0; i < count; i++) {
		if (__builtin_add_overflow(size, pieces[i].size, &size))
			return RC_LIMIT;
	}
	rc = secret_new(out, size);
	if (rc)
		return rc;
	for (i = 0; i < count; i++) {
		if (pieces[i].size)
			memcpy(secret_data(*out) + at, pieces[i].data, pieces[i].size);
		at += pieces[i].size;
	}
	return RC_OK;
}

enum rc
pkcs8_make(struct secret **out, struct span alg, const struct span *pieces, size_t count)
{
	struct secret *key = NULL;
	struct buf head = BUF_INIT;
	struct buf octets = BUF_INIT;
	struct span all[4];
	size_t body;
	enum rc rc;

	*out = NULL;
	rc = join(&key, pieces, count);
	if (rc)
		return rc;
	der_put_head(&octets, DER_OCTET_STRING, secret_size(key));
	body = alg.size + octets.size + secret_size(key);
	der_put_head(&head, DER_SEQUENCE, body + 3);
	der_put_number(&head, 0);
	all[0] = buf_span(&head);
	all[1] = alg;
	all[2] = buf_span(&octets);
	all[3] = secret_span(key);
	rc = buf_rc(&head);
	if (!rc)
		rc = buf_rc(&octets);
	if (!rc)
		rc = join(out, all, ARRAY_SIZE(all));
	buf_release(&head);
	buf_release(&octets);
	secret_free(&key);
	return rc;
}

enum rc
sec1_read(struct sec1 *ec, struct span der)
{
	struct span in;
	struct span element;
	struct span bits;
	uint64_t version;
	unsigned unused;

	*ec = (struct sec1){ .params = SPAN_NONE };
	if (der_only(der, DER_SEQUENCE, &in) || der_take_number(&in, &version) || version != 1 ||
	    der_take(&in, DER_OCTET_STRING, &ec->scalar))
		return RC_DAMAGED;
	if (der_optional(&in, DER_CONTEXT_SET(0), &element))
		ec->params = element;
	if (der_optional(&in, DER_CONTEXT_SET(1), &element)) {
		if (der_only(element, DER_BIT_STRING, &bits) ||
		    der_bits(bits, &ec->point, &unused) || unused)
			return RC_DAMAGED;
	}
	return in.size ? RC_DAMAGED : RC_OK;
}

enum rc
pkcs8_ec_point(struct buf *point, const struct pkcs8 *p8)
{
	struct sec1 ec;
	struct span curve;
	enum rc rc;

	rc = sec1_read(&ec, p8->key);
	if (rc)
		return rc;
	if (ec.point.size == 0)
		ec.point = p8->public;
	if (ec.point.size) {
		buf_put(point, ec.point);
		return buf_rc(point);
	}
	if (der_only(p8->params, DER_OID, &curve))
		return RC_UNSUPPORTED;
	return ec_point_of(point, oid_find(curve), ec.scalar);
}

enum rc
key_pkcs8_alg(const struct secret *pkcs8, struct span *oid)
{
	struct pkcs8 p8;
	enum rc rc;

	rc = pkcs8_read(&p8, secret_span(pkcs8));
	if (!rc)
		*oid = p8.oid;
	return rc;
}

/* How many INTEGERs in holds when it holds nothing else; 0 otherwise. number gets the first
 * DSA_NUMBERS of them, whole. */
static size_t
count_numbers(struct span in, struct span number[DSA_NUMBERS])
{
	struct tlv element;
	size_t n = 0;

	while (in.size) {
		if (der_next(&in, &element) || element.tag != DER_INTEGER)
			return 0;
		if (n < DSA_NUMBERS)
			number[n] = element.whole;
		n++;
	}
	return n;
}

/* RSAPrivateKey or DSA's six numbers, as der; in is what the SEQUENCE holds. */
static enum rc
from_numbers(struct secret **pkcs8, struct span der, struct span in)
{
	struct span number[DSA_NUMBERS];
	struct buf alg = BUF_INIT;
	struct buf params = BUF_INIT;
	size_t n = count_numbers(in, number);
	enum rc rc = RC_UNSUPPORTED;

	if (n == RSA_NUMBERS) {
		alg_put_null(&alg, OID_RSA);
		rc = buf_rc(&alg);
		if (!rc)
			rc = pkcs8_make(pkcs8, buf_span(&alg), &der, 1);
	} else if (n == DSA_NUMBERS) {
		buf_put(&params, number[1]);
		buf_put(&params, number[2]);
		buf_put(&params, number[3]);
		der_wrap(&params, 0, DER_SEQUENCE);
		rc = buf_rc(&params);
		if (!rc) {
			alg_put(&alg, OID_DSA, buf_span(&params));
			rc = buf_rc(&alg);
		}
		if (!rc)
			rc = pkcs8_make(pkcs8, buf_span(&alg), &number[5], 1);
	}
	buf_release(&alg);
	buf_release(&params);
	return rc;
}

static enum rc
from_sec1(struct secret **pkcs8, struct span der)
{
	struct buf alg = BUF_INIT;
	struct sec1 ec;
	enum rc rc;

	rc = sec1_read(&ec, der);
	if (rc)
		return rc;
	if (ec.params.size == 0)
		return RC_UNSUPPORTED; /* the curve stands elsewhere */
	alg_put(&alg, OID_EC_KEY, ec.params);
	rc = buf_rc(&alg);
	if (!rc)
		rc = pkcs8_make(pkcs8, buf_span(&alg), &der, 1);
	buf_release(&alg);
	return rc;
}

enum rc
key_to_pkcs8(struct secret **pkcs8, struct span der)
{
	struct pkcs8 p8;
	struct span in;
	struct span rest;
	uint64_t version;
	enum rc rc;

	*pkcs8 = NULL;
	rc = der_only(der, DER_SEQUENCE, &in);
	if (rc)
		return rc;
	rest = in;
	if (der_take_number(&rest, &version))
		return RC_DAMAGED;
	if (der_peek(rest) == DER_OCTET_STRING)
		return from_sec1(pkcs8, der);
	if (der_peek(rest) == DER_INTEGER)
		return from_numbers(pkcs8, der, in);
	rc = pkcs8_read(&p8, der);
	return rc ? rc : secret_from(pkcs8, der);
}

enum rc
key_wrap_secret(struct secret **pkcs8, const struct secret *raw)
{
	struct buf alg = BUF_INIT;
	struct span bytes = secret_span(raw);
	enum rc rc;

	*pkcs8 = NULL;
	if (bytes.size == 0 || bytes.size > KEY_SECRET_MAX)
		return RC_USAGE;
	alg_put(&alg, OID_AES, SPAN_NONE);
	rc = buf_rc(&alg);
	if (!rc)
		rc = pkcs8_make(pkcs8, buf_span(&alg), &bytes, 1);
	buf_release(&alg);
	return rc;
}

enum rc
key_unwrap_secret(struct secret **raw, const struct secret *pkcs8)
{
	struct pkcs8 p8;
	enum rc rc;

	*raw = NULL;
	rc = pkcs8_read(&p8, secret_span(pkcs8));
	return rc ? rc : secret_from(raw, p8.key);
}
