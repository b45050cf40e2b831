/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A walk over one line without a tree: a batch of a million rows needs no more memory than its
 * values. (The JSON library is behind the front ends, and rows are read where the operation is: a
 * line of `kyman run` may have made the file.) */
#include "op/flat-json.h"

#include "base/text.h"

#include <string.h>

enum { FIRST_PRINTABLE = 0x20, HIGH_FIRST = 0xd800, LOW_FIRST = 0xdc00, LOW_LAST = 0xdfff };

struct reader {
	struct span rest;
	struct buf key;
	struct buf text;
	flat_put_fn *put;
	void *self;
	struct err *err;
};

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
skip_blanks(struct reader *r)
{
	while (r->rest.size && is_blank(r->rest.data[0]))
		r->rest = span_part(r->rest, 1, SIZE_MAX);
}

/* True when c is next, behind blanks; it is taken then. */
static bool
take(struct reader *r, char c)
{
	skip_blanks(r);
	if (!r->rest.size || r->rest.data[0] != (unsigned char)c)
		return false;
	r->rest = span_part(r->rest, 1, SIZE_MAX);
	return true;
}

static enum rc
expected(const struct reader *r, const char *what)
{
	if (!r->rest.size)
		return err_set(r->err, RC_USAGE, "%s is missing at its end", what);
	return err_set(r->err, RC_USAGE, "%s is expected before '%s'", what,
		       ESC_SPAN(span_part(r->rest, 0, 16)));
}

/* Four hexadecimal digits; -1 where there are none. */
static int32_t
take_hex(struct reader *r)
{
	static const char digits[] = "0123456789abcdef";
	int32_t value = 0;

	if (r->rest.size < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		int c = r->rest.data[i];
		const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c) : NULL;

		if (!at)
			return -1;
		value = value * 16 + (int32_t)(at - digits);
	}
	r->rest = span_part(r->rest, 4, SIZE_MAX);
	return value;
}

static bool
take_unicode(struct reader *r, struct buf *out)
{
	int32_t high = take_hex(r);
	int32_t low;

	if (high < 0 || (high >= LOW_FIRST && high <= LOW_LAST))
		return false;
	if (high >= HIGH_FIRST && high < LOW_FIRST) {
		if (!span_begins(r->rest, span_text("\\u")))
			return false;
		r->rest = span_part(r->rest, 2, SIZE_MAX);
		low = take_hex(r);
		if (low < LOW_FIRST || low > LOW_LAST)
			return false;
		high = 0x10000 + ((high - HIGH_FIRST) << 10) + (low - LOW_FIRST);
	}
	text_put(out, (uint32_t)high);
	return true;
}

static bool
take_escape(struct reader *r, struct buf *out)
{
	static const char names[] = "\"\\/bfnrt";
	static const char bytes[] = "\"\\/\b\f\n\r\t";
	const char *at;
	int c;

	if (!r->rest.size)
		return false;
	c = r->rest.data[0];
	r->rest = span_part(r->rest, 1, SIZE_MAX);
	if (c == 'u')
		return take_unicode(r, out);
	at = c ? strchr(names, c) : NULL;
	if (!at)
		return false;
	buf_put_byte(out, (unsigned char)bytes[at - names]);
	return true;
}

static enum rc
take_text(struct reader *r, struct buf *out)
{
	size_t run;
	int c;

	buf_cut(out, 0);
	if (!take(r, '"'))
		return expected(r, "a text in quotation marks");
	for (;;) {
		for (run = 0; run < r->rest.size && r->rest.data[run] >= FIRST_PRINTABLE &&
			      r->rest.data[run] != '"' && r->rest.data[run] != '\\';)
			run++;
		buf_put(out, span_part(r->rest, 0, run));
		r->rest = span_part(r->rest, run, SIZE_MAX);
		if (!r->rest.size)
			return err_set(r->err, RC_USAGE, "a quotation mark is not closed");
		c = r->rest.data[0];
		r->rest = span_part(r->rest, 1, SIZE_MAX);
		if (c == '"')
			break;
		if (c != '\\')
			return err_set(r->err, RC_USAGE, "a control character in a text");
		if (!take_escape(r, out))
			return err_set(r->err, RC_USAGE, "an escape that JSON does not have");
	}
	if (!text_is_utf8(buf_span(out)))
		return err_set(r->err, RC_USAGE, "a text that is not UTF-8");
	return buf_rc(out);
}

static bool
take_word(struct reader *r, const char *word)
{
	if (!span_begins(r->rest, span_text(word)))
		return false;
	r->rest = span_part(r->rest, strlen(word), SIZE_MAX);
	return true;
}

static bool
take_number(struct reader *r, struct span *text)
{
	size_t size = 0;

	while (size < r->rest.size && r->rest.data[size] &&
	       strchr("0123456789+-.eE", r->rest.data[size]))
		size++;
	*text = span_part(r->rest, 0, size);
	r->rest = span_part(r->rest, size, SIZE_MAX);
	return size > 0;
}

static enum rc
take_value(struct reader *r, struct flat_value *v)
{
	enum rc rc = RC_OK;

	skip_blanks(r);
	v->text = SPAN_NONE;
	if (r->rest.size && r->rest.data[0] == '"') {
		v->kind = FLAT_TEXT;
		rc = take_text(r, &r->text);
		v->text = buf_span(&r->text);
	} else if (take_word(r, "true")) {
		v->kind = FLAT_TRUE;
	} else if (take_word(r, "false")) {
		v->kind = FLAT_FALSE;
	} else if (take_word(r, "null")) {
		v->kind = FLAT_NULL;
	} else if (take_number(r, &v->text)) {
		v->kind = FLAT_NUMBER;
	} else {
		rc = expected(r, "a text, a number or a list of them");
	}
	return rc ? rc : r->put(r->self, v, r->err);
}

static enum rc
take_list(struct reader *r, struct flat_value *v)
{
	enum rc rc = RC_OK;

	v->in_list = true;
	if (take(r, ']'))
		return RC_OK;
	for (v->index = 0; !rc; v->index++) {
		rc = take_value(r, v);
		if (!rc && take(r, ']'))
			return RC_OK;
		if (!rc && !take(r, ','))
			rc = expected(r, "a comma");
	}
	return rc;
}

static enum rc
take_member(struct reader *r)
{
	struct flat_value v = { .in_list = false };
	enum rc rc = take_text(r, &r->key);

	if (!rc && memchr(buf_text(&r->key), '\0', r->key.size))
		rc = err_set(r->err, RC_USAGE, "a key with a NUL in it");
	if (rc)
		return rc;
	v.key = buf_text(&r->key);
	if (!take(r, ':'))
		return expected(r, "a colon");
	return take(r, '[') ? take_list(r, &v) : take_value(r, &v);
}

static enum rc
take_object(struct reader *r)
{
	enum rc rc = RC_OK;

	if (!take(r, '{'))
		return expected(r, "an object in braces");
	if (take(r, '}'))
		return RC_OK;
	while (!rc) {
		rc = take_member(r);
		if (!rc && take(r, '}'))
			return RC_OK;
		if (!rc && !take(r, ','))
			rc = expected(r, "a comma");
	}
	return rc;
}

enum rc
flat_json_read(struct span line, flat_put_fn *put, void *self, struct err *err)
{
	struct reader r = { .rest = line, .put = put, .self = self, .err = err };
	enum rc rc = take_object(&r);

	skip_blanks(&r);
	if (!rc && r.rest.size)
		rc = expected(&r, "the end of the line");
	buf_release(&r.key);
	buf_release(&r.text);
	return err_default(err, rc);
}

void
flat_json_put(struct buf *out, struct span text)
{
	int32_t point;

	buf_put_byte(out, '"');
	while (text.size) {
		size_t run = text_plain(text, '"', '\\');

		buf_put(out, span_part(text, 0, run));
		text = span_part(text, run, SIZE_MAX);
		if (!text.size)
			break;
		point = text_next(&text);
		if (point > 0xffff) {
			buf_printf(out, "\\u%04x\\u%04x",
				   HIGH_FIRST + (unsigned)((point - 0x10000) >> 10),
				   LOW_FIRST + (unsigned)((point - 0x10000) & 0x3ff));
		} else {
			buf_printf(out, "\\u%04x", point < 0 ? 0xfffdU : (unsigned)point);
		}
	}
	buf_put_byte(out, '"');
}
