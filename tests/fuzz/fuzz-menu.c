/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the answers to the menus' questions. */
#include "ui/menu.h"
#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char words[][16] = { "kyman", "menu", "--show-commands" };
	char *argv[] = { words[0], words[1], words[2], NULL };

	world_reset();
	world_run(menu_run, ARRAY_SIZE(words), argv, SPAN_OF(data, size), true);
	return 0;
}
