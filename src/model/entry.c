/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/entry.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct entry *
entry_new(enum entry_kind kind)
{
	struct entry *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->refs = 1;
	e->kind = kind;
	return e;
}

struct entry *
entry_dup(const struct entry *from)
{
	struct entry *e = entry_new(from->kind);

	if (!e)
		return NULL;
	if (secret_copy(&e->open_key, from->open_key)) {
		entry_unref(&e);
		return NULL;
	}
	e->flags = from->flags & ~(unsigned)ENTRY_AS_IS;
	e->label = piece_ref(&from->label);
	e->cert = piece_ref(&from->cert);
	e->key = piece_ref(&from->key);
	e->native = piece_ref(&from->native);
	e->key_native = piece_ref(&from->key_native);
	return e;
}

/* Only the count changes, which is no part of what is immutable. */
static void *
counted(const void *object)
{
	void *counting;

	memcpy(&counting, &object, sizeof(counting));
	return counting;
}

struct entry *
entry_ref(const struct entry *e)
{
	struct entry *counting = counted(e);

	if (counting)
		counting->refs++;
	return counting;
}

void
entry_unref(struct entry **e)
{
	struct entry *gone = *e;

	*e = NULL;
	if (!gone || --gone->refs > 0)
		return;
	piece_release(&gone->label);
	piece_release(&gone->cert);
	piece_release(&gone->key);
	piece_release(&gone->native);
	piece_release(&gone->key_native);
	secret_free(&gone->open_key);
	free(gone);
}

struct request *
request_new(void)
{
	struct request *r = calloc(1, sizeof(*r));

	if (r)
		r->refs = 1;
	return r;
}

struct request *
request_dup(const struct request *from)
{
	struct request *r = request_new();

	if (!r)
		return NULL;
	if (secret_copy(&r->open_key, from->open_key)) {
		request_unref(&r);
		return NULL;
	}
	r->label = piece_ref(&from->label);
	r->csr = piece_ref(&from->csr);
	r->key = piece_ref(&from->key);
	r->renews = from->renews;
	r->surmised = from->surmised;
	memcpy(r->replaces, from->replaces, sizeof(r->replaces));
	r->key_native = piece_ref(&from->key_native);
	return r;
}

struct request *
request_ref(const struct request *r)
{
	struct request *counting = counted(r);

	if (counting)
		counting->refs++;
	return counting;
}

void
request_unref(struct request **r)
{
	struct request *gone = *r;

	*r = NULL;
	if (!gone || --gone->refs > 0)
		return;
	piece_release(&gone->label);
	piece_release(&gone->csr);
	piece_release(&gone->key);
	piece_release(&gone->key_native);
	secret_free(&gone->open_key);
	free(gone);
}

static enum rc
too_long(size_t size, struct err *err)
{
	(void)err_set(err, RC_USAGE, "the label is %zu bytes long, the limit is %d", size,
		      LABEL_MAX);
	(void)err_hint(err, "a kyman that is built with CPPFLAGS=-DKYMAN_LABEL_MAX=N takes N");
	return RC_USAGE;
}

enum rc
label_check(struct span label, struct err *err)
{
	struct span rest = label;
	int32_t point;

	if (label.size == 0)
		return err_set(err, RC_USAGE, "a label must not be empty");
	if (label.size > LABEL_MAX)
		return too_long(label.size, err);
	if (label.data[0] == '#' || span_begins(label, span_text("sha256:"))) {
		return err_set(err, RC_USAGE,
			       "label '%s': '#' and 'sha256:' begin what stands for a label",
			       ESC_SPAN(label));
	}
	while ((point = text_next(&rest)) != -2) {
		if (point == -1)
			return err_set(err, RC_USAGE, "label '%s' is not UTF-8", ESC_SPAN(label));
		if (text_is_control((uint32_t)point)) {
			return err_set(err, RC_USAGE,
				       "label '%s' has a control or invisible character",
				       ESC_SPAN(label));
		}
	}
	return RC_OK;
}

struct span
entry_label(const struct entry *e)
{
	return e->label.span;
}
