/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DER and BER: what was made DER is DER; then certificates, keys and bags through intake. */
#include "pki/cert.h"
#include "pki/der.h"
#include "share.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
found(void *self, const char *code, const char *message)
{
	(void)code;
	(void)message;
	++*(unsigned *)self;
}

static void
read_cert(struct span der)
{
	unsigned count = 0;
	struct cert cert;

	if (!cert_parse(&cert, der, NULL))
		cert_problems(&cert, found, &count);
}

/* What was made DER stays as it is when it is made DER again. */
static void
from_ber(struct span in)
{
	struct buf again = BUF_INIT;
	struct buf der = BUF_INIT;
	size_t used = 0;

	if (!der_from_ber(&der, in, &used)) {
		if (used > in.size || der_announced(buf_span(&der)) != der.size)
			abort();
		if (der_from_ber(&again, buf_span(&der), &used) ||
		    !span_equal(buf_span(&again), buf_span(&der)))
			abort();
		read_cert(buf_span(&der));
	}
	buf_release(&again);
	buf_release(&der);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	from_ber(SPAN_OF(data, size));
	read_cert(SPAN_OF(data, size));
	share_take_in(SPAN_OF(data, size), false);
	return 0;
}
