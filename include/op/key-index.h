/* What has which public key: sorted, so that of many with many each is looked up. */
#ifndef OP_KEY_INDEX_H
#define OP_KEY_INDEX_H

#include "base/buf.h"

struct key_slot {
	struct span spki; /* SubjectPublicKeyInfo; borrowed */
	size_t at;        /* the caller's: whose it is */
};

struct key_index {
	struct key_slot *slots;
	size_t count;
	size_t room;
};

#define KEY_INDEX_INIT        \
	{                     \
		.slots = NULL \
	}

/* Adds one at the end; then the index is not sorted. RC_NO_MEMORY. */
NODISCARD enum rc key_index_add(struct key_index *x, struct span spki, size_t at);

/* Sorts: by key, of one key by at. Before key_index_find. */
void key_index_sort(struct key_index *x);

/* The position of the first slot with this key, count when there is none. Others with it follow. */
size_t key_index_find(const struct key_index *x, struct span spki);

/* Releases the slots. */
void key_index_release(struct key_index *x);

#endif
