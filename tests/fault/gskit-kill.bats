#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 at each call that changes files, of GSKit's commands on a CMS database: afterwards both
# files open with one password and hold what was, or what was to be.
# shellcheck disable=SC2034,SC2154 # helpers and kill.bash set and read out, err, found, program

bats_require_minimum_version 1.5.0
load ../cli/helpers
load ../cli/gskit
load kill

setup()
{
	gskit_scratch
	kill_scratch
	program=./runmqakm
}

# A request shop.csr of the database in old, and the answer to it, shop.arm.
make_answer()
{
	gsk 0 -certreq -create -db old/x.kdb -pw secret -label shop -dn CN=shop.example -file shop.csr \
		-sigalg SHA256WithECDSA
	gsk 0 -keydb -create -db ca.kdb -pw secret12 -stash
	gsk 0 -cert -create -db ca.kdb -stashed -label ca -dn CN=ca -ca true -sigalg SHA256WithECDSA -expire 3650
	gsk 0 -cert -sign -db ca.kdb -stashed -label ca -file shop.csr -target shop.arm
	gsk 0 -cert -extract -db ca.kdb -stashed -label ca -target ca.arm
	gsk 0 -cert -add -db old/x.kdb -pw secret -label ca -file ca.arm
}

@test "-certreq -create" {
	local words=(-certreq -create -db now/x.kdb -pw secret -label shop -dn CN=shop.example -file out/shop.csr
		-sigalg SHA256WithECDSA)

	wanted "${words[@]}"
	each_kill '-certreq -create' either "${words[@]}"
}

# The key, too: with its request, or with its certificate.
receive_check()
{
	either && case $found in
	new) ok cert export shop --with-key --out-pass none --out k.pem -f --db now/x.kdb --pass file:pw ;;
	esac && openssl pkey -in k.pem -noout
}

@test "-cert -receive" {
	local words=(-cert -receive -db now/x.kdb -pw secret -file shop.arm)

	make_answer
	wanted "${words[@]}"
	ok cert export shop --with-key --out-pass none --out k.pem --db now/x.kdb --pass file:pw
	each_kill '-cert -receive' receive_check "${words[@]}"
}

# The new password or the old one, for both files and every key.
changepw_check()
{
	local pass

	for pass in pw:old new:new; do
		found=${pass#*:} pass=file:${pass%:*}
		if state "$pass" >seen; then
			cmp seen before &&
				ok cert export Web --with-key --out-pass none --out k.pem -f --db now/x.kdb --pass "$pass" &&
				write_next "$pass" && state "$pass" | cmp - before
			return
		fi
	done
	return 1
}

@test "-keydb -changepw" {
	fresh
	state file:pw >before
	each_kill '-keydb -changepw' changepw_check -keydb -changepw -db now/x.kdb -pw secret -new_pw 'another one'
}

# The stash opens the database, before the next writer and after it.
stash_check()
{
	state stash >seen && cmp seen before && gsk 0 -cert -list -db now/x.kdb -stashed &&
		changepw_check && state stash | cmp - before && gsk 0 -cert -list -db now/x.kdb -stashed
}

@test "-keydb -changepw refreshes a stash" {
	gsk 0 -keydb -stashpw -db old/x.kdb -pw secret
	fresh
	state stash >before
	each_kill '-keydb -changepw of what is stashed' stash_check \
		-keydb -changepw -db now/x.kdb -stashed -new_pw 'another one'
}

# There was none before.
new_stash_check()
{
	changepw_check || return 1
	case $found in
	old) state file:pw | cmp - before && [ ! -e now/x.sth ] ;;
	new) state file:new | cmp - before && { [ ! -e now/x.sth ] || state stash | cmp - before; } ;;
	esac
}

@test "-keydb -changepw -stash" {
	fresh
	state file:pw >before
	each_kill '-keydb -changepw -stash' new_stash_check -keydb -changepw -db now/x.kdb -pw secret -new_pw 'another one' \
		-stash
}
