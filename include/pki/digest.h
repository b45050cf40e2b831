/* Message digests. */
#ifndef PKI_DIGEST_H
#define PKI_DIGEST_H

#include "base/buf.h"

enum hash { HASH_NONE, HASH_MD5, HASH_SHA1, HASH_SHA224, HASH_SHA256, HASH_SHA384, HASH_SHA512 };

enum { DIGEST_MAX = 64 };

/* Length in bytes of a digest; 0 for HASH_NONE. */
size_t digest_size(enum hash hash);

/* "sha256"; "none" for HASH_NONE. Static. */
const char *digest_name(enum hash hash);

/* The hash of a name as digest_name writes it, any case; HASH_NONE for an unknown one. */
enum hash digest_from_name(const char *name);

/* The digest of bytes into out (DIGEST_MAX bytes are enough). */
NODISCARD enum rc digest_of(enum hash hash, struct span bytes, unsigned char *out);

/* Appends the digest of bytes as lower-case hexadecimal. */
NODISCARD enum rc digest_put_hex(struct buf *out, enum hash hash, struct span bytes);

/* The HMAC of bytes into out. */
NODISCARD enum rc digest_hmac(enum hash hash, struct span key, struct span bytes,
			      unsigned char *out);

/* A digest in parts. digest_start, digest_add..., digest_finish (which frees it; out may be NULL to
 * give up). With a key (size > 0) it is an HMAC. */
struct digest;

/* Begins. *d is NULL on failure. RC_UNSUPPORTED, RC_NO_MEMORY. */
NODISCARD enum rc digest_start(struct digest **d, enum hash hash, const struct span *hmac_key);

/* Adds bytes. */
NODISCARD enum rc digest_add(struct digest *d, struct span bytes);

/* Ends: the digest into out (may be NULL), *d is freed and NULL. *d may be NULL. */
void digest_finish(struct digest **d, unsigned char *out);

#endif
