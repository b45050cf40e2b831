#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Labels, names, subjects, dates and keys that are refused.

load refuse

setup()
{
	make_scratch
}

@test "labels: empty, taken, taken in other case, too long, hostile" {
	refuse 2 cert create '' --profile client
	refuse 7 cert create web --profile client
	said web
	refuse 7 cert create WEB --profile client
	refuse 7 cert rename root Web
	refuse 2 cert create "$(printf 'x%.0s' {1..300})" --profile client
	said 255
	refuse 2 cert create $'a\x1b[31m' --profile client
	refuse 2 cert create $'a\nb' --profile client
	refuse 2 cert create $'a\xe2\x80\xaeb' --profile client
	refuse 2 cert create $'a\xe2\x80\x8bb' --profile client
	refuse 2 cert create $'a\xffb' --profile client
	refuse 2 cert create '#1' --profile client
	refuse 2 cert create sha256:0011223344 --profile client
	refuse 2 cert rename web $'a\nb'
	refuse 2 csr create $'a\nb' --profile client --out x.csr
}

@test "a label that folds to one that is there, beyond ASCII" {
	"$KYMAN" cert create 'ÄPFEL' --profile client
	refuse 7 cert create 'äpfel' --profile client
}

@test "labels that are not there" {
	refuse 4 cert show nobody
	refuse 4 cert delete nobody
	refuse 4 cert export nobody --out x.pem
	refuse 4 cert show '#99'
	refuse 4 cert show sha256:00000000
	refuse 4 cert create x --issuer nobody --profile client
	refuse 4 csr show nobody
	refuse 4 cert show Web
	said "'web'"
}

@test "issuers: no CA, no key here, expired, switched off" {
	refuse 9 cert create x --issuer web --profile client
	said 'no CA'

	"$KYMAN" cert export root --out root.pem
	"$KYMAN" db create other.p12 --pass env:PW --iterations 1000 --stash 2>/dev/null
	"$KYMAN" cert add root.pem --db other.p12 --as root
	refuse 7 cert create x --issuer root --profile client --db other.p12
	said key

	"$KYMAN" cert create old --profile ca --not-before 2001-01-01 --not-after 2002-01-01
	refuse 9 cert create x --issuer old --profile client
	said expired

	"$KYMAN" cert trust root off
	refuse 9 cert create x --issuer root --profile client
	said 'switched off'

	"$KYMAN" cert trust root on
	"$KYMAN" cert create sub --issuer root --profile ca
	refuse 9 cert create x --issuer sub --profile ca
	said 'path length'
}

@test "names: no host, five parts, wildcards, too long, unknown type" {
	refuse 2 cert create x 'no host'
	refuse 2 cert create x -- -bad-.example
	refuse 2 cert create x 1.2.3.4.5
	refuse 2 cert create x '*.*.example'
	refuse 2 cert create x "$(printf 'a%.0s' {1..300}).example"
	refuse 2 cert create x --san 'phone:123' www.x.example
	refuse 2 cert create x --san 'dns:' www.x.example
	refuse 2 cert create x --san 'ip:300.1.1.1' www.x.example
	refuse 2 cert create x --san 'email:nobody' www.x.example
	refuse 9 cert create x --profile server
	refuse 2 cert create x
	said profile
}

@test "subjects: unknown attribute, empty, unbalanced quotes" {
	refuse 2 cert create x --profile client --subject 'XY=1'
	said XY
	refuse 2 cert create x --profile client --subject ''
	refuse 2 cert create x --profile client --subject 'CN="x'
	refuse 2 cert create x --profile client --subject 'CN='
	refuse 2 cert create x --profile client --subject 'C=Switzerland,CN=x'
	refuse 2 cert create x --profile client --subject 'CN'
}

@test "days and dates" {
	for days in 0 -1 999999 1e3 '' ' 5' 36501; do
		refuse 2 cert create x --profile client --days "$days"
	done
	refuse 2 cert create x --profile client --not-before 2030-01-01 --not-after 2029-01-01
	refuse 2 cert create x --profile client --not-before 2030-02-30
	refuse 2 cert create x --profile client --not-before yesterday
	refuse 2 cert create x --profile client --days 5 --not-after 2040-01-01
}

@test "keys" {
	refuse 9 cert create x --profile client --key rsa:1024
	refuse 9 cert create x --profile client --key rsa:2047
	refuse 2 cert create x --profile client --key ec:p999
	said p256
	refuse 2 cert create x --profile client --key rsa
	refuse 2 cert create x --profile client --key rsa:99999999999999999999
	refuse 2 cert create x --profile client --hash md5
	refuse 2 cert create x --profile client --hash sha1
}

@test "options: twice, unknown, without value, not of this command" {
	refuse 2 cert create x --profile client --days 5 --days 6
	said --days
	refuse 2 cert create x --profile client --dyas 5
	said --days
	refuse 2 cert create x --profile
	refuse 2 cert list --profile ca
	refuse 2 cert list --json=yes
	refuse 2 cert create x --profile king
	refuse 2 cert lits
	said list
	refuse 2 cret list
	refuse 2 cert
	refuse 2 cert show
	refuse 2 cert show web root
	refuse 2 cert trust web maybe
	refuse 2 cert create x --profile client --path-length 1
	refuse 2 cert create x --profile ca --permit 'dns:-'
	refuse 2 cert create x --profile client --ku bogus
	refuse 2 cert create x --profile client --eku bogus
	refuse 2 cert create x --profile client --crl-url 'not a url'
}
