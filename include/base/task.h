/* Work that is done beside the caller's, on a thread of its own. */
#ifndef BASE_TASK_H
#define BASE_TASK_H

#include <pthread.h>
#include <stdbool.h>

/* Embedded where the work is described; TASK_INIT before the first use. */
struct task {
	void (*run)(void *self);
	void *self;
	pthread_t thread;
	bool beside; /* a thread is at it */
};

#define TASK_INIT            \
	{                    \
		.run = NULL, \
	}

/* Runs run(self) beside the caller, until task_wait. Where no thread can be had it is done when
 * this returns. The two must not touch the same things in the meantime, counts of references
 * included. */
void task_start(struct task *t, void (*run)(void *self), void *self);

/* Waits until it is done; returns at once when it is, or was never started. */
void task_wait(struct task *t);

#endif
