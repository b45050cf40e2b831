#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# coverage.sh FILE: run in a build folder that was configured with --enable-coverage, after its tests: how
# many lines of each file and layer they ran. The layers also go to FILE, which is kept in the tree.
set -eu

figures=$1
all=$(mktemp)
trap 'rm -f "$all"' EXIT
find src -name '*.gcda' -print | sort | xargs gcov -n 2>/dev/null | awk '
	/^File / {
		file = $2
		gsub(/\047/, "", file)
		keep = sub(/^.*src\//, "", file) && split(file, part, "/") == 2 && file ~ /\.c$/
		layer = part[1]
	}
	/^Lines executed:/ && keep {
		sub(/^Lines executed:/, "")
		split($0, n, /% of /)
		ran = n[1] * n[2] / 100
		all_lines[layer] += n[2]
		all_ran[layer] += ran
		printf "%6.1f %% of %5d  src/%s\n", n[1], n[2], file
		keep = 0
	}
	END {
		k = split("base pki model codec store op ui", order, " ")
		for (i = 1; i <= k; i++) {
			layer = order[i]
			if (!all_lines[layer])
				continue
			printf "layer %-6s %5.1f %% of %5d lines\n", layer,
			    100 * all_ran[layer] / all_lines[layer], all_lines[layer]
			if (layer != "ui") {
				lines += all_lines[layer]
				got += all_ran[layer]
			}
		}
		if (!lines) {
			print "nothing was counted: configure with --enable-coverage" >"/dev/stderr"
			exit 1
		}
		printf "base to op   %5.1f %% of %5d lines\n", 100 * got / lines, lines
	}' >"$all"
cat "$all"
grep -v '  src/' "$all" >"$figures"
