/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "op/facts.h"

#include "pki/digest.h"

#include <stdio.h>
#include <string.h>

enum { SHA256_SIZE = 32 };

static void
entry_facts(struct facts *f, const struct entry *e, const struct kdb *db)
{
	static const enum facts_kind kinds[] = {
		[ENTRY_KEY] = FACTS_KEY,
		[ENTRY_CERT] = FACTS_CERT,
		[ENTRY_SECRET] = FACTS_SECRET,
	};

	f->kind = kinds[e->kind];
	f->label = entry_label(e);
	f->is_default = db && db->default_entry == e;
	f->trusted = e->kind != ENTRY_SECRET && (e->flags & ENTRY_TRUSTED);
	if (!e->cert.span.size || cert_parse(&f->cert, e->cert.span, NULL))
		return;
	f->has_cert = true;
	f->ca = cert_is_ca(&f->cert);
}

static void
request_facts(struct facts *f, const struct request *r)
{
	f->kind = FACTS_REQUEST;
	f->label = r->label.span;
	if (!r->csr.span.size || csr_parse(&f->csr, r->csr.span, NULL))
		return;
	f->has_csr = true;
}

void
facts_brief_of(struct facts *f, const struct row *row, const struct kdb *db)
{
	memset(f, 0, sizeof(*f));
	if (row->entry)
		entry_facts(f, row->entry, db);
	else if (row->request)
		request_facts(f, row->request);
}

void
facts_of(struct facts *f, const struct row *row, const struct kdb *db)
{
	facts_brief_of(f, row, db);
	if (f->has_cert) {
		f->spki = f->cert.spki;
		f->names = cert_names(&f->cert);
	} else if (f->has_csr) {
		f->spki = f->csr.spki;
		f->names = csr_names(&f->csr);
	}
	if (f->spki.size)
		(void)key_name(f->key, f->spki);
	else if (row->bits)
		(void)snprintf(f->key, sizeof(f->key), "secret:%u", row->bits);
}

void
facts_add_open_key(struct facts *f, const struct row *row, struct buf *spki)
{
	const struct secret *key = row->entry ? row->entry->open_key : NULL;

	if (f->spki.size || f->kind != FACTS_KEY || !key || key_spki_of(spki, key))
		return;
	f->spki = buf_span(spki);
	(void)key_name(f->key, f->spki);
}

const char *
facts_kind_name(enum facts_kind kind)
{
	static const char *const names[] = { "key", "cert", "request", "secret" };

	return names[kind];
}

bool
facts_pending(const struct entry *e, const struct kdb *db)
{
	unsigned char digest[DIGEST_MAX];
	bool digested = false;

	for (size_t i = 0; i < db->request_count; i++) {
		const struct request *r = db->requests[i];

		if (!r->renews || !e->cert.span.size)
			continue;
		if (!digested && digest_of(HASH_SHA256, e->cert.span, digest))
			return false;
		digested = true;
		if (memcmp(digest, r->replaces, SHA256_SIZE) == 0)
			return true;
	}
	return false;
}
