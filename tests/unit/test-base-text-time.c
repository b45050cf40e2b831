/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The seconds are those of date(1), `date -u -d TIME +%s`. */
static const struct {
	const char *text;
	int64_t seconds;
} times[] = {
	{ "1970-01-01T00:00:00Z", 0 },
	{ "1969-12-31T23:59:59Z", -1 },
	{ "2026-11-21T04:30:00Z", 1795235400 },
	{ "2000-02-29T12:00:00Z", 951825600 },
	{ "1900-03-01T00:00:00Z", -2203891200 },
	{ "2038-01-19T03:14:08Z", 2147483648 },
	{ "0000-01-01T00:00:00Z", -62167219200 },
	{ "9999-12-31T23:59:59Z", 253402300799 },
};

static void
test_both_ways(void **state)
{
	char out[TEXT_TIME_MAX];
	int64_t seconds;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(times); i++) {
		assert_string_equal(text_time(out, times[i].seconds), times[i].text);
		assert_int_equal(text_get_time(&seconds, times[i].text), RC_OK);
		assert_true(seconds == times[i].seconds);
	}
	assert_string_equal(text_time(out, INT64_MIN), "0000-01-01T00:00:00Z");
	assert_string_equal(text_time(out, INT64_MAX), "9999-12-31T23:59:59Z");
}

static void
test_forms(void **state)
{
	static const struct {
		const char *text;
		enum rc rc;
		int64_t seconds;
	} rows[] = {
		{ "1970-01-02", RC_OK, 86400 },
		{ "1970-01-01t00:00:01z", RC_OK, 1 },
		{ "1970-01-01 00:00:01Z", RC_OK, 1 },
		{ "1970-01-01T00:00:01.999999Z", RC_OK, 1 },
		{ "1970-01-01T02:00:00+02:00", RC_OK, 0 },
		{ "1969-12-31T18:30:00-05:30", RC_OK, 0 },
		{ "1970-01-01T00:00:00-00:00", RC_OK, 0 },
		{ "2016-12-31T23:59:60Z", RC_OK, 1483228799 }, /* a leap second */
		{ "2024-02-29", RC_OK, 1709164800 },
		{ "2023-02-29", RC_USAGE, 0 },
		{ "1900-02-29", RC_USAGE, 0 },
		{ "2024-04-31", RC_USAGE, 0 },
		{ "2024-00-01", RC_USAGE, 0 },
		{ "2024-13-01", RC_USAGE, 0 },
		{ "2024-01-00", RC_USAGE, 0 },
		{ "2024-1-1", RC_USAGE, 0 },
		{ "24-01-01", RC_USAGE, 0 },
		{ "2024/01/01", RC_USAGE, 0 },
		{ "2024-01-01T", RC_USAGE, 0 },
		{ "2024-01-01x00:00:00Z", RC_USAGE, 0 },
		{ "2024-01-01T00:00:00", RC_USAGE, 0 }, /* whose midnight? */
		{ "2024-01-01T00:00Z", RC_USAGE, 0 },
		{ "2024-01-01T24:00:00Z", RC_USAGE, 0 },
		{ "2024-01-01T00:60:00Z", RC_USAGE, 0 },
		{ "2024-01-01T00:00:61Z", RC_USAGE, 0 },
		{ "2024-01-01T00:00:00.Z", RC_USAGE, 0 },
		{ "2024-01-01T00:00:00Z ", RC_USAGE, 0 },
		{ "2024-01-01T00:00:00+0200", RC_USAGE, 0 },
		{ "2024-01-01T00:00:00+24:00", RC_USAGE, 0 },
		{ "2024-01-01T00:00:00+01:60", RC_USAGE, 0 },
		{ "2024-01-01T00:00:00+01:00x", RC_USAGE, 0 },
		{ "0000-01-01T00:00:00+01:00", RC_USAGE, 0 }, /* before year 0 */
		{ "9999-12-31T23:59:59-01:00", RC_USAGE, 0 },
		{ "", RC_USAGE, 0 },
		{ "tomorrow", RC_USAGE, 0 },
	};
	int64_t seconds;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (text_get_time(&seconds, rows[i].text) != rows[i].rc ||
		    seconds != rows[i].seconds)
			fail_msg("'%s' gives %lld", rows[i].text, (long long)seconds);
}

/* Every day of a whole era of 400 years, the wrap from one to the next among them. */
static void
test_every_day(void **state)
{
	struct text_date date = { .year = 1799, .month = 12, .day = 31, .second = 59 };
	int64_t seconds;
	int64_t day;
	struct text_date back;

	(void)state;
	assert_true(text_date_seconds(&seconds, &date));
	for (day = 0; day < 146097; day++) {
		back = text_date_of(seconds + day * 86400);
		assert_true(text_date_seconds(&(int64_t){ 0 }, &back));
		assert_int_equal(back.second, 59);
		if (back.year != date.year)
			assert_true(back.year == date.year + 1 && back.month == 1 && back.day == 1);
		else if (back.month != date.month)
			assert_true(back.month == date.month + 1 && back.day == 1);
		else
			assert_true(back.day == date.day + (day > 0));
		date = back;
	}
}

static void
test_dates_that_do_not_exist(void **state)
{
	static const struct text_date rows[] = {
		{ -1, 1, 1, 0, 0, 0 },    { 10000, 1, 1, 0, 0, 0 }, { 2000, 0, 1, 0, 0, 0 },
		{ 2000, 13, 1, 0, 0, 0 }, { 2000, 1, 0, 0, 0, 0 },  { 2000, 1, 32, 0, 0, 0 },
		{ 2001, 2, 29, 0, 0, 0 }, { 2000, 1, 1, -1, 0, 0 }, { 2000, 1, 1, 24, 0, 0 },
		{ 2000, 1, 1, 0, -1, 0 }, { 2000, 1, 1, 0, 60, 0 }, { 2000, 1, 1, 0, 0, -1 },
		{ 2000, 1, 1, 0, 0, 61 },
	};
	int64_t seconds;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		assert_false(text_date_seconds(&seconds, &rows[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_every_day),
		cmocka_unit_test(test_dates_that_do_not_exist),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
