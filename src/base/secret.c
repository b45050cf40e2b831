/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small secrets are slots of shared mappings (chunks), one slot size a chunk; a large one is the
 * only slot of a mapping of its own. All mappings are on one list that only grows at its head and
 * that secret_wipe_all walks without the mutex: see map_drop for why that is safe. */
#include "base/secret.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum {
	SLOT_MIN = 64,
	SLOT_KINDS = 7, /* 64 to 4096 bytes */
	SLOT_MAX = SLOT_MIN << (SLOT_KINDS - 1),
	CHUNK_SIZE = 64 * 1024,
	CHUNK_WORDS = CHUNK_SIZE / SLOT_MIN / 64,
	KIND_LARGE = -1,
};

struct map {
	struct map *_Atomic next;
	struct map *next_open; /* the next chunk of this kind with a free slot */
	unsigned char *data;
	size_t size;
	int kind; /* KIND_LARGE for a large secret's own mapping */
	size_t slots_free;
	uint64_t taken[CHUNK_WORDS];
};

struct secret {
	struct map *map;
	unsigned char *data;
	size_t size;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct map *_Atomic maps;
static struct map *open_chunks[SLOT_KINDS];
static atomic_int wiping;
static atomic_bool wiped;
static atomic_bool was_made;

static int
kind_of(size_t size)
{
	size_t slot = SLOT_MIN;
	int kind = 0;

	if (size > SLOT_MAX)
		return KIND_LARGE;
	while (slot < size) {
		slot *= 2;
		kind++;
	}
	return kind;
}

static size_t
slot_size(const struct map *map)
{
	return map->kind == KIND_LARGE ? map->size : (size_t)SLOT_MIN << map->kind;
}

/* The advice is best effort: a limit on locked memory or an old kernel must not stop the work. */
static unsigned char *
pages_new(size_t size)
{
	void *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (data == MAP_FAILED)
		return NULL;
	(void)mlock(data, size);
#ifdef MADV_DONTDUMP
	(void)madvise(data, size, MADV_DONTDUMP);
#endif
#ifdef MADV_WIPEONFORK
	(void)madvise(data, size, MADV_WIPEONFORK);
#endif
	return data;
}

/* The caller holds the mutex. */
static struct map *
map_new(size_t size, int kind)
{
	struct map *map = calloc(1, sizeof(*map));

	if (!map)
		return NULL;
	map->data = pages_new(size);
	if (!map->data) {
		free(map);
		return NULL;
	}
	map->size = size;
	map->kind = kind;
	map->slots_free = size / slot_size(map);
	atomic_init(&map->next, atomic_load(&maps));
	atomic_store(&maps, map);
	atomic_store(&was_made, true);
	if (kind != KIND_LARGE) {
		map->next_open = open_chunks[kind];
		open_chunks[kind] = map;
	}
	return map;
}

/* The map is unlinked first, then `wiping` is looked at. Where it is not set, a walk that starts
 * later cannot come here any more; where it is, one may be under way and the (already wiped) pages
 * stay. The caller holds the mutex. */
static void
map_drop(struct map *map)
{
	struct map *_Atomic *link = &maps;

	while (atomic_load(link) != map)
		link = &atomic_load(link)->next;
	atomic_store(link, atomic_load(&map->next));
	if (atomic_load(&wiping))
		return;
	(void)munlock(map->data, map->size);
	(void)munmap(map->data, map->size);
	free(map);
}

/* The caller holds the mutex, and map has a free slot. */
static unsigned char *
slot_take(struct map *map)
{
	size_t word = 0;
	size_t bit = 0;

	while (map->taken[word] == UINT64_MAX)
		word++;
	while (map->taken[word] >> bit & 1)
		bit++;
	map->taken[word] |= UINT64_C(1) << bit;
	map->slots_free--;
	if (map->slots_free == 0 && map->kind != KIND_LARGE)
		open_chunks[map->kind] = map->next_open;
	return map->data + (word * 64 + bit) * slot_size(map);
}

/* The caller holds the mutex. */
static void
slot_give(struct map *map, const unsigned char *data)
{
	size_t slot = (size_t)(data - map->data) / slot_size(map);

	if (map->kind == KIND_LARGE) {
		map_drop(map);
		return;
	}
	map->taken[slot / 64] &= ~(UINT64_C(1) << slot % 64);
	if (map->slots_free == 0) {
		map->next_open = open_chunks[map->kind];
		open_chunks[map->kind] = map;
	}
	map->slots_free++;
}

static enum rc
secret_place(struct secret *s, size_t size)
{
	int kind = kind_of(size);
	struct map *map;

	(void)pthread_mutex_lock(&lock);
	if (kind == KIND_LARGE)
		map = map_new(size, kind);
	else if (open_chunks[kind])
		map = open_chunks[kind];
	else
		map = map_new(CHUNK_SIZE, kind);
	if (map) {
		s->map = map;
		s->data = slot_take(map);
		s->size = size;
	}
	(void)pthread_mutex_unlock(&lock);
	return map ? RC_OK : RC_NO_MEMORY;
}

enum rc
secret_new(struct secret **s, size_t size)
{
	struct secret *made;

	*s = NULL;
	if (size > SECRET_MAX)
		return RC_LIMIT;
	made = calloc(1, sizeof(*made));
	if (!made)
		return RC_NO_MEMORY;
	if (secret_place(made, size)) {
		free(made);
		return RC_NO_MEMORY;
	}
	*s = made;
	return RC_OK;
}

enum rc
secret_from(struct secret **s, struct span bytes)
{
	enum rc rc = secret_new(s, bytes.size);

	if (!rc && bytes.size)
		memcpy((*s)->data, bytes.data, bytes.size);
	return rc;
}

enum rc
secret_copy(struct secret **s, const struct secret *from)
{
	*s = NULL;
	return from ? secret_from(s, secret_span(from)) : RC_OK;
}

unsigned char *
secret_data(struct secret *s)
{
	return s->data;
}

size_t
secret_size(const struct secret *s)
{
	return s ? s->size : 0;
}

struct span
secret_span(const struct secret *s)
{
	return s ? SPAN_OF(s->data, s->size) : SPAN_NONE;
}

void
secret_cut(struct secret *s, size_t size)
{
	if (size >= s->size)
		return;
	explicit_bzero(s->data + size, s->size - size);
	s->size = size;
}

bool
secret_equal(const struct secret *a, const struct secret *b)
{
	if (!a || !b)
		return a == b;
	return a->size == b->size && bytes_equal(a->data, b->data, a->size);
}

void
secret_free(struct secret **s)
{
	struct secret *old = *s;

	if (!old)
		return;
	*s = NULL;
	explicit_bzero(old->data, old->size);
	(void)pthread_mutex_lock(&lock);
	slot_give(old->map, old->data);
	(void)pthread_mutex_unlock(&lock);
	free(old);
}

void
secret_wipe_all(void)
{
	struct map *map;

	atomic_store(&wiped, true);
	atomic_fetch_add(&wiping, 1);
	for (map = atomic_load(&maps); map; map = atomic_load(&map->next))
		explicit_bzero(map->data, map->size);
	atomic_fetch_sub(&wiping, 1);
}

bool
secret_was_made(void)
{
	return atomic_load(&was_made);
}

bool
secret_wiped(void)
{
	return atomic_load(&wiped);
}

void
secret_protect_process(void)
{
	const struct rlimit none = { 0, 0 };

	/* Each is a second line of defence: the pages themselves are left out of dumps. */
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)atexit(secret_wipe_all);
}
