/* PKCS#12 databases made, saved and loaded in memory, for the tests of their codec. */
#ifndef TESTS_P12_MAKE_H
#define TESTS_P12_MAKE_H

#include "codec/pkcs12.h"
#include "forge.h"
#include "kdb-make.h"

#include <stdio.h>
#include <stdlib.h>

enum { P12_TEST_ITERATIONS = 2 };

/* What notes_add said, code by code. */
struct p12_heard {
	char codes[400];
};

static inline void
p12_hear(void *self, const char *code, const char *message)
{
	struct p12_heard *h = self;
	size_t at = strlen(h->codes);

	(void)message;
	(void)snprintf(h->codes + at, sizeof(h->codes) - at, "%s ", code);
}

static inline struct pw *
p12_pw(const char *pass)
{
	struct secret *s = NULL;
	struct pw *pw = NULL;

	assert_int_equal(secret_from(&s, span_text(pass)), RC_OK);
	assert_int_equal(pw_new(&pw, &s, 0), RC_OK);
	assert_int_equal(pw_set_shroud(pw, NULL, P12_TEST_ITERATIONS), RC_OK);
	return pw;
}

/* What a codec says of a file by its first bytes, of which it sees so many. */
static inline enum rc
look_at(const struct codec *codec, struct span bytes, size_t size, size_t part, struct pw *pw)
{
	const struct codec_head head = { span_part(bytes, 0, size), bytes.size, part };
	struct err err = ERR_INIT;
	enum rc rc = codec->look(&head, pw, &err);

	assert_int_equal(codec->look(&head, pw, NULL), rc);
	assert_true(!rc || err.message[0]);
	return rc;
}

/* Loads a copy of bytes. heard may be NULL. */
static inline enum rc
p12_load_bytes(struct kdb *db, struct span bytes, struct pw *pw, struct p12_heard *heard,
	       struct err *err)
{
	const struct notes notes = { p12_hear, heard };
	struct blob *in[CODEC_PARTS] = { NULL, NULL };
	struct buf copy = BUF_INIT;
	enum rc early;
	enum rc rc;

	if (heard)
		heard->codes[0] = 0;
	buf_put(&copy, bytes);
	assert_int_equal(blob_new(&in[0], &copy), RC_OK);
	early = look_at(&codec_pkcs12, bytes, 4096, 0, pw);
	/* Less of it tells no more. */
	assert_true(!look_at(&codec_pkcs12, bytes, 50, 0, pw) || early);
	rc = codec_pkcs12.load(db, in, pw, heard ? &notes : NULL, err);
	assert_true(!early || rc);
	return rc;
}

/* Loads what must load. */
static inline void
p12_reload(struct kdb *db, struct span bytes, const char *pass)
{
	struct pw *pw = pass ? p12_pw(pass) : NULL;
	struct err err = ERR_INIT;

	if (p12_load_bytes(db, bytes, pw, NULL, &err))
		fail_msg("%s", err.message);
	pw_free(&pw);
}

static inline enum rc
p12_append(void *self, struct span bytes)
{
	buf_put(self, bytes);
	return RC_OK;
}

static inline void
p12_join(struct buf *out, struct pieces *parts)
{
	buf_cut(out, 0);
	assert_int_equal(pieces_each(parts, p12_append, out), RC_OK);
	assert_int_equal(out->size, parts->size);
	assert_int_equal(buf_rc(out), RC_OK);
	pieces_release(parts);
}

/* Saves db, shrouding what is open, into out, which is emptied first. heard may be NULL. */
static inline void
p12_save_bytes(struct buf *out, struct kdb *db, struct pw *pw, struct p12_heard *heard)
{
	struct pieces parts[CODEC_PARTS] = { PIECES_INIT, PIECES_INIT };
	const struct notes notes = { p12_hear, heard };
	struct err err = ERR_INIT;

	if (heard)
		heard->codes[0] = 0;
	assert_int_equal(codec_shroud(db, pw), RC_OK);
	if (codec_pkcs12.save(db, parts, pw, heard ? &notes : NULL, &err))
		fail_msg("%s", err.message);
	p12_join(out, &parts[0]);
}

/* Adds an entry with this certificate, and key when there is one. */
static inline const struct entry *
p12_put(struct kdb *db, enum entry_kind kind, const char *label, const struct forged *f)
{
	struct entry *e = make_entry(kind, label, NULL, NULL);
	const struct entry *kept = e;

	if (kind != ENTRY_SECRET)
		assert_int_equal(piece_copy(&e->cert, buf_span(&f->der)), RC_OK);
	if (kind == ENTRY_KEY)
		assert_int_equal(key_pkcs8(&e->open_key, f->key), RC_OK);
	assert_int_equal(kdb_add(db, e, NULL), RC_OK);
	entry_unref(&e);
	return kept;
}

/* Adds a secret key of 32 bytes. */
static inline void
p12_put_aes(struct kdb *db, const char *label)
{
	struct entry *e = make_entry(ENTRY_SECRET, label, NULL, NULL);
	struct secret *raw = NULL;

	assert_int_equal(secret_new(&raw, 32), RC_OK);
	assert_int_equal(key_wrap_secret(&e->open_key, raw), RC_OK);
	assert_int_equal(kdb_add(db, e, NULL), RC_OK);
	entry_unref(&e);
	secret_free(&raw);
}

/* Adds a request: csr may be NULL. */
static inline void
p12_put_request_of(struct kdb *db, const char *label, const struct span *csr,
		   const struct forged *f, bool renews)
{
	struct request *r = request_new();

	assert_non_null(r);
	assert_int_equal(piece_copy(&r->label, span_text(label)), RC_OK);
	if (csr)
		assert_int_equal(piece_copy(&r->csr, *csr), RC_OK);
	assert_int_equal(key_pkcs8(&r->open_key, f->key), RC_OK);
	r->renews = renews;
	if (renews)
		memset(r->replaces, 0x5a, sizeof(r->replaces));
	assert_int_equal(kdb_add_request(db, r), RC_OK);
	request_unref(&r);
}

/* A request's DER, signed. */
static inline void
p12_forge_csr(struct buf *out, const struct forged *f)
{
	struct buf info = BUF_INIT;

	der_put_number(&info, 0);
	buf_put(&info, f->cert.subject);
	buf_put(&info, buf_span(&f->spki));
	der_put(&info, DER_CONTEXT_SET(0), SPAN_NONE);
	forge_sign(out, &info, f->key, HASH_NONE);
	buf_release(&info);
}

/* A database with one of everything. */
struct p12_all {
	struct forged root;
	struct forged web;
	struct forged mail;
	struct forged next;
	struct buf csr;
	struct kdb db;
};

static inline void
p12_make_all(struct p12_all *all)
{
	static const struct recipe root = { .subject = "CN=Root", .ca = true };
	static const struct recipe web = { .subject = "CN=web" };
	static const struct recipe mail = { .subject = "CN=mail" };
	static const struct recipe next = { .subject = "CN=next" };
	struct span csr;

	*all = (struct p12_all){ .db = KDB_INIT };
	forge(&all->root, &root, NULL);
	forge(&all->web, &web, &all->root);
	forge(&all->mail, &mail, &all->root);
	forge(&all->next, &next, &all->root);
	p12_forge_csr(&all->csr, &all->next);
	(void)p12_put(&all->db, ENTRY_KEY, "Web", &all->web);
	kdb_set_default(&all->db, p12_put(&all->db, ENTRY_KEY,
					  "Gr\xc3\xbc\xc3\x9f"
					  "e \xf0\x9f\x94\x91",
					  &all->mail));
	(void)p12_put(&all->db, ENTRY_CERT, "root", &all->root);
	(void)p12_put(&all->db, ENTRY_CERT, "next (request)", &all->next);
	p12_put_aes(&all->db, "aes");
	csr = buf_span(&all->csr);
	p12_put_request_of(&all->db, "next", &csr, &all->next, true);
	p12_put_request_of(&all->db, "lone", NULL, &all->root, false);
	all->db.expires = 1900000000;
	all->db.record_length = 300;
	all->db.fips = true;
	all->db.iterations = P12_TEST_ITERATIONS;
}

static inline void
p12_release_all(struct p12_all *all)
{
	forge_release(&all->root);
	forge_release(&all->web);
	forge_release(&all->mail);
	forge_release(&all->next);
	buf_release(&all->csr);
	kdb_release(&all->db);
}

#endif
