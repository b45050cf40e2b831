/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One file of a batch, as cert export would write it: the key first, its certificate, the chain. */
#include "codec/pem.h"
#include "codec/pkcs12.h"
#include "op/batch-job.h"

#include <string.h>

/* The key as text, in the clear or not. */
static enum rc
key_text(struct secret **text, struct pw *pw, const struct secret *pkcs8)
{
	struct buf epki = BUF_INIT;
	enum rc rc;

	if (!pw)
		return pem_secret(text, "PRIVATE KEY", secret_span(pkcs8));
	rc = pbe_shroud(&epki, pw, pkcs8);
	if (!rc)
		rc = pem_secret(text, "ENCRYPTED PRIVATE KEY", buf_span(&epki));
	buf_release(&epki);
	return rc;
}

static enum rc
join(struct secret **bytes, const struct span *parts, size_t count)
{
	unsigned char *at;
	size_t size = 0;
	enum rc rc;

	/* Together they are in memory already: the sum does not overflow. */
	for (size_t i = 0; i < count; i++)
		size += parts[i].size;
	rc = secret_new(bytes, size);
	if (rc)
		return rc;
	at = secret_data(*bytes);
	for (size_t i = 0; i < count; i++) {
		if (parts[i].size)
			memcpy(at, parts[i].data, parts[i].size);
		at += parts[i].size;
	}
	return RC_OK;
}

static enum rc
make_pem(struct secret **bytes, struct pw *pw, const struct batch_pair *pair)
{
	struct secret *key = NULL;
	struct buf cert = BUF_INIT;
	struct span parts[3];
	enum rc rc = key_text(&key, pw, *pair->pkcs8);

	if (!rc)
		rc = bundle_certs(&cert, FORMAT_PEM, &pair->cert, 1, NULL);
	parts[0] = secret_span(key);
	parts[1] = buf_span(&cert);
	parts[2] = pair->signer ? buf_span(&pair->signer->chain_pem) : SPAN_NONE;
	if (!rc)
		rc = join(bytes, parts, ARRAY_SIZE(parts));
	secret_free(&key);
	buf_release(&cert);
	return rc;
}

/* One of the same label as the key gets another one. */
static enum rc
put_issuer(struct kdb *db, struct entry *e)
{
	struct entry *copy;
	enum rc rc = kdb_add(db, e, NULL);

	if (rc != RC_DUPLICATE)
		return rc;
	copy = entry_dup(e);
	if (!copy)
		return RC_NO_MEMORY;
	rc = kdb_load_entry(db, copy);
	entry_unref(&copy);
	return rc;
}

/* All files share the salts, so that there is one derivation for all. */
static enum rc
put_entries(struct kdb *db, const struct batch_files *f, const struct batch_pair *pair)
{
	struct entry *e = NULL;
	enum rc rc;

	memcpy(db->mac_salt, f->mac_salt, sizeof(f->mac_salt));
	db->mac_salt_size = sizeof(f->mac_salt);
	rc = entry_make(&e, span_text(pair->label), pair->cert, pair->pkcs8);
	if (!rc)
		rc = kdb_add(db, e, NULL);
	entry_unref(&e);
	for (size_t i = 0; !rc && pair->signer && i < pair->signer->chain_count; i++)
		rc = put_issuer(db, pair->signer->chain[i]);
	return rc;
}

static enum rc
make_p12(struct secret **bytes, const struct batch_files *f, struct pw *pw,
	 const struct batch_pair *pair, struct err *err)
{
	struct kdb db = KDB_INIT;
	struct buf out = BUF_INIT;
	enum rc rc = put_entries(&db, f, pair);

	if (!rc)
		rc = pkcs12_export(&db, &out, pw, err);
	if (!rc)
		rc = bundle_check(buf_span(&out), 0, 0, err);
	if (!rc && f->base64)
		rc = pem_secret(bytes, "PKCS12", buf_span(&out));
	else if (!rc)
		rc = secret_from(bytes, buf_span(&out));
	kdb_release(&db);
	buf_release(&out);
	return rc;
}

enum rc
batch_bytes(struct secret **bytes, const struct batch_files *f, struct pw *pw,
	    const struct batch_pair *pair, struct err *err)
{
	size_t certs = 1 + (pair->signer ? pair->signer->chain_count : 0);
	enum rc rc;

	*bytes = NULL;
	if (f->format == FORMAT_P12)
		rc = make_p12(bytes, f, pw, pair, err);
	else
		rc = make_pem(bytes, pw, pair);
	if (!rc && f->format != FORMAT_P12)
		rc = bundle_check(secret_span(*bytes), certs, 1, err);
	if (rc)
		secret_free(bytes);
	return err_default(err, rc);
}
