#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# Another program's PKCS#12 file as the database: what is not understood survives each command, byte for byte.

load helpers

setup()
{
	need openssl
	scratch
	export PW='their secret' NEW='new secret' KYMAN_DB=f.p12
	for i in a b c; do
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $i.key -out $i.pem -days 99 -subj /CN=$i 2>/dev/null
	done
	/usr/bin/python3 "${top_srcdir:?}/tests/cli/foreign.py" make f.p12 "$PW" a.key a.pem b.pem
}

# holds PASSWORD: all of it is still there, and openssl and kyman open the file
holds()
{
	/usr/bin/python3 "${top_srcdir:?}/tests/cli/foreign.py" check f.p12 "$1" f.p12.want
	openssl pkcs12 -in f.p12 -passin "pass:$1" -noenc -nokeys -out certs.pem
}

@test "it is read: one key, one certificate" {
	openssl pkcs12 -in f.p12 -passin "pass:$PW" -noenc -out all.pem
	ok cert list --pass env:PW --json
	[ "$(json '[.entries[] | "\(.label) \(.kind)"] | join(", ")')" = 'theirs key, other cert' ]
	# The sdsiCertificate is told, and kept.
	kyman 3 show f.p12 --in-pass env:PW
	kyman 5 cert list --pass env:NEW
}

@test "after cert add, rename, trust, delete, create, passwd" {
	holds "$PW"
	ok cert add c.pem --pass env:PW
	holds "$PW"
	grep -q 'BEGIN' certs.pem
	ok cert rename theirs ours --pass env:PW
	holds "$PW"
	grep -q 'friendlyName: ours' certs.pem
	ok cert trust other off --pass env:PW
	holds "$PW"
	ok cert delete c --pass env:PW
	holds "$PW"
	ok cert create new --profile client --pass env:PW
	holds "$PW"
	ok db passwd f.p12 --pass env:PW --new-pass env:NEW --iterations 1000
	holds "$NEW"
	kyman 5 cert list --pass env:PW
	ok cert list --pass env:NEW
	has "$out" ours other new
	ok cert export ours --with-key --no-chain --out-pass none --out k.pem --pass env:NEW
	[ "$(openssl pkey -in k.pem -pubout)" = "$(openssl pkey -in a.key -pubout)" ]
}

@test "what goes takes its own along, and nothing else" {
	ok cert delete other --pass env:PW
	run /usr/bin/python3 "${top_srcdir:?}/tests/cli/foreign.py" check f.p12 "$PW" f.p12.want
	# Its attribute stands on the unknown bag too: all is there.
	[ "$status" -eq 0 ]
	ok cert delete theirs --yes --pass env:PW
	run /usr/bin/python3 "${top_srcdir:?}/tests/cli/foreign.py" check f.p12 "$PW" f.p12.want
	[ "$status" -eq 1 ]
	# The key's provider and the certificate's own attribute; the key's other one stands on a bag of its own.
	[ "${#lines[@]}" -eq 2 ]
}
