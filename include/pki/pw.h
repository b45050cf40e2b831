/* The inside of struct pw (pki/pbe.h): the forms of a passphrase and what was derived from them. */
#ifndef PKI_PW_H
#define PKI_PW_H

#include "base/secret.h"
#include "pki/kdf.h"
#include "pki/pbe.h"

/* How a passphrase becomes bytes. Writers disagree; readers try. */
enum pw_form {
	FORM_UTF8,    /* as it is */
	FORM_BMP,     /* UTF-16BE without end: Firefox and NSS of old in PBES2 */
	FORM_LATIN1,  /* one byte a character */
	FORM_BMP_Z,   /* UTF-16BE, then 00 00: what RFC 7292 wants for its KDF */
	FORM_BYTES_Z, /* each byte of the UTF-8 as a character, then 00 00: OpenSSL before 1.1 */
	FORM_NOTHING, /* no byte at all, for an empty one in the KDF of RFC 7292 */
	FORM_COUNT,
};

/* The forms to try in this order; FORM_COUNT ends a list. */
extern const enum pw_form pw_forms_text[]; /* PBES1 of PKCS#5, PBES2, PBMAC1 */
extern const enum pw_form pw_forms_p12[];  /* the KDF of RFC 7292 */

/* Derives with the passphrase in this form, or gives what was derived before. *key (size + iv_size
 * bytes) borrows from pw until its next derivation. RC_NOT_FOUND when the passphrase has no such
 * form, or one that was tried under another name, or (another than the first) one for which the cap
 * leaves no room; RC_LIMIT with words; else as kdf_run. */
NODISCARD enum rc pw_derive(const struct secret **key, struct pw *pw, const struct kdf *kdf,
			    enum pw_form form, struct err *err);

/* The same for what is written: no cap, since the count is our own. */
NODISCARD enum rc pw_derive_own(const struct secret **key, struct pw *pw, const struct kdf *kdf,
				enum pw_form form);

/* Begins such a derivation beside the caller, unless it is short, known, over the cap, or another
 * is under way. pw_derive and pw_derive_own then wait for its end. What cannot be begun is derived
 * when it is asked for. */
void pw_begin(struct pw *pw, const struct kdf *kdf, enum pw_form form);

/* Salt and iterations for what is written, made up where they were not set. salt borrows. */
NODISCARD enum rc pw_shroud(struct pw *pw, struct span *salt, uint64_t *iterations);

enum { PW_WIDE_SALT = 20 };

/* The salt of PBE_FORM_SHA384_AES, made up where it was not set. salt borrows. */
NODISCARD enum rc pw_wide_salt(struct pw *pw, struct span *salt);

/* Sets that salt: PW_WIDE_SALT bytes. */
void pw_set_wide_salt(struct pw *pw, const unsigned char *salt);

#endif
