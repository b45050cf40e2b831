/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each net alone and both: what they refuse, and what goes on working. What is given up is given up
 * for good, so each case has a process of its own. */
#include "base/confine.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOT_GRANTED = 77 };

static bool
refused(long result)
{
	return result < 0 && (errno == EPERM || errno == EACCES);
}

static bool
writes_are_refused(void)
{
	return refused(open("old", O_WRONLY)) && refused(open("old", O_RDWR)) &&
	       refused(open("new", O_RDONLY | O_CREAT, 0600)) &&
	       refused(open("new", O_CREAT | O_EXCL, 0600)) && refused(rename("old", "new")) &&
	       refused(unlink("old")) && refused(mkdir("folder", 0700)) &&
	       refused(symlink("old", "new")) && refused(mknod("new", S_IFIFO | 0600, 0));
}

static bool
programs_are_refused(void)
{
	char name[] = "true";
	char *const words[] = { name, NULL };

	return refused(execv("/bin/true", words));
}

static bool
calls_are_refused(void)
{
	return refused(fork()) && refused(socket(AF_INET, SOCK_STREAM, 0)) &&
	       refused(socket(AF_UNIX, SOCK_STREAM, 0)) &&
	       refused(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL)) &&
	       refused(kill(getppid(), 0)) && refused(truncate("old", 0)) &&
	       refused(open("old", O_RDONLY | O_TRUNC)) && refused(chmod("old", 0666)) &&
	       refused(link("old", "new")) && refused(memfd_create("x", 0));
}

static void *
be_beside(void *self)
{
	*(int *)self = 1;
	return NULL;
}

/* What a reader does: files, threads, memory, tables of characters, what is open already. */
static bool
reading_works(int log)
{
	pthread_t thread;
	int beside = 0;
	char byte;
	int fd = open("old", O_RDONLY | O_CLOEXEC);
	void *memory =
	    mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	iconv_t table = iconv_open("UTF-8", "ISO-8859-15");

	return fd >= 0 && read(fd, &byte, 1) == 1 && close(fd) == 0 && memory != MAP_FAILED &&
	       pthread_create(&thread, NULL, be_beside, &beside) == 0 &&
	       pthread_join(thread, NULL) == 0 && beside && access("old", R_OK) == 0 &&
	       write(log, "x", 1) == 1 && table != (iconv_t)-1 && iconv_close(table) == 0 &&
	       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static int
work(unsigned wanted)
{
	int log = open("log", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (confine(wanted) != wanted)
		return NOT_GRANTED;
	if (!reading_works(log))
		return 1;
	if (!writes_are_refused())
		return 2;
	if (!programs_are_refused())
		return 3;
	return wanted & CONFINE_CALLS && !calls_are_refused() ? 4 : 0;
}

static void
run_confined(unsigned wanted)
{
	char folder[FOLDER_MAX];
	int status = 0;
	pid_t pid;

	scratch_enter(folder);
	put_file("old", "x");
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		_exit(work(wanted));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	scratch_leave(folder);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == NOT_GRANTED) {
		print_message("# not granted by this kernel, or not wanted by this build\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
landlock_keeps_files(void **state)
{
	(void)state;
	run_confined(CONFINE_FILES);
}

static void
seccomp_keeps_calls(void **state)
{
	(void)state;
	run_confined(CONFINE_CALLS);
}

static void
both_go_together(void **state)
{
	(void)state;
	run_confined(CONFINE_ALL);
}

/* Nothing was asked for: the process is as it was. */
static void
nothing_is_given_up_unasked(void **state)
{
	(void)state;
	assert_int_equal(confine(0), 0);
	assert_int_equal(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(landlock_keeps_files),
		cmocka_unit_test(seccomp_keeps_calls),
		cmocka_unit_test(both_go_together),
		cmocka_unit_test(nothing_is_given_up_unasked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
