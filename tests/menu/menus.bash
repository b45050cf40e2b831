# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# For the tests of the menus: answers from a pipe, what comes of them.

# A scratch folder with a database db.kdb, which has a CA ca and its certificate in ca.pem.
make_scratch()
{
	cd "$BATS_TEST_TMPDIR" || return
	unset KYMAN_DB HOME CREDENTIALS_DIRECTORY
	export PW=secret12
	"$KYMAN" db create db.kdb --pass env:PW 2>/dev/null
	"$KYMAN" cert create ca --profile ca --subject 'CN=Test CA,O=Example' -d db.kdb --pass env:PW 2>/dev/null
	"$KYMAN" cert export ca -d db.kdb --pass env:PW --out ca.pem 2>/dev/null
}

# The answers that lead to the Key Management Menu of db.kdb.
opened=(2 db.kdb secret12)
# ... to the label, the subject and the days of a self-signed certificate with an ECC key.
to_label=("${opened[@]}" 6 2 3 1 3 3)
to_subject=("${to_label[@]}" new)
# shellcheck disable=SC2034 # read by the tests
to_days=("${to_subject[@]}" New '' Example '' '' US)

# All regular files here but for the tests' own, with their digests.
state()
{
	find . -type f ! -name '.menu-*' -exec sha256sum {} + | sort
}

# menu STATUS ANSWER...: tells the menus these answers (with printf's escapes), what they print in
# $out; fails on another status, and where a file was changed, left or lost.
menu()
{
	local want=$1 got=0 before after

	shift
	printf '%b\n' "$@" >.menu-answers
	before=$(state)
	timeout 60 "$KYMAN" menu <.menu-answers >.menu-out 2>&1 || got=$?
	after=$(state)
	out=$(tr -d '\0' <.menu-out)
	if [ "$got" -ne "$want" ] || [ "$before" != "$after" ]; then
		printf '%s\nstatus %s instead of %s\n' "$out" "$got" "$want"
		diff <(echo "$before") <(echo "$after")
		return 1
	fi
	# No control character reaches the terminal.
	if tr -d '\n' <.menu-out | LC_ALL=C grep -q '[[:cntrl:]]'; then
		cat -v .menu-out
		return 1
	fi
}

# said LINE...: these whole lines, one behind the other.
said()
{
	local text

	text=$(printf '%s\n' "$@")
	if [[ $'\n'$out$'\n' != *$'\n'"$text"$'\n'* ]]; then
		printf 'no "%s" in:\n%s\n' "$text" "$out"
		return 1
	fi
}

# invalid STATUS WHY LINE... -- ANSWER...: the last answer is not valid and ends the program.
invalid()
{
	local want=$1 lines=()

	shift
	while [ "$1" != -- ]; do
		lines+=("$1")
		shift
	done
	shift
	menu "$want" "$@" 0 0 0
	said "${lines[@]}" 'The answers that follow would be taken for others: this is the end.'
	[[ $out == *'this is the end.' ]]
}

# fails LINE... -- ANSWER...: the job fails, and one goes on.
fails()
{
	local lines=()

	while [ "$1" != -- ]; do
		lines+=("$1")
		shift
	done
	shift
	menu 0 "$@" '' 0
	said "${lines[@]}" '' 'Press ENTER to continue.'
	[[ $out == *$'number'*$':\n0' ]]
}
