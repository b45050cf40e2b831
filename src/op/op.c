/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "op/ops.h"

#include <string.h>

static const struct op *const all[] = {
	&op_db_create,        &op_db_convert,    &op_db_show,     &op_db_passwd,
	&op_db_record_length, &op_db_stash,      &op_db_delete,   &op_cert_create,
	&op_cert_list,        &op_cert_show,     &op_cert_add,    &op_cert_import,
	&op_cert_receive,     &op_cert_export,   &op_cert_renew,  &op_cert_verify,
	&op_cert_trust,       &op_cert_default,  &op_cert_rename, &op_cert_copy,
	&op_cert_delete,      &op_csr_create,    &op_csr_renew,   &op_csr_sign,
	&op_csr_list,         &op_csr_show,      &op_csr_export,  &op_csr_rename,
	&op_csr_delete,       &op_secret_create, &op_secret_add,  &op_secret_export,
	&op_param_create,     &op_show,          &op_script,      NULL,
};

const struct op *const *
op_all(void)
{
	return all;
}

static bool
same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

const struct op *
op_find(const char *noun, const char *verb)
{
	/* What has no noun is found by its verb, wherever that stands. */
	for (const struct op *const *op = all; *op; op++) {
		if (same((*op)->noun, noun) && same((*op)->verb, verb))
			return *op;
		if (!(*op)->noun && !verb && same((*op)->verb, noun))
			return *op;
	}
	return NULL;
}
