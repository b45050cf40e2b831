#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# A CMS database, made and worked on with nothing but the menus and gskkyman's flags; other tools
# read what comes of it.
# shellcheck disable=SC2154 # helpers.bash sets what is used here

bats_require_minimum_version 1.5.0

load ../cli/helpers

setup()
{
	need openssl
	scratch
	export PW=secret12
}

# menu ANSWER...: what is printed in $out; fails on another status than 0.
menu()
{
	printf '%s\n' "$@" >.answers
	"$KYMAN" menu <.answers >.menu 2>&1
	out=$(<.menu)
}

create=(1 t.kdb secret12 secret12)
self_signed=(6 1 3 1 3 3 ca 'Example CA' '' Example '' '' US 365 0 '')
request=(4 3 1 3 3 web.csr web web.example '' Example '' '' US 1 2 web.example '' '')

# A database t.kdb with the key of a CA.
make_ca()
{
	menu "${create[@]}" '' '' 0 '' "${self_signed[@]}" 0
}

# answered: the answer of ca to web.csr, in web.pem. The longer the later it is asked for.
answered()
{
	days=$((${days-10} + 10))
	rm -f web.pem
	echo secret12 | "$KYMAN" -g -k t.kdb -l ca -x "$days" -cr web.csr -ct web.pem >/dev/null
}

# reads FILE PASSWORD LINE...: the reference's reader finds both checks right, all keys and all values as
# they should be, and these lines.
reads()
{
	local reader=${KYMAN_KDB_SAMPLES-}/../../reference/kdbread.py file=$1 pass=$2

	shift 2
	if [ -z "${KYMAN_KDB_SAMPLES-}" ] || [ ! -r "$reader" ] || ! command -v python3 >/dev/null; then
		return 0
	fi
	# Its status is 1 where an expiry is set, which it does not write itself.
	python3 "$reader" "$file" -p "$pass" >.read || true
	has "$(<.read)" "$@" 'password check True, file check True'
	run ! grep -e LABELS-DIFFER -e 'index5=False' -e 'pad_clean=False' -e 'DOES NOT MATCH' -e failed .read
}

@test "an answer of 0 and one of 1 both make version 6, which is FIPS; 0 is told so" {
	for answer in 0 1 ''; do
		rm -f t.kdb
		menu "${create[@]}" '' '' "$answer" '' 0
		has "$out" 'Type: FIPS' 'not yet tried'
		[ "$(od -An -tx1 -N3 t.kdb)" = ' 37 48 06' ]
		if [ "$answer" = 1 ]; then
			run ! grep 'with 0 as with 1' .menu
		else
			grep -q 'with 0 as with 1' .menu
		fi
		reads t.kdb secret12 'kdb version 6, slot 5000, records 0'
	done
}

@test "only the suffix .kdb makes one" {
	for name in a.p12 a.pfx a.kdb.p12 kdb a.KDB; do
		menu 1 "$name" secret12 secret12 '' '' 0 '' 0
		want=30
		[ "$name" != a.KDB ] || want=37
		[ "$(od -An -tx1 -N1 "$name")" = " $want" ]
	done
}

@test "a CA, a certificate that it signed, a request: where they lie" {
	make_ca
	menu 2 t.kdb secret12 1 ca 10 2 1 2 4 app app.example '' Example '' '' US 30 1 2 app.example '' '' '' \
		'' "${request[@]}" 0
	reads t.kdb secret12 'records 2' "label='ca' trusted DEFAULT" "label='app' trusted" \
		'matches its certificate' 'byte-identical'
	reads t.rdb secret12 'rdb version 6, slot 5000, records 1' "REQUEST label='web'"
	[ "$(stat -c %a t.rdb)" = 600 ]
	menu 2 t.kdb secret12 1 ca 6 2 ca.pem '' '' app 6 2 app.pem '' 7 3 app.p12 out12 out12 1 '' 0
	openssl verify -x509_strict -CAfile ca.pem app.pem
	openssl pkcs12 -in app.p12 -passin pass:out12 -nodes >app.all
	[ "$(openssl x509 -in app.pem -pubkey -noout)" = "$(openssl pkey -in app.all -pubout)" ]
}

@test "a request is answered, and renewed: the key stays, and the label" {
	make_ca
	menu 2 t.kdb secret12 "${request[@]}" 0
	openssl req -in web.csr -verify -noout
	answered
	menu 2 t.kdb secret12 5 web.pem '' 1 web 11 renewal.csr '' '' '' 3 '' 0
	has "$out" 'Certificate received.' 'Certificate request created.' '1 - web'
	run ! grep forgets .menu
	reads t.kdb secret12 'records 2' "label='web' trusted"
	reads t.rdb secret12 'records 1' "REQUEST label='web'"
	[ "$(openssl req -in renewal.csr -pubkey -noout)" = "$(openssl x509 -in web.pem -pubkey -noout)" ]
	cp renewal.csr web.csr
	cp web.pem before.pem
	answered
	menu 2 t.kdb secret12 5 web.pem '' 3 '' 1 web 6 2 now.pem '' 0
	has "$out" 'Certificate received.'
	[ "$(openssl x509 -in now.pem -noout -serial)" = "$(openssl x509 -in web.pem -noout -serial)" ]
	[ "$(openssl x509 -in now.pem -noout -serial)" != "$(openssl x509 -in before.pem -noout -serial)" ]
	reads t.kdb secret12 'records 2' "label='web' trusted" 'matches its certificate'
	reads t.rdb secret12 'records 0'
}

@test "another password is that of keys, requests and stash" {
	make_ca
	menu 2 t.kdb secret12 "${request[@]}" 10 '' '' 3 t.kdb secret12 secret13 secret13 90 '' 0
	has "$out" "Database password stored in $PWD/t.sth." 'Database password changed.'
	reads t.kdb secret13 'records 1' 'matches its certificate'
	reads t.rdb secret13 'records 1'
	ok csr list -d t.kdb --no-input --json
	[[ $out == *'"web"'* ]]
	menu 2 t.kdb secret12 '' 0
	has "$out" 'The password is not correct.'
	# The day on which it expires is in the file: bytes 4 to 7.
	[ "$(od -An -tx1 -j4 -N4 t.kdb)" != ' 00 00 00 00' ]
	echo secret13 | "$KYMAN" -dk -k t.kdb >info
	has "$(<info)" 'Type: FIPS' 'Expiration: 2'
}

@test "a database goes with its requests and its stash" {
	make_ca
	menu 2 t.kdb secret12 "${request[@]}" 10 '' 0
	[ -f t.kdb ] && [ -f t.rdb ] && [ -f t.sth ]
	menu 5 t.kdb 0 0
	[ -f t.kdb ] && [ -f t.rdb ] && [ -f t.sth ]
	menu 5 t.kdb 1 '' 0
	has "$out" "Key database $PWD/t.kdb deleted."
	[ "$(ls)" = web.csr ]
}

@test "a record that does not fit, and the length that lets it" {
	local names

	make_ca
	mapfile -t names < <(for n in {1..200}; do printf '2\n%s.a-name-that-is-long.example\n' "$n"; done)
	signed=(1 ca 10 2 3 1 3 3 app app.example '' Example '' '' US 30 1 "${names[@]}" '' '')
	cp t.kdb before
	menu 2 t.kdb secret12 "${signed[@]}" 0
	has "$out" 'the record length is 5000' 'Status 0x03353014 - Record is too big.'
	cmp t.kdb before
	menu 4 t.kdb secret12 12000 '' 2 t.kdb secret12 "${signed[@]}" '' '' 11 '' 0
	has "$out" 'Database record length changed.' 'Certificate created.' 'Database record length is 12000.'
	reads t.kdb secret12 'slot 12000, records 2' 'byte-identical'
}

@test "what FIPS does not approve is refused" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp256k1 -nodes -keyout key.pem \
		-subj '/CN=x' -out k1.pem 2>/dev/null
	menu "${create[@]}" '' '' 0 '' 7 k1.pem k1 '' 0
	has "$out" "'k1' is not for a FIPS database"
	run ! grep imported .menu
	reads t.kdb secret12 'records 0'
}

@test "a passphrase that is too long for the format is refused, and nothing is made" {
	long=$(printf 'x%.0s' {1..129})
	menu 1 t.kdb "$long" "$long" '' '' 0 '' 0
	has "$out" 'at most 128 bytes'
	[ ! -e t.kdb ]
}

@test "entries are copied from one type to the other and back" {
	make_ca
	menu 1 o.p12 secret12 secret12 '' '' 0 '' '' 2 t.kdb secret12 1 ca 5 o.p12 secret12 '' 0
	has "$out" 'Record copied.'
	openssl pkcs12 -in o.p12 -passin pass:secret12 -nodes >all
	has "$(<all)" 'friendlyName: ca' 'PRIVATE KEY'
	menu 1 n.kdb secret12 secret12 '' '' 0 '' '' 2 o.p12 secret12 1 ca 5 n.kdb secret12 '' 0
	has "$out" 'Record copied.'
	reads n.kdb secret12 'records 1' "label='ca' trusted" 'matches its certificate'
}
