/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a PKCS#12 file: without passphrase, and with one; what loads is saved and must load
 * again. */
#include "codec/codec.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ITERATIONS = 1000 }; /* more would only be slow */

static struct pw *
make_pw(void)
{
	struct secret *pass = NULL;
	struct pw *pw = NULL;

	if (secret_from(&pass, span_text("secret")) || pw_new(&pw, &pass, ITERATIONS))
		abort();
	return pw;
}

static enum rc
load(struct kdb *db, struct span bytes, struct pw *pw)
{
	struct blob *in[CODEC_PARTS] = { NULL, NULL };
	struct buf copy = BUF_INIT;
	struct err err = ERR_INIT;
	enum rc rc;

	buf_put(&copy, bytes);
	if (blob_new(&in[0], &copy))
		abort();
	rc = codec_pkcs12.load(db, in, pw, NULL, &err);
	if (rc && (db->count || !err.message[0]))
		abort();
	return rc;
}

/* Saves db; what we write we must be able to read. */
static void
save(struct kdb *db)
{
	struct pieces out[CODEC_PARTS] = { PIECES_INIT, PIECES_INIT };
	struct kdb again = KDB_INIT;
	struct pw *pw = make_pw();
	struct buf bytes = BUF_INIT;
	size_t i;

	db->iterations = 1;
	db->locked = false; /* what is encrypted may be lost here */
	db->foreign = false;
	if (pw_set_shroud(pw, NULL, 1) || codec_shroud(db, pw))
		goto out;
	if (codec_pkcs12.save(db, out, pw, NULL, NULL))
		abort();
	for (i = 0; i < out[0].count; i++)
		buf_put(&bytes, out[0].items[i].span);
	if (load(&again, buf_span(&bytes), NULL) || again.count != db->count ||
	    again.request_count != db->request_count)
		abort();
out:
	pieces_release(&out[0]);
	kdb_release(&again);
	buf_release(&bytes);
	pw_free(&pw);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pw *pw = make_pw();
	struct kdb db = KDB_INIT;

	if (load(&db, SPAN_OF(data, size), NULL) == RC_OK)
		save(&db);
	kdb_release(&db);
	if (load(&db, SPAN_OF(data, size), pw) == RC_OK)
		save(&db);
	kdb_release(&db);
	pw_free(&pw);
	return 0;
}
