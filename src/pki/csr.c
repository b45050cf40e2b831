/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certification requests taken apart. */
#include "pki/csr.h"

#include "pki/der.h"
#include "pki/frame.h"
#include "pki/key.h"

/* The one value of an extensionRequest: Extensions, each with a good head. */
static enum rc
read_extensions(struct csr *csr, struct span values)
{
	struct span extensions;
	struct ext x;
	enum rc rc;

	/* Asking twice leaves open which is meant. */
	if (csr->extensions.data || der_only(values, DER_SEQUENCE, &extensions))
		return RC_DAMAGED;
	csr->extensions = extensions;
	do {
		rc = ext_next(&extensions, &x);
	} while (rc == RC_OK);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* RFC 2986 section 4.1: a SET of attributes, [0] IMPLICIT. Microsoft has an OID of its own for
 * extensionRequest. */
static enum rc
read_attributes(struct csr *csr)
{
	struct span rest = csr->attributes;

	while (rest.size) {
		struct span attribute;
		struct span values;
		struct span oid;
		enum rc rc = RC_OK;

		if (der_take(&rest, DER_SEQUENCE, &attribute) ||
		    der_take(&attribute, DER_OID, &oid) || der_only(attribute, DER_SET, &values))
			return RC_DAMAGED;
		if (oid_is(oid, OID_EXTENSION_REQUEST) || oid_is(oid, OID_MS_EXTENSION_REQUEST))
			rc = read_extensions(csr, values);
		if (rc)
			return rc;
	}
	return RC_OK;
}

static enum rc
parse_info(struct csr *csr, struct span info, const char **where)
{
	*where = "version";
	if (der_take_number(&info, &csr->version))
		return RC_DAMAGED;
	if (frame_take_owner(&info, &csr->subject, &csr->spki, where))
		return RC_DAMAGED;
	*where = "attributes";
	csr->attributes = SPAN_NONE;
	csr->extensions = SPAN_NONE;
	if (info.size && der_only(info, DER_CONTEXT_SET(0), &csr->attributes))
		return RC_DAMAGED;
	return read_attributes(csr);
}

enum rc
csr_parse(struct csr *csr, struct span der, const char **where)
{
	const char *ignored;
	struct frame frame;

	if (!where)
		where = &ignored;
	if (frame_open(&frame, der, where))
		return RC_DAMAGED;
	csr->der = der;
	csr->info = frame.whole;
	csr->sig_alg = frame.sig_alg;
	csr->signature = frame.signature;
	return parse_info(csr, frame.inside, where);
}

bool
csr_probe(struct span der)
{
	struct span value;
	struct span algorithm;

	der = frame_peek(der);
	if (der_take(&der, DER_INTEGER, &value) || der_take(&der, DER_SEQUENCE, &value) ||
	    der_take(&der, DER_SEQUENCE, &value))
		return false;
	/* The key: AlgorithmIdentifier and BIT STRING. A certificate has names and dates here. */
	return !der_take(&value, DER_SEQUENCE, &algorithm) && der_peek(value) == DER_BIT_STRING;
}

enum rc
csr_verify(const struct csr *csr)
{
	return key_verify(csr->spki, csr->sig_alg, csr->info, csr->signature);
}

struct span
csr_names(const struct csr *csr)
{
	struct span names;
	struct ext x;

	if (!ext_find(csr->extensions, OID_EXT_SAN, &x) || der_only(x.value, DER_SEQUENCE, &names))
		return SPAN_NONE;
	return names;
}
