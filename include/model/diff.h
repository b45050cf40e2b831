/* What a change did: two databases compared. */
#ifndef MODEL_DIFF_H
#define MODEL_DIFF_H

#include "model/kdb.h"

/* Either an entry or a request; one of the two is NULL. Borrowed from the databases that were
 * compared. */
struct diff_item {
	const struct entry *entry;
	const struct request *request;
	const struct entry *old_entry; /* of replaced ones: what was there */
	const struct request *old_request;
};

struct diff_list {
	struct diff_item *items;
	size_t count;
	size_t room;
};

struct kdb_diff {
	struct diff_list added;
	struct diff_list
	    replaced; /* same label or same key or same certificate, otherwise changed */
	struct diff_list removed;
	bool meta;      /* default, expiry, record length, ... */
	bool loses_key; /* a private key of old is in new no more */
};

/* Compares. Linear in the entries: by pointer first, then by label, then by certificate. Released
 * with kdb_diff_release. RC_NO_MEMORY. */
NODISCARD enum rc kdb_diff(struct kdb_diff *diff, const struct kdb *old, const struct kdb *new_db);

/* True when nothing differs. */
bool kdb_diff_empty(const struct kdb_diff *diff);

/* Releases the lists. */
void kdb_diff_release(struct kdb_diff *diff);

#endif
