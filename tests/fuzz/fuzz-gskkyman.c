/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A command line of gskkyman's flags, a word a line; what follows the first empty line answers its
 * questions. */
#include "ui/gskkyman.h"
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	world_reset();
	world_run_asked(gskkyman_run, "gskkyman", SPAN_OF(data, size));
	return 0;
}
