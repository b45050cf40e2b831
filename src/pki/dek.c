/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ciphers of RFC 1421 headers. The library has them in CBC; the other modes are built upon its
 * blocks, one at a time: keys are short. */
#include "pki/dek.h"

#include "base/text.h"
#include "pki/digest.h"
#include "pki/legacy-cipher.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

enum {
	BLOCK_MAX = 16,
	KEY_MAX = 32,
	SALT_SIZE = 8, /* the first bytes of the IV */
	MD5_SIZE = 16,
};

enum mode { MODE_CBC, MODE_CFB, MODE_OFB, MODE_ECB };

struct dek_cipher {
	const char *name;
	gnutls_cipher_algorithm_t id;
	unsigned char block;
	unsigned char
	    derived; /* bytes of key that are derived; two keys of triple DES become three */
	unsigned char key;
	unsigned char rc2_bits; /* RC2, which the library lacks; 0: not RC2 */
};

static const struct dek_cipher ciphers[] = {
	{ "AES-128", GNUTLS_CIPHER_AES_128_CBC, 16, 16, 16, 0 },
	{ "AES-192", GNUTLS_CIPHER_AES_192_CBC, 16, 24, 24, 0 },
	{ "AES-256", GNUTLS_CIPHER_AES_256_CBC, 16, 32, 32, 0 },
	{ "CAMELLIA-128", GNUTLS_CIPHER_CAMELLIA_128_CBC, 16, 16, 16, 0 },
	{ "CAMELLIA-192", GNUTLS_CIPHER_CAMELLIA_192_CBC, 16, 24, 24, 0 },
	{ "CAMELLIA-256", GNUTLS_CIPHER_CAMELLIA_256_CBC, 16, 32, 32, 0 },
	{ "DES", GNUTLS_CIPHER_DES_CBC, 8, 8, 8, 0 },
	{ "DES-EDE", GNUTLS_CIPHER_3DES_CBC, 8, 16, 24, 0 },
	{ "DES-EDE3", GNUTLS_CIPHER_3DES_CBC, 8, 24, 24, 0 },
	{ "RC2", GNUTLS_CIPHER_UNKNOWN, RC2_BLOCK, 16, 16, 128 },
	{ "RC2-64", GNUTLS_CIPHER_UNKNOWN, RC2_BLOCK, 8, 8, 64 },
	{ "RC2-40", GNUTLS_CIPHER_UNKNOWN, RC2_BLOCK, 5, 5, 40 },
};

static const char *const modes[] = { "-CBC", "-CFB", "-OFB", "-ECB" };

/* What a DEK-Info asks for. */
struct dek {
	const struct dek_cipher *cipher;
	enum mode mode;
	unsigned char iv[BLOCK_MAX];
};

/* The cipher and mode of a name such as "AES-256-CBC". */
static enum rc
dek_find(struct dek *dek, struct span name)
{
	struct span suffix;
	size_t i;

	if (name.size < 4)
		return RC_UNSUPPORTED;
	suffix = span_part(name, name.size - 4, 4);
	dek->cipher = NULL;
	for (i = 0; i < ARRAY_SIZE(modes) && !span_equal(suffix, span_text(modes[i])); i++)
		;
	if (i == ARRAY_SIZE(modes))
		return RC_UNSUPPORTED;
	dek->mode = (enum mode)i;
	name.size -= 4;
	for (i = 0; i < ARRAY_SIZE(ciphers); i++) {
		if (span_equal(name, span_text(ciphers[i].name)))
			dek->cipher = &ciphers[i];
	}
	return dek->cipher ? RC_OK : RC_UNSUPPORTED;
}

/* The IV, which ends with the text or at a blank. */
static enum rc
dek_iv(struct dek *dek, struct span text)
{
	char hex[(2 * BLOCK_MAX) + 1] = { 0 };
	struct buf iv = BUF_INIT;
	enum rc rc;

	while (text.size && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\r'))
		text.size--;
	if (text.size != (size_t)dek->cipher->block * 2)
		return RC_DAMAGED;
	memcpy(hex, text.data, text.size);
	rc = text_get_hex(&iv, hex);
	if (!rc)
		rc = buf_rc(&iv);
	/* A NUL ends the digits. */
	if (!rc && iv.size != dek->cipher->block)
		rc = RC_DAMAGED;
	if (!rc)
		memcpy(dek->iv, iv.data, iv.size);
	buf_release(&iv);
	return rc;
}

static enum rc
dek_parse(struct dek *dek, struct span info)
{
	const unsigned char *comma = info.size ? memchr(info.data, ',', info.size) : NULL;
	size_t name;
	enum rc rc;

	if (!comma)
		return RC_DAMAGED;
	name = (size_t)(comma - info.data);
	rc = dek_find(dek, span_part(info, 0, name));
	if (!rc)
		rc = dek_iv(dek, span_part(info, name + 1, SIZE_MAX));
	return rc;
}

/* MD5 over what came before, the passphrase and the salt: one round into out. */
static enum rc
derive_round(unsigned char *out, struct span before, const struct secret *pass, struct span salt)
{
	struct digest *d = NULL;
	enum rc rc = digest_start(&d, HASH_MD5, NULL);

	if (!rc)
		rc = digest_add(d, before);
	if (!rc)
		rc = digest_add(d, secret_span(pass));
	if (!rc)
		rc = digest_add(d, salt);
	digest_finish(&d, rc ? NULL : out);
	return rc;
}

/* EVP_BytesToKey with MD5 and one iteration. The key is as long as two rounds. */
static enum rc
dek_derive(struct secret **key, const struct dek *dek, const struct secret *pass)
{
	struct span salt = SPAN_OF(dek->iv, SALT_SIZE);
	struct span before = SPAN_NONE;
	unsigned char *data;
	enum rc rc = secret_new(key, KEY_MAX);
	size_t at;

	if (rc)
		return rc;
	data = secret_data(*key);
	for (at = 0; at < KEY_MAX && !rc; at += MD5_SIZE) {
		rc = derive_round(data + at, before, pass, salt);
		before = SPAN_OF(data + at, MD5_SIZE);
	}
	/* Two keys: the first is the third as well. */
	if (dek->cipher->derived < dek->cipher->key)
		memcpy(data + dek->cipher->derived, data, SALT_SIZE);
	return rc;
}

/* Encrypts one block in place. */
static enum rc
block_encrypt(gnutls_cipher_hd_t h, const struct dek *dek, unsigned char *block)
{
	unsigned char zero[BLOCK_MAX] = { 0 };

	gnutls_cipher_set_iv(h, zero, dek->cipher->block);
	return gnutls_cipher_encrypt(h, block, dek->cipher->block) < 0 ? RC_FAILED : RC_OK;
}

/* CFB and OFB: data is xored with encrypted blocks. */
static enum rc
run_stream(gnutls_cipher_hd_t h, const struct dek *dek, unsigned char *data, size_t size)
{
	unsigned char pad[BLOCK_MAX];
	size_t block = dek->cipher->block;
	enum rc rc = RC_OK;
	size_t at;
	size_t i;

	memcpy(pad, dek->iv, sizeof(pad));
	for (at = 0; at < size && !rc; at += block) {
		rc = block_encrypt(h, dek, pad);
		for (i = 0; i < block && at + i < size; i++) {
			unsigned char c = data[at + i];

			data[at + i] = (unsigned char)(c ^ pad[i]);
			if (dek->mode == MODE_CFB)
				pad[i] = c;
		}
	}
	return rc;
}

/* CBC, and ECB as CBC of single blocks. */
static enum rc
run_blocks(gnutls_cipher_hd_t h, const struct dek *dek, unsigned char *data, size_t size)
{
	unsigned char zero[BLOCK_MAX] = { 0 };
	size_t step = dek->mode == MODE_ECB ? dek->cipher->block : size;
	int status = 0;
	size_t at;

	for (at = 0; at < size && status >= 0; at += step) {
		if (dek->mode == MODE_ECB)
			gnutls_cipher_set_iv(h, zero, dek->cipher->block);
		status = gnutls_cipher_decrypt(h, data + at, step);
	}
	return status < 0 ? RC_FAILED : RC_OK;
}

/* The padding of PKCS#7 goes; stream modes have none. */
static enum rc
drop_padding(struct secret *plain, const struct dek *dek)
{
	size_t size = secret_size(plain);
	const unsigned char *data = secret_data(plain);
	size_t count = size ? data[size - 1] : 0;
	size_t i;

	if (dek->mode == MODE_CFB || dek->mode == MODE_OFB)
		return RC_OK;
	if (count == 0 || count > dek->cipher->block || count > size)
		return RC_WRONG_SECRET;
	for (i = size - count; i < size; i++) {
		if (data[i] != count)
			return RC_WRONG_SECRET;
	}
	secret_cut(plain, size - count);
	return RC_OK;
}

/* RC2 in CBC mode, from a copy. */
static enum rc
run_rc2(struct secret *plain, const struct dek *dek, const struct secret *key)
{
	struct secret *text = NULL;
	enum rc rc;

	if (dek->mode != MODE_CBC)
		return RC_UNSUPPORTED;
	rc = secret_copy(&text, plain);
	if (rc)
		return rc;
	rc = rc2_decrypt(secret_data(plain), span_part(secret_span(key), 0, dek->cipher->key),
			 dek->cipher->rc2_bits, dek->iv, secret_span(text));
	secret_free(&text);
	return rc;
}

static enum rc
dek_run(struct secret *plain, const struct dek *dek, struct secret *key)
{
	unsigned char iv[BLOCK_MAX];
	gnutls_datum_t k = { secret_data(key), dek->cipher->key };
	gnutls_datum_t v = { iv, dek->cipher->block };
	gnutls_cipher_hd_t h = NULL;
	unsigned char *data = secret_data(plain);
	enum rc rc;

	if (dek->cipher->rc2_bits)
		return run_rc2(plain, dek, key);
	memcpy(iv, dek->iv, sizeof(iv));
	if (gnutls_cipher_init(&h, dek->cipher->id, &k, &v) < 0)
		return RC_UNSUPPORTED;
	if (dek->mode == MODE_CFB || dek->mode == MODE_OFB)
		rc = run_stream(h, dek, data, secret_size(plain));
	else
		rc = run_blocks(h, dek, data, secret_size(plain));
	gnutls_cipher_deinit(h);
	return rc;
}

enum rc
dek_decrypt(struct secret **plain, struct span info, const struct secret *pass,
	    struct span cipher_text)
{
	struct dek dek = { .cipher = NULL };
	struct secret *key = NULL;
	struct secret *s = NULL;
	enum rc rc;

	*plain = NULL;
	rc = dek_parse(&dek, info);
	if (rc)
		goto out;
	rc = RC_DAMAGED;
	if (!cipher_text.size)
		goto out;
	if ((dek.mode == MODE_CBC || dek.mode == MODE_ECB) && cipher_text.size % dek.cipher->block)
		goto out;
	rc = dek_derive(&key, &dek, pass);
	if (!rc)
		rc = secret_from(&s, cipher_text);
	if (!rc)
		rc = dek_run(s, &dek, key);
	if (!rc)
		rc = drop_padding(s, &dek);
	if (rc)
		goto out;
	*plain = s;
	s = NULL;
out:
	secret_free(&key);
	secret_free(&s);
	return rc;
}
