/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "op/result.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WARNING_MAX = 1024 };

void
warnings_add(struct warnings *w, const char *code, const char *format, ...)
{
	char text[WARNING_MAX];
	struct warning made;
	void *items;
	va_list list;

	va_start(list, format);
	if (vsnprintf(text, sizeof(text), format, list) < 0)
		text[0] = '\0';
	va_end(list);
	items = array_room(w->items, w->count, &w->room, sizeof(*w->items));
	if (!items) {
		w->lost = true;
		return;
	}
	w->items = items;
	made = (struct warning){ strdup(code), strdup(text) };
	if (!made.code || !made.message) {
		w->lost = true;
		free(made.code);
		free(made.message);
		return;
	}
	w->items[w->count++] = made;
}

static void
take_note(void *self, const char *code, const char *message)
{
	warnings_add(self, code, "%s", message);
}

struct notes
warnings_notes(struct warnings *w)
{
	return (struct notes){ .note = take_note, .self = w };
}

void
result_narrowed(struct result *r, const char *path)
{
	warnings_add(&r->warnings, "narrowed", "'%s' was open to others; it no longer is",
		     ESC(path));
}

void
warnings_release(struct warnings *w)
{
	for (size_t i = 0; i < w->count; i++) {
		free(w->items[i].code);
		free(w->items[i].message);
	}
	free(w->items);
	*w = (struct warnings){ .items = NULL };
}

/* A new, empty output at the end. NULL when out of memory. */
static struct output *
add_output(struct result *r, const char *path)
{
	struct output *outputs;
	char *copy = strdup(path);

	outputs = realloc(r->outputs, (r->output_count + 1) * sizeof(*outputs));
	if (outputs)
		r->outputs = outputs;
	if (!outputs || !copy) {
		free(copy);
		return NULL;
	}
	outputs[r->output_count] = (struct output){ .path = copy, .bytes = BUF_INIT };
	return &outputs[r->output_count++];
}

enum rc
result_output(struct result *r, const char *path, struct buf *bytes)
{
	struct output *o = bytes->bad ? NULL : add_output(r, path);

	if (!o) {
		buf_release(bytes);
		return RC_NO_MEMORY;
	}
	o->bytes = *bytes;
	*bytes = (struct buf)BUF_INIT;
	return RC_OK;
}

enum rc
result_secret_output(struct result *r, const char *path, struct secret **secret)
{
	struct output *o = add_output(r, path);

	if (!o) {
		secret_free(secret);
		return RC_NO_MEMORY;
	}
	o->secret = *secret;
	*secret = NULL;
	return RC_OK;
}

enum rc
result_row(struct result *r, const struct entry *entry, const struct request *request)
{
	/* The room is not kept: it is the power of two that the count has reached. */
	bool full = (r->row_count & (r->row_count - 1)) == 0;
	size_t room = r->row_count ? r->row_count * 2 : 1;
	struct row *rows;

	if (full) {
		if (room > SIZE_MAX / sizeof(*rows))
			return RC_NO_MEMORY;
		rows = realloc(r->rows, room * sizeof(*rows));
		if (!rows)
			return RC_NO_MEMORY;
		r->rows = rows;
	}
	r->rows[r->row_count++] = (struct row){ entry, request, -1, 0 };
	return RC_OK;
}

enum rc
result_confirm(struct result *r, const char *format, ...)
{
	va_list list;

	free(r->confirm);
	va_start(list, format);
	/* However long: what is agreed to is seen whole. */
	if (vasprintf(&r->confirm, format, list) < 0)
		r->confirm = NULL;
	va_end(list);
	return r->confirm ? RC_OK : RC_NO_MEMORY;
}

enum rc
names_add(struct names *names, char *name)
{
	char **items = array_room(names->items, names->count, &names->room, sizeof(*items));

	if (items)
		names->items = items;
	if (!items || !name) {
		free(name);
		return RC_NO_MEMORY;
	}
	names->items[names->count++] = name;
	return RC_OK;
}

void
names_release(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
}

enum rc
result_file(struct result *r, const char *name)
{
	return names_add(&r->files, strdup(name));
}

static void
shown_release(struct shown_file *f)
{
	free(f->file);
	free(f->rows);
	kdb_release(&f->db);
	warnings_release(&f->problems);
	warnings_release(&f->notes);
}

bool
output_is_stdout(const struct output *o)
{
	return strcmp(o->path, "-") == 0;
}

struct span
output_span(const struct output *o)
{
	return o->secret ? secret_span(o->secret) : buf_span(&o->bytes);
}

void
output_release(struct output *o)
{
	free(o->path);
	buf_release(&o->bytes);
	secret_free(&o->secret);
}

void
result_release(struct result *r)
{
	for (size_t i = 0; i < r->output_count; i++)
		output_release(&r->outputs[i]);
	free(r->outputs);
	for (size_t i = 0; i < r->shown_count; i++)
		shown_release(&r->shown[i]);
	free(r->shown);
	kdb_diff_release(&r->diff);
	kdb_release(&r->before);
	kdb_release(&r->after);
	free(r->rows);
	buf_release(&r->issued);
	warnings_release(&r->warnings);
	names_release(&r->files);
	free(r->confirm);
	free(r->verify_label);
	names_release(&r->verify_path);
	buf_release(&r->text);
	*r = (struct result)RESULT_INIT;
}
