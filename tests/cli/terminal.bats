#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# Questions on a terminal: echo, second time, cancel, signals.

load helpers
load scene

setup()
{
	need_terminal
	scratch
}

make_typed()
{
	export PW='typed-Pass1'
	ok db create a.p12 --pass env:PW --iterations 1000
	export PW='typed-Pass1'
}

@test "a new passphrase is asked for twice, and never shown" {
	scene 0 'wait=New passphrase,echo=off,type=s3cret-one,wait=again: ,type=s3cret-one' \
		"$KYMAN" db create a.p12 --iterations 1000
	[[ $out != *s3cret* ]]
	scene 0 'wait=Passphrase of,echo=off,type=s3cret-one' "$KYMAN" db show a.p12
	[[ $out != *s3cret* ]]
	has "$out" 'iterations' '1000'
}

@test "passphrases that differ are asked for again, three times at most" {
	scene 0 'wait=New,type=one,wait=again,type=two,wait=differ,wait=New,type=three,wait=again,type=three' \
		"$KYMAN" db create a.p12 --iterations 1000
	PW=three ok -d a.p12 cert list --pass env:PW
	scene 5 'wait=New,type=a,wait=again,type=b,wait=New,type=a,wait=again,type=b,wait=New,type=a,wait=again,type=b' \
		"$KYMAN" db create b.p12
	[ ! -e b.p12 ]
}

@test "a wrong passphrase is refused at once" {
	make_typed
	scene 5 'wait=Passphrase,type=wrong' "$KYMAN" db show a.p12
	has "$out" 'wrong passphrase'
}

@test "end of input cancels" {
	make_typed
	scene 10 'wait=Passphrase,echo=off,end' "$KYMAN" db show a.p12
	has "$out" cancelled
	scene 10 'wait=y/N,end' "$KYMAN" db delete a.p12
	[ -e a.p12 ]
}

@test "confirmations: no is the default" {
	make_typed
	for answer in '' n no nonsense; do
		scene 10 "wait=y/N,type=$answer" "$KYMAN" db delete a.p12
		[ -e a.p12 ]
	done
	scene 0 'wait=y/N,type=Yes' "$KYMAN" db delete a.p12
	[ ! -e a.p12 ]
}

@test "--no-input does not ask" {
	make_typed
	scene 5 '' "$KYMAN" -d a.p12 cert create x --profile client --no-input
	has "$out" '--pass'
	scene 2 '' "$KYMAN" db delete a.p12 --no-input
	[ -e a.p12 ]
}

@test "a signal gives the terminal back" {
	make_typed
	# The shell outlives the program, and says what became of the terminal.
	for number in 2 15 1 3; do
		# shellcheck disable=SC2016 # the inner shell's
		scene 0 "wait=Passphrase,echo=off,type=" \
			/bin/sh -c 'trap "" INT QUIT HUP; ( trap - INT QUIT HUP; "$1" db show a.p12 --pass prompt </dev/null & p=$!; sleep 1; kill -'"$number"' $p; wait $p ); stty -a | grep -o " -*echo "' sh "$KYMAN"
		has "$out" ' echo '
	done
}

@test "a signal kills, as it does others" {
	make_typed
	scene 143 'wait=Passphrase,echo=off,signal=15' "$KYMAN" db show a.p12
	scene 130 'wait=Passphrase,echo=off,signal=2' "$KYMAN" db show a.p12
}

@test "stopped and continued, echo is off again" {
	make_typed
	# shellcheck disable=SC2016 # the inner shell's
	scene 0 'wait=Passphrase,echo=off,key=26,wait=rests,echo=on,type=go on,echo=off,type=typed-Pass1,wait=iterations' \
		/bin/bash -mc '"$1" db show a.p12; echo it rests; read -r line; fg' bash "$KYMAN"
}

@test "sensitive output does not go to a terminal" {
	ok db create a.p12 --pass gen --stash
	ok -d a.p12 cert create web --profile client
	scene 2 '' "$KYMAN" -d a.p12 cert export web --with-key --out-pass none
	[[ $out != *PRIVATE* ]]
	scene 2 '' "$KYMAN" -d a.p12 cert export web --format der
	scene 0 '' "$KYMAN" -d a.p12 cert export web
	has "$out" 'BEGIN CERTIFICATE'
}
