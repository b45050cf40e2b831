/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Extensions as GSKit prints them. */
#include "base/text.h"
#include "pki/der.h"
#include "pki/dn.h"
#include "ui/gskit-parts.h"

#include <string.h>

/* --- Names --- */

static const char *const name_types[] = {
	[NAME_OTHER] = "otherName",       [NAME_EMAIL] = "rfc822Name",  [NAME_DNS] = "dNSName",
	[NAME_X400] = "x400Address",      [NAME_DIR] = "directoryName", [NAME_EDI] = "ediPartyName",
	[NAME_URI] = "uniformResourceID", [NAME_IP] = "iPAddress",      [NAME_RID] = "registeredID",
};

/* "dNSName: www.example.com" */
static void
put_name(struct out *out, const struct name *name)
{
	struct buf text = BUF_INIT;
	const char *value;

	name_put(&text, name);
	value = strchr(buf_text(&text), ':');
	out_printf(out, "%s: %s\n", name_types[name->type], value ? value + 1 : "?");
	buf_release(&text);
}

static enum rc
put_names(struct out *out, size_t indent, struct span names)
{
	struct name name;
	enum rc rc;

	while (!(rc = name_next(&names, &name))) {
		out_blanks(out, indent);
		put_name(out, &name);
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* --- Extensions --- */

static enum rc
put_authority_key_id(struct out *out, const struct ext *x)
{
	struct span seq;
	struct span part;
	enum rc rc = der_only(x->value, DER_SEQUENCE, &seq);

	if (rc)
		return rc;
	out_text(out, "    AuthorityKeyIdentifier\n      keyIdentifier:\n");
	if (der_optional(&seq, DER_CONTEXT(0), &part))
		gskit_put_bytes(out, part);
	out_text(out, "      authorityIdentifier:\n");
	if (der_optional(&seq, DER_CONTEXT_SET(1), &part))
		rc = put_names(out, 8, part);
	out_text(out, "      authorityCertSerialNumber:\n");
	if (der_optional(&seq, DER_CONTEXT(2), &part))
		gskit_put_bytes(out, part);
	return rc;
}

static enum rc
put_subject_key_id(struct out *out, const struct ext *x)
{
	struct span id;
	enum rc rc = ext_subject_key_id(x->value, &id);

	if (rc)
		return rc;
	out_text(out, "    SubjectKeyIdentifier\n      keyIdentifier:\n");
	gskit_put_bytes(out, id);
	return RC_OK;
}

static enum rc
put_key_usage(struct out *out, const struct ext *x)
{
	struct buf text = BUF_INIT;
	unsigned bits;
	enum rc rc = ext_key_usage(x->value, &bits);

	if (rc)
		return rc;
	ext_put_key_usage(&text, bits);
	out_text(out, "    key usage: ");
	out_buf(out, &text);
	out_text(out, "\n");
	buf_release(&text);
	return RC_OK;
}

static enum rc
put_basic_constraints(struct out *out, const struct ext *x)
{
	bool ca;
	int length;
	enum rc rc = ext_basic_constraints(x->value, &ca, &length);

	if (rc)
		return rc;
	out_printf(out, "    basicConstraints\n        ca = %s\n", ca ? "true" : "false");
	if (length >= 0)
		out_printf(out, "        pathLen = %d\n", length);
	return RC_OK;
}

/* A line for each item, with indent before it. */
static enum rc
put_items(struct out *out, const struct ext *x, const char *head, const char *indent)
{
	struct buf text = BUF_INIT;
	struct buf between = BUF_INIT;
	enum rc rc;

	buf_printf(&between, "\n%s", indent);
	rc = buf_rc(&between);
	if (!rc)
		rc = ext_put_items(&text, x, buf_text(&between));
	if (!rc) {
		out_printf(out, "    %s\n%s", head, indent);
		out_buf(out, &text);
		out_text(out, "\n");
	}
	buf_release(&between);
	buf_release(&text);
	return rc;
}

static enum rc
put_ekus(struct out *out, const struct ext *x)
{
	return put_items(out, x, "eku", "        ");
}

static enum rc
put_policies(struct out *out, const struct ext *x)
{
	return put_items(out, x, "certificatePolicies", "        ");
}

static enum rc
put_crl_points(struct out *out, const struct ext *x)
{
	return put_items(out, x, "CRLDistributionPoints",
			 "      fullname:\n      uniformResourceID: ");
}

static enum rc
put_alternative_names(struct out *out, const struct ext *x)
{
	struct span names;
	enum rc rc = der_only(x->value, DER_SEQUENCE, &names);

	if (rc)
		return rc;
	out_text(out, "    subjectAlternativeName\n");
	return put_names(out, 8, names);
}

/* GSKit's names of what there is about an issuer (RFC 5280 section 4.2.2.1). */
static const char *
access_name(struct span method)
{
	if (oid_is(method, OID_AD_OCSP))
		return "PKIX_AD_OCSP ";
	return oid_is(method, OID_AD_CA_ISSUERS) ? "PKIX_AD_CA_ISSUERS " : "";
}

static enum rc
put_authority_access(struct out *out, const struct ext *x)
{
	struct span list;
	struct span access;
	struct span method;
	struct name name;
	enum rc rc = der_only(x->value, DER_SEQUENCE, &list);

	out_text(out, "    AuthorityInfoAccess\n");
	while (!rc && list.size) {
		struct buf dotted = BUF_INIT;

		rc = der_take(&list, DER_SEQUENCE, &access);
		if (!rc)
			rc = der_take(&access, DER_OID, &method);
		if (!rc)
			rc = name_next(&access, &name);
		if (rc)
			break;
		oid_put_dotted(&dotted, method);
		out_printf(out, "    %s(%s)\n      accessLocation:", access_name(method),
			   buf_text(&dotted));
		put_name(out, &name);
		buf_release(&dotted);
	}
	return rc;
}

static const struct writer {
	enum oid id;
	enum rc (*put)(struct out *out, const struct ext *x);
} writers[] = {
	{ OID_EXT_AKI, put_authority_key_id },
	{ OID_EXT_SKI, put_subject_key_id },
	{ OID_EXT_KEY_USAGE, put_key_usage },
	{ OID_EXT_BASIC_CONSTRAINTS, put_basic_constraints },
	{ OID_EXT_EKU, put_ekus },
	{ OID_EXT_POLICIES, put_policies },
	{ OID_EXT_CRL_DP, put_crl_points },
	{ OID_EXT_AIA, put_authority_access },
	{ OID_EXT_SAN, put_alternative_names },
};

/* One that is not known, or damaged: its OID and its bytes. */
static void
put_unknown(struct out *out, const struct ext *x)
{
	struct buf text = BUF_INIT;

	oid_put_dotted(&text, x->oid);
	out_printf(out, "     (%s)\n        Value\n", buf_text(&text));
	gskit_put_bytes(out, x->value);
	buf_release(&text);
}

static void
put_extension(struct out *out, const struct ext *x)
{
	enum oid id = oid_find(x->oid);
	enum rc rc = RC_NOT_FOUND;

	for (size_t i = 0; i < ARRAY_SIZE(writers); i++) {
		if (id != OID_NONE && writers[i].id == id)
			rc = writers[i].put(out, x);
	}
	if (rc)
		put_unknown(out, x);
	if (x->critical)
		out_text(out, "        critical\n");
}

void
gskit_put_extensions(struct out *out, struct span extensions)
{
	struct ext x;

	if (extensions.size)
		out_text(out, "Extensions\n");
	while (!ext_next(&extensions, &x))
		put_extension(out, &x);
}
