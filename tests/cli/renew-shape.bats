#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# What is renewed, as openssl sees it: the same but for serial number, dates and, where asked, key and issuer.

load helpers

setup()
{
	need openssl
	scratch
	make_ring
}

# pem LABEL FILE: its certificate alone
pem()
{
	ok cert export "$1" --no-chain --out "$2"
}

# extensions FILE: all of them with their values, without the key identifiers
extensions()
{
	openssl x509 -in "$1" -noout -text | sed -n '/X509v3 extensions/,/Signature Algorithm/p' |
		sed '/Key Identifier/,+1d; /Signature Algorithm/d'
}

@test "a leaf: names, usages, what another program put in" {
	ok cert export issuing --with-key --no-chain --out-pass none --out i.pem
	openssl req -new -newkey rsa:2048 -nodes -keyout odd.key -subj '/O=Odd/CN=odd' -out odd.csr 2>/dev/null
	cat >odd.cnf <<-'CNF'
		[v3]
		keyUsage=critical,digitalSignature,keyEncipherment
		extendedKeyUsage=serverAuth,1.2.3.4
		subjectAltName=DNS:odd.example
		certificatePolicies=1.2.3.5
		1.2.3.6=ASN1:UTF8String:something of theirs
	CNF
	openssl x509 -req -in odd.csr -CA i.pem -CAkey i.pem -CAcreateserial -days 30 -extfile odd.cnf -extensions v3 -out odd.crt 2>/dev/null
	ok cert import odd.crt --key-file odd.key --as odd
	ok cert renew odd web
	has "$out" odd web
	pem odd odd.new
	[ "$(extensions odd.crt)" = "$(extensions odd.new)" ]
	[ "$(openssl x509 -in odd.crt -noout -subject -issuer -pubkey)" = "$(openssl x509 -in odd.new -noout -subject -issuer -pubkey)" ]
	[ "$(openssl x509 -in odd.crt -noout -serial)" != "$(openssl x509 -in odd.new -noout -serial)" ]
	# Another kind of key: what only RSA keys do goes.
	ok cert renew odd --key ec:p384
	pem odd odd.ec
	[[ $(openssl x509 -in odd.ec -noout -ext keyUsage) != *Encipherment* ]]
	has "$(openssl x509 -in odd.ec -noout -text)" 'something of theirs' secp384r1
	ok cert export odd --with-key --no-chain --out-pass none --out odd.pem
	[ "$(openssl pkey -in odd.pem -pubout)" = "$(openssl x509 -in odd.ec -noout -pubkey)" ]
}

@test "a self-signed CA keeps its key, and what it issued stays good" {
	pem root old.pem
	pem issuing issuing.pem
	pem web web.pem
	kyman 9 cert renew root --rekey
	has "$err" --issued-by
	ok cert renew root
	pem root new.pem
	[ "$(openssl x509 -in old.pem -noout -pubkey)" = "$(openssl x509 -in new.pem -noout -pubkey)" ]
	[ "$(extensions old.pem)" = "$(extensions new.pem)" ]
	openssl verify -CAfile new.pem -untrusted issuing.pem web.pem
	ok cert renew issuing
	pem issuing issuing2.pem
	openssl verify -CAfile old.pem -untrusted issuing2.pem web.pem
	has "$(openssl x509 -in issuing2.pem -noout -ext basicConstraints)" 'CA:TRUE, pathlen:0'
}

@test "a new CA takes over all that the old one issued" {
	ok cert create new --profile ca --subject 'CN=New Root'
	ok cert renew --issued-by issuing --issuer new --json
	has "$out" '"label":"web"' '"label":"app"'
	pem new new.pem
	pem web web.pem
	pem app app.pem
	openssl verify -CAfile new.pem -purpose sslserver -verify_hostname web.example web.pem
	openssl verify -CAfile new.pem -purpose sslclient app.pem
	ok cert verify web
	has "$out" new
	kyman 9 cert renew web --issuer app
	kyman 4 cert renew web --issuer nobody
	kyman 4 cert renew nobody
}

@test "length: as it was, or as said; cut with the issuer" {
	pem web old.pem
	ok cert renew web --days 10
	pem web ten.pem
	[ "$(($(date -d "$(openssl x509 -in ten.pem -noout -enddate | cut -d= -f2)" +%s) - $(date +%s)))" -le 864000 ]
	ok cert renew web --days 9999
	has "$err" 'with its issuer'
	pem web cut.pem
	pem issuing issuing.pem
	[ "$(openssl x509 -in cut.pem -noout -enddate)" = "$(openssl x509 -in issuing.pem -noout -enddate)" ]
	kyman 2 cert renew web --days 0
	kyman 2 cert renew web --expiring 5
	kyman 2 cert renew
	cp ring.p12 before.p12
	ok cert renew web --rekey --dry-run --json
	has "$out" '"dry_run":true'
	cmp ring.p12 before.p12
}
