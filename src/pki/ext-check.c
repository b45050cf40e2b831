/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether extensions are of the form that RFC 5280 gives them. */
#include "pki/der.h"
#include "pki/ext.h"

static enum rc
check_names(struct span value)
{
	struct span names;
	struct name name;
	enum rc rc;

	if (der_only(value, DER_SEQUENCE, &names) || !names.size)
		return RC_DAMAGED;
	do {
		rc = name_next(&names, &name);
	} while (rc == RC_OK);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc
check_basic_constraints(struct span value)
{
	bool ca;
	int path_length;

	return ext_basic_constraints(value, &ca, &path_length);
}

static enum rc
check_key_usage(struct span value)
{
	unsigned bits;

	return ext_key_usage(value, &bits);
}

static enum rc
check_ekus(struct span value)
{
	struct span oids;
	struct span oid;
	enum rc rc;

	if (ext_ekus(value, &oids) || !oids.size)
		return RC_DAMAGED;
	do {
		rc = ext_next_oid(&oids, &oid);
	} while (rc == RC_OK);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc
check_subtrees(struct span subtrees)
{
	struct name base;
	enum rc rc;

	do {
		rc = ext_next_subtree(&subtrees, &base);
	} while (rc == RC_OK || rc == RC_UNSUPPORTED);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc
check_name_constraints(struct span value)
{
	struct span permitted;
	struct span excluded;

	if (ext_name_constraints(value, &permitted, &excluded) || check_subtrees(permitted))
		return RC_DAMAGED;
	return check_subtrees(excluded);
}

static enum rc
check_subject_key_id(struct span value)
{
	struct span id;

	return ext_subject_key_id(value, &id);
}

static enum rc
check_authority_key_id(struct span value)
{
	struct span id;

	return ext_authority_key_id(value, &id);
}

static const struct check {
	enum oid id;
	enum rc (*check)(struct span value);
} checks[] = {
	{ OID_EXT_BASIC_CONSTRAINTS, check_basic_constraints },
	{ OID_EXT_KEY_USAGE, check_key_usage },
	{ OID_EXT_EKU, check_ekus },
	{ OID_EXT_SAN, check_names },
	{ OID_EXT_IAN, check_names },
	{ OID_EXT_NAME_CONSTRAINTS, check_name_constraints },
	{ OID_EXT_SKI, check_subject_key_id },
	{ OID_EXT_AKI, check_authority_key_id },
};

enum rc
ext_check(const struct ext *x)
{
	enum oid id = oid_find(x->oid);

	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		if (checks[i].id == id)
			return checks[i].check(x->value);
	}
	return RC_OK;
}
