/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert copy: entries of one database into another, keys under the other's passphrase. */

#include "base/text.h"
#include "model/select.h"
#include "op/entry-make.h"
#include "op/ops.h"
#include "op/secret-key.h"

/* A copy whose key is open: the next save shrouds it under the other passphrase. */
static enum rc
copy_entry(struct entry **copy, const struct entry *e, struct pw *pw, struct err *err)
{
	enum rc rc;

	*copy = entry_dup(e);
	if (!*copy)
		return err_default(err, RC_NO_MEMORY);
	if (e->kind == ENTRY_CERT)
		return RC_OK;
	piece_release(&(*copy)->key);
	secret_free(&(*copy)->open_key);
	rc = codec_open_key(&(*copy)->open_key, e, pw, err);
	if (!rc && e->kind == ENTRY_KEY)
		rc = codec_prove_key(entry_label(e), (*copy)->open_key, err);
	return rc;
}

static enum rc
copy_one(struct op_call *c, const char *label, struct err *err)
{
	enum if_exists how = if_exists_of(c->args);
	const struct entry *there;
	const struct entry *e = NULL;
	struct entry *copy = NULL;
	enum rc rc;

	rc = select_entry(&e, c->source, label, err);
	if (rc)
		return rc;
	there = kdb_find_folded(c->db, entry_label(e));
	rc = copy_entry(&copy, e, c->source_pw, err);
	if (!rc && there && how == IF_EXISTS_KEEP && entry_same(there, copy, c->pw))
		goto out;
	if (!rc && there && how == IF_EXISTS_REPLACE)
		rc = secret_key_ask(c, there, copy);
	if (!rc)
		rc = entry_put(c->db, copy, how, err);
out:
	entry_unref(&copy);
	return rc;
}

static enum rc
cert_copy(struct op_call *c, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < c->args->words.count; i++)
		rc = copy_one(c, c->args->words.items[i], err);
	return rc;
}

static const enum param copy_params[] = { P_TO, P_TO_PASS, P_IF_EXISTS, P_END };

const struct op op_cert_copy = {
	.noun = "cert",
	.verb = "copy",
	.arguments = "LABEL...",
	.summary = "copy entries into another database",
	.min_words = 1,
	.max_words = SIZE_MAX,
	.flags = OP_COPIES | OP_ALONE,
	.params = copy_params,
	.run = cert_copy,
};
