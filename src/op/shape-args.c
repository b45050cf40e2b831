/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shape options: names, profile, subject, dates, constraints. */

#include "op/shape-args.h"

#include "base/env.h"
#include "base/text.h"
#include "pki/dn.h"

#include <string.h>

/* RFC 5280 appendix A: ub-common-name. */
enum { COMMON_NAME_MAX = 64 };

static enum rc
count_name(size_t *count, struct err *err)
{
	if (++*count > NAMES_MAX)
		return err_set(err, RC_LIMIT, "more than %d names; that is the limit", NAMES_MAX);
	return RC_OK;
}

enum rc
shape_args_names(struct shape_args *sa, const struct args *args, size_t first_word,
		 const char *label, struct err *err)
{
	const struct words *sans = &args->list[P_SAN];
	size_t count = 0;
	enum rc rc = RC_OK;

	for (size_t i = first_word; !rc && i < args->words.count; i++) {
		rc = count_name(&count, err);
		if (!rc)
			rc = name_parse_any(&sa->names, args->words.items[i], err);
	}
	for (size_t i = 0; !rc && i < sans->count; i++) {
		rc = count_name(&count, err);
		if (!rc)
			rc = name_parse(&sa->names, sans->items[i], err);
	}
	if (!rc && !count && label && !args->given[P_NO_NAMES] && name_looks_like_one(label) &&
	    !(args->given[P_PROFILE] && profile_from_name(args->text[P_PROFILE]) == PROFILE_CA))
		rc = name_parse_any(&sa->names, label, err);
	if (rc)
		return rc;
	rc = buf_rc(&sa->names);
	sa->shape.names = buf_span(&sa->names);
	return rc;
}

static bool
has_host(struct span names)
{
	struct name name;

	while (!name_next(&names, &name))
		if (name.type == NAME_DNS || name.type == NAME_IP)
			return true;
	return false;
}

enum rc
shape_args_profile(struct shape_args *sa, const struct args *args, struct warnings *warnings,
		   struct err *err)
{
	bool is_said = args->given[P_PROFILE] || args->given[P_NO_NAMES];
	bool has_names = sa->shape.names.size > 0;

	if (args->given[P_PROFILE])
		sa->shape.profile = profile_from_name(args->text[P_PROFILE]);
	else if (has_names || args->given[P_NO_NAMES])
		sa->shape.profile = PROFILE_SERVER;
	if (!is_said && has_names && !has_host(sa->shape.names)) {
		warnings_add(warnings, "profile-server",
			     "its profile is server, as of all that has a name, but none of its "
			     "names is a host or an address: --profile gives it another");
	}
	if (sa->shape.profile == PROFILE_NONE) {
		err_set(err, RC_USAGE, "it is not said what the certificate is for");
		return err_hint(err,
				"give a host name, or --profile ca, client, server, peer, email, "
				"code or ocsp");
	}
	if (sa->shape.profile == PROFILE_SERVER && !has_names && !args->given[P_NO_NAMES]) {
		err_set(err, RC_NO_NAMES,
			"a server certificate without names: clients look at the "
			"alternative names only and will refuse it");
		return err_hint(err,
				"give the host name or address after the label, or --no-names");
	}
	return RC_OK;
}

/* The first name as text without its type; empty when it is none that fits a common name. */
static void
first_name(struct buf *out, struct span names)
{
	struct buf text = BUF_INIT;
	struct name name;
	const char *colon;

	if (name_next(&names, &name))
		return;
	if (name.type != NAME_DNS && name.type != NAME_IP && name.type != NAME_EMAIL)
		return;
	name_put(&text, &name);
	colon = strchr(buf_text(&text), ':');
	if (colon)
		buf_put_text(out, colon + 1);
	if (text.bad)
		buf_fail(out);
	buf_release(&text);
}

enum rc
shape_args_subject(struct shape_args *sa, const struct args *args, const char *label,
		   struct err *err)
{
	struct buf cn = BUF_INIT;
	enum rc rc;

	if (args->given[P_SUBJECT]) {
		rc = dn_parse(&sa->subject, args->text[P_SUBJECT], err);
		goto out;
	}
	first_name(&cn, sa->shape.names);
	if (!cn.size && label)
		buf_put_text(&cn, label);
	rc = buf_rc(&cn);
	if (rc)
		goto out;
	/* A host name too long for a CN stands among the names, which is where clients look. */
	if (cn.size > COMMON_NAME_MAX && sa->shape.names.size)
		rc = dn_parse(&sa->subject, "", err);
	else
		rc = dn_from_cn(&sa->subject, buf_span(&cn), err);
out:
	if (!rc)
		rc = buf_rc(&sa->subject);
	sa->shape.subject = buf_span(&sa->subject);
	if (!rc && dn_is_empty(sa->shape.subject) &&
	    (!sa->shape.names.size || sa->shape.profile == PROFILE_CA)) {
		rc = err_set(err, RC_USAGE,
			     "the subject is empty; only a certificate with names that is no CA "
			     "may do without");
	}
	buf_release(&cn);
	return rc;
}

static enum rc
take_constraints(struct buf *out, const struct words *list, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < list->count; i++)
		rc = name_parse_constraint(out, list->items[i], err);
	return rc ? rc : buf_rc(out);
}

static bool
is_url(const char *text)
{
	size_t length = 0;

	for (const char *p = text; *p; p++, length++)
		if (*p <= ' ' || (unsigned char)*p >= 0x7f)
			return false;
	return length && strstr(text, "://") && strstr(text, "://") != text;
}

static enum rc
take_urls(const char *urls[ISSUE_URLS_MAX], const struct args *args, enum param p, struct err *err)
{
	const struct words *list = &args->list[p];

	if (list->count > ISSUE_URLS_MAX)
		return err_set(err, RC_USAGE, "--%s is given %zu times, the limit is %d",
			       param_info(p)->flag, list->count, ISSUE_URLS_MAX);
	for (size_t i = 0; i < list->count; i++) {
		if (!is_url(list->items[i])) {
			return err_set(err, RC_USAGE,
				       "--%s: '%s' is no URL (as in http://pki.example/ca.crl)",
				       param_info(p)->flag, ESC(list->items[i]));
		}
		urls[i] = list->items[i];
	}
	return RC_OK;
}

static enum rc
take_ca_options(struct shape_args *sa, const struct args *args, bool has_issuer, struct err *err)
{
	bool constrained = args->list[P_PERMIT].count || args->list[P_EXCLUDE].count;
	enum rc rc;

	if (sa->shape.profile != PROFILE_CA && (args->given[P_PATH_LENGTH] || constrained)) {
		return err_set(err, RC_USAGE,
			       "--path-length, --permit and --exclude are for CAs "
			       "(--profile ca) only");
	}
	if (args->given[P_PATH_LENGTH]) {
		if (args->number[P_PATH_LENGTH] > 255)
			return err_set(err, RC_USAGE, "--path-length takes 0 to 255");
		sa->shape.path_length = (int)args->number[P_PATH_LENGTH];
	} else if (sa->shape.profile == PROFILE_CA && has_issuer) {
		sa->shape.path_length = 0;
	}
	rc = take_constraints(&sa->permitted, &args->list[P_PERMIT], err);
	if (!rc)
		rc = take_constraints(&sa->excluded, &args->list[P_EXCLUDE], err);
	sa->shape.permitted = buf_span(&sa->permitted);
	sa->shape.excluded = buf_span(&sa->excluded);
	return rc;
}

enum rc
shape_args_extras(struct shape_args *sa, const struct args *args, bool has_issuer, struct err *err)
{
	enum rc rc = take_ca_options(sa, args, has_issuer, err);

	if (!rc && args->given[P_KU])
		rc = ext_parse_key_usage(args->text[P_KU], &sa->shape.key_usage, err);
	if (!rc && args->given[P_EKU])
		rc = ext_parse_ekus(&sa->ekus, args->text[P_EKU], err);
	if (!rc)
		rc = buf_rc(&sa->ekus);
	sa->shape.ekus = buf_span(&sa->ekus);
	if (!rc)
		rc = take_urls(sa->shape.crl_urls, args, P_CRL_URL, err);
	if (!rc)
		rc = take_urls(sa->shape.ocsp_urls, args, P_OCSP_URL, err);
	if (!rc)
		rc = take_urls(sa->shape.ca_urls, args, P_CA_URL, err);
	if (!rc && args->given[P_HASH])
		sa->shape.hash = digest_from_name(args->text[P_HASH]);
	return rc;
}

/* The start and end that were asked for, the issuer aside. */
static enum rc
dates_wanted(struct shape *shape, const struct args *args, struct err *err)
{
	uint64_t days = shape->profile == PROFILE_CA ? DAYS_CA : DAYS_LEAF;
	int64_t now = env_now();

	if (args->given[P_DAYS] && args->given[P_NOT_AFTER])
		return err_set(err, RC_USAGE,
			       "--days and --not-after both say when it ends; give one");
	if (args->given[P_DAYS])
		days = args->number[P_DAYS];
	if (days < 1 || days > DAYS_MAX)
		return err_set(err, RC_USAGE, "--days takes 1 to %d", DAYS_MAX);
	shape->not_before = args->given[P_NOT_BEFORE] ? args->time[P_NOT_BEFORE] : now - CLOCK_SKEW;
	shape->not_after =
	    args->given[P_NOT_AFTER] ? args->time[P_NOT_AFTER] : now + (int64_t)days * DAY_SECONDS;
	if (shape->not_after <= shape->not_before) {
		return err_set(err, RC_USAGE, "it would end (%s) before it begins (%s)",
			       text_time((char[TEXT_TIME_MAX]){ 0 }, shape->not_after),
			       text_time((char[TEXT_TIME_MAX]){ 0 }, shape->not_before));
	}
	return RC_OK;
}

enum rc
shape_args_dates(struct shape *shape, const struct args *args, const struct cert *issuer,
		 struct warnings *warnings, struct err *err)
{
	char end[TEXT_TIME_MAX];
	enum rc rc = dates_wanted(shape, args, err);

	if (rc || !issuer)
		return rc;
	if (shape->not_before < issuer->not_before)
		shape->not_before = issuer->not_before;
	if (shape->not_after > issuer->not_after) {
		shape->not_after = issuer->not_after;
		warnings_add(warnings, "cut", "it ends %s, with its issuer",
			     text_time(end, shape->not_after));
	}
	if (shape->not_after > shape->not_before)
		return RC_OK;
	if (shape->not_after <= issuer->not_before)
		return err_set(err, RC_EXPIRED, "it would end before its issuer begins, %s",
			       text_time(end, issuer->not_before));
	return err_set(err, RC_EXPIRED, "the issuer ends %s, before it would begin",
		       text_time(end, issuer->not_after));
}

void
shape_args_release(struct shape_args *sa)
{
	buf_release(&sa->subject);
	buf_release(&sa->names);
	buf_release(&sa->permitted);
	buf_release(&sa->excluded);
	buf_release(&sa->ekus);
}

const char *
key_type_of(const struct args *args, const struct kdb *db)
{
	if (args->given[P_KEY])
		return args->text[P_KEY];
	return db->shroud == PBE_FORM_OURS ? "ec:p256" : "rsa:2048";
}
