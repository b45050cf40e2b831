#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What the menus print is a contract: whole sessions, compared with what they were. To rewrite them:
#   KYMAN_UPDATE=1 make check TESTS=tests/menu/golden.bats
# shellcheck disable=SC2154 # the harness sets top_builddir

bats_require_minimum_version 1.5.0

load ../cli/helpers

setup()
{
	need openssl
	need python3
	here=$BATS_TEST_DIRNAME
	cd "$BATS_TEST_TMPDIR" || return
}

@test "each session goes as it went" {
	stories=("$here"/*.in)
	[ "${#stories[@]}" -gt 15 ]
	python3 "$here/transcript.py" "${stories[@]}"
}

@test "each line of each screen is taken by one of them" {
	list=$top_builddir/tests/unit/test-ui-menus
	[ -x "$list" ] || skip 'test-ui-menus was not built'
	"$list" --list >lines
	[ "$(wc -l <lines)" -gt 100 ]
	python3 "$here/touched.py" lines "$here"/*.out
}

@test "a line that no session takes would be found" {
	printf 'Database Menu\t8\tA new line\n' >lines
	run -1 python3 "$here/touched.py" lines "$here"/*.out
	[ "$output" = 'no transcript takes: Database Menu 8 A new line' ]
	# The same key on another screen of that title is another line.
	printf 'Export File Format\t1\tBinary something else\n' >lines
	run -1 python3 "$here/touched.py" lines "$here"/*.out
}

@test "a session that goes another way would be found" {
	unset KYMAN_UPDATE
	mkdir stories
	cp "$here"/again.* stories
	sed -i 's/Open database/Close database/' stories/again.out
	run -1 python3 "$here/transcript.py" stories/again.in
	[[ $output == *'-   2 - Close database'* ]]
	cp "$here"/again.out stories
	sed -i 's/status 0/status 1/' stories/again.out
	run -1 python3 "$here/transcript.py" stories/again.in
	KYMAN_UPDATE=1 python3 "$here/transcript.py" stories/again.in
	cmp stories/again.out "$here/again.out"
}
