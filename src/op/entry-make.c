/* SPDX-License-Identifier: GPL-3.0-or-later */
/* New entries and requests, and how they find their place. */

#include "op/entry-make.h"

#include "base/text.h"
#include "pki/csr.h"
#include "pki/key.h"

#include <string.h>

enum rc
entry_make(struct entry **e, struct span label, struct span cert, struct secret **pkcs8)
{
	bool has_key = pkcs8 && *pkcs8;
	enum rc rc;

	*e = entry_new(has_key ? ENTRY_KEY : ENTRY_CERT);
	if (!*e)
		return RC_NO_MEMORY;
	(*e)->flags = ENTRY_TRUSTED;
	if (has_key) {
		(*e)->open_key = *pkcs8;
		*pkcs8 = NULL;
	}
	rc = piece_copy(&(*e)->label, label);
	if (!rc)
		rc = piece_copy(&(*e)->cert, cert);
	if (rc)
		entry_unref(e);
	return rc;
}

enum rc
request_make(struct request **r, struct span label, struct span csr, struct secret **pkcs8)
{
	enum rc rc;

	*r = request_new();
	if (!*r)
		return RC_NO_MEMORY;
	(*r)->open_key = *pkcs8;
	*pkcs8 = NULL;
	rc = piece_copy(&(*r)->label, label);
	if (!rc && csr.size)
		rc = piece_copy(&(*r)->csr, csr);
	if (rc)
		request_unref(r);
	return rc;
}

enum if_exists
if_exists_of(const struct args *args)
{
	const char *text = args->given[P_IF_EXISTS] ? args->text[P_IF_EXISTS] : "fail";

	if (strcmp(text, "keep") == 0)
		return IF_EXISTS_KEEP;
	return strcmp(text, "replace") == 0 ? IF_EXISTS_REPLACE : IF_EXISTS_FAIL;
}

static enum rc
taken(struct span wanted, struct span there, struct err *err)
{
	if (span_equal(wanted, there))
		err_set(err, RC_DUPLICATE, "the label '%s' is taken", ESC_SPAN(wanted));
	else {
		err_set(err, RC_DUPLICATE,
			"the label '%s' is taken by '%s': labels that differ only in case cannot "
			"be told "
			"apart everywhere",
			ESC_SPAN(wanted), ESC_SPAN(there));
	}
	return err_hint(err, "choose another label, or see what is there: cert show LABEL");
}

enum rc
entry_label_free(const struct kdb *db, const char *label, struct err *err)
{
	const struct entry *e = kdb_find_folded(db, span_text(label));

	return e ? taken(span_text(label), entry_label(e), err) : RC_OK;
}

enum rc
request_label_free(const struct kdb *db, const char *label, struct err *err)
{
	const struct request *r = kdb_find_request_folded(db, span_text(label));

	return r ? taken(span_text(label), r->label.span, err) : RC_OK;
}

enum rc
entry_put(struct kdb *db, struct entry *e, enum if_exists how, struct err *err)
{
	const struct entry *old = kdb_find_folded(db, entry_label(e));
	const struct entry *twin = NULL;
	enum rc rc;

	if (old && how != IF_EXISTS_REPLACE)
		return taken(entry_label(e), entry_label(old), err);
	rc = old ? kdb_replace(db, old, e, &twin) : kdb_add(db, e, &twin);
	if (rc == RC_DUPLICATE)
		return err_set(err, rc, "this certificate is there already, as '%s'",
			       twin ? ESC_SPAN(entry_label(twin)) : "?");
	return err_default(err, rc);
}

enum rc
entry_key(struct key **key, const struct entry *e, struct pw *pw, struct err *err)
{
	struct secret *pkcs8 = NULL;
	enum rc rc;

	rc = codec_open_key(&pkcs8, e, pw, err);
	if (rc)
		return rc;
	rc = key_load(key, pkcs8);
	secret_free(&pkcs8);
	if (rc)
		return err_set(err, rc, "the private key of '%s' cannot be used: %s",
			       ESC_SPAN(entry_label(e)), rc_text(rc));
	return RC_OK;
}

static enum rc
check_key(const struct entry *e, struct pw *pw, bool proves, struct err *err)
{
	struct secret *pkcs8 = NULL;
	enum rc rc;

	if (e->kind != ENTRY_KEY)
		return RC_OK;
	rc = codec_open_any_key(&pkcs8, e, pw, NULL);
	if (rc)
		return rc == RC_NO_MEMORY ? err_default(err, rc) : RC_OK;
	rc = codec_check_key(e, pkcs8, err);
	if (!rc && proves)
		rc = codec_prove_key(entry_label(e), pkcs8, err);
	secret_free(&pkcs8);
	return rc;
}

enum rc
entry_check_key(const struct entry *e, struct pw *pw, struct err *err)
{
	return check_key(e, pw, false, err);
}

enum rc
entry_prove_key(const struct entry *e, struct pw *pw, struct err *err)
{
	return check_key(e, pw, true, err);
}

/* Programs differ in how they wrap the same bytes. */
static bool
same_bytes(const struct secret *a, const struct secret *b)
{
	struct secret *raw_a = NULL;
	struct secret *raw_b = NULL;
	bool same = !key_unwrap_secret(&raw_a, a) && !key_unwrap_secret(&raw_b, b) &&
		    secret_equal(raw_a, raw_b);

	secret_free(&raw_a);
	secret_free(&raw_b);
	return same;
}

bool
entry_same(const struct entry *there, const struct entry *e, struct pw *pw)
{
	struct secret *key = NULL;
	bool same;

	if (there->kind != e->kind || !span_equal(there->cert.span, e->cert.span))
		return false;
	if (e->kind != ENTRY_SECRET)
		return true;
	same =
	    e->open_key && !codec_open_key(&key, there, pw, NULL) && same_bytes(key, e->open_key);
	secret_free(&key);
	return same;
}

enum rc
request_spki(struct buf *spki, const struct request *r, struct pw *pw)
{
	struct secret *pkcs8 = NULL;
	struct csr csr;
	enum rc rc;

	if (r->csr.span.size && !csr_parse(&csr, r->csr.span, NULL)) {
		buf_put(spki, csr.spki);
		return buf_rc(spki);
	}
	rc = codec_open_request_key(&pkcs8, r, pw, NULL);
	if (!rc)
		rc = key_spki_of(spki, pkcs8);
	secret_free(&pkcs8);
	return rc;
}
