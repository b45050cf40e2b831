#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A FIPS database keeps to approved keys and digests, whatever is brought.

bats_require_minimum_version 1.5.0

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	export KYMAN_DB=f.p12
	"$KYMAN" db create f.p12 --pass gen --stash --fips
}

# A self-signed certificate of openssl in $1.pem, its key in $1.key; more options behind it.
outside()
{
	local name=$1
	shift
	openssl req -x509 -nodes -keyout "$name.key" -out "$name.pem" -subj "/CN=$name" -days 30 "$@"
}

@test "it says that it is one, and still does under a new passphrase" {
	run -0 "$KYMAN" db show --json
	[[ $output == *'"fips":true'* ]]
	"$KYMAN" db passwd --new-pass gen:pass --iterations 1000
	run -0 "$KYMAN" db show --json
	[[ $output == *'"fips":true'* ]]
}

@test "what kyman makes is approved" {
	for key in rsa:2048 ec:p256 ec:p384 ec:p521 ed25519 ed448; do
		"$KYMAN" cert create "$key" --profile ca --key "$key"
		"$KYMAN" csr create "$key" --profile client --key "$key" --out - >/dev/null
	done
}

@test "other curves, weak keys and weak digests are refused, and nothing changes" {
	outside curve -newkey ec -pkeyopt ec_paramgen_curve:brainpoolP256r1
	outside short -newkey rsa:1024
	outside digest -newkey rsa:2048 -sha1
	cp f.p12 before
	for name in curve short digest; do
		run -9 --separate-stderr "$KYMAN" cert add "$name.pem" --json
		# shellcheck disable=SC2154 # set by run
		[[ $stderr == *'"code":"policy"'* ]]
		cat "$name.key" "$name.pem" >both.pem
		run -9 "$KYMAN" cert import both.pem --as "$name"
		cmp f.p12 before
	done
	"$KYMAN" db create plain.p12 --pass gen --stash
	"$KYMAN" cert add curve.pem --db plain.p12
	run -9 "$KYMAN" cert copy curve --db plain.p12 --to f.p12
	cmp f.p12 before
}
