#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# Help and completion come from the tables, so they hold all of them.

load helpers

setup()
{
	scratch
}

@test "--version" {
	ok --version
	[[ $out =~ ^kyman\ [0-9.]+$ ]]
}

@test "the overview names each command and page" {
	ok help
	local overview=$out

	ok --help
	[ "$out" = "$overview" ]
	ok -h
	[ "$out" = "$overview" ]
	for noun in db cert csr; do
		ok help "$noun"
		while read -r name verb _; do
			[ "$name" = "$noun" ] || continue
			has "$overview" "$name $verb"
			ok help "$name" "$verb"
			has "$out" "usage: kyman $name $verb" 'Common options' '--json'
			local page=$out

			ok "$name" "$verb" --help
			[ "$out" = "$page" ]
			ok "$name" "$verb" --bad --help
			[ "$out" = "$page" ]
		done < <("$KYMAN" help "$noun")
	done
	ok help show
	has "$out" 'FILE...'
}

@test "pages" {
	for page in examples secrets statuses errors json files; do
		ok help "$page"
		[ -n "$out" ]
	done
	ok help errors
	while IFS= read -r line; do
		[[ $line =~ ^ERR\(RC_[A-Z_]+,\ ([0-9]+),\ \"([a-z-]+)\" ]] || continue
		grep -qE "^  ${BASH_REMATCH[2]} +${BASH_REMATCH[1]}  " .out
	done <"${top_srcdir:?}/include/base/err.def"
	ok help secrets
	has "$out" prompt stash env:NAME file:PATH fd:N stdin cred:NAME gen:PATH none
	has "$out" "an empty one: where no passphrase is wanted, say none"
}

@test "lines are at most 100 columns wide" {
	for words in '' cert 'cert create' 'csr sign' examples secrets statuses errors json files; do
		# shellcheck disable=SC2086 # words
		ok help $words
		[ "$(awk 'length > 100' .out | wc -l)" -eq 0 ]
	done
}

@test "no page" {
	kyman 2 help frob
	[ -z "$out" ]
	kyman 2 help cert lst
	kyman 2 help cert list more
	kyman 2 help exampels
	has "$err" 'help examples?'
}

@test "help as JSON" {
	need jq
	ok help cert list --json
	[ "$(keys .)" = 'schema text' ]
	has "$(json .text)" 'usage: kyman cert list'
}

# complete WORD...: what bash would offer for the last word.
complete_words()
{
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
	_kyman
	printf '%s\n' "${COMPREPLY[@]}" | tr '\n' ' '
}

@test "completion" {
	"$KYMAN" help completion-bash >completion
	# shellcheck disable=SC1091 # made here
	. ./completion
	has " $(complete_words kyman '')" ' db ' ' cert ' ' csr ' ' show ' ' help '
	has "$(complete_words kyman cert re)" 'receive ' 'renew ' 'rename '
	has "$(complete_words kyman -d x.p12 cert l)" 'list '
	has "$(complete_words kyman cert list --k)" '--kind '
	has "$(complete_words kyman cert list --kind '')" 'key ' 'cert ' 'secret '
	has "$(complete_words kyman db create --pass st)" 'stash ' 'stdin '
	[[ $(complete_words kyman cert list --) != *--stash* ]]
	has "$(complete_words kyman show --in)" '--in-pass '
	has "$(complete_words kyman help ex)" 'examples '
	touch some.file
	has "$(complete_words kyman show some)" 'some.file '
}
