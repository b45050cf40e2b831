#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Renewal of whatever ends soon, as a timer runs it every night.

bats_require_minimum_version 1.5.0

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	export KYMAN_DB=ring.p12
	"$KYMAN" db create outside.p12 --pass gen --stash
	"$KYMAN" cert create outside --db outside.p12 --profile ca
	"$KYMAN" db create ring.p12 --pass gen --stash
	"$KYMAN" cert create root --profile ca
	"$KYMAN" csr create shop shop.example --out shop.csr
	"$KYMAN" csr sign shop.csr --db outside.p12 --issuer outside --days 5 --yes --out shop.pem
	"$KYMAN" cert export outside --db outside.p12 --out outside.pem
	"$KYMAN" cert add outside.pem
	"$KYMAN" cert receive shop.pem
	"$KYMAN" cert create web web.example --issuer root --days 7
	"$KYMAN" cert create later later.example --issuer root --days 100
}

serial()
{
	"$KYMAN" cert show "$1" --json | sed 's/.*"serial":"\([0-9a-f]*\)".*/\1/'
}

@test "one certificate of an outside CA stops no other, and is told" {
	local web shop later
	web=$(serial web)
	shop=$(serial shop)
	later=$(serial later)
	run -0 --separate-stderr "$KYMAN" cert renew --expiring 30 --days 365
	# shellcheck disable=SC2154 # set by run
	[[ $stderr == *"'shop' ends "*"csr renew"* ]]
	[ "$(serial web)" != "$web" ]
	[ "$(serial shop)" = "$shop" ]
	[ "$(serial later)" = "$later" ]
	run -3 "$KYMAN" cert list --expiring 30
	[[ $output == *shop* && $output != *web* ]]
}

@test "named by its label it is an error, and nothing is renewed" {
	local web
	web=$(serial web)
	run -7 "$KYMAN" cert renew web shop
	[ "$(serial web)" = "$web" ]
}

@test "another CA of the database may take it over" {
	run -0 "$KYMAN" cert renew --expiring 30 --issuer root --days 365
	"$KYMAN" cert verify shop
	run -0 "$KYMAN" cert list --expiring 30
}
