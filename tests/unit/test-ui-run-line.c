/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of `kyman run` into words: as sh takes it apart, and refused where sh would expand. */
#include "scratch.h"

#include "base/text.h"
#include "ui/run.h"

enum { SHELL_MAX = 4096 };

/* The words, a NUL behind each. */
static struct span
joined(const struct run_line *l)
{
	return SPAN_OF(l->text.data + sizeof("kyman"), l->text.size - sizeof("kyman"));
}

static const struct {
	const char *why;
	const char *line;
	int words;
} good[] = {
	{ "an empty line", "", 0 },
	{ "blanks alone", " \t ", 0 },
	{ "a comment", "# cert list", 0 },
	{ "a comment behind blanks", "  #", 0 },
	{ "a comment behind words", "cert list # all of them", 2 },
	{ "'#' within a word", "cert show a#1", 3 },
	{ "blanks of all sorts between words", "  cert \t\tlist\t", 2 },
	{ "apostrophes keep all", "cert show '$a `b` \"c\" \\ #'", 3 },
	{ "quotation marks", "cert show \"a b\"", 3 },
	{ "a backslash in quotation marks", "x \"\\\" \\\\ \\a \\$ \\`\"", 2 },
	{ "parts of one word", "x a'b'\"c\"\\d", 2 },
	{ "empty words", "x '' \"\"", 3 },
	{ "an apostrophe in a word", "x 'it'\\''s'", 2 },
	{ "backslashes", "x \\  \\# \\~ \\$", 5 },
	{ "a tilde within a word", "x a~b", 2 },
	{ "braces and an equals sign", "x --subject=CN=a {}", 3 },
	{ "UTF-8", "x B\xc3\xa4r", 2 },
};

/* What sh makes of it, without patterns. */
static size_t
shell_words(char *out, const char *line)
{
	FILE *f = fopen("script", "w");
	size_t size;

	assert_non_null(f);
	assert_true(
	    fprintf(f, "set -f\nset -- %s\n[ $# -eq 0 ] || printf '%%s\\0' \"$@\"\n", line) > 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(system("sh ./script >words"), 0);
	f = fopen("words", "r");
	assert_non_null(f);
	size = fread(out, 1, SHELL_MAX, f);
	assert_int_equal(fclose(f), 0);
	return size;
}

static void
as_sh_does(void **state)
{
	char words[SHELL_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		struct run_line l = { .argc = 0 };
		struct err err = ERR_INIT;
		size_t size = shell_words(words, good[i].line);

		if (run_line_split(&l, span_text(good[i].line), &err))
			fail_msg("%s: %s", good[i].why, err.message);
		if (l.argc != good[i].words + 1 || !span_equal(joined(&l), SPAN_OF(words, size)))
			fail_msg("%s: %d words", good[i].why, l.argc - 1);
		assert_string_equal(l.argv[0], "kyman");
		assert_null(l.argv[l.argc]);
		run_line_release(&l);
	}
}

static const struct {
	const char *line;
	const char *words;
} bad[] = {
	{ "x 'a", "an apostrophe is not closed" },
	{ "x \"a", "a quotation mark is not closed" },
	{ "x \"a\\\"", "a quotation mark is not closed" },
	{ "x \\", "the line ends in a backslash" },
	{ "x $a", "'$' means nothing here" },
	{ "x a$", "'$' means nothing here" },
	{ "x \"$a\"", "'$' means nothing here" },
	{ "x \"`a`\"", "'`' means nothing here" },
	{ "x `a`", "'`' means nothing here" },
	{ "x | y", "'|' means nothing here" },
	{ "x & y", "'&' means nothing here" },
	{ "x; y", "';' means nothing here" },
	{ "x >y", "'>' means nothing here" },
	{ "x <y", "'<' means nothing here" },
	{ "(x)", "'(' means nothing here" },
	{ "x)", "')' means nothing here" },
	{ "~x", "'~' means nothing here" },
};

static void
refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct run_line l = { .argc = 0 };
		struct err err = ERR_INIT;

		assert_int_equal(run_line_split(&l, span_text(bad[i].line), &err), RC_USAGE);
		if (!strstr(err.message, bad[i].words))
			fail_msg("%s: %s", bad[i].line, err.message);
		run_line_release(&l);
	}
}

static void
a_nul_is_refused(void **state)
{
	struct run_line l = { .argc = 0 };
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(run_line_split(&l, SPAN_OF("a\0b", 3), &err), RC_USAGE);
	assert_non_null(strstr(err.message, "there is a NUL in it"));
	run_line_release(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_sh_does),
		cmocka_unit_test(refused),
		cmocka_unit_test(a_nul_is_refused),
	};

	return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
