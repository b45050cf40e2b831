/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SignedData as a bag of certificates (RFC 5652 sections 3, 5.1). */
#include "codec/pkcs7.h"

#include "base/text.h"
#include "pki/der.h"
#include "pki/oid.h"

#include <string.h>

enum {
	SIGNED_DATA_VERSION = 1, /* certificates only, and none of them an attribute certificate */
};

/* The contents of 1.2.840.113549.1.7, the arc of content types; .1 is data, .2 signedData. */
static const unsigned char arc[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07 };

enum { TYPE_DATA = 1, TYPE_SIGNED = 2 };

static bool
is_type(struct span oid, unsigned last)
{
	return oid.size == sizeof(arc) + 1 && !memcmp(oid.data, arc, sizeof(arc)) &&
	       oid.data[sizeof(arc)] == last;
}

bool
pkcs7_probe(struct span der)
{
	struct span content;
	struct span oid;

	return !der_take(&der, DER_SEQUENCE, &content) && !der_take(&content, DER_OID, &oid) &&
	       is_type(oid, TYPE_SIGNED);
}

/* Fails with words: what is no signedData. */
static enum rc
other_type(struct span oid, struct err *err)
{
	struct buf name = BUF_INIT;
	enum rc rc;

	oid_put_name(&name, oid);
	rc = err_set(err, RC_UNSUPPORTED, "PKCS#7 of type %s holds no certificates to read",
		     ESC(buf_text(&name)));
	buf_release(&name);
	return rc;
}

/* From the ContentInfo to the contents of SignedData. */
static enum rc
open_content(struct span der, struct span *inside, struct err *err)
{
	struct span content;
	struct span wrap;
	struct span oid;

	if (der_only(der, DER_SEQUENCE, &content) || der_take(&content, DER_OID, &oid))
		return err_set(err, RC_DAMAGED, "PKCS#7: no ContentInfo");
	if (!is_type(oid, TYPE_SIGNED))
		return other_type(oid, err);
	if (der_take(&content, DER_CONTEXT_SET(0), &wrap) || der_only(wrap, DER_SEQUENCE, inside))
		return err_set(err, RC_DAMAGED, "PKCS#7: no SignedData in the ContentInfo");
	return RC_OK;
}

/* Hands out what is a Certificate or a CertificateList; other choices (attribute certificates,
 * other revocation data) have a context tag and are passed over. */
static enum rc
walk_set(struct span set, bool is_crl, const struct pkcs7_taker *taker)
{
	struct tlv tlv;
	enum rc rc = RC_OK;

	while (set.size && !rc) {
		rc = der_next(&set, &tlv);
		if (!rc && tlv.tag == DER_SEQUENCE)
			rc = taker->take(taker->self, is_crl, tlv.whole);
	}
	return rc;
}

/* The fields before the certificates. */
static enum rc
skip_head(struct span *data)
{
	uint64_t version;
	struct span value;
	enum rc rc = der_take_number(data, &version);

	if (!rc)
		rc = der_take(data, DER_SET, &value);
	if (!rc)
		rc = der_take(data, DER_SEQUENCE, &value);
	return rc;
}

enum rc
pkcs7_read(struct span der, const struct pkcs7_taker *taker, struct err *err)
{
	struct span data;
	struct span certs;
	struct span crls;
	struct span signers;
	enum rc rc = open_content(der, &data, err);

	if (rc)
		return rc;
	if (skip_head(&data))
		return err_set(err, RC_DAMAGED, "PKCS#7: the fields before its certificates");
	(void)der_optional(&data, DER_CONTEXT_SET(0), &certs);
	(void)der_optional(&data, DER_CONTEXT_SET(1), &crls);
	if (der_only(data, DER_SET, &signers))
		return err_set(err, RC_DAMAGED, "PKCS#7: the fields behind its certificates");
	rc = walk_set(certs, false, taker);
	if (!rc)
		rc = walk_set(crls, true, taker);
	if (rc)
		return err_default(err, rc);
	return RC_OK;
}

enum rc
pkcs7_write(struct buf *out, const struct span *certs, size_t count)
{
	unsigned char oid[sizeof(arc) + 1];
	size_t start = out->size;
	size_t data;
	size_t set;
	size_t i;

	memcpy(oid, arc, sizeof(arc));
	oid[sizeof(arc)] = TYPE_SIGNED;
	der_put(out, DER_OID, SPAN_OF(oid, sizeof(oid)));
	data = out->size;
	der_put_number(out, SIGNED_DATA_VERSION);
	der_put(out, DER_SET, SPAN_NONE);
	set = out->size;
	oid[sizeof(arc)] = TYPE_DATA;
	der_put(out, DER_OID, SPAN_OF(oid, sizeof(oid)));
	der_wrap(out, set, DER_SEQUENCE);
	set = out->size;
	for (i = 0; i < count; i++)
		buf_put(out, certs[i]);
	der_wrap(out, set, DER_CONTEXT_SET(0));
	der_put(out, DER_SET, SPAN_NONE);
	der_wrap(out, data, DER_SEQUENCE);
	der_wrap(out, data, DER_CONTEXT_SET(0));
	der_wrap(out, start, DER_SEQUENCE);
	return buf_rc(out);
}
