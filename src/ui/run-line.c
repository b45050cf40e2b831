/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of commands into words. Nothing is expanded: what looks as if it should be is refused
 * rather than taken as it stands. */
#include "base/text.h"
#include "ui/run.h"

#include <stdlib.h>
#include <string.h>

struct splitter {
	struct span in;
	size_t at;
	struct buf *text;
	bool in_word;
	struct err *err;
};

static bool
is_one_of(unsigned char byte, const char *list)
{
	return byte && strchr(list, byte);
}

static enum rc
not_expanded(struct splitter *s, unsigned char byte)
{
	(void)err_set(s->err, RC_USAGE,
		      "'%c' means nothing here: nothing is expanded, piped or redirected", byte);
	return err_hint(s->err, "between apostrophes it stands for itself");
}

/* Behind the first apostrophe. */
static enum rc
take_apostrophes(struct splitter *s)
{
	while (s->at < s->in.size) {
		unsigned char byte = s->in.data[s->at++];

		if (byte == '\'')
			return RC_OK;
		buf_put_byte(s->text, byte);
	}
	return err_set(s->err, RC_USAGE, "an apostrophe is not closed");
}

/* Behind the first quotation mark. */
static enum rc
take_quotation(struct splitter *s)
{
	while (s->at < s->in.size) {
		unsigned char byte = s->in.data[s->at++];

		if (byte == '"')
			return RC_OK;
		if (is_one_of(byte, "$`"))
			return not_expanded(s, byte);
		if (byte == '\\' && s->at < s->in.size && is_one_of(s->in.data[s->at], "$`\"\\"))
			byte = s->in.data[s->at++];
		buf_put_byte(s->text, byte);
	}
	return err_set(s->err, RC_USAGE, "a quotation mark is not closed");
}

static enum rc
take_escaped(struct splitter *s)
{
	if (s->at == s->in.size)
		return err_set(s->err, RC_USAGE,
			       "the line ends in a backslash: a command is one line");
	buf_put_byte(s->text, s->in.data[s->at++]);
	return RC_OK;
}

static void
end_word(struct splitter *s)
{
	if (s->in_word)
		buf_put_byte(s->text, 0);
	s->in_word = false;
}

/* The next byte, and what belongs to it. */
static enum rc
take(struct splitter *s)
{
	unsigned char byte = s->in.data[s->at++];
	bool begins = !s->in_word;

	if (is_one_of(byte, " \t")) {
		end_word(s);
		return RC_OK;
	}
	if (begins && byte == '#') {
		s->at = s->in.size;
		return RC_OK;
	}
	if (is_one_of(byte, "$`|&;<>()") || (begins && byte == '~'))
		return not_expanded(s, byte);
	s->in_word = true;
	switch (byte) {
	case '\'':
		return take_apostrophes(s);
	case '"':
		return take_quotation(s);
	case '\\':
		return take_escaped(s);
	default:
		buf_put_byte(s->text, byte);
		return RC_OK;
	}
}

/* Points argv at the words. */
static enum rc
point(struct run_line *l)
{
	size_t count = 0;
	char *at;

	for (size_t i = 0; i < l->text.size; i++)
		count += !l->text.data[i];
	l->argv = calloc(count + 1, sizeof(*l->argv));
	if (!l->argv)
		return RC_NO_MEMORY;
	at = (char *)l->text.data;
	for (size_t i = 0; i < count; i++) {
		l->argv[i] = at;
		at += strlen(at) + 1;
	}
	l->argc = (int)count;
	return RC_OK;
}

enum rc
run_line_split(struct run_line *l, struct span line, struct err *err)
{
	struct splitter s = { .in = line, .text = &l->text, .err = err };
	enum rc rc = RC_OK;

	if (line.size > RUN_LINE_MAX)
		return err_set(err, RC_LIMIT, "it is longer than %d bytes, which is the limit",
			       RUN_LINE_MAX);
	if (line.size && memchr(line.data, 0, line.size))
		return err_set(err, RC_USAGE, "there is a NUL in it: this is no file of commands");
	buf_put_text(&l->text, "kyman");
	buf_put_byte(&l->text, 0);
	while (!rc && s.at < line.size)
		rc = take(&s);
	if (rc)
		return rc;
	end_word(&s);
	rc = buf_rc(&l->text);
	if (!rc)
		rc = point(l);
	return rc ? err_default(err, rc) : RC_OK;
}

bool
run_line_is_empty(struct span line)
{
	size_t at = 0;

	while (at < line.size && is_one_of(line.data[at], " \t"))
		at++;
	if (at == line.size)
		return true;
	return line.data[at] == '#' && !memchr(line.data, 0, line.size);
}

void
run_line_release(struct run_line *l)
{
	buf_release(&l->text);
	free(l->argv);
	*l = (struct run_line){ .argc = 0 };
}
