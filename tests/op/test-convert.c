/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db convert: what goes along, what cannot, what is asked, and what a session has open then. */
#include "ring.h"

#include "codec/cms.h"

static void
look(struct world *w, const char *database, const char *command)
{
	char all[COMMAND_MAX];

	(void)snprintf(all, sizeof(all), "%s --db %s --pass file:new", command, database);
	expect(w, all, RC_OK);
}

static void
put_new(void)
{
	put_file("new", "battery staple\n");
}

static void
everything_goes_along(void **state)
{
	static const char *const ways[] = {
		"db convert ring.p12 to.kdb --out-pass file:new",
		"db convert ring.p12 to.kdb --out-pass file:new --cms-version 4",
		"db convert ring.p12 to.kdb --out-pass file:new --cms-version 3",
		"db convert ring.p12 to.kdb --out-pass file:new --type pkcs12 --iterations 1000",
	};
	static const unsigned versions[] = { 6, 4, 3, 3 };
	struct world *w = *state;

	put_new();
	expect(w, "csr create next --profile client --out next.csr", RC_OK);
	expect(w, "secret create aes --size 128", RC_OK);
	expect(w, "cert default web", RC_OK);
	expect(w, "cert trust app off", RC_OK);
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		expect(w, ways[i], RC_OK);
		/* Four keys, a secret key, a request: what was added is told. */
		assert_int_equal(w->result.diff.added.count, 6);
		assert_true(w->result.changed);
		assert_int_equal(w->confirmed, 0);
		look(w, "to.kdb", "cert list");
		assert_int_equal(w->result.db->version, versions[i]);
		assert_int_equal(w->result.db->count, 5);
		assert_int_equal(w->result.db->request_count, 1);
		assert_ptr_equal(w->result.db->default_entry, entry_of(w, "web"));
		assert_false(entry_of(w, "app")->flags & ENTRY_TRUSTED);
		assert_true(entry_of(w, "root")->flags & ENTRY_TRUSTED);
		look(w, "to.kdb", "cert show aes");
		assert_int_equal(w->result.rows[0].bits, 128);
		look(w, "to.kdb", "cert verify web");
		expect(w, "db delete to.kdb --yes", RC_OK);
	}
}

static void
it_is_refused(void **state)
{
	static const struct refusal cases[] = {
		{ "db convert ring.p12", RC_USAGE, "no place" },
		{ "db convert ring.p12 a.kdb b.kdb --out-pass file:new", RC_USAGE, "two places" },
		{ "db convert ring.p12 a.kdb --db ring.p12 --out-pass file:new", RC_USAGE,
		  "a third database" },
		{ "db convert ring.p12 ring.p12 --out-pass file:new", RC_EXISTS, "itself" },
		{ "db convert ring.p12 new --out-pass file:new", RC_EXISTS, "something is there" },
		{ "db convert none.p12 a.kdb --out-pass file:new", RC_NO_FILE, "nothing to read" },
		{ "db convert new a.kdb --out-pass file:new", RC_UNKNOWN_FORMAT, "no database" },
		{ "db convert ring.p12 no/a.kdb --out-pass file:new", RC_NO_FILE, "no folder" },
		{ "db convert ring.p12 a.kdb --pass file:new --out-pass file:new", RC_WRONG_SECRET,
		  "another passphrase" },
		{ "db convert ring.p12 a.kdb --out-pass none", RC_USAGE, "CMS without passphrase" },
		{ "db convert ring.p12 a.kdb --out-pass file:new --iterations 5000", RC_USAGE,
		  "CMS has no iterations" },
		{ "db convert ring.p12 a.p12 --out-pass file:new --cms-version 4", RC_USAGE,
		  "no CMS" },
		{ "db convert ring.p12 a.p12 --out-pass file:new --iterations 999", RC_USAGE,
		  "too few" },
		{ "db convert ring.p12 a.p12 --no-input", RC_NO_SECRET, "nobody to ask" },
	};
	struct world *w = *state;

	put_new();
	refused(w, cases, ARRAY_SIZE(cases));
	assert_int_equal(mode_of("a.kdb"), -1);
	assert_int_equal(mode_of("a.p12"), -1);
}

static void
what_is_lost_is_named(void **state)
{
	struct world *w = *state;

	put_new();
	expect(w, "csr renew web --out web.csr", RC_OK);
	expect(w, "db convert ring.p12 a.kdb --out-pass file:new", RC_POLICY);
	assert_true(strstr(w->err.message, "'web'") != NULL);
	assert_true(strstr(w->err.hint, "--allow-loss") != NULL);
	assert_int_equal(mode_of("a.kdb"), -1);
	expect(w, "db convert ring.p12 a.kdb --out-pass file:new --allow-loss", RC_OK);
	assert_true(warned(w, "lost"));
	look(w, "a.kdb", "csr list");
	assert_int_equal(w->result.db->request_count, 1);
	/* The other way round nothing is. */
	expect(w, "db convert a.kdb b.p12 --pass file:new --out-pass file:new --iterations 1000",
	       RC_OK);
	assert_int_equal(w->result.warnings.count, 0);
}

static void
the_new_passphrase_is_asked_for(void **state)
{
	struct world *w = *state;

	w->typed = "typed twice";
	expect(w, "db convert ring.p12 a.p12 --dry-run", RC_OK);
	assert_int_equal(w->asked, 1);
	assert_int_equal(mode_of("a.p12"), -1);
	assert_int_equal(w->result.diff.added.count, 4);
	expect(w, "db convert ring.p12 a.p12", RC_OK);
	assert_int_equal(w->asked, 2);
	/* Nobody is asked for what is in the way. */
	expect(w, "db convert ring.p12 a.p12", RC_EXISTS);
	assert_int_equal(w->asked, 2);
	w->typed = NULL;
	expect(w, "db convert ring.p12 b.p12", RC_CANCELLED);
	assert_int_equal(mode_of("b.p12"), -1);
}

static void
an_open_session_stays_with_what_it_read(void **state)
{
	struct world *w = *state;

	put_new();
	w->session.keeps = true;
	expect(w, "cert list --db ring.p12", RC_OK);
	assert_int_equal(unlink("ring.sth"), 0);
	expect(w, "db convert ring.p12 a.kdb --out-pass file:new", RC_OK);
	assert_int_equal(w->result.diff.added.count, 4);
	assert_string_equal(w->result.database, "a.kdb");
	expect(w, "db convert ring.p12 a.kdb --out-pass file:new", RC_EXISTS);
	/* Its passphrase is known still. */
	expect(w, "cert show web --db ring.p12 --no-input", RC_OK);
	assert_int_equal(w->asked, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RING_TEST(everything_goes_along),
		RING_TEST(it_is_refused),
		RING_TEST(what_is_lost_is_named),
		RING_TEST(the_new_passphrase_is_asked_for),
		RING_TEST(an_open_session_stays_with_what_it_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
