/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/crew.h"

#include <sched.h>
#include <stdint.h>

/* One of those who work. */
struct worker {
	struct crew *crew;
	struct task task;
	size_t failed; /* SIZE_MAX: none */
	unsigned number;
	enum rc rc;
};

unsigned
crew_workers(void)
{
	cpu_set_t set;
	int count;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	count = CPU_COUNT(&set);
	if (count < 1)
		return 1;
	return count > CREW_MAX ? (unsigned)CREW_MAX : (unsigned)count;
}

/* What was begun is finished, so that all before the first that failed are done. */
static void
work(void *self)
{
	struct worker *w = self;
	struct crew *c = w->crew;
	size_t done;
	size_t i;

	while (!atomic_load(&c->stop) && (i = atomic_fetch_add(&c->next, 1)) < c->count) {
		w->rc = c->each(c->self, w->number, i);
		if (w->rc) {
			w->failed = i;
			atomic_store(&c->stop, true);
			return;
		}
		done = atomic_fetch_add(&c->done, 1) + 1;
		if (w->number == 0 && c->beat)
			c->beat(c->self, done);
	}
}

enum rc
crew_run(struct crew *c)
{
	struct worker workers[CREW_MAX];
	size_t first = SIZE_MAX;
	enum rc rc = RC_OK;

	atomic_init(&c->next, 0);
	atomic_init(&c->done, 0);
	atomic_init(&c->stop, false);
	for (unsigned i = 0; i < CREW_MAX; i++) {
		workers[i] = (struct worker){
			.crew = c, .task = TASK_INIT, .number = i, .failed = SIZE_MAX
		};
	}
	for (unsigned i = 1; i < c->workers && i < c->count; i++)
		task_start(&workers[i].task, work, &workers[i]);
	work(&workers[0]);
	for (unsigned i = 0; i < c->workers; i++) {
		task_wait(&workers[i].task);
		if (workers[i].failed < first) {
			first = workers[i].failed;
			rc = workers[i].rc;
			c->failed_by = i;
		}
	}
	return rc;
}
