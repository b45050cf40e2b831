#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The checklists that administrators of MQ work by, and the first job of a gskkyman user, as scripts of words commands.

load handshake

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	unset KYMAN_DB
	export CLIENT_PASS='client secret 1' SERVER_PASS='server secret 2' CA_PASS='ca secret 3'
}

@test "self-signed certificates: databases, certificates, public parts exchanged, both sides trust the other" {
	"$KYMAN" db create client.p12 --pass env:CLIENT_PASS --iterations 1000 --stash
	"$KYMAN" db create server.p12 --pass env:SERVER_PASS --iterations 1000 --stash
	"$KYMAN" cert create ibmwebspheremqemir --db client.p12 --profile peer --subject 'CN=emir,O=Client'
	"$KYMAN" cert create ibmwebspheremqsslqm --db server.p12 --profile peer --subject 'CN=SSLQM,O=Server'
	"$KYMAN" cert export ibmwebspheremqemir --db client.p12 --out emir.arm
	"$KYMAN" cert export ibmwebspheremqsslqm --db server.p12 --out sslqm.arm
	"$KYMAN" cert add emir.arm --db server.p12 --as emir
	"$KYMAN" cert add sslqm.arm --db client.p12 --as sslqm
	"$KYMAN" cert verify emir --db server.p12
	"$KYMAN" cert verify sslqm --db client.p12

	"$KYMAN" cert export ibmwebspheremqemir --db client.p12 --with-key --out-pass none --out client.pem
	"$KYMAN" cert export ibmwebspheremqsslqm --db server.p12 --with-key --out-pass none --out server.pem
	handshake server.pem client.pem emir.arm sslqm.arm

	# The reverse: whoever is not in the other's database is refused.
	"$KYMAN" db create stranger.p12 --pass env:CA_PASS --iterations 1000 --stash
	"$KYMAN" cert create stranger --db stranger.p12 --profile peer
	"$KYMAN" cert export stranger --db stranger.p12 --with-key --out-pass none --out stranger.pem
	run handshake server.pem stranger.pem emir.arm sslqm.arm
	[ "$status" -eq 1 ]
}

@test "CA-signed certificates: databases, requests, signing, CA certificate, receiving, exchange" {
	"$KYMAN" db create client.p12 --pass env:CLIENT_PASS --iterations 1000 --stash
	"$KYMAN" db create server.p12 --pass env:SERVER_PASS --iterations 1000 --stash
	"$KYMAN" csr create ibmwebspheremqemir --db client.p12 --profile peer --subject 'CN=emir,O=Client,C=ES' --out client.csr
	"$KYMAN" csr create ibmwebspheremqsslqm --db server.p12 --profile peer --key rsa:2048 \
		--subject 'CN=SSLQM,O=Server,C=ES' --out server.csr
	openssl req -verify -noout -in client.csr
	openssl req -verify -noout -in server.csr

	"$KYMAN" db create ca.p12 --pass env:CA_PASS --iterations 1000 --stash
	"$KYMAN" cert create root --db ca.p12 --profile ca --subject 'CN=Test Root,O=CA,C=ES'
	"$KYMAN" csr sign client.csr --db ca.p12 --issuer root --profile peer --yes --out client.crt
	"$KYMAN" csr sign server.csr --db ca.p12 --issuer root --profile peer --yes --out server.crt
	"$KYMAN" cert export root --db ca.p12 --out root.crt

	# Before the CA's certificate is there the answer has no path: nothing is stored.
	cp client.p12 before.p12
	run "$KYMAN" cert receive client.crt --db client.p12
	[ "$status" -eq 4 ]
	[[ "$output" == *'Test Root'* ]]
	cmp client.p12 before.p12

	for side in client server; do
		"$KYMAN" cert add root.crt --db $side.p12 --as root
		"$KYMAN" cert receive $side.crt --db $side.p12
		[ "$("$KYMAN" csr list --db $side.p12 --json | jq '.entries | length')" = 0 ]
	done
	"$KYMAN" cert verify ibmwebspheremqemir --db client.p12
	"$KYMAN" cert verify ibmwebspheremqsslqm --db server.p12
	"$KYMAN" cert export ibmwebspheremqemir --db client.p12 --with-key --out-pass none --out client.pem
	"$KYMAN" cert export ibmwebspheremqsslqm --db server.p12 --with-key --out-pass none --out server.pem
	handshake server.pem client.pem root.crt root.crt

	# Remove all other signers: there are none, since a new database is empty.
	[ "$("$KYMAN" cert list --kind cert --db client.p12 --json | jq -r '.entries[].label')" = root ]
}

@test "a gskkyman user's first job: database, stash, CA, server certificate, details" {
	"$KYMAN" db create sslserv.p12 --pass env:SERVER_PASS --iterations 1000
	"$KYMAN" db stash sslserv.p12 --pass env:SERVER_PASS
	[ "$(stat -c %a sslserv.sth)" = 600 ]
	"$KYMAN" cert create 'CA certificate' --db sslserv.p12 --profile ca --key rsa:2048 --days 365 \
		--subject 'CN=Our CA,OU=Security,O=Company,L=City,ST=State,C=US'
	"$KYMAN" cert create 'Server Certificate' --db sslserv.p12 --issuer 'CA certificate' --profile server --key rsa:2048 \
		--no-names --subject 'CN=server,OU=Security,O=Company,L=City,ST=State,C=US'
	"$KYMAN" cert default 'Server Certificate' --db sslserv.p12
	run "$KYMAN" cert show 'Server Certificate' --db sslserv.p12
	[ "$status" -eq 0 ]
	[[ "$output" == *'keyUsage'* ]]
	[[ "$output" == *'authorityKeyIdentifier'* ]]
	[ "$("$KYMAN" cert default --db sslserv.p12 --json | jq -r .default)" = 'Server Certificate' ]
	[ "$("$KYMAN" db show sslserv.p12 --json | jq -r .stash)" = ok ]
}
