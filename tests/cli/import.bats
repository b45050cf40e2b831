#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# cert import: what comes over from another database, and what does not belong together.

load helpers

setup()
{
	scratch
	make_ring
	ok db create other.p12 --pass gen --stash
}

@test "a ring comes over with its requests, once" {
	ok cert import ring.p12 --in-pass stash --db other.p12
	ok csr list --db other.p12
	[ "$(wc -l <.out)" -eq 2 ]
	grep -Eq '^shop +request +CN=shop.example$' .out
	ok cert list --db other.p12
	[ "$(wc -l <.out)" -eq 5 ]
	kyman 7 cert import ring.p12 --in-pass stash --db other.p12
	cp other.p12 before.p12
	ok cert import ring.p12 --in-pass stash --db other.p12 --if-exists keep
	cmp other.p12 before.p12
}

@test "keep is content with another label, unless --as says which" {
	ok cert export app --with-key --out app.pem --out-pass none
	ok cert import app.pem --as first --db other.p12
	ok cert import app.pem --if-exists keep --db other.p12
	kyman 7 cert import app.pem --if-exists keep --as second --db other.p12
}

@test "a key that belongs to no certificate of the file: 7" {
	ok cert export app --key-out app.key --out app.pem --out-pass none
	ok cert export web --key-out web.key --out web.pem --out-pass none
	kyman 7 cert import web.pem --key-file app.key --db other.p12
	has "$err" 'do not belong together'
	ok cert list --db other.p12 -q
	[ -z "$out" ]
}
