/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After a sweep there is nothing left of what was in memory, and the process ends as it wants to.
 * Each case has a process of its own. */
#include "base/sweep.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pthread.h>

#include <cmocka.h>

enum { SMALL = 48, LARGE = 1 << 20, STACK_SIZE = 64 * 1024 };

/* Where copies are; these variables stay. */
static volatile unsigned char *small;
static volatile unsigned char *large;
static volatile unsigned char *local;
static unsigned char stack[STACK_SIZE];
static int end_signal;

static bool
is_gone(const volatile unsigned char *p, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (p[i])
			return false;
	}
	return true;
}

static void
on_signal(int number)
{
	sigset_t set;

	(void)number;
	sweep_memory();
	if (!is_gone(small, SMALL))
		_exit(1);
	if (!is_gone(large, LARGE))
		_exit(2);
	if (local && !is_gone(local, SMALL))
		_exit(3);
	if (!end_signal)
		_exit(0);
	(void)signal(end_signal, SIG_DFL);
	(void)raise(end_signal);
	(void)sigfillset(&set);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* Works on what will be gone; all but its own faults are for the first thread. */
static void *
work(void *block)
{
	volatile unsigned char *volatile *p = (volatile unsigned char *volatile *)block;

	for (;;)
		(*p)[0]++;
	return NULL;
}

/* What a child does; it ends in on_signal. */
static void
be_swept(bool beside)
{
	volatile unsigned char copy[SMALL];
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK };
	stack_t own = { .ss_sp = stack, .ss_size = sizeof(stack) };
	unsigned char *p = malloc(SMALL);
	unsigned char *q = malloc(LARGE);
	void **block = malloc(sizeof(*block));
	pthread_t thread;
	sigset_t usr;

	if (!p || !q || !block || sigaltstack(&own, NULL) || sigaction(SIGUSR1, &action, NULL))
		_exit(10);
	memset(p, 's', SMALL);
	memset(q, 's', LARGE);
	for (size_t i = 0; i < SMALL; i++)
		copy[i] = 's';
	small = p;
	large = q;
	local = copy;
	*block = q;
	(void)sigemptyset(&usr);
	(void)sigaddset(&usr, SIGUSR1);
	(void)pthread_sigmask(SIG_BLOCK, &usr, NULL);
	if (beside && pthread_create(&thread, NULL, work, block))
		_exit(10);
	(void)pthread_sigmask(SIG_UNBLOCK, &usr, NULL);
	(void)usleep(beside ? 10000 : 0);
	(void)raise(SIGUSR1);
	_exit(11);
}

static int
status_of(bool beside, int signal_at_end)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		end_signal = signal_at_end;
		be_swept(beside);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
skip_sanitized(void)
{
#ifdef __SANITIZE_ADDRESS__
	print_message("# the sanitizer's own memory would go, too\n");
	skip();
#endif
}

static void
heap_and_stack_are_gone(void **state)
{
	int status;

	(void)state;
	skip_sanitized();
	status = status_of(false, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
the_process_ends_by_its_signal(void **state)
{
	int status;

	(void)state;
	skip_sanitized();
	status = status_of(false, SIGTERM);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
}

/* A thread that falls over what is gone does not end the process by another signal. */
static void
a_thread_at_work_does_not_matter(void **state)
{
	(void)state;
	skip_sanitized();
	for (int i = 0; i < 20; i++) {
		int status = status_of(true, SIGTERM);

		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGTERM);
	}
}

/* Leaves something far below its caller, and says where. */
static __attribute__((noinline)) uintptr_t
leave_behind(void)
{
	volatile unsigned char deep[STACK_SIZE];

	for (size_t i = 0; i < SMALL; i++)
		deep[i] = 's';
	return (uintptr_t)deep;
}

static void *
sweep_what_was_left(void *gone)
{
	union {
		uintptr_t number;
		const volatile unsigned char *pointer;
	} left = { .number = leave_behind() };

	sweep_stack();
	*(bool *)gone = is_gone(left.pointer, SMALL);
	return NULL;
}

static void
dead_stack_is_gone(void **state)
{
	pthread_t thread;
	bool gone = false;

	(void)state;
	skip_sanitized();
	(void)sweep_what_was_left(&gone);
	assert_true(gone);
	gone = false;
	assert_int_equal(pthread_create(&thread, NULL, sweep_what_was_left, &gone), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(gone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dead_stack_is_gone),
		cmocka_unit_test(heap_and_stack_are_gone),
		cmocka_unit_test(the_process_ends_by_its_signal),
		cmocka_unit_test(a_thread_at_work_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
