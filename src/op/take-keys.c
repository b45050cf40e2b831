/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of a file, each with its certificate. */

#include "base/text.h"
#include "op/secret-key.h"
#include "op/take.h"
#include "pki/cert.h"
#include "pki/csr.h"
#include "pki/key.h"

#include <stdlib.h>
#include <string.h>

bool
take_has_keys(const struct intake *in)
{
	for (size_t i = 0; i < in->count; i++)
		if (in->items[i].kind == ITEM_KEY || in->items[i].kind == ITEM_LOCKED_KEY)
			return true;
	return kdb_count(&in->db, ENTRY_SECRET) || in->db.request_count;
}

struct take_options
take_options_of(const struct args *args)
{
	return (struct take_options){
		.as = args->given[P_AS] ? args->text[P_AS] : NULL,
		.from = args->given[P_FROM] ? args->text[P_FROM] : NULL,
		.untrusted = args->given[P_UNTRUSTED],
		.older = args->given[P_OLDER],
		.unchecked = args->given[P_UNCHECKED],
		.if_exists = if_exists_of(args),
	};
}

enum rc
take_hint_keep(struct err *err, enum rc rc, bool is_there)
{
	if (rc != RC_DUPLICATE || !is_there)
		return rc;
	return err_hint(err, "the same is there already: --if-exists keep is content with that");
}

enum rc
take_index_certs(struct key_index *certs, const struct intake *in)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < in->count; i++) {
		struct cert cert;

		if (in->items[i].kind == ITEM_CERT &&
		    !cert_parse(&cert, in->items[i].der.span, NULL))
			rc = key_index_add(certs, cert.spki, i);
	}
	key_index_sort(certs);
	return rc;
}

/* Finds the first certificate with the key's public key. */
static enum rc
find_partner(struct intake *in, size_t key, const struct key_index *certs, struct buf *spki)
{
	struct item *item = &in->items[key];
	enum rc rc;
	size_t at;

	buf_cut(spki, 0);
	rc = key_spki_of(spki, item->key);
	/* A key that the library cannot use is carried all the same, where the container says whose
	 * it is. */
	if (rc == RC_UNSUPPORTED)
		return RC_OK;
	if (rc)
		return rc;
	at = key_index_find(certs, buf_span(spki));
	if (at == certs->count)
		return RC_OK;
	item->partner = (long)certs->slots[at].at;
	in->items[item->partner].partner = (long)key;
	return RC_OK;
}

static enum rc
find_partners(struct intake *in)
{
	struct key_index certs = KEY_INDEX_INIT;
	struct buf spki = BUF_INIT;
	enum rc rc = take_index_certs(&certs, in);

	for (size_t i = 0; !rc && i < in->count; i++)
		if (in->items[i].kind == ITEM_KEY && in->items[i].partner < 0)
			rc = find_partner(in, i, &certs, &spki);
	key_index_release(&certs);
	buf_release(&spki);
	return rc;
}

static size_t
count_kind(const struct intake *in, enum item_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < in->count; i++)
		count += in->items[i].kind == kind;
	return count;
}

/* The certificate of a key; empty where it has none. A key of a container may have a request as its
 * partner: it waits. */
static struct span
cert_of(const struct intake *in, const struct item *key)
{
	const struct item *partner = key->partner >= 0 ? &in->items[key->partner] : NULL;

	return partner && partner->kind == ITEM_CERT ? partner->der.span : SPAN_NONE;
}

/* What an item is called: its own label where that may be one here, the key's or its certificate's;
 * else empty. */
static struct span
label_of(const struct intake *in, const struct item *item)
{
	const struct item *partner = item->partner >= 0 ? &in->items[item->partner] : NULL;

	if (item->label.span.size && !label_check(item->label.span, NULL))
		return item->label.span;
	if (partner && partner->label.span.size && !label_check(partner->label.span, NULL))
		return partner->label.span;
	return SPAN_NONE;
}

static bool
is_wanted(const struct intake *in, const struct item *item, const struct take_options *options)
{
	const struct item *partner = item->partner >= 0 ? &in->items[item->partner] : NULL;

	if (!options->from)
		return true;
	if (span_equal(item->label.span, span_text(options->from)))
		return true;
	return partner && span_equal(partner->label.span, span_text(options->from));
}

/* The same key and certificate are there: --if-exists keep is content with that, whatever their
 * label, unless they are to be called otherwise. */
static bool
is_there(const struct kdb *db, struct span cert, const char *as)
{
	const struct entry *e = kdb_find_cert(db, cert);

	return e && e->kind == ENTRY_KEY &&
	       (!as || text_equal_folded(entry_label(e), span_text(as)));
}

/* What a key is called here: as the user says, as the file says, as the same key is called that is
 * here already, as the certificate says. */
static enum rc
key_label(struct buf *label, const struct kdb *db, const struct intake *in, const struct item *item,
	  const char *as)
{
	struct span cert = cert_of(in, item);
	struct span own = label_of(in, item);
	const struct entry *same = kdb_find_cert(db, cert);

	if (as)
		buf_put_text(label, as);
	else if (own.size)
		buf_put(label, own);
	else if (same)
		buf_put(label, entry_label(same));
	else
		return kdb_free_label(label, db, cert);
	return buf_rc(label);
}

static enum rc
put_key(struct op_call *c, struct intake *in, struct item *item, const struct take_options *options,
	struct err *err)
{
	struct span cert = cert_of(in, item);
	struct buf label = BUF_INIT;
	struct entry *e = NULL;
	enum rc rc;

	if (options->if_exists == IF_EXISTS_KEEP && is_there(c->db, cert, options->as))
		return RC_OK;
	rc = key_label(&label, c->db, in, item, options->as);
	if (!rc)
		rc = entry_make(&e, buf_span(&label), cert, &item->key);
	/* A container may say that they belong together. */
	if (!rc)
		rc = codec_check_key(e, e->open_key, err);
	if (!rc)
		rc = codec_prove_key(entry_label(e), e->open_key, err);
	if (!rc && options->untrusted)
		e->flags &= ~(unsigned)ENTRY_TRUSTED;
	if (!rc)
		rc = take_hint_keep(err, entry_put(c->db, e, options->if_exists, err),
				    is_there(c->db, cert, options->as));
	entry_unref(&e);
	buf_release(&label);
	return err_default(err, rc);
}

/* A key without certificate waits, as a request without PKCS#10. */
static enum rc
put_waiting(struct op_call *c, struct intake *in, struct item *item,
	    const struct take_options *options, struct err *err)
{
	struct span label = options->as ? span_text(options->as) : label_of(in, item);
	struct request *r = NULL;
	enum rc rc;

	if (!label.size) {
		err_set(err, RC_USAGE, "the key has no certificate and no label");
		return err_hint(err, "say --as LABEL, or give the certificate in the same file");
	}
	rc = request_make(&r, label, SPAN_NONE, &item->key);
	if (!rc)
		rc = codec_prove_key(label, r->open_key, err);
	if (!rc)
		rc = kdb_add_request(c->db, r);
	request_unref(&r);
	if (rc == RC_DUPLICATE)
		return err_set(err, rc, "the label '%s' is taken among the requests",
			       ESC_SPAN(label));
	if (!rc) {
		warnings_add(&c->result->warnings, "key-without-cert",
			     "'%s' is a key without certificate: it waits for one (cert receive)",
			     ESC_SPAN(label));
	}
	return err_default(err, rc);
}

enum rc
take_along(struct op_call *c, const struct item *item, bool trusted)
{
	struct buf label = BUF_INIT;
	struct entry *e = NULL;
	enum rc rc;

	if (kdb_find_cert(c->db, item->der.span))
		return RC_OK;
	if (item->label.span.size && !label_check(item->label.span, NULL))
		rc = kdb_unique_label(&label, c->db, item->label.span);
	else
		rc = kdb_free_label(&label, c->db, item->der.span);
	if (!rc)
		rc = entry_make(&e, buf_span(&label), item->der.span, NULL);
	if (!rc && !trusted)
		e->flags &= ~(unsigned)ENTRY_TRUSTED;
	if (!rc)
		rc = kdb_add(c->db, e, NULL);
	entry_unref(&e);
	buf_release(&label);
	return rc;
}

static enum rc
take_secret(struct op_call *c, const struct entry *from, struct pw *pw, enum if_exists how,
	    struct err *err)
{
	const struct entry *there = kdb_find_folded(c->db, entry_label(from));
	struct entry *e = entry_dup(from);
	bool same;
	enum rc rc;

	if (!e)
		return err_default(err, RC_NO_MEMORY);
	piece_release(&e->key);
	secret_free(&e->open_key);
	rc = codec_open_key(&e->open_key, from, pw, err);
	same = !rc && there && entry_same(there, e, c->pw);
	if (!rc && there && how == IF_EXISTS_REPLACE)
		rc = secret_key_ask(c, there, e);
	if (!rc && !(same && how == IF_EXISTS_KEEP))
		rc = take_hint_keep(err, entry_put(c->db, e, how, err), same);
	entry_unref(&e);
	return rc;
}

static bool
request_is_there(const struct kdb *db, const struct request *from)
{
	const struct request *there = kdb_find_request_folded(db, from->label.span);

	return there && there->csr.span.size && span_equal(there->csr.span, from->csr.span);
}

static enum rc
take_request(struct op_call *c, const struct request *from, struct pw *pw, enum if_exists how,
	     struct err *err)
{
	struct request *r;
	enum rc rc;

	if (how == IF_EXISTS_KEEP && request_is_there(c->db, from))
		return RC_OK;
	r = request_dup(from);
	if (!r)
		return err_default(err, RC_NO_MEMORY);
	piece_release(&r->key);
	secret_free(&r->open_key);
	rc = codec_open_request_key(&r->open_key, from, pw, err);
	if (!rc)
		rc = codec_prove_key(r->label.span, r->open_key, err);
	if (!rc)
		rc = kdb_add_request(c->db, r);
	if (rc == RC_DUPLICATE) {
		rc = take_hint_keep(err,
				    err_set(err, rc, "the label '%s' is taken among the requests",
					    ESC_SPAN(r->label.span)),
				    request_is_there(c->db, from));
	}
	request_unref(&r);
	return err_default(err, rc);
}

/* Secret keys and waiting requests of a container go over whole. */
static enum rc
take_container(struct op_call *c, struct intake *in, enum if_exists how, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < in->db.count; i++)
		if (in->db.entries[i]->kind == ENTRY_SECRET)
			rc = take_secret(c, in->db.entries[i], in->pw, how, err);
	for (size_t i = 0; !rc && i < in->db.request_count; i++)
		rc = take_request(c, in->db.requests[i], in->pw, how, err);
	return rc;
}

/* True when some key has its certificate in the file. */
static bool
has_partner(const struct intake *in)
{
	for (size_t i = 0; i < in->count; i++)
		if (in->items[i].kind == ITEM_KEY && in->items[i].partner >= 0)
			return true;
	return false;
}

/* The key of a file with certificates belongs to none of them. A database may hold a key that waits
 * beside certificates that have nothing to do with it. */
static bool
key_is_strange(const struct intake *in)
{
	size_t certs = count_kind(in, ITEM_CERT);
	bool is_database = in->db.count || in->db.request_count;

	if (count_kind(in, ITEM_KEY) != 1 || has_partner(in))
		return false;
	return is_database ? certs == 1 : certs > 0;
}

static enum rc
check_keys(const struct intake *in, const char *path, const struct take_options *options,
	   struct err *err)
{
	size_t wanted = 0;

	if (count_kind(in, ITEM_LOCKED_KEY)) {
		return err_set(err, RC_NO_SECRET,
			       "a key in '%s' is encrypted, and its passphrase is not known",
			       ESC(path));
	}
	if (key_is_strange(in)) {
		return err_set(err, RC_MISMATCH,
			       "the key and the certificate in '%s' do not belong together",
			       ESC(path));
	}
	for (size_t i = 0; i < in->count; i++)
		wanted += in->items[i].kind == ITEM_KEY && is_wanted(in, &in->items[i], options);
	if (options->from && !wanted)
		return err_set(err, RC_NO_LABEL, "'%s' holds no key with the label '%s'", ESC(path),
			       ESC(options->from));
	if (!options->from && !take_has_keys(in))
		return err_set(err, RC_NO_KEY, "'%s' holds no private key", ESC(path));
	if (options->as && wanted > 1) {
		return err_set(err, RC_USAGE,
			       "--as gives one label, '%s' holds %zu keys: choose one "
			       "with --from",
			       ESC(path), wanted);
	}
	return RC_OK;
}

static enum rc
put_wanted(struct op_call *c, struct intake *in, const struct take_options *options,
	   struct err *err)
{
	bool is_container = in->db.count || in->db.request_count;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < in->count; i++) {
		struct item *item = &in->items[i];

		if (item->kind != ITEM_KEY || !is_wanted(in, item, options))
			continue;
		if (cert_of(in, item).size)
			rc = put_key(c, in, item, options, err);
		else if (!is_container)
			rc = put_waiting(c, in, item, options, err);
	}
	return rc;
}

/* The certificates that belong to no key of the file. */
static enum rc
put_others(struct op_call *c, const struct intake *in, const struct take_options *options)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < in->count; i++) {
		const struct item *item = &in->items[i];

		if (item->kind == ITEM_CERT && item->partner < 0)
			rc = take_along(c, item, item->trusted && !options->untrusted);
	}
	return rc;
}

enum rc
take_keys(struct op_call *c, struct intake *in, const char *path,
	  const struct take_options *options, struct err *err)
{
	enum rc rc = options->as ? label_check(span_text(options->as), err) : RC_OK;

	if (!rc)
		rc = err_default(err, find_partners(in));
	if (!rc)
		rc = check_keys(in, path, options, err);
	if (!rc)
		rc = put_wanted(c, in, options, err);
	if (!rc)
		rc = err_default(err, put_others(c, in, options));
	return rc || options->from ? rc : take_container(c, in, options->if_exists, err);
}
