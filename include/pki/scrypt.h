/* scrypt (RFC 7914), which the library does not export. */
#ifndef PKI_SCRYPT_H
#define PKI_SCRYPT_H

#include "pki/kdf.h"

/* Derives kdf->size bytes into out. RC_DAMAGED unless N is a power of two over 1 and r and p are
 * over 0; RC_LIMIT over KDF_SCRYPT_MEMORY; RC_NO_MEMORY, RC_UNSUPPORTED. */
NODISCARD enum rc scrypt_run(const struct kdf *kdf, struct span password, unsigned char *out);

#endif
