/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several operations, all done or none: what `kyman run` is made of. */
#include "op/transaction.h"
#include "ring.h"

#include <sys/stat.h>

static void
begin(struct world *w, struct transaction *t)
{
	*t = (struct transaction)TRANSACTION_INIT;
	t->writes = true;
	w->typed = "correct horse";
	w->session.together = t;
	w->asked = 0;
}

static void
leave(struct world *w, struct transaction *t)
{
	world_clear(w);
	session_close(&w->session);
	w->session.together = NULL;
	transaction_release(t);
}

static bool
is_there(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

static void
nothing_before_the_end(void **state)
{
	struct world *w = *state;
	struct transaction t;

	begin(w, &t);
	expect(w, "db create k.p12 --iterations 1000 --stash", RC_OK);
	expect(w, "cert create ca --profile ca", RC_OK);
	expect(w, "csr create web web.example --out web.csr", RC_OK);
	expect(w, "csr sign web.csr --issuer ca --out web.pem --yes", RC_OK);
	expect(w, "cert receive web.pem", RC_OK);
	assert_false(is_there("k.p12") || is_there("k.sth") || is_there("web.csr"));
	assert_false(is_there("web.pem"));
	assert_int_equal(transaction_end(&w->session, &w->err), RC_OK);
	assert_true(is_there("k.p12") && is_there("k.sth") && is_there("web.csr"));
	assert_true(is_there("web.pem"));
	assert_int_equal(w->asked, 1);
	leave(w, &t);
	expect(w, "cert list --db k.p12", RC_OK);
	assert_int_equal(w->result.row_count, 2);
}

static void
without_the_end_nothing_was_done(void **state)
{
	struct world *w = *state;
	struct transaction t;
	struct fs_id before;
	struct fs_id after;

	w->typed = "correct horse";
	expect(w, "db create k.p12 --iterations 1000", RC_OK);
	assert_int_equal(fs_id_of(&before, "k.p12"), RC_OK);
	begin(w, &t);
	expect(w, "cert create a --profile client --db k.p12", RC_OK);
	expect(w, "cert export a --out a.pem", RC_OK);
	leave(w, &t);
	assert_int_equal(fs_id_of(&after, "k.p12"), RC_OK);
	assert_true(fs_id_unchanged(&before, &after));
	assert_false(is_there("a.pem"));
}

/* A result says what its own operation did, whatever came before it. */
static void
each_has_its_own_result(void **state)
{
	struct world *w = *state;
	struct transaction t;

	begin(w, &t);
	expect(w, "db create k.p12 --iterations 1000", RC_OK);
	expect(w, "cert create a --profile client", RC_OK);
	expect(w, "cert create b --profile client", RC_OK);
	assert_int_equal(w->result.diff.added.count, 1);
	expect(w, "cert rename a c", RC_OK);
	assert_int_equal(w->result.diff.added.count, 0);
	assert_int_equal(w->result.diff.replaced.count, 1);
	expect(w, "cert list", RC_OK);
	assert_int_equal(w->result.row_count, 2);
	expect(w, "cert delete c --yes", RC_OK);
	assert_int_equal(w->result.diff.removed.count, 1);
	expect(w, "cert show c", RC_NO_LABEL);
	leave(w, &t);
}

static void
a_dry_run_of_all(void **state)
{
	struct world *w = *state;
	struct transaction t;

	begin(w, &t);
	t.dry_run = true;
	expect(w, "db create k.p12 --iterations 1000", RC_OK);
	expect(w, "cert create a --profile client", RC_OK);
	assert_true(w->result.dry_run);
	expect(w, "cert show a", RC_OK);
	assert_int_equal(transaction_end(&w->session, &w->err), RC_OK);
	assert_false(is_there("k.p12"));
	leave(w, &t);
}

static const struct refusal refusals[] = {
	{ "cert copy a --to other.p12", RC_USAGE, "two databases" },
	{ "db convert k.p12 k.kdb", RC_USAGE, "two databases" },
	{ "db delete k.p12 --yes", RC_USAGE, "nothing would be left" },
	{ "db create k.p12", RC_EXISTS, "it is made already" },
	{ "cert list --db other.p12", RC_USAGE, "another database" },
	{ "cert export a --out a.pem", RC_EXISTS, "an earlier one writes it" },
	{ "cert export a --out ./a.pem", RC_EXISTS, "... by another name" },
	{ "cert export a --out k.p12", RC_IN_USE, "it is the database" },
};

static void
what_is_no_part_of_one(void **state)
{
	struct world *w = *state;
	struct transaction t;

	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		begin(w, &t);
		expect(w, "db create k.p12 --iterations 1000", RC_OK);
		expect(w, "cert create a --profile client", RC_OK);
		expect(w, "cert export a --out a.pem", RC_OK);
		if (run(w, refusals[i].command) != refusals[i].rc)
			fail_msg("%s: %s", refusals[i].why, w->err.message);
		leave(w, &t);
	}
}

/* Somebody else was there first: nothing of theirs goes. */
static void
places_are_looked_at_again(void **state)
{
	struct world *w = *state;
	struct transaction t;
	FILE *f;

	begin(w, &t);
	expect(w, "db create k.p12 --iterations 1000", RC_OK);
	expect(w, "cert create a --profile client", RC_OK);
	expect(w, "cert export a --out a.pem", RC_OK);
	f = fopen("a.pem", "w");
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(transaction_end(&w->session, &w->err), RC_EXISTS);
	assert_false(is_there("k.p12"));
	leave(w, &t);
	begin(w, &t);
	expect(w, "db create k.p12 --iterations 1000", RC_OK);
	f = fopen("k.p12", "w");
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(transaction_end(&w->session, &w->err), RC_EXISTS);
	leave(w, &t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(nothing_before_the_end),  WORLD_TEST(without_the_end_nothing_was_done),
		WORLD_TEST(each_has_its_own_result), WORLD_TEST(a_dry_run_of_all),
		WORLD_TEST(what_is_no_part_of_one),  WORLD_TEST(places_are_looked_at_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
