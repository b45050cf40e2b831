#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# secret create, add, export, and what else is done with secret keys.

bats_require_minimum_version 1.5.0
load helpers

setup()
{
	scratch
	export KYMAN_DB=ring.p12 PW=changeit
	ok db create ring.p12 --pass env:PW --stash --iterations 1000
}

@test "keys of random bits: as long as asked for, each another" {
	for bits in 112 128 192 256 512 4096; do
		ok secret create "k$bits" --size "$bits"
		ok secret export "k$bits" --out "k$bits.bin"
		[ "$(wc -c <"k$bits.bin")" -eq $((bits / 8)) ]
	done
	ok secret create twin --size 256
	ok secret export twin --out twin.bin
	run ! cmp -s twin.bin k256.bin
	ok cert list --kind secret
	[ "$(grep -c ' secret' .out)" -eq 7 ]
	ok cert show k192
	has "$out" 'secret:192'
	printf 'thirty-two letters, all in a row' >text
	ok secret add text text
	run ! grep -qF 'thirty-two letters' ring.p12
}

@test "sizes that are refused" {
	kyman 2 secret create k
	has "$err" '--size'
	for bits in 0 129 4104 99999999; do
		kyman 2 secret create k --size "$bits"
	done
	kyman 2 secret create k --size many
	for bits in 8 64 104; do
		kyman 9 secret create k --size "$bits"
		has "$err" "$bits bits is too weak"
	done
	kyman 2 secret create '' --size 128
	kyman 2 secret create $'a\nb' --size 128
	ok cert list --kind secret
	run ! grep -q ' secret' .out
}

@test "a file is taken byte for byte, and comes out the same" {
	for n in 1 16 32 33 512; do
		head -c "$n" /dev/urandom >"in$n"
		ok secret add "k$n" "in$n"
		ok secret export "k$n" --out "out$n"
		cmp "in$n" "out$n"
	done
	printf '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' >zeros
	ok secret add zeros zeros
	ok secret export zeros --out - >pipe
	cmp .out zeros
	"$KYMAN" secret add piped - <in32
	ok secret export piped --out outp
	cmp outp in32
}

@test "files that hold no key: empty, too long, a folder, a FIFO, none; text is told" {
	: >empty
	kyman 8 secret add k empty
	has "$err" 'empty'
	head -c 513 /dev/zero >long
	kyman 9 secret add k long
	has "$err" '512'
	mkdir folder
	kyman 1 secret add k folder
	has "$err" folder
	mkfifo fifo
	kyman 1 secret add k fifo
	has "$err" fifo
	kyman 4 secret add k nowhere
	kyman 2 secret add k
	printf '000102030405060708090a0b0c0d0e0f\n' >hex
	ok secret add k hex --json
	has "$out" '"code":"text-as-key"'
	ok secret export k --out back
	cmp back hex
	printf '\001\002\003' >short
	ok secret add s short
	has "$err" '24 bits'
}

@test "labels are unique among all entries; fail, keep, replace" {
	ok cert create web web.example
	ok secret create k --size 256
	cp ring.p12 before.p12
	kyman 7 secret create k --size 256
	kyman 7 secret create WEB --size 256
	kyman 7 cert create K k.example
	ok secret create k --size 256 --if-exists keep --json
	has "$out" '"changed":false'
	kyman 7 secret create k --size 128 --if-exists keep
	kyman 7 secret create web --size 128 --if-exists keep
	kyman 2 secret create k --size 256 --if-exists replace
	has "$err" "The secret key of 'k' goes"
	kyman 2 secret create web --size 256 --if-exists replace
	has "$err" "The private key of 'web' goes"
	cmp ring.p12 before.p12

	ok secret export k --out k.bin
	head -c 32 /dev/urandom >other
	kyman 7 secret add k other
	kyman 7 secret add k other --if-exists keep
	ok secret add k k.bin --if-exists keep --json
	has "$out" '"changed":false'
	# The same bytes again: nothing is lost, nobody is asked.
	ok secret add k k.bin --if-exists replace
	kyman 2 secret add k other --if-exists replace
	ok secret add k other --if-exists replace --yes --json
	has "$out" '"replaced":[{"label":"k","kind":"secret"'
	ok secret export k --out k2.bin
	cmp k2.bin other
	ok secret create web --size 256 --if-exists replace --yes
	ok cert show web
	has "$out" 'secret:256'
}

@test "a file for its owner alone; what is there, and a terminal, are left" {
	ok secret create k --size 128
	umask 0
	ok secret export k --out k.bin
	has "$err" 'without a passphrase'
	[ "$(stat -c %a k.bin)" = 600 ]
	cp k.bin before
	kyman 7 secret export k --out k.bin
	ok secret export k --out k.bin --force
	cmp k.bin before
	kyman 2 secret export k
	has "$err" '--out'
	kyman 2 secret export k --out - --json
	kyman 7 secret export k --out ring.p12 --force
	kyman 4 secret export none --out x
	kyman 4 secret export k --out folder/x
	ok cert create web web.example
	kyman 2 secret export web --out x
	has "$err" 'cert export'
	[ ! -e x ]
	ok secret export k --out x --dry-run
	[ ! -e x ]
	python3 -c 'import os; os.openpty()' 2>/dev/null || return 0
	run python3 "$BATS_TEST_DIRNAME/terminal.py" 'wait=not written to a terminal' "$KYMAN" secret export k --out -
	[ "$status" -eq 2 ]
}

@test "rename, copy, delete, default, trust, verify, export" {
	ok secret create k --size 256
	ok secret export k --out k.bin
	ok cert rename k 'aes key'
	has "$out" "changed secret key 'aes key', was 'k'"
	ok secret export 'aes key' --out k2.bin
	cmp k.bin k2.bin
	ok secret export '#1' --out k3.bin
	cmp k.bin k3.bin
	export THERE=there
	ok db create there.p12 --pass env:THERE --iterations 1000
	ok cert copy 'aes key' --to there.p12 --to-pass env:THERE
	ok secret export 'aes key' --out k4.bin --db there.p12 --pass env:THERE
	cmp k.bin k4.bin
	ok secret create 'aes key' --size 256 --if-exists replace --yes
	kyman 7 cert copy 'aes key' --to there.p12 --to-pass env:THERE --if-exists keep
	kyman 2 cert copy 'aes key' --to there.p12 --to-pass env:THERE --if-exists replace
	has "$err" "The secret key of 'aes key' goes"
	ok cert copy 'aes key' --to there.p12 --to-pass env:THERE --if-exists replace --yes
	# cert import takes the secret keys of a database along with its private keys.
	export THERE=there
	ok cert create there.example --db there.p12 --pass env:THERE
	ok secret create 'aes key' --size 256 --if-exists replace --yes
	export THERE=there
	kyman 2 cert import there.p12 --in-pass env:THERE --if-exists replace
	has "$err" "The secret key of 'aes key' goes"
	export THERE=there
	ok cert import there.p12 --in-pass env:THERE --if-exists replace --yes
	export THERE=there
	ok cert import there.p12 --in-pass env:THERE --if-exists replace
	ok cert delete there.example --yes
	kyman 7 cert default 'aes key'
	kyman 2 cert trust 'aes key' off
	kyman 2 cert verify 'aes key'
	kyman 2 cert export 'aes key'
	kyman 2 cert delete 'aes key'
	has "$err" "The secret key of 'aes key' goes"
	ok cert delete 'aes key' --yes --json
	has "$out" '"removed":[{"label":"aes key","kind":"secret"'
	ok db show --json
	has "$out" '"secrets":0'
}

@test "another passphrase, and a database with none in sight" {
	ok secret create k --size 256
	ok secret export k --out k.bin
	export NEW=another
	ok db passwd --new-pass env:NEW --iterations 1000
	ok secret export k --out k2.bin
	cmp k.bin k2.bin
	rm ring.sth
	kyman 5 secret export k --out k3.bin
	kyman 5 secret export k --out k3.bin --pass env:PW
	kyman 5 secret create l --size 128 --pass env:PW
	ok cert show k --pass none
	has "$out" secret
}

@test "Java sees them, and theirs come out to the byte" {
	need keytool
	need javac
	head -c 32 /dev/urandom >in
	ok secret create aes --size 128
	ok secret add mac in
	keytool -list -keystore ring.p12 -storepass changeit >list
	grep -q '^aes,.*SecretKeyEntry' list
	grep -q '^mac,.*SecretKeyEntry' list
	for algorithm in AES HmacSHA256; do
		keytool -genseckey -keyalg "$algorithm" -keysize 256 -alias "theirs-$algorithm" \
			-keystore theirs.p12 -storetype PKCS12 -storepass changeit 2>/dev/null
	done
	cat >Bytes.java <<-'END'
	import java.io.FileInputStream;
	import java.security.KeyStore;

	class Bytes {
		public static void main(String[] words) throws Exception {
			KeyStore store = KeyStore.getInstance("PKCS12");
			store.load(new FileInputStream(words[0]), "changeit".toCharArray());
			System.out.write(store.getKey(words[1], "changeit".toCharArray()).getEncoded());
			System.out.flush();
		}
	}
	END
	javac Bytes.java
	java Bytes ring.p12 mac >java.bin
	cmp java.bin in
	ok secret export aes --out aes.bin
	java Bytes ring.p12 aes >java.bin
	cmp java.bin aes.bin
	for label in theirs-aes theirs-hmacsha256; do
		java Bytes theirs.p12 "$label" >java.bin
		ok secret export "$label" --out "$label.bin" --db theirs.p12 --pass env:PW
		cmp java.bin "$label.bin"
	done
	# Theirs brought here and back again.
	ok cert import theirs.p12 --in-pass env:PW
	ok secret export theirs-aes --out again.bin
	cmp again.bin theirs-aes.bin
	keytool -importkeystore -srckeystore ring.p12 -srcstorepass changeit -srcalias mac \
		-destkeystore round.p12 -deststoretype PKCS12 -deststorepass changeit 2>/dev/null
	ok secret export mac --out round.bin --db round.p12 --pass env:PW
	cmp round.bin in
	ok cert import round.p12 --in-pass env:PW --if-exists keep --json
	has "$out" '"changed":false'
}
