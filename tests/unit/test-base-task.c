/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/task.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

struct work {
	struct task task;
	int done;
	int blocked; /* SIGTERM is left to the first thread */
};

static void
run(void *self)
{
	struct work *w = self;
	sigset_t now;

	(void)pthread_sigmask(SIG_BLOCK, NULL, &now);
	w->blocked = sigismember(&now, SIGTERM);
	w->done++;
}

static void
a_task_is_done_when_it_was_waited_for(void **state)
{
	struct work w = { .task = TASK_INIT };
	sigset_t now;

	(void)state;
	task_start(&w.task, run, &w);
	task_wait(&w.task);
	assert_int_equal(w.done, 1);
	assert_int_equal(w.blocked, 1);
	(void)pthread_sigmask(SIG_BLOCK, NULL, &now);
	assert_int_equal(sigismember(&now, SIGTERM), 0);
}

static void
waiting_twice_or_for_nothing_returns(void **state)
{
	struct work w = { .task = TASK_INIT };

	(void)state;
	task_wait(&w.task);
	task_start(&w.task, run, &w);
	task_wait(&w.task);
	task_wait(&w.task);
	assert_int_equal(w.done, 1);
}

static void
a_task_is_started_again(void **state)
{
	struct work w = { .task = TASK_INIT };

	(void)state;
	for (int i = 0; i < 100; i++) {
		task_start(&w.task, run, &w);
		task_wait(&w.task);
	}
	assert_int_equal(w.done, 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_task_is_done_when_it_was_waited_for),
		cmocka_unit_test(waiting_twice_or_for_nothing_returns),
		cmocka_unit_test(a_task_is_started_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
