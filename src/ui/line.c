/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/line.h"

#include "base/text.h"
#include "op/secret-source.h"
#include "ui/ask.h"
#include "ui/line-parts.h"
#include "ui/tty.h"

#include <stdlib.h>
#include <unistd.h>

struct lines {
	struct out *out;
	bool is_terminal;
	bool ended;
	struct line_pipe pipe;  /* where it is no terminal */
	struct line_edit *edit; /* NULL: the terminal edits */
};

enum rc
lines_new(struct lines **lines, struct out *out, struct err *err)
{
	struct lines *made = calloc(1, sizeof(*made));
	enum rc rc = RC_OK;

	*lines = NULL;
	if (!made)
		return err_default(err, RC_NO_MEMORY);
	made->out = out;
	made->is_terminal = isatty(STDIN_FILENO);
	if (!made->is_terminal)
		rc = line_pipe_start(&made->pipe, STDIN_FILENO);
	else if (line_edit_possible() && isatty(fileno(out->file)))
		rc = line_edit_new(&made->edit, out->file);
	if (rc) {
		lines_free(&made);
		return err_default(err, rc);
	}
	*lines = made;
	return RC_OK;
}

void
lines_free(struct lines **lines)
{
	struct lines *old = *lines;

	if (!old)
		return;
	*lines = NULL;
	line_edit_free(&old->edit);
	line_pipe_release(&old->pipe);
	free(old);
}

bool
lines_is_terminal(const struct lines *lines)
{
	return lines->is_terminal;
}

bool
lines_ended(const struct lines *lines)
{
	return lines->ended;
}

unsigned
lines_columns(const struct lines *lines)
{
	return ask_tty_columns(fileno(lines->out->file));
}

/* What was printed is seen before anything is read. A failure to write stays in out, or in its
 * file, for out_finish. */
static void
flush(struct out *out)
{
	out_flush(out);
	(void)fflush(out->file);
}

struct line_prompt {
	struct out *out;
	const char *text;
};

static void
show_prompt(void *self)
{
	const struct line_prompt *prompt = self;

	out_text(prompt->out, prompt->text);
	out_text(prompt->out, "\n");
	flush(prompt->out);
}

/* The cursor stands behind an abandoned line, or behind what nobody saw. */
static void
end_line(struct out *out)
{
	out_text(out, "\n");
	flush(out);
}

static enum rc
read_pipe(struct lines *lines, const struct line_ask *ask, struct buf *answer)
{
	struct line_prompt prompt = { lines->out, ask->prompt };
	struct span line;
	enum rc rc;

	show_prompt(&prompt);
	rc = line_pipe_next(&lines->pipe, ANSWER_MAX, &line);
	if (!rc) {
		out_escaped(lines->out, line);
		out_text(lines->out, "\n");
		buf_put(answer, line);
		rc = buf_rc(answer);
	}
	line_pipe_wipe(&lines->pipe);
	return rc;
}

/* A terminal without readline: it edits lines itself. */
static enum rc
read_plain(struct lines *lines, const struct line_ask *ask, struct buf *answer)
{
	struct line_prompt prompt = { lines->out, ask->prompt };
	const struct tty_question question = { STDIN_FILENO, true, show_prompt, &prompt };
	struct secret *line = NULL;
	size_t size = 0;
	enum rc rc = secret_new(&line, ANSWER_MAX);

	if (rc)
		return rc;
	rc = tty_line(&question, line, &size);
	if (!rc) {
		buf_put(answer, span_part(secret_span(line), 0, size));
		rc = buf_rc(answer);
	}
	secret_free(&line);
	return rc;
}

static enum rc
read_answer(struct lines *lines, const struct line_ask *ask, struct buf *answer)
{
	if (!lines->is_terminal)
		return read_pipe(lines, ask, answer);
	if (!lines->edit)
		return read_plain(lines, ask, answer);
	flush(lines->out);
	return line_edit_read(lines->edit, ask, answer);
}

/* What reading said, for the caller. */
static enum rc
outcome(struct lines *lines, enum rc rc, struct err *err)
{
	/* From a pipe nothing else cancels; a terminal that is gone cannot be read. */
	if (rc == RC_IO || (rc == RC_CANCELLED && !lines->is_terminal)) {
		lines->ended = true;
		return err_set(err, RC_CANCELLED, "cancelled: there is nothing more to read");
	}
	if (rc == RC_CANCELLED) {
		end_line(lines->out);
		return err_set(err, rc, "cancelled");
	}
	return rc ? err_default(err, rc) : RC_OK;
}

static bool
is_question_mark(const struct line_ask *ask, const struct buf *answer)
{
	return ask->help && answer->size == 1 && answer->data[0] == '?';
}

enum rc
lines_read(struct lines *lines, const struct line_ask *ask, struct buf *answer, struct err *err)
{
	struct buf line = BUF_INIT;
	enum rc rc;

	if (lines->ended)
		return outcome(lines, RC_IO, err);
	for (;;) {
		rc = read_answer(lines, ask, &line);
		if (rc || !is_question_mark(ask, &line))
			break;
		out_text(lines->out, ask->help);
		out_text(lines->out, "\n");
		buf_cut(&line, 0);
	}
	if (!rc) {
		buf_put(answer, buf_span(&line));
		rc = buf_rc(answer);
	}
	buf_release(&line);
	if (rc == RC_LIMIT)
		return err_set(err, rc, "a line has at most %d bytes", ANSWER_MAX);
	return outcome(lines, rc, err);
}

/* Passphrases are read straight into *secret, which is long enough for all. */
static enum rc
read_hidden(struct lines *lines, const char *text, struct secret *secret)
{
	struct line_prompt prompt = { lines->out, text };
	const struct tty_question question = { STDIN_FILENO, true, show_prompt, &prompt };
	size_t size = 0;
	enum rc rc;

	flush(lines->out);
	rc = tty_hidden(&question, secret, &size);
	if (!rc || rc == RC_LIMIT)
		end_line(lines->out);
	if (!rc)
		secret_cut(secret, size);
	return rc;
}

static enum rc
read_unseen(struct lines *lines, const char *text, struct secret *secret)
{
	struct line_prompt prompt = { lines->out, text };
	struct span line;
	enum rc rc;

	show_prompt(&prompt);
	rc = line_pipe_next(&lines->pipe, SECRET_LINE_MAX, &line);
	if (!rc) {
		out_text(lines->out, "\n");
		if (line.size)
			memcpy(secret_data(secret), line.data, line.size);
		secret_cut(secret, line.size);
	}
	line_pipe_wipe(&lines->pipe);
	return rc;
}

enum rc
lines_secret(struct lines *lines, const char *prompt, struct secret **secret, struct err *err)
{
	enum rc rc;

	*secret = NULL;
	if (lines->ended)
		return outcome(lines, RC_IO, err);
	rc = secret_new(secret, SECRET_LINE_MAX);
	if (!rc && lines->is_terminal)
		rc = read_hidden(lines, prompt, *secret);
	else if (!rc)
		rc = read_unseen(lines, prompt, *secret);
	if (rc)
		secret_free(secret);
	if (rc == RC_LIMIT)
		return err_set(err, RC_USAGE, "a passphrase has at most %d bytes", SECRET_LINE_MAX);
	return outcome(lines, rc, err);
}
