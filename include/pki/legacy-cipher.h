/* Ciphers of old files that the library lacks: for reading only, nothing is written with them. */
#ifndef PKI_LEGACY_CIPHER_H
#define PKI_LEGACY_CIPHER_H

#include "base/buf.h"

enum { RC2_BLOCK = 8, RC2_KEY_MAX = 128 };

/* RC2 (RFC 2268) in CBC mode with a key of these effective bits, decrypted from text into out,
 * which has as many bytes. iv has RC2_BLOCK bytes. RC_DAMAGED unless text is whole blocks;
 * RC_UNSUPPORTED for keys of no or over RC2_KEY_MAX bytes and for bits outside of 1 to 1024. */
NODISCARD enum rc rc2_decrypt(unsigned char *out, struct span key, unsigned bits,
			      const unsigned char *iv, struct span text);

/* RC4 over text into out, which has as many bytes. The key has 1 to 256 bytes, else RC_UNSUPPORTED.
 */
NODISCARD enum rc rc4_crypt(unsigned char *out, struct span key, struct span text);

#endif
