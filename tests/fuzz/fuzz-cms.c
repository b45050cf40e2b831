/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a CMS file, keys or requests: without passphrase, since nothing that was changed
 * gets past the checks, and with one. What loads is saved and must load again, verified. */
#include "codec/cms-parts.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ITERATIONS = 5000 }; /* more would only be slow */

static struct pw *
make_pw(void)
{
	struct secret *pass = NULL;
	struct pw *pw = NULL;

	if (secret_from(&pass, span_text("secret")) || pw_new(&pw, &pass, ITERATIONS))
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
load(struct kdb *db, const struct span parts[CODEC_PARTS], struct pw *pw)
{
	struct blob *in[CODEC_PARTS] = { NULL, NULL };
	struct err err = ERR_INIT;
	enum rc rc;

	for (size_t i = 0; i < CODEC_PARTS; i++)
		put_blob(&in[i], parts[i]);
	rc = codec_cms.load(db, in, pw, NULL, &err);
	if (rc && (db->count || !err.message[0]))
		abort();
	return rc;
}

/* What the format lacks may be refused. */
static void
save(struct kdb *db)
{
	struct pieces out[CODEC_PARTS] = { PIECES_INIT, PIECES_INIT };
	struct buf bytes[CODEC_PARTS] = { BUF_INIT, BUF_INIT };
	struct span parts[CODEC_PARTS];
	struct kdb again = KDB_INIT;
	struct pw *pw = make_pw();

	db->locked = false; /* the keys' passphrase is not asked for */
	if (codec_cms.save(db, out, pw, NULL, NULL))
		goto out;
	for (size_t part = 0; part < CODEC_PARTS; part++) {
		for (size_t i = 0; i < out[part].count; i++)
			buf_put(&bytes[part], out[part].items[i].span);
		parts[part] = buf_span(&bytes[part]);
	}
	if (load(&again, parts, pw) || !again.verified || again.count != db->count ||
	    again.request_count != db->request_count || again.extra_count != db->extra_count)
		abort();
out:
	for (size_t part = 0; part < CODEC_PARTS; part++) {
		pieces_release(&out[part]);
		buf_release(&bytes[part]);
	}
	kdb_release(&again);
	pw_free(&pw);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span parts[CODEC_PARTS] = { SPAN_NONE, SPAN_NONE };
	struct pw *pw = make_pw();
	struct kdb db = KDB_INIT;

	for (size_t i = 0; i < CODEC_PARTS; i++) {
		parts[i] = SPAN_OF(data, size);
		parts[1 - i] = SPAN_NONE;
		if (load(&db, parts, NULL) == RC_OK)
			save(&db);
		kdb_release(&db);
		if (load(&db, parts, pw) == RC_OK)
			save(&db);
		kdb_release(&db);
	}
	pw_free(&pw);
	return 0;
}
