#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What others can learn of a passphrase while the program waits for the next one.
# shellcheck disable=SC2154 # helpers set out and err

bats_require_minimum_version 1.5.0
load helpers

setup()
{
	scratch
	need python3
	python3 -c 'import os; os.openpty()' 2>/dev/null || skip 'no pseudo-terminals here'
	[ -r /proc/self/status ] || skip 'no /proc here'
	pass='typed-Pass-4711'
	printf '%s\n' "$pass" >pw
	ok db create a.p12 --pass file:pw --iterations 1000
	ok db create a.kdb --pass file:pw
}

# waiting SCENE WORD...: plays it; what /proc says at its end in the folder proc.
waiting()
{
	local steps=$1

	shift
	rm -rf proc
	python3 "$BATS_TEST_DIRNAME/terminal.py" "$steps,look=proc,signal=15" "$@" >.out && return 1
	[ $? = 143 ]
}

# sealed: it cannot be dumped, its secrets cannot be swapped out, nothing is told of them.
sealed()
{
	grep -q '^Max core file size *0 *0 ' proc/limits
	run ! grep -q -a "$pass" proc/cmdline
	# Where no memory may be locked it goes without; the address sanitizer locks none.
	if [ "$(ulimit -l)" != 0 ] && ! grep -q __asan_init "$KYMAN"; then
		[ "$(awk '$1 == "VmLck:" { print $2 }' proc/status)" -gt 0 ]
	fi
}

@test "at a prompt: nothing in the command line, locked, no core" {
	waiting "wait=Passphrase,type=$pass,wait=New,text=half of it" "$KYMAN" db passwd a.p12
	sealed
	run ! grep -q -a "$pass" proc/environ
	waiting "wait=Enter option,type=2,wait=database name,type=a.kdb,wait=password,type=$pass,wait=Enter option" \
		"$KYMAN" menu
	sealed
}

@test "a variable is gone once it was read" {
	export PW=$pass
	waiting 'wait=New,echo=off' "$KYMAN" db passwd a.p12 --pass env:PW
	sealed
	run ! grep -q -a "$pass" proc/environ
	# It is there for who does not look.
	waiting 'wait=Passphrase,echo=off' "$KYMAN" db show a.p12 --pass prompt
	grep -q -a -e "$pass" -e refused proc/environ
}

# GSKit's own way; its scripts know no other.
@test "-pw is gone from the command line" {
	waiting 'wait=passphrase,echo=off' "$KYMAN" -keydb -changepw -db a.kdb -pw "$pass"
	sealed
	grep -q -a changepw proc/cmdline
}

@test "no other process of the same user may look into it" {
	local folder got=0

	if [ "$(id -u)" = 0 ]; then
		command -v setpriv >/dev/null || skip 'setpriv is not installed'
		folder=$(mktemp -d /tmp/kyman-sealed-XXXXXX)
		cp "$KYMAN" "$BATS_TEST_DIRNAME/terminal.py" a.p12 "$folder"
		chown -R 65534:65534 "$folder"
		(cd "$folder" && setpriv --reuid 65534 --regid 65534 --clear-groups /usr/bin/python3 terminal.py \
			'wait=Passphrase,echo=off,look=proc,signal=15' "$folder/kyman" db show a.p12) >.out || got=$?
		rm -rf proc
		mv "$folder/proc" proc || cat .out
		rm -rf "$folder"
		[ "$got" = 143 ]
	else
		waiting 'wait=Passphrase,echo=off' "$KYMAN" db show a.p12
	fi
	# Its files in /proc are root's: nobody else may read its memory, or trace it.
	[ "$(cat proc/owner)" = 0 ]
	[ "$(cat proc/environ)" = refused ]
}

@test "a limit on locked memory is no error" {
	(
		ulimit -l 0
		"$KYMAN" cert create web --profile client --db a.p12 --pass file:pw
	)
	ok cert show web --db a.p12 --pass file:pw
}
