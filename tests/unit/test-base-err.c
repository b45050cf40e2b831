/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_set_gives_code_and_words(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	(void)err_hint(&err, "old hint");
	assert_int_equal(err_set(&err, RC_LIMIT, "record %d of %s", 12, "a.kdb"), RC_LIMIT);
	assert_int_equal(err.rc, RC_LIMIT);
	assert_string_equal(err.message, "record 12 of a.kdb");
	assert_string_equal(err.hint, ""); /* a hint belongs to its own message */
}

static void
test_hint_keeps_the_code(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	(void)err_set(&err, RC_LOCKED, "locked");
	assert_int_equal(err_hint(&err, "wait %d s", 3), RC_LOCKED);
	assert_string_equal(err.hint, "wait 3 s");
	assert_string_equal(err.message, "locked");
}

static void
test_prefix_goes_before(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	(void)err_set(&err, RC_DAMAGED, "header ends");
	assert_int_equal(err_prefix(&err, "'%s'", "a"), RC_DAMAGED);
	assert_string_equal(err.message, "'a': header ends");
}

static void
test_message_may_be_its_own_argument(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	(void)err_set(&err, RC_DAMAGED, "inner");
	(void)err_set(&err, RC_INVALID, "outer: %s", err.message);
	assert_string_equal(err.message, "outer: inner");
}

/* A character of each length, moved over the cut byte by byte: what is left must end whole. */
static void
test_cut_is_between_characters(void **state)
{
	static const char *const characters[] = { "x", "\xc3\xa9", "\xe2\x82\xac",
						  "\xf0\x9f\x98\x80" };
	char text[ERR_TEXT_MAX + 16];
	struct err err = ERR_INIT;
	size_t whole;
	size_t i;
	size_t lead;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(characters); i++) {
		for (lead = 0; lead < 5; lead++) {
			size_t length = strlen(characters[i]);
			size_t at = ERR_TEXT_MAX - 5 + lead;

			memset(text, 'a', at);
			memcpy(text + at, characters[i], length + 1);
			(void)err_set(&err, RC_FAILED, "%s", text);
			whole = at + length < ERR_TEXT_MAX ? at + length : at;
			assert_int_equal(strlen(err.message), whole);
			(void)err_set(&err, RC_FAILED, "%s", text + 3);
			(void)err_prefix(&err, "%s", "p");
			assert_int_equal(strlen(err.message), whole);
		}
	}
}

static void
test_prefix_that_fills_all(void **state)
{
	char text[ERR_TEXT_MAX + 16];
	struct err err = ERR_INIT;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	(void)err_set(&err, RC_FAILED, "gone");
	assert_int_equal(err_prefix(&err, "%s", text), RC_FAILED);
	assert_int_equal(strlen(err.message), ERR_TEXT_MAX - 1);
}

static void
test_default_keeps_better_words(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(err_default(&err, RC_NO_LABEL), RC_NO_LABEL);
	assert_string_equal(err.message, "no such label");
	(void)err_set(&err, RC_NO_LABEL, "no 'x'");
	(void)err_default(&err, RC_NO_LABEL);
	assert_string_equal(err.message, "no 'x'");
	(void)err_default(&err, RC_LIMIT); /* words of another code do not fit */
	assert_string_equal(err.message, "over a limit");
	err_clear(&err);
	assert_int_equal(err.rc, RC_OK);
	assert_string_equal(err.message, "");
}

static void
test_null_is_allowed(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, RC_LIMIT, "x"), RC_LIMIT);
	assert_int_equal(err_hint(NULL, "x"), RC_FAILED);
	assert_int_equal(err_prefix(NULL, "x"), RC_FAILED);
	assert_int_equal(err_default(NULL, RC_IO), RC_IO);
	err_clear(NULL);
}

static void
test_every_code_has_a_row(void **state)
{
	int i;
	int j;

	(void)state;
	for (i = 0; i < RC_COUNT; i++) {
		assert_in_range(rc_status((enum rc)i), i ? 1 : 0, 10);
		assert_true(strlen(rc_text((enum rc)i)) > 0);
		/* A certificate and a passphrase expire under one code; so do two policies. */
		for (j = 0; j < i && i != RC_PASSWORD_EXPIRED && i != RC_NOT_APPROVED; j++)
			assert_string_not_equal(rc_code((enum rc)i), rc_code((enum rc)j));
	}
	assert_string_equal(rc_code(RC_PASSWORD_EXPIRED), rc_code(RC_EXPIRED));
	assert_string_equal(rc_code(RC_NOT_APPROVED), rc_code(RC_POLICY));
	assert_string_equal(rc_code(RC_COUNT), "internal");
}

/* A program that looks at gskkyman's status finds the numbers of System SSL's book. */
static void
test_system_ssl_numbers(void **state)
{
	static const struct {
		enum rc rc;
		unsigned cms;
		const char *text;
	} cases[] = {
		{ RC_OK, 0, "Success" },
		{ RC_WRONG_SECRET, 0x03353016, "The password is not correct" },
		{ RC_NO_FILE, 0x03353009, "File or key ring not found" },
		{ RC_DUPLICATE, 0x0335301c, "Record label is not unique" },
		{ RC_UNKNOWN_FORMAT, 0x03353020, "Unrecognized file or message encoding" },
		{ RC_IO, 0x03353007, "Input/output request failed" },
		{ RC_WEAK, 0x03353034, "Key size not supported" },
		{ RC_LIMIT, 0x03353014, "Record is too big" },
		{ RC_NO_KEY, 0x0335301a, "No private key" },
		{ RC_EXPIRED, 0x03353022, "Certificate has expired" },
		{ RC_PASSWORD_EXPIRED, 0x03353015, "Password has expired" },
		{ RC_COUNT, 0x03353007, "Input/output request failed" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(rc_cms(cases[i].rc), cases[i].cms);
		assert_string_equal(rc_cms_text(cases[i].rc), cases[i].text);
	}
	for (int rc = 0; rc < RC_COUNT; rc++) {
		const char *text = rc_cms_text((enum rc)rc);

		assert_non_null(text);
		assert_true(text[0] >= 'A' && text[0] <= 'Z');
		assert_true(text[strlen(text) - 1] != '.');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_gives_code_and_words),
		cmocka_unit_test(test_hint_keeps_the_code),
		cmocka_unit_test(test_prefix_goes_before),
		cmocka_unit_test(test_message_may_be_its_own_argument),
		cmocka_unit_test(test_cut_is_between_characters),
		cmocka_unit_test(test_prefix_that_fills_all),
		cmocka_unit_test(test_default_keeps_better_words),
		cmocka_unit_test(test_null_is_allowed),
		cmocka_unit_test(test_every_code_has_a_row),
		cmocka_unit_test(test_system_ssl_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
