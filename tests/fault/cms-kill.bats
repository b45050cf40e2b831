#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 at each call that changes files, of commands that change both files of a CMS database:
# afterwards both open with one passphrase and hold what was, or what was to be.
# shellcheck disable=SC2154 # helpers set out and err

bats_require_minimum_version 1.5.0
load ../cli/helpers

calls='write fsync rename renameat2 unlink openat fchmod close'

# shellcheck disable=SC2154 # top_srcdir: the harness sets it
setup()
{
	scratch
	command -v strace >/dev/null || skip 'strace is not installed'
	strace -o .probe -e inject=fsync:signal=KILL:when=1 true 2>/dev/null || skip 'strace may not trace'
	# Leaks cannot be looked for where strace traces already.
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
	printf 'secret\n' >pw
	printf 'another one\n' >new
	mkdir old
	cp "$top_srcdir/testdata/fuzz/cms/v6-kdb" old/x.kdb
	cp "$top_srcdir/testdata/fuzz/cms/v6-rdb" old/x.rdb
	chmod u+w old/*
	ok db record-length old/x.kdb 5000 --pass file:pw
}

# A fresh copy of the database in the folder that is the current one.
fresh()
{
	rm -rf now
	cp -r old now
}

# state PASS-FILE: labels of keys and of requests; fails when one of the files does not open.
state()
{
	"$KYMAN" cert list --db now/x.kdb --pass "file:$1" >.list 2>.err </dev/null &&
		"$KYMAN" csr list --db now/x.kdb --pass "file:$1" >.requests 2>.err </dev/null &&
		awk 'FNR > 1 { print $1, $2 }' .list .requests
}

# clean: no save is on its way.
clean()
{
	[ -z "$(find now -name '*~new')" ]
}

# each_kill CHECK WORD...: the command, killed at the N-th of each call, then CHECK.
each_kill()
{
	local check=$1 call n count runs=0

	shift
	fresh
	strace -f -o trace "$KYMAN" "$@" >.out 2>.err </dev/null
	for call in $calls; do
		count=$(grep -cE "^[0-9]+ +$call\\(" trace || true)
		for ((n = 1; n <= count; n++)); do
			fresh
			strace -f -o .trace -e "inject=$call:signal=KILL:when=$n" "$KYMAN" "$@" >.out 2>.err </dev/null || true
			"$check" || {
				echo "killed at $call $n of $count"
				ls -l now
				return 1
			}
			runs=$((runs + 1))
		done
	done
	echo "# $runs kills" >&3
	[ "$runs" -gt 30 ]
}

# one_of FILE...: what state says with "secret" is in one of these files; so it is after the next writer, and
# nothing is left over.
one_of()
{
	local file

	state pw >seen || return 1
	for file; do
		if cmp -s seen "$file"; then
			ok db record-length now/x.kdb 6000 --pass file:pw && clean &&
				state pw >seen && cmp seen "$file"
			return
		fi
	done
	diff "$1" seen
}

# wanted FILE WORD...: the state that the command leads to.
wanted()
{
	local file=$1

	shift
	fresh
	ok "$@"
	state pw >"$file"
}

either()
{
	one_of before after
}

@test "csr create" {
	fresh
	state pw >before
	wanted after csr create shop shop.example --out shop.csr -f --db now/x.kdb --pass file:pw
	run ! cmp -s before after
	each_kill either csr create shop shop.example --out shop.csr -f --db now/x.kdb --pass file:pw
}

@test "cert add of an answer" {
	ok csr create shop shop.example --out shop.csr --db old/x.kdb --pass file:pw
	ok db create ca.p12 --pass gen --stash
	ok cert create ca --profile ca --db ca.p12
	ok csr sign shop.csr --issuer ca --out shop.pem --yes --db ca.p12
	ok cert export ca --out ca.pem --db ca.p12
	ok cert add ca.pem --db old/x.kdb --pass file:pw
	fresh
	state pw >before
	wanted after cert add shop.pem --db now/x.kdb --pass file:pw
	run ! cmp -s before after
	each_kill either cert add shop.pem --db now/x.kdb --pass file:pw
}

# The new passphrase or the old one, for both files.
passwd_check()
{
	local pass

	for pass in pw new; do
		if state "$pass" >seen; then
			cmp seen before &&
				ok cert export Web --with-key --out-pass none --out k.pem -f --db now/x.kdb --pass "file:$pass" &&
				ok db record-length now/x.kdb 6000 --pass "file:$pass" && clean &&
				state "$pass" >seen && cmp seen before
			return
		fi
	done
	return 1
}

@test "db passwd" {
	fresh
	state pw >before
	each_kill passwd_check db passwd now/x.kdb --pass file:pw --new-pass file:new
}

# What is left of both, or of neither.
delete_check()
{
	[ -e now/x.kdb ] || {
		[ ! -e now/x.rdb ]
		return
	}
	state pw >/dev/null
}

@test "db delete" {
	for n in 1 2 3 4; do
		fresh
		strace -f -o .trace -e "inject=unlink:signal=KILL:when=$n" \
			"$KYMAN" db delete now/x.kdb --yes >.out 2>.err </dev/null || true
		delete_check
	done
}
