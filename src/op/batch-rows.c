/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the rows of a batch say, whatever form they came in. */
#include "op/batch.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE_MAX = 32 };

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* What a certificate is like. */
static const enum param columns[] = { P_ISSUER,     P_PROFILE,   P_SAN,         P_SUBJECT,
				      P_NO_NAMES,   P_KEY,       P_HASH,        P_DAYS,
				      P_NOT_BEFORE, P_NOT_AFTER, P_PATH_LENGTH, P_PERMIT,
				      P_EXCLUDE,    P_KU,        P_EKU,         P_CRL_URL,
				      P_OCSP_URL,   P_CA_URL };

int
batch_key(const char *name)
{
	char flag[NAME_SIZE_MAX];
	size_t size = strlen(name);

	if (size >= sizeof(flag))
		return -1;
	for (size_t i = 0; i <= size; i++)
		flag[i] = (char)(name[i] == '_' ? '-' : name[i]);
	if (strcmp(flag, "label") == 0)
		return BATCH_LABEL;
	if (strcmp(flag, "names") == 0)
		return BATCH_NAME;
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		if (strcmp(param_info(columns[i])->flag, flag) == 0)
			return (int)columns[i];
	}
	return -1;
}

bool
batch_is_list(int key)
{
	return key == BATCH_NAME ||
	       (key < P_COUNT && param_info((enum param)key)->kind == PARAM_LIST);
}

enum rc
batch_blame(const struct batch *b, size_t line, struct err *err)
{
	return err_prefix(err, "'%s', line %zu", ESC(b->path), line);
}

enum rc
batch_row_begin(struct batch *b, size_t line, struct err *err)
{
	struct batch_row *rows;

	if (b->count == BATCH_ROWS_MAX)
		return err_set(err, RC_LIMIT, "more than %d rows; that is the limit",
			       BATCH_ROWS_MAX);
	rows = array_room(b->rows, b->count, &b->room, sizeof(*rows));
	if (!rows)
		return err_default(err, RC_NO_MEMORY);
	b->rows = rows;
	b->rows[b->count++] = (struct batch_row){ line, b->value_count };
	return RC_OK;
}

static enum rc
check_value(struct span value, struct err *err)
{
	if (value.size && memchr(value.data, '\0', value.size))
		return err_set(err, RC_USAGE, "a value with a NUL in it");
	return RC_OK;
}

enum rc
batch_row_add(struct batch *b, int key, struct span value, struct err *err)
{
	struct batch_value *values;
	enum rc rc = check_value(value, err);

	if (rc)
		return rc;
	values = array_room(b->values, b->value_count, &b->value_room, sizeof(*values));
	if (!values)
		return err_default(err, RC_NO_MEMORY);
	b->values = values;
	b->values[b->value_count++] = (struct batch_value){ key, b->text.size };
	buf_put(&b->text, value);
	buf_put_byte(&b->text, '\0');
	return err_default(err, buf_rc(&b->text));
}

enum rc
batch_row_add_list(struct batch *b, int key, struct span list, struct err *err)
{
	size_t at = 0;
	enum rc rc = check_value(list, err);

	while (!rc && at < list.size) {
		size_t size = 0;

		while (at + size < list.size && !strchr(" \t\r\n", list.data[at + size]))
			size++;
		if (size)
			rc = batch_row_add(b, key, span_part(list, at, size), err);
		at += size + 1;
	}
	return rc;
}

static bool
is_json(struct span file)
{
	size_t at = 0;

	while (at < file.size && file.data[at] && strchr(" \t\r\n", file.data[at]))
		at++;
	return at < file.size && file.data[at] == '{';
}

enum rc
batch_read(struct batch *b, const char *path, struct span file, struct err *err)
{
	enum rc rc;

	/* Spreadsheets and Windows put it first. */
	if (span_begins(file, span_text(BYTE_ORDER_MARK)))
		file = span_part(file, strlen(BYTE_ORDER_MARK), SIZE_MAX);
	b->path = path;
	rc = is_json(file) ? batch_read_json(b, file, err) : batch_read_csv(b, file, err);
	if (!rc && !b->count)
		rc = err_set(err, RC_USAGE, "'%s' has no rows", ESC(path));
	return rc;
}

void
batch_release(struct batch *b)
{
	buf_release(&b->text);
	free(b->values);
	free(b->rows);
	*b = (struct batch)BATCH_INIT;
}

static size_t
row_end(const struct batch *b, size_t row)
{
	return row + 1 < b->count ? b->rows[row + 1].first : b->value_count;
}

static const char *
text_at(const struct batch *b, size_t value)
{
	return (const char *)b->text.data + b->values[value].text;
}

const char *
batch_label(const struct batch *b, size_t row)
{
	for (size_t i = b->rows[row].first; i < row_end(b, row); i++) {
		if (b->values[i].key == BATCH_LABEL)
			return text_at(b, i);
	}
	return "";
}

static enum rc
set_flag(struct args *args, enum param p, const char *value, struct err *err)
{
	static const char *const yes[] = { "yes", "true", "1" };
	static const char *const no[] = { "no", "false", "0" };

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		if (text_equal_ascii(value, yes[i]) || text_equal_ascii(value, no[i])) {
			args->given[p] = text_equal_ascii(value, yes[i]);
			return RC_OK;
		}
	}
	return err_set(err, RC_USAGE, "'%s' takes yes or no, not '%s'", param_info(p)->flag,
		       ESC(value));
}

/* What the row says takes the place of what the command line says; of the two that say when it ends
 * one does for both. */
static void
forget(struct args *args, enum param p)
{
	args->given[p] = false;
	args->list[p] = (struct words){ NULL, 0, 0 };
	if (p == P_DAYS || p == P_NOT_AFTER)
		args->given[p == P_DAYS ? P_NOT_AFTER : P_DAYS] = false;
}

static enum rc
set_value(struct args *args, enum param p, const char *text, struct err *err)
{
	if (param_info(p)->kind == PARAM_FLAG)
		return set_flag(args, p, text, err);
	return args_set(args, p, text, err);
}

enum rc
batch_args(struct args *args, const struct batch *b, size_t row, const struct args *base,
	   struct err *err)
{
	size_t first = b->rows[row].first;
	size_t end = row_end(b, row);
	enum rc rc;

	*args = *base;
	args->words = (struct words){ NULL, 0, 0 };
	for (size_t i = first; i < end; i++) {
		if (b->values[i].key < P_COUNT)
			forget(args, (enum param)b->values[i].key);
	}
	rc = words_add(&args->words, batch_label(b, row));
	for (size_t i = first; !rc && i < end; i++) {
		int key = b->values[i].key;

		if (key == BATCH_NAME)
			rc = words_add(&args->words, text_at(b, i));
		else if (key < P_COUNT)
			rc = set_value(args, (enum param)key, text_at(b, i), err);
	}
	return err_default(err, rc);
}

void
batch_args_release(struct args *args, const struct args *base)
{
	free(args->words.items);
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		enum param p = columns[i];

		if (args->list[p].items != base->list[p].items)
			free(args->list[p].items);
	}
}
