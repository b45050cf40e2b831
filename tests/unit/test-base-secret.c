/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/secret.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { MANY = 3000 };

static struct secret *
new_of(const char *text)
{
	struct secret *s;

	assert_int_equal(secret_from(&s, span_text(text)), RC_OK);
	return s;
}

static bool
is_zero(const unsigned char *data, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (data[i])
			return false;
	return true;
}

/* Around each slot size and around a page, where small secrets end. */
static void
test_sizes(void **state)
{
	static const size_t sizes[] = { 0, 1, 63, 64, 65, 128, 129, 4095, 4096, 4097, 100000 };
	struct secret *s;
	size_t i;
	int turn;

	(void)state;
	for (turn = 0; turn < 2; turn++) {
		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			assert_int_equal(secret_new(&s, sizes[i]), RC_OK);
			assert_int_equal(secret_size(s), sizes[i]);
			/* Zero the second time too, when the place was used before. */
			assert_true(is_zero(secret_data(s), sizes[i]));
			memset(secret_data(s), 0xaa, sizes[i]);
			secret_free(&s);
			assert_null(s);
		}
	}
	assert_int_equal(secret_new(&s, SECRET_MAX), RC_OK);
	secret_data(s)[SECRET_MAX - 1] = 1;
	secret_free(&s);
	assert_int_equal(secret_new(&s, (size_t)SECRET_MAX + 1), RC_LIMIT);
	assert_null(s);
}

static void
test_null(void **state)
{
	struct secret *s = NULL;

	(void)state;
	assert_int_equal(secret_copy(&s, NULL), RC_OK);
	assert_null(s);
	assert_int_equal(secret_size(NULL), 0);
	assert_int_equal(secret_span(NULL).size, 0);
	secret_free(&s);
}

static void
test_copy_and_equal(void **state)
{
	struct secret *a = new_of("passphrase");
	struct secret *b;
	struct secret *c = new_of("passphrasf");
	struct secret *d = new_of("passphras");

	(void)state;
	assert_int_equal(secret_copy(&b, a), RC_OK);
	assert_true(secret_equal(a, b));
	assert_false(secret_equal(a, c));
	assert_false(secret_equal(a, d));
	assert_false(secret_equal(a, NULL));
	assert_false(secret_equal(NULL, a));
	assert_true(secret_equal(NULL, NULL));
	secret_data(b)[0] = 'P';
	assert_true(span_equal(secret_span(a), span_text("passphrase")));
	secret_free(&a);
	secret_free(&b);
	secret_free(&c);
	secret_free(&d);
}

static void
test_cut_wipes(void **state)
{
	struct secret *s = new_of("passphrase\n");

	(void)state;
	secret_cut(s, 11);
	secret_cut(s, 4);
	assert_true(span_equal(secret_span(s), span_text("pass")));
	assert_true(is_zero(secret_data(s) + 4, 7));
	secret_free(&s);
}

/* The page stays when a small secret goes, so that one can look. */
static void
test_free_wipes(void **state)
{
	struct secret *other = new_of("stays");
	struct secret *s = new_of("passphrase");
	const unsigned char *data = secret_data(s);

	(void)state;
	secret_free(&s);
	assert_true(is_zero(data, 10));
	assert_true(span_equal(secret_span(other), span_text("stays")));
	secret_free(&other);
}

/* Chunks fill, open again when one is given back, and none lies on another. */
static void
test_many(void **state)
{
	static struct secret *all[MANY];
	uint32_t i;
	int turn;

	(void)state;
	for (i = 0; i < MANY; i++) {
		assert_int_equal(secret_new(&all[i], i % 300 + sizeof(i)), RC_OK);
		memcpy(secret_data(all[i]), &i, sizeof(i));
	}
	for (turn = 0; turn < 2; turn++) {
		for (i = 0; i < MANY; i += 3)
			secret_free(&all[i]);
		for (i = 0; i < MANY; i += 3) {
			assert_int_equal(secret_new(&all[i], i % 300 + sizeof(i)), RC_OK);
			memcpy(secret_data(all[i]), &i, sizeof(i));
		}
	}
	for (i = 0; i < MANY; i++) {
		assert_memory_equal(secret_data(all[i]), &i, sizeof(i));
		secret_free(&all[i]);
	}
}

static void *
work(void *result)
{
	struct secret *s[20] = { NULL };
	int turn;
	size_t i;

	for (turn = 0; turn < 200; turn++) {
		for (i = 0; i < ARRAY_SIZE(s); i++) {
			secret_free(&s[i]);
			if (secret_new(&s[i], i * 300) || !is_zero(secret_data(s[i]), i * 300))
				*(bool *)result = false;
			else
				memset(secret_data(s[i]), 0x55, i * 300);
		}
	}
	for (i = 0; i < ARRAY_SIZE(s); i++)
		secret_free(&s[i]);
	return NULL;
}

static void
test_threads(void **state)
{
	pthread_t threads[2];
	bool good[2] = { true, true };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, &good[i]), 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_true(good[0] && good[1]);
}

static void
test_wipe_all(void **state)
{
	struct secret *small = new_of("passphrase");
	struct secret *large;

	(void)state;
	assert_int_equal(secret_new(&large, 50000), RC_OK);
	memset(secret_data(large), 1, 50000);
	secret_wipe_all();
	assert_true(is_zero(secret_data(small), 10));
	assert_true(is_zero(secret_data(large), 50000));
	secret_free(&small);
	secret_free(&large);
}

/* What the child would see, it could tell: nothing. */
static void
test_child_has_none(void **state)
{
	struct secret *s = new_of("passphrase");
	pid_t child = fork();
	int status = 0;

	(void)state;
	assert_true(child >= 0);
	if (child == 0)
		_exit(is_zero(secret_data(s), 10) ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(span_equal(secret_span(s), span_text("passphrase")));
	secret_free(&s);
}

static void
test_protect_process(void **state)
{
	struct rlimit core;

	(void)state;
	secret_protect_process();
	assert_int_equal(getrlimit(RLIMIT_CORE, &core), 0);
	assert_int_equal(core.rlim_cur, 0);
	assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),          cmocka_unit_test(test_null),
		cmocka_unit_test(test_copy_and_equal), cmocka_unit_test(test_cut_wipes),
		cmocka_unit_test(test_free_wipes),     cmocka_unit_test(test_many),
		cmocka_unit_test(test_threads),        cmocka_unit_test(test_wipe_all),
		cmocka_unit_test(test_child_has_none), cmocka_unit_test(test_protect_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
