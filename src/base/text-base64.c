/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes as text and back: hexadecimal, Base64, UTF-16. */
#include "base/text.h"

enum { NOT_A_DIGIT = -1, BLANK = -2, PADDING = -3 };

void
text_put_hex(struct buf *b, struct span bytes)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	if (bytes.size > SIZE_MAX / 4)
		bytes.size = SIZE_MAX / 4;
	buf_reserve(b, bytes.size * 2);
	for (i = 0; i < bytes.size; i++) {
		buf_put_byte(b, (unsigned char)digits[bytes.data[i] >> 4]);
		buf_put_byte(b, (unsigned char)digits[bytes.data[i] & 15]);
	}
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return NOT_A_DIGIT;
}

enum rc
text_get_hex(struct buf *out, const char *text)
{
	int high;
	int low;

	for (; *text; text += 2) {
		high = hex_value(text[0]);
		low = high < 0 ? NOT_A_DIGIT : hex_value(text[1]);
		if (low < 0)
			return RC_DAMAGED;
		buf_put_byte(out, (unsigned)(high << 4 | low));
	}
	return buf_rc(out);
}

void
text_put_base64(struct buf *b, struct span bytes)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char four[4];
	size_t left;
	uint32_t bits;
	size_t i;

	buf_reserve(b, bytes.size / 3 * 4 + 4);
	for (i = 0; i < bytes.size; i += 3) {
		left = bytes.size - i;
		bits = (uint32_t)bytes.data[i] << 16;
		bits |= left > 1 ? (uint32_t)bytes.data[i + 1] << 8 : 0;
		bits |= left > 2 ? bytes.data[i + 2] : 0;
		four[0] = (unsigned char)digits[bits >> 18];
		four[1] = (unsigned char)digits[bits >> 12 & 63];
		four[2] = (unsigned char)(left > 1 ? digits[bits >> 6 & 63] : '=');
		four[3] = (unsigned char)(left > 2 ? digits[bits & 63] : '=');
		buf_put(b, SPAN_OF(four, 4));
	}
}

/* What is looked up a byte at a time is compared, not indexed: no table whose cache lines tell of a
 * private key. */
static int
base64_value(unsigned c)
{
	if (c >= 'A' && c <= 'Z')
		return (int)c - 'A';
	if (c >= 'a' && c <= 'z')
		return (int)c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return (int)c - '0' + 52;
	if (c == '+')
		return 62;
	if (c == '/')
		return 63;
	if (c == '=')
		return PADDING;
	return c == ' ' || (c >= '\t' && c <= '\r') ? BLANK : NOT_A_DIGIT;
}

struct base64 {
	uint32_t bits;
	size_t digits;
	size_t padding;
};

/* Takes one character; *bytes is how many bytes it made (0 or 1), in *byte. False where it must not
 * stand. */
static bool
base64_take(struct base64 *state, unsigned c, unsigned char *byte, size_t *bytes)
{
	int value = base64_value(c);

	*bytes = 0;
	if (value == BLANK)
		return true;
	if (value == PADDING) {
		state->padding++;
		return state->digits % 4 >= 2 && state->digits % 4 + state->padding <= 4;
	}
	if (value < 0 || state->padding)
		return false;
	state->bits = state->bits << 6 | (uint32_t)value;
	state->digits++;
	switch (state->digits % 4) {
	case 1:
		return true;
	case 2:
		*byte = (unsigned char)(state->bits >> 4);
		break;
	case 3:
		*byte = (unsigned char)(state->bits >> 2);
		break;
	case 0:
		*byte = (unsigned char)state->bits;
		break;
	}
	*bytes = 1;
	return true;
}

/* One digit alone is less than a byte; padding, where there is any, must be whole. The last bits
 * that make no byte are not looked at, as in other tools. */
static bool
base64_ends(const struct base64 *state)
{
	size_t rest = state->digits % 4;

	return rest != 1 && (!state->padding || rest + state->padding == 4);
}

/* Decodes into out, which has base64_room bytes, and returns how many it wrote. */
static size_t
base64_decode(unsigned char *out, struct span text, size_t *where, enum rc *rc)
{
	struct base64 state = { .bits = 0 };
	unsigned char byte = 0;
	size_t size = 0;
	size_t bytes;
	size_t i;

	for (i = 0; i < text.size; i++) {
		if (!base64_take(&state, text.data[i], &byte, &bytes))
			break;
		if (bytes)
			out[size++] = byte;
	}
	*rc = i == text.size && base64_ends(&state) ? RC_OK : RC_DAMAGED;
	if (where)
		*where = i;
	return size;
}

static size_t
base64_room(struct span text)
{
	return text.size / 4 * 3 + 3;
}

enum rc
text_get_base64(struct buf *out, struct span text, size_t *where)
{
	size_t before = out->size;
	unsigned char *at = buf_extend(out, base64_room(text));
	enum rc rc;

	if (where)
		*where = 0;
	if (!at)
		return RC_NO_MEMORY;
	before += base64_decode(at, text, where, &rc);
	out->size = before;
	return rc;
}

enum rc
text_get_base64_secret(struct secret **out, struct span text, size_t *where)
{
	enum rc rc = secret_new(out, base64_room(text));
	size_t size;

	if (where)
		*where = 0;
	if (rc)
		return rc;
	size = base64_decode(secret_data(*out), text, where, &rc);
	secret_cut(*out, size);
	if (rc)
		secret_free(out);
	return rc;
}

static uint32_t
unit_at(struct span bytes, size_t offset)
{
	return (uint32_t)bytes.data[offset] << 8 | bytes.data[offset + 1];
}

/* Takes the next point off, with both halves of a pair; a half alone comes as it is. Two bytes are
 * there. */
static uint32_t
utf16_next(struct span *bytes)
{
	uint32_t unit = unit_at(*bytes, 0);
	uint32_t low = bytes->size >= 4 ? unit_at(*bytes, 2) : 0;
	bool pair = unit >= 0xd800 && unit <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;

	*bytes = span_part(*bytes, pair ? 4 : 2, SIZE_MAX);
	return pair ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : unit;
}

bool
text_from_utf16be(struct buf *b, struct span bytes)
{
	bool good = true;
	uint32_t point;

	buf_reserve(b, bytes.size / 2);
	while (bytes.size >= 2) {
		point = utf16_next(&bytes);
		if (point >= 0xd800 && point <= 0xdfff)
			good = false;
		text_put(b, point); /* U+FFFD for a surrogate */
	}
	if (bytes.size == 0)
		return good;
	text_put(b, 0xfffd);
	return false;
}

static void
put_unit(struct buf *b, uint32_t unit)
{
	buf_put_byte(b, unit >> 8 & 0xff);
	buf_put_byte(b, unit & 0xff);
}

bool
text_to_utf16be(struct buf *b, struct span s)
{
	int32_t point;
	uint32_t rest;

	for (point = text_next(&s); point >= 0; point = text_next(&s)) {
		if (point < 0x10000) {
			put_unit(b, (uint32_t)point);
			continue;
		}
		rest = (uint32_t)point - 0x10000;
		put_unit(b, 0xd800 + (rest >> 10));
		put_unit(b, 0xdc00 + (rest & 0x3ff));
	}
	return point == -2;
}
