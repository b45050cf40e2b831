#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# cert copy, rename, default, delete.

load helpers

setup()
{
	scratch
	make_ring
	export THERE='there secret'
	ok db create there.p12 --pass env:THERE --iterations 1000
}

@test "copies are shrouded under the other passphrase, and complete" {
	need openssl
	ok cert copy web issuing --to there.p12 --to-pass env:THERE --json
	has "$out" '"added":[{"label":"web","kind":"key"' '"label":"issuing"'
	# It is written through the default of the database, its stash; the other is not touched.
	[ "$(openssl pkcs12 -in there.p12 -passin env:THERE -nocerts -noenc | grep -c 'BEGIN PRIVATE KEY')" -eq 2 ]
	ok cert export web --partial --with-key --out-pass none --out k.pem --db there.p12 --pass env:THERE
	[ "$(openssl pkey -in k.pem -pubout)" = "$(openssl x509 -in k.pem -noout -pubkey)" ]
	ok cert default --db there.p12 --pass env:THERE
	has "$out" web
}

@test "what exists: fail, keep, replace" {
	ok cert copy web --to there.p12 --to-pass env:THERE
	kyman 7 cert copy web --to there.p12 --to-pass env:THERE
	cp there.p12 before.p12
	ok cert copy web --to there.p12 --to-pass env:THERE --if-exists keep --json
	has "$out" '"changed":false'
	cmp there.p12 before.p12
	ok cert renew web
	kyman 7 cert copy web --to there.p12 --to-pass env:THERE --if-exists keep
	ok cert copy web --to there.p12 --to-pass env:THERE --if-exists replace --json
	has "$out" '"replaced":[{"label":"web"'
}

@test "trust and label come along; nothing happens where something is wrong" {
	ok cert trust issuing off
	ok cert copy issuing app --to there.p12 --to-pass env:THERE
	ok cert list --db there.p12 --pass env:THERE
	grep -Eq '^issuing +key +(default,)?off,ca ' .out
	cp there.p12 before.p12
	kyman 5 cert copy web --to there.p12 --to-pass env:NOT_SET
	WRONG=x kyman 5 cert copy web --to there.p12 --to-pass env:WRONG
	kyman 4 cert copy web nobody --to there.p12 --to-pass env:THERE
	kyman 4 cert copy web --to none.p12 --to-pass env:THERE
	kyman 2 cert copy web
	ok cert copy web --to there.p12 --to-pass env:THERE --dry-run
	cmp there.p12 before.p12
	kyman 2 cert copy web --to ring.p12
}

@test "a secret key goes over, and is compared" {
	need keytool
	keytool -genseckey -keyalg AES -keysize 256 -alias sec -keystore s.p12 -storepass changeit -storetype PKCS12 2>/dev/null
	keytool -genseckey -keyalg AES -keysize 256 -alias sec -keystore t.p12 -storepass changeit -storetype PKCS12 2>/dev/null
	export J=changeit
	ok cert add s.p12 --in-pass env:J
	has "$err" imported
	ok cert list --kind secret
	grep -q '^sec ' .out
	ok cert import s.p12 --in-pass env:J --if-exists keep --json
	has "$out" '"changed":false'
	kyman 7 cert import s.p12 --in-pass env:J
	kyman 7 cert import t.p12 --in-pass env:J --if-exists keep
	# A secret key is no certificate.
	kyman 2 cert trust sec off
	kyman 2 cert verify sec
	kyman 2 cert export sec --out sec.pem
	ok cert export --all --out all.pem
	has "$err" "'sec' is a secret key"
	kyman 7 cert default sec
	kyman 9 cert create x --profile client --issuer sec
	ok cert copy sec --to there.p12 --to-pass env:THERE
	ok cert copy sec --to there.p12 --to-pass env:THERE --if-exists keep
	ok cert import t.p12 --in-pass env:J --if-exists replace --yes
	kyman 7 cert copy sec --to there.p12 --to-pass env:THERE --if-exists keep
	kyman 2 cert delete sec
	ok cert delete sec --yes
}

@test "default, rename, delete" {
	ok cert default web
	ok cert default
	has "$out" web
	ok cert rename web Server
	ok cert default
	has "$out" Server
	kyman 7 cert rename Server ROOT
	kyman 2 cert rename Server $'a\nb'
	ok cert export app --out app.pem
	kyman 7 cert delete issuing --yes
	ok cert delete app Server --yes --json
	has "$out" '"removed":[{"label":"Server"' '"code":"no-default"'
	ok cert add app.pem
	kyman 7 cert default app
	ok cert delete app
}
