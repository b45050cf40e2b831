#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# The JSON of each command against the keys of the contract.

load helpers

entry='label kind default trusted pending ca subject issuer serial not_before not_after key names sha256 spki_sha256'
more="$entry version signature sha1 extensions pem"
writer='schema changed dry_run added replaced removed files warnings'

setup()
{
	need jq
	scratch
	make_ring
}

# same WANTED GOT
same()
{
	[ "$1" = "$2" ] && return
	printf 'wanted: %s\ngot:    %s\n' "$1" "$2"
	return 1
}

@test "cert list and csr list" {
	ok cert list --json
	same 'schema database type verified entries' "$(keys .)"
	same 1 "$(json .schema)"
	same 'ring.p12 pkcs12 true' "$(json '"\(.database) \(.type) \(.verified)"')"
	same 'root issuing web app' "$(json '[.entries[].label] | join(" ")')"
	for i in 0 1 2 3; do
		same "$entry" "$(keys ".entries[$i]")"
	done
	same 'dns:web.example dns:www.web.example ip:192.0.2.7' "$(json '.entries[2].names | join(" ")')"
	same 'true false' "$(json '"\(.entries[0].ca) \(.entries[2].ca)"')"
	[[ $(json '.entries[2].not_after') =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$ ]]
	[[ $(json '.entries[2].serial') =~ ^([0-9a-f]{2})+$ ]]
	ok csr list --json
	same 'shop request null null' "$(json '.entries[0] | "\(.label) \(.kind) \(.serial) \(.not_after)"')"
	same "$entry" "$(keys '.entries[0]')"
	ok cert list --kind request --json
	same shop "$(json '.entries[0].label')"
	[ -z "$err" ]
}

@test "digests are those of openssl" {
	need openssl
	ok cert export web --out web.pem
	ok cert list --json
	same "$(openssl x509 -in web.pem -outform DER | sha256sum | cut -d' ' -f1)" "$(json '.entries[2].sha256')"
	same "$(openssl x509 -in web.pem -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1)" \
		"$(json '.entries[2].spki_sha256')"
	same "$(openssl x509 -in web.pem -noout -serial | cut -d= -f2 | tr 'A-F' 'a-f')" "$(json '.entries[2].serial')"
}

@test "cert show and csr show" {
	ok cert show web --json
	same 'schema database entry verified' "$(keys .)"
	same "$more" "$(keys .entry)"
	same 'oid name critical der text' "$(keys '.entry.extensions[0]')"
	same null "$(json .entry.pem)"
	same '2.5.29.14 subjectKeyIdentifier false' "$(json '.entry.extensions[0] | "\(.oid) \(.name) \(.critical)"')"
	ok cert show web --json --pem
	json .entry.pem >shown.pem
	ok cert export web --out web.pem
	cmp <(grep . shown.pem) web.pem
	ok csr show shop --json --pem
	same "$more" "$(keys .entry)"
	has "$(json .entry.pem)" 'BEGIN CERTIFICATE REQUEST'
}

@test "db show" {
	ok db show --json
	same 'schema database type version counts default password_expires record_length fips iterations stash verified' \
		"$(keys .)"
	same '{"keys":4,"certs":0,"requests":1,"secrets":0}' "$(json '.counts | tojson')"
	same '3 root null null false 10000 ok' \
		"$(json '"\(.version) \(.default) \(.password_expires) \(.record_length) \(.fips) \(.iterations) \(.stash)"')"
	rm ring.sth
	ok db show --json --pass none
	same 'missing false' "$(json '"\(.stash) \(.verified)"')"
}

@test "cert verify" {
	ok cert verify web --json
	has "$(keys .)" 'schema label valid path reasons'
	same 'web true web issuing root 0' "$(json '"\(.label) \(.valid) \(.path | join(" ")) \(.reasons | length)"')"
	kyman 3 cert verify web --host other.example --json
	same 'false host-mismatch' "$(json '"\(.valid) \(.reasons[0].code)"')"
	[ -z "$err" ]
}

@test "writers" {
	ok cert create new new.example --issuer issuing --json
	same "$writer" "$(keys .)"
	same 'true false new' "$(json '"\(.changed) \(.dry_run) \(.added[0].label)"')"
	same "$entry" "$(keys '.added[0]')"
	[ -z "$err" ]
	ok cert rename new newer --json --dry-run
	same 'true newer' "$(json '"\(.dry_run) \(.replaced[0].label)"')"
	ok cert trust new on --json
	same 'false 0' "$(json '"\(.changed) \(.replaced | length)"')"
	ok cert delete new --yes --json
	same 'new 0' "$(json '"\(.removed[0].label) \(.added | length)"')"
	ok cert export web --out web.pem --key-out web.key --out-pass none --json
	same 'false web.pem web.key' "$(json '"\(.changed) \(.files | join(" "))"')"
	same 'code message' "$(keys '.warnings[0]')"
	[ -z "$err" ]
}

@test "csr sign" {
	ok csr sign shop.csr --issuer issuing --out shop.pem --yes --json
	same "$writer issued" "$(keys .)"
	same "$entry" "$(keys .issued)"
	same 'false CN=shop.example CN=issuing' "$(json '"\(.changed) \(.issued.subject) \(.issued.issuer)"')"
}

@test "pending" {
	ok csr renew web --out again.csr --json
	ok cert list --json
	same true "$(json '.entries[] | select(.label == "web") | .pending')"
	same false "$(json '.entries[] | select(.label == "app") | .pending')"
}

@test "cert default" {
	ok cert default --json
	same '{"schema":1,"default":"root"}' "$out"
	ok db create empty.p12 --pass gen --stash
	ok -d empty.p12 cert default --json
	same '{"schema":1,"default":null}' "$out"
}

@test "show" {
	ok cert export web --out web.pem --key-out web.key --out-pass none
	echo nothing >nothing
	kyman 8 show web.pem web.key nothing shop.csr --json
	same 'schema files' "$(keys .)"
	for i in 0 1 2 3; do
		same 'file format encoding locked entries problems error notes' "$(keys ".files[$i]")"
	done
	same 'certificate private-key null request' "$(json '[.files[].format | tostring] | join(" ")')"
	same 'key null ec:p256' "$(json '.files[1].entries[0] | "\(.kind) \(.subject) \(.key)"')"
	same "$(json '.files[0].entries[0].spki_sha256')" "$(json '.files[1].entries[0].spki_sha256')"
	same 'status code message hint' "$(keys '.files[2].error')"
	same 8 "$(json '.files[2].error.status')"
	[ -z "$err" ]
}

@test "failure: stdout empty, an object on stderr" {
	kyman 4 cert show nobody --json
	[ -z "$out" ]
	same 'schema error' "$(jq -r 'keys_unsorted | join(" ")' <.err)"
	same '4 no-label' "$(jq -r '.error | "\(.status) \(.code)"' <.err)"
	export PW=wrong
	kyman 5 cert list --pass env:PW --json
	same wrong-secret "$(jq -r .error.code <.err)"
	kyman 2 cert export web --json
	same usage "$(jq -r .error.code <.err)"
}

@test "all is ASCII" {
	ok cert create $'\303\204pfel "x" \\y' --profile client --subject $'CN=\360\237\224\221' --json
	LC_ALL=C grep -q '[^ -~]' .out && return 1
	same $'\303\204pfel "x" \\y' "$(json '.added[0].label')"
	same $'CN=\360\237\224\221' "$(json '.added[0].subject')"
}
