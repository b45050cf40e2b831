/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char start[4096];

/* Each test works in a folder of its own, in which it stands. */
static int
enter(void **state)
{
	const char *parent = getenv("TMPDIR");
	struct buf name = BUF_INIT;

	buf_printf(&name, "%s/kyman-stage-XXXXXX", parent ? parent : "/tmp");
	*state = buf_steal(&name);
	return mkdtemp(*state) && chdir(*state) == 0 ? 0 : -1;
}

static int
leave(void **state)
{
	int rc;

	(void)unlink("a");
	(void)unlink("b");
	rc = chdir(start) == 0 && rmdir(*state) == 0 ? 0 : -1; /* nothing else may be left */
	free(*state);
	return rc;
}

static void
make_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(close(fd), 0);
}

static void
assert_file(const char *path, const char *text)
{
	struct buf b = BUF_INIT;

	assert_int_equal(fs_read(&b, path, 1 << 20, NULL, NULL), RC_OK);
	assert_string_equal(buf_text(&b), text);
	buf_release(&b);
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void
fill(struct stage *st, const char *target, const char *text)
{
	assert_int_equal(stage_open(st, target, NULL), RC_OK);
	assert_int_equal(stage_write(st, span_text(text), NULL), RC_OK);
}

static void
test_replaces(void **state)
{
	const struct fs_owner owner = { .uid = geteuid(), .gid = getegid(), .mode = 0640 };
	struct stage st = STAGE_INIT;

	(void)state;
	make_text("a", "old");
	(void)umask(0);
	fill(&st, "a", "new ");
	assert_int_equal(mode_of("a~new"), 0600); /* whatever the umask */
	(void)umask(022);
	assert_int_equal(stage_write(&st, span_text("text"), NULL), RC_OK);
	assert_int_equal(stage_write(&st, SPAN_NONE, NULL), RC_OK);
	assert_file("a", "old");
	assert_int_equal(stage_sync(&st, &owner, NULL), RC_OK);
	assert_int_equal(mode_of("a~new"), 0640);
	assert_int_equal(stage_commit(&st, NULL), RC_OK);
	assert_true(st.renamed);
	assert_file("a", "new text");
	assert_int_equal(fs_kind("a~new", true), FS_NONE);
	stage_drop(&st);
	stage_drop(&st);
	assert_file("a", "new text");
}

static void
test_drop_leaves_the_old(void **state)
{
	struct stage st = STAGE_INIT;

	(void)state;
	stage_drop(&st);
	make_text("a", "old");
	fill(&st, "a", "new");
	stage_drop(&st);
	assert_file("a", "old");
}

static void
test_public_mode_obeys_the_umask(void **state)
{
	struct stage st = STAGE_INIT;
	mode_t mask = umask(027);

	(void)state;
	fill(&st, "a", "new");
	assert_int_equal(stage_sync(&st, NULL, NULL), RC_OK);
	assert_int_equal(umask(mask), 027); /* as it was */
	assert_int_equal(stage_commit(&st, NULL), RC_OK);
	stage_drop(&st);
	assert_int_equal(mode_of("a"), 0640);
}

static void
test_commit_new(void **state)
{
	struct err err = ERR_INIT;
	struct stage st = STAGE_INIT;

	(void)state;
	fill(&st, "a", "first");
	assert_int_equal(stage_sync(&st, NULL, NULL), RC_OK);
	assert_int_equal(stage_commit_new(&st, NULL), RC_OK);
	assert_int_equal(fs_kind("a~new", true), FS_NONE);
	stage_drop(&st);
	fill(&st, "a", "second");
	assert_int_equal(stage_commit_new(&st, &err), RC_EXISTS);
	assert_string_equal(err.message, "'a' exists already");
	stage_drop(&st);
	assert_file("a", "first");
}

/* A file of a process that was killed goes; what was never a stage's stays. */
static void
test_left_over(void **state)
{
	struct stage st = STAGE_INIT;
	struct err err = ERR_INIT;

	(void)state;
	make_text("a~new", "half");
	fill(&st, "a", "whole");
	assert_int_equal(stage_commit(&st, NULL), RC_OK);
	stage_drop(&st);
	assert_file("a", "whole");
	/* A link is removed, not followed. */
	make_text("b", "precious");
	assert_int_equal(symlink("b", "a~new"), 0);
	fill(&st, "a", "again");
	stage_drop(&st);
	assert_file("b", "precious");
	assert_int_equal(mkdir("a~new", 0700), 0);
	assert_int_equal(stage_open(&st, "a", &err), RC_IO);
	assert_string_equal(err.message, "cannot write 'a': 'a~new' is in the way");
	assert_int_equal(rmdir("a~new"), 0);
	assert_file("a", "whole");
}

/* A child has the temporary open and locked; ours begins when its own is done. */
static void
test_waits_for_another(void **state)
{
	struct stage st = STAGE_INIT;
	int told[2];
	char byte;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(told), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (stage_open(&st, "a", NULL) || write(told[1], "", 1) != 1 || usleep(200000) ||
		    stage_write(&st, span_text("child"), NULL) || stage_commit_new(&st, NULL))
			_exit(1);
		_exit(0);
	}
	assert_int_equal(read(told[0], &byte, 1), 1);
	fill(&st, "a", "parent");
	assert_int_equal(stage_commit_new(&st, NULL), RC_EXISTS);
	stage_drop(&st);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_file("a", "child");
	(void)close(told[0]);
	(void)close(told[1]);
}

static void
test_gives_up_waiting(void **state)
{
	struct stage st = STAGE_INIT;
	struct err err = ERR_INIT;
	int fd;

	(void)state;
	make_text("a~new", "");
	fd = open("a~new", O_RDWR);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(stage_open(&st, "a", &err), RC_LOCKED);
	assert_string_equal(err.message, "another process is writing 'a'");
	assert_int_equal(fs_kind("a~new", true), FS_REGULAR);
	(void)close(fd);
	assert_int_equal(unlink("a~new"), 0);
}

/* A file that took the name of ours is neither renamed nor removed. */
static void
test_taken_away(void **state)
{
	struct stage st = STAGE_INIT;
	struct err err = ERR_INIT;

	(void)state;
	fill(&st, "a", "ours");
	assert_int_equal(unlink("a~new"), 0);
	make_text("a~new", "theirs");
	assert_int_equal(stage_commit(&st, &err), RC_IO);
	assert_string_equal(err.message, "cannot write 'a': another process took 'a~new' away");
	assert_int_equal(stage_commit_new(&st, &err), RC_IO);
	stage_drop(&st);
	assert_file("a~new", "theirs");
	assert_int_equal(unlink("a~new"), 0);
}

static void
test_targets_that_cannot_be(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "b" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct stage st = STAGE_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(stage_open(&st, ".", &err), RC_IO);
	assert_string_equal(err.message, "cannot write '.': it is a folder");
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(stage_open(&st, "b", &err), RC_IO);
	assert_string_equal(err.message, "cannot write 'b': it is a socket");
	(void)close(fd);
	assert_int_equal(stage_open(&st, "none/a", &err), RC_IO);
	assert_string_equal(err.message, "cannot write 'none/a': no such file or folder");
	assert_int_equal(mkfifo("a", 0600), 0);
	assert_int_equal(stage_open(&st, "a", &err), RC_IO);
	assert_string_equal(err.message, "cannot write 'a': nobody reads from it");
	assert_int_equal(unlink("a"), 0);
	fill(&st, "a", "x");
	assert_int_equal(mkdir("a", 0700), 0); /* made meanwhile */
	assert_int_equal(stage_commit(&st, &err), RC_IO);
	assert_string_equal(err.message, "cannot write 'a': it is a folder");
	stage_drop(&st);
	assert_int_equal(rmdir("a"), 0);
}

static void
test_straight_through(void **state)
{
	struct stage st = STAGE_INIT;
	struct err err = ERR_INIT;
	char got[8] = "";
	int reader;

	(void)state;
	fill(&st, "/dev/null", "x");
	assert_int_equal(stage_sync(&st, NULL, NULL), RC_OK);
	assert_int_equal(stage_commit(&st, NULL), RC_OK);
	assert_int_equal(stage_commit_new(&st, NULL), RC_OK);
	stage_drop(&st);
	assert_int_equal(stage_open(&st, "/dev/full", NULL), RC_OK);
	assert_int_equal(stage_write(&st, span_text("x"), &err), RC_IO);
	assert_string_equal(err.message,
			    "cannot write '/dev/full': no space is left on the device");
	stage_drop(&st);
	assert_int_equal(mkfifo("a", 0600), 0);
	reader = open("a", O_RDONLY | O_NONBLOCK);
	fill(&st, "a", "fifo");
	assert_int_equal(read(reader, got, sizeof(got)), 4);
	assert_string_equal(got, "fifo");
	(void)close(reader);
	assert_int_equal(stage_write(&st, span_text("x"), &err), RC_IO);
	assert_string_equal(err.message, "cannot write 'a': nobody reads it any more");
	stage_drop(&st);
}

/* A pipe that is full and does not block is waited for; a child takes what comes. */
static void
test_standard_output(void **state)
{
	enum { SIZE = 300000 };
	struct stage st = STAGE_INIT;
	char *data = calloc(1, SIZE);
	int saved = dup(STDOUT_FILENO);
	int ends[2];
	int status;
	pid_t child;
	enum rc rc;

	(void)state;
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		size_t all = 0;
		ssize_t some = 0;

		(void)close(ends[1]);
		(void)usleep(50000);
		(void)fcntl(ends[0], F_SETFL, 0);
		while ((some = read(ends[0], data, SIZE)) > 0)
			all += (size_t)some;
		_exit(all == SIZE ? 0 : 1);
	}
	(void)fflush(stdout);
	(void)dup2(ends[1], STDOUT_FILENO);
	rc = stage_open(&st, "-", NULL);
	if (!rc)
		rc = stage_write(&st, SPAN_OF(data, SIZE), NULL);
	stage_drop(&st);
	assert_true(fcntl(STDOUT_FILENO, F_GETFD) >= 0); /* it is not ours to close */
	(void)dup2(saved, STDOUT_FILENO);
	(void)close(saved);
	(void)close(ends[0]);
	(void)close(ends[1]);
	assert_int_equal(rc, RC_OK);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	free(data);
}

static void
test_file_too_large(void **state)
{
	struct rlimit old;
	struct rlimit little;
	struct stage st = STAGE_INIT;
	struct err err = ERR_INIT;
	enum rc rc;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	little = (struct rlimit){ 4, old.rlim_max };
	assert_int_equal(stage_open(&st, "a", NULL), RC_OK);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	rc = stage_write(&st, span_text("12345678"), &err); /* four go, then none */
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(rc, RC_IO);
	assert_string_equal(err.message,
			    "cannot write 'a': the file would be larger than is allowed");
	stage_drop(&st);
	assert_int_equal(fs_kind("a~new", true), FS_NONE);
}

static void
test_owner_is_kept_or_nothing(void **state)
{
	struct fs_owner owner = { .uid = 12345, .gid = 12345, .mode = 0600 };
	struct stage st = STAGE_INIT;
	struct err err = ERR_INIT;
	enum rc rc;

	(void)state;
	make_text("a", "old");
	fill(&st, "a", "new");
	rc = stage_sync(&st, &owner, &err);
	if (geteuid() == 0) {
		assert_int_equal(rc, RC_OK);
		assert_int_equal(stage_commit(&st, NULL), RC_OK);
		assert_int_equal(fs_owner_of(&owner, "a"), RC_OK);
		assert_int_equal(owner.uid, 12345);
	} else {
		assert_int_equal(rc, RC_IO);
		assert_string_equal(
		    err.message,
		    "cannot keep owner 12345 and group 12345 of 'a': permission denied");
	}
	stage_drop(&st);
}

/* What closed descriptors and missing folders do; commits by a path that has a folder in it. */
static void
test_failing_calls(void **state)
{
	struct fs_owner owner = { .uid = geteuid(), .gid = getegid(), .mode = 0600 };
	struct stage st = STAGE_INIT;
	struct err err = ERR_INIT;
	int fd;

	(void)state;
	fill(&st, "./a", "x");
	fd = st.fd;
	st.fd = -1;
	assert_int_equal(stage_sync(&st, &owner, &err), RC_IO);
	assert_int_equal(stage_sync(&st, NULL, &err), RC_IO);
	assert_int_equal(stage_write(&st, span_text("x"), &err), RC_IO);
	st.fd = fd;
	assert_int_equal(stage_commit(&st, &err), RC_OK);
	stage_drop(&st);
	assert_file("a", "x");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_replaces, enter, leave),
		cmocka_unit_test_setup_teardown(test_drop_leaves_the_old, enter, leave),
		cmocka_unit_test_setup_teardown(test_public_mode_obeys_the_umask, enter, leave),
		cmocka_unit_test_setup_teardown(test_commit_new, enter, leave),
		cmocka_unit_test_setup_teardown(test_left_over, enter, leave),
		cmocka_unit_test_setup_teardown(test_waits_for_another, enter, leave),
		cmocka_unit_test_setup_teardown(test_gives_up_waiting, enter, leave),
		cmocka_unit_test_setup_teardown(test_taken_away, enter, leave),
		cmocka_unit_test_setup_teardown(test_targets_that_cannot_be, enter, leave),
		cmocka_unit_test_setup_teardown(test_straight_through, enter, leave),
		cmocka_unit_test_setup_teardown(test_standard_output, enter, leave),
		cmocka_unit_test_setup_teardown(test_file_too_large, enter, leave),
		cmocka_unit_test_setup_teardown(test_owner_is_kept_or_nothing, enter, leave),
		cmocka_unit_test_setup_teardown(test_failing_calls, enter, leave),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	if (!getcwd(start, sizeof(start)))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
