/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/entry.h"

#include <stdlib.h>

struct blob {
	unsigned refs;
	bool is_public;
	struct buf bytes;
};

enum rc
blob_new(struct blob **blob, struct buf *from)
{
	struct blob *b = NULL;

	*blob = NULL;
	if (!from->bad)
		b = malloc(sizeof(*b));
	if (!b) {
		buf_release(from);
		return RC_NO_MEMORY;
	}
	b->refs = 1;
	b->is_public = false;
	b->bytes = *from;
	*from = (struct buf)BUF_INIT;
	*blob = b;
	return RC_OK;
}

struct blob *
blob_ref(struct blob *b)
{
	if (b)
		b->refs++;
	return b;
}

void
blob_unref(struct blob **b)
{
	struct blob *gone = *b;

	*b = NULL;
	if (!gone || --gone->refs > 0)
		return;
	if (gone->is_public)
		free(gone->bytes.data);
	else
		buf_release(&gone->bytes);
	free(gone);
}

void
blob_public(struct blob *b)
{
	b->is_public = true;
}

struct span
blob_span(const struct blob *b)
{
	return b ? buf_span(&b->bytes) : SPAN_NONE;
}

struct buf *
blob_buf(struct blob *b)
{
	return &b->bytes;
}

struct piece
piece_of(struct span span, struct blob *home)
{
	return (struct piece){ span, blob_ref(home) };
}

enum rc
piece_copy(struct piece *piece, struct span span)
{
	struct buf copy = BUF_INIT;

	buf_reserve(&copy, span.size);
	buf_put(&copy, span);
	return piece_take(piece, &copy);
}

enum rc
piece_take(struct piece *piece, struct buf *from)
{
	struct blob *home;
	enum rc rc;

	*piece = (struct piece){ SPAN_NONE, NULL };
	rc = blob_new(&home, from);
	if (rc)
		return rc;
	*piece = (struct piece){ blob_span(home), home };
	return RC_OK;
}

struct piece
piece_ref(const struct piece *piece)
{
	return piece_of(piece->span, piece->home);
}

void
piece_release(struct piece *piece)
{
	blob_unref(&piece->home);
	piece->span = SPAN_NONE;
}
