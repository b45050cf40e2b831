#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs one bats file with TAP output; without bats it is skipped, by name.

if ! command -v bats >/dev/null 2>&1; then
	echo "1..0 # SKIP bats is not installed"
	exit 0
fi
exec bats --tap "$@"
