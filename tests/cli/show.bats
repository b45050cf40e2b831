#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# cert show, csr show, db show, show, for people.

load helpers

setup()
{
	scratch
	make_ring
}

@test "cert show: all there is" {
	ok cert show web
	for field in label kind subject issuer serial from until key names signature version extensions sha256 sha1; do
		grep -q "^$field" .out
	done
	has "$out" 'dns:web.example' 'ip:192.0.2.7' 'keyUsage *' 'serverAuth' 'in 36'
	[[ $out != *BEGIN* ]]
	ok cert show web --pem
	has "$out" 'BEGIN CERTIFICATE' 'END CERTIFICATE'
	ok cert show '#1'
	has "$out" 'root'
}

@test "csr show" {
	ok csr show shop --pem
	has "$out" 'request' 'dns:shop.example' 'BEGIN CERTIFICATE REQUEST'
}

@test "db show" {
	ok db show
	grep -Eq '^keys +4$' .out
	grep -Eq '^requests +1$' .out
	grep -Eq '^default +root$' .out
	grep -Eq '^stash +ok$' .out
	grep -Eq '^iterations +10000$' .out
	ok db show ring.p12
	kyman 4 db show none.p12
}

@test "show: one thing in full, several as a list, errors beside" {
	ok cert export web --out web.pem --no-chain
	ok show web.pem
	has "$out" 'web.pem: certificate, pem' 'CN=web.example' 'sha256'
	ok cert export web --chain --out chain.pem
	ok show chain.pem
	has "$out" 'SUBJECT' 'CN=issuing'
	ok show ring.p12
	has "$out" 'pkcs12' 'shop'
	echo nothing >nothing
	kyman 8 show web.pem nothing
	has "$out" 'web.pem: certificate' 'nothing: nothing that is recognised'
	has "$err" 'kyman: '
	kyman 4 show none
	[ -z "$out" ]
	has "$err" none
}

@test "writers say what they did; -q does not; dry runs say would" {
	ok cert create new --profile client --issuer issuing --dry-run
	has "$out" "would add key 'new'"
	kyman 4 cert show new
	ok cert create new --profile client --issuer issuing
	has "$out" "added key 'new': CN=new, until "
	ok cert rename new newer
	has "$out" "changed key 'newer', was 'new'"
	ok cert trust newer off
	has "$out" "changed key 'newer', switched off"
	ok cert trust newer on
	ok cert trust newer on
	has "$out" 'nothing to do'
	ok cert default newer
	has "$out" "the default is 'newer'"
	ok cert delete newer --yes -q
	[ -z "$out" ]
	ok csr sign shop.csr --issuer issuing --out shop.pem --yes
	has "$out" 'issued CN=shop.example' 'wrote shop.pem'
}

@test "what goes to stdout is alone there" {
	ok cert export web --no-chain
	[ "$(head -1 .out)" = '-----BEGIN CERTIFICATE-----' ]
	[ "$(tail -1 .out)" = '-----END CERTIFICATE-----' ]
	ok csr create two --profile client
	[ "$(head -1 .out)" = '-----BEGIN CERTIFICATE REQUEST-----' ]
	has "$err" "added request 'two'"
}
