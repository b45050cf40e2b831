/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/crew.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { PIECES = 10000 };

struct job {
	unsigned char done[PIECES];
	atomic_uint by[CREW_MAX];
	atomic_bool busy[CREW_MAX];
	atomic_uint faults;
	size_t bad[2]; /* pieces that fail */
	size_t last;   /* that was told */
};

static enum rc
each(void *self, unsigned worker, size_t i)
{
	struct job *j = self;

	/* Nobody is two at a time. */
	if (atomic_exchange(&j->busy[worker], true))
		atomic_fetch_add(&j->faults, 1);
	j->done[i]++;
	atomic_fetch_add(&j->by[worker], 1);
	atomic_store(&j->busy[worker], false);
	return i == j->bad[0] || i == j->bad[1] ? RC_POLICY : RC_OK;
}

static void
beat(void *self, size_t done)
{
	struct job *j = self;

	if (done < j->last || done > PIECES)
		atomic_fetch_add(&j->faults, 1);
	j->last = done;
}

static void
start(struct job *j, struct crew *c, unsigned workers)
{
	memset(j, 0, sizeof(*j));
	j->bad[0] = j->bad[1] = SIZE_MAX;
	*c = (struct crew)CREW_INIT;
	c->count = PIECES;
	c->workers = workers;
	c->self = j;
	c->each = each;
	c->beat = beat;
}

static void
each_piece_is_done_once(void **state)
{
	static const unsigned counts[] = { 1, 2, 3, CREW_MAX };
	static struct job j;
	struct crew c;

	(void)state;
	for (size_t n = 0; n < ARRAY_SIZE(counts); n++) {
		start(&j, &c, counts[n]);
		assert_int_equal(crew_run(&c), RC_OK);
		assert_int_equal(j.faults, 0);
		for (size_t i = 0; i < PIECES; i++)
			assert_int_equal(j.done[i], 1);
		for (unsigned i = counts[n]; i < CREW_MAX; i++)
			assert_int_equal(j.by[i], 0);
	}
}

static void
nothing_to_do(void **state)
{
	static struct job j;
	struct crew c;

	(void)state;
	start(&j, &c, 2);
	c.count = 0;
	c.beat = NULL;
	assert_int_equal(crew_run(&c), RC_OK);
}

/* The same piece is blamed whoever did it, and all before it are done. */
static void
the_first_that_fails_is_told(void **state)
{
	static struct job j;
	struct crew c;

	(void)state;
	for (int round = 0; round < 20; round++) {
		start(&j, &c, 4);
		j.bad[0] = 5001;
		j.bad[1] = 5000;
		assert_int_equal(crew_run(&c), RC_POLICY);
		assert_true(c.failed_by < 4);
		for (size_t i = 0; i <= 5000; i++)
			assert_int_equal(j.done[i], 1);
	}
}

static void
there_is_a_processor(void **state)
{
	(void)state;
	assert_in_range(crew_workers(), 1, CREW_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_piece_is_done_once),
		cmocka_unit_test(nothing_to_do),
		cmocka_unit_test(the_first_that_fails_is_told),
		cmocka_unit_test(there_is_a_processor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
