#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The record length that gskkyman asks for: kept, shown, and of no effect.
# shellcheck disable=SC2154 # helpers set out and err

bats_require_minimum_version 1.5.0
load helpers

setup()
{
	scratch
}

@test "db create notes it" {
	need jq
	ok db create a.p12 --pass gen --stash --record-length 5000
	[[ $err != *'no more'* ]]
	ok db show a.p12
	grep -qE 'record size +5000' .out
	ok db show a.p12 --json
	[ "$(json .record_length)" = 5000 ]
	ok db create b.p12 --pass gen --stash
	ok db show b.p12 --json
	[ "$(json .record_length)" = null ]
}

@test "db record-length changes it, says that it means nothing, and saves keep it" {
	need jq
	ok db create a.p12 --pass gen --stash
	ok db record-length a.p12 2500
	has "$err" 'no more'
	ok db record-length a.p12 7000 --json
	[ "$(json '.warnings[].code')" = no-effect ]
	[ "$(json .changed)" = true ]
	ok db record-length a.p12 7000 --json
	[ "$(json .changed)" = false ]
	ok cert create x --profile client --db a.p12
	ok db record-length a.p12 16777216 --dry-run
	ok db show a.p12 --json
	[ "$(json .record_length)" = 7000 ]
}

@test "bad lengths" {
	ok db create a.p12 --pass gen --stash
	for n in 0 1 2499 16777217 99999999999999999999; do
		kyman 2 db record-length a.p12 "$n"
		has "$err" '2500 to 16777216'
		kyman 2 db create b.p12 --pass gen --stash --record-length "$n"
		[ ! -e b.p12 ]
	done
	for n in -1 abc '' ' 5000' 5000x 5,000; do
		kyman 2 db record-length a.p12 -- "$n"
	done
	kyman 2 db record-length a.p12
	kyman 2 db record-length 5000
	kyman 2 db create b.p12 --pass gen --stash --record-length abc
	kyman 4 db record-length missing.p12 5000
}
