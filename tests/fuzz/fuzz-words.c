/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A command line, a word a line: it is understood or refused with words, and help never fails on
 * what was understood. Nothing is run. */
#include "ui/help.h"
#include "ui/words.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct command *c, enum rc rc, const struct err *err)
{
	struct err why = ERR_INIT;
	struct buf page = BUF_INIT;

	if (rc && (err->rc != rc || !err->message[0]))
		abort();
	if (!rc && !c->help && !c->op)
		abort();
	for (const char *at = err->message; *at; at++) {
		if ((unsigned char)*at < ' ')
			abort();
	}
	rc = help_put(&page, c->topic, c->topic_count, &why);
	if (rc && rc != RC_USAGE)
		abort();
	buf_release(&page);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct command command = { .args = ARGS_INIT };
	struct err err = ERR_INIT;
	char *argv[WORDS_MAX + 1] = { NULL };
	char *text = malloc(size + 1);
	int argc = 0;
	enum rc rc;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	for (char *at = text; at && argc < WORDS_MAX; argc++)
		argv[argc] = strsep(&at, "\n");
	rc = command_read(&command, argc, argv, &err);
	check(&command, rc, &err);
	args_release(&command.args);
	free(text);
	return 0;
}
