#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# cert list, csr list, for people.

load helpers

setup()
{
	scratch
	make_ring
}

@test "label, kind, flags, end, subject; requests apart" {
	ok cert list
	has "$out" LABEL KIND FLAGS END SUBJECT
	[ "$(wc -l <.out)" -eq 5 ]
	grep -Eq '^root +key +default,trusted,ca +[0-9-]{10}  CN=Test Root,O=Example$' .out
	grep -Eq '^web +key +trusted +[0-9-]{10}  CN=web.example$' .out
	[ -z "$err" ]
	ok csr list
	grep -Eq '^shop +request +CN=shop.example$' .out
	ok cert list --kind request
	grep -q '^shop ' .out
	ok cert list --kind secret
	[ -z "$out" ]
	has "$err" 'no entries'
	ok cert list --kind secret -q
	[ -z "$err" ]
}

@test "switched off, pending" {
	ok cert trust issuing off
	ok csr renew web --out again.csr
	ok cert list
	grep -Eq '^issuing +key +off,ca ' .out
	grep -Eq '^web +key +trusted,pending ' .out
}

@test "columns stand under each other, and no line ends in blanks" {
	ok cert default web
	ok csr renew web --out again.csr
	ok cert list
	grep -Eq '^web +key +default,trusted,pending  [0-9-]{10}  CN=' .out
	[ "$(sed -E 's/ (SUBJECT|CN=).*$/ X/' .out | awk '{ print length }' | sort -u | wc -l)" -eq 1 ]
	ok csr list
	[[ $out != *' '$'\n'* ]]
}

@test "--expiring: status 3 when any" {
	kyman 3 cert list --expiring 400
	[ "$(wc -l <.out)" -eq 3 ]
	ok cert list --expiring 30
	[ -z "$out" ]
	kyman 2 cert list --expiring 99999999
}

@test "--tree: who issued whom" {
	ok cert list --tree
	has "$out" '└─issuing' '├─web' '└─app'
	ok cert create 'äpfel' --profile client --issuer root
	ok cert list --tree
	has "$out" '─äpfel'
}

@test "without the passphrase: what stands in the clear, said" {
	rm ring.sth
	ok cert list --pass none
	has "$out" web
	has "$err" 'not verified'
	ok cert list --no-input
	has "$err" 'not verified'
}

@test "labels from a file reach the terminal escaped" {
	need openssl
	export PW=Evil-pass1
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k -out c -subj /CN=x -days 30 2>/dev/null
	openssl pkcs12 -export -inkey k -in c -name $'e\033[31mvil' -passout env:PW -out evil.p12
	ok -d evil.p12 cert list --pass env:PW
	has "$out" 'e\x1b[31mvil'
	LC_ALL=C grep -q $'\033' .out && return 1
	true
}

@test "colour where it is wanted" {
	ok cert list --color always
	has "$out" $'\033[1mLABEL'
	ok cert list --color auto
	[[ $out != *$'\033'* ]]
}

@test "certificates that another program encrypted: 5, unless the passphrase is empty" {
	need openssl
	ok cert export root --out root.pem
	openssl pkcs12 -export -nokeys -in root.pem -passout pass:geheim -out theirs.p12
	openssl pkcs12 -export -nokeys -in root.pem -passout pass: -out empty.p12
	kyman 5 cert list --db theirs.p12
	has "$err" encrypted
	kyman 5 cert list --db theirs.p12 --pass none
	kyman 5 db show theirs.p12
	ok cert list --db empty.p12 --pass none
	has "$out" 'CN=Test Root'
	ok cert list --db empty.p12
	has "$out" 'CN=Test Root'
}
