/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session that keeps its database open, and secrets that are known before the run. */
#include "ring.h"

/* A database as the menus make it: nothing stashed, the passphrase typed. */
static void
keep(struct world *w)
{
	w->typed = "correct horse";
	w->session.keeps = true;
	expect(w, "db create k.p12 --iterations 1000", RC_OK);
	assert_true(w->session.is_open);
	w->asked = 0;
}

/* What another process does: a session of its own. */
static void
other(struct world *w, const char *command)
{
	struct session mine = w->session;
	const char *typed = w->typed;
	unsigned asked = w->asked;

	w->session = (struct session)SESSION_INIT;
	w->typed = "correct horse";
	expect(w, command, RC_OK);
	session_close(&w->session);
	world_clear(w);
	w->session = mine;
	w->typed = typed;
	w->asked = asked;
}

static size_t
count(const struct world *w)
{
	return w->session.store.db.count;
}

/* A secret as a front end that asked for it leaves it. */
static void
preset(struct world *w, enum param p, const char *text)
{
	assert_int_equal(secret_from(&w->args.secret[p], span_text(text)), RC_OK);
	assert_int_equal(args_set(&w->args, p, "prompt", &w->err), RC_OK);
}

/* db passwd k.p12, with both secrets known. */
static enum rc
change(struct world *w, const char *old, const char *new_one)
{
	world_clear(w);
	preset(w, P_PASS, old);
	preset(w, P_NEW_PASS, new_one);
	assert_int_equal(args_set(&w->args, P_ITERATIONS, "1000", &w->err), RC_OK);
	assert_int_equal(words_add(&w->args.words, "k.p12"), RC_OK);
	w->session.asker = &w->asker;
	return op_run(&w->session, &op_db_passwd, &w->args, &w->result, &w->err);
}

static void
asked_once_for_all(void **state)
{
	struct world *w = *state;

	w->typed = "correct horse";
	w->session.keeps = true;
	other(w, "db create k.p12 --iterations 1000");
	expect(w, "cert list --db k.p12", RC_OK);
	expect(w, "cert create ca --profile ca --db k.p12", RC_OK);
	expect(w, "cert create web www.example.org --issuer ca --db ./k.p12", RC_OK);
	expect(w, "cert list --db k.p12", RC_OK);
	assert_int_equal(w->result.row_count, 2);
	expect(w, "cert export web --with-key --out-pass none --out web.pem --db k.p12", RC_OK);
	expect(w, "db show k.p12", RC_OK);
	assert_int_equal(w->asked, 1);
	/* A source that gives its secret once only is not asked a second time. */
	assert_int_equal(setenv("KYMAN_TEST_PW", "correct horse", 1), 0);
	expect(w, "db show k.p12 --pass env:KYMAN_TEST_PW", RC_OK);
	expect(w, "db show k.p12 --pass env:KYMAN_TEST_PW", RC_OK);
	assert_non_null(getenv("KYMAN_TEST_PW"));
	assert_int_equal(unsetenv("KYMAN_TEST_PW"), 0);
	session_close(&w->session);
	expect(w, "db show k.p12", RC_OK);
	assert_int_equal(w->asked, 2);
}

static void
others_are_seen(void **state)
{
	struct world *w = *state;

	keep(w);
	expect(w, "cert create mine --profile client --db k.p12", RC_OK);
	other(w, "cert create theirs --profile client --db k.p12");
	expect(w, "cert list --db k.p12", RC_OK);
	assert_int_equal(w->result.row_count, 2);
	other(w, "cert create more --profile client --db k.p12");
	/* A writer too: nothing of theirs is lost. */
	expect(w, "cert delete mine --yes --db k.p12", RC_OK);
	assert_int_equal(count(w), 2);
	assert_non_null(entry_of(w, "theirs"));
	assert_non_null(entry_of(w, "more"));
	assert_int_equal(w->asked, 0);
}

/* Each fails, and what is open is as before: same contents, same passphrase, nobody is asked. */
static void
failures_keep(void **state)
{
	static const struct refusal cases[] = {
		{ "cert show nothing --db k.p12", RC_NO_LABEL, "a reader" },
		{ "cert create mine --profile client --db k.p12", RC_DUPLICATE, "a writer" },
		{ "cert delete mine --db k.p12", RC_CANCELLED, "one that is not confirmed" },
		{ "cert export mine --out there.pem --db k.p12", RC_EXISTS, "an output" },
		{ "db show missing.p12", RC_NO_FILE, "another database, missing" },
		{ "db show there.pem", RC_UNKNOWN_FORMAT, "another, that is none" },
		{ "db create k.p12", RC_EXISTS, "one that is to be new" },
		{ "cert copy mine --db k.p12 --to missing.p12", RC_NO_FILE, "a copy to nowhere" },
		{ "cert copy mine --db k.p12 --to k.p12", RC_USAGE, "a copy onto itself" },
		{ "cert list", RC_USAGE, "no database at all" },
	};
	struct world *w = *state;
	struct pw *pw;

	keep(w);
	put_file("there.pem", "mine\n");
	expect(w, "cert create mine --profile client --db k.p12", RC_OK);
	pw = w->session.store.pw;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		expect(w, cases[i].command, cases[i].rc);
		assert_true(w->session.is_open);
		assert_ptr_equal(w->session.store.pw, pw);
		assert_int_equal(w->session.store.lock, -1);
		assert_non_null(entry_of(w, "mine"));
		assert_int_equal(count(w), 1);
	}
	assert_int_equal(w->asked, 0);
	other(w, "cert create theirs --profile client --db k.p12");
	expect(w, "cert list --db k.p12", RC_OK);
	assert_int_equal(w->asked, 0);
}

static void
dry_run_keeps(void **state)
{
	struct world *w = *state;

	keep(w);
	expect(w, "cert create mine --profile client --db k.p12 --dry-run", RC_OK);
	assert_int_equal(w->result.diff.added.count, 1);
	assert_int_equal(w->result.db->count, 1);
	assert_int_equal(count(w), 0);
	expect(w, "db delete k.p12 --dry-run", RC_OK);
	assert_true(w->session.is_open);
	expect(w, "cert create mine --profile client --db k.p12", RC_OK);
	assert_int_equal(count(w), 1);
	assert_int_equal(w->asked, 0);
	expect(w, "db create new.p12 --dry-run", RC_OK);
	assert_false(w->session.is_open);
}

static void
what_closes(void **state)
{
	struct world *w = *state;

	keep(w);
	/* What is about no database leaves it open. */
	put_file("text", "no certificate\n");
	(void)run(w, "show text");
	assert_true(w->session.is_open);
	other(w, "db create other.p12 --iterations 1000");
	expect(w, "db show other.p12", RC_OK);
	assert_int_equal(w->asked, 1);
	assert_string_equal(w->session.store.path, "other.p12");
	expect(w, "db show k.p12", RC_OK);
	assert_int_equal(w->asked, 2);
	expect(w, "db create third.p12 --iterations 1000", RC_OK);
	assert_int_equal(w->asked, 3);
	assert_string_equal(w->session.store.path, "third.p12");
	expect(w, "cert create x --profile client --db third.p12", RC_OK);
	assert_int_equal(w->asked, 3);
	expect(w, "db delete third.p12 --yes", RC_OK);
	assert_false(w->session.is_open);
	expect(w, "db show third.p12", RC_NO_FILE);
	/* Opened without passphrase: that is not enough for the next one. */
	expect(w, "db show k.p12 --pass none", RC_OK);
	expect(w, "cert create y --profile client --db k.p12", RC_OK);
	assert_int_equal(w->asked, 4);
}

static void
passphrase_changed_behind(void **state)
{
	struct world *w = *state;

	keep(w);
	put_file("new", "battery staple\n");
	other(w, "db passwd k.p12 --new-pass file:new --iterations 1000");
	expect(w, "cert list --db k.p12", RC_WRONG_SECRET);
	assert_non_null(strstr(w->err.message, "changed by another process"));
	assert_non_null(strstr(w->err.hint, "open it again"));
	assert_false(w->session.is_open);
	assert_int_equal(w->asked, 0);
	w->typed = "battery staple";
	expect(w, "cert create mine --profile client --db k.p12", RC_OK);
	assert_int_equal(w->asked, 1);
	assert_int_equal(w->session.store.lock, -1);
}

static void
file_gone_behind(void **state)
{
	struct world *w = *state;

	keep(w);
	assert_int_equal(rename("k.p12", "away.p12"), 0);
	expect(w, "cert list --db k.p12", RC_NO_FILE);
	expect(w, "cert create mine --profile client --db k.p12", RC_NO_FILE);
	assert_int_equal(rename("away.p12", "k.p12"), 0);
	expect(w, "cert create mine --profile client --db k.p12", RC_OK);
	assert_int_equal(w->asked, 0);
}

/* Another name of the file is another database: a save would part the two. */
static void
another_name(void **state)
{
	struct world *w = *state;

	keep(w);
	assert_int_equal(link("k.p12", "hard.p12"), 0);
	assert_int_equal(symlink("k.p12", "soft.p12"), 0);
	expect(w, "db show soft.p12", RC_OK);
	assert_int_equal(w->asked, 0);
	expect(w, "db show hard.p12", RC_OK);
	assert_int_equal(w->asked, 1);
	expect(w, "cert create mine --profile client --db hard.p12", RC_OK);
	expect(w, "cert list --db k.p12", RC_OK);
	assert_int_equal(w->result.row_count, 0);
}

static void
passwd_with_known_secrets(void **state)
{
	struct world *w = *state;

	keep(w);
	expect(w, "cert create mine --profile client --db k.p12", RC_OK);
	assert_int_equal(change(w, "wrong", "battery staple"), RC_WRONG_SECRET);
	assert_true(w->session.is_open);
	expect(w, "cert list --db k.p12", RC_OK);
	assert_int_equal(change(w, "correct horse", ""), RC_NO_SECRET);
	assert_int_equal(change(w, "correct horse", "\xff"), RC_USAGE);
	assert_int_equal(change(w, "correct horse", "battery staple"), RC_OK);
	expect(w, "cert export mine --with-key --out-pass none --out m.pem --db k.p12", RC_OK);
	assert_int_equal(w->asked, 0);
	session_close(&w->session);
	w->typed = "battery staple";
	expect(w, "cert list --db k.p12", RC_OK);
	assert_int_equal(w->asked, 1);
}

static void
expired_while_open(void **state)
{
	struct world *w = *state;

	keep(w);
	expect(w, "db create e.p12 --expire 1 --iterations 1000", RC_OK);
	w->asked = 0;
	env_set_now(env_now() + (int64_t)3 * DAY_LENGTH);
	expect(w, "cert list --db e.p12", RC_PASSWORD_EXPIRED);
	expect(w, "cert create x --profile client --db e.p12", RC_PASSWORD_EXPIRED);
	expect(w, "db show e.p12", RC_OK);
	assert_int_equal(w->asked, 0);
	expect(w, "db passwd e.p12 --iterations 1000 --expire 5", RC_OK);
	assert_int_equal(w->asked, 1); /* the new one */
	expect(w, "cert create x --profile client --db e.p12", RC_OK);
	assert_int_equal(w->asked, 1);
	env_set_now(-1);
}

static void
fips_while_open(void **state)
{
	struct world *w = *state;

	assert_int_equal(system("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:"
				"brainpoolP256r1 -nodes -keyout b.key -subj /CN=b -out b.pem "
				"2>/dev/null"),
			 0);
	w->typed = "correct horse";
	w->session.keeps = true;
	expect(w, "db create f.p12 --fips --iterations 1000", RC_OK);
	w->asked = 0;
	expect(w, "cert create ok --key ec:p384 --profile client --db f.p12", RC_OK);
	expect(w, "cert add b.pem --db f.p12", RC_NOT_APPROVED);
	assert_int_equal(count(w), 1);
	assert_true(w->session.store.db.fips);
	assert_int_equal(w->asked, 0);
}

/* The database that is copied from stays open; the other is asked for. */
static void
copy_leaves_source_open(void **state)
{
	struct world *w = *state;

	keep(w);
	expect(w, "cert create mine --profile client --db k.p12", RC_OK);
	other(w, "db create to.p12 --iterations 1000");
	expect(w, "cert copy mine --db k.p12 --to to.p12", RC_OK);
	assert_int_equal(w->asked, 1);
	assert_string_equal(w->result.database, "to.p12");
	assert_int_equal(w->result.diff.added.count, 1);
	assert_int_equal(w->result.db->count, 1);
	assert_string_equal(w->session.store.path, "k.p12");
	expect(w, "cert copy mine --db k.p12 --to to.p12 --dry-run", RC_DUPLICATE);
	assert_int_equal(w->asked, 2);
	expect(w, "cert list --db k.p12", RC_OK);
	assert_int_equal(w->asked, 2);
	/* The other way round: the one that is written is open. */
	other(w, "cert create more --profile client --db to.p12");
	expect(w, "cert copy more --db to.p12 --to k.p12", RC_OK);
	assert_int_equal(w->asked, 3);
	assert_int_equal(count(w), 2);
	expect(w, "cert list --db k.p12", RC_OK);
	assert_int_equal(w->asked, 3);
}

/* A known passphrase is not looked for in a stash, which would open it. */
static void
known_is_taken(void **state)
{
	struct world *w = *state;

	put_file("pw", "correct horse\n");
	expect(w, "db create k.p12 --pass file:pw --iterations 1000 --stash", RC_OK);
	assert_int_equal(change(w, "wrong", "battery staple"), RC_WRONG_SECRET);
	assert_null(strstr(w->err.hint, "stash"));
	assert_int_equal(change(w, "correct horse", "battery staple"), RC_OK);
	assert_int_equal(w->asked, 0);
	expect(w, "cert list --db k.p12 --pass stash", RC_OK);
	/* Without its source being said, too. */
	world_clear(w);
	assert_int_equal(secret_from(&w->args.secret[P_PASS], span_text("wrong")), RC_OK);
	assert_int_equal(words_add(&w->args.words, "k.p12"), RC_OK);
	assert_int_equal(op_run(&w->session, &op_db_show, &w->args, &w->result, &w->err),
			 RC_WRONG_SECRET);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(asked_once_for_all),
		WORLD_TEST(others_are_seen),
		WORLD_TEST(failures_keep),
		WORLD_TEST(dry_run_keeps),
		WORLD_TEST(what_closes),
		WORLD_TEST(passphrase_changed_behind),
		WORLD_TEST(file_gone_behind),
		WORLD_TEST(another_name),
		WORLD_TEST(passwd_with_known_secrets),
		WORLD_TEST(expired_while_open),
		WORLD_TEST(fips_while_open),
		WORLD_TEST(copy_leaves_source_open),
		WORLD_TEST(known_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
