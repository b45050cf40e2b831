/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/diff.h"

#include "pki/cert.h"
#include "pki/csr.h"

#include <stdlib.h>
#include <string.h>

static enum rc
put(struct diff_list *list, struct diff_item item)
{
	struct diff_item *items = array_room(list->items, list->count, &list->room, sizeof(*items));

	if (!items)
		return RC_NO_MEMORY;
	list->items = items;
	list->items[list->count++] = item;
	return RC_OK;
}

static bool
same_piece(const struct piece *a, const struct piece *b)
{
	return a->span.data == b->span.data || span_equal(a->span, b->span);
}

static bool
same_entry(const struct entry *a, const struct entry *b)
{
	unsigned said = ENTRY_TRUSTED;

	return a == b || (a->kind == b->kind && (a->flags & said) == (b->flags & said) &&
			  same_piece(&a->label, &b->label) && same_piece(&a->cert, &b->cert) &&
			  same_piece(&a->key, &b->key) && secret_equal(a->open_key, b->open_key));
}

static bool
same_request(const struct request *a, const struct request *b)
{
	return a == b || (same_piece(&a->label, &b->label) && same_piece(&a->csr, &b->csr) &&
			  same_piece(&a->key, &b->key) && a->renews == b->renews &&
			  memcmp(a->replaces, b->replaces, sizeof(a->replaces)) == 0 &&
			  secret_equal(a->open_key, b->open_key));
}

/* The run in the middle, once what both begin and end with is left out: most of two databases is
 * equal, pointer by pointer. */
struct middle {
	size_t from;
	size_t old_to;
	size_t new_to;
};

static struct middle
middle_of(const struct kdb *old, const struct kdb *now)
{
	struct middle m = { 0, old->count, now->count };

	while (m.from < m.old_to && m.from < m.new_to &&
	       old->entries[m.from] == now->entries[m.from])
		m.from++;
	while (m.old_to > m.from && m.new_to > m.from &&
	       old->entries[m.old_to - 1] == now->entries[m.new_to - 1]) {
		m.old_to--;
		m.new_to--;
	}
	return m;
}

struct matching {
	const struct kdb *old;
	const struct kdb *now;
	struct middle m;
	const struct entry **partners; /* of the old entries in the middle: what became of them */
	bool *taken;                   /* of the new ones */
};

/* Pairs old entries with new ones that look_up finds. */
static void
match(struct matching *x,
      const struct entry *(*look_up)(const struct kdb *db, const struct entry *e))
{
	const struct entry *e;
	size_t at;
	size_t i;

	for (i = x->m.from; i < x->m.old_to; i++) {
		if (x->partners[i - x->m.from])
			continue;
		e = look_up(x->now, x->old->entries[i]);
		at = e ? (size_t)kdb_position(x->now, e) : 0;
		if (!e || at < x->m.from || at >= x->m.new_to || x->taken[at - x->m.from])
			continue;
		x->taken[at - x->m.from] = true;
		x->partners[i - x->m.from] = e;
	}
}

static const struct entry *
by_label(const struct kdb *db, const struct entry *e)
{
	return kdb_find(db, e->label.span);
}

static const struct entry *
by_cert(const struct kdb *db, const struct entry *e)
{
	return e->cert.span.size ? kdb_find_cert(db, e->cert.span) : NULL;
}

/* A secret key that was renamed: nothing else tells that it is the same. */
static const struct entry *
by_key(const struct kdb *db, const struct entry *e)
{
	/* They stand behind all others. */
	for (size_t i = db->count; e->kind == ENTRY_SECRET && i > 0; i--) {
		const struct entry *other = db->entries[i - 1];

		if (other->kind != ENTRY_SECRET)
			break;
		if (e->key.span.size && other->key.span.data == e->key.span.data)
			return other;
	}
	return NULL;
}

static enum rc
tell(struct kdb_diff *diff, const struct matching *x)
{
	const struct entry *was;
	const struct entry *is;
	enum rc rc = RC_OK;
	size_t i;

	for (i = x->m.from; i < x->m.old_to && !rc; i++) {
		was = x->old->entries[i];
		is = x->partners[i - x->m.from];
		if (!is)
			rc = put(&diff->removed, (struct diff_item){ .entry = was });
		else if (!same_entry(was, is))
			rc = put(&diff->replaced,
				 (struct diff_item){ .entry = is, .old_entry = was });
	}
	for (i = x->m.from; i < x->m.new_to && !rc; i++) {
		if (!x->taken[i - x->m.from])
			rc = put(&diff->added, (struct diff_item){ .entry = x->now->entries[i] });
	}
	return rc;
}

static enum rc
diff_entries(struct kdb_diff *diff, const struct kdb *old, const struct kdb *now)
{
	struct matching x = { .old = old, .now = now, .m = middle_of(old, now) };
	enum rc rc = RC_NO_MEMORY;

	x.partners = calloc(x.m.old_to - x.m.from + 1, sizeof(*x.partners));
	x.taken = calloc(x.m.new_to - x.m.from + 1, sizeof(*x.taken));
	if (x.partners && x.taken) {
		match(&x, by_label);
		match(&x, by_cert);
		match(&x, by_key);
		rc = tell(diff, &x);
	}
	free(x.partners);
	free(x.taken);
	return rc;
}

/* The request of `to` with the same key under a label that `from` has not: it was renamed. */
static const struct request *
renamed(const struct kdb *from, const struct kdb *to, const struct request *r)
{
	for (size_t i = 0; i < to->request_count && r->key.span.size; i++) {
		const struct request *other = to->requests[i];

		if (other->key.span.data == r->key.span.data &&
		    !kdb_find_request(from, other->label.span))
			return other;
	}
	return NULL;
}

static enum rc
diff_requests(struct kdb_diff *diff, const struct kdb *old, const struct kdb *now)
{
	const struct request *was;
	const struct request *is;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < old->request_count && !rc; i++) {
		was = old->requests[i];
		is = kdb_find_request(now, was->label.span);
		if (!is)
			is = renamed(old, now, was);
		if (!is)
			rc = put(&diff->removed, (struct diff_item){ .request = was });
		else if (!same_request(was, is))
			rc = put(&diff->replaced,
				 (struct diff_item){ .request = is, .old_request = was });
	}
	for (i = 0; i < now->request_count && !rc; i++) {
		is = now->requests[i];
		if (!kdb_find_request(old, is->label.span) && !renamed(now, old, is))
			rc = put(&diff->added, (struct diff_item){ .request = is });
	}
	return rc;
}

/* What a private key is known by: its bytes and its public key. */
struct marks {
	struct span *items;
	size_t count;
};

static void
mark(struct marks *m, struct span s)
{
	if (s.size && m->items)
		m->items[m->count++] = s;
}

static struct span
entry_spki(const struct entry *e)
{
	struct cert c;

	return e->cert.span.size && !cert_parse(&c, e->cert.span, NULL) ? c.spki : SPAN_NONE;
}

static struct span
request_spki(const struct request *r)
{
	struct csr csr;

	return r->csr.span.size && !csr_parse(&csr, r->csr.span, NULL) ? csr.spki : SPAN_NONE;
}

static void
mark_entry(struct marks *m, const struct entry *e)
{
	if (e->kind == ENTRY_CERT)
		return;
	mark(m, e->key.span);
	mark(m, secret_span(e->open_key));
	mark(m, entry_spki(e));
}

static void
mark_request(struct marks *m, const struct request *r)
{
	mark(m, r->key.span);
	mark(m, secret_span(r->open_key));
	mark(m, request_spki(r));
}

static int
order(const void *a, const void *b)
{
	const struct span *x = a;
	const struct span *y = b;

	return span_compare(*x, *y);
}

static bool
survives(const struct marks *old, const struct marks *now)
{
	size_t i;

	for (i = 0; i < old->count; i++) {
		if (bsearch(&old->items[i], now->items, now->count, sizeof(*now->items), order))
			return true;
	}
	return old->count == 0;
}

/* An old item's key is lost when nothing in the new database has its bytes or its public key. A
 * secret, or a key without certificate, under another shroud is known by its label only. */
static bool
item_loses(const struct diff_item *item, bool replaced, const struct marks *now)
{
	const struct entry *e = replaced ? item->old_entry : item->entry;
	const struct request *r = replaced ? item->old_request : item->request;
	struct span items[3];
	struct marks old = { items, 0 };

	if (e && replaced && e->kind == ENTRY_SECRET)
		return item->entry->kind != ENTRY_SECRET;
	if (r && replaced && !r->csr.span.size)
		return item->request->csr.span.size != 0;
	if (e)
		mark_entry(&old, e);
	else if (r)
		mark_request(&old, r);
	return !survives(&old, now);
}

static bool
list_loses(const struct diff_list *list, bool replaced, const struct marks *now)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (item_loses(&list->items[i], replaced, now))
			return true;
	}
	return false;
}

/* True unless each has no key, or the very one that it had. */
static bool
list_may_lose(const struct diff_list *list, bool replaced)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct diff_item *item = &list->items[i];
		const struct entry *e = replaced ? item->old_entry : item->entry;

		if (!e || (e->kind != ENTRY_CERT &&
			   !(replaced && same_piece(&e->key, &item->entry->key))))
			return true;
	}
	return false;
}

static enum rc
find_loss(struct kdb_diff *diff, const struct kdb *now)
{
	struct marks m = { NULL, 0 };
	size_t i;

	/* Marks are all the keys of the database, taken out of their certificates. */
	if (!list_may_lose(&diff->removed, false) && !list_may_lose(&diff->replaced, true))
		return RC_OK;
	m.items = calloc(now->count + now->request_count + 1, 3 * sizeof(*m.items));
	if (!m.items)
		return RC_NO_MEMORY;
	for (i = 0; i < now->count; i++)
		mark_entry(&m, now->entries[i]);
	for (i = 0; i < now->request_count; i++)
		mark_request(&m, now->requests[i]);
	qsort(m.items, m.count, sizeof(*m.items), order);
	diff->loses_key =
	    list_loses(&diff->removed, false, &m) || list_loses(&diff->replaced, true, &m);
	free(m.items);
	return RC_OK;
}

/* The default is the same when its label or its certificate is. */
static bool
same_default(const struct entry *a, const struct entry *b)
{
	if (!a || !b)
		return a == b;
	return same_piece(&a->label, &b->label) || same_piece(&a->cert, &b->cert);
}

static bool
same_meta(const struct kdb *a, const struct kdb *b)
{
	return same_default(a->default_entry, b->default_entry) &&
	       a->default_chosen == b->default_chosen && a->expires == b->expires &&
	       a->record_length == b->record_length && a->fips == b->fips &&
	       a->version == b->version && a->iterations == b->iterations &&
	       a->extra_count == b->extra_count;
}

enum rc
kdb_diff(struct kdb_diff *diff, const struct kdb *old, const struct kdb *new_db)
{
	enum rc rc;

	*diff = (struct kdb_diff){ .meta = !same_meta(old, new_db) };
	rc = diff_entries(diff, old, new_db);
	if (!rc)
		rc = diff_requests(diff, old, new_db);
	if (!rc)
		rc = find_loss(diff, new_db);
	if (rc)
		kdb_diff_release(diff);
	return rc;
}

bool
kdb_diff_empty(const struct kdb_diff *diff)
{
	return !diff->added.count && !diff->replaced.count && !diff->removed.count && !diff->meta;
}

void
kdb_diff_release(struct kdb_diff *diff)
{
	free(diff->added.items);
	free(diff->replaced.items);
	free(diff->removed.items);
	*diff = (struct kdb_diff){ .meta = false };
}
