/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One object of DER or BER, told by its shape; and files that are nothing else. */
#include "codec/intake-parts.h"
#include "codec/pkcs12.h"
#include "codec/pkcs7.h"
#include "pki/cert.h"
#include "pki/csr.h"
#include "pki/der.h"

#include <string.h>

static const char utf8_bom[] = "\xef\xbb\xbf";

static enum rc
check_size(size_t size, const char *what, struct err *err)
{
	if (size <= INTAKE_CERT_MAX)
		return RC_OK;
	(void)err_set(err, RC_LIMIT, "the %s has %zu bytes, the limit is %d", what, size,
		      INTAKE_CERT_MAX);
	(void)err_hint(err, "a kyman that is built with CPPFLAGS=-DKYMAN_CERT_MAX=N takes N");
	return RC_LIMIT;
}

static enum rc
read_cert(struct intake_reader *r, struct span der, struct err *err)
{
	const char *where = NULL;
	struct cert cert;
	enum rc rc = check_size(der.size, "certificate", err);

	if (rc)
		return rc;
	rc = cert_parse(&cert, der, &where);
	if (rc == RC_DAMAGED)
		return err_set(err, rc, "the certificate is damaged: %s", where ? where : "?");
	if (!rc)
		rc = intake_add(r, ITEM_CERT, der);
	if (rc)
		return err_default(err, rc);
	intake_is(r, "certificate");
	return RC_OK;
}

static enum rc
read_csr(struct intake_reader *r, struct span der, struct err *err)
{
	const char *where = NULL;
	struct csr csr;
	enum rc rc = check_size(der.size, "request", err);

	if (rc)
		return rc;
	rc = csr_parse(&csr, der, &where);
	if (rc == RC_DAMAGED)
		return err_set(err, rc, "the request is damaged: %s", where ? where : "?");
	if (!rc)
		rc = intake_add(r, ITEM_CSR, der);
	if (rc)
		return err_default(err, rc);
	intake_is(r, "request");
	return RC_OK;
}

/* CertificateList (RFC 5280 section 5.1): the version is no [0], and a date comes behind the
 * issuer, where certificates have two in a SEQUENCE. */
static bool
is_crl(struct span der)
{
	struct span value;
	struct span list;
	struct span tbs;
	unsigned tag;

	if (der_only(der, DER_SEQUENCE, &list) || der_take(&list, DER_SEQUENCE, &tbs) ||
	    der_take(&list, DER_SEQUENCE, &value) || der_only(list, DER_BIT_STRING, &value))
		return false;
	(void)der_optional(&tbs, DER_INTEGER, &value);
	if (der_take(&tbs, DER_SEQUENCE, &value)) /* the algorithm */
		return false;
	if (der_take(&tbs, DER_SEQUENCE, &value)) /* the issuer */
		return false;
	tag = der_peek(tbs);
	return tag == DER_UTC_TIME || tag == DER_GENERALIZED_TIME;
}

static enum rc
read_crl(struct intake_reader *r, struct span der, struct err *err)
{
	enum rc rc = der_check(der);

	if (rc == RC_LIMIT)
		return der_too_deep(err);
	if (rc)
		return err_set(err, RC_DAMAGED, "the revocation list is damaged");
	rc = intake_add(r, ITEM_CRL, der);
	if (rc)
		return err_default(err, rc);
	intake_is(r, "crl");
	return RC_OK;
}

/* Any ContentInfo: those without certificates are refused by name. */
static bool
is_content_info(struct span der)
{
	struct span value;
	struct span in;

	return !der_only(der, DER_SEQUENCE, &in) && !der_take(&in, DER_OID, &value) &&
	       der_peek(in) == DER_CONTEXT_SET(0);
}

/* A struct pkcs7_taker's take. */
struct bag {
	struct intake_reader *r;
	struct err *err;
};

static enum rc
take_from_bag(void *self, bool crl, struct span der)
{
	const struct bag *bag = self;

	return crl ? read_crl(bag->r, der, bag->err) : read_cert(bag->r, der, bag->err);
}

static enum rc
read_pkcs7(struct intake_reader *r, struct span der, struct err *err)
{
	const char *before = r->out->format;
	bool mixed = r->mixed;
	struct bag bag = { r, err };
	enum rc rc = pkcs7_read(der, &(struct pkcs7_taker){ take_from_bag, &bag }, err);

	/* What is inside does not tell the file's format. */
	r->out->format = before;
	r->mixed = mixed;
	if (!rc)
		intake_is(r, "pkcs7");
	return rc;
}

/* In this order: the shapes of later ones would take earlier ones, too. */
static const struct shape {
	bool (*is)(struct span der);
	enum rc (*read)(struct intake_reader *r, struct span der, struct err *err);
} shapes[] = {
	{ cert_probe, read_cert },
	{ is_crl, read_crl },
	{ csr_probe, read_csr },
	{ is_content_info, read_pkcs7 },
	{ intake_is_private, intake_private },
	{ pbe_is_key, intake_locked },
	{ intake_is_public, intake_public },
	{ intake_is_params, intake_public },
};

static enum rc
read_shape(struct intake_reader *r, struct span der, struct err *err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		if (shapes[i].is(der))
			return shapes[i].read(r, der, err);
	}
	return RC_UNKNOWN_FORMAT;
}

/* Tries the bytes as BER; what was said of them as DER stands when they are none. *used is how many
 * of them were read. */
static enum rc
read_ber(struct intake_reader *r, struct span bytes, size_t *used, struct err *err)
{
	struct err words = ERR_INIT;
	struct blob *home = r->home;
	struct buf der = BUF_INIT;
	size_t count = r->out->count;
	enum rc rc = RC_DAMAGED;

	/* Of DER the same would come, in a second copy. */
	if (der_check(bytes))
		rc = der_from_ber(&der, bytes, used);
	if (rc == RC_LIMIT)
		rc = der_too_deep(err);
	if (!rc && span_equal(buf_span(&der), span_part(bytes, 0, *used)))
		rc = RC_DAMAGED;
	if (rc)
		goto out;
	r->home = NULL;
	rc = read_shape(r, buf_span(&der), &words);
	r->home = home;
	if (rc == RC_UNKNOWN_FORMAT || rc == RC_DAMAGED) {
		intake_cut(r, count);
		goto out;
	}
	if (rc && err)
		*err = words;
	if (!rc && !r->out->encoding)
		r->out->encoding = "ber";
	if (!rc)
		notes_add(r->notes, "ber",
			  "it is encoded in BER, not DER: some programs refuse it");
out:
	buf_release(&der);
	return rc;
}

static enum rc
truncated(struct intake_reader *r, struct span bytes, size_t announced, struct err *err)
{
	r->code = "truncated";
	err_set(err, RC_DAMAGED, "it is cut off: it ends at byte %zu of %zu announced", bytes.size,
		announced);
	return err_hint(err, "fetch it again");
}

/* OpenSSL puts its own data behind a certificate in a block that says so. */
static void
note_trailing(struct intake_reader *r, size_t count)
{
	if (span_equal(r->mark, span_text("TRUSTED CERTIFICATE"))) {
		notes_add(r->notes, "trusted-certificate",
			  "it is OpenSSL's TRUSTED CERTIFICATE: the certificate was taken, the "
			  "trust settings behind it (%zu bytes) were not",
			  count);
	} else {
		notes_add(r->notes, "trailing-bytes",
			  "%zu bytes stand behind the end of what it holds: strict programs "
			  "refuse it",
			  count);
	}
}

enum rc
intake_object(struct intake_reader *r, struct span bytes, struct err *err)
{
	size_t announced = der_announced(bytes);
	size_t used = announced ? announced : bytes.size;
	size_t count = r->out->count;
	enum rc ber;
	enum rc rc;

	if (announced > bytes.size)
		return truncated(r, bytes, announced, err);
	rc = read_shape(r, span_part(bytes, 0, used), err);
	if (rc == RC_DAMAGED || rc == RC_UNKNOWN_FORMAT) {
		intake_cut(r, count);
		ber = read_ber(r, bytes, &used, err);
		if (ber != RC_DAMAGED && ber != RC_UNKNOWN_FORMAT)
			rc = ber;
	}
	if (!rc && used < bytes.size)
		note_trailing(r, bytes.size - used);
	return rc;
}

/* What was found behind a mended transfer is shown, and not to be used. */
static enum rc
read_mended(struct intake_reader *r, const char *what, struct buf *mended, struct err *err)
{
	struct err ignored = ERR_INIT;
	enum rc rc;

	notes_add(r->notes, "text-mode-transfer", "a transfer in text mode damaged it: %s", what);
	if (mended->size && codec_pkcs12.probe(buf_span(mended)) == PROBE_YES) {
		r->out->format = "pkcs12";
	} else if (mended->size) {
		rc = blob_new(&r->home, mended);
		if (rc)
			return rc;
		rc = intake_object(r, blob_span(r->home), &ignored);
		if (rc == RC_NO_MEMORY)
			return rc;
	}
	r->out->encoding = r->out->format ? "der" : NULL;
	err_set(err, RC_DAMAGED, "a transfer in text mode damaged it: %s", what);
	return err_hint(err, "transfer it again in binary mode");
}

/* A byte order mark before DER, as editors put it there. */
static void
drop_bom(struct intake_reader *r, struct buf *file)
{
	size_t size = sizeof(utf8_bom) - 1;

	if (!span_begins(buf_span(file), span_text(utf8_bom)) || file->size == size ||
	    file->data[size] != DER_SEQUENCE)
		return;
	memmove(file->data, file->data + size, file->size - size);
	buf_cut(file, file->size - size);
	notes_add(r->notes, "bom", "a byte order mark stands before the first byte of DER");
}

static enum rc
read_binary(struct intake_reader *r, struct buf *file, struct err *err)
{
	enum rc rc;

	if (codec_pkcs12.probe(buf_span(file)) == PROBE_YES)
		return intake_container(r, file, err);
	rc = blob_new(&r->home, file);
	if (rc)
		return rc;
	rc = intake_object(r, blob_span(r->home), err);
	if (rc == RC_UNKNOWN_FORMAT)
		return err_set(err, rc, "nothing in it is recognised");
	if (rc && r->code)
		notes_add(r->notes, r->code, "%s", err ? err->message : rc_text(rc));
	return rc;
}

enum rc
intake_binary(struct intake_reader *r, struct buf *file, struct err *err)
{
	struct buf mended = BUF_INIT;
	const char *what = NULL;
	enum rc rc;

	drop_bom(r, file);
	if (der_announced(buf_span(file)) != file->size)
		what = intake_mend(&mended, buf_span(file));
	rc = buf_rc(&mended);
	if (!rc && what)
		rc = read_mended(r, what, &mended, err);
	else if (!rc)
		rc = read_binary(r, file, err);
	if (r->out->format && !r->out->encoding)
		r->out->encoding = "der";
	buf_release(&mended);
	return rc;
}
