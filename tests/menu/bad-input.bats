#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Answers that are none, from a pipe. At a menu they are said to be none, and the menu comes again;
# inside a job they end the program with their status, since those behind them would be taken for
# others; what a job cannot do is said, with System SSL's status, and one goes on. In no case does
# a file change.
# shellcheck disable=SC2154 # menus.bash sets what is used here

load menus

setup()
{
	make_scratch
}

# Root may read what nobody may, unless it has no capabilities.
without_privileges()
{
	[ "$(id -u)" = 0 ] || return 0
	command -v setpriv >/dev/null || skip 'root may read everything'
	export REAL_KYMAN=$KYMAN
	# shellcheck disable=SC2016 # the script's
	printf '#!/bin/sh\nexec setpriv --bounding-set=-all --inh-caps=-all "$REAL_KYMAN" "$@"\n' >.menu-kyman
	chmod 700 .menu-kyman
	KYMAN=$PWD/.menu-kyman
}

missing='Status 0x03353009 - File or key ring not found.'
unreadable='Status 0x03353007 - Input/output request failed.'
unknown='Status 0x03353020 - Unrecognized file or message encoding.'
password='Status 0x03353016 - The password is not correct.'

@test "a number of a menu that is not there, and text where one belongs" {
	for answer in 8 00 01 -1 1.0 1c two '1 1' 99999999999999999999; do
		menu 0 "$answer" 0
		said "There is no option '$answer' here."
		[ "$(grep -c 'Database Menu' <<<"$out")" = 2 ]
	done
	menu 0 '\033[2J' '\0' 0
	said "There is no option '\\x1b[2J' here."
	said 'the answer holds a NUL byte'
	menu 0 "${opened[@]}" 12 0
	said "There is no option '12' here."
	menu 0 "${opened[@]}" 1 2 10 nobody '' 0
	said "There is no label '2' here."
	said "There is no label '10' here."
	said "There is no label 'nobody' here."
}

@test "behind a certificate neither 1 nor 0, and no extension" {
	menu 0 "${opened[@]}" 1 1 1 2 1 x 5 '' '' '' 0
	said "There is no option '2' here."
	said "There is no extension 'x' here."
	said "There is no extension '5' here."
	[ "$(grep -c 'Certificate Information' <<<"$out")" = 3 ]
}

@test "blanks around a number of a menu do not matter" {
	menu 0 ' 2 ' db.kdb secret12 '  0  '
	said ' 2 ' 'Enter key database name (press ENTER to return to menu):'
}

@test "a choice that is not there" {
	invalid 2 "There is no choice '3' here." -- "${opened[@]}" 6 3
	invalid 2 "There is no choice '0' here." -- "${opened[@]}" 6 0
	invalid 2 "There is no choice 'RSA' here." -- "${opened[@]}" 6 1 RSA
	invalid 2 "There is no choice '6' here." -- "${opened[@]}" 6 1 3 1 3 6
	invalid 2 "There is no choice '5' here." -- "${opened[@]}" 1 1 6 5
	invalid 2 "There is no choice '3' here." -- 6 3
}

@test "text where a number belongs" {
	for answer in 0 -1 10000 abc 1.5 ' 30' 0x10 18446744073709551617; do
		invalid 2 "'$answer' is no number from 1 to 9999." -- "${to_days[@]}" "$answer"
	done
	for answer in -1 10000 abc ' '; do
		invalid 2 "'$answer' is no number from 0 to 9999." -- 1 n.kdb secret12 secret12 "$answer"
	done
	for answer in 0 2499 2147483648 abc; do
		invalid 2 "'$answer' is no number from 2500 to 16777216." -- \
			1 n.kdb secret12 secret12 '' "$answer"
		invalid 2 "'$answer' is no number from 2500 to 16777216." -- \
			4 db.kdb secret12 "$answer"
	done
}

@test "neither 1 nor 0" {
	for answer in 2 y yes 01 ' 1'; do
		invalid 2 "'$answer' is neither 1 nor 0." -- 1 n.kdb secret12 secret12 '' '' "$answer"
		invalid 2 "'$answer' is neither 1 nor 0." -- 5 db.kdb "$answer"
		invalid 2 "'$answer' is neither 1 nor 0." -- "${opened[@]}" 1 1 4 "$answer"
		invalid 2 "'$answer' is neither 1 nor 0." -- "${opened[@]}" 1 1 8 "$answer"
		invalid 2 "'$answer' is neither 1 nor 0." -- "${to_days[@]}" 30 "$answer"
		invalid 2 "'$answer' is neither 1 nor 0." -- \
			"${opened[@]}" 1 1 7 3 ca.p12 out out "$answer"
	done
}

@test "a label that cannot be" {
	local long

	long=$(printf 'x%.0s' {1..300})
	invalid 2 'the label is 300 bytes long, the limit is 255' \
		'a kyman that is built with CPPFLAGS=-DKYMAN_LABEL_MAX=N takes N' -- "${to_label[@]}" "$long"
	invalid 2 'the answer holds a NUL byte' -- "${to_label[@]}" 'a\0b'
	invalid 2 "label 'a\\x1b[1mb' has a control or invisible character" -- \
		"${to_label[@]}" 'a\033[1mb'
	# U+202E would turn the rest of the line round.
	invalid 2 "label 'a\\u{202e}b' has a control or invisible character" -- \
		"${to_label[@]}" 'a\xe2\x80\xaeb'
	invalid 2 "label '\\xff' is not UTF-8" -- "${to_label[@]}" '\xff'
	for answer in '#1' 'sha256:12'; do
		invalid 2 "label '$answer': '#' and 'sha256:' begin what stands for a label" -- \
			"${to_label[@]}" "$answer"
	done
	# The same wherever a label is given.
	invalid 2 'the answer holds a NUL byte' -- "${opened[@]}" 7 ca.pem '\0'
	invalid 2 "label '#1': '#' and 'sha256:' begin what stands for a label" -- \
		"${opened[@]}" 7 ca.pem '#1'
	invalid 2 "label '#1': '#' and 'sha256:' begin what stands for a label" -- \
		"${opened[@]}" 1 1 9 '#1'
	# A line feed ends an answer; what stands behind it is the next, and the job is not done.
	invalid 2 'An answer is required here.' -- "${to_label[@]}" 'one\n'
}

@test "no label: back to the menu" {
	menu 0 "${to_label[@]}" '' 0
	said 'Enter label (press ENTER to return to menu):' '' '' '                   Key Management Menu'
}

@test "a label that is taken" {
	local taken=("the label 'ca' is taken" 'choose another label, or see what is there: cert show LABEL'
		'Status 0x0335301c - Record label is not unique.')

	fails "${taken[@]}" -- "${to_label[@]}" ca New '' Example '' '' US 30 0
	"$KYMAN" cert create web web.example -d db.kdb --issuer ca --pass env:PW 2>/dev/null
	fails "${taken[@]}" -- "${opened[@]}" 1 web 9 ca
	"$KYMAN" db create other.kdb --type pkcs12 --pass env:PW --iterations 1000 2>/dev/null
	"$KYMAN" cert create ca --profile ca --subject 'CN=Another' -d other.kdb --pass env:PW 2>/dev/null
	fails "${taken[@]}" -- "${opened[@]}" 1 1 5 other.kdb secret12
}

@test "parts of a subject that cannot be" {
	local long

	long=$(printf 'x%.0s' {1..300})
	invalid 2 'An answer is required here.' -- "${to_subject[@]}" ''
	invalid 2 'An answer is required here.' -- "${to_subject[@]}" New '' ''
	invalid 2 'An answer is required here.' -- "${to_subject[@]}" New '' Example '' '' ''
	invalid 2 'name part 1: CN has 300 characters, the limit is 64' -- "${to_subject[@]}" "$long"
	invalid 2 'name part 1: CN has control characters' -- "${to_subject[@]}" 'a\033b'
	invalid 2 'the answer holds a NUL byte' -- "${to_subject[@]}" 'a\0b'
	invalid 2 'name part 1: CN is not UTF-8' -- "${to_subject[@]}" 'a\xffb'
	for answer in USA U 12 U1 '  '; do
		invalid 2 "name part 1: C must be two letters, not '$answer'" -- \
			"${to_subject[@]}" New '' Example '' '' "$answer"
	done
}

@test "alternative names that cannot be" {
	local to_name=("${to_days[@]}" 30 1)

	invalid 2 "There is no choice '6' here." -- "${to_name[@]}" 6
	invalid 2 "name part 1: 'web' is not ATTRIBUTE=VALUE" \
		'put a backslash before a comma or plus sign in a value' -- "${to_name[@]}" 1 web
	invalid 2 "'192.0.2' is not an IPv4 or IPv6 address" -- "${to_name[@]}" 4 192.0.2
	menu 2 "${to_name[@]}" 2 'a b' 0
	[[ $out == *"'a b' is not a host name"* ]]
	menu 2 "${to_name[@]}" 3 'nobody' 0
	[[ $out == *"'nobody' is not an email address"* || $out == *"'nobody' is not"* ]]
	menu 2 "${to_name[@]}" 5 'web' 0
	[[ $out == *"'web' is not a"* ]]
}

@test "passwords that differ" {
	invalid 5 'The two passwords differ.' "$password" -- 1 n.kdb secret12 secret13
	invalid 5 'The two passwords differ.' "$password" -- 3 db.kdb secret12 new-one new-two
	invalid 5 'The two passwords differ.' "$password" -- "${opened[@]}" 1 1 7 3 ca.p12 one two
}

@test "a wrong password" {
	local wrong="cannot open 'db.kdb': wrong passphrase"

	fails "$wrong" "$password" -- 2 db.kdb secret13
	fails "$wrong" "$password" -- 3 db.kdb secret13 new-one new-one ''
	fails "$wrong" "$password" -- 4 db.kdb secret13 5000
	"$KYMAN" cert export ca --with-key --out-pass env:PW --out ca.p12 -d db.kdb --pass env:PW 2>/dev/null
	"$KYMAN" db create other.kdb --type pkcs12 --pass env:PW --iterations 1000 2>/dev/null
	fails "cannot open 'other.kdb': wrong passphrase, or the file is damaged" "$password" -- \
		"${opened[@]}" 1 1 5 other.kdb secret13
	menu 0 "${opened[@]}" 8 ca.p12 secret13 more '' 0
	said "$password"
	invalid 2 'a passphrase has at most 4096 bytes' -- 2 db.kdb "$(printf 'x%.0s' {1..5000})"
	[[ $out != *xxx* ]]
}

@test "a password that has expired, where one is not asked for a new one at once" {
	local expired=("the passphrase of 'old.kdb' expired on 2020-01-02T00:00:00Z"
		"Change database password, 3 of the Database Menu, gives it a new one." 'Status 0x03353015 - Password has expired.')

	cp "$BATS_TEST_DIRNAME/expired.kdb" old.kdb
	chmod 600 old.kdb
	fails "${expired[@]}" -- 4 old.kdb secret12 6000
	fails "${expired[@]}" -- "${opened[@]}" 1 1 5 old.kdb secret12
}

@test "a database that does not exist, is a folder, a FIFO, something else" {
	mkdir folder
	mkfifo fifo
	echo text >junk
	for job in '2 NAME secret12' '4 NAME secret12 6000' '3 NAME secret12 new-one new-one 0'; do
		read -ra words <<<"$job"
		fails "cannot open 'none.kdb': no such file" "'kyman db create' makes a new database" \
			"$missing" -- "${words[@]/NAME/none.kdb}"
		fails "cannot open 'folder': it is a folder" "$unreadable" -- "${words[@]/NAME/folder}"
		fails "cannot open 'fifo': it is no regular file" "$unreadable" -- "${words[@]/NAME/fifo}"
	done
	menu 0 2 junk secret12 '' 0
	said "'junk' is no key database: it is text"
	said "$unknown"
	menu 0 5 junk 1 '' 0
	[[ $out == *junk* && $out == *'Press ENTER to continue.'* ]]
	fails "cannot open 'folder': it is a folder" "$unreadable" -- 5 folder 1
	[ -p fifo ]
}

@test "a database that is to be made where something is" {
	local exists='Status 0x03353013 - Database already exists.'

	mkdir folder
	mkfifo fifo
	for name in db.kdb ca.pem folder fifo; do
		fails "'$name' exists already" 'By command: --if-exists keep keeps a database that is there' "$exists" -- \
			1 "$name" secret12 secret12 '' '' ''
	done
	fails "the folder of 'none/db.kdb' does not exist" "$missing" -- \
		1 none/db.kdb secret12 secret12 '' '' ''
}

@test "a file that does not exist, is a folder, a FIFO that nobody writes to, empty" {
	mkdir folder
	mkfifo fifo
	: >empty
	fails "cannot open 'none': no such file" "$missing" -- 7 none
	fails "cannot read 'folder': it is a folder" "$unreadable" -- 7 folder
	fails "cannot read 'fifo': nobody writes to it" "$unreadable" -- 7 fifo
	fails 'it is empty' "$unknown" -- 7 empty
	for job in '7 NAME more' '8 NAME secret12 more' '5 NAME'; do
		read -ra words <<<"$job"
		fails "cannot open 'none': no such file" "$missing" -- "${opened[@]}" "${words[@]/NAME/none}"
		fails "cannot read 'folder': it is a folder" "$unreadable" -- \
			"${opened[@]}" "${words[@]/NAME/folder}"
		fails "cannot read 'fifo': nobody writes to it" "$unreadable" -- \
			"${opened[@]}" "${words[@]/NAME/fifo}"
	done
}

@test "a file that may not be read" {
	mkdir closed
	cp db.kdb ca.pem closed
	chmod 0 closed/*
	without_privileges
	fails "cannot open 'closed/ca.pem': permission denied" "$unreadable" -- 7 closed/ca.pem
	fails "cannot open 'closed/db.kdb': permission denied" "$unreadable" -- 2 closed/db.kdb secret12
	fails "cannot open 'closed/ca.pem': permission denied" "$unreadable" -- \
		"${opened[@]}" 7 closed/ca.pem more
	chmod 500 closed
	fails "cannot write '$PWD/closed/new.kdb': permission denied" "$unreadable" -- \
		1 closed/new.kdb secret12 secret12 '' '' ''
	chmod 700 closed
	chmod 600 closed/*
}

@test "an output that is there, or has no place" {
	mkdir folder
	for name in ca.pem folder none/out; do
		menu 0 "${opened[@]}" 1 1 6 2 "$name" '' 0
		[[ $out == *"$name"* && $out == *'Press ENTER to continue.'* ]]
		[[ $out != *exported* ]]
		menu 0 6 2 1 "$name" '' 0
		[[ $out == *"$name"* && $out == *'Press ENTER to continue.'* ]]
		[[ $out != *created* ]]
	done
}

@test "a database that another process is changing" {
	command -v flock >/dev/null || skip 'no flock'
	exec 9<db.kdb
	flock 9
	# Readers need no lock.
	menu 0 "${opened[@]}" 1 1 2 '' 0
	said 'Private key algorithm: rsaEncryption'
	fails "'db.kdb' is being changed by another process (waited 10 s)" 'By command: --wait SECONDS waits longer' \
		'Status 0x03353018 - Database locked by another process.' -- "${opened[@]}" 1 1 3
	exec 9<&-
}

@test "a line that is too long" {
	local long

	long=$(printf 'x%.0s' {1..5000})
	invalid 9 'a line has at most 4096 bytes' 'Status 0x03353014 - Record is too big.' -- 1 "$long"
	# At a menu it is said to be none, and no part of it is taken for another.
	menu 0 "$long" 0
	said 'a line has at most 4096 bytes'
}
