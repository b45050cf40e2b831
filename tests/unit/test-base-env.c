/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/env.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void
test_clock(void **state)
{
	int64_t now = (int64_t)time(NULL);

	(void)state;
	(void)unsetenv("KYMAN_TEST_TIME");
	assert_true(env_now() >= now && env_now() <= now + 60);
	env_set_now(0);
	assert_int_equal(env_now(), 0);
	env_set_now(1700000000);
	assert_int_equal(env_now(), 1700000000);
	env_set_now(-1);
	assert_true(env_now() >= now);
}

static void
test_clock_from_the_environment(void **state)
{
	(void)state;
#ifdef KYMAN_TEST_HOOKS
	(void)setenv("KYMAN_TEST_TIME", "1800000000", 1);
	assert_int_equal(env_now(), 1800000000);
	env_set_now(5); /* a unit test's own clock comes first */
	assert_int_equal(env_now(), 5);
	env_set_now(-1);
	(void)setenv("KYMAN_TEST_TIME", "soon", 1);
	assert_true(env_now() != 1800000000);
#else
	(void)setenv("KYMAN_TEST_TIME", "5", 1);
	assert_true(env_now() != 5); /* not to be had in a program for use */
#endif
	(void)unsetenv("KYMAN_TEST_TIME");
}

static void
test_random(void **state)
{
	unsigned char a[600] = { 0 };
	unsigned char b[600] = { 0 };

	(void)state;
	assert_int_equal(env_random(a, sizeof(a)), RC_OK);
	assert_int_equal(env_random(b, sizeof(b)), RC_OK);
	assert_memory_not_equal(a, b, sizeof(a));
	assert_memory_not_equal(a + 500, (unsigned char[100]){ 0 }, 100);
	assert_int_equal(env_random(NULL, 0), RC_OK);
}

/* The bytes where the value was are what /proc/PID/environ shows. */
static void
test_wipe(void **state)
{
	static char variable[] = "KYMAN_TEST_WIPE=geheim";

	(void)state;
	assert_int_equal(putenv(variable), 0);
	assert_string_equal(env_get("KYMAN_TEST_WIPE"), "geheim");
	env_wipe("KYMAN_TEST_WIPE");
	assert_memory_equal(variable, "KYMAN_TEST_WIPE=\0\0\0\0\0\0", 23);
	assert_null(env_get("KYMAN_TEST_WIPE"));
	env_wipe("KYMAN_TEST_WIPE");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_clock_from_the_environment),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_wipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
