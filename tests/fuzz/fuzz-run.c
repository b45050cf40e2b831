/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a file of commands for run. */
#include "ui/words.h"
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char words[][16] = { "kyman", "run", "-" };
	char *argv[ARRAY_SIZE(words) + 1] = { NULL };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		argv[i] = words[i];
	world_reset();
	world_run(words_run, ARRAY_SIZE(words), argv, SPAN_OF(data, size), false);
	return 0;
}
