#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A layer includes itself and what stands to its left, nothing else. Headers are named with their
# layer; a table of the folder's own (name.def) need not be.

order='base pki model codec store op ui'
cd "${top_srcdir:?}" || exit 99
n=0
seen=''
for layer in $order; do
	n=$((n + 1))
	seen="$seen $layer"
	bad=$(grep -HnE '^[[:space:]]*#[[:space:]]*include "' src/"$layer"/*.c src/"$layer"/*.h \
		include/"$layer"/*.h 2>/dev/null |
		awk -v seen="$seen" '
			BEGIN {
				k = split(seen, a, " ")
				for (i = 1; i <= k; i++)
					may[a[i]] = 1
			}
			{
				split($0, q, "\"")
				if (q[2] ~ /^[a-z0-9-]+\.def$/)
					next
				if (split(q[2], d, "/") < 2 || !(d[1] in may))
					print "# " $0
			}')
	if [ -z "$bad" ]; then
		echo "ok $n - $layer"
	else
		printf 'not ok %d - %s\n%s\n' "$n" "$layer" "$bad"
	fi
done
echo "1..$n"
