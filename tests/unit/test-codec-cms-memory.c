/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each allocation of loading, changing and saving a CMS database fails once: the answer is
 * RC_NO_MEMORY, and nothing leaks or is half done. */
#include "cms-make.h"
#include "fail-alloc.h"

/* What is worked on; made before anything fails. */
static struct {
	struct cms_all all;
	struct pw *pw;
	struct cms_bytes bytes;
	struct kdb db; /* bytes, loaded */
} fx;

static int
set_up(void **state)
{
	(void)state;
	cms_make_all(&fx.all, 6);
	fx.pw = p12_pw("secret");
	cms_save_bytes(&fx.bytes, &fx.all.db, fx.pw);
	cms_reload(&fx.db, &fx.bytes, fx.pw);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	kdb_release(&fx.db);
	cms_bytes_release(&fx.bytes);
	pw_free(&fx.pw);
	cms_release_all(&fx.all);
	return 0;
}

static enum rc
run_load(void)
{
	struct blob *in[CODEC_PARTS] = { NULL, NULL };
	struct kdb db = KDB_INIT;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < CODEC_PARTS && !rc; i++) {
		struct buf copy = BUF_INIT;

		buf_put(&copy, buf_span(&fx.bytes.part[i]));
		rc = blob_new(&in[i], &copy);
	}
	if (!rc)
		rc = codec_cms.load(&db, in, fx.pw, NULL, NULL);
	for (size_t i = 0; i < CODEC_PARTS; i++)
		blob_unref(&in[i]);
	if (rc && db.count)
		rc = RC_INTERNAL;
	kdb_release(&db);
	return rc;
}

/* A copy that gains an entry and a request and has longer records, saved. */
static enum rc
run_change(void)
{
	struct pieces out[CODEC_PARTS] = { PIECES_INIT, PIECES_INIT };
	struct request *r = NULL;
	struct entry *e = NULL;
	struct kdb work = KDB_INIT;
	enum rc rc = kdb_copy(&work, &fx.db);

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
	work.record_length = 6000;
	if (!rc)
		rc = codec_cms.save(&work, out, fx.pw, NULL, NULL);
	for (size_t i = 0; i < CODEC_PARTS; i++)
		pieces_release(&out[i]);
	entry_unref(&e);
	request_unref(&r);
	kdb_release(&work);
	return rc;
}

static void
test_each_allocation(void **state)
{
	static const struct {
		const char *name;
		enum rc (*run)(void);
	} jobs[] = { { "load", run_load }, { "change", run_change } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		bool spent = false;
		long n = 0;

		for (; !spent; n++) {
			enum rc rc;

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
		cmocka_unit_test(test_each_allocation),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
