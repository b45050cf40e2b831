/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line is one tree, and it is gone before the next: a batch of a million rows needs no more
 * memory than its values. How deep lists may go is limited by the library (2048). */
#include "op/flat-json.h"

#include "base/text.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 24, DIGITS_MAX = 14 };

/* Where its buffer cannot grow, the library (2.14) goes on: it would lose bytes of a text, or read
 * behind its end. It allocates once more when a text is complete, so that what fails from the first
 * failure on stops it there. In a number of 15 digits and more it would end the process: such a one
 * does not get there. */
static void *
allocate(size_t size)
{
	void *p = errno == ENOMEM ? NULL : malloc(size);

	if (!p)
		errno = ENOMEM;
	return p;
}

/* The library's words begin so; ours for them. */
static const struct {
	const char *begin;
	const char *words;
} faults[] = {
	{ "'[' or '{' expected", "an object in braces is expected" },
	{ "string or '}' expected", "a key in quotation marks is expected" },
	{ "':' expected", "a colon is expected" },
	{ "'}' expected", "a comma or a closing brace is expected" },
	{ "']' expected", "a comma or a closing bracket is expected" },
	{ "end of file expected", "the end of the line is expected" },
	{ "unexpected token", "a text, a number or a list of them is expected" },
	{ "invalid token", "a text, a number or a list of them is expected" },
	{ "premature end of input", "a quotation mark is not closed" },
	{ "invalid escape", "an escape that JSON does not have" },
	{ "invalid Unicode", "an escape that JSON does not have" },
	{ "control character", "a control character in a text" },
	{ "unable to decode byte", "a text that is not UTF-8" },
	{ "\\u0000", "a value with a NUL in it" },
	{ "NUL byte in object key", "a key with a NUL in it" },
	{ "too big", "a number that is too large" },
	{ "real number overflow", "a number that is too large" },
	{ "maximum parsing depth", "too many lists in lists" },
};

static const char *
words_of(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (strncmp(text, faults[i].begin, strlen(faults[i].begin)) == 0)
			return faults[i].words;
	}
	return "something that is not JSON";
}

static bool
is_escaped(struct span line, size_t at)
{
	size_t count = 0;

	while (count < at && line.data[at - count - 1] == '\\')
		count++;
	return count % 2;
}

/* The key whose closing quotation mark is the last byte, as it stands. */
static struct span
last_key(struct span line)
{
	size_t end = line.size ? line.size - 1 : 0;
	size_t at = end;

	while (at && (line.data[at - 1] != '"' || is_escaped(line, at - 1)))
		at--;
	return span_part(line, at, end - at);
}

static bool
has_long_number(struct span line)
{
	bool in_text = false;
	size_t digits = 0;

	for (size_t i = 0; i < line.size; i++) {
		int c = line.data[i];

		if (in_text && c == '\\')
			i++;
		else if (c == '"')
			in_text = !in_text;
		digits = !in_text && c && strchr("0123456789+-.eE", c) ? digits + 1 : 0;
		if (digits > DIGITS_MAX)
			return true;
	}
	return false;
}

static enum rc
refuse(const json_error_t *e, struct span line, struct err *err)
{
	enum json_error_code code = json_error_code(e);

	/* What has no code is an allocation, too. */
	if (errno == ENOMEM || code == json_error_out_of_memory || code == json_error_unknown)
		return err_default(err, RC_NO_MEMORY);
	if (code == json_error_duplicate_key)
		return err_set(err, RC_USAGE, "the key '%s' is there twice",
			       ESC_SPAN(last_key(span_part(line, 0, (size_t)e->position))));
	return err_set(err, RC_USAGE, "%s, at column %d", words_of(e->text), e->column);
}

static enum rc
put_value(const json_t *json, struct flat_value *v, flat_put_fn *put, void *self, struct err *err)
{
	char number[NUMBER_MAX];

	v->text = SPAN_NONE;
	switch (json_typeof(json)) {
	case JSON_STRING:
		v->kind = FLAT_TEXT;
		v->text = SPAN_OF(json_string_value(json), json_string_length(json));
		break;
	case JSON_INTEGER:
		v->kind = FLAT_NUMBER;
		(void)snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
			       json_integer_value(json));
		v->text = span_text(number);
		break;
	case JSON_REAL:
		return err_set(err, RC_USAGE, "'%s' takes a text or a whole number", ESC(v->key));
	case JSON_TRUE:
	case JSON_FALSE:
		v->kind = json_is_true(json) ? FLAT_TRUE : FLAT_FALSE;
		break;
	case JSON_NULL:
		v->kind = FLAT_NULL;
		break;
	case JSON_OBJECT:
	case JSON_ARRAY:
		return err_set(err, RC_USAGE, "'%s' takes a text, a number or a list of them",
			       ESC(v->key));
	}
	return put(self, v, err);
}

static enum rc
put_member(const char *key, const json_t *json, flat_put_fn *put, void *self, struct err *err)
{
	struct flat_value v = { .key = key, .in_list = json_is_array(json) };
	enum rc rc = RC_OK;

	if (!v.in_list)
		return put_value(json, &v, put, self, err);
	for (; !rc && v.index < json_array_size(json); v.index++)
		rc = put_value(json_array_get(json, v.index), &v, put, self, err);
	return rc;
}

enum rc
flat_json_read(struct span line, flat_put_fn *put, void *self, struct err *err)
{
	const char *text = line.size ? (const char *)line.data : "";
	json_error_t error = { .line = 0 };
	json_t *tree;
	json_t *value;
	const char *key;
	enum rc rc = RC_OK;

	if (line.size > FLAT_LINE_MAX)
		return err_set(err, RC_LIMIT, "it is longer than %d bytes, which is the limit",
			       FLAT_LINE_MAX);
	if (has_long_number(line))
		return err_set(err, RC_USAGE, "a number of more than %d characters", DIGITS_MAX);
	json_set_alloc_funcs(allocate, free);
	errno = 0;
	tree = json_loadb(text, line.size, JSON_REJECT_DUPLICATES, &error);
	if (!tree)
		return refuse(&error, line, err);
	if (!json_is_object(tree))
		rc = err_set(err, RC_USAGE, "an object in braces is expected");
	json_object_foreach(tree, key, value)
	{
		rc = put_member(key, value, put, self, err);
		if (rc)
			break;
	}
	json_decref(tree);
	return err_default(err, rc);
}
