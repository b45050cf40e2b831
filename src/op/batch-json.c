/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An object a line. */
#include "op/batch.h"

#include "base/text.h"
#include "op/flat-json.h"

#include <string.h>

struct row_reader {
	struct batch *batch;
	bool seen[BATCH_KEYS];
};

/* The text that an option would have. */
static struct span
text_of(const struct flat_value *v)
{
	if (v->kind == FLAT_TRUE || v->kind == FLAT_FALSE)
		return span_text(v->kind == FLAT_TRUE ? "true" : "false");
	return v->text;
}

static bool
is_flag(int key)
{
	return key < P_COUNT && param_info((enum param)key)->kind == PARAM_FLAG;
}

static enum rc
put(void *self, const struct flat_value *v, struct err *err)
{
	struct row_reader *r = self;
	int key = batch_key(v->key);

	if (key < 0) {
		(void)err_set(err, RC_USAGE, "there is no key '%s'", ESC(v->key));
		return err_hint(err, "keys are label, names, and the options that say what a "
				     "certificate is like: profile, days ...");
	}
	if (r->seen[key] && !(v->in_list && v->index))
		return err_set(err, RC_USAGE, "the key '%s' is there twice", ESC(v->key));
	r->seen[key] = true;
	if (v->in_list && !batch_is_list(key))
		return err_set(err, RC_USAGE, "'%s' is no list", ESC(v->key));
	if (v->kind == FLAT_NULL)
		return RC_OK;
	if ((v->kind == FLAT_TRUE || v->kind == FLAT_FALSE) && !is_flag(key))
		return err_set(err, RC_USAGE, "'%s' takes a text", ESC(v->key));
	/* Names have no blanks in them; other lists may have. */
	if (key == BATCH_NAME && !v->in_list)
		return batch_row_add_list(r->batch, key, text_of(v), err);
	return batch_row_add(r->batch, key, text_of(v), err);
}

static enum rc
read_row(struct batch *b, struct span text, size_t line, struct err *err)
{
	struct row_reader r = { .batch = b };
	enum rc rc = batch_row_begin(b, line, err);

	if (!rc)
		rc = flat_json_read(text, put, &r, err);
	if (!rc && !r.seen[BATCH_LABEL])
		rc = err_set(err, RC_USAGE, "the key 'label' is missing");
	return rc;
}

static bool
is_blank(struct span text)
{
	for (size_t i = 0; i < text.size; i++) {
		if (!strchr(" \t\r", text.data[i]) || !text.data[i])
			return false;
	}
	return true;
}

enum rc
batch_read_json(struct batch *b, struct span file, struct err *err)
{
	struct span text;
	size_t line = 0;
	enum rc rc = RC_OK;

	while (!rc && text_next_line(&file, &text)) {
		line++;
		if (!is_blank(text))
			rc = read_row(b, text, line, err);
	}
	return rc ? batch_blame(b, line, err) : RC_OK;
}
