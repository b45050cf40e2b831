/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db create: a new, empty database. */
#include "base/env.h"
#include "base/text.h"
#include "codec/cms.h"
#include "op/db-parts.h"
#include "op/ops.h"

#include <string.h>

enum { STASH_VERSION = 2, PKCS12_VERSION = 3, MODE_LEAST = 0600, MODE_MOST = 0660 };

/* Three or four octal digits, with nothing for others and nothing to be executed. */
static enum rc
take_mode(struct store_new *how, const char *text, struct err *err)
{
	size_t digits = strspn(text, "01234567");
	unsigned mode = 0;

	if (digits == strlen(text) && digits >= 3 && digits <= 4)
		for (const char *at = text; *at; at++)
			mode = mode * 8 + (unsigned)(*at - '0');
	if ((mode & MODE_LEAST) != MODE_LEAST || mode & ~(unsigned)MODE_MOST) {
		return err_set(err, RC_USAGE,
			       "--mode takes 0600, 0640 or 0660, not '%s': a database is for its "
			       "owner, and for a group at most",
			       ESC(text));
	}
	how->set_mode = true;
	how->owner.mode = mode;
	return RC_OK;
}

static enum rc
take_owner(struct op_call *call, struct err *err)
{
	const struct args *args = call->args;
	enum rc rc = RC_OK;

	if (args->given[P_MODE])
		rc = take_mode(&call->how, args->text[P_MODE], err);
	if (!rc && store_new_owner(&call->how, args->text[P_OWNER], args->text[P_GROUP], err)) {
		rc = RC_USAGE;
		if (err->rc)
			err->rc = rc;
	}
	/* The stash is made before the database, for the same people. */
	if (!rc)
		store_own(call->store, &call->how);
	return rc;
}

static bool
is_kdb(const char *path)
{
	const char *dot = strrchr(fs_base_name(path), '.');

	return dot && text_equal_ascii(dot, ".kdb");
}

/* IBM's programs take a .kdb for a CMS database, whatever it is. */
static const struct codec *
codec_for(const struct op_call *call)
{
	if (call->args->given[P_TYPE])
		return codec_by_name(call->args->text[P_TYPE]);
	return is_kdb(call->path) ? &codec_cms : &codec_pkcs12;
}

static enum rc
begin_pkcs12(struct op_call *call, enum param p, struct err *err)
{
	bool is_empty = !pw_secret(call->pw);
	struct kdb *db = call->db;
	enum rc rc;

	if (call->args->given[P_CMS_VERSION])
		return err_set(err, RC_USAGE, "--cms-version is for CMS databases: --type cms");
	db->version = PKCS12_VERSION;
	db->fips = call->args->given[P_FIPS];
	rc = db_iterations(&db->iterations, call, p, is_empty, err);
	if (!rc)
		rc = pw_set_shroud(call->pw, NULL, db->iterations);
	/* Now, so that what is exported before the first save may share it. */
	if (!rc)
		rc = env_random(db->mac_salt, PBE_SALT_SIZE);
	db->mac_salt_size = rc ? 0 : PBE_SALT_SIZE;
	if (!rc && is_kdb(call->path)) {
		warnings_add(&call->result->warnings, "kdb-is-pkcs12",
			     "'%s' is a PKCS#12 database in spite of its name", ESC(call->path));
	}
	return rc;
}

static enum rc
begin_cms(struct op_call *call, const struct secret *pass, struct err *err)
{
	const struct args *args = call->args;
	struct warnings *warnings = &call->result->warnings;
	unsigned version = CMS_VERSION;
	enum rc rc = db_check_cms(call, pass, err);

	if (rc)
		return rc;
	if (args->given[P_CMS_VERSION])
		version = (unsigned)(args->text[P_CMS_VERSION][0] - '0');
	if (version != CMS_VERSION && args->given[P_FIPS]) {
		return err_set(err, RC_USAGE,
			       "--fips makes version %d: what version %u is built on is not "
			       "approved",
			       CMS_VERSION, version);
	}
	cms_begin(call->db, version);
	warnings_add(warnings, "cms-untried",
		     "'%s' is a CMS database, and what is written here was not yet tried with "
		     "IBM's programs: PKCS#12 is the safe form for them (--type pkcs12, or "
		     "another suffix)",
		     ESC(call->path));
	if (version != CMS_VERSION) {
		warnings_add(warnings, "weak",
			     "CMS version %u is weak: its keys and checks are under %s", version,
			     version == 3 ? "DES and MD5" : "triple DES and SHA-1");
	}
	return RC_OK;
}

enum rc
db_begin(struct op_call *call, enum param p, struct err *err)
{
	const struct secret *pass = pw_secret(call->pw);
	const struct args *args = call->args;
	struct kdb *db = call->db;
	enum rc rc;

	call->how.codec = codec_for(call);
	if (call->how.codec == &codec_cms)
		rc = begin_cms(call, pass, err);
	else
		rc = begin_pkcs12(call, p, err);
	db->verified = true;
	if (!rc)
		rc = db_expiry(&db->expires, call, err);
	if (!rc && args->given[P_RECORD_LENGTH])
		rc = db_set_record_length(db, args->number[P_RECORD_LENGTH], err);
	if (!rc)
		rc = take_owner(call, err);
	if (!rc && !pass) {
		warnings_add(&call->result->warnings, "no-passphrase",
			     "'%s' has no passphrase: whoever can read it has its keys",
			     ESC(call->path));
	}
	return rc ? err_default(err, rc) : RC_OK;
}

static enum rc
db_create(struct op_call *call, struct err *err)
{
	const struct secret *pass = pw_secret(call->pw);
	enum rc rc = db_begin(call, P_PASS, err);

	if (rc)
		return rc;
	if (!call->args->given[P_STASH])
		return RC_OK;
	if (!pass)
		return err_set(err, RC_USAGE, "--stash has nothing to stash with --pass none");
	return db_plan_stash(call, pass, STASH_VERSION, err);
}

static const enum param params[] = {
	P_TYPE,       P_CMS_VERSION, P_STASH, P_EXPIRE, P_FIPS,      P_RECORD_LENGTH,
	P_ITERATIONS, P_MODE,        P_OWNER, P_GROUP,  P_IF_EXISTS, P_END,
};

const struct op op_db_create = {
	.noun = "db",
	.verb = "create",
	.arguments = "[FILE]",
	.summary = "make a new, empty database",
	.detail =
	    "It is a PKCS#12 file that other tools open or, as a .kdb, a CMS database of IBM's "
	    "programs. --pass is its new passphrase: typed "
	    "twice, from another source, or made (gen with --stash, gen:PATH). Typed ones are "
	    "stretched with 600000 iterations; generated ones have 142 bits and need 10000 "
	    "only.",
	.max_words = 1,
	.flags = OP_CREATES | OP_DB_ARG | OP_NEW_SECRET,
	.params = params,
	.run = db_create,
};
