#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Commands that only read give up what reading does not need before they take in a file. The program
# itself tries what it gave up (KYMAN_TEST_PROBE, with --enable-test-hooks) and must be refused.
# shellcheck disable=SC2154 # helpers set out and err

bats_require_minimum_version 1.5.0
load helpers

setup()
{
	scratch
	mkdir probe
	echo old >probe/old
	KYMAN_TEST_PROBE=$PWD/probe "$KYMAN" show probe/old >.out 2>.err </dev/null || true
	grep -q '^probe:' .err || skip 'built without --enable-test-hooks, or with a sanitizer'
	grep -q ' done' .err && skip "this kernel grants less: $(grep ' done' .err | tr '\n' ' ')"
	make_ring
	ok cert export root --out root.pem
	ok cert export web --out web.pem
}

# confined STATUS WORD...: the command does its work, and can do no more than that.
confined()
{
	KYMAN_TEST_PROBE=$PWD/probe kyman "$@"
	[ "$(grep -c '^probe:.* refused$' .err)" = 13 ]
	run ! grep '^probe:.* done' .err
	[ "$(cat probe/*)" = old ]
}

# free WORD...: it writes files, and so it stays free.
free()
{
	KYMAN_TEST_PROBE=$PWD/probe ok "$@"
	run ! grep '^probe:' .err
}

@test "commands that read are refused all else" {
	confined 0 cert list
	has "$out" web app
	confined 0 cert show web
	confined 0 cert show web --json
	confined 0 cert default
	confined 0 csr list
	confined 0 csr show shop
	confined 0 db show
	confined 0 cert verify web
	confined 0 cert verify --file web.pem --trust root.pem || confined 4 cert verify --file web.pem
	confined 0 show ring.p12 web.pem shop.csr
	has "$out" 'ring.p12' 'web.pem' 'shop.csr'
	confined 0 cert export web
	has "$out" 'BEGIN CERTIFICATE'
	confined 4 cert show nobody
}

@test "GSKit's and gskkyman's that read, too" {
	printf 'a passphrase\n' >pw
	ok db create g.kdb --pass file:pw --stash
	ok cert create web --profile client --db g.kdb --pass file:pw
	confined 0 -cert -list -db g.kdb -stashed
	has "$out" web
	confined 0 -cert -details -db g.kdb -stashed -label web
	KYMAN_TEST_PROBE=$PWD/probe "$KYMAN" -dc -k g.kdb -l web <pw >.out 2>.err
	[ "$(grep -c '^probe:.* refused$' .err)" = 13 ]
	grep -q web .out
}

@test "commands that write are free to" {
	free cert export web --out w.pem
	[ -s w.pem ]
	free cert export web --with-key --out-pass gen:made --out w.p12
	[ -s made ]
	free cert create new --profile client
	free csr export shop --out s.csr
	free db stash ring.p12
}

# The derivation has a thread of its own, and the question a terminal.
@test "a confined command asks, and derives beside" {
	need python3
	python3 -c 'import os; os.openpty()' 2>/dev/null || skip 'no pseudo-terminals here'
	printf 'typed-Pass1\n' >pw
	ok db create t.p12 --pass file:pw
	KYMAN_TEST_PROBE=$PWD/probe python3 "$BATS_TEST_DIRNAME/terminal.py" \
		'wait=Passphrase,echo=off,type=typed-Pass1' "$KYMAN" db show t.p12 >.out
	grep -q 'probe: execve refused' .out
	grep -q 600 .out
	KYMAN_TEST_PROBE=$PWD/probe kyman 0 cert export web --with-key --out-pass file:pw --format p12 --out x.p12
	confined 0 show x.p12 --in-pass file:pw
}

@test "what is asked for from descriptors and variables is there" {
	printf 'a passphrase\n' >pw
	ok db create t.p12 --pass file:pw --iterations 1000
	export PW='a passphrase'
	confined 0 db show t.p12 --pass env:PW
	"$KYMAN" db show t.p12 --pass fd:7 7<pw >.out
	"$KYMAN" db show t.p12 --pass stdin <pw >.out
	"$KYMAN" show - <web.pem >.out
	grep -q web .out
}

@test "show reads from pipes and writes to full devices as ever" {
	"$KYMAN" show <(cat web.pem) >.out
	grep -q web .out
	local got=0

	[ -e /dev/full ] || skip 'no /dev/full here'
	"$KYMAN" show web.pem >/dev/full 2>.err || got=$?
	[ "$got" = 1 ]
}
