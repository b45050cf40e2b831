#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# What is exported, read by the programs that it is for.

load helpers

setup()
{
	need openssl
	scratch
	make_ring
	export OUT='out secret 1'
}

# subjects FILE: of the certificates in a PEM file, in their order
subjects()
{
	openssl crl2pkcs7 -nocrl -certfile "$1" | openssl pkcs7 -print_certs -noout | sed -n 's/^subject=.*CN = //p' | tr '\n' ' '
}

@test "PEM: leaf first, chain without root beside a key, root when asked" {
	ok cert export web --out web.pem
	[ "$(subjects web.pem)" = 'web.example ' ]
	ok cert export web --chain --out chain.pem
	[ "$(subjects chain.pem)" = 'web.example issuing ' ]
	ok cert export web --root --out root.pem
	[ "$(subjects root.pem)" = 'web.example issuing Test Root ' ]
	ok cert export web --with-key --out-pass none --out key.pem
	[ "$(head -1 key.pem)" = '-----BEGIN PRIVATE KEY-----' ]
	[ "$(subjects key.pem)" = 'web.example issuing ' ]
	[ "$(stat -c %a key.pem)" = 600 ]
	[ "$(openssl pkey -in key.pem -pubout)" = "$(openssl x509 -in key.pem -noout -pubkey)" ]
	# Strict RFC 7468: 64 characters, LF, nothing else.
	[ "$(grep -v -- ----- web.pem | awk '{ print length }' | sort -rn | head -1)" -eq 64 ]
	[ "$(tr -dc '\r' <web.pem | wc -c)" -eq 0 ]
}

@test "an encrypted key, by openssl and certtool" {
	ok cert export web --with-key --out-pass env:OUT --out enc.pem
	grep -q 'BEGIN ENCRYPTED PRIVATE KEY' enc.pem
	openssl pkey -in enc.pem -passin env:OUT -noout
	run openssl pkey -in enc.pem -passin pass:wrong -noout
	[ "$status" -ne 0 ]
	ok cert export web --out a.crt --key-out a.key --out-pass env:OUT
	[ "$(stat -c %a a.key)" = 600 ]
	openssl pkey -in a.key -passin env:OUT -noout
	ok cert export web --out a.der --key-out a.key.der --out-pass env:OUT
	openssl pkey -inform DER -in a.key.der -passin env:OUT -noout
	openssl x509 -inform DER -in a.der -noout
	ok cert export web --out b.der --key-out b.key.der --out-pass none
	has "$err" 'without a passphrase'
	openssl pkey -inform DER -in b.key.der -noout
	need certtool
	certtool --key-info --infile a.key --password "$OUT" | grep -q 'Private Key Info\|Public Key Info'
}

@test "PKCS#7 in PEM and DER" {
	ok cert export web --root --out a.p7b
	[ "$(head -1 a.p7b)" = '-----BEGIN PKCS7-----' ]
	[ "$(openssl pkcs7 -in a.p7b -print_certs -noout | grep -c subject)" -eq 3 ]
	ok cert export web --root --out a.p7c
	[ "$(openssl pkcs7 -inform DER -in a.p7c -print_certs -noout | grep -c subject)" -eq 3 ]
	kyman 2 cert export web --with-key --out-pass none --out b.p7b
	if command -v certtool >/dev/null; then
		[ "$(certtool --p7-info --infile a.p7b | grep -c 'BEGIN CERTIFICATE')" -eq 3 ]
	fi
	if command -v keytool >/dev/null; then
		[ "$(keytool -printcert -file a.p7b | grep -c '^Certificate\[')" -eq 3 ]
	fi
}

@test "PKCS#12 by openssl, keytool, certtool, pk12util" {
	ok cert export web --with-key --root --out a.p12 --out-pass env:OUT
	[ "$(stat -c %a a.p12)" = 600 ]
	[ "$(openssl pkcs12 -in a.p12 -passin env:OUT -nokeys | grep -c BEGIN)" -eq 3 ]
	[ "$(openssl pkcs12 -in a.p12 -passin env:OUT -nocerts -noenc | grep -c 'BEGIN PRIVATE KEY')" -eq 1 ]
	openssl pkcs12 -in a.p12 -passin env:OUT -nokeys -info 2>&1 | grep -q 'friendlyName: web'
	run openssl pkcs12 -in a.p12 -passin pass:wrong -noout
	[ "$status" -ne 0 ]
	ok cert export web --with-key --out b.pfx --out-pass env:OUT --iterations 2000
	openssl pkcs12 -in b.pfx -passin env:OUT -info -noout 2>&1 | grep -q 'MAC: sha256, Iteration 2000'
	if command -v keytool >/dev/null; then
		keytool -list -v -keystore a.p12 -storetype PKCS12 -storepass "$OUT" >list
		grep -q 'Alias name: web' list
		grep -q 'Certificate chain length: 3' list
	fi
	if command -v certtool >/dev/null; then
		[ "$(certtool --p12-info --inder --infile a.p12 --password "$OUT" 2>/dev/null | grep -c 'BEGIN CERTIFICATE')" -eq 3 ]
	fi
	if command -v pk12util >/dev/null; then
		mkdir nss
		certutil -N -d nss --empty-password
		pk12util -i a.p12 -d nss -W "$OUT" >/dev/null
		certutil -K -d nss | grep -q web
	fi
}

@test "PKCS#12 as text, by openssl, certtool and kyman itself" {
	ok cert export web --with-key --root --out a.txt --format p12-base64 --out-pass env:OUT
	[ "$(stat -c %a a.txt)" = 600 ]
	[ "$(head -n 1 a.txt)" = '-----BEGIN PKCS12-----' ]
	[ "$(tail -n 1 a.txt)" = '-----END PKCS12-----' ]
	[ "$(awk 'length > 64' a.txt | wc -l)" -eq 0 ]
	grep -v '^-' a.txt | base64 -d >a.p12
	[ "$(openssl pkcs12 -in a.p12 -passin env:OUT -nokeys | grep -c BEGIN)" -eq 3 ]
	if command -v certtool >/dev/null; then
		[ "$(certtool --p12-info --infile a.txt --password "$OUT" 2>/dev/null | grep -c 'BEGIN CERTIFICATE')" -eq 3 ]
	fi
	ok show a.txt --in-pass env:OUT
	has "$out" web
	ok db create b.p12 --pass env:OUT --stash
	ok cert import a.txt --db b.p12 --in-pass env:OUT
	ok cert show web --db b.p12
	has "$out" 'web.example'
	# The form says nothing about the name of the file.
	ok cert export web --with-key --out b.pem --format p12-base64 --out-pass env:OUT
	grep -q 'BEGIN PKCS12' b.pem
	kyman 2 cert export web --key-out k.pem --format p12-base64 --out c.txt --out-pass env:OUT
	kyman 2 csr sign shop.csr --issuer issuing --yes --format p12-base64 --out c.txt
	kyman 2 csr export shop --format p12-base64 --out c.txt
	[ ! -e c.txt ]
}

@test "everything; nothing; what is missing" {
	ok cert export --all --out all.pem
	[ "$(grep -c BEGIN all.pem)" -eq 4 ]
	ok cert export --all --with-key --out all.p12 --out-pass env:OUT
	[ "$(openssl pkcs12 -in all.p12 -passin env:OUT -nocerts -noenc | grep -c 'BEGIN PRIVATE KEY')" -eq 4 ]
	kyman 2 cert export
	kyman 2 cert export web --all
	ok cert delete root --even-issuer --yes
	kyman 4 cert export web --chain --out c.pem
	has "$err" 'Test Root'
	[ ! -e c.pem ]
	ok cert export web --chain --partial --out c.pem
	[ "$(subjects c.pem)" = 'web.example issuing ' ]
	ok cert export web --with-key --no-chain --out-pass none --out d.pem
}

@test "an output that is a link, that exists, that is the input; devices; a passphrase that is made" {
	echo mine >mine
	ln -s mine link
	kyman 7 cert export web --out link
	kyman 7 cert export web --out mine
	ok cert export web --out link --force
	[ "$(cat mine)" = mine ]
	[ ! -L link ]
	ok cert export web --out /dev/null
	ok cert export web --with-key --out g.p12 --out-pass gen:g.pw
	[ "$(stat -c %a g.pw)" = 600 ]
	openssl pkcs12 -in g.p12 -passin file:g.pw -noout
	ok cert export web --out same.pem
	ok cert add same.pem --if-exists keep
	kyman 2 cert export web --with-key --out-pass none --out - --json
	[ "$(umask 027 && "$KYMAN" cert export web --out public.pem -q && stat -c %a public.pem)" = 640 ]
}

@test "labels by digest and by number" {
	ok cert show web --json
	digest=$(json .entry.sha256)
	ok cert export "sha256:${digest:0:12}" --out a.pem
	[ "$(subjects a.pem)" = 'web.example ' ]
	ok cert export '#3' --out b.pem
	cmp a.pem b.pem
	kyman 4 cert export "sha256:${digest:0:7}" --out c.pem
	kyman 4 cert export '#9' --out c.pem
}

# The salt of a PKCS#12 file's MAC.
salt_of()
{
	openssl asn1parse -inform DER -in "$1" | tail -n 2 | sed -n '1s/.*://p'
}

@test "under the database's own passphrase nothing is derived anew, under another all is" {
	need openssl
	printf 'own\n' >own
	printf 'other\n' >other
	ok db create d.p12 --pass file:own --iterations 1000
	ok cert create web web.example --db d.p12 --pass file:own
	ok cert export web --with-key --out same.p12 --out-pass file:own --db d.p12 --pass file:own
	ok cert export web --with-key --out else.p12 --out-pass file:other --db d.p12 --pass file:own
	ok cert export web --with-key --out more.p12 --out-pass file:own --iterations 2000 --db d.p12 --pass file:own
	[ -n "$(salt_of d.p12)" ]
	[ "$(salt_of same.p12)" = "$(salt_of d.p12)" ]
	[ "$(salt_of else.p12)" != "$(salt_of d.p12)" ]
	[ "$(salt_of more.p12)" != "$(salt_of d.p12)" ]
	openssl pkcs12 -in same.p12 -passin file:own -noenc | openssl pkey -noout
	openssl pkcs12 -in else.p12 -passin file:other -noenc | openssl pkey -noout
}
