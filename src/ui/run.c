/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/run.h"

#include "base/fs.h"
#include "base/text.h"
#include "op/ops.h"
#include "op/secret-source.h"
#include "op/transaction.h"
#include "ui/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 120 };

/* What is printed waits in memory until all is written. */
struct held {
	struct out out;
	char *text;
	size_t size;
};

struct runner {
	const struct view *view;
	const struct command *command; /* its common options hold for every line */
	const char *path;
	struct span file;
	struct session session;
	struct transaction together;
	struct held results;
	struct held notes;
	struct secret *pass; /* by the run's own --pass, once it was read */
	size_t number;       /* of the line at hand */
	size_t done;         /* lines that ran */
	enum rc status;
	struct err *err;
};

/* What is done with each command. */
typedef enum rc command_fn(struct runner *r, struct command *c);

static enum rc
hold(struct held *held, bool color, struct err *err)
{
	FILE *file = open_memstream(&held->text, &held->size);

	if (!file)
		return err_default(err, RC_NO_MEMORY);
	out_start(&held->out, file);
	held->out.color = color;
	return RC_OK;
}

static void
held_release(struct held *held)
{
	/* Into memory: there is nothing that could be lost. */
	if (held->out.file)
		(void)fclose(held->out.file);
	free(held->text);
}

static enum rc
hand_on(struct held *held, struct out *to, struct err *err)
{
	enum rc rc = out_finish(&held->out, err);

	if (!rc)
		out_put(to, SPAN_OF(held->text, held->size));
	return rc;
}

static bool
is_blank(unsigned char byte)
{
	return byte == ' ' || byte == '\t';
}

/* Says which line it was: the command without its options, one of which may hold what was meant to
 * be a secret. */
static enum rc
blame(struct runner *r, struct span line)
{
	size_t end = 0;
	bool cut;

	while (end < line.size && end < SHOWN_MAX &&
	       !(line.data[end] == '-' && (!end || is_blank(line.data[end - 1]))))
		end++;
	cut = end < line.size;
	while (end && is_blank(line.data[end - 1]))
		end--;
	return err_prefix(r->err, "'%s', line %zu (%s%s)", ESC(r->path), r->number,
			  ESC_SPAN(span_part(line, 0, end)), cut ? " ..." : "");
}

/* True when a secret's source is standard input. */
static bool
has_secret_on_stdin(const struct args *args)
{
	for (int p = 0; p < P_COUNT; p++) {
		if (param_info((enum param)p)->kind == PARAM_SECRET && args->given[p] &&
		    secret_source_is_stdin(args->text[p]))
			return true;
	}
	return false;
}

/* Standard input is where the lines come from: no file, and no secret. */
static enum rc
check_stdin(const struct runner *r, const struct op *op, const struct args *args)
{
	bool files = op != &op_script && op->arguments && strstr(op->arguments, "FILE") &&
		     !(op->flags & OP_DB_ARG);

	if (strcmp(r->path, "-") != 0)
		return RC_OK;
	if (!has_secret_on_stdin(args) && !args_read_stdin(args) &&
	    !(files && words_have_dash(&args->words)))
		return RC_OK;
	return err_set(r->err, RC_USAGE, "the commands come from standard input: nothing else can");
}

static enum rc
check_command(struct runner *r, struct command *c)
{
	static const enum param whole[] = { P_JSON, P_COLOR };
	enum rc rc;

	if (c->help)
		return err_set(r->err, RC_USAGE, "help is no command of a run");
	for (size_t i = 0; i < ARRAY_SIZE(whole); i++) {
		if (c->args.given[whole[i]])
			return err_set(r->err, RC_USAGE, "--%s is for the run as a whole",
				       param_info(whole[i])->flag);
	}
	/* Its files are there before the end, and stay. */
	if (c->args.given[P_OUT_DIR])
		return err_set(r->err, RC_USAGE, "--out-dir cannot be part of a run");
	rc = transaction_takes(c->op, r->err);
	if (!rc)
		rc = op_check_words(c->op, &c->args, r->err);
	if (!rc)
		rc = check_stdin(r, c->op, &c->args);
	r->together.writes = r->together.writes || op_may_write(c->op, &c->args);
	return rc;
}

/* An option of the run that the line does not give. */
static void
inherit(struct args *to, const struct args *from, enum param p)
{
	if (to->given[p] || !from->given[p])
		return;
	to->given[p] = true;
	to->text[p] = from->text[p];
	to->number[p] = from->number[p];
}

/* The passphrase of the run: its source is read once, whichever line wants it first. */
static enum rc
inherit_pass(const struct runner *r, struct command *c)
{
	enum rc rc = RC_OK;

	inherit(&c->args, &r->command->args, P_PASS);
	if (r->pass)
		rc = secret_copy(&c->args.secret[P_PASS], r->pass);
	return err_default(r->err, rc);
}

/* What the line read of it is kept. */
static enum rc
keep_pass(struct runner *r, const struct command *c)
{
	const struct args *run = &r->command->args;
	bool inherited = run->given[P_PASS] && c->args.text[P_PASS] == run->text[P_PASS];

	if (!inherited || r->pass || !c->args.secret[P_PASS])
		return RC_OK;
	return err_default(r->err, secret_copy(&r->pass, c->args.secret[P_PASS]));
}

static enum rc
inherit_all(const struct runner *r, struct command *c)
{
	static const enum param always[] = {
		P_YES,           P_FORCE, P_NO_INPUT, P_WAIT, P_MAX_ITERATIONS,
		P_MAX_FILE_SIZE, P_QUIET, P_JSON
	};
	const struct args *from = &r->command->args;
	bool named = c->op->flags & OP_DB_ARG && c->args.words.count;

	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		inherit(&c->args, from, always[i]);
	if (!(c->op->flags & OP_DATABASE))
		return RC_OK;
	if (!named)
		inherit(&c->args, from, P_DB);
	return c->args.given[P_PASS] ? RC_OK : inherit_pass(r, c);
}

/* What goes to standard output is printed with the result. */
static enum rc
put_outputs(struct runner *r, const struct result *result)
{
	/* All others wait for the end, or were not to be written. */
	for (size_t i = 0; i < result->output_count && !result->dry_run; i++) {
		if (!output_is_stdout(&result->outputs[i]))
			continue;
		if (result->outputs[i].secret)
			return err_set(r->err, RC_USAGE,
				       "a key does not go to standard output in a run: --out FILE");
		out_put(&r->results.out, buf_span(&result->outputs[i].bytes));
	}
	return RC_OK;
}

static void
print(struct runner *r, const struct command *c, const struct result *result)
{
	struct view v = *r->view;

	v.out = &r->results.out;
	v.notes = &r->notes.out;
	v.op = c->op;
	v.quiet = c->args.given[P_QUIET];
	if (v.json && r->done)
		out_text(v.out, ",");
	if (v.json)
		view_json_object(&v, result);
	else
		view_text(&v, result);
}

/* Looking and finding something is no failure; a file that cannot be read is. */
static enum rc
judge(struct runner *r, const struct result *result)
{
	const struct err *why = NULL;

	if (!result->status)
		return RC_OK;
	r->status = result->status;
	if (rc_status(result->status) == rc_status(RC_FOUND))
		return RC_OK;
	for (size_t i = 0; i < result->shown_count && !why; i++)
		if (result->shown[i].error.rc == result->status)
			why = &result->shown[i].error;
	return err_set(r->err, result->status, "%s",
		       why && why->message[0] ? why->message : rc_text(result->status));
}

static enum rc
do_command(struct runner *r, struct command *c)
{
	struct result result = RESULT_INIT;
	enum rc rc;

	rc = inherit_all(r, c);
	if (!rc)
		rc = op_run(&r->session, c->op, &c->args, &result, r->err);
	if (!rc)
		rc = keep_pass(r, c);
	if (!rc)
		rc = judge(r, &result);
	if (!rc)
		rc = put_outputs(r, &result);
	if (!rc)
		print(r, c, &result);
	r->done++;
	result_release(&result);
	return rc;
}

static enum rc
do_line(struct runner *r, struct span line, command_fn *each)
{
	struct command command = { .args = ARGS_INIT };
	struct run_line words = { .argc = 0 };
	enum rc rc = run_line_split(&words, line, r->err);

	if (!rc && words.argc > 1 && strcmp(words.argv[1], "kyman") == 0) {
		(void)err_set(r->err, RC_USAGE, "'kyman' is not part of it");
		rc = err_hint(r->err, "a line begins with the command");
	}
	if (!rc && words.argc > 1)
		rc = command_read(&command, words.argc, words.argv, r->err);
	if (!rc && words.argc > 1)
		rc = each(r, &command);
	args_release(&command.args);
	run_line_release(&words);
	return rc ? blame(r, line) : RC_OK;
}

static enum rc
each_line(struct runner *r, command_fn *each)
{
	struct span rest = r->file;
	struct span line;
	enum rc rc = RC_OK;

	for (r->number = 1; !rc && text_next_line(&rest, &line); r->number++) {
		/* Files from Windows. */
		if (line.size && line.data[line.size - 1] == '\r')
			line.size--;
		if (!run_line_is_empty(line))
			rc = do_line(r, line, each);
	}
	return rc;
}

static enum rc
do_all(struct runner *r)
{
	const struct view *v = r->view;
	enum rc rc;

	if (v->json)
		view_json_results(&r->results.out);
	rc = each_line(r, do_command);
	if (rc)
		return rc;
	rc = transaction_end(&r->session, r->err);
	if (rc)
		return err_prefix(r->err, "'%s', at its end", ESC(r->path));
	if (v->json)
		view_json_results_end(&r->results.out, &r->together.pending.warnings);
	else
		view_text_warnings(&r->notes.out, &r->together.pending.warnings);
	return RC_OK;
}

/* All lines are looked at before the first is run: a slip of the pen in the last costs nobody a
 * passphrase. */
static enum rc
run_all(struct runner *r)
{
	enum rc rc = each_line(r, check_command);

	if (!rc)
		rc = hold(&r->results, r->view->out->color, r->err);
	if (!rc)
		rc = hold(&r->notes, r->view->notes->color, r->err);
	if (!rc)
		rc = do_all(r);
	if (!rc)
		rc = hand_on(&r->notes, r->view->notes, r->err);
	if (!rc)
		rc = hand_on(&r->results, r->view->out, r->err);
	return rc;
}

static enum rc
start(struct runner *r, struct buf *file)
{
	enum rc rc = op_check_words(r->command->op, &r->command->args, r->err);

	if (rc)
		return rc;
	r->path = r->command->args.words.items[0];
	rc = check_stdin(r, r->command->op, &r->command->args);
	if (rc)
		return rc;
	rc = fs_read(file, r->path, RUN_FILE_MAX, NULL, r->err);
	r->file = buf_span(file);
	return rc;
}

enum rc
run_file(struct view *v, const struct command *command, enum rc *status, struct err *err)
{
	struct runner *r = calloc(1, sizeof(*r));
	struct buf file = BUF_INIT;
	struct ask_tty tty = { .fd = -1 };
	enum rc rc;

	if (!r)
		return err_default(err, RC_NO_MEMORY);
	r->view = v;
	r->command = command;
	r->err = err;
	r->session = (struct session)SESSION_INIT;
	r->session.together = &r->together;
	r->together = (struct transaction)TRANSACTION_INIT;
	r->together.dry_run = command->args.given[P_DRY_RUN];
	rc = start(r, &file);
	if (!rc && !command->args.given[P_NO_INPUT])
		r->session.asker = ask_tty_open(&tty);
	if (!rc)
		rc = run_all(r);
	*status = r->status;
	v->changed = !rc && !r->together.dry_run && r->together.changed;
	ask_tty_close(&tty);
	session_close(&r->session);
	transaction_release(&r->together);
	secret_free(&r->pass);
	held_release(&r->results);
	held_release(&r->notes);
	buf_release(&file);
	free(r);
	return rc;
}
