#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash and gskit.bash set $out and $err
# GSKit's commands on CMS databases.

load helpers
load gskit

setup()
{
	gskit_scratch
	gsk 0 -keydb -create -db key.kdb -pw secret12 -stash
}

# Which version a CMS file is in.
version()
{
	od -An -tu1 -j2 -N1 "$1" | tr -d ' '
}

@test "-create: by the name, by -type, older with -pqc false" {
	[ "$(od -An -tx1 -N2 key.kdb | tr -d ' ')" = 3748 ]
	[ "$(version key.kdb)" = 6 ]
	[ "$(stat -c %a key.kdb key.sth | sort -u)" = 600 ]
	for type in cms kdb; do
		gsk 0 -keydb -create -db $type -pw secret12 -type $type
		[ "$(version $type)" = 6 ]
	done
	gsk 0 -keydb -create -db old.kdb -pw secret12 -pqc false
	[ "$(version old.kdb)" = 4 ]
	gsk 0 -keydb -create -db old.p12 -pw secret12 -pqc false
	openssl pkcs12 -in old.p12 -passin pass:secret12 -nokeys
	gsk 0 -keydb -create -db p12.kdb -pw secret12 -type p12
	openssl pkcs12 -in p12.kdb -passin pass:secret12 -nokeys
	fails 16 'wrong passphrase' -cert -list -db key.kdb -pw wrong
}

@test "certificates, the default one, requests, trust, passwords" {
	gsk 0 -cert -create -db key.kdb -stashed -label one -dn CN=one
	gsk 0 -cert -create -db key.kdb -stashed -label two -dn CN=two
	gsk 0 -cert -list -db key.kdb -stashed
	[ "$(tail -n +3 .out)" = '-	one
-	two' ]
	fails 219 'no default' -cert -getdefault -db key.kdb -stashed
	gsk 0 -cert -setdefault -db key.kdb -stashed -label two
	gsk 0 -cert -list personal -db key.kdb -stashed
	has "$out" '*-	two'
	gsk 0 -cert -delete -db key.kdb -stashed -label two
	fails 219 'no default' -cert -getdefault -db key.kdb -stashed

	gsk 0 -certreq -create -db key.kdb -stashed -label asked -dn CN=asked -file asked.csr
	[ -e key.rdb ]
	gsk 0 -certreq -list -db key.kdb -stashed
	has "$out" '	asked'
	gsk 0 -cert -create -db key.kdb -stashed -label ca -dn CN=ca -ca true -expire 3650
	gsk 0 -cert -sign -db key.kdb -stashed -label ca -file asked.csr -target asked.arm
	gsk 0 -cert -receive -db key.kdb -stashed -file asked.arm
	gsk 0 -cert -validate -db key.kdb -stashed -label asked

	gsk 0 -keydb -changepw -db key.kdb -pw secret12 -new_pw other567 -expire 30
	gsk 0 -keydb -expiry -db key.kdb -stashed
	[[ $out != *': 0' ]]
	gsk 0 -cert -export -db key.kdb -stashed -label asked -target asked.p12 -target_pw export12
	openssl pkcs12 -in asked.p12 -passin pass:export12 -nodes | openssl pkey -noout
	gsk 0 -keydb -delete -db key.kdb -pw other567
	[ -z "$(find . -name 'key.*')" ]
}

@test "-export to a database of the other type" {
	gsk 0 -cert -create -db key.kdb -stashed -label one -dn CN=one
	gsk 0 -cert -export -db key.kdb -stashed -target copy.kdb -target_pw copy5678 -target_type cms
	[ "$(version copy.kdb)" = 6 ]
	gsk 0 -cert -list -db copy.kdb -pw copy5678
	[ "$(tail -n +3 .out)" = '-	one' ]
	gsk 0 -cert -export -db key.kdb -stashed -target copy.p12 -target_pw copy5678
	openssl pkcs12 -in copy.p12 -passin pass:copy5678 -nodes | openssl pkey -noout
	# What was made for a copy that fails does not stay.
	fails 117 'nobody' -cert -export -db key.kdb -stashed -label nobody -target x.kdb -target_pw copy5678
}

@test "-export takes all there is, whatever the labels" {
	for name in aXb a; do
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$name.key" \
			-subj "/CN=$name" -out "$name.pem" 2>/dev/null
	done
	openssl pkcs12 -export -in aXb.pem -inkey aXb.key -certfile a.pem -name aXb -caname a \
		-certpbe NONE -keypbe NONE -nomac -passout pass: -out clear.p12
	# The X becomes a NUL: to C the label of the key is that of the certificate.
	LC_ALL=C sed 's/\x00a\x00X\x00b/\x00a\x00\x00\x00b/g' clear.p12 >nul.p12
	[ "$(cmp -l clear.p12 nul.p12 | wc -l)" = 2 ]
	gsk 0 -cert -export -db nul.p12 -pw secret12 -target copy.kdb -target_pw copy5678 -target_type cms
	gsk 0 -cert -list -db copy.kdb -pw copy5678
	[ "$(tail -n +3 .out)" = '-	"a\x00b"
!	a' ]
}

@test "-convert from type to type" {
	"$KYMAN" help db convert >/dev/null 2>&1 || skip 'db convert is not there yet'
	gsk 0 -cert -create -db key.kdb -stashed -label one -dn CN=one
	gsk 0 -keydb -convert -db key.kdb -pw secret12 -old_format cms -new_format pkcs12
	openssl pkcs12 -in key.p12 -passin pass:secret12 -nodes | openssl pkey -noout
	gsk 0 -keydb -convert -db key.p12 -pw secret12 -new_format cms -target back.kdb -target_pw back5678
	[ "$(version back.kdb)" = 6 ]
	gsk 0 -cert -list -db back.kdb -pw back5678
	[ "$(tail -n +3 .out)" = '-	one' ]
	fails 9 'exists' -keydb -convert -db key.kdb -pw secret12 -new_format pkcs12
	fails 230 'jks' -keydb -convert -db key.kdb -pw secret12 -new_format jks
}
