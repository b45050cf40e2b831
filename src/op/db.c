/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db show, db stash, db delete, and what the operations of `db` share. */
#include "base/env.h"
#include "base/text.h"
#include "codec/cms.h"
#include "codec/stash.h"
#include "op/db-parts.h"
#include "op/ops.h"

#include <inttypes.h>
#include <stdlib.h>

enum { DAY = 86400, STASH_VERSION = 2 };

enum rc
db_iterations(uint64_t *n, const struct op_call *call, enum param p, bool is_empty, struct err *err)
{
	const struct args *args = call->args;

	if (!args->given[P_ITERATIONS]) {
		/* A generated passphrase has 142 bits: nothing to slow down. An empty one has none
		 * to protect. */
		*n = args->generated[p] || is_empty ? PBE_GEN_ITERATIONS : PBE_TYPED_ITERATIONS;
		return RC_OK;
	}
	*n = args->number[P_ITERATIONS];
	if (*n >= DB_ITERATIONS_MIN && *n <= PBE_MAX_ITERATIONS)
		return RC_OK;
	return err_set(err, RC_USAGE, "--iterations takes %d to %d", DB_ITERATIONS_MIN,
		       PBE_MAX_ITERATIONS);
}

enum rc
db_expiry(int64_t *when, const struct op_call *call, struct err *err)
{
	uint64_t days = call->args->given[P_EXPIRE] ? call->args->number[P_EXPIRE] : 0;

	if (days > DB_EXPIRE_MAX)
		return err_set(err, RC_USAGE, "--expire takes 0 to %d days", DB_EXPIRE_MAX);
	*when = days ? env_now() + (int64_t)days * DAY : 0;
	return RC_OK;
}

enum rc
db_check_cms(const struct op_call *call, const struct secret *pass, struct err *err)
{
	if (!secret_size(pass))
		return err_set(err, RC_USAGE, "a CMS database needs a passphrase");
	if (secret_size(pass) > CMS_PASS_MAX) {
		return err_set(err, RC_USAGE,
			       "a CMS database takes a passphrase of at most %d bytes",
			       CMS_PASS_MAX);
	}
	if (call->args->given[P_ITERATIONS])
		return err_set(err, RC_USAGE,
			       "a CMS database has no --iterations: its checks take one hash");
	return RC_OK;
}

enum rc
db_plan_stash(struct op_call *call, const struct secret *pass, int version, struct err *err)
{
	struct result *r = call->result;
	struct secret *file = NULL;
	char *path = store_stash_path(call->path);
	enum rc rc = path ? stash_write(&file, pass, version) : RC_NO_MEMORY;

	if (rc == RC_LIMIT)
		rc = err_set(err, RC_USAGE, "a stash takes a passphrase of at most %d bytes",
			     STASH_SECRET_MAX);
	if (!rc)
		rc = result_secret_output(r, path, &file);
	if (!rc) {
		r->outputs[r->output_count - 1].stash_version = version;
		warnings_add(&r->warnings, "stash-readable",
			     "whoever can read '%s' has the passphrase", ESC(path));
	}
	free(path);
	return rc ? err_default(err, rc) : RC_OK;
}

static enum rc
db_show(struct op_call *call, struct err *err)
{
	struct result *r = call->result;
	enum stash_state state;
	enum rc rc;

	r->kind = RESULT_DATABASE;
	/* One that an earlier command of a run writes is this database's. */
	state = call->stash_version ? STASH_OK : STASH_STALE;
	rc = call->stash_version ? RC_OK : store_stash_state(&state, call->store, err);
	if (rc == RC_NO_MEMORY)
		return rc;
	if (rc)
		warnings_add(&r->warnings, "stash-unreadable", "the stash cannot be looked at: %s",
			     err->message);
	err_clear(err);
	r->stash = (int)state;
	return RC_OK;
}

static enum rc
db_stash(struct op_call *call, struct err *err)
{
	const struct secret *pass = pw_secret(call->pw);
	int version = STASH_VERSION;

	if (!secret_size(pass))
		return err_set(err, RC_USAGE, "'%s' has no passphrase that could be stashed",
			       ESC(call->path));
	if (call->args->given[P_STASH_VERSION])
		version = call->args->text[P_STASH_VERSION][0] - '0';
	call->result->changed = true;
	return db_plan_stash(call, pass, version, err);
}

/* "2 keys, 1 certificate, 0 requests and 1 secret key" */
static void
put_counts(struct buf *text, const struct kdb *db)
{
	const struct {
		size_t count;
		const char *one;
		const char *many;
		const char *behind;
	} parts[] = {
		{ kdb_count(db, ENTRY_KEY), "key", "keys", ", " },
		{ kdb_count(db, ENTRY_CERT), "certificate", "certificates", ", " },
		{ db->request_count, "request", "requests", " and " },
		{ kdb_count(db, ENTRY_SECRET), "secret key", "secret keys", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		buf_printf(text, "%zu %s%s", parts[i].count,
			   parts[i].count == 1 ? parts[i].one : parts[i].many, parts[i].behind);
}

static enum rc
ask_to_delete(struct op_call *call, bool stashed)
{
	struct buf counts = BUF_INIT;
	enum rc rc;

	put_counts(&counts, call->db);
	rc = buf_rc(&counts);
	if (!rc)
		rc = result_confirm(call->result, "Delete '%s' with its %s%s?", ESC(call->path),
				    buf_text(&counts), stashed ? ", and its stash" : "");
	buf_release(&counts);
	return rc;
}

static enum rc
db_delete(struct op_call *call, struct err *err)
{
	struct result *r = call->result;
	bool stashed = store_has_stash(call->path);
	char *stash = stashed ? store_stash_path(call->path) : NULL;
	enum rc rc = store_stash_may_go(call->store, err);

	if (!rc && stashed && !stash)
		rc = RC_NO_MEMORY;
	if (!rc)
		rc = ask_to_delete(call, stashed);
	if (!rc)
		rc = result_file(r, call->path);
	if (!rc && stash)
		rc = result_file(r, stash);
	free(stash);
	if (rc)
		return err_default(err, rc);
	kdb_release(call->db);
	call->deletes = true;
	return RC_OK;
}

static const enum param no_params[] = { P_END };
static const enum param stash_params[] = { P_STASH_VERSION, P_END };

const struct op op_db_show = {
	.noun = "db",
	.verb = "show",
	.arguments = "[FILE]",
	.summary = "type, counts, default key, expiry, state of the stash",
	.detail = "With --pass none, or where no passphrase is to be had, it shows what stands in "
		  "the clear and says that nothing was verified.",
	.max_words = 1,
	.flags = OP_READS | OP_DB_ARG | OP_PUBLIC | OP_EXPIRED_OK | OP_STASH_TOLD,
	.params = no_params,
	.run = db_show,
};

const struct op op_db_stash = {
	.noun = "db",
	.verb = "stash",
	.arguments = "[FILE]",
	.summary = "write the passphrase to a stash file beside the database",
	.detail = "Whoever can read a stash has the passphrase: it is obscured, not encrypted. One "
		  "that opens another database of the same stem is left alone.",
	.max_words = 1,
	.flags = OP_WRITES | OP_DB_ARG,
	.params = stash_params,
	.run = db_stash,
};

const struct op op_db_delete = {
	.noun = "db",
	.verb = "delete",
	.arguments = "FILE",
	.summary = "delete a database, its requests and its stash",
	.detail = "Asks first; --yes answers. The passphrase is not needed.",
	.min_words = 1,
	.max_words = 1,
	.flags = OP_WRITES | OP_DB_ARG | OP_NEEDS_ARG | OP_PUBLIC | OP_ASKS_NONE | OP_ALONE,
	.params = no_params,
	.run = db_delete,
};
