/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert show, trust, default, rename, delete: one entry, looked at or changed. */

#include "base/text.h"
#include "model/select.h"
#include "op/entry-make.h"
#include "op/issuers.h"
#include "op/ops.h"
#include "op/secret-key.h"

#include <stdlib.h>
#include <string.h>

static enum rc
cert_show(struct op_call *c, struct err *err)
{
	const struct entry *e = NULL;
	enum rc rc;

	rc = select_entry(&e, c->db, c->args->words.items[0], err);
	if (rc)
		return rc;
	c->result->kind = RESULT_ENTRY;
	c->result->with_pem = c->args->given[P_PEM];
	rc = result_row(c->result, e, NULL);
	if (!rc && c->pw)
		c->result->rows[0].bits = secret_key_bits(e, c->pw);
	return rc;
}

/* Puts changed, which is taken over, in the place of e. */
static enum rc
put_changed(struct kdb *db, const struct entry *e, struct entry *changed, struct err *err)
{
	enum rc rc;

	rc = kdb_replace(db, e, changed, NULL);
	entry_unref(&changed);
	return err_default(err, rc);
}

static enum rc
cert_trust(struct op_call *c, struct err *err)
{
	const char *state = c->args->words.items[1];
	const struct entry *e = NULL;
	struct entry *changed;
	bool on = strcmp(state, "on") == 0;
	enum rc rc;

	if (!on && strcmp(state, "off") != 0)
		return err_set(err, RC_USAGE, "'%s' is neither on nor off", ESC(state));
	rc = select_entry(&e, c->db, c->args->words.items[0], err);
	if (rc)
		return rc;
	if (e->kind == ENTRY_SECRET)
		return err_set(err, RC_USAGE, "'%s' is a secret key; only certificates are trusted",
			       ESC_SPAN(entry_label(e)));
	if (on == ((e->flags & ENTRY_TRUSTED) != 0))
		return RC_OK;
	changed = entry_dup(e);
	if (!changed)
		return err_default(err, RC_NO_MEMORY);
	changed->flags ^= ENTRY_TRUSTED;
	return put_changed(c->db, e, changed, err);
}

static enum rc
cert_default(struct op_call *c, struct err *err)
{
	const struct entry *e = NULL;
	enum rc rc;

	if (!c->args->words.count) {
		c->result->kind = RESULT_DEFAULT;
		if (!c->db->default_entry)
			return RC_OK;
		return result_row(c->result, c->db->default_entry, NULL);
	}
	rc = select_entry(&e, c->db, c->args->words.items[0], err);
	if (rc)
		return rc;
	if (e->kind != ENTRY_KEY) {
		return err_set(err, RC_CONFLICT,
			       "'%s' has no private key here; only a key can be the default",
			       ESC_SPAN(entry_label(e)));
	}
	if (e != c->db->default_entry)
		kdb_set_default(c->db, e);
	return RC_OK;
}

static enum rc
cert_rename(struct op_call *c, struct err *err)
{
	const char *label = c->args->words.items[1];
	const struct entry *e = NULL;
	const struct entry *other;
	struct entry *changed;
	enum rc rc;

	rc = label_check(span_text(label), err);
	if (!rc)
		rc = select_entry(&e, c->db, c->args->words.items[0], err);
	if (rc)
		return rc;
	other = kdb_find_folded(c->db, span_text(label));
	if (other && other != e)
		return entry_label_free(c->db, label, err);
	if (span_equal(entry_label(e), span_text(label)))
		return RC_OK;
	changed = entry_dup(e);
	if (!changed)
		return err_default(err, RC_NO_MEMORY);
	piece_release(&changed->label);
	rc = piece_copy(&changed->label, span_text(label));
	if (rc) {
		entry_unref(&changed);
		return err_default(err, rc);
	}
	return put_changed(c->db, e, changed, err);
}

/* What goes, in the order of the list. */
struct removal {
	struct kdb before;
	bool *marked; /* by position in before */
	const struct entry **gone;
	size_t gone_count;
};

static enum rc
mark_all(struct removal *r, const struct words *labels, struct err *err)
{
	const struct entry *e;
	enum rc rc = RC_OK;
	long at;

	r->marked = calloc(r->before.count + 1, sizeof(*r->marked));
	r->gone = calloc(r->before.count + 1, sizeof(struct entry *));
	if (!r->marked || !r->gone)
		return RC_NO_MEMORY;
	for (size_t i = 0; !rc && i < labels->count; i++) {
		rc = select_entry(&e, &r->before, labels->items[i], err);
		at = rc ? -1 : kdb_position(&r->before, e);
		if (at >= 0)
			r->marked[at] = true;
	}
	for (size_t i = 0; !rc && i < r->before.count; i++)
		if (r->marked[i])
			r->gone[r->gone_count++] = r->before.entries[i];
	return rc;
}

/* Of entries that are left, so that a CA may go together with all that it issued. */
static enum rc
check_issued(const struct kdb *left, const struct removal *r, struct err *err)
{
	struct issuers gone = ISSUERS_INIT;
	const struct entry *issuer = NULL;
	enum rc rc = issuers_among(&gone, r->gone, r->gone_count);

	for (size_t i = 0; !rc && !issuer && i < left->count; i++) {
		struct span der = left->entries[i]->cert.span;
		struct cert cert;

		if (der.size && !cert_parse(&cert, der, NULL))
			issuer = issuers_find(&gone, &cert);
	}
	issuers_release(&gone);
	if (!issuer)
		return rc;
	err_set(err, RC_IN_USE, "'%s' issued entries that are here: their path would be broken",
		ESC_SPAN(entry_label(issuer)));
	return err_hint(err, "delete those too, or say --even-issuer");
}

static enum rc
remove_all(struct op_call *c, struct removal *r, struct err *err)
{
	enum rc rc = mark_all(r, &c->args->words, err);

	/* From the end: what is behind moves up. */
	for (size_t i = r->gone_count; !rc && i > 0; i--)
		kdb_remove(c->db, r->gone[i - 1]);
	if (!rc && !c->args->given[P_EVEN_ISSUER])
		rc = check_issued(c->db, r, err);
	return rc;
}

/* A file's first key is its default, so the one that is first now takes the place. */
static void
replace_default(struct op_call *c)
{
	const struct entry *first = c->db->count ? c->db->entries[0] : NULL;

	if (!first || first->kind != ENTRY_KEY)
		return;
	kdb_set_default(c->db, first);
	warnings_add(&c->result->warnings, "no-default",
		     "the default key is gone; it is '%s' now (another: cert default LABEL)",
		     ESC_SPAN(entry_label(first)));
}

static enum rc
cert_delete(struct op_call *c, struct err *err)
{
	struct removal r = { .before = KDB_INIT };
	bool had_default = c->db->default_entry != NULL;
	enum rc rc;

	/* #N counts as the list stood when the command was given. */
	rc = kdb_copy(&r.before, c->db);
	if (!rc)
		rc = remove_all(c, &r, err);
	free(r.marked);
	free(r.gone);
	kdb_release(&r.before);
	if (!rc && had_default && !c->db->default_entry)
		replace_default(c);
	return err_default(err, rc);
}

static const enum param no_params[] = { P_END };
static const enum param show_params[] = { P_PEM, P_END };
static const enum param delete_params[] = { P_EVEN_ISSUER, P_END };

const struct op op_cert_show = {
	.noun = "cert",
	.verb = "show",
	.arguments = "LABEL",
	.summary = "all there is to know about an entry",
	.min_words = 1,
	.max_words = 1,
	.flags = OP_READS | OP_PUBLIC,
	.params = show_params,
	.run = cert_show,
};

const struct op op_cert_trust = {
	.noun = "cert",
	.verb = "trust",
	.arguments = "LABEL on|off",
	.summary = "switch a certificate on or off as a trusted one",
	.detail = "Trusted means: may be used to build a path and to end it.",
	.min_words = 2,
	.max_words = 2,
	.flags = OP_WRITES,
	.params = no_params,
	.run = cert_trust,
};

const struct op op_cert_default = {
	.noun = "cert",
	.verb = "default",
	.arguments = "[LABEL]",
	.summary = "show or choose the default key",
	.detail = "The first key of a database becomes the default.",
	.max_words = 1,
	.flags = OP_WRITES | OP_READ_ALONE,
	.params = no_params,
	.run = cert_default,
};

const struct op op_cert_rename = {
	.noun = "cert",
	.verb = "rename",
	.arguments = "OLD NEW",
	.summary = "give an entry another label",
	.min_words = 2,
	.max_words = 2,
	.flags = OP_WRITES,
	.params = no_params,
	.run = cert_rename,
};

const struct op op_cert_delete = {
	.noun = "cert",
	.verb = "delete",
	.arguments = "LABEL...",
	.summary = "delete entries",
	.detail =
	    "Losing a private key asks first (--yes answers). The issuer of entries that stay is "
	    "refused unless --even-issuer.",
	.min_words = 1,
	.max_words = SIZE_MAX,
	.flags = OP_WRITES,
	.params = delete_params,
	.run = cert_delete,
};
