/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert export: certificates, chains and keys in the form that another product reads. */

#include "base/text.h"
#include "codec/pem.h"
#include "codec/pkcs12.h"
#include "model/select.h"
#include "op/bundle.h"
#include "op/ops.h"
#include "pki/cert.h"
#include "pki/key.h"

#include <stdlib.h>
#include <string.h>

/* What goes into the files. */
struct export
{
	struct op_call *c;
	enum format format;
	unsigned chain; /* CHAIN_... */
	bool with_key;  /* in the same file */
	const char *out;
	const char *key_out;      /* NULL: none */
	struct entry_list leaves; /* what was asked for */
	struct entry_list certs;  /* with their chains */
	struct pw *pw;            /* new passphrase; NULL: the key goes in the clear */
	struct secret *keys;      /* their PEM or DER text; with_key: the certificates' too */
};

static enum rc
choose(struct export *x, struct err *err)
{
	const struct words *labels = &x->c->args->words;
	const struct kdb *db = x->c->db;
	const struct entry *e = NULL;
	enum rc rc = RC_OK;

	if (x->c->args->given[P_ALL] == (labels->count > 0))
		return err_set(err, RC_USAGE, "give labels, or --all");
	for (size_t i = 0; !rc && i < labels->count; i++) {
		rc = select_entry(&e, db, labels->items[i], err);
		if (!rc && e->kind == ENTRY_SECRET)
			rc = err_set(err, RC_USAGE, "'%s' is a secret key, not a certificate",
				     ESC(labels->items[i]));
		if (!rc)
			rc = entry_list_add(&x->leaves, e);
	}
	for (size_t i = 0; !rc && x->c->args->given[P_ALL] && i < db->count; i++) {
		if (db->entries[i]->kind != ENTRY_SECRET)
			rc = entry_list_add(&x->leaves, db->entries[i]);
		else {
			warnings_add(&x->c->result->warnings, "skipped",
				     "'%s' is a secret key: it was left out",
				     ESC_SPAN(entry_label(db->entries[i])));
		}
	}
	if (!rc && !x->leaves.count)
		return err_set(err, RC_NOT_FOUND, "there is no certificate to export");
	return err_default(err, rc);
}

static enum rc
check_keys(const struct export *x, struct err *err)
{
	bool pem_or_p12 = x->format == FORMAT_PEM || x->format == FORMAT_P12;

	if (x->with_key && x->key_out) {
		return err_set(err, RC_USAGE,
			       "--with-key and --key-out both say where the key goes; "
			       "give one");
	}
	if (x->with_key && !pem_or_p12) {
		return err_set(err, RC_USAGE,
			       "this form holds certificates only: for a key choose pem "
			       "or p12, or --key-out");
	}
	if (x->key_out && x->format == FORMAT_P12)
		return err_set(err, RC_USAGE, "a p12 file holds its key itself: --with-key");
	if (x->key_out && x->leaves.count > 1)
		return err_set(err, RC_USAGE, "--key-out is for one label");
	for (size_t i = 0; (x->with_key || x->key_out) && i < x->leaves.count; i++) {
		if (x->leaves.items[i]->kind != ENTRY_KEY && !x->c->args->given[P_ALL])
			return err_set(err, RC_NO_KEY, "'%s' has no private key here",
				       ESC_SPAN(entry_label(x->leaves.items[i])));
	}
	return RC_OK;
}

/* Leaves first come with their chains behind each, a shared issuer once. */
static enum rc
collect(struct export *x, struct err *err)
{
	struct issuers issuers = ISSUERS_INIT;
	enum rc rc = RC_OK;

	if (x->chain & CHAIN_ISSUERS)
		rc = issuers_of(&issuers, x->c->db);
	for (size_t i = 0; !rc && i < x->leaves.count; i++) {
		struct cert cert;

		rc = entry_list_add(&x->certs, x->leaves.items[i]);
		if (!rc && !cert_parse(&cert, x->leaves.items[i]->cert.span, NULL))
			rc = chain_add(&x->certs, &issuers, &cert, x->chain, err);
	}
	issuers_release(&issuers);
	return err_default(err, rc);
}

static enum rc
make_pw(struct export *x, struct err *err)
{
	return bundle_pw(&x->pw, x->c, x->format, x->key_out ? x->key_out : x->out, err);
}

/* One key as text (PEM) or bytes (DER), in the clear or not. */
static enum rc
encode_key(struct export *x, const struct secret *pkcs8, bool der, struct secret **out)
{
	struct buf epki = BUF_INIT;
	enum rc rc = RC_OK;

	if (!x->pw)
		return der ? secret_copy(out, pkcs8)
			   : pem_secret(out, "PRIVATE KEY", secret_span(pkcs8));
	rc = pbe_shroud(&epki, x->pw, pkcs8);
	if (!rc)
		rc = der ? secret_from(out, buf_span(&epki))
			 : pem_secret(out, "ENCRYPTED PRIVATE KEY", buf_span(&epki));
	buf_release(&epki);
	return rc;
}

/* Text of keys, one after the other. */
struct texts {
	struct secret **items;
	size_t count;
};

static void
texts_release(struct texts *t)
{
	for (size_t i = 0; i < t->count; i++)
		secret_free(&t->items[i]);
	free(t->items);
}

/* All of them and the tail behind in a secret of its own. */
static enum rc
texts_join(struct secret **all, const struct texts *t, struct span tail)
{
	size_t size = tail.size;
	unsigned char *at;
	enum rc rc;

	/* Together they are in memory already: the sum does not overflow. */
	for (size_t i = 0; i < t->count; i++)
		size += secret_size(t->items[i]);
	rc = secret_new(all, size);
	if (rc)
		return rc;
	at = secret_data(*all);
	for (size_t i = 0; i < t->count; i++) {
		struct span text = secret_span(t->items[i]);

		if (text.size)
			memcpy(at, text.data, text.size);
		at += text.size;
	}
	if (tail.size)
		memcpy(at, tail.data, tail.size);
	return RC_OK;
}

static enum rc
take_key(struct export *x, const struct entry *e, bool der, struct texts *t, struct err *err)
{
	struct secret *pkcs8 = NULL;
	enum rc rc = codec_open_key(&pkcs8, e, x->c->pw, err);

	if (!rc)
		rc = encode_key(x, pkcs8, der, &t->items[t->count]);
	if (!rc)
		t->count++;
	secret_free(&pkcs8);
	return rc;
}

/* The keys of all leaves that have one; with_key: the certificates behind them. */
static enum rc
collect_keys(struct export *x, struct span certs, size_t *count, struct err *err)
{
	bool der = x->key_out && format_of(&(struct args)ARGS_INIT, x->key_out) == FORMAT_DER;
	struct texts t = { calloc(x->leaves.count, sizeof(struct secret *)), 0 };
	enum rc rc = t.items ? RC_OK : RC_NO_MEMORY;

	for (size_t i = 0; !rc && i < x->leaves.count; i++)
		if (x->leaves.items[i]->kind == ENTRY_KEY)
			rc = take_key(x, x->leaves.items[i], der, &t, err);
	if (!rc)
		rc = texts_join(&x->keys, &t, x->with_key ? certs : SPAN_NONE);
	*count = t.count;
	texts_release(&t);
	return err_default(err, rc);
}

static enum rc
put_text(struct export *x, struct buf *certs, size_t keys, struct err *err)
{
	enum rc rc;

	if (x->with_key) {
		rc = bundle_check(secret_span(x->keys), x->certs.count, keys, err);
		return rc ? rc : result_secret_output(x->c->result, x->out, &x->keys);
	}
	rc = bundle_check(buf_span(certs), x->certs.count, 0, err);
	if (!rc)
		rc = result_output(x->c->result, x->out, certs);
	if (!rc && x->key_out)
		rc = bundle_check(secret_span(x->keys), 0, keys, err);
	if (!rc && x->key_out)
		rc = result_secret_output(x->c->result, x->key_out, &x->keys);
	return rc;
}

static enum rc
export_text(struct export *x, struct err *err)
{
	struct span *spans = calloc(x->certs.count, sizeof(*spans));
	struct buf certs = BUF_INIT;
	size_t keys = 0;
	enum rc rc = spans ? RC_OK : RC_NO_MEMORY;

	for (size_t i = 0; spans && i < x->certs.count; i++)
		spans[i] = x->certs.items[i]->cert.span;
	if (!rc)
		rc = bundle_certs(&certs, x->format, spans, x->certs.count, err);
	if (!rc && (x->with_key || x->key_out))
		rc = make_pw(x, err);
	if (!rc && (x->with_key || x->key_out))
		rc = collect_keys(x, buf_span(&certs), &keys, err);
	if (!rc)
		rc = put_text(x, &certs, keys, err);
	free(spans);
	buf_release(&certs);
	return err_default(err, rc);
}

/* A copy of e for the new file: its key in the clear inside a secret, or, without key, its
 * certificate. */
static enum rc
copy_for_p12(struct export *x, const struct entry *e, struct kdb *to, struct err *err)
{
	const struct entry *twin = NULL;
	struct entry *copy = entry_dup(e);
	enum rc rc = RC_OK;

	if (!copy)
		return RC_NO_MEMORY;
	piece_release(&copy->key);
	secret_free(&copy->open_key);
	if (x->with_key && e->kind == ENTRY_KEY && entry_list_has(&x->leaves, e))
		rc = codec_open_key(&copy->open_key, e, x->c->pw, err);
	else
		copy->kind = ENTRY_CERT;
	if (!rc)
		rc = kdb_add(to, copy, &twin);
	/* Other programs' files may hold a certificate twice; one is enough. */
	if (rc == RC_DUPLICATE && twin && copy->kind == ENTRY_CERT)
		rc = RC_OK;
	entry_unref(&copy);
	return rc;
}

static enum rc
export_p12(struct export *x, struct err *err)
{
	struct secret *private = NULL;
	struct kdb db = KDB_INIT;
	struct buf out = BUF_INIT;
	enum rc rc = make_pw(x, err);

	for (size_t i = 0; !rc && i < x->certs.count; i++)
		rc = copy_for_p12(x, x->certs.items[i], &db, err);
	if (!rc && !x->with_key && x->leaves.items[0]->kind == ENTRY_KEY)
		warnings_add(&x->c->result->warnings, "no-key",
			     "the file holds certificates only; --with-key adds the private key");
	if (!rc && x->pw == x->c->pw) {
		memcpy(db.mac_salt, x->c->db->mac_salt, sizeof(db.mac_salt));
		db.mac_salt_size = x->c->db->mac_salt_size;
	}
	if (!rc)
		rc = pkcs12_export(&db, &out, x->pw, err);
	if (!rc)
		rc = bundle_check(buf_span(&out), 0, 0, err);
	if (!rc && format_is_base64(x->c->args))
		rc = pem_secret(&private, "PKCS12", buf_span(&out));
	else if (!rc)
		rc = secret_from(&private, buf_span(&out));
	if (!rc)
		rc = result_secret_output(x->c->result, x->out, &private);
	secret_free(&private);
	kdb_release(&db);
	buf_release(&out);
	return err_default(err, rc);
}

static enum rc
cert_export(struct op_call *c, struct err *err)
{
	const struct args *args = c->args;
	struct export x = {
		.c = c,
		.out = args->given[P_OUT] ? args->text[P_OUT] : "-",
		.key_out = args->given[P_KEY_OUT] ? args->text[P_KEY_OUT] : NULL,
		.with_key = args->given[P_WITH_KEY],
	};
	enum rc rc;

	x.format = format_of(args, x.out);
	/* A DER file holds one certificate. */
	rc = chain_of_args(&x.chain, args,
			   (x.with_key || x.key_out) && x.format != FORMAT_DER ? CHAIN_ISSUERS : 0,
			   err);
	if (!rc)
		rc = choose(&x, err);
	if (!rc)
		rc = check_keys(&x, err);
	if (!rc)
		rc = collect(&x, err);
	if (!rc)
		rc = x.format == FORMAT_P12 ? export_p12(&x, err) : export_text(&x, err);
	entry_list_release(&x.leaves);
	entry_list_release(&x.certs);
	secret_free(&x.keys);
	pw_free(&x.pw);
	return rc;
}

static const enum param export_params[] = { P_OUT,   P_KEY_OUT,  P_FORMAT,     P_WITH_KEY,
					    P_CHAIN, P_NO_CHAIN, P_ROOT,       P_PARTIAL,
					    P_ALL,   P_OUT_PASS, P_ITERATIONS, P_END };

const struct op op_cert_export = {
	.noun = "cert",
	.verb = "export",
	.arguments = "LABEL...",
	.summary = "write certificates, chains and keys to a file",
	.detail =
	    "With a key the chain goes along, but its root. --out-pass none leaves the key in the "
	    "clear.",
	.max_words = SIZE_MAX,
	.flags = OP_READS,
	.params = export_params,
	.run = cert_export,
};
