/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scratch.h"

#include "base/text.h"
#include "ui/command-text.h"
#include "ui/words.h"

enum { WORDS_MAX = 100, LINE_MAX_SIZE = 65536 };

/* What the shell made of a line. */
struct line {
	char bytes[LINE_MAX_SIZE];
	char *argv[WORDS_MAX + 1];
	int argc;
};

/* Has a shell split the text as the arguments of kyman. */
static void
split(struct line *line, const char *shell, struct buf *text)
{
	char command[64];
	size_t size;
	FILE *f = fopen("script", "w");

	assert_non_null(f);
	assert_true(fprintf(f, "printf '%%s\\0' kyman %s >words\n", buf_text(text)) > 0);
	assert_int_equal(fclose(f), 0);
	(void)snprintf(command, sizeof(command), "%s ./script", shell);
	assert_int_equal(system(command), 0);
	f = fopen("words", "r");
	assert_non_null(f);
	size = fread(line->bytes, 1, sizeof(line->bytes), f);
	assert_true(size > 0 && size < sizeof(line->bytes) && !line->bytes[size - 1]);
	assert_int_equal(fclose(f), 0);
	line->argc = 0;
	for (size_t at = 0; at < size; at += strlen(line->bytes + at) + 1) {
		assert_true(line->argc < WORDS_MAX);
		line->argv[line->argc++] = line->bytes + at;
	}
	line->argv[line->argc] = NULL;
}

static void
assert_same_words(const struct words *a, const struct words *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		assert_string_equal(a->items[i], b->items[i]);
}

static void
assert_same_args(const struct args *a, const struct args *b)
{
	assert_same_words(&a->words, &b->words);
	for (int p = 0; p < P_COUNT; p++) {
		if (a->given[p] != b->given[p])
			fail_msg("--%s", param_info((enum param)p)->flag);
		assert_int_equal(a->number[p], b->number[p]);
		assert_int_equal(a->time[p], b->time[p]);
		assert_same_words(&a->list[p], &b->list[p]);
		assert_int_equal(!a->text[p], !b->text[p]);
		if (a->text[p])
			assert_string_equal(a->text[p], b->text[p]);
	}
}

/* The text, split by shells and read by the grammar of words, is the same command again. */
static void
assert_reads_back(const struct op *op, const struct args *args)
{
	static const char *const shells[] = { "sh", "bash" };
	struct buf text = BUF_INIT;
	static struct line line;

	assert_int_equal(command_text(&text, op, args, NULL), RC_OK);
	for (size_t i = 0; i < ARRAY_SIZE(shells); i++) {
		struct command c = { .args = ARGS_INIT };
		struct err err = ERR_INIT;

		split(&line, shells[i], &text);
		if (command_read(&c, line.argc, line.argv, &err))
			fail_msg("%s: %s", buf_text(&text), err.message);
		assert_false(c.help);
		assert_ptr_equal(c.op, op);
		assert_same_args(&c.args, args);
		args_release(&c.args);
	}
	buf_release(&text);
}

static const struct {
	const char *why;
	const char *value;
} values[] = {
	{ "nothing to quote", "web.p12" },
	{ "an empty word is one", "" },
	{ "blanks", " a  b " },
	{ "a tab and line feeds, one at the end", "a\tb\nc\n" },
	{ "an apostrophe", "it's" },
	{ "nothing but apostrophes", "'''" },
	{ "what double quotes do not stop", "$HOME `id` \"x\" \\" },
	{ "a backslash at the end", "a\\" },
	{ "a comment", "#1" },
	{ "somebody's home folder", "~root" },
	{ "patterns", "* ? [a-z]" },
	{ "braces", "{a,b}" },
	{ "history", "a!b" },
	{ "operators", "a;b&c|d<e>f(g)" },
	{ "an assignment", "A=b" },
	{ "a minus alone", "-" },
	{ "the end of options", "--" },
	{ "a number below zero", "-1" },
	{ "an option", "--json" },
	{ "a short option", "-f" },
	{ "what asks for help", "--help" },
	{ "the same, short", "-h" },
	{ "an option with its value", "--db=x" },
	{ "the name of a command", "help" },
	{ "UTF-8", "Z\xc3\xbcrich \xe9\x8d\xb5" },
	{ "not UTF-8", "\xff\xfe" },
	{ "a control character", "\033[31m\001" },
};

static void
set(struct args *args, enum param p, const char *value)
{
	struct err err = ERR_INIT;

	if (args_set(args, p, value, &err))
		fail_msg("%s", err.message);
}

static void
add_word(struct args *args, const char *word)
{
	assert_int_equal(words_add(&args->words, word), RC_OK);
}

/* A value of every kind that a value can have, wherever it can stand. */
static void
any_value_reads_back(void **state)
{
	const struct op *create = op_find("cert", "create");
	const struct op *verify = op_find("cert", "verify");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		struct args args = ARGS_INIT;

		print_message("# %s\n", values[i].why);
		add_word(&args, values[i].value);
		add_word(&args, "web.example");
		add_word(&args, values[i].value);
		set(&args, P_SUBJECT, values[i].value);
		set(&args, P_SAN, "dns:a");
		set(&args, P_SAN, values[i].value);
		set(&args, P_ISSUER, values[i].value);
		assert_reads_back(create, &args);
		args_release(&args);
		if (!*values[i].value)
			continue;
		set(&args, P_DB, values[i].value);
		set(&args, P_FILE, "a");
		set(&args, P_FILE, values[i].value);
		set(&args, P_FILE, "b");
		set(&args, P_FILE, "c");
		assert_reads_back(verify, &args);
		args_release(&args);
	}
}

/* What a parameter of this kind takes. */
static const char *
sample(enum param p)
{
	static const char *const by_kind[] = {
		[PARAM_FLAG] = NULL,
		[PARAM_TEXT] = "some text",
		[PARAM_LIST] = "dns:*.example",
		[PARAM_FILE] = "a file",
		[PARAM_FILES] = "another file",
		[PARAM_NUMBER] = "17",
		[PARAM_TIME] = "2026-11-21T04:30:00+02:00",
		[PARAM_CHOICE] = NULL,
		[PARAM_SECRET] = "file:some where",
	};
	static char choice[32];
	const struct param_info *info = param_info(p);

	if (info->kind != PARAM_CHOICE)
		return by_kind[info->kind];
	(void)snprintf(choice, sizeof(choice), "%.*s", (int)strcspn(info->choices, " "),
		       info->choices);
	return strdup(choice);
}

/* All that an operation takes at once. */
static void
every_option_of_every_operation_reads_back(void **state)
{
	(void)state;
	for (const struct op *const *op = op_all(); *op; op++) {
		const enum param *lists[] = { params_common(), (*op)->params };
		struct args args = ARGS_INIT;

		for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
			for (const enum param *p = lists[i]; *p != P_END; p++) {
				if (*p != P_HELP)
					set(&args, *p, sample(*p));
			}
		}
		for (size_t i = 0; i < (*op)->min_words; i++)
			add_word(&args, "a label");
		assert_reads_back(*op, &args);
		for (int p = 0; p < P_COUNT; p++) {
			if (args.given[p] && param_info((enum param)p)->kind == PARAM_CHOICE)
				free((void *)(uintptr_t)args.text[p]);
		}
		args_release(&args);
	}
}

static void
assert_text(const struct op *op, const struct args *args, const char *database, const char *want)
{
	struct buf text = BUF_INIT;

	assert_int_equal(command_text(&text, op, args, database), RC_OK);
	assert_string_equal(buf_text(&text), want);
	buf_release(&text);
}

/* The database is named once, where the command takes it. */
static void
the_database_is_named(void **state)
{
	struct args args = ARGS_INIT;

	(void)state;
	assert_text(op_find("cert", "list"), &args, "-my db", "cert list --db='-my db'");
	assert_text(op_find("cert", "list"), &args, NULL, "cert list");
	assert_text(op_find("db", "show"), &args, "a.p12", "db show --db a.p12");
	add_word(&args, "x.p12");
	set(&args, P_PASS, "prompt");
	assert_text(op_find("db", "show"), &args, "a.p12", "db show x.p12 --pass prompt");
	assert_text(op_find("show", NULL), &args, "a.p12", "show x.p12 --pass prompt");
	assert_text(op_find("cert", "add"), &args, "a.p12",
		    "cert add x.p12 --db a.p12 --pass prompt");
	set(&args, P_DB, "b.p12");
	assert_text(op_find("cert", "add"), &args, "a.p12",
		    "cert add x.p12 --db b.p12 --pass prompt");
	add_word(&args, "-x");
	add_word(&args, "y");
	assert_text(op_find("cert", "add"), &args, NULL,
		    "cert add x.p12 --db b.p12 --pass prompt -- -x y");
	args_release(&args);
}

/* What was asked for has no text. */
static void
a_secret_is_told_by_its_source_only(void **state)
{
	struct args args = ARGS_INIT;

	(void)state;
	add_word(&args, "x.p12");
	args.given[P_PASS] = true;
	assert_int_equal(secret_from(&args.secret[P_PASS], span_text("hidden")), RC_OK);
	assert_text(op_find("db", "stash"), &args, NULL, "db stash x.p12 --pass prompt");
	args_release(&args);
}

static void
is_no_text_without_memory(void **state)
{
	struct args args = ARGS_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	buf_fail(&text);
	assert_int_equal(command_text(&text, op_find("cert", "list"), &args, NULL), RC_NO_MEMORY);
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_value_reads_back),
		cmocka_unit_test(every_option_of_every_operation_reads_back),
		cmocka_unit_test(the_database_is_named),
		cmocka_unit_test(a_secret_is_told_by_its_source_only),
		cmocka_unit_test(is_no_text_without_memory),
	};

	return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
