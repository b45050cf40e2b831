/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "op/key-index.h"

#include <stdlib.h>

enum rc
key_index_add(struct key_index *x, struct span spki, size_t at)
{
	struct key_slot *slots = array_room(x->slots, x->count, &x->room, sizeof(*slots));

	if (!slots)
		return RC_NO_MEMORY;
	x->slots = slots;
	x->slots[x->count++] = (struct key_slot){ spki, at };
	return RC_OK;
}

static int
compare(const void *a, const void *b)
{
	const struct key_slot *x = a;
	const struct key_slot *y = b;
	int order = span_compare(x->spki, y->spki);

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

void
key_index_sort(struct key_index *x)
{
	if (x->count)
		qsort(x->slots, x->count, sizeof(*x->slots), compare);
}

size_t
key_index_find(const struct key_index *x, struct span spki)
{
	size_t low = 0;
	size_t high = x->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (span_compare(x->slots[middle].spki, spki) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < x->count && span_equal(x->slots[low].spki, spki) ? low : x->count;
}

void
key_index_release(struct key_index *x)
{
	free(x->slots);
	*x = (struct key_index)KEY_INDEX_INIT;
}
