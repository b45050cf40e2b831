/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert verify: the path from a certificate to a trusted one. */

#include "base/env.h"
#include "base/text.h"
#include "model/select.h"
#include "op/entry-make.h"
#include "op/input.h"
#include "op/ops.h"
#include "pki/dn.h"
#include "pki/path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct verification {
	struct op_call *c;
	struct path_set set;
	struct span *labels; /* beside the members; empty: of a file */
	size_t room;
	struct cert leaf;
	const struct entry *leaf_entry; /* NULL: of a file */
	struct span leaf_label;         /* empty: of a file */
	struct intake *files;
	size_t file_count;
};

static enum rc
add_member(struct verification *v, struct span der, struct span label, bool trusted)
{
	struct path_member *m;

	if (v->set.count == v->room) {
		size_t room = v->room ? v->room * 2 : 256;
		struct path_member *members = reallocarray(v->set.members, room, sizeof(*members));
		struct span *labels;

		if (!members)
			return RC_NO_MEMORY;
		v->set.members = members;
		labels = reallocarray(v->labels, room, sizeof(*labels));
		if (!labels)
			return RC_NO_MEMORY;
		v->labels = labels;
		v->room = room;
	}
	m = &v->set.members[v->set.count];
	memset(m, 0, sizeof(*m));
	if (cert_parse(&m->cert, der, NULL))
		return RC_OK;
	m->trusted = trusted;
	/* Of the database what is not switched off; files help with what is not there. */
	m->usable = trusted || (!label.size && !kdb_find_cert(v->c->db, der));
	v->labels[v->set.count++] = label;
	return RC_OK;
}

static enum rc
add_entries(struct verification *v)
{
	const struct kdb *db = v->c->db;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < db->count; i++) {
		if (db->entries[i]->cert.span.size)
			rc = add_member(v, db->entries[i]->cert.span, entry_label(db->entries[i]),
					(db->entries[i]->flags & ENTRY_TRUSTED) != 0);
	}
	return rc;
}

static enum rc
add_file(struct verification *v, struct intake *in, const char *path, bool *has_leaf,
	 struct err *err)
{
	enum rc rc = input_read(v->c, path, in, err);

	for (size_t i = 0; !rc && i < in->count; i++) {
		struct span der = in->items[i].der.span;

		if (in->items[i].kind != ITEM_CERT)
			continue;
		if (!*has_leaf && cert_parse(&v->leaf, der, NULL))
			return err_set(err, RC_DAMAGED,
				       "the first certificate in '%s' cannot be read", ESC(path));
		*has_leaf = true;
		rc = err_default(err, add_member(v, der, SPAN_NONE, false));
	}
	return rc;
}

static enum rc
take_files(struct verification *v, struct err *err)
{
	const struct words *list = &v->c->args->list[P_FILE];
	bool has_leaf = false;
	enum rc rc = RC_OK;

	v->files = calloc(list->count ? list->count : 1, sizeof(*v->files));
	if (!v->files)
		return err_default(err, RC_NO_MEMORY);
	for (size_t i = 0; !rc && i < list->count; i++)
		rc = add_file(v, &v->files[v->file_count++], list->items[i], &has_leaf, err);
	if (!rc && !has_leaf)
		rc = err_set(err, RC_NOT_FOUND, "there is no certificate in '%s'",
			     ESC(list->items[0]));
	return rc;
}

static enum rc
take_leaf(struct verification *v, struct err *err)
{
	const struct args *args = v->c->args;
	const struct entry *e = NULL;
	enum rc rc;

	if ((args->words.count > 0) == args->given[P_FILE])
		return err_set(err, RC_USAGE, "give one label, or --file FILE");
	if (args->given[P_FILE])
		return take_files(v, err);
	rc = select_entry(&e, v->c->db, args->words.items[0], err);
	if (rc)
		return rc;
	v->leaf_entry = e;
	v->leaf_label = entry_label(e);
	if (e->kind == ENTRY_SECRET)
		return err_set(err, RC_USAGE, "'%s' is a secret key, not a certificate",
			       ESC_SPAN(v->leaf_label));
	if (cert_parse(&v->leaf, e->cert.span, NULL))
		return err_set(err, RC_UNSUPPORTED, "the certificate of '%s' cannot be read",
			       ESC_SPAN(v->leaf_label));
	return RC_OK;
}

static enum rc
add_name(struct names *names, struct span label, const struct cert *cert)
{
	struct buf text = BUF_INIT;

	if (label.size)
		buf_put(&text, label);
	else
		dn_put(&text, cert->subject);
	return names_add(names, buf_steal(&text));
}

static enum rc
put_path(struct verification *v)
{
	struct result *r = v->c->result;
	const struct path_result *found = &r->verify;
	enum rc rc = add_name(&r->verify_path, v->leaf_label, &v->leaf);

	for (size_t i = 0; !rc && i < found->length; i++) {
		const struct path_member *m = &v->set.members[found->path[i]];

		/* A path has members. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
		if (!span_equal(m->cert.der, v->leaf.der))
			rc = add_name(&r->verify_path, v->labels[found->path[i]], &m->cert);
	}
	if (!rc && v->leaf_label.size) {
		struct buf label = BUF_INIT;

		buf_put(&label, v->leaf_label);
		r->verify_label = buf_steal(&label);
		rc = r->verify_label ? RC_OK : RC_NO_MEMORY;
	}
	return rc;
}

static enum rc
find_path(struct verification *v, struct err *err)
{
	const struct args *args = v->c->args;
	struct path_query query = { .at = args->given[P_AT] ? args->time[P_AT] : env_now() };
	struct buf host = BUF_INIT;
	enum rc rc = RC_OK;

	if (args->given[P_PURPOSE])
		query.purpose = args->text[P_PURPOSE][0] == 's' ? PURPOSE_SERVER : PURPOSE_CLIENT;
	if (args->given[P_HOST]) {
		rc = name_host(&host, args->text[P_HOST], err);
		query.host = buf_text(&host);
	}
	if (!rc)
		rc = path_set_prepare(&v->set);
	if (!rc)
		rc = path_find(&v->set, &v->leaf, &query, &v->c->result->verify);
	buf_release(&host);
	return err_default(err, rc);
}

/* A certificate whose private key is another's serves nobody. A key that cannot be opened says
 * nothing. */
static enum rc
check_key(struct verification *v)
{
	struct path_result *found = &v->c->result->verify;
	enum rc rc;

	if (!found->valid || !v->leaf_entry || !v->c->pw)
		return RC_OK;
	rc = entry_check_key(v->leaf_entry, v->c->pw, NULL);
	if (rc != RC_MISMATCH)
		return rc;
	found->valid = false;
	found->code = "key-mismatch";
	(void)snprintf(found->reason, sizeof(found->reason),
		       "its private key is not the key of this certificate"); /* fits */
	return RC_OK;
}

static enum rc
cert_verify_op(struct op_call *c, struct err *err)
{
	struct verification v = { .c = c };
	enum rc rc;

	c->result->kind = RESULT_VERIFY;
	rc = err_default(err, add_entries(&v));
	if (!rc)
		rc = take_leaf(&v, err);
	if (!rc)
		rc = find_path(&v, err);
	if (!rc)
		rc = err_default(err, check_key(&v));
	if (!rc)
		rc = err_default(err, put_path(&v));
	if (!rc && c->result->verify.weak)
		warnings_add(&c->result->warnings, "weak",
			     "an MD5 or SHA-1 signature or a weak key is on the path");
	if (!rc && !c->result->verify.valid)
		c->result->status = RC_INVALID;
	path_set_release(&v.set);
	free(v.set.members);
	free(v.labels);
	for (size_t i = 0; i < v.file_count; i++)
		intake_release(&v.files[i]);
	free(v.files);
	return rc;
}

static const enum param verify_params[] = { P_FILE, P_IN_PASS, P_HOST, P_PURPOSE, P_AT, P_END };

const struct op op_cert_verify = {
	.noun = "cert",
	.verb = "verify",
	.arguments = "[LABEL]",
	.summary = "look for a valid path to a trusted certificate",
	.detail =
	    "Of --file FILE... the first certificate is verified, all others help. Signatures, "
	    "dates, CA flags, path length, key usage, name constraints, unknown critical "
	    "extensions; host and purpose where asked. Status 3 and the first reason when there is "
	    "none.",
	.max_words = 1,
	.flags = OP_READS,
	.params = verify_params,
	.run = cert_verify_op,
};
