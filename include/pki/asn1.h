/* Building DER after src/pki/schema.asn: a thin wrapper of libtasn1. Failures are sticky: ask once,
 * with asn1_put. */
#ifndef PKI_ASN1_H
#define PKI_ASN1_H

#include "pki/oid.h"

#include <libtasn1.h>

/* The schema, taken in. Opaque; freed with asn1_schema_free, after all structures made from it. */
struct asn1_schema;

/* Takes the schema in. RC_NO_MEMORY, RC_INTERNAL. *schema is NULL on failure. */
NODISCARD enum rc asn1_schema_new(struct asn1_schema **schema);

/* Frees it; *schema may be NULL. */
void asn1_schema_free(struct asn1_schema **schema);

/* A structure that is being filled. ASN1_INIT makes it empty; asn1_release releases (and wipes) it.
 */
struct asn1 {
	asn1_node node;
	enum rc rc;
};

#define ASN1_INIT            \
	{                    \
		.node = NULL \
	}

/* Begins a structure of a type of the schema. */
void asn1_begin(struct asn1 *a, const struct asn1_schema *schema, const char *type);

/* Sets a field to bytes: an OCTET STRING's, an IA5String's, an INTEGER's in two's complement, whole
 * DER for ANY. The path is libtasn1's
 * ("validity.notBefore", "" for all). */
void asn1_set(struct asn1 *a, const char *path, struct span value);

/* Sets a field to a number. */
void asn1_set_number(struct asn1 *a, const char *path, uint64_t number);

/* Sets a BIT STRING to the first bits of value. */
void asn1_set_bits(struct asn1 *a, const char *path, struct span value, size_t bits);

/* Sets an OBJECT IDENTIFIER. */
void asn1_set_oid(struct asn1 *a, const char *path, enum oid id);

/* Sets a BOOLEAN; one that is its DEFAULT is left out. */
void asn1_set_bool(struct asn1 *a, const char *path, bool value);

/* Chooses a member of a CHOICE. */
void asn1_choose(struct asn1 *a, const char *path, const char *member);

/* Appends an element to a SEQUENCE OF or SET OF: its path then is PATH.?LAST. */
void asn1_append(struct asn1 *a, const char *path);

/* Leaves an OPTIONAL field out. */
void asn1_absent(struct asn1 *a, const char *path);

/* Appends the structure's DER to out and releases it. RC_NO_MEMORY; RC_INTERNAL when a field was
 * not set or did not fit the schema. */
NODISCARD enum rc asn1_put(struct buf *out, struct asn1 *a);

/* Releases and wipes it; a is empty and usable afterwards. */
void asn1_release(struct asn1 *a);

#endif
