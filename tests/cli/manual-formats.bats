#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# kyman-formats(5) says what stands in the files that kyman writes, and its examples work.
# shellcheck disable=SC2154 # the harness sets top_srcdir; helpers set out and err

bats_require_minimum_version 1.5.0
load helpers

setup()
{
	scratch
	page=$top_srcdir/man/kyman-formats.5
	printf 'secret\n' >pw
}

# formats.py WORD...: does by itself what the page says.
formats()
{
	need python3
	python3 "$top_srcdir/tests/cli/formats.py" "$@"
}

# The bytes of file $1 on one line.
hex()
{
	od -An -v -tx1 "$1" | tr -d ' \n' | tr a-f A-F
}

# The literal lines under .Ss or .Sh $1.
literal()
{
	awk -v title="$1" '
		/^\.S[hs] / { on = substr($0, 5) == title }
		/^\.Ed/ { lit = 0 }
		on && lit { gsub(/\\e/, "\\"); gsub(/\\\(aq/, "\047"); print }
		/^\.Bd/ { lit = 1 }' "$page"
}

# Rows of the table under .Ss or .Sh $1: cells with a | between.
rows()
{
	awk -v title="$1" '
		/^\.S[hs] / { on = substr($0, 5) == title }
		on && /^\.It Li / { sub(/^\.It Li /, ""); gsub(/ Ta /, "|"); print }' "$page"
}

# A database with every kind of entry that can be made: ring.p12, "secret".
make_all()
{
	export KYMAN_DB=ring.p12
	ok db create ring.p12 --pass file:pw --iterations 10000 --expire 30
	ok cert create Ab --profile ca --pass file:pw
	ok cert create web web.example --issuer Ab --pass file:pw
	ok cert default web --pass file:pw
	ok cert trust web off --pass file:pw
	ok secret create aes --size 256 --pass file:pw
	ok csr create shop shop.example --out shop.csr --pass file:pw
	ok csr renew web --out web.csr --pass file:pw
	openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -subj /CN=other -days 30 -out other.pem 2>/dev/null
	ok cert add other.pem --pass file:pw
}

# A CMS database, and its requests: $1.kdb of version $2, "secret".
make_cms()
{
	cp "$top_srcdir/testdata/fuzz/cms/v$2-kdb" "$1.kdb"
	cp "$top_srcdir/testdata/fuzz/cms/v$2-rdb" "$1.rdb"
	chmod u+w "$1.kdb" "$1.rdb"
}

# Each row of file $1, identifier first and bytes last, is the identifier's DER.
right_oids()
{
	[ -s "$1" ]
	while IFS='|' read -r line; do
		openssl asn1parse -genstr "OID:${line%%|*}" -noout -out oid
		[ "$(hex oid)" = "$(printf '%s' "${line##*|}" | tr -d ' ')" ] || { echo "$line"; false; }
	done <"$1"
}

@test "the attributes are those of the page" {
	make_all
	rows Attributes >oids
	[ "$(wc -l <oids)" -eq 7 ]
	right_oids oids
	hex ring.p12 >bytes
	while IFS='|' read -r oid der; do
		grep -qF "$(printf '%s' "$der" | tr -d ' ')" bytes || { echo "$oid"; false; }
	done <oids
	# no other
	openssl pkcs12 -in ring.p12 -nodes -passin pass:secret | grep -o '2\.25\.[0-9.]*' | sort -u >used
	grep -o '^2\.25\.[0-9.]*' oids | diff used -
}

@test "the exact bytes are in a database" {
	make_all
	hex ring.p12 >bytes
	literal 'Exact bytes' | awk '/^ / { all = all $0; next } { if (all) print all; all = $0 } END { print all }' |
		tr -d ' ' | sed 's/xx/../g' >lines
	[ "$(wc -l <lines)" -ge 13 ]
	while read -r line; do
		grep -q "$line" bytes || { echo "$line"; false; }
	done <lines
	# REQUEST of a renewal has the digest of what it replaces.
	ok cert export web --pass file:pw --format der --no-chain --out web.der
	grep -q "8020$(openssl dgst -sha256 -r web.der | cut -c1-64 | tr a-f A-F)" bytes
	# localKeyID: key and certificate; and of a request that of its key.
	id=$(openssl dgst -sha1 -r web.der | cut -c1-40 | tr a-f A-F)
	[ "$(grep -o "31160414$id" bytes | wc -l)" -eq 2 ]
	openssl req -in shop.csr -noout -pubkey | openssl pkey -pubin -outform DER >spki
	[ "$(grep -o "31160414$(openssl dgst -sha1 -r spki | cut -c1-40 | tr a-f A-F)" bytes | wc -l)" -eq 1 ]
	# Java's attribute is on the one certificate without key that is trusted.
	[ "$(grep -o 3116060C608648 bytes | wc -l)" -le 1 ]
	[ "$(grep -o 060C60864801 bytes | wc -l)" -eq 1 ]
}

# Numbers of bags in the parts of database $1.
bags()
{
	local at first

	first=$(openssl asn1parse -inform DER -in "$1" | sed -n 's/^ *\([0-9]*\):d=3 .*OCTET STRING.*/\1/p' | head -n 1)
	openssl asn1parse -inform DER -in "$1" -strparse "$first" | sed -n 's/^ *\([0-9]*\):d=3 .*OCTET STRING.*/\1/p' >parts
	while read -r at; do
		openssl asn1parse -inform DER -in "$1" -strparse "$first" -strparse "$at" |
			sed -n 's/^ *[0-9]*:d=2 .*OBJECT *:\(.*\)/\1/p' | grep Bag | uniq -c | xargs
	done <parts
}

@test "a database is laid out as the page says" {
	make_all
	bags ring.p12 >have
	printf '%s\n' '2 pkcs8ShroudedKeyBag' '3 certBag' '3 secretBag 1 safeContentsBag' | diff have -
	# 32 bags to a part; none that is empty.
	export KYMAN_DB=many.p12
	ok db create many.p12 --pass file:pw --iterations 1000
	bags many.p12 | diff - <(echo '1 safeContentsBag')
	for i in {1..33}; do
		openssl req -x509 -newkey ed25519 -nodes -keyout k -subj "/CN=c$i" -days 30 2>/dev/null
	done >many.pem
	ok cert add many.pem --pass file:pw
	bags many.p12 | diff - <(printf '%s\n' '32 certBag' '1 certBag' '1 safeContentsBag')
}

@test "the counts are those of the page" {
	need jq
	ok db create typed.p12 --pass file:pw
	ok db show typed.p12 --pass file:pw --json
	grep -qF '600,000, or 10,000' "$page"
	[ "$(json .iterations)" = 600000 ]
	ok db create made.p12 --pass gen --stash
	ok db show made.p12 --json
	[ "$(json .iterations)" = 10000 ]
	grep -qF '(5,000,000;' "$page"
	ok help db create
	has "$out" 5000000
}

@test "stashes of both versions open as the page says" {
	ok db create a.p12 --pass file:pw --iterations 1000
	rows STASHES >sizes
	[ "$(wc -l <sizes)" -eq 2 ]
	while IFS='|' read -r version size _; do
		rm -f a.sth
		ok db stash a.p12 --pass file:pw --stash-version "$version"
		[ "$(wc -c <a.sth)" -eq "$size" ]
		[ "$(formats stash "$page" a.sth)" = secret ]
		kyman 0 show a.sth
	done <sizes
}

@test "a header, checks, slots and records are as the page says" {
	rows Checks >versions
	[ "$(wc -l <versions)" -eq 3 ]
	while IFS='|' read -r version check header _; do
		make_cms "v$version" "$version"
		# A record that is as it was, and ones that are written anew.
		for part in kdb rdb; do
			formats cms "v$version.$part" secret >facts
			has "$(cat facts)" "$version $check $header "
		done
		ok db record-length "v$version.kdb" 5000 --pass file:pw
		ok cert create mine --db "v$version.kdb" --pass file:pw --profile ca --key rsa:2048
		ok csr create yours y.example --db "v$version.kdb" --pass file:pw --out yours.csr -f
		[ "$(formats cms "v$version.kdb" secret | cut -d' ' -f1-4)" = "$version $check $header 6" ]
		[ "$(formats cms "v$version.rdb" secret | cut -d' ' -f1-4)" = "$version $check $header 2" ]
		[ "$(wc -c <"v$version.kdb")" -eq $((header + 6 * 5000)) ]
	done <versions
}

@test "the empty database of the page opens, with its passphrase alone" {
	literal Checks | tr -d ' \n' | sed 's/../\\x&/g' >escaped
	printf '%b' "$(cat escaped)" >lab.rdb
	[ "$(wc -c <lab.rdb)" -eq 80 ]
	printf 'mq-lab\n' >lab
	ok show lab.rdb --in-pass file:lab
	kyman 5 show lab.rdb --in-pass file:pw
	[ "$(formats cms lab.rdb mq-lab)" = '3 16 80 0 0' ]
}

@test "private keys are encrypted as the page says" {
	rows 'Private keys' | grep '^1\.' >oids
	[ "$(wc -l <oids)" -eq 4 ]
	right_oids oids
	for version in 3 4 6; do
		make_cms v$version $version
		ok db record-length v$version.kdb 5000 --pass file:pw
		ok cert create mine --db v$version.kdb --pass file:pw --profile ca --key rsa:2048
		tail -c 5000 v$version.kdb >slot
		hex slot >bytes
		while IFS='|' read -r oid of der; do
			[ "$of" = $version ] || continue
			grep -qF "$(printf '%s' "$der" | tr -d ' ')" bytes || { echo "$oid"; false; }
		done <oids
	done
	# Salt and count stand behind the scheme: 8 and 5; 20 and 1024; 20 and 4096.
	hex v3.kdb | grep -q '06092A864886F70D010503300D0408.\{16\}020105'
	hex v4.kdb | grep -q '060A2A864886F70D010C0103301A0414.\{40\}02020400'
	hex v6.kdb | grep -q '0414.\{40\}02021000020120300C06082A864886F70D020A0500'
}

@test "samples of IBM's programs are as the page says" {
	[ -n "${KYMAN_KDB_SAMPLES-}" ] || skip 'KYMAN_KDB_SAMPLES is not set'
	count=0
	for stash in "$KYMAN_KDB_SAMPLES"/*.sth; do
		pass=$(formats stash "$page" "$stash")
		[ -n "$pass" ]
		size=$(wc -c <"$stash")
		rows STASHES | grep -q "|$size|"
		file=${stash%.sth}.kdb
		[ "$(head -c 1 "$file")" = 7 ] || continue
		facts=$(formats cms "$file" "$pass")
		rows Checks | cut -d'|' -f1-3 | tr '|' ' ' | grep -qFx "$(cut -d' ' -f1-3 <<<"$facts")"
		count=$((count + 1))
	done
	[ "$count" -ge 2 ]
}

@test "what the page would have tried with IBM's programs works with ours" {
	literal "Whether IBM's programs read it" >all
	grep -v '^gskkyman' all >script
	[ "$(grep -c '^[a-z]' script)" -eq 5 ]
	grep -q 'Not yet tried' "$page"
	sed '1d' script >rest
	ln -s "$KYMAN" runmqakm
	ln -s "$KYMAN" kyman
	PATH=.:$PATH
	# The first command is theirs; until ours can do it, a file of ours is what it would make.
	sed -n 1p script >first
	if ! sh -e first >/dev/null 2>&1; then
		make_cms try 6
		ok db record-length try.kdb 5000 --pass file:pw
		ok db stash try.kdb --pass file:pw
	fi
	sh -ex rest >shown 2>trace || { cat shown trace; false; }
	has "$(cat shown)" "added key 'mine'" $'-\tmine' 'Label : mine' 'Key Size : 2048' 'Subject : CN=mine' 'Trust Status : Enabled'
	openssl pkcs12 -in try.p12 -passin pass:Try-secret12 -nodes | grep -q 'PRIVATE KEY'
}

@test "a writer locks the database itself, and leaves nothing behind" {
	need flock
	ok db create a.p12 --pass file:pw --iterations 1000
	flock a.p12 "$KYMAN" cert list --db a.p12 --pass file:pw
	run -6 flock a.p12 "$KYMAN" cert create x --profile ca --db a.p12 --pass file:pw --wait 0
	printf 'rest' >a.p12~new
	ok cert create x --profile ca --db a.p12 --pass file:pw
	[ "$(echo a.p12*)" = a.p12 ]
	[ "$(stat -c %a a.p12)" = 600 ]
}

@test "a .rdb~new alone is the newer one" {
	make_cms a 6
	cp a.rdb old
	ok csr create yours y.example --db a.kdb --pass file:pw --out yours.csr --key ed25519
	mv a.rdb a.rdb~new
	mv old a.rdb
	ok csr list --db a.kdb --pass file:pw
	has "$out" yours
	# Not so with a .kdb~new beside it.
	cp a.kdb a.kdb~new
	ok csr list --db a.kdb --pass file:pw
	[[ $out != *yours* ]]
	rm a.kdb~new
	ok cert rename root base --db a.kdb --pass file:pw
	[ "$(echo a.*)" = 'a.kdb a.rdb' ]
	ok csr list --db a.kdb --pass file:pw
	has "$out" yours
}

@test "a record of the menus is as the page says" {
	printf '%s\n' 1 "it's.p12" secret12 secret12 '' '' 0 '' 0 | "$KYMAN" menu --record session >/dev/null
	[ "$(stat -c %a session)" = 600 ]
	[ "$(wc -l <session)" -eq 1 ]
	has "$(cat session)" "db create 'it'\\''s.p12' "
	run ! grep -q secret12 session
	literal 'RECORDS OF MENUS' >example
	eval "set -- $(cat example)"
	[ "$3" = 'My CA' ]
}

@test "the examples work" {
	make_all
	literal '1. What is in a PKCS#12 database' >job
	sh -e job >shown 2>&1
	has "$(cat shown)" 'friendlyName: web' 'friendlyName: shop (request)' 'Secret bag' 'Safe Contents bag' \
		'PRF hmacWithSHA256' 'MAC: sha256, Iteration 10000'
	LC_ALL=C sed -i 's/\x00w\x00e\x00b/\x00w\x00e\x00c/' ring.p12
	kyman 8 cert list --pass file:pw
	run ! openssl pkcs12 -in ring.p12 -nodes -passin pass:secret
	literal '2. The keys of one that is damaged, whose MAC does not match' >job
	sh -e job >shown 2>&1
	[ "$(grep -c 'BEGIN PRIVATE KEY' shown)" -ge 2 ]
	make_cms ring 6
	literal '3. Whether a CMS database of version 6 is whole' >job
	sh -e job | sed 's/ .stdin//' | tr -d ' \n' | fold -w 96 >shown
	[ "$(wc -c <shown)" -ge 384 ]
	[ "$(sed -n 1p shown)" = "$(sed -n 2p shown)" ]
	[ "$(sed -n 3p shown)" = "$(sed -n 4p shown)" ]
	literal '4. The first record of a CMS database' >job
	sh -e job >shown
	sed -n 's/^ *\([0-9]*\):d=3 .*SEQUENCE.*/\1/p' shown | tr '\n' ' ' >offsets
	[ "$(cat offsets)" = '15 219 ' ]
	literal '5. A certificate and a private key out of it' >job
	sh -e job >shown
	has "$(cat shown)" 'Subject: CN = mail' 'BEGIN PRIVATE KEY'
}
