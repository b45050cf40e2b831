/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV: RFC 4180, and lines that end in LF alone. */
#include "op/batch.h"

#include "base/text.h"

#include <string.h>

struct csv {
	struct span rest;
	size_t line; /* of what is next */
	struct buf field;
	bool quoted; /* the field was */
	bool last;   /* it ends its record */
};

static void
skip(struct csv *c, size_t size)
{
	c->rest = span_part(c->rest, size, SIZE_MAX);
}

/* How many bytes the end of a line takes here; 0 when there is none. */
static size_t
line_end(struct span rest)
{
	if (span_begins(rest, span_text("\r\n")))
		return 2;
	return rest.size && rest.data[0] == '\n';
}

static enum rc
put(struct csv *c, size_t size, struct err *err)
{
	if (c->field.size + size > BATCH_VALUE_MAX)
		return err_set(err, RC_LIMIT, "a value of more than %d bytes; that is the limit",
			       BATCH_VALUE_MAX);
	buf_put(&c->field, span_part(c->rest, 0, size));
	skip(c, size);
	return RC_OK;
}

/* Up to the quotation mark that closes it; two of them stand for one. */
static enum rc
take_quoted(struct csv *c, struct err *err)
{
	const unsigned char *end;
	size_t size;
	enum rc rc;

	for (skip(c, 1);; skip(c, 1)) {
		end = c->rest.size ? memchr(c->rest.data, '"', c->rest.size) : NULL;
		if (!end)
			return err_set(err, RC_USAGE, "a quotation mark is not closed");
		size = (size_t)(end - c->rest.data);
		for (size_t i = 0; i < size; i++)
			c->line += c->rest.data[i] == '\n';
		rc = put(c, size, err);
		if (rc)
			return rc;
		skip(c, 1);
		if (!c->rest.size || c->rest.data[0] != '"')
			return RC_OK;
		buf_put_byte(&c->field, '"');
	}
}

static enum rc
take_plain(struct csv *c, struct err *err)
{
	size_t size = 0;

	while (size < c->rest.size && size <= BATCH_VALUE_MAX && c->rest.data[size] != ',' &&
	       !line_end(span_part(c->rest, size, 2))) {
		if (c->rest.data[size++] == '"')
			return err_set(err, RC_USAGE,
				       "a quotation mark in a value that does not begin with one");
	}
	return put(c, size, err);
}

/* The next field of a record. */
static enum rc
take_field(struct csv *c, struct err *err)
{
	enum rc rc;

	buf_cut(&c->field, 0);
	c->quoted = c->rest.size && c->rest.data[0] == '"';
	rc = c->quoted ? take_quoted(c, err) : take_plain(c, err);
	if (rc)
		return rc;
	c->last = !c->rest.size || c->rest.data[0] != ',';
	if (!c->last) {
		skip(c, 1);
	} else if (line_end(c->rest)) {
		skip(c, line_end(c->rest));
		c->line++;
	} else if (c->rest.size) {
		return err_set(err, RC_USAGE, "something behind a closing quotation mark");
	}
	return buf_rc(&c->field);
}

struct header {
	int keys[BATCH_COLUMNS_MAX];
	size_t count;
};

static enum rc
add_column(struct header *h, struct buf *name, struct err *err)
{
	bool has_nul = memchr(buf_text(name), '\0', name->size);
	int key = has_nul ? -1 : batch_key(buf_text(name));

	if (key < 0) {
		(void)err_set(err, RC_USAGE, "there is no column '%s'", ESC_SPAN(buf_span(name)));
		return err_hint(err, "columns are label, names, and the options that say what a "
				     "certificate is like: profile, days ...");
	}
	for (size_t i = 0; i < h->count; i++) {
		if (h->keys[i] == key)
			return err_set(err, RC_USAGE, "the column '%s' is there twice",
				       buf_text(name));
	}
	if (h->count == BATCH_COLUMNS_MAX)
		return err_set(err, RC_LIMIT, "more than %d columns", BATCH_COLUMNS_MAX);
	h->keys[h->count++] = key;
	return RC_OK;
}

static enum rc
take_header(struct header *h, struct csv *c, struct err *err)
{
	enum rc rc = RC_OK;

	if (!c->rest.size)
		return err_set(err, RC_USAGE, "the file is empty: its first line is the header");
	do {
		rc = take_field(c, err);
		if (!rc)
			rc = add_column(h, &c->field, err);
	} while (!rc && !c->last);
	for (size_t i = 0; !rc && i < h->count; i++) {
		if (h->keys[i] == BATCH_LABEL)
			return RC_OK;
	}
	return rc ? rc : err_set(err, RC_USAGE, "the header has no column 'label'");
}

static enum rc
put_field(struct batch *b, int key, struct span value, struct err *err)
{
	/* An empty field says nothing: the command line does. */
	if (!value.size && key != BATCH_LABEL)
		return RC_OK;
	if (batch_is_list(key))
		return batch_row_add_list(b, key, value, err);
	return batch_row_add(b, key, value, err);
}

static enum rc
take_row(struct batch *b, struct csv *c, const struct header *h, struct err *err)
{
	size_t line = c->line;
	size_t count = 0;
	enum rc rc = take_field(c, err);

	/* A line with nothing in it. */
	if (!rc && c->last && !c->field.size && !c->quoted)
		return RC_OK;
	if (!rc)
		rc = batch_row_begin(b, line, err);
	for (bool more = true; !rc && more;) {
		if (count == h->count)
			return err_set(err, RC_USAGE, "more values than the header has columns");
		rc = put_field(b, h->keys[count++], buf_span(&c->field), err);
		more = !c->last;
		if (!rc && more)
			rc = take_field(c, err);
	}
	if (!rc && count < h->count)
		rc = err_set(err, RC_USAGE, "fewer values than the header has columns");
	return rc;
}

enum rc
batch_read_csv(struct batch *b, struct span file, struct err *err)
{
	struct csv c = { .rest = file, .line = 1 };
	struct header header = { .count = 0 };
	size_t line = 1;
	enum rc rc = take_header(&header, &c, err);

	while (!rc && c.rest.size) {
		line = c.line;
		rc = take_row(b, &c, &header, err);
	}
	buf_release(&c.field);
	(void)err_default(err, rc); /* the code is known */
	return rc ? batch_blame(b, line, err) : RC_OK;
}
