/* Who issued what, of many certificates of one database: what select_issuer finds by a walk over
 * all entries is looked up. */
#ifndef OP_ISSUERS_H
#define OP_ISSUERS_H

#include "model/kdb.h"
#include "pki/path.h"

struct issuers {
	struct path_set set;
	const struct entry **entries; /* beside the set's members; borrowed from the database */
};

#define ISSUERS_INIT            \
	{                       \
		.entries = NULL \
	}

/* Makes the index of all certificates of db, which has to keep these entries as long as it is used.
 * RC_NO_MEMORY. Released with issuers_release. */
NODISCARD enum rc issuers_of(struct issuers *is, const struct kdb *db);

/* The same of these entries alone. */
NODISCARD enum rc issuers_among(struct issuers *is, const struct entry *const *entries,
				size_t count);

/* The entry that issued c, one that is trusted before others; NULL when it is not there, and for a
 * certificate that issued itself. */
const struct entry *issuers_find(const struct issuers *is, const struct cert *c);

/* Releases the index. */
void issuers_release(struct issuers *is);

#endif
