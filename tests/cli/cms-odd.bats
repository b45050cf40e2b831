#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# CMS databases that are whole, and not what a program would write.
# shellcheck disable=SC2154 # helpers set out and err

bats_require_minimum_version 1.5.0
load helpers

setup()
{
	scratch
	printf 'secret\n' >pw
	printf 'another one\n' >new
}

# shellcheck disable=SC2154 # top_srcdir: the harness sets it
operate()
{
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$top_srcdir/tests/cli/surgery.py" "$1" "$2" "${pass-secret}" "${@:3}"
}

# Two keys of one length, under a CA.
make_pair()
{
	ok db create "$1" --type cms --cms-version "${2-6}" --pass file:pw
	ok cert create ca --profile ca --db "$1" --pass file:pw
	ok cert create one one.example --key ec:p256 --issuer ca --db "$1" --pass file:pw
	ok cert create two two.example --key ec:p256 --issuer ca --db "$1" --pass file:pw
}

# certs.kdb with a certificate of another database.
make_certs()
{
	ok cert export two --out two.pem -f --db "$1" --pass file:pw
	ok db create certs.kdb --pass file:pw
	ok cert add two.pem --as plain --db certs.kdb --pass file:pw
}

# How many slots a file has.
slots()
{
	od -An -tu4 --endian=big -j20 -N4 "$1" | tr -d ' '
}

@test "a private key that is not its certificate's is noticed where it is used" {
	for v in 3 4 6; do
		make_pair x.kdb "$v"
		operate swap x.kdb one two
		before=$(sha256sum x.kdb)
		ok cert list --db x.kdb --pass file:pw
		has "$out" one two
		ok db create y.p12 --pass file:pw --iterations 1000
		for job in 'cert export one --with-key --out o.p12 --out-pass file:pw' \
			'cert export one --with-key --out o.pem --out-pass none' \
			'cert export one --key-out o.key --out o.pem --out-pass none' \
			'cert export --all --with-key --out o.p12 --out-pass file:pw' \
			'csr renew one --out o.csr' 'cert copy one --to y.p12 --to-pass file:pw'; do
			# shellcheck disable=SC2086 # the words of a command
			kyman 7 $job --db x.kdb --pass file:pw --json
			has "$err$out" key-mismatch "'one'" 'not the key of its certificate'
		done
		kyman 7 cert renew one --db x.kdb --pass file:pw
		has "$err" "'one'" 'not the key of its certificate'
		kyman 7 db convert x.kdb z.p12 --pass file:pw --out-pass file:pw
		has "$err" "'one'" 'not the key of its certificate' 'delete the entry'
		[ ! -e z.p12 ] && [ -z "$(ls o.* 2>/dev/null)" ]
		[ "$(sha256sum x.kdb)" = "$before" ]
		kyman 3 cert verify one --db x.kdb --pass file:pw --json
		has "$out" '"valid":false' key-mismatch
		ok cert verify ca --db x.kdb --pass file:pw
		kyman 3 show x.kdb --in-pass file:pw --json
		has "$out" key-mismatch
		rm x.kdb y.p12
	done
}

@test "an issuer with a foreign key issues nothing" {
	make_pair x.kdb
	ok cert create other --profile ca --db x.kdb --pass file:pw
	operate swap x.kdb ca other
	kyman 7 cert create three three.example --issuer ca --db x.kdb --pass file:pw
	has "$err" "'ca'" 'not the key of its certificate'
	kyman 7 cert renew one --db x.kdb --pass file:pw
	has "$err" "'ca'"
	kyman 7 cert renew ca --db x.kdb --pass file:pw
	has "$err" "'ca'"
}

@test "db passwd changes nothing about a wrong pair, and says so; it can be mended" {
	make_pair x.kdb
	operate swap x.kdb one two
	before=$(sha256sum x.kdb)
	ok db passwd x.kdb --pass file:pw --new-pass file:new --dry-run --json
	has "$out" key-mismatch "'one'" "'two'" '"dry_run":true'
	[ "$(sha256sum x.kdb)" = "$before" ]
	ok db passwd x.kdb --pass file:pw --new-pass file:new --json
	has "$out" key-mismatch "'one'" "'two'"
	kyman 7 cert export one --with-key --out o.pem --out-pass none --db x.kdb --pass file:new
	ok cert delete one two --yes --db x.kdb --pass file:new
	ok cert create one one.example --issuer ca --db x.kdb --pass file:new
	ok db convert x.kdb z.p12 --pass file:new --out-pass file:pw --iterations 1000
	ok cert verify one --db z.p12 --pass file:pw
}

@test "a record that is there twice is no obstacle" {
	need jq
	make_pair x.kdb
	operate twice x.kdb one
	operate twice x.kdb ca
	cp x.kdb first.kdb
	ok db passwd x.kdb --pass file:pw --new-pass file:new
	ok cert list --json --db x.kdb --pass file:new
	[ "$(json '[.entries[].label] | sort | join(",")')" = 'ca,ca (2),one,one (2),two' ]
	for label in one 'one (2)'; do
		ok cert export "$label" --key-out k.pem --out-pass none --out c.pem -f --db x.kdb --pass file:new
		openssl x509 -in c.pem -noout -pubkey | cmp - <(openssl pkey -in k.pem -pubout)
	done
	ok cert trust 'one (2)' off --db x.kdb --pass file:new
	ok cert trust one off --db x.kdb --pass file:new
	ok cert default 'one (2)' --db x.kdb --pass file:new
	ok cert rename 'one (2)' three --db x.kdb --pass file:new
	ok cert delete one --yes --db x.kdb --pass file:new
	ok cert list --json --db x.kdb --pass file:new
	[ "$(json '[.entries[].label] | sort | join(",")')" = 'ca,ca (2),three,two' ]
	# A certificate's record, all the same: the slot goes along.
	make_certs first.kdb
	operate twice certs.kdb plain
	ok db passwd certs.kdb --pass file:pw --new-pass file:new --json
	[ "$(slots certs.kdb)" = 2 ]
}

# open_keys FILE LABEL...: these private keys and no others open under the new passphrase.
open_keys()
{
	[ "$(pass='another one' operate keys "$1" | sort | tr '\n' ' ')" = "${*:2} " ]
}

@test "keys of records that are not understood come under the new passphrase, too" {
	for v in 3 4 6; do
		make_pair x.kdb "$v"
		ok csr create later later.example --key ec:p256 --out later.csr -f --db x.kdb --pass file:pw
		ok csr create next next.example --key ec:p256 --out next.csr -f --db x.kdb --pass file:pw
		ok secret create aes --size 256 --db x.kdb --pass file:pw
		operate type x.kdb one 2
		operate type x.kdb aes 9
		operate type x.rdb later 2
		operate move x.kdb two x.rdb
		operate move x.rdb next x.kdb
		ok db passwd x.kdb --pass file:pw --new-pass file:new
		open_keys x.kdb ca next one
		open_keys x.rdb later two
		# In a record's own place nothing else changed.
		pass='another one' operate type x.kdb one 1
		pass='another one' operate type x.kdb aes 1
		pass='another one' operate type x.rdb later 1
		ok cert export one --with-key --out o.p12 -f --out-pass file:pw --db x.kdb --pass file:new
		ok secret export aes --out o.aes -f --db x.kdb --pass file:new
		[ "$(stat -c %s o.aes)" = 32 ]
		ok csr list --db x.kdb --pass file:new
		has "$out" later
		rm x.kdb x.rdb
	done
}

@test "a key in a record that cannot be taken apart refuses another passphrase" {
	make_pair x.kdb
	operate tag x.kdb one a5
	before=$(sha256sum x.kdb)
	for dry in '' --dry-run; do
		# shellcheck disable=SC2086 # none, or one word
		kyman 9 db passwd x.kdb --pass file:pw --new-pass file:new $dry
		has "$err" "'one'" 'not understood' 'db convert' allow-loss
		[ "$(sha256sum x.kdb)" = "$before" ]
	done
	printf 'db passwd x.kdb --new-pass file:new\n' >all.run
	kyman 9 run all.run --db x.kdb --pass file:pw --dry-run
	has "$err" 'line 1' 'not understood'
	[ "$(sha256sum x.kdb)" = "$before" ]
	ok db convert x.kdb y.kdb --allow-loss --pass file:pw --out-pass file:new
	# Without a key in it nothing is lost.
	make_pair z.kdb
	make_certs z.kdb
	operate tag certs.kdb plain a5
	ok db passwd certs.kdb --pass file:pw --new-pass file:new
	[ "$(slots certs.kdb)" = 1 ]
}

@test "a stash that is cut, long, empty or of another database" {
	for v in 1 2; do
		make_pair x.kdb
		ok db stash x.kdb --stash-version "$v" --pass file:pw
		ok cert list --db x.kdb --pass stash
		cp x.sth whole.sth
		for size in 0 128 130 192 194; do
			(cat whole.sth && head -c 200 /dev/zero) | head -c "$size" >x.sth
			before=$(sha256sum x.kdb x.sth)
			kyman 5 cert list --db x.kdb --pass stash
			has "$err" "'x.sth' is no stash, or a damaged one"
			kyman 5 cert create new new.example --db x.kdb
			[ "$(sha256sum x.kdb x.sth)" = "$before" ]
			kyman 8 show x.sth
			ok db show x.kdb --pass file:pw
			has "$out" stale
		done
		ok db create other.kdb --pass file:new --stash
		mv other.sth x.sth
		kyman 5 cert list --db x.kdb
		has "$err" 'wrong passphrase'
		rm -f x.kdb other.kdb ./*.sth
	done
}

@test "a request whose private key is another's is noticed, too" {
	ok db create ca.p12 --pass file:pw --iterations 1000
	ok cert create ca --profile ca --db ca.p12 --pass file:pw
	ok cert export ca --out ca.pem --db ca.p12 --pass file:pw
	ok db create x.kdb --pass file:pw
	ok cert add ca.pem --as ca --db x.kdb --pass file:pw
	for label in one two; do
		ok csr create $label $label.example --key ec:p256 --out $label.csr --db x.kdb --pass file:pw
		ok csr sign $label.csr --issuer ca --yes --out $label.pem --db ca.p12 --pass file:pw
	done
	operate swap x.rdb one two
	before=$(sha256sum x.kdb x.rdb)
	kyman 7 cert receive one.pem --db x.kdb --pass file:pw
	has "$err" "'one'" 'is not the key of its certificate'
	kyman 7 db convert x.kdb y.p12 --pass file:pw --out-pass file:pw
	has "$err" "request 'one'" 'not the one it was made with' 'delete the request'
	[ "$(sha256sum x.kdb x.rdb)" = "$before" ]
	ok db passwd x.kdb --pass file:pw --new-pass file:new
	has "$err" "request 'one'" "request 'two'"
	ok csr delete one --yes --db x.kdb --pass file:new
}

@test "a file's wrong pair of key and certificate is not taken in" {
	make_pair x.kdb
	operate swap x.kdb one two
	ok db create y.p12 --pass file:pw --iterations 1000
	before=$(sha256sum y.p12)
	kyman 7 cert import x.kdb --in-pass file:pw --db y.p12 --pass file:pw
	has "$err" 'is not the key of its certificate'
	kyman 7 cert add x.kdb --in-pass file:pw --db y.p12 --pass file:pw
	[ "$(sha256sum y.p12)" = "$before" ]
	ok cert import x.kdb --from ca --in-pass file:pw --db y.p12 --pass file:pw
}
