/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receiving the answer to a request: finding whose it is, checking it, putting it in its place. */

#include "base/env.h"
#include "base/text.h"
#include "op/take.h"
#include "pki/cert.h"
#include "pki/csr.h"
#include "pki/dn.h"
#include "pki/path.h"

#include <stdlib.h>

/* Who the answer is for. Either is NULL. */
struct target {
	const struct request *request;
	const struct entry *entry;
	size_t count;      /* how many have this public key */
	bool by_subject;   /* the subject agrees, too */
	bool is_same;      /* the very certificate is there already */
	struct buf labels; /* of all of them, for words */
	struct cert cert;  /* the answer */
	long item;         /* which item of the file it is */
};

struct search {
	struct op_call *c;
	const struct take_options *options;
	struct target *target;
	const struct cert *cert;
};

/* Notes that whoever stands at this position has that key, where a certificate has it. */
static enum rc
note_key(struct key_index *found, const struct key_index *certs, struct span spki, size_t position)
{
	size_t at = key_index_find(certs, spki);

	return at == certs->count ? RC_OK : key_index_add(found, certs->slots[at].spki, position);
}

static enum rc
note_requests(struct key_index *found, const struct key_index *certs, struct op_call *c)
{
	struct buf spki = BUF_INIT;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < c->db->request_count; i++) {
		buf_cut(&spki, 0);
		rc = request_spki(&spki, c->db->requests[i], c->pw);
		if (!rc)
			rc = note_key(found, certs, buf_span(&spki), i);
		else if (rc != RC_NO_MEMORY)
			rc = RC_OK;
	}
	buf_release(&spki);
	return rc;
}

static enum rc
note_entries(struct key_index *found, const struct key_index *certs, const struct kdb *db)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < db->count && db->entries[i]->kind == ENTRY_KEY; i++) {
		struct cert cert;

		if (!cert_parse(&cert, db->entries[i]->cert.span, NULL))
			rc = note_key(found, certs, cert.spki, i);
	}
	return rc;
}

enum rc
take_awaited(struct awaited *awaited, struct op_call *c, const struct intake *in)
{
	struct key_index certs = KEY_INDEX_INIT;
	enum rc rc = take_index_certs(&certs, in);

	if (!rc && certs.count)
		rc = note_requests(&awaited->requests, &certs, c);
	if (!rc && certs.count)
		rc = note_entries(&awaited->entries, &certs, c->db);
	key_index_sort(&awaited->requests);
	key_index_sort(&awaited->entries);
	key_index_release(&certs);
	return rc;
}

void
take_awaited_release(struct awaited *awaited)
{
	key_index_release(&awaited->requests);
	key_index_release(&awaited->entries);
}

/* One that fits: the first counts, one whose subject agrees counts more. */
static void
found_one(struct search *s, struct span label, bool same_subject, const struct request *r,
	  const struct entry *e)
{
	struct target *t = s->target;

	if (s->options->as && !span_equal(label, span_text(s->options->as)))
		return;
	if (t->count && t->by_subject && !same_subject)
		return;
	if (same_subject && !t->by_subject) {
		t->count = 0;
		buf_cut(&t->labels, 0);
	}
	t->by_subject = same_subject;
	if (!t->count++) {
		t->request = r;
		t->entry = e;
	}
	buf_printf(&t->labels, "%s'%s'", t->labels.size ? ", " : "", ESC_SPAN(label));
}

static void
search_requests(struct search *s)
{
	const struct key_index *found = &s->options->awaited->requests;
	struct span spki = s->cert->spki;

	for (size_t i = key_index_find(found, spki);
	     i < found->count && span_equal(found->slots[i].spki, spki); i++) {
		const struct request *r = s->c->db->requests[found->slots[i].at];
		struct csr csr;
		bool same;

		same = r->csr.span.size && !csr_parse(&csr, r->csr.span, NULL) &&
		       dn_equal(csr.subject, s->cert->subject);
		found_one(s, r->label.span, same, r, NULL);
	}
}

static void
search_entries(struct search *s)
{
	const struct key_index *found = &s->options->awaited->entries;
	struct span spki = s->cert->spki;

	for (size_t i = key_index_find(found, spki);
	     i < found->count && span_equal(found->slots[i].spki, spki); i++) {
		const struct entry *e = s->c->db->entries[found->slots[i].at];
		struct cert cert;

		if (cert_parse(&cert, e->cert.span, NULL))
			continue;
		if (span_equal(e->cert.span, s->cert->der))
			s->target->is_same = true;
		found_one(s, entry_label(e), dn_equal(cert.subject, s->cert->subject), NULL, e);
	}
}

static void
target_release(struct target *t)
{
	buf_release(&t->labels);
	*t = (struct target){ .request = NULL };
}

/* True when the very certificate stands beside its key here: it answers no request any more. */
static bool
has_key_for(const struct kdb *db, struct span der)
{
	const struct entry *e = kdb_find_cert(db, der);

	return e && e->kind == ENTRY_KEY;
}

enum where { AMONG_REQUESTS, AMONG_ENTRIES };

/* Whom a certificate of the file is for, into target; false when it is for nobody there. */
static bool
is_awaited(struct search *s, const struct intake *in, size_t item, enum where where)
{
	struct cert cert;

	if (in->items[item].kind != ITEM_CERT || cert_parse(&cert, in->items[item].der.span, NULL))
		return false;
	if (where == AMONG_REQUESTS && has_key_for(s->c->db, cert.der))
		return false;
	target_release(s->target);
	s->target->cert = cert;
	s->target->item = (long)item;
	s->cert = &s->target->cert;
	if (where == AMONG_REQUESTS)
		search_requests(s);
	else
		search_entries(s);
	return s->target->count > 0;
}

/* The first certificate of the file that somebody here waits for; one that is here already only
 * when there is no other. */
static bool
find_answer(struct target *target, struct op_call *c, const struct intake *in,
	    const struct take_options *options)
{
	struct search s = { .c = c, .options = options, .target = target };
	bool is_same = false;

	for (enum where where = AMONG_REQUESTS; where <= AMONG_ENTRIES; where++) {
		for (size_t i = 0; i < in->count; i++) {
			if (!is_awaited(&s, in, i, where))
				continue;
			if (!target->is_same)
				return true;
			is_same = true;
		}
	}
	target_release(target);
	target->is_same = is_same;
	return is_same;
}

bool
take_is_answer(struct op_call *c, const struct intake *in, const struct awaited *awaited)
{
	struct take_options options = { .awaited = awaited };
	struct target target = { .request = NULL };
	bool yes = find_answer(&target, c, in, &options) && !target.is_same;

	target_release(&target);
	return yes;
}

static enum rc
check_end(const struct cert *cert, const struct entry *old, const struct take_options *options,
	  struct err *err)
{
	char end[TEXT_TIME_MAX];
	struct cert was;

	if (cert->not_after < env_now())
		return err_set(err, RC_EXPIRED, "the certificate expired on %s",
			       text_time(end, cert->not_after));
	if (!old || options->older || cert_parse(&was, old->cert.span, NULL))
		return RC_OK;
	if (cert->not_after > was.not_after)
		return RC_OK;
	err_set(err, RC_CONFLICT,
		"it ends %s, no later than the certificate of '%s' that it would replace",
		text_time(end, cert->not_after), ESC_SPAN(entry_label(old)));
	return err_hint(err, "cert receive --older takes it all the same");
}

static size_t
fill_members(struct path_member *members, const struct kdb *db, const struct intake *in)
{
	size_t count = 0;

	for (size_t i = 0; i < db->count; i++) {
		struct path_member *m = &members[count];

		if (!db->entries[i]->cert.span.size ||
		    cert_parse(&m->cert, db->entries[i]->cert.span, NULL))
			continue;
		m->trusted = (db->entries[i]->flags & ENTRY_TRUSTED) != 0;
		m->usable = m->trusted;
		count++;
	}
	for (size_t i = 0; i < in->count; i++) {
		struct path_member *m = &members[count];

		if (in->items[i].kind != ITEM_CERT ||
		    cert_parse(&m->cert, in->items[i].der.span, NULL))
			continue;
		m->trusted = false;
		/* What is switched off here is not brought back by the file. */
		m->usable = !kdb_find_cert(db, m->cert.der);
		count++;
	}
	return count;
}

static enum rc
refuse_path(const struct cert *cert, const struct path_result *result, struct err *err)
{
	struct buf issuer = BUF_INIT;

	if (cert_self_signed(cert)) {
		err_set(err, RC_NO_ISSUER,
			"it was signed with its own key, not by a CA, and is not trusted here: %s",
			result->reason);
		return err_hint(err, "if that is no mistake: cert receive --unchecked");
	}
	dn_put(&issuer, cert->issuer);
	err_set(err, RC_NO_ISSUER,
		"no path leads from it to a trusted certificate here: %s "
		"(its issuer is %s)",
		result->reason, buf_text(&issuer));
	buf_release(&issuer);
	return err_hint(err, "add the issuer's certificate first (cert add), or take it all the "
			     "same with cert receive --unchecked");
}

/* A path from the answer to something trusted here; the file's other certificates help. */
static enum rc
check_path(struct op_call *c, const struct intake *in, const struct cert *cert, struct err *err)
{
	struct path_query query = { .at = env_now() };
	struct path_result result = { .valid = false };
	struct path_set set = { .count = 0 };
	enum rc rc = RC_NO_MEMORY;

	set.members = calloc(c->db->count + in->count + 1, sizeof(*set.members));
	if (!set.members)
		goto out;
	set.count = fill_members(set.members, c->db, in);
	rc = path_set_prepare(&set);
	if (!rc)
		rc = path_find(&set, cert, &query, &result);
	if (!rc && !result.valid)
		rc = refuse_path(cert, &result, err);
out:
	path_set_release(&set);
	free(set.members);
	return err_default(err, rc);
}

/* The entry that the answer will stand in. *e is the caller's. */
static enum rc
answered_entry(struct entry **e, const struct entry *old, const struct request *r)
{
	*e = old ? entry_dup(old) : entry_new(ENTRY_KEY);
	if (!*e)
		return RC_NO_MEMORY;
	if (!old) {
		(*e)->flags = ENTRY_TRUSTED;
		(*e)->label = piece_ref(&r->label);
	}
	if (!r)
		return RC_OK;
	piece_release(&(*e)->key);
	(*e)->key = piece_ref(&r->key);
	secret_free(&(*e)->open_key);
	return r->open_key ? secret_copy(&(*e)->open_key, r->open_key) : RC_OK;
}

static enum rc
put_answer(struct op_call *c, const struct cert *cert, const struct entry *old,
	   const struct request *r, struct err *err)
{
	struct entry *e = NULL;
	enum rc rc;

	rc = answered_entry(&e, old, r);
	if (!rc) {
		piece_release(&e->cert);
		rc = piece_copy(&e->cert, cert->der);
	}
	if (!rc)
		rc = entry_prove_key(e, c->pw, err);
	if (!rc)
		rc = old ? kdb_replace(c->db, old, e, NULL)
			 : entry_put(c->db, e, IF_EXISTS_FAIL, err);
	if (!rc && r)
		kdb_remove_request(c->db, r);
	/* A request for an entry is there to replace its key. */
	c->replaces_key = old && r && !r->surmised;
	entry_unref(&e);
	return err_default(err, rc);
}

/* The entry whose certificate a request will replace; NULL when it is gone or there is none. */
static const struct entry *
renewed_entry(const struct kdb *db, const struct request *r)
{
	unsigned char digest[DIGEST_MAX];

	for (size_t i = 0; r->renews && i < db->count; i++) {
		if (!digest_of(HASH_SHA256, db->entries[i]->cert.span, digest) &&
		    bytes_equal(digest, r->replaces, sizeof(r->replaces)))
			return db->entries[i];
	}
	return NULL;
}

/* Nothing is passed over in silence. */
static void
tell_skipped(struct op_call *c, const struct cert *cert)
{
	struct buf subject = BUF_INIT;

	dn_put(&subject, cert->subject);
	warnings_add(&c->result->warnings, "skipped",
		     "'%s' came along and was not taken: one answer is received at a time, and "
		     "the issuers that it needs",
		     buf_text(&subject));
	buf_release(&subject);
}

static enum rc
add_issuers(struct op_call *c, const struct intake *in, long answer)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < in->count; i++) {
		struct cert cert;

		if ((long)i == answer || in->items[i].kind != ITEM_CERT ||
		    cert_parse(&cert, in->items[i].der.span, NULL))
			continue;
		if (!cert_is_ca(&cert)) {
			tell_skipped(c, &cert);
		} else if (!cert_self_issued(&cert)) {
			rc = take_along(c, &in->items[i], true);
		} else if (!kdb_find_cert(c->db, cert.der)) {
			warnings_add(
			    &c->result->warnings, "root-not-added",
			    "a self-signed certificate that came along was not added: whom to "
			    "trust is yours to say (cert add)");
		}
	}
	return rc;
}

static enum rc
receive(struct op_call *c, struct intake *in, const struct take_options *options,
	const struct target *target, struct err *err)
{
	const struct request *r = target->request;
	const struct cert *cert = &target->cert;
	const struct entry *old = r ? renewed_entry(c->db, r) : target->entry;
	enum rc rc;

	rc = check_end(cert, old, options, err);
	if (!rc && !options->unchecked)
		rc = check_path(c, in, cert, err);
	if (!rc)
		rc = put_answer(c, cert, old, r, err);
	if (!rc)
		rc = err_default(err, add_issuers(c, in, target->item));
	return rc;
}

/* Why nobody here waits for it: another label was said, or it has no key here. */
static enum rc
refuse_answer(struct op_call *c, const struct intake *in, const char *path,
	      const struct take_options *options, struct err *err)
{
	struct take_options any = { .awaited = options->awaited };
	struct target target = { .request = NULL };
	enum rc rc;

	if (options->as && find_answer(&target, c, in, &any) && !target.is_same) {
		rc = err_set(err, RC_NO_LABEL, "it is for %s, not for '%s'",
			     buf_text(&target.labels), ESC(options->as));
	} else {
		err_set(err, RC_NO_KEY,
			"no request and no key here has the public key of a certificate in '%s'",
			ESC(path));
		rc = err_hint(err, "is it the right database? What waits: csr list. To add it "
				   "without key: cert add");
	}
	target_release(&target);
	return rc;
}

enum rc
take_answer(struct op_call *c, struct intake *in, const char *path,
	    const struct take_options *options, struct err *err)
{
	struct target target = { .request = NULL };
	bool found = find_answer(&target, c, in, options);
	enum rc rc;

	if (!found) {
		rc = refuse_answer(c, in, path, options, err);
	} else if (target.is_same) {
		rc = RC_OK;
	} else if (target.count > 1) {
		err_set(err, RC_AMBIGUOUS, "it may be for %s", buf_text(&target.labels));
		rc = err_hint(err, "choose one with --as LABEL");
	} else {
		rc = receive(c, in, options, &target, err);
	}
	target_release(&target);
	return rc;
}
