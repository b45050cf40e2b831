/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "share.h"

#include "codec/intake.h"

#include <stdlib.h>

enum { TAKE_ITERATIONS = 2048 }; /* as OpenSSL writes them; more would only be slow */

static const char passphrase[] = "secret";

struct pw *
share_pw(uint64_t max_iterations)
{
	struct secret *pass = NULL;
	struct pw *pw = NULL;

	if (secret_from(&pass, span_text(passphrase)) || pw_new(&pw, &pass, max_iterations))
		abort();
	return pw;
}

static void
put_blob(struct blob **blob, struct span bytes)
{
	struct buf copy = BUF_INIT;

	if (!bytes.size)
		return;
	buf_put(&copy, bytes);
	if (blob_new(blob, &copy))
		abort();
}

static enum rc
load(const struct share_codec *how, struct kdb *db, const struct span parts[CODEC_PARTS],
     struct pw *pw)
{
	struct blob *in[CODEC_PARTS] = { NULL, NULL };
	struct err err = ERR_INIT;
	enum rc rc;

	for (size_t i = 0; i < CODEC_PARTS; i++)
		put_blob(&in[i], parts[i]);
	rc = how->codec->load(db, in, pw, NULL, &err);
	if (rc && (db->count || !err.message[0]))
		abort();
	return rc;
}

static void
load_again(const struct share_codec *how, const struct kdb *db,
	   const struct pieces out[CODEC_PARTS], struct pw *pw)
{
	struct buf bytes[CODEC_PARTS] = { BUF_INIT, BUF_INIT };
	struct span parts[CODEC_PARTS];
	struct kdb again = KDB_INIT;

	for (size_t part = 0; part < CODEC_PARTS; part++) {
		for (size_t i = 0; i < out[part].count; i++)
			buf_put(&bytes[part], out[part].items[i].span);
		parts[part] = buf_span(&bytes[part]);
	}
	if (load(how, &again, parts, pw) || !again.verified || again.count != db->count ||
	    again.request_count != db->request_count)
		abort();
	for (size_t part = 0; part < CODEC_PARTS; part++)
		buf_release(&bytes[part]);
	kdb_release(&again);
}

static void
save(const struct share_codec *how, struct kdb *db)
{
	struct pieces out[CODEC_PARTS] = { PIECES_INIT, PIECES_INIT };
	struct pw *pw = share_pw(how->max_iterations);
	enum rc rc;

	/* What is encrypted under another passphrase may be lost here. */
	db->locked = false;
	db->foreign = false;
	db->iterations = 1;
	rc = pw_set_shroud(pw, NULL, 1);
	if (!rc)
		rc = codec_shroud(db, pw);
	if (rc)
		goto out;
	rc = how->codec->save(db, out, pw, NULL, NULL);
	if (rc && how->holds_all)
		abort();
	if (!rc)
		load_again(how, db, out, pw);
out:
	for (size_t part = 0; part < CODEC_PARTS; part++)
		pieces_release(&out[part]);
	pw_free(&pw);
}

void
share_round_trip(const struct share_codec *how, const struct span parts[CODEC_PARTS],
		 bool with_pass)
{
	struct pw *pw = with_pass ? share_pw(how->max_iterations) : NULL;
	struct kdb db = KDB_INIT;

	if (!load(how, &db, parts, pw))
		save(how, &db);
	kdb_release(&db);
	pw_free(&pw);
}

/* True for what an item of its kind cannot be. */
static bool
is_odd(const struct intake *in, const struct item *item)
{
	if (item->kind == ITEM_KEY ? !item->key : item->key != NULL)
		return true;
	if (item->partner < -1 || item->partner >= (long)in->count)
		return true;
	return item->kind == ITEM_CERT && !item->der.span.size;
}

void
share_take_in(struct span bytes, bool with_pass)
{
	struct intake_options options = { .max_iterations = TAKE_ITERATIONS };
	struct intake in = INTAKE_INIT;
	struct secret *pass = NULL;
	struct buf file = BUF_INIT;
	struct err err = ERR_INIT;
	enum rc rc;

	if (with_pass && secret_from(&pass, span_text(passphrase)))
		abort();
	options.pass = pass;
	buf_put(&file, bytes);
	rc = intake_read(&in, &file, &options, &err);
	if (rc ? !err.message[0] : !in.format || !in.encoding)
		abort();
	for (size_t i = 0; i < in.count; i++) {
		if (is_odd(&in, &in.items[i]))
			abort();
	}
	intake_release(&in);
	secret_free(&pass);
	buf_release(&file);
}
