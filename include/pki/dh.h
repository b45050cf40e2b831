/* Diffie-Hellman groups that are known and trusted: those of RFC 7919. */
#ifndef PKI_DH_H
#define PKI_DH_H

#include "base/buf.h"

/* The name of the n-th group, smallest first: "ffdhe2048"; NULL behind the last. Static. */
const char *dh_group(size_t n);

/* Appends a group's parameters as PKCS#3 DHParameter: prime, generator, and the length that a
 * private value needs (RFC 7919 section 5.2). RC_NOT_FOUND for a name (any case) that is no group's
 * of these. */
NODISCARD enum rc dh_put_parameters(struct buf *out, const char *name);

#endif
