/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("kyman " PACKAGE_VERSION);
		return 0;
	}
	(void)fputs("usage: kyman --version\n", stderr);
	return 2;
}
