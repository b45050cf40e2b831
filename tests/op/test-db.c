/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db create, show, passwd, stash, delete: files and all. */
#include "world.h"

#include "base/env.h"
#include "store/store.h"

static void
make(struct world *w, const char *extra)
{
	char command[COMMAND_MAX];

	put_file("pw", "correct horse\n");
	(void)snprintf(command, sizeof(command),
		       "db create ca.p12 --pass file:pw --iterations 1000 %s", extra);
	expect(w, command, RC_OK);
}

static void
create_makes_a_private_file(void **state)
{
	struct world *w = *state;
	mode_t mask = umask(0);

	make(w, "");
	(void)umask(mask);
	assert_int_equal(mode_of("ca.p12"), 0600);
	assert_true(w->result.changed);
	assert_int_equal(w->result.files.count, 1);
	assert_string_equal(w->result.files.items[0], "ca.p12");
	assert_string_equal(w->result.type, "pkcs12");
	assert_int_equal(mode_of("ca.p12~new"), -1);
	expect(w, "db show ca.p12 --pass file:pw", RC_OK);
	assert_true(w->result.verified);
	assert_int_equal(w->result.kind, RESULT_DATABASE);
	assert_int_equal(w->result.stash, STASH_MISSING);
	assert_int_equal(w->result.db->iterations, 1000);
	assert_int_equal(w->result.db->count, 0);
}

static void
create_refuses_what_exists(void **state)
{
	struct world *w = *state;

	make(w, "");
	expect(w, "db create ca.p12 --pass file:pw", RC_EXISTS);
	expect(w, "db create ca.p12 --pass file:pw --if-exists fail", RC_EXISTS);
	expect(w, "db create ca.p12 --pass file:nowhere --if-exists keep", RC_NO_SECRET);
	expect(w, "db create ca.p12 --if-exists keep", RC_OK);
	assert_false(w->result.changed);
	assert_int_equal(w->asked, 0);
	put_file("text", "hello\n");
	expect(w, "db create text --pass file:pw --if-exists keep", RC_EXISTS);
	expect(w, "db create text --pass file:pw --if-exists replace", RC_EXISTS);
	assert_int_equal(mkdir("folder", 0700), 0);
	expect(w, "db create folder --pass file:pw", RC_EXISTS);
	expect(w, "db create nowhere/ca.p12 --pass file:pw", RC_NO_FILE);
}

static void
create_replaces_when_told(void **state)
{
	struct world *w = *state;

	make(w, "--expire 7");
	put_file("other", "another one\n");
	expect(w, "db create ca.p12 --pass file:other --iterations 1000 --if-exists replace",
	       RC_OK);
	expect(w, "db show ca.p12 --pass file:pw", RC_WRONG_SECRET);
	expect(w, "db show ca.p12 --pass file:other", RC_OK);
	assert_int_equal(w->result.db->expires, 0);
}

static void
create_takes_its_options(void **state)
{
	static const struct {
		const char *options;
		enum rc rc;
		const char *why;
	} cases[] = {
		{ "--iterations 999", RC_USAGE, "too few" },
		{ "--iterations 5000001", RC_USAGE, "more than would be opened again" },
		{ "--expire 36501", RC_USAGE, "over a hundred years" },
		{ "--mode 0644", RC_USAGE, "bits for others" },
		{ "--mode 0400", RC_USAGE, "the owner could not write" },
		{ "--mode 0700", RC_USAGE, "nothing to be executed" },
		{ "--mode rw", RC_USAGE, "no digits" },
		{ "--mode 999", RC_USAGE, "not octal" },
		{ "--owner nobody-of-that-name", RC_USAGE, "no such user" },
		{ "--group nobody-of-that-name", RC_USAGE, "no such group" },
		{ "--cms-version 4", RC_USAGE, "no CMS database" },
		{ "--type cms --iterations 1000", RC_USAGE, "no iterations in one" },
		{ "--type cms --cms-version 5", RC_USAGE, "a version that never was" },
		{ "--type cms --cms-version 4 --fips", RC_USAGE, "not approved" },
		{ "--type cms --record-length 17000000", RC_USAGE, "records of over 16 MiB" },
		{ "--iterations 1000 --mode 0640 --fips --expire 30", RC_OK, "all that fits" },
	};
	struct world *w = *state;
	char command[COMMAND_MAX];

	put_file("pw", "correct horse\n");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		(void)snprintf(command, sizeof(command), "db create ca.p12 --pass file:pw %s",
			       cases[i].options);
		expect(w, command, cases[i].rc);
		assert_int_equal(mode_of("ca.p12") >= 0, cases[i].rc == RC_OK);
	}
	assert_int_equal(mode_of("ca.p12"), 0640);
	expect(w, "db show ca.p12 --pass file:pw", RC_OK);
	assert_true(w->result.db->fips);
	assert_true(w->result.db->expires > env_now() + 29 * 86400);
}

static void
create_tells_what_a_kdb_is(void **state)
{
	struct world *w = *state;

	put_file("pw", "correct horse\n");
	expect(w, "db create key.kdb --type pkcs12 --pass file:pw --iterations 1000", RC_OK);
	assert_true(warned(w, "kdb-is-pkcs12"));
	expect(w, "db create other.KDB --pass file:pw", RC_OK);
	assert_true(warned(w, "cms-untried") && !warned(w, "weak"));
	assert_string_equal(w->result.type, "cms");
	assert_int_equal(w->result.db->version, 6);
	assert_true(w->result.db->fips);
	expect(w, "db create old.kdb --cms-version 3 --pass file:pw", RC_OK);
	assert_true(warned(w, "weak"));
	assert_int_equal(w->result.db->version, 3);
	assert_false(w->result.db->fips);
	expect(w, "db create none.kdb --pass none", RC_USAGE);
	put_file("long", "0123456789012345678901234567890123456789012345678901234567890123"
			 "0123456789012345678901234567890123456789012345678901234567890123x\n");
	expect(w, "db create long.kdb --pass file:long", RC_USAGE);
	expect(w, "db passwd old.kdb --pass file:pw --new-pass file:long", RC_USAGE);
	expect(w, "db passwd old.kdb --pass file:pw --new-pass none", RC_USAGE);
}

static void
create_generates_for_a_stash(void **state)
{
	struct world *w = *state;

	expect(w, "db create ca.p12 --pass gen --stash", RC_OK);
	assert_true(warned(w, "stash-readable"));
	assert_int_equal(w->result.db->iterations, PBE_GEN_ITERATIONS);
	assert_int_equal(mode_of("ca.sth"), 0600);
	assert_int_equal(w->result.files.count, 2);
	expect(w, "db show ca.p12", RC_OK);
	assert_true(w->result.verified);
	assert_int_equal(w->result.stash, STASH_OK);
	assert_int_equal(w->asked, 0);
}

static void
create_generates_into_a_file(void **state)
{
	struct world *w = *state;

	expect(w, "db create ca.p12 --pass gen", RC_USAGE);
	expect(w, "db create ca.p12 --pass gen:ca.p12", RC_IN_USE);
	expect(w, "db create ca.p12 --pass gen:ca.pw", RC_OK);
	assert_int_equal(mode_of("ca.pw"), 0600);
	expect(w, "db show ca.p12 --pass file:ca.pw", RC_OK);
	/* A passphrase never overwrites a file, and what fails leaves none behind. */
	expect(w, "db create cb.p12 --pass gen:ca.pw --force", RC_EXISTS);
	assert_int_equal(mode_of("cb.p12"), -1);
	expect(w, "db create ca.p12 --pass gen:cb.pw", RC_EXISTS);
	assert_int_equal(mode_of("cb.pw"), -1);
}

static void
create_asks_for_what_is_missing(void **state)
{
	struct world *w = *state;

	expect(w, "db create ca.p12 --no-input", RC_NO_SECRET);
	expect(w, "db create ca.p12", RC_CANCELLED);
	w->typed = "";
	expect(w, "db create ca.p12", RC_NO_SECRET);
	w->typed = "typed twice";
	expect(w, "db create ca.p12 --iterations 1000", RC_OK);
	assert_int_equal(w->asked, 3);
	expect(w, "db show ca.p12", RC_OK);
	assert_int_equal(w->asked, 4);
	w->typed = "wrong";
	expect(w, "db show ca.p12", RC_WRONG_SECRET);
	assert_int_equal(w->asked, 5);
}

static void
create_without_passphrase(void **state)
{
	struct world *w = *state;

	expect(w, "db create ca.p12 --pass none --stash", RC_USAGE);
	expect(w, "db create ca.p12 --pass none", RC_OK);
	assert_true(warned(w, "no-passphrase"));
	expect(w, "db passwd ca.p12 --pass none --new-pass none", RC_OK);
	expect(w, "db stash ca.p12 --pass none", RC_USAGE);
}

static void
dry_run_changes_nothing(void **state)
{
	struct world *w = *state;

	put_file("pw", "correct horse\n");
	expect(w, "db create ca.p12 --pass file:pw --stash --dry-run", RC_OK);
	assert_true(w->result.dry_run && w->result.changed);
	assert_int_equal(mode_of("ca.p12"), -1);
	assert_int_equal(mode_of("ca.sth"), -1);
	make(w, "--stash");
	expect(w, "db delete ca.p12 --dry-run", RC_OK);
	assert_int_equal(w->confirmed, 0);
	expect(w, "db passwd ca.p12 --new-pass none --dry-run", RC_OK);
	expect(w, "db show ca.p12 --pass file:pw", RC_OK);
}

static void
show_tells_the_stash(void **state)
{
	struct world *w = *state;

	make(w, "");
	put_file("other", "another one\n");
	expect(w, "db create ca.pfx --pass file:other --iterations 1000 --stash", RC_OK);
	/* What opens another database of that stem is told, and never taken for ours. */
	expect(w, "db show ca.p12 --pass file:pw", RC_OK);
	assert_int_equal(w->result.stash, STASH_OTHER);
	expect(w, "db show ca.p12", RC_OK);
	assert_false(w->result.verified);
	assert_int_equal(w->result.stash, STASH_OTHER);
	expect(w, "db stash ca.p12 --pass file:pw", RC_CONFLICT);
	expect(w, "db delete ca.p12 --yes", RC_CONFLICT);
	assert_int_equal(mode_of("ca.p12"), 0600);
	assert_int_equal(unlink("ca.pfx"), 0);
	expect(w, "db show ca.p12 --pass file:pw", RC_OK);
	assert_int_equal(w->result.stash, STASH_STALE);
	expect(w, "db passwd ca.p12 --new-pass file:other", RC_WRONG_SECRET);
	assert_true(strstr(w->err.hint, "--pass prompt") != NULL);
	expect(w, "db stash ca.p12 --pass file:pw", RC_OK);
	expect(w, "db show ca.p12", RC_OK);
	assert_int_equal(w->result.stash, STASH_OK);
}

static void
show_without_passphrase(void **state)
{
	struct world *w = *state;

	make(w, "");
	expect(w, "db show ca.p12 --pass none", RC_OK);
	assert_false(w->result.verified);
	expect(w, "db show ca.p12 --no-input", RC_OK);
	assert_false(w->result.verified);
	expect(w, "db passwd ca.p12 --new-pass file:pw --no-input", RC_NO_SECRET);
	expect(w, "db show ca.p12 --pass stash", RC_NO_SECRET);
}

static void
passwd_changes_and_refreshes(void **state)
{
	struct world *w = *state;

	make(w, "--stash --expire 5");
	put_file("new", "something else\n");
	expect(w, "db passwd ca.p12 --new-pass file:new --iterations 2000", RC_OK);
	assert_true(w->result.changed);
	assert_true(warned(w, "no-expiry"));
	expect(w, "db show ca.p12 --pass file:pw", RC_WRONG_SECRET);
	expect(w, "db show ca.p12", RC_OK);
	assert_int_equal(w->result.stash, STASH_OK);
	assert_int_equal(w->result.db->iterations, 2000);
	assert_int_equal(w->result.db->expires, 0);
	expect(w, "db passwd ca.p12 --new-pass gen", RC_USAGE);
	expect(w, "db passwd ca.p12 --new-pass gen:gen.pw", RC_OK);
	expect(w, "db show ca.p12 --pass file:gen.pw", RC_OK);
	assert_int_equal(w->result.stash, STASH_OK);
	assert_int_equal(w->result.db->iterations, PBE_GEN_ITERATIONS);
}

static void
passwd_keeps_a_stash_within_its_limit(void **state)
{
	struct world *w = *state;
	char longer[131];

	make(w, "--stash");
	memset(longer, 'x', 129);
	longer[129] = '\0';
	put_file("long", longer);
	expect(w, "db passwd ca.p12 --new-pass file:long", RC_USAGE);
	expect(w, "db create cb.p12 --pass file:long --stash", RC_USAGE);
	expect(w, "db show ca.p12 --pass file:pw", RC_OK);
}

static void
expired_passphrase(void **state)
{
	struct world *w = *state;

	make(w, "--expire 1");
	put_file("new", "something else\n");
	env_set_now(env_now() + 2 * 86400);
	expect(w, "db stash ca.p12 --pass file:pw", RC_PASSWORD_EXPIRED);
	expect(w, "db delete ca.p12 --yes", RC_PASSWORD_EXPIRED);
	expect(w, "db show ca.p12 --pass file:pw", RC_OK);
	expect(w, "db passwd ca.p12 --pass file:pw --new-pass file:new --expire 10", RC_OK);
	expect(w, "db stash ca.p12 --pass file:new", RC_OK);
	env_set_now(-1);
}

static void
stash_of_both_versions(void **state)
{
	struct world *w = *state;
	struct stat st;

	make(w, "");
	expect(w, "db stash ca.p12 --pass file:pw --stash-version 1", RC_OK);
	assert_true(w->result.changed);
	assert_true(warned(w, "stash-readable"));
	assert_int_equal(stat("ca.sth", &st), 0);
	assert_int_equal(st.st_size, 129);
	expect(w, "db show ca.p12", RC_OK);
	assert_int_equal(w->result.stash, STASH_OK);
	expect(w, "db stash ca.p12", RC_OK);
	assert_int_equal(stat("ca.sth", &st), 0);
	assert_int_equal(st.st_size, 193);
	/* What is no stash opens nothing: it is told, and replaced. */
	put_file("ca.sth", "no stash");
	expect(w, "db show ca.p12", RC_OK);
	assert_int_equal(w->result.stash, STASH_STALE);
	expect(w, "db stash ca.p12 --pass stash", RC_NO_SECRET);
	expect(w, "db stash ca.p12 --pass file:pw --stash-version 3", RC_USAGE);
	expect(w, "db stash ca.p12 --pass file:pw", RC_OK);
}

static void
delete_asks(void **state)
{
	struct world *w = *state;

	make(w, "--stash");
	expect(w, "db delete", RC_USAGE);
	expect(w, "db delete ca.p12 --no-input", RC_USAGE);
	assert_true(strstr(w->err.hint, "--yes") != NULL);
	expect(w, "db delete ca.p12", RC_CANCELLED);
	assert_int_equal(w->confirmed, 1);
	assert_string_equal(w->question, "Delete 'ca.p12' with its 0 keys, 0 certificates, "
					 "0 requests and 0 secret keys, and its stash?");
	expect(w, "cert create root --profile ca --db ca.p12", RC_OK);
	expect(w, "csr create web web.example --out web.csr --db ca.p12", RC_OK);
	expect(w, "db delete ca.p12", RC_CANCELLED);
	assert_string_equal(w->question, "Delete 'ca.p12' with its 1 key, 0 certificates, "
					 "1 request and 0 secret keys, and its stash?");
	assert_int_equal(mode_of("ca.p12"), 0600);
	w->yes = true;
	expect(w, "db delete ca.p12", RC_OK);
	assert_int_equal(w->result.files.count, 2);
	assert_int_equal(mode_of("ca.p12"), -1);
	assert_int_equal(mode_of("ca.sth"), -1);
	expect(w, "db delete ca.p12", RC_NO_FILE);
}

static void
bits_for_others_go(void **state)
{
	struct world *w = *state;

	make(w, "--stash");
	assert_int_equal(chmod("ca.p12", 0644), 0);
	assert_int_equal(chmod("ca.sth", 0664), 0);
	put_file("new", "something else\n");
	expect(w, "db passwd ca.p12 --new-pass file:new", RC_OK);
	assert_true(warned(w, "narrowed"));
	assert_int_equal(mode_of("ca.p12"), 0640);
	assert_int_equal(mode_of("ca.sth"), 0660);
}

static void
no_database_at_all(void **state)
{
	struct world *w = *state;

	assert_int_equal(unsetenv("KYMAN_DB"), 0);
	expect(w, "db show", RC_USAGE);
	assert_true(strstr(w->err.hint, "KYMAN_DB") != NULL);
	make(w, "");
	assert_int_equal(setenv("KYMAN_DB", "ca.p12", 1), 0);
	expect(w, "db show --pass file:pw", RC_OK);
	assert_int_equal(unsetenv("KYMAN_DB"), 0);
	expect(w, "db show --db ca.p12 --pass file:pw", RC_OK);
	expect(w, "db show ca.p12 --db ca.p12 --pass file:pw", RC_USAGE);
	expect(w, "db show ca.p12 cb.p12", RC_USAGE);
	expect(w, "db show nowhere.p12", RC_NO_FILE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(create_makes_a_private_file),
		WORLD_TEST(create_refuses_what_exists),
		WORLD_TEST(create_replaces_when_told),
		WORLD_TEST(create_takes_its_options),
		WORLD_TEST(create_tells_what_a_kdb_is),
		WORLD_TEST(create_generates_for_a_stash),
		WORLD_TEST(create_generates_into_a_file),
		WORLD_TEST(create_asks_for_what_is_missing),
		WORLD_TEST(create_without_passphrase),
		WORLD_TEST(dry_run_changes_nothing),
		WORLD_TEST(show_tells_the_stash),
		WORLD_TEST(show_without_passphrase),
		WORLD_TEST(passwd_changes_and_refreshes),
		WORLD_TEST(passwd_keeps_a_stash_within_its_limit),
		WORLD_TEST(expired_passphrase),
		WORLD_TEST(stash_of_both_versions),
		WORLD_TEST(delete_asks),
		WORLD_TEST(bits_for_others_go),
		WORLD_TEST(no_database_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
