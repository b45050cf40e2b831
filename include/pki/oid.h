/* Object identifiers: the known ones by name, all by their dotted text. */
#ifndef PKI_OID_H
#define PKI_OID_H

#include "base/buf.h"

/* What an OID is used for: its name is looked up within a kind. */
enum oid_kind {
	OID_ATTRIBUTE, /* of a distinguished name */
	OID_EXTENSION, /* of a certificate, request, CRL */
	OID_EKU,       /* extended key usage */
	OID_ALGORITHM, /* public keys, signatures, digests, ciphers, KDFs */
	OID_CURVE,
	OID_BAG, /* PKCS#12 bags and their contents, PKCS#7 contents */
	OID_BAG_ATTRIBUTE,
	OID_OTHER,
};

/* The known ones: OID(enumerator, kind, dotted, contents octets, name). */
enum oid {
	OID_NONE,
#define OID(id, kind, dotted, octets, name) id,
#include "pki/oid.def"
#undef OID
	OID_COUNT,
};

/* Which one the contents octets of an OBJECT IDENTIFIER are; OID_NONE for an unknown one. */
enum oid oid_find(struct span octets);

/* True when octets are those of id. */
bool oid_is(struct span octets, enum oid id);

/* The contents octets; static. */
struct span oid_octets(enum oid id);

/* The name: RFC 4514 short name for attributes, RFC 5280 identifier for extensions and usages, else
 * the usual one. Static. */
const char *oid_name(enum oid id);

/* What it is used for. */
enum oid_kind oid_kind(enum oid id);

/* The dotted form; static. */
const char *oid_dotted(enum oid id);

/* Looks a name up among those of a kind, any case; OID_NONE when unknown. */
enum oid oid_by_name(enum oid_kind kind, struct span name);

/* Appends the dotted form; "?" when octets are no OID, or have an arc of over 196 bits. */
void oid_put_dotted(struct buf *out, struct span octets);

/* Appends the name where it is known, else the dotted form. */
void oid_put_name(struct buf *out, struct span octets);

/* Appends contents octets for a dotted form. RC_USAGE when it is none (first arc 0 to 2, second
 * under 40 but for 2, at least two arcs, no leading zeros; arcs up to 2^63 - 1). */
NODISCARD enum rc oid_from_dotted(struct buf *out, struct span dotted);

#endif
