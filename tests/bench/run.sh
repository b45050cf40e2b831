#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Called by `make bench`: ratios against other tools, printed as a table and written to bench.json.
set -eu

: "${KYMAN:?is the program to measure}" "${top_srcdir:?}" "${top_builddir:?}"

if ! command -v python3 >/dev/null; then
	echo 'bench: needs python3' >&2
	exit 1
fi
exec python3 "$top_srcdir/tests/bench/bench.py" --kyman "$KYMAN" --tools "$top_builddir/tests/bench" \
	--json bench.json "$@"
