/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text as PEM, with and without what editors do to it; then the whole way through intake. */
#include "codec/intake.h"
#include "codec/pem.h"

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
	struct intake_options options = { .max_iterations = 1 };
	struct intake in = INTAKE_INIT;
	struct buf file = BUF_INIT;
	struct secret *pass = NULL;

	walk(SPAN_OF(data, size));
	buf_put(&file, SPAN_OF(data, size));
	if (!pem_plain_text(&file, NULL))
		walk(buf_span(&file));
	buf_release(&file);
	buf_put(&file, SPAN_OF(data, size));
	if (!secret_from(&pass, span_text("secret"))) {
		options.pass = pass;
		if (!intake_read(&in, &file, &options, NULL) && !in.format)
			abort();
	}
	intake_release(&in);
	secret_free(&pass);
	buf_release(&file);
	return 0;
}
