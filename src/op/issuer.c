/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CA that signs: found, checked, opened; and what it signed, checked. */

#include "op/issuer.h"

#include "base/env.h"
#include "base/text.h"
#include "model/select.h"
#include "op/entry-make.h"
#include "pki/path.h"

enum { WEAK_TEXT_MAX = 200 };

static enum rc
check_usage(const struct cert *c, bool for_ca, const char *label, struct err *err)
{
	unsigned bits = KU_KEY_CERT_SIGN;
	struct ext x;

	if (!cert_is_ca(c)) {
		return err_set(err, RC_NOT_A_CA,
			       "'%s' is no CA: its certificate does not allow it to sign others",
			       label);
	}
	if (cert_ext(c, OID_EXT_KEY_USAGE, &x) && ext_key_usage(x.value, &bits))
		return err_set(err, RC_NOT_A_CA, "'%s': its key usage cannot be read", label);
	if (!(bits & KU_KEY_CERT_SIGN)) {
		return err_set(
		    err, RC_NOT_A_CA,
		    "'%s' may not sign certificates: keyCertSign is missing in its key usage",
		    label);
	}
	if (for_ca && cert_path_length(c) == 0)
		return err_set(err, RC_POLICY, "'%s' may not issue CAs: its path length is 0",
			       label);
	return RC_OK;
}

static enum rc
check_dates(const struct cert *c, const char *label, struct err *err)
{
	char when[TEXT_TIME_MAX];

	if (c->not_after < env_now()) {
		err_set(err, RC_EXPIRED, "the issuer '%s' expired on %s", label,
			text_time(when, c->not_after));
		return err_hint(err, "renew it first: cert renew");
	}
	if (c->not_before > env_now())
		return err_set(err, RC_POLICY, "the issuer '%s' is not valid before %s", label,
			       text_time(when, c->not_before));
	return RC_OK;
}

bool
issuer_is_itself(const struct cert *c)
{
	return cert_seems_self_signed(c) && cert_verify(c, c->spki) != RC_INVALID;
}

enum rc
issuer_of_entry(struct issuer *is, const struct entry *e, bool for_ca, struct err *err)
{
	const char *label = ESC_SPAN(entry_label(e));
	char weak[WEAK_TEXT_MAX];
	const char *why;
	enum rc rc;

	if (e->kind == ENTRY_SECRET || cert_parse(&is->cert, e->cert.span, NULL))
		return err_set(err, RC_NOT_A_CA, "'%s' has no certificate to issue with", label);
	is->entry = e;
	rc = check_usage(&is->cert, for_ca, label, err);
	if (!rc && !(e->flags & ENTRY_TRUSTED)) {
		err_set(err, RC_POLICY, "the issuer '%s' is switched off", label);
		return err_hint(err, "switch it on: cert trust LABEL on");
	}
	if (!rc)
		rc = check_dates(&is->cert, label, err);
	if (rc)
		return rc;
	if (e->kind != ENTRY_KEY)
		return err_set(err, RC_NO_ISSUER_KEY,
			       "'%s' cannot sign: its private key is not in this database", label);
	why = key_weak(is->cert.spki, weak, sizeof(weak));
	if (why)
		return err_set(err, RC_WEAK, "the issuer '%s' is too weak: %s", label, why);
	return RC_OK;
}

enum rc
issuer_find(struct issuer *is, const struct kdb *db, const char *label, bool for_ca,
	    struct err *err)
{
	const struct entry *e = NULL;
	enum rc rc = select_entry(&e, db, label, err);

	return rc ? rc : issuer_of_entry(is, e, for_ca, err);
}

enum rc
issuer_open(struct issuer *is, struct pw *pw, struct err *err)
{
	return entry_key(&is->key, is->entry, pw, err);
}

enum rc
issuer_check(const struct issuer *is, struct span der, struct err *err)
{
	struct path_member member = { .cert = is->cert, .trusted = true, .usable = true };
	struct path_set set = { .members = &member, .count = 1 };
	struct path_query query = { .at = env_now() };
	struct path_result result = { .valid = false };
	struct cert made;
	enum rc rc;

	if (cert_parse(&made, der, NULL))
		return err_set(err, RC_INTERNAL,
			       "the certificate that was just made cannot be read");
	if (query.at < made.not_before)
		query.at = made.not_before;
	rc = path_set_prepare(&set);
	if (!rc)
		rc = path_find(&set, &made, &query, &result);
	path_set_release(&set);
	if (rc)
		return err_default(err, rc);
	if (!result.valid)
		return err_set(err, RC_POLICY, "nobody would accept what '%s' would issue: %s",
			       ESC_SPAN(entry_label(is->entry)), result.reason);
	return RC_OK;
}

void
issuer_release(struct issuer *is)
{
	key_free(&is->key);
}
