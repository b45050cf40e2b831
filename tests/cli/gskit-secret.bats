#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash and gskit.bash set $out and $err
# GSKit's -secretkey.

load helpers
load gskit

setup()
{
	gskit_scratch
	make_db
}

@test "-create: so many bytes, and -extract in both forms" {
	gsk 0 -secretkey -create -db db.p12 -pw secret12 -label sym -size 32
	gsk 0 -secretkey -extract -db db.p12 -stashed -label sym -target sym.bin -format binary
	[ "$(stat -c '%s %a' sym.bin)" = '32 600' ]
	gsk 0 -secretkey -extract -db db.p12 -stashed -label sym -target sym.txt
	[ "$(head -n 1 sym.txt)" = '-----BEGIN SECRET KEY-----' ]
	[ "$(tail -n 1 sym.txt)" = '-----END SECRET KEY-----' ]
	[ "$(stat -c %a sym.txt)" = 600 ]
	grep -v 'SECRET KEY' sym.txt | base64 -d | cmp - sym.bin
	fails 233 'exists' -secretkey -extract -db db.p12 -stashed -label sym -target sym.txt
	fails 23 'taken' -secretkey -create -db db.p12 -stashed -label sym -size 32
	fails 208 'bytes' -secretkey -create -db db.p12 -stashed -label x -size 0
	fails 208 'bytes' -secretkey -create -db db.p12 -stashed -label x -size 513
	fails 208 'bytes' -secretkey -create -db db.p12 -stashed -label x -size many
	fails 41 'weak' -secretkey -create -db db.p12 -stashed -label x -size 8
	fails 206 '-size' -secretkey -create -db db.p12 -stashed -label x
}

@test "-add: a file's bytes, as a key for tokens is made" {
	head -c 32 /dev/urandom >mykey.txt
	gsk 0 -keydb -create -db jwtkeys.p12 -pw password -type pkcs12 -stash
	gsk 0 -secretkey -add -db jwtkeys.p12 -stashed -label mySecretKey -file mykey.txt
	gsk 0 -secretkey -extract -db jwtkeys.p12 -stashed -label mySecretKey -target again -format binary
	cmp mykey.txt again
	fails 211 'none' -secretkey -add -db jwtkeys.p12 -stashed -label other -file none
}

@test "a secret key is no certificate" {
	gsk 0 -secretkey -create -db db.p12 -stashed -label s -size 32
	fails 117 '-secretkey -details' -cert -details -db db.p12 -stashed -label s
}

@test "-list, -details, -rename, -delete" {
	gsk 0 -secretkey -list -db db.p12 -stashed
	[ "$out" = 'No secret keys were found.' ]
	gsk 0 -secretkey -create -db db.p12 -stashed -label one -size 16
	make_cert cert
	gsk 0 -secretkey -list -db db.p12 -stashed
	[ "$(tail -n +3 .out)" = '#	one' ]
	gsk 0 -cert -list -db db.p12 -stashed
	has "$out" '#	one' '-	cert'
	gsk 0 -secretkey -details -db db.p12 -stashed -label one
	has "$out" 'Label : one' 'Key Size : 128'
	fails 117 'no secret key' -secretkey -details -db db.p12 -stashed -label cert
	fails 117 'no secret key' -secretkey -delete -db db.p12 -stashed -label cert
	fails 117 'no secret key' -secretkey -rename -db db.p12 -stashed -label cert -new_label x
	fails 117 'nobody' -secretkey -delete -db db.p12 -stashed -label nobody
	gsk 0 -secretkey -rename -db db.p12 -stashed -label one -new_label two
	gsk 0 -secretkey -delete -db db.p12 -stashed -label two
	gsk 0 -secretkey -list -db db.p12 -stashed
	[ "$out" = 'No secret keys were found.' ]
}
