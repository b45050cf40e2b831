/* The ways to read a line, one a file: what line.c chooses from. */
#ifndef UI_LINE_PARTS_H
#define UI_LINE_PARTS_H

#include "ui/line.h"

/* A pipe: what was read and not yet taken. */
struct line_pipe {
	int fd;
	struct secret *bytes;
	size_t begin;
	size_t end;
	bool ended; /* nothing more can be read */
};

/* Makes a reader of fd (borrowed). RC_NO_MEMORY. The caller releases it with line_pipe_release. */
NODISCARD enum rc line_pipe_start(struct line_pipe *pipe, int fd);

/* Wipes and releases what is in it. */
void line_pipe_release(struct line_pipe *pipe);

/* The next line without its end, at most max bytes, itself at most ANSWER_MAX: borrowed until the
 * next call, or wiped by it. RC_CANCELLED at the end of input, RC_LIMIT for a longer line, which is
 * skipped. */
NODISCARD enum rc line_pipe_next(struct line_pipe *pipe, size_t max, struct span *line);

/* Wipes the line that line_pipe_next gave. */
void line_pipe_wipe(struct line_pipe *pipe);

/* Line editing with readline: its settings and what it remembers. */
struct line_edit;

/* Whether this kyman was built with readline. */
bool line_edit_possible(void);

/* Editing on the terminal that standard input and file (borrowed) are. RC_NO_MEMORY. The caller
 * frees *edit with line_edit_free. */
NODISCARD enum rc line_edit_new(struct line_edit **edit, FILE *file);

/* Wipes what was remembered and frees *edit, which may be NULL. */
void line_edit_free(struct line_edit **edit);

/* Asks and appends the answer. RC_CANCELLED for ^C, and for ^D on an empty line; RC_LIMIT for more
 * than ANSWER_MAX bytes; RC_IO when the terminal is gone; RC_NO_MEMORY. */
NODISCARD enum rc line_edit_read(struct line_edit *edit, const struct line_ask *ask,
				 struct buf *answer);

#endif
