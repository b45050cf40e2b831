/* A scratch folder that is the current one, and databases in it. */
#ifndef TESTS_UNIT_STORE_WORLD_H
#define TESTS_UNIT_STORE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A test need not use all of them. */
#define MAYBE __attribute__((unused))

static MAYBE int
set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");
	char *folder = malloc(200);

	assert_non_null(folder);
	(void)snprintf(folder, 200, "%s/kyman-store-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	*state = folder;
	return 0;
}

static MAYBE int
tear_down(void **state)
{
	char command[250];

	assert_int_equal(chdir("/"), 0);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", (const char *)*state);
	free(*state);
	return system(command);
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

static MAYBE void
put_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

static MAYBE int
mode_of(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0 ? (int)(st.st_mode & 07777) : -1;
}

#define STORE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

#endif
