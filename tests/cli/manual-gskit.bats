#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash and gskit.bash set $out and $err
# The manual of GSKit's commands has what the program has, no more and no less.

load helpers
load gskit

setup()
{
	gskit_scratch
	manual=$top_srcdir/man/kyman-gskit.1
}

@test "each action" {
	gsk 0 -help
	sed -n 's/^-\([a-z]*\) *-\([a-z]*\) .*/\1 \2/p' .out | sort >actions
	[ "$(wc -l <actions)" -ge 29 ]
	sed -n 's/^\.It Fl \([a-z]*\) Fl \([a-z]*\).*/\1 \2/p' "$manual" | sort >told
	diff actions told
}

@test "each option" {
	gsk 0 -help
	sed -n 's/^-\([a-z]*\) *-\([a-z]*\) .*/-\1 -\2/p' .out | while read -r object action; do
		gsk 0 "$object" "$action" '-?'
		sed -n 's/^    \(-[a-z].*\) \(Required\|Optional\).*/\1/p' .out | tr -d '|' | xargs -n 1
	done | sort -u >options
	[ "$(wc -l <options)" -ge 40 ]
	sed -n '/^\.Sh OPTIONS/,/^\.Sh OUTPUT/s/^\.It Fl //p' "$manual" | sed 's/ \(Ar\|Cm\|Op\) .*//' |
		tr -d ' ' | tr ',' '\n' | sed 's/^/-/' | sort -u >told
	# What is refused wherever it stands is told by the manual alone.
	diff options told | grep '^[<>]' >differ || :
	printf '%s\n' '> -\&?' '> -certpolicy' '> -crypto' '> -help' '> -populate' '> -pqcdemo' '> -pqcdemor' '> -secondarydb' \
		'> -secondarydbpw' '> -secondarydbtype' '> -tokenlabel' | sort >want
	sort differ | diff want -
}

@test "each exit status" {
	{
		sed -n 's/^	GSKIT_[A-Z0-9_]* = \([0-9]*\),/\1/p' "$top_srcdir/include/ui/gskit-parts.h"
		sed -n 's/^	{ RC_[A-Z_]*, \([0-9]*\),.*/\1/p' "$top_srcdir/src/ui/gskit-codes.c"
		sed -n '/faults\[\]/,/^};/p' "$top_srcdir/src/ui/view-gskit.c" | grep -o '", [0-9]*' | tr -dc '0-9\n'
	} | sort -n -u >codes
	[ "$(wc -l <codes)" -ge 50 ]
	sed -n '/^\.Sh EXIT/,/^\.Sh EXAMPLES/s/^\.It \([0-9]*\) Ta .*/\1/p' "$manual" | sort -n -u >told
	diff codes told
}

@test "each outcome of an operation has its code" {
	sed -n 's/^ERR(\(RC_[A-Z_]*\),.*/\1/p' "$top_srcdir/include/base/err.def" | grep -vx -e RC_OK -e RC_FOUND | sort >outcomes
	grep -o '{ RC_[A-Z_]*' "$top_srcdir/src/ui/gskit-codes.c" | cut -c 3- | sort >coded
	diff outcomes coded
}

@test "the examples work" {
	export KYMAN_DB=
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh WHAT/p' "$manual" | sed -n '/^\.Bd/,/^\.Ed/p' | grep -v '^\.' |
		sed 's/\\e$/\\/; s/-prompt/-pw secret12/; s/^runmqakm/.\/runmqakm/' >script
	for name in app ca; do
		openssl req -x509 -newkey rsa:2048 -nodes -keyout $name.key -subj /CN=$name -out $name.arm -days 30 2>/dev/null
	done
	# The outside CA answers between request and answer.
	sed -i '/-label ca /i openssl x509 -req -in qm1.csr -CA ca.arm -CAkey ca.key -CAcreateserial -days 20 -out answer.arm' script
	sed -i 's/-file qm1.arm/-file answer.arm/' script
	sh -ex script
	gsk 0 -cert -list -db key.p12 -stashed
	has "$out" '-	ibmwebspheremqqm1' '-	qm1' '!	app'
}
