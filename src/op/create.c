/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "op/create.h"

#include "base/text.h"
#include "pki/dn.h"

#include <string.h>

/* Everything that the shape needs, in the order in which one depends on the other. */
enum rc
create_shape(struct creation *c, struct err *err)
{
	const struct args *args = c->args;
	const char *label = args->words.items[0];
	bool has_issuer = args->given[P_ISSUER];
	struct shape_args *sa = &c->sa;
	enum rc rc;

	rc = label_check(span_text(label), err);
	if (!rc)
		rc = shape_args_names(sa, args, 1, label, err);
	if (!rc)
		rc = shape_args_profile(sa, args, c->warnings, err);
	if (!rc)
		rc = shape_args_subject(sa, args, label, err);
	if (!rc)
		rc = shape_args_extras(sa, args, has_issuer, err);
	if (!rc)
		rc = key_type_check(key_type_of(args, c->db), err);
	if (!rc && has_issuer) {
		rc = issuer_find(&c->is, c->db, args->text[P_ISSUER],
				 sa->shape.profile == PROFILE_CA, err);
	}
	if (rc)
		return rc;
	return shape_args_dates(&sa->shape, args, has_issuer ? &c->is.cert : NULL, c->warnings,
				err);
}

/* True when e is what would be made: subject, names, profile, issuer and key type. */
static bool
same_shape(const struct entry *e, const struct creation *c)
{
	const struct shape *shape = &c->sa.shape;
	const struct args *args = c->args;
	char key[KEY_NAME_MAX];
	struct cert cert;

	if (e->kind != ENTRY_KEY || cert_parse(&cert, e->cert.span, NULL))
		return false;
	if (!dn_equal(cert.subject, shape->subject) || !span_equal(cert_names(&cert), shape->names))
		return false;
	/* Usages of one's own are no profile's. */
	if (profile_of(cert.extensions) != shape->profile &&
	    !(args->given[P_KU] || args->given[P_EKU]))
		return false;
	if (cert_is_ca(&cert) != (shape->profile == PROFILE_CA))
		return false;
	if (!dn_equal(cert.issuer, c->is.entry ? c->is.cert.subject : shape->subject))
		return false;
	return strcmp(key_name(key, cert.spki), key_type_of(args, c->db)) == 0;
}

enum rc
create_needed(bool *needed, const struct creation *c, struct err *err)
{
	const char *label = c->args->words.items[0];
	const struct entry *old = kdb_find_folded(c->db, span_text(label));
	enum if_exists how = if_exists_of(c->args);

	*needed = !old || how == IF_EXISTS_REPLACE;
	if (*needed)
		return RC_OK;
	if (how == IF_EXISTS_FAIL)
		return entry_label_free(c->db, label, err);
	if (same_shape(old, c))
		return RC_OK;
	return err_set(err, RC_CONFLICT,
		       "'%s' is there, and differs in subject, names, profile, issuer or key type",
		       ESC(label));
}

static enum rc
issue(struct buf *der, const struct creation *c, const struct issuing *by, struct err *err)
{
	return c->tools ? issue_cert_with(der, c->tools, &c->sa.shape, by, err)
			: issue_cert(der, &c->sa.shape, by, err);
}

enum rc
create_pair(struct buf *der, struct secret **pkcs8, const struct creation *c,
	    const struct key *signer, struct err *err)
{
	struct issuing by = { .issuer = signer ? &c->is.cert : NULL, .signer = signer };
	struct buf spki = BUF_INIT;
	struct key *own = NULL;
	enum rc rc;

	rc = key_generate_pkcs8(pkcs8, key_type_of(c->args, c->db), err);
	if (!rc)
		rc = key_spki_of(&spki, *pkcs8);
	if (!rc && !signer)
		rc = key_load(&own, *pkcs8);
	by.spki = buf_span(&spki);
	if (own)
		by.signer = own;
	if (!rc)
		rc = issue(der, c, &by, err);
	key_free(&own);
	buf_release(&spki);
	return err_default(err, rc);
}

void
creation_release(struct creation *c)
{
	issuer_release(&c->is);
	shape_args_release(&c->sa);
}
