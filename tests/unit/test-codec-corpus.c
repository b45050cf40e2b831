/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PKCS#12 files that other projects test with. The folder is KYMAN_CORPUS; without it the test is
 * skipped. */
#include "base/fs.h"
#include "base/text.h"
#include "codec/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka needs those above */
#include <cmocka.h>

enum { FILE_LIMIT = 16 * 1024 * 1024, COLUMNS = 5, PATH_LIMIT = 1024 };

/* A row of the table, and why what it expects is not what we do. */
struct exception {
	const char *file;
	const char *why;
};

static const struct exception misjudged[] = {
	{ "key-corpus-rc2-1.p12", "well-formed PBES2 with RC2-CBC, which openssl reads as we do" },
	{ "key-corpus-rc2-2.p12", "the same" },
	{ "key-corpus-rc2-3.p12", "the same" },
	{ NULL, NULL },
};

/* Files that no passphrase can be wrong for: no MAC, and nothing in them is encrypted. */
static const struct exception open_files[] = {
	{ "provider-sample_cacerts.p12", "certificates in the clear" },
	{ "PKCS12StoreTest_java__09.p12", "one certificate in the clear" },
	{ NULL, NULL },
};

struct row {
	char *column[COLUMNS]; /* file, password, expected, keys, certs */
};

static const char *
listed(const struct exception *list, const char *file)
{
	for (; list->file; list++) {
		if (strstr(file, list->file))
			return list->why;
	}
	return NULL;
}

static struct pw *
pass_of(const char *text)
{
	struct secret *s = NULL;
	struct pw *pw = NULL;

	if (strcmp(text, "<empty>") == 0)
		text = "";
	assert_int_equal(secret_from(&s, span_text(text)), RC_OK);
	assert_int_equal(pw_new(&pw, &s, 0), RC_OK);
	return pw;
}

static enum rc
load(struct kdb *db, const char *file, const char *pass, struct err *err)
{
	const char *corpus = getenv("KYMAN_CORPUS");
	struct blob *in[CODEC_PARTS] = { NULL, NULL };
	struct pw *pw = pass ? pass_of(pass) : NULL;
	struct buf bytes = BUF_INIT;
	char path[PATH_LIMIT];
	enum rc rc;

	(void)snprintf(path, sizeof(path), "%s/%s", corpus, file);
	assert_int_equal(fs_read(&bytes, path, FILE_LIMIT, NULL, err), RC_OK);
	assert_int_equal(blob_new(&in[0], &bytes), RC_OK);
	rc = codec_pkcs12.load(db, in, pw, NULL, err);
	pw_free(&pw);
	return rc;
}

/* Everything that was read can be written, and reads the same. */
static bool
round_trip(const struct kdb *db, const char *pass)
{
	struct pieces out[CODEC_PARTS] = { PIECES_INIT, PIECES_INIT };
	struct blob *in[CODEC_PARTS] = { NULL, NULL };
	struct kdb work = KDB_INIT;
	struct kdb again = KDB_INIT;
	struct pw *pw = pass_of(pass);
	struct buf bytes = BUF_INIT;
	struct err err = ERR_INIT;
	bool same = false;
	size_t i;

	if (kdb_copy(&work, db))
		goto out;
	work.iterations = 1;
	work.foreign = false;
	if (pw_set_shroud(pw, NULL, 1) || codec_shroud(&work, pw) ||
	    codec_pkcs12.save(&work, out, pw, NULL, &err))
		goto out;
	for (i = 0; i < out[0].count; i++)
		buf_put(&bytes, out[0].items[i].span);
	if (bytes.size != out[0].size || blob_new(&in[0], &bytes) ||
	    codec_pkcs12.load(&again, in, pw, NULL, &err))
		goto out;
	same = again.count == db->count && again.request_count == db->request_count &&
	       again.extra_count == db->extra_count && again.verified && !again.foreign;
	for (i = 0; same && i < db->count; i++)
		same = kdb_find(&again, db->entries[i]->label.span) != NULL;
out:
	if (!same)
		print_message("# %s\n", err.message);
	pieces_release(&out[0]);
	kdb_release(&work);
	kdb_release(&again);
	buf_release(&bytes);
	pw_free(&pw);
	return same;
}

static size_t
count_certs(const struct kdb *db)
{
	size_t certs = 0;
	size_t i;

	for (i = 0; i < db->count; i++)
		certs += db->entries[i]->cert.span.size > 0;
	return certs;
}

static bool
check_opens(const struct row *row)
{
	const char *wrong = "this is not the passphrase of any file";
	struct kdb db = KDB_INIT;
	struct err err = ERR_INIT;
	size_t keys;
	size_t certs;
	bool fine;
	enum rc rc;

	rc = load(&db, row->column[0], row->column[1], &err);
	keys = kdb_count(&db, ENTRY_KEY) + db.request_count;
	certs = count_certs(&db);
	fine = !rc && keys >= (size_t)atoi(row->column[3]) && certs >= (size_t)atoi(row->column[4]);
	if (!fine)
		print_message("# %s: %d %s, %zu keys, %zu certificates\n", row->column[0], (int)rc,
			      err.message, keys, certs);
	if (fine && !round_trip(&db, row->column[1])) {
		print_message("# %s: not the same after a save\n", row->column[0]);
		fine = false;
	}
	kdb_release(&db);
	rc = load(&db, row->column[0], wrong, &err);
	kdb_release(&db);
	if (rc != RC_WRONG_SECRET && !listed(open_files, row->column[0])) {
		print_message("# %s: wrong passphrase gives %d %s\n", row->column[0], (int)rc,
			      err.message);
		fine = false;
	}
	rc = load(&db, row->column[0], NULL, &err);
	if (rc)
		print_message("# %s: without passphrase %d %s\n", row->column[0], (int)rc,
			      err.message);
	kdb_release(&db);
	return fine && !rc;
}

static bool
check_refused(const struct row *row)
{
	struct kdb db = KDB_INIT;
	struct err err = ERR_INIT;
	enum rc rc;

	rc = load(&db, row->column[0], row->column[1], &err);
	if (!rc)
		print_message("# %s: %s, but opened\n", row->column[0], row->column[2]);
	else if (!err.message[0])
		print_message("# %s: refused without a word\n", row->column[0]);
	kdb_release(&db);
	return rc != RC_OK && err.message[0];
}

static bool
check_row(const struct row *row)
{
	struct kdb db = KDB_INIT;
	struct err err = ERR_INIT;

	if (strcmp(row->column[2], "opens") == 0 || listed(misjudged, row->column[0]))
		return check_opens(row);
	if (strcmp(row->column[2], "robust") != 0)
		return check_refused(row);
	(void)load(&db, row->column[0], row->column[1], &err); /* any outcome but a crash */
	kdb_release(&db);
	return true;
}

/* Takes a row off the table in *text. */
static bool
next_row(struct row *row, char **text)
{
	char *line = strsep(text, "\n");
	size_t i;

	if (!line || !*line)
		return false;
	for (i = 0; i < COLUMNS; i++) {
		row->column[i] = strsep(&line, "\t");
		assert_non_null(row->column[i]);
	}
	return true;
}

static void
test_table(void **state)
{
	const char *corpus = getenv("KYMAN_CORPUS");
	struct buf table = BUF_INIT;
	struct err err = ERR_INIT;
	char path[PATH_LIMIT];
	struct row row;
	size_t rows = 0;
	size_t bad = 0;
	char *text;
	char *rest;

	(void)state;
	if (!corpus) {
		print_message("# KYMAN_CORPUS is not set: skipped\n");
		skip();
	}
	(void)snprintf(path, sizeof(path), "%s/p12.tsv", corpus);
	assert_int_equal(fs_read(&table, path, FILE_LIMIT, NULL, &err), RC_OK);
	text = buf_steal(&table);
	rest = text;
	assert_true(next_row(&row, &rest));
	while (next_row(&row, &rest)) {
		rows++;
		bad += !check_row(&row);
	}
	free(text);
	assert_true(rows > 0);
	assert_int_equal(bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
