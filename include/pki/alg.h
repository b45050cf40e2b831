/* AlgorithmIdentifiers (RFC 5280 section 4.1.1.2). */
#ifndef PKI_ALG_H
#define PKI_ALG_H

#include "pki/oid.h"

/* Takes a whole AlgorithmIdentifier apart: the contents octets of its OID, and its parameters,
 * whole (empty when absent). RC_DAMAGED, also for bytes behind it. */
NODISCARD enum rc alg_read(struct span alg, struct span *oid, struct span *params);

/* Takes the next AlgorithmIdentifier, whole, off the front of *in. RC_DAMAGED. */
NODISCARD enum rc alg_take(struct span *in, struct span *alg);

/* Appends an AlgorithmIdentifier with these parameters (a whole element; empty: absent). */
void alg_put(struct buf *out, enum oid id, struct span params);

/* Appends an AlgorithmIdentifier with NULL for parameters. */
void alg_put_null(struct buf *out, enum oid id);

#endif
