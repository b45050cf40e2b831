/* Lines of answers: what people type and what pipes send. On a terminal readline edits, completes
 * and remembers; else all input comes through one reader with its own wiped buffer, and what was
 * read is echoed, so that a transcript can be read. Passphrases never touch readline or stdio. */
#ifndef UI_LINE_H
#define UI_LINE_H

#include "base/secret.h"
#include "ui/out.h"

enum { ANSWER_MAX = 4096 };

/* Each kind of prompt has its own history; those of labels have none. */
enum line_kind {
	LINE_OPTION, /* a number of a menu, or a small number */
	LINE_FILE,   /* a file name: files are completed */
	LINE_LABEL,  /* never remembered */
	LINE_NAME,   /* a part of a subject name */
	LINE_VALUE,  /* an alternative name, days, ... */
	LINE_KINDS,
};

/* A question. All borrowed. */
struct line_ask {
	const char *prompt; /* printed as it stands, on a line of its own */
	const char *help;   /* what '?' prints before it asks again; NULL: '?' is an answer */
	enum line_kind kind;
	const char *const *words; /* candidates for completion, NULL-terminated; NULL: none */
	const char *preset;       /* on a terminal: there to be edited or taken; NULL: nothing */
};

struct lines;

/* A reader on standard input that prints to out (borrowed). The caller frees *lines with
 * lines_free. RC_NO_MEMORY. */
NODISCARD enum rc lines_new(struct lines **lines, struct out *out, struct err *err);

/* Gives the terminal its settings back, wipes and frees *lines, which may be NULL. */
void lines_free(struct lines **lines);

/* Standard input is a terminal. */
bool lines_is_terminal(const struct lines *lines);

/* Nothing more can be read: end of input on a pipe, a terminal that is gone. */
bool lines_ended(const struct lines *lines);

/* How many columns the screen has; 80 where there is none. */
unsigned lines_columns(const struct lines *lines);

/* Asks, and appends the answer, without its line end, to *answer (a NUL byte may be in it: the
 * caller looks). RC_CANCELLED: back, by ^C or ^D on a terminal, or nothing more to read
 * (lines_ended). RC_LIMIT with words for a line over ANSWER_MAX bytes, all of which is skipped. */
NODISCARD enum rc lines_read(struct lines *lines, const struct line_ask *ask, struct buf *answer,
			     struct err *err);

/* Asks for a passphrase: echo off on a terminal, no echo from a pipe. As lines_read, and RC_USAGE
 * with words for one that is too long (SECRET_LINE_MAX). An empty line is an empty secret. The
 * caller frees *secret, which is NULL on failure. */
NODISCARD enum rc lines_secret(struct lines *lines, const char *prompt, struct secret **secret,
			       struct err *err);

#endif
