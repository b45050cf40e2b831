/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct rc_row {
	const char *code;
	const char *text;
	int status;
	unsigned cms;
};

static const struct rc_row rows[] = {
#define ERR(name, status, code, cms, text) [name] = { code, text, status, cms },
#include "base/err.def"
#undef ERR
};

static const char *const cms_texts[] = {
#define CMS(number, text) [number] = text,
#include "base/cms.def"
#undef CMS
};

enum { CMS_BASE = 0x03353000 };

/* Removes a UTF-8 character that was cut in the middle at the end of text. */
static void
cut_whole(char *text, size_t length)
{
	size_t lead = length;
	size_t need;
	unsigned byte;

	while (lead > 0 && length - lead < 3 && ((unsigned char)text[lead - 1] & 0xc0) == 0x80)
		lead--;
	if (lead == 0)
		return;
	byte = (unsigned char)text[lead - 1];
	need = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
	if (length - lead < need)
		text[lead - 1] = '\0';
}

static void print_into(char *out, const char *format, va_list list) PRINTF(2, 0);

static void
print_into(char *out, const char *format, va_list list)
{
	int length = vsnprintf(out, ERR_TEXT_MAX, format, list);

	if (length < 0)
		out[0] = '\0';
	else if (length >= ERR_TEXT_MAX)
		cut_whole(out, ERR_TEXT_MAX - 1);
}

enum rc
err_set(struct err *err, enum rc code, const char *format, ...)
{
	char text[ERR_TEXT_MAX];
	va_list list;

	if (!err)
		return code;
	/* By way of a copy, since the old message may be among the arguments. */
	va_start(list, format);
	print_into(text, format, list);
	va_end(list);
	memcpy(err->message, text, sizeof(text));
	err->hint[0] = '\0';
	err->rc = code;
	return code;
}

enum rc
err_hint(struct err *err, const char *format, ...)
{
	char text[ERR_TEXT_MAX];
	va_list list;

	if (!err)
		return RC_FAILED;
	va_start(list, format);
	print_into(text, format, list);
	va_end(list);
	memcpy(err->hint, text, sizeof(text));
	return err->rc;
}

enum rc
err_prefix(struct err *err, const char *format, ...)
{
	char text[ERR_TEXT_MAX];
	va_list list;
	size_t head;
	size_t old;

	if (!err)
		return RC_FAILED;
	va_start(list, format);
	print_into(text, format, list);
	va_end(list);
	head = strlen(text);
	if (head + 2 < ERR_TEXT_MAX) {
		old = strlen(err->message);
		memcpy(text + head, ": ", 2);
		head += 2;
		if (old > ERR_TEXT_MAX - 1 - head)
			old = ERR_TEXT_MAX - 1 - head;
		memcpy(text + head, err->message, old);
		text[head + old] = '\0';
		cut_whole(text, head + old);
	}
	memcpy(err->message, text, sizeof(text));
	return err->rc;
}

enum rc
err_default(struct err *err, enum rc code)
{
	if (!code || (err && err->rc == code && err->message[0]))
		return code;
	return err_set(err, code, "%s", rc_text(code));
}

void
err_clear(struct err *err)
{
	if (!err)
		return;
	err->rc = RC_OK;
	err->message[0] = '\0';
	err->hint[0] = '\0';
}

static const struct rc_row *
row_of(enum rc rc)
{
	return &rows[(unsigned)rc < RC_COUNT ? rc : RC_INTERNAL];
}

int
rc_status(enum rc rc)
{
	return row_of(rc)->status;
}

const char *
rc_code(enum rc rc)
{
	return row_of(rc)->code;
}

const char *
rc_text(enum rc rc)
{
	return row_of(rc)->text;
}

unsigned
rc_cms(enum rc rc)
{
	unsigned number = row_of(rc)->cms;

	return number ? CMS_BASE + number : 0;
}

const char *
rc_cms_text(enum rc rc)
{
	unsigned number = row_of(rc)->cms;

	return number ? cms_texts[number] : "Success";
}
