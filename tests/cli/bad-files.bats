#!/usr/bin/env bats
bats_require_minimum_version 1.5.0
# SPDX-License-Identifier: GPL-3.0-or-later
# Input, output, databases and secrets that are refused.

load refuse

setup()
{
	make_scratch
}

@test "input: folder, FIFO that nobody writes to, 3 GB of zeros, missing, empty, text" {
	mkdir folder
	mkfifo fifo
	truncate -s 3G zeros
	: >empty
	echo 'just text' >text
	refuse 1 cert add folder
	refuse 1 cert add fifo
	refuse 9 cert add zeros
	refuse 4 cert add missing.pem
	refuse 8 cert add empty
	refuse 8 cert add text
	rm zeros
}

@test "unreadable: input, database, stash, secret; a folder that is read-only" {
	make_unprivileged
	install -m 000 /dev/null unreadable
	refuse 1 cert add unreadable
	said 'permission denied'
	mkdir -m 500 shut
	refuse 1 cert export web --out shut/web.pem
	said 'permission denied'
	refuse 1 db create shut/new.p12 --pass env:PW --iterations 1000
	refuse 5 cert show web --pass file:unreadable
	said 'permission denied'
	CREDENTIALS_DIRECTORY=$PWD refuse 5 cert show web --pass cred:unreadable
	said 'permission denied'
	mkdir ring
	cp db.p12 db.sth ring
	chmod 500 ring
	refuse 1 cert rename web other --db ring/db.p12
	said 'permission denied'
	chmod 000 ring/db.sth
	refuse 5 cert rename web other --db ring/db.p12
	said 'permission denied'
	chmod 000 ring/db.p12
	refuse 1 cert list --db ring/db.p12
	said 'permission denied'
	chmod 700 ring shut
}

# on_full COMMAND: in a mount of its own, where folder full has the database and nothing else fits; what it says, its
# status, what is there then and whether the database changed.
on_full()
{
	unshare -m sh -c '
		mkdir -p full && mount -t tmpfs -o size=32k,mode=700 none full && cp db.p12 db.sth full || exit 99
		dd if=/dev/zero of=full/filler bs=1k 2>/dev/null
		"$@" 2>&1
		echo "status $?"
		ls -A full
		cmp full/db.p12 db.p12' sh "$@" </dev/null
}

@test "a folder that is full: output, database, new database" {
	if ! unshare -m sh -c 'mkdir -p full && mount -t tmpfs none full' 2>/dev/null; then
		skip 'no file system can be mounted here'
	fi
	for words in 'cert export web --out full/web.pem' 'cert rename web other --db full/db.p12' \
		'db create full/new.p12 --pass env:PW --iterations 1000' 'db stash full/db.p12'; do
		# shellcheck disable=SC2086 # words
		run on_full "$KYMAN" $words
		[ "$status" -eq 0 ]
		[[ $output == *'no space is left'*'status 1'* ]]
		[ "$(echo "$output" | sed '1,/^status/d' | tr '\n' ' ')" = 'db.p12 db.sth filler ' ]
	done
}

@test "output: exists, the database itself, a link, its folder missing" {
	echo mine >there.pem
	refuse 7 cert export web --out there.pem
	"$KYMAN" cert export web --out there.pem --force
	grep -q BEGIN there.pem
	refuse 7 cert export web --out db.p12 --out-pass env:PW
	refuse 7 cert export web --out db.p12 --out-pass env:PW --force
	refuse 7 cert export web --out db.sth --force
	echo mine >target.pem
	ln -s target.pem link.pem
	refuse 7 cert export web --out link.pem
	"$KYMAN" cert export web --out link.pem --force
	[ "$(cat target.pem)" = mine ]
	[ ! -L link.pem ]
	refuse 4 cert export web --out missing/x.pem
	said "there is no folder 'missing'"
	refuse 4 csr create q --profile client --out sub/missing/x.pem
	said "there is no folder 'sub/missing'"
	refuse 4 cert export web --with-key --out x.pem --out-pass gen:missing/pass
	refuse 7 csr create q --profile client --out there.pem
}

@test "output: /dev/full" {
	refuse 1 cert export web --out /dev/full
	run bash -c '"$KYMAN" cert list >/dev/full'
	[ "$status" -eq 1 ]
	run bash -c '"$KYMAN" cert list --json >/dev/full'
	[ "$status" -eq 1 ]
	run bash -c '"$KYMAN" --help >/dev/full'
	[ "$status" -eq 1 ]
	run bash -c '"$KYMAN" cert list >&-'
	[ "$status" -eq 1 ]
}

@test "--db: missing, not said, empty, text, a folder" {
	refuse 4 cert list --db missing.p12
	: >empty.p12
	refuse 8 cert list --db empty.p12
	echo text >text.p12
	refuse 8 cert list --db text.p12
	mkdir folder
	refuse 1 cert list --db folder
	unset KYMAN_DB
	refuse 2 cert list
	said --db
}

@test "db create: exists, several options wrong" {
	refuse 7 db create db.p12 --pass env:PW
	refuse 2 db create new.p12 --pass env:PW --iterations 5
	refuse 2 db create new.p12 --pass env:PW --type nonsense
	refuse 2 db create new.p12 --pass env:PW --mode 9
	refuse 2 db create new.p12 --pass gen
	refuse 4 db create missing/new.p12 --pass env:PW
}

@test "secrets: each source missing; a wrong one; one on the command line" {
	refuse 5 cert show web --pass env:NOT_SET
	refuse 5 cert show web --pass file:missing
	refuse 5 cert show web --pass fd:9
	refuse 5 cert show web --pass cred:missing
	refuse 5 cert delete web --pass prompt
	WRONG=wrong refuse 5 cert show web --pass env:WRONG
	said 'wrong passphrase'
	refuse 2 cert show web --pass Scratch-pass1
	run ! grep -q Scratch-pass1 .refuse-err
	refuse 2 cert show web --pass env:
	refuse 2 db create new.p12 --pass cred:../x
	refuse 5 db passwd db.p12 --new-pass env:NOT_SET
	said --new-pass
	refuse 5 cert export web --with-key --out x.p12 --out-pass file:missing
	said --out-pass
	rm db.sth
	refuse 5 cert delete web --no-input
	said --pass
}

@test "secrets: each source empty, or at its end" {
	: >empty
	EMPTY='' refuse 5 cert show web --pass env:EMPTY
	said 'is empty'
	refuse 5 cert show web --pass file:empty
	said 'is empty'
	refuse 5 cert show web --pass file:.
	said 'a folder'
	refuse 5 cert show web --pass fd:7 7<empty
	said 'has ended'
	refuse 5 cert show web --pass stdin
	said 'has ended'
	CREDENTIALS_DIRECTORY=$PWD refuse 5 cert show web --pass cred:empty
	said 'is empty'
	cp empty db.sth
	refuse 5 cert show web --pass stash
	said 'no stash'
	head -c 100 db.p12 >db.sth
	refuse 5 cert show web --pass stash
	said 'no stash'
	refuse 5 db passwd db.p12 --pass env:PW --new-pass file:empty
}

@test "a stash of another database" {
	"$KYMAN" db create other.p12 --pass gen --stash 2>/dev/null
	cp other.sth db.sth
	refuse 5 cert delete web --yes
	said stash
	# It is not taken for a stale one, which would be replaced.
	mv other.p12 db.pfx
	refuse 7 db stash db.p12 --pass env:PW
	said 'another database'
}

@test "PKCS#12: wrong passphrase, wrong MAC, truncated, trailing bytes, 2^31-1 iterations" {
	"$KYMAN" cert export web --with-key --out good.p12 --out-pass env:PW --iterations 1000
	WRONG=no refuse 5 cert import good.p12 --in-pass env:WRONG
	head -c 500 good.p12 >short.p12
	refuse 8 cert import short.p12 --in-pass env:PW
	{ cat good.p12; echo more; } >long.p12
	refuse 8 cert import long.p12 --in-pass env:PW
}

@test "a database with a changed bit, in a key or in a certificate, is damaged, not opened with a wrong passphrase" {
	for at in 200 -300; do
		python3 - "$at" <<'PY'
import sys
d = bytearray(open('db.p12', 'rb').read())
d[int(sys.argv[1])] ^= 1
open('changed.p12', 'wb').write(d)
PY
		refuse 8 cert list --db changed.p12 --pass env:PW
		said 'contents were changed'
	done
}

@test "a key and a certificate that do not match" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout a.key -out a.crt -subj /CN=a 2>/dev/null
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout b.key -out b.crt -subj /CN=b 2>/dev/null
	cat a.key b.crt >mixed.pem
	refuse 7 cert import mixed.pem
	refuse 7 cert import a.crt --key-file b.key
	"$KYMAN" cert import a.crt --key-file a.key --as a
}

@test "the same certificate a second time; losing a key; the issuer of what is here" {
	"$KYMAN" cert export root --out root.pem
	refuse 7 cert add root.pem --as again
	refuse 2 cert delete web
	said --yes
	refuse 7 cert delete root --yes
	said --even-issuer
}
