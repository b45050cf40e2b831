#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Scripts that pipe answers, as there are for gskkyman: they run unchanged, and other tools read
# what comes of them.
# shellcheck disable=SC2154 # helpers.bash sets what is used here

bats_require_minimum_version 1.5.0

load ../cli/helpers

setup()
{
	need openssl
	scratch
	export PW=secret12
}

# The fingerprint of the only certificate on standard input.
fingerprint()
{
	openssl x509 -noout -fingerprint -sha256
}

make_ca()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key \
		-subj '/C=US/O=Example/CN=Example CA' -days 30 -out ca.pem 2>/dev/null
}

@test "a script makes a database" {
	printf '1\nt.kdb\nsecret12\nsecret12\n\n5000\n0\n\n0\n' | "$KYMAN" >out
	has "$(<out)" "Key database $PWD/t.kdb created."
	[ "$(stat -c %a t.kdb)" = 600 ]
	# CMS, version 6
	[ "$(od -An -tx1 -N3 t.kdb)" = ' 37 48 06' ]
	ok db show t.kdb --pass env:PW
	PW=another kyman 5 db show t.kdb --pass env:PW
	[ "$(ls)" = $'out\nt.kdb' ]
}

@test "under another suffix it is a PKCS#12 database" {
	printf '1\nt.p12\nsecret12\nsecret12\n\n5000\n0\n\n0\n' | "$KYMAN" >out
	has "$(<out)" "Key database $PWD/t.p12 created."
	[ "$(stat -c %a t.p12)" = 600 ]
	openssl pkcs12 -in t.p12 -passin pass:secret12 -noout
	! openssl pkcs12 -in t.p12 -passin pass:another -noout 2>/dev/null || false
	[ "$(ls)" = $'out\nt.p12' ]
}

@test "a script imports a CA" {
	printf '1\nt.kdb\nsecret12\nsecret12\n\n5000\n0\n\n0\n' | "$KYMAN" >/dev/null
	make_ca
	printf '2\nt.kdb\nsecret12\n7\nca.pem\nmyca\n\n0\n' | "$KYMAN" >out
	has "$(<out)" 'Certificate imported.'
	ok cert list -d t.kdb --pass env:PW
	has "$out" myca
	# The certificate lies in the clear.
	openssl x509 -in ca.pem -outform der -out ca.der
	od -An -v -tx1 ca.der | tr -d ' \n' >hex
	od -An -v -tx1 t.kdb | tr -d ' \n' | grep -qFf hex
}

@test "a script imports a CA into a PKCS#12 database" {
	printf '1\nt.p12\nsecret12\nsecret12\n\n5000\n0\n\n0\n' | "$KYMAN" >/dev/null
	make_ca
	printf '2\nt.p12\nsecret12\n7\nca.pem\nmyca\n\n0\n' | "$KYMAN" >out
	has "$(<out)" 'Certificate imported.'
	openssl pkcs12 -in t.p12 -passin pass:secret12 -nokeys >certs
	[ "$(grep -c 'BEGIN CERTIFICATE' certs)" = 1 ]
	has "$(<certs)" 'friendlyName: myca'
	[ "$(fingerprint <certs)" = "$(fingerprint <ca.pem)" ]
}

@test "a script stores the password" {
	printf '1\nt.kdb\nsecret12\nsecret12\n\n5000\n0\n\n0\n' | "$KYMAN" >/dev/null
	echo secret12 | "$KYMAN" -s -k t.kdb
	[ -f t.sth ]
	# It opens the database: nobody is asked.
	ok cert list -d t.kdb --no-input
	rm t.sth
	! echo another | "$KYMAN" -s -k t.kdb || false
	[ ! -e t.sth ]
}

@test "all of a small CA: keys, certificates, exports, read by openssl" {
	printf '%s\n' 1 t.kdb secret12 secret12 '' '' '' '' \
		6 1 3 1 3 3 ca 'Example CA' '' Example '' '' US 365 0 '' \
		1 ca 10 2 3 1 4 4 web web.example '' Example '' '' US 30 1 2 web.example '' '' '' \
		web 6 2 web.pem '' 6 4 web.p7b '' 7 3 web.p12 out12 out12 1 '' \
		7 4 web.txt out12 out12 1 '' 11 web.csr '' '' ca 6 1 ca.der '' 0 |
		"$KYMAN" >out
	openssl x509 -inform der -in ca.der -out ca.pem
	openssl verify -x509_strict -CAfile ca.pem web.pem
	has "$(openssl x509 -in web.pem -noout -text)" 'DNS:web.example' 'ecdsa-with-SHA384' \
		'TLS Web Server Authentication, TLS Web Client Authentication'
	[ "$(openssl pkcs7 -in web.p7b -print_certs | grep -c BEGIN)" = 2 ]
	openssl pkcs12 -in web.p12 -passin pass:out12 -nodes >web.all
	[ "$(fingerprint <web.all)" = "$(fingerprint <web.pem)" ]
	grep -v -e '^-' web.txt | openssl base64 -d >web.p12.too
	openssl pkcs12 -in web.p12.too -passin pass:out12 -noout
	openssl req -in web.csr -verify -noout
	[ "$(openssl req -in web.csr -pubkey -noout)" = "$(openssl x509 -in web.pem -pubkey -noout)" ]
}

@test "a CA with an Ed25519 key signs: its digest is its own" {
	printf '%s\n' 1 t.kdb secret12 secret12 '' '' '' '' \
		6 1 3 3 ca 'Example CA' '' Example '' '' US 365 0 '' \
		1 ca 10 2 3 1 3 web web.example '' Example '' '' US 30 0 '' '' web 6 2 web.pem '' '' \
		ca 6 2 ca.pem '' 0 | "$KYMAN" >out
	openssl verify -CAfile ca.pem web.pem
	has "$(openssl x509 -in web.pem -noout -text)" 'Signature Algorithm: ED25519' 'NIST CURVE: P-256'
}

@test "parameters of RFC 7919, read by openssl" {
	for n in 1:2048 2:3072 3:4096; do
		printf '%s\n' 6 2 "${n%:*}" "dh-${n#*:}.pem" '' 0 | "$KYMAN" >/dev/null
		has "$(openssl dhparam -in "dh-${n#*:}.pem" -noout -text)" "${n#*:} bit"
		openssl dhparam -in "dh-${n#*:}.pem" -noout -check
	done
}

@test "the end of the answers at a menu is a way to leave" {
	"$KYMAN" menu </dev/null >out
	"$KYMAN" </dev/null >>out
	printf '2\n\n' | "$KYMAN" >>out
	run -10 "$KYMAN" menu <<<2
	printf '7\nnone\n' | "$KYMAN" >>out
}

@test "the end of the answers at a passphrase that a file turns out to need cancels" {
	"$KYMAN" db create t.kdb --type pkcs12 --pass env:PW --iterations 1000 2>/dev/null
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem \
		-subj '/CN=x' -out cert.pem 2>/dev/null
	openssl pkcs12 -export -in cert.pem -inkey key.pem -passout env:PW -out file.p12
	cp t.kdb before
	run -10 "$KYMAN" menu t.kdb < <(printf '%s\n' "$PW" 7 file.p12 label)
	[[ $output != *imported* ]]
	cmp t.kdb before
	printf '%s\n' "$PW" 7 file.p12 label "$PW" '' 0 | "$KYMAN" menu t.kdb >out
	has "$(<out)" "Passphrase of 'file.p12':" 'Certificate imported.'
}

@test "a database whose password another process changes is left" {
	"$KYMAN" db create t.kdb --type pkcs12 --pass env:PW --iterations 1000 2>/dev/null
	"$KYMAN" cert create one --profile client -d t.kdb --pass env:PW 2>/dev/null
	mkfifo answers
	"$KYMAN" menu t.kdb <answers >out 3>&- &
	exec 4>answers
	printf '%s\n' "$PW" 1 1 >&4
	until grep -q 'Label: one' out; do
		sleep 0.1
	done
	NEW=secret13 "$KYMAN" db passwd t.kdb --pass env:PW --new-pass env:NEW 2>/dev/null
	# No password is asked for in the middle: these are ENTER to continue, and the first menu's.
	printf '%s\n' 3 '' 2 t.kdb secret13 1 1 3 '' 0 >&4
	exec 4>&-
	wait $!
	has "$(<out)" "the passphrase of 't.kdb' was changed by another process" 'Default key set.'
}
