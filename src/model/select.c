/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/select.h"

#include "base/text.h"
#include "pki/dn.h"

#include <string.h>

enum { HEX_MIN = 8, HEX_MAX = 64 };

/* "#N" as a position; -1 where text is something else, -2 for a number that is none of the list. */
static long
numbered(const char *text, size_t count)
{
	uint64_t n;

	if (text[0] != '#')
		return -1;
	if (text_number(&n, text + 1, count) || n == 0)
		return -2;
	return (long)n - 1;
}

static enum rc
no_such(const char *what, const char *text, struct span near, struct err *err)
{
	(void)err_set(err, RC_NO_LABEL, "there is no %s '%s'", what, ESC(text));
	if (near.size)
		return err_hint(err, "there is '%s'", ESC_SPAN(near));
	return RC_NO_LABEL;
}

static bool
has_digest(const struct entry *e, struct span wanted, bool odd)
{
	unsigned char digest[DIGEST_MAX];
	struct span whole = span_part(wanted, 0, wanted.size - (odd ? 1 : 0));

	if (!e->cert.span.size || digest_of(HASH_SHA256, e->cert.span, digest))
		return false;
	if (!span_begins(SPAN_OF(digest, digest_size(HASH_SHA256)), whole))
		return false;
	return !odd || !wanted.data || digest[whole.size] >> 4 == wanted.data[whole.size] >> 4;
}

/* The digits as bytes; of an odd number the last is the high half of a byte. RC_DAMAGED for what
 * are no digits, or not so many. */
static enum rc
digits(struct buf *out, const char *hex, bool *odd)
{
	char even[HEX_MAX + 2];
	size_t size = strlen(hex);

	*odd = size % 2 != 0;
	if (size < HEX_MIN || size > HEX_MAX)
		return RC_DAMAGED;
	memcpy(even, hex, size);
	memcpy(even + size, "0", 2);
	even[*odd ? size + 1 : size] = '\0';
	return text_get_hex(out, even);
}

static enum rc
by_digest(const struct entry **e, const struct kdb *db, const char *text, struct err *err)
{
	struct buf wanted = BUF_INIT;
	size_t i;
	bool odd;
	enum rc rc = digits(&wanted, text + strlen("sha256:"), &odd);

	if (rc == RC_DAMAGED) {
		rc = err_set(err, RC_NO_LABEL,
			     "'%s' is no digest: sha256: and %d to %d hexadecimal digits",
			     ESC(text), HEX_MIN, HEX_MAX);
	}
	if (rc) {
		(void)err_default(err, rc);
		goto out;
	}
	for (i = 0; i < db->count && !rc; i++) {
		if (!has_digest(db->entries[i], buf_span(&wanted), odd))
			continue;
		if (*e) {
			rc = err_set(err, RC_AMBIGUOUS, "'%s' is both '%s' and '%s'", ESC(text),
				     ESC_SPAN(entry_label(*e)),
				     ESC_SPAN(entry_label(db->entries[i])));
		}
		*e = db->entries[i];
	}
	if (!*e)
		rc = no_such("entry", text, SPAN_NONE, err);
out:
	buf_release(&wanted);
	return rc;
}

enum rc
select_entry(const struct entry **e, const struct kdb *db, const char *text, struct err *err)
{
	const struct entry *near;
	long at;
	enum rc rc;

	*e = kdb_find(db, span_text(text));
	if (*e)
		return RC_OK;
	if (strncmp(text, "sha256:", strlen("sha256:")) == 0) {
		rc = by_digest(e, db, text, err);
		if (rc)
			*e = NULL;
		return rc;
	}
	at = numbered(text, db->count);
	if (at >= 0) {
		*e = db->entries[at];
		return RC_OK;
	}
	near = kdb_find_folded(db, span_text(text));
	return no_such("entry", text, near ? entry_label(near) : SPAN_NONE, err);
}

enum rc
select_request(const struct request **r, const struct kdb *db, const char *text, struct err *err)
{
	const struct request *near;
	long at;

	*r = kdb_find_request(db, span_text(text));
	if (*r)
		return RC_OK;
	at = numbered(text, db->request_count);
	if (at >= 0) {
		*r = db->requests[at];
		return RC_OK;
	}
	near = kdb_find_request_folded(db, span_text(text));
	return no_such("request", text, near ? near->label.span : SPAN_NONE, err);
}

enum rc
select_put_entry(struct buf *name, const struct kdb *db, const struct entry *e)
{
	const struct entry *found = NULL;
	enum rc rc = RC_OK;

	if (text_is_safe(entry_label(e))) {
		buf_put(name, entry_label(e));
	} else if (e->cert.span.size) {
		buf_put_text(name, "sha256:");
		rc = digest_put_hex(name, HASH_SHA256, e->cert.span);
	} else {
		buf_printf(name, "#%ld", kdb_position(db, e) + 1);
	}
	if (!rc)
		rc = buf_rc(name);
	if (!rc)
		rc = select_entry(&found, db, buf_text(name), NULL);
	return rc || found == e ? rc : RC_AMBIGUOUS;
}

enum rc
select_put_request(struct buf *name, const struct kdb *db, const struct request *r)
{
	const struct request *found = NULL;
	size_t at = 0;
	enum rc rc;

	while (db->requests[at] != r)
		at++;
	if (text_is_safe(r->label.span))
		buf_put(name, r->label.span);
	else
		buf_printf(name, "#%zu", at + 1);
	rc = buf_rc(name);
	if (!rc)
		rc = select_request(&found, db, buf_text(name), NULL);
	return rc || found == r ? rc : RC_AMBIGUOUS;
}

/* Whether `by` issued c, the cheap signs first. */
static bool
issued(const struct cert *by, const struct cert *c, struct span wanted)
{
	struct span own;

	if (!dn_equal(by->subject, c->issuer))
		return false;
	own = wanted.size ? cert_key_id(by) : SPAN_NONE;
	if (own.size && !span_equal(own, wanted))
		return false;
	return cert_verify(c, by->spki) == RC_OK;
}

const struct entry *
select_issuer(const struct kdb *db, const struct cert *c)
{
	struct span wanted = cert_issuer_key_id(c);
	struct cert by;
	size_t i;

	for (i = 0; i < db->count; i++) {
		if (!db->entries[i]->cert.span.size ||
		    cert_parse(&by, db->entries[i]->cert.span, NULL))
			continue;
		if (issued(&by, c, wanted))
			return db->entries[i];
	}
	return NULL;
}

void
select_by_key(const struct kdb *db, struct span spki,
	      bool (*each)(void *self, const struct entry *e), void *self)
{
	struct cert c;
	size_t i;

	for (i = 0; i < db->count; i++) {
		if (!db->entries[i]->cert.span.size ||
		    cert_parse(&c, db->entries[i]->cert.span, NULL) || !span_equal(c.spki, spki))
			continue;
		if (!each(self, db->entries[i]))
			return;
	}
}

bool
select_has_issued(const struct kdb *db, const struct entry *e)
{
	struct cert by;
	struct cert c;
	size_t i;

	if (!e->cert.span.size || cert_parse(&by, e->cert.span, NULL))
		return false;
	for (i = 0; i < db->count; i++) {
		if (db->entries[i] == e || !db->entries[i]->cert.span.size ||
		    cert_parse(&c, db->entries[i]->cert.span, NULL))
			continue;
		if (issued(&by, &c, cert_issuer_key_id(&c)))
			return true;
	}
	return false;
}
