/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kdb-index.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 16, COUNT_MAX = 1 << 30 };

void
kdb_release(struct kdb *db)
{
	size_t i;

	for (i = 0; i < db->count; i++)
		entry_unref(&db->entries[i]);
	for (i = 0; i < db->request_count; i++)
		request_unref(&db->requests[i]);
	for (i = 0; i < db->extra_count; i++) {
		piece_release(&db->extras[i].whole);
		piece_release(&db->extras[i].changed);
	}
	free(db->entries);
	free(db->requests);
	free(db->extras);
	piece_release(&db->meta_rest);
	index_free(&db->index);
	*db = (struct kdb)KDB_INIT;
}

/* An array of pointers with room for one more; NULL when out of memory, and then it is as it was.
 */
static void *
roomy(void *array, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? *room + *room / 2 + 1 : ROOM_FIRST;
	void *bigger;

	if (count < *room)
		return array;
	if (count >= COUNT_MAX)
		return NULL;
	bigger = reallocarray(array, more, size);
	if (bigger)
		*room = more;
	return bigger;
}

enum rc
kdb_reserve(struct kdb *db, size_t count)
{
	struct entry **entries;

	if (count <= db->room)
		return RC_OK;
	entries = count < COUNT_MAX ? reallocarray(db->entries, count, sizeof(*entries)) : NULL;
	if (!entries)
		return RC_NO_MEMORY;
	db->entries = entries;
	db->room = count;
	return RC_OK;
}

static enum rc
copy_entries(struct kdb *to, const struct kdb *from)
{
	size_t i;

	/* One more than now: a copy is made to be added to. */
	if (kdb_reserve(to, from->count + 1))
		return RC_NO_MEMORY;
	for (i = 0; i < from->count && to->entries; i++)
		to->entries[to->count++] = entry_ref(from->entries[i]);
	return RC_OK;
}

static enum rc
copy_requests(struct kdb *to, const struct kdb *from)
{
	size_t i;

	if (!from->request_count)
		return RC_OK;
	to->requests = calloc(from->request_count, sizeof(struct request *));
	if (!to->requests)
		return RC_NO_MEMORY;
	to->request_room = from->request_count;
	for (i = 0; i < from->request_count; i++)
		to->requests[to->request_count++] = request_ref(from->requests[i]);
	return RC_OK;
}

static enum rc
copy_extras(struct kdb *to, const struct kdb *from)
{
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < from->extra_count && !rc; i++) {
		rc = kdb_add_extra(to, &from->extras[i].whole, from->extras[i].was_encrypted,
				   from->extras[i].kind);
		if (!rc)
			to->extras[i].changed = piece_ref(&from->extras[i].changed);
	}
	return rc;
}

enum rc
kdb_copy(struct kdb *to, const struct kdb *from)
{
	enum rc rc;

	*to = *from;
	to->entries = NULL;
	to->requests = NULL;
	to->extras = NULL;
	to->count = to->room = 0;
	to->request_count = to->request_room = 0;
	to->extra_count = to->extra_room = 0;
	to->meta_rest = piece_ref(&from->meta_rest);
	to->index = NULL;
	rc = copy_entries(to, from);
	if (!rc)
		rc = copy_requests(to, from);
	if (!rc)
		rc = copy_extras(to, from);
	if (rc)
		kdb_release(to);
	else
		to->index = index_copy(from->index);
	return rc;
}

void
kdb_swap(struct kdb *a, struct kdb *b)
{
	struct kdb c = *a;

	*a = *b;
	*b = c;
}

/* Where the entries of the kinds behind this one begin. */
static size_t
end_of_kind(const struct kdb *db, enum entry_kind kind)
{
	size_t low = 0;
	size_t high = db->count;
	size_t middle;

	/* A loader adds at the end. */
	if (high && db->entries[high - 1]->kind <= kind)
		return high;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (db->entries[middle]->kind <= kind)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* After make_room: never fails. Takes a reference. */
static void
insert_at(struct kdb *db, size_t at, const struct entry *e)
{
	memmove(&db->entries[at + 1], &db->entries[at], (db->count - at) * sizeof(*db->entries));
	db->entries[at] = entry_ref(e);
	db->count++;
	index_insert(db, INDEX_LABELS, at, e->label.span);
	index_insert(db, INDEX_CERTS, at, e->cert.span);
}

/* Gives the reference to the caller. */
static struct entry *
take_out(struct kdb *db, size_t at)
{
	struct entry *e = db->entries[at];

	db->count--;
	memmove(&db->entries[at], &db->entries[at + 1], (db->count - at) * sizeof(*db->entries));
	index_remove(db, INDEX_LABELS, at, e->label.span);
	index_remove(db, INDEX_CERTS, at, e->cert.span);
	return e;
}

/* Room for one more in the array and in the tables that are there. */
static enum rc
make_room(struct kdb *db)
{
	void *entries = roomy(db->entries, db->count, &db->room, sizeof(*db->entries));
	enum rc rc;

	if (!entries)
		return RC_NO_MEMORY;
	db->entries = entries;
	rc = index_prepare(db, INDEX_LABELS);
	if (!rc && db->index->made[INDEX_CERTS])
		rc = index_prepare(db, INDEX_CERTS);
	return rc;
}

/* The entry other than `but` that has e's label or certificate; a certificate that was there twice
 * may stay so. */
static const struct entry *
in_the_way(const struct kdb *db, const struct entry *e, const struct entry *but)
{
	const struct entry *found = kdb_find_folded(db, e->label.span);

	if (found && found != but)
		return found;
	if (but && span_equal(but->cert.span, e->cert.span))
		return NULL;
	found = e->cert.span.size ? kdb_find_cert(db, e->cert.span) : NULL;
	return found != but ? found : NULL;
}

static void
add_now(struct kdb *db, const struct entry *e)
{
	insert_at(db, end_of_kind(db, e->kind), e);
	if (e->kind == ENTRY_KEY && kdb_count(db, ENTRY_KEY) == 1)
		db->default_entry = e;
}

enum rc
kdb_add(struct kdb *db, struct entry *e, const struct entry **twin)
{
	const struct entry *found;
	enum rc rc;

	rc = make_room(db);
	if (rc)
		return rc;
	found = in_the_way(db, e, NULL);
	if (twin)
		*twin = found;
	if (found)
		return RC_DUPLICATE;
	add_now(db, e);
	/* Marked as such, it stays the default when another program puts keys in another order. */
	db->default_chosen |= db->default_entry == e;
	return RC_OK;
}

enum rc
kdb_add_keys(struct kdb *db, struct entry *const *keys, size_t count)
{
	size_t at = end_of_kind(db, ENTRY_KEY);
	bool is_first = at == 0;

	if (!count)
		return RC_OK;
	if (count > COUNT_MAX - db->count || kdb_reserve(db, db->count + count))
		return RC_NO_MEMORY;
	memmove(&db->entries[at + count], &db->entries[at], (db->count - at) * sizeof(*keys));
	for (size_t i = 0; i < count; i++)
		db->entries[at + i] = entry_ref(keys[i]);
	db->count += count;
	/* Made anew, once, when something is looked for. */
	index_free(&db->index);
	if (is_first)
		db->default_entry = keys[0];
	db->default_chosen |= is_first;
	return RC_OK;
}

static enum rc
relabel(struct kdb *db, struct entry *e)
{
	struct buf label = BUF_INIT;
	enum rc rc;

	if (e->label.span.size)
		rc = kdb_unique_label(&label, db, e->label.span);
	else
		rc = kdb_free_label(&label, db, e->cert.span);
	piece_release(&e->label);
	e->flags = (e->flags | ENTRY_RENAMED) & ~(unsigned)ENTRY_AS_IS;
	if (rc) {
		buf_release(&label);
		return rc;
	}
	return piece_take(&e->label, &label);
}

enum rc
kdb_load_entry(struct kdb *db, struct entry *e)
{
	const struct entry *found;
	enum rc rc;

	rc = make_room(db);
	if (rc)
		return rc;
	found = e->label.span.size ? kdb_find_folded(db, e->label.span) : NULL;
	if (found && e->kind == ENTRY_CERT && span_equal(found->cert.span, e->cert.span))
		return RC_DUPLICATE;
	if (found || !e->label.span.size)
		rc = relabel(db, e);
	if (!rc)
		add_now(db, e);
	return rc;
}

enum rc
kdb_replace(struct kdb *db, const struct entry *old, struct entry *e, const struct entry **twin)
{
	bool was_default = db->default_entry == old;
	const struct entry *found;
	struct entry *gone;
	long at = kdb_position(db, old);
	enum rc rc;

	if (at < 0)
		return RC_NOT_FOUND;
	rc = make_room(db);
	if (rc)
		return rc;
	found = in_the_way(db, e, old);
	if (twin)
		*twin = found;
	if (found)
		return RC_DUPLICATE;
	gone = take_out(db, (size_t)at);
	insert_at(db, gone->kind == e->kind ? (size_t)at : end_of_kind(db, e->kind), e);
	if (was_default)
		db->default_entry = e->kind == ENTRY_KEY ? e : NULL;
	else if (e->kind == ENTRY_KEY && gone->kind != ENTRY_KEY && kdb_count(db, ENTRY_KEY) == 1)
		db->default_entry = e;
	db->default_chosen = db->default_chosen && db->default_entry;
	entry_unref(&gone);
	return RC_OK;
}

void
kdb_put_at(struct kdb *db, size_t position, struct entry *e)
{
	struct entry *gone = db->entries[position];

	db->entries[position] = entry_ref(e);
	if (db->default_entry == gone)
		db->default_entry = e;
	entry_unref(&gone);
}

void
kdb_remove(struct kdb *db, const struct entry *e)
{
	long at = kdb_position(db, e);
	struct entry *gone;

	if (at < 0)
		return;
	if (db->default_entry == e)
		kdb_set_default(db, NULL);
	gone = take_out(db, (size_t)at);
	entry_unref(&gone);
}

void
kdb_set_default(struct kdb *db, const struct entry *e)
{
	long at = e ? kdb_position(db, e) : -1;
	struct entry *first;

	db->default_entry = at < 0 ? NULL : e;
	db->default_chosen = at >= 0;
	if (at <= 0)
		return;
	/* What is taken out leaves the room that it needs. */
	first = take_out(db, (size_t)at);
	insert_at(db, 0, first);
	entry_unref(&first);
}

static const struct entry *
entry_at(const struct kdb *db, long at)
{
	return at < 0 ? NULL : db->entries[at];
}

enum rc
kdb_index_labels(struct kdb *db)
{
	return index_prepare(db, INDEX_LABELS);
}

const struct entry *
kdb_find_folded(const struct kdb *db, struct span label)
{
	return entry_at(db, index_find(db, INDEX_LABELS, label));
}

const struct entry *
kdb_find(const struct kdb *db, struct span label)
{
	const struct entry *e = kdb_find_folded(db, label);

	return e && span_equal(e->label.span, label) ? e : NULL;
}

const struct entry *
kdb_find_cert(const struct kdb *db, struct span der)
{
	return entry_at(db, index_find(db, INDEX_CERTS, der));
}

long
kdb_position(const struct kdb *db, const struct entry *e)
{
	long at = index_find(db, INDEX_LABELS, e->label.span);

	return at >= 0 && db->entries[at] == e ? at : -1;
}

size_t
kdb_count(const struct kdb *db, enum entry_kind kind)
{
	size_t before = kind == ENTRY_KEY ? 0 : end_of_kind(db, (enum entry_kind)(kind - 1));

	return end_of_kind(db, kind) - before;
}
