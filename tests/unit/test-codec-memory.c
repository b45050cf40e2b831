/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each allocation of loading, changing and saving a database fails once: the answer is
 * RC_NO_MEMORY, and nothing leaks or is half done. */
#include "codec/stash.h"
#include "fail-alloc.h"
#include "model/diff.h"
#include "p12-make.h"

/* What is worked on; made before anything fails. */
static struct {
	struct p12_all all;
	struct pw *pw;
	struct buf ours;
	struct buf theirs;
	struct kdb db; /* ours, loaded */
} fx;

static int
set_up(void **state)
{
	struct kdb out = KDB_INIT;
	struct err err = ERR_INIT;

	(void)state;
	p12_make_all(&fx.all);
	fx.pw = p12_pw("secret");
	(void)p12_put(&out, ENTRY_KEY, "Web", &fx.all.web);
	(void)p12_put(&out, ENTRY_CERT, "root", &fx.all.root);
	assert_int_equal(pkcs12_export(&out, &fx.theirs, fx.pw, &err), RC_OK);
	kdb_release(&out);
	p12_save_bytes(&fx.ours, &fx.all.db, fx.pw, NULL);
	p12_reload(&fx.db, buf_span(&fx.ours), "secret");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	kdb_release(&fx.db);
	buf_release(&fx.ours);
	buf_release(&fx.theirs);
	pw_free(&fx.pw);
	p12_release_all(&fx.all);
	return 0;
}

static enum rc
load(struct span bytes)
{
	struct blob *in[CODEC_PARTS] = { NULL, NULL };
	struct buf copy = BUF_INIT;
	struct kdb db = KDB_INIT;
	struct err err = ERR_INIT;
	enum rc rc;

	buf_put(&copy, bytes);
	rc = blob_new(&in[0], &copy);
	if (!rc)
		rc = codec_pkcs12.load(&db, in, fx.pw, NULL, &err);
	if (rc && db.count)
		rc = RC_INTERNAL;
	kdb_release(&db);
	return rc;
}

static enum rc
run_load_ours(void)
{
	return load(buf_span(&fx.ours));
}

static enum rc
run_load_theirs(void)
{
	return load(buf_span(&fx.theirs));
}

/* A copy that gains an entry and a request, saved. */
static enum rc
run_change(void)
{
	struct pieces out[CODEC_PARTS] = { PIECES_INIT, PIECES_INIT };
	struct kdb_diff diff = { .meta = false };
	struct request *r = NULL;
	struct entry *e = NULL;
	struct kdb work = KDB_INIT;
	enum rc rc;

	rc = kdb_copy(&work, &fx.db);
	if (!rc)
		e = entry_dup(work.entries[0]);
	if (!rc && !e)
		rc = RC_NO_MEMORY;
	if (!rc) {
		piece_release(&e->label);
		rc = piece_copy(&e->label, span_text("renamed"));
	}
	if (!rc)
		rc = kdb_replace(&work, work.entries[0], e, NULL);
	if (!rc)
		r = request_dup(work.requests[0]);
	if (!rc && !r)
		rc = RC_NO_MEMORY;
	if (!rc) {
		piece_release(&r->label);
		rc = piece_copy(&r->label, span_text("another"));
	}
	if (!rc)
		rc = secret_from(&r->open_key, span_text("an open key"));
	if (!rc)
		rc = kdb_add_request(&work, r);
	if (!rc)
		rc = codec_shroud(&work, fx.pw);
	if (!rc)
		rc = kdb_diff(&diff, &fx.db, &work);
	if (!rc)
		rc = codec_pkcs12.save(&work, out, fx.pw, NULL, NULL);
	kdb_diff_release(&diff);
	pieces_release(&out[0]);
	entry_unref(&e);
	request_unref(&r);
	kdb_release(&work);
	return rc;
}

static enum rc
run_export(void)
{
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	enum rc rc;

	rc = pkcs12_export(&fx.db, &out, fx.pw, &err);
	buf_release(&out);
	return rc;
}

static enum rc
run_labels(void)
{
	struct buf label = BUF_INIT;
	struct kdb db = KDB_INIT;
	struct entry *e = entry_new(ENTRY_CERT);
	enum rc rc = RC_NO_MEMORY;
	size_t i;

	if (e)
		rc = piece_copy(&e->cert, buf_span(&fx.all.web.der));
	for (i = 0; i < 3 && !rc; i++) {
		piece_release(&e->label);
		rc = kdb_load_entry(&db, e);
		if (!rc)
			kdb_remove(&db, e);
	}
	if (!rc)
		rc = kdb_unique_label(&label, &db, span_text("web"));
	buf_release(&label);
	entry_unref(&e);
	kdb_release(&db);
	return rc;
}

static enum rc
run_stash(void)
{
	struct secret *file = NULL;
	struct secret *back = NULL;
	enum rc rc;

	rc = stash_write(&file, pw_secret(fx.pw), 2);
	if (!rc)
		rc = stash_read(&back, secret_span(file), NULL);
	secret_free(&file);
	secret_free(&back);
	return rc;
}

static void
test_each_allocation(void **state)
{
	static const struct {
		const char *name;
		enum rc (*run)(void);
	} jobs[] = {
		{ "load ours", run_load_ours }, { "load theirs", run_load_theirs },
		{ "change", run_change },       { "export", run_export },
		{ "labels", run_labels },       { "stash", run_stash },
	};
	long n;
	size_t i;
	enum rc rc;
	bool spent;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(jobs); i++) {
		for (n = 0, spent = false; !spent; n++) {
			successes = n;
			rc = jobs[i].run();
			spent = successes >= 0;
			successes = -1;
			/* An index that cannot be had is done without. */
			if (rc != RC_NO_MEMORY && rc != RC_OK)
				fail_msg("%s, allocation %ld: %d", jobs[i].name, n, (int)rc);
			if (spent)
				assert_int_equal(rc, RC_OK);
		}
		print_message("# %s: %ld allocations\n", jobs[i].name, n - 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_allocation, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
