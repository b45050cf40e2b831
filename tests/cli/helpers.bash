# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# For the tests of the program from outside.

# A scratch folder, and nothing of the caller's that could lead astray.
scratch()
{
	cd "$BATS_TEST_TMPDIR" || return
	unset KYMAN_DB NO_COLOR CREDENTIALS_DIRECTORY
}

# A small ring, ring.p12, opened by its stash: CA root, CA issuing, server web, client app, request shop.
make_ring()
{
	export KYMAN_DB=ring.p12
	ok db create ring.p12 --pass gen --stash
	ok cert create root --profile ca --subject 'CN=Test Root,O=Example'
	ok cert create issuing --profile ca --issuer root --days 1825
	ok cert create web web.example www.web.example 192.0.2.7 --issuer issuing
	ok cert create app --profile client --issuer issuing
	ok csr create shop shop.example --out shop.csr
}

# kyman STATUS WORD...: runs it with nothing to read; output in $out and $err; fails on another status.
kyman()
{
	local want=$1 got=0

	shift
	"$KYMAN" "$@" >.out 2>.err </dev/null || got=$?
	out=$(tr -d '\0' <.out) err=$(tr -d '\0' <.err)
	if [ "$got" -ne "$want" ]; then
		printf 'kyman %s\nstatus %s instead of %s\n%s\n%s\n' "$*" "$got" "$want" "$out" "$err"
		return 1
	fi
}

ok()
{
	kyman 0 "$@"
}

# has TEXT PART...: text holds each of the parts.
has()
{
	local text=$1 part

	shift
	for part; do
		if [[ $text != *"$part"* ]]; then
			printf 'no "%s" in:\n%s\n' "$part" "$text"
			return 1
		fi
	done
}

# jq or a skip, said by name.
need()
{
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# json FILTER: of the last output.
json()
{
	jq -r "$1" <.out
}

# keys FILTER: of an object of the last output, in their order, with blanks between.
keys()
{
	jq -r "$1 | keys_unsorted | join(\" \")" <.out
}
