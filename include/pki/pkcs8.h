/* PrivateKeyInfo (RFC 5208) and OneAsymmetricKey (RFC 5958): taken apart and put together. */
#ifndef PKI_PKCS8_H
#define PKI_PKCS8_H

#include "pki/alg.h"

#include "base/secret.h"

/* Borrows from the DER that was read. */
struct pkcs8 {
	uint64_t version;   /* 0 or 1 */
	struct span alg;    /* AlgorithmIdentifier, whole */
	struct span oid;    /* its OID's contents octets */
	struct span params; /* its parameters, whole; empty when absent */
	struct span key;    /* contents of the OCTET STRING */
	struct span public; /* bytes of the public key's BIT STRING (version 1); empty when absent
			     */
};

/* Takes der apart, nothing behind it. RC_DAMAGED. */
NODISCARD enum rc pkcs8_read(struct pkcs8 *p8, struct span der);

/* A new PrivateKeyInfo of version 0 with this AlgorithmIdentifier, whose OCTET STRING holds the
 * pieces one after the other. The caller frees *out. RC_NO_MEMORY, RC_LIMIT. */
NODISCARD enum rc pkcs8_make(struct secret **out, struct span alg, const struct span *pieces,
			     size_t count);

/* An ECPrivateKey (RFC 5915) taken apart. Borrows. */
struct sec1 {
	struct span scalar;
	struct span params; /* whole; empty when absent */
	struct span point;  /* empty when absent */
};

/* Takes an ECPrivateKey apart, nothing behind it. RC_DAMAGED. */
NODISCARD enum rc sec1_read(struct sec1 *ec, struct span der);

/* Appends the public point of an EC key: what the key says, else computed. RC_UNSUPPORTED for a
 * curve that is not known, RC_DAMAGED. */
NODISCARD enum rc pkcs8_ec_point(struct buf *point, const struct pkcs8 *p8);

#endif
