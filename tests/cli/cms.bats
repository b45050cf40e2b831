#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# IBM's CMS databases. The files are those that the fuzz targets begin with.
# shellcheck disable=SC2154 # helpers set out and err

bats_require_minimum_version 1.5.0
load helpers

# shellcheck disable=SC2154 # top_srcdir: the harness sets it
setup()
{
	scratch
	for v in 3 4 6; do
		cp "$top_srcdir/testdata/fuzz/cms/v$v-kdb" "v$v.kdb"
		cp "$top_srcdir/testdata/fuzz/cms/v$v-rdb" "v$v.rdb"
		chmod u+w "v$v.kdb" "v$v.rdb"
	done
	printf 'secret\n' >pw
	printf 'Secret\n' >wrong
}

@test "versions 3, 4 and 6 are read with their requests" {
	need jq
	for v in 3 4 6; do
		ok db show "v$v.kdb" --pass file:pw --json
		[ "$(json '"\(.type) \(.version) \(.verified)"')" = "cms $v true" ]
		ok csr list --db "v$v.kdb" --pass file:pw
		has "$out" next
		ok cert list --db "v$v.kdb" --pass file:pw
		has "$out" Web root off aes
		ok cert export Web --with-key --out "k$v.p12" --out-pass file:pw --db "v$v.kdb" --pass file:pw
		ok cert export Web --db "v$v.kdb" --pass file:pw --out "c$v.pem"
		openssl x509 -in "c$v.pem" -noout -subject | grep -q web
	done
}

@test "without the passphrase what is in the clear is shown, and that nothing was verified" {
	ok cert list --db v6.kdb --pass none
	has "$out" root
	has "$err" 'not verified'
	ok show v3.kdb
	has "$out" 'cms, binary' root
	has "$out" 'nothing was verified'
	ok show v3.rdb
	has "$out" next 'nothing was verified'
	ok show v6.kdb --in-pass file:pw
	[[ $out != *'nothing was verified'* ]]
	need jq
	for file in v4.kdb v6.rdb; do
		ok show "$file" --json
		[ "$(json '.files[0].notes[].code')" = not-verified ]
		ok show "$file" --in-pass file:pw --json
		[ "$(json '.files[0].notes | length')" = 0 ]
	done
}

@test "a wrong passphrase, a changed byte, an unknown version" {
	kyman 5 cert list --db v6.kdb --pass file:wrong
	has "$err" 'wrong passphrase'
	printf 'x' | dd of=v6.kdb bs=1 seek=3000 conv=notrunc 2>/dev/null
	kyman 8 cert list --db v6.kdb --pass file:pw
	has "$err" 'passphrase is right'
	printf '\005' | dd of=v6.kdb bs=1 seek=2 conv=notrunc 2>/dev/null
	kyman 8 cert list --db v6.kdb --pass file:pw
	has "$err" 'version 5'
	head -c 3000 v4.kdb >cut.kdb
	kyman 8 cert list --db cut.kdb --pass file:pw
	kyman 8 cert list --db v3.rdb --pass file:pw
	has "$err" '.kdb'
}

@test "requests that are missing or of another passphrase" {
	rm v6.rdb
	ok csr list --db v6.kdb --pass file:pw
	ok db create other.p12 --pass gen --stash
	printf 'hello' >v6.rdb
	kyman 8 csr list --db v6.kdb --pass file:pw
	rm v6.rdb
	mkdir v6.rdb
	kyman 1 csr list --db v6.kdb --pass file:pw
}

@test "a .rdb without a byte is a damaged one, not one without requests" {
	: >v6.rdb
	for job in 'csr list' 'cert list' 'csr create more more.example --out more.csr'; do
		# shellcheck disable=SC2086 # the words of a command
		kyman 8 $job --db v6.kdb --pass file:pw
		has "$err" 'its requests: the file ends at byte 0'
	done
	[ ! -s v6.rdb ] && [ ! -e more.csr ]
	# One that a crash left on its way commits nothing.
	cp "$top_srcdir/testdata/fuzz/cms/v6-rdb" v6.rdb
	chmod u+w v6.rdb
	ok db record-length v6.kdb 5000 --pass file:pw
	: >v6.rdb~new
	ok csr list --db v6.kdb --pass file:pw
	has "$out" next
	ok csr create more more.example --out more.csr --db v6.kdb --pass file:pw
	ok csr list --db v6.kdb --pass file:pw
	has "$out" next more
}

@test "entries are imported into another database" {
	ok db create a.p12 --pass gen --stash
	ok cert import v4.kdb --in-pass file:pw --db a.p12
	ok cert list --db a.p12
	has "$out" Web
	ok cert verify root --db a.p12
}

@test "copies go both ways between formats where the other is a PKCS#12 database" {
	ok db create a.p12 --pass gen --stash
	ok cert copy root Web --db v3.kdb --pass file:pw --to a.p12
	ok cert list --db a.p12
	has "$out" root Web
}

@test "a rename and the rename back leave every byte as it was" {
	for v in 3 4 6; do
		cp "v$v.kdb" old.kdb
		cp "v$v.rdb" old.rdb
		ok db record-length "v$v.kdb" 2500 --pass file:pw
		cp "v$v.kdb" long.kdb
		ok cert rename root other --db "v$v.kdb" --pass file:pw
		ok cert rename other root --db "v$v.kdb" --pass file:pw
		cmp "v$v.kdb" long.kdb
		ok cert list --db "v$v.kdb" --pass file:pw
		has "$out" Web root off aes
	done
}

@test "a request goes into the .rdb and, answered, into the .kdb" {
	for v in 3 4 6; do
		export KYMAN_DB=v$v.kdb
		ok db record-length "v$v.kdb" 5000 --pass file:pw
		ok csr create shop shop.example --out "shop$v.csr" --pass file:pw
		openssl req -in "shop$v.csr" -noout -verify
		ok cert create ca --profile ca --subject "CN=CA $v" --pass file:pw
		ok csr sign "shop$v.csr" --issuer ca --out "shop$v.pem" --yes --pass file:pw
		ok cert add "shop$v.pem" --pass file:pw
		ok csr list --pass file:pw
		[[ $out != *shop* ]]
		ok cert export shop --with-key --out-pass none --out "key$v.pem" --pass file:pw
		openssl pkey -in "key$v.pem" -pubout -out "pub$v.pem"
		openssl x509 -in "shop$v.pem" -noout -pubkey | cmp - "pub$v.pem"
		ok db show --pass file:pw
		has "$out" "version $v" '5000'
	done
	[ -z "$(ls -- *~new 2>/dev/null)" ]
}

@test "a record that does not fit is refused with what it needs" {
	kyman 9 cert create big --profile server big.example --subject "CN=$(printf 'x%.0s' {1..60}),O=$(printf 'y%.0s' {1..60})" --key rsa:4096 --db v6.kdb --pass file:pw
	has "$err" 'record length is 1024' 'record-length'
	ok db record-length v6.kdb 5000 --pass file:pw
	[[ $err != *'no more'* ]]
	ok cert create big big.example --key rsa:4096 --db v6.kdb --pass file:pw
}

@test "db passwd puts keys and requests under the new passphrase" {
	printf 'another one\n' >new
	for v in 3 4 6; do
		ok db passwd "v$v.kdb" --pass file:pw --new-pass file:new
		kyman 5 cert list --db "v$v.kdb" --pass file:pw
		ok csr list --db "v$v.kdb" --pass file:new
		has "$out" next
		ok cert export Web --with-key --out-pass none --out "k$v.pem" --db "v$v.kdb" --pass file:new
	done
}

@test "requests of another passphrase refuse, and what to do is said" {
	printf 'another one\n' >new
	cp v6.kdb other.kdb
	cp v6.rdb other.rdb
	ok db passwd other.kdb --pass file:pw --new-pass file:new
	cp other.rdb v6.rdb
	kyman 7 cert list --db v6.kdb --pass file:pw
	has "$err" 'another passphrase' 'move its .rdb away'
	rm v6.rdb
	ok cert list --db v6.kdb --pass file:pw
}

@test "a save that was killed between its two renames is finished" {
	printf 'another one\n' >new
	mkdir after
	cp v6.kdb v6.rdb after
	ok db passwd after/v6.kdb --pass file:pw --new-pass file:new
	cp after/v6.kdb .
	cp after/v6.rdb v6.rdb~new
	ok csr list --db v6.kdb --pass file:new
	has "$out" next
	[ -e v6.rdb~new ]
	ok db record-length v6.kdb 5000 --pass file:new
	[ ! -e v6.rdb~new ]
	ok csr list --db v6.kdb --pass file:new
	has "$out" next
}

@test "what was not committed, and what is none, is dropped" {
	mkdir after
	cp v6.kdb v6.rdb after
	ok csr delete next --db after/v6.kdb --pass file:pw --yes
	cp after/v6.kdb v6.kdb~new
	cp after/v6.rdb v6.rdb~new
	ok csr list --db v6.kdb --pass file:pw
	has "$out" next
	ok db record-length v6.kdb 5000 --pass file:pw
	ok csr list --db v6.kdb --pass file:pw
	has "$out" next
	[ -z "$(ls -- *~new 2>/dev/null)" ]
	for junk in v4.rdb v4.kdb pw; do
		cp "$junk" v6.rdb~new
		ok csr list --db v6.kdb --pass file:pw
		has "$out" next
	done
	cp v3.kdb v3.rdb~new
	ok db record-length v6.kdb 5000 --pass file:pw
	ok db record-length v6.kdb 6000 --pass file:pw
	[ ! -e v6.rdb~new ]
	[ -e v3.rdb~new ]
	ok csr list --db v6.kdb --pass file:pw
	has "$out" next
}

@test "db delete takes the requests along" {
	ok db delete v6.kdb --yes
	[ ! -e v6.kdb ]
	[ ! -e v6.rdb ]
	[ -e v4.rdb ]
}

@test "db create makes one for a .kdb, in each version" {
	for v in 3 4 6; do
		ok db create "n$v.kdb" --cms-version "$v" --pass file:pw --stash --record-length 6000 --expire 30
		has "$err" "IBM's programs"
		ok cert create web web.example --db "n$v.kdb"
		ok cert show web --db "n$v.kdb"
		has "$out" 'rsa:2048'
		ok db show "n$v.kdb"
		has "$out" "cms, version $v" 6000 'expires on'
		[ ! -e "n$v.rdb" ]
		ok csr create later later.example --out "later$v.csr" --db "n$v.kdb"
		[ "$(stat -c %a "n$v.rdb")" = 600 ]
	done
	has "$(kyman 0 db show n6.kdb && cat .out)" 'fips'
	ok db create a.kdb --type pkcs12 --pass file:pw
	has "$err" 'in spite of its name'
	ok db create a.db --type cms --pass file:pw
	has "$(od -An -tx1 -N3 a.db)" '37 48 06'
	kyman 2 db create b.p12 --cms-version 4 --pass file:pw
	kyman 2 db create b.kdb --cms-version 4 --fips --pass file:pw
	kyman 2 db create b.kdb --pass none
	[ ! -e b.kdb ]
}

@test "a database that is replaced leaves no requests behind" {
	ok db create v6.kdb --pass file:wrong --if-exists replace --yes
	[ ! -e v6.rdb ]
	ok csr list --db v6.kdb --pass file:wrong
	ok db create v4.kdb --type pkcs12 --pass file:wrong --if-exists replace --yes
	[ ! -e v4.rdb ]
	ok db show v4.kdb --pass file:wrong
	has "$out" pkcs12
	ok db create v4.kdb --type cms --pass file:pw --if-exists replace --yes
	ok db show v4.kdb --pass file:pw
	has "$out" 'cms, version 6'
	# Requests of a database that is gone are not taken for those of a new one.
	rm v3.kdb
	kyman 7 db create v3.kdb --pass file:pw
	has "$err" v3.rdb
}

@test "an expiry that four bytes cannot say is refused, and nothing is made or changed" {
	kyman 9 db create far.kdb --pass file:pw --expire 36500
	has "$err" '2106-02-07'
	[ ! -e far.kdb ]
	before=$(sha256sum v6.kdb)
	for dry in '' --dry-run; do
		# shellcheck disable=SC2086 # none, or one word
		kyman 9 db passwd v6.kdb --pass file:pw --new-pass file:wrong --expire 36500 $dry
		has "$err" '2106-02-07'
		[ "$(sha256sum v6.kdb)" = "$before" ]
	done
	printf '%s\n' 'cert list' 'db passwd --new-pass file:wrong --expire 36500' 'cert list' >all.run
	kyman 9 run all.run --db v6.kdb --pass file:pw
	has "$err" 'line 2' '2106-02-07'
}

@test "what a record has no room for is refused by its line, and by a dry run" {
	ok db create small.kdb --pass file:pw
	before=$(sha256sum small.kdb)
	long=$(printf ' a%s.example' {1..400})
	for way in "cert create long$long" "csr create long$long --out long.csr"; do
		printf '%s\n' 'cert create one one.example' "$way" 'cert create two two.example' >all.run
		for dry in '' --dry-run; do
			# shellcheck disable=SC2086 # none, or one word
			kyman 9 run all.run --db small.kdb --pass file:pw $dry
			has "$err" 'line 2' "cannot save 'small.kdb': the record of 'long' takes" 'db record-length'
			# shellcheck disable=SC2086 # the words of a command
			kyman 9 $way --db small.kdb --pass file:pw $dry
			has "$err" "cannot save 'small.kdb': the record of 'long' takes" 'db record-length'
		done
		[ ! -e long.csr ]
	done
	# Longer first; then shorter than what is there.
	printf '%s\n' 'db record-length small.kdb 20000' "cert create long$long" 'db record-length small.kdb 5000' >all.run
	kyman 9 run all.run --db small.kdb --pass file:pw
	has "$err" 'line 3' "the record of 'long' takes" 'the record length is 5000'
	[ "$(sha256sum small.kdb)" = "$before" ]
	sed -i '$d' all.run
	ok run all.run --db small.kdb --pass file:pw
	kyman 9 db record-length small.kdb 5000 --pass file:pw --dry-run
	# To a database that has the room, and back.
	ok db create large.p12 --pass file:pw --iterations 1000
	ok cert copy long --to large.p12 --to-pass file:pw --db small.kdb --pass file:pw
	ok db create other.kdb --pass file:pw
	kyman 9 cert copy long --to other.kdb --to-pass file:pw --db large.p12 --pass file:pw
	has "$err" "cannot save 'other.kdb': the record of 'long' takes"
}

# sign LABEL: the answer to LABEL.csr, in LABEL.pem, which ends later each time.
sign()
{
	days=$((${days-10} + 10))
	ok csr sign "$1.csr" --issuer ca --profile client --out "$1.pem" --yes -f --days "$days" --db ca.p12 --pass file:pw
}

@test "a request for an entry is received in its place, though no field says so" {
	need jq
	ok db create ca.p12 --pass file:pw --iterations 1000
	ok cert create ca --profile ca --db ca.p12 --pass file:pw
	ok cert export ca --out ca.pem --db ca.p12 --pass file:pw
	ok db create r.kdb --pass file:pw
	ok cert add ca.pem --as ca --pass file:pw --db r.kdb
	ok csr create web --profile client --out web.csr --pass file:pw --db r.kdb
	sign web
	ok cert receive web.pem --pass file:pw --db r.kdb
	ok cert export web --with-key --out-pass none --out first.pem --pass file:pw --db r.kdb

	# the key stays
	ok csr renew web --out web.csr -f --pass file:pw --db r.kdb
	run ! grep forgets .err
	ok cert list --json --pass file:pw --db r.kdb
	[ "$(json '.entries[] | select(.label == "web") | .pending')" = true ]
	sign web
	ok cert receive web.pem --pass file:pw --db r.kdb
	has "$out" 'replaced key'
	ok csr list --json --pass file:pw --db r.kdb
	[ "$(json '.entries | length')" = 0 ]
	ok cert export web --with-key --out-pass none --out second.pem --pass file:pw --db r.kdb
	[ "$(openssl pkey -in first.pem)" = "$(openssl pkey -in second.pem)" ]
	[ "$(openssl x509 -in first.pem -noout -serial)" != "$(openssl x509 -in second.pem -noout -serial)" ]

	# the key goes: nothing but label and subject say that it shall
	ok csr renew web --rekey --out web.csr -f --pass file:pw --db r.kdb
	sign web
	kyman 2 cert receive web.pem --pass file:pw --db r.kdb
	has "$err" "The private key of 'web' goes"
	ok cert receive web.pem --pass file:pw --yes --db r.kdb
	ok cert export web --with-key --out-pass none --out third.pem --pass file:pw --db r.kdb
	[ "$(openssl pkey -in third.pem)" != "$(openssl pkey -in second.pem)" ]

	# another label on either side: it is told at once
	ok csr renew web --out web.csr -f --pass file:pw --db r.kdb
	for file in c.kdb c.p12; do
		ok db convert r.kdb $file --pass file:pw --out-pass file:pw
		ok cert list --json --db $file --pass file:pw
		[ "$(json '.entries[] | select(.label == "web") | .pending')" = true ]
	done
	ok cert rename web shop --pass file:pw --db r.kdb
	has "$err" '1 request forgets which certificate it renews'
}
