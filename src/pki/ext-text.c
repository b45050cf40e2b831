/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Extensions as text, and usages read from text. */
#include "pki/ext.h"
#include "base/text.h"
#include "pki/der.h"

#include <string.h>

static const char *const key_usage_names[] = {
	"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
	"keyCertSign",      "cRLSign",        "encipherOnly",    "decipherOnly",
};

/* Where the items of a description go. */
struct items {
	struct buf *out;
	const char *between;
	bool more; /* one is there already */
};

/* What stands between items: before all but the first. */
static void
put_between(struct items *items)
{
	if (items->more)
		buf_put_text(items->out, items->between);
	items->more = true;
}

static void
put_usages(struct items *items, unsigned bits)
{
	for (unsigned i = 0; i < ARRAY_SIZE(key_usage_names); i++) {
		if (!(bits & 1U << i))
			continue;
		put_between(items);
		buf_put_text(items->out, key_usage_names[i]);
	}
	if (!items->more)
		buf_put_text(items->out, "none");
}

void
ext_put_key_usage(struct buf *out, unsigned bits)
{
	struct items items = { .out = out, .between = ", " };

	put_usages(&items, bits);
}

static enum rc
put_basic_constraints(struct items *items, struct span value)
{
	bool ca;
	int path_length;
	enum rc rc;

	rc = ext_basic_constraints(value, &ca, &path_length);
	if (rc)
		return rc;
	buf_put_text(items->out, ca ? "CA" : "no CA");
	if (path_length >= 0)
		buf_printf(items->out, ", path length %d", path_length);
	return RC_OK;
}

static enum rc
put_key_usage(struct items *items, struct span value)
{
	unsigned bits;
	enum rc rc;

	rc = ext_key_usage(value, &bits);
	if (!rc)
		put_usages(items, bits);
	return rc;
}

static enum rc
put_ekus(struct items *items, struct span value)
{
	struct span oids;
	struct span oid;
	enum rc rc;

	rc = ext_ekus(value, &oids);
	if (rc)
		return rc;
	while ((rc = ext_next_oid(&oids, &oid)) == RC_OK) {
		put_between(items);
		oid_put_name(items->out, oid);
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc
put_name_list(struct items *items, struct span names)
{
	struct name name;
	enum rc rc;

	while ((rc = name_next(&names, &name)) == RC_OK) {
		put_between(items);
		name_put(items->out, &name);
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc
put_names(struct items *items, struct span value)
{
	struct span names;

	if (der_only(value, DER_SEQUENCE, &names))
		return RC_DAMAGED;
	return put_name_list(items, names);
}

static enum rc
put_subtrees(struct items *items, const char *word, struct span subtrees)
{
	struct name base;
	enum rc rc;

	while ((rc = ext_next_subtree(&subtrees, &base)) != RC_NOT_FOUND) {
		if (rc && rc != RC_UNSUPPORTED)
			return rc;
		put_between(items);
		buf_printf(items->out, "%s ", word);
		name_put(items->out, &base);
		if (rc)
			buf_put_text(items->out, " (with minimum or maximum)");
	}
	return RC_OK;
}

static enum rc
put_name_constraints(struct items *items, struct span value)
{
	struct span permitted;
	struct span excluded;
	enum rc rc;

	rc = ext_name_constraints(value, &permitted, &excluded);
	if (!rc)
		rc = put_subtrees(items, "permitted", permitted);
	if (!rc)
		rc = put_subtrees(items, "excluded", excluded);
	return rc;
}

static enum rc
put_subject_key_id(struct items *items, struct span value)
{
	struct span id;
	enum rc rc;

	rc = ext_subject_key_id(value, &id);
	if (!rc)
		text_put_hex(items->out, id);
	return rc;
}

/* AuthorityKeyIdentifier, RFC 5280 section 4.2.1.1: key identifier, issuer and serial number. */
static enum rc
put_authority_key_id(struct items *items, struct span value)
{
	struct span seq;
	struct span part;
	struct items names = { .out = items->out, .between = items->between };
	enum rc rc = RC_OK;

	if (der_only(value, DER_SEQUENCE, &seq))
		return RC_DAMAGED;
	if (der_optional(&seq, DER_CONTEXT(0), &part)) {
		put_between(items);
		text_put_hex(items->out, part);
	}
	if (der_optional(&seq, DER_CONTEXT_SET(1), &part)) {
		put_between(items);
		buf_put_text(items->out, "issuer ");
		rc = put_name_list(&names, part);
	}
	if (!rc && der_optional(&seq, DER_CONTEXT(2), &part)) {
		put_between(items);
		buf_put_text(items->out, "serial ");
		text_put_hex(items->out, part);
	}
	return rc;
}

/* DistributionPoint, RFC 5280 section 4.2.1.13: of its names only the full ones are told. */
static enum rc
put_point(struct items *items, struct span point)
{
	struct span choice;
	struct span names;

	if (!der_optional(&point, DER_CONTEXT_SET(0), &choice)) {
		(void)der_optional(&point, DER_CONTEXT(1), &names); /* reasons: not told */
		if (!der_optional(&point, DER_CONTEXT_SET(2), &names))
			return RC_DAMAGED;
		return put_name_list(items, names);
	}
	if (der_optional(&choice, DER_CONTEXT_SET(0), &names))
		return put_name_list(items, names);
	put_between(items);
	buf_put_text(items->out, "a name relative to the issuer");
	return RC_OK;
}

/* AccessDescription: "OCSP uri:http://..." */
static enum rc
put_access(struct items *items, struct span access)
{
	struct span method;
	struct name name;

	if (der_take(&access, DER_OID, &method) || name_next(&access, &name))
		return RC_DAMAGED;
	put_between(items);
	oid_put_name(items->out, method);
	buf_put_byte(items->out, ' ');
	name_put(items->out, &name);
	return RC_OK;
}

/* PolicyInformation: without its qualifiers. */
static enum rc
put_policy(struct items *items, struct span information)
{
	struct span policy;

	if (der_take(&information, DER_OID, &policy))
		return RC_DAMAGED;
	put_between(items);
	oid_put_name(items->out, policy);
	return RC_OK;
}

/* A single character string. */
static enum rc
put_string(struct items *items, struct span value)
{
	struct buf text = BUF_INIT;
	struct tlv tlv;

	if (der_next(&value, &tlv) || value.size || !der_string(&text, tlv.tag, tlv.value)) {
		buf_release(&text);
		return RC_DAMAGED;
	}
	text_escape(items->out, buf_span(&text));
	buf_release(&text);
	return RC_OK;
}

static const struct writer {
	enum rc (*put)(struct items *items, struct span value);
	enum oid id;
	bool each; /* the value is a SEQUENCE OF SEQUENCE, and put is for the contents of one */
} writers[] = {
	{ put_basic_constraints, OID_EXT_BASIC_CONSTRAINTS, false },
	{ put_key_usage, OID_EXT_KEY_USAGE, false },
	{ put_ekus, OID_EXT_EKU, false },
	{ put_names, OID_EXT_SAN, false },
	{ put_names, OID_EXT_IAN, false },
	{ put_name_constraints, OID_EXT_NAME_CONSTRAINTS, false },
	{ put_subject_key_id, OID_EXT_SKI, false },
	{ put_authority_key_id, OID_EXT_AKI, false },
	{ put_point, OID_EXT_CRL_DP, true },
	{ put_point, OID_EXT_FRESHEST_CRL, true },
	{ put_access, OID_EXT_AIA, true },
	{ put_access, OID_EXT_SIA, true },
	{ put_policy, OID_EXT_POLICIES, true },
	{ put_string, OID_EXT_NS_COMMENT, false },
};

static const struct writer *
writer_of(struct span oid)
{
	enum oid id = oid_find(oid);

	for (size_t i = 0; i < ARRAY_SIZE(writers); i++) {
		if (writers[i].id == id)
			return &writers[i];
	}
	return NULL;
}

static enum rc
put_each(struct items *items, const struct writer *writer, struct span value)
{
	struct span list;
	struct span item;
	enum rc rc;

	rc = der_only(value, DER_SEQUENCE, &list);
	while (!rc && list.size) {
		rc = der_take(&list, DER_SEQUENCE, &item);
		if (!rc)
			rc = writer->put(items, item);
	}
	return rc;
}

enum rc
ext_put_items(struct buf *out, const struct ext *x, const char *between)
{
	const struct writer *writer = writer_of(x->oid);
	struct items items = { .out = out, .between = between };
	size_t before = out->size;
	enum rc rc;

	if (!writer)
		return RC_NOT_FOUND;
	rc = writer->each ? put_each(&items, writer, x->value) : writer->put(&items, x->value);
	/* Out of memory empties the buffer. */
	if (rc && !out->bad)
		buf_cut(out, before);
	return rc ? RC_DAMAGED : RC_OK;
}

void
ext_put_text(struct buf *out, const struct ext *x)
{
	switch (ext_put_items(out, x, ", ")) {
	case RC_OK:
		break;
	case RC_NOT_FOUND:
		buf_printf(out, "%zu byte%s", x->value.size, x->value.size == 1 ? "" : "s");
		break;
	default:
		buf_put_text(out, "damaged");
	}
}

/* The bit of a name; 0 for an unknown one. */
static unsigned
usage_bit(struct span name)
{
	for (unsigned i = 0; i < ARRAY_SIZE(key_usage_names); i++) {
		if (text_equal_folded(name, span_text(key_usage_names[i])))
			return 1U << i;
	}
	/* X.509's newer name of the same bit */
	if (text_equal_folded(name, span_text("contentCommitment")))
		return KU_NON_REPUDIATION;
	return 0;
}

enum rc
ext_parse_key_usage(const char *list, unsigned *bits, struct err *err)
{
	struct span item;

	*bits = 0;
	while (text_next_item(&list, &item)) {
		unsigned bit = usage_bit(item);

		if (!bit) {
			err_set(err, RC_USAGE, "'%s' is no key usage", ESC_SPAN(item));
			return err_hint(err, "key usages are digitalSignature, nonRepudiation, "
					     "keyEncipherment, dataEncipherment, keyAgreement, "
					     "keyCertSign, cRLSign, encipherOnly, decipherOnly");
		}
		*bits |= bit;
	}
	return RC_OK;
}

enum rc
ext_parse_ekus(struct buf *der, const char *list, struct err *err)
{
	struct buf octets = BUF_INIT;
	struct span item;
	enum rc rc = RC_OK;

	while (!rc && text_next_item(&list, &item)) {
		enum oid id = oid_by_name(OID_EKU, item);

		buf_cut(&octets, 0);
		if (id != OID_NONE)
			buf_put(&octets, oid_octets(id));
		else
			rc = oid_from_dotted(&octets, item);
		if (!rc)
			der_put(der, DER_OID, buf_span(&octets));
	}
	if (rc == RC_USAGE) {
		err_set(err, rc, "'%s' is no extended key usage and no OID", ESC_SPAN(item));
		err_hint(err, "usages are serverAuth, clientAuth, codeSigning, emailProtection, "
			      "timeStamping, OCSPSigning, or OIDs as 1.3.6.1.5.5.7.3.1");
	}
	if (!rc)
		rc = buf_rc(der);
	buf_release(&octets);
	return rc;
}
