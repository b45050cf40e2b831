/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where secrets come from, and what is said when they do not. */
#include "world.h"

#include "base/env.h"
#include "op/secret-source.h"

static void
grammar(void **state)
{
	static const struct {
		const char *text;
		enum rc rc;
	} cases[] = {
		{ "prompt", RC_OK },     { "stash", RC_OK },         { "env:PW", RC_OK },
		{ "file:pw", RC_OK },    { "fd:3", RC_OK },          { "stdin", RC_OK },
		{ "cred:db", RC_OK },    { "gen", RC_OK },           { "gen:pw", RC_OK },
		{ "none", RC_OK },       { "", RC_USAGE },           { "hunter2", RC_USAGE },
		{ "prompt:", RC_USAGE }, { "noneat", RC_USAGE },     { "env:", RC_USAGE },
		{ "env:A=B", RC_USAGE }, { "file:", RC_USAGE },      { "fd:", RC_USAGE },
		{ "fd:-1", RC_USAGE },   { "fd:three", RC_USAGE },   { "fd:4294967296", RC_USAGE },
		{ "cred:", RC_USAGE },   { "cred:../db", RC_USAGE }, { "cred:..", RC_USAGE },
		{ "gen:", RC_USAGE },    { "ENV:PW", RC_USAGE },
	};
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(secret_source_check(cases[i].text, &err), cases[i].rc);
	/* What was typed in its place may be the passphrase itself. */
	assert_int_equal(secret_source_check("hunter2", &err), RC_USAGE);
	assert_null(strstr(err.message, "hunter2"));
	assert_null(strstr(err.hint, "hunter2"));
	assert_non_null(strstr(err.hint, "file:PATH"));
}

static enum rc
read_source(struct world *w, const char *source, struct secret **secret)
{
	const struct secret_wish wish = {
		.source = source,
		.option = "--pass",
		.file = "ca.p12",
		.stash_default = true,
		.asker = &w->asker,
	};

	secret_free(secret);
	err_clear(&w->err);
	return secret_source_read(secret, NULL, &wish, &w->err);
}

static void
assert_reads(struct world *w, const char *source, const char *text)
{
	struct secret *secret = NULL;

	assert_int_equal(read_source(w, source, &secret), RC_OK);
	assert_true(span_equal(secret_span(secret), span_text(text)));
	secret_free(&secret);
}

static void
assert_refuses(struct world *w, const char *source, enum rc rc)
{
	struct secret *secret = NULL;

	assert_int_equal(read_source(w, source, &secret), rc);
	assert_null(secret);
	assert_non_null(strstr(w->err.message, "--pass"));
}

static void
from_files(void **state)
{
	struct world *w = *state;

	put_file("pw", "first line\nsecond line\n");
	assert_reads(w, "file:pw", "first line");
	put_file("pw", "carriage\r\nreturn\r\n");
	assert_reads(w, "file:pw", "carriage");
	put_file("pw", "without line end");
	assert_reads(w, "file:pw", "without line end");
	put_file("pw", "p\xc3\xa4ss");
	assert_reads(w, "file:pw", "p\xc3\xa4ss");
	put_file("pw", "p\xe4ss");
	assert_refuses(w, "file:pw", RC_USAGE);
	put_file("pw", "");
	assert_refuses(w, "file:pw", RC_NO_SECRET);
	assert_non_null(strstr(w->err.hint, "none"));
	put_file("pw", "\nsecond line\n");
	assert_refuses(w, "file:pw", RC_NO_SECRET);
	assert_refuses(w, "file:nowhere", RC_NO_SECRET);
	assert_refuses(w, "file:.", RC_NO_SECRET);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_refuses(w, "file:fifo", RC_NO_SECRET);
}

static void
within_the_limit(void **state)
{
	struct world *w = *state;
	char text[SECRET_LINE_MAX + 2];

	memset(text, 'x', sizeof(text));
	text[SECRET_LINE_MAX + 1] = '\0';
	put_file("pw", text);
	assert_refuses(w, "file:pw", RC_USAGE);
	text[SECRET_LINE_MAX] = '\0';
	put_file("pw", text);
	assert_reads(w, "file:pw", text);
}

static void
from_environment(void **state)
{
	struct world *w = *state;
	char *value;

	assert_int_equal(setenv("KYMAN_TEST_PW", "from outside", 1), 0);
	value = getenv("KYMAN_TEST_PW");
	assert_reads(w, "env:KYMAN_TEST_PW", "from outside");
	/* Gone from the variables and from the memory that /proc shows. */
	assert_null(getenv("KYMAN_TEST_PW"));
	assert_int_equal(value[0], '\0');
	assert_refuses(w, "env:KYMAN_TEST_PW", RC_NO_SECRET);
	assert_int_equal(setenv("KYMAN_TEST_PW", "", 1), 0);
	assert_refuses(w, "env:KYMAN_TEST_PW", RC_NO_SECRET);
}

static void
one_variable_for_two(void **state)
{
	struct world *w = *state;

	expect(w, "db create ca.p12 --pass none", RC_OK);
	assert_int_equal(setenv("KYMAN_TEST_PW", "for both", 1), 0);
	expect(w, "db create cb.p12 --pass env:KYMAN_TEST_PW --iterations 1000", RC_OK);
	assert_int_equal(setenv("KYMAN_TEST_PW", "for both", 1), 0);
	expect(w,
	       "db passwd cb.p12 --pass env:KYMAN_TEST_PW --new-pass env:KYMAN_TEST_PW "
	       "--iterations 1000",
	       RC_OK);
	assert_null(getenv("KYMAN_TEST_PW"));
}

static void
from_credentials(void **state)
{
	struct world *w = *state;

	assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
	assert_refuses(w, "cred:db", RC_NO_SECRET);
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", w->folder, 1), 0);
	assert_refuses(w, "cred:db", RC_NO_SECRET);
	put_file("db", "of the service\n");
	assert_reads(w, "cred:db", "of the service");
	assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
}

static void
from_descriptors(void **state)
{
	struct world *w = *state;
	char source[20];
	int saved = dup(0);
	int fd;

	put_file("lines", "one\ntwo\n");
	fd = open("lines", O_RDONLY);
	assert_true(fd > 0 && saved > 0);
	(void)snprintf(source, sizeof(source), "fd:%d", fd);
	/* A line each time, and nothing behind it is taken. */
	assert_reads(w, source, "one");
	assert_reads(w, source, "two");
	assert_refuses(w, source, RC_NO_SECRET);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(dup2(fd, 0), 0);
	assert_reads(w, "stdin", "one");
	assert_reads(w, "fd:0", "two");
	assert_refuses(w, "stdin", RC_NO_SECRET);
	assert_int_equal(dup2(saved, 0), 0);
	assert_int_equal(close(saved), 0);
	assert_int_equal(close(fd), 0);
	assert_refuses(w, source, RC_NO_SECRET);
}

static void
from_people(void **state)
{
	struct world *w = *state;
	struct secret *secret = NULL;

	w->typed = "typed";
	assert_reads(w, "prompt", "typed");
	assert_reads(w, NULL, "typed");
	assert_non_null(strstr(w->question, "ca.p12"));
	w->typed = NULL;
	assert_int_equal(read_source(w, "prompt", &secret), RC_CANCELLED);
	/* An existing database may have an empty passphrase. */
	w->typed = "";
	assert_reads(w, "prompt", "");
	assert_int_equal(read_source(w, "none", &secret), RC_OK);
	assert_null(secret);
	assert_refuses(w, "stash", RC_NO_SECRET);
	assert_refuses(w, "gen", RC_USAGE);
	assert_refuses(w, "gen:new", RC_USAGE);
}

static void
with_nobody_to_ask(void **state)
{
	const struct secret_wish wishes[] = {
		{ .option = "--pass", .file = "ca.p12" },
		{ .option = "--key-pass" },
	};
	struct world *w = *state;
	struct secret *secret = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(wishes); i++) {
		assert_int_equal(secret_source_read(&secret, NULL, &wishes[i], &w->err),
				 RC_NO_SECRET);
		assert_non_null(strstr(w->err.hint, wishes[i].option));
		assert_non_null(strstr(w->err.hint, "file:PATH"));
	}
}

static void
made_now(void **state)
{
	struct world *w = *state;
	const struct secret_wish wish = {
		.source = "gen:new",
		.option = "--pass",
		.is_new = true,
		.result = &w->result,
	};
	struct secret *secret = NULL;
	struct secret *other = NULL;
	bool generated = false;
	struct span made;

	assert_int_equal(secret_source_read(&secret, &generated, &wish, &w->err), RC_OK);
	assert_true(generated);
	assert_int_equal(secret_size(secret), SECRET_GEN_LENGTH);
	made = secret_span(secret);
	for (size_t i = 0; i < made.size; i++)
		assert_true((made.data[i] >= '0' && made.data[i] <= '9') ||
			    (made.data[i] >= 'A' && made.data[i] <= 'Z') ||
			    (made.data[i] >= 'a' && made.data[i] <= 'z'));
	assert_int_equal(w->result.output_count, 1);
	assert_string_equal(w->result.outputs[0].path, "new");
	assert_true(w->result.outputs[0].is_new);
	assert_int_equal(secret_source_read(&other, &generated, &wish, &w->err), RC_OK);
	assert_false(secret_equal(secret, other));
	secret_free(&secret);
	secret_free(&other);
}

static void
in_the_order_of_the_table(void **state)
{
	struct world *w = *state;
	int saved = dup(0);
	int fd;

	put_file("pw", "correct horse\n");
	put_file("lines", "correct horse\nsomething else\n");
	expect(w, "db create ca.p12 --pass file:pw --iterations 1000", RC_OK);
	fd = open("lines", O_RDONLY);
	assert_true(fd > 0 && saved > 0);
	assert_int_equal(dup2(fd, 0), 0);
	/* --pass has the first line, wherever it stands. */
	expect(w, "db passwd ca.p12 --new-pass stdin --pass stdin --iterations 1000", RC_OK);
	expect(w, "db show ca.p12 --pass stdin", RC_NO_SECRET);
	assert_int_equal(dup2(saved, 0), 0);
	assert_int_equal(close(saved), 0);
	assert_int_equal(close(fd), 0);
	put_file("new", "something else\n");
	expect(w, "db show ca.p12 --pass file:new", RC_OK);
	expect(w, "db show - --pass stdin", RC_USAGE);
	expect(w, "db show ca.p12 --pass hunter2", RC_USAGE);
	assert_non_null(strstr(w->err.message, "--pass"));
	assert_null(strstr(w->err.message, "hunter2"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grammar),
		WORLD_TEST(from_files),
		WORLD_TEST(within_the_limit),
		WORLD_TEST(from_environment),
		WORLD_TEST(one_variable_for_two),
		WORLD_TEST(from_credentials),
		WORLD_TEST(from_descriptors),
		WORLD_TEST(from_people),
		WORLD_TEST(with_nobody_to_ask),
		WORLD_TEST(made_now),
		WORLD_TEST(in_the_order_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
