/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/task.h"

#include "base/attr.h"
#include "base/sweep.h"

#include <signal.h>

static void *
main_of_thread(void *self)
{
	const struct task *t = self;

	t->run(t->self);
	sweep_stack();
	return NULL;
}

/* Signals are the first thread's: its handlers wipe and restore what is the process's. But for
 * those of a thread's own faults: one that is blocked ends the process without a handler. */
void
task_start(struct task *t, void (*run)(void *self), void *self)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP };
	sigset_t all;
	sigset_t before;

	t->run = run;
	t->self = self;
	(void)sigfillset(&all);
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		(void)sigdelset(&all, faults[i]);
	(void)pthread_sigmask(SIG_BLOCK, &all, &before);
	t->beside = pthread_create(&t->thread, NULL, main_of_thread, t) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!t->beside)
		run(self);
}

void
task_wait(struct task *t)
{
	if (t->beside)
		(void)pthread_join(t->thread, NULL);
	t->beside = false;
}
