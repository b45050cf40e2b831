/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening, saving, making, removing. */
#include "store-world.h"

#include "base/text.h"

static enum rc
open_as(struct store *st, const char *path, const char *pass, struct err *err)
{
	struct pw *pw = pass ? pw_of(pass) : NULL;
	enum rc rc = store_open(st, path, &pw, NULL, err);

	assert_null(pw);
	return rc;
}

/* Opens, locks and saves with another expiry. */
static enum rc
save_as_writer(struct store *st, const char *path, int64_t expires, struct err *err)
{
	struct kdb work = KDB_INIT;
	enum rc rc = store_lock(st, path, 0, err);

	if (!rc)
		rc = open_as(st, path, "pass", err);
	if (!rc)
		rc = kdb_copy(&work, &st->db);
	work.expires = expires;
	if (!rc)
		rc = store_save(st, &work, NULL, err);
	kdb_release(&work);
	return rc;
}

static void
opens_what_was_made(void **state)
{
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;

	(void)state;
	make("ca.p12", "pass");
	assert_int_equal(mode_of("ca.p12"), 0600);
	assert_int_equal(open_as(&st, "ca.p12", "pass", &err), RC_OK);
	assert_true(st.db.verified);
	assert_int_equal(st.db.expires, 1000000000);
	assert_string_equal(st.path, "ca.p12");
	store_close(&st);
	assert_int_equal(open_as(&st, "ca.p12", NULL, &err), RC_OK);
	assert_false(st.db.verified);
	store_close(&st);
	store_close(&st);
	assert_int_equal(open_as(&st, "ca.p12", "wrong", &err), RC_WRONG_SECRET);
	assert_non_null(strstr(err.message, "ca.p12"));
	store_close(&st);
}

static void
says_what_is_none(void **state)
{
	static const struct {
		const char *path;
		enum rc rc;
		const char *words;
	} cases[] = {
		{ "nowhere", RC_NO_FILE, "no such file" },
		{ "dangling", RC_NO_FILE, "leads nowhere" },
		{ "folder", RC_IO, "folder" },
		{ "fifo", RC_IO, "no regular file" },
		{ "empty", RC_UNKNOWN_FORMAT, "empty" },
		{ "text", RC_UNKNOWN_FORMAT, "text" },
		{ "binary", RC_UNKNOWN_FORMAT, "no key database" },
		{ "zeros", RC_LIMIT, "limit" },
	};
	struct err err = ERR_INIT;
	struct store st = STORE_INIT;

	(void)state;
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	put_file("empty", "");
	put_file("text", "hello\n");
	put_file("binary", "\x01\x02\x03");
	put_file("zeros", "");
	assert_int_equal(truncate("zeros", 3000000000), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		err_clear(&err);
		assert_int_equal(open_as(&st, cases[i].path, "pass", &err), cases[i].rc);
		assert_non_null(strstr(err.message, cases[i].words));
		assert_non_null(strstr(err.message, cases[i].path));
		store_close(&st);
		if (cases[i].rc != RC_LIMIT)
			assert_int_equal(store_check(cases[i].path, &err), cases[i].rc);
	}
	make("ca.p12", "pass");
	assert_int_equal(store_check("ca.p12", &err), RC_OK);
}

static void
makes_one_only(void **state)
{
	struct store_new how = { .set_mode = true, .owner.mode = 0660 };
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(make_as("ca.p12", "pass", 0, &how, &err), RC_OK);
	assert_int_equal(mode_of("ca.p12"), 0660);
	assert_int_equal(make_as("ca.p12", "other", 0, NULL, &err), RC_EXISTS);
	assert_int_equal(mode_of("ca.p12~new"), -1);
	assert_int_equal(make_as("nowhere/ca.p12", "pass", 0, NULL, &err), RC_NO_FILE);
	assert_int_equal(make_as("/proc/ca.p12", "pass", 0, NULL, &err), RC_IO);
}

static void
saves_and_keeps_the_mode(void **state)
{
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;
	struct fs_id before;
	struct fs_id after;

	(void)state;
	make("ca.p12", "pass");
	assert_int_equal(chmod("ca.p12", 0645), 0);
	assert_int_equal(fs_id_of(&before, "ca.p12"), RC_OK);
	assert_int_equal(save_as_writer(&st, "ca.p12", 1100000000, &err), RC_OK);
	assert_true(st.narrowed);
	assert_int_equal(st.db.expires, 1100000000);
	assert_int_equal(mode_of("ca.p12"), 0640);
	assert_int_equal(fs_id_of(&after, "ca.p12"), RC_OK);
	assert_false(fs_id_same_file(&before, &after));
	assert_true(fs_id_unchanged(&st.id, &after));
	assert_int_equal(mode_of("ca.p12~new"), -1);
	store_close(&st);
	assert_int_equal(save_as_writer(&st, "ca.p12", 1200000000, &err), RC_OK);
	assert_false(st.narrowed);
	store_close(&st);
}

static void
saves_through_a_link(void **state)
{
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;
	struct stat link;

	(void)state;
	assert_int_equal(mkdir("real", 0700), 0);
	make("real/ca.p12", "pass");
	assert_int_equal(symlink("real/ca.p12", "ca.p12"), 0);
	assert_int_equal(save_as_writer(&st, "ca.p12", 1100000000, &err), RC_OK);
	store_close(&st);
	assert_int_equal(lstat("ca.p12", &link), 0);
	assert_true(S_ISLNK(link.st_mode));
	assert_int_equal(open_as(&st, "real/ca.p12", "pass", &err), RC_OK);
	assert_int_equal(st.db.expires, 1100000000);
	store_close(&st);
}

static void
sees_what_others_changed(void **state)
{
	struct store old = STORE_INIT;
	struct store st = STORE_INIT;
	struct kdb work = KDB_INIT;
	struct err err = ERR_INIT;

	(void)state;
	make("ca.p12", "pass");
	assert_int_equal(open_as(&old, "ca.p12", "pass", &err), RC_OK);
	assert_int_equal(store_refresh(&old, NULL, &err), RC_OK);
	assert_int_equal(old.db.expires, 1000000000);
	assert_int_equal(save_as_writer(&st, "ca.p12", 1100000000, &err), RC_OK);
	store_close(&st);
	/* A save over what was not seen would lose it. */
	assert_int_equal(kdb_copy(&work, &old.db), RC_OK);
	assert_int_equal(store_save(&old, &work, NULL, &err), RC_CONFLICT);
	kdb_release(&work);
	assert_int_equal(store_refresh(&old, NULL, &err), RC_OK);
	assert_int_equal(old.db.expires, 1100000000);
	assert_int_equal(unlink("ca.p12"), 0);
	assert_int_equal(store_refresh(&old, NULL, &err), RC_NO_FILE);
	store_close(&old);
}

static void
changes_the_passphrase(void **state)
{
	struct store st = STORE_INIT;
	struct kdb work = KDB_INIT;
	struct err err = ERR_INIT;
	struct pw *pw = pw_of("other");

	(void)state;
	make("ca.p12", "pass");
	assert_int_equal(store_lock(&st, "ca.p12", 0, &err), RC_OK);
	assert_int_equal(open_as(&st, "ca.p12", "pass", &err), RC_OK);
	assert_int_equal(kdb_copy(&work, &st.db), RC_OK);
	assert_int_equal(store_save_as(&st, &work, &pw, NULL, &err), RC_OK);
	assert_null(pw);
	kdb_release(&work);
	store_close(&st);
	assert_int_equal(open_as(&st, "ca.p12", "pass", &err), RC_WRONG_SECRET);
	store_close(&st);
	assert_int_equal(open_as(&st, "ca.p12", "other", &err), RC_OK);
	assert_int_equal(st.db.expires, 1000000000);
	store_close(&st);
}

static void
refuses_a_key_that_does_not_open(void **state)
{
	static const unsigned char bad_shroud[] = { 0x30, 0x03, 0x02, 0x01, 0x00 };
	struct store st = STORE_INIT;
	struct kdb work = KDB_INIT;
	struct err err = ERR_INIT;
	struct pw *pw = pw_of("other");
	struct entry *e = entry_new(ENTRY_SECRET);

	(void)state;
	make("ca.p12", "pass");
	assert_non_null(e);
	assert_int_equal(piece_copy(&e->label, span_text("broken")), RC_OK);
	assert_int_equal(piece_copy(&e->key, SPAN_OF(bad_shroud, sizeof(bad_shroud))), RC_OK);
	assert_int_equal(store_lock(&st, "ca.p12", 0, &err), RC_OK);
	assert_int_equal(open_as(&st, "ca.p12", "pass", &err), RC_OK);
	assert_int_equal(kdb_copy(&work, &st.db), RC_OK);
	assert_int_equal(kdb_add(&work, e, NULL), RC_OK);
	assert_int_equal(store_save_as(&st, &work, &pw, NULL, &err), RC_DAMAGED);
	assert_non_null(strstr(err.message, "'broken'"));
	assert_null(pw);
	entry_unref(&e);
	kdb_release(&work);
	store_close(&st);
	assert_int_equal(open_as(&st, "ca.p12", "pass", &err), RC_OK);
	store_close(&st);
}

static void
removes(void **state)
{
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;

	(void)state;
	make("ca.p12", "pass");
	assert_int_equal(store_lock(&st, "ca.p12", 0, &err), RC_OK);
	assert_int_equal(store_delete(&st, &err), RC_OK);
	store_close(&st);
	assert_int_equal(mode_of("ca.p12"), -1);
}

static void
owners_by_name_and_number(void **state)
{
	struct store_new how = { .set_mode = false };
	struct store st = STORE_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(store_new_owner(&how, NULL, NULL, &err), RC_OK);
	assert_false(how.set_uid || how.set_gid);
	assert_int_equal(store_new_owner(&how, "root", "12345", &err), RC_OK);
	assert_true(how.set_uid && how.set_gid);
	assert_int_equal(how.owner.uid, 0);
	assert_int_equal(how.owner.gid, 12345);
	assert_int_equal(store_new_owner(&how, "nobody of that name", NULL, &err), RC_NOT_FOUND);
	assert_int_equal(store_new_owner(&how, NULL, "-1", &err), RC_NOT_FOUND);
	store_own(&st, &how);
	assert_int_equal(st.owner.mode, 0600);
	assert_int_equal(st.owner.gid, 12345);
	store_close(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(opens_what_was_made),
		STORE_TEST(says_what_is_none),
		STORE_TEST(makes_one_only),
		STORE_TEST(saves_and_keeps_the_mode),
		STORE_TEST(saves_through_a_link),
		STORE_TEST(sees_what_others_changed),
		STORE_TEST(changes_the_passphrase),
		STORE_TEST(refuses_a_key_that_does_not_open),
		STORE_TEST(removes),
		STORE_TEST(owners_by_name_and_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
