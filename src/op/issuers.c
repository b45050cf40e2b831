/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "op/issuers.h"

#include <stdlib.h>

enum rc
issuers_among(struct issuers *is, const struct entry *const *entries, size_t count)
{
	enum rc rc = RC_NO_MEMORY;

	is->set.members = calloc(count + 1, sizeof(*is->set.members));
	is->entries = calloc(count + 1, sizeof(struct entry *));
	if (!is->set.members || !is->entries)
		goto out;
	for (size_t i = 0; i < count; i++) {
		const struct entry *e = entries[i];
		struct path_member *m = &is->set.members[is->set.count];

		if (!e->cert.span.size || cert_parse(&m->cert, e->cert.span, NULL))
			continue;
		m->trusted = (e->flags & ENTRY_TRUSTED) != 0;
		m->usable = m->trusted;
		is->entries[is->set.count++] = e;
	}
	rc = path_set_prepare(&is->set);
out:
	if (rc)
		issuers_release(is);
	return rc;
}

enum rc
issuers_of(struct issuers *is, const struct kdb *db)
{
	return issuers_among(is, (const struct entry *const *)db->entries, db->count);
}

const struct entry *
issuers_find(const struct issuers *is, const struct cert *c)
{
	long at = is->set.count ? path_issuer(&is->set, c) : -1;

	return at < 0 ? NULL : is->entries[at];
}

void
issuers_release(struct issuers *is)
{
	path_set_release(&is->set);
	free(is->set.members);
	free(is->entries);
	*is = (struct issuers)ISSUERS_INIT;
}
