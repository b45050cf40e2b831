#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# kyman-menu(1) says what the tables of the menus say, and its examples work.
# shellcheck disable=SC2154 # the harness sets top_srcdir

bats_require_minimum_version 1.5.0

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	page=$top_srcdir/man/kyman-menu.1
	unset KYMAN_DB CREDENTIALS_DIRECTORY
	# shellcheck disable=SC2317 # run by the examples
	kyman() { "$KYMAN" "$@"; }
}

# The sources of the menus on one line, strings that go on in the next put together.
sources()
{
	cat "$top_srcdir"/src/ui/menu*.c | tr '\n\t' '  ' | sed 's/" *"//g; s/  */ /g'
}

# What is in file $1 and alone on no line of the page.
missing()
{
	[ -s "$1" ]
	while IFS= read -r line; do
		grep -qFx -- "$line" "$page" || printf '%s\n' "$line"
	done <"$1" >lost
	cat lost
	[ ! -s lost ]
}

@test "each line of each screen is in the manual" {
	sources | grep -oE '\{ "[0-9]+b?", "[^"]*"' | sed 's/.*, "//; s/"$//' | sort -u >lines
	sources | grep -oE '(\.text = |BRAINPOOL\("[0-9]+", )"[^"]*"' | sed 's/"$//; s/.*"//' |
		sort -u >>lines
	[ "$(wc -l <lines)" -gt 60 ]
	missing lines
}

# Titles of the screens, which the manual has as headings or names in its text.
@test "each screen is in the manual" {
	sources | grep -oE '\.title = "[^"]*"' | sed 's/.*= "//; s/"$//' | sort -u >titles
	[ "$(wc -l <titles)" -gt 15 ]
	tr '\n' ' ' <"$page" >text
	while IFS= read -r title; do
		case $title in
		'Diffie-Hellman Key Size' | 'NIST Recommended Curve Type' | 'Brainpool Defined Curve Type')
			continue # the screens behind a line of another
			;;
		esac
		grep -qF -- "$title" text || { echo "$title"; false; }
	done <titles
}

@test "each prompt of a job is in the manual" {
	sources | grep -oE '(\.prompt = |[a-z_]+\(j, P_[A-Z_]+, prompt, )"[^"]*"|\{ "[a-z]+", "Enter [^"]*"' |
		sed 's/"$//; s/.*"//; s/^\\n//; s/^ *//; s/:$//; s/ *(press ENTER to return to menu)$//; s/ $//' |
		grep -v -e '^Press ENTER' -e '^Enter option number' -e '^Select [-a-zA-Z ]*$' \
			-e '^Enter label number' -e '^Enter 1 to confirm, 0 to cancel$' | sort -u >prompts
	[ "$(wc -l <prompts)" -gt 30 ]
	missing prompts
}

@test "each status code of a failure is in the manual, and no other" {
	cd "$top_srcdir/include/base"
	sed -n 's/^ERR(RC_[A-Z_]*, [0-9]*, "[a-z-]*", 0x\([0-9a-f]*\),.*/\1/p' err.def | grep -v '^00$' | sort -u | while read -r number; do
		sed -n "s/^CMS(0x$number, \"\(.*\)\")$/033530$number \1/p" cms.def
	done >"$BATS_TEST_TMPDIR/tables"
	sed -n 's/^\.It Li \(0335[0-9a-f]*\) Ta \(.*\)/\1 \2/p' "$page" | sed 's/\\&//' >"$BATS_TEST_TMPDIR/manual"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/tables")" -gt 15 ]
	diff "$BATS_TEST_TMPDIR/tables" "$BATS_TEST_TMPDIR/manual"
}

# Example $1, a line each.
example()
{
	awk -v n="$1" '
		/^\.Sh / { in_examples = $0 == ".Sh EXAMPLES" }
		/^\.Ss / { on = $2 == n "." }
		/^\.Bd -literal/ { lit = 1; next }
		/^\.Ed/ { lit = 0 }
		in_examples && on && lit { gsub(/\\e/, "\\"); print }' "$page"
}

@test "a database made by a script, and a CA's certificate imported into it" {
	"$KYMAN" db create ca.p12 --pass gen --stash
	"$KYMAN" cert create ca --db ca.p12 --profile ca
	"$KYMAN" cert export ca --db ca.p12 --out ca.pem
	for n in 1 2; do
		example $n >job
		[ -s job ]
		# shellcheck disable=SC1091 # made above
		. ./job
	done
	# shellcheck disable=SC2034 # read by the program
	PASS=secret12 "$KYMAN" cert list --db t.kdb --pass env:PASS | grep -q '^myca '
}

@test "a session that was recorded is done again" {
	example 4 | sed -n '1p' | grep -qFx 'kyman menu --record session'
	printf '1\nr.p12\nsecret12\nsecret12\n\n\n0\n\n10\n\n0\n' | "$KYMAN" menu --record session
	[ "$(stat -c %a session)" = 600 ]
	run ! grep -q secret12 session
	rm r.p12 r.sth
	sed -i 's/--pass prompt/--pass env:PASS/' session
	export PASS=secret12
	example 4 | sed 1d >job
	[ -s job ]
	# shellcheck disable=SC1091 # made above
	. ./job
	[ -f r.p12 ]
	[ -f r.sth ]
}

@test "what is not valid ends a pipe with its status" {
	# a word for a number
	printf '1\na.p12\nsecret12\nsecret12\nsoon\n' >answers
	run -2 "$KYMAN" menu <answers
	[ ! -e a.p12 ]
	# two passwords
	printf '1\na.p12\nsecret12\nsecret13\n' >answers
	run -5 "$KYMAN" menu <answers
	# a choice that is refused
	printf '1\na.p12\nsecret12\nsecret12\n\n\n0\n\n6\n1\n1\n1\n' >answers
	run -9 "$KYMAN" menu <answers
	# the end inside a job, and at a menu
	printf '1\nb.p12\nsecret12\n' >answers
	run -10 "$KYMAN" menu <answers
	[ ! -e b.p12 ]
	run -0 "$KYMAN" menu </dev/null
	# a record that is there
	: >session
	run -7 "$KYMAN" menu --record session </dev/null
}
