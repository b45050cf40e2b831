/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever a file holds, and what is known by name only. */
#include "share.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	share_take_in(SPAN_OF(data, size), false);
	share_take_in(SPAN_OF(data, size), true);
	return 0;
}
