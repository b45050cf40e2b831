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
	# What the name does not say is CMS.
	for name in fresh.db plain dir.p12/plain; do
		mkdir -p dir.p12
		gsk 0 -keydb -create -db $name -pw secret12
		[ "$(version $name)" = 6 ]
	done
	gsk 0 -keydb -create -db four.db -pw secret12 -pqc false
	[ "$(version four.db)" = 4 ]
	for name in a.p12 a.PFX a.pkcs12; do
		gsk 0 -keydb -create -db $name -pw secret12 -pqc false
		openssl pkcs12 -in $name -passin pass:secret12 -nokeys
	done
}

@test "-create makes the file of requests, -delete takes all that goes with it" {
	chmod 640 key.rdb
	[ "$(stat -c %s key.rdb)" = 144 ]
	gsk 0 -keydb -create -db old.kdb -pw secret12 -pqc false -type cms
	[ "$(stat -c %s.%a old.rdb)" = 88.600 ]
	gsk 0 -certreq -create -db key.kdb -stashed -label r -dn CN=r -sigalg SHA256WithECDSA -file r.csr
	gsk 0 -certreq -list -db key.kdb -stashed
	has "$out" '	r'
	gsk 0 -keydb -convert -db key.kdb -stashed -new_format cms -target copy.kdb
	[ -e copy.rdb ]
	# The list of a CA stays, what IBM's programs made goes.
	cp key.rdb key.crl
	printf 'a list of a CA' >old.crl
	gsk 0 -keydb -delete -db key.kdb -pw secret12
	gsk 0 -keydb -delete -db old.kdb -pw secret12
	[ "$(find . -name 'key.*' -o -name 'old.*')" = ./old.crl ]
	cp copy.rdb p.crl
	gsk 0 -keydb -create -db p.p12 -pw secret12
	gsk 0 -keydb -delete -db p.p12 -pw secret12
	[ -e p.crl ]
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
	fails 217 '2106' -keydb -create -db x.kdb -pw secret12 -expire 36500
	fails 217 '2106' -keydb -changepw -db key.kdb -stashed -new_pw other567 -expire 36500
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
	[ -e copy.rdb ]
	gsk 0 -cert -list -db copy.kdb -pw copy5678
	[ "$(tail -n +3 .out)" = '-	one' ]
	gsk 0 -cert -export -db key.kdb -stashed -target copy.p12 -target_pw copy5678
	openssl pkcs12 -in copy.p12 -passin pass:copy5678 -nodes | openssl pkey -noout
	# What was made for a copy that fails does not stay.
	# Nothing is left out, nothing becomes more than it was.
	gsk 0 -secretkey -create -db key.kdb -stashed -label aes -size 256
	gsk 0 -cert -create -db key.kdb -stashed -label made -dn CN=made
	gsk 0 -cert -extract -db key.kdb -stashed -label made -target made.arm
	gsk 0 -cert -delete -db key.kdb -stashed -label made
	gsk 0 -cert -add -db key.kdb -stashed -label root -file made.arm
	gsk 0 -cert -modify -db key.kdb -stashed -label root -trust disable
	for to in whole.p12 whole.kdb; do
		gsk 0 -cert -export -db key.kdb -stashed -target $to -target_pw copy5678
		gsk 0 -cert -details -db $to -pw copy5678 -label root
		has "$out" 'Trust Status : Disabled'
		gsk 0 -secretkey -list -db $to -pw copy5678
		has "$out" aes
	done
	openssl pkcs12 -in whole.p12 -passin pass:copy5678 -nodes -out whole.pem
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
	# Without a password for the new one it gets the old one's, wherever that comes from.
	for from in -stashed ''; do
		rm key.p12
		gsk 0 -keydb -convert -db key.kdb $from -new_format pkcs12
		gsk 0 -cert -list -db key.p12 -pw secret12
	done
	gsk 0 -keydb -convert -db key.kdb -stashed -new_format pkcs12 -target stem.p12 -target_pw other567
	gsk 0 -keydb -stashpw -db stem.p12 -pw other567
	gsk 0 -keydb -convert -db key.kdb -stashed -new_format cms -target stem.kdb -target_stashed
	gsk 0 -cert -list -db stem.kdb -pw other567
	fails 103 'no stash lies beside' -keydb -convert -db key.kdb -stashed -new_format cms -target none.kdb -target_stashed
	fails 206 'nobody to ask' -keydb -convert -db back.kdb -new_format pkcs12
	fails 17 "'key.kdb' is cms" -keydb -convert -db key.kdb -stashed -old_format pkcs12 -new_format cms -target x.kdb
	fails 9 'exists' -keydb -convert -db key.kdb -pw secret12 -new_format pkcs12
	fails 230 'jks' -keydb -convert -db key.kdb -pw secret12 -new_format jks
}

# refuses_fips STATUS TEXT WORD...: with -fips this, and without it is no trouble.
refuses_fips()
{
	fails 153 "$1" -fips "${@:2}"
	gsk 0 "${@:2}"
}

@test "-fips: a database of version 3 or 4 is neither read nor changed" {
	gsk 0 -keydb -create -db old.kdb -pw secret12 -pqc false -stash
	fails 153 '-pqc false makes version 4' -fips -keydb -create -db x.kdb -pw secret12 -pqc false
	fails 153 '-pqc' -keydb -create -db x -type cms -pw secret12 -pqc false -fips true
	gsk 0 -keydb -create -db x.p12 -pw secret12 -pqc false -fips
	refuses_fips 'version 4' -cert -create -db old.kdb -stashed -label one -dn CN=one -sigalg SHA256WithECDSA
	refuses_fips 'version 4' -cert -list -db old.kdb -stashed
	refuses_fips 'version 4' -cert -list -db old.kdb
	refuses_fips 'version 4' -cert -extract -db old.kdb -stashed -label one -target one.arm
	refuses_fips 'version 4' -certreq -create -db old.kdb -stashed -label two -dn CN=two -file two.csr
	refuses_fips 'version 4' -keydb -changepw -db old.kdb -stashed -new_pw other567
	fails 153 "'old.kdb' is a CMS database of version 4" -fips -cert -import -db old.kdb -pw other567 -target key.kdb \
		-target_pw secret12
	gsk 0 -cert -create -db key.kdb -stashed -label three -dn CN=three -sigalg SHA256WithECDSA
	fails 153 'version 4' -fips -cert -export -db key.kdb -stashed -target old.kdb -target_stashed
	fails 153 'version 4' -fips -keydb -convert -db old.kdb -pw other567 -new_format pkcs12 -target y.p12
	"$KYMAN" db create three.kdb --type cms --cms-version 3 --pass stdin <<<secret12
	refuses_fips 'version 3' -cert -list -db three.kdb -pw secret12
}

@test "-fips: what version 6 has is taken" {
	gsk 0 -fips -cert -create -db key.kdb -stashed -label one -dn CN=one
	gsk 0 -fips -cert -list -db key.kdb -stashed
	gsk 0 -fips -cert -export -db key.kdb -stashed -target copy.p12 -target_pw copy5678
	gsk 0 -fips -keydb -create -db other.kdb -pw secret12
	gsk 0 -fips -cert -import -file copy.p12 -pw copy5678 -target other.kdb -target_pw secret12
	gsk 0 -fips -keydb -convert -db other.kdb -pw secret12 -new_format pkcs12
}

@test "-fips: a file that weak algorithms encrypt is neither read nor taken in" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout a.key -subj /CN=a -out a.pem -days 30 2>/dev/null
	openssl pkcs12 -export -in a.pem -inkey a.key -name a -keypbe PBE-SHA1-3DES -certpbe NONE -out key3des.p12 \
		-passout pass:secret12
	openssl pkcs12 -export -in a.pem -inkey a.key -name a -keypbe AES-256-CBC -certpbe PBE-SHA1-3DES -out cert3des.p12 \
		-passout pass:secret12
	openssl pkcs12 -export -legacy -in a.pem -inkey a.key -name a -out rc2.p12 -passout pass:secret12
	openssl pkcs12 -export -in a.pem -inkey a.key -name a -out good.p12 -passout pass:secret12
	for name in key3des cert3des rc2; do
		fails 153 'FIPS 140-3' -fips -cert -import -file $name.p12 -pw secret12 -target key.kdb -target_pw secret12
		has "$err" $name.p12
		refuses_fips 'FIPS 140-3' -cert -list -db $name.p12 -pw secret12
		fails 153 $name.p12 -fips -cert -rename -db $name.p12 -pw secret12 -label a -new_label b
	done
	gsk 0 -fips -cert -list -db good.p12 -pw secret12
	gsk 0 -fips -cert -import -file good.p12 -pw secret12 -target key.kdb -target_pw secret12
	# An approved file with a certificate that is not.
	openssl req -x509 -newkey rsa:1024 -nodes -keyout w.key -subj /CN=w -out w.pem -days 30 2>/dev/null
	openssl pkcs12 -export -in w.pem -inkey w.key -name w -out w.p12 -passout pass:secret12
	gsk 0 -keydb -create -db plain.p12 -pw secret12
	fails 153 "'w' is not for FIPS mode" -fips -cert -import -file w.p12 -pw secret12 -target plain.p12 -target_pw secret12
}
