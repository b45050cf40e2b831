/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stash beside a database, and whose it is. */
#include "store-world.h"

static struct secret *
secret_of(const char *text)
{
	struct secret *secret = NULL;

	assert_int_equal(secret_from(&secret, span_text(text)), RC_OK);
	return secret;
}

static void
open_as(struct store *st, const char *path, const char *pass)
{
	struct pw *pw = pass ? pw_of(pass) : NULL;
	struct err err = ERR_INIT;

	assert_int_equal(store_open(st, path, &pw, NULL, &err), RC_OK);
}

static enum rc
save_stash(const char *path, const char *pass, const char *stashed, int version)
{
	struct secret *secret = secret_of(stashed);
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;
	enum rc rc;

	open_as(&st, path, pass);
	rc = store_stash_save(&st, secret, version, &err);
	assert_true(!rc || err.message[0]);
	store_close(&st);
	secret_free(&secret);
	return rc;
}

static enum stash_state
state_of(const char *path, const char *pass)
{
	enum stash_state state = STASH_MISSING;
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;

	open_as(&st, path, pass);
	assert_int_equal(store_stash_state(&state, &st, &err), RC_OK);
	store_close(&st);
	return state;
}

static void
written_and_read(void **state)
{
	struct secret *pass = NULL;
	struct secret *want = secret_of("pass");
	struct err err = ERR_INIT;

	(void)state;
	make("ca.p12", "pass");
	assert_false(store_has_stash("ca.p12"));
	assert_int_equal(store_stash_load(&pass, "ca.p12", &err), RC_NO_SECRET);
	assert_int_equal(state_of("ca.p12", "pass"), STASH_MISSING);
	for (int version = 1; version <= 2; version++) {
		assert_int_equal(save_stash("ca.p12", "pass", "pass", version), RC_OK);
		assert_int_equal(mode_of("ca.sth"), 0600);
		assert_true(store_has_stash("ca.p12"));
		assert_int_equal(store_stash_version("ca.p12"), version);
		assert_int_equal(store_stash_load(&pass, "ca.p12", &err), RC_OK);
		assert_true(secret_equal(pass, want));
		secret_free(&pass);
		assert_int_equal(state_of("ca.p12", "pass"), STASH_OK);
		/* Without a passphrase it is tried. */
		assert_int_equal(state_of("ca.p12", NULL), STASH_OK);
	}
	assert_int_equal(save_stash("ca.p12", "pass", "pass", 3), RC_USAGE);
	secret_free(&want);
}

static void
of_another_database(void **state)
{
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;

	(void)state;
	make("ca.p12", "pass");
	make("ca.pfx", "other");
	make("car.p12", "stem is longer");
	assert_int_equal(save_stash("ca.pfx", "other", "other", 2), RC_OK);
	assert_int_equal(state_of("ca.p12", "pass"), STASH_OTHER);
	assert_int_equal(state_of("ca.p12", NULL), STASH_OTHER);
	assert_int_equal(state_of("car.p12", NULL), STASH_MISSING);
	assert_int_equal(save_stash("ca.p12", "pass", "pass", 2), RC_CONFLICT);
	assert_int_equal(state_of("ca.pfx", "other"), STASH_OK);
	open_as(&st, "ca.p12", "pass");
	assert_int_equal(store_stash_may_go(&st, &err), RC_CONFLICT);
	assert_int_equal(store_stash_delete(&st, &err), RC_CONFLICT);
	assert_true(store_has_stash("ca.p12"));
	store_close(&st);
}

static void
that_opens_nothing(void **state)
{
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;
	struct secret *pass = NULL;

	(void)state;
	make("ca.p12", "pass");
	assert_int_equal(save_stash("ca.p12", "pass", "old", 2), RC_OK);
	assert_int_equal(state_of("ca.p12", "pass"), STASH_STALE);
	assert_int_equal(state_of("ca.p12", NULL), STASH_STALE);
	assert_int_equal(save_stash("ca.p12", "pass", "pass", 2), RC_OK);
	put_file("ca.sth", "this is no stash");
	assert_int_equal(state_of("ca.p12", "pass"), STASH_STALE);
	assert_int_equal(store_stash_load(&pass, "ca.p12", &err), RC_DAMAGED);
	assert_null(pass);
	assert_int_equal(store_stash_version("ca.p12"), 2);
	open_as(&st, "ca.p12", "pass");
	assert_int_equal(store_stash_delete(&st, &err), RC_OK);
	assert_false(store_has_stash("ca.p12"));
	assert_int_equal(store_stash_delete(&st, &err), RC_OK);
	store_close(&st);
	assert_int_equal(mkdir("ca.sth", 0700), 0);
	assert_int_equal(store_stash_load(&pass, "ca.p12", &err), RC_IO);
}

static void
modes_and_links(void **state)
{
	struct store st = STORE_INIT;
	struct fs_owner owner;
	struct stat link;
	bool narrowed;
	char *path;

	(void)state;
	assert_int_equal(mkdir("real", 0700), 0);
	make("real/ca.p12", "pass");
	assert_int_equal(chmod("real/ca.p12", 0640), 0);
	assert_int_equal(symlink("real/ca.p12", "link.p12"), 0);
	/* It lies beside the database itself, and is for whom that is. */
	assert_int_equal(save_stash("link.p12", "pass", "pass", 2), RC_OK);
	assert_int_equal(mode_of("real/ca.sth"), 0640);
	assert_true(store_has_stash("link.p12"));
	assert_int_equal(chmod("real/ca.sth", 0604), 0);
	open_as(&st, "link.p12", "pass");
	store_stash_owner(&owner, &narrowed, &st);
	assert_true(narrowed);
	assert_int_equal(owner.mode, 0600);
	store_close(&st);
	/* A stash that is a link stays one. */
	assert_int_equal(rename("real/ca.sth", "real/elsewhere"), 0);
	assert_int_equal(symlink("elsewhere", "real/ca.sth"), 0);
	assert_int_equal(save_stash("real/ca.p12", "pass", "pass", 2), RC_OK);
	assert_int_equal(lstat("real/ca.sth", &link), 0);
	assert_true(S_ISLNK(link.st_mode));
	assert_int_equal(mode_of("real/elsewhere"), 0600);
	/* But not if it leads to something else. */
	put_file("real/elsewhere", "mine");
	open_as(&st, "real/ca.p12", "pass");
	assert_int_equal(store_stash_may_go(&st, NULL), RC_CONFLICT);
	store_close(&st);
	path = store_stash_path("nowhere/at/all.p12");
	assert_string_equal(path, "nowhere/at/all.sth");
	free(path);
}

/* A new passphrase changes the database, then the stash. */
static void
moves_with_its_database(void **state)
{
	struct store_pair seen;

	(void)state;
	make("ca.p12", "pass");
	assert_int_equal(save_stash("ca.p12", "pass", "pass", 2), RC_OK);
	store_pair_see(&seen, "ca.p12");
	assert_false(store_pair_moves(&seen, "ca.p12"));
	put_file("ca.sth~new", "on its way");
	assert_true(store_pair_moves(&seen, "ca.p12"));
	assert_int_equal(rename("ca.sth~new", "ca.sth"), 0);
	assert_true(store_pair_moves(&seen, "ca.p12"));
	store_pair_see(&seen, "ca.p12");
	assert_int_equal(rename("ca.p12", "old.p12"), 0);
	make("ca.p12", "other");
	assert_true(store_pair_moves(&seen, "ca.p12"));
	store_pair_see(&seen, "nowhere.p12");
	assert_int_equal(seen.database.inode, 0);
	assert_int_equal(seen.stash.inode, 0);
}

/* What a kill left of db passwd, between the database and its stash: a new stash that opens it. */
static void
on_its_way(void **state)
{
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;
	struct secret *pass = NULL;

	(void)state;
	make("ca.p12", "old");
	assert_int_equal(save_stash("ca.p12", "old", "new", 2), RC_OK);
	assert_int_equal(rename("ca.sth", "ca.sth~new"), 0);
	/* Of a passphrase that the database did not get: it counts for nothing. */
	assert_false(store_has_stash("ca.p12"));
	assert_int_equal(store_stash_load(&pass, "ca.p12", &err), RC_NO_SECRET);
	assert_int_equal(state_of("ca.p12", NULL), STASH_MISSING);
	assert_int_equal(rename("ca.sth~new", "kept"), 0);
	assert_int_equal(unlink("ca.p12"), 0);
	make("ca.p12", "new");
	assert_int_equal(save_stash("ca.p12", "new", "old", 2), RC_OK);
	assert_int_equal(rename("kept", "ca.sth~new"), 0);
	/* Of the one that it has: readers take it, the next writer gives it its name. */
	err_clear(&err);
	assert_int_equal(store_stash_load(&pass, "ca.p12", &err), RC_OK);
	assert_true(span_equal(secret_span(pass), span_text("new")));
	secret_free(&pass);
	assert_int_equal(state_of("ca.p12", NULL), STASH_OK);
	assert_int_equal(mode_of("ca.sth~new"), 0600);
	assert_int_equal(store_lock(&st, "ca.p12", 0, &err), RC_OK);
	assert_int_equal(mode_of("ca.sth~new"), -1);
	store_close(&st);
	assert_int_equal(state_of("ca.p12", "new"), STASH_OK);
}

/* That of another database of the stem is left to the next writer of that one. */
static void
on_its_way_to_another(void **state)
{
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;

	(void)state;
	make("ca.p12", "pass");
	make("ca.pfx", "other");
	assert_int_equal(save_stash("ca.pfx", "other", "other", 2), RC_OK);
	assert_int_equal(rename("ca.sth", "ca.sth~new"), 0);
	assert_int_equal(store_lock(&st, "ca.p12", 0, &err), RC_OK);
	store_close(&st);
	assert_false(store_has_stash("ca.p12"));
	assert_true(store_has_stash("ca.pfx"));
	assert_int_equal(store_lock(&st, "ca.pfx", 0, &err), RC_OK);
	store_close(&st);
	assert_int_equal(mode_of("ca.sth~new"), -1);
	assert_int_equal(state_of("ca.pfx", "other"), STASH_OK);
}

/* A stash goes with its database: set aside it counts until that is gone. */
static void
goes_with_its_database(void **state)
{
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;

	(void)state;
	make("ca.p12", "pass");
	assert_int_equal(save_stash("ca.p12", "pass", "pass", 2), RC_OK);
	/* The first time it is killed in between. */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(store_lock(&st, "ca.p12", 0, &err), RC_OK);
		assert_int_equal(store_stash_delete(&st, &err), RC_OK);
		assert_int_equal(mode_of("ca.sth"), -1);
		assert_int_equal(state_of("ca.p12", NULL), STASH_OK);
		if (i)
			assert_int_equal(store_delete(&st, &err), RC_OK);
		store_close(&st);
	}
	assert_int_equal(mode_of("ca.p12"), -1);
	assert_int_equal(mode_of("ca.sth~new"), -1);
	/* One that opens nothing just goes. */
	make("ca.p12", "pass");
	assert_int_equal(save_stash("ca.p12", "pass", "stale", 2), RC_OK);
	assert_int_equal(store_lock(&st, "ca.p12", 0, &err), RC_OK);
	assert_int_equal(store_stash_delete(&st, &err), RC_OK);
	assert_int_equal(mode_of("ca.sth"), -1);
	assert_int_equal(mode_of("ca.sth~new"), -1);
	store_close(&st);
}

static void
names_of_states(void **state)
{
	(void)state;
	assert_string_equal(stash_state_name(STASH_MISSING), "missing");
	assert_string_equal(stash_state_name(STASH_OK), "ok");
	assert_string_equal(stash_state_name(STASH_STALE), "stale");
	assert_string_equal(stash_state_name(STASH_OTHER), "other");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(written_and_read),        STORE_TEST(of_another_database),
		STORE_TEST(that_opens_nothing),      STORE_TEST(modes_and_links),
		STORE_TEST(moves_with_its_database), STORE_TEST(on_its_way),
		STORE_TEST(on_its_way_to_another),   STORE_TEST(goes_with_its_database),
		cmocka_unit_test(names_of_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
