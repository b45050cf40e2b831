/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a stash: what is read can be written and read again. */
#include "codec/stash.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct secret *pass = NULL;
	struct secret *file = NULL;
	struct secret *again = NULL;
	int version = 0;

	if (stash_read(&pass, SPAN_OF(data, size), &version))
		return 0;
	if (!stash_probe(SPAN_OF(data, size)) || stash_write(&file, pass, version) ||
	    stash_read(&again, secret_span(file), NULL) || !secret_equal(pass, again))
		abort();
	secret_free(&pass);
	secret_free(&file);
	secret_free(&again);
	return 0;
}
