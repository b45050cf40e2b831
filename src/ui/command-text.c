/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/command-text.h"

#include "base/text.h"

#include <string.h>

/* What no shell takes for anything else wherever it stands in a word; '~' and '#' are not among
 * them since they are read at the beginning of one. */
static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
			    "_-+=:,./@%";

/* Between apostrophes everything stands for itself but an apostrophe (POSIX XCU 2.2.2). */
static void
put_quoted(struct buf *out, const char *text)
{
	if (*text && !text[strspn(text, plain)]) {
		buf_put_text(out, text);
		return;
	}
	buf_put_text(out, "'");
	for (; *text; text++) {
		if (*text == '\'')
			buf_put_text(out, "'\\''");
		else
			buf_put_byte(out, (unsigned char)*text);
	}
	buf_put_text(out, "'");
}

static void
put_word(struct buf *out, const char *text)
{
	buf_put_text(out, " ");
	put_quoted(out, text);
}

/* ui/scan.h takes it for an option. */
static bool
like_option(const char *text)
{
	return text[0] == '-' && text[1];
}

static void
put_option(struct buf *out, enum param p, const char *value)
{
	buf_printf(out, " --%s", param_info(p)->flag);
	if (!value)
		return;
	buf_put_text(out, like_option(value) ? "=" : " ");
	put_quoted(out, value);
}

static void
put_list(struct buf *out, enum param p, const struct words *list)
{
	for (size_t i = 0; i < list->count; i++)
		put_option(out, p, list->items[i]);
}

/* One option takes all that follow, but for what looks like one itself. */
static void
put_files(struct buf *out, enum param p, const struct words *list)
{
	bool takes = false;

	for (size_t i = 0; i < list->count; i++) {
		if (takes && !like_option(list->items[i])) {
			put_word(out, list->items[i]);
			continue;
		}
		put_option(out, p, list->items[i]);
		takes = !like_option(list->items[i]);
	}
}

static void
put_number(struct buf *out, enum param p, uint64_t number)
{
	buf_printf(out, " --%s %llu", param_info(p)->flag, (unsigned long long)number);
}

static void
put_value(struct buf *out, const struct args *args, enum param p)
{
	char when[TEXT_TIME_MAX];

	switch (param_info(p)->kind) {
	case PARAM_FLAG:
		put_option(out, p, NULL);
		break;
	case PARAM_LIST:
		put_list(out, p, &args->list[p]);
		break;
	case PARAM_FILES:
		put_files(out, p, &args->list[p]);
		break;
	case PARAM_NUMBER:
		put_number(out, p, args->number[p]);
		break;
	case PARAM_TIME:
		put_option(out, p, text_time(when, args->time[p]));
		break;
	case PARAM_SECRET:
		put_option(out, p, args->text[p] ? args->text[p] : "prompt");
		break;
	default:
		put_option(out, p, args->text[p] ? args->text[p] : "");
		break;
	}
}

static bool
wants_database(const struct op *op, const struct args *args)
{
	if (args->given[P_DB] || !(op->flags & OP_DATABASE))
		return false;
	return !(op->flags & OP_DB_ARG) || !args->words.count;
}

/* How many words stand before those behind "--": the order among them is kept. */
static size_t
words_in_front(const struct words *words)
{
	size_t count = 0;

	while (count < words->count && !like_option(words->items[count]))
		count++;
	return count;
}

enum rc
command_text(struct buf *out, const struct op *op, const struct args *args, const char *database)
{
	size_t front = words_in_front(&args->words);

	if (op->noun)
		buf_printf(out, "%s ", op->noun);
	buf_put_text(out, op->verb);
	for (size_t i = 0; i < front; i++)
		put_word(out, args->words.items[i]);
	if (database && wants_database(op, args))
		put_option(out, P_DB, database);
	for (int p = 0; p < P_COUNT; p++) {
		if (args->given[p])
			put_value(out, args, (enum param)p);
	}
	if (front < args->words.count)
		buf_put_text(out, " --");
	for (size_t i = front; i < args->words.count; i++)
		put_word(out, args->words.items[i]);
	return buf_rc(out);
}
