/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that is short: a stash that opens another database is never given up, and a database of
 * two files is the old one or the new one, whole. */
#include "cms-make.h"
#include "fail-alloc.h"
#include "store-world.h"

/* ca.pfx, and a stash that is its; ca.p12 has the same stem. */
static void
make_both(void)
{
	struct secret *pass = NULL;
	struct store st = STORE_INIT;
	struct pw *pw = pw_of("other");
	struct err err = ERR_INIT;

	make("ca.p12", "pass");
	make("ca.pfx", "other");
	assert_int_equal(secret_from(&pass, span_text("other")), RC_OK);
	assert_int_equal(store_open(&st, "ca.pfx", &pw, NULL, &err), RC_OK);
	assert_int_equal(store_stash_save(&st, pass, 2, &err), RC_OK);
	store_close(&st);
	secret_free(&pass);
}

/* RC_CONFLICT is the right answer. */
static enum rc
may_go(struct buf *b)
{
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;
	enum rc rc = store_set_path(&st, "ca.p12", &err);

	(void)b;
	if (!rc)
		rc = store_stash_may_go(&st, &err);
	assert_true(rc != RC_OK);
	assert_int_equal(err.rc, rc);
	store_close(&st);
	return rc == RC_CONFLICT ? RC_OK : rc;
}

static void
stash_of_another(void **state)
{
	(void)state;
	make_both();
	fail_each_or_do_without(may_go);
}

static void
put_stash(const char *stashed, const char *as)
{
	struct secret *pass = NULL;
	struct store st = STORE_INIT;
	struct pw *pw = pw_of("pass");
	struct err err = ERR_INIT;

	assert_int_equal(secret_from(&pass, span_text(stashed)), RC_OK);
	assert_int_equal(store_open(&st, "ca.p12", &pw, NULL, &err), RC_OK);
	assert_int_equal(store_stash_save(&st, pass, 2, &err), RC_OK);
	assert_int_equal(rename("ca.sth", as), 0);
	store_close(&st);
	secret_free(&pass);
}

/* A new stash that a kill left without its name is not lost by the next writer. */
static void
stash_on_its_way(void **state)
{
	struct store st = STORE_INIT;
	struct secret *pass = NULL;
	struct err err = ERR_INIT;
	bool spent = false;
	enum rc rc;

	(void)state;
	make("ca.p12", "pass");
	for (long n = 0; !spent; n++) {
		put_stash("pass", "kept");
		put_stash("stale", "ca.sth");
		assert_int_equal(rename("kept", "ca.sth~new"), 0);
		successes = n;
		rc = store_lock(&st, "ca.p12", 0, &err);
		spent = successes >= 0;
		successes = -1;
		store_close(&st);
		assert_true(rc == RC_OK || rc == RC_NO_MEMORY);
		err_clear(&err);
		assert_int_equal(store_stash_load(&pass, "ca.p12", &err), RC_OK);
		assert_true(span_equal(secret_span(pass), span_text("pass")));
		secret_free(&pass);
	}
	assert_int_equal(mode_of("ca.sth~new"), -1);
}

/* --- A CMS database, x.kdb and x.rdb */

#define OLD_PASS "secret"
#define NEW_PASS "another one"

static const char *const cms_files[CODEC_PARTS] = { "x.kdb", "x.rdb" };

/* What it was, and what may not be made while memory is short. */
static struct {
	struct cms_bytes bytes;
	size_t entries;
	size_t requests;
	struct pw *pw[2]; /* the old one, the new one */
} fx;

static int
set_up_cms(void **state)
{
	struct pw *pw = p12_pw(OLD_PASS);
	struct cms_all all;

	cms_make_all(&all, 6);
	cms_save_bytes(&fx.bytes, &all.db, pw);
	fx.entries = all.db.count;
	fx.requests = all.db.request_count;
	cms_release_all(&all);
	pw_free(&pw);
	return set_up(state);
}

static int
tear_down_cms(void **state)
{
	cms_bytes_release(&fx.bytes);
	return tear_down(state);
}

static void
put_cms(void)
{
	for (size_t i = 0; i < CODEC_PARTS; i++) {
		FILE *f = fopen(cms_files[i], "w");

		assert_non_null(f);
		assert_int_equal(fwrite(fx.bytes.part[i].data, 1, fx.bytes.part[i].size, f),
				 fx.bytes.part[i].size);
		assert_int_equal(fclose(f), 0);
	}
	/* They are not counted: who calls takes one over, or both stay. */
	fx.pw[0] = p12_pw(OLD_PASS);
	fx.pw[1] = p12_pw(NEW_PASS);
}

static enum rc
cms_open(struct store *st, bool locked, struct err *err)
{
	enum rc rc = locked ? store_lock(st, "x.kdb", 0, err) : RC_OK;

	return rc ? rc : store_open(st, "x.kdb", &fx.pw[0], NULL, err);
}

static enum rc
job_open(struct store *st, struct kdb *work, struct err *err)
{
	(void)work;
	return cms_open(st, false, err);
}

/* Both files change: records become longer. */
static enum rc
job_save(struct store *st, struct kdb *work, struct err *err)
{
	enum rc rc = cms_open(st, true, err);

	if (!rc) {
		rc = kdb_copy(work, &st->db);
		(void)err_default(err, rc);
	}
	work->record_length = 6000;
	return rc ? rc : store_save(st, work, NULL, err);
}

static enum rc
job_passwd(struct store *st, struct kdb *work, struct err *err)
{
	enum rc rc = cms_open(st, true, err);

	if (!rc) {
		rc = kdb_copy(work, &st->db);
		(void)err_default(err, rc);
	}
	work->mac_salt_size = 0;
	return rc ? rc : store_save_as(st, work, &fx.pw[1], NULL, err);
}

/* True when a passphrase opens both files, and all is in them. */
static bool
opens_whole(const char *pass, bool *longer)
{
	struct store st = STORE_INIT;
	struct pw *pw = p12_pw(pass);
	struct err err = ERR_INIT;
	enum rc rc = store_open(&st, "x.kdb", &pw, NULL, &err);
	bool whole = !rc && st.db.count == fx.entries && st.db.request_count == fx.requests;

	*longer = st.db.record_length == 6000;
	store_close(&st);
	return whole;
}

/* Of the two files nothing is on its way. */
static bool
is_clean(void)
{
	return mode_of("x.kdb~new") < 0 && mode_of("x.rdb~new") < 0;
}

struct cms_job {
	const char *name;
	enum rc (*run)(struct store *st, struct kdb *work, struct err *err);
	bool saves;
	bool passwd;
};

/* Runs it with this many allocations that succeed before one fails; true when none failed. */
static bool
run_cms(const struct cms_job *job, long n)
{
	struct store st = STORE_INIT;
	struct kdb work = KDB_INIT;
	struct err err = ERR_INIT;
	bool longer = false;
	bool spent;
	enum rc rc;

	put_cms();
	successes = n;
	rc = job->run(&st, &work, &err);
	spent = successes >= 0;
	successes = -1;
	store_close(&st);
	kdb_release(&work);
	pw_free(&fx.pw[0]);
	pw_free(&fx.pw[1]);
	/* What can be done without is, as the index. */
	if (rc && rc != RC_NO_MEMORY)
		fail_msg("%s, allocation %ld: %d (%s)", job->name, n, (int)rc, err.message);
	if (rc)
		assert_true(err.message[0]);
	if (!opens_whole(!rc && job->passwd ? NEW_PASS : OLD_PASS, &longer))
		fail_msg("%s, allocation %ld: what is there does not open", job->name, n);
	if (longer != (!rc && job->saves))
		fail_msg("%s, allocation %ld: %s", job->name, n, rc ? "changed" : "not changed");
	if (!is_clean())
		fail_msg("%s, allocation %ld: something is left over", job->name, n);
	return spent;
}

static void
both_files(void **state)
{
	static const struct cms_job jobs[] = {
		{ "open", job_open, false, false },
		{ "save", job_save, true, false },
		{ "passwd", job_passwd, false, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
		long n = 0;

		while (!run_cms(&jobs[i], n))
			n++;
		assert_true(n > 10);
		print_message("# %s: %ld allocations\n", jobs[i].name, n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(stash_of_another),
		STORE_TEST(stash_on_its_way),
		cmocka_unit_test_setup_teardown(both_files, set_up_cms, tear_down_cms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
