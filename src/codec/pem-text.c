/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What editors, mailers and transfers make of a text file, undone. */
#include "codec/pem.h"

#include "base/text.h"

#include <string.h>

enum {
	LOOK_AT = 4096, /* bytes that tell what a text is */
};

static const char utf8_bom[] = "\xef\xbb\xbf";

/* "-----BEGIN" in EBCDIC: the dashes, letters and most code pages agree in these. */
static const char ebcdic_begin[] = "\x60\x60\x60\x60\x60\xc2\xc5\xc7\xc9\xd5";

/* Where needle is in s, or NULL. */
static const unsigned char *
find(struct span s, struct span needle)
{
	return s.size ? memmem(s.data, s.size, needle.data, needle.size) : NULL;
}

static bool
is_ebcdic(struct span s)
{
	return find(span_part(s, 0, LOOK_AT), span_text(ebcdic_begin)) != NULL;
}

enum utf16 { UTF16_NO, UTF16_LE, UTF16_BE };

/* UTF-16 by its mark, or since every second byte of a text's beginning is zero. */
static enum utf16
utf16_of(struct span s)
{
	size_t look = s.size < LOOK_AT ? s.size & ~(size_t)1 : LOOK_AT;
	size_t odd = 0;
	size_t even = 0;
	size_t i;

	if (s.size < 2)
		return UTF16_NO;
	if (s.data[0] == 0xff && s.data[1] == 0xfe)
		return UTF16_LE;
	if (s.data[0] == 0xfe && s.data[1] == 0xff)
		return UTF16_BE;
	for (i = 0; i < look; i += 2) {
		even += s.data[i] == 0;
		odd += s.data[i + 1] == 0;
	}
	if (even == 0 && odd == look / 2)
		return UTF16_LE;
	if (odd == 0 && even == look / 2)
		return UTF16_BE;
	return UTF16_NO;
}

static bool
is_text_byte(unsigned c)
{
	return (c >= 0x20 && c != 0x7f) || (c >= '\t' && c <= '\r');
}

bool
pem_is_text(struct span bytes)
{
	size_t i;

	if (utf16_of(bytes) != UTF16_NO || is_ebcdic(bytes))
		return true;
	for (i = 0; i < bytes.size; i++) {
		/* The end-of-file mark of CP/M, which some transfers still add. */
		bool last = bytes.data[i] == 0x1a && i + 1 == bytes.size;

		if (!is_text_byte(bytes.data[i]) && !last)
			return false;
	}
	return bytes.size > 0;
}

/* Replaces UTF-16 by UTF-8. */
static enum rc
from_utf16(struct buf *file, enum utf16 order)
{
	struct buf text = BUF_INIT;
	struct span s = buf_span(file);
	enum rc rc;
	size_t i;

	for (i = 0; order == UTF16_LE && i + 1 < file->size; i += 2) {
		unsigned char low = file->data[i];

		file->data[i] = file->data[i + 1];
		file->data[i + 1] = low;
	}
	if (span_begins(s, SPAN_OF("\xfe\xff", 2)))
		s = span_part(s, 2, SIZE_MAX);
	buf_reserve(&text, s.size / 2);
	/* Halves of pairs become U+FFFD: no Base64, so told where they matter. */
	(void)text_from_utf16be(&text, s);
	rc = buf_rc(&text);
	buf_release(file);
	*file = text;
	return rc;
}

/* Takes the byte order mark at the front away. */
static void
drop_bom(struct buf *file)
{
	size_t size = sizeof(utf8_bom) - 1;

	memmove(file->data, file->data + size, file->size - size);
	buf_cut(file, file->size - size);
}

static void
cr_to_lf(struct buf *file)
{
	size_t i;

	for (i = 0; i < file->size; i++) {
		if (file->data[i] == '\r')
			file->data[i] = '\n';
	}
}

/* True when a line begins with ">" (and a blank) and a BEGIN mark behind. */
static bool
is_quoted(struct span s)
{
	const unsigned char *at = find(s, span_text("> -----BEGIN "));

	if (!at)
		at = find(s, span_text(">-----BEGIN "));
	if (!at)
		return false;
	while (at > s.data && (at[-1] == '>' || at[-1] == ' '))
		at--;
	return at == s.data || at[-1] == '\n';
}

/* Takes "> " off the front of every line, more than once too. */
static void
unquote(struct buf *file)
{
	size_t to = 0;
	size_t i = 0;

	while (i < file->size) {
		while (i < file->size && file->data[i] == '>') {
			i++;
			if (i < file->size && file->data[i] == ' ')
				i++;
		}
		while (i < file->size && file->data[i] != '\n')
			file->data[to++] = file->data[i++];
		if (i < file->size)
			file->data[to++] = file->data[i++];
	}
	buf_cut(file, to);
}

/* "\n" and "\r" as they stand in the strings of programs and settings become white space. */
static void
unescape(struct buf *file)
{
	size_t i;

	for (i = 0; i + 1 < file->size; i++) {
		if (file->data[i] != '\\')
			continue;
		if (file->data[i + 1] == 'n') {
			file->data[i] = ' ';
			file->data[i + 1] = '\n';
		} else if (file->data[i + 1] == 'r') {
			file->data[i] = ' ';
			file->data[i + 1] = ' ';
		}
	}
}

/* The lines: one kind of line end, no quotes. */
static void
plain_lines(struct buf *file, const struct notes *notes)
{
	struct span s = buf_span(file);

	if (s.size && memchr(s.data, '\r', s.size) && !memchr(s.data, '\n', s.size)) {
		cr_to_lf(file);
		notes_add(notes, "cr-only", "lines end in CR alone: most programs see one line");
	}
	if (find(s, span_text("-----\\n")) || find(s, span_text("-----\\r\\n"))) {
		unescape(file);
		notes_add(notes, "escaped",
			  "line ends are written as \\n: this comes from a "
			  "program's or a setting's text");
	}
	if (is_quoted(s)) {
		unquote(file);
		notes_add(notes, "quoted", "lines begin with \">\", as mail programs quote");
	}
}

enum rc
pem_plain_text(struct buf *file, const struct notes *notes)
{
	enum utf16 order = utf16_of(buf_span(file));
	enum rc rc;

	if (is_ebcdic(buf_span(file)))
		return RC_UNSUPPORTED;
	if (order != UTF16_NO) {
		rc = from_utf16(file, order);
		if (rc)
			return rc;
		notes_add(notes, "utf-16", "the text is UTF-16: hardly any program reads that");
	}
	if (span_begins(buf_span(file), span_text(utf8_bom))) {
		drop_bom(file);
		notes_add(notes, "bom",
			  "the file begins with a byte order mark: many programs "
			  "skip the first block without a word");
	}
	plain_lines(file, notes);
	return RC_OK;
}
