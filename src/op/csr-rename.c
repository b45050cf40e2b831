/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csr rename: another label for a request; the certificate that answers it gets it, too. */
#include "base/text.h"
#include "model/select.h"
#include "op/ops.h"

static enum rc
check_free(const struct kdb *db, const struct request *r, const char *label, struct err *err)
{
	const struct request *other = kdb_find_request_folded(db, span_text(label));

	if (!other || other == r)
		return RC_OK;
	return err_set(err, RC_DUPLICATE, "there is already a request '%s'",
		       ESC_SPAN(other->label.span));
}

static enum rc
put_label(struct kdb *db, const struct request *r, const char *label)
{
	struct request *changed = request_dup(r);
	enum rc rc;

	if (!changed)
		return RC_NO_MEMORY;
	piece_release(&changed->label);
	rc = piece_copy(&changed->label, span_text(label));
	if (!rc)
		rc = kdb_replace_request(db, r, changed);
	request_unref(&changed);
	return rc;
}

static enum rc
csr_rename(struct op_call *c, struct err *err)
{
	const char *label = c->args->words.items[1];
	const struct request *r = NULL;
	enum rc rc;

	rc = label_check(span_text(label), err);
	if (!rc)
		rc = select_request(&r, c->db, c->args->words.items[0], err);
	if (!rc)
		rc = check_free(c->db, r, label, err);
	if (rc || span_equal(r->label.span, span_text(label)))
		return rc;
	return err_default(err, put_label(c->db, r, label));
}

static const enum param rename_params[] = { P_END };

const struct op op_csr_rename = {
	.noun = "csr",
	.verb = "rename",
	.arguments = "OLD NEW",
	.summary = "give a request another label",
	.detail = "The certificate that answers it will have that label.",
	.min_words = 2,
	.max_words = 2,
	.flags = OP_WRITES,
	.params = rename_params,
	.run = csr_rename,
};
