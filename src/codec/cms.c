/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "codec/cms-parts.h"
#include "pki/cert.h"
#include "pki/csr.h"
#include "pki/digest.h"
#include "pki/dn.h"

#include <string.h>

enum probe
cms_probe(struct span head)
{
	static const unsigned char magic[] = { 0x37, 0x48 };

	/* Text may begin with these two; the version behind them is no character. */
	if (!span_begins(head, SPAN_OF(magic, sizeof(magic))) || head.size <= sizeof(magic) ||
	    head.data[sizeof(magic)] >= ' ')
		return PROBE_NO;
	return PROBE_YES;
}

const struct entry *
cms_renewed(const struct kdb *db, struct span label, struct span csr)
{
	const struct entry *e = kdb_find(db, label);
	struct cert cert;
	struct csr asked;

	if (!e || e->kind != ENTRY_KEY || cert_parse(&cert, e->cert.span, NULL) ||
	    csr_parse(&asked, csr, NULL) || !dn_equal(asked.subject, cert.subject))
		return NULL;
	return e;
}

/* True where a reader of the file will not know which certificate the request renews. */
static bool
is_forgotten(const struct kdb *db, const struct request *r)
{
	const struct entry *e = r->renews ? cms_renewed(db, r->label.span, r->csr.span) : NULL;
	unsigned char digest[DIGEST_MAX];

	return r->renews && (!e || digest_of(HASH_SHA256, e->cert.span, digest) ||
			     memcmp(digest, r->replaces, sizeof(r->replaces)) != 0);
}

enum rc
cms_check_contents(const struct kdb *db, const struct notes *notes, struct err *err)
{
	size_t renewals = 0;
	enum rc rc = codec_can_hold(&codec_cms, db, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < db->request_count; i++)
		renewals += is_forgotten(db, db->requests[i]);
	if (!cms_check_size(db->version))
		return err_set(err, RC_INTERNAL, "there is no such version of CMS databases");
	rc = cms_check_expiry(db, err);
	if (!rc && renewals) {
		notes_add(notes, "renewal-forgotten",
			  "%zu %s which certificate it renews: a CMS database has no place for it",
			  renewals, renewals == 1 ? "request forgets" : "requests forget");
	}
	return rc;
}

const struct codec codec_cms = {
	.name = "cms",
	.parts = { NULL, ".rdb" },
	.caps = CODEC_LABELS | CODEC_KEYS | CODEC_TRUST | CODEC_REQUESTS | CODEC_SEVERAL |
		CODEC_SECRETS,
	.probe = cms_probe,
	.look = cms_look,
	.load = cms_load,
	.fits = cms_fits,
	.rekey = cms_rekey,
	.save = cms_save,
};
