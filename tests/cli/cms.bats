#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# IBM's CMS databases, read. The files are those that the fuzz targets begin with.
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
	ok show v3.rdb
	has "$out" next
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
