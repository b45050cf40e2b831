/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSKit's command lines, one after the other: a word a line, an empty line ends one. */
#include "ui/gskit.h"
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	world_reset();
	world_run_lines(gskit_run, "runmqakm", SPAN_OF(data, size));
	return 0;
}
