/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/json.h"

#include "base/text.h"

#include <string.h>

static void
put(struct json *j, const char *text, size_t size)
{
	out_put(j->out, SPAN_OF(text, size));
}

/* What stands before any value. */
static void
begin(struct json *j)
{
	if (j->comma)
		put(j, ",", 1);
	j->comma = true;
}

void
json_put_object(struct json *j)
{
	begin(j);
	put(j, "{", 1);
	j->comma = false;
}

void
json_put_object_end(struct json *j)
{
	put(j, "}", 1);
	j->comma = true;
}

void
json_put_array(struct json *j)
{
	begin(j);
	put(j, "[", 1);
	j->comma = false;
}

void
json_put_array_end(struct json *j)
{
	put(j, "]", 1);
	j->comma = true;
}

void
json_put_key(struct json *j, const char *key)
{
	struct span name = span_text(key);
	char *at;

	begin(j);
	at = out_extend(j->out, name.size + 3);
	*at++ = '"';
	memcpy(at, name.data, name.size);
	at[name.size] = '"';
	at[name.size + 1] = ':';
	j->comma = false;
}

/* Short text without escapes, as nearly all is. */
static void
put_plain(struct json *j, struct span text)
{
	char *at = out_extend(j->out, text.size + 2);

	*at++ = '"';
	if (text.size)
		memcpy(at, text.data, text.size);
	at[text.size] = '"';
}

void
json_put_span(struct json *j, struct span text)
{
	struct buf string = BUF_INIT;

	begin(j);
	if (text.size < OUT_SIZE / 2 && text_plain(text, '"', '\\') == text.size) {
		put_plain(j, text);
		return;
	}
	text_put_json(&string, text);
	out_buf(j->out, &string);
	buf_release(&string);
}

void
json_put_buf(struct json *j, const struct buf *b)
{
	const struct buf nothing = { .bad = b->bad };

	json_put_span(j, buf_span(b));
	out_buf(j->out, &nothing);
}

void
json_put_text(struct json *j, const char *text)
{
	if (text)
		json_put_span(j, span_text(text));
	else
		json_put_null(j);
}

void
json_put_number(struct json *j, uint64_t number)
{
	begin(j);
	out_printf(j->out, "%llu", (unsigned long long)number);
}

void
json_put_bool(struct json *j, bool value)
{
	begin(j);
	out_text(j->out, value ? "true" : "false");
}

void
json_put_null(struct json *j)
{
	begin(j);
	put(j, "null", 4);
}

/* Of a part that fits. */
static void
put_hex(struct json *j, struct span bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *at = out_extend(j->out, 2 * bytes.size);

	for (size_t i = 0; i < bytes.size; i++) {
		*at++ = digits[bytes.data[i] >> 4];
		*at++ = digits[bytes.data[i] & 15];
	}
}

void
json_put_hex(struct json *j, struct span bytes)
{
	struct span part;

	begin(j);
	put(j, "\"", 1);
	for (size_t at = 0; at < bytes.size; at += part.size) {
		part = span_part(bytes, at, OUT_SIZE / 4);
		put_hex(j, part);
	}
	put(j, "\"", 1);
}

void
json_put_time(struct json *j, int64_t when)
{
	char text[TEXT_TIME_MAX];

	begin(j);
	put_plain(j, span_text(text_time(text, when)));
}
