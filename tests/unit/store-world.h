/* A scratch folder that is the current one, and databases in it. */
#ifndef TESTS_UNIT_STORE_WORLD_H
#define TESTS_UNIT_STORE_WORLD_H

#include "scratch.h"
#include "store/store.h"

#include <fcntl.h>

static MAYBE int
set_up(void **state)
{
	char *folder = malloc(FOLDER_MAX);

	assert_non_null(folder);
	scratch_enter(folder);
	*state = folder;
	return 0;
}

static MAYBE int
tear_down(void **state)
{
	scratch_leave(*state);
	free(*state);
	return 0;
}

static MAYBE struct pw *
pw_of(const char *text)
{
	struct secret *secret = NULL;
	struct pw *pw = NULL;

	assert_int_equal(secret_from(&secret, span_text(text)), RC_OK);
	assert_int_equal(pw_new(&pw, &secret, 0), RC_OK);
	assert_int_equal(pw_set_shroud(pw, NULL, 1000), RC_OK);
	return pw;
}

/* Makes a database with this expiry, which tells one from another. */
static MAYBE enum rc
make_as(const char *path, const char *pass, int64_t expires, const struct store_new *wish,
	struct err *err)
{
	struct store st = STORE_INIT;
	struct store_new how = { .set_mode = false };
	struct kdb db = KDB_INIT;
	enum rc rc;

	db.version = 3;
	db.iterations = 1000;
	db.expires = expires;
	if (wish)
		how = *wish;
	how.codec = &codec_pkcs12;
	how.pw = pw_of(pass);
	rc = store_create(&st, path, &db, &how, err);
	assert_null(how.pw);
	kdb_release(&db);
	store_close(&st);
	return rc;
}

static MAYBE void
make(const char *path, const char *pass)
{
	struct err err = ERR_INIT;

	assert_int_equal(make_as(path, pass, 1000000000, NULL, &err), RC_OK);
}

#define STORE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

#endif
