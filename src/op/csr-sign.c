/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csr sign: a certificate for somebody else's request. */

#include "base/text.h"
#include "op/bundle.h"
#include "op/input.h"
#include "op/issuer.h"
#include "op/ops.h"
#include "op/shape-args.h"
#include "pki/der.h"
#include "pki/dn.h"

#include <stdlib.h>

struct signing {
	struct op_call *c;
	const char *path;
	struct intake in;
	struct csr csr;
	struct shape_args sa;
	struct issuer issuer;
};

static enum rc
find_request(struct signing *s, struct err *err)
{
	const struct item *found = NULL;

	for (size_t i = 0; i < s->in.count; i++) {
		if (s->in.items[i].kind != ITEM_CSR)
			continue;
		if (found)
			return err_set(err, RC_AMBIGUOUS, "'%s' holds more than one request",
				       ESC(s->path));
		found = &s->in.items[i];
	}
	if (!found) {
		err_set(err, RC_NOT_FOUND, "'%s' holds no certificate request", ESC(s->path));
		return err_hint(err, "see what it is: show FILE");
	}
	if (csr_parse(&s->csr, found->der.span, NULL))
		return err_set(err, RC_DAMAGED, "the request in '%s' cannot be read", ESC(s->path));
	return RC_OK;
}

static enum rc
check_request(struct signing *s, struct err *err)
{
	struct span names = csr_names(&s->csr);
	char weak[200];
	struct name name;
	const char *why;
	size_t count = 0;
	enum rc rc;

	rc = csr_verify(&s->csr);
	if (rc == RC_INVALID) {
		return err_set(err, RC_DAMAGED,
			       "the request's own signature is wrong: who sent it does "
			       "not have the key, or it was changed on its way");
	}
	if (rc)
		return err_set(err, rc, "the request's signature cannot be checked: %s",
			       rc_text(rc));
	if (ext_has_duplicate(s->csr.extensions))
		return err_set(err, RC_DAMAGED, "the request asks for the same extension twice");
	why = key_weak(s->csr.spki, weak, sizeof(weak));
	if (why)
		return err_set(err, RC_WEAK, "the request's key is too weak: %s", why);
	while (!(rc = name_next(&names, &name))) {
		if (++count > NAMES_MAX)
			return err_set(err, RC_LIMIT, "the request has more than %d names",
				       NAMES_MAX);
	}
	return rc == RC_NOT_FOUND ? RC_OK
				  : err_set(err, RC_DAMAGED, "the request's names cannot be read");
}

static enum rc
take_names(struct signing *s, struct err *err)
{
	const struct args *args = s->c->args;
	bool given = args->given[P_NAMES] && args->text[P_NAMES][0] == 'g';
	bool has_words = args->words.count > 1 || args->list[P_SAN].count;

	if (given)
		return shape_args_names(&s->sa, args, 1, NULL, err);
	if (has_words) {
		return err_set(err, RC_USAGE,
			       "names are given, and the request has its own: say --names "
			       "given to use those given here");
	}
	s->sa.shape.names = csr_names(&s->csr);
	return RC_OK;
}

/* Of a request a host or an address makes a server; other names do not say what it is for. */
static enum rc
take_profile(struct signing *s, struct err *err)
{
	struct span names = s->sa.shape.names;
	bool is_server = s->c->args->given[P_PROFILE] || s->c->args->given[P_NO_NAMES];
	struct name name;

	while (!name_next(&names, &name))
		is_server = is_server || name.type == NAME_DNS || name.type == NAME_IP;
	if (is_server)
		return shape_args_profile(&s->sa, s->c->args, &s->c->result->warnings, err);
	err_set(err, RC_USAGE, "it is not said what the certificate is for");
	return err_hint(err, "say --profile ca, server, client, peer, email, code or ocsp");
}

/* RFC 5280 usages of a profile, to compare what is asked for with. */
static bool
usage_in_profile(enum profile profile, struct span usage)
{
	static const enum oid usages[][2] = {
		[PROFILE_SERVER] = { OID_EKU_SERVER, OID_EKU_SERVER },
		[PROFILE_CLIENT] = { OID_EKU_CLIENT, OID_EKU_CLIENT },
		[PROFILE_PEER] = { OID_EKU_SERVER, OID_EKU_CLIENT },
		[PROFILE_EMAIL] = { OID_EKU_EMAIL, OID_EKU_EMAIL },
		[PROFILE_CODE] = { OID_EKU_CODE, OID_EKU_CODE },
		[PROFILE_OCSP] = { OID_EKU_OCSP, OID_EKU_OCSP },
	};

	return (size_t)profile < ARRAY_SIZE(usages) &&
	       (oid_is(usage, usages[profile][0]) || oid_is(usage, usages[profile][1]));
}

/* Without --profile nobody looked at what is asked for: more than the profile gives is refused, not
 * cut in silence. */
static enum rc
check_asked(struct signing *s, struct err *err)
{
	struct span ekus = SPAN_NONE;
	struct span usage;
	bool ca = false;
	int length;
	struct ext x;

	if (s->c->args->given[P_PROFILE])
		return RC_OK;
	if (ext_find(s->csr.extensions, OID_EXT_BASIC_CONSTRAINTS, &x) &&
	    !ext_basic_constraints(x.value, &ca, &length) && ca) {
		return err_set(err, RC_POLICY,
			       "the request asks to be a CA; if that is meant, say "
			       "--profile ca");
	}
	if (!ext_find(s->csr.extensions, OID_EXT_EKU, &x) || der_only(x.value, DER_SEQUENCE, &ekus))
		return RC_OK;
	while (!ext_next_oid(&ekus, &usage)) {
		struct buf name = BUF_INIT;

		if (usage_in_profile(s->sa.shape.profile, usage))
			continue;
		oid_put_name(&name, usage);
		err_set(err, RC_POLICY, "the request asks for %s, which is outside the profile %s",
			buf_text(&name), profile_name(s->sa.shape.profile));
		buf_release(&name);
		return err_hint(err, "say with --profile what it shall be good for");
	}
	return RC_OK;
}

static enum rc
take_shape(struct signing *s, struct err *err)
{
	const struct args *args = s->c->args;
	enum rc rc;

	rc = take_names(s, err);
	if (!rc)
		rc = take_profile(s, err);
	if (!rc)
		rc = check_asked(s, err);
	if (!rc && args->given[P_SUBJECT])
		rc = shape_args_subject(&s->sa, args, NULL, err);
	else if (!rc)
		s->sa.shape.subject = s->csr.subject;
	if (!rc && dn_is_empty(s->sa.shape.subject) && !s->sa.shape.names.size)
		rc = err_set(err, RC_USAGE,
			     "the request has neither subject nor names: give --subject");
	if (!rc)
		rc = shape_args_extras(&s->sa, args, true, err);
	if (!rc)
		rc = issuer_find(&s->issuer, s->c->db, args->text[P_ISSUER],
				 s->sa.shape.profile == PROFILE_CA, err);
	if (!rc)
		rc = shape_args_dates(&s->sa.shape, args, &s->issuer.cert, &s->c->result->warnings,
				      err);
	return rc;
}

static void
put_names(struct buf *text, struct span names)
{
	size_t start = text->size;
	struct name name;

	while (!name_next(&names, &name)) {
		buf_put_text(text, text->size > start ? ", " : "");
		name_put(text, &name);
	}
	if (text->size == start)
		buf_put_text(text, "(none)");
}

/* The extensions that the request asks for, by name. */
static void
put_asked(struct buf *text, struct span extensions)
{
	size_t start = text->size;
	struct ext x;

	while (!ext_next(&extensions, &x)) {
		buf_put_text(text, text->size > start ? ", " : "");
		oid_put_name(text, x.oid);
	}
	if (text->size == start)
		buf_put_text(text, "(nothing)");
}

static enum rc
ask(struct signing *s)
{
	const struct shape *shape = &s->sa.shape;
	char end[TEXT_TIME_MAX];
	char key[KEY_NAME_MAX];
	struct buf text = BUF_INIT;
	enum rc rc;

	buf_put_text(&text, "\n  subject  ");
	dn_put(&text, shape->subject);
	buf_put_text(&text, "\n  names    ");
	put_names(&text, shape->names);
	buf_put_text(&text, "\n  asks for ");
	put_asked(&text, s->csr.extensions);
	buf_printf(&text, "\n  key      %s\n  profile  %s\n  until    %s",
		   key_name(key, s->csr.spki), profile_name(shape->profile),
		   text_time(end, shape->not_after));
	rc = buf_rc(&text);
	if (!rc)
		rc = result_confirm(s->c->result, "Sign with '%s':%s\nIssue this certificate?",
				    ESC_SPAN(entry_label(s->issuer.entry)), buf_text(&text));
	buf_release(&text);
	return rc;
}

/* The issuer and those above it. */
static enum rc
collect_chain(struct entry_list *chain, const struct signing *s, unsigned how, struct err *err)
{
	struct issuers issuers = ISSUERS_INIT;
	enum rc rc = RC_OK;

	if (!(how & CHAIN_ISSUERS))
		return RC_OK;
	if (how & CHAIN_ROOT || !issuer_is_itself(&s->issuer.cert))
		rc = entry_list_add(chain, s->issuer.entry);
	if (!rc)
		rc = issuers_of(&issuers, s->c->db);
	if (!rc)
		rc = chain_add(chain, &issuers, &s->issuer.cert, how | CHAIN_PARTIAL, err);
	issuers_release(&issuers);
	return rc;
}

static enum rc
put_answer(struct signing *s, struct span der, struct err *err)
{
	const char *out = s->c->args->given[P_OUT] ? s->c->args->text[P_OUT] : "-";
	enum format format = format_of(s->c->args, out);
	struct entry_list chain = { .items = NULL };
	unsigned how = 0;
	struct span *spans = NULL;
	struct buf file = BUF_INIT;
	enum rc rc;

	if (format == FORMAT_P12)
		return err_set(err, RC_USAGE,
			       "a p12 file is for a key, which is not here: choose pem or p7b");
	rc = chain_of_args(&how, s->c->args, format == FORMAT_DER ? 0 : CHAIN_ISSUERS, err);
	if (!rc)
		rc = collect_chain(&chain, s, how, err);
	spans = calloc(chain.count + 1, sizeof(*spans));
	if (!rc && !spans)
		rc = RC_NO_MEMORY;
	if (!rc) {
		spans[0] = der;
		for (size_t i = 0; i < chain.count; i++)
			spans[i + 1] = chain.items[i]->cert.span;
		rc = bundle_certs(&file, format, spans, chain.count + 1, err);
	}
	if (!rc)
		rc = bundle_check(buf_span(&file), chain.count + 1, 0, err);
	if (!rc)
		rc = result_output(s->c->result, out, &file);
	free(spans);
	entry_list_release(&chain);
	buf_release(&file);
	return err_default(err, rc);
}

static enum rc
sign(struct signing *s, struct err *err)
{
	struct buf *der = &s->c->result->issued;
	enum rc rc;

	rc = issuer_open(&s->issuer, s->c->pw, err);
	if (!rc) {
		rc = issue_cert(der, &s->sa.shape,
				&(struct issuing){ s->csr.spki, &s->issuer.cert, s->issuer.key },
				err);
	}
	if (!rc)
		rc = issuer_check(&s->issuer, buf_span(der), err);
	if (!rc)
		rc = put_answer(s, buf_span(der), err);
	if (!rc) {
		s->c->result->has_issued = true;
		rc = ask(s);
	}
	return err_default(err, rc);
}

static enum rc
csr_sign(struct op_call *c, struct err *err)
{
	struct signing s = {
		.c = c,
		.path = c->args->words.items[0],
		.in = INTAKE_INIT,
		.sa = SHAPE_ARGS_INIT,
		.issuer = ISSUER_INIT,
	};
	enum rc rc;

	if (!c->args->given[P_ISSUER])
		return err_set(err, RC_USAGE, "--issuer is missing: which CA shall sign?");
	rc = input_read(c, s.path, &s.in, err);
	if (!rc)
		rc = find_request(&s, err);
	if (!rc)
		rc = check_request(&s, err);
	if (!rc)
		rc = take_shape(&s, err);
	if (!rc)
		rc = sign(&s, err);
	issuer_release(&s.issuer);
	shape_args_release(&s.sa);
	intake_release(&s.in);
	return rc;
}

static const enum param sign_params[] = { P_ISSUER,      P_OUT,      P_FORMAT,     P_NAMES,
					  P_PROFILE,     P_SAN,      P_SUBJECT,    P_NO_NAMES,
					  P_HASH,        P_DAYS,     P_NOT_BEFORE, P_NOT_AFTER,
					  P_PATH_LENGTH, P_PERMIT,   P_EXCLUDE,    P_KU,
					  P_EKU,         P_CRL_URL,  P_OCSP_URL,   P_CA_URL,
					  P_CHAIN,       P_NO_CHAIN, P_ROOT,       P_END };

const struct op op_csr_sign = {
	.noun = "csr",
	.verb = "sign",
	.arguments = "FILE [NAME...]",
	.summary = "issue a certificate for a request",
	.detail =
	    "Checks the request's own signature, shows what it asks for, asks, and issues. The "
	    "certificate is not stored in the database.",
	.min_words = 1,
	.max_words = SIZE_MAX,
	.flags = OP_READS | OP_KEYS,
	.params = sign_params,
	.run = csr_sign,
};
