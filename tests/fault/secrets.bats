#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# No passphrase and no private key is left in memory when the program ends: by itself, after a failure,
# by a signal. tests/fault/scan keeps the writable memory of its last moment, secrets.py counts in it the
# copies of passphrases "and" of keys. The control cases show that both find what is there.
# shellcheck disable=SC2154 # helpers set out and err; the harness top_srcdir and top_builddir

bats_require_minimum_version 1.5.0
load ../cli/helpers

py=/usr/bin/python3

setup()
{
	scratch
	scan=$top_builddir/tests/fault/scan
	play=$BATS_TEST_DIRNAME/../cli/terminal.py
	[ -x "$scan" ] || skip 'tests/fault/scan was not built'
	"$py" -c 'import cryptography' 2>/dev/null || skip 'python3-cryptography is not installed'
	need openssl
	grep -q -e __asan_init -e '\.gcda' "$KYMAN" && skip 'a sanitizer, or gcov, keeps memory to the end'
	"$scan" dump true 2>/dev/null || skip 'no process may be traced here'
	printf 'A passphrase-quite long 4711 \303\244\n' >pw
	printf 'Another one-longer 0815\n' >new
	PW=$(cat pw) NEW=$(cat new)
}

# count PASS-FILES KEY-FILES: of what the last run left.
count()
{
	"$py" "$BATS_TEST_DIRNAME/secrets.py" dump "$1" "$2"
}

# scanned STATUS WORD...: runs kyman and keeps its memory.
scanned()
{
	local want=$1 got=0

	shift
	rm -f dump
	timeout 60 "$scan" dump "$KYMAN" "$@" >.out 2>.err </dev/null || got=$?
	[ "$got" = "$want" ] || {
		printf 'kyman %s\nstatus %s instead of %s\n' "$*" "$got" "$want"
		cat .err
		return 1
	}
}

# look NAME PASS-FILES [KEY-FILES]: nothing of them is there.
look()
{
	local found

	found=$(count "$2" "${3-}")
	echo "# $found: $1" >&3
	[ "$found" = '0 and 0' ]
}

# typed STATUS SCENE WORD...: the same on a terminal.
typed()
{
	local want=$1 steps=$2 got=0

	shift 2
	rm -f dump
	timeout 60 "$py" "$play" "$steps" "$scan" dump "$KYMAN" "$@" >.out 2>.err || got=$?
	[ "$got" = "$want" ] || {
		printf 'status %s instead of %s\n' "$got" "$want"
		cat .out
		return 1
	}
}

# make DB: an empty one, under pw.
make()
{
	local few=()

	[[ $1 == *.p12 ]] && few=(--iterations 1000)
	ok db create "$1" --pass file:pw "${few[@]}"
}

# types DB [MORE]: the kinds of keys that are tried with it; how it keeps them is the same for all.
types()
{
	case $1 in
	*.p12) echo "rsa:2048 ec:p256 ${2-}" ;;
	*) echo rsa:2048 ;;
	esac
}

# key_of LABEL DB [PASS]: its private key in LABEL.key.
key_of()
{
	ok cert export "$1" --with-key --out-pass none --out .key -f --db "$2" --pass "file:${3-pw}"
	openssl pkey -in .key -out "$1.key"
}

@test "control: what is in memory is found" {
	local hold='import os, sys
text = open("pw").readline().rstrip()
keep = [text.encode(code) for code in sys.argv[1:]]
os._exit(0)'

	# The passphrase in a variable that nobody reads.
	make a.p12
	LEFT=$PW scanned 0 db show a.p12 --pass file:pw
	[ "$(count pw '' 2>/dev/null)" = '1 and 0' ]
	for code in utf-8 utf-16-be utf-16-le; do
		rm -f dump
		"$scan" dump "$py" -c "$hold" "$code"
		[[ $(count pw '' 2>/dev/null) != 0* ]]
	done
	# A key's numbers in either order.
	openssl genpkey -quiet -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out ec.key
	openssl genpkey -quiet -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out rsa.key
	for key in ec rsa; do
		for order in big little; do
			rm -f dump
			"$scan" dump "$py" -c 'import os, sys
from cryptography.hazmat.primitives import serialization
key = serialization.load_pem_private_key(open(sys.argv[1], "rb").read(), None).private_numbers()
number = key.private_value if hasattr(key, "private_value") else key.q
keep = number.to_bytes((number.bit_length() + 7) // 8, sys.argv[2])
os._exit(0)' "$key.key" "$order"
			[[ $(count '' "$key.key" 2>/dev/null) != *' 0' ]]
		done
	done
	# Nothing at all is no proof.
	: >dump
	run ! count pw ''
}

@test "db create, stash, show" {
	for db in a.p12 a.kdb; do
		scanned 0 db create "$db" --pass file:pw
		look "db create $db" pw
		scanned 0 db stash "$db" --pass file:pw
		look "db stash $db" pw
		scanned 0 db show "$db"
		look "db show $db, by its stash" pw
		rm a.sth
	done
	scanned 0 db create b.p12 --pass gen:made
	look 'db create, gen' made
}

@test "keys: cert create, csr create, csr sign, cert renew, cert add of an answer" {
	for db in a.p12 a.kdb; do
		make "$db"
		for type in $(types "$db" ed25519); do
			scanned 0 cert create ca --profile ca --key "$type" --db "$db" --pass file:pw
			key_of ca "$db"
			look "cert create $db $type" pw ca.key
			scanned 0 cert create leaf --profile client --issuer ca --db "$db" --pass file:pw
			look "cert create, by another key $db $type" pw ca.key
			scanned 0 csr create r r.example --key "$type" --out r.csr -f --db "$db" --pass file:pw
			cp dump dump.csr
			cp dump.map dump.csr.map
			scanned 0 csr sign r.csr --issuer ca --yes --out r.pem -f --db "$db" --pass file:pw
			look "csr sign $db $type" pw ca.key
			scanned 0 cert add r.pem --db "$db" --pass file:pw
			key_of r "$db"
			look "cert add of an answer $db $type" pw r.key
			mv dump.csr dump
			mv dump.csr.map dump.map
			look "csr create $db $type" pw r.key
			scanned 0 cert renew leaf --db "$db" --pass file:pw
			look "cert renew $db $type" pw ca.key
			scanned 0 cert delete ca r leaf --even-issuer --yes --db "$db" --pass file:pw
			look "cert delete $db $type" pw 'ca.key r.key'
		done
	done
}

@test "keys: cert import, export, copy, db passwd, db convert" {
	for db in a.p12 a.kdb; do
		make "$db"
		for type in $(types "$db"); do
			ok cert create k --profile ca --key "$type" --db "$db" --pass file:pw
			key_of k "$db"
			scanned 0 cert export k --with-key --out x.p12 -f --out-pass file:new --db "$db" --pass file:pw
			look "export to PKCS#12 $db $type" 'pw new' k.key
			scanned 0 cert export k --with-key --out x.pem -f --out-pass file:new --db "$db" --pass file:pw
			look "export to PEM, encrypted $db $type" 'pw new' k.key
			scanned 0 cert export k --with-key --out c.pem -f --out-pass none --db "$db" --pass file:pw
			look "export to PEM in clear $db $type" pw k.key
			rm -f "i.${db#a.}" j.p12 j.kdb
			make "i.${db#a.}"
			scanned 0 cert copy k --to "i.${db#a.}" --to-pass file:pw --db "$db" --pass file:pw
			look "cert copy $db $type" pw k.key
			for from in x.p12 x.pem c.pem; do
				ok cert delete k --yes --db "i.${db#a.}" --pass file:pw
				scanned 0 cert import "$from" --in-pass file:new --as k --db "i.${db#a.}" --pass file:pw
				look "cert import $from $db $type" 'pw new' k.key
			done
			scanned 0 show x.p12 --in-pass file:new
			look "show x.p12 $type" new k.key
			scanned 0 show c.pem
			look "show c.pem $type" '' k.key
			scanned 0 db passwd "$db" --pass file:pw --new-pass file:new
			look "db passwd $db $type" 'pw new' k.key
			scanned 0 db convert "$db" "j.$([ "$db" = a.p12 ] && echo kdb || echo p12)" --pass file:new --out-pass file:pw
			look "db convert $db $type" 'pw new' k.key
			ok db passwd "$db" --pass file:new --new-pass file:pw
			ok cert delete k --yes --db "$db" --pass file:pw
		done
	done
}

@test "failures: a wrong passphrase, a full disk, a label that is not there" {
	for db in a.p12 a.kdb; do
		make "$db"
		ok cert create k --profile ca --db "$db" --pass file:pw
		key_of k "$db"
		scanned 5 cert create x --profile ca --db "$db" --pass file:new
		look "wrong passphrase $db" 'pw new' k.key
		scanned 4 cert export nobody --with-key --out o.pem --db "$db" --pass file:pw
		look "no such label $db" pw k.key
		scanned 4 cert export k --with-key --out no/o.p12 --out-pass file:new --db "$db" --pass file:pw
		look "no such folder $db" 'pw new' k.key
		if [ -e /dev/full ]; then
			scanned 1 cert export k --with-key --out /dev/full --out-pass none --db "$db" --pass file:pw
			look "full disk $db" pw k.key
		fi
		truncate -s -9 "$db"
		scanned 8 cert list --db "$db" --pass file:pw
		look "damaged $db" pw k.key
	done
}

@test "sources: env, fd, stdin, cred" {
	make a.p12
	KEY=$PW scanned 0 db show a.p12 --pass env:KEY
	look env pw
	KEY=$PW scanned 4 db show nowhere.p12 --pass env:KEY
	look 'env, of a database that is not there' pw
	rm dump
	"$scan" dump "$KYMAN" db show a.p12 --pass stdin <pw >.out
	look stdin pw
	rm dump
	"$scan" dump "$KYMAN" db passwd a.p12 --pass fd:7 --new-pass fd:8 7<pw 8<new >.out
	look fd 'pw new'
	CREDENTIALS_DIRECTORY=$PWD scanned 0 db show a.p12 --pass cred:new
	look cred new
}

@test "signals at a prompt" {
	typed 0 "wait=New,type=$PW,wait=again,type=$PW" db create a.p12 --iterations 1000
	look 'db create on a terminal' pw
	make a.kdb
	for db in a.p12 a.kdb; do
		ok cert create k --profile ca --db "$db" --pass file:pw
		key_of k "$db"
		# TERM, INT, HUP, QUIT; ABRT, SEGV, ALRM, USR1, XCPU
		[ "$db" = a.p12 ] && numbers='15 2 1 3 6 11 14 10 24' || numbers=15
		for number in $numbers; do
			typed $((128 + number)) "wait=Passphrase,type=$PW,wait=New,type=$NEW,wait=again,text=Another one-lon,signal=$number" \
				db passwd "$db"
			look "signal $number at a prompt, $db" 'pw new' k.key
		done
		typed 143 "wait=Passphrase,text=$PW,signal=15" db show "$db"
		look "TERM while it is typed, $db" pw
		typed 10 "wait=Passphrase,echo=off,text=$PW,key=21,end" db show "$db"
		look "end of input, $db" pw
	done
}

@test "signals in the middle of work" {
	local got i

	make a.p12
	ok cert create ca --profile ca --key rsa:4096 --db a.p12 --pass file:pw
	key_of ca a.p12
	ok csr create r r.example --out r.csr --db a.p12 --pass file:pw
	for ((i = 0; i < 12; i++)); do
		rm -f dump
		got=0
		timeout -s TERM "0.0$((13 + i * 2))" "$scan" dump "$KYMAN" csr sign r.csr --issuer ca --yes --out o.pem -f \
			--db a.p12 --pass file:pw >.out 2>.err </dev/null || got=$?
		[ "$got" = 124 ] || [ "$got" = 143 ] || [ "$got" = 0 ]
		# Before the program began there is nothing to see.
		[ ! -s dump ] || look "TERM while it signs ($got)" pw ca.key
	done
}

@test "GSKit's commands: -pw, which leaves the command line" {
	scanned 0 -keydb -create -db a.kdb -pw "$PW" -stash
	look '-keydb -create' pw
	rm a.sth
	scanned 0 -cert -create -db a.kdb -pw "$PW" -label web -dn CN=web -size 2048
	key_of web a.kdb
	look '-cert -create' pw web.key
	scanned 0 -certreq -create -db a.kdb -pw "$PW" -label r -dn CN=r -size 2048 -file r.arm
	look '-certreq -create' pw web.key
	scanned 0 -cert -export -db a.kdb -pw "$PW" -label web -target x.p12 -target_pw "$NEW" -target_type pkcs12
	look '-cert -export' 'pw new' web.key
	scanned 0 -keydb -changepw -db a.kdb -pw "$PW" -new_pw "$NEW"
	look '-keydb -changepw' 'pw new' web.key
	scanned 0 -cert -list -db a.kdb -pw "$NEW"
	look '-cert -list' new
	scanned 16 -cert -list -db a.kdb -pw "$PW"
	look '-cert -list, wrong' pw
	scanned 204 -cert -nonsense -db a.kdb -pw "$PW"
	look 'no such action' pw
	scanned 201 -cert -list -db a.kdb -pw "$PW" -stashed
	look 'options that exclude each other' pw
}

# Threads have memory of their own, which nobody uses again.
@test "many keys in one process: run, cert create --batch" {
	local label

	for db in a.p12 a.kdb; do
		make "$db"
		printf '%s\n' 'cert create ca --profile ca --key rsa:2048' \
			'cert export ca --with-key --out-pass file:new --out x.p12 -f' >script
		scanned 0 run script --db "$db" --pass file:pw
		key_of ca "$db"
		look "run $db" 'pw new' ca.key
		printf '%s\n' label h1 h2 h3 h4 h5 h6 >rows
		scanned 0 cert create --batch rows --profile client --key rsa:2048 --issuer ca --db "$db" --pass file:pw
		for label in h1 h2 h3 h4 h5 h6; do
			key_of "$label" "$db"
		done
		look "cert create --batch $db" 'pw new' 'ca.key h1.key h2.key h3.key h4.key h5.key h6.key'
	done
}

@test "menus, and gskkyman's flags" {
	printf '%s\n' 1 a.kdb "$PW" "$PW" '' '' '' '' 0 0 >answers
	"$scan" dump "$KYMAN" menu <answers >.out
	[ -e a.kdb ]
	look 'menus: a new database' pw
	# The numbers that lead to an RSA key and to an ECC key.
	for kind in '2 1 3 3' '2 3 1 3 3'; do
		rm -f dump
		# shellcheck disable=SC2086 # words
		printf '%s\n' 2 a.kdb "$PW" 6 $kind "k${kind// /}" New '' Example '' '' US '' 0 '' 0 0 >answers
		"$scan" dump "$KYMAN" menu <answers >.out
		key_of "k${kind// /}" a.kdb
		look "menus: a self-signed certificate $kind" pw "k${kind// /}.key"
	done
	typed 143 "wait=Enter option,type=2,wait=database name,type=a.kdb,wait=password,type=$PW,wait=Enter option,signal=15" menu
	look 'menus: TERM with a database open' pw k2133.key
	typed 143 "wait=Enter option,type=2,wait=database name,type=a.kdb,wait=password,text=$PW,signal=15" menu
	look 'menus: TERM while it is typed' pw k2133.key
	"$scan" dump "$KYMAN" -dc -k a.kdb -l k2133 <pw >.out 2>.err
	look 'gskkyman -dc' pw k2133.key
}
