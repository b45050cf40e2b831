/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values, checked by their kind as they arrive. */
#include "op/params.h"

#include "base/text.h"
#include "op/secret-source.h"

#include <stdlib.h>
#include <string.h>

enum rc
words_add(struct words *list, const char *word)
{
	const char **items =
	    array_room(list->items, list->count, &list->room, sizeof(const char *));

	if (!items)
		return RC_NO_MEMORY;
	list->items = items;
	list->items[list->count++] = word;
	return RC_OK;
}

/* True when word stands in list, which has blanks between its words. */
static bool
is_choice(const char *list, const char *word)
{
	size_t size = strlen(word);
	const char *at = list;

	while (size && !strchr(word, ' ') && (at = strstr(at, word))) {
		if ((at == list || at[-1] == ' ') && (at[size] == ' ' || !at[size]))
			return true;
		at += size;
	}
	return false;
}

size_t
args_file_max(const struct args *args, size_t usual)
{
	enum { MIB = 1024 * 1024 };

	return args->given[P_MAX_FILE_SIZE] ? (size_t)args->number[P_MAX_FILE_SIZE] * MIB : usual;
}

/* What a number may be, beside its digits. */
static enum rc
check_number(const struct args *args, enum param p, struct err *err)
{
	const char *flag = param_info(p)->flag;
	uint64_t number = args->number[p];

	/* Elsewhere 0 stands for the default. */
	if (p == P_MAX_ITERATIONS && !number)
		return err_set(err, RC_USAGE, "--%s must be at least 1", flag);
	if (p == P_MAX_FILE_SIZE && (!number || number > ARGS_FILE_MIB_MAX))
		return err_set(err, RC_USAGE, "--%s takes 1 to %d MiB", flag, ARGS_FILE_MIB_MAX);
	return RC_OK;
}

static enum rc
set_number(struct args *args, enum param p, const char *value, struct err *err)
{
	const char *flag = param_info(p)->flag;

	switch (text_number(&args->number[p], value, INT64_MAX)) {
	case RC_OK:
		return check_number(args, p, err);
	case RC_LIMIT:
		return err_set(err, RC_USAGE, "--%s: '%s' is too large a number", flag, ESC(value));
	default:
		return err_set(err, RC_USAGE, "--%s takes a number of digits only, not '%s'", flag,
			       ESC(value));
	}
}

static enum rc
check_secret(enum param p, const char *value, struct err *err)
{
	if (!secret_source_check(value, err))
		return RC_OK;
	return err_prefix(err, "--%s", param_info(p)->flag);
}

static enum rc
check_text(enum param p, const char *value, struct err *err)
{
	const struct param_info *info = param_info(p);
	bool is_name = info->kind == PARAM_FILE || info->kind == PARAM_FILES;

	if (info->kind == PARAM_CHOICE && !is_choice(info->choices, value))
		return err_set(err, RC_USAGE, "--%s takes one of: %s; not '%s'", info->flag,
			       info->choices, ESC(value));
	if (is_name && !*value)
		return err_set(err, RC_USAGE, "--%s needs the name of a file, not an empty one",
			       info->flag);
	if (info->kind == PARAM_SECRET)
		return check_secret(p, value, err);
	return RC_OK;
}

static enum rc
set_by_kind(struct args *args, enum param p, const char *value, struct err *err)
{
	const struct param_info *info = param_info(p);
	enum rc rc = check_text(p, value, err);

	if (rc)
		return rc;
	switch (info->kind) {
	case PARAM_NUMBER:
		return set_number(args, p, value, err);
	case PARAM_TIME:
		if (text_get_time(&args->time[p], value)) {
			return err_set(err, RC_USAGE,
				       "--%s takes a date or a time as in 2026-11-21 or "
				       "2026-11-21T04:30:00Z, not '%s'",
				       info->flag, ESC(value));
		}
		return RC_OK;
	case PARAM_LIST:
	case PARAM_FILES:
		rc = words_add(&args->list[p], value);
		return rc ? err_default(err, rc) : RC_OK;
	default:
		args->text[p] = value;
		return RC_OK;
	}
}

enum rc
args_set(struct args *args, enum param p, const char *value, struct err *err)
{
	const struct param_info *info = param_info(p);
	enum rc rc = RC_OK;

	if (args->given[p] && info->kind != PARAM_LIST && info->kind != PARAM_FILES)
		return err_set(err, RC_USAGE, "--%s is there twice", info->flag);
	if (info->kind == PARAM_FLAG && value)
		return err_set(err, RC_USAGE, "--%s takes no value", info->flag);
	if (info->kind != PARAM_FLAG && !value)
		return err_set(err, RC_USAGE, "--%s needs a value: --%s %s", info->flag, info->flag,
			       info->value);
	if (value)
		rc = set_by_kind(args, p, value, err);
	if (!rc)
		args->given[p] = true;
	return rc;
}

const char *
args_file_name(const char *name)
{
	return strcmp(name, "-") == 0 ? "./-" : name;
}

bool
words_have_dash(const struct words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		if (strcmp(words->items[i], "-") == 0)
			return true;
	}
	return false;
}

bool
args_read_stdin(const struct args *args)
{
	static const enum param files[] = { P_KEY_FILE, P_BATCH };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		if (args->given[files[i]] && strcmp(args->text[files[i]], "-") == 0)
			return true;
	}
	return words_have_dash(&args->list[P_FILE]);
}

enum rc
args_set_secret(struct args *args, enum param p, const struct secret *secret, struct err *err)
{
	struct secret *copy = NULL;
	enum rc rc = secret_copy(&copy, secret);

	if (rc || !secret)
		return err_default(err, rc);
	secret_free(&args->secret[p]);
	args->secret[p] = copy;
	args->text[p] = "prompt";
	args->given[p] = true;
	return RC_OK;
}

void
args_release(struct args *args)
{
	for (int p = 0; p < P_COUNT; p++) {
		secret_free(&args->secret[p]);
		free(args->list[p].items);
	}
	free(args->words.items);
	*args = (struct args)ARGS_INIT;
}
