/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/alg.h"

#include "pki/der.h"

enum rc
alg_read(struct span alg, struct span *oid, struct span *params)
{
	struct span in;
	struct span rest;
	struct tlv parameters;
	enum rc rc;

	*params = SPAN_NONE;
	rc = der_only(alg, DER_SEQUENCE, &in);
	if (rc)
		return rc;
	rc = der_take(&in, DER_OID, oid);
	if (rc)
		return rc;
	if (in.size == 0)
		return RC_OK;
	rest = in;
	rc = der_next(&rest, &parameters);
	if (rc)
		return rc;
	if (rest.size)
		return RC_DAMAGED;
	*params = in;
	return RC_OK;
}

enum rc
alg_take(struct span *in, struct span *alg)
{
	struct span rest = *in;
	struct tlv element;
	enum rc rc;

	rc = der_next(&rest, &element);
	if (rc)
		return rc;
	if (element.tag != DER_SEQUENCE)
		return RC_DAMAGED;
	*alg = element.whole;
	*in = rest;
	return RC_OK;
}

void
alg_put(struct buf *out, enum oid id, struct span params)
{
	size_t at = out->size;

	der_put(out, DER_OID, oid_octets(id));
	buf_put(out, params);
	der_wrap(out, at, DER_SEQUENCE);
}

void
alg_put_null(struct buf *out, enum oid id)
{
	static const unsigned char null[] = { DER_NULL, 0 };

	alg_put(out, id, SPAN_OF(null, sizeof(null)));
}
