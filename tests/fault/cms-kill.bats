#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 at each call that changes files, of commands that change both files of a CMS database:
# afterwards both open with one passphrase and hold what was, or what was to be.
# shellcheck disable=SC2034,SC2154 # helpers and kill.bash set and read out, err, found, program

bats_require_minimum_version 1.5.0
load ../cli/helpers
load kill

setup()
{
	kill_scratch
}

@test "csr create" {
	local words=(csr create shop shop.example --out out/shop.csr --db now/x.kdb --pass file:pw)

	wanted "${words[@]}"
	each_kill 'csr create' either "${words[@]}"
}

@test "cert add of an answer" {
	ok csr create shop shop.example --out shop.csr --db old/x.kdb --pass file:pw
	ok db create ca.p12 --pass gen --stash
	ok cert create ca --profile ca --db ca.p12
	ok csr sign shop.csr --issuer ca --out shop.pem --yes --db ca.p12
	ok cert export ca --out ca.pem --db ca.p12
	ok cert add ca.pem --db old/x.kdb --pass file:pw
	wanted cert add shop.pem --db now/x.kdb --pass file:pw
	each_kill 'cert add of an answer' either cert add shop.pem --db now/x.kdb --pass file:pw
}

# The new passphrase or the old one, for both files and every key.
passwd_check()
{
	local pass state

	for pass in pw:old new:new; do
		state=${pass#*:} pass=file:${pass%:*}
		if state "$pass" >seen; then
			cmp seen before &&
				ok cert export Web --with-key --out-pass none --out k.pem -f --db now/x.kdb --pass "$pass" &&
				write_next "$pass" && state "$pass" | cmp - before && found=$state
			return
		fi
	done
	return 1
}

@test "db passwd" {
	fresh
	state file:pw >before
	each_kill 'db passwd' passwd_check db passwd now/x.kdb --pass file:pw --new-pass file:new
}

# By the stash, too.
stash_check()
{
	state stash >seen && cmp seen before && passwd_check && state stash | cmp - before
}

@test "db passwd with a stash" {
	ok db stash old/x.kdb --pass file:pw
	fresh
	state stash >before
	each_kill 'db passwd with a stash' stash_check db passwd now/x.kdb --pass file:pw --new-pass file:new
}

# All of the database and its stash, or nothing that would be in the way of the next one of this name.
delete_check()
{
	if [ -e now/x.kdb ]; then
		state file:pw >seen && cmp seen before && state stash | cmp - before &&
			write_next file:pw && state file:pw | cmp - before && state stash | cmp - before && found=old
		return
	fi
	ok db create now/x.kdb --pass file:new && clean now && state file:new >seen && [ ! -s seen ] &&
		[ "$(ls now)" = x.kdb ] && found=new
}

@test "db delete" {
	ok db stash old/x.kdb --pass file:pw
	fresh
	state stash >before
	each_kill 'db delete' delete_check db delete now/x.kdb --yes
}

# A whole database, with its stash, or none.
create_check()
{
	if [ -e now/x.kdb ]; then
		state stash >seen && [ ! -s seen ] && state file:new | cmp - seen && write_next stash &&
			state file:new | cmp - seen && [ -e now/x.sth ] && found=new
		return
	fi
	again && state stash >seen && [ ! -s seen ] && found=old
}

@test "db create" {
	rm old/*
	each_kill 'db create' create_check db create now/x.kdb --pass file:new --stash
}

replace_check()
{
	if state file:pw >seen; then
		cmp seen before && state stash | cmp - before && write_next stash &&
			state file:pw | cmp - before && again && found=old
		return
	fi
	state file:new >seen && [ ! -s seen ] && state stash | cmp - seen && write_next stash &&
		state file:new | cmp - seen && found=new
}

@test "db create --if-exists replace" {
	ok db stash old/x.kdb --pass file:pw
	fresh
	state stash >before
	each_kill 'db create --if-exists replace' replace_check db create now/x.kdb --if-exists replace --pass file:new \
		--stash --yes
}

convert_check()
{
	if [ -e now/x.kdb ]; then
		state file:new >seen && cmp seen after && write_next file:new && state file:new | cmp - after && found=new
		return
	fi
	again && state file:new | cmp - after && found=old
}

@test "db convert from PKCS#12 with a request" {
	local words=(db convert now/from.p12 now/x.kdb --pass file:pw --out-pass file:new)

	ok db convert old/x.kdb old/from.p12 --pass file:pw --out-pass file:pw --iterations 10000 --allow-loss
	rm old/x.*
	fresh
	tested "${words[@]}"
	state file:new >after
	[ -e now/x.rdb ]
	each_kill 'db convert' convert_check "${words[@]}"
}
