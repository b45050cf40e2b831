/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec/codec.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 16, COUNT_MAX = 1 << 30 };

static enum rc
make_room(struct pieces *p, size_t count)
{
	size_t more = p->room ? p->room + p->room / 2 : ROOM_FIRST;
	struct piece *items;

	if (count <= p->room - p->count)
		return RC_OK;
	if (count >= COUNT_MAX || p->count >= COUNT_MAX)
		return RC_NO_MEMORY;
	if (more < p->count + count)
		more = p->count + count;
	items = reallocarray(p->items, more, sizeof(*items));
	if (!items)
		return RC_NO_MEMORY;
	p->items = items;
	p->room = more;
	return RC_OK;
}

/* Whether next begins in the blob where last ends. */
static bool
continues(const struct piece *last, const struct piece *next)
{
	return last->home && last->home == next->home &&
	       last->span.data + last->span.size == next->span.data;
}

enum rc
pieces_add(struct pieces *p, const struct piece *piece)
{
	struct piece *last = p->items && p->count ? &p->items[p->count - 1] : NULL;
	enum rc rc = RC_OK;

	if (last && continues(last, piece)) {
		last->span.size += piece->span.size;
	} else {
		rc = make_room(p, 1);
		if (rc || !p->items)
			return rc;
		p->items[p->count++] = piece_ref(piece);
	}
	p->size += piece->span.size;
	return rc;
}

enum rc
pieces_take(struct pieces *p, struct buf *from)
{
	struct piece piece;
	enum rc rc;

	if (from->size == 0 && !from->bad) {
		buf_release(from);
		return RC_OK;
	}
	rc = piece_take(&piece, from);
	if (rc)
		return rc;
	rc = pieces_add(p, &piece);
	piece_release(&piece);
	return rc;
}

enum rc
pieces_move(struct pieces *p, struct pieces *from)
{
	enum rc rc;

	rc = make_room(p, from->count);
	if (rc)
		return rc;
	if (from->count)
		memcpy(&p->items[p->count], from->items, from->count * sizeof(*from->items));
	p->count += from->count;
	p->size += from->size;
	from->count = 0;
	pieces_release(from);
	return RC_OK;
}

void
pieces_release(struct pieces *p)
{
	size_t i;

	if (p->late)
		task_wait(&p->late->task);
	free(p->late);
	for (i = 0; i < p->count; i++)
		piece_release(&p->items[i]);
	free(p->items);
	*p = (struct pieces)PIECES_INIT;
}

enum rc
pieces_each(const struct pieces *p, enum rc (*put)(void *self, struct span bytes), void *self)
{
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < p->count && !rc; i++) {
		if (p->late && i + 1 == p->count) {
			task_wait(&p->late->task);
			rc = p->late->rc;
		}
		if (!rc)
			rc = put(self, p->items[i].span);
	}
	return rc;
}
