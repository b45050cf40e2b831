#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sizes and contracts: no function over 60 lines, no file over 600, no more than 5 parameters, and a
# comment that ends right above each prototype.

cd "${top_srcdir:?}" || exit 99

# report NUMBER NAME FINDINGS
report()
{
	if [ -z "$3" ]; then
		echo "ok $1 - $2"
	else
		printf 'not ok %d - %s\n' "$1" "$2"
		printf '%s\n' "$3" | sed 's/^/# /'
	fi
}

sources=$(find src -name '*.c' ! -path src/pki/schema.c -print | sort)
headers=$(find include src -name '*.h' -print | sort)

# One line a function: its length, its place, its name, its parameters.
functions()
{
	# shellcheck disable=SC2086 # a list
	ctags --languages=C --kinds-C=f --fields=+neS -f - $sources |
		awk -F '\t' '{
			line = end = sign = ""
			for (i = 4; i <= NF; i++) {
				if ($i ~ /^line:/)
					line = substr($i, 6)
				else if ($i ~ /^end:/)
					end = substr($i, 5)
				else if ($i ~ /^signature:/)
					sign = substr($i, 11)
			}
			print end - line + 1, $2 ":" line, $1, gsub(/,/, ",", sign) + 1
		}'
}

# Prototypes without a comment right above. A prototype begins at column one with a word and ends
# with a semicolon; attributes may stand between.
bare_prototypes()
{
	# shellcheck disable=SC2086 # a list
	awk '
		FNR == 1 { above = ""; inside = 0; open = 0 }
		inside { if (/\*\//) { inside = 0; above = "comment" } next }
		/^[ \t]*\/\*/ {
			if (/\*\//) above = "comment"; else inside = 1
			next
		}
		open { if (/;/) { open = 0; above = "" } next }
		/^[ \t]*(NODISCARD|PRINTF\(.*\))[ \t]*$/ { next }
		/^(typedef|return|static inline)/ || /^#/ { above = ""; next }
		/^[A-Za-z_][A-Za-z0-9_ \t*]*[* \t][A-Za-z0-9_]+[ \t]*\(/ {
			if (above != "comment")
				print FILENAME ":" FNR ": " $0
			above = ""
			if (!/;/)
				open = 1
			next
		}
		{ above = "" }' $headers
}

echo "1..4"
if command -v ctags >/dev/null 2>&1; then
	report 1 'no function over 60 lines' "$(functions | awk '$1 > 60 { print $2, $3, $1 }')"
	report 2 'no function with over 5 parameters' \
		"$(functions | awk '$4 > 5 { print $2, $3, $4 }')"
else
	echo 'ok 1 # SKIP ctags is not installed'
	echo 'ok 2 # SKIP ctags is not installed'
fi
# shellcheck disable=SC2086 # a list
report 3 'no file over 600 lines' "$(wc -l $sources $headers | awk '$2 != "total" && $1 > 600')"
report 4 'each prototype has its contract' "$(bare_prototypes)"
