/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a batch: what CSV and JSON lines say, and what is neither. */
#include "op/batch.h"

#include "base/text.h"
#include "op/flat-json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* "LINE: KEY=VALUE KEY=VALUE | LINE: ..." */
static void
tell(struct buf *out, const struct batch *b)
{
	for (size_t i = 0; i < b->count; i++) {
		size_t end = i + 1 < b->count ? b->rows[i + 1].first : b->value_count;

		buf_printf(out, "%s%zu:", i ? " | " : "", b->rows[i].line);
		for (size_t j = b->rows[i].first; j < end; j++) {
			int key = b->values[j].key;

			buf_printf(out, " %s=%s",
				   key == BATCH_LABEL  ? "label"
				   : key == BATCH_NAME ? "names"
						       : param_info((enum param)key)->flag,
				   (const char *)b->text.data + b->values[j].text);
		}
	}
}

struct sample {
	const char *why;
	const char *file;
	enum rc rc;
	const char *says; /* the rows, or a part of the words */
};

static void
check(const struct sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct sample *s = &samples[i];
		struct batch b = BATCH_INIT;
		struct err err = ERR_INIT;
		struct buf out = BUF_INIT;
		enum rc rc = batch_read(&b, "f", span_text(s->file), &err);

		if (rc != s->rc)
			fail_msg("%s: %s", s->why, err.message);
		if (rc && !strstr(err.message, s->says))
			fail_msg("%s: '%s' is not in '%s'", s->why, s->says, err.message);
		tell(&out, &b);
		if (!rc && strcmp(buf_text(&out), s->says) != 0)
			fail_msg("%s: '%s', not '%s'", s->why, buf_text(&out), s->says);
		buf_release(&out);
		batch_release(&b);
	}
}

static void
csv(void **state)
{
	static const struct sample samples[] = {
		{ "plain", "label,names\na,x\nb,y z\n", RC_OK,
		  "2: label=a names=x | 3: label=b names=y names=z" },
		{ "no line end at the end", "label\na", RC_OK, "2: label=a" },
		{ "CRLF and a byte order mark", "\xef\xbb\xbflabel,days\r\na,1\r\n", RC_OK,
		  "2: label=a days=1" },
		{ "quotes, commas and quotes in them", "label,subject\n\"a \"\"b\"\"\",\"x, y\"\n",
		  RC_OK, "2: label=a \"b\" subject=x, y" },
		{ "a line end in quotes counts as a line", "label,subject\na,\"x\ny\"\nb,z\n",
		  RC_OK, "2: label=a subject=x\ny | 4: label=b subject=z" },
		{ "an empty value says nothing", "label,names,days\na,,\n", RC_OK, "2: label=a" },
		{ "but an empty label is one", "label,days\n,1\n", RC_OK, "2: label= days=1" },
		{ "lines with nothing in them", "label\n\na\n\r\n\nb\n", RC_OK,
		  "3: label=a | 6: label=b" },
		{ "blanks are part of a value", "label\n a \n", RC_OK, "2: label= a " },
		{ "a list with blanks at its ends", "label,san\na, dns:x  ip:y \n", RC_OK,
		  "2: label=a san=dns:x san=ip:y" },
		{ "underscores for dashes", "label,not_before\na,2030-01-01\n", RC_OK,
		  "2: label=a not-before=2030-01-01" },
		{ "a CR alone is part of a value", "label\na\rb\n", RC_OK, "2: label=a\rb" },
		{ "nothing at all", "", RC_USAGE, "'f', line 1: the file is empty" },
		{ "a header alone", "label\n", RC_USAGE, "'f' has no rows" },
		{ "an unknown column", "label,nam\n", RC_USAGE,
		  "line 1: there is no column 'nam'" },
		{ "an option that says nothing of certificates", "label,json\n", RC_USAGE,
		  "there is no column 'json'" },
		{ "a name longer than any", "label,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
		  RC_USAGE, "there is no column" },
		{ "no label", "names\nx\n", RC_USAGE, "no column 'label'" },
		{ "a column twice", "label,days,days\n", RC_USAGE, "'days' is there twice" },
		{ "one too few", "label,names\na,x\nb\n", RC_USAGE, "line 3: fewer values" },
		{ "one too many", "label,names\na,x,y\n", RC_USAGE, "line 2: more values" },
		{ "an open quote", "label\n\"a\nb\n", RC_USAGE,
		  "line 2: a quotation mark is not closed" },
		{ "a quote in the middle", "label\na\"b\n", RC_USAGE, "does not begin with one" },
		{ "something behind a quote", "label\n\"a\" \n", RC_USAGE, "behind a closing" },
	};

	(void)state;
	check(samples, ARRAY_SIZE(samples));
}

static void
json(void **state)
{
	static const struct sample samples[] = {
		{ "plain", "{\"label\":\"a\",\"names\":[\"x\",\"y\"],\"days\":30}\n", RC_OK,
		  "1: label=a names=x names=y days=30" },
		{ "blanks everywhere", " { \"label\" : \"a\" , \"names\" : \"x y\" } \r\n\n", RC_OK,
		  "1: label=a names=x names=y" },
		{ "other lists are not split", "{\"label\":\"a\",\"san\":\"dir:CN=x y\"}", RC_OK,
		  "1: label=a san=dir:CN=x y" },
		{ "escapes", "{\"label\":\"\\\"\\\\\\/\\u00e4\\ud83d\\ude00\"}", RC_OK,
		  "1: label=\"\\/\xc3\xa4\xf0\x9f\x98\x80" },
		{ "true, false, null, an empty list",
		  "{\"label\":\"a\",\"no_names\":true,\"days\":null,\"san\":[]}\n"
		  "{\"label\":\"b\",\"no-names\":false}",
		  RC_OK, "1: label=a no-names=true | 2: label=b no-names=false" },
		{ "an empty object", "{}", RC_USAGE, "line 1: the key 'label' is missing" },
		{ "a key twice", "{\"label\":\"a\",\"days\":1,\"days\":2}", RC_USAGE,
		  "'days' is there twice" },
		{ "a list and the key again", "{\"label\":\"a\",\"san\":[\"x\"],\"san\":[\"y\"]}",
		  RC_USAGE, "'san' is there twice" },
		{ "a key twice, that has quotes in it", "{\"a\\\\\\\"\":1,\"a\\\\\\\"\":2}",
		  RC_USAGE, "the key 'a\\\\\\\\\\\\\"' is there twice" },
		{ "the same key by another name", "{\"not-after\":\"x\",\"not_after\":\"y\"}",
		  RC_USAGE, "'not_after' is there twice" },
		{ "a list of lists", "{\"label\":\"a\",\"san\":[[\"x\"]]}", RC_USAGE,
		  "'san' takes a text, a number or a list" },
		{ "an object in a list", "{\"label\":\"a\",\"san\":[\"x\",{}]}", RC_USAGE,
		  "'san' takes a text, a number or a list" },
		{ "a list that does not end", "{\"label\":\"a\",\"san\":[\"x\"", RC_USAGE,
		  "a comma or a closing bracket is expected, at column 23" },
		{ "an object that does not end", "{\"label\":\"a\"", RC_USAGE,
		  "a comma or a closing brace is expected, at column 12" },
		{ "columns count characters", "{\"label\":\"\xc3\xa4\" x", RC_USAGE,
		  "at column 14" },
		{ "the largest number", "{\"label\":99999999999999}", RC_OK,
		  "1: label=99999999999999" },
		{ "one more", "{\"label\":100000000000000}", RC_USAGE,
		  "a number of more than 14 characters" },
		{ "one less than the least", "{\"label\":-99999999999999}", RC_USAGE,
		  "a number of more than 14 characters" },
		{ "as a text", "{\"label\":\"100000000000000\"}", RC_OK,
		  "1: label=100000000000000" },
		{ "behind an escape", "{\"label\":\"\\\"100000000000000\"}", RC_OK,
		  "1: label=\"100000000000000" },
		{ "a number with an exponent beyond all", "{\"label\":1e999}", RC_USAGE,
		  "a number that is too large" },
		{ "a number that is not whole", "{\"label\":1.50}", RC_USAGE,
		  "'label' takes a text or a whole number" },
		{ "a number that begins with zero", "{\"label\":01}", RC_USAGE,
		  "a text, a number or a list" },
		{ "no JSON", "{\"label\":nil}", RC_USAGE, "a text, a number or a list" },
		{ "a list with a comma too many", "{\"label\":\"a\",\"san\":[\"x\",]}", RC_USAGE,
		  "a text, a number or a list" },
		{ "half of a pair of surrogates", "{\"label\":\"\\ud83dx\"}", RC_USAGE,
		  "an escape" },
		{ "a pair of two first halves", "{\"label\":\"\\ud83d\\ud83d\"}", RC_USAGE,
		  "an escape" },
		{ "an escape that is cut off", "{\"label\":\"\\u12", RC_USAGE, "an escape" },
		{ "a backslash at the end", "{\"label\":\"\\", RC_USAGE, "an escape" },
		{ "digits that are none", "{\"label\":\"\\u00g0\"}", RC_USAGE, "an escape" },
		{ "overlong UTF-8", "{\"label\":\"\xc0\xaf\"}", RC_USAGE, "not UTF-8" },
		{ "the second line", "{\"label\":\"a\"}\nx\n", RC_USAGE, "'f', line 2: an object" },
	};

	(void)state;
	check(samples, ARRAY_SIZE(samples));
}

/* The tree is not as deep as anybody likes. */
static void
lists_in_lists(void **state)
{
	struct batch b = BATCH_INIT;
	struct err err = ERR_INIT;
	struct buf file = BUF_INIT;

	(void)state;
	buf_put_text(&file, "{\"label\":");
	for (size_t i = 0; i < 100000; i++)
		buf_put_byte(&file, '[');
	assert_int_equal(batch_read(&b, "f", buf_span(&file), &err), RC_USAGE);
	assert_non_null(strstr(err.message, "line 1: too many lists in lists"));
	batch_release(&b);
	buf_release(&file);
}

/* A tree of a whole file would be many times as long as it. */
static void
a_long_line(void **state)
{
	struct batch b = BATCH_INIT;
	struct err err = ERR_INIT;
	struct buf file = BUF_INIT;

	(void)state;
	buf_put_text(&file, "{\"label\":[");
	while (file.size <= FLAT_LINE_MAX)
		buf_put_text(&file, "1,");
	assert_int_equal(batch_read(&b, "f", buf_span(&file), &err), RC_LIMIT);
	assert_non_null(strstr(err.message, "line 1: it is longer than 1048576 bytes"));
	batch_release(&b);
	buf_release(&file);
}

/* Bytes that no string literal has. */
static void
a_nul_in_the_line(void **state)
{
	static const char line[] = "{\"label\":\"a\0b\"}";
	struct batch b = BATCH_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(batch_read(&b, "f", SPAN_OF(line, sizeof(line) - 1), &err), RC_USAGE);
	assert_non_null(strstr(err.message, "a control character in a text"));
	batch_release(&b);
}

static void
a_row_comes_before_the_command(void **state)
{
	struct args base = ARGS_INIT;
	struct batch b = BATCH_INIT;
	struct err err = ERR_INIT;
	struct args args;

	(void)state;
	assert_int_equal(args_set(&base, P_DAYS, "30", &err), RC_OK);
	assert_int_equal(args_set(&base, P_SAN, "dns:base", &err), RC_OK);
	assert_int_equal(args_set(&base, P_CRL_URL, "http://base/", &err), RC_OK);
	base.given[P_NO_NAMES] = true;
	assert_int_equal(batch_read(&b, "f",
				    span_text("label,names,not-after,san,no-names\n"
					      "a,x y,2030-01-01,dns:row dns:two,no\n"
					      "b,,,,\n"),
				    &err),
			 RC_OK);
	assert_int_equal(batch_args(&args, &b, 0, &base, &err), RC_OK);
	assert_int_equal(args.words.count, 3);
	assert_string_equal(args.words.items[2], "y");
	assert_false(args.given[P_DAYS] || args.given[P_NO_NAMES]);
	assert_true(args.given[P_NOT_AFTER]);
	assert_int_equal(args.list[P_SAN].count, 2);
	assert_string_equal(args.list[P_SAN].items[0], "dns:row");
	assert_int_equal(args.list[P_CRL_URL].count, 1);
	batch_args_release(&args, &base);
	assert_int_equal(batch_args(&args, &b, 1, &base, &err), RC_OK);
	assert_int_equal(args.words.count, 1);
	assert_true(args.given[P_DAYS] && args.given[P_NO_NAMES]);
	assert_string_equal(args.list[P_SAN].items[0], "dns:base");
	batch_args_release(&args, &base);
	/* The command's are as they were. */
	assert_string_equal(base.list[P_SAN].items[0], "dns:base");
	batch_release(&b);
	args_release(&base);
}

static void
too_many_rows(void **state)
{
	struct batch b = BATCH_INIT;
	struct err err = ERR_INIT;
	struct buf file = BUF_INIT;

	(void)state;
	buf_put_text(&file, "label\n");
	for (size_t i = 0; i < BATCH_ROWS_MAX; i++)
		buf_put_text(&file, "a\n");
	assert_int_equal(batch_read(&b, "f", buf_span(&file), &err), RC_OK);
	assert_int_equal(b.count, BATCH_ROWS_MAX);
	batch_release(&b);
	buf_put_text(&file, "a\n");
	assert_int_equal(batch_read(&b, "f", buf_span(&file), &err), RC_LIMIT);
	assert_non_null(strstr(err.message, "line 1000002: more than 1000000 rows"));
	batch_release(&b);
	buf_release(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv),
		cmocka_unit_test(json),
		cmocka_unit_test(lists_in_lists),
		cmocka_unit_test(a_long_line),
		cmocka_unit_test(a_nul_in_the_line),
		cmocka_unit_test(a_row_comes_before_the_command),
		cmocka_unit_test(too_many_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
