/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/nearest.h"
#include "ui/scan.h"
#include "ui/words.h"

#include <string.h>

enum { ID_DB = 1, ID_FORCE, ID_FILES, ID_TRUST, ARGS_MAX = 12, ITEMS_MAX = 12 };

static const struct scan_option options[] = {
	{ "--db", SCAN_ONE, ID_DB },
	{ "-d", SCAN_ONE, ID_DB },
	{ "--force", SCAN_NONE, ID_FORCE },
	{ "-f", SCAN_NONE, ID_FORCE },
	{ "--file", SCAN_MANY, ID_FILES },
	{ "-trust", SCAN_OPTIONAL, ID_TRUST },
	{ "--trust", SCAN_OPTIONAL, ID_TRUST },
};

struct expected {
	int id;
	const char *value;
	int position;
};

static const struct {
	const char *why;
	const char *argv[ARGS_MAX];
	struct expected items[ITEMS_MAX]; /* up to position 0 */
} good[] = {
	{ "nothing at all", { "kyman" }, { { 0 } } },
	{ "words keep their order and positions, wherever options stand",
	  { "kyman", "-f", "cert", "--db", "x", "list", "-" },
	  { { ID_FORCE, NULL, 1 },
	    { SCAN_WORD, "cert", 2 },
	    { ID_DB, "x", 3 },
	    { SCAN_WORD, "list", 5 },
	    { SCAN_WORD, "-", 6 } } },
	{ "a value behind =, empty and with another = in it",
	  { "kyman", "--db=", "--db=a=b" },
	  { { ID_DB, "", 1 }, { ID_DB, "a=b", 2 } } },
	{ "values that begin with -",
	  { "kyman", "-d", "-1", "-d", "-", "--db=--force" },
	  { { ID_DB, "-1", 1 }, { ID_DB, "-", 3 }, { ID_DB, "--force", 5 } } },
	{ "behind -- all are words",
	  { "kyman", "--file", "a", "--", "-f", "--", "b" },
	  { { ID_FILES, "a", 1 },
	    { SCAN_WORD, "-f", 4 },
	    { SCAN_WORD, "--", 5 },
	    { SCAN_WORD, "b", 6 } } },
	{ "many: up to the next option",
	  { "kyman", "--file", "a", "b", "-f", "c" },
	  { { ID_FILES, "a", 1 },
	    { ID_FILES, "b", 3 },
	    { ID_FORCE, NULL, 4 },
	    { SCAN_WORD, "c", 5 } } },
	{ "many with =: just the one",
	  { "kyman", "--file=a", "b" },
	  { { ID_FILES, "a", 1 }, { SCAN_WORD, "b", 2 } } },
	{ "optional: there, not there, with =",
	  { "kyman", "-trust", "yes", "-trust", "-f", "--trust=no", "--trust" },
	  { { ID_TRUST, "yes", 1 },
	    { ID_TRUST, NULL, 3 },
	    { ID_FORCE, NULL, 4 },
	    { ID_TRUST, "no", 5 },
	    { ID_TRUST, NULL, 6 } } },
};

static int
count_of(const char *const *argv)
{
	int argc = 0;

	while (argc < ARGS_MAX && argv[argc])
		argc++;
	return argc;
}

static void
start(struct scan *s, const char *const *argv)
{
	scan_start(s, options, sizeof(options) / sizeof(options[0]), count_of(argv),
		   (char *const *)(uintptr_t)argv);
}

static void
takes_options_and_words_apart(void **state)
{
	struct scan_item item;
	struct err err = ERR_INIT;
	struct scan scan;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct expected *e = good[i].items;

		start(&scan, good[i].argv);
		for (; e->position; e++) {
			if (scan_next(&scan, &item, &err))
				fail_msg("%s: %s", good[i].why, err.message);
			assert_int_equal(item.id, e->id);
			assert_int_equal(item.position, e->position);
			if (e->value)
				assert_string_equal(item.value, e->value);
			else
				assert_null(item.value);
		}
		assert_int_equal(scan_next(&scan, &item, &err), RC_NOT_FOUND);
	}
}

static const struct {
	const char *why;
	const char *argv[ARGS_MAX];
	const char *message;
	const char *hint;
} bad[] = {
	{ "unknown, with a near one", { "kyman", "--forse" }, "no option --forse", "--force" },
	{ "unknown, value not repeated", { "kyman", "--pass=hidden" }, "no option --pass", "" },
	{ "no abbreviation", { "kyman", "--forc" }, "no option --forc", "--force" },
	{ "short ones do not cluster", { "kyman", "-ff" }, "no option -ff", "" },
	{ "short ones take no =", { "kyman", "-d=x" }, "no option -d", "" },
	{ "no value at the end", { "kyman", "--db" }, "--db needs a value", "" },
	{ "no value before an option",
	  { "kyman", "--db", "--force" },
	  "--db needs",
	  "--db=--force" },
	{ "no value before a short one", { "kyman", "--db", "-f" }, "--db needs", "--db=-f" },
	{ "no value before --", { "kyman", "--db", "--", "x" }, "--db needs a value", "" },
	{ "a misspelt option is no value", { "kyman", "--db", "--forse" }, "--db needs", "" },
	{ "many wants one", { "kyman", "--file", "-f" }, "--file needs a value", "" },
	{ "a flag with a value", { "kyman", "--force=yes" }, "--force takes no value", "" },
	{ "what cannot be shown is escaped", { "kyman", "--\033[31m" }, "\\x1b", "" },
};

static void
refuses_with_words(void **state)
{
	struct scan_item item;
	struct scan scan;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = ERR_INIT;

		start(&scan, bad[i].argv);
		if (scan_next(&scan, &item, &err) != RC_USAGE || err.rc != RC_USAGE)
			fail_msg("%s: not refused", bad[i].why);
		if (!strstr(err.message, bad[i].message) || !strstr(err.hint, bad[i].hint))
			fail_msg("%s: %s / %s", bad[i].why, err.message, err.hint);
		assert_null(strstr(err.message, "hidden"));
	}
}

static void
has_looks_before_the_end_of_options(void **state)
{
	const char *const words[] = { "kyman", "a", "--json", "--", "--help", NULL };
	char *const *argv = (char *const *)(uintptr_t)words;

	(void)state;
	assert_true(scan_has(5, argv, "--json"));
	assert_false(scan_has(5, argv, "--help"));
	assert_false(scan_has(0, argv, "--json"));
}

static void
nearest_is_near(void **state)
{
	static const struct {
		const char *word;
		const char *best;
	} cases[] = {
		{ "lst", "list" },     { "lsit", "list" },     { "create", "create" },
		{ "creat", "create" }, { "rename", "rename" }, { "ren", "rename" },
		{ "xyz", NULL },       { "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nearest n = NEAREST_OF(cases[i].word);

		nearest_try(&n, "create");
		nearest_try(&n, "list");
		nearest_try(&n, "rename");
		if (!cases[i].best)
			assert_null(n.best);
		else
			assert_string_equal(n.best, cases[i].best);
	}
}

/* The real table: every parameter has its spelling, and each spelling is there once. */
static void
each_parameter_has_one_spelling(void **state)
{
	const struct scan_option *all;
	size_t count;

	(void)state;
	all = words_options(&count);
	assert_true(count >= P_COUNT);
	for (int p = 0; p < P_COUNT; p++) {
		assert_int_equal(all[p].id, p);
		assert_string_equal(all[p].name + 2, param_info((enum param)p)->flag);
		assert_int_equal(all[p].arity == SCAN_NONE,
				 param_info((enum param)p)->kind == PARAM_FLAG);
	}
	for (size_t i = 0; i < count; i++) {
		for (size_t k = i + 1; k < count; k++)
			assert_string_not_equal(all[i].name, all[k].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_options_and_words_apart),
		cmocka_unit_test(refuses_with_words),
		cmocka_unit_test(has_looks_before_the_end_of_options),
		cmocka_unit_test(nearest_is_near),
		cmocka_unit_test(each_parameter_has_one_spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
