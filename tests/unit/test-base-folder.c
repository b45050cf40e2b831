/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/folder.h"

#include "scratch.h"

#include <fcntl.h>
#include <sys/file.h>

static char scratch[FOLDER_MAX];

static int
enter(void **state)
{
	(void)state;
	scratch_enter(scratch);
	return mkdir("d", 0755);
}

static int
leave(void **state)
{
	(void)state;
	scratch_leave(scratch);
	return 0;
}

static bool
is_there(const char *name)
{
	return mode_of(name) >= 0;
}

static void
a_file_from_beginning_to_end(void **state)
{
	struct folder f = FOLDER_INIT;
	struct buf log = BUF_INIT;

	(void)state;
	assert_int_equal(folder_open(&f, "d", NULL), RC_OK);
	assert_int_equal(folder_open_log(&f, "log", false, &log, NULL), RC_OK);
	assert_int_equal(folder_write(&f, "a", span_text("bytes"), NULL), RC_OK);
	assert_false(is_there("d/a"));
	assert_int_equal(mode_of("d/a~new"), 0600);
	assert_int_equal(folder_sync(&f, NULL), RC_OK);
	assert_int_equal(folder_name(&f, "a", NULL), RC_OK);
	assert_true(is_there("d/a") && is_there("d/a~new"));
	assert_int_equal(folder_sync_names(&f, NULL), RC_OK);
	assert_int_equal(folder_log(&f, span_text("line\n"), NULL), RC_OK);
	folder_settle(&f, "a");
	assert_true(is_there("d/a"));
	assert_false(is_there("d/a~new"));
	assert_int_equal(folder_kind(&f, "a"), FS_REGULAR);
	assert_int_equal(folder_kind(&f, "b"), FS_NONE);
	folder_close(&f);
	folder_close(&f);
	assert_true(is_there("d/log"));
	buf_release(&log);
}

static void
nothing_is_overwritten(void **state)
{
	struct folder f = FOLDER_INIT;
	struct err err = ERR_INIT;

	(void)state;
	put_file("d/a", "mine");
	assert_int_equal(folder_open(&f, "d", NULL), RC_OK);
	assert_int_equal(folder_write(&f, "a", span_text("bytes"), NULL), RC_OK);
	assert_int_equal(folder_name(&f, "a", &err), RC_EXISTS);
	assert_string_equal(err.message, "'d/a' exists already");
	assert_int_equal(folder_undo(&f, "a", NULL), RC_OK);
	assert_true(is_there("d/a"));
	assert_false(is_there("d/a~new"));
	/* One that is on its way is not written over, either. */
	assert_int_equal(folder_write(&f, "b", SPAN_NONE, NULL), RC_OK);
	assert_int_equal(folder_write(&f, "b", SPAN_NONE, &err), RC_IO);
	assert_non_null(strstr(err.message, "cannot write 'd/b'"));
	folder_close(&f);
}

static void
what_was_not_logged_goes(void **state)
{
	struct folder f = FOLDER_INIT;

	(void)state;
	assert_int_equal(folder_open(&f, "d", NULL), RC_OK);
	assert_int_equal(folder_undo(&f, "a", NULL), RC_OK);
	assert_int_equal(folder_write(&f, "a", span_text("bytes"), NULL), RC_OK);
	assert_int_equal(folder_name(&f, "a", NULL), RC_OK);
	assert_int_equal(folder_undo(&f, "a", NULL), RC_OK);
	assert_false(is_there("d/a") || is_there("d/a~new"));
	folder_close(&f);
}

static void
logs(void **state)
{
	static const struct {
		const char *why;
		const char *text; /* NULL: it is not there */
		bool may_exist;
		enum rc rc;
		const char *read;
	} cases[] = {
		{ "a new one", NULL, false, RC_OK, "" },
		{ "a new one that might have been there", NULL, true, RC_OK, "" },
		{ "one that may not be there", "a\n", false, RC_EXISTS, "" },
		{ "whole lines", "a\nb\n", true, RC_OK, "a\nb\n" },
		{ "a torn line", "a\nb", true, RC_OK, "a\n" },
		{ "nothing but a torn line", "a", true, RC_OK, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct folder f = FOLDER_INIT;
		struct buf text = BUF_INIT;
		struct buf all = BUF_INIT;

		(void)unlink("d/log");
		if (cases[i].text)
			put_file("d/log", cases[i].text);
		assert_int_equal(folder_open(&f, "d", NULL), RC_OK);
		if (folder_open_log(&f, "log", cases[i].may_exist, &text, NULL) != cases[i].rc)
			fail_msg("%s", cases[i].why);
		assert_string_equal(buf_text(&text), cases[i].read);
		if (!cases[i].rc) {
			assert_int_equal(folder_log(&f, span_text("new\n"), NULL), RC_OK);
			buf_put_text(&text, "new\n");
			assert_int_equal(fs_read(&all, "d/log", 100, NULL, NULL), RC_OK);
			assert_string_equal(buf_text(&all), buf_text(&text));
		}
		folder_close(&f);
		assert_true(is_there("d/log"));
		buf_release(&text);
		buf_release(&all);
	}
}

static void
an_empty_log_goes(void **state)
{
	struct folder f = FOLDER_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	assert_int_equal(folder_open(&f, "d", NULL), RC_OK);
	assert_int_equal(folder_open_log(&f, "log", false, &text, NULL), RC_OK);
	assert_true(is_there("d/log"));
	folder_close(&f);
	assert_false(is_there("d/log"));
	buf_release(&text);
}

static void
what_cannot_be_opened(void **state)
{
	struct folder f = FOLDER_INIT;
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	int fd;

	(void)state;
	assert_int_equal(folder_open(&f, "nowhere", &err), RC_NO_FILE);
	put_file("file", "");
	assert_int_equal(folder_open(&f, "file", &err), RC_IO);
	assert_int_equal(folder_open(&f, "d", &err), RC_OK);
	assert_int_equal(symlink("file", "d/link"), 0);
	assert_int_equal(folder_open_log(&f, "link", true, &text, &err), RC_IO);
	assert_int_equal(mkfifo("d/fifo", 0600), 0);
	assert_int_equal(folder_open_log(&f, "fifo", true, &text, &err), RC_LIMIT);
	folder_close(&f);
	assert_int_equal(folder_open(&f, "d", &err), RC_OK);
	put_file("d/log", "a\n");
	fd = open("d/log", O_RDONLY);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(folder_open_log(&f, "log", true, &text, &err), RC_LOCKED);
	assert_string_equal(err.message, "another process is writing to 'd'");
	(void)close(fd);
	folder_close(&f);
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_from_beginning_to_end, enter, leave),
		cmocka_unit_test_setup_teardown(nothing_is_overwritten, enter, leave),
		cmocka_unit_test_setup_teardown(what_was_not_logged_goes, enter, leave),
		cmocka_unit_test_setup_teardown(logs, enter, leave),
		cmocka_unit_test_setup_teardown(an_empty_log_goes, enter, leave),
		cmocka_unit_test_setup_teardown(what_cannot_be_opened, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
