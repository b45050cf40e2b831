#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2016,SC2154 # $KYMAN is for the shells inside; scene sets $out
# The menus on a terminal: completion, help, ^C, ^D, ^Z, another size, signals, wrong answers.

load menus
load ../cli/scene

setup()
{
	need_terminal
	make_scratch
	export TERM=dumb
	unset INPUTRC
	long=$(printf 'x%.0s' {1..120})
	"$KYMAN" cert create 'Web server' --profile client -d db.kdb --pass env:PW 2>/dev/null
	"$KYMAN" cert create "$long" --profile client --subject CN=long -d db.kdb --pass env:PW 2>/dev/null
}

# As a shell's child, so that it can be seen how the terminal was left.
left()
{
	scene "$1" "$2" /bin/sh -c 'trap : INT; "$KYMAN" menu; s=$?; stty -a >stty; exit $s'
	grep -q ' echo ' stty
	grep -q ' icanon ' stty
}

to_menu='wait=option number:,type=2,wait=database name,type=db.kdb,wait=password,echo=off,type=secret12,wait=Key Management Menu,wait=menu):'
to_list="$to_menu,type=1,wait=previous list):"

@test "a label is completed by TAB, and a number does as well" {
	left 0 "$to_list,text=We,key=9,wait=Web server,key=10,wait=Label: Web server,wait=menu):,type=0"
	left 0 "$to_list,type=2,wait=Label: Web server,wait=menu):,type=0"
}

@test "a file name is completed by TAB" {
	left 0 'wait=option number:,type=7,wait=file name,text=ca.p,key=9,wait=ca.pem,key=10,wait=Certificate Information,wait=Test CA,wait=return to menu:,type=0,wait=option number:,type=0'
}

@test "a question mark explains, and the question comes again" {
	left 0 'wait=option number:,type=?,wait=Type the number of a line,wait=option number:,type=1,wait=name,type=?,wait=TAB completes,wait=database name,type=,wait=option number:,type=0'
}

@test "what explains the choice of a label fits 80 columns" {
	left 0 "$to_list,type=?,wait=TAB completes,wait=previous list):,type=0,wait=menu):,type=0"
	[ "$(grep -B1 -A1 'TAB completes' <<<"$out" | tr -d '\r' | wc -L)" -le 80 ]
}

@test "^C at a passphrase goes back, with echo on again and nothing done" {
	before=$(sha256sum db.kdb)
	left 0 'wait=option number:,type=3,wait=name,type=db.kdb,wait=password,echo=off,key=3,wait=Database Menu,wait=option number:,type=0'
	left 0 'wait=option number:,type=1,wait=name,type=n.kdb,wait=password,echo=off,type=one,wait=Re-enter,echo=off,key=3,wait=Database Menu,wait=option number:,type=0'
	[ "$before" = "$(sha256sum db.kdb)" ]
	[ ! -e n.kdb ]
}

@test "^C and ^D at a question go back, at the first menu they leave" {
	left 0 "$to_menu,type=6,wait=usage,type=1,wait=algorithm,key=3,wait=Key Management Menu,wait=menu):,type=4,wait=algorithm,key=4,wait=Key Management Menu,wait=menu):,key=4,wait=Database Menu,wait=option number:,key=4"
}

@test "^C among the alternative names makes no certificate" {
	before=$(sha256sum db.kdb)
	to_names="type=6,wait=usage,type=2,wait=algorithm,type=3,wait=ECC,type=1,wait=curve,type=3,wait=digest,type=3,wait=label,type=new,wait=Common,type=New,wait=unit,type=,wait=Organization,type=Example,wait=Locality,type=,wait=State,type=,wait=Country,type=US,wait=days,type=,wait=names or,type=1,wait=is complete):"
	left 0 "$to_menu,$to_names,type=2,wait=domain name,type=web.example,wait=is complete):,key=3,wait=Key Management Menu,wait=menu):,type=0"
	left 0 "$to_menu,$to_names,type=2,wait=domain name,key=4,wait=Key Management Menu,wait=menu):,type=0"
	[ "$before" = "$(sha256sum db.kdb)" ]
	# ENTER alone is another thing.
	left 0 "$to_menu,$to_names,type=2,wait=domain name,type=,wait=is complete):,type=2,wait=domain name,type=web.example,wait=is complete):,type=,wait=created,wait=continue.,type=,wait=menu):,type=0"
}

@test "^Z stops it with the terminal as it was, fg goes on" {
	scene 0 'type=PS1=rea"dy> ",wait=ready> ,type="$KYMAN" menu,wait=option number:,key=26,wait=Stopped,wait=ready> ,type=stty -a >stty,wait=ready> ,type=fg,text=7,wait=7,key=10,wait=file name,key=3,wait=Database Menu,wait=option number:,type=0,wait=ready> ,type=exit 0' \
		/bin/bash --norc --noprofile -i
	grep -q ' icanon ' stty
	grep -q ' echo ' stty
}

@test "^Z at a passphrase, too" {
	scene 0 'type=PS1=rea"dy> ",wait=ready> ,type="$KYMAN" menu db.kdb,wait=password,echo=off,key=26,wait=Stopped,wait=ready> ,type=stty -a >stty,wait=ready> ,type=fg,wait=password,echo=off,type=secret12,wait=Key Management Menu,wait=menu):,type=0,wait=ready> ,type=exit 0' \
		/bin/bash --norc --noprofile -i
	grep -q ' echo ' stty
	[[ $out != *secret12* ]]
}

@test "a terminal of another size shows more of a long label" {
	scene 0 "size=60,$to_list,size=200,type=p,wait=$long,wait=previous list):,type=0,wait=menu):,type=0" "$KYMAN" menu
	[[ $out == *"x..."* ]]
}

@test "signals that end it leave the terminal as it was" {
	for number in 1 3 15; do
		scene $((128 + number)) "wait=option number:,echo=off,signal=$number,echo=on" "$KYMAN" menu
		scene $((128 + number)) "wait=option number:,type=2,wait=name,type=db.kdb,wait=password,echo=off,signal=$number,echo=on" \
			"$KYMAN" menu
	done
}

# gone STATUS STEPS: the terminal goes behind them, and who has it does not mind the signal.
gone()
{
	scene "$1" "$2,hang" /bin/sh -c 'trap "" HUP; exec "$KYMAN" menu'
}

@test "a terminal that is gone ends it, at a menu as at a question" {
	before=$(find . -type f -exec sha256sum {} +)
	gone 0 'wait=option number:'
	gone 10 'wait=option number:,type=2,wait=database name'
	gone 10 'wait=option number:,type=2,wait=name,type=db.kdb,wait=password,echo=off'
	gone 10 'wait=option number:,type=1,wait=name,type=n.kdb,wait=password,echo=off,type=one,wait=Re-enter,echo=off'
	gone 0 "$to_menu"
	gone 10 "$to_list"
	gone 0 "$to_menu,type=11,wait=continue."
	gone 10 "$to_menu,type=6,wait=usage,type=1,wait=algorithm,type=3,wait=ECC,type=1,wait=curve,type=3,wait=digest,type=3,wait=label,type=new,wait=Common,type=New,wait=unit"
	[ "$before" = "$(find . -type f -exec sha256sum {} +)" ]
}

@test "what is not valid is asked again on a terminal, and nothing is lost of what was typed" {
	left 0 "$to_menu,type=6,wait=usage,type=1,wait=algorithm,type=3,wait=ECC,type=1,wait=curve,type=1,wait=too small,wait=algorithm,type=3,wait=ECC,type=1,wait=curve,type=3,wait=digest,type=1,wait=SHA-1 signatures,wait=digest,type=3,wait=label,type=#1,wait=label,type=new,wait=Common,type=New,wait=unit,type=,wait=Organization,type=,wait=required here,wait=Organization,type=Example,wait=Locality,type=,wait=State,type=,wait=Country,type=USA,wait=two letters,wait=Country,type=US,wait=days,type=abc,wait=no number,wait=days,type=,wait=names,type=0,wait=created,wait=continue.,type=,wait=menu):,type=0"
	"$KYMAN" cert show new -d db.kdb --pass env:PW
}

@test "the parts of the last subject are there to be taken" {
	left 0 "$to_menu,type=6,wait=usage,type=1,wait=algorithm,type=3,wait=ECC,type=1,wait=curve,type=3,wait=digest,type=3,wait=label,type=one,wait=Common,type=One,wait=unit,type=Unit,wait=Organization,type=Example,wait=Locality,type=,wait=State,type=,wait=Country,type=US,wait=days,type=,wait=names,type=0,wait=created,wait=continue.,type=,wait=menu):,type=6,wait=usage,type=1,wait=algorithm,type=3,wait=ECC,type=1,wait=curve,type=3,wait=digest,type=3,wait=label,type=two,wait=Common,type=Two,wait=unit,key=10,wait=Organization,key=10,wait=Locality,key=10,wait=State,key=10,wait=Country,key=10,wait=days,type=,wait=names,type=0,wait=created,wait=continue.,type=,wait=menu):,type=0"
	"$KYMAN" cert show two -d db.kdb --pass env:PW | grep -q 'CN=Two,OU=Unit,O=Example,C=US'
}
