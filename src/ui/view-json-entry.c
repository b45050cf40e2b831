/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ENTRY and ENTRY+ of commands.md section 4. Lists have a hundred thousand of them: nothing here
 * grows with their number. */
#include "base/task.h"
#include "codec/pem.h"
#include "op/facts.h"
#include "pki/digest.h"
#include "pki/dn.h"
#include "ui/view.h"

#include <stdlib.h>

enum { SHA256_SIZE = 32, BATCH = 256 };

struct digested {
	enum rc rc; /* RC_NOT_FOUND: there is nothing to digest */
	unsigned char bytes[SHA256_SIZE];
};

/* What has to be found out about an entry before it is printed; about half of all that it costs. */
struct ready {
	struct facts facts;
	struct buf spki; /* of an open key */
	struct digested digest;
};

/* Rows that are made ready beside the printing of those before them. */
struct batch {
	struct task task;
	const struct row *rows;
	size_t count;
	const struct kdb *db;
	struct ready ready[BATCH];
};

static void
put_text(struct json *j, const char *key, const char *text)
{
	json_put_key(j, key);
	json_put_text(j, text);
}

static void
put_flag(struct json *j, const char *key, bool value)
{
	json_put_key(j, key);
	json_put_bool(j, value);
}

static void
put_time(struct json *j, const char *key, const int64_t *when)
{
	json_put_key(j, key);
	if (when)
		json_put_time(j, *when);
	else
		json_put_null(j);
}

static enum rc
digest_there(enum hash hash, struct span bytes, unsigned char *digest)
{
	return bytes.size ? digest_of(hash, bytes, digest) : RC_NOT_FOUND;
}

/* null only where there is none: one that is not known for lack of memory is a failure. */
static void
put_digested(struct json *j, const char *key, enum rc rc, struct span digest)
{
	json_put_key(j, key);
	if (!rc)
		json_put_hex(j, digest);
	else
		json_put_null(j);
	if (rc == RC_NO_MEMORY)
		out_fail(j->out);
}

static void
put_digest(struct json *j, const char *key, enum hash hash, struct span bytes)
{
	unsigned char digest[DIGEST_MAX];
	enum rc rc = digest_there(hash, bytes, digest);

	put_digested(j, key, rc, SPAN_OF(digest, digest_size(hash)));
}

/* The distinguished names; the issuer's text is kept, since the next entry often has the same. */
static void
put_subject(struct view_entries *ve, const struct facts *f)
{
	struct json *j = ve->json;

	json_put_key(j, "subject");
	if (!f->has_cert && !f->has_csr) {
		json_put_null(j);
	} else {
		buf_cut(&ve->text, 0);
		dn_put(&ve->text, f->has_cert ? f->cert.subject : f->csr.subject);
		json_put_buf(j, &ve->text);
	}
	json_put_key(j, "issuer");
	if (!f->has_cert) {
		json_put_null(j);
		return;
	}
	if (!ve->issuer.data || !span_equal(ve->issuer, f->cert.issuer)) {
		buf_cut(&ve->issuer_text, 0);
		dn_put(&ve->issuer_text, f->cert.issuer);
		ve->issuer = f->cert.issuer;
	}
	json_put_buf(j, &ve->issuer_text);
}

static void
put_serial(struct view_entries *ve, const struct facts *f)
{
	json_put_key(ve->json, "serial");
	if (!f->has_cert) {
		json_put_null(ve->json);
		return;
	}
	buf_cut(&ve->text, 0);
	cert_put_serial(&ve->text, &f->cert);
	json_put_buf(ve->json, &ve->text);
}

static void
put_names(struct view_entries *ve, const struct facts *f)
{
	struct span names = f->names;
	struct name name;

	json_put_key(ve->json, "names");
	json_put_array(ve->json);
	while (names.size && !name_next(&names, &name)) {
		buf_cut(&ve->text, 0);
		name_put(&ve->text, &name);
		json_put_buf(ve->json, &ve->text);
	}
	json_put_array_end(ve->json);
}

static void
put_extension(struct view_entries *ve, const struct ext *x)
{
	struct json *j = ve->json;
	enum oid id = oid_find(x->oid);

	json_put_object(j);
	buf_cut(&ve->text, 0);
	oid_put_dotted(&ve->text, x->oid);
	json_put_key(j, "oid");
	json_put_buf(j, &ve->text);
	put_text(j, "name", oid_kind(id) == OID_EXTENSION ? oid_name(id) : NULL);
	put_flag(j, "critical", x->critical);
	json_put_key(j, "der");
	json_put_hex(j, x->value);
	buf_cut(&ve->text, 0);
	ext_put_text(&ve->text, x);
	json_put_key(j, "text");
	json_put_buf(j, &ve->text);
	json_put_object_end(j);
}

static void
put_extensions(struct view_entries *ve, struct span extensions)
{
	struct ext x;

	json_put_key(ve->json, "extensions");
	json_put_array(ve->json);
	while (extensions.size && !ext_next(&extensions, &x))
		put_extension(ve, &x);
	json_put_array_end(ve->json);
}

static void
put_signature(struct view_entries *ve, const struct facts *f)
{
	const struct cert request = { .sig_alg = f->csr.sig_alg };

	json_put_key(ve->json, "signature");
	if (!f->has_cert && !f->has_csr) {
		json_put_null(ve->json);
		return;
	}
	buf_cut(&ve->text, 0);
	cert_put_signature(&ve->text, f->has_cert ? &f->cert : &request);
	json_put_buf(ve->json, &ve->text);
}

static void
put_pem(struct view_entries *ve, const struct facts *f, struct span der, unsigned flags)
{
	json_put_key(ve->json, "pem");
	if (!der.size || !(flags & VIEW_PEM)) {
		json_put_null(ve->json);
		return;
	}
	buf_cut(&ve->text, 0);
	pem_put(&ve->text, f->kind == FACTS_REQUEST ? "CERTIFICATE REQUEST" : "CERTIFICATE", der);
	json_put_buf(ve->json, &ve->text);
}

static void
put_more(struct view_entries *ve, const struct facts *f, struct span der, unsigned flags)
{
	struct json *j = ve->json;

	json_put_key(j, "version");
	if (f->has_cert)
		json_put_number(j, f->cert.version);
	else if (f->has_csr)
		json_put_number(j, f->csr.version + 1);
	else
		json_put_null(j);
	put_signature(ve, f);
	put_digest(j, "sha1", HASH_SHA1, der);
	put_extensions(ve, f->has_cert ? f->cert.extensions : f->csr.extensions);
	put_pem(ve, f, der, flags);
}

static struct span
der_of(const struct row *row)
{
	if (row->entry)
		return row->entry->cert.span;
	return row->request ? row->request->csr.span : SPAN_NONE;
}

static void
make_ready(struct ready *r, const struct row *row, const struct kdb *db)
{
	r->spki = (struct buf)BUF_INIT;
	facts_of(&r->facts, row, db);
	facts_add_open_key(&r->facts, row, &r->spki);
	r->digest.rc = digest_there(HASH_SHA256, der_of(row), r->digest.bytes);
}

static void
put_entry(struct view_entries *ve, const struct row *row, const struct ready *r, unsigned flags)
{
	const struct facts *f = &r->facts;
	struct json *j = ve->json;

	json_put_object(j);
	json_put_key(j, "label");
	if (f->label.size)
		json_put_span(j, f->label);
	else
		json_put_null(j);
	put_text(j, "kind", facts_kind_name(f->kind));
	put_flag(j, "default", f->is_default);
	put_flag(j, "trusted", f->trusted);
	put_flag(j, "pending", row->entry && ve->db && facts_pending(row->entry, ve->db));
	put_flag(j, "ca", f->ca);
	put_subject(ve, f);
	put_serial(ve, f);
	put_time(j, "not_before", f->has_cert ? &f->cert.not_before : NULL);
	put_time(j, "not_after", f->has_cert ? &f->cert.not_after : NULL);
	put_text(j, "key", f->key[0] ? f->key : NULL);
	put_names(ve, f);
	put_digested(j, "sha256", r->digest.rc, SPAN_OF(r->digest.bytes, SHA256_SIZE));
	put_digest(j, "spki_sha256", HASH_SHA256, f->spki);
	if (flags & VIEW_MORE)
		put_more(ve, f, der_of(row), flags);
	json_put_object_end(j);
}

void
view_json_entry(struct view_entries *ve, const struct row *row, unsigned flags)
{
	struct ready r;

	make_ready(&r, row, ve->db);
	put_entry(ve, row, &r, flags);
	buf_release(&r.spki);
}

static void
fill_batch(void *self)
{
	struct batch *b = self;

	for (size_t i = 0; i < b->count; i++)
		make_ready(&b->ready[i], &b->rows[i], b->db);
}

static void
begin_batch(struct batch *b, const struct view_rows *rows, size_t from)
{
	b->rows = rows->rows + from;
	b->count = rows->count - from < BATCH ? rows->count - from : BATCH;
	b->db = rows->db;
	task_start(&b->task, fill_batch, b);
}

static void
put_batch(struct view_entries *ve, struct batch *b)
{
	for (size_t i = 0; i < b->count; i++) {
		put_entry(ve, &b->rows[i], &b->ready[i], 0);
		buf_release(&b->ready[i].spki);
	}
}

/* Where there are many, one batch is made ready while the one before it is put. */
void
view_json_entries(struct view_entries *ve, const struct view_rows *rows)
{
	struct batch *two = rows->count > (size_t)2 * BATCH ? calloc(2, sizeof(*two)) : NULL;

	if (!two) {
		for (size_t i = 0; i < rows->count; i++)
			view_json_entry(ve, &rows->rows[i], 0);
		return;
	}
	begin_batch(&two[0], rows, 0);
	for (size_t at = 0; at < rows->count; at += BATCH) {
		struct batch *now = &two[at / BATCH % 2];

		task_wait(&now->task);
		if (at + BATCH < rows->count)
			begin_batch(&two[(at / BATCH + 1) % 2], rows, at + BATCH);
		put_batch(ve, now);
	}
	free(two);
}

void
view_entries_release(struct view_entries *ve)
{
	buf_release(&ve->text);
	buf_release(&ve->issuer_text);
}
