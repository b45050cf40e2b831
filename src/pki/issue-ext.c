/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/issue-ext.h"

#include "pki/der.h"
#include "pki/dn.h"
#include "pki/profile.h"

enum { KU_BITS = 9, KEY_ID_SIZE = 20 };

enum rc
issue_put_ext(struct buf *out, enum oid id, bool critical, struct span value)
{
	size_t at = out->size;

	der_put(out, DER_OID, oid_octets(id));
	if (critical)
		der_put(out, DER_BOOLEAN, SPAN_OF("\xff", 1));
	der_put(out, DER_OCTET_STRING, value);
	der_wrap(out, at, DER_SEQUENCE);
	return buf_rc(out);
}

/* Appends an Extension whose value is a structure; releases it. */
static enum rc
put_struct(struct buf *out, enum oid id, bool critical, struct asn1 *value)
{
	struct buf der = BUF_INIT;
	enum rc rc;

	rc = asn1_put(&der, value);
	if (!rc)
		rc = issue_put_ext(out, id, critical, buf_span(&der));
	buf_release(&der);
	return rc;
}

/* The identifier of a key (RFC 5280 section 4.2.1.2, method 1). */
static enum rc
key_id_of(unsigned char id[DIGEST_MAX], struct span spki)
{
	struct span bits;
	enum rc rc;

	rc = key_bits(spki, &bits);
	return rc ? rc : digest_of(HASH_SHA1, bits, id);
}

/* The identifier that the issuer's certificate has, else the one its key would get. made is room
 * for that. */
static enum rc
issuer_key_id(struct span *id, const struct cert *issuer, unsigned char made[DIGEST_MAX])
{
	struct ext x;

	if (cert_ext(issuer, OID_EXT_SKI, &x) && !ext_subject_key_id(x.value, id) && id->size)
		return RC_OK;
	*id = SPAN_OF(made, KEY_ID_SIZE);
	return key_id_of(made, issuer->spki);
}

enum rc
issue_put_key_ids(struct buf *out, struct span spki, const struct cert *issuer)
{
	struct buf value = BUF_INIT;
	unsigned char own[DIGEST_MAX];
	unsigned char made[DIGEST_MAX];
	struct span authority = SPAN_OF(own, KEY_ID_SIZE);
	enum rc rc;

	rc = key_id_of(own, spki);
	if (!rc && issuer)
		rc = issuer_key_id(&authority, issuer, made);
	if (rc)
		return rc;
	der_put(&value, DER_OCTET_STRING, SPAN_OF(own, KEY_ID_SIZE));
	rc = issue_put_ext(out, OID_EXT_SKI, false, buf_span(&value));
	buf_cut(&value, 0);
	der_put(&value, DER_CONTEXT(0), authority);
	der_wrap(&value, 0, DER_SEQUENCE);
	if (!rc)
		rc = issue_put_ext(out, OID_EXT_AKI, false, buf_span(&value));
	if (!rc)
		rc = buf_rc(&value);
	buf_release(&value);
	return rc;
}

/* A named bit list has no zero bits at its end (X.690 section 11.2.2). */
static enum rc
put_key_usage(struct buf *out, const struct asn1_schema *schema, unsigned usage)
{
	struct asn1 x = ASN1_INIT;
	unsigned char octets[2] = { 0, 0 };
	size_t bits = 0;
	size_t i;

	for (i = 0; i < KU_BITS; i++) {
		if (!(usage >> i & 1U))
			continue;
		octets[i / 8] = (unsigned char)(octets[i / 8] | 0x80U >> i % 8);
		bits = i + 1;
	}
	if (bits == 0)
		return RC_OK;
	asn1_begin(&x, schema, "KeyUsage");
	asn1_set_bits(&x, "", SPAN_OF(octets, sizeof(octets)), bits);
	return put_struct(out, OID_EXT_KEY_USAGE, true, &x);
}

static enum rc
put_basic_constraints(struct buf *out, const struct asn1_schema *schema, bool ca, int path_length)
{
	struct asn1 x = ASN1_INIT;

	asn1_begin(&x, schema, "BasicConstraints");
	asn1_set_bool(&x, "cA", ca);
	if (ca && path_length >= 0)
		asn1_set_number(&x, "pathLenConstraint", (uint64_t)path_length);
	else
		asn1_absent(&x, "pathLenConstraint");
	return put_struct(out, OID_EXT_BASIC_CONSTRAINTS, true, &x);
}

/* The shape's own usages come as elements; the profile's from its rules. */
static enum rc
put_ekus(struct buf *out, const struct asn1_schema *schema, const struct shape *shape)
{
	const enum oid *ekus = profile_rules(shape->profile)->ekus;
	struct asn1 x = ASN1_INIT;
	struct buf der = BUF_INIT;
	size_t i;
	enum rc rc;

	if (shape->ekus.size) {
		der_put(&der, DER_SEQUENCE, shape->ekus);
		rc = buf_rc(&der);
		if (!rc)
			rc = issue_put_ext(out, OID_EXT_EKU, false, buf_span(&der));
		buf_release(&der);
		return rc;
	}
	if (ekus[0] == OID_NONE)
		return RC_OK;
	asn1_begin(&x, schema, "ExtKeyUsage");
	for (i = 0; i < PROFILE_EKUS && ekus[i] != OID_NONE; i++) {
		asn1_append(&x, "");
		asn1_set_oid(&x, "?LAST", ekus[i]);
	}
	return put_struct(out, OID_EXT_EKU, false, &x);
}

/* Up to 1,000 names: straight from their elements, since libtasn1's lists are quadratic. */
static enum rc
put_names(struct buf *out, const struct shape *shape)
{
	struct buf der = BUF_INIT;
	enum rc rc;

	if (shape->names.size == 0)
		return RC_OK;
	der_put(&der, DER_SEQUENCE, shape->names);
	rc = buf_rc(&der);
	if (!rc)
		rc = issue_put_ext(out, OID_EXT_SAN, dn_is_empty(shape->subject), buf_span(&der));
	buf_release(&der);
	return rc;
}

/* Appends GeneralNames as subtrees to a list of x. */
static void
add_subtrees(struct asn1 *x, const char *list, const char *base, struct span names)
{
	struct name name;

	if (names.size == 0) {
		asn1_absent(x, list);
		return;
	}
	while (!name_next(&names, &name)) {
		asn1_append(x, list);
		asn1_set(x, base, name.whole);
	}
}

static enum rc
put_name_constraints(struct buf *out, const struct asn1_schema *schema, const struct shape *shape)
{
	struct asn1 x = ASN1_INIT;

	if (shape->permitted.size == 0 && shape->excluded.size == 0)
		return RC_OK;
	asn1_begin(&x, schema, "NameConstraints");
	add_subtrees(&x, "permittedSubtrees", "permittedSubtrees.?LAST.base", shape->permitted);
	add_subtrees(&x, "excludedSubtrees", "excludedSubtrees.?LAST.base", shape->excluded);
	return put_struct(out, OID_EXT_NAME_CONSTRAINTS, true, &x);
}

/* One distribution point: all URLs lead to the same list. */
static enum rc
put_crl_urls(struct buf *out, const struct asn1_schema *schema, const struct shape *shape)
{
#define FULL_NAME "?LAST.distributionPoint.fullName"
	struct asn1 x = ASN1_INIT;
	size_t i;

	if (!shape->crl_urls[0])
		return RC_OK;
	asn1_begin(&x, schema, "CRLDistributionPoints");
	asn1_append(&x, "");
	asn1_choose(&x, "?LAST.distributionPoint", "fullName");
	for (i = 0; i < ISSUE_URLS_MAX && shape->crl_urls[i]; i++) {
		asn1_append(&x, FULL_NAME);
		asn1_choose(&x, FULL_NAME ".?LAST", "uniformResourceIdentifier");
		asn1_set(&x, FULL_NAME ".?LAST.uniformResourceIdentifier",
			 span_text(shape->crl_urls[i]));
	}
	return put_struct(out, OID_EXT_CRL_DP, false, &x);
#undef FULL_NAME
}

static void
add_access(struct asn1 *x, enum oid method, const char *const urls[ISSUE_URLS_MAX])
{
	size_t i;

	for (i = 0; i < ISSUE_URLS_MAX && urls[i]; i++) {
		asn1_append(x, "");
		asn1_set_oid(x, "?LAST.accessMethod", method);
		asn1_choose(x, "?LAST.accessLocation", "uniformResourceIdentifier");
		asn1_set(x, "?LAST.accessLocation.uniformResourceIdentifier", span_text(urls[i]));
	}
}

static enum rc
put_access(struct buf *out, const struct asn1_schema *schema, const struct shape *shape)
{
	struct asn1 x = ASN1_INIT;

	if (!shape->ocsp_urls[0] && !shape->ca_urls[0])
		return RC_OK;
	asn1_begin(&x, schema, "AuthorityInfoAccess");
	add_access(&x, OID_AD_OCSP, shape->ocsp_urls);
	add_access(&x, OID_AD_CA_ISSUERS, shape->ca_urls);
	return put_struct(out, OID_EXT_AIA, false, &x);
}

enum rc
issue_put_exts(struct buf *out, const struct asn1_schema *schema, const struct shape *shape,
	       struct span spki, bool is_request)
{
	static const unsigned char null[] = { DER_NULL, 0 };
	unsigned usage = shape->key_usage;
	bool ca = shape->profile == PROFILE_CA;
	enum rc rc;

	if (usage == 0)
		usage = profile_key_usage(shape->profile, key_is_rsa(spki));
	rc = put_key_usage(out, schema, usage);
	if (!rc && (ca || (shape->profile != PROFILE_NONE && !is_request)))
		rc = put_basic_constraints(out, schema, ca, shape->path_length);
	if (!rc)
		rc = put_ekus(out, schema, shape);
	if (!rc)
		rc = put_names(out, shape);
	if (rc || is_request)
		return rc;
	rc = put_name_constraints(out, schema, shape);
	if (!rc)
		rc = put_crl_urls(out, schema, shape);
	if (!rc)
		rc = put_access(out, schema, shape);
	if (!rc && shape->profile == PROFILE_OCSP)
		rc = issue_put_ext(out, OID_EXT_OCSP_NOCHECK, false, SPAN_OF(null, sizeof(null)));
	return rc;
}

static bool
is_kept(enum oid id, bool is_request)
{
	switch ((int)id) {
	case OID_EXT_SKI:
	case OID_EXT_AKI:
	case OID_EXT_SCT: /* receipts for the old certificate */
	case OID_EXT_CT_POISON:
		return false;
	case OID_EXT_SAN:
	case OID_EXT_KEY_USAGE:
	case OID_EXT_EKU:
	case OID_EXT_BASIC_CONSTRAINTS:
		return true;
	default:
		return !is_request;
	}
}

/* Appends one extension as it stands, but keyUsage without what the key cannot do. */
static enum rc
put_kept(struct buf *out, const struct asn1_schema *schema, const struct ext *x, struct span whole,
	 struct span spki)
{
	unsigned usage;

	if (oid_is(x->oid, OID_EXT_KEY_USAGE) && !key_is_rsa(spki) &&
	    !ext_key_usage(x->value, &usage) && usage & KU_KEY_ENCIPHERMENT)
		return put_key_usage(out, schema, usage & ~(unsigned)KU_KEY_ENCIPHERMENT);
	buf_put(out, whole);
	return buf_rc(out);
}

enum rc
issue_put_kept(struct buf *out, const struct asn1_schema *schema, struct span extensions,
	       struct span spki, bool is_request)
{
	struct span rest = extensions;
	struct ext x;
	enum rc rc;

	while (!(rc = ext_next(&rest, &x))) {
		struct span whole = span_part(extensions, 0, extensions.size - rest.size);

		if (is_kept(oid_find(x.oid), is_request))
			rc = put_kept(out, schema, &x, whole, spki);
		if (rc)
			return rc;
		extensions = rest;
	}
	return rc == RC_NOT_FOUND ? buf_rc(out) : rc;
}
