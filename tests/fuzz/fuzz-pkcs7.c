/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DER as a SignedData: what is found lies within it, and is found again in one of our own. */
#include "codec/pkcs7.h"

#include <stdint.h>
#include <stdlib.h>

enum { CERTS_MAX = 100 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct found {
	struct span whole;
	struct span certs[CERTS_MAX];
	size_t count;
};

static enum rc
take(void *self, bool is_crl, struct span der)
{
	struct found *found = self;

	if (!der.size || !span_holds(found->whole, der))
		abort();
	if (!is_crl && found->count < CERTS_MAX)
		found->certs[found->count++] = der;
	return RC_OK;
}

static void
write_again(const struct found *found)
{
	struct buf der = BUF_INIT;
	struct found again = { .count = 0 };
	const struct pkcs7_taker taker = { take, &again };

	if (pkcs7_write(&der, found->certs, found->count))
		abort();
	again.whole = buf_span(&der);
	if (pkcs7_read(again.whole, &taker, NULL) || again.count != found->count)
		abort();
	for (size_t i = 0; i < again.count; i++) {
		if (!span_equal(again.certs[i], found->certs[i]))
			abort();
	}
	buf_release(&der);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct found found = { .whole = SPAN_OF(data, size) };
	const struct pkcs7_taker taker = { take, &found };
	struct err err = ERR_INIT;

	(void)pkcs7_probe(found.whole);
	if (!pkcs7_read(found.whole, &taker, &err))
		write_again(&found);
	else if (!err.message[0])
		abort();
	return 0;
}
