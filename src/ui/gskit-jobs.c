/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What GSKit's actions do besides running the operation that the table names. */
#include "base/fs.h"
#include "base/text.h"
#include "op/ops.h"
#include "pki/cert.h"
#include "pki/dn.h"
#include "ui/gskit-parts.h"

#include <string.h>

/* A command of two steps writes the stash in both. */
static void
put_warning(struct gskit *g, const struct warning *w)
{
	bool of_stash = strcmp(w->code, "stash-readable") == 0;

	if (of_stash && g->stash_told)
		return;
	g->stash_told = g->stash_told || of_stash;
	out_text(g->v->notes, "warning: ");
	gskit_put_text(g->v->notes, g, w->message);
}

enum rc
gskit_run_op(struct gskit *g, const struct op *op, struct args *args, struct result *r,
	     struct err *err)
{
	enum rc rc = op_run(&g->session, op, args, r, err);

	if (rc)
		return rc;
	g->v->changed = g->v->changed || r->changed;
	for (size_t i = 0; i < r->warnings.count; i++)
		put_warning(g, &r->warnings.items[i]);
	return RC_OK;
}

enum rc
gskit_also(const struct gskit *g, struct args *args, const struct secret *pw, struct err *err)
{
	enum rc rc = args_set(args, P_DB, g->args.text[P_DB], err);

	return rc ? rc : args_set_secret(args, P_PASS, pw, err);
}

enum rc
gskit_kind_of(struct gskit *g, const char *label, enum entry_kind *kind, struct err *err)
{
	struct result result = RESULT_INIT;
	struct args args = ARGS_INIT;
	enum rc rc = gskit_also(g, &args, g->secrets[GSKIT_PW], err);

	if (!rc)
		rc = gskit_set(&args, GSKIT_WORD, label, err);
	if (!rc)
		rc = gskit_run_op(g, &op_cert_show, &args, &result, err);
	if (!rc)
		*kind = result.rows[0].entry->kind;
	args_release(&args);
	result_release(&result);
	return rc;
}

/* Runs the action's operation now; what follows is nobody else's. */
static enum rc
run_now(struct gskit *g, struct err *err)
{
	struct result result = RESULT_INIT;
	enum rc rc = gskit_run_op(g, g->op, &g->args, &result, err);

	g->op = NULL;
	result_release(&result);
	return rc;
}

enum rc
gskit_say_yes(struct gskit *g, struct err *err)
{
	return args_set(&g->args, P_YES, NULL, err);
}

enum rc
gskit_set_ascii(struct gskit *g, struct err *err)
{
	return g->args.given[P_FORMAT] ? RC_OK : args_set(&g->args, P_FORMAT, "pem", err);
}

/* --- -keydb --- */

/* Stashes the passphrase pw, in the version that was asked for. */
static enum rc
stash(struct gskit *g, const struct secret *pw, struct err *err)
{
	struct result result = RESULT_INIT;
	struct args args = ARGS_INIT;
	enum rc rc = gskit_also(g, &args, pw, err);

	if (!rc && g->values[GSKIT_V1STASH])
		rc = args_set(&args, P_STASH_VERSION, "1", err);
	if (!rc)
		rc = gskit_run_op(g, &op_db_stash, &args, &result, err);
	result_release(&result);
	args_release(&args);
	return rc;
}

static enum rc
check_create(struct gskit *g, struct err *err)
{
	if (g->values[GSKIT_GENPW] && !g->values[GSKIT_STASH]) {
		(void)err_set(err, RC_USAGE,
			      "-genpw needs -stash: nobody else would ever know "
			      "the password");
		return gskit_refuse(g, GSKIT_MISSING, RC_USAGE, err);
	}
	if (!g->args.given[P_PASS]) {
		(void)err_set(err, RC_USAGE,
			      "-keydb -create needs a password: -pw, -prompt or -genpw");
		return gskit_refuse(g, GSKIT_MISSING, RC_USAGE, err);
	}
	return gskit_check_strong(g, g->secrets[GSKIT_PW], err);
}

enum rc
gskit_keydb_create(struct gskit *g, struct err *err)
{
	enum rc rc = check_create(g, err);

	gskit_choose_default(g, GSKIT_NEW_DATABASE);
	if (!rc && !g->args.given[P_TYPE])
		rc = args_set(&g->args, P_TYPE, gskit_default_type(g->values[GSKIT_DB]), err);
	if (!rc && g->fips)
		rc = args_set(&g->args, P_FIPS, NULL, err);
	if (!rc)
		rc = run_now(g, err);
	if (!rc && g->values[GSKIT_V1STASH])
		rc = stash(g, g->args.secret[P_PASS], err);
	return rc;
}

enum rc
gskit_keydb_changepw(struct gskit *g, struct err *err)
{
	bool stashes = g->values[GSKIT_STASH] || g->values[GSKIT_V1STASH];
	enum rc rc;

	if (!g->secrets[GSKIT_NEW_PW] && !g->session.asker) {
		return gskit_refuse(
		    g, GSKIT_MISSING,
		    err_set(err, RC_USAGE, "-keydb -changepw needs -new_pw PASSWORD"), err);
	}
	rc = gskit_check_strong(g, g->secrets[GSKIT_NEW_PW], err);
	if (!rc)
		rc = run_now(g, err);
	if (!rc && stashes)
		rc = stash(g, g->args.secret[P_NEW_PASS], err);
	return rc;
}

enum rc
gskit_keydb_stashpw(struct gskit *g, struct err *err)
{
	return g->values[GSKIT_V1STASH] ? args_set(&g->args, P_STASH_VERSION, "1", err) : RC_OK;
}

enum rc
gskit_keydb_list(struct gskit *g, struct err *err)
{
	(void)err;
	out_text(g->v->out, "CMS\nPKCS12\n");
	return RC_OK;
}

/* The database's name with the suffix of its new type. */
static enum rc
name_converted(struct gskit *g, const char **name, struct err *err)
{
	const char *path = g->values[GSKIT_DB];
	const char *dot = strrchr(fs_base_name(path), '.');
	bool cms = strcmp(g->args.text[P_TYPE], "cms") == 0;
	struct buf text = BUF_INIT;

	buf_put(&text, dot ? SPAN_OF(path, (size_t)(dot - path)) : span_text(path));
	buf_put_text(&text, cms ? ".kdb" : ".p12");
	return gskit_keep(g, name, &text, err);
}

/* The password of the old one, which the new one gets as well: what was given, else what the stash
 * has, else what is answered now. */
static enum rc
find_password(struct gskit *g, struct secret **secret, struct err *err)
{
	const struct asker *asker = g->session.asker;
	const char *path = g->values[GSKIT_DB];
	bool by_stash =
	    g->values[GSKIT_STASHED] || (!g->values[GSKIT_PROMPT] && store_has_stash(path));
	struct buf prompt = BUF_INIT;
	struct secret_question question = { .option = "--pass" };
	enum rc rc;

	if (g->secrets[GSKIT_PW])
		return err_default(err, secret_copy(secret, g->secrets[GSKIT_PW]));
	if (by_stash)
		return store_stash_load(secret, path, err);
	if (!asker)
		return err_set(err, RC_NO_SECRET, "no passphrase for '%s', and nobody to ask",
			       ESC(path));
	buf_printf(&prompt, "Passphrase of '%s'", ESC(path));
	question.prompt = buf_text(&prompt);
	rc = buf_rc(&prompt);
	if (!rc)
		rc = asker->secret(asker->self, &question, secret, err);
	buf_release(&prompt);
	return err_default(err, rc);
}

/* -target_stashed: what a stash has that lies beside the new one already. */
static enum rc
set_converted_password(struct gskit *g, const char *target, struct err *err)
{
	struct secret *secret = NULL;
	enum rc rc;

	if (g->secrets[GSKIT_TARGET_PW])
		return args_set_secret(&g->args, P_OUT_PASS, g->secrets[GSKIT_TARGET_PW], err);
	if (g->values[GSKIT_TARGET_STASHED]) {
		rc = store_stash_load(&secret, target, err);
	} else {
		rc = find_password(g, &secret, err);
		if (!rc)
			rc = args_set_secret(&g->args, P_PASS, secret, err);
	}
	if (!rc)
		rc = args_set_secret(&g->args, P_OUT_PASS, secret, err);
	secret_free(&secret);
	return rc;
}

/* What -old_format says must be so. */
static enum rc
check_old_format(struct gskit *g, struct err *err)
{
	const char *said = g->values[GSKIT_OLD_FORMAT];
	struct result result = RESULT_INIT;
	const char *format;
	enum rc rc;

	if (!said)
		return RC_OK;
	rc = show_look(&result, g->values[GSKIT_DB], err);
	format = rc ? NULL : result.shown[0].format;
	if (format && strcmp(format, strchr(said, '1') ? "pkcs12" : "cms") != 0) {
		(void)err_set(err, RC_UNSUPPORTED, "-old_format %s: '%s' is %s", ESC(said),
			      ESC(g->values[GSKIT_DB]), format);
		(void)err_hint(err, "without -old_format its content says what it is");
		rc = RC_UNSUPPORTED;
	}
	result_release(&result);
	return rc;
}

enum rc
gskit_keydb_convert(struct gskit *g, struct err *err)
{
	const char *target = g->values[GSKIT_TARGET];
	enum rc rc = check_old_format(g, err);

	g->op = &op_db_convert;
	gskit_choose_default(g, GSKIT_NEW_DATABASE);
	if (!rc && !target)
		rc = name_converted(g, &target, err);
	if (!rc)
		rc = gskit_set(&g->args, GSKIT_WORD, target, err);
	return rc ? rc : set_converted_password(g, target, err);
}

/* --- -cert --- */

static enum gskit_default
default_said(const struct gskit *g)
{
	const char *value = g->values[GSKIT_DEFAULT_CERT];

	return value && text_equal_ascii(value, "yes") ? GSKIT_MAKE_DEFAULT : GSKIT_KEEP_DEFAULT;
}

/* Without label the common name is one. */
static enum rc
label_by_subject(struct gskit *g, struct err *err)
{
	struct buf subject = BUF_INIT;
	struct buf text = BUF_INIT;
	const char *label;
	enum rc rc;

	if (g->values[GSKIT_LABEL])
		return RC_OK;
	rc = dn_parse(&subject, g->args.text[P_SUBJECT], err);
	if (!rc) {
		(void)dn_get(&text, buf_span(&subject), OID_CN);
		rc = gskit_keep(g, &label, &text, err);
	}
	if (!rc) {
		g->values[GSKIT_LABEL] = label;
		rc = gskit_set(&g->args, GSKIT_WORD, label, err);
	}
	buf_release(&subject);
	return rc;
}

enum rc
gskit_cert_create(struct gskit *g, struct err *err)
{
	enum rc rc = gskit_set_shape(g, err);

	if (!rc)
		rc = label_by_subject(g, err);
	if (!rc && !g->args.given[P_DAYS])
		rc = args_set(&g->args, P_DAYS, "365", err);
	if (!rc)
		gskit_choose_default(g, default_said(g));
	return rc;
}

enum rc
gskit_cert_receive(struct gskit *g, struct err *err)
{
	enum rc rc;

	gskit_choose_default(g, default_said(g));
	/* A CA's own end is often that of all it signs. */
	rc = args_set(&g->args, P_OLDER, NULL, err);
	if (!rc)
		rc = run_now(g, err);
	return rc == RC_NO_KEY ? gskit_refuse(g, GSKIT_NO_REQUEST, rc, err) : rc;
}

enum rc
gskit_cert_setdefault(struct gskit *g, struct err *err)
{
	(void)err;
	gskit_choose_default(g, GSKIT_SET_DEFAULT);
	return RC_OK;
}

/* GSKit deletes an issuer, too, and asks nobody. */
enum rc
gskit_cert_delete(struct gskit *g, struct err *err)
{
	enum rc rc = gskit_say_yes(g, err);

	gskit_choose_default(g, GSKIT_DROP_DEFAULT);
	return rc ? rc : args_set(&g->args, P_EVEN_ISSUER, NULL, err);
}

static enum rc
find_kind(struct gskit *g, const char **kind, struct err *err)
{
	*kind = NULL;
	if (!g->keyword || text_equal_ascii(g->keyword, "all"))
		return RC_OK;
	if (text_equal_ascii(g->keyword, "personal")) {
		*kind = "key";
		return RC_OK;
	}
	if (text_equal_ascii(g->keyword, "CA")) {
		*kind = "cert";
		return RC_OK;
	}
	if (text_equal_ascii(g->keyword, "site")) {
		(void)err_set(err, RC_UNSUPPORTED,
			      "-cert -list site: there are no certificates of "
			      "that kind");
		return gskit_refuse(g, GSKIT_SITE, RC_UNSUPPORTED, err);
	}
	(void)err_set(err, RC_USAGE, "-cert -list takes all, personal or CA, not '%s'",
		      ESC(g->keyword));
	return gskit_refuse(g, GSKIT_ARGUMENTS, RC_USAGE, err);
}

enum rc
gskit_cert_list(struct gskit *g, struct err *err)
{
	const char *kind;
	enum rc rc = find_kind(g, &kind, err);

	return rc || !kind ? rc : args_set(&g->args, P_KIND, kind, err);
}

/* --- -certreq --- */

/* True when an answer for this subject could take the entry's place. */
static bool
may_renew(const struct entry *e, const char *subject)
{
	struct buf name = BUF_INIT;
	struct cert cert;
	bool may;

	may = e->kind == ENTRY_KEY && !cert_parse(&cert, e->cert.span, NULL) &&
	      !dn_parse(&name, subject, NULL) && dn_equal(cert.subject, buf_span(&name));
	buf_release(&name);
	return may;
}

/* The answer comes under the request's label: one that something else has is of no use. */
static enum rc
create_request(struct op_call *call, struct err *err)
{
	const char *label = call->args->words.items[0];
	const struct entry *e = kdb_find_folded(call->db, span_text(label));

	if (!e || may_renew(e, call->args->text[P_SUBJECT]))
		return op_csr_create.run(call, err);
	(void)err_set(err, RC_DUPLICATE,
		      "the label '%s' is that of something else than a certificate for this "
		      "subject, so that no answer could be received under it",
		      ESC(label));
	return err_hint(err, "choose another label; -certreq -recreate renews what is there");
}

enum rc
gskit_certreq_create(struct gskit *g, struct err *err)
{
	enum rc rc = gskit_set_shape(g, err);

	g->own_op = *g->op;
	g->own_op.run = create_request;
	g->op = &g->own_op;
	return rc ? rc : gskit_set_ascii(g, err);
}

enum rc
gskit_certreq_recreate(struct gskit *g, struct err *err)
{
	enum rc rc = gskit_set_hash(g, err);

	return rc ? rc : gskit_set_ascii(g, err);
}
