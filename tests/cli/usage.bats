#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# The grammar: what is refused, how it is said, and that nothing happens.

load helpers

setup()
{
	scratch
}

# usage MESSAGE HINT WORD...: status 2, nothing on stdout, these on stderr.
usage()
{
	local message=$1 hint=$2

	shift 2
	kyman 2 "$@"
	[ -z "$out" ]
	has "$err" "$message" "$hint"
}

@test "no command: the menus, which end with their input" {
	ok
	has "$out" 'Database Menu' 'Enter option number:'
	ok menu
	has "$out" 'Database Menu'
	ok menu --help
	has "$out" 'usage: kyman [menu'
	usage 'no JSON' '' menu --json
	usage 'too much' '' menu a.p12 b.p12
	usage 'there twice' '' menu --record a --record b
	usage 'no option --recrod' 'did you mean --record' menu --recrod a
}

@test "unknown and incomplete commands" {
	usage "no command 'crt'" 'kyman cert?' crt list
	usage "no command 'cert lst'" 'kyman cert list?' cert lst
	usage 'cert what?' 'create, list' cert
	usage "no command 'frobnicate'" 'kyman help' frobnicate
	usage '--json takes no value' '' --json=x
	usage 'no command' 'kyman help' -q
	usage "no command ''" '' ''
}

@test "options: unknown, twice, without value, of another command, before the command" {
	usage 'no option --dais' '--days?' cert create x --dais 5
	usage '--kind is there twice' '' cert list --kind key --kind=cert
	usage '--db is there twice' '' -d x cert list --db y
	usage '--dry-run is there twice' '' -n --dry-run cert list
	usage '--kind needs a value' '' cert list --kind
	usage '--kind needs a value' '--kind=--quiet' cert list --kind --quiet
	usage '--json takes no value' '' cert list --json=1
	usage 'cert list takes no --days' 'kyman help cert list' cert list --days 5
	usage '--days stands behind' '' --days 5 cert list
	usage 'no option -x' '' cert list -x
	usage 'no option --jso' '--json?' cert list --jso
	usage 'no option -nq' '' cert list -nq
}

@test "values that do not fit" {
	usage '--kind takes one of' '' cert list --kind foo
	usage '--wait takes a number' '' cert list --wait 1e3
	usage '--wait takes a number' '' cert list --wait -1
	usage '--at takes a date' '' cert verify x --at yesterday
	usage '--db needs the name' '' cert list --db ''
}

@test "a secret in the place of its source is not repeated" {
	usage 'no source' '' db show x.p12 --pass hunter2
	[[ $err != *hunter2* ]]
	usage 'no source' '' db show x.p12 --pass=hunter2
	[[ $err != *hunter2* ]]
}

@test "too few and too many arguments" {
	usage 'too few' 'LABEL' -d x cert show
	usage 'too much' '' -d x cert show a b
	usage 'too much' '' -d x cert list a
	usage 'no database is named' 'KYMAN_DB' cert list
}

@test "usage errors speak JSON when --json stands anywhere" {
	need jq
	for words in 'cert list --kind --json' '--json crt' 'cert list --bad --json' '--json'; do
		# shellcheck disable=SC2086 # words
		kyman 2 $words
		[ -z "$out" ]
		[ "$(jq -r '.error.code' <.err)" = usage ]
		[ "$(jq -r '.error.status' <.err)" = 2 ]
		[ "$(jq -r '.error | keys_unsorted | join(" ")' <.err)" = 'status code message hint' ]
		[ "$(wc -l <.err)" = 1 ]
	done
}

@test "options stand anywhere, -- ends them" {
	ok db create a.p12 --pass gen --stash
	ok -d a.p12 -q cert list
	ok cert -d a.p12 list -q
	ok cert list -q -d a.p12
	ok cert list --db=a.p12
	kyman 4 -d a.p12 cert show -- --json
	has "$err" -- "'--json'"
	kyman 4 -d a.p12 cert show -- -n
}

@test "output that cannot be written is status 1, said, and what was done stays" {
	ok db create a.p12 --pass gen --stash
	for words in 'help' '--version' '-d a.p12 cert list --json' '-d a.p12 db show'; do
		got=0
		# shellcheck disable=SC2086 # words
		"$KYMAN" $words >/dev/full 2>.err || got=$?
		[ "$got" -eq 1 ]
		has "$(cat .err)" 'standard output'
	done
	got=0
	"$KYMAN" -d a.p12 cert create root --profile ca >/dev/full 2>.err || got=$?
	[ "$got" -eq 1 ]
	has "$(cat .err)" 'was changed'
	ok -d a.p12 cert show root
	got=0
	"$KYMAN" help >&- 2>.err || got=$?
	[ "$got" -eq 1 ]
	got=0
	"$KYMAN" -d a.p12 db show >&- 2>&- <&- || got=$?
	[ "$got" -eq 1 ]
}

@test "a reader that goes away is no crash" {
	got=0
	"$KYMAN" help 2>.err | true
	[ "${PIPESTATUS[0]}" -lt 128 ]
}

@test "closed descriptors are not taken for the database" {
	got=0
	"$KYMAN" db create b.p12 --pass gen --stash <&- >&- 2>&- || got=$?
	[ "$got" -le 1 ]
	run "$KYMAN" db show b.p12
	[ "$status" -eq 0 ] || [ "$status" -eq 4 ]
}
