/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec/codec.h"

#include "base/text.h"
#include "codec/cms-parts.h"
#include "codec/pkcs12-parts.h"
#include "pki/cert.h"
#include "pki/csr.h"
#include "pki/key.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct codec *const codecs[] = { &codec_pkcs12, &codec_cms };

static void print_into(char *message, const char *format, va_list list) PRINTF(2, 0);

static void
print_into(char *message, const char *format, va_list list)
{
	(void)vsnprintf(message, ERR_TEXT_MAX, format, list); /* what is over is cut */
}

void
notes_add(const struct notes *notes, const char *code, const char *format, ...)
{
	char message[ERR_TEXT_MAX];
	va_list list;

	if (!notes || !notes->note)
		return;
	va_start(list, format);
	print_into(message, format, list);
	va_end(list);
	notes->note(notes->self, code, message);
}

const struct codec *
codec_probe(struct span head)
{
	const struct codec *best = NULL;
	enum probe likely = PROBE_NO;
	enum probe probe;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(codecs); i++) {
		probe = codecs[i]->probe(head);
		if (probe > likely) {
			likely = probe;
			best = codecs[i];
		}
	}
	return best;
}

const struct codec *
codec_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(codecs); i++) {
		if (strcmp(codecs[i]->name, name) == 0)
			return codecs[i];
	}
	return NULL;
}

enum rc
codec_can_hold_entry(const struct codec *codec, const struct entry *e, struct err *err)
{
	const char *what = NULL;

	if (e->kind == ENTRY_KEY && !(codec->caps & CODEC_KEYS))
		what = "private keys";
	else if (e->kind == ENTRY_SECRET && !(codec->caps & CODEC_SECRETS))
		what = "secret keys";
	else if (e->kind != ENTRY_SECRET && !(e->flags & ENTRY_TRUSTED) &&
		 !(codec->caps & CODEC_TRUST))
		what = "what is switched off";
	if (!what)
		return RC_OK;
	return err_set(err, RC_POLICY, "a %s file cannot hold %s, and '%s' is one", codec->name,
		       what, ESC_SPAN(entry_label(e)));
}

enum rc
codec_can_hold_request(const struct codec *codec, const struct request *r, struct err *err)
{
	if (!(codec->caps & CODEC_REQUESTS))
		return err_set(err, RC_POLICY, "a %s file cannot hold the request '%s'",
			       codec->name, ESC_SPAN(r->label.span));
	if (!r->csr.span.size && !(codec->caps & CODEC_WAITING)) {
		return err_set(err, RC_POLICY,
			       "a %s file cannot hold a key that has no certificate and no "
			       "request, and '%s' is one",
			       codec->name, ESC_SPAN(r->label.span));
	}
	return RC_OK;
}

enum rc
codec_can_hold(const struct codec *codec, const struct kdb *db, struct err *err)
{
	enum rc rc = RC_OK;
	size_t i;

	if (db->count > 1 && !(codec->caps & CODEC_SEVERAL))
		return err_set(err, RC_POLICY, "a %s file holds one entry, not %zu", codec->name,
			       db->count);
	for (i = 0; i < db->count && !rc; i++)
		rc = codec_can_hold_entry(codec, db->entries[i], err);
	for (i = 0; i < db->request_count && !rc; i++)
		rc = codec_can_hold_request(codec, db->requests[i], err);
	return rc;
}

size_t
codec_unknown(const struct codec *codec, const struct kdb *db)
{
	size_t count = db->extra_count;

	/* What a file of requests is like is nothing that it holds. */
	for (size_t i = 0; codec == &codec_cms && i < db->extra_count; i++)
		count -= db->extras[i].kind == CMS_EXTRA_REQUESTS_HEAD;
	return count;
}

size_t
codec_unknown_entry(const struct codec *codec, const struct entry *e)
{
	if (codec != &codec_pkcs12)
		return 0;
	return p12_put_others(NULL, e->native.span) + p12_put_others(NULL, e->key_native.span);
}

static enum rc
shroud(struct piece *key, struct secret **open_key, enum pbe_form form, struct pw *pw)
{
	struct buf epki = BUF_INIT;
	enum rc rc;

	rc = pbe_shroud_as(&epki, pw, form, *open_key);
	if (!rc)
		rc = buf_rc(&epki);
	if (rc) {
		buf_release(&epki);
		return rc;
	}
	piece_release(key);
	secret_free(open_key);
	return piece_take(key, &epki);
}

static enum rc
shroud_entry(struct kdb *db, size_t at, struct pw *pw)
{
	struct entry *e = entry_dup(db->entries[at]);
	enum rc rc;

	if (!e)
		return RC_NO_MEMORY;
	rc = shroud(&e->key, &e->open_key, db->shroud, pw);
	if (!rc)
		kdb_put_at(db, at, e);
	entry_unref(&e);
	return rc;
}

static enum rc
shroud_request(struct kdb *db, size_t at, struct pw *pw)
{
	struct request *r = request_dup(db->requests[at]);
	enum rc rc;

	if (!r)
		return RC_NO_MEMORY;
	rc = shroud(&r->key, &r->open_key, db->shroud, pw);
	if (!rc)
		rc = kdb_replace_request(db, db->requests[at], r);
	request_unref(&r);
	return rc;
}

enum rc
codec_shroud(struct kdb *db, struct pw *pw)
{
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < db->count && !rc; i++) {
		if (db->entries[i]->open_key)
			rc = shroud_entry(db, i, pw);
	}
	for (i = 0; i < db->request_count && !rc; i++) {
		if (db->requests[i]->open_key)
			rc = shroud_request(db, i, pw);
	}
	return rc;
}

static enum rc
open_key(struct secret **pkcs8, const struct secret *open, struct span key, struct pw *pw,
	 struct err *err)
{
	*pkcs8 = NULL;
	if (open)
		return secret_copy(pkcs8, open);
	if (!key.size)
		return err_set(err, RC_NO_KEY, "there is no private key");
	if (!pw)
		return err_set(err, RC_NO_SECRET, "the private key needs the passphrase");
	return pbe_open_key(pkcs8, pw, key, err);
}

enum rc
codec_open_any_key(struct secret **pkcs8, const struct entry *e, struct pw *pw, struct err *err)
{
	return open_key(pkcs8, e->open_key, e->key.span, pw, err);
}

/* What cannot be told fits. */
static enum rc
check_pair(const struct secret *pkcs8, struct span spki)
{
	enum rc rc = key_belongs(pkcs8, spki);

	return rc == RC_MISMATCH || rc == RC_NO_MEMORY ? rc : RC_OK;
}

enum rc
codec_check_key(const struct entry *e, const struct secret *pkcs8, struct err *err)
{
	struct cert c;
	enum rc rc;

	if (e->kind != ENTRY_KEY || cert_parse(&c, e->cert.span, NULL))
		return RC_OK;
	rc = check_pair(pkcs8, c.spki);
	if (rc != RC_MISMATCH)
		return rc ? err_default(err, rc) : RC_OK;
	(void)err_set(err, rc, "the private key of '%s' is not the key of its certificate",
		      ESC_SPAN(e->label.span));
	(void)err_hint(err,
		       "the file is damaged: delete the entry, and take key and certificate in "
		       "again from a copy of theirs");
	return rc;
}

enum rc
codec_check_request_key(const struct request *r, const struct secret *pkcs8, struct err *err)
{
	struct csr csr;
	enum rc rc;

	if (!r->csr.span.size || csr_parse(&csr, r->csr.span, NULL))
		return RC_OK;
	rc = check_pair(pkcs8, csr.spki);
	if (rc != RC_MISMATCH)
		return rc ? err_default(err, rc) : RC_OK;
	(void)err_set(err, rc,
		      "the private key of the request '%s' is not the one it was made with",
		      ESC_SPAN(r->label.span));
	(void)err_hint(err, "the file is damaged: delete the request, and make another");
	return rc;
}

enum rc
codec_prove_key(struct span label, const struct secret *pkcs8, struct err *err)
{
	enum rc rc = key_prove(pkcs8);

	if (rc == RC_NO_MEMORY)
		return err_default(err, rc);
	if (rc != RC_MISMATCH)
		return RC_OK;
	if (label.size) {
		(void)err_set(err, rc,
			      "the private key of '%s' does not give the public key that it says",
			      ESC_SPAN(label));
	} else {
		(void)err_set(err, rc, "a private key does not give the public key that it says");
	}
	(void)err_hint(err, "it is damaged, or was made to deceive: fetch it again");
	return rc;
}

enum rc
codec_open_key(struct secret **pkcs8, const struct entry *e, struct pw *pw, struct err *err)
{
	enum rc rc = codec_open_any_key(pkcs8, e, pw, err);

	if (!rc)
		rc = codec_check_key(e, *pkcs8, err);
	if (rc)
		secret_free(pkcs8);
	return rc;
}

enum rc
codec_open_any_request_key(struct secret **pkcs8, const struct request *r, struct pw *pw,
			   struct err *err)
{
	return open_key(pkcs8, r->open_key, r->key.span, pw, err);
}

enum rc
codec_open_request_key(struct secret **pkcs8, const struct request *r, struct pw *pw,
		       struct err *err)
{
	enum rc rc = codec_open_any_request_key(pkcs8, r, pw, err);

	if (!rc)
		rc = codec_check_request_key(r, *pkcs8, err);
	if (rc)
		secret_free(pkcs8);
	return rc;
}

static bool
is_shrouded(const struct kdb *db)
{
	bool fine = true;
	size_t i;

	for (i = 0; i < db->count; i++)
		fine = fine &&
		       (db->entries[i]->kind == ENTRY_CERT || db->entries[i]->key.span.size > 0);
	for (i = 0; i < db->request_count; i++)
		fine = fine && db->requests[i]->key.span.size > 0;
	return fine;
}

enum rc
codec_may_save(const struct kdb *db, const struct pw *pw, struct err *err)
{
	if (!pw)
		return err_set(err, RC_NO_SECRET, "a database is not written without passphrase");
	if (db->locked)
		return err_set(err, RC_NO_SECRET,
			       "what is encrypted in it was not read, and would be lost");
	return is_shrouded(db) ? RC_OK : err_set(err, RC_INTERNAL, "a private key is not shrouded");
}
