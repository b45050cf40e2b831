#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Sessions whose answers end too early, behind each answer in turn: cut.py says what is looked at.

load ../cli/helpers

setup()
{
	need openssl
	need python3
	here=$BATS_TEST_DIRNAME
	cd "$BATS_TEST_TMPDIR" || return
}

# All stories are in one of these.
created=(commands create database expired seed-004)

@test "sessions that make databases or passwords" {
	python3 "$here/cut.py" "${created[@]/#/$here/}"
}

@test "all others" {
	local stories=()

	for story in "$here"/*.in; do
		name=$(basename "$story" .in)
		[[ " ${created[*]} " == *" $name "* ]] || stories+=("${story%.in}")
	done
	[ "${#stories[@]}" -gt 10 ]
	python3 "$here/cut.py" "${stories[@]}"
}

# wrapped COMMAND: the program, and a command of sh behind it.
wrapped()
{
	export REAL_KYMAN=$KYMAN
	# shellcheck disable=SC2016 # the script's
	printf '#!/bin/sh\n"$REAL_KYMAN" "$@"; got=$?; %s; exit $got\n' "$1" >wrapper
	chmod 700 wrapper
	KYMAN=$PWD/wrapper
}

@test "what is left, changed or told wrongly would be found" {
	wrapped ': >left~new'
	run python3 "$here/cut.py" "$here/parameters"
	[ "$status" = 1 ]
	[[ $output == *'cut behind answer 0: no job was done, and the files are others'* ]]
	KYMAN=$REAL_KYMAN
	# shellcheck disable=SC2016 # the script's
	wrapped '[ $got != 10 ] || rm -f ffdhe2048.pem'
	run python3 "$here/cut.py" "$here/parameters"
	[ "$status" = 1 ]
	KYMAN=$REAL_KYMAN
	# shellcheck disable=SC2016 # the script's
	wrapped '[ $got != 10 ] || got=2'
	run python3 "$here/cut.py" "$here/parameters"
	[ "$status" = 1 ]
	[[ $output == *': status 2'* ]]
}
