/* What is printed, through one buffer: lists of a hundred thousand rows pass here. */
#ifndef UI_OUT_H
#define UI_OUT_H

#include "base/buf.h"

#include <stdio.h>

enum { OUT_SIZE = 64 * 1024 };

/* Failure to write is sticky: puts do nothing after it, out_finish tells. */
struct out {
	FILE *file; /* borrowed */
	bool color; /* escapes for colour may be put */
	bool bad;
	int error; /* the errno of the first failure */
	size_t used;
	char data[OUT_SIZE];
};

/* Makes it ready to print to file; without colour. */
void out_start(struct out *out, FILE *file);

/* Appends bytes. */
void out_put(struct out *out, struct span bytes);

/* Appends what is in b; when b is bad (out of memory), out is from then on. */
void out_buf(struct out *out, const struct buf *b);

/* Makes out bad, as out_buf does: for what could not be found out for lack of memory. */
void out_fail(struct out *out);

/* Makes size bytes, at most OUT_SIZE, count as put, and returns where they are: the caller writes
 * all of them at once. */
char *out_extend(struct out *out, size_t size);

/* Appends a string. */
void out_text(struct out *out, const char *text);

/* Appends formatted text; of one call at most ERR_TEXT_MAX bytes. */
void out_printf(struct out *out, const char *format, ...) PRINTF(2, 3);

/* Appends blanks. */
void out_blanks(struct out *out, size_t count);

/* Appends text from a file so that a terminal may have it (text_escape). */
void out_escaped(struct out *out, struct span text);

/* How many columns text takes once it is escaped. */
size_t out_width(struct span text);

/* Appends what names are made of: out_escaped, and blanks up to width columns. */
void out_padded(struct out *out, struct span text, size_t width);

enum out_style { OUT_PLAIN, OUT_BOLD, OUT_RED, OUT_YELLOW };

/* Switches to a style; nothing without colour. */
void out_style(struct out *out, enum out_style style);

/* Hands on what is in the buffer. */
void out_flush(struct out *out);

/* Hands on what is in the buffer, also to the file's own. With words RC_IO when any of it could not
 * be written, RC_NO_MEMORY when that is why. */
NODISCARD enum rc out_finish(struct out *out, struct err *err);

#endif
