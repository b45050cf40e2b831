# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# For the tests of bad input: a clear error, the right status, nothing changed.

# A scratch folder with a database db.p12: a CA, a leaf without the CA's name constraints, a stash.
make_scratch()
{
	cd "$BATS_TEST_TMPDIR" || return
	unset KYMAN_DB
	export PW='Scratch-pass1' KYMAN_DB=db.p12
	"$KYMAN" db create db.p12 --pass env:PW --iterations 1000 --stash 2>/dev/null
	"$KYMAN" cert create root --profile ca --subject 'CN=Scratch Root' 2>/dev/null
	"$KYMAN" cert create web --issuer root www.scratch.example 2>/dev/null
}

# refuse STATUS WORD...: kyman ends with this status, says why on stderr and nothing on stdout, leaves the folder as it was.
refuse()
{
	local want=$1 got=0 before after

	shift
	before=$(find . -size -100M ! -name '.refuse-*' -type f -exec sha256sum {} + | sort)
	"$KYMAN" "$@" >.refuse-out 2>.refuse-err </dev/null || got=$?
	after=$(find . -size -100M ! -name '.refuse-*' -type f -exec sha256sum {} + | sort)
	if [ "$got" -ne "$want" ] || [ -s .refuse-out ] || ! [ -s .refuse-err ] || [ "$before" != "$after" ]; then
		printf 'kyman %s\nstatus %s instead of %s\n' "$*" "$got" "$want"
		cat .refuse-out .refuse-err
		diff <(echo "$before") <(echo "$after")
		return 1
	fi
	# No control character reaches the terminal.
	if LC_ALL=C grep -q '[[:cntrl:]]' .refuse-err; then
		cat -v .refuse-err
		return 1
	fi
}

# make_unprivileged: root may read and write whatever the mode says; from here on kyman may not.
make_unprivileged()
{
	local drop='setpriv --bounding-set=-dac_override,-dac_read_search'

	[ "$(id -u)" -eq 0 ] || return 0
	$drop true 2>/dev/null || skip 'setpriv cannot take rights away here'
	printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$drop" "$KYMAN" >.refuse-kyman
	chmod +x .refuse-kyman
	KYMAN=$PWD/.refuse-kyman
}

# said TEXT: the last refusal named it.
said()
{
	grep -qiF -- "$1" .refuse-err && return
	printf 'expected to read: %s\n' "$1"
	cat .refuse-err
	return 1
}
