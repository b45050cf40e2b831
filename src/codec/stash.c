/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stash files. They hide a passphrase from nobody: whoever can read one has it.
 *
 * Version 1, 129 bytes: the passphrase, a NUL, padding that is never NUL, each byte XOR F5.
 * Version 2, 193 bytes: A (random, 32 bytes), SHA-256(01 A), then the bytes of version 1 XOR a key
 * stream that is made of the first two. */
#include "codec/stash.h"

#include "base/env.h"
#include "pki/digest.h"

#include <string.h>

enum {
	BODY = STASH_SECRET_MAX + 1,
	HASH_SIZE = 32,
	HEAD = 2 * HASH_SIZE,
	SIZE_1 = BODY,
	SIZE_2 = HEAD + BODY,
	MASK = 0xf5,
	ROUNDS_MAX = 100000, /* the search below takes 256 rounds on average */
	ROUNDS_AFTER = 64,
	BLOCKS = (BODY + HASH_SIZE - 1) / HASH_SIZE,
	SEED_SIZE = 6,
};

static const char label[] = "13EC6D5C885056915AB35FAD2BDDF39F40D7C57B8B4D28F66B61B75F391446FD"
			    "A96751174DBD9713D02E0B38732E763501DBBB85EC60E437929ED2AA8981B36B";

static enum rc
rehash(unsigned char *s)
{
	unsigned char digest[DIGEST_MAX] = { 0 };
	enum rc rc;

	rc = digest_of(HASH_SHA256, SPAN_OF(s, HASH_SIZE), digest);
	memcpy(s, digest, HASH_SIZE);
	return rc;
}

/* The key of the stream for a file's first 64 bytes. */
static enum rc
stream_key(unsigned char *key, struct span head)
{
	unsigned char s[DIGEST_MAX] = { 0 };
	unsigned rounds;
	unsigned i;
	enum rc rc;

	rc = digest_of(HASH_SHA256, head, s);
	for (rounds = 0; !rc && s[8] != 3 && rounds < ROUNDS_MAX; rounds++)
		rc = rehash(s);
	if (!rc && s[8] != 3)
		rc = RC_DAMAGED;
	for (i = 0; !rc && i < ROUNDS_AFTER; i++)
		rc = rehash(s);
	if (!rc)
		rc = digest_hmac(HASH_SHA256, SPAN_OF(s, HASH_SIZE), span_text(label), key);
	explicit_bzero(s, sizeof(s));
	return rc;
}

/* Each block is keyed over all that was put out, then the state before: the newest first. */
static enum rc
apply_stream(unsigned char *body, struct span head)
{
	static const unsigned char seed[SEED_SIZE] = { 1, 1, 2, 3, 5, 8 };
	/* Grows from its end: state of n blocks is out(1..n-1 of all) before the last state. */
	unsigned char state[(BLOCKS + 1) * (BLOCKS + 2) / 2 * HASH_SIZE];
	unsigned char out[BLOCKS * HASH_SIZE];
	unsigned char digest[DIGEST_MAX] = { 0 };
	unsigned char key[DIGEST_MAX] = { 0 };
	size_t from = sizeof(state) - HASH_SIZE;
	size_t made = 0;
	size_t i;
	enum rc rc;

	rc = stream_key(key, head);
	if (!rc)
		rc = digest_hmac(HASH_SHA256, SPAN_OF(key, HASH_SIZE), SPAN_OF(seed, SEED_SIZE),
				 digest);
	memcpy(state + from, digest, HASH_SIZE);
	while (!rc && made < sizeof(out)) {
		rc = digest_hmac(HASH_SHA256, SPAN_OF(key, HASH_SIZE),
				 SPAN_OF(state + from, sizeof(state) - from), digest);
		memcpy(out + made, digest, HASH_SIZE);
		made += HASH_SIZE;
		from -= made;
		memcpy(state + from, out, made);
	}
	for (i = 0; !rc && i < BODY; i++)
		body[i] ^= out[i];
	explicit_bzero(state, sizeof(state));
	explicit_bzero(out, sizeof(out));
	explicit_bzero(key, sizeof(key));
	return rc;
}

/* The check field of version 2 into digest. */
static enum rc
check_of(unsigned char *digest, const unsigned char *a)
{
	unsigned char bytes[1 + HASH_SIZE] = { 1 };

	memcpy(bytes + 1, a, HASH_SIZE);
	return digest_of(HASH_SHA256, SPAN_OF(bytes, sizeof(bytes)), digest);
}

static enum rc
is_version_2(struct span file)
{
	unsigned char digest[DIGEST_MAX] = { 0 };
	enum rc rc;

	rc = check_of(digest, file.data);
	if (!rc && !bytes_equal(digest, file.data + HASH_SIZE, HASH_SIZE))
		rc = RC_DAMAGED;
	return rc;
}

enum rc
stash_read(struct secret **pass, struct span file, int *version)
{
	struct secret *body = NULL;
	bool second = file.size == SIZE_2;
	size_t size = 0;
	size_t i;
	enum rc rc;

	*pass = NULL;
	if (file.size != SIZE_1 && !second)
		return RC_DAMAGED;
	rc = second ? is_version_2(file) : RC_OK;
	if (!rc)
		rc = secret_from(&body, span_part(file, file.size - BODY, BODY));
	if (!rc && second)
		rc = apply_stream(secret_data(body), span_part(file, 0, HEAD));
	if (rc)
		goto out;
	for (i = 0; i < BODY; i++)
		secret_data(body)[i] ^= MASK;
	while (size < BODY && secret_data(body)[size])
		size++;
	if (size == BODY) {
		rc = RC_DAMAGED;
		goto out;
	}
	secret_cut(body, size);
	*pass = body;
	body = NULL;
	if (version)
		*version = second ? 2 : 1;
out:
	secret_free(&body);
	return rc;
}

/* The bytes of version 1: passphrase, NUL, random padding without NUL. */
static enum rc
fill_body(unsigned char *body, struct span pass)
{
	enum rc rc = RC_OK;
	size_t i;

	if (pass.size)
		memcpy(body, pass.data, pass.size);
	body[pass.size] = 0;
	for (i = pass.size + 1; i < BODY && !rc; i++) {
		do {
			rc = env_random(&body[i], 1);
		} while (!rc && body[i] == 0);
	}
	for (i = 0; i < BODY; i++)
		body[i] ^= MASK;
	return rc;
}

enum rc
stash_write(struct secret **file, const struct secret *pass, int version)
{
	struct span words = secret_span(pass);
	struct secret *made = NULL;
	unsigned char digest[DIGEST_MAX] = { 0 };
	unsigned char *data;
	enum rc rc;

	*file = NULL;
	if (version != 1 && version != 2)
		return RC_USAGE;
	if (words.size > STASH_SECRET_MAX || (words.size && memchr(words.data, 0, words.size)))
		return RC_LIMIT;
	rc = secret_new(&made, version == 1 ? SIZE_1 : SIZE_2);
	if (rc)
		return rc;
	data = secret_data(made);
	rc = fill_body(data + secret_size(made) - BODY, words);
	if (!rc && version == 2)
		rc = env_random(data, HASH_SIZE);
	if (!rc && version == 2)
		rc = check_of(digest, data);
	if (!rc && version == 2) {
		memcpy(data + HASH_SIZE, digest, HASH_SIZE);
		rc = apply_stream(data + HEAD, SPAN_OF(data, HEAD));
	}
	if (rc)
		secret_free(&made);
	*file = made;
	return rc;
}

bool
stash_probe(struct span file)
{
	return file.size == SIZE_1 || stash_is_checked(file);
}

bool
stash_is_checked(struct span file)
{
	return file.size == SIZE_2 && !is_version_2(file);
}
