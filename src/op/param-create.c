/* SPDX-License-Identifier: GPL-3.0-or-later */
/* param create: what gskkyman calls a key parameter file. Making a group takes minutes, and one
 * that somebody else made cannot be trusted by looking at it: those of RFC 7919 can. */
#include "base/text.h"
#include "codec/pem.h"
#include "op/ops.h"
#include "pki/dh.h"

#include <string.h>
#include <strings.h>

static enum rc
unknown_group(const char *name, struct err *err)
{
	struct buf all = BUF_INIT;
	const char *group;

	if (strncasecmp(name, "dsa", strlen("dsa")) == 0) {
		return err_set(err, RC_POLICY,
			       "'%s': DSA is withdrawn (FIPS 186-5), nothing new is made with it",
			       ESC(name));
	}
	for (size_t i = 0; (group = dh_group(i)); i++)
		buf_printf(&all, "%s%s", i ? ", " : "", group);
	if (all.bad)
		return err_default(err, RC_NO_MEMORY);
	(void)err_set(err, RC_USAGE, "'%s' is no group that is made here; the groups are %s",
		      ESC(name), buf_text(&all));
	buf_release(&all);
	return RC_USAGE;
}

static enum rc
param_create(struct op_call *call, struct err *err)
{
	const struct args *args = call->args;
	const char *name = args->words.items[0];
	struct result *r = call->result;
	struct buf text = BUF_INIT;
	struct buf der = BUF_INIT;
	enum rc rc = dh_put_parameters(&der, name);

	if (rc == RC_NOT_FOUND)
		return unknown_group(name, err);
	pem_put(&text, "DH PARAMETERS", buf_span(&der));
	if (!rc)
		rc = buf_rc(&text);
	if (!rc)
		rc = result_output(r, args->given[P_OUT] ? args->text[P_OUT] : "-", &text);
	if (!rc)
		r->outputs[r->output_count - 1].is_public_text = true;
	buf_release(&text);
	buf_release(&der);
	return rc ? err_default(err, rc) : RC_OK;
}

static const enum param params[] = { P_OUT, P_END };

const struct op op_param_create = {
	.noun = "param",
	.verb = "create",
	.arguments = "GROUP",
	.summary = "write Diffie-Hellman parameters to a file",
	.detail = "GROUP is ffdhe2048, ffdhe3072 or ffdhe4096 of RFC 7919, which need not be made. "
		  "The form is PKCS#3 in PEM, as servers read it. No database is needed.",
	.min_words = 1,
	.max_words = 1,
	.params = params,
	.run = param_create,
};
