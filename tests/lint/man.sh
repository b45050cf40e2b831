#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# groff has nothing to say about the manual.

cd "${top_srcdir:?}" || exit 99
if ! command -v groff >/dev/null 2>&1; then
	echo "1..0 # SKIP groff is not installed"
	exit 0
fi

n=0
for page in man/*.[1-9]; do
	[ -f "$page" ] || continue
	n=$((n + 1))
	bad=$(groff -mdoc -ww -z -Tutf8 "$page" 2>&1)
	if [ -z "$bad" ]; then
		echo "ok $n - $page"
	else
		printf 'not ok %d - %s\n' "$n" "$page"
		printf '%s\n' "$bad" | sed 's/^/# /'
	fi
done
if [ "$n" = 0 ]; then
	echo "1..0 # SKIP there is no manual yet"
else
	echo "1..$n"
fi
