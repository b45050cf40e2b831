/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/issue.h"

#include "base/env.h"
#include "pki/asn1.h"
#include "pki/der.h"
#include "pki/dn.h"
#include "pki/issue-ext.h"

#include <stdlib.h>

enum { VERSION_3 = 2, WHY_MAX = 120 };

/* Whatever is wrong with signing so, with words. */
static enum rc
check_signing(const struct key *signer, enum hash hash, struct err *err)
{
	struct buf alg = BUF_INIT;
	enum rc rc;

	rc = key_signature_alg(&alg, signer, hash);
	buf_release(&alg);
	if (rc == RC_WEAK)
		return err_set(err, rc, "%s signatures are refused: they can be forged",
			       digest_name(hash));
	if (rc == RC_POLICY)
		return err_set(err, rc, "%s does not go with the signing key", digest_name(hash));
	return rc;
}

static enum rc
check_key(struct span spki, const char *whose, struct err *err)
{
	char why[WHY_MAX];
	struct span bits;

	if (key_bits(spki, &bits))
		return err_set(err, RC_DAMAGED, "the public key%s is damaged", whose);
	if (key_weak(spki, why, sizeof(why)))
		return err_set(err, RC_WEAK, "the key%s is refused: %s", whose, why);
	return RC_OK;
}

/* What no certificate and no request of ours may be. */
static enum rc
check_shape(const struct shape *shape, struct span spki, struct err *err)
{
	if (shape->extensions.size)
		return RC_OK;
	if (dn_is_empty(shape->subject)) {
		if (shape->profile == PROFILE_CA)
			return err_set(err, RC_POLICY, "a CA needs a subject");
		if (shape->names.size == 0)
			return err_set(err, RC_POLICY, "an empty subject needs names");
	}
	if (shape->key_usage & KU_KEY_ENCIPHERMENT && !key_is_rsa(spki))
		return err_set(err, RC_POLICY, "keyEncipherment is for RSA keys only");
	if (shape->profile != PROFILE_CA && (shape->permitted.size || shape->excluded.size))
		return err_set(err, RC_POLICY, "name constraints are for CAs only");
	return RC_OK;
}

/* That the key at hand is the issuer's. */
static enum rc
check_issuer(const struct cert *issuer, const struct key *signer, struct err *err)
{
	struct buf spki = BUF_INIT;
	enum rc rc;

	rc = check_key(issuer->spki, " of the issuer", err);
	if (!rc)
		rc = key_spki(&spki, signer);
	if (!rc && !span_equal(buf_span(&spki), issuer->spki))
		rc = err_set(err, RC_MISMATCH, "the key is not that of the issuer's certificate");
	buf_release(&spki);
	return rc;
}

static enum rc
check_cert(const struct shape *shape, const struct issuing *by, struct err *err)
{
	enum rc rc;

	rc = check_key(by->spki, "", err);
	if (!rc)
		rc = check_shape(shape, by->spki, err);
	if (!rc)
		rc = check_signing(by->signer, shape->hash, err);
	if (!rc && shape->not_after < shape->not_before)
		rc = err_set(err, RC_POLICY, "it would end before it begins");
	if (!rc && by->issuer)
		rc = check_issuer(by->issuer, by->signer, err);
	return rc;
}

/* SIZE random octets, positive. A first octet of zero would be left out in DER, and the number be
 * shorter: it is drawn again. */
static enum rc
make_serial(unsigned char serial[SERIAL_SIZE])
{
	enum rc rc;

	do {
		rc = env_random(serial, SERIAL_SIZE);
		if (rc)
			return rc;
		serial[0] &= 0x7f;
	} while (!serial[0]);
	return RC_OK;
}

/* Appends content, the algorithm and the signature as one SEQUENCE. */
static enum rc
put_signed(struct buf *der, struct span content, const struct key *signer, enum hash hash)
{
	struct buf signature = BUF_INIT;
	size_t at = der->size;
	enum rc rc;

	buf_put(der, content);
	rc = key_signature_alg(der, signer, hash);
	buf_put_byte(&signature, 0); /* no unused bits */
	if (!rc)
		rc = key_sign(&signature, signer, hash, content);
	if (!rc)
		rc = buf_rc(&signature);
	der_put(der, DER_BIT_STRING, buf_span(&signature));
	der_wrap(der, at, DER_SEQUENCE);
	if (rc && !der->bad)
		buf_cut(der, at);
	buf_release(&signature);
	return rc ? rc : buf_rc(der);
}

/* Appends a SEQUENCE of Extensions; nothing when there would be none. */
static enum rc
put_cert_extensions(struct buf *out, const struct asn1_schema *schema, const struct shape *shape,
		    const struct issuing *by)
{
	enum rc rc;

	rc = issue_put_key_ids(out, by->spki, by->issuer);
	if (rc)
		return rc;
	if (shape->extensions.size)
		rc = issue_put_kept(out, schema, shape->extensions, by->spki, false);
	else
		rc = issue_put_exts(out, schema, shape, by->spki, false);
	if (rc)
		return rc;
	der_wrap(out, 0, DER_SEQUENCE);
	return buf_rc(out);
}

/* Appends the first fields of a TBSCertificate (RFC 5280 section 4.1), up to the issuer. */
static enum rc
put_head(struct buf *tbs, const struct shape *shape, const struct issuing *by)
{
	unsigned char serial[SERIAL_SIZE];
	enum rc rc;

	rc = make_serial(serial);
	if (rc)
		return rc;
	der_put_number(tbs, VERSION_3);
	der_wrap(tbs, 0, DER_CONTEXT_SET(0));
	der_put(tbs, DER_INTEGER, SPAN_OF(serial, sizeof(serial)));
	rc = key_signature_alg(tbs, by->signer, shape->hash);
	buf_put(tbs, by->issuer ? by->issuer->subject : shape->subject);
	return rc;
}

/* Appends a TBSCertificate to an empty buffer. Written straight, unlike a request: a batch makes
 * thousands, and a tree for each took a tenth of what its key and its signature take. */
static enum rc
put_tbs(struct buf *tbs, const struct asn1_schema *schema, const struct shape *shape,
	const struct issuing *by)
{
	struct buf extensions = BUF_INIT;
	size_t at;
	enum rc rc;

	rc = put_cert_extensions(&extensions, schema, shape, by);
	if (!rc)
		rc = put_head(tbs, shape, by);
	if (rc)
		goto out;
	at = tbs->size;
	der_put_time(tbs, shape->not_before);
	der_put_time(tbs, shape->not_after);
	der_wrap(tbs, at, DER_SEQUENCE);
	buf_put(tbs, shape->subject);
	buf_put(tbs, by->spki);
	der_put(tbs, DER_CONTEXT_SET(3), buf_span(&extensions));
	der_wrap(tbs, 0, DER_SEQUENCE);
	rc = buf_rc(tbs);
out:
	buf_release(&extensions);
	return rc;
}

struct issue_tools {
	struct asn1_schema *schema;
};

enum rc
issue_tools_new(struct issue_tools **tools)
{
	enum rc rc;

	*tools = calloc(1, sizeof(**tools));
	if (!*tools)
		return RC_NO_MEMORY;
	rc = asn1_schema_new(&(*tools)->schema);
	if (rc)
		issue_tools_free(tools);
	return rc;
}

void
issue_tools_free(struct issue_tools **tools)
{
	if (*tools)
		asn1_schema_free(&(*tools)->schema);
	free(*tools);
	*tools = NULL;
}

enum rc
issue_cert_with(struct buf *der, const struct issue_tools *tools, const struct shape *shape,
		const struct issuing *by, struct err *err)
{
	struct buf tbs = BUF_INIT;
	enum rc rc;

	rc = check_cert(shape, by, err);
	if (!rc)
		rc = put_tbs(&tbs, tools->schema, shape, by);
	if (!rc)
		rc = put_signed(der, buf_span(&tbs), by->signer, shape->hash);
	buf_release(&tbs);
	return rc ? err_default(err, rc) : RC_OK;
}

enum rc
issue_cert(struct buf *der, const struct shape *shape, const struct issuing *by, struct err *err)
{
	struct issue_tools *tools = NULL;
	enum rc rc = issue_tools_new(&tools);

	if (!rc)
		rc = issue_cert_with(der, tools, shape, by, err);
	issue_tools_free(&tools);
	return rc ? err_default(err, rc) : RC_OK;
}

/* Appends CertificationRequestInfo. */
static enum rc
put_request_info(struct buf *info, const struct asn1_schema *schema, const struct shape *shape,
		 struct span spki, struct span extensions)
{
	struct asn1 x = ASN1_INIT;

	asn1_begin(&x, schema, "CertificationRequestInfo");
	asn1_set_number(&x, "version", 0);
	asn1_set(&x, "subject", shape->subject);
	asn1_set(&x, "subjectPublicKeyInfo", spki);
	if (extensions.size) {
		asn1_append(&x, "attributes");
		asn1_set_oid(&x, "attributes.?LAST.type", OID_EXTENSION_REQUEST);
		asn1_append(&x, "attributes.?LAST.values");
		asn1_set(&x, "attributes.?LAST.values.?LAST", extensions);
	}
	return asn1_put(info, &x);
}

/* The extensions that a request asks for, as one SEQUENCE; nothing when there are none. */
static enum rc
put_asked(struct buf *out, const struct asn1_schema *schema, const struct shape *shape,
	  struct span spki)
{
	enum rc rc;

	if (shape->extensions.size)
		rc = issue_put_kept(out, schema, shape->extensions, spki, true);
	else
		rc = issue_put_exts(out, schema, shape, spki, true);
	if (!rc && out->size)
		der_wrap(out, 0, DER_SEQUENCE);
	return rc ? rc : buf_rc(out);
}

enum rc
issue_csr(struct buf *der, const struct shape *shape, const struct key *key, struct err *err)
{
	struct asn1_schema *schema = NULL;
	struct buf spki = BUF_INIT;
	struct buf extensions = BUF_INIT;
	struct buf info = BUF_INIT;
	enum rc rc;

	rc = key_spki(&spki, key);
	if (!rc)
		rc = check_key(buf_span(&spki), "", err);
	if (!rc)
		rc = check_shape(shape, buf_span(&spki), err);
	if (!rc)
		rc = check_signing(key, shape->hash, err);
	if (!rc)
		rc = asn1_schema_new(&schema);
	if (!rc)
		rc = put_asked(&extensions, schema, shape, buf_span(&spki));
	if (!rc)
		rc = put_request_info(&info, schema, shape, buf_span(&spki), buf_span(&extensions));
	if (!rc)
		rc = put_signed(der, buf_span(&info), key, shape->hash);
	buf_release(&spki);
	buf_release(&extensions);
	buf_release(&info);
	asn1_schema_free(&schema);
	return rc ? err_default(err, rc) : RC_OK;
}
