/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What should be known of a file, and is no problem. */

#include "base/text.h"
#include "codec/pkcs12.h"
#include "op/bundle.h"
#include "op/show-problems.h"

#include <string.h>

enum { LABELS_MAX = 700 };

/* What Java shows as part of the entry of a key. */
static enum rc
add_chains(struct entry_list *chains, const struct kdb *db)
{
	struct issuers issuers = ISSUERS_INIT;
	enum rc rc = issuers_of(&issuers, db);

	for (size_t i = 0; !rc && i < db->count && db->entries[i]->kind == ENTRY_KEY; i++) {
		struct cert cert;

		if (!cert_parse(&cert, db->entries[i]->cert.span, NULL))
			rc = chain_add(chains, &issuers, &cert,
				       CHAIN_ISSUERS | CHAIN_ROOT | CHAIN_PARTIAL, NULL);
	}
	issuers_release(&issuers);
	return rc;
}

static bool
lacks_java(const struct entry *e)
{
	return e->kind == ENTRY_CERT && e->flags & ENTRY_TRUSTED && !pkcs12_has_java(e);
}

static bool
any_lacks_java(const struct kdb *db)
{
	for (size_t i = 0; i < db->count; i++)
		if (lacks_java(db->entries[i]))
			return true;
	return false;
}

/* As many labels as fit; returns how many certificates they are. */
static size_t
list_hidden(struct buf *labels, const struct kdb *db, const struct entry_list *chains)
{
	size_t count = 0;
	bool full = false;

	for (size_t i = 0; i < db->count; i++) {
		const struct entry *e = db->entries[i];

		if (!lacks_java(e) || entry_list_has(chains, e))
			continue;
		full = full || labels->size > LABELS_MAX;
		if (!full)
			buf_printf(labels, "%s'%s'", count ? ", " : "", ESC_SPAN(entry_label(e)));
		count++;
	}
	if (full)
		buf_put_text(labels, " and others");
	return count;
}

/* What stands in the clear may be anybody's word. */
static void
note_unverified(struct warnings *notes, const struct intake *in)
{
	bool is_database = in->format && (strcmp(in->format, codec_pkcs12.name) == 0 ||
					  strcmp(in->format, codec_cms.name) == 0);

	if (is_database && !in->db.verified) {
		warnings_add(
		    notes, "not-verified",
		    "nothing was verified: it was read without its passphrase, or has no MAC");
	}
}

void
show_notes(struct warnings *notes, const struct intake *in)
{
	struct entry_list chains = { .items = NULL };
	struct buf labels = BUF_INIT;
	size_t count;

	note_unverified(notes, in);
	/* The chains cost a signature each. */
	if (!in->format || strcmp(in->format, "pkcs12") != 0 || !any_lacks_java(&in->db))
		return;
	if (add_chains(&chains, &in->db))
		notes->lost = true;
	count = list_hidden(&labels, &in->db, &chains);
	notes->lost = notes->lost || labels.bad;
	if (count) {
		warnings_add(notes, "not-for-java",
			     "Java would not see %zu of its certificates, which lack Java's "
			     "attribute: %s",
			     count, buf_text(&labels));
	}
	entry_list_release(&chains);
	buf_release(&labels);
}
