#!/usr/bin/env bats
bats_require_minimum_version 1.5.0
# SPDX-License-Identifier: GPL-3.0-or-later
# Input, output, databases and secrets that are refused.

load refuse

setup()
{
	make_scratch
}

@test "input: folder, FIFO that nobody writes to, unreadable, 3 GB of zeros, missing, empty, text" {
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
	if [ "$(id -u)" -ne 0 ]; then
		install -m 000 text unreadable
		refuse 1 cert add unreadable
	fi
}

@test "output: exists, read-only folder, the database itself, a link, its folder missing" {
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
	run "$KYMAN" cert export web --out missing/x.pem
	[ "$status" -ne 0 ]
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

@test "secrets: each source missing, empty, unreadable; a wrong one; one on the command line" {
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
	rm db.sth
	refuse 5 cert delete web --no-input
	said --pass
}

@test "a stash of another database" {
	"$KYMAN" db create other.p12 --pass gen --stash 2>/dev/null
	cp other.sth db.sth
	refuse 5 cert delete web
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
