#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the fault tests of one kind (fault/faults.py). Without python3 they are skipped, by name.

python=/usr/bin/python3
[ -x "$python" ] || python=python3
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
	echo "1..0 # SKIP python3 (3.9 or later) is not installed"
	exit 0
fi
exec "$python" -B "${top_srcdir:?}/tests/fault/faults.py" "$1" "${top_builddir:?}/tests/fault/fail.so"
