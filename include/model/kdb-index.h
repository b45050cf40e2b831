/* Private to the model: where in a database a label or a certificate stands. Hash tables of
 * positions with a random key, so that labels chosen to collide do not. Positions do not change
 * when pointers do, which makes a copy of a database a copy of bytes. */
#ifndef MODEL_KDB_INDEX_H
#define MODEL_KDB_INDEX_H

#include "model/kdb.h"

/* at is the position plus one; 0 marks a free slot. */
struct index_slot {
	uint32_t tag;
	uint32_t at;
};

/* Open addressing; room is a power of two. */
struct index_table {
	struct index_slot *slots;
	size_t room;
	size_t used;
};

enum index_what { INDEX_LABELS, INDEX_CERTS, INDEX_REQUESTS, INDEX_TABLES };

struct kdb_index {
	uint64_t key[2];
	bool made[INDEX_TABLES];
	bool twins[INDEX_TABLES]; /* a key is there more than once: the table holds the first */
	unsigned searches;        /* for certificates, one by one, since no table was made yet */
	bool deep; /* certificates are hashed whole, since their ends were made to collide */
	struct index_table tables[INDEX_TABLES];
};

/* The position of the entry (of INDEX_REQUESTS: request) whose folded label or certificate this is;
 * -1 when there is none. Makes the table when it is not there; out of memory it searches one by
 * one. */
long index_find(const struct kdb *db, enum index_what what, struct span key);

/* Makes sure that the table is there and that one more fits. RC_NO_MEMORY. */
NODISCARD enum rc index_prepare(struct kdb *db, enum index_what what);

/* Tells the index that something new stands at position: what stood there and behind it has moved
 * up by one. After index_prepare of each table that is made; never fails. */
void index_insert(struct kdb *db, enum index_what what, size_t position, struct span key);

/* Tells the index that what stood at position, with this key, has gone; what is behind it has moved
 * down by one. */
void index_remove(struct kdb *db, enum index_what what, size_t position, struct span key);

/* Tells the index of labels that another stands at position now, in the place of the one with this
 * label. */
void index_replace(struct kdb *db, enum index_what what, size_t position, struct span key);

/* A copy for a copied database; NULL when there is none or when out of memory, which only means
 * that it is made again. */
struct kdb_index *index_copy(const struct kdb_index *from);

/* Frees *index, which may be NULL, and sets it to NULL. */
void index_free(struct kdb_index **index);

#endif
