/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db passwd: everything under a new passphrase. */
#include "base/text.h"
#include "op/db-parts.h"
#include "op/ops.h"

/* A stash that belongs to the database is refreshed, also one that is still to be written; another
 * is none of our business. */
static enum rc
refresh_stash(struct op_call *call, struct err *err)
{
	struct secret *empty = NULL;
	const struct secret *pass = pw_secret(call->new_pw);
	enum stash_state state = STASH_MISSING;
	int version = call->stash_version;
	enum rc rc = version ? RC_OK : store_stash_state(&state, call->store, err);

	if (rc || (!version && state != STASH_OK))
		return rc;
	if (!version)
		version = store_stash_version(call->path);
	if (!pass)
		rc = secret_new(&empty, 0);
	if (!rc)
		rc = db_plan_stash(call, pass ? pass : empty, version, err);
	secret_free(&empty);
	return rc;
}

static enum rc
make_pw(struct op_call *call, struct err *err)
{
	struct secret *pass = NULL;
	uint64_t iterations = 0;
	bool is_empty;
	enum rc rc;

	rc = call->services->secret(call->services->self, P_NEW_PASS, call->path, &pass, err);
	is_empty = !secret_size(pass);
	if (!rc && call->store->codec == &codec_cms)
		rc = db_check_cms(call, pass, err);
	if (!rc)
		rc = db_iterations(&iterations, call, P_NEW_PASS, is_empty, err);
	if (!rc)
		rc = pw_new(&call->new_pw, &pass, 0);
	if (!rc)
		rc = pw_set_shroud(call->new_pw, NULL, iterations);
	if (!rc) {
		/* CMS databases have none. */
		if (call->store->codec != &codec_cms)
			call->db->iterations = iterations;
		call->db->mac_salt_size = 0; /* a new passphrase, a new salt */
	}
	if (!rc && is_empty) {
		warnings_add(&call->result->warnings, "no-passphrase",
			     "'%s' has no passphrase: whoever can read it has its keys",
			     ESC(call->path));
	}
	secret_free(&pass);
	return rc;
}

static enum rc
db_passwd(struct op_call *call, struct err *err)
{
	int64_t expires;
	enum rc rc = db_expiry(&expires, call, err);

	if (!rc)
		rc = make_pw(call, err);
	if (!rc)
		rc = refresh_stash(call, err);
	if (rc)
		return err_default(err, rc);
	if (call->db->expires && !call->args->given[P_EXPIRE])
		warnings_add(&call->result->warnings, "no-expiry",
			     "the new passphrase does not expire: --expire DAYS lets it");
	call->db->expires = expires;
	return RC_OK;
}

static const enum param params[] = { P_NEW_PASS, P_EXPIRE, P_ITERATIONS, P_END };

const struct op op_db_passwd = {
	.noun = "db",
	.verb = "passwd",
	.arguments = "[FILE]",
	.summary = "put everything under a new passphrase",
	.detail = "Every key is decrypted and encrypted anew; one that does not open with the old "
		  "passphrase refuses the change. A stash that belongs to the database is written "
		  "anew.",
	.max_words = 1,
	.flags = OP_WRITES | OP_DB_ARG | OP_EXPIRED_OK,
	.params = params,
	.run = db_passwd,
};
