/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages on commands, made from the tables. */
#include "ui/help.h"

#include "base/text.h"
#include "ui/nearest.h"

#include <string.h>

enum { LINE_WIDTH = 80, COMMAND_WIDTH = 16, OPTION_WIDTH = 24, NOUNS_MAX = 8 };

void
help_put_name(struct buf *out, const struct op *op)
{
	buf_printf(out, "%s%s%s", op->noun ? op->noun : "", op->noun ? " " : "", op->verb);
}

const char *
help_noun(size_t n)
{
	const char *last = NULL;

	for (const struct op *const *op = op_all(); *op; op++) {
		const char *noun = (*op)->noun;

		if (!noun || (last && strcmp(noun, last) == 0))
			continue;
		if (!n--)
			return noun;
		last = noun;
	}
	return NULL;
}

/* Appends text in lines; the first begins at column at, the others with indent blanks. */
static void
put_wrapped(struct buf *out, const char *text, size_t at, size_t indent)
{
	size_t size;

	while (*text) {
		size = strcspn(text, " ");
		if (at > indent && at + 1 + size > LINE_WIDTH) {
			buf_printf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at > indent) {
			buf_put_byte(out, ' ');
			at++;
		}
		buf_put(out, SPAN_OF(text, size));
		at += size;
		text += size;
		text += strspn(text, " ");
	}
	buf_put_byte(out, '\n');
}

/* "  NAME        text": the text on the next line where name is too long. name is released. */
static void
put_row(struct buf *out, struct buf *name, size_t width, const char *text)
{
	const char *shown = buf_text(name);
	size_t indent = 2 + width + 2;

	if (name->bad)
		buf_fail(out);
	buf_printf(out, "  %-*s", (int)width, shown);
	if (name->size > width)
		buf_printf(out, "\n%*s", (int)indent, "");
	else
		buf_put_text(out, "  ");
	put_wrapped(out, text, indent, indent);
	buf_release(name);
}

static const char *
short_of(enum param p)
{
	static const struct {
		enum param param;
		const char *name;
	} shorts[] = {
		{ P_DB, "-d, " },    { P_DRY_RUN, "-n, " }, { P_YES, "-y, " },
		{ P_FORCE, "-f, " }, { P_QUIET, "-q, " },   { P_HELP, "-h, " },
	};

	for (size_t i = 0; i < ARRAY_SIZE(shorts); i++) {
		if (shorts[i].param == p)
			return shorts[i].name;
	}
	return "";
}

static void
put_option(struct buf *out, enum param p)
{
	const struct param_info *info = param_info(p);
	struct buf name = BUF_INIT;
	struct buf text = BUF_INIT;

	buf_printf(&name, "%s--%s", short_of(p), info->flag);
	if (info->value)
		buf_printf(&name, " %s%s", info->value, info->kind == PARAM_FILES ? "..." : "");
	buf_put_text(&text, info->help);
	if (info->choices)
		buf_printf(&text, " (%s)", info->choices);
	if (info->fallback)
		buf_printf(&text, " [%s]", info->fallback);
	if (info->kind == PARAM_LIST)
		buf_put_text(&text, "; may be given several times");
	put_row(out, &name, OPTION_WIDTH, buf_text(&text));
	if (text.bad)
		buf_fail(out);
	buf_release(&text);
}

static void
put_options(struct buf *out, const char *title, const enum param *list)
{
	if (*list == P_END)
		return;
	buf_printf(out, "\n%s [default]\n", title);
	for (; *list != P_END; list++)
		put_option(out, *list);
}

static void
put_synopsis(struct buf *out, const struct op *op)
{
	buf_put_text(out, "usage: kyman ");
	help_put_name(out, op);
	if (op->arguments && *op->arguments)
		buf_printf(out, " %s", op->arguments);
	buf_put_text(out, " [OPTION...]\n");
}

static void
put_command(struct buf *out, const struct op *op)
{
	put_synopsis(out, op);
	buf_put_byte(out, '\n');
	put_wrapped(out, op->summary, 0, 0);
	if (op->detail) {
		buf_put_byte(out, '\n');
		put_wrapped(out, op->detail, 0, 0);
	}
	put_options(out, "Options", op->params);
	put_options(out, "Common options", params_common());
	buf_put_text(out, "\nSee also: kyman help secrets, kyman help examples, kyman(1)\n");
}

static void
put_command_row(struct buf *out, const struct op *op)
{
	struct buf name = BUF_INIT;

	help_put_name(&name, op);
	put_row(out, &name, COMMAND_WIDTH, op->summary);
}

static void
put_noun(struct buf *out, const char *noun)
{
	buf_printf(out, "usage: kyman %s VERB [ARGUMENT...] [OPTION...]\n\n", noun);
	for (const struct op *const *op = op_all(); *op; op++) {
		if ((*op)->noun && strcmp((*op)->noun, noun) == 0)
			put_command_row(out, *op);
	}
	buf_printf(out, "\nkyman help %s VERB explains one of them.\n", noun);
}

static void
put_overview(struct buf *out)
{
	struct buf name = BUF_INIT;
	const struct help_page *pages;
	const char *noun = NULL;
	size_t count;

	buf_put_text(out, "usage: kyman [COMMON...] NOUN VERB [ARGUMENT...] [OPTION...]\n\n"
			  "Manages private keys, certificates and databases of them.\n");
	for (const struct op *const *op = op_all(); *op; op++) {
		if (op == op_all() || (*op)->noun != noun)
			buf_put_byte(out, '\n');
		noun = (*op)->noun;
		put_command_row(out, *op);
	}
	buf_put_byte(out, '\n');
	buf_put_text(&name, "help");
	put_row(out, &name, COMMAND_WIDTH, "help [NOUN [VERB]] explains a command, or:");
	pages = help_pages(&count);
	for (size_t i = 0; i < count; i++) {
		if (!pages[i].summary)
			continue;
		buf_printf(&name, "help %s", pages[i].name);
		put_row(out, &name, COMMAND_WIDTH, pages[i].summary);
	}
	put_options(out, "Common options", params_common());
}

static enum rc
no_page(const char *const *topic, size_t count, struct err *err)
{
	struct nearest near = NEAREST_OF(topic[0]);
	const struct help_page *pages;
	const char *noun;
	size_t pages_count;

	pages = help_pages(&pages_count);
	for (size_t i = 0; i < pages_count; i++) {
		if (pages[i].summary)
			nearest_try(&near, pages[i].name);
	}
	for (size_t i = 0; (noun = help_noun(i)); i++)
		nearest_try(&near, noun);
	(void)err_set(err, RC_USAGE, "there is no help on '%s%s%s'", ESC(topic[0]),
		      count > 1 ? " " : "", count > 1 ? ESC(topic[1]) : "");
	if (count == 1 && near.best)
		return err_hint(err, "did you mean kyman help %s?", near.best);
	return err_hint(err, "kyman help lists what there is");
}

static bool
put_by_noun(struct buf *out, const char *word)
{
	const char *noun;

	for (size_t i = 0; (noun = help_noun(i)); i++) {
		if (strcmp(noun, word) == 0) {
			put_noun(out, noun);
			return true;
		}
	}
	return false;
}

enum rc
help_put(struct buf *out, const char *const *topic, size_t count, struct err *err)
{
	const struct help_page *page = count == 1 ? help_page_find(topic[0]) : NULL;
	const struct op *op = count ? op_find(topic[0], count > 1 ? topic[1] : NULL) : NULL;

	if (!count)
		put_overview(out);
	else if (page)
		page->put(out);
	else if (op)
		put_command(out, op);
	else if (count > 1 || !put_by_noun(out, topic[0]))
		return no_page(topic, count, err);
	return err_default(err, buf_rc(out));
}
