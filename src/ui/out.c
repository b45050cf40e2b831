/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/out.h"

#include "base/fs.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

void
out_start(struct out *out, FILE *file)
{
	out->file = file;
	out->color = false;
	out->bad = false;
	out->error = 0;
	out->used = 0;
}

static void
write_bytes(struct out *out, const void *data, size_t size)
{
	if (out->bad || !size)
		return;
	errno = 0;
	if (fwrite(data, 1, size, out->file) != size) {
		out->bad = true;
		out->error = errno;
	}
}

void
out_flush(struct out *out)
{
	write_bytes(out, out->data, out->used);
	out->used = 0;
}

void
out_put(struct out *out, struct span bytes)
{
	if (bytes.size > OUT_SIZE - out->used)
		out_flush(out);
	if (bytes.size > OUT_SIZE) {
		write_bytes(out, bytes.data, bytes.size);
		return;
	}
	if (bytes.size)
		memcpy(out->data + out->used, bytes.data, bytes.size);
	out->used += bytes.size;
}

void
out_fail(struct out *out)
{
	if (out->bad)
		return;
	out->bad = true;
	out->error = ENOMEM;
}

void
out_buf(struct out *out, const struct buf *b)
{
	if (b->bad)
		out_fail(out);
	out_put(out, buf_span(b));
}

char *
out_extend(struct out *out, size_t size)
{
	char *at;

	if (size > OUT_SIZE - out->used)
		out_flush(out);
	at = out->data + out->used;
	out->used += size;
	return at;
}

void
out_text(struct out *out, const char *text)
{
	out_put(out, span_text(text));
}

void
out_printf(struct out *out, const char *format, ...)
{
	char text[ERR_TEXT_MAX];
	va_list list;
	int length;

	va_start(list, format);
	length = vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	if (length >= (int)sizeof(text))
		length = (int)sizeof(text) - 1;
	if (length > 0)
		out_put(out, SPAN_OF(text, (size_t)length));
}

void
out_blanks(struct out *out, size_t count)
{
	static const char blanks[] = "                                ";
	size_t part;

	for (; count; count -= part) {
		part = count < sizeof(blanks) - 1 ? count : sizeof(blanks) - 1;
		out_put(out, SPAN_OF(blanks, part));
	}
}

/* True for what needs no escape and takes a column a byte. */
static bool
is_plain(struct span text)
{
	return text_plain(text, '\\', '\\') == text.size;
}

void
out_escaped(struct out *out, struct span text)
{
	struct buf safe = BUF_INIT;

	if (is_plain(text)) {
		out_put(out, text);
		return;
	}
	text_escape(&safe, text);
	out_buf(out, &safe);
	buf_release(&safe);
}

size_t
out_width(struct span text)
{
	return is_plain(text) ? text.size : text_width(text);
}

void
out_padded(struct out *out, struct span text, size_t width)
{
	size_t columns = out_width(text);
	size_t blanks = columns < width ? width - columns : 0;
	char *at;

	if (!is_plain(text) || columns + blanks > OUT_SIZE / 2) {
		out_escaped(out, text);
		out_blanks(out, blanks);
		return;
	}
	at = out_extend(out, columns + blanks);
	if (columns)
		memcpy(at, text.data, columns);
	memset(at + columns, ' ', blanks);
}

void
out_style(struct out *out, enum out_style style)
{
	static const char *const codes[] = {
		[OUT_PLAIN] = "\033[0m",
		[OUT_BOLD] = "\033[1m",
		[OUT_RED] = "\033[31m",
		[OUT_YELLOW] = "\033[33m",
	};

	if (out->color)
		out_text(out, codes[style]);
}

enum rc
out_finish(struct out *out, struct err *err)
{
	out_flush(out);
	errno = 0;
	if (!out->bad && (fflush(out->file) || ferror(out->file))) {
		out->bad = true;
		out->error = errno;
	}
	if (!out->bad)
		return RC_OK;
	if (out->error == ENOMEM)
		return err_set(err, RC_NO_MEMORY, "out of memory while printing");
	return err_set(err, RC_IO, "cannot write to standard output: %s", fs_words(out->error));
}
