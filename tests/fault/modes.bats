#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Files are private from the call that makes them on, whatever the umask; links are not written through;
# an output may be the input.
# shellcheck disable=SC2154 # helpers set out and err

bats_require_minimum_version 1.5.0
load ../cli/helpers

setup()
{
	scratch
	printf 'a passphrase\n' >pw
	printf 'another one\n' >new
}

# make DB: with a CA ca, and a request r for it.
make()
{
	ok db create "$1" --pass file:pw
	ok cert create ca --profile ca --db "$1" --pass file:pw
	ok csr create r r.example --out r.csr -f --db "$1" --pass file:pw
}

# --- Modes ---

need_strace()
{
	command -v strace >/dev/null || skip 'strace is not installed'
	strace -o .probe true 2>/dev/null || skip 'strace may not trace'
	# Leaks cannot be looked for where strace traces already.
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
}

# seen WORD...: the command makes all its files 0600, and no chmod takes anything away. How many are made
# in $made.
seen()
{
	local modes

	strace -f -o calls -e trace=open,openat,openat2,creat,mknod,mknodat,chmod,fchmod,fchmodat,link,linkat \
		"$KYMAN" "$@" >.out 2>.err </dev/null || {
		printf 'kyman %s\n' "$*"
		cat .err
		return 1
	}
	run ! grep -E '(creat|mknod|mknodat|link|linkat)\(' calls
	# Nothing that a library makes for itself, such as a profile of gcov, is of interest.
	grep O_CREAT calls | grep -v '\.gcda"' >.made || true
	made=$(wc -l <.made)
	run ! grep -v 'O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC, 0600)' .made
	modes=$(sed -nE 's/.*f?chmod(at)?\(.*, 0?([0-7]{3,4})(, [^)]*)?\) .*/\2/p' calls)
	for mode in $modes; do
		(((8#$mode & 8#600) == 8#600)) || {
			cat calls
			return 1
		}
	done
}

# private FILE...: 0600.
private()
{
	[ "$(stat -c %a "$@" | sort -u)" = 600 ]
}

@test "all that is made is 0600 from the open call on, under umask 0 and 022" {
	local mask db total=0

	need_strace
	for mask in 0 022; do
		for db in a.p12 a.kdb; do
			rm -rf work
			mkdir work
			cp pw new work
			cd work
			umask "$mask"
			seen db create "$db" --pass file:pw --stash
			total=$((total + made))
			seen cert create ca --profile ca --db "$db"
			[ "$made" -ge 1 ]
			seen csr create r r.example --out r.csr --db "$db"
			seen csr sign r.csr --issuer ca --yes --out r.pem --db "$db"
			seen cert export ca --out ca.pem --db "$db"
			# Public ones obey the umask, but not before they are whole.
			[ "$(stat -c %a r.csr r.pem ca.pem | sort -u)" = "$(printf %o $((8#666 & ~8#$mask)))" ]
			private "$db" a.sth
			seen cert export ca --with-key --out k.p12 --out-pass file:new --db "$db"
			seen cert export ca --with-key --out k.pem --out-pass none --db "$db"
			seen cert export ca --out c.pem --key-out k.key --out-pass gen:made --db "$db"
			seen secret create s --size 256 --db "$db"
			seen secret export s --out s.bin --db "$db"
			private k.p12 k.pem k.key made s.bin
			seen db passwd "$db" --new-pass gen:made2
			seen db stash "$db" --pass file:made2
			seen db convert "$db" "b.$([ "$db" = a.p12 ] && echo kdb || echo p12)" --pass file:made2 \
				--out-pass file:new
			private "$db" made2 a.sth b.*
			[ ! -e a.rdb ] || private a.rdb
			seen cert copy ca --to "$db" --to-pass file:made2 --as other \
				--db "b.$([ "$db" = a.p12 ] && echo kdb || echo p12)" --pass file:new || true
			cd .. || return
		done
	done
	[ "$total" -ge 4 ]
}

# --- Links ---

@test "a database that is a link: what it leads to is saved, the link stays" {
	mkdir there
	make there/a.p12
	ln -s there/a.p12 link.p12
	ok cert create web --profile client --db link.p12 --pass file:pw
	[ -L link.p12 ]
	private there/a.p12
	ok cert show web --db there/a.p12 --pass file:pw
	[ ! -e link.p12~new ]
	# One that leads nowhere yet.
	ln -s there/new.p12 none.p12
	ok db create none.p12 --pass file:pw
	[ -L none.p12 ]
	private there/new.p12
	ln -s gone/new.p12 lost.p12
	kyman 4 db create lost.p12 --pass file:pw
	[ ! -e gone ]
}

@test "a link at the temporary name is not followed" {
	for db in a.p12 a.kdb; do
		rm -f a.*
		make "$db"
		echo mine >victim
		chmod 644 victim
		for name in "$db~new" a.rdb~new a.sth~new k.p12~new c.pem~new; do
			[ -e "${name%\~new}" ] || [[ $name == [kca]* ]] || continue
			ln -s victim "$name"
		done
		ok cert create "web" --profile client --db "$db" --pass file:pw
		ok db stash "$db" --pass file:pw
		ok cert export ca --with-key --out k.p12 -f --out-pass file:new --db "$db" --pass file:pw
		ok cert export ca --out c.pem -f --db "$db" --pass file:pw
		[ "$(cat victim)" = mine ]
		[ "$(stat -c %a victim)" = 644 ]
		[ ! -L "$db" ] && [ ! -L k.p12 ] && [ ! -L c.pem ]
		private "$db" k.p12 a.sth
		rm -f ./*~new
	done
}

@test "a link of the system's at an output stays, also with -f" {
	local alone=(env)

	make a.p12
	# Who may write to /dev gets one of their own.
	if [ -w /dev ]; then
		unshare -m true 2>/dev/null || skip 'no mount for this test alone'
		alone=(unshare -m)
	fi
	# shellcheck disable=SC2016 # the inner shell's
	"${alone[@]}" sh -c '
		[ ! -w /dev ] || { mount -t tmpfs none /dev && ln -s /proc/self/fd/1 /dev/stdout; } || exit 99
		"$KYMAN" cert export ca --out /dev/stdout -f --db a.p12 --pass file:pw 2>&1
		echo "status $?"
		[ -L /dev/stdout ] && echo there' >said
	has "$(cat said)" 'status 7' 'it stays' 'there'
	kyman 7 cert export ca --out /proc/self/fd/1 -f --db a.p12 --pass file:pw
	# What is a pipe is written to.
	"$KYMAN" cert export ca --out /dev/fd/1 --db a.p12 --pass file:pw | grep -q BEGIN
}

@test "a link at an output is refused, or replaced with -f" {
	make a.p12
	echo mine >victim
	chmod 644 victim
	for target in victim nowhere; do
		for words in '--with-key --out-pass none' '--with-key --out-pass file:new --format p12' ''; do
			ln -sf "$target" out
			# shellcheck disable=SC2086 # words
			kyman 7 cert export ca $words --out out --db a.p12 --pass file:pw
			[ -L out ]
			# shellcheck disable=SC2086
			ok cert export ca $words --out out -f --db a.p12 --pass file:pw
			[ ! -L out ]
			[ -z "$words" ] || private out
			rm out
		done
		[ ! -e nowhere ]
		[ "$(cat victim)" = mine ]
		[ "$(stat -c %a victim)" = 644 ]
	done
	ln -s nowhere made
	kyman 7 db passwd a.p12 --pass file:pw --new-pass gen:made
	kyman 7 cert export ca --with-key --out x.p12 --out-pass gen:made -f --db a.p12 --pass file:pw
	[ -L made ] && [ ! -e nowhere ]
	mkdir folder
	ln -s folder dir
	kyman 7 cert export ca --out dir -f --db a.p12 --pass file:pw
	[ -L dir ]
}

@test "a link at the stash: what is no stash is not written through it" {
	make a.p12
	echo mine >victim
	chmod 644 victim
	ln -s victim a.sth
	kyman 7 db stash a.p12 --pass file:pw
	has "$err" 'symbolic link'
	ln -s victim c.sth
	kyman 7 db create c.p12 --pass gen --stash
	[ ! -e c.p12 ]
	ok db passwd a.p12 --pass file:pw --new-pass file:new
	ok db delete a.p12 --yes || true
	[ "$(cat victim)" = mine ]
	[ "$(stat -c %a victim)" = 644 ]
}

@test "what was open to others is closed with the first save" {
	make a.p12
	chmod 666 a.p12
	ok cert create web --profile client --db a.p12 --pass file:pw
	has "$err" 'open to others'
	[ "$(stat -c %a a.p12)" = 660 ]
	echo old >k.pem
	chmod 666 k.pem
	ok cert export ca --with-key --out-pass none --out k.pem -f --db a.p12 --pass file:pw
	private k.pem
}

# --- Input and output ---

@test "an output may be the input" {
	make a.p12
	kyman 7 csr sign r.csr --issuer ca --yes --out r.csr --db a.p12 --pass file:pw
	grep -q 'CERTIFICATE REQUEST' r.csr
	ok csr sign r.csr --issuer ca --yes --out r.csr -f --db a.p12 --pass file:pw
	grep -q 'BEGIN CERTIFICATE-----' r.csr
	ok cert add r.csr --db a.p12 --pass file:pw
	# An exported key under another passphrase: in by one file, out to the same.
	ok cert export r --with-key --out r.p12 --out-pass file:new --db a.p12 --pass file:pw
	ok db create b.p12 --pass file:pw
	ok cert import r.p12 --in-pass file:new --as r --db b.p12 --pass file:pw
	ok cert export r --with-key --out r.p12 -f --no-chain --out-pass file:pw --db b.p12 --pass file:pw
	ok show r.p12 --in-pass file:pw
	# The passphrase's own file is no place for what it opens, unless asked.
	kyman 7 cert export ca --out pw --db a.p12 --pass file:pw
	[ "$(cat pw)" = 'a passphrase' ]
	# The database itself, by any name.
	ln a.p12 second.p12
	ln -s a.p12 link.p12
	before=$(sha256sum <a.p12)
	for name in a.p12 ./a.p12 link.p12 second.p12; do
		"$KYMAN" cert export ca --with-key --out "$name" -f --out-pass file:new --db a.p12 --pass file:pw \
			>.out 2>.err && false
		[ "$(sha256sum <a.p12)" = "$before" ]
	done
}
