/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* RFC 4648 section 10 */
static const struct {
	const char *plain;
	const char *coded;
} vectors[] = {
	{ "", "" },
	{ "f", "Zg==" },
	{ "fo", "Zm8=" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
};

static void
test_base64_vectors(void **state)
{
	struct buf b = BUF_INIT;
	struct secret *s;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		text_put_base64(&b, span_text(vectors[i].plain));
		assert_string_equal(buf_text(&b), vectors[i].coded);
		buf_release(&b);
		assert_int_equal(text_get_base64(&b, span_text(vectors[i].coded), NULL), RC_OK);
		assert_string_equal(buf_text(&b), vectors[i].plain);
		buf_release(&b);
		assert_int_equal(text_get_base64_secret(&s, span_text(vectors[i].coded), NULL),
				 RC_OK);
		assert_true(span_equal(secret_span(s), span_text(vectors[i].plain)));
		secret_free(&s);
	}
}

static void
test_base64_all_bytes(void **state)
{
	unsigned char all[256];
	struct buf coded = BUF_INIT;
	struct buf plain = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all); i++)
		all[i] = (unsigned char)(i * 7);
	text_put_base64(&coded, SPAN_OF(all, sizeof(all)));
	buf_put_text(&plain, "before");
	assert_int_equal(text_get_base64(&plain, buf_span(&coded), NULL), RC_OK);
	assert_int_equal(plain.size, 6 + sizeof(all));
	assert_memory_equal(plain.data, "before", 6);
	assert_memory_equal(plain.data + 6, all, sizeof(all));
	buf_release(&coded);
	buf_release(&plain);
}

static void
test_base64_lenient_and_strict(void **state)
{
	static const struct {
		const char *why;
		const char *coded;
		const char *plain;
		enum rc rc;
		size_t where;
	} rows[] = {
		{ "white space anywhere", " Zm\r\n9\tv\v\f", "foo", RC_OK, 10 },
		{ "white space in the padding", "Zg=\n=\n", "f", RC_OK, 6 },
		{ "no padding", "Zm8", "fo", RC_OK, 3 },
		{ "half the padding", "Zg=", "f", RC_DAMAGED, 3 },
		{ "too much padding", "Zm8==", "fo", RC_DAMAGED, 4 },
		{ "padding after nothing", "=", "", RC_DAMAGED, 0 },
		{ "padding after a whole group", "Zm9v=", "foo", RC_DAMAGED, 4 },
		{ "a digit after padding", "Zg==Zg==", "f", RC_DAMAGED, 4 },
		{ "one digit is no byte", "Zm9vY", "foo", RC_DAMAGED, 5 },
		{ "a byte that is none", "Zm9*v", "fo", RC_DAMAGED, 3 },
		{ "the alphabet for URLs", "Zm9-", "fo", RC_DAMAGED, 3 },
	};
	struct buf b = BUF_INIT;
	struct secret *s;
	size_t where;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		where = 99;
		if (text_get_base64(&b, span_text(rows[i].coded), &where) != rows[i].rc ||
		    where != rows[i].where || strcmp(buf_text(&b), rows[i].plain) != 0)
			fail_msg("%s: at %zu, '%s'", rows[i].why, where, buf_text(&b));
		buf_release(&b);
		where = 99;
		assert_int_equal(text_get_base64_secret(&s, span_text(rows[i].coded), &where),
				 rows[i].rc);
		assert_int_equal(where, rows[i].where);
		assert_int_equal(s == NULL, rows[i].rc != RC_OK);
		secret_free(&s);
	}
	assert_int_equal(text_get_base64(&b, SPAN_OF("Zg\0=", 4), NULL), RC_DAMAGED);
	buf_release(&b);
}

static void
test_base64_limits(void **state)
{
	struct buf b = { .bad = true };
	struct secret *s;
	size_t where = 9;

	(void)state;
	assert_int_equal(text_get_base64(&b, span_text("Zg=="), &where), RC_NO_MEMORY);
	assert_int_equal(where, 0);
	assert_int_equal(text_get_hex(&b, "00"), RC_NO_MEMORY);
	/* Refused by its length alone, so that nothing is read. */
	assert_int_equal(text_get_base64_secret(&s, SPAN_OF("", (size_t)SECRET_MAX * 2), &where),
			 RC_LIMIT);
	assert_null(s);
}

static void
test_utf16(void **state)
{
	static const struct {
		const char *why;
		const char *wide;
		size_t size;
		const char *text;
		bool good;
	} rows[] = {
		{ "nothing", "", 0, "", true },
		{ "letters", "\0a\0\xe9", 4, "a\xc3\xa9", true },
		{ "a pair", "\xd8\x3d\xde\x00", 4, "\xf0\x9f\x98\x80", true },
		{ "a high one at the end", "\xd8\x3d", 2, "\xef\xbf\xbd", false },
		{ "a high one before a letter", "\xd8\x3d\0a", 4,
		  "\xef\xbf\xbd"
		  "a",
		  false },
		{ "a low one alone", "\xde\x00\0a", 4,
		  "\xef\xbf\xbd"
		  "a",
		  false },
		{ "an odd byte", "\0a\0", 3, "a\xef\xbf\xbd", false },
	};
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (text_from_utf16be(&b, SPAN_OF(rows[i].wide, rows[i].size)) != rows[i].good ||
		    strcmp(buf_text(&b), rows[i].text) != 0)
			fail_msg("%s", rows[i].why);
		buf_release(&b);
		if (!rows[i].good)
			continue;
		assert_true(text_to_utf16be(&b, span_text(rows[i].text)));
		assert_true(span_equal(buf_span(&b), SPAN_OF(rows[i].wide, rows[i].size)));
		buf_release(&b);
	}
	assert_false(text_to_utf16be(&b, span_text("a\xe9")));
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base64_vectors),
		cmocka_unit_test(test_base64_all_bytes),
		cmocka_unit_test(test_base64_lenient_and_strict),
		cmocka_unit_test(test_base64_limits),
		cmocka_unit_test(test_utf16),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
