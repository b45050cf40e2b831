#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What kyman writes, others read whole: openssl, keytool, certtool, pk12util, python3-cryptography.

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	unset KYMAN_DB
	export PW='Reader-pass1'
}

need()
{
	local tool

	for tool; do
		command -v "$tool" >/dev/null && continue
		[ "${CI:-}" != true ] || return 1
		skip "$tool is not installed"
	done
}

need_cryptography()
{
	/usr/bin/python3 -c 'import cryptography' 2>/dev/null && return
	[ "${CI:-}" != true ] || return 1
	skip 'python3-cryptography is not installed'
}

new_db()
{
	"$KYMAN" db create "$1" --pass env:PW --iterations 1000
}

# keys and certificates that openssl sees
openssl_counts()
{
	openssl pkcs12 -in "$1" -passin env:PW -nodes >all.pem
	printf '%s %s\n' "$(grep -c 'BEGIN PRIVATE KEY' all.pem)" "$(grep -c 'BEGIN CERTIFICATE' all.pem)"
}

keytool_count()
{
	keytool -list -keystore "$1" -storepass:env PW 2>/dev/null | sed -n 's/^Your keystore contains \([0-9,]*\) .*/\1/p' | tr -d ,
}

certtool_counts()
{
	certtool --p12-info --inder --infile "$1" --password "$PW" >info.txt 2>/dev/null
	printf '%s %s\n' "$(grep -c 'BEGIN .*PRIVATE KEY' info.txt)" "$(grep -c 'BEGIN CERTIFICATE' info.txt)"
}

nss_counts()
{
	pk12util -l "$1" -W "$PW" >nss.txt
	printf '%s %s\n' "$(grep -c '^Key(' nss.txt)" "$(grep -c '^Certificate' nss.txt)"
}

nss_import()
{
	rm -rf nssdb
	mkdir nssdb
	certutil -N -d sql:nssdb --empty-password
	pk12util -i "$1" -d sql:nssdb -W "$PW" -K ''
}

# keytool copies every entry of the one keystore into a new one
keytool_import()
{
	rm -f copy.p12
	keytool -importkeystore -noprompt -srckeystore "$1" -srcstorepass:env PW -srcstoretype PKCS12 \
		-destkeystore copy.p12 -deststorepass:env PW -deststoretype PKCS12 >import.txt 2>&1
	keytool_count copy.p12
}

python_counts()
{
	/usr/bin/python3 - "$1" <<'PY'
import os, sys
from cryptography.hazmat.primitives.serialization import pkcs12
key, cert, more = pkcs12.load_key_and_certificates(open(sys.argv[1], 'rb').read(), os.environ['PW'].encode())
print(int(key is not None), int(cert is not None) + len(more))
PY
}

make_ring()
{
	new_db ring.p12
	"$KYMAN" cert create root --db ring.p12 --pass env:PW --profile ca --subject 'CN=Ring Root'
	"$KYMAN" cert create issuing --db ring.p12 --pass env:PW --profile ca --issuer root --subject 'CN=Ring Issuing'
	"$KYMAN" cert create web --db ring.p12 --pass env:PW --issuer issuing www.ring.example
	"$KYMAN" cert create app --db ring.p12 --pass env:PW --issuer issuing --profile client --key rsa:2048
	"$KYMAN" cert default web --db ring.p12 --pass env:PW
}

@test "a ring with a CA, an issuing CA, a server and a client: openssl" {
	need openssl
	make_ring
	[ "$(openssl_counts ring.p12)" = '4 4' ]
}

@test "... keytool lists and imports all" {
	need keytool
	make_ring
	[ "$(keytool_count ring.p12)" = 4 ]
	[ "$(keytool_import ring.p12)" = 4 ]
}

@test "... certtool" {
	need certtool
	make_ring
	[ "$(certtool_counts ring.p12)" = '4 4' ]
}

@test "... pk12util lists and imports all" {
	need pk12util certutil
	make_ring
	[ "$(nss_counts ring.p12)" = '4 4' ]
	nss_import ring.p12
	[ "$(certutil -K -d sql:nssdb | grep -c '^<')" = 4 ]
	[ "$(certutil -L -d sql:nssdb | grep -c ',.*,')" -ge 4 ]
}

@test "... python3-cryptography" {
	need_cryptography
	make_ring
	[ "$(python_counts ring.p12)" = '1 4' ]
}

@test "an empty database" {
	need openssl keytool certtool pk12util
	new_db empty.p12
	[ "$(openssl_counts empty.p12)" = '0 0' ]
	[ "$(keytool_count empty.p12)" = 0 ]
	[ "$(certtool_counts empty.p12)" = '0 0' ]
	[ "$(nss_counts empty.p12)" = '0 0' ]
	need_cryptography
	[ "$(python_counts empty.p12)" = '0 0' ]
}

@test "three pending requests and a secret key of keytool's" {
	need openssl keytool certtool pk12util
	make_ring
	for n in 1 2 3; do
		"$KYMAN" csr create "wait $n" --db ring.p12 --pass env:PW --profile client --out "wait$n.csr"
	done
	keytool -genseckey -alias aeskey -keyalg AES -keysize 256 -keystore sec.p12 -storepass:env PW 2>/dev/null
	"$KYMAN" cert import sec.p12 --db ring.p12 --pass env:PW --in-pass env:PW
	[ "$("$KYMAN" db show ring.p12 --pass env:PW --json | jq -c '.counts')" = '{"keys":4,"certs":0,"requests":3,"secrets":1}' ]

	[ "$(openssl_counts ring.p12)" = '4 4' ]
	# keytool shows secret keys as entries: the pending ones too, none of them as an identity
	keytool -list -keystore ring.p12 -storepass:env PW 2>/dev/null >list.txt
	[ "$(grep -c PrivateKeyEntry list.txt)" = 4 ]
	[ "$(grep -c SecretKeyEntry list.txt)" = 4 ]
	[ "$(certtool_counts ring.p12)" = '4 4' ]
	[ "$(nss_counts ring.p12)" = '4 4' ]
	nss_import ring.p12
	[ "$(certutil -K -d sql:nssdb | grep -c '^<')" = 4 ]
	need_cryptography
	[ "$(python_counts ring.p12)" = '1 4' ]

	# keytool's rewrite keeps them, and kyman reads them back
	keytool -changealias -alias app -destalias app2 -keystore ring.p12 -storepass:env PW 2>/dev/null
	[ "$("$KYMAN" csr list --db ring.p12 --pass env:PW --json | jq '.entries | length')" = 3 ]
}

@test "100 keys and 1,000 certificates" {
	need openssl keytool certtool pk12util
	new_db big.p12
	"$KYMAN" cert create root --db big.p12 --pass env:PW --profile ca --subject 'CN=Big Root'
	# one root and 99 leaves make 100 keys; each of 901 others is made with openssl and added at once
	for n in $(seq 1 99); do
		"$KYMAN" cert create "leaf $n" "leaf$n.big.example" --db big.p12 --pass env:PW --issuer root
	done
	openssl ecparam -name prime256v1 -genkey -noout -out k.pem
	for n in $(seq 1 1000); do
		openssl req -x509 -key k.pem -subj "/CN=other $n" -days 30 -set_serial "$n"
	done >others.pem
	"$KYMAN" cert add others.pem --db big.p12 --pass env:PW
	[ "$("$KYMAN" db show big.p12 --pass env:PW --json | jq -c '.counts')" = '{"keys":100,"certs":1000,"requests":0,"secrets":0}' ]
	[ "$(openssl_counts big.p12)" = '100 1100' ]
	[ "$(keytool_count big.p12)" = 1100 ]
	[ "$(keytool_import big.p12)" = 1100 ]
	[ "$(certtool_counts big.p12)" = '100 1100' ]
	[ "$(nss_counts big.p12)" = '100 1100' ]
	nss_import big.p12
	[ "$(certutil -K -d sql:nssdb | grep -c '^<')" = 100 ]
	need_cryptography
	[ "$(python_counts big.p12)" = '1 1100' ]
}
