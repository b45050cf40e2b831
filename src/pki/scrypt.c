/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/scrypt.h"

#include "base/secret.h"
#include "pki/datum.h"

#include <string.h>

enum { SALSA_WORDS = 16, SALSA_ROUNDS = 8, CHUNK = 128 };

/* One lane at work: x and y have 2 * r blocks of 16 words, v has n times as many as x. */
struct lane {
	uint32_t *x;
	uint32_t *y;
	uint32_t *v;
	size_t words; /* of x */
	size_t n;
};

static uint32_t
rotate(uint32_t x, unsigned by)
{
	return x << by | x >> (32 - by);
}

static void
quarter(uint32_t *x, const unsigned char at[4])
{
	x[at[1]] ^= rotate(x[at[0]] + x[at[3]], 7);
	x[at[2]] ^= rotate(x[at[1]] + x[at[0]], 9);
	x[at[3]] ^= rotate(x[at[2]] + x[at[1]], 13);
	x[at[0]] ^= rotate(x[at[3]] + x[at[2]], 18);
}

/* RFC 7914 section 3. */
static void
salsa(uint32_t b[SALSA_WORDS])
{
	static const unsigned char at[8][4] = {
		{ 0, 4, 8, 12 }, { 5, 9, 13, 1 }, { 10, 14, 2, 6 }, { 15, 3, 7, 11 },
		{ 0, 1, 2, 3 },  { 5, 6, 7, 4 },  { 10, 11, 8, 9 }, { 15, 12, 13, 14 },
	};
	uint32_t x[SALSA_WORDS];
	int round;
	size_t i;

	memcpy(x, b, sizeof(x));
	for (round = 0; round < SALSA_ROUNDS; round += 2) {
		for (i = 0; i < ARRAY_SIZE(at); i++)
			quarter(x, at[i]);
	}
	for (i = 0; i < SALSA_WORDS; i++)
		b[i] += x[i];
}

/* RFC 7914 section 4: x becomes its mix, by way of y. */
static void
block_mix(const struct lane *lane)
{
	uint32_t t[SALSA_WORDS];
	size_t blocks = lane->words / SALSA_WORDS;
	size_t i;
	size_t j;

	memcpy(t, lane->x + lane->words - SALSA_WORDS, sizeof(t));
	for (i = 0; i < blocks; i++) {
		for (j = 0; j < SALSA_WORDS; j++)
			t[j] ^= lane->x[i * SALSA_WORDS + j];
		salsa(t);
		j = i / 2 + (i & 1 ? blocks / 2 : 0);
		memcpy(lane->y + j * SALSA_WORDS, t, sizeof(t));
	}
	memcpy(lane->x, lane->y, lane->words * sizeof(*lane->x));
}

/* RFC 7914 section 5. */
static void
ro_mix(const struct lane *lane)
{
	size_t i;
	size_t j;
	size_t k;

	for (i = 0; i < lane->n; i++) {
		memcpy(lane->v + i * lane->words, lane->x, lane->words * sizeof(*lane->x));
		block_mix(lane);
	}
	for (i = 0; i < lane->n; i++) {
		j = lane->x[lane->words - SALSA_WORDS] & (lane->n - 1);
		for (k = 0; k < lane->words; k++)
			lane->x[k] ^= lane->v[j * lane->words + k];
		block_mix(lane);
	}
}

static void
lane_run(const struct lane *lane, unsigned char *bytes)
{
	size_t i;

	for (i = 0; i < lane->words; i++) {
		const unsigned char *p = bytes + 4 * i;

		lane->x[i] = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
			     (uint32_t)p[3] << 24;
	}
	ro_mix(lane);
	for (i = 0; i < lane->words; i++) {
		bytes[4 * i] = (unsigned char)(lane->x[i] & 0xff);
		bytes[4 * i + 1] = (unsigned char)(lane->x[i] >> 8 & 0xff);
		bytes[4 * i + 2] = (unsigned char)(lane->x[i] >> 16 & 0xff);
		bytes[4 * i + 3] = (unsigned char)(lane->x[i] >> 24);
	}
}

static enum rc
pbkdf2_once(struct span password, struct span salt, unsigned char *out, size_t size)
{
	gnutls_datum_t key = datum_of(password);
	gnutls_datum_t with = datum_of(salt);

	if (gnutls_pbkdf2(GNUTLS_MAC_SHA256, &key, &with, 1, out, size) < 0)
		return RC_UNSUPPORTED;
	return RC_OK;
}

/* All memory that N, r and p ask for, or RC_LIMIT before any is taken. */
static enum rc
check_cost(const struct kdf *kdf)
{
	uint64_t n = kdf->iterations;
	uint64_t limit = KDF_SCRYPT_MEMORY / CHUNK;

	if (n < 2 || (n & (n - 1)) || kdf->block == 0 || kdf->parallel == 0)
		return RC_DAMAGED;
	if (n > limit || kdf->block > limit || kdf->parallel > limit)
		return RC_LIMIT;
	/* v, x and y; then all lanes */
	if ((n + 2) * kdf->block > limit || kdf->block * kdf->parallel > limit)
		return RC_LIMIT;
	return RC_OK;
}

enum rc
scrypt_run(const struct kdf *kdf, struct span password, unsigned char *out)
{
	struct secret *memory = NULL;
	struct secret *lanes = NULL;
	struct lane lane;
	size_t lane_size;
	size_t i;
	enum rc rc;

	rc = check_cost(kdf);
	if (rc)
		return rc;
	lane_size = CHUNK * (size_t)kdf->block;
	rc = secret_new(&lanes, lane_size * (size_t)kdf->parallel);
	if (!rc)
		rc = secret_new(&memory, lane_size * ((size_t)kdf->iterations + 2));
	if (!rc)
		rc = pbkdf2_once(password, kdf->salt, secret_data(lanes), secret_size(lanes));
	if (rc)
		goto out;
	lane.words = lane_size / sizeof(*lane.x);
	lane.n = (size_t)kdf->iterations;
	lane.x = (uint32_t *)(void *)secret_data(memory);
	lane.y = lane.x + lane.words;
	lane.v = lane.y + lane.words;
	for (i = 0; i < kdf->parallel; i++)
		lane_run(&lane, secret_data(lanes) + i * lane_size);
	rc = pbkdf2_once(password, secret_span(lanes), out, kdf->size);
out:
	secret_free(&memory);
	secret_free(&lanes);
	return rc;
}
