/* Private keys encrypted by RFC 1421 headers (Proc-Type, DEK-Info), as OpenSSL wrote them for long:
 * the key is MD5 over passphrase and IV, repeated. Read only; nothing is written in this form. */
#ifndef PKI_DEK_H
#define PKI_DEK_H

#include "base/secret.h"

/* Decrypts cipher_text as info, the value of DEK-Info ("AES-256-CBC,0011..."), says. RC_UNSUPPORTED
 * for a cipher that is not known, RC_DAMAGED for a bad IV or length, RC_WRONG_SECRET where the
 * padding is wrong. That the result is a key is for the caller to check: one wrong passphrase in
 * 256 passes. The caller frees *plain. */
NODISCARD enum rc dek_decrypt(struct secret **plain, struct span info, const struct secret *pass,
			      struct span cipher_text);

#endif
