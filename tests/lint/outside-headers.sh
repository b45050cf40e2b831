#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each outside library stays behind the one layer that knows it.

cd "${top_srcdir:?}" || exit 99
n=0

# only WHAT HEADERS PLACES: a file outside PLACES (an extended regular expression) must not include
# HEADERS (another).
only()
{
	n=$((n + 1))
	bad=$(find src include -name '*.[ch]' -print | grep -vE "^($3)" | sort |
		xargs grep -HnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*<($2)" /dev/null |
		sed 's/^/# /')
	if [ -z "$bad" ]; then
		echo "ok $n - $1"
	else
		printf 'not ok %d - %s\n%s\n' "$n" "$1" "$bad"
	fi
}

only 'GnuTLS and libtasn1 in pki' 'gnutls/|libtasn1\.h' '(src|include)/pki/'
only 'readline, libsmartcols, termios in ui' 'readline/|libsmartcols|termios\.h' '(src|include)/ui/'
only 'jansson in op/flat-json.c' 'jansson\.h' 'src/op/flat-json\.c$'
only 'fcntl.h and sys/ in base, store, ui/ask-tty.c' 'fcntl\.h|sys/' \
	'(src|include)/(base|store)/|src/ui/ask-tty\.c'
echo "1..$n"
