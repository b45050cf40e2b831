/* SPDX-License-Identifier: GPL-3.0-or-later */
/* -cert -sign. Names of the request are taken over; with -preserve its usages are, too, and its
 * names go along with those that are given. */
#include "base/text.h"
#include "op/facts.h"
#include "op/ops.h"
#include "pki/ext.h"
#include "pki/name.h"
#include "ui/gskit-parts.h"

#include <string.h>

/* The request in the file; false when there is none, or more than one. */
static bool
find_request(const struct shown_file *file, struct csr *csr)
{
	size_t count = 0;
	struct facts f;

	for (size_t i = 0; i < file->row_count; i++) {
		facts_brief_of(&f, &file->rows[i], &file->db);
		if (f.has_csr && !count++)
			*csr = f.csr;
	}
	return count == 1;
}

/* What is given here counts; what is not is what the request asks for. */
static enum rc
keep_usages(struct gskit *g, const struct ext *x, enum param p, struct err *err)
{
	struct buf text = BUF_INIT;
	const char *list;
	enum rc rc;

	if (g->args.given[p])
		return RC_OK;
	rc = ext_put_items(&text, x, ",");
	if (rc) {
		buf_release(&text);
		return err_set(err, rc, "the usages that the request asks for cannot be read");
	}
	rc = gskit_keep(g, &list, &text, err);
	return rc ? rc : args_set(&g->args, p, list, err);
}

/* To be a CA is no usage: it has to be said. */
static enum rc
keep_constraints(struct gskit *g, const struct ext *x, struct err *err)
{
	struct buf text = BUF_INIT;
	const char *number;
	bool ca = false;
	int length = -1;
	enum rc rc;

	if (ext_basic_constraints(x->value, &ca, &length) || !ca)
		return RC_OK;
	if (!g->values[GSKIT_CA]) {
		(void)err_set(err, RC_POLICY, "the request asks to be a CA");
		return err_hint(err, "-ca true makes it one, -ca false does not");
	}
	if (!text_equal_ascii(g->values[GSKIT_CA], "true") || length < 0)
		return RC_OK;
	buf_printf(&text, "%d", length);
	rc = gskit_keep(g, &number, &text, err);
	return rc ? rc : args_set(&g->args, P_PATH_LENGTH, number, err);
}

static bool
is_given(const struct words *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i], text) == 0)
			return true;
	}
	return false;
}

/* Beside those that are given. Without any the operation takes the request's as they are. */
static enum rc
keep_names(struct gskit *g, const struct csr *csr, struct err *err)
{
	struct span names = csr_names(csr);
	struct name name;
	enum rc rc = RC_OK;

	if (!g->args.given[P_SAN])
		return RC_OK;
	while (!rc && !name_next(&names, &name)) {
		struct buf text = BUF_INIT;
		const char *item;

		name_put(&text, &name);
		rc = gskit_keep(g, &item, &text, err);
		if (!rc && !is_given(&g->args.list[P_SAN], item))
			rc = args_set(&g->args, P_SAN, item, err);
	}
	return rc;
}

static void
tell_dropped(struct gskit *g, const struct ext *x)
{
	struct buf name = BUF_INIT;

	oid_put_name(&name, x->oid);
	out_printf(g->v->notes,
		   "warning: the request asks for %s, which is not taken over by -preserve\n",
		   buf_text(&name));
	buf_release(&name);
}

static enum rc
keep_extension(struct gskit *g, const struct ext *x, struct err *err)
{
	if (oid_is(x->oid, OID_EXT_KEY_USAGE))
		return keep_usages(g, x, P_KU, err);
	if (oid_is(x->oid, OID_EXT_EKU))
		return keep_usages(g, x, P_EKU, err);
	if (oid_is(x->oid, OID_EXT_BASIC_CONSTRAINTS))
		return keep_constraints(g, x, err);
	/* Names have their own way; key identifiers are the signer's business. */
	if (!oid_is(x->oid, OID_EXT_SAN) && !oid_is(x->oid, OID_EXT_SKI))
		tell_dropped(g, x);
	return RC_OK;
}

static enum rc
keep_request(struct gskit *g, const struct csr *csr, struct err *err)
{
	struct span extensions = csr->extensions;
	struct ext x;
	enum rc rc = keep_names(g, csr, err);

	while (!rc && !ext_next(&extensions, &x))
		rc = keep_extension(g, &x, err);
	return rc;
}

/* What is no request is told by the operation. */
static enum rc
preserve(struct gskit *g, struct err *err)
{
	struct result result = RESULT_INIT;
	struct csr csr;
	enum rc rc;

	if (!g->values[GSKIT_PRESERVE])
		return RC_OK;
	rc = show_look(&result, g->values[GSKIT_FILE], err);
	if (!rc && find_request(&result.shown[0], &csr))
		rc = keep_request(g, &csr, err);
	result_release(&result);
	return rc;
}

static enum rc
set_signing(struct gskit *g, struct err *err)
{
	const struct {
		enum param param;
		const char *value;
	} settings[] = {
		{ P_YES, NULL },
		{ P_NO_CHAIN, NULL },
		{ P_NAMES, g->args.given[P_SAN] ? "given" : "request" },
	};
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < ARRAY_SIZE(settings); i++)
		rc = args_set(&g->args, settings[i].param, settings[i].value, err);
	return rc;
}

enum rc
gskit_cert_sign(struct gskit *g, struct err *err)
{
	enum rc rc = gskit_set_hash(g, err);

	if (!rc)
		rc = gskit_set_profile(g, err);
	if (!rc)
		rc = preserve(g, err);
	if (!rc)
		rc = gskit_set_ascii(g, err);
	if (!rc)
		rc = set_signing(g, err);
	if (!rc && !g->args.given[P_DAYS])
		rc = args_set(&g->args, P_DAYS, "365", err);
	if (!rc && g->values[GSKIT_SERNUM])
		out_text(g->v->notes, "warning: -sernum is not used: serial numbers are random\n");
	return rc;
}
