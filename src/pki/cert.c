/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates taken apart. Nothing here allocates but what appends to a buffer, compares names or
 * checks a signature: lists read a hundred thousand of them. */
#include "pki/cert.h"

#include "base/text.h"
#include "pki/der.h"
#include "pki/dn.h"
#include "pki/frame.h"
#include "pki/key.h"

/* The version as people count it. Numbers that do not exist yet count as 3, the last that has a
 * meaning. */
static enum rc
take_version(struct span *tbs, unsigned *version)
{
	struct span explicit;
	struct span number;

	*version = 1;
	if (der_peek(*tbs) != DER_CONTEXT_SET(0))
		return RC_OK;
	if (der_take(tbs, DER_CONTEXT_SET(0), &explicit) ||
	    der_only(explicit, DER_INTEGER, &number) || number.size == 0)
		return RC_DAMAGED;
	*version = number.size == 1 && number.data[0] < 2 ? number.data[0] + 1U : 3;
	return RC_OK;
}

/* Two digits; -1 for anything else. */
static int
two_digits(const unsigned char *at)
{
	if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
		return -1;
	return (at[0] - '0') * 10 + (at[1] - '0');
}

static int
between(int number, int least, int most)
{
	if (number < least)
		return least;
	return number > most ? most : number;
}

/* The nearest date to digits that are no date (a month 13, a 31 February), in the forms of der_time
 * and without a zone. It tells no more than roughly when; cert_problems says so. */
static enum rc
odd_time(const struct tlv *tlv, int64_t *out)
{
	struct text_date date = { .second = 0 };
	const unsigned char *at = tlv->value.data;
	size_t year_size = tlv->tag == DER_UTC_TIME ? 2 : 4;
	int field[5] = { 0 };

	if (tlv->value.size < year_size + 8)
		return RC_DAMAGED;
	for (size_t i = 0; i < ARRAY_SIZE(field); i++) {
		field[i] = two_digits(at + year_size - 2 + 2 * i);
		if (field[i] < 0)
			return RC_DAMAGED;
	}
	date.year = field[0] + (field[0] < 50 ? 2000 : 1900);
	if (year_size == 4) {
		if (two_digits(at) < 0)
			return RC_DAMAGED;
		date.year = two_digits(at) * 100 + field[0];
	}
	date.month = between(field[1], 1, 12);
	date.day = between(field[2], 1, 31);
	date.hour = between(field[3], 0, 23);
	date.minute = between(field[4], 0, 59);
	while (!text_date_seconds(out, &date) && date.day > 28)
		date.day--;
	return RC_OK;
}

static enum rc
take_time(struct span *in, int64_t *out)
{
	struct tlv tlv;

	if (der_next(in, &tlv))
		return RC_DAMAGED;
	if (tlv.tag != DER_UTC_TIME && tlv.tag != DER_GENERALIZED_TIME)
		return RC_DAMAGED;
	if (!der_time(&tlv, out))
		return RC_OK;
	return odd_time(&tlv, out);
}

static enum rc
take_validity(struct span *in, struct cert *c)
{
	struct span validity;

	if (der_take(in, DER_SEQUENCE, &validity) || take_time(&validity, &c->not_before) ||
	    take_time(&validity, &c->not_after))
		return RC_DAMAGED;
	return validity.size ? RC_DAMAGED : RC_OK;
}

/* What may stand behind the key: unique identifiers, which nobody uses, and extensions. */
static enum rc
take_rest(struct span *in, struct cert *c)
{
	struct span value;
	struct span walk;
	struct ext x;
	enum rc rc;

	(void)der_optional(in, DER_CONTEXT(1), &value); /* may be absent */
	(void)der_optional(in, DER_CONTEXT(2), &value); /* may be absent */
	c->extensions = SPAN_NONE;
	if (!in->size)
		return RC_OK;
	if (der_only(*in, DER_CONTEXT_SET(3), &value) ||
	    der_only(value, DER_SEQUENCE, &c->extensions))
		return RC_DAMAGED;
	walk = c->extensions;
	do {
		rc = ext_next(&walk, &x);
	} while (rc == RC_OK);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc
parse_tbs(struct cert *c, struct span tbs, const char **where)
{
	*where = "version";
	if (take_version(&tbs, &c->version))
		return RC_DAMAGED;
	*where = "serial number";
	if (der_take(&tbs, DER_INTEGER, &c->serial) || !c->serial.size)
		return RC_DAMAGED;
	*where = "signature algorithm";
	if (frame_take(&tbs, &c->tbs_alg))
		return RC_DAMAGED;
	*where = "issuer";
	if (frame_take(&tbs, &c->issuer))
		return RC_DAMAGED;
	*where = "validity";
	if (take_validity(&tbs, c))
		return RC_DAMAGED;
	if (frame_take_owner(&tbs, &c->subject, &c->spki, where))
		return RC_DAMAGED;
	*where = "extensions";
	return take_rest(&tbs, c);
}

enum rc
cert_parse(struct cert *c, struct span der, const char **where)
{
	const char *ignored;
	struct frame frame;

	if (!where)
		where = &ignored;
	if (frame_open(&frame, der, where))
		return RC_DAMAGED;
	c->der = der;
	c->tbs = frame.whole;
	c->sig_alg = frame.sig_alg;
	c->signature = frame.signature;
	return parse_tbs(c, frame.inside, where);
}

bool
cert_probe(struct span der)
{
	struct span value;
	struct tlv tlv;

	der = frame_peek(der);
	(void)der_optional(&der, DER_CONTEXT_SET(0), &value); /* version 1 is not written */
	if (der_take(&der, DER_INTEGER, &value) || der_take(&der, DER_SEQUENCE, &value) ||
	    der_take(&der, DER_SEQUENCE, &value) || der_take(&der, DER_SEQUENCE, &value))
		return false;
	/* A request has a key where a certificate has its dates. */
	if (der_next(&value, &tlv))
		return false;
	return tlv.tag == DER_UTC_TIME || tlv.tag == DER_GENERALIZED_TIME;
}

bool
cert_ext(const struct cert *c, enum oid id, struct ext *x)
{
	return ext_find(c->extensions, id, x);
}

bool
cert_is_ca(const struct cert *c)
{
	struct ext x;
	bool ca;
	int path_length;

	return c->version == 3 && cert_ext(c, OID_EXT_BASIC_CONSTRAINTS, &x) &&
	       !ext_basic_constraints(x.value, &ca, &path_length) && ca;
}

int
cert_path_length(const struct cert *c)
{
	struct ext x;
	bool ca;
	int path_length;

	if (!cert_ext(c, OID_EXT_BASIC_CONSTRAINTS, &x) ||
	    ext_basic_constraints(x.value, &ca, &path_length))
		return -1;
	return path_length;
}

bool
cert_self_issued(const struct cert *c)
{
	return dn_equal(c->issuer, c->subject);
}

struct span
cert_key_id(const struct cert *c)
{
	struct span id;
	struct ext x;

	if (!cert_ext(c, OID_EXT_SKI, &x) || ext_subject_key_id(x.value, &id))
		return SPAN_NONE;
	return id;
}

struct span
cert_issuer_key_id(const struct cert *c)
{
	struct span id;
	struct ext x;

	if (!cert_ext(c, OID_EXT_AKI, &x) || ext_authority_key_id(x.value, &id))
		return SPAN_NONE;
	return id;
}

bool
cert_seems_self_signed(const struct cert *c)
{
	struct span own = cert_key_id(c);
	struct span issuer = cert_issuer_key_id(c);

	return (!own.size || !issuer.size || span_equal(own, issuer)) && cert_self_issued(c);
}

bool
cert_self_signed(const struct cert *c)
{
	return cert_self_issued(c) && !cert_verify(c, c->spki);
}

struct span
cert_names(const struct cert *c)
{
	struct span names;
	struct ext x;

	if (!cert_ext(c, OID_EXT_SAN, &x) || der_only(x.value, DER_SEQUENCE, &names))
		return SPAN_NONE;
	return names;
}

enum rc
cert_verify(const struct cert *c, struct span spki)
{
	/* RFC 5280 section 4.1.1.2: one algorithm, of which only the inner one is signed. */
	if (!span_equal(c->tbs_alg, c->sig_alg))
		return RC_INVALID;
	return key_verify(spki, c->sig_alg, c->tbs, c->signature);
}

void
cert_put_serial(struct buf *out, const struct cert *c)
{
	struct span s = c->serial;
	bool negative = s.size && s.data[0] & 0x80;
	bool leading = true;
	size_t last = s.size;

	/* The two's complement of a negative one: bytes behind the last that is not 0 stay 0. */
	while (last > 1 && s.data[last - 1] == 0)
		last--;
	if (negative)
		buf_put_byte(out, '-');
	for (size_t i = 0; i < s.size; i++) {
		unsigned char byte = s.data[i];

		if (negative && i < last)
			byte = (unsigned char)(i + 1 == last ? ~byte + 1 : ~byte);
		leading = leading && byte == 0 && i + 1 < s.size;
		if (!leading)
			text_put_hex(out, SPAN_OF(&byte, 1));
	}
}
