/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert create: a key pair and its certificate, self-signed or signed by a CA of the database. */

#include "base/text.h"
#include "op/batch-job.h"
#include "op/create.h"
#include "op/ops.h"

static enum rc
make(struct op_call *c, struct creation *made, struct err *err)
{
	struct span label = span_text(c->args->words.items[0]);
	struct secret *pkcs8 = NULL;
	struct buf der = BUF_INIT;
	struct entry *e = NULL;
	enum rc rc = RC_OK;

	if (made->is.entry)
		rc = issuer_open(&made->is, c->pw, err);
	if (!rc)
		rc = create_pair(&der, &pkcs8, made, made->is.key, err);
	if (!rc && made->is.entry)
		rc = issuer_check(&made->is, buf_span(&der), err);
	if (!rc)
		rc = entry_make(&e, label, buf_span(&der), &pkcs8);
	if (!rc)
		rc = entry_put(c->db, e, if_exists_of(c->args), err);
	entry_unref(&e);
	secret_free(&pkcs8);
	buf_release(&der);
	return err_default(err, rc);
}

static enum rc
cert_create(struct op_call *c, struct err *err)
{
	struct creation made = CREATION_INIT;
	bool needed = false;
	enum rc rc;

	if (c->args->given[P_BATCH])
		return batch_create(c, err);
	rc = batch_check_options(c->args, err);
	if (rc)
		return rc;
	made.args = c->args;
	made.db = c->db;
	made.warnings = &c->result->warnings;
	rc = create_shape(&made, err);
	if (!rc)
		rc = create_needed(&needed, &made, err);
	if (!rc && needed)
		rc = make(c, &made, err);
	creation_release(&made);
	return rc;
}

static const enum param create_params[] = {
	P_ISSUER,    P_PROFILE, P_SAN,        P_SUBJECT,   P_NO_NAMES,    P_KEY,
	P_HASH,      P_DAYS,    P_NOT_BEFORE, P_NOT_AFTER, P_PATH_LENGTH, P_PERMIT,
	P_EXCLUDE,   P_KU,      P_EKU,        P_CRL_URL,   P_OCSP_URL,    P_CA_URL,
	P_IF_EXISTS, P_BATCH,   P_OUT_DIR,    P_RESUME,    P_FORMAT,      P_CHAIN,
	P_NO_CHAIN,  P_ROOT,    P_PARTIAL,    P_OUT_PASS,  P_ITERATIONS,  P_END
};

const struct op op_cert_create = {
	.noun = "cert",
	.verb = "create",
	.arguments = "LABEL [NAME...]",
	.summary = "make a key pair and its certificate",
	.detail =
	    "With --issuer a CA of the database signs it, without it is self-signed. NAMEs are "
	    "its alternative names: host names, addresses, mail addresses, URIs. With --batch "
	    "there are no arguments: FILE says them, and may say the options that tell what a "
	    "certificate is like, a row for each; it is CSV with a header, or a JSON object a "
	    "line. All of them go into the database, or each into a file of its own in "
	    "--out-dir.",
	.min_words = 1,
	.max_words = SIZE_MAX,
	.flags = OP_WRITES | OP_KEYS | OP_BATCH,
	.params = create_params,
	.run = cert_create,
};
