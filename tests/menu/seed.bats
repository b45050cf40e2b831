#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The session that slides show, line by line; and its record, done again by commands.
# shellcheck disable=SC2154 # helpers.bash sets what is used here

load ../cli/helpers

setup()
{
	need python3
	here=$BATS_TEST_DIRNAME
	scratch
}

@test "each line of the slides is printed, in their order" {
	python3 "$here/seed.py" "$here/seed-004.lines" "$here/seed-004.in"
}

@test "a line that is not printed would be found" {
	sed 's/^Type: FIPS$/Type: Any/' "$here/seed-004.lines" >lines
	run python3 "$here/seed.py" lines "$here/seed-004.in"
	[ "$status" = 1 ]
	[[ $output == 'not there, or not in this order: '*': Type: Any' ]]
	# In another order: the second menu before the first.
	tac "$here/seed-004.lines" >lines
	run python3 "$here/seed.py" lines "$here/seed-004.in"
	[ "$status" = 1 ]
}

# The answers of run $1 of the session.
answers()
{
	awk -v n="$1" '/^#>/ { run++; next } /^#/ { next } run + 1 == n' "$here/seed-004.in"
}

# The session in folder $1, its records in one and two.
play()
{
	(cd "$1" && answers 1 | "$KYMAN" menu --record ../one --show-commands) >out
	(cd "$1" && answers 2 | "$KYMAN" menu --record ../two --show-commands) >>out
}

# What is listed, without what must differ.
listed()
{
	"$KYMAN" cert list -d "$1/Database.kdb" --pass env:PW --json |
		jq 'del(.database, .entries[]["serial", "not_before", "not_after", "sha256", "spki_sha256"])'
}

@test "each line of the record, run on an empty folder, makes the same database" {
	need jq
	export PW=secret12
	mkdir menus words
	play menus
	cat one two >lines
	[ "$(wc -l <lines)" -ge 5 ]
	while IFS= read -r line; do
		(cd words && sh -c "\"\$KYMAN\" ${line// prompt/ env:PW}" </dev/null)
	done <lines
	listed menus >by-menus
	listed words >by-words
	[ "$(jq '.entries | length' by-menus)" = 2 ]
	diff by-menus by-words
	[ -f words/Database.sth ]
}

@test "no secret is recorded" {
	mkdir menus
	play menus
	! grep secret12 one two out || false
}

@test "a record is for nobody else, and replaces nothing" {
	umask 0
	"$KYMAN" menu --record new </dev/null
	[ "$(stat -c %a new)" = 600 ]
	[ ! -s new ]
	echo kept >there
	ln -s nowhere link
	for name in there link new .; do
		kyman 7 menu --record "$name"
		has "$err" "'$name' exists already"
		[ -z "$out" ]
	done
	[ "$(cat there)" = kept ]
	[ ! -e nowhere ]
	kyman 1 menu --record nowhere/record
	kyman 2 menu --record
	kyman 2 menu --record a --record b
	[ ! -e a ]
}

@test "what failed or was cancelled is not recorded" {
	"$KYMAN" menu --record record <<-'END' >/dev/null
		2
		none.kdb
		secret12

		1
		a.kdb
		secret12
		secret12




		6
		2
		3

		0
	END
	[ "$(wc -l <record)" = 1 ]
	grep -q '^db create a.kdb ' record
}
