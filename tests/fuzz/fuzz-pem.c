/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text as PEM, with and without what editors do to it; then the whole way through intake. */
#include "codec/pem.h"
#include "share.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
lies_within(struct span text, struct span part)
{
	return !part.size || span_holds(text, part);
}

/* Blocks lie within the text and follow each other. */
static void
walk(struct span text)
{
	struct pem_block block;
	struct span rest = text;
	size_t before = rest.size;

	while (pem_next(&rest, &block, NULL) != RC_NOT_FOUND) {
		if (rest.size >= before || !lies_within(text, block.body) ||
		    !lies_within(text, block.headers) || !lies_within(text, block.label))
			abort();
		before = rest.size;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf file = BUF_INIT;

	walk(SPAN_OF(data, size));
	buf_put(&file, SPAN_OF(data, size));
	if (!pem_plain_text(&file, NULL))
		walk(buf_span(&file));
	buf_release(&file);
	share_take_in(SPAN_OF(data, size), true);
	return 0;
}
