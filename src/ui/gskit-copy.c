/* SPDX-License-Identifier: GPL-3.0-or-later */
/* -cert -add, -import and -export: certificates on their way from file to file. */
#include "base/fs.h"
#include "base/text.h"
#include "model/select.h"
#include "op/facts.h"
#include "op/ops.h"
#include "pki/dn.h"
#include "ui/gskit-parts.h"

#include <string.h>

/* --- -add --- */

/* What a file holds. */
struct look {
	struct result result;
	struct cert cert;
	size_t certs;
};

static enum rc
look_at_file(struct look *look, const char *path, struct err *err)
{
	const struct shown_file *file;
	struct facts f;
	enum rc rc = show_look(&look->result, path, err);

	if (rc)
		return rc;
	file = &look->result.shown[0];
	for (size_t i = 0; i < file->row_count; i++) {
		facts_brief_of(&f, &file->rows[i], &file->db);
		if (f.has_cert && !look->certs++)
			look->cert = f.cert;
	}
	return RC_OK;
}

/* Without label the subject is one. */
static enum rc
set_label(struct gskit *g, const struct look *look, struct err *err)
{
	struct buf text = BUF_INIT;
	const char *label;
	enum rc rc;

	if (look->certs != 1 || g->args.given[P_AS])
		return RC_OK;
	dn_put(&text, look->cert.subject);
	rc = gskit_keep(g, &label, &text, err);
	if (!rc && !label_check(span_text(label), NULL))
		rc = args_set(&g->args, P_AS, label, err);
	return rc;
}

enum rc
gskit_cert_add(struct gskit *g, struct err *err)
{
	struct look look = { .result = RESULT_INIT };
	struct result result = RESULT_INIT;
	enum rc rc = look_at_file(&look, g->values[GSKIT_FILE], err);

	gskit_choose_default(g, GSKIT_KEEP_DEFAULT);
	if (!rc)
		rc = set_label(g, &look, err);
	if (!rc)
		rc = gskit_run_op(g, g->op, &g->args, &result, err);
	/* Both label and certificate may be taken: scripts ask for the certificate. */
	if (rc == RC_DUPLICATE && look.certs && kdb_find_cert(&g->session.store.db, look.cert.der))
		rc = gskit_refuse(g, GSKIT_DUPLICATE, rc, err);
	g->op = NULL;
	result_release(&result);
	result_release(&look.result);
	return rc;
}

/* --- -import --- */

/* A certificate without key is copied from database to database. */
static enum rc
copy_certificate(struct gskit *g, struct err *err)
{
	const char *source = g->args.words.items[0];
	const char *label = g->values[GSKIT_LABEL];
	struct session session = SESSION_INIT;
	struct result result = RESULT_INIT;
	struct args args = ARGS_INIT;
	enum rc rc = gskit_set(&args, GSKIT_WORD, label, err);

	session.asker = g->session.asker;
	session.fips = g->fips;
	if (!rc)
		rc = args_set(&args, P_DB, source, err);
	if (!rc)
		rc = args_set_secret(&args, P_PASS, g->args.secret[P_IN_PASS], err);
	if (!rc)
		rc = args_set(&args, P_TO, g->values[GSKIT_TARGET], err);
	if (!rc)
		rc = args_set_secret(&args, P_TO_PASS, g->args.secret[P_PASS], err);
	if (!rc)
		rc = op_run(&session, &op_cert_copy, &args, &result, err);
	g->v->changed = g->v->changed || (!rc && result.changed);
	args_release(&args);
	result_release(&result);
	session_close(&session);
	return rc;
}

enum rc
gskit_cert_import(struct gskit *g, struct err *err)
{
	struct result result = RESULT_INIT;
	enum rc rc;

	if (g->args.words.count != 1) {
		(void)err_set(err, RC_USAGE,
			      "-cert -import needs one of -file and -db: what is taken in");
		return gskit_refuse(g, GSKIT_MISSING, RC_USAGE, err);
	}
	gskit_choose_default(g, GSKIT_KEEP_DEFAULT);
	rc = gskit_run_op(g, g->op, &g->args, &result, err);
	result_release(&result);
	if (rc == RC_NO_LABEL && !g->values[GSKIT_NEW_LABEL]) {
		err_clear(err);
		session_close(&g->session);
		rc = copy_certificate(g, err);
	}
	g->op = NULL;
	return rc;
}

/* --- -export --- */

/* What is exported to a file that is there not yet. */
static bool
makes_pkcs12(const struct gskit *g)
{
	const char *type = g->values[GSKIT_TARGET_TYPE];
	const char *dot = strrchr(fs_base_name(g->values[GSKIT_TARGET]), '.');

	if (type)
		return strchr(type, '1');
	return !dot || !text_equal_ascii(dot, ".kdb");
}

static enum rc
need_password(struct gskit *g, bool is_new, struct err *err)
{
	if (g->secrets[GSKIT_TARGET_PW])
		return RC_OK;
	if (!g->values[GSKIT_TARGET_STASHED]) {
		(void)err_set(err, RC_USAGE, "-cert -export needs -target_pw or -target_stashed");
	} else if (is_new) {
		(void)err_set(err, RC_USAGE,
			      "-target_stashed: '%s' is not there yet, and has no stash that "
			      "counts",
			      ESC(g->values[GSKIT_TARGET]));
	} else {
		return RC_OK;
	}
	return gskit_refuse(g, GSKIT_MISSING, RC_USAGE, err);
}

/* One certificate in a new PKCS#12 file, with the issuers that are here. */
static enum rc
export_file(struct gskit *g, struct err *err)
{
	const char *label = g->values[GSKIT_LABEL];
	enum entry_kind kind = ENTRY_KEY;
	enum rc rc = args_set_secret(&g->args, P_OUT_PASS, g->secrets[GSKIT_TARGET_PW], err);

	/* Whether it is that of a key decides what goes into the file. */
	if (!rc)
		rc = gskit_kind_of(g, label, &kind, err);
	if (!rc)
		rc = gskit_set(&g->args, GSKIT_WORD, label, err);
	if (!rc && kind == ENTRY_KEY)
		rc = args_set(&g->args, P_WITH_KEY, NULL, err);
	if (!rc && kind == ENTRY_KEY)
		rc = args_set(&g->args, P_ROOT, NULL, err);
	if (!rc)
		rc = args_set(&g->args, P_PARTIAL, NULL, err);
	if (!rc)
		rc = args_set(&g->args, P_FORMAT, "p12", err);
	if (!rc)
		rc = args_set(&g->args, P_OUT, g->values[GSKIT_TARGET], err);
	g->op = &op_cert_export;
	return rc;
}

/* What means an entry, as the next word: a label may hold anything. */
static enum rc
add_entry(struct gskit *g, const struct kdb *db, const struct entry *e, struct err *err)
{
	struct buf text = BUF_INIT;
	const char *name = NULL;
	enum rc rc = select_put_entry(&text, db, e);

	if (rc == RC_AMBIGUOUS)
		(void)err_set(err, rc, "'%s' cannot be told from another",
			      ESC_SPAN(entry_label(e)));
	if (rc) {
		buf_release(&text);
		return err_default(err, rc);
	}
	rc = gskit_keep(g, &name, &text, err);
	return rc ? rc : gskit_set(&g->args, GSKIT_WORD, name, err);
}

/* All entries, as the next words. */
static enum rc
set_all_entries(struct gskit *g, struct err *err)
{
	struct result result = RESULT_INIT;
	struct args args = ARGS_INIT;
	enum rc rc = gskit_also(g, &args, g->secrets[GSKIT_PW], err);

	if (!rc)
		rc = gskit_run_op(g, &op_cert_list, &args, &result, err);
	for (size_t i = 0; !rc && i < result.row_count; i++)
		rc = add_entry(g, result.db, result.rows[i].entry, err);
	if (!rc && !g->args.words.count)
		rc = err_set(err, RC_NOT_FOUND, "'%s' holds no certificates",
			     ESC(g->values[GSKIT_DB]));
	args_release(&args);
	result_release(&result);
	return rc;
}

/* Makes the target where it is not there yet, or removes it again. */
static enum rc
run_on_target(struct gskit *g, const struct op *op, struct args *args, struct err *err)
{
	struct session session = SESSION_INIT;
	struct result result = RESULT_INIT;
	enum rc rc = args_set_secret(args, P_PASS, g->secrets[GSKIT_TARGET_PW], err);

	session.fips = g->fips;
	if (!rc)
		rc = op_run(&session, op, args, &result, err);
	result_release(&result);
	session_close(&session);
	return rc;
}

static enum rc
make_target(struct gskit *g, struct err *err)
{
	const char *type = makes_pkcs12(g) ? "pkcs12" : "cms";
	struct args args = ARGS_INIT;
	enum rc rc = args_set(&args, P_DB, g->values[GSKIT_TARGET], err);

	if (!rc)
		rc = gskit_refuse(g, GSKIT_BAD_TYPE, args_set(&args, P_TYPE, type, err), err);
	g->op = &op_db_create;
	gskit_choose_default(g, GSKIT_NEW_DATABASE);
	if (!rc)
		rc = run_on_target(g, g->op, &args, err);
	args_release(&args);
	return rc;
}

/* What was made for a copy that failed goes; why that failed is what counts. */
static void
drop_target(struct gskit *g)
{
	struct args args = ARGS_INIT;
	enum rc rc = gskit_set(&args, GSKIT_WORD, g->values[GSKIT_TARGET], NULL);

	if (!rc)
		rc = args_set(&args, P_YES, NULL, NULL);
	if (!rc)
		(void)run_on_target(g, &op_db_delete, &args, NULL);
	args_release(&args);
}

static enum rc
set_copy(struct gskit *g, struct err *err)
{
	enum rc rc = g->values[GSKIT_LABEL]
			 ? gskit_set(&g->args, GSKIT_WORD, g->values[GSKIT_LABEL], err)
			 : set_all_entries(g, err);

	if (!rc)
		rc = args_set(&g->args, P_TO, g->values[GSKIT_TARGET], err);
	if (rc)
		return rc;
	if (g->secrets[GSKIT_TARGET_PW])
		return args_set_secret(&g->args, P_TO_PASS, g->secrets[GSKIT_TARGET_PW], err);
	return args_set(&g->args, P_TO_PASS, "stash", err);
}

/* Into a database. */
static enum rc
export_entries(struct gskit *g, bool is_new, struct err *err)
{
	struct result result = RESULT_INIT;
	enum rc rc = set_copy(g, err);

	if (!rc && is_new)
		rc = make_target(g, err);
	if (rc)
		return rc;
	g->op = &op_cert_copy;
	gskit_choose_default(g, GSKIT_KEEP_DEFAULT);
	rc = gskit_run_op(g, g->op, &g->args, &result, err);
	g->op = NULL;
	result_release(&result);
	if (rc && is_new)
		drop_target(g);
	return rc;
}

enum rc
gskit_cert_export(struct gskit *g, struct err *err)
{
	bool is_new = fs_kind(g->values[GSKIT_TARGET], false) == FS_NONE;
	enum rc rc = need_password(g, is_new, err);

	if (rc)
		return rc;
	if (is_new && g->values[GSKIT_LABEL] && makes_pkcs12(g))
		return export_file(g, err);
	return export_entries(g, is_new, err);
}
