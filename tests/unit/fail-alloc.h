/* Allocations that fail when a test says so. The linker gives our own calls these functions: a
 * program that includes this is linked with $(fail_alloc_ldflags), see tests/local.mk. */
#ifndef TESTS_FAIL_ALLOC_H
#define TESTS_FAIL_ALLOC_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);

/* How many allocations succeed before one fails; negative: all do. */
static long successes = -1;

/* All that come after the one that fails do so, too. */
static bool none_after_it;

static inline bool
fails(void)
{
	if (successes == 0 && none_after_it)
		return true;
	return successes >= 0 && successes-- == 0;
}

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

void *
__wrap_reallocarray(void *old, size_t count, size_t size)
{
	return fails() ? NULL : __real_reallocarray(old, count, size);
}

/* Runs it with this many allocations that succeed before one fails; true when none failed. */
static inline bool
run_with(enum rc (*run)(struct buf *b), long count, enum rc *rc)
{
	struct buf b = BUF_INIT;
	bool all_succeeded;

	successes = count;
	*rc = run(&b);
	all_succeeded = successes >= 0;
	successes = -1;
	buf_release(&b);
	return all_succeeded;
}

/* Runs it with the first allocation failing, then the second, until none was left to fail. */
static inline void fail_each(enum rc (*run)(struct buf *b))
{
	long count = 0;
	enum rc rc;

	while (!run_with(run, count++, &rc))
		assert_int_equal(rc, RC_NO_MEMORY);
	assert_int_equal(rc, RC_OK);
	assert_true(count > 1);
}

/* The same for what may do without some of its memory, and then is to be right all the same. */
static inline void fail_each_or_do_without(enum rc (*run)(struct buf *b))
{
	long count = 0;
	enum rc rc;

	while (!run_with(run, count++, &rc))
		assert_true(rc == RC_OK || rc == RC_NO_MEMORY);
	assert_int_equal(rc, RC_OK);
	assert_true(count > 1);
}

#endif
