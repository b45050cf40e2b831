/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/kdf.h"

#include "base/secret.h"
#include "pki/datum.h"
#include "pki/scrypt.h"

#include <limits.h>
#include <string.h>

enum {
	HASH_MAX = 64,
	BLOCK_LONG = 128, /* of SHA-384 and SHA-512 */
	BLOCK_GOST94 = 32,
	BLOCK_SHORT = 64, /* of all others */
	/* Work against one HMAC-SHA-256, measured. */
	SCRYPT_PER_BLOCK = 4, /* two passes of two Salsa20/8 each */
	LONG_TIMES = 2,       /* SHA-384 and SHA-512 */
	GOST_TIMES = 16,
};

bool
kdf_same(const struct kdf *a, const struct kdf *b)
{
	return a->kind == b->kind && a->mac == b->mac && a->use == b->use &&
	       a->iterations == b->iterations && a->block == b->block &&
	       a->parallel == b->parallel && a->size == b->size && a->iv_size == b->iv_size &&
	       span_equal(a->salt, b->salt);
}

static enum rc
hash_of(gnutls_mac_algorithm_t mac, struct span in, unsigned char *out)
{
	/* GnuTLS numbers digests as it numbers their HMACs. */
	if (gnutls_hash_fast((gnutls_digest_algorithm_t)mac, in.data, in.size, out) < 0)
		return RC_UNSUPPORTED;
	return RC_OK;
}

static size_t
hash_size(gnutls_mac_algorithm_t mac)
{
	return gnutls_hash_get_len((gnutls_digest_algorithm_t)mac);
}

/* How much longer than SHA-256 a hash takes. */
static uint64_t
hash_times(gnutls_mac_algorithm_t mac)
{
	switch (mac) {
	case GNUTLS_MAC_SHA384:
	case GNUTLS_MAC_SHA512:
		return LONG_TIMES;
	case GNUTLS_MAC_GOSTR_94:
	case GNUTLS_MAC_STREEBOG_256:
	case GNUTLS_MAC_STREEBOG_512:
		return GOST_TIMES;
	default:
		return 1;
	}
}

/* How often all iterations run. Those of PKCS#12 are one hash each, not two, and three runs are the
 * most that any of its ciphers takes: as much as one run of PBKDF2. */
static uint64_t
runs_of(const struct kdf *kdf)
{
	size_t block = hash_size(kdf->mac);

	if (kdf->kind != KDF_PBKDF2 || !block)
		return 1;
	return (kdf->size + kdf->iv_size + block - 1) / block;
}

uint64_t
kdf_cost(const struct kdf *kdf)
{
	bool is_scrypt = kdf->kind == KDF_SCRYPT;
	uint64_t cost = kdf->iterations;

	if (__builtin_mul_overflow(cost, is_scrypt ? kdf->block : runs_of(kdf), &cost) ||
	    __builtin_mul_overflow(cost, is_scrypt ? kdf->parallel : hash_times(kdf->mac), &cost) ||
	    __builtin_mul_overflow(cost, is_scrypt ? SCRYPT_PER_BLOCK : 1, &cost))
		return UINT64_MAX;
	return cost;
}

/* RFC 8018 section 5.1. */
static enum rc
run_pbkdf1(const struct kdf *kdf, struct span password, unsigned char *out)
{
	struct secret *start = NULL;
	unsigned char digest[HASH_MAX];
	size_t size = hash_size(kdf->mac);
	uint64_t i;
	enum rc rc;

	if (kdf->size + kdf->iv_size > size)
		return RC_UNSUPPORTED;
	rc = secret_new(&start, password.size + kdf->salt.size);
	if (rc)
		return rc;
	if (password.size)
		memcpy(secret_data(start), password.data, password.size);
	if (kdf->salt.size)
		memcpy(secret_data(start) + password.size, kdf->salt.data, kdf->salt.size);
	rc = hash_of(kdf->mac, secret_span(start), digest);
	for (i = 1; !rc && i < kdf->iterations; i++)
		rc = hash_of(kdf->mac, SPAN_OF(digest, size), digest);
	if (!rc)
		memcpy(out, digest, kdf->size + kdf->iv_size);
	explicit_bzero(digest, sizeof(digest));
	secret_free(&start);
	return rc;
}

static enum rc
run_pbkdf2(const struct kdf *kdf, struct span password, unsigned char *out)
{
	gnutls_datum_t key = datum_of(password);
	gnutls_datum_t salt = datum_of(kdf->salt);
	int ret;

	ret = gnutls_pbkdf2(kdf->mac, &key, &salt, (unsigned)kdf->iterations, out,
			    kdf->size + kdf->iv_size);
	if (ret == GNUTLS_E_MEMORY_ERROR)
		return RC_NO_MEMORY;
	return ret < 0 ? RC_UNSUPPORTED : RC_OK;
}

/* Repeats bytes until they fill whole blocks. Nothing stays nothing. */
static size_t
fill_blocks(unsigned char *out, struct span bytes, size_t block)
{
	size_t size = (bytes.size + block - 1) / block * block;
	size_t i;

	for (i = 0; i < size; i++)
		out[i] = bytes.data[i % bytes.size];
	return size;
}

/* Adds b + 1 to each block of in, as one big-endian number modulo its size. */
static void
add_to_blocks(unsigned char *in, size_t size, const unsigned char *b, size_t block)
{
	size_t at;
	size_t i;

	for (at = 0; at < size; at += block) {
		unsigned carry = 1;

		for (i = block; i-- > 0;) {
			carry += (unsigned)in[at + i] + b[i];
			in[at + i] = (unsigned char)(carry & 0xff);
			carry >>= 8;
		}
	}
}

/* A state of RFC 7292 appendix B.2: D || I, in one piece for the hash. */
struct p12_state {
	const struct kdf *kdf;
	struct secret *bytes;
	size_t block;
	size_t size; /* of all */
};

static size_t
block_size(gnutls_mac_algorithm_t mac)
{
	if (mac == GNUTLS_MAC_SHA384 || mac == GNUTLS_MAC_SHA512)
		return BLOCK_LONG;
	return mac == GNUTLS_MAC_GOSTR_94 ? BLOCK_GOST94 : BLOCK_SHORT;
}

static enum rc
p12_start(struct p12_state *state, const struct kdf *kdf, struct span password, enum kdf_use use)
{
	size_t block = block_size(kdf->mac);
	unsigned char *p;
	enum rc rc;

	*state = (struct p12_state){ .kdf = kdf, .block = block };
	rc = secret_new(&state->bytes, password.size + kdf->salt.size + 3 * block);
	if (rc)
		return rc;
	p = secret_data(state->bytes);
	memset(p, (int)use, block);
	state->size = block;
	state->size += fill_blocks(p + state->size, kdf->salt, block);
	state->size += fill_blocks(p + state->size, password, block);
	return RC_OK;
}

static enum rc
p12_next(struct p12_state *state, unsigned char *digest)
{
	unsigned char *p = secret_data(state->bytes);
	size_t size = hash_size(state->kdf->mac);
	unsigned char b[BLOCK_LONG];
	uint64_t i;
	size_t j;
	enum rc rc;

	rc = hash_of(state->kdf->mac, SPAN_OF(p, state->size), digest);
	for (i = 1; !rc && i < state->kdf->iterations; i++)
		rc = hash_of(state->kdf->mac, SPAN_OF(digest, size), digest);
	if (rc)
		return rc;
	for (j = 0; j < state->block; j++)
		b[j] = digest[j % size];
	add_to_blocks(p + state->block, state->size - state->block, b, state->block);
	explicit_bzero(b, sizeof(b));
	return RC_OK;
}

static enum rc
p12_part(const struct kdf *kdf, struct span password, enum kdf_use use, unsigned char *out,
	 size_t wanted)
{
	struct p12_state state;
	unsigned char digest[HASH_MAX];
	size_t size = hash_size(kdf->mac);
	size_t at;
	enum rc rc;

	rc = p12_start(&state, kdf, password, use);
	for (at = 0; !rc && at < wanted; at += size) {
		rc = p12_next(&state, digest);
		if (!rc)
			memcpy(out + at, digest, wanted - at < size ? wanted - at : size);
	}
	explicit_bzero(digest, sizeof(digest));
	secret_free(&state.bytes);
	return rc;
}

static enum rc
run_p12(const struct kdf *kdf, struct span password, unsigned char *out)
{
	enum rc rc;

	rc = p12_part(kdf, password, kdf->use, out, kdf->size);
	if (!rc && kdf->iv_size)
		rc = p12_part(kdf, password, KDF_FOR_IV, out + kdf->size, kdf->iv_size);
	return rc;
}

enum rc
kdf_run(const struct kdf *kdf, struct span password, unsigned char *out)
{
	if (kdf->iterations == 0 || kdf->size == 0)
		return RC_DAMAGED;
	if (kdf->salt.size > KDF_SALT_MAX || kdf->size > KDF_SIZE_MAX ||
	    kdf->iv_size > KDF_SIZE_MAX - kdf->size || kdf->iterations > UINT_MAX)
		return RC_LIMIT;
	if (kdf->kind != KDF_SCRYPT && (hash_size(kdf->mac) == 0 || hash_size(kdf->mac) > HASH_MAX))
		return RC_UNSUPPORTED;
	switch (kdf->kind) {
	case KDF_PBKDF1:
		return run_pbkdf1(kdf, password, out);
	case KDF_PBKDF2:
		return run_pbkdf2(kdf, password, out);
	case KDF_P12:
		return run_p12(kdf, password, out);
	case KDF_SCRYPT:
		return scrypt_run(kdf, password, out);
	}
	return RC_INTERNAL;
}
