/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert renew: new certificates where the issuer is here. Same names, profile and length. */

#include "base/env.h"
#include "base/text.h"
#include "model/select.h"
#include "op/bundle.h"
#include "op/entry-make.h"
#include "op/issuer.h"
#include "op/ops.h"
#include "op/shape-args.h"

#include <stdlib.h>
#include <string.h>

/* What all renewals of one command share. */
struct renewals {
	struct op_call *c;
	struct kdb before;      /* entries are replaced one by one: this holds on to the old ones */
	struct issuers issuers; /* of before */
	struct entry_list list; /* what is to be renewed, of before */
};

struct renewal {
	struct op_call *c;
	const struct renewals *all;
	const struct entry *entry;
	struct cert cert;
	bool self; /* self-signed: its own key signs */
	struct issuer issuer;
	struct shape shape;
	struct key *key; /* the subject's */
};

static enum rc
add_chosen(struct entry_list *list, const struct entry *e, struct err *err)
{
	if (e->kind != ENTRY_KEY) {
		return err_set(
		    err, RC_NO_KEY,
		    "'%s' has no private key here: who holds the key asks for its renewal",
		    ESC_SPAN(entry_label(e)));
	}
	return err_default(err, entry_list_add(list, e));
}

/* Who issued it, as it stands now; maybe it was renewed just before. */
static const struct entry *
find_own_issuer(const struct renewals *all, const struct cert *cert)
{
	const struct entry *before = issuers_find(&all->issuers, cert);

	return before ? kdb_find(all->c->db, entry_label(before)) : NULL;
}

/* Whether it can be renewed here. One that cannot be stops no other: it is told. */
static bool
renews_here(const struct renewals *all, const struct entry *e, const struct cert *cert)
{
	struct op_call *c = all->c;
	const struct entry *issuer;
	char end[TEXT_TIME_MAX];

	if (c->args->given[P_ISSUER] || issuer_is_itself(cert))
		return true;
	issuer = find_own_issuer(all, cert);
	if (issuer && issuer->kind == ENTRY_KEY)
		return true;
	warnings_add(&c->result->warnings, "not-renewed",
		     "'%s' ends %s, and its issuer's key is not here: csr renew asks for a new one",
		     ESC_SPAN(entry_label(e)), text_time(end, cert->not_after));
	return false;
}

static enum rc
choose_expiring(struct renewals *all, struct err *err)
{
	const struct args *args = all->c->args;
	int64_t limit = env_now() + (int64_t)args->number[P_EXPIRING] * DAY_SECONDS;
	enum rc rc = RC_OK;

	if (args->number[P_EXPIRING] > DAYS_MAX)
		return err_set(err, RC_USAGE, "--expiring takes 0 to %d", DAYS_MAX);
	for (size_t i = 0; !rc && i < all->before.count; i++) {
		const struct entry *e = all->before.entries[i];
		struct cert cert;

		if (e->kind == ENTRY_KEY && !cert_parse(&cert, e->cert.span, NULL) &&
		    cert.not_after <= limit && renews_here(all, e, &cert))
			rc = entry_list_add(&all->list, e);
	}
	return err_default(err, rc);
}

/* All that this CA issued, whoever else has its name and key. */
static enum rc
choose_issued(struct renewals *all, struct err *err)
{
	struct issuers one = ISSUERS_INIT;
	const struct entry *ca = NULL;
	enum rc rc = select_entry(&ca, &all->before, all->c->args->text[P_ISSUED_BY], err);

	if (!rc)
		rc = issuers_among(&one, &ca, 1);
	for (size_t i = 0; !rc && i < all->before.count; i++) {
		const struct entry *e = all->before.entries[i];
		struct cert cert;

		if (e->kind == ENTRY_KEY && e != ca && !cert_parse(&cert, e->cert.span, NULL) &&
		    issuers_find(&one, &cert))
			rc = entry_list_add(&all->list, e);
	}
	issuers_release(&one);
	return err_default(err, rc);
}

static enum rc
choose(struct renewals *all, struct err *err)
{
	const struct args *args = all->c->args;
	const struct entry *e = NULL;
	enum rc rc = RC_OK;

	if ((args->words.count > 0) + args->given[P_EXPIRING] + args->given[P_ISSUED_BY] != 1)
		return err_set(err, RC_USAGE, "give labels, --expiring DAYS or --issued-by CA");
	if (args->given[P_EXPIRING])
		return choose_expiring(all, err);
	if (args->given[P_ISSUED_BY])
		return choose_issued(all, err);
	for (size_t i = 0; !rc && i < args->words.count; i++) {
		rc = select_entry(&e, &all->before, args->words.items[i], err);
		if (!rc)
			rc = add_chosen(&all->list, e, err);
	}
	return rc;
}

static enum rc
find_issuer(struct renewal *r, struct err *err)
{
	const struct args *args = r->c->args;
	const struct entry *e;

	r->self = !args->given[P_ISSUER] && issuer_is_itself(&r->cert);
	if (r->self && args->given[P_REKEY] && cert_is_ca(&r->cert)) {
		err_set(err, RC_POLICY,
			"it is a self-signed CA: with a new key, all that it issued would be lost");
		return err_hint(
		    err, "make a new CA (cert create) and renew --issued-by the old one with "
			 "--issuer");
	}
	if (r->self)
		return RC_OK;
	if (args->given[P_ISSUER])
		return issuer_find(&r->issuer, r->c->db, args->text[P_ISSUER], cert_is_ca(&r->cert),
				   err);
	e = find_own_issuer(r->all, &r->cert);
	if (!e) {
		err_set(err, RC_NO_ISSUER, "its issuer is not here");
		return err_hint(err, "ask it for a new certificate: csr renew");
	}
	return issuer_of_entry(&r->issuer, e, cert_is_ca(&r->cert), err);
}

static enum rc
take_dates(struct renewal *r, struct err *err)
{
	const struct args *args = r->c->args;
	const struct cert *issuer = r->self ? NULL : &r->issuer.cert;
	int64_t length = r->cert.not_after - r->cert.not_before;
	struct args wanted = *args;

	if (!args->given[P_DAYS] && !args->given[P_NOT_AFTER]) {
		/* The backdated hour is not part of the length. */
		wanted.given[P_NOT_AFTER] = true;
		wanted.time[P_NOT_AFTER] = env_now() + length;
		if (length % DAY_SECONDS == CLOCK_SKEW)
			wanted.time[P_NOT_AFTER] -= CLOCK_SKEW;
	}
	return shape_args_dates(&r->shape, &wanted, issuer, &r->c->result->warnings, err);
}

static enum rc
open_keys(struct renewal *r, struct err *err)
{
	char type[KEY_NAME_MAX];
	enum rc rc;

	if (!r->self) {
		rc = issuer_open(&r->issuer, r->c->pw, err);
		if (rc)
			return rc;
	}
	if (r->c->args->given[P_REKEY] || r->c->args->given[P_KEY]) {
		key_name(type, r->cert.spki);
		return key_generate(&r->key,
				    r->c->args->given[P_KEY] ? r->c->args->text[P_KEY] : type, err);
	}
	if (!r->self)
		return entry_check_key(r->entry, r->c->pw, err);
	return entry_key(&r->key, r->entry, r->c->pw, err);
}

static enum rc
put_renewed(struct renewal *r, struct span der, struct err *err)
{
	struct entry *e = entry_dup(r->entry);
	enum rc rc;

	if (!e)
		return err_default(err, RC_NO_MEMORY);
	piece_release(&e->cert);
	rc = piece_copy(&e->cert, der);
	if (!rc && r->key &&
	    !(r->self && !r->c->args->given[P_REKEY] && !r->c->args->given[P_KEY])) {
		piece_release(&e->key);
		secret_free(&e->open_key);
		rc = key_pkcs8(&e->open_key, r->key);
		r->c->replaces_key = true;
	}
	if (!rc)
		rc = kdb_replace(r->c->db, r->entry, e, NULL);
	entry_unref(&e);
	return err_default(err, rc);
}

static enum rc
issue_renewed(struct renewal *r, struct err *err)
{
	const struct key *signer;
	struct buf spki = BUF_INIT;
	struct buf der = BUF_INIT;
	enum rc rc;

	rc = open_keys(r, err);
	if (rc)
		goto out;
	signer = r->self ? r->key : r->issuer.key;
	if (r->key)
		rc = key_spki(&spki, r->key);
	else
		buf_put(&spki, r->cert.spki);
	if (!rc)
		rc = buf_rc(&spki);
	if (!rc) {
		rc = issue_cert(
		    &der, &r->shape,
		    &(struct issuing){ buf_span(&spki), r->self ? NULL : &r->issuer.cert, signer },
		    err);
	}
	if (!rc && !r->self)
		rc = issuer_check(&r->issuer, buf_span(&der), err);
	if (!rc)
		rc = put_renewed(r, buf_span(&der), err);
out:
	buf_release(&spki);
	buf_release(&der);
	return err_default(err, rc);
}

static enum rc
renew_entry(struct renewal *r, struct err *err)
{
	const struct args *args = r->c->args;
	enum rc rc;

	if (cert_parse(&r->cert, r->entry->cert.span, NULL))
		return err_set(err, RC_UNSUPPORTED, "its certificate cannot be read");
	rc = find_issuer(r, err);
	if (rc)
		return rc;
	r->shape.subject = r->cert.subject;
	r->shape.extensions = r->cert.extensions;
	r->shape.profile = cert_is_ca(&r->cert) ? PROFILE_CA : PROFILE_NONE;
	if (args->given[P_HASH])
		r->shape.hash = digest_from_name(args->text[P_HASH]);
	rc = take_dates(r, err);
	return rc ? rc : issue_renewed(r, err);
}

/* One of many that end soon stops no other when its key, or its issuer's, is of no use. */
static bool
may_be_left(const struct op_call *c, enum rc rc)
{
	if (!c->args->given[P_EXPIRING])
		return false;
	return rc == RC_UNSUPPORTED || rc == RC_DAMAGED || rc == RC_WEAK || rc == RC_WRONG_SECRET;
}

static enum rc
renew_one(const struct renewals *all, const struct entry *e, struct err *err)
{
	struct op_call *c = all->c;
	struct renewal r = {
		.c = c, .all = all, .entry = e, .issuer = ISSUER_INIT, .shape = SHAPE_INIT
	};
	struct err why = ERR_INIT;
	char end[TEXT_TIME_MAX];
	enum rc rc = renew_entry(&r, &why);

	issuer_release(&r.issuer);
	key_free(&r.key);
	if (!rc)
		return RC_OK;
	(void)err_default(&why, rc);
	if (may_be_left(c, rc)) {
		warnings_add(&c->result->warnings, "not-renewed",
			     "'%s' ends %s, and cannot be renewed: %s", ESC_SPAN(entry_label(e)),
			     text_time(end, r.cert.not_after), why.message);
		return RC_OK;
	}
	if (rc == RC_USAGE || rc == RC_NO_MEMORY)
		(void)err_set(err, rc, "%s", why.message);
	else
		(void)err_set(err, rc, "'%s' is not renewed: %s", ESC_SPAN(entry_label(e)),
			      why.message);
	return why.hint[0] ? err_hint(err, "%s", why.hint) : rc;
}

/* How many issuers stand above a CA; PATH_MAX_LENGTH for what is none. */
static size_t
depth_of(const struct issuers *issuers, const struct entry *e)
{
	const struct entry *above;
	struct cert cert;
	size_t depth = 0;

	if (cert_parse(&cert, e->cert.span, NULL) || !cert_is_ca(&cert))
		return PATH_MAX_LENGTH;
	while (depth < PATH_MAX_LENGTH && !issuer_is_itself(&cert)) {
		above = issuers_find(issuers, &cert);
		if (!above || cert_parse(&cert, above->cert.span, NULL))
			break;
		depth++;
	}
	return depth;
}

/* Issuers before what they issued, so that nothing is cut to an end that is about to move. */
static enum rc
renew_all(const struct renewals *all, struct err *err)
{
	const struct entry_list *list = &all->list;
	size_t *depths = calloc(list->count + 1, sizeof(*depths));
	enum rc rc = depths ? RC_OK : err_default(err, RC_NO_MEMORY);

	for (size_t i = 0; depths && i < list->count; i++)
		depths[i] = depth_of(&all->issuers, list->items[i]);
	for (size_t depth = 0; depths && !rc && depth <= PATH_MAX_LENGTH; depth++) {
		for (size_t i = 0; !rc && i < list->count; i++)
			if (depths[i] == depth)
				rc = renew_one(all, list->items[i], err);
	}
	free(depths);
	return rc;
}

static enum rc
cert_renew(struct op_call *c, struct err *err)
{
	struct renewals all = { .c = c, .before = KDB_INIT, .issuers = ISSUERS_INIT };
	enum rc rc;

	rc = kdb_copy(&all.before, c->db);
	if (!rc)
		rc = issuers_of(&all.issuers, &all.before);
	if (!rc)
		rc = choose(&all, err);
	if (!rc)
		rc = renew_all(&all, err);
	entry_list_release(&all.list);
	issuers_release(&all.issuers);
	kdb_release(&all.before);
	return err_default(err, rc);
}

static const enum param renew_params[] = { P_EXPIRING,  P_ISSUED_BY, P_ISSUER, P_REKEY,
					   P_KEY,       P_HASH,      P_DAYS,   P_NOT_BEFORE,
					   P_NOT_AFTER, P_END };

const struct op op_cert_renew = {
	.noun = "cert",
	.verb = "renew",
	.arguments = "[LABEL...]",
	.summary = "new certificates where the issuer is here",
	.detail = "Same names, profile and length. A self-signed CA keeps its key.",
	.max_words = SIZE_MAX,
	.flags = OP_WRITES | OP_KEYS,
	.params = renew_params,
	.run = cert_renew,
};
