#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# Requests, answers, renewals; with outside CAs as openssl plays them.

load helpers

setup()
{
	need openssl
	scratch
	make_ring
}

# outside NAME: a CA of somebody else's, NAME.key and NAME.pem
outside()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.pem" -days 3650 \
		-subj "/CN=$1" 2>/dev/null
}

# answers CA REQUEST OUT DAYS
answers()
{
	openssl x509 -req -in "$2" -CA "$1.pem" -CAkey "$1.key" -CAcreateserial -days "$4" -copy_extensions copy -out "$3" 2>/dev/null
}

@test "a request says what it asks for" {
	ok csr create q q.example 192.0.2.5 --profile peer --key rsa:2048 --subject 'CN=q,O=Example' --out q.csr
	openssl req -in q.csr -verify -noout
	text=$(openssl req -in q.csr -noout -text)
	has "$text" 'O = Example' 'DNS:q.example, IP Address:192.0.2.5' 'Digital Signature, Key Encipherment' \
		'TLS Web Server Authentication, TLS Web Client Authentication'
	ok csr create qc --profile ca --out qc.csr
	has "$(openssl req -in qc.csr -noout -text)" 'CA:TRUE'
	if command -v certtool >/dev/null; then
		certtool --crq-info --infile q.csr >/dev/null
	fi
	ok csr export q --out again.der
	cmp <(openssl req -in q.csr -outform DER) again.der
	ok csr create e --profile client --key ed25519 --out e.csr
	openssl req -in e.csr -verify -noout
}

@test "an outside CA's answer: issuers come along, a root does not" {
	outside Outer
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout Middle.key -subj /CN=Middle -out m.csr 2>/dev/null
	printf 'basicConstraints=critical,CA:TRUE\n' >ca.cnf
	openssl x509 -req -in m.csr -CA Outer.pem -CAkey Outer.key -CAcreateserial -days 999 -extfile ca.cnf -out Middle.pem 2>/dev/null
	answers Middle shop.csr shop.pem 90
	cat shop.pem Middle.pem Outer.pem >all.pem
	cp ring.p12 before.p12
	kyman 4 cert receive all.pem
	has "$err" 'CN=Middle'
	cmp ring.p12 before.p12
	ok cert add Outer.pem --as outer
	kyman 4 cert receive shop.pem
	ok cert receive all.pem --json
	has "$out" '"label":"shop"' '"label":"Middle"'
	ok cert verify shop
	has "$out" shop Middle outer
	ok csr list
	[ "$(wc -l <.out)" -eq 0 ]
	ok cert receive all.pem --json
	has "$out" '"changed":false'
	ok cert export shop --with-key --out-pass none --out shop.key
	openssl verify -CAfile Outer.pem -untrusted Middle.pem shop.key
}

@test "unchecked, expired, for no key here, with an older end" {
	outside Outer
	answers Outer shop.csr shop.pem 90
	kyman 4 cert receive shop.pem
	ok cert receive shop.pem --unchecked
	kyman 3 cert verify shop
	answers Outer shop.csr early.pem 30
	kyman 4 cert receive early.pem --older
	ok cert add Outer.pem
	kyman 7 cert receive early.pem
	has "$err" '--older'
	ok cert receive early.pem --older
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout x.key -subj /CN=x -out x.csr 2>/dev/null
	answers Outer x.csr x.pem 30
	kyman 4 cert receive x.pem
	has "$err" 'public key'
	mkdir -p ca && : >ca/index.txt && echo 01 >ca/serial
	cat >ca.cnf <<-'CNF'
		[ca]
		default_ca=c
		[c]
		database=ca/index.txt
		serial=ca/serial
		new_certs_dir=ca
		default_md=sha256
		policy=p
		unique_subject=no
		[p]
		commonName=optional
	CNF
	openssl ca -batch -config ca.cnf -cert Outer.pem -keyfile Outer.key -in shop.csr -out old.pem -notext \
		-startdate 20200101000000Z -enddate 20210101000000Z 2>/dev/null
	kyman 9 cert receive old.pem --older
	has "$err" expired
}

@test "renewal: the entry stays in use until the answer, and keeps label, default and trust" {
	outside Outer
	ok cert add Outer.pem
	ok cert default web
	ok cert trust web off
	ok csr renew web --rekey --out web.csr
	ok cert export web --with-key --no-chain --out-pass none --out before.key
	answers Outer web.csr web.pem 900
	ok cert receive web.pem --json
	has "$out" '"added":[]' '"replaced":[{"label":"web"' '"removed":[{"label":"web","kind":"request"' '"default":true,"trusted":false'
	ok cert export web --with-key --no-chain --out-pass none --out after.key
	[ "$(openssl pkey -in after.key -pubout)" = "$(openssl x509 -in web.pem -noout -pubkey)" ]
	[ "$(openssl pkey -in after.key -pubout)" != "$(openssl pkey -in before.key -pubout)" ]
	kyman 4 csr show web
	# The same key: only the certificate changes.
	ok csr renew web --out web2.csr
	answers Outer web2.csr web2.pem 999
	ok cert receive web2.pem
	ok cert export web --with-key --no-chain --out-pass none --out again.key
	[ "$(openssl pkey -in after.key -pubout)" = "$(openssl pkey -in again.key -pubout)" ]
}

@test "signing: names of the request or given, profiles, chains" {
	openssl req -new -newkey rsa:2048 -nodes -keyout k.pem -subj /CN=asker -addext subjectAltName=DNS:a.example -out a.csr 2>/dev/null
	ok csr sign a.csr --issuer issuing --yes --out a.pem
	ok cert export root --out root.pem
	ok cert export issuing --out issuing.pem
	openssl verify -CAfile root.pem -untrusted issuing.pem -purpose sslserver -verify_hostname a.example a.pem
	[ "$(grep -c BEGIN a.pem)" -eq 2 ]
	has "$(openssl x509 -in a.pem -noout -ext keyUsage)" 'Key Encipherment'
	ok csr sign a.csr b.example --names given --profile peer --subject CN=b --issuer issuing --yes --out b.pem --no-chain
	[ "$(openssl x509 -in b.pem -noout -subject)" = 'subject=CN = b' ]
	has "$(openssl x509 -in b.pem -noout -ext subjectAltName)" DNS:b.example
	kyman 2 csr sign a.csr b.example --issuer issuing --yes --out c.pem
	kyman 2 csr sign a.csr --issuer issuing --out c.pem
	has "$err" --yes 'dns:a.example'
	# Not stored.
	kyman 4 cert show asker
	openssl req -new -key k.pem -subj /CN=Sub -out sub.csr
	ok csr sign sub.csr --issuer root --profile ca --yes --out sub.pem
	has "$(openssl x509 -in sub.pem -noout -ext basicConstraints)" 'CA:TRUE, pathlen:0'
	openssl req -new -key k.pem -subj /CN=c -addext extendedKeyUsage=clientAuth -addext subjectAltName=DNS:c.example -out c.csr
	kyman 9 csr sign c.csr --issuer issuing --yes --out c.pem
	has "$err" clientAuth
	ok csr sign c.csr --issuer issuing --profile client --yes --out c.pem
	# Only what a profile gives is issued; other extensions are not taken over.
	openssl req -new -key k.pem -subj /CN=d -addext subjectAltName=DNS:d.example -addext 'nsComment=hello' -out d.csr
	ok csr sign d.csr --issuer issuing --yes --out d.pem
	run openssl x509 -in d.pem -noout -ext nsComment
	[[ $output != *hello* ]]
}

@test "signing: the form that is asked for, whatever the file is called" {
	ok csr sign shop.csr --issuer issuing --yes --out shop.crt --format p7b
	openssl pkcs7 -in shop.crt -print_certs -noout
	ok csr sign shop.csr --issuer issuing --yes --out shop.p7c --format der --no-chain
	openssl x509 -inform DER -in shop.p7c -noout
	kyman 2 csr sign shop.csr --issuer issuing --yes --out x.crt --format p12
	has "$err" 'p12 file is for a key'
	kyman 2 csr sign shop.csr --issuer issuing --yes --out x.p12
	[ ! -e x.p12 ]
}

@test "requests in other forms" {
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -subj /CN=x -outform DER -out x.der 2>/dev/null
	ok csr sign x.der --issuer issuing --profile client --yes --out x.der.pem
	openssl req -inform DER -in x.der | sed 's/NEW //; s/$/\r/' >crlf.csr
	ok csr sign crlf.csr --issuer issuing --profile client --yes --out crlf.pem
	if command -v keytool >/dev/null; then
		keytool -genkeypair -keyalg EC -alias j -keystore j.p12 -storepass changeit -dname CN=java -storetype PKCS12 2>/dev/null
		keytool -certreq -alias j -keystore j.p12 -storepass changeit -file j.csr 2>/dev/null
		ok csr sign j.csr --issuer issuing --profile client --yes --out j.pem --root
		keytool -importcert -noprompt -alias j -keystore j.p12 -storepass changeit -file j.pem -trustcacerts 2>/dev/null
		keytool -list -keystore j.p12 -storepass changeit -v -alias j 2>/dev/null | grep -q 'chain length: 3'
	fi
	if command -v certtool >/dev/null; then
		printf 'cn = t\ndns_name = t.example\ntls_www_server\n' >t.cfg
		certtool --generate-privkey --key-type ecdsa --outfile t.key 2>/dev/null
		certtool --generate-request --load-privkey t.key --template t.cfg --outfile t.csr 2>/dev/null
		ok csr sign t.csr --issuer issuing --yes --out t.pem
	fi
}

@test "standard input; an output that is the input" {
	"$KYMAN" csr sign - --issuer issuing --out a.pem --yes <shop.csr
	"$KYMAN" cert add - --json <a.pem | grep -q '"label":"shop"'
	"$KYMAN" show - <shop.csr | grep -q request
	run bash -c '"$KYMAN" cert add - --in-pass stdin <a.pem'
	[ "$status" -eq 2 ]
	kyman 7 csr sign shop.csr --issuer issuing --yes --out shop.csr
	ok csr sign shop.csr --issuer issuing --yes --out shop.csr --force
	[ "$(head -1 shop.csr)" = '-----BEGIN CERTIFICATE-----' ]
	kyman 2 cert export web --out same --key-out same --out-pass none
	kyman 5 cert export web --with-key --out k.pem
	has "$err" --out-pass
}

@test "keys of kinds that are carried, not used" {
	openssl ecparam -name secp256k1 -genkey -noout -out k1.key
	openssl req -x509 -key k1.key -subj /CN=k1 -days 99 -out k1.crt
	ok cert import k1.crt --key-file k1.key --as k1
	ok cert export k1 --with-key --out-pass none --out k1.pem
	[ "$(openssl pkey -in k1.pem -pubout)" = "$(openssl pkey -in k1.key -pubout)" ]
	kyman 8 cert renew k1
	has "$err" "'k1'"
	kyman 8 csr renew k1 --out k1.csr
	kyman 8 cert create x --profile client --issuer k1
	openssl req -new -key k1.key -subj /CN=k1 -out k1.csr
	kyman 8 csr sign k1.csr --issuer root --profile client --yes --out x.pem
	# A version 1 certificate asks for nothing when it is renewed.
	openssl req -new -newkey rsa:2048 -nodes -keyout v1.key -subj /CN=v1 -out v1.csr 2>/dev/null
	ok cert export root --with-key --out-pass none --out root.pem
	openssl x509 -req -in v1.csr -CA root.pem -CAkey root.pem -CAcreateserial -days 9 -out v1.crt 2>/dev/null
	ok cert import v1.crt --key-file v1.key --as v1
	ok csr renew v1 --out v1.csr --force
	[[ $(openssl req -in v1.csr -noout -text) != *'X509v3'* ]]
}

@test "a request gets another label, and so does its certificate" {
	outside far
	ok cert add far.pem
	ok csr create old-name.example --out old.csr
	ok csr rename old-name.example middle
	has "$out" "changed request 'middle', was 'old-name.example'"
	[ "$(wc -l <.out)" = 1 ]
	ok csr rename middle renamed --json
	has "$out" '"added":[],"replaced":[{' '"label":"renamed"' '"removed":[]'
	kyman 4 csr show old-name.example
	kyman 7 csr rename renamed SHOP
	has "$err" "there is already a request 'shop'"
	kyman 2 csr rename renamed '#1'
	kyman 4 csr rename nobody somebody
	answers far old.csr old.crt 9
	ok cert receive old.crt
	ok cert show renamed
	has "$out" 'CN=old-name.example'
}

@test "of two answers in one file the other is named, and comes with its own turn" {
	outside far
	ok cert add far.pem
	ok csr create two.example --out two.csr
	answers far two.csr two.crt 9
	answers far shop.csr shop.crt 9
	cat two.crt shop.crt >both.pem
	ok cert receive both.pem
	has "$err" 'came along and was not taken'
	ok cert receive both.pem --as shop
	ok csr list -q
	[ -z "$out" ]
}

@test "a waiting key that is deleted is asked about" {
	kyman 2 csr delete shop
	ok csr delete shop --yes
	kyman 4 csr show shop
}
