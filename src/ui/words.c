/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/words.h"

#include "op/ops.h"
#include "ui/ask.h"
#include "ui/help.h"
#include "ui/progress.h"
#include "ui/run.h"

#include <string.h>

/* By what --color says; without it, as the output was found. */
static void
set_colors(struct view *v, const struct args *args)
{
	const char *when = args->given[P_COLOR] ? args->text[P_COLOR] : "auto";

	if (strcmp(when, "auto") == 0)
		return;
	v->out->color = v->notes->color = strcmp(when, "always") == 0;
}

static void
print(const struct view *v, const struct result *result)
{
	if (v->json)
		view_json(v, result);
	else
		view_text(v, result);
}

static enum rc
run_help(const struct view *v, const struct command *c, struct err *err)
{
	struct result result = RESULT_INIT;
	enum rc rc;

	result.kind = RESULT_TEXT;
	rc = help_put(&result.text, c->topic, c->topic_count, err);
	if (!rc)
		print(v, &result);
	result_release(&result);
	return rc;
}

static enum rc
run_op(struct view *v, struct command *c, enum rc *status, struct err *err)
{
	struct session session = { .store = STORE_INIT, .confines = v->last };
	struct result result = RESULT_INIT;
	struct ask_tty tty = { .fd = -1 };
	struct progress progress;
	enum rc rc;

	progress_start(&progress, v);
	session.meter = &progress.meter;
	if (!c->args.given[P_NO_INPUT])
		session.asker = ask_tty_open(&tty);
	rc = op_run(&session, c->op, &c->args, &result, err);
	progress_end(&progress);
	if (!rc) {
		print(v, &result);
		*status = result.status;
	}
	v->changed = !rc && result.changed && !result.dry_run;
	result_release(&result);
	session_close(&session);
	ask_tty_close(&tty);
	return rc;
}

enum rc
words_run(struct view *v, int argc, char *const *argv, enum rc *status, struct err *err)
{
	struct command command = { .args = ARGS_INIT };
	enum rc rc;

	*status = RC_OK;
	rc = command_read(&command, argc, argv, err);
	if (rc)
		goto out;
	v->op = command.op;
	v->quiet = command.args.given[P_QUIET];
	set_colors(v, &command.args);
	if (command.help)
		rc = run_help(v, &command, err);
	else if (command.op == &op_script)
		rc = run_file(v, &command, status, err);
	else
		rc = run_op(v, &command, status, err);
out:
	args_release(&command.args);
	return rc;
}
