#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash and gskit.bash set $out and $err
# The checklists that administrators of MQ work by, with GSKit's commands alone.

load helpers
load gskit
load handshake

setup()
{
	gskit_scratch
}

# A personal certificate, its key and its issuers as openssl wants them: pair DATABASE LABEL FILE.
pair()
{
	gsk 0 -cert -export -db "$1" -stashed -label "$2" -target "$3-pair.p12" -target_pw export12 -target_type pkcs12
	openssl pkcs12 -in "$3-pair.p12" -passin pass:export12 -nodes -out "$3.pem"
}

@test "self-signed certificates: both sides have the other's" {
	gsk 0 -keydb -create -db client.p12 -pw client12 -type pkcs12 -expire 1000 -stash
	gsk 0 -keydb -create -db server.p12 -pw server12 -type pkcs12 -expire 1000 -stash
	gsk 0 -cert -create -db client.p12 -pw client12 -label ibmwebspheremqemir -dn 'CN=emir,O=Client' -size 2048 \
		-x509version 3 -expire 1000
	gsk 0 -cert -create -db server.p12 -pw server12 -label ibmwebspheremqsslqm -dn 'CN=SSLQM,O=Server' -size 2048 \
		-x509version 3 -expire 1000 -default_cert yes
	gsk 0 -cert -extract -db client.p12 -pw client12 -label ibmwebspheremqemir -target emir.arm -format ascii
	gsk 0 -cert -extract -db server.p12 -pw server12 -label ibmwebspheremqsslqm -target sslqm.arm -format ascii
	gsk 0 -cert -add -db server.p12 -pw server12 -label emir -file emir.arm -format ascii
	gsk 0 -cert -add -db client.p12 -pw client12 -label sslqm -file sslqm.arm -format ascii
	gsk 0 -cert -validate -db server.p12 -stashed -label emir
	gsk 0 -cert -validate -db client.p12 -stashed -label sslqm
	gsk 0 -cert -list -db client.p12 -stashed
	has "$out" '-	ibmwebspheremqemir' '!	sslqm'

	pair client.p12 ibmwebspheremqemir client
	pair server.p12 ibmwebspheremqsslqm server
	handshake server.pem client.pem emir.arm sslqm.arm

	# Whoever is not in the other's database is refused, and so is who has no certificate.
	gsk 0 -keydb -create -db stranger.p12 -pw strange1 -stash
	gsk 0 -cert -create -db stranger.p12 -stashed -label stranger -dn CN=stranger
	pair stranger.p12 stranger stranger
	run handshake server.pem stranger.pem emir.arm sslqm.arm
	[ "$status" -eq 1 ]
	run handshake server.pem '' emir.arm sslqm.arm
	[ "$status" -eq 1 ]
}

@test "CA-signed certificates: requests, a CA, its answers received, exchanged" {
	for side in client server; do
		gsk 0 -keydb -create -db $side.p12 -pw ${side}12 -type pkcs12 -stash
	done
	gsk 0 -certreq -create -db client.p12 -pw client12 -label ibmwebspheremqemir -dn 'CN=emir,O=Client,C=ES' \
		-size 2048 -file client.csr
	gsk 0 -certreq -create -db server.p12 -pw server12 -label ibmwebspheremqsslqm -dn 'CN=SSLQM,O=Server,C=ES' \
		-sigalg SHA256WithECDSA -file server.csr
	openssl req -verify -noout -in client.csr
	openssl req -verify -noout -in server.csr

	gsk 0 -keydb -create -db ca.p12 -pw ca123456 -stash
	gsk 0 -cert -create -db ca.p12 -stashed -label root -dn 'CN=Test Root,O=CA,C=ES' -ca true -expire 3650
	gsk 0 -cert -extract -db ca.p12 -stashed -label root -target root.arm
	for side in client server; do
		gsk 0 -cert -sign -db ca.p12 -stashed -label root -file $side.csr -target $side.arm -expire 365
		# Before the CA's certificate is there the answer has no path: nothing is stored.
		fails 146 'Test Root' -cert -receive -db $side.p12 -stashed -file $side.arm
		gsk 0 -cert -add -db $side.p12 -stashed -label root -file root.arm -trust enable
		gsk 0 -cert -receive -db $side.p12 -stashed -file $side.arm -format ascii
		gsk 0 -certreq -list -db $side.p12 -stashed
		[[ $out != *ibmwebspheremq* ]]
	done
	gsk 0 -cert -validate -db client.p12 -stashed -label ibmwebspheremqemir
	gsk 0 -cert -validate -db server.p12 -stashed -label ibmwebspheremqsslqm
	pair client.p12 ibmwebspheremqemir client
	pair server.p12 ibmwebspheremqsslqm server
	handshake server.pem client.pem root.arm root.arm

	# A certificate of another CA is refused.
	gsk 0 -keydb -create -db foreign.p12 -pw foreign1 -stash
	gsk 0 -cert -create -db foreign.p12 -stashed -label root -dn 'CN=Test Root,O=CA,C=ES' -ca true
	gsk 0 -cert -create -db foreign.p12 -stashed -label emir -dn 'CN=emir,O=Client,C=ES' -ca_label root
	pair foreign.p12 emir foreign
	run handshake server.pem foreign.pem root.arm root.arm
	[ "$status" -eq 1 ]

	# Remove all other signers: there are none, since a new database is empty.
	gsk 0 -cert -list CA -db client.p12 -stashed
	[ "$(tail -n +3 .out)" = '!	root' ]
}
