/* What an AlgorithmIdentifier of passphrase-based encryption asks for: a derivation and a cipher.
 */
#ifndef PKI_PBE_SCHEME_H
#define PKI_PBE_SCHEME_H

#include "pki/pw.h"

enum cipher_kind { CIPHER_LIBRARY, CIPHER_RC2, CIPHER_RC4 };

/* A cipher: of the library, or one of pki/legacy-cipher.h. */
struct cipher {
	enum cipher_kind kind;
	gnutls_cipher_algorithm_t id;
	unsigned bits; /* effective ones, for RC2 */
	size_t block;  /* 1: no padding */
	bool two_keys; /* 3DES with 16 bytes: the first key is the third too */
};

/* Spans borrow from what was read. */
struct scheme {
	struct kdf kdf; /* iv_size over 0: the IV is derived too */
	struct span iv; /* else it is here */
	struct cipher cipher;
	const enum pw_form *forms;
};

/* Reads an AlgorithmIdentifier (whole). RC_UNSUPPORTED with words that name the OID, RC_DAMAGED
 * with words. */
NODISCARD enum rc scheme_read(struct scheme *scheme, struct span alg, struct err *err);

/* Reads the AlgorithmIdentifier of a key derivation (PBKDF2, scrypt) into kdf; kdf->size becomes
 * its keyLength, 0 when absent. As scheme_read. */
NODISCARD enum rc scheme_read_kdf(struct kdf *kdf, struct span alg, struct err *err);

/* The library's number of an HMAC (prf) by its OID's contents octets; GNUTLS_MAC_UNKNOWN for
 * others. */
gnutls_mac_algorithm_t scheme_hmac(struct span oid);

/* Decrypts and takes the padding off; the caller frees *plain. key has the derived bytes.
 * RC_WRONG_SECRET when the padding is wrong, RC_DAMAGED for no whole blocks or an IV of a wrong
 * length, RC_UNSUPPORTED. */
NODISCARD enum rc scheme_decrypt(struct secret **plain, const struct scheme *scheme,
				 struct span key, struct span text);

/* Appends plain, padded and encrypted with a cipher of the library; key and IV as in
 * scheme_decrypt. RC_FAILED where the library refuses. */
NODISCARD enum rc scheme_encrypt(struct buf *out, const struct scheme *scheme, struct span key,
				 struct span plain);

#endif
