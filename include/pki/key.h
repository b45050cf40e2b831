/* Key pairs and public keys. Private keys travel as PrivateKeyInfo (PKCS#8, RFC 5958) in a secret;
 * their bytes are kept as they came. */
#ifndef PKI_KEY_H
#define PKI_KEY_H

#include "base/secret.h"
#include "pki/digest.h"

/* A private key ready for signing. Opaque; freed with key_free. */
struct key;

enum { KEY_NAME_MAX = 64, KEY_SECRET_MAX = 512 };

/* RC_OK when a key type as users write it (rsa:2048, ec:p256, ed25519 ...) can be made. RC_USAGE
 * for an unknown one, RC_WEAK for one that is refused (with words that name what is offered). */
NODISCARD enum rc key_type_check(const char *type, struct err *err);

/* Makes a new key of this type. As key_type_check; RC_FAILED when the library fails. */
NODISCARD enum rc key_generate(struct key **key, const char *type, struct err *err);

/* Makes one as PrivateKeyInfo, for who does not sign with it: the caller frees *pkcs8. As
 * key_generate. */
NODISCARD enum rc key_generate_pkcs8(struct secret **pkcs8, const char *type, struct err *err);

/* Loads a PrivateKeyInfo. RC_UNSUPPORTED for an algorithm that the library lacks (the key may still
 * be carried), RC_DAMAGED. */
NODISCARD enum rc key_load(struct key **key, const struct secret *pkcs8);

/* Frees *key, which may be NULL, and sets it to NULL. */
void key_free(struct key **key);

/* The key as PrivateKeyInfo in a new secret, which the caller frees. */
NODISCARD enum rc key_pkcs8(struct secret **pkcs8, const struct key *key);

/* Appends the SubjectPublicKeyInfo that belongs to the key. */
NODISCARD enum rc key_spki(struct buf *spki, const struct key *key);

/* Appends the SubjectPublicKeyInfo that belongs to a PrivateKeyInfo. RC_UNSUPPORTED, RC_DAMAGED. */
NODISCARD enum rc key_spki_of(struct buf *spki, const struct secret *pkcs8);

/* Compares a PrivateKeyInfo with a SubjectPublicKeyInfo, without a use of the key: RC_OK,
 * RC_MISMATCH. As key_spki_of where its public key cannot be told. */
NODISCARD enum rc key_belongs(const struct secret *pkcs8, struct span spki);

/* Whether the public numbers that a PrivateKeyInfo says are those of its private part: a use of the
 * key, up to some milliseconds, for one that comes from elsewhere. RC_MISMATCH where they are shown
 * not to be; RC_DAMAGED, RC_UNSUPPORTED where it cannot be told. */
NODISCARD enum rc key_prove(const struct secret *pkcs8);

/* The hash to sign with when none is said: by the key's strength (HASH_NONE for Ed25519 and Ed448).
 */
enum hash key_hash(const struct key *key);

/* Appends the AlgorithmIdentifier of a signature with this key and hash (PKCS#1 v1.5 for RSA).
 * RC_POLICY when the two do not go together, RC_WEAK for MD5 and SHA-1. HASH_NONE stands for
 * key_hash. */
NODISCARD enum rc key_signature_alg(struct buf *alg, const struct key *key, enum hash hash);

/* Appends the signature over tbs. As key_signature_alg. */
NODISCARD enum rc key_sign(struct buf *signature, const struct key *key, enum hash hash,
			   struct span tbs);

/* Checks a signature: spki and alg are whole elements. RC_INVALID when wrong, RC_UNSUPPORTED,
 * RC_DAMAGED. MD5 and SHA-1 signatures are verified. */
NODISCARD enum rc key_verify(struct span spki, struct span alg, struct span tbs,
			     struct span signature);

/* How much work key_verify has with a key, for who counts it: 1 for elliptic curves and RSA up to
 * 2048 bits with a usual exponent, the cube of how much longer others are, by 8 bytes of exponent
 * (of DSA the order). UINT64_MAX for one that is too long to be verified at all. */
uint64_t key_verify_cost(struct span spki);

/* "rsa:2048", "ec:p256", "ed25519", "dsa:2048", else the algorithm's name or dotted OID; of an
 * SPKI, no library call, no allocation. Returns out (KEY_NAME_MAX). */
const char *key_name(char *out, struct span spki);

/* How many bits a public key has, as people count them: of RSA the modulus, of DSA the prime, of an
 * elliptic curve its field. 0 when that is not known. */
size_t key_size(struct span spki);

/* The contents octets of the OID of an SPKI's algorithm. RC_DAMAGED. */
NODISCARD enum rc key_algorithm(struct span spki, struct span *oid);

/* True for RSA keys, which may encipher keys. */
bool key_is_rsa(struct span spki);

/* Why a public key is too weak to be used in something new, or NULL: text in out. */
const char *key_weak(struct span spki, char *out, size_t size);

/* The bits of the subjectPublicKey BIT STRING inside an SPKI: what key identifiers digest.
 * RC_DAMAGED. */
NODISCARD enum rc key_bits(struct span spki, struct span *bits);

/* The algorithm's OID contents of a PrivateKeyInfo; borrowed. RC_DAMAGED when it is none: this is
 * also the check that a decryption gave a key. */
NODISCARD enum rc key_pkcs8_alg(const struct secret *pkcs8, struct span *oid);

/* Makes PrivateKeyInfo of PKCS#1 RSAPrivateKey, SEC1 ECPrivateKey (with its parameters), DSA, or
 * PrivateKeyInfo itself, as content tells. RC_DAMAGED, RC_UNSUPPORTED. The caller frees *pkcs8. */
NODISCARD enum rc key_to_pkcs8(struct secret **pkcs8, struct span der);

/* Wraps a raw symmetric key as the PKCS#8 that the JDK writes for secret keys (AES). RC_USAGE for
 * lengths that are no key (1 to KEY_SECRET_MAX bytes are fine). The caller frees *pkcs8. */
NODISCARD enum rc key_wrap_secret(struct secret **pkcs8, const struct secret *raw);

/* Takes the raw symmetric key out again; the caller frees *raw. RC_DAMAGED. */
NODISCARD enum rc key_unwrap_secret(struct secret **raw, const struct secret *pkcs8);

#endif
