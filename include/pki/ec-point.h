/* The public point of an EC private key: PKCS#8 as Java writes it has none, and the library cannot
 * make one. */
#ifndef PKI_EC_POINT_H
#define PKI_EC_POINT_H

#include "base/secret.h"
#include "pki/oid.h"

/* Appends scalar times the curve's base point, uncompressed (04 || X || Y). In time that does not
 * depend on the scalar's bits. RC_UNSUPPORTED for a curve that is not in curve.def, RC_DAMAGED for
 * a scalar of zero or one longer than the curve's field, RC_NO_MEMORY. */
NODISCARD enum rc ec_point_of(struct buf *point, enum oid curve, struct span scalar);

/* True when both are one point, written in full or compressed (SEC 1 section 2.3.3), or the same
 * bytes at least. */
bool ec_point_same(struct span a, struct span b);

/* Bytes of a coordinate; 0 for a curve that is not known. */
size_t ec_field_size(enum oid curve);

#endif
