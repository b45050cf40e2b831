/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key databases as items: what they hold, with the labels and the partners that they say. */
#include "codec/intake-parts.h"
#include "codec/pkcs12.h"
#include "pki/der.h"

/* What cannot be opened stays locked and is told: the rest of the file can be used. */
static enum rc
add_locked(struct intake_reader *r, const struct piece *key, const struct err *words)
{
	r->out->locked = true;
	if (words->rc)
		notes_add(r->notes, rc_code(words->rc), "a private key stays locked: %s",
			  words->message);
	if (!key->span.size)
		return intake_add(r, ITEM_LOCKED_KEY, SPAN_NONE);
	r->home = key->home;
	return intake_add(r, ITEM_LOCKED_KEY, key->span);
}

/* The key was opened with rc, or not. */
static enum rc
add_key(struct intake_reader *r, enum rc rc, struct secret **key, const struct piece *shrouded,
	struct err *words)
{
	if (!rc)
		return intake_add_key(r, key);
	if (rc == RC_NO_MEMORY)
		return rc;
	if (rc == RC_NO_SECRET)
		err_clear(words);
	else
		err_default(words, rc);
	return add_locked(r, shrouded, words);
}

static enum rc
add_entry_key(struct intake_reader *r, const struct entry *e)
{
	struct err words = ERR_INIT;
	struct secret *key = NULL;
	enum rc rc = codec_open_any_key(&key, e, r->out->pw, &words);

	return add_key(r, rc, &key, &e->key, &words);
}

static enum rc
add_request_key(struct intake_reader *r, const struct request *request)
{
	struct err words = ERR_INIT;
	struct secret *key = NULL;
	enum rc rc = codec_open_any_request_key(&key, request, r->out->pw, &words);

	return add_key(r, rc, &key, &request->key, &words);
}

/* The last two items belong together. */
static void
pair(struct intake *in)
{
	size_t last = in->count - 1;

	in->items[last].partner = (long)(last - 1);
	in->items[last - 1].partner = (long)last;
}

static enum rc
add_entry(struct intake_reader *r, const struct entry *e)
{
	enum rc rc = RC_OK;

	if (e->kind == ENTRY_SECRET)
		return RC_OK; /* no item has a place for it: it is in the database */
	r->label = e->label.span;
	if (e->cert.span.size) {
		r->home = e->cert.home;
		rc = intake_add(r, ITEM_CERT, e->cert.span);
		if (!rc)
			r->out->items[r->out->count - 1].trusted = e->flags & ENTRY_TRUSTED;
	}
	if (rc || e->kind != ENTRY_KEY)
		return rc;
	rc = add_entry_key(r, e);
	if (!rc && e->cert.span.size)
		pair(r->out);
	return rc;
}

static enum rc
add_request(struct intake_reader *r, const struct request *request)
{
	enum rc rc = RC_OK;

	r->label = request->label.span;
	if (request->csr.span.size) {
		r->home = request->csr.home;
		rc = intake_add(r, ITEM_CSR, request->csr.span);
	}
	if (!rc)
		rc = add_request_key(r, request);
	if (!rc && request->csr.span.size)
		pair(r->out);
	return rc;
}

static enum rc
add_all(struct intake_reader *r)
{
	const struct kdb *db = &r->out->db;
	struct blob *home = r->home;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < db->count && !rc; i++)
		rc = add_entry(r, db->entries[i]);
	for (i = 0; i < db->request_count && !rc; i++)
		rc = add_request(r, db->requests[i]);
	r->home = home;
	r->label = SPAN_NONE;
	return rc;
}

/* The size by its head: behind it nothing belongs to the file. */
static enum rc
fit(struct intake_reader *r, struct buf *bytes, struct err *err)
{
	size_t announced = der_announced(buf_span(bytes));

	if (announced > bytes->size) {
		notes_add(r->notes, "truncated", "it ends at byte %zu of %zu announced",
			  bytes->size, announced);
		err_set(err, RC_DAMAGED, "it is cut off: it ends at byte %zu of %zu announced",
			bytes->size, announced);
		return err_hint(err, "fetch it again");
	}
	if (announced && announced < bytes->size) {
		notes_add(r->notes, "trailing-bytes",
			  "%zu bytes stand behind its end: strict programs refuse it",
			  bytes->size - announced);
		return err_set(err, RC_DAMAGED, "%zu bytes stand behind its end",
			       bytes->size - announced);
	}
	return RC_OK;
}

/* Which of a CMS database's parts the file is: that of its requests names its kind so. */
static size_t
part_of(struct span bytes)
{
	enum { KIND_AT = 8 };

	return span_begins(span_part(bytes, KIND_AT, SIZE_MAX), span_text("X509KYP"));
}

static enum rc
read_container(struct intake_reader *r, const struct codec *codec, struct buf *bytes,
	       struct err *err)
{
	size_t part = codec->parts[1] ? part_of(buf_span(bytes)) : 0;
	struct blob *in[CODEC_PARTS] = { NULL };
	struct pw *pw = NULL;
	enum rc rc = blob_new(&in[part], bytes);

	if (!rc)
		rc = intake_pw(r, false, &pw);
	if (rc)
		goto out;
	rc = codec->load(&r->out->db, in, pw, r->notes, err);
	if (rc)
		return rc;
	r->out->locked = r->out->db.locked;
	r->opened += pw != NULL;
	rc = add_all(r);
out:
	blob_unref(&in[part]);
	return rc ? err_default(err, rc) : RC_OK;
}

enum rc
intake_container(struct intake_reader *r, struct buf *bytes, struct err *err)
{
	enum rc rc;

	intake_is(r, codec_pkcs12.name);
	if (r->out->db.count || r->out->db.request_count)
		return err_set(err, RC_UNSUPPORTED, "it holds more than one PKCS#12 container");
	if (bytes->size > 1 && bytes->data[1] == 0x80 && !r->out->encoding)
		r->out->encoding = "ber";
	rc = fit(r, bytes, err);
	return rc ? rc : read_container(r, &codec_pkcs12, bytes, err);
}

enum rc
intake_cms(struct intake_reader *r, struct buf *file, struct err *err)
{
	intake_is(r, codec_cms.name);
	r->out->encoding = "binary";
	return read_container(r, &codec_cms, file, err);
}
