#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash and gskit.bash set $out and $err
# GSKit's -certreq, -cert -sign and -cert -receive.

load helpers
load gskit

setup()
{
	gskit_scratch
	make_db
}

# A request qm.csr of db.p12, label qm; options may follow.
make_request()
{
	gsk 0 -certreq -create -db db.p12 -stashed -label qm -dn 'CN=qm,O=x,C=GB' -file qm.csr \
		-sigalg SHA256WithECDSA -san_dnsname qm.example "$@"
}

# A CA of its own in ca.p12, and its certificate, root.arm.
make_ca()
{
	gsk 0 -keydb -create -db ca.p12 -pw ca123456 -stash
	gsk 0 -cert -create -db ca.p12 -stashed -label myca -dn CN=ca -ca true -sigalg SHA256WithECDSA -expire 3650
	gsk 0 -cert -extract -db ca.p12 -stashed -label myca -target root.arm -format ascii
}

@test "-create: a request that openssl takes; size and algorithm as for certificates" {
	make_request -eku serverAuth
	[ -z "$out$err" ]
	openssl req -in qm.csr -noout -verify -subject -nameopt RFC2253 >.req 2>&1
	grep -q 'subject=CN=qm,O=x,C=GB' .req
	openssl req -in qm.csr -noout -text | grep -q 'DNS:qm.example'
	fails 23 "CTGSK2023W" -certreq -create -db db.p12 -stashed -label qm -dn CN=qm -file x.csr -sigalg SHA256WithECDSA
	fails 98 'common name' -certreq -create -db db.p12 -stashed -label x -dn O=x -file x.csr
	fails 208 'too weak' -certreq -create -db db.p12 -stashed -label x -dn CN=x -size 1024 -file x.csr
	fails 221 'SHA-1' -certreq -create -db db.p12 -stashed -label x -dn CN=x -sigalg sha1 -file x.csr
	fails 206 '-file' -certreq -create -db db.p12 -stashed -label x -dn CN=x
	gsk 0 -certreq -create -db db.p12 -stashed -label rsa -dn CN=x -size 3072 -file rsa.csr
	openssl req -in rsa.csr -noout -text | grep -q '(3072 bit)'
}

@test "-list, -details, -extract, -delete" {
	gsk 0 -certreq -list -db db.p12 -stashed
	[[ $out != *qm* ]]
	make_request
	gsk 0 -certreq -list -db db.p12 -stashed
	[ "$out" = 'Certificates requests found
	qm' ]
	gsk 0 -certreq -details -db db.p12 -stashed -label qm
	has "$out" 'Label : qm' 'Key Size : 256' 'Subject : CN=qm,O=x,C=GB' 'Public Key Type : EC_ecPublicKey' 'Fingerprint : ' \
		'Attributes' 'Extension Reqs' 'Extensions' 'subjectAlternativeName' 'dNSName: qm.example' \
		'Signature Algorithm : EC_ecdsa_with_SHA256' 'Value'
	grep -qx "$(openssl req -in qm.csr -outform DER | sha1sum | cut -d ' ' -f 1)" .out
	gsk 0 -certreq -extract -db db.p12 -stashed -label qm -target again.csr
	cmp qm.csr again.csr
	gsk 0 -certreq -extract -db db.p12 -stashed -label qm -target again.der -format binary
	openssl req -inform DER -in again.der -noout -verify
	fails 117 'nobody' -certreq -extract -db db.p12 -stashed -label nobody -target x
	fails 117 'nobody' -certreq -details -db db.p12 -stashed -label nobody
	fails 117 'nobody' -certreq -delete -db db.p12 -stashed -label nobody
	gsk 0 -certreq -delete -db db.p12 -stashed -label qm
	gsk 0 -certreq -list -db db.p12 -stashed
	[[ $out != *qm* ]]
}

@test "-sign and -receive: from request to personal certificate" {
	make_request
	make_ca
	gsk 0 -cert -sign -db ca.p12 -stashed -label myca -file qm.csr -target qm.arm -format ascii -expire 300 \
		-sigalg SHA256_WITH_ECDSA
	openssl verify -CAfile root.arm qm.arm
	openssl x509 -in qm.arm -noout -text >.text
	grep -q 'DNS:qm.example' .text
	[ "$(grep -c BEGIN qm.arm)" -eq 1 ]
	openssl x509 -in qm.arm -noout -checkend $((299 * 86400))
	! openssl x509 -in qm.arm -noout -checkend $((301 * 86400)) || return 1

	# Without the CA nothing is stored, and the issuer is named.
	fails 146 'CTGSK2146W' -cert -receive -db db.p12 -stashed -file qm.arm
	has "$err" 'CTGSK2043W' 'CN=ca' '-cert -add'
	gsk 0 -cert -add -db db.p12 -stashed -label ca -file root.arm
	gsk 0 -cert -receive -db db.p12 -stashed -file qm.arm
	gsk 0 -certreq -list -db db.p12 -stashed
	[[ $out != *qm* ]]
	gsk 0 -cert -list -db db.p12 -stashed
	has "$out" '-	qm' '!	ca'
	gsk 0 -cert -validate -db db.p12 -stashed -label qm
}

@test "-receive: an answer that nobody waits for, -default_cert yes" {
	make_ca
	fails 108 'CTGSK2108W' -cert -receive -db db.p12 -stashed -file root.arm
	make_request
	gsk 0 -cert -sign -db ca.p12 -stashed -label myca -file qm.csr -target qm.arm
	gsk 0 -cert -add -db db.p12 -stashed -label ca -file root.arm
	gsk 0 -cert -create -db db.p12 -stashed -label first -dn CN=first -sigalg SHA256WithECDSA
	gsk 0 -cert -receive -db db.p12 -stashed -file qm.arm -default_cert yes
	gsk 0 -cert -getdefault -db db.p12 -stashed
	has "$out" 'Label : qm'
}

@test "-sign: names given replace those asked for; a CA; what is not used is said" {
	make_request
	make_ca
	gsk 0 -cert -sign -db ca.p12 -stashed -label myca -file qm.csr -target given.arm -san_dnsname other.example \
		-eku clientAuth -ku digitalSignature
	openssl x509 -in given.arm -noout -text >.text
	grep -q 'DNS:other.example' .text
	! grep -q 'qm.example' .text || return 1
	grep -A1 'Extended Key Usage' .text | grep -q 'TLS Web Client Authentication$'
	gsk 0 -cert -sign -db ca.p12 -stashed -label myca -file qm.csr -target ca.arm -ca true -sernum 7
	has "$err" '-sernum'
	openssl x509 -in ca.arm -noout -text | grep -q 'CA:TRUE'
	gsk 0 -cert -sign -db ca.p12 -stashed -label myca -file qm.csr -target q.der -format binary
	openssl x509 -inform DER -in q.der -noout
	fails 233 'exists' -cert -sign -db ca.p12 -stashed -label myca -file qm.csr -target ca.arm
	fails 117 'nobody' -cert -sign -db ca.p12 -stashed -label nobody -file qm.csr -target x.arm
	fails 217 '99999' -cert -sign -db ca.p12 -stashed -label myca -file qm.csr -target x.arm -expire 99999
	fails 221 'SHA-1' -cert -sign -db ca.p12 -stashed -label myca -file qm.csr -target x.arm -sigalg sha1
}

@test "-create: not under a label that no answer could take" {
	make_cert key1
	gsk 0 -cert -extract -db db.p12 -stashed -label key1 -target key1.arm
	fails 23 CTGSK2023W -certreq -create -db db.p12 -stashed -label key1 -dn CN=other -file r.csr
	has "$err" '-certreq -recreate'
	gsk 0 -cert -delete -db db.p12 -stashed -label key1
	gsk 0 -cert -add -db db.p12 -stashed -label key1 -file key1.arm
	fails 23 'no answer' -certreq -create -db db.p12 -stashed -label KEY1 -dn CN=key1 -file r.csr
	make_cert key2
	gsk 0 -certreq -create -db db.p12 -stashed -label key2 -dn CN=key2 -file r.csr
}

@test "-receive: an issuer that is switched off is to be switched on" {
	make_ca
	make_request
	gsk 0 -cert -sign -db ca.p12 -stashed -label myca -file qm.csr -target qm.arm
	gsk 0 -cert -add -db db.p12 -stashed -label ca -file root.arm -trust disable
	fails 146 'switched off' -cert -receive -db db.p12 -stashed -file qm.arm
	has "$err" '-cert -modify -label LABEL -trust enable'
	gsk 0 -cert -modify -db db.p12 -stashed -label ca -trust enable
	gsk 0 -cert -receive -db db.p12 -stashed -file qm.arm
}

@test "-sign -preserve: usages and names of the request" {
	make_cert ca -ca true
	gsk 0 -certreq -create -db db.p12 -stashed -label r -dn CN=r -file r.csr -sigalg SHA256WithECDSA -eku codeSigning,1.2.3.4 \
		-ku digitalSignature,keyAgreement -san_dnsname own.example -san_ipaddr 192.0.2.1
	gsk 0 -cert -sign -db db.p12 -stashed -label ca -file r.csr -target plain.pem
	openssl x509 -in plain.pem -noout -text >text
	[[ $(cat text) == *'TLS Web Server'* ]]
	gsk 0 -cert -sign -db db.p12 -stashed -label ca -file r.csr -target r.pem -preserve
	openssl x509 -in r.pem -noout -text >text
	has "$(cat text)" 'Code Signing, 1.2.3.4' 'Digital Signature, Key Agreement' 'DNS:own.example, IP Address:192.0.2.1'
	gsk 0 -cert -sign -db db.p12 -stashed -label ca -file r.csr -target s.pem -preserve -san_dnsname new.example,own.example \
		-ku digitalSignature
	openssl x509 -in s.pem -noout -text >text
	has "$(cat text)" 'DNS:new.example, DNS:own.example, IP Address:192.0.2.1' Code
	[[ $(cat text) != *'Key Agreement'* ]]
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout c.key -subj /CN=sub -out c.csr \
		-addext basicConstraints=critical,CA:true,pathlen:0 -addext tlsfeature=status_request 2>/dev/null
	fails 41 'asks to be a CA' -cert -sign -db db.p12 -stashed -label ca -file c.csr -target c.pem -preserve
	has "$err" '-ca true'
	gsk 0 -cert -sign -db db.p12 -stashed -label ca -file c.csr -target c.pem -preserve -ca true
	has "$err" 'not taken over'
	[[ $(openssl x509 -in c.pem -noout -text) == *'CA:TRUE, pathlen:0'* ]]
}

@test "-recreate: renewal of a certificate, its key and subject kept" {
	gsk 0 -cert -create -db db.p12 -stashed -label old -dn CN=old,O=x -sigalg SHA256WithECDSA
	gsk 0 -certreq -recreate -db db.p12 -stashed -label old -target old.csr -sigalg SHA512WithECDSA
	openssl req -in old.csr -noout -text | grep -q 'Signature Algorithm: ecdsa-with-SHA512'
	openssl req -in old.csr -noout -verify -subject -nameopt RFC2253 >.req 2>&1
	grep -q 'subject=CN=old,O=x' .req
	gsk 0 -cert -extract -db db.p12 -stashed -label old -target old.arm
	[ "$(openssl req -in old.csr -noout -pubkey)" = "$(openssl x509 -in old.arm -noout -pubkey)" ]
	make_ca
	gsk 0 -cert -sign -db ca.p12 -stashed -label myca -file old.csr -target new.arm -expire 400
	gsk 0 -cert -add -db db.p12 -stashed -label ca -file root.arm
	gsk 0 -cert -receive -db db.p12 -stashed -file new.arm
	gsk 0 -cert -details -db db.p12 -stashed -label old
	has "$out" 'Issuer : CN=ca'
	# One that ends earlier, as many do whose CA ends soon, is taken, too.
	gsk 0 -certreq -recreate -db db.p12 -stashed -label old -target again.csr
	gsk 0 -cert -sign -db ca.p12 -stashed -label myca -file again.csr -target short.arm -expire 20
	gsk 0 -cert -receive -db db.p12 -stashed -file short.arm
	! x509 old -checkend $((21 * 86400)) || return 1
	gsk 0 -cert -create -db db.p12 -stashed -label x -dn CN=x -sigalg SHA256WithECDSA
	fails 105 '' -certreq -recreate -db db.p12 -stashed -label ca -target x.csr
	fails 117 'nobody' -certreq -recreate -db db.p12 -stashed -label nobody -target x.csr
}
