/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/scan.h"

#include "base/text.h"
#include "ui/nearest.h"

#include <string.h>

void
scan_start(struct scan *s, const struct scan_option *options, size_t count, int argc,
	   char *const *argv)
{
	*s = (struct scan){
		.options = options, .count = count, .argv = argv, .argc = argc, .at = 1
	};
}

bool
scan_has(int argc, char *const *argv, const char *name)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], name) == 0)
			return true;
	}
	return false;
}

/* The option that text begins with, all of it but for "=VALUE". */
static const struct scan_option *
find(const struct scan *s, const char *text)
{
	size_t size = strncmp(text, "--", 2) == 0 ? strcspn(text, "=") : strlen(text);

	for (size_t i = 0; i < s->count; i++) {
		if (strncmp(s->options[i].name, text, size) == 0 && !s->options[i].name[size])
			return &s->options[i];
	}
	return NULL;
}

/* A word may be a value when it is there and does not look like an option: "-1" and "-" do not. */
static bool
is_value(const struct scan *s, int at)
{
	return at < s->argc && strncmp(s->argv[at], "--", 2) != 0 && !find(s, s->argv[at]);
}

static bool
is_option(const char *text)
{
	return text[0] == '-' && text[1];
}

static enum rc
unknown(const struct scan *s, const char *text, struct err *err)
{
	char name[NEAREST_MAX + 1];
	struct nearest near = NEAREST_OF(name);
	size_t size = strcspn(text, "=");

	(void)err_set(err, RC_USAGE, "there is no option %s", ESC_SPAN(SPAN_OF(text, size)));
	if (size > NEAREST_MAX)
		return RC_USAGE;
	memcpy(name, text, size);
	name[size] = '\0';
	for (size_t i = 0; i < s->count; i++) {
		if (strlen(s->options[i].name) > 2)
			nearest_try(&near, s->options[i].name);
	}
	if (near.best)
		return err_hint(err, "did you mean %s?", near.best);
	return RC_USAGE;
}

static enum rc
take_value(struct scan *s, const struct scan_option *option, struct scan_item *item,
	   struct err *err)
{
	bool there = is_value(s, s->at);

	if (option->arity == SCAN_NONE || (!there && option->arity == SCAN_OPTIONAL))
		return RC_OK;
	if (!there) {
		(void)err_set(err, RC_USAGE, "%s needs a value", option->name);
		if (s->at < s->argc && strcmp(s->argv[s->at], "--") != 0)
			return err_hint(err, "a value that is spelled like an option: %s=%s",
					option->name, ESC(s->argv[s->at]));
		return RC_USAGE;
	}
	item->value = s->argv[s->at++];
	if (option->arity == SCAN_MANY)
		s->many = option;
	return RC_OK;
}

static enum rc
take_option(struct scan *s, const char *text, struct scan_item *item, struct err *err)
{
	const struct scan_option *option = find(s, text);
	size_t size;

	if (!option)
		return unknown(s, text, err);
	size = strlen(option->name);
	item->id = option->id;
	item->name = option->name;
	if (!text[size])
		return take_value(s, option, item, err);
	if (option->arity == SCAN_NONE)
		return err_set(err, RC_USAGE, "%s takes no value", option->name);
	item->value = text + size + 1;
	return RC_OK;
}

enum rc
scan_next(struct scan *s, struct scan_item *item, struct err *err)
{
	const char *text;

	*item = (struct scan_item){ .id = SCAN_WORD, .position = s->at };
	if (!s->ended && s->at < s->argc && strcmp(s->argv[s->at], "--") == 0) {
		s->ended = true;
		s->many = NULL;
		item->position = ++s->at;
	}
	if (s->at >= s->argc)
		return RC_NOT_FOUND;
	text = s->argv[s->at++];
	if (!s->ended && is_option(text)) {
		s->many = NULL;
		return take_option(s, text, item, err);
	}
	item->value = text;
	if (s->many) {
		item->id = s->many->id;
		item->name = s->many->name;
	}
	return RC_OK;
}
