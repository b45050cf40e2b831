/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_utf8(void **state)
{
	static const struct {
		const char *why;
		const char *text;
		int32_t point;
		size_t left;
	} rows[] = {
		{ "ASCII", "ab", 'a', 1 },
		{ "two bytes, the least", "\xc2\x80", 0x80, 0 },
		{ "two bytes, the most", "\xdf\xbf", 0x7ff, 0 },
		{ "three bytes, the least", "\xe0\xa0\x80", 0x800, 0 },
		{ "just before the surrogates", "\xed\x9f\xbf", 0xd7ff, 0 },
		{ "just behind the surrogates", "\xee\x80\x80", 0xe000, 0 },
		{ "four bytes, the least", "\xf0\x90\x80\x80", 0x10000, 0 },
		{ "the last point", "\xf4\x8f\xbf\xbf", 0x10ffff, 0 },
		{ "over the last point", "\xf4\x90\x80\x80", -1, 3 },
		{ "overlong slash", "\xc0\xaf", -1, 1 },
		{ "overlong in three", "\xe0\x9f\xbf", -1, 2 },
		{ "overlong in four", "\xf0\x8f\xbf\xbf", -1, 3 },
		{ "surrogate", "\xed\xa0\x80", -1, 2 },
		{ "continuation alone", "\x80z", -1, 1 },
		{ "cut off by the end", "\xe2\x82", -1, 1 },
		{ "cut off by a letter", "\xe2\x82z", -1, 2 },
		{ "five bytes, as once was", "\xf8\x88\x80\x80\x80", -1, 4 },
		{ "no lead byte at all", "\xff", -1, 0 },
		{ "the end", "", -2, 0 },
	};
	struct buf b = BUF_INIT;
	struct span s;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		s = span_text(rows[i].text);
		if (text_next(&s) != rows[i].point || s.size != rows[i].left)
			fail_msg("%s", rows[i].why);
		if (rows[i].point < 0)
			continue;
		text_put(&b, (uint32_t)rows[i].point);
		assert_memory_equal(rows[i].text, b.data, b.size);
		buf_cut(&b, 0);
	}
	text_put(&b, 0xd800);
	text_put(&b, 0x110000);
	assert_string_equal(buf_text(&b), "\xef\xbf\xbd\xef\xbf\xbd");
	buf_release(&b);
	assert_true(text_is_utf8(span_text("a\xc3\xa9")));
	assert_true(text_is_utf8(SPAN_NONE));
	assert_false(text_is_utf8(span_text("a\xe9")));
}

static void
test_control(void **state)
{
	static const uint32_t controls[] = {
		0,
		0x9,
		0xa,
		0x1b,
		0x1f,
		0x7f,
		0x80,
		0x9f,
		0x61c,
		0x200b,
		0x200e,
		0x200f,
		0x2028,
		0x2029,
		0x202a,
		0x202e,
		0x2060,
		0x2066,
		0x2069,
		0xfeff,
		0xd800,
		0xdfff,
		0xfdd0,
		0xfdef,
		0xfffe,
		0xffff,
		0x1fffe,
		0x10ffff,
		0x110000,
		/* invisible */
		0x180e,
		0x2061,
		0x2064,
		0xe0001,
		0xe0020,
		0xe007f,
	};
	static const uint32_t plain[] = { ' ',    '~',     0xa0,    0xad,    0x61b,
					  0x200a, 0x2010,  0x2027,  0x202f,  0x2065,
					  0x206a, 0xe000,  0xfffd,  0x10000, 0x180d,
					  0x180f, 0xe0000, 0xe0002, 0xe001f, 0xe0080 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(controls); i++)
		if (!text_is_control(controls[i]))
			fail_msg("U+%04X must not reach a terminal", controls[i]);
	for (i = 0; i < ARRAY_SIZE(plain); i++)
		if (text_is_control(plain[i]))
			fail_msg("U+%04X may reach a terminal", plain[i]);
}

static const struct {
	const char *text;
	const char *safe;
	size_t width;
} escapes[] = {
	{ "", "", 0 },
	{ "plain text", "plain text", 10 },
	{ "back\\slash", "back\\\\slash", 11 },
	{ "a\nb\t\x1b[31m", "a\\x0ab\\x09\\x1b[31m", 18 },
	{ "\x7f\xc2\x9b", "\\x7f\\x9b", 8 },
	{ "caf\xc3\xa9", "caf\xc3\xa9", 4 },
	{ "\xe9t\xe9", "\\xe9t\\xe9", 9 },
	{ "\xe2\x80\xae"
	  "evil",
	  "\\u{202e}evil", 12 },
	{ "\xf0\x9f\xbf\xbe", "\\u{1fffe}", 9 },
	{ "\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe6\x9c\xac", 4 },
	{ "e\xcc\x81", "e\xcc\x81", 1 },
};

static void
test_escape(void **state)
{
	struct buf b = BUF_INIT;
	char out[100];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(escapes); i++) {
		struct span s = span_text(escapes[i].text);

		text_escape(&b, s);
		assert_string_equal(buf_text(&b), escapes[i].safe);
		assert_string_equal(text_escape_into(out, sizeof(out), s), escapes[i].safe);
		assert_string_equal(ESC(escapes[i].text), escapes[i].safe);
		assert_string_equal(ESC_SPAN(s), escapes[i].safe);
		assert_int_equal(text_width(s), escapes[i].width);
		assert_int_equal(text_is_safe(s),
				 !strpbrk(escapes[i].safe, "\\") || strchr(escapes[i].text, '\\'));
		buf_release(&b);
	}
	text_escape(&b, SPAN_OF("a\0b", 3));
	assert_string_equal(buf_text(&b), "a\\x00b");
	assert_false(text_is_safe(SPAN_OF("a\0b", 3)));
	buf_release(&b);
}

static void
test_lines(void **state)
{
	static const char *const lines[] = { "a", "", "b\r", "c" };
	struct span s = span_text("a\n\nb\r\nc");
	struct span line;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		assert_true(text_next_line(&s, &line));
		assert_true(span_equal(line, span_text(lines[i])));
	}
	assert_false(text_next_line(&s, &line));
	/* No line is behind the last LF. */
	s = span_text("\n");
	assert_true(text_next_line(&s, &line));
	assert_int_equal(line.size, 0);
	assert_false(text_next_line(&s, &line));
	s = SPAN_NONE;
	assert_false(text_next_line(&s, &line));
}

static void
test_json(void **state)
{
	const struct {
		const char *why;
		struct span text;
		const char *json;
	} strings[] = {
		{ "nothing", SPAN_NONE, "\"\"" },
		{ "plain", SPAN_OF("plain text/", 11), "\"plain text/\"" },
		{ "escapes with a name", SPAN_OF("\b\t\n\f\r\"\\", 7),
		  "\"\\b\\t\\n\\f\\r\\\"\\\\\"" },
		{ "those without", SPAN_OF("\0\x1b\x7f", 3), "\"\\u0000\\u001b\\u007f\"" },
		{ "not ASCII", SPAN_OF("\xc3\xa4pfel\xe2\x80\xae", 9), "\"\\u00e4pfel\\u202e\"" },
		{ "a pair of surrogates", SPAN_OF("\xf0\x9f\x94\x91", 4), "\"\\ud83d\\udd11\"" },
		{ "not UTF-8", SPAN_OF("a\xff\xc3", 3), "\"a\\ufffd\\ufffd\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
		struct buf b = BUF_INIT;

		text_put_json(&b, strings[i].text);
		if (strcmp(buf_text(&b), strings[i].json) != 0)
			fail_msg("%s: %s", strings[i].why, buf_text(&b));
		buf_release(&b);
	}
}

/* Every size from the least to more than enough: never over, never in the middle of a character. */
static void
test_escape_is_cut_whole(void **state)
{
	static const char text[] = "a\xe2\x82\xac\x1b\xe2\x80\xaexyz";
	static const char safe[] = "a\xe2\x82\xac\\x1b\\u{202e}xyz";
	char out[64];
	size_t size;
	size_t kept;

	(void)state;
	for (size = 8; size < sizeof(out); size++) {
		memset(out, '#', sizeof(out));
		(void)text_escape_into(out, size, span_text(text));
		assert_true(strlen(out) < size);
		assert_int_equal(out[size], '#');
		if (size >= sizeof(safe)) {
			assert_string_equal(out, safe);
			continue;
		}
		kept = strlen(out) - 3;
		assert_string_equal(out + kept, "...");
		assert_memory_equal(out, safe, kept);
		assert_true(kept == 4 || kept == 8 || kept == 16 || kept == 17 || kept == 18);
	}
}

static void
test_columns(void **state)
{
	(void)state;
	assert_int_equal(text_columns('a'), 1);
	assert_int_equal(text_columns(0xad), 1);
	assert_int_equal(text_columns(0x301), 0);
	assert_int_equal(text_columns(0x1160), 0);
	assert_int_equal(text_columns(0x1100), 2);
	assert_int_equal(text_columns(0xff21), 2);
	assert_int_equal(text_columns(0x1f600), 2);
	assert_int_equal(text_columns(0x3fffd), 2);
	assert_int_equal(text_columns(0xe01ef), 0);
	assert_int_equal(text_columns(0x10fffd), 1);
}

static void
test_fold(void **state)
{
	static const uint32_t rows[][2] = {
		{ 'A', 'a' },         { 'Z', 'z' },
		{ 'a', 'a' },         { '@', '@' },
		{ '[', '[' },         { 0xb5, 0x3bc },
		{ 0xd7, 0xd7 },       { 0xdf, 0xdf }, /* full folding only */
		{ 0x100, 0x101 },     { 0x101, 0x101 },
		{ 0x130, 0x130 }, /* as it is, Turkish or not */
		{ 0x17f, 's' },       { 0x1e9e, 0xdf },
		{ 0x1f88, 0x1f80 },   { 0x3c2, 0x3c3 },
		{ 0x212a, 'k' },      { 0x13a0, 0x13a0 },
		{ 0xab70, 0x13a0 },   { 0x10400, 0x10428 },
		{ 0x1e921, 0x1e943 }, { 0x10ffff, 0x10ffff },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (text_fold(rows[i][0]) != rows[i][1])
			fail_msg("U+%04X folds to U+%04X", rows[i][0], text_fold(rows[i][0]));
}

/* Folding what is folded changes nothing: else equality would depend on how often one folds. */
static void
test_fold_is_stable(void **state)
{
	uint32_t point;

	(void)state;
	for (point = 0; point <= 0x10ffff; point++)
		if (text_fold(text_fold(point)) != text_fold(point))
			fail_msg("U+%04X", point);
}

static void
test_fold_text(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	text_fold_all(&b, span_text("\xc3\x89T\xc3\x89 \xff!"));
	assert_string_equal(buf_text(&b), "\xc3\xa9t\xc3\xa9 \xff!");
	buf_release(&b);
	assert_true(text_equal_folded(span_text("STRASSE"), span_text("strasse")));
	assert_true(
	    text_equal_folded(span_text("\xe2\x84\xaa"), span_text("k"))); /* lengths differ */
	assert_false(text_equal_folded(span_text("ab"), span_text("a")));
	assert_false(text_equal_folded(span_text("ab"), span_text("ac")));
	assert_false(text_equal_folded(span_text("\xe9"), span_text("\xe8")));
	assert_true(text_equal_folded(span_text("\xe9X"), span_text("\xe9x")));
	assert_true(text_equal_ascii("Host.EXAMPLE", "hOST.example"));
	assert_false(text_equal_ascii("a", "ab"));
	assert_false(text_equal_ascii("\xc3\x89", "\xc3\xa9"));
}

static void
test_hex(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	text_put_hex(&b, SPAN_OF("\x00\x9f\xAb", 3));
	assert_string_equal(buf_text(&b), "009fab");
	buf_release(&b);
	assert_int_equal(text_get_hex(&b, "009fAB"), RC_OK);
	assert_memory_equal(b.data, "\x00\x9f\xab", 3);
	assert_int_equal(b.size, 3);
	buf_release(&b);
	assert_int_equal(text_get_hex(&b, ""), RC_OK);
	assert_int_equal(text_get_hex(&b, "abc"), RC_DAMAGED);
	assert_int_equal(text_get_hex(&b, "ag"), RC_DAMAGED);
	assert_int_equal(text_get_hex(&b, "00:11"), RC_DAMAGED);
	assert_int_equal(text_get_hex(&b, ":0"), RC_DAMAGED);
	buf_release(&b);
}

static void
test_number(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		enum rc rc;
		uint64_t value;
	} rows[] = {
		{ "0", 0, RC_OK, 0 },
		{ "007", 7, RC_OK, 7 },
		{ "18446744073709551615", UINT64_MAX, RC_OK, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, RC_LIMIT, 0 },
		{ "99999999999999999999999", UINT64_MAX, RC_LIMIT, 0 },
		{ "99999999999999999999999x", UINT64_MAX, RC_USAGE, 0 },
		{ "8", 7, RC_LIMIT, 0 },
		{ "", 7, RC_USAGE, 0 },
		{ "+1", 7, RC_USAGE, 0 },
		{ "-1", 7, RC_USAGE, 0 },
		{ " 1", 7, RC_USAGE, 0 },
		{ "1 ", 7, RC_USAGE, 0 },
		{ "0x1", 7, RC_USAGE, 0 },
	};
	uint64_t value;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (text_number(&value, rows[i].text, rows[i].max) != rows[i].rc)
			fail_msg("'%s'", rows[i].text);
		assert_true(value == rows[i].value);
	}
}

static void
test_next_item(void **state)
{
	static const char *const items[] = { "a", "", "b c", "" };
	const char *list = " a ,, b c,";
	const char *none = NULL;
	struct span item;

	(void)state;
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		assert_true(text_next_item(&list, &item));
		assert_true(span_equal(item, span_text(items[i])));
	}
	assert_false(text_next_item(&list, &item));
	assert_false(text_next_item(&none, &item));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_control),
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_escape_is_cut_whole),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_fold_is_stable),
		cmocka_unit_test(test_fold_text),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_next_item),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
