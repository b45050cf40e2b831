/* Key derivation from a passphrase's bytes: PBKDF1 and PBKDF2 (RFC 8018), PKCS#12 (RFC 7292
 * appendix B), scrypt (RFC 7914). Nothing is remembered here: see pki/pw.h. */
#ifndef PKI_KDF_H
#define PKI_KDF_H

#include "base/buf.h"

#include <gnutls/crypto.h>

enum kdf_kind { KDF_PBKDF1, KDF_PBKDF2, KDF_P12, KDF_SCRYPT };

/* The identifiers of RFC 7292 appendix B.3. */
enum kdf_use { KDF_FOR_KEY = 1, KDF_FOR_IV = 2, KDF_FOR_MAC = 3 };

enum {
	KDF_SALT_MAX = 4096,                  /* no real file has over 64 */
	KDF_SIZE_MAX = 1024,                  /* bytes derived in all; Bouncy Castle asks for 256 */
	KDF_SCRYPT_MEMORY = 64 * 1024 * 1024, /* as much as one secret may hold */
};

/* What to derive. salt borrows. */
struct kdf {
	enum kdf_kind kind;
	gnutls_mac_algorithm_t mac; /* its hash; not for scrypt */
	enum kdf_use use;           /* KDF_P12 only */
	struct span salt;
	uint64_t iterations; /* scrypt: its cost N */
	uint64_t block;      /* scrypt: r */
	uint64_t parallel;   /* scrypt: p */
	size_t size;         /* bytes wanted */
	size_t iv_size; /* then so many for an IV: PBKDF1 takes them from the same run, PKCS#12 from
			   one of its own */
};

/* True when both derive the same from the same passphrase. */
bool kdf_same(const struct kdf *a, const struct kdf *b);

/* Its work in iterations of PBKDF2 with SHA-256 and one block of output, near enough for a cap;
 * UINT64_MAX when it is beyond counting. */
uint64_t kdf_cost(const struct kdf *kdf);

/* Derives size + iv_size bytes into out. RC_LIMIT for salts, sizes and memory over their limits,
 * and for counts that do not fit the library; RC_DAMAGED for parameters that make no sense;
 * RC_UNSUPPORTED, RC_NO_MEMORY. The iterations are capped by the caller. */
NODISCARD enum rc kdf_run(const struct kdf *kdf, struct span password, unsigned char *out);

#endif
