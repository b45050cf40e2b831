/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert list and csr list: rows, filtered. */

#include "base/env.h"
#include "op/ops.h"
#include "op/shape-args.h"
#include "pki/path.h"

#include <stdlib.h>
#include <string.h>

static bool
kind_wanted(const struct entry *e, const char *kind)
{
	static const char *const names[] = {
		[ENTRY_KEY] = "key",
		[ENTRY_CERT] = "cert",
		[ENTRY_SECRET] = "secret",
	};

	return !kind || strcmp(names[e->kind], kind) == 0;
}

static bool
ends_by(const struct entry *e, int64_t limit)
{
	struct cert cert;

	return e->kind != ENTRY_SECRET && !cert_parse(&cert, e->cert.span, NULL) &&
	       cert.not_after <= limit;
}

static enum rc
list_requests(struct op_call *c)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < c->db->request_count; i++)
		rc = result_row(c->result, NULL, c->db->requests[i]);
	return rc;
}

static enum rc
list_entries(struct op_call *c, const char *kind)
{
	const struct args *args = c->args;
	bool expiring = args->given[P_EXPIRING];
	int64_t limit = 0;
	enum rc rc = RC_OK;

	if (expiring)
		limit = env_now() + (int64_t)args->number[P_EXPIRING] * DAY_SECONDS;
	for (size_t i = 0; !rc && i < c->db->count; i++) {
		const struct entry *e = c->db->entries[i];

		if (kind_wanted(e, kind) && (!expiring || ends_by(e, limit)))
			rc = result_row(c->result, e, NULL);
	}
	if (!rc && expiring && c->result->row_count)
		c->result->status = RC_FOUND;
	return rc;
}

/* Tells each row which other one issued it. */
static enum rc
link_tree(struct result *r)
{
	struct path_member *members = calloc(r->row_count ? r->row_count : 1, sizeof(*members));
	size_t *row_of = calloc(r->row_count ? r->row_count : 1, sizeof(*row_of));
	struct path_set set = { .members = members };
	enum rc rc = members && row_of ? RC_OK : RC_NO_MEMORY;

	for (size_t i = 0; !rc && i < r->row_count; i++) {
		const struct entry *e = r->rows[i].entry;

		r->rows[i].issuer = -1;
		if (!e || cert_parse(&members[set.count].cert, e->cert.span, NULL))
			continue;
		members[set.count].usable = true;
		row_of[set.count++] = i;
	}
	if (!rc)
		rc = path_set_prepare(&set);
	for (size_t i = 0; !rc && i < set.count; i++) {
		long issuer = path_issuer(&set, &members[i].cert);

		if (issuer >= 0 && (size_t)issuer != i)
			r->rows[row_of[i]].issuer = (long)row_of[issuer];
	}
	path_set_release(&set);
	free(members);
	free(row_of);
	return rc;
}

static enum rc
cert_list(struct op_call *c, struct err *err)
{
	const struct args *args = c->args;
	const char *kind = args->given[P_KIND] ? args->text[P_KIND] : NULL;
	enum rc rc;

	c->result->kind = RESULT_LIST;
	if (args->given[P_EXPIRING] && args->number[P_EXPIRING] > DAYS_MAX)
		return err_set(err, RC_USAGE, "--expiring takes 0 to %d", DAYS_MAX);
	if (kind && strcmp(kind, "request") == 0)
		rc = list_requests(c);
	else
		rc = list_entries(c, kind);
	if (!rc && args->given[P_TREE]) {
		c->result->tree = true;
		rc = link_tree(c->result);
	}
	return err_default(err, rc);
}

static enum rc
csr_list(struct op_call *c, struct err *err)
{
	c->result->kind = RESULT_LIST;
	return err_default(err, list_requests(c));
}

static const enum param cert_params[] = { P_KIND, P_EXPIRING, P_TREE, P_END };
static const enum param csr_params[] = { P_END };

const struct op op_cert_list = {
	.noun = "cert",
	.verb = "list",
	.arguments = "",
	.summary = "list keys, certificates and secret keys",
	.detail = "With --expiring the status is 3 when there is any.",
	.flags = OP_READS | OP_PUBLIC,
	.params = cert_params,
	.run = cert_list,
};

const struct op op_csr_list = {
	.noun = "csr",
	.verb = "list",
	.arguments = "",
	.summary = "list the requests that wait for an answer",
	.flags = OP_READS | OP_PUBLIC,
	.params = csr_params,
	.run = csr_list,
};
