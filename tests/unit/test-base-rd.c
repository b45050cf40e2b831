/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/rd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const unsigned char bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0xff };

static void
test_fields_are_big_endian(void **state)
{
	struct rd rd = rd_of(SPAN_OF(bytes, sizeof(bytes)));

	(void)state;
	assert_int_equal(rd_u8(&rd), 1);
	assert_int_equal(rd_be16(&rd), 0x0203);
	assert_int_equal(rd_be32(&rd), 0x04050607);
	assert_true(rd_be64(&rd) == UINT64_C(0x08090a0b0c0d0e0f));
	assert_int_equal(rd_where(&rd), 15);
	assert_int_equal(rd_left(&rd), 1);
	assert_int_equal(rd_u8(&rd), 0xff);
	assert_int_equal(rd_left(&rd), 0);
	assert_false(rd_bad(&rd));
}

/* A field that is half there is not there; what would still fit is not read after it. */
static void
test_past_the_end_stays_bad(void **state)
{
	struct rd rd = rd_of(SPAN_OF(bytes, 3));

	(void)state;
	assert_int_equal(rd_be32(&rd), 0);
	assert_true(rd_bad(&rd));
	assert_int_equal(rd_u8(&rd), 0);
	assert_int_equal(rd_left(&rd), 0);
	assert_int_equal(rd_where(&rd), 0);
}

static void
test_take_borrows(void **state)
{
	struct rd rd = rd_of(SPAN_OF(bytes, 4));
	struct span s;

	(void)state;
	s = rd_take(&rd, 4);
	assert_ptr_equal(s.data, bytes);
	assert_int_equal(s.size, 4);
	s = rd_take(&rd, 0);
	assert_int_equal(s.size, 0);
	assert_false(rd_bad(&rd));
	s = rd_take(&rd, SIZE_MAX);
	assert_int_equal(s.size, 0);
	assert_true(rd_bad(&rd));
}

static void
test_nothing_to_read(void **state)
{
	struct rd rd = rd_of(SPAN_NONE);

	(void)state;
	assert_int_equal(rd_left(&rd), 0);
	assert_false(rd_bad(&rd));
	assert_int_equal(rd_be16(&rd), 0);
	assert_true(rd_bad(&rd));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields_are_big_endian),
		cmocka_unit_test(test_past_the_end_stays_bad),
		cmocka_unit_test(test_take_borrows),
		cmocka_unit_test(test_nothing_to_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
