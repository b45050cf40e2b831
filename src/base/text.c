/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum {
	POINT_MAX = 0x10ffff,
	POINT_UNKNOWN = 0xfffd,
	ESCAPE_MAX = 16, /* the longest escape of one character, with its NUL */
};

/* How many bytes a sequence has that begins with lead, and the least point it may stand for; 0 for
 * what begins none. */
static size_t
sequence_size(unsigned lead, uint32_t *least)
{
	static const uint32_t leasts[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t size = lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

	if (lead > 0xf7)
		size = 0;
	*least = leasts[size];
	return size;
}

static bool
is_surrogate(uint32_t point)
{
	return point >= 0xd800 && point <= 0xdfff;
}

/* The point that s begins with, and its length; -1 and 1 for what is no UTF-8. s is not empty. */
static int32_t
decode(struct span s, size_t *length)
{
	uint32_t least;
	size_t size = sequence_size(s.data[0], &least);
	uint32_t point;
	size_t i;

	*length = 1;
	if (size == 0 || size > s.size)
		return -1;
	point = size == 1 ? s.data[0] : s.data[0] & (0x7fU >> size);
	for (i = 1; i < size; i++) {
		if ((s.data[i] & 0xc0) != 0x80)
			return -1;
		point = point << 6 | (s.data[i] & 0x3f);
	}
	if (point < least || point > POINT_MAX || is_surrogate(point))
		return -1;
	*length = size;
	return (int32_t)point;
}

int32_t
text_next(struct span *s)
{
	size_t length;
	int32_t point;

	if (s->size == 0)
		return -2;
	point = decode(*s, &length);
	s->data += length;
	s->size -= length;
	return point;
}

void
text_put(struct buf *b, uint32_t point)
{
	if (point > POINT_MAX || is_surrogate(point))
		point = POINT_UNKNOWN;
	if (point < 0x80) {
		buf_put_byte(b, point);
		return;
	}
	if (point < 0x800) {
		buf_put_byte(b, 0xc0 | point >> 6);
	} else if (point < 0x10000) {
		buf_put_byte(b, 0xe0 | point >> 12);
		buf_put_byte(b, 0x80 | (point >> 6 & 0x3f));
	} else {
		buf_put_byte(b, 0xf0 | point >> 18);
		buf_put_byte(b, 0x80 | (point >> 12 & 0x3f));
		buf_put_byte(b, 0x80 | (point >> 6 & 0x3f));
	}
	buf_put_byte(b, 0x80 | (point & 0x3f));
}

bool
text_is_utf8(struct span s)
{
	int32_t point;

	s = span_part(s, text_plain(s, 0, 0), s.size);
	do
		point = text_next(&s);
	while (point >= 0);
	return point == -2;
}

bool
text_is_control(uint32_t point)
{
	static const uint32_t ranges[][2] = {
		{ 0x00, 0x1f },       { 0x7f, 0x9f },     { 0x61c, 0x61c },   { 0x180e, 0x180e },
		{ 0x200b, 0x200f },   { 0x2028, 0x202e }, { 0x2060, 0x2064 }, { 0x2066, 0x2069 },
		{ 0xd800, 0xdfff },   { 0xfdd0, 0xfdef }, { 0xfeff, 0xfeff }, { 0xe0001, 0xe0001 },
		{ 0xe0020, 0xe007f },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		if (point >= ranges[i][0] && point <= ranges[i][1])
			return true;
	return (point & 0xfffe) == 0xfffe || point > POINT_MAX;
}

bool
text_is_safe(struct span s)
{
	int32_t point;

	do
		point = text_next(&s);
	while (point >= 0 && !text_is_control((uint32_t)point));
	return point == -2;
}

/* Writes the safe form of the next character of *s and takes it off; returns its length. */
static size_t
escape_next(char out[ESCAPE_MAX], struct span *s)
{
	const unsigned char *from = s->data;
	int32_t point = text_next(s);
	size_t length = (size_t)(s->data - from);
	uint32_t shown = point < 0 ? *from : (uint32_t)point;
	int printed;

	if (point < 0 || (shown < 0x100 && text_is_control(shown))) {
		printed = snprintf(out, ESCAPE_MAX, "\\x%02x", (unsigned)shown);
	} else if (text_is_control(shown)) {
		printed = snprintf(out, ESCAPE_MAX, "\\u{%x}", (unsigned)shown);
	} else if (shown == '\\') {
		printed = snprintf(out, ESCAPE_MAX, "\\\\");
	} else {
		memcpy(out, from, length);
		return length;
	}
	return (size_t)printed;
}

/* Every byte of a word. */
#define EACH(byte) (UINT64_C(0x0101010101010101) * (unsigned char)(byte))

/* Whether one of eight bytes is zero. */
static bool
has_zero(uint64_t bytes)
{
	return (bytes - EACH(1)) & ~bytes & EACH(0x80);
}

static bool
is_plain(unsigned byte, char one, char other)
{
	return byte >= ' ' && byte < 0x7f && byte != (unsigned char)one &&
	       byte != (unsigned char)other;
}

/* Eight at a time: most text is plain from end to end. */
size_t
text_plain(struct span s, char one, char other)
{
	uint64_t word;
	size_t at = 0;

	for (; s.size - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, s.data + at, sizeof(word));
		if (word & EACH(0x80) || (word - EACH(' ')) & EACH(0x80) ||
		    has_zero(word ^ EACH(0x7f)) || has_zero(word ^ EACH(one)) ||
		    has_zero(word ^ EACH(other)))
			break;
	}
	while (at < s.size && is_plain(s.data[at], one, other))
		at++;
	return at;
}

void
text_escape(struct buf *b, struct span s)
{
	char safe[ESCAPE_MAX];
	size_t length;

	for (;;) {
		length = text_plain(s, '\\', '\\');
		buf_put(b, span_part(s, 0, length));
		s = span_part(s, length, s.size);
		if (s.size == 0)
			return;
		length = escape_next(safe, &s);
		buf_put(b, SPAN_OF(safe, length));
	}
}

const char *
text_escape_into(char *out, size_t size, struct span s)
{
	char safe[ESCAPE_MAX];
	size_t at = 0;
	size_t cut = 0; /* where "..." still fits */
	size_t length;

	while (s.size > 0) {
		length = escape_next(safe, &s);
		if (length >= size - at) {
			memcpy(out + cut, "...", 4);
			return out;
		}
		memcpy(out + at, safe, length);
		at += length;
		if (at + 4 <= size)
			cut = at;
	}
	out[at] = '\0';
	return out;
}

static void
put_json_escape(struct buf *b, uint32_t point)
{
	static const char names[] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
				      ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\' };

	if (point < sizeof(names) && names[point]) {
		buf_put_byte(b, '\\');
		buf_put_byte(b, (unsigned char)names[point]);
	} else if (point > 0xffff) {
		point -= 0x10000;
		buf_printf(b, "\\u%04x\\u%04x", 0xd800U + (unsigned)(point >> 10),
			   0xdc00U + (unsigned)(point & 0x3ff));
	} else {
		buf_printf(b, "\\u%04x", (unsigned)point);
	}
}

void
text_put_json(struct buf *b, struct span s)
{
	int32_t point;
	size_t run;

	buf_put_byte(b, '"');
	while (s.size > 0) {
		run = text_plain(s, '"', '\\');
		buf_put(b, span_part(s, 0, run));
		s = span_part(s, run, s.size);
		if (s.size == 0)
			break;
		point = text_next(&s);
		put_json_escape(b, point < 0 ? POINT_UNKNOWN : (uint32_t)point);
	}
	buf_put_byte(b, '"');
}

size_t
text_width(struct span s)
{
	char safe[ESCAPE_MAX];
	struct span next;
	size_t width = 0;
	size_t length;
	int32_t point;

	while (s.size > 0) {
		length = escape_next(safe, &s);
		next = SPAN_OF(safe, length);
		/* An escape is all ASCII, one column a byte; else it is one character. */
		point = text_next(&next);
		width += point < 0x80 ? length : text_columns((uint32_t)point);
	}
	return width;
}

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

bool
text_equal_ascii(const char *a, const char *b)
{
	size_t i;

	for (i = 0; a[i] || b[i]; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

enum rc
text_number(uint64_t *out, const char *text, uint64_t max)
{
	uint64_t value = 0;
	bool over = false;
	unsigned digit;

	*out = 0;
	if (!*text)
		return RC_USAGE;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return RC_USAGE;
		digit = (unsigned)(*text - '0');
		if (value > (UINT64_MAX - digit) / 10)
			over = true;
		else
			value = value * 10 + digit;
	}
	if (over || value > max)
		return RC_LIMIT;
	*out = value;
	return RC_OK;
}

bool
text_next_line(struct span *s, struct span *line)
{
	const unsigned char *end = s->size ? memchr(s->data, '\n', s->size) : NULL;
	size_t size = end ? (size_t)(end - s->data) : s->size;

	if (!s->size)
		return false;
	*line = span_part(*s, 0, size);
	*s = span_part(*s, size + (end != NULL), SIZE_MAX);
	return true;
}

bool
text_next_item(const char **list, struct span *item)
{
	const char *at = *list;
	size_t size;

	if (!at)
		return false;
	size = strcspn(at, ",");
	*list = at[size] ? at + size + 1 : NULL;
	for (; size && *at == ' '; size--)
		at++;
	while (size && at[size - 1] == ' ')
		size--;
	*item = SPAN_OF(at, size);
	return true;
}
