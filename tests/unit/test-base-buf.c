/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
test_spans_compare(void **state)
{
	static const struct {
		const char *a;
		const char *b;
		int order;
	} rows[] = {
		{ "", "", 0 },    { "", "a", -1 },  { "a", "", 1 },     { "a", "a", 0 },
		{ "a", "b", -1 }, { "ab", "a", 1 }, { "\xff", "a", 1 }, /* bytes, not chars */
	};
	size_t i;
	int order;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		order = span_compare(span_text(rows[i].a), span_text(rows[i].b));
		assert_int_equal((order > 0) - (order < 0), rows[i].order);
		assert_int_equal(span_equal(span_text(rows[i].a), span_text(rows[i].b)),
				 rows[i].order == 0);
	}
	assert_true(span_equal(SPAN_NONE, span_text("")));
	assert_int_equal(span_compare(SPAN_NONE, SPAN_NONE), 0);
}

static void
test_span_parts(void **state)
{
	struct span s = span_text("abcdef");

	(void)state;
	assert_true(span_equal(span_part(s, 2, 2), span_text("cd")));
	assert_true(span_equal(span_part(s, 4, SIZE_MAX), span_text("ef")));
	assert_int_equal(span_part(s, 6, 1).size, 0);
	assert_int_equal(span_part(s, SIZE_MAX, SIZE_MAX).size, 0);
	assert_true(span_begins(s, span_text("abc")));
	assert_true(span_begins(s, SPAN_NONE));
	assert_false(span_begins(s, span_text("abd")));
	assert_false(span_begins(span_text("ab"), s));
}

static void
test_span_holds(void **state)
{
	static const char text[] = "abcdef";
	struct span outer = SPAN_OF(text + 1, 4);

	(void)state;
	assert_true(span_holds(outer, outer));
	assert_true(span_holds(outer, SPAN_OF(text + 5, 0)));
	assert_true(span_holds(outer, SPAN_OF(text + 2, 3)));
	assert_false(span_holds(outer, SPAN_OF(text + 2, 4)));
	assert_false(span_holds(outer, SPAN_OF(text, 2)));
	assert_false(span_holds(outer, SPAN_NONE));
	assert_false(span_holds(SPAN_NONE, outer));
}

static void
test_bytes_equal(void **state)
{
	(void)state;
	assert_true(bytes_equal("abc", "abc", 3));
	assert_true(bytes_equal("abc", "abd", 2));
	assert_false(bytes_equal("abc", "abd", 3));
	assert_true(bytes_equal("", "", 0));
}

static void
test_puts_grow(void **state)
{
	struct buf b = BUF_INIT;
	unsigned char *at;
	size_t i;

	(void)state;
	assert_string_equal(buf_text(&b), "");
	for (i = 0; i < 1000; i++) {
		buf_put_byte(&b, (unsigned char)('0' + i % 10));
		buf_put_text(&b, "ab");
		buf_put(&b, SPAN_NONE);
		buf_printf(&b, "%03zu", i);
	}
	at = buf_extend(&b, 2);
	memcpy(at, "zz", 2);
	assert_int_equal(b.size, 6002);
	assert_int_equal(strlen(buf_text(&b)), 6002);
	assert_memory_equal(buf_text(&b) + 5994, "9ab999zz", 8);
	assert_int_equal(buf_rc(&b), RC_OK);
	buf_release(&b);
	assert_int_equal(buf_span(&b).size, 0);
	buf_release(&b);
}

/* What is borrowed from a buffer with enough room must not move. */
static void
test_reserve_keeps_the_place(void **state)
{
	struct buf b = BUF_INIT;
	const unsigned char *before;

	(void)state;
	buf_reserve(&b, 1000);
	before = b.data;
	(void)memset(buf_extend(&b, 1000), 'x', 1000);
	assert_int_equal(strlen(buf_text(&b)), 1000);
	assert_ptr_equal(b.data, before);
	buf_release(&b);
}

static void
test_insert_and_cut(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_insert(&b, 0, span_text("bd"));
	buf_insert(&b, 0, span_text("a"));
	buf_insert(&b, 2, span_text("c"));
	buf_insert(&b, 4, span_text("e"));
	buf_insert(&b, 4, SPAN_NONE);
	assert_string_equal(buf_text(&b), "abcde");
	buf_cut(&b, 5);
	buf_cut(&b, 2);
	assert_string_equal(buf_text(&b), "ab");
	assert_int_equal(b.data[3], 0); /* what is cut off is wiped */
	buf_release(&b);
}

static void
test_steal(void **state)
{
	struct buf b = BUF_INIT;
	char *text;

	(void)state;
	buf_put_text(&b, "mine");
	text = buf_steal(&b);
	assert_string_equal(text, "mine");
	assert_int_equal(b.size, 0);
	free(text);
	text = buf_steal(&b);
	assert_string_equal(text, "");
	free(text);
}

/* More than the address space holds is refused before malloc is asked. */
static void
test_out_of_memory_is_sticky(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_put_text(&b, "text");
	assert_null(buf_extend(&b, SIZE_MAX / 2));
	assert_int_equal(buf_rc(&b), RC_NO_MEMORY);
	buf_put_text(&b, "more");
	buf_printf(&b, "%d", 1);
	buf_insert(&b, 0, span_text("x"));
	assert_string_equal(buf_text(&b), "");
	assert_null(buf_steal(&b));
	buf_release(&b);
	assert_int_equal(buf_rc(&b), RC_OK);
	buf_put_text(&b, "x");
	assert_null(buf_extend(&b, SIZE_MAX)); /* the sum would wrap */
	assert_int_equal(buf_rc(&b), RC_NO_MEMORY);
	buf_release(&b);
}

static void
test_array_room(void **state)
{
	size_t room = 0;
	int *items = NULL;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		int *before = items;
		size_t room_before = room;

		items = array_room(items, i, &room, sizeof(*items));
		assert_non_null(items);
		assert_true(room > i);
		if (i < room_before)
			assert_ptr_equal(items, before);
		items[i] = (int)i;
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	/* More than there is. */
	room = 1000;
	assert_null(array_room(items, room, &room, SIZE_MAX / 1000));
	assert_int_equal(room, 1000);
	assert_int_equal(items[999], 999);
	free(items);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spans_compare),
		cmocka_unit_test(test_span_parts),
		cmocka_unit_test(test_span_holds),
		cmocka_unit_test(test_bytes_equal),
		cmocka_unit_test(test_puts_grow),
		cmocka_unit_test(test_reserve_keeps_the_place),
		cmocka_unit_test(test_insert_and_cut),
		cmocka_unit_test(test_steal),
		cmocka_unit_test(test_out_of_memory_is_sticky),
		cmocka_unit_test(test_array_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
