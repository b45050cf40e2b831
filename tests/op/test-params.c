/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of values, and what fits into them. */
#include "world.h"

static void
table_is_sound(void **state)
{
	(void)state;
	for (int p = 0; p < P_COUNT; p++) {
		const struct param_info *info = param_info((enum param)p);
		bool is_flag = info->kind == PARAM_FLAG;

		assert_non_null(info->help);
		assert_true(strlen(info->help) < 80);
		assert_int_equal(info->value == NULL, is_flag);
		assert_int_equal(info->choices != NULL, info->kind == PARAM_CHOICE);
		/* No two have one flag. */
		assert_int_equal(param_by_flag(info->flag), p);
	}
	assert_int_equal(param_by_flag("no-such-flag"), P_END);
	assert_int_equal(param_by_flag(""), P_END);
}

static void
operations_are_sound(void **state)
{
	size_t count = 0;

	(void)state;
	for (const struct op *const *op = op_all(); *op; op++, count++) {
		assert_ptr_equal((*op)->noun ? op_find((*op)->noun, (*op)->verb)
					     : op_find((*op)->verb, NULL),
				 *op);
		assert_non_null((*op)->arguments);
		assert_non_null((*op)->summary);
		assert_non_null((*op)->params);
		/* A file of commands is not run as one. */
		assert_true((*op)->run || *op == &op_script);
		assert_true((*op)->min_words <= (*op)->max_words);
		for (const enum param *p = (*op)->params; *p != P_END; p++)
			for (const enum param *c = params_common(); *c != P_END; c++)
				assert_int_not_equal(*p, *c);
	}
	assert_int_equal(count, 35);
	assert_null(op_find("db", NULL));
	assert_null(op_find("db", "frobnicate"));
	assert_null(op_find("show", "create"));
}

static void
values_by_kind(void **state)
{
	static const struct {
		enum param p;
		const char *value;
		enum rc rc;
		const char *why;
	} cases[] = {
		{ P_JSON, NULL, RC_OK, "a flag" },
		{ P_JSON, "yes", RC_USAGE, "a flag takes no value" },
		{ P_DAYS, "365", RC_OK, "digits" },
		{ P_DAYS, NULL, RC_USAGE, "no value" },
		{ P_DAYS, "", RC_USAGE, "an empty one" },
		{ P_DAYS, "-1", RC_USAGE, "a sign" },
		{ P_DAYS, "1e3", RC_USAGE, "an exponent" },
		{ P_MAX_ITERATIONS, "0", RC_USAGE, "0 would mean the default" },
		{ P_MAX_ITERATIONS, "1", RC_OK, "the least" },
		{ P_MAX_FILE_SIZE, "0", RC_USAGE, "no file at all" },
		{ P_MAX_FILE_SIZE, "1", RC_OK, "the least" },
		{ P_MAX_FILE_SIZE, "1900", RC_OK, "the most" },
		{ P_MAX_FILE_SIZE, "1901", RC_USAGE, "more than the library takes" },
		{ P_DAYS, " 1", RC_USAGE, "a blank" },
		{ P_DAYS, "99999999999999999999", RC_USAGE, "over 64 bits" },
		{ P_AT, "2026-11-21", RC_OK, "a date" },
		{ P_AT, "2026-11-21T04:30:00Z", RC_OK, "a time" },
		{ P_AT, "2026-02-30", RC_USAGE, "no such day" },
		{ P_AT, "tomorrow", RC_USAGE, "words" },
		{ P_PROFILE, "server", RC_OK, "a choice" },
		{ P_PROFILE, "serve", RC_USAGE, "part of one" },
		{ P_PROFILE, "server client", RC_USAGE, "two of them" },
		{ P_PROFILE, "", RC_USAGE, "none of them" },
		{ P_OUT, "-", RC_OK, "a file" },
		{ P_OUT, "", RC_USAGE, "no file" },
		{ P_SUBJECT, "", RC_OK, "a text may be empty" },
		{ P_IN_PASS, "file:pw", RC_OK, "a source" },
		{ P_IN_PASS, "hunter2", RC_USAGE, "a passphrase" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		world_clear(w);
		if (args_set(&w->args, cases[i].p, cases[i].value, &w->err) != cases[i].rc)
			fail_msg("%s", cases[i].why);
		assert_int_equal(w->args.given[cases[i].p], cases[i].rc == RC_OK);
		if (cases[i].rc)
			assert_non_null(strstr(w->err.message, param_info(cases[i].p)->flag));
	}
}

static void
values_are_kept(void **state)
{
	struct world *w = *state;

	assert_int_equal(args_set(&w->args, P_DAYS, "90", &w->err), RC_OK);
	assert_int_equal(w->args.number[P_DAYS], 90);
	assert_int_equal(args_set(&w->args, P_AT, "1970-01-02", &w->err), RC_OK);
	assert_int_equal(w->args.time[P_AT], 86400);
	assert_int_equal(args_set(&w->args, P_OUT, "x.pem", &w->err), RC_OK);
	assert_string_equal(w->args.text[P_OUT], "x.pem");
}

static void
lists_repeat_and_others_do_not(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < 20; i++)
		assert_int_equal(args_set(&w->args, P_SAN, "dns:a.example", &w->err), RC_OK);
	assert_int_equal(w->args.list[P_SAN].count, 20);
	assert_int_equal(args_set(&w->args, P_FILE, "a.pem", &w->err), RC_OK);
	assert_int_equal(args_set(&w->args, P_FILE, "b.pem", &w->err), RC_OK);
	assert_string_equal(w->args.list[P_FILE].items[1], "b.pem");
	assert_int_equal(args_set(&w->args, P_DAYS, "1", &w->err), RC_OK);
	assert_int_equal(args_set(&w->args, P_DAYS, "2", &w->err), RC_USAGE);
	assert_non_null(strstr(w->err.message, "twice"));
	assert_int_equal(w->args.number[P_DAYS], 1);
}

static void
secrets_that_were_asked_for(void **state)
{
	static const char *const texts[] = { "one", "another" };
	struct secret *secret = NULL;
	struct args args = ARGS_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(args_set_secret(&args, P_PASS, NULL, &err), RC_OK);
	assert_false(args.given[P_PASS]);
	/* The last one counts, also where a source was said. */
	assert_int_equal(args_set(&args, P_PASS, "stash", &err), RC_OK);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_int_equal(secret_from(&secret, span_text(texts[i])), RC_OK);
		assert_int_equal(args_set_secret(&args, P_PASS, secret, &err), RC_OK);
		assert_true(args.given[P_PASS]);
		assert_string_equal(args.text[P_PASS], "prompt");
		assert_ptr_not_equal(args.secret[P_PASS], secret);
		assert_true(secret_equal(args.secret[P_PASS], secret));
		secret_free(&secret);
	}
	args_release(&args);
}

static void
standard_input(void **state)
{
	static const struct {
		enum param p;
		const char *value;
		bool reads;
	} cases[] = {
		{ P_FILE, "-", true },     { P_KEY_FILE, "-", true },   { P_BATCH, "-", true },
		{ P_FILE, "./-", false },  { P_KEY_FILE, "--", false }, { P_BATCH, "-x", false },
		{ P_OUT, "-", false },     { P_DB, "-", false },        { P_FROM, "-", false },
		{ P_KEY_OUT, "-", false }, { P_SAN, "-", false },
	};
	struct words words = { .count = 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct args args = ARGS_INIT;
		struct err err = ERR_INIT;

		assert_int_equal(args_set(&args, cases[i].p, cases[i].value, &err), RC_OK);
		assert_int_equal(words_add(&args.words, "-"), RC_OK);
		if (args_read_stdin(&args) != cases[i].reads)
			fail_msg("--%s %s", param_info(cases[i].p)->flag, cases[i].value);
		args_release(&args);
	}
	assert_false(words_have_dash(&words));
	assert_int_equal(words_add(&words, "a-"), RC_OK);
	assert_false(words_have_dash(&words));
	assert_int_equal(words_add(&words, "-"), RC_OK);
	assert_true(words_have_dash(&words));
	free(words.items);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_sound),
		cmocka_unit_test(operations_are_sound),
		cmocka_unit_test(secrets_that_were_asked_for),
		cmocka_unit_test(standard_input),
		WORLD_TEST(values_by_kind),
		WORLD_TEST(values_are_kept),
		WORLD_TEST(lists_repeat_and_others_do_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
