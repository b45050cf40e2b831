/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Command lines of words, one after the other, that are run: a word a line, an empty line ends one.
 */
#include "ui/words.h"
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	world_reset();
	world_run_lines(words_run, "kyman", SPAN_OF(data, size));
	return 0;
}
