/* Passphrase-based encryption and MACs: PBES2 (RFC 8018), the PKCS#12 KDF and its PBES1 schemes
 * (RFC 7292 appendix B, C), PBMAC1 (RFC 9879), scrypt (RFC 7914).
 *
 * struct pw is a passphrase and what was derived from it: one derivation for each (KDF, salt,
 * iterations, length), however often it is used. */
#ifndef PKI_PBE_H
#define PKI_PBE_H

#include "base/secret.h"
#include "pki/digest.h"

struct pw;

enum {
	PBE_MAX_ITERATIONS =
	    5000000, /* the most that one derivation may ask for, unless told otherwise */
	PBE_TYPED_ITERATIONS = 600000,
	PBE_GEN_ITERATIONS = 10000,
	PBE_SALT_SIZE = 16,
};

/* A passphrase (UTF-8; NULL stands for an absent one, an empty secret for an empty one): takes over
 * *pass, which becomes NULL, also on failure. max_iterations 0: PBE_MAX_ITERATIONS. Until pw_proven
 * is called the cap holds for all derivations together. The caller frees it with pw_free. */
NODISCARD enum rc pw_new(struct pw **pw, struct secret **pass, uint64_t max_iterations);

/* A copy, with all that was derived so far: what another thread uses. What is under way is waited
 * for. NULL for NULL. RC_NO_MEMORY. */
NODISCARD enum rc pw_copy(struct pw **copy, struct pw *pw);

/* One more reference, for the same thread; NULL for NULL. Returns pw. */
struct pw *pw_ref(struct pw *pw);

/* One reference less; the last one wipes and frees. *pw may be NULL, and is NULL afterwards. */
void pw_free(struct pw **pw);

/* The passphrase, borrowed; NULL when absent. */
const struct secret *pw_secret(const struct pw *pw);

/* The passphrase was proven right: from now on the cap is for each derivation alone. */
void pw_proven(struct pw *pw);

/* Salt (PBE_SALT_SIZE bytes) and iterations that pbe_shroud uses from now on. NULL for salt: a
 * random one. */
NODISCARD enum rc pw_set_shroud(struct pw *pw, const unsigned char *salt, uint64_t iterations);

/* The iterations of pbe_shroud: 0 when not set. */
uint64_t pw_iterations(const struct pw *pw);

/* Says that private keys will be opened or shrouded with pw, and not only a MAC checked: whoever
 * reads the file may begin that derivation at once. */
void pw_expect_keys(struct pw *pw);

/* Whether that was said. */
bool pw_expects_keys(const struct pw *pw);

/* From now on pbe_decrypt refuses with pw what FIPS 140-3 does not approve. */
void pw_want_approved(struct pw *pw);

/* Whether that was said. */
bool pw_wants_approved(const struct pw *pw);

/* Begins the derivation of pbe_shroud, and of keys that were shrouded with the same salt (NULL:
 * that of pw_set_shroud) and count, beside the caller: whoever needs it waits for its end. */
void pbe_begin_shroud(struct pw *pw, const unsigned char *salt, uint64_t iterations);

/* Salt and iterations of a PBES2 AlgorithmIdentifier of our own kind (PBKDF2-HMAC-SHA256 with a
 * 16-byte salt, AES-256-CBC). RC_UNSUPPORTED for any other. */
NODISCARD enum rc pbe_our_params(struct span alg, unsigned char *salt, uint64_t *iterations);

/* What is encrypted. Borrows. */
struct pbe_text {
	struct span alg;  /* its AlgorithmIdentifier, whole */
	struct span text; /* the cipher text */
};

/* Decrypts with the scheme of in->alg: PBES2 (PBKDF2 with HMAC-SHA1, 224,
 * 256, 384, 512, 512/256 where the library has it, GOST; scrypt; AES-CBC 128, 192, 256, 3DES, DES,
 * RC2, Camellia where the library has them), pkcs-12 PBES1, PKCS#5 PBES1 (MD5/SHA1 with DES, RC2).
 * Tries the passphrase as UTF-8, then BMPString, then Latin-1 where the scheme leaves it open.
 * right, when not NULL, tells whether a plain text is a good one (padding alone lets 1 in 256 wrong
 * ones through). RC_WRONG_SECRET, RC_LIMIT (iterations: words with the number), RC_UNSUPPORTED
 * (words with the OID), RC_DAMAGED. The caller frees *plain. */
NODISCARD enum rc pbe_decrypt(struct secret **plain, struct pw *pw, const struct pbe_text *in,
			      bool (*right)(struct span plain), struct err *err);

/* Opens an EncryptedPrivateKeyInfo: as pbe_decrypt, with a check that it is a PrivateKeyInfo. */
NODISCARD enum rc pbe_open_key(struct secret **pkcs8, struct pw *pw, struct span epki,
			       struct err *err);

/* True for an EncryptedPrivateKeyInfo by its shape. */
bool pbe_is_key(struct span der);

/* True when FIPS 140-3 approves how this EncryptedPrivateKeyInfo is encrypted: PBES2 of PBKDF2 with
 * a SHA and AES. */
bool pbe_is_approved(struct span epki);

/* Appends an EncryptedPrivateKeyInfo: PBES2 with pw_set_shroud's salt and iterations (set at random
 * with PBE_TYPED_ITERATIONS when they were not) and a fresh IV. */
NODISCARD enum rc pbe_shroud(struct buf *epki, struct pw *pw, const struct secret *pkcs8);

/* How private keys are shrouded in databases. */
enum pbe_form {
	PBE_FORM_OURS,       /* as pbe_shroud does it */
	PBE_FORM_MD5_DES,    /* PBES1, 5 iterations: z/OS in CMS version 3 */
	PBE_FORM_SHA1_3DES,  /* of PKCS#12, 1024 iterations: CMS version 4 */
	PBE_FORM_SHA384_AES, /* PBES2, HMAC-SHA384, AES-256, 4096 iterations: CMS version 6 */
};

/* As pbe_shroud, in one of these forms. PBE_FORM_SHA384_AES has one salt for all keys of a pw, so
 * that they need one derivation; where the IV is derived with the key each has its own. */
NODISCARD enum rc pbe_shroud_as(struct buf *epki, struct pw *pw, enum pbe_form form,
				const struct secret *pkcs8);

/* Has new keys in the form PBE_FORM_SHA384_AES share the salt of this EncryptedPrivateKeyInfo, if
 * it is one in just that form. True when it is. */
bool pbe_follow(struct pw *pw, struct span epki);

/* Appends AlgorithmIdentifier and cipher text (an OCTET STRING's contents in *text) of PBES2 over
 * any bytes; as pbe_shroud. */
NODISCARD enum rc pbe_encrypt(struct buf *alg, struct buf *text, struct pw *pw, struct span plain);

/* --- The MAC of a PKCS#12 file
 * --------------------------------------------------------------------------------------------------------
 */

/* What a MacData says. salt borrows. */
struct p12_mac {
	enum hash hash; /* of the HMAC */
	struct span digest;
	struct span salt;
	uint64_t iterations;
	struct span pbmac1; /* parameters of PBMAC1; empty for the classic MAC */
	bool is_pbmac1;
	unsigned algorithm; /* the library's number of the HMAC: GOST has one and no enum hash */
};

/* Reads a MacData (contents of its SEQUENCE). RC_DAMAGED, RC_UNSUPPORTED. */
NODISCARD enum rc p12_mac_read(struct p12_mac *mac, struct span macdata);

/* Checks it over the contents of the authSafe. RC_OK, RC_WRONG_SECRET when it does not match for
 * any form of the passphrase (UTF-16BE with terminator; empty and absent both tried for an empty
 * one), RC_LIMIT, RC_UNSUPPORTED. Compares in constant time. */
NODISCARD enum rc p12_mac_check(const struct p12_mac *mac, struct pw *pw, struct span content,
				struct err *err);

/* A digest that is keyed for the file's MAC, to be fed with the contents and finished: SHA-256 with
 * this salt and count. RC_LIMIT never: what we write was allowed. */
NODISCARD enum rc p12_mac_start(struct digest **d, struct pw *pw, struct span salt,
				uint64_t iterations);

/* Begins the derivation of p12_mac_start beside the caller. */
void p12_mac_begin(struct pw *pw, struct span salt, uint64_t iterations);

#endif
