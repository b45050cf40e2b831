#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each error code is used by the source and asked for by a test.
cd "${top_srcdir:?}" || exit 99

echo '1..2'
codes=$(sed -n 's/^ERR(\(RC_[A-Z_]*\),.*/\1/p' include/base/err.def)

# check NUMBER FOLDER WHAT
check()
{
	bad=
	for code in $codes; do
		grep -rqw "$code" "$2" || bad="$bad $code"
	done
	if [ -z "$bad" ]; then
		echo "ok $1 - $3"
	else
		printf 'not ok %s - %s\n#%s\n' "$1" "$3" "$bad"
	fi
}

check 1 src 'each error code is used'
check 2 tests 'each error code is asked for by a test'
