#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# What is made, as other programs see it.

load helpers

setup()
{
	need openssl
	scratch
	make_ring
}

# pem LABEL: its certificate into LABEL.pem
pem()
{
	ok cert export "$1" --no-chain --out "$1.pem" --force
}

# ext FILE NAME: what openssl says of an extension, on one line
ext()
{
	openssl x509 -in "$1" -noout -ext "$2" 2>&1 | tr -s ' \n' '  '
}

# order FILE: object identifiers of its extensions, in their order
order()
{
	openssl asn1parse -in "$1" | sed -n '/cont \[ 3 \]/,$p' | awk -F: '/d=5 .*OBJECT/ { print $4 }' | tr '\n' ' '
}

@test "extensions: order, criticality, usages by profile and key" {
	pem root
	pem issuing
	pem web
	first='X509v3 Subject Key Identifier X509v3 Authority Key Identifier X509v3 Key Usage X509v3 Basic Constraints '
	[ "$(order root.pem)" = "$first" ]
	[ "$(order web.pem)" = "${first}X509v3 Extended Key Usage X509v3 Subject Alternative Name " ]
	has "$(ext root.pem basicConstraints)" 'critical CA:TRUE'
	has "$(ext issuing.pem basicConstraints)" 'critical CA:TRUE, pathlen:0'
	has "$(ext root.pem keyUsage)" 'critical' 'Certificate Sign, CRL Sign'
	has "$(ext web.pem keyUsage)" 'critical Digital Signature '
	[[ $(ext web.pem keyUsage) != *Encipherment* ]]
	has "$(ext web.pem extendedKeyUsage)" 'TLS Web Server Authentication'
	has "$(ext web.pem subjectAltName)" 'DNS:web.example, DNS:www.web.example, IP Address:192.0.2.7'
	[[ $(ext web.pem subjectAltName) != *critical* ]]
	ok cert create rsa rsa.example --issuer issuing --key rsa:2048 --profile peer
	pem rsa
	has "$(ext rsa.pem keyUsage)" 'Digital Signature, Key Encipherment'
	has "$(ext rsa.pem extendedKeyUsage)" 'Server' 'Client'
	for profile in email:E-mail code:Code ocsp:OCSP client:Client; do
		ok cert create "p-${profile%:*}" --profile "${profile%:*}" --issuer issuing
		pem "p-${profile%:*}"
		has "$(ext "p-${profile%:*}.pem" extendedKeyUsage)" "${profile#*:}"
	done
}

@test "key identifiers: SHA-1 of the key bits, and the issuer's" {
	pem issuing
	pem web
	bits=$(openssl x509 -in issuing.pem -noout -pubkey | openssl pkey -pubin -outform DER | tail -c 65 | sha1sum | cut -d' ' -f1)
	ski=$(ext issuing.pem subjectKeyIdentifier | grep -o '[0-9A-F:]\{59\}' | tr -d : | tr A-F a-f)
	aki=$(ext web.pem authorityKeyIdentifier | grep -o '[0-9A-F:]\{59\}' | tr -d : | tr A-F a-f)
	[ "$bits" = "$ski" ]
	[ "$ski" = "$aki" ]
}

@test "serial numbers: ten octets, positive, never the same" {
	for i in 1 2 3 4 5 6 7 8; do
		ok cert create "s$i" --profile client --issuer issuing --json
		serial=$(sed 's/.*"serial":"\([0-9a-f]*\)".*/\1/' <.out)
		[[ $serial =~ ^[0-7][0-9a-f]{19}$ ]]
		echo "$serial" >>serials
	done
	[ "$(sort -u serials | wc -l)" -eq 8 ]
}

@test "names: PrintableString where it fits, else UTF8String; the issuer's copied byte for byte" {
	ok cert create odd --profile client --issuer root --subject $'CN=J\303\274rgen,O=Plain & simple,C=DE'
	pem odd
	pem root
	openssl asn1parse -in odd.pem >dump
	grep -q 'PRINTABLESTRING   :DE' dump
	grep -A1 ':commonName' dump | grep -q 'UTF8STRING'
	grep -A1 ':organizationName' dump | grep -q 'UTF8STRING.*:Plain & simple'
	grep -A1 ':organizationName' dump | grep -q 'PRINTABLESTRING.*:Example'
	[ "$(openssl x509 -in odd.pem -noout -issuer_hash)" = "$(openssl x509 -in root.pem -noout -subject_hash)" ]
	# An IA5String of another program's CA stays one in what it issues.
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out ca.pem -days 99 \
		-subj '/emailAddress=a@b.example/CN=Foreign' 2>/dev/null
	cat k.pem ca.pem >both.pem
	ok cert import both.pem --as foreign
	ok cert create under --profile client --issuer foreign
	pem under
	openssl asn1parse -in under.pem | grep -A1 emailAddress | grep -q IA5STRING
	openssl verify -CAfile ca.pem under.pem
}

@test "times: UTCTime to 2049, GeneralizedTime after" {
	ok cert create near --profile client --not-after 2049-12-31T23:59:59Z
	ok cert create far --profile client --not-after 2050-01-01
	pem near
	pem far
	openssl asn1parse -in near.pem | grep -q 'UTCTIME *:491231235959Z'
	openssl asn1parse -in far.pem | grep -q 'GENERALIZEDTIME *:20500101000000Z'
	ok cert create later --profile client --not-before 2030-05-06 --not-after 2031-05-06
	pem later
	[ "$(openssl x509 -in later.pem -noout -startdate)" = 'notBefore=May  6 00:00:00 2030 GMT' ]
}

@test "an end later than the issuer's is cut, and said" {
	ok cert create long --profile client --issuer issuing --days 5000 --json
	has "$out" '"code":"cut"'
	pem long
	pem issuing
	[ "$(openssl x509 -in long.pem -noout -enddate)" = "$(openssl x509 -in issuing.pem -noout -enddate)" ]
}

@test "an empty subject makes the names critical" {
	ok cert create bare bare.example --subject '' --issuer issuing
	pem bare
	has "$(ext bare.pem subjectAltName)" 'critical DNS:bare.example'
	pem root
	pem issuing
	openssl verify -CAfile root.pem -untrusted issuing.pem -verify_hostname bare.example bare.pem
}

@test "every type of name" {
	ok cert create names --profile server --issuer issuing --san dns:a.example --san ip:2001:db8::1 --san email:a@b.example \
		--san uri:https://x.example/ --san dir:CN=x --san rid:1.2.3.4 --san upn:me@corp.example --san 'other:1.2.3.5;UTF8:text'
	pem names
	has "$(ext names.pem subjectAltName)" 'DNS:a.example' 'IP Address:2001:DB8:0:0:0:0:0:1' 'email:a@b.example' \
		'URI:https://x.example/' 'DirName:' 'Registered ID:1.2.3.4' 'othername:'
	ok cert create idn $'b\303\274cher.example' --issuer issuing
	pem idn
	has "$(ext idn.pem subjectAltName)" 'DNS:xn--bcher-kva.example'
	ok cert create shapes web.example me@web.example https://web.example/x 192.0.2.1 --issuer issuing
	pem shapes
	has "$(ext shapes.pem subjectAltName)" DNS: email: URI: 'IP Address:'
	# A label that is a host name is a name.
	ok cert create host.example --issuer issuing
	pem host.example
	has "$(ext host.example.pem subjectAltName)" 'DNS:host.example'
}

@test "--no-names: a label that looks like a name is none" {
	for label in host.example 192.0.2.1 user@mail.example; do
		for profile in peer server client; do
			ok cert create "$label" --profile "$profile" --no-names --if-exists replace --yes
			ok cert export "$label" --out x.pem --force
			openssl x509 -in x.pem -noout -text >text
			[ "$(grep -c 'Alternative Name' text)" -eq 0 ]
			openssl x509 -in x.pem -noout -subject | grep -qF "CN = $label"
		done
		ok csr create "$label" --profile peer --no-names --out x.csr --force
		openssl req -in x.csr -noout -text >text
		[ "$(grep -c 'Alternative Name' text)" -eq 0 ]
		ok csr sign x.csr --issuer issuing --profile peer --no-names --yes --out y.pem --force
		openssl x509 -in y.pem -noout -text >text
		[ "$(grep -c 'Alternative Name' text)" -eq 0 ]
	done
	# Without it the label is the name.
	ok cert create other.example --profile peer
	ok cert export other.example --out x.pem --force
	openssl x509 -in x.pem -noout -ext subjectAltName | grep -q 'DNS:other.example'
}

@test "constraints are honoured by openssl" {
	ok cert create inside --profile ca --issuer root --permit dns:inside.example --exclude dns:not.inside.example
	ok cert create in www.inside.example --issuer inside
	kyman 9 cert create out www.outside.example --issuer inside
	has "$err" 'outside of what is permitted'
	kyman 9 cert create out www.not.inside.example --issuer inside
	pem root
	pem inside
	pem in
	has "$(ext inside.pem nameConstraints)" 'critical' 'DNS:inside.example' 'Excluded'
	openssl verify -CAfile root.pem -untrusted inside.pem in.pem
	ok cert export inside --with-key --no-chain --out-pass none --out inside.key
	openssl req -new -key inside.key -subj /CN=x -addext subjectAltName=DNS:www.outside.example -out x.csr
	openssl x509 -req -in x.csr -CA inside.pem -CAkey inside.key -CAcreateserial -copy_extensions copy -out x.pem 2>/dev/null
	run openssl verify -CAfile root.pem -untrusted inside.pem x.pem
	[ "$status" -ne 0 ]
	kyman 3 cert verify --file x.pem --json
	has "$out" 'name-constraints'
}

@test "URLs, usages of one's own, hashes, keys" {
	ok cert create urls --profile client --issuer issuing --crl-url http://x.example/c.crl --ocsp-url http://x.example/o \
		--ca-url http://x.example/ca.crt
	pem urls
	has "$(ext urls.pem crlDistributionPoints)" http://x.example/c.crl
	has "$(ext urls.pem authorityInfoAccess)" 'OCSP - URI:http://x.example/o' 'CA Issuers - URI:http://x.example/ca.crt'
	ok cert create own --profile client --ku digitalSignature,nonRepudiation --eku clientAuth,1.3.6.1.4.1.311.20.2.2
	pem own
	has "$(ext own.pem keyUsage)" 'Digital Signature, Non Repudiation'
	has "$(ext own.pem extendedKeyUsage)" 'Microsoft Smartcard Login'
	for key in rsa:3072 ec:p384 ec:p521 ed25519 ed448; do
		ok cert create "k-$key" --profile client --key $key
		ok cert show "k-$key" --json
		has "$out" "\"key\":\"$key\""
		ok cert export "k-$key" --with-key --out-pass none --out k.pem --force
		openssl verify -CAfile k.pem k.pem
		[ "$(openssl pkey -in k.pem -pubout)" = "$(openssl x509 -in k.pem -noout -pubkey)" ]
	done
	ok cert create h --profile client --hash sha512
	pem h
	openssl x509 -in h.pem -noout -text | grep -q 'ecdsa-with-SHA512'
}

@test "openssl, certtool and keytool accept the ring" {
	ok cert export web --with-key --root --out all.p12 --out-pass none
	pem root
	pem issuing
	pem web
	pem app
	openssl verify -x509_strict -CAfile root.pem -untrusted issuing.pem -purpose sslserver -verify_hostname www.web.example web.pem
	openssl verify -x509_strict -CAfile root.pem -untrusted issuing.pem -purpose sslclient app.pem
	if command -v certtool >/dev/null; then
		cat web.pem issuing.pem root.pem >chain.pem
		certtool --verify --load-ca-certificate root.pem --verify-hostname web.example --infile chain.pem
	fi
	if command -v keytool >/dev/null; then
		keytool -printcert -file web.pem | grep -q 'web.example'
	fi
}

@test "db create, cert create: --if-exists" {
	kyman 7 db create ring.p12 --pass gen --stash
	ok db create ring.p12 --pass gen --stash --if-exists keep --json
	has "$out" '"changed":false'
	cp ring.p12 before.p12
	ok cert create web web.example www.web.example 192.0.2.7 --issuer issuing --if-exists keep --json
	has "$out" '"changed":false'
	kyman 7 cert create web web.example --issuer issuing --if-exists keep
	kyman 7 cert create web web.example --issuer issuing
	kyman 2 cert create web web.example --issuer issuing --if-exists replace
	cmp ring.p12 before.p12
	ok cert create web web.example --issuer issuing --if-exists replace --yes --json
	has "$out" '"replaced":[{"label":"web"'
}
