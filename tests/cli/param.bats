#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Key parameter files: the groups of RFC 7919.
# shellcheck disable=SC2154 # helpers set out and err

bats_require_minimum_version 1.5.0
load helpers

setup()
{
	scratch
}

# The prime of the parameters in file $1, in hexadecimal.
prime()
{
	openssl asn1parse -in "$1" | sed -n '2s/.*://p'
}

@test "openssl knows each group and has the same prime" {
	for size in 2048 3072 4096; do
		ok param create "ffdhe$size" --out "$size.pem"
		has "$out" "wrote $size.pem"
		openssl dhparam -in "$size.pem" -check -text -noout >text 2>&1
		grep -q "DH Parameters: ($size bit)" text
		grep -q "GROUP: ffdhe$size" text
		openssl genpkey -genparam -algorithm DH -pkeyopt "group:ffdhe$size" -out theirs.pem 2>/dev/null
		[ "$(prime "$size.pem")" = "$(prime theirs.pem)" ]
		[ -n "$(prime theirs.pem)" ]
		openssl genpkey -paramfile "$size.pem" -out key.pem
	done
}

@test "no file: standard output; no database is needed" {
	ok param create ffdhe2048
	[ "$(head -n 1 .out)" = '-----BEGIN DH PARAMETERS-----' ]
	[ -z "$err" ]
	KYMAN_DB=missing.p12 ok param create FFDHE2048 --out dh.pem --quiet
	[ -z "$out" ]
}

@test "JSON and a dry run" {
	need jq
	ok param create ffdhe2048 --out dh.pem --dry-run --json
	[ "$(json '.files[0]')" = dh.pem ]
	[ ! -e dh.pem ]
	kyman 2 param create ffdhe2048 --json
}

@test "bad groups" {
	for group in ffdhe1024 ffdhe ffdhe20480 modp2048 2048 '' d ds "$(printf 'a\033b')"; do
		kyman 2 param create --out dh.pem -- "$group"
		has "$err" ffdhe2048 ffdhe3072 ffdhe4096
		[[ $err != *$'\033'* ]]
	done
	for group in dsa DSA2048 dsa-1024; do
		kyman 9 param create "$group" --out dh.pem
		has "$err" 'FIPS 186-5'
	done
	kyman 2 param create
	kyman 2 param create ffdhe2048 ffdhe3072
	[ ! -e dh.pem ]
}

@test "an existing file stays" {
	echo mine >dh.pem
	kyman 7 param create ffdhe2048 --out dh.pem
	[ "$(cat dh.pem)" = mine ]
	ok param create ffdhe2048 --out dh.pem -f
	openssl dhparam -in dh.pem -check -noout 2>/dev/null
	mkdir folder
	kyman 1 param create ffdhe2048 --out folder
}
