#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # menus.bash sets $out
# Databases that other programs made may have any labels: what the menus show, do and record with
# them harms neither the terminal nor the shell that reads the record, and means no other entry.

load menus

setup()
{
	command -v openssl >/dev/null || skip 'openssl is not installed'
	make_scratch
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem \
		-out cert.pem -days 9999 -subj '/CN=Odd CA' 2>/dev/null
}

# odd LABEL: odd.p12, with its CA under this label.
odd()
{
	openssl pkcs12 -export -in cert.pem -inkey key.pem -name "$1" -out odd.p12 \
		-passout env:PW
}

# answers ANSWER...: told to the menus of odd.p12; the commands in ./record.
answers()
{
	printf '%s\n' "$PW" "$@" >.menu-answers
	"$KYMAN" menu odd.p12 --show-commands --record record <.menu-answers >.menu-out
	out=$(<.menu-out)
}

# No control character, and no U+202E.
is_plain()
{
	! tr -d '\n' <.menu-out | LC_ALL=C grep -q '[[:cntrl:]]' || return 1
	! LC_ALL=C grep -q $'\xe2\x80\xae' .menu-out || return 1
}

# again: the record, as kyman-menu(1) says to do it again.
again()
{
	sed -i 's/--pass prompt/--pass env:PW/' record
	while read -r line <&3; do
		eval "$KYMAN $line" >/dev/null
	done 3<record
}

@test "a label with a line feed and commands of a shell is not run" {
	odd $'odd\n"; touch harm; #'
	answers 1 1 3 '' 4 1 '' 2 '' 0
	is_plain
	[ "$(wc -l <record)" = 4 ]
	again
	[ ! -e harm ]
}

@test "control and bidi characters of a label do not reach the terminal" {
	odd $'odd\e[2J\xe2\x80\xae'
	answers 1 1 3 '' 9 good '' 3 '' 0
	is_plain
	[[ $out == *'cert rename sha256:'*' good '* ]]
	[[ $out == *'cert default good '* ]]
}

@test "a name with a line feed is not recorded, and said so" {
	odd odd
	mkdir $'a\nb'
	mv odd.p12 $'a\nb'
	printf '%s\n' "$PW" 9 '' 0 >.menu-answers
	"$KYMAN" menu $'a\nb/odd.p12' --show-commands --record record <.menu-answers >.menu-out
	grep -q '(not recorded: there is a line feed in it)' .menu-out
	[ ! -s record ]
}

@test "a label with a NUL byte is not taken for the one before it" {
	# Nothing hides what a byte can be exchanged in.
	openssl pkcs12 -export -in cert.pem -inkey key.pem -name caXca -out odd.p12 \
		-keypbe NONE -certpbe NONE -nomac -passout env:PW
	LC_ALL=C sed -i 's/\x00c\x00a\x00X/\x00c\x00a\x00\x00/g' odd.p12
	"$KYMAN" cert create ca --profile ca --subject 'CN=Another' -d odd.p12 --pass env:PW 2>/dev/null
	"$KYMAN" cert list -d odd.p12 --pass env:PW >listed
	grep -q '^ca\\x00ca' listed
	answers 1 1 10 2 3 1 3 3 leaf Leaf '' Example '' '' US 30 0 '' 0
	"$KYMAN" cert show leaf -d odd.p12 --pass env:PW --json >shown
	grep -q '"issuer":"CN=Odd CA"' shown
	# The same for the default key of gskkyman's flags.
	printf '%s\n' "$PW" '' out.p12 "$PW" "$PW" | "$KYMAN" -e -k odd.p12 >/dev/null
	"$KYMAN" show out.p12 --in-pass env:PW --json >shown
	grep -q '"subject":"CN=Odd CA"' shown
}
