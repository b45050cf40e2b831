/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert create: a key pair and its certificate, self-signed or signed by a CA of the database. */

#include "base/text.h"
#include "op/entry-make.h"
#include "op/issuer.h"
#include "op/ops.h"
#include "op/shape-args.h"
#include "pki/dn.h"

#include <string.h>

/* Everything that the shape needs, in the order in which one depends on the other. */
static enum rc
take_shape(struct shape_args *sa, struct issuer *is, struct op_call *c, struct err *err)
{
	const struct args *args = c->args;
	const char *label = args->words.items[0];
	bool has_issuer = args->given[P_ISSUER];
	enum rc rc;

	rc = shape_args_names(sa, args, 1, label, err);
	if (!rc)
		rc = shape_args_profile(sa, args, &c->result->warnings, err);
	if (!rc)
		rc = shape_args_subject(sa, args, label, err);
	if (!rc)
		rc = shape_args_extras(sa, args, has_issuer, err);
	if (!rc)
		rc = key_type_check(key_type_of(args, c->db), err);
	if (!rc && has_issuer)
		rc = issuer_find(is, c->db, args->text[P_ISSUER], sa->shape.profile == PROFILE_CA,
				 err);
	if (!rc)
		rc = shape_args_dates(&sa->shape, args, has_issuer ? &is->cert : NULL,
				      &c->result->warnings, err);
	return rc;
}

/* True when e is what would be made: subject, names, profile, issuer and key type. */
static bool
same_shape(const struct entry *e, const struct shape *shape, const struct issuer *is,
	   const struct args *args, const char *type)
{
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
	if (!dn_equal(cert.issuer, is->entry ? is->cert.subject : shape->subject))
		return false;
	return strcmp(key_name(key, cert.spki), type) == 0;
}

static enum rc
make(struct op_call *c, const struct shape *shape, struct issuer *is, struct err *err)
{
	struct span label = span_text(c->args->words.items[0]);
	struct secret *pkcs8 = NULL;
	struct buf spki = BUF_INIT;
	struct buf der = BUF_INIT;
	struct key *key = NULL;
	struct entry *e = NULL;
	enum rc rc;

	rc = key_generate(&key, key_type_of(c->args, c->db), err);
	if (!rc)
		rc = key_spki(&spki, key);
	if (!rc && is->entry)
		rc = issuer_open(is, c->pw, err);
	if (!rc) {
		rc = issue_cert(&der, shape,
				&(struct issuing){ buf_span(&spki), is->entry ? &is->cert : NULL,
						   is->entry ? is->key : key },
				err);
	}
	if (!rc && is->entry)
		rc = issuer_check(is, buf_span(&der), err);
	if (!rc)
		rc = key_pkcs8(&pkcs8, key);
	if (!rc)
		rc = entry_make(&e, label, buf_span(&der), &pkcs8);
	if (!rc)
		rc = entry_put(c->db, e, if_exists_of(c->args), err);
	entry_unref(&e);
	secret_free(&pkcs8);
	key_free(&key);
	buf_release(&spki);
	buf_release(&der);
	return err_default(err, rc);
}

static enum rc
cert_create(struct op_call *c, struct err *err)
{
	const char *label = c->args->words.items[0];
	struct shape_args sa = SHAPE_ARGS_INIT;
	struct issuer is = ISSUER_INIT;
	const struct entry *old;
	enum rc rc;

	rc = label_check(span_text(label), err);
	if (!rc)
		rc = take_shape(&sa, &is, c, err);
	if (rc)
		goto out;
	old = kdb_find_folded(c->db, span_text(label));
	if (old && if_exists_of(c->args) == IF_EXISTS_FAIL)
		rc = entry_label_free(c->db, label, err);
	else if (!old || if_exists_of(c->args) == IF_EXISTS_REPLACE)
		rc = make(c, &sa.shape, &is, err);
	else if (!same_shape(old, &sa.shape, &is, c->args, key_type_of(c->args, c->db))) {
		rc = err_set(
		    err, RC_CONFLICT,
		    "'%s' is there, and differs in subject, names, profile, issuer or key type",
		    ESC(label));
	}
out:
	issuer_release(&is);
	shape_args_release(&sa);
	return rc;
}

static const enum param create_params[] = { P_ISSUER,     P_PROFILE,   P_SAN,         P_SUBJECT,
					    P_NO_NAMES,   P_KEY,       P_HASH,        P_DAYS,
					    P_NOT_BEFORE, P_NOT_AFTER, P_PATH_LENGTH, P_PERMIT,
					    P_EXCLUDE,    P_KU,        P_EKU,         P_CRL_URL,
					    P_OCSP_URL,   P_CA_URL,    P_IF_EXISTS,   P_END };

const struct op op_cert_create = {
	.noun = "cert",
	.verb = "create",
	.arguments = "LABEL [NAME...]",
	.summary = "make a key pair and its certificate",
	.detail =
	    "With --issuer a CA of the database signs it, without it is self-signed. NAMEs are "
	    "its alternative names: host names, addresses, mail addresses, URIs.",
	.min_words = 1,
	.max_words = SIZE_MAX,
	.flags = OP_WRITES | OP_KEYS,
	.params = create_params,
	.run = cert_create,
};
