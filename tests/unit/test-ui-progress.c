/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
what_the_line_says(void **state)
{
	static const struct {
		const char *why;
		size_t count[2];
		int64_t elapsed;
		const char *text;
	} cases[] = {
		{ "seconds", { 120, 500 }, 2000, "120 of 500, 60 a second, 7 s left" },
		{ "minutes", { 100, 10000 }, 1000, "100 of 10000, 100 a second, 1 min 40 s left" },
		{ "hours", { 10, 1000000 }, 1000, "10 of 1000000, 10 a second, 27 h 46 min left" },
		{ "slower than one a second", { 1, 3 }, 5000, "1 of 3, 12 a minute, 11 s left" },
		{ "the last", { 3, 3 }, 1500, "3 of 3, 2 a second, 1 s left" },
	};
	char text[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(
		    progress_text(text, sizeof(text), cases[i].count, cases[i].elapsed),
		    cases[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_line_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
