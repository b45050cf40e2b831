/* CMS databases made, saved and loaded in memory, for the tests of their codec. */
#ifndef TESTS_CMS_MAKE_H
#define TESTS_CMS_MAKE_H

#include "codec/cms-parts.h"
#include "p12-make.h"

/* Both parts of a database. */
struct cms_bytes {
	struct buf part[CODEC_PARTS];
};

static inline void
cms_bytes_release(struct cms_bytes *b)
{
	for (size_t i = 0; i < CODEC_PARTS; i++)
		buf_release(&b->part[i]);
}

static inline bool
cms_bytes_equal(const struct cms_bytes *a, const struct cms_bytes *b)
{
	return span_equal(buf_span(&a->part[0]), buf_span(&b->part[0])) &&
	       span_equal(buf_span(&a->part[1]), buf_span(&b->part[1]));
}

/* Loads copies of the parts that are not empty. heard and err may be NULL. */
static inline enum rc
cms_load_bytes(struct kdb *db, const struct cms_bytes *bytes, struct pw *pw,
	       struct p12_heard *heard, struct err *err)
{
	const struct notes notes = { p12_hear, heard };
	struct blob *in[CODEC_PARTS] = { NULL, NULL };
	enum rc early = RC_OK;
	struct buf copy;
	enum rc rc;

	if (heard)
		heard->codes[0] = 0;
	for (size_t i = 0; i < CODEC_PARTS; i++) {
		copy = (struct buf)BUF_INIT;
		if (!bytes->part[i].size)
			continue;
		early = early ? early : look_at(&codec_cms, buf_span(&bytes->part[i]), 4096, i, pw);
		buf_put(&copy, buf_span(&bytes->part[i]));
		assert_int_equal(blob_new(&in[i], &copy), RC_OK);
	}
	rc = codec_cms.load(db, in, pw, heard ? &notes : NULL, err);
	assert_true(!early || rc);
	return rc;
}

/* Loads what must load. */
static inline void
cms_reload(struct kdb *db, const struct cms_bytes *bytes, struct pw *pw)
{
	struct err err = ERR_INIT;

	if (cms_load_bytes(db, bytes, pw, NULL, &err))
		fail_msg("%s", err.message);
}

/* Saves, shrouding what is open; heard may be NULL. What was in bytes is released. */
static inline enum rc
cms_try_save(struct cms_bytes *bytes, struct kdb *db, struct pw *pw, struct p12_heard *heard,
	     struct err *err)
{
	struct pieces parts[CODEC_PARTS] = { PIECES_INIT, PIECES_INIT };
	const struct notes notes = { p12_hear, heard };
	enum rc rc;

	if (heard)
		heard->codes[0] = 0;
	assert_int_equal(codec_shroud(db, pw), RC_OK);
	rc = codec_cms.save(db, parts, pw, heard ? &notes : NULL, err);
	for (size_t i = 0; i < CODEC_PARTS; i++) {
		p12_join(&bytes->part[i], &parts[i]);
	}
	return rc;
}

/* Saves what must be saved. */
static inline void
cms_save_bytes(struct cms_bytes *bytes, struct kdb *db, struct pw *pw)
{
	struct err err = ERR_INIT;

	if (cms_try_save(bytes, db, pw, NULL, &err))
		fail_msg("%s", err.message);
}

/* Gives the entry at this place another label. */
static inline void
cms_rename(struct kdb *db, size_t at, struct span label)
{
	struct entry *e = entry_dup(db->entries[at]);

	assert_non_null(e);
	piece_release(&e->label);
	assert_int_equal(piece_copy(&e->label, label), RC_OK);
	assert_int_equal(kdb_replace(db, db->entries[at], e, NULL), RC_OK);
	entry_unref(&e);
}

/* Changes flags of the entry at this place. */
static inline void
cms_switch(struct kdb *db, size_t at, unsigned flags)
{
	struct entry *e = entry_dup(db->entries[at]);

	assert_non_null(e);
	e->flags ^= flags;
	assert_int_equal(kdb_replace(db, db->entries[at], e, NULL), RC_OK);
	entry_unref(&e);
}

/* One of everything that a CMS database holds: a default key, another with a label that is no
 * ASCII, a root, a switched-off certificate, a secret, a request. */
struct cms_all {
	struct forged root;
	struct forged web;
	struct forged mail;
	struct forged next;
	struct buf csr;
	struct kdb db;
};

static inline void
cms_make_all(struct cms_all *all, unsigned version)
{
	static const struct recipe root = { .subject = "CN=Root", .ca = true };
	static const struct recipe web = { .subject = "CN=web", .key = "ec:p256" };
	static const struct recipe mail = { .subject = "CN=mail" };
	static const struct recipe next = { .subject = "CN=next" };
	struct span csr;

	*all = (struct cms_all){ .db = KDB_INIT };
	cms_begin(&all->db, version);
	forge(&all->root, &root, NULL);
	forge(&all->web, &web, &all->root);
	forge(&all->mail, &mail, &all->root);
	forge(&all->next, &next, &all->root);
	p12_forge_csr(&all->csr, &all->next);
	(void)p12_put(&all->db, ENTRY_CERT, "root", &all->root);
	(void)p12_put(&all->db, ENTRY_KEY, "Web", &all->web);
	kdb_set_default(&all->db, p12_put(&all->db, ENTRY_KEY,
					  "Gr\xc3\xbc\xc3\x9f"
					  "e",
					  &all->mail));
	(void)p12_put(&all->db, ENTRY_CERT, "off", &all->next);
	cms_switch(&all->db, (size_t)kdb_position(&all->db, kdb_find(&all->db, span_text("off"))),
		   ENTRY_TRUSTED);
	p12_put_aes(&all->db, "aes");
	csr = buf_span(&all->csr);
	p12_put_request_of(&all->db, "next", &csr, &all->next, false);
	all->db.expires = 1900000000;
}

static inline void
cms_release_all(struct cms_all *all)
{
	forge_release(&all->root);
	forge_release(&all->web);
	forge_release(&all->mail);
	forge_release(&all->next);
	buf_release(&all->csr);
	kdb_release(&all->db);
}

/* A file around slots that may be anything: head, checks, slots. The head's count and size may be
 * lied about with head. */
static inline void
cms_frame(struct buf *out, const struct cms_head *head, struct span slots, const char *pass)
{
	struct cms_seal seal = { .pass = span_text(pass) };
	unsigned char check1[CMS_CHECK_MAX];
	unsigned char check2[CMS_CHECK_MAX];
	size_t size = cms_check_size(head->version);

	buf_cut(out, 0);
	cms_put_head(out, head);
	assert_int_equal(cms_check_head(check1, head->version, buf_span(out), seal.pass), RC_OK);
	assert_int_equal(cms_seal_start(&seal, head->version, head->slot_size, buf_span(out),
					SPAN_OF(check1, size)),
			 RC_OK);
	assert_int_equal(cms_seal_slots(&seal, slots), RC_OK);
	cms_seal_end(&seal, check2);
	buf_put(out, SPAN_OF(check1, size));
	buf_put(out, SPAN_OF(check2, size));
	buf_put(out, slots);
	assert_int_equal(buf_rc(out), RC_OK);
}

static const unsigned char cms_no_salt[CMS_SALT_SIZE];

#endif
