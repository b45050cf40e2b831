/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/digest.h"

#include "base/text.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>

static const struct algorithm {
	const char *name;
	gnutls_digest_algorithm_t digest;
	gnutls_mac_algorithm_t mac;
	size_t size;
} algorithms[] = {
	[HASH_NONE] = { "none", GNUTLS_DIG_UNKNOWN, GNUTLS_MAC_UNKNOWN, 0 },
	[HASH_MD5] = { "md5", GNUTLS_DIG_MD5, GNUTLS_MAC_MD5, 16 },
	[HASH_SHA1] = { "sha1", GNUTLS_DIG_SHA1, GNUTLS_MAC_SHA1, 20 },
	[HASH_SHA224] = { "sha224", GNUTLS_DIG_SHA224, GNUTLS_MAC_SHA224, 28 },
	[HASH_SHA256] = { "sha256", GNUTLS_DIG_SHA256, GNUTLS_MAC_SHA256, 32 },
	[HASH_SHA384] = { "sha384", GNUTLS_DIG_SHA384, GNUTLS_MAC_SHA384, 48 },
	[HASH_SHA512] = { "sha512", GNUTLS_DIG_SHA512, GNUTLS_MAC_SHA512, 64 },
};

struct digest {
	gnutls_hash_hd_t hash; /* one of the two */
	gnutls_hmac_hd_t hmac;
};

static enum rc
rc_of(int status)
{
	switch (status) {
	case GNUTLS_E_SUCCESS:
		return RC_OK;
	case GNUTLS_E_MEMORY_ERROR:
		return RC_NO_MEMORY;
	default:
		/* MD5 under FIPS rules, for one. */
		return RC_UNSUPPORTED;
	}
}

size_t
digest_size(enum hash hash)
{
	return algorithms[hash].size;
}

const char *
digest_name(enum hash hash)
{
	return algorithms[hash].name;
}

enum hash
digest_from_name(const char *name)
{
	size_t i;

	for (i = HASH_NONE + 1; i < ARRAY_SIZE(algorithms); i++) {
		if (text_equal_ascii(name, algorithms[i].name))
			return (enum hash)i;
	}
	return HASH_NONE;
}

enum rc
digest_of(enum hash hash, struct span bytes, unsigned char *out)
{
	if (hash == HASH_NONE)
		return RC_UNSUPPORTED;
	return rc_of(gnutls_hash_fast(algorithms[hash].digest, bytes.data, bytes.size, out));
}

enum rc
digest_put_hex(struct buf *out, enum hash hash, struct span bytes)
{
	unsigned char digest[DIGEST_MAX];
	enum rc rc = digest_of(hash, bytes, digest);

	if (rc)
		return rc;
	text_put_hex(out, SPAN_OF(digest, digest_size(hash)));
	return buf_rc(out);
}

enum rc
digest_hmac(enum hash hash, struct span key, struct span bytes, unsigned char *out)
{
	if (hash == HASH_NONE)
		return RC_UNSUPPORTED;
	return rc_of(gnutls_hmac_fast(algorithms[hash].mac, key.data, key.size, bytes.data,
				      bytes.size, out));
}

enum rc
digest_start(struct digest **d, enum hash hash, const struct span *hmac_key)
{
	const struct algorithm *algorithm = &algorithms[hash];
	int status;

	*d = NULL;
	if (hash == HASH_NONE)
		return RC_UNSUPPORTED;
	*d = calloc(1, sizeof(**d));
	if (!*d)
		return RC_NO_MEMORY;
	if (hmac_key && hmac_key->size > 0) {
		status =
		    gnutls_hmac_init(&(*d)->hmac, algorithm->mac, hmac_key->data, hmac_key->size);
	} else {
		status = gnutls_hash_init(&(*d)->hash, algorithm->digest);
	}
	if (status) {
		free(*d);
		*d = NULL;
	}
	return rc_of(status);
}

enum rc
digest_add(struct digest *d, struct span bytes)
{
	if (bytes.size == 0)
		return RC_OK;
	return rc_of(d->hmac ? gnutls_hmac(d->hmac, bytes.data, bytes.size)
			     : gnutls_hash(d->hash, bytes.data, bytes.size));
}

void
digest_finish(struct digest **d, unsigned char *out)
{
	if (!*d)
		return;
	if ((*d)->hmac)
		gnutls_hmac_deinit((*d)->hmac, out);
	else
		gnutls_hash_deinit((*d)->hash, out);
	free(*d);
	*d = NULL;
}
