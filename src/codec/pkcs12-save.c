/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our layout of a database. Bags that are right already are views of the file they
 * came from. */
#include "base/env.h"
#include "codec/pkcs12-parts.h"
#include "pki/csr.h"

#include <string.h>

/* A file that is being written. */
struct writer {
	const struct kdb *db;
	struct pieces parts; /* done */
	struct pieces bags;  /* of the part at hand */
	size_t bag_count;
	struct buf fresh; /* bags that are new, not yet in bags */
};

static enum rc
flush_fresh(struct writer *w)
{
	enum rc rc = pieces_take(&w->bags, &w->fresh);

	w->fresh = (struct buf)BUF_INIT;
	return rc;
}

/* Whether the bags at hand lie behind this very head in the file they came from: then the part is
 * one view of it, and a file that is copied whole but for its end is one view too. */
static bool
lies_whole(const struct pieces *bags, const struct buf *head, struct span *part)
{
	const struct piece *bag = bags->items;
	struct span file = bags->count == 1 ? blob_span(bag->home) : SPAN_NONE;
	size_t before;

	if (head->bad || !span_holds(file, bags->count == 1 ? bag->span : SPAN_NONE))
		return false;
	before = (size_t)(bag->span.data - file.data);
	if (before < head->size)
		return false;
	*part = span_part(file, before - head->size, head->size + bag->span.size);
	return span_begins(*part, buf_span(head));
}

/* Ends the part at hand; an empty one is left out. */
static enum rc
end_part(struct writer *w)
{
	struct buf head = BUF_INIT;
	struct piece whole;
	enum rc rc;

	rc = flush_fresh(w);
	if (rc || !w->bag_count)
		return rc;
	w->bag_count = 0;
	p12_part_head(&head, (size_t)w->bags.size);
	if (lies_whole(&w->bags, &head, &whole.span)) {
		whole.home = w->bags.items[0].home;
		rc = pieces_add(&w->parts, &whole);
		pieces_release(&w->bags);
		buf_release(&head);
		return rc;
	}
	rc = pieces_take(&w->parts, &head);
	return rc ? rc : pieces_move(&w->parts, &w->bags);
}

/* Counts the bag that was just put. */
static enum rc
count_bag(struct writer *w)
{
	return ++w->bag_count == P12_BAGS_MAX ? end_part(w) : RC_OK;
}

static enum rc
copy_bag(struct writer *w, const struct piece *bag)
{
	enum rc rc;

	rc = w->fresh.size ? flush_fresh(w) : RC_OK;
	if (!rc)
		rc = pieces_add(&w->bags, bag);
	return rc ? rc : count_bag(w);
}

static enum rc
put_key(struct writer *w, const struct entry *e)
{
	unsigned char id[P12_KEY_ID_SIZE];
	struct p12_says says = {
		.label = e->label.span,
		.key_id = id,
		.off = !(e->flags & ENTRY_TRUSTED),
		.is_default = e == w->db->default_entry && w->db->default_chosen,
		.native = e->key_native.span,
	};
	enum rc rc;

	rc = p12_key_id(id, e->cert.span);
	if (!rc)
		rc = p12_put_bag(&w->fresh, OID_BAG_SHROUDED, e->key.span, &says);
	return rc ? rc : count_bag(w);
}

static enum rc
put_own_cert(struct writer *w, const struct entry *e)
{
	unsigned char id[P12_KEY_ID_SIZE];
	struct p12_says says = {
		.label = e->label.span,
		.key_id = id,
		.native = e->native.span,
	};
	enum rc rc;

	rc = p12_key_id(id, e->cert.span);
	if (!rc)
		rc = p12_put_cert(&w->fresh, e->cert.span, &says);
	return rc ? rc : count_bag(w);
}

static enum rc
put_cert(struct writer *w, const struct entry *e)
{
	struct p12_says says = {
		.label = e->label.span,
		.java = e->flags & ENTRY_TRUSTED,
		.off = !(e->flags & ENTRY_TRUSTED),
		.native = e->native.span,
	};
	enum rc rc;

	if (e->flags & ENTRY_AS_IS && e->native.span.size)
		return copy_bag(w, &e->native);
	rc = p12_put_cert(&w->fresh, e->cert.span, &says);
	return rc ? rc : count_bag(w);
}

static enum rc
put_secret(struct writer *w, const struct entry *e)
{
	struct p12_says says = {
		.label = e->label.span,
		.off = !(e->flags & ENTRY_TRUSTED),
		.native = e->key_native.span,
	};
	enum rc rc;

	rc = p12_put_secret(&w->fresh, e->key.span, &says);
	return rc ? rc : count_bag(w);
}

/* Java keeps one of two labels that are equal ignoring case, whatever they are labels of. */
static enum rc
put_request(struct writer *w, const struct request *r)
{
	unsigned char id[P12_KEY_ID_SIZE];
	struct p12_says says = { .request = r, .native = r->key_native.span };
	struct buf label = BUF_INIT;
	struct buf wish = BUF_INIT;
	struct csr csr;
	enum rc rc;

	buf_put(&wish, r->label.span);
	buf_put_text(&wish, " (request)");
	rc = buf_rc(&wish);
	if (!rc)
		rc = kdb_unique_label(&label, w->db, buf_span(&wish));
	says.label = buf_span(&label);
	if (!rc && r->csr.span.size && !csr_parse(&csr, r->csr.span, NULL)) {
		rc = p12_key_id(id, csr.spki);
		says.key_id = id;
	}
	if (!rc)
		rc = p12_put_secret(&w->fresh, r->key.span, &says);
	buf_release(&label);
	buf_release(&wish);
	return rc ? rc : count_bag(w);
}

static enum rc
put_entries(struct writer *w, enum entry_kind kind,
	    enum rc (*put)(struct writer *w, const struct entry *e))
{
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < w->db->count && !rc; i++) {
		if (w->db->entries[i]->kind == kind)
			rc = put(w, w->db->entries[i]);
	}
	return rc;
}

/* The default key first, wherever it stands. */
static enum rc
put_keys(struct writer *w)
{
	const struct entry *first = w->db->default_entry;
	enum rc rc = RC_OK;
	size_t i;

	if (first)
		rc = put_key(w, first);
	for (i = 0; i < w->db->count && !rc; i++) {
		if (w->db->entries[i]->kind == ENTRY_KEY && w->db->entries[i] != first)
			rc = put_key(w, w->db->entries[i]);
	}
	return rc ? rc : end_part(w);
}

/* Bags that are not understood and lay open, then whole parts of that sort. */
static enum rc
put_extras(struct writer *w)
{
	const struct extra *x;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < w->db->extra_count && !rc; i++) {
		x = &w->db->extras[i];
		if (x->kind == P12_EXTRA_BAG && !x->was_encrypted)
			rc = copy_bag(w, &x->whole);
	}
	if (!rc)
		rc = end_part(w);
	for (i = 0; i < w->db->extra_count && !rc; i++) {
		if (w->db->extras[i].kind == P12_EXTRA_PART)
			rc = pieces_add(&w->parts, &w->db->extras[i].whole);
	}
	return rc;
}

/* What is not understood and lay encrypted does not go into the clear. */
static enum rc
put_hidden(struct writer *w, struct pw *pw)
{
	struct buf bags = BUF_INIT;
	struct buf part = BUF_INIT;
	enum rc rc;
	size_t i;

	for (i = 0; i < w->db->extra_count; i++) {
		if (w->db->extras[i].was_encrypted)
			buf_put(&bags, w->db->extras[i].whole.span);
	}
	rc = buf_rc(&bags);
	if (!rc && bags.size) {
		rc = p12_encrypted_part(&part, pw, buf_span(&bags));
		if (!rc)
			rc = pieces_take(&w->parts, &part);
	}
	buf_release(&bags);
	buf_release(&part);
	return rc;
}

/* Requests, secrets, and last of all the metadata. */
static enum rc
put_secrets(struct writer *w)
{
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < w->db->request_count && !rc; i++)
		rc = put_request(w, w->db->requests[i]);
	if (!rc)
		rc = put_entries(w, ENTRY_SECRET, put_secret);
	if (rc)
		return rc;
	p12_put_meta(&w->fresh, w->db);
	rc = count_bag(w);
	return rc ? rc : end_part(w);
}

static enum rc
put_all(struct writer *w, struct pw *pw)
{
	enum rc rc;

	rc = put_keys(w);
	if (!rc)
		rc = put_entries(w, ENTRY_KEY, put_own_cert);
	if (!rc)
		rc = put_entries(w, ENTRY_CERT, put_cert);
	if (!rc)
		rc = end_part(w);
	if (!rc)
		rc = put_extras(w);
	if (!rc)
		rc = put_hidden(w, pw);
	return rc ? rc : put_secrets(w);
}

/* Salt and count of the MAC: those of the file as long as they are ours. */
static enum rc
mac_params(const struct kdb *db, const struct pw *pw, unsigned char *salt, uint64_t *iterations)
{
	uint64_t count = db->iterations ? db->iterations : pw_iterations(pw);

	if (!count)
		count = PBE_TYPED_ITERATIONS;
	if (db->foreign && count < P12_FOREIGN_ITERATIONS)
		count = P12_FOREIGN_ITERATIONS;
	*iterations = count;
	if (db->mac_salt_size != PBE_SALT_SIZE)
		return env_random(salt, PBE_SALT_SIZE);
	memcpy(salt, db->mac_salt, PBE_SALT_SIZE);
	return RC_OK;
}

static void
note_hidden(const struct kdb *db, const struct notes *notes)
{
	size_t hidden = 0;
	size_t i;

	for (i = 0; i < db->count; i++)
		hidden += (db->entries[i]->flags & ENTRY_HIDDEN) != 0;
	if (hidden) {
		notes_add(notes, "certs-in-clear",
			  "%zu %s encrypted in the file and now in the clear", hidden,
			  hidden == 1 ? "certificate was" : "certificates were");
	}
}

enum rc
p12_save(const struct kdb *db, struct pieces out[CODEC_PARTS], struct pw *pw,
	 const struct notes *notes, struct err *err)
{
	struct writer w = { .db = db };
	unsigned char salt[PBE_SALT_SIZE];
	uint64_t iterations;
	enum rc rc = codec_may_save(db, pw, err);

	if (rc)
		return rc;
	rc = put_all(&w, pw);
	if (!rc)
		rc = mac_params(db, pw, salt, &iterations);
	if (!rc)
		rc = p12_finish(&out[0], &w.parts, pw, salt, iterations);
	if (rc)
		(void)err_default(err, rc); /* the code is known */
	else
		note_hidden(db, notes);
	pieces_release(&w.parts);
	pieces_release(&w.bags);
	buf_release(&w.fresh);
	return rc;
}
