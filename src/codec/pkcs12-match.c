/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which certificate belongs to which private key, and the database made of all that was read. */
#include "codec/pkcs12-parts.h"
#include "pki/cert.h"
#include "pki/key.h"

#include <stdlib.h>
#include <string.h>

enum {
	VERIFY_MAX = 16, /* keys of a foreign file whose localKeyID is not taken at its word */
};

/* A certificate's public key and localKeyID. Of a run with equal keys, and of one where both are
 * equal, the first knows how many from there on are taken. */
struct by_spki {
	struct span spki;
	struct span id;
	size_t cert;
	size_t taken;
	size_t taken_both;
};

struct spkis {
	struct by_spki *items; /* sorted; NULL until needed */
	size_t count;
};

static int
order_ids(const void *a, const void *b)
{
	const struct p12_cert_id *x = a;
	const struct p12_cert_id *y = b;
	int order = span_compare(x->id, y->id);

	return order ? order : (x->cert > y->cert) - (x->cert < y->cert);
}

static int
order_spkis(const void *a, const void *b)
{
	const struct by_spki *x = a;
	const struct by_spki *y = b;
	int order = span_compare(x->spki, y->spki);

	if (!order)
		order = span_compare(x->id, y->id);
	return order ? order : (x->cert > y->cert) - (x->cert < y->cert);
}

/* The certificates' localKeyIDs, by certificate. */
static void
fill_ids(struct by_spki *items, const struct p12_loader *l)
{
	size_t i;

	for (i = 0; i < l->id_count; i++)
		items[l->ids[i].cert].id = l->ids[i].id;
}

static enum rc
list_spkis(struct spkis *s, const struct p12_loader *l)
{
	struct by_spki *item;
	struct cert c;
	size_t i;

	if (s->items)
		return RC_OK;
	s->items = calloc(l->cert_count + 1, sizeof(*s->items));
	if (!s->items)
		return RC_NO_MEMORY;
	fill_ids(s->items, l);
	/* Those that cannot be parsed fall out: items move to the front. */
	for (i = 0; i < l->cert_count; i++) {
		if (cert_parse(&c, l->certs[i]->cert.span, NULL))
			continue;
		item = &s->items[s->count++];
		*item = (struct by_spki){ .spki = c.spki, .id = s->items[i].id, .cert = i };
	}
	qsort(s->items, s->count, sizeof(*s->items), order_spkis);
	return RC_OK;
}

/* The public key of a private one; empty when it cannot be had. */
static enum rc
spki_of(struct buf *spki, const struct p12_loader *l, const struct p12_key *k)
{
	struct secret *pkcs8 = NULL;
	enum rc rc = RC_OK;

	if (k->open_key)
		return key_spki_of(spki, k->open_key);
	if (!l->pw)
		return RC_NO_SECRET;
	rc = pbe_open_key(&pkcs8, l->pw, k->key, NULL);
	if (!rc)
		rc = key_spki_of(spki, pkcs8);
	secret_free(&pkcs8);
	return rc;
}

/* The first place in the sorted ids that is not before id. */
static size_t
first_id(const struct p12_loader *l, struct span id)
{
	size_t low = 0;
	size_t high = l->id_count;
	size_t middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (span_compare(l->ids[middle].id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first certificate with the key's localKeyID that is not taken. */
static long
find_by_id(const struct p12_loader *l, const bool *taken, struct span id)
{
	size_t first = id.size ? first_id(l, id) : l->id_count;
	size_t i;

	if (first == l->id_count)
		return -1;
	for (i = first + l->ids[first].taken; i < l->id_count && span_equal(l->ids[i].id, id);
	     i++) {
		if (!taken[l->ids[i].cert])
			return (long)l->ids[i].cert;
		l->ids[first].taken++;
	}
	return -1;
}

/* The first place among the public keys that is not before this one. */
static size_t
first_spki(const struct spkis *s, struct span spki, struct span id)
{
	const struct by_spki wanted = { .spki = spki, .id = id };
	size_t low = 0;
	size_t high = s->count;
	size_t middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (order_spkis(&s->items[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first certificate with this public key that is not taken: one with the key's localKeyID as
 * well, or any. */
static long
find_by_spki(const struct spkis *s, const bool *taken, struct span spki, const struct span *id)
{
	size_t first = first_spki(s, spki, id ? *id : SPAN_NONE);
	size_t *skip;
	size_t i;

	if (first == s->count)
		return -1;
	skip = id ? &s->items[first].taken_both : &s->items[first].taken;
	for (i = first + *skip; i < s->count && span_equal(s->items[i].spki, spki); i++) {
		if (id && !span_equal(s->items[i].id, *id))
			break;
		if (!taken[s->items[i].cert])
			return (long)s->items[i].cert;
		++*skip;
	}
	return -1;
}

/* Whether more than one certificate claims the key's localKeyID. */
static bool
id_is_shared(const struct p12_loader *l, const struct p12_key *k)
{
	size_t at = first_id(l, k->id);

	return k->id.size && at + 1 < l->id_count && span_equal(l->ids[at].id, k->id) &&
	       span_equal(l->ids[at + 1].id, k->id);
}

/* A localKeyID is taken at its word in our own files, and where the key cannot be asked. */
static enum rc
match_key(const struct p12_loader *l, struct spkis *s, bool *taken, struct p12_key *k)
{
	bool trusting = l->meta_seen || l->key_count > VERIFY_MAX;
	struct buf spki = BUF_INIT;
	enum rc rc = RC_OK;

	k->cert = find_by_id(l, taken, k->id);
	if (k->cert >= 0 && trusting && !id_is_shared(l, k))
		goto out;
	rc = spki_of(&spki, l, k);
	if (rc) {
		/* An algorithm that the library lacks, or no passphrase: the identifier decides. */
		rc = rc == RC_NO_MEMORY ? rc : RC_OK;
		goto out;
	}
	k->cert = -1;
	rc = list_spkis(s, l);
	if (!rc && k->id.size)
		k->cert = find_by_spki(s, taken, buf_span(&spki), &k->id);
	if (!rc && k->cert < 0)
		k->cert = find_by_spki(s, taken, buf_span(&spki), NULL);
out:
	if (k->cert >= 0)
		taken[k->cert] = true;
	buf_release(&spki);
	return rc;
}

static enum rc
match_all(struct p12_loader *l)
{
	bool *taken = calloc(l->cert_count + 1, sizeof(*taken));
	struct spkis s = { NULL, 0 };
	enum rc rc = taken ? RC_OK : RC_NO_MEMORY;
	size_t i;

	if (l->id_count)
		qsort(l->ids, l->id_count, sizeof(*l->ids), order_ids);
	for (i = 0; i < l->key_count && !rc; i++)
		rc = match_key(l, &s, taken, &l->keys[i]);
	free(s.items);
	free(taken);
	return rc;
}

/* Makes a key entry of a key and its certificate's entry. */
static enum rc
add_key(struct p12_loader *l, struct p12_key *k)
{
	struct entry *e = l->certs[k->cert];

	e->kind = ENTRY_KEY;
	e->flags &= ~(unsigned)ENTRY_AS_IS;
	e->flags = k->off ? e->flags & ~(unsigned)ENTRY_TRUSTED : e->flags | ENTRY_TRUSTED;
	e->key = piece_of(k->key, k->key.size ? k->native.home : NULL);
	e->open_key = k->open_key;
	k->open_key = NULL;
	e->key_native = piece_ref(&k->native);
	if (k->label.span.size) {
		piece_release(&e->label);
		e->label = piece_ref(&k->label);
	}
	return kdb_load_entry(&l->db, e);
}

/* A key that no certificate belongs to waits for one. */
static enum rc
add_lone_key(struct p12_loader *l, struct p12_key *k)
{
	struct request *r = request_new();
	enum rc rc;

	if (!r)
		return RC_NO_MEMORY;
	r->label = piece_ref(&k->label);
	r->key = piece_of(k->key, k->key.size ? k->native.home : NULL);
	r->open_key = k->open_key;
	k->open_key = NULL;
	r->key_native = piece_ref(&k->native);
	rc = kdb_load_request(&l->db, r);
	request_unref(&r);
	return rc;
}

/* Keys with their certificates: the default first, the others as they stood. */
static enum rc
add_keys(struct p12_loader *l)
{
	const struct entry *first = NULL;
	struct p12_key *k;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < l->key_count && !rc; i++) {
		k = &l->keys[i];
		if (k->cert < 0) {
			rc = add_lone_key(l, k);
			continue;
		}
		rc = add_key(l, k);
		if (!rc && k->is_default && !first)
			first = l->certs[k->cert];
		entry_unref(&l->certs[k->cert]);
	}
	if (!rc && first)
		kdb_set_default(&l->db, first);
	return rc;
}

/* What is switched off counts in our own files only: keytool copies attributes of a key to its
 * whole chain. */
static enum rc
add_certs(struct p12_loader *l)
{
	size_t twice = 0;
	struct entry *e;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < l->cert_count && !rc; i++) {
		e = l->certs[i];
		if (!e)
			continue;
		if (!l->meta_seen && !(e->flags & ENTRY_TRUSTED)) {
			e->flags |= ENTRY_TRUSTED;
			e->flags &= ~(unsigned)ENTRY_AS_IS;
		}
		rc = kdb_load_entry(&l->db, e);
		if (rc == RC_DUPLICATE) {
			rc = RC_OK;
			twice++;
		}
		entry_unref(&l->certs[i]);
	}
	if (!rc && twice)
		notes_add(l->notes, "duplicate-entry", "%zu %s twice, with label and all", twice,
			  twice == 1 ? "certificate is there" : "certificates are there");
	return rc;
}

static enum rc
add_others(struct p12_loader *l)
{
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < l->secret_count && !rc; i++)
		rc = kdb_load_entry(&l->db, l->secrets[i]);
	for (i = 0; i < l->request_count && !rc; i++)
		rc = kdb_load_request(&l->db, l->requests[i]);
	return rc;
}

static void
note_odd(const struct p12_loader *l)
{
	size_t made = 0;
	size_t i;

	for (i = 0; i < l->db.count; i++)
		made += (l->db.entries[i]->flags & ENTRY_RENAMED) != 0;
	if (made) {
		notes_add(l->notes, "labels-made", "%zu %s missing or taken, and made anew", made,
			  made == 1 ? "label was" : "labels were");
	}
	if (l->odd_certs) {
		notes_add(l->notes, "unreadable-certificate",
			  "%zu certificate %s cannot be read, and kept as it is", l->odd_certs,
			  l->odd_certs == 1 ? "bag" : "bags");
	}
}

enum rc
p12_assemble(struct p12_loader *l)
{
	enum rc rc;

	l->db.foreign = !l->meta_seen;
	rc = match_all(l);
	if (!rc)
		rc = kdb_reserve(&l->db, l->cert_count + l->secret_count);
	if (!rc)
		rc = add_keys(l);
	if (!rc)
		rc = add_certs(l);
	if (!rc)
		rc = add_others(l);
	if (!rc)
		note_odd(l);
	return rc;
}

void
p12_loader_release(struct p12_loader *l)
{
	size_t i;

	for (i = 0; i < l->cert_count; i++)
		entry_unref(&l->certs[i]);
	for (i = 0; i < l->secret_count; i++)
		entry_unref(&l->secrets[i]);
	for (i = 0; i < l->request_count; i++)
		request_unref(&l->requests[i]);
	for (i = 0; i < l->key_count; i++) {
		piece_release(&l->keys[i].native);
		piece_release(&l->keys[i].label);
		secret_free(&l->keys[i].open_key);
	}
	free(l->certs);
	free(l->ids);
	free(l->keys);
	free(l->secrets);
	free(l->requests);
	blob_unref(&l->labels);
	kdb_release(&l->db);
	*l = (struct p12_loader){ .pw = NULL };
}
