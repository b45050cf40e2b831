/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csr create, renew, show, export, delete: requests for certificates, and the keys that wait. */

#include "base/text.h"
#include "codec/pem.h"
#include "model/select.h"
#include "op/bundle.h"
#include "op/entry-make.h"
#include "op/ops.h"
#include "op/shape-args.h"

#include <string.h>

/* The request as a file: PEM, or DER where the name says so. */
static enum rc
put_out(struct op_call *c, struct span der, struct err *err)
{
	const char *out = c->args->given[P_OUT] ? c->args->text[P_OUT] : "-";
	enum format format = format_of(c->args, out);
	struct buf text = BUF_INIT;
	enum rc rc;

	if (c->args->given[P_FORMAT] && format != FORMAT_PEM && format != FORMAT_DER)
		return err_set(err, RC_USAGE, "a request is written as pem or der");
	if (format == FORMAT_DER)
		buf_put(&text, der);
	else
		pem_put(&text, "CERTIFICATE REQUEST", der);
	rc = buf_rc(&text);
	if (!rc)
		rc = result_output(c->result, out, &text);
	buf_release(&text);
	return rc;
}

static enum rc
add_request(struct op_call *c, struct request *r, struct err *err)
{
	enum rc rc = request_label_free(c->db, c->args->words.items[0], err);

	return rc ? rc : err_default(err, kdb_add_request(c->db, r));
}

static enum rc
make_request(struct op_call *c, const struct shape *shape, struct err *err)
{
	struct span label = span_text(c->args->words.items[0]);
	struct secret *pkcs8 = NULL;
	struct request *r = NULL;
	struct buf der = BUF_INIT;
	struct key *key = NULL;
	enum rc rc;

	rc = key_generate(&key, key_type_of(c->args, c->db), err);
	if (!rc)
		rc = issue_csr(&der, shape, key, err);
	if (!rc)
		rc = key_pkcs8(&pkcs8, key);
	if (!rc)
		rc = request_make(&r, label, buf_span(&der), &pkcs8);
	if (!rc)
		rc = add_request(c, r, err);
	if (!rc)
		rc = put_out(c, buf_span(&der), err);
	request_unref(&r);
	secret_free(&pkcs8);
	key_free(&key);
	buf_release(&der);
	return err_default(err, rc);
}

static enum rc
csr_create(struct op_call *c, struct err *err)
{
	const char *label = c->args->words.items[0];
	struct shape_args sa = SHAPE_ARGS_INIT;
	enum rc rc;

	rc = label_check(span_text(label), err);
	if (!rc)
		rc = request_label_free(c->db, label, err);
	if (!rc)
		rc = shape_args_names(&sa, c->args, 1, label, err);
	if (!rc)
		rc = shape_args_profile(&sa, c->args, &c->result->warnings, err);
	if (!rc)
		rc = shape_args_subject(&sa, c->args, label, err);
	if (!rc)
		rc = shape_args_extras(&sa, c->args, false, err);
	if (!rc)
		rc = make_request(c, &sa.shape, err);
	shape_args_release(&sa);
	return rc;
}

/* The key of a renewal: the entry's own, or a new one of the same kind. */
static enum rc
renewal_key(struct key **key, struct op_call *c, const struct entry *e, const struct cert *cert,
	    struct err *err)
{
	char type[KEY_NAME_MAX];

	if (c->args->given[P_REKEY] || c->args->given[P_KEY]) {
		key_name(type, cert->spki);
		return key_generate(key, c->args->given[P_KEY] ? c->args->text[P_KEY] : type, err);
	}
	return entry_key(key, e, c->pw, err);
}

static enum rc
renewal_request(struct request **r, struct op_call *c, const struct entry *e, struct key *key,
		struct span der)
{
	unsigned char digest[DIGEST_MAX];
	struct secret *pkcs8 = NULL;
	enum rc rc;

	rc = key_pkcs8(&pkcs8, key);
	if (!rc)
		rc = request_make(r, entry_label(e), der, &pkcs8);
	if (!rc)
		rc = digest_of(HASH_SHA256, e->cert.span, digest);
	if (!rc) {
		(*r)->renews = true;
		memcpy((*r)->replaces, digest, sizeof((*r)->replaces));
		if (kdb_find_request_folded(c->db, entry_label(e)))
			rc = RC_DUPLICATE;
	}
	secret_free(&pkcs8);
	return rc;
}

static enum rc
csr_renew(struct op_call *c, struct err *err)
{
	struct shape shape = SHAPE_INIT;
	const struct entry *e = NULL;
	struct request *r = NULL;
	struct buf der = BUF_INIT;
	struct key *key = NULL;
	struct cert cert;
	enum rc rc;

	rc = select_entry(&e, c->db, c->args->words.items[0], err);
	if (rc)
		return rc;
	if (e->kind != ENTRY_KEY || cert_parse(&cert, e->cert.span, NULL))
		return err_set(err, RC_NO_KEY, "'%s' has no private key here to ask with",
			       ESC_SPAN(entry_label(e)));
	shape.subject = cert.subject;
	shape.extensions = cert.extensions;
	if (c->args->given[P_HASH])
		shape.hash = digest_from_name(c->args->text[P_HASH]);
	rc = renewal_key(&key, c, e, &cert, err);
	if (!rc)
		rc = issue_csr(&der, &shape, key, err);
	if (!rc)
		rc = renewal_request(&r, c, e, key, buf_span(&der));
	if (!rc)
		rc = kdb_add_request(c->db, r);
	if (rc == RC_DUPLICATE)
		err_set(err, rc, "a request '%s' waits already", ESC_SPAN(entry_label(e)));
	if (!rc)
		rc = put_out(c, buf_span(&der), err);
	request_unref(&r);
	key_free(&key);
	buf_release(&der);
	return err_default(err, rc);
}

static enum rc
csr_show(struct op_call *c, struct err *err)
{
	const struct request *r = NULL;
	enum rc rc;

	rc = select_request(&r, c->db, c->args->words.items[0], err);
	if (rc)
		return rc;
	c->result->kind = RESULT_ENTRY;
	c->result->with_pem = c->args->given[P_PEM];
	return result_row(c->result, NULL, r);
}

static enum rc
csr_export(struct op_call *c, struct err *err)
{
	const struct request *r = NULL;
	enum rc rc;

	rc = select_request(&r, c->db, c->args->words.items[0], err);
	if (rc)
		return rc;
	if (!r->csr.span.size) {
		return err_set(
		    err, RC_NOT_FOUND,
		    "'%s' is a key that came without certificate: there is no request to export",
		    ESC_SPAN(r->label.span));
	}
	return err_default(err, put_out(c, r->csr.span, err));
}

static enum rc
csr_delete(struct op_call *c, struct err *err)
{
	const struct request *r = NULL;
	enum rc rc;

	rc = select_request(&r, c->db, c->args->words.items[0], err);
	if (!rc)
		kdb_remove_request(c->db, r);
	return rc;
}

static const enum param create_params[] = { P_OUT, P_PROFILE, P_SAN, P_SUBJECT, P_NO_NAMES,
					    P_KEY, P_HASH,    P_KU,  P_EKU,     P_END };
static const enum param renew_params[] = { P_OUT, P_REKEY, P_KEY, P_HASH, P_END };
static const enum param show_params[] = { P_PEM, P_END };
static const enum param export_params[] = { P_OUT, P_FORMAT, P_END };
static const enum param no_params[] = { P_END };

const struct op op_csr_create = {
	.noun = "csr",
	.verb = "create",
	.arguments = "LABEL [NAME...]",
	.summary = "make a key pair and a request for an outside CA",
	.detail = "The key waits under LABEL until the answer is received (cert receive).",
	.min_words = 1,
	.max_words = SIZE_MAX,
	.flags = OP_WRITES | OP_KEYS,
	.params = create_params,
	.run = csr_create,
};

const struct op op_csr_renew = {
	.noun = "csr",
	.verb = "renew",
	.arguments = "LABEL",
	.summary = "make a request for an entry that exists",
	.detail = "The entry stays in use until the answer is received.",
	.min_words = 1,
	.max_words = 1,
	.flags = OP_WRITES | OP_KEYS,
	.params = renew_params,
	.run = csr_renew,
};

const struct op op_csr_show = {
	.noun = "csr",
	.verb = "show",
	.arguments = "LABEL",
	.summary = "all there is to know about a request",
	.min_words = 1,
	.max_words = 1,
	.flags = OP_READS | OP_PUBLIC,
	.params = show_params,
	.run = csr_show,
};

const struct op op_csr_export = {
	.noun = "csr",
	.verb = "export",
	.arguments = "LABEL",
	.summary = "write a request once more",
	.min_words = 1,
	.max_words = 1,
	.flags = OP_READS,
	.params = export_params,
	.run = csr_export,
};

const struct op op_csr_delete = {
	.noun = "csr",
	.verb = "delete",
	.arguments = "LABEL",
	.summary = "delete a request and its key",
	.min_words = 1,
	.max_words = 1,
	.flags = OP_WRITES,
	.params = no_params,
	.run = csr_delete,
};
