/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From argv to an operation and its values: which command it is, and which options that takes. */
#include "base/text.h"
#include "ui/help.h"
#include "ui/nearest.h"
#include "ui/words.h"

#include <string.h>

enum {
	ARITY_FLAG = SCAN_NONE,
	ARITY_TEXT = SCAN_ONE,
	ARITY_LIST = SCAN_ONE,
	ARITY_FILE = SCAN_ONE,
	ARITY_FILES = SCAN_MANY,
	ARITY_NUMBER = SCAN_ONE,
	ARITY_TIME = SCAN_ONE,
	ARITY_CHOICE = SCAN_ONE,
	ARITY_SECRET = SCAN_ONE,
};

static const struct scan_option options[] = {
#define PARAM(id, kind, flag, value, choices, fallback, help) \
	{ "--" flag, (enum scan_arity)ARITY_##kind, id },
#include "op/params.def"
#undef PARAM
	{ "-d", SCAN_ONE, P_DB },       { "-f", SCAN_NONE, P_FORCE }, { "-h", SCAN_NONE, P_HELP },
	{ "-n", SCAN_NONE, P_DRY_RUN }, { "-q", SCAN_NONE, P_QUIET }, { "-y", SCAN_NONE, P_YES },
};

const struct scan_option *
words_options(size_t *count)
{
	*count = ARRAY_SIZE(options);
	return options;
}

static bool
has_param(const enum param *list, enum param p)
{
	for (; *list != P_END; list++) {
		if (*list == p)
			return true;
	}
	return false;
}

static bool
is_noun(const char *word)
{
	const char *noun;

	for (size_t i = 0; (noun = help_noun(i)); i++) {
		if (strcmp(noun, word) == 0)
			return true;
	}
	return false;
}

/* The first words, at most two: what the command is. Options before them are common ones. */
static enum rc
find_topic(struct command *c, int argc, char *const *argv, struct err *err)
{
	size_t wanted = ARRAY_SIZE(c->topic);
	struct scan_item item;
	struct scan scan;
	enum rc rc = RC_OK;

	scan_start(&scan, options, ARRAY_SIZE(options), argc, argv);
	while (c->topic_count < wanted && !(rc = scan_next(&scan, &item, err))) {
		if (item.id != SCAN_WORD) {
			if (!c->topic_count && !has_param(params_common(), (enum param)item.id))
				return err_set(err, RC_USAGE, "%s stands behind the command",
					       item.name);
			continue;
		}
		c->topic[c->topic_count++] = item.value;
		if (c->topic_count == 1 && !is_noun(item.value))
			wanted = 1;
	}
	return c->topic_count == wanted || rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc
no_command(struct err *err)
{
	(void)err_set(err, RC_USAGE, "no command was given");
	return err_hint(err, "kyman help lists the commands");
}

static enum rc
unknown_noun(const struct command *c, struct err *err)
{
	struct nearest near = NEAREST_OF(c->topic[0]);
	const char *noun;

	for (size_t i = 0; (noun = help_noun(i)); i++)
		nearest_try(&near, noun);
	for (const struct op *const *op = op_all(); *op; op++) {
		if (!(*op)->noun)
			nearest_try(&near, (*op)->verb);
	}
	nearest_try(&near, "help");
	(void)err_set(err, RC_USAGE, "there is no command '%s'", ESC(c->topic[0]));
	if (near.best)
		return err_hint(err, "did you mean kyman %s?", near.best);
	return err_hint(err, "kyman help lists the commands");
}

static enum rc
unknown_verb(const struct command *c, struct err *err)
{
	const char *noun = c->topic[0];
	struct nearest near = NEAREST_OF(c->topic_count > 1 ? c->topic[1] : "");
	struct buf verbs = BUF_INIT;

	for (const struct op *const *op = op_all(); *op; op++) {
		if (!(*op)->noun || strcmp((*op)->noun, noun) != 0)
			continue;
		buf_printf(&verbs, "%s%s", verbs.size ? ", " : "", (*op)->verb);
		nearest_try(&near, (*op)->verb);
	}
	if (c->topic_count > 1)
		(void)err_set(err, RC_USAGE, "there is no command '%s %s'", noun, ESC(c->topic[1]));
	else
		(void)err_set(err, RC_USAGE, "%s what? A verb is missing", noun);
	if (near.best)
		(void)err_hint(err, "did you mean kyman %s %s?", noun, near.best);
	else
		(void)err_hint(err, "there are: %s", buf_text(&verbs));
	buf_release(&verbs);
	return RC_USAGE;
}

static enum rc
find_op(struct command *c, struct err *err)
{
	if (!c->topic_count)
		return no_command(err);
	c->op = op_find(c->topic[0], c->topic_count > 1 ? c->topic[1] : NULL);
	if (c->op)
		return RC_OK;
	return is_noun(c->topic[0]) ? unknown_verb(c, err) : unknown_noun(c, err);
}

/* Not one that this command takes: where it belongs, when that is one command alone. */
static enum rc
not_taken(const struct command *c, const struct scan_item *item, struct err *err)
{
	struct buf name = BUF_INIT;

	help_put_name(&name, c->op);
	(void)err_set(err, RC_USAGE, "%s takes no %s", buf_text(&name), item->name);
	(void)err_hint(err, "kyman help %s lists its options", buf_text(&name));
	buf_release(&name);
	return RC_USAGE;
}

static enum rc
take_item(struct command *c, const struct scan_item *item, struct err *err)
{
	enum param p = (enum param)item->id;
	enum rc rc;

	if (item->id == SCAN_WORD) {
		rc = words_add(&c->args.words, item->value);
		return rc ? err_default(err, rc) : RC_OK;
	}
	if (!has_param(params_common(), p) && !has_param(c->op->params, p))
		return not_taken(c, item, err);
	return args_set(&c->args, p, item->value, err);
}

static enum rc
take_values(struct command *c, int argc, char *const *argv, struct err *err)
{
	size_t skip = c->op->noun ? 2 : 1;
	struct scan_item item;
	struct scan scan;
	enum rc rc;

	scan_start(&scan, options, ARRAY_SIZE(options), argc, argv);
	while (!(rc = scan_next(&scan, &item, err))) {
		if (item.id == SCAN_WORD && skip) {
			skip--;
			continue;
		}
		rc = take_item(c, &item, err);
		if (rc)
			return rc;
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* "kyman help cert create": the words behind help are the topic. */
static enum rc
find_help_topic(struct command *c, int argc, char *const *argv, struct err *err)
{
	bool is_topic = false;
	struct scan_item item;
	struct scan scan;
	enum rc rc;

	c->topic_count = 0;
	scan_start(&scan, options, ARRAY_SIZE(options), argc, argv);
	while (!(rc = scan_next(&scan, &item, err))) {
		if (item.id != SCAN_WORD)
			continue;
		if (is_topic && c->topic_count == ARRAY_SIZE(c->topic))
			return err_set(err, RC_USAGE, "'%s' is too much: kyman help [NOUN [VERB]]",
				       ESC(item.value));
		if (is_topic)
			c->topic[c->topic_count++] = item.value;
		is_topic = true;
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc
command_read(struct command *c, int argc, char *const *argv, struct err *err)
{
	bool asked = scan_has(argc, argv, "--help") || scan_has(argc, argv, "-h");
	enum rc rc = find_topic(c, argc, argv, err);

	if (asked) {
		c->help = true;
		err_clear(err);
		return RC_OK;
	}
	if (rc)
		return rc;
	if (c->topic_count && strcmp(c->topic[0], "help") == 0) {
		c->help = true;
		return find_help_topic(c, argc, argv, err);
	}
	rc = find_op(c, err);
	return rc ? rc : take_values(c, argc, argv, err);
}
