/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/datum.h"
#include "pki/legacy-cipher.h"
#include "pki/pbe-scheme.h"

#include <string.h>

enum { DES3_KEY = 24, DES2_KEY = 16 };

static enum rc
library_decrypt(unsigned char *out, const struct scheme *scheme, struct span key, struct span iv,
		struct span text)
{
	gnutls_cipher_hd_t handle;
	unsigned char des3[DES3_KEY];
	gnutls_datum_t k = datum_of(key);
	gnutls_datum_t v = datum_of(iv);
	int ret;

	if (iv.size != gnutls_cipher_get_iv_size(scheme->cipher.id))
		return RC_DAMAGED;
	if (scheme->cipher.two_keys) {
		memcpy(des3, key.data, DES2_KEY);
		memcpy(des3 + DES2_KEY, key.data, DES3_KEY - DES2_KEY);
		k = (gnutls_datum_t){ des3, DES3_KEY };
	}
	ret = gnutls_cipher_init(&handle, scheme->cipher.id, &k, &v);
	explicit_bzero(des3, sizeof(des3));
	if (ret < 0)
		return RC_UNSUPPORTED;
	ret = gnutls_cipher_decrypt2(handle, text.data, text.size, out, text.size);
	gnutls_cipher_deinit(handle);
	return ret < 0 ? RC_DAMAGED : RC_OK;
}

static enum rc
decrypt(unsigned char *out, const struct scheme *scheme, struct span derived, struct span text)
{
	struct span key = span_part(derived, 0, scheme->kdf.size);
	struct span iv = scheme->iv;

	if (scheme->kdf.iv_size)
		iv = span_part(derived, scheme->kdf.size, scheme->kdf.iv_size);
	switch (scheme->cipher.kind) {
	case CIPHER_RC2:
		if (iv.size != RC2_BLOCK)
			return RC_DAMAGED;
		return rc2_decrypt(out, key, scheme->cipher.bits, iv.data, text);
	case CIPHER_RC4:
		return rc4_crypt(out, key, text);
	case CIPHER_LIBRARY:
		return library_decrypt(out, scheme, key, iv, text);
	}
	return RC_INTERNAL;
}

/* RFC 8018 section 6.1.1: 1 to block bytes, each holding their number. */
static enum rc
cut_padding(struct secret *plain, size_t block)
{
	struct span bytes = secret_span(plain);
	size_t pad = bytes.data[bytes.size - 1];
	size_t i;

	if (pad == 0 || pad > block || pad > bytes.size)
		return RC_WRONG_SECRET;
	for (i = bytes.size - pad; i < bytes.size; i++) {
		if (bytes.data[i] != pad)
			return RC_WRONG_SECRET;
	}
	secret_cut(plain, bytes.size - pad);
	return RC_OK;
}

enum rc
scheme_decrypt(struct secret **plain, const struct scheme *scheme, struct span key,
	       struct span text)
{
	enum rc rc;

	*plain = NULL;
	if (text.size == 0 || text.size % scheme->cipher.block)
		return RC_DAMAGED;
	rc = secret_new(plain, text.size);
	if (!rc)
		rc = decrypt(secret_data(*plain), scheme, key, text);
	if (!rc && scheme->cipher.block > 1)
		rc = cut_padding(*plain, scheme->cipher.block);
	if (rc)
		secret_free(plain);
	return rc;
}

enum rc
scheme_encrypt(struct buf *out, const struct scheme *scheme, struct span key, struct span plain)
{
	size_t block = scheme->cipher.block;
	size_t pad = block - plain.size % block;
	struct span iv = scheme->iv;
	struct secret *padded = NULL;
	gnutls_cipher_hd_t handle = NULL;
	gnutls_datum_t k = datum_of(span_part(key, 0, scheme->kdf.size));
	gnutls_datum_t v;
	unsigned char *to;
	enum rc rc;

	if (scheme->kdf.iv_size)
		iv = span_part(key, scheme->kdf.size, scheme->kdf.iv_size);
	v = datum_of(iv);
	rc = secret_new(&padded, plain.size + pad);
	if (rc)
		return rc;
	if (plain.size)
		memcpy(secret_data(padded), plain.data, plain.size);
	memset(secret_data(padded) + plain.size, (int)pad, pad);
	to = buf_extend(out, secret_size(padded));
	rc = to ? RC_OK : RC_NO_MEMORY;
	if (!rc && gnutls_cipher_init(&handle, scheme->cipher.id, &k, &v) < 0)
		rc = RC_FAILED;
	if (!rc && gnutls_cipher_encrypt2(handle, secret_data(padded), secret_size(padded), to,
					  secret_size(padded)) < 0)
		rc = RC_FAILED;
	if (handle)
		gnutls_cipher_deinit(handle);
	secret_free(&padded);
	return rc;
}
