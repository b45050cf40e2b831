#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs one test program. cmocka 1.1 writes a skipped test as "not ok N # SKIP", which TAP readers take
# for a failure.

exec 4>&1
status=$({
	{
		"$@" 3>&- 4>&-
		echo "$?" >&3
	} | sed 's/^not ok \([0-9]* # SKIP\)/ok \1/' >&4
} 3>&1)
exit "$status"
