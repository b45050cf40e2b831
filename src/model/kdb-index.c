/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kdb-index.h"

#include "base/env.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
	ROOM_FIRST = 32,
	SEARCHES_MAX = 8,
	ENDS = 40,       /* how much of a certificate's beginning and end is hashed */
	RUN_MAX = 200,   /* longer runs of full slots come by chance about never */
	FULL_TENTHS = 8, /* how full a table may be */
	FEW = 64,        /* slots are walked over in the time that one entry is looked up */
};

/* SipHash-1-3 over 64-bit words. */
struct sip {
	uint64_t v[4];
};

static uint64_t
turn(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = turn(v[1], 13) ^ v[0];
	v[3] = turn(v[3], 16) ^ v[2];
	v[0] = turn(v[0], 32) + v[3];
	v[2] += v[1];
	v[1] = turn(v[1], 17) ^ v[2];
	v[3] = turn(v[3], 21) ^ v[0];
	v[2] = turn(v[2], 32);
}

static struct sip
sip_start(const uint64_t key[2])
{
	return (struct sip){ { key[0] ^ 0x736f6d6570736575U, key[1] ^ 0x646f72616e646f6dU,
			       key[0] ^ 0x6c7967656e657261U, key[1] ^ 0x7465646279746573U } };
}

static void
sip_word(struct sip *s, uint64_t word)
{
	s->v[3] ^= word;
	sip_round(s->v);
	s->v[0] ^= word;
}

static uint32_t
sip_end(struct sip *s)
{
	s->v[2] ^= 0xff;
	sip_round(s->v);
	sip_round(s->v);
	sip_round(s->v);
	return (uint32_t)(s->v[0] ^ s->v[1] ^ s->v[2] ^ s->v[3]);
}

/* Bytes on their way into words. */
struct sip_bytes {
	struct sip sip;
	uint64_t word;
	unsigned fill; /* bits */
};

static void
put_byte(struct sip_bytes *b, uint32_t byte)
{
	b->word |= (uint64_t)(byte & 0xff) << b->fill;
	b->fill += 8;
	if (b->fill < 64)
		return;
	sip_word(&b->sip, b->word);
	b->word = 0;
	b->fill = 0;
}

/* A character beyond ASCII, folded (some fold into ASCII); a byte that is not UTF-8 stands for
 * itself. */
static void
put_point(struct sip_bytes *b, struct span *label)
{
	uint32_t byte = label->data[0];
	int32_t point = text_next(label);
	uint32_t folded = point < 0 ? 0x80000000U | byte : text_fold((uint32_t)point);

	if (folded < 0x80) {
		put_byte(b, folded);
		return;
	}
	put_byte(b, 0xff);
	put_byte(b, folded >> 24);
	put_byte(b, folded >> 16);
	put_byte(b, folded >> 8);
	put_byte(b, folded);
}

static uint32_t
label_tag(const struct kdb_index *index, struct span label)
{
	struct sip_bytes b = { .sip = sip_start(index->key) };
	unsigned byte;

	while (label.size) {
		byte = label.data[0];
		if (byte >= 0x80) {
			put_point(&b, &label);
			continue;
		}
		put_byte(&b, byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
		label.data++;
		label.size--;
	}
	sip_word(&b.sip, b.word);
	return sip_end(&b.sip);
}

static void
sip_span(struct sip *s, struct span bytes)
{
	const unsigned char *at = bytes.data;
	size_t left = bytes.size;
	uint64_t word;

	for (; left >= sizeof(word); left -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		sip_word(s, word);
	}
	word = 0;
	if (left)
		memcpy(&word, at, left);
	sip_word(s, word);
}

/* The serial number is near the beginning, the signature at the end. */
static uint32_t
cert_tag(const struct kdb_index *index, struct span der)
{
	struct sip s = sip_start(index->key);

	sip_word(&s, der.size);
	if (index->deep || der.size <= (size_t)2 * ENDS) {
		sip_span(&s, der);
	} else {
		sip_span(&s, span_part(der, 0, ENDS));
		sip_span(&s, span_part(der, der.size - ENDS, ENDS));
	}
	return sip_end(&s);
}

static uint32_t
tag_of(const struct kdb_index *index, enum index_what what, struct span key)
{
	return what == INDEX_CERTS ? cert_tag(index, key) : label_tag(index, key);
}

static struct span
key_at(const struct kdb *db, enum index_what what, size_t position)
{
	if (what == INDEX_REQUESTS)
		return db->requests[position]->label.span;
	return what == INDEX_CERTS ? db->entries[position]->cert.span
				   : db->entries[position]->label.span;
}

static bool
same_key(enum index_what what, struct span a, struct span b)
{
	return what == INDEX_CERTS ? span_equal(a, b) : text_equal_folded(a, b);
}

static size_t
count_of(const struct kdb *db, enum index_what what)
{
	return what == INDEX_REQUESTS ? db->request_count : db->count;
}

/* Puts a slot where it belongs; false when the run before it was too long. */
static bool
place(struct index_table *t, struct index_slot slot)
{
	size_t i = slot.tag & (t->room - 1);
	size_t run = 0;

	while (t->slots[i].at) {
		i = (i + 1) & (t->room - 1);
		run++;
	}
	t->slots[i] = slot;
	t->used++;
	return run < RUN_MAX;
}

static bool
fits(const struct index_table *t, size_t count)
{
	return t->room && count <= t->room / 10 * FULL_TENTHS;
}

static enum rc
resize(struct index_table *t, size_t count)
{
	struct index_table bigger = { .room = ROOM_FIRST };
	size_t i;

	while (!fits(&bigger, count))
		bigger.room *= 2;
	bigger.slots = calloc(bigger.room, sizeof(*bigger.slots));
	if (!bigger.slots)
		return RC_NO_MEMORY;
	for (i = 0; i < t->room; i++) {
		if (t->slots[i].at)
			(void)place(&bigger, t->slots[i]); /* said when it came in */
	}
	free(t->slots);
	*t = bigger;
	return RC_OK;
}

static long
look_up(const struct kdb *db, enum index_what what, uint32_t tag, struct span key)
{
	const struct index_table *t = &db->index->tables[what];
	size_t i;

	for (i = tag & (t->room - 1); t->slots[i].at; i = (i + 1) & (t->room - 1)) {
		if (t->slots[i].tag == tag &&
		    same_key(what, key, key_at(db, what, t->slots[i].at - 1)))
			return (long)t->slots[i].at - 1;
	}
	return -1;
}

/* Of equal certificates the table holds one: a file may hold one a hundred thousand times. Labels
 * differ, or they would not be here. False when keys collide more than chance makes them. */
static bool
enter(const struct kdb *db, enum index_what what, size_t position, struct span key)
{
	struct kdb_index *index = db->index;
	uint32_t tag = tag_of(index, what, key);

	if (what == INDEX_CERTS && key.size == 0)
		return true;
	if (what == INDEX_CERTS && look_up(db, what, tag, key) >= 0) {
		index->twins[what] = true;
		return true;
	}
	return place(&index->tables[what], (struct index_slot){ tag, (uint32_t)position + 1 });
}

/* Fills the table; where the ends of certificates collide, once more with whole ones. */
static void
fill(const struct kdb *db, enum index_what what)
{
	struct kdb_index *index = db->index;
	struct index_table *t = &index->tables[what];
	size_t count = count_of(db, what);
	size_t i;

	t->used = 0;
	index->twins[what] = false;
	memset(t->slots, 0, t->room * sizeof(*t->slots));
	for (i = 0; i < count; i++) {
		if (enter(db, what, i, key_at(db, what, i)) || what != INDEX_CERTS || index->deep)
			continue;
		index->deep = true;
		t->used = 0;
		memset(t->slots, 0, t->room * sizeof(*t->slots));
		i = (size_t)-1;
	}
}

static enum rc
make(const struct kdb *db, enum index_what what)
{
	struct index_table *t = &db->index->tables[what];
	enum rc rc;

	free(t->slots);
	*t = (struct index_table){ NULL, 0, 0 };
	rc = resize(t, count_of(db, what) + 1);
	if (rc)
		return rc;
	fill(db, what);
	db->index->made[what] = true;
	return RC_OK;
}

/* An index belongs to the database however const that is: it says nothing new about it. */
static enum rc
prepare(const struct kdb *db, enum index_what what)
{
	struct kdb_index *index = db->index;
	enum rc rc = RC_OK;
	struct kdb *owner;

	memcpy(&owner, &db, sizeof(owner));
	if (!index) {
		index = calloc(1, sizeof(*index));
		if (!index)
			return RC_NO_MEMORY;
		rc = env_random(index->key, sizeof(index->key));
		if (rc) {
			free(index);
			return rc;
		}
		owner->index = index;
	}
	return index->made[what] ? rc : make(db, what);
}

enum rc
index_prepare(struct kdb *db, enum index_what what)
{
	struct index_table *t;
	enum rc rc;

	rc = prepare(db, what);
	if (rc)
		return rc;
	t = &db->index->tables[what];
	return fits(t, t->used + 1) ? RC_OK : resize(t, t->used * 2);
}

static long
search(const struct kdb *db, enum index_what what, struct span key)
{
	size_t i;

	/* A secret has no certificate, which is not to be found by none. */
	for (i = 0; i < count_of(db, what) && (key.size || what != INDEX_CERTS); i++) {
		if (same_key(what, key, key_at(db, what, i)))
			return (long)i;
	}
	return -1;
}

/* A table of all certificates takes as long as some ten searches among them, and to add one asks
 * four times. */
static bool
is_worth_it(const struct kdb *db, enum index_what what)
{
	return what != INDEX_CERTS || !db->index || db->index->made[what] ||
	       ++db->index->searches > SEARCHES_MAX;
}

long
index_find(const struct kdb *db, enum index_what what, struct span key)
{
	if (!is_worth_it(db, what) || prepare(db, what))
		return search(db, what, key);
	return look_up(db, what, tag_of(db->index, what, key), key);
}

/* The slot of a key that says `at`, or the free one behind them. */
static struct index_slot *
slot_of(const struct index_table *t, uint32_t tag, size_t at)
{
	size_t i = tag & (t->room - 1);

	while (t->slots[i].at && t->slots[i].at != at)
		i = (i + 1) & (t->room - 1);
	return &t->slots[i];
}

/* Moves what stands at position, and where it stood before, up or down by one. What is not in the
 * table, as a certificate that is there twice, has no slot. */
static void
move(const struct kdb *db, enum index_what what, size_t position, bool up)
{
	struct span key = key_at(db, what, position);
	size_t was = up ? position : position + 2;
	struct index_slot *slot =
	    slot_of(&db->index->tables[what], tag_of(db->index, what, key), was);

	if (slot->at)
		slot->at = (uint32_t)position + 1;
}

/* Something has come to stand at position, or has gone from there: what is behind moves. Where that
 * is little, as a few secret keys behind all certificates, it is looked up; else all slots are
 * looked at. Of two that move the same way the one that makes room goes first. */
static void
shift(const struct kdb *db, enum index_what what, size_t position, bool up)
{
	struct index_table *t = &db->index->tables[what];
	size_t count = count_of(db, what);
	size_t first = up ? position + 1 : position;
	size_t i;

	if (count - first <= t->room / FEW) {
		for (i = first; i < count; i++)
			move(db, what, up ? count - 1 - (i - first) : i, up);
		return;
	}
	for (i = 0; i < t->room; i++) {
		if (t->slots[i].at > position)
			t->slots[i].at += up ? 1U : (uint32_t)-1;
	}
}

void
index_insert(struct kdb *db, enum index_what what, size_t position, struct span key)
{
	if (!db->index || !db->index->made[what])
		return;
	shift(db, what, position, true);
	if (enter(db, what, position, key) || what != INDEX_CERTS || db->index->deep)
		return;
	db->index->deep = true;
	fill(db, what);
}

/* Closes the gap at i: whatever is behind it and may stand there moves up. */
static void
close_gap(struct index_table *t, size_t i)
{
	size_t mask = t->room - 1;
	size_t j;

	for (j = (i + 1) & mask; t->slots[j].at; j = (j + 1) & mask) {
		if (((j - t->slots[j].tag) & mask) >= ((j - i) & mask)) {
			t->slots[i] = t->slots[j];
			i = j;
		}
	}
	t->slots[i] = (struct index_slot){ 0, 0 };
	t->used--;
}

/* Takes the slot of what stands at position, with this key, away. False when there is no table, or
 * none any more. */
static bool
forget(struct kdb *db, enum index_what what, size_t position, struct span key)
{
	const struct index_slot *slot;
	struct index_table *t;

	if (!db->index || !db->index->made[what])
		return false;
	if (db->index->twins[what]) {
		db->index->made[what] = false;
		return false;
	}
	t = &db->index->tables[what];
	slot = slot_of(t, tag_of(db->index, what, key), position + 1);
	if (slot->at)
		close_gap(t, (size_t)(slot - t->slots));
	return true;
}

void
index_remove(struct kdb *db, enum index_what what, size_t position, struct span key)
{
	if (forget(db, what, position, key))
		shift(db, what, position, false);
}

void
index_replace(struct kdb *db, enum index_what what, size_t position, struct span key)
{
	if (forget(db, what, position, key))
		(void)enter(db, what, position, key_at(db, what, position)); /* labels only */
}

static bool
table_copy(struct index_table *to, const struct index_table *from)
{
	if (!from->room)
		return true;
	to->slots = malloc(from->room * sizeof(*to->slots));
	if (!to->slots)
		return false;
	memcpy(to->slots, from->slots, from->room * sizeof(*to->slots));
	to->room = from->room;
	to->used = from->used;
	return true;
}

struct kdb_index *
index_copy(const struct kdb_index *from)
{
	struct kdb_index *index = from ? calloc(1, sizeof(*index)) : NULL;
	size_t i;

	if (!index)
		return NULL;
	memcpy(index->key, from->key, sizeof(index->key));
	index->deep = from->deep;
	for (i = 0; i < INDEX_TABLES; i++) {
		index->made[i] = from->made[i];
		index->twins[i] = from->twins[i];
		if (!table_copy(&index->tables[i], &from->tables[i])) {
			index_free(&index);
			return NULL;
		}
	}
	return index;
}

void
index_free(struct kdb_index **index)
{
	size_t i;

	if (!*index)
		return;
	for (i = 0; i < INDEX_TABLES; i++)
		free((*index)->tables[i].slots);
	free(*index);
	*index = NULL;
}
