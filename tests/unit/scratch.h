/* A scratch folder that is the current one, and files in it. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A test need not use all of them. */
#define MAYBE __attribute__((unused))

enum { FOLDER_MAX = 200 };

/* Makes it and goes there. */
static MAYBE void
scratch_enter(char folder[FOLDER_MAX])
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(folder, FOLDER_MAX, "%s/kyman-test-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
}

/* Removes it with all that is in it. */
static MAYBE void
scratch_leave(const char *folder)
{
	char command[FOLDER_MAX + 20];

	assert_int_equal(chdir("/"), 0);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	assert_int_equal(system(command), 0);
}

/* One for all tests of a program: set-up and tear-down of a group. */
static MAYBE int
scratch_set_up(void **state)
{
	static char folder[FOLDER_MAX];

	scratch_enter(folder);
	*state = folder;
	return 0;
}

static MAYBE int
scratch_tear_down(void **state)
{
	scratch_leave(*state);
	return 0;
}

/* Writes a file. */
static MAYBE void
put_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

/* Its permission bits; -1 when it is not there. */
static MAYBE int
mode_of(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0 ? (int)(st.st_mode & 07777) : -1;
}

#endif
