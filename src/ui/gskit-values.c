/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the values of GSKit's options to the parameters of an operation. */
#include "base/fs.h"
#include "base/text.h"
#include "op/db-parts.h"
#include "op/shape-args.h"
#include "ui/gskit-parts.h"

#include <string.h>

enum rc
gskit_refuse(struct gskit *g, int code, enum rc rc, struct err *err)
{
	if (rc && rc != RC_NO_MEMORY && !g->code)
		g->code = code;
	return err_default(err, rc);
}

enum rc
gskit_keep(struct gskit *g, const char **kept, struct buf *text, struct err *err)
{
	enum rc rc = names_add(&g->kept, buf_steal(text));

	*kept = rc ? NULL : g->kept.items[g->kept.count - 1];
	return err_default(err, rc);
}

enum rc
gskit_set(struct args *args, int param, const char *value, struct err *err)
{
	if (param == GSKIT_WORD)
		return err_default(err, words_add(&args->words, value));
	return args_set(args, (enum param)param, value, err);
}

static enum rc
set_password(struct gskit *g, const struct gskit_value *v, struct err *err)
{
	enum param p = (enum param)v->param;

	if (v->param == GSKIT_NOT_SET)
		return RC_OK;
	return args_set_secret(&g->args, p, g->secrets[v->flag], err);
}

/* Two options that say the same password. */
static enum rc
check_once(struct gskit *g, const struct gskit_value *v, struct err *err)
{
	if (v->param < 0 || v->param >= P_COUNT || !g->args.given[v->param] ||
	    param_info((enum param)v->param)->kind != PARAM_SECRET)
		return RC_OK;
	return gskit_refuse(g, GSKIT_ARGUMENTS,
			    err_set(err, RC_USAGE,
				    "%s says a password that another option says, too: give one",
				    gskit_flag_info(v->flag)->name),
			    err);
}

enum rc
gskit_set_values(struct gskit *g, struct err *err)
{
	enum rc rc = RC_OK;

	for (const struct gskit_value *v = g->action->values; v && v->flag != GSKIT_FLAGS; v++) {
		const char *value = g->values[v->flag];

		if (!value)
			continue;
		rc = check_once(g, v, err);
		if (rc)
			return rc;
		if (gskit_flag_info(v->flag)->is_secret)
			rc = set_password(g, v, err);
		else if (v->convert)
			rc = v->convert(g, v, value, err);
		else if (v->param != GSKIT_NOT_SET)
			rc = gskit_set(&g->args, v->param, value, err);
		if (rc)
			return gskit_refuse(g, GSKIT_ARGUMENTS, rc, err);
	}
	return RC_OK;
}

/* --- Choices --- */

/* One of several spellings and what it means. */
struct choice {
	const char *name;
	const char *meaning;
};

static const char *
choose(const struct choice *choices, size_t count, const char *value)
{
	for (size_t i = 0; i < count; i++) {
		if (text_equal_ascii(choices[i].name, value))
			return choices[i].meaning;
	}
	return NULL;
}

static enum rc
no_choice(struct gskit *g, const struct gskit_value *v, int code, struct err *err)
{
	const struct gskit_flag_info *info = gskit_flag_info(v->flag);

	(void)err_set(err, RC_USAGE, "%s takes %s, not '%s'", info->name, info->values,
		      ESC(g->values[v->flag]));
	return gskit_refuse(g, code, RC_USAGE, err);
}

static enum rc
set_choice(struct gskit *g, const struct gskit_value *v, const char *meaning, struct err *err)
{
	if (v->param == GSKIT_NOT_SET)
		return RC_OK;
	return gskit_set(&g->args, v->param, meaning, err);
}

enum rc
gskit_take_format(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	static const struct choice choices[] = { { "ascii", "pem" }, { "binary", "der" } };
	const char *meaning = choose(choices, ARRAY_SIZE(choices), value);

	return meaning ? set_choice(g, v, meaning, err) : no_choice(g, v, GSKIT_BAD_FORMAT, err);
}

enum rc
gskit_take_trust(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	static const struct choice choices[] = { { "enable", "on" }, { "disable", "off" } };
	const char *meaning = choose(choices, ARRAY_SIZE(choices), value);

	return meaning ? set_choice(g, v, meaning, err) : no_choice(g, v, GSKIT_BAD_TRUST, err);
}

enum rc
gskit_take_untrusted(struct gskit *g, const struct gskit_value *v, const char *value,
		     struct err *err)
{
	if (text_equal_ascii(value, "enable"))
		return RC_OK;
	if (!text_equal_ascii(value, "disable"))
		return no_choice(g, v, GSKIT_BAD_TRUST, err);
	return args_set(&g->args, P_UNTRUSTED, NULL, err);
}

enum rc
gskit_take_yes_no(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	if (text_equal_ascii(value, "yes") || text_equal_ascii(value, "no"))
		return RC_OK;
	return no_choice(g, v, GSKIT_ARGUMENTS, err);
}

enum rc
gskit_take_encryption(struct gskit *g, const struct gskit_value *v, const char *value,
		      struct err *err)
{
	if (text_equal_ascii(value, "strong"))
		return RC_OK;
	if (!text_equal_ascii(value, "weak"))
		return no_choice(g, v, GSKIT_ARGUMENTS, err);
	(void)err_set(err, RC_WEAK, "-encryption weak is refused: it protects nothing today");
	return gskit_refuse(g, GSKIT_ARGUMENTS, RC_WEAK, err);
}

/* --- Types of databases --- */

static const struct choice types[] = {
	{ "cms", "cms" },
	{ "kdb", "cms" },
	{ "pkcs12", "pkcs12" },
	{ "p12", "pkcs12" },
};

/* What an existing database is its content says; but the name must be one. */
static enum rc
find_type(struct gskit *g, const struct gskit_value *v, const char *value, const char **type,
	  struct err *err)
{
	*type = choose(types, ARRAY_SIZE(types), value);
	if (*type)
		return RC_OK;
	if (!text_equal_ascii(value, "jks") && !text_equal_ascii(value, "jceks"))
		return no_choice(g, v, GSKIT_BAD_TYPE, err);
	(void)err_set(err, RC_UNSUPPORTED, "%s %s: Java's keystores are not GSKit's",
		      gskit_flag_info(v->flag)->name, ESC(value));
	(void)err_hint(err, "keytool -importkeystore -deststoretype PKCS12 makes a database of "
			    "one that can be used here");
	return gskit_refuse(g, GSKIT_BAD_TYPE, RC_UNSUPPORTED, err);
}

enum rc
gskit_take_type(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	const char *type;

	return find_type(g, v, value, &type, err);
}

enum rc
gskit_take_new_type(struct gskit *g, const struct gskit_value *v, const char *value,
		    struct err *err)
{
	const char *type;
	enum rc rc = find_type(g, v, value, &type, err);

	if (!rc)
		rc = gskit_refuse(g, GSKIT_BAD_TYPE, gskit_set(&g->args, v->param, type, err), err);
	return rc;
}

const char *
gskit_default_type(const char *path)
{
	static const char *const suffixes[] = { ".p12", ".pfx", ".pkcs12" };
	const char *dot = strrchr(fs_base_name(path), '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(suffixes); i++) {
		if (text_equal_ascii(dot, suffixes[i]))
			return "pkcs12";
	}
	return "cms";
}

/* True when a CMS database is to be made. */
static bool
makes_cms(const struct gskit *g)
{
	const char *type =
	    g->args.given[P_TYPE] ? g->args.text[P_TYPE] : gskit_default_type(g->values[GSKIT_DB]);

	return strcmp(type, "cms") == 0;
}

/* The older version, which every GSKit opens. */
static enum rc
take_older(struct gskit *g, struct err *err)
{
	if (!makes_cms(g))
		return RC_OK;
	if (!g->fips)
		return args_set(&g->args, P_CMS_VERSION, "4", err);
	(void)err_set(err, RC_NOT_APPROVED,
		      "-pqc false makes version 4, which is built on what FIPS 140-3 does not "
		      "approve");
	(void)err_hint(err, "leave out one of -fips and -pqc");
	return gskit_refuse(g, GSKIT_FIPS_CONFLICT, RC_NOT_APPROVED, err);
}

enum rc
gskit_take_pqc(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	if (text_equal_ascii(value, "false"))
		return take_older(g, err);
	if (!text_equal_ascii(value, "true"))
		return no_choice(g, v, GSKIT_ARGUMENTS, err);
	(void)err_set(err, RC_UNSUPPORTED, "-pqc true: post-quantum keys are not offered yet");
	(void)err_hint(err, "-pqc false, or nothing, makes a database as it was before them");
	return gskit_refuse(g, GSKIT_BAD_SIGALG, RC_UNSUPPORTED, err);
}

/* --- Numbers --- */

static enum rc
check_days(struct gskit *g, const struct gskit_value *v, unsigned least, unsigned most,
	   struct err *err)
{
	const struct gskit_flag_info *info = gskit_flag_info(v->flag);
	const char *value = g->values[v->flag];
	uint64_t days = 0;
	enum rc rc = text_number(&days, value, most);

	if (!rc && days >= least)
		return RC_OK;
	(void)err_set(err, RC_USAGE, "%s takes %u to %u days, not '%s'", info->name, least, most,
		      ESC(value));
	return gskit_refuse(g, rc == RC_USAGE ? GSKIT_BAD_EXPIRE : GSKIT_EXPIRE_RANGE, RC_USAGE,
			    err);
}

enum rc
gskit_take_days(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	enum rc rc = check_days(g, v, 1, DAYS_MAX, err);

	return rc ? rc : gskit_set(&g->args, v->param, value, err);
}

enum rc
gskit_take_expire(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	enum rc rc = check_days(g, v, 0, DB_EXPIRE_MAX, err);

	return rc ? rc : gskit_set(&g->args, v->param, value, err);
}

/* Without a number all are listed. */
enum rc
gskit_take_expiring(struct gskit *g, const struct gskit_value *v, const char *value,
		    struct err *err)
{
	enum rc rc = *value ? check_days(g, v, 0, DAYS_MAX, err) : RC_OK;

	return rc || !*value ? rc : gskit_set(&g->args, v->param, value, err);
}

/* --- Others --- */

enum rc
gskit_take_file(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	g->values[v->flag] = args_file_name(value);
	return v->param == GSKIT_NOT_SET ? RC_OK
					 : gskit_set(&g->args, v->param, g->values[v->flag], err);
}

enum rc
gskit_take_stashed(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	(void)value;
	return gskit_set(&g->args, v->param, "stash", err);
}

enum rc
gskit_take_prompt(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	(void)value;
	return gskit_set(&g->args, v->param, "prompt", err);
}

enum rc
gskit_take_genpw(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	(void)value;
	return gskit_set(&g->args, v->param, "gen", err);
}

enum rc
gskit_take_flag(struct gskit *g, const struct gskit_value *v, const char *value, struct err *err)
{
	(void)value;
	return gskit_set(&g->args, v->param, NULL, err);
}
