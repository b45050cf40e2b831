/* Extensions of certificates and requests (RFC 5280 section 4.2): taken apart and described. */
#ifndef PKI_EXT_H
#define PKI_EXT_H

#include "pki/name.h"
#include "pki/oid.h"

/* One extension. Borrowed. */
struct ext {
	struct span oid; /* contents octets */
	bool critical;
	struct span value; /* contents of extnValue */
};

/* Bits of keyUsage, as in RFC 5280: bit 0 is the first. */
enum {
	KU_DIGITAL_SIGNATURE = 1 << 0,
	KU_NON_REPUDIATION = 1 << 1,
	KU_KEY_ENCIPHERMENT = 1 << 2,
	KU_DATA_ENCIPHERMENT = 1 << 3,
	KU_KEY_AGREEMENT = 1 << 4,
	KU_KEY_CERT_SIGN = 1 << 5,
	KU_CRL_SIGN = 1 << 6,
	KU_ENCIPHER_ONLY = 1 << 7,
	KU_DECIPHER_ONLY = 1 << 8,
};

/* The most extensions that one certificate may have and still be trusted. */
enum { EXT_MAX = 500 };

/* Takes the next extension off the contents of an Extensions SEQUENCE. RC_NOT_FOUND at the end,
 * RC_DAMAGED. */
NODISCARD enum rc ext_next(struct span *extensions, struct ext *out);

/* The extension with this id among the contents of an Extensions SEQUENCE; false when there is
 * none. */
bool ext_find(struct span extensions, enum oid id, struct ext *out);

/* True when one extension is there twice, or there are more than EXT_MAX of them. */
bool ext_has_duplicate(struct span extensions);

/* RC_DAMAGED when an extension that paths depend on is not of its form, or holds nothing where
 * something must be. RC_OK for those that are not known. */
NODISCARD enum rc ext_check(const struct ext *x);

/* basicConstraints; *path_length is -1 when absent. RC_DAMAGED. */
NODISCARD enum rc ext_basic_constraints(struct span value, bool *ca, int *path_length);

/* keyUsage into bits KU_*. RC_DAMAGED. */
NODISCARD enum rc ext_key_usage(struct span value, unsigned *bits);

/* True when extendedKeyUsage holds this usage (contents octets). */
bool ext_has_eku(struct span value, struct span usage);

/* The contents of the SEQUENCE of an extendedKeyUsage, for ext_next_oid. RC_DAMAGED. */
NODISCARD enum rc ext_ekus(struct span value, struct span *oids);

/* Takes the next OID (contents octets) off the contents of an extendedKeyUsage SEQUENCE, which
 * ext_ekus gives. RC_NOT_FOUND at the end, RC_DAMAGED. */
NODISCARD enum rc ext_next_oid(struct span *oids, struct span *octets);

/* Takes permitted and excluded subtrees (contents, each a run of GeneralSubtree; empty when absent)
 * out of nameConstraints. RC_DAMAGED. */
NODISCARD enum rc ext_name_constraints(struct span value, struct span *permitted,
				       struct span *excluded);

/* Takes the next base off a run of GeneralSubtree. RC_NOT_FOUND at the end, RC_DAMAGED;
 * RC_UNSUPPORTED for minimum or maximum, and then base is there and the next call goes on behind
 * it. */
NODISCARD enum rc ext_next_subtree(struct span *subtrees, struct name *base);

/* The bytes of a subjectKeyIdentifier. RC_DAMAGED. */
NODISCARD enum rc ext_subject_key_id(struct span value, struct span *id);
/* The keyIdentifier of an authorityKeyIdentifier; empty when it has only issuer and serial.
 * RC_DAMAGED. */
NODISCARD enum rc ext_authority_key_id(struct span value, struct span *id);

/* Appends a description on one line: "CA, path length 0", "digitalSignature, keyEncipherment",
 * names, URLs, key identifiers in hexadecimal; for an extension that is not known "N bytes". Safe
 * for a terminal. */
void ext_put_text(struct buf *out, const struct ext *x);

/* The same items with this text between them; a line feed appears in none. RC_NOT_FOUND for an
 * extension that is not known, RC_DAMAGED: nothing is appended. */
NODISCARD enum rc ext_put_items(struct buf *out, const struct ext *x, const char *between);

/* Appends "digitalSignature, keyCertSign". */
void ext_put_key_usage(struct buf *out, unsigned bits);

/* Bits for a comma-separated list of RFC 5280 names, any case. RC_USAGE with words. */
NODISCARD enum rc ext_parse_key_usage(const char *list, unsigned *bits, struct err *err);

/* Appends OBJECT IDENTIFIER elements for a comma-separated list of usage names or dotted OIDs.
 * RC_USAGE with words. */
NODISCARD enum rc ext_parse_ekus(struct buf *der, const char *list, struct err *err);

#endif
