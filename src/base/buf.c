/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 64, ITEMS_FIRST = 8 };

struct span
span_text(const char *text)
{
	return SPAN_OF(text, strlen(text));
}

int
span_compare(struct span a, struct span b)
{
	size_t both = a.size < b.size ? a.size : b.size;
	int order = both ? memcmp(a.data, b.data, both) : 0;

	if (order)
		return order;
	return (a.size > b.size) - (a.size < b.size);
}

bool
span_begins(struct span s, struct span prefix)
{
	return s.size >= prefix.size && span_equal(span_part(s, 0, prefix.size), prefix);
}

bool
span_holds(struct span outer, struct span inner)
{
	uintptr_t from = (uintptr_t)outer.data;
	uintptr_t at = (uintptr_t)inner.data;

	return outer.data && inner.data && at >= from && at - from <= outer.size &&
	       inner.size <= outer.size - (at - from);
}

bool
bytes_equal(const void *a, const void *b, size_t size)
{
	const volatile unsigned char *x = a;
	const volatile unsigned char *y = b;
	unsigned differ = 0;
	size_t i;

	for (i = 0; i < size; i++)
		differ |= (unsigned)(x[i] ^ y[i]);
	return differ == 0;
}

void
buf_fail(struct buf *b)
{
	buf_release(b);
	b->bad = true;
}

/* Moves to a new block, so that what realloc would leave behind is wiped. */
static void
grow(struct buf *b, size_t room)
{
	unsigned char *data = malloc(room);

	if (!data) {
		buf_fail(b);
		return;
	}
	if (b->size)
		memcpy(data, b->data, b->size);
	if (b->data)
		explicit_bzero(b->data, b->size);
	free(b->data);
	b->data = data;
	b->room = room;
}

/* One byte more than asked for is kept, for the NUL of buf_text. */
void
buf_reserve(struct buf *b, size_t size)
{
	size_t need;
	size_t room;

	if (b->bad)
		return;
	if (size >= SIZE_MAX / 2 - b->size) {
		buf_fail(b);
		return;
	}
	need = b->size + size + 1;
	if (need <= b->room)
		return;
	room = b->room ? b->room + b->room / 2 : ROOM_FIRST;
	grow(b, room > need ? room : need);
}

unsigned char *
buf_extend(struct buf *b, size_t size)
{
	unsigned char *at;

	buf_reserve(b, size);
	if (b->bad)
		return NULL;
	at = b->data + b->size;
	b->size += size;
	return at;
}

void
buf_put(struct buf *b, struct span s)
{
	unsigned char *at = buf_extend(b, s.size);

	if (at && s.size)
		memcpy(at, s.data, s.size);
}

void
buf_put_byte(struct buf *b, unsigned byte)
{
	unsigned char *at;

	/* A NUL must still fit behind it; what is bad has no room. */
	if (b->size + 1 < b->room) {
		b->data[b->size++] = (unsigned char)byte;
		return;
	}
	at = buf_extend(b, 1);
	if (at)
		*at = (unsigned char)byte;
}

void
buf_put_text(struct buf *b, const char *text)
{
	buf_put(b, span_text(text));
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list list;
	va_list again;
	int length;

	va_start(list, format);
	va_copy(again, list);
	length = vsnprintf(NULL, 0, format, list);
	va_end(list);
	if (length < 0)
		buf_fail(b);
	else
		buf_reserve(b, (size_t)length);
	if (!b->bad) {
		(void)vsnprintf((char *)b->data + b->size, (size_t)length + 1, format, again);
		b->size += (size_t)length;
	}
	va_end(again);
}

void
buf_insert(struct buf *b, size_t offset, struct span s)
{
	size_t tail = b->size - offset;

	if (s.size == 0 || !buf_extend(b, s.size))
		return;
	memmove(b->data + offset + s.size, b->data + offset, tail);
	memcpy(b->data + offset, s.data, s.size);
}

void
buf_cut(struct buf *b, size_t size)
{
	if (size >= b->size)
		return;
	explicit_bzero(b->data + size, b->size - size);
	b->size = size;
}

enum rc
buf_rc(const struct buf *b)
{
	return b->bad ? RC_NO_MEMORY : RC_OK;
}

const char *
buf_text(struct buf *b)
{
	if (b->size == 0)
		return "";
	buf_reserve(b, 0);
	if (b->bad)
		return "";
	b->data[b->size] = '\0';
	return (const char *)b->data;
}

char *
buf_steal(struct buf *b)
{
	char *text;

	buf_reserve(b, 0);
	if (b->bad)
		return NULL;
	b->data[b->size] = '\0';
	text = (char *)b->data;
	*b = (struct buf)BUF_INIT;
	return text;
}

void
buf_release(struct buf *b)
{
	if (b->data)
		explicit_bzero(b->data, b->size);
	free(b->data);
	*b = (struct buf)BUF_INIT;
}

void *
array_room(void *items, size_t count, size_t *room, size_t size)
{
	size_t more = *room < ITEMS_FIRST ? ITEMS_FIRST : *room + *room / 2;
	void *moved;

	if (count < *room)
		return items;
	/* reallocarray sees it, too, but a sanitizer ends the process there. */
	if (more > SIZE_MAX / size)
		return NULL;
	moved = reallocarray(items, more, size);
	if (moved)
		*room = more;
	return moved;
}
