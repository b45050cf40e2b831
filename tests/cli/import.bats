#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# cert import: what comes over from another database, and what does not belong together.

load helpers

setup()
{
	scratch
	make_ring
	ok db create other.p12 --pass gen --stash
}

@test "a ring comes over with its requests, once" {
	ok cert import ring.p12 --in-pass stash --db other.p12
	ok csr list --db other.p12
	[ "$(wc -l <.out)" -eq 2 ]
	grep -Eq '^shop +request +CN=shop.example$' .out
	ok cert list --db other.p12
	[ "$(wc -l <.out)" -eq 5 ]
	kyman 7 cert import ring.p12 --in-pass stash --db other.p12
	cp other.p12 before.p12
	ok cert import ring.p12 --in-pass stash --db other.p12 --if-exists keep
	cmp other.p12 before.p12
}

@test "keep is content with another label, unless --as says which" {
	ok cert export app --with-key --out app.pem --out-pass none
	ok cert import app.pem --as first --db other.p12
	ok cert import app.pem --if-exists keep --db other.p12
	kyman 7 cert import app.pem --if-exists keep --as second --db other.p12
}

@test "a key that belongs to no certificate of the file: 7" {
	ok cert export app --key-out app.key --out app.pem --out-pass none
	ok cert export web --key-out web.key --out web.pem --out-pass none
	kyman 7 cert import web.pem --key-file app.key --db other.p12
	has "$err" 'do not belong together'
	ok cert list --db other.p12 -q
	[ -z "$out" ]
}

@test "--as: the label goes to the one thing that was asked for" {
	ok cert export root --out root.pem
	ok cert add root.pem --as 'my CA' --db other.p12
	ok cert list --db other.p12
	grep -q '^my CA ' .out
	# The key of a PKCS#12 file gets it, its issuers keep their own.
	ok cert export web --with-key --out web.p12 --out-pass gen:pw
	ok cert import web.p12 --in-pass file:pw --as server --db other.p12
	ok cert list --db other.p12
	grep -q '^server .*web.example' .out
	grep -q '^issuing ' .out
	# Several that are no chain: refused with what to do, and nothing was added.
	ok cert export web app --chain --root --out app.p7b
	kyman 2 cert add app.p7b --as client --db other.p12
	has "$err" 'holds 4 certificates' 'without it' 'cert rename'
	kyman 2 cert add root.pem app.p7b --as client --db other.p12
	ok cert list --db other.p12
	[ "$(wc -l <.out)" -eq 4 ]
	# Without it each has a label of its own.
	ok db create third.p12 --pass gen --stash
	ok cert add app.p7b --db third.p12
	ok cert list --db third.p12
	[ "$(wc -l <.out)" -eq 5 ]
	# Of a chain it is the one that the others lead up from.
	ok cert export app --chain --root --out chain.p7b
	ok db create fourth.p12 --pass gen --stash
	ok cert add chain.p7b --as client --db fourth.p12
	ok cert list --db fourth.p12
	grep -q '^client .*CN=app' .out
	[ "$(wc -l <.out)" -eq 4 ]
}

@test "a key that says another public key than its own is not believed" {
	need jq
	/usr/bin/python3 -c 'import cryptography' 2>/dev/null || skip 'python3-cryptography is not installed'
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="${top_srcdir:?}/tests/cli" /usr/bin/python3 "$top_srcdir/tests/cli/lies.py"
	cp other.p12 before.p12
	for file in lie-*.pem; do
		name=${file%.pem}
		for way in "$file" "$name.p12" "$name.key --as waiting"; do
			# shellcheck disable=SC2086 # words
			kyman 7 cert import $way --in-pass none --db other.p12 --json
			has "$err$out" key-mismatch
			# The numbers are compared with the certificate's first.
			[[ $file == *-two.pem || $file == *-compressed.pem ]] || has "$err$out" 'does not give the public key that it says'
		done
		for way in "$file" "$name.p12" "$name.key"; do
			kyman 3 show "$way" --json
			has "$(json '.files[0].problems[].code')" key-mismatch
		done
		# Of such a file they are a certificate, and a key that waits.
		[[ $file != *-two.pem && $file != *-compressed.pem ]] || continue
		kyman 7 cert copy x --db "$name.p12" --pass none --to other.p12 --to-pass stash
	done
	cmp other.p12 before.p12
	for file in true-*.pem; do
		ok cert import "${file%.pem}.key" --as "${file%.pem}-key" --db other.p12
		# The certificate has it in full: they are paired byte by byte.
		[[ $file != *-compressed.pem ]] || continue
		ok cert import "$file" --as "${file%.pem}" --db other.p12 --dry-run
		ok show "$file"
	done
}
