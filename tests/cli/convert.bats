#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# db convert: between PKCS#12 and IBM's CMS, in all versions.

bats_require_minimum_version 1.5.0
load helpers

setup()
{
	scratch
	export PW=changeit NEW='another one'
	# shellcheck disable=SC2154 # top_srcdir: the harness sets it
	for v in 3 4 6; do
		cp "$top_srcdir/testdata/fuzz/cms/v$v-kdb" "v$v.kdb"
		cp "$top_srcdir/testdata/fuzz/cms/v$v-rdb" "v$v.rdb"
	done
	printf 'secret\n' >pw
}

# A ring with one of each: ring.p12, under $PW.
make_all()
{
	export KYMAN_DB=ring.p12
	ok db create ring.p12 --pass env:PW --stash --iterations 1000 --expire 1000
	ok cert create root --profile ca --key rsa:2048
	ok cert create web web.example --issuer root
	ok cert create app --profile client --key ed25519 --issuer root
	ok cert export root --out root.pem
	ok cert create other --profile ca
	ok cert export other --out other.pem
	ok cert delete other --yes
	ok cert add other.pem --as 'their CA'
	ok cert trust 'their CA' off
	ok cert default web
	ok csr create shop shop.example --out shop.csr
	ok secret create aes --size 256
	ok secret export aes --out aes.bin
}

# list DATABASE SECRET: all there is, as text.
list()
{
	ok cert list --db "$1" --pass "$2"
	cat .out
	ok csr list --db "$1" --pass "$2"
	cat .out
	ok db show "$1" --pass "$2"
	grep -E '^(keys|cert|requests|secret|default|passphrase)' .out
}

# key DATABASE SECRET LABEL: its private key, in the clear.
key()
{
	rm -f key.tmp
	ok cert export "$3" --db "$1" --pass "$2" --with-key --no-chain --out-pass none --out key.tmp
	openssl pkey -in key.tmp
}

@test "from each version of CMS to PKCS#12: labels, trust, default, requests, expiry, keys" {
	need openssl
	for v in 3 4 6; do
		cp "v$v.kdb" before.kdb
		cp "v$v.rdb" before.rdb
		ok db convert "v$v.kdb" "v$v.p12" --pass file:pw --out-pass env:NEW --iterations 1000
		has "$out" "wrote v$v.p12"
		cmp "v$v.kdb" before.kdb
		cmp "v$v.rdb" before.rdb
		[ "$(stat -c %a "v$v.p12")" = 600 ]
		list "v$v.kdb" file:pw >was
		list "v$v.p12" env:NEW >is
		diff was is
		grep -q 'next *request' is
		grep -q '^off .*off' is
		for label in Web 'Grüße'; do
			[ "$(key "v$v.kdb" file:pw "$label")" = "$(key "v$v.p12" env:NEW "$label")" ]
		done
		ok secret export aes --db "v$v.kdb" --pass file:pw --out "was$v"
		ok secret export aes --db "v$v.p12" --pass env:NEW --out "is$v"
		cmp "was$v" "is$v"
		# Every key is under the new passphrase, and others open it.
		openssl pkcs12 -in "v$v.p12" -passin env:NEW -noenc >all.pem
		[ "$(grep -c 'BEGIN PRIVATE KEY' all.pem)" -eq 2 ]
		kyman 5 cert list --db "v$v.p12" --pass file:pw
	done
}

@test "Java finds every label of what was a CMS database" {
	need keytool
	ok db convert v6.kdb v6.p12 --pass file:pw --out-pass env:PW
	keytool -list -keystore v6.p12 -storepass changeit >list
	grep -q '^web,.*PrivateKeyEntry' list
	grep -q '^root,.*trustedCertEntry' list
	grep -q '^aes,.*SecretKeyEntry' list
}

@test "from PKCS#12 to each version of CMS and back: all is as it was" {
	need openssl
	make_all
	list ring.p12 stash >was
	for v in 3 4 6; do
		cp ring.p12 before.p12
		ok db convert ring.p12 "r$v.kdb" --cms-version "$v" --out-pass env:NEW
		has "$err" "IBM's programs"
		[ "$v" = 6 ] || has "$err" weak
		cmp ring.p12 before.p12
		[ "$(stat -c %a "r$v.kdb")" = 600 ]
		[ "$(stat -c %a "r$v.rdb")" = 600 ]
		ok db show "r$v.kdb" --pass env:NEW
		has "$out" "cms, version $v"
		list "r$v.kdb" env:NEW >is
		diff was is
		ok db convert "r$v.kdb" "back$v.p12" --pass env:NEW --out-pass env:PW --iterations 1000
		list "back$v.p12" env:PW >is
		diff was is
		for label in root web app; do
			[ "$(key ring.p12 stash "$label")" = "$(key "r$v.kdb" env:NEW "$label")" ]
			[ "$(key ring.p12 stash "$label")" = "$(key "back$v.p12" env:PW "$label")" ]
		done
		ok secret export aes --db "r$v.kdb" --pass env:NEW --out "aes$v.bin"
		cmp "aes$v.bin" aes.bin
		ok cert verify web --db "r$v.kdb" --pass env:NEW
	done
}

@test "the answer to a request is received where it went" {
	make_all
	ok db convert ring.p12 r6.kdb --type cms --out-pass env:NEW
	ok csr sign shop.csr --issuer root --out shop.pem --yes
	ok cert receive shop.pem --db r6.kdb --pass env:NEW
	ok cert list --db r6.kdb --pass env:NEW
	grep -q '^shop *key' .out
}

@test "one version of CMS to another, PKCS#12 to PKCS#12" {
	for v in 3 4 6; do
		ok db convert v4.kdb "to$v.kdb" --pass file:pw --out-pass env:NEW --cms-version "$v"
		list v4.kdb file:pw >was
		list "to$v.kdb" env:NEW >is
		diff was is
	done
	make_all
	ok db convert ring.p12 second.p12 --out-pass env:NEW --iterations 2000
	list ring.p12 stash >was
	list second.p12 env:NEW >is
	diff was is
	ok db show second.p12 --pass env:NEW --json
	has "$out" '"iterations":2000'
	# The name does not count where the type is said.
	ok db convert ring.p12 named.kdb --type pkcs12 --out-pass env:NEW --iterations 1000
	ok db show named.kdb --pass env:NEW
	has "$out" pkcs12
}

@test "what is in the way, or wrong" {
	make_all
	cp ring.p12 before.p12
	echo mine >there.kdb
	kyman 7 db convert ring.p12 there.kdb --out-pass env:NEW
	has "$err" 'exists already'
	kyman 7 db convert ring.p12 ring.p12 --out-pass env:NEW
	[ "$(cat there.kdb)" = mine ]
	echo mine >half.rdb
	kyman 7 db convert ring.p12 half.kdb --out-pass env:NEW
	has "$err" half.rdb
	[ ! -e half.kdb ]
	kyman 2 db convert ring.p12
	kyman 2 db convert ring.p12 a.kdb b.kdb --out-pass env:NEW
	kyman 2 db convert ring.p12 a.kdb --out-pass env:NEW --db ring.p12
	kyman 4 db convert none.p12 a.kdb --out-pass env:NEW
	kyman 4 db convert ring.p12 none/a.kdb --out-pass env:NEW
	kyman 8 db convert root.pem a.kdb --out-pass env:NEW
	kyman 5 db convert ring.p12 a.kdb --pass env:NEW --out-pass env:NEW
	kyman 5 db convert ring.p12 a.kdb
	kyman 5 db convert ring.p12 a.kdb --out-pass env:NOT_SET
	kyman 2 db convert ring.p12 a.kdb --out-pass none
	kyman 2 db convert ring.p12 a.kdb --out-pass env:NEW --iterations 1000
	kyman 2 db convert ring.p12 a.p12 --out-pass env:NEW --iterations 1
	kyman 2 db convert ring.p12 a.p12 --out-pass env:NEW --cms-version 6
	kyman 2 db convert ring.p12 a.kdb --out-pass env:NEW --cms-version 5
	LONG=$(printf '%0129d' 1) kyman 2 db convert ring.p12 a.kdb --out-pass env:LONG
	has "$err" 128
	ok db convert ring.p12 a.kdb --out-pass env:NEW --dry-run
	has "$out" "web"
	[ ! -e a.kdb ] && [ ! -e a.rdb ] && [ ! -e a.p12 ]
	cmp ring.p12 before.p12
	ok db convert ring.p12 a.p12 --out-pass none
	has "$err" 'no passphrase'
	printf 'x' | dd of=v6.kdb bs=1 seek=3000 conv=notrunc 2>/dev/null
	kyman 8 db convert v6.kdb b.p12 --pass file:pw --out-pass env:NEW
	[ ! -e b.p12 ]
}

@test "what a CMS database cannot hold is named, and left out when told so" {
	need openssl
	make_all
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out lone.key 2>/dev/null
	ok cert import lone.key --as lone
	kyman 9 db convert ring.p12 a.kdb --out-pass env:NEW
	has "$err" "'lone'" 'no certificate' '--allow-loss'
	[ ! -e a.kdb ]
	ok db convert ring.p12 a.kdb --out-pass env:NEW --allow-loss --json
	has "$out" '"code":"lost"' "'lone'"
	ok csr list --db a.kdb --pass env:NEW
	has "$out" shop
	run ! grep -q lone .out
	ok csr delete lone --yes
	ok csr renew web --out web.csr
	kyman 9 db convert ring.p12 b.kdb --out-pass env:NEW
	has "$err" renews
	ok db convert ring.p12 b.kdb --out-pass env:NEW --allow-loss
	has "$err" renews
	ok csr list --db b.kdb --pass env:NEW
	has "$out" web
	# Between PKCS#12 databases nothing is lost.
	ok db convert ring.p12 c.p12 --out-pass env:NEW --iterations 1000
	[ -z "$err" ]
	ok cert list --db c.p12 --pass env:NEW
	grep -q '^web .*pending' .out
}

@test "attributes of other programs are not dropped without a word" {
	need openssl
	make_all
	ok cert export web --with-key --out-pass none --out web.pem
	openssl pkcs12 -export -in web.pem -CSP 'Some Provider' -LMK -name web -passout env:PW -out win.p12
	kyman 9 db convert win.p12 win.kdb --pass env:PW --out-pass env:NEW
	has "$err" "'web' has 2 attributes that are not understood, and a cms file has no place for" '--allow-loss'
	[ ! -e win.kdb ]
	ok db convert win.p12 win.kdb --pass env:PW --out-pass env:NEW --allow-loss --json
	has "$out" '"code":"lost"' "'web' has 2 attributes"
	# To the same format they go along.
	ok db convert win.p12 again.p12 --pass env:PW --out-pass env:NEW --iterations 1000
	openssl pkcs12 -in again.p12 -passin env:NEW -nodes | grep -q 'Microsoft CSP Name: Some Provider'
}

@test "a FIPS database, one that expires late, one that expired" {
	ok db create f.p12 --pass env:PW --fips --iterations 1000 --expire 36500
	ok cert create ca --profile ca --db f.p12 --pass env:PW
	kyman 9 db convert f.p12 a.kdb --pass env:PW --out-pass env:NEW --cms-version 3
	has "$err" FIPS
	kyman 9 db convert f.p12 a.kdb --pass env:PW --out-pass env:NEW
	has "$err" 2106
	ok db convert f.p12 a.kdb --pass env:PW --out-pass env:NEW --allow-loss
	ok db show a.kdb --pass env:NEW
	has "$out" 2106-02-07
	ok db convert f.p12 b.p12 --pass env:PW --out-pass env:NEW --iterations 1000
	ok db show b.p12 --pass env:NEW --json
	has "$out" '"fips":true'
	ok db create e.p12 --pass env:PW --iterations 1000 --expire 1
	KYMAN_TEST_TIME=4000000000 kyman 9 db convert e.p12 e2.p12 --pass env:PW --out-pass env:NEW
	has "$err" expired
}

@test "a record that is too long says what it takes; a length noted in the source helps" {
	make_all
	names=$(for i in $(seq 1 200); do echo "a-long-name-of-a-host-$i.example"; done)
	# shellcheck disable=SC2086 # words
	ok cert create long $names
	kyman 9 db convert ring.p12 a.kdb --out-pass env:NEW
	has "$err" "'long'" 'record-length'
	[ ! -e a.kdb ] && [ ! -e a.rdb ]
	ok db record-length ring.p12 20000
	ok db convert ring.p12 a.kdb --out-pass env:NEW
	ok db show a.kdb --pass env:NEW
	has "$out" 20000
}

@test "what other programs wrote: hidden certificates, records that are not understood" {
	need openssl
	make_all
	ok cert export web --with-key --out web.p12 --out-pass env:PW
	openssl pkcs12 -in web.p12 -passin env:PW -noenc -out web.pem 2>/dev/null
	openssl pkcs12 -export -in web.pem -name web -passout env:PW -out foreign.p12
	ok db convert foreign.p12 a.kdb --pass env:PW --out-pass env:NEW
	has "$err" 'now in the clear'
	ok cert list --db a.kdb --pass env:NEW
	has "$out" web
	# A bag of a kind that nobody knows, in a file without MAC.
	cat >bag.conf <<-'END'
	asn1 = SEQUENCE:pfx
	[pfx]
	version = INTEGER:3
	safe = SEQUENCE:safe
	[safe]
	type = OID:pkcs7-data
	content = EXPLICIT:0,OCTWRAP,SEQUENCE:parts
	[parts]
	part = SEQUENCE:part
	[part]
	type = OID:pkcs7-data
	content = EXPLICIT:0,OCTWRAP,SEQUENCE:bags
	[bags]
	bag = SEQUENCE:bag
	[bag]
	type = OID:1.2.3.4.5
	value = EXPLICIT:0,UTF8:what is this
	END
	openssl asn1parse -genconf bag.conf -noout -out odd.p12
	kyman 9 db convert odd.p12 b.kdb --pass none --out-pass env:NEW
	has "$err" '1 record' 'not understood'
	ok db convert odd.p12 b.kdb --pass none --out-pass env:NEW --allow-loss
	ok db convert odd.p12 odd2.p12 --pass none --out-pass env:NEW --iterations 1000
	grep -q 'what is this' odd2.p12
}

@test "a CMS database without default: in PKCS#12 the first key is it, and that is said" {
	make_all
	printf 'secret\n' >s
	ok db create n.kdb --pass file:s
	ok cert copy app web --db ring.p12 --to n.kdb --to-pass file:s
	ok cert delete app --db n.kdb --pass file:s --yes
	ok cert copy app --db ring.p12 --to n.kdb --to-pass file:s
	ok db convert n.kdb n2.kdb --pass file:s --out-pass env:NEW
	list n.kdb file:s >was
	list n2.kdb env:NEW >is
	diff was is
	ok db convert n.kdb n.p12 --pass file:s --out-pass env:NEW --iterations 1000
	has "$out" "the default is '"
}

@test "real databases of others go there and back" {
	[ -n "${KYMAN_KDB_SAMPLES:-}" ] || skip 'KYMAN_KDB_SAMPLES is not set'
	n=0
	for sample in "$KYMAN_KDB_SAMPLES"/*.kdb; do
		[ -e "${sample%.kdb}.sth" ] || continue
		n=$((n + 1))
		list "$sample" stash >was
		ok db convert "$sample" "s$n.p12" --out-pass env:NEW --iterations 1000
		list "s$n.p12" env:NEW >is
		# The first key of a PKCS#12 database is its default, if there is no other.
		grep -q '^default' was || sed -i '/^default/d; s/default,trusted/trusted        /' is
		diff was is
		# That of an empty one of GSKit's holds a list of revoked certificates in its place.
		ok db convert "s$n.p12" "s$n.kdb" --pass env:NEW --out-pass env:PW --allow-loss
		list "s$n.kdb" env:PW >is
		grep -q '^default' was || sed -i '/^default/d; s/default,trusted/trusted        /' is
		diff was is
		! grep -q ' key ' was || openssl pkcs12 -in "s$n.p12" -passin env:NEW -noenc 2>/dev/null | openssl pkey -noout
	done
	[ "$n" -gt 0 ]
}
