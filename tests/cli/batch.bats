#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# cert create --batch: a certificate for each row of a file.

bats_require_minimum_version 1.5.0
load helpers
load scene

setup()
{
	scratch
	printf 'secret\n' >pw
}

# A database, ring.p12 or $1, with a CA.
ring()
{
	export KYMAN_DB=${1:-ring.p12}
	if [ "$KYMAN_DB" = ring.p12 ]; then
		ok db create ring.p12 --pass file:pw --iterations 1000
	else
		ok db create "$KYMAN_DB" --pass file:pw
	fi
	ok cert create ca --profile ca --key ec:p256 --pass file:pw
	ok cert export ca --out ca.pem --pass file:pw
}

# many COUNT: rows.csv has so many.
many()
{
	seq "$1" | awk 'BEGIN { print "label,names" } { printf "host%d,host%d.example\n", $1, $1 }' >rows.csv
}

# batch STATUS WORD...: of rows.csv.
batch()
{
	local want=$1

	shift
	kyman "$want" cert create --batch rows.csv --issuer ca --pass file:pw "$@"
}

# rows LINE...: rows.csv has these.
rows()
{
	printf '%s\n' "$@" >rows.csv
}

# The certificates of many.pem one by one, checked as a relying party does.
all_valid()
{
	awk '/BEGIN CERT/ { n++ } n { print > ("one" n ".crt") }' many.pem
	openssl verify -CAfile ca.pem one*.crt >.verified || { grep -v OK .verified; return 1; }
	[ "$(grep -c OK .verified)" = "$1" ]
}

@test "500 rows into a PKCS#12 database: all there, valid, of different serial numbers" {
	need openssl
	need jq
	ring
	many 500
	batch 0
	[ "$(grep -c "^added key 'host" .out)" = 500 ]
	has "$out" "added key 'host77': CN=host77.example, until "
	openssl pkcs12 -in ring.p12 -passin file:pw -nokeys -out many.pem
	all_valid 501
	[ "$(openssl pkcs12 -in ring.p12 -passin file:pw -nocerts -noenc | grep -c BEGIN)" = 501 ]
	ok cert list --json --pass file:pw
	[ "$(json '.entries[].serial' | sort -u | wc -l)" = 501 ]
	[ "$(json '.entries[].spki_sha256' | sort -u | wc -l)" = 501 ]
	[ "$(json '.entries[1:][].label')" = "$(seq 500 | sed s/^/host/)" ]
	ok cert export host500 --with-key --out one.pem --out-pass none --pass file:pw
	[ "$(openssl pkey -in one.pem -pubout)" = "$(openssl x509 -in one.pem -noout -pubkey)" ]
}

@test "500 rows into a CMS database" {
	need openssl
	need jq
	ring ring.kdb
	many 500
	batch 0 --key ec:p256 --json
	[ "$(json '.added | length')" = 500 ]
	[ "$(json '.changed')" = true ]
	ok db show --json --pass file:pw
	[ "$(json '.counts.keys')" = 501 ]
	ok cert export --all --out many.pem --pass file:pw
	all_valid 501
	ok cert export host9 --with-key --out one.pem --out-pass none --pass file:pw
	[ "$(openssl pkey -in one.pem -pubout)" = "$(openssl x509 -in one.pem -noout -pubkey)" ]
}

@test "what a row says comes before what the command says" {
	need openssl
	ring
	ok cert create other --profile ca --pass file:pw
	cat >rows.csv <<-'END'
		label,names,days,profile,issuer,key,hash,ku,eku,subject,san,crl-url,not-after,path_length,no-names
		one,,,,,,,,,,,,,,yes
		two,"a.example 192.0.2.1",10,peer,other,rsa:2048,sha512,,,"CN=Two\, Inc.",dns:b.example,http://x.example/a.crl,,,
		three,,,ca,,,,,,,,,2030-01-01,3,
		four,,,client,,ed25519,,digitalSignature,clientAuth,,,,,,
	END
	batch 0 --days 30
	ok cert show one --pass file:pw
	has "$out" 'CN=one'
	ok cert show two --pem --pass file:pw
	has "$out" 'rsa:2048' 'CN=other' 'Two' 'dns:a.example' 'ip:192.0.2.1' 'dns:b.example' \
		'http://x.example/a.crl' 'SHA512'
	ok cert show three --pass file:pw
	has "$out" '2030-01-01'
	ok cert show four --pass file:pw
	has "$out" ed25519
	rows '{"label":"five","names":["f.example","g.example"],"days":7,"permit":null}' '' \
		'{ "label" : "six" , "names" : "h.example i.example" , "no_names" : false, "san":["uri:http://x/\u00fc"] }' \
		'{"label":"s\u00fcd\ud83d\ude00","profile":"client","san":[],"path_length":null}'
	kyman 2 cert create --batch rows.csv --pass file:pw
	has "$err" "'rows.csv', line 3: " 'is not an absolute URI'
	sed -i 's#uri:http://x/.u00fc#uri:http://x/y#' rows.csv
	ok cert create --batch rows.csv --pass file:pw
	has "$out" "'five': CN=f.example" "'six': CN=h.example" "'süd😀'"
	ok cert show six --pass file:pw
	has "$out" dns:i.example uri:http://x/y
}

@test "CSV as spreadsheets write it; from standard input" {
	ring
	printf '\357\273\277label,names,subject\r\n"a ""b""",a.example,"CN=x,O=y\r\n"\r\n\r\nc,c.example,\r\n' >rows.csv
	kyman 2 cert create --batch rows.csv --pass file:pw
	has "$err" "'rows.csv', line 2:"
	printf '\357\273\277label,names,subject\r\n"a ""b""",a.example,"CN=x,O=y"\r\n\r\nc,c.example,\r\n' >rows.csv
	"$KYMAN" cert create --batch - --pass file:pw <rows.csv >.out
	has "$(cat .out)" "'a \"b\"': CN=x,O=y" "'c': CN=c.example"
	printf '\357\273\277{"label":"d","names":["d.example"]}\r\n' >rows.json
	ok cert create --batch rows.json --pass file:pw
	has "$out" "'d': CN=d.example"
	kyman 2 cert create --batch - --pass stdin
	has "$err" "standard input cannot be both '-' and the source of --pass"
}

# refused STATUS WORDS LINE...: these rows are, and nothing changed.
refused()
{
	local want=$1 words=$2

	shift 2
	rows "$@"
	batch "$want"
	has "$err" "$words" || return
	cmp ring.p12 before
	mkdir dir
	batch "$want" --out-dir dir --out-pass none
	has "$err" "$words" || return
	rmdir dir
}

@test "each row is looked at first: what is wrong is named with its line, and nothing changes" {
	ring
	cp ring.p12 before
	refused 2 "'rows.csv', line 1: there is no column 'nmaes'" label,nmaes a,b.example
	refused 2 "line 1: the column 'label' is there twice" label,label a,b
	refused 2 "line 1: the header has no column 'label'" names a.example
	refused 2 "'rows.csv' has no rows" label,names
	refused 2 "line 3: fewer values than the header has columns" label,names a,a.example b
	refused 2 "line 2: more values than the header has columns" label,names a,a.example,x
	refused 2 "line 2: a quotation mark is not closed" label,names '"a,a.example' b,b.example
	refused 2 "line 2: a quotation mark in a value that does not begin with one" label,names 'a"b,a.example'
	refused 2 "line 2: something behind a closing quotation mark" label,names '"a"b,a.example'
	refused 2 "line 3: --days takes a number of digits only, not 'x'" label,names,days a,a.example,1 b,b.example,x
	refused 2 "line 2: 'no-names' takes yes or no, not 'maybe'" label,no-names a,maybe
	refused 7 "line 4: the label 'WEB' is that of line 2" label,names web,a.example b,b.example WEB,c.example
	refused 4 "line 2: there is no entry 'nobody'" label,names,issuer a,a.example,nobody
	refused 9 "line 3: a key of rsa:1024 is refused" label,names,key a,a.example, b,b.example,rsa:1024
	refused 2 "line 2: it is not said what the certificate is for" label a
	refused 2 "'rows.csv', line 2: there is no key 'name'" '{"label":"a","names":"a.example"}' '{"label":"b","name":"x"}'
	refused 2 "line 1: a colon is expected, at column 20" '{"label":"a","names"'
	refused 2 "line 1: the key 'label' is missing" '{"names":"a.example"}'
	refused 2 "line 1: the key 'label' is there twice" '{"label":"a","label":"b"}'
	refused 2 "line 1: 'names' takes a text, a number or a list of them" '{"label":"a","names":{}}'
	refused 2 "line 1: the end of the line is expected, at column 15" '{"label":"a"} x'
	refused 2 "line 1: a comma or a closing brace is expected, at column 20" '{"label":"a" "names":"b"}'
	refused 2 "line 1: 'names' takes a text, a number or a list of them" '{"label":"a","names":[["b"]]}'
	refused 2 "line 1: a number of more than 14 characters" '{"label":12345678901234567890}'
	refused 2 "line 1: 'days' takes a text or a whole number" '{"label":"a","days":1.5}'
	refused 2 "line 1: a quotation mark is not closed" '{"label":"a'
	refused 2 "line 1: an escape that JSON does not have" '{"label":"\q"}'
	refused 2 "line 1: an escape that JSON does not have" '{"label":"\udc00"}'
	refused 2 "line 1: a value with a NUL in it" '{"label":"a\u0000"}'
	refused 2 "line 1: a key with a NUL in it" '{"label\u0000":"a"}'
	refused 2 "line 1: 'days' is no list" '{"label":"a","days":[1]}'
	refused 2 "line 1: 'names' takes a text" '{"label":"a","names":true}'
	refused 2 "line 2: an object in braces is expected" '{"label":"a","names":"a.example"}' '[]'
	refused 2 "line 1: a key in quotation marks is expected, at column 6" '{label:1}'
	refused 2 "line 1: a control character in a text" "$(printf '{"label":"a\tb"}')"
	refused 2 "line 1: a text that is not UTF-8" "$(printf '{"label":"a\377"}')"
	: >rows.csv
	batch 2
	has "$err" "line 1: the file is empty: its first line is the header"
	kyman 4 cert create --batch nothing.csv --pass file:pw
}

@test "labels that are taken: fail, keep, replace" {
	ring
	rows label,names web,web.example
	batch 0
	cp ring.p12 before
	rows label,names new,new.example WEB,web.example
	batch 7
	has "$err" "'rows.csv', line 3: the label 'WEB' is taken by 'web'"
	cmp ring.p12 before
	rows label,names web,web.example new,new.example
	batch 0 --if-exists keep
	has "$out" "added key 'new'"
	[[ $out != *"'web'"* ]]
	batch 0 --if-exists keep
	has "$out" 'nothing to do'
	rows label,names web,other.example
	batch 7 --if-exists keep
	has "$err" "line 2: 'web' is there, and differs"
	rows label,names web,other.example third,third.example
	batch 2 --if-exists replace
	batch 0 --if-exists replace --yes
	has "$out" "replaced key 'web': CN=other.example" "added key 'third'"
	cp ring.p12 before
	rows label,names fourth,fourth.example
	batch 0 --dry-run
	has "$out" "would add key 'fourth'"
	cmp ring.p12 before
}

@test "what is said of several rows is said once" {
	ring
	rows label,names,days a,a.example,36500 b,b.example,30 c,c.example,36500 d,x,30
	batch 0
	has "$err" 'line 2, and 1 more: it ends ' 'with its issuer'
}

@test "options that go together only" {
	ring
	mkdir dir
	many 1
	kyman 2 cert create x x.example --out-dir dir --pass file:pw
	has "$err" '--out-dir goes with --batch only'
	batch 2 --format pem
	has "$err" '--format goes with --out-dir only'
	batch 2 --resume
	has "$err" '--resume goes with --out-dir only'
	batch 2 --out-dir dir --if-exists keep --out-pass none
	has "$err" '--if-exists is about the database, and does not go with --out-dir'
	batch 2 --out-dir dir --format der --out-pass none
	has "$err" '--format der has no place for the private key: choose pem or p12'
	kyman 2 cert create label --batch rows.csv --pass file:pw
	has "$err" "'label' is too much: with --batch labels come from its file"
	[ -z "$(ls dir)" ]
}

@test "into files: PEM and PKCS#12 that others read" {
	need openssl
	need jq
	ring
	ok cert create sub --profile ca --issuer ca --pass file:pw
	cp ring.p12 before
	many 200
	mkdir pem p12 text clear
	kyman 0 cert create --batch rows.csv --issuer sub --pass file:pw --out-dir pem --out-pass file:pw --json
	[ "$(json '.files | length')" = 200 ]
	[ "$(json '.files[76]')" = pem/host77.pem ]
	[ "$(json .changed)" = false ]
	kyman 0 cert create --batch rows.csv --issuer sub --pass file:pw --out-dir p12 --out-pass file:pw --format p12 --root
	[ "$(grep -c '^wrote p12/host' .out)" = 200 ]
	batch 0 --out-dir text --out-pass file:pw --format p12-base64
	batch 0 --out-dir clear --out-pass none
	has "$err" 'without a passphrase'
	cmp ring.p12 before
	[ "$(find pem p12 text clear -name 'host*' -perm 600 | wc -l)" = 800 ]
	[ "$(find . -name '*~new')" = '' ]
	grep -q 'BEGIN PKCS12' text/host3.p12
	openssl pkey -in clear/host1.pem -noout
	for i in 1 200; do
		[ "$(openssl pkey -in pem/host$i.pem -passin file:pw -pubout)" = "$(openssl x509 -in pem/host$i.pem -noout -pubkey)" ]
		openssl verify -CAfile ca.pem -untrusted pem/host$i.pem pem/host$i.pem
		[ "$(grep -c 'BEGIN CERT' pem/host$i.pem)" = 2 ]
		openssl pkcs12 -in p12/host$i.p12 -passin file:pw -noenc -out both.pem
		[ "$(grep -c 'BEGIN CERT' both.pem)" = 3 ]
		[ "$(openssl pkey -in both.pem -pubout)" = "$(openssl x509 -in both.pem -noout -pubkey)" ]
	done
	[ "$(jq -r .label pem/results.jsonl | sort)" = "$(seq 200 | sed s/^/host/ | sort)" ]
	[ "$(cat pem/results.jsonl p12/results.jsonl | jq -r .serial | sort -u | wc -l)" = 400 ]
	line=$(grep '"host5"' pem/results.jsonl)
	[ "$(jq -r 'keys_unsorted | join(" ")' <<<"$line")" = 'label file serial not_after sha256' ]
	[ "$(jq -r .file <<<"$line")" = host5.pem ]
	[ "$(jq -r .sha256 <<<"$line")" = "$(openssl x509 -in pem/host5.pem -outform der | sha256sum | cut -d' ' -f1)" ]
	[ "$(jq -r .serial <<<"$line" | tr a-f A-F)" = "$(openssl x509 -in pem/host5.pem -noout -serial | cut -d= -f2)" ]
}

@test "into files: what is there is never overwritten, labels must be names" {
	ring
	many 3
	batch 4 --out-dir dir --out-pass none
	has "$err" "there is no folder 'dir'" mkdir
	touch file
	batch 1 --out-dir file --out-pass none
	has "$err" "cannot open the folder 'file'"
	mkdir dir
	echo mine >dir/host2.pem
	batch 7 --out-dir dir --out-pass none
	has "$err" "'rows.csv', line 3: 'dir/host2.pem' exists already"
	batch 7 --out-dir dir --out-pass none --dry-run
	has "$err" "'dir/host2.pem' exists already"
	[ "$(ls dir)" = host2.pem ]
	[ "$(cat dir/host2.pem)" = mine ]
	rm dir/host2.pem
	batch 0 --out-dir dir --out-pass none --dry-run
	has "$out" 'would write dir/host3.pem'
	[ -z "$(ls dir)" ]
	ln -s nowhere dir/host1.pem
	batch 7 --out-dir dir --out-pass none --resume
	rm dir/host1.pem
	for label in a/b .a .. "$(printf 'x%.0s' {1..201})"; do
		rows label,names ok,ok.example "$label,a.example"
		batch 2 --out-dir dir --out-pass none
		has "$err" "'rows.csv', line 3: " 'cannot be the name of a file'
	done
	[ -z "$(ls dir)" ]
	many 3
	batch 0 --out-dir dir --out-pass none
	batch 7 --out-dir dir --out-pass none
	has "$err" "'dir/results.jsonl' exists already" '--resume'
	batch 0 --out-dir dir --out-pass none --resume
	has "$out$err" 'nothing to do' '3 of 3 were done already'
	echo '{"a":"b"}' >dir/results.jsonl
	batch 8 --out-dir dir --out-pass none --resume
	has "$err" "'dir/results.jsonl', line 1, is no result of a batch"
	rm dir/results.jsonl
	ln -s "$PWD/there" dir/results.jsonl
	batch 1 --out-dir dir --out-pass none --resume
	[ ! -e there ]
}

# One that we may use.
processor()
{
	taskset -cp $$ | sed 's/.*: //; s/[,-].*//'
}

# whole: each line of dir/results.jsonl has its file, and each file with a name is whole.
whole()
{
	local name

	[ -s dir/results.jsonl ] || return 0
	grep '}$' dir/results.jsonl | jq -r .file >.logged
	while read -r name; do
		[ -s "dir/$name" ] || return 1
	done <.logged
	find dir -name '*.pem' -exec grep -cHe -----END {} + >.ends
	! grep -v ':2$' .ends
}

@test "kill -9 in the middle, and --resume makes exactly the others" {
	need jq
	ring
	mkdir dir
	many 100
	batch 0 --out-dir dir --out-pass none
	many 6000
	killed=0
	for pause in 0.05 0.1 0.2 0.3 0.4; do
		"$KYMAN" cert create --batch rows.csv --issuer ca --pass file:pw --out-dir dir --out-pass none \
			--resume -q >.out 2>.err </dev/null &
		sleep "$pause"
		kill -9 $! && killed=$((killed + 1))
		wait $! 2>/dev/null || true
		whole
	done
	[ "$killed" -gt 0 ]
	# What is logged is not made again.
	while read -r name; do sha256sum "dir/$name"; done <.logged >before
	printf '{"label":"host' >>dir/results.jsonl
	batch 0 --out-dir dir --out-pass none --resume
	sha256sum --quiet -c before
	jq -r .file dir/results.jsonl | sort >.all
	[ "$(wc -l <.all)" = 6000 ]
	[ "$(sort -u .all | wc -l)" = 6000 ]
	[ "$(find dir -name 'host*.pem' | wc -l)" = 6000 ]
	[ "$(find dir -name '*~new')" = '' ]
	[ "$(jq -r .serial dir/results.jsonl | sort -u | wc -l)" = 6000 ]
}

@test "what a kill left between the steps: the other name, names without a line" {
	need jq
	ring
	many 3
	mkdir dir
	batch 0 --out-dir dir --out-pass none
	# host1: logged, and its other name is there still; host2: has its name, and is not logged; host3: half.
	ln dir/host1.pem dir/host1.pem~new
	ln dir/host2.pem dir/host2.pem~new
	mv dir/host3.pem dir/host3.pem~new
	sed -i '/host[23]/d' dir/results.jsonl
	cp dir/host1.pem one
	cp dir/host2.pem two
	batch 0 --out-dir dir --out-pass none --resume
	has "$out" 'wrote dir/host2.pem' 'wrote dir/host3.pem'
	[[ $out != *host1* ]]
	cmp dir/host1.pem one
	run ! cmp -s dir/host2.pem two
	[ "$(ls dir)" = "$(printf '%s\n' host1.pem host2.pem host3.pem results.jsonl)" ]
	[ "$(jq -r .label dir/results.jsonl | sort | tr '\n' ' ')" = 'host1 host2 host3 ' ]
}

@test "a row that fails when its turn comes: what is done stays, and --resume goes on" {
	ring
	# Name constraints are looked at when it is signed.
	ok cert create narrow --profile ca --permit dns:example --pass file:pw
	many 50
	echo 'bad,bad.test' >>rows.csv
	mkdir dir
	kyman 9 cert create --batch rows.csv --issuer narrow --pass file:pw --out-dir dir --out-pass none
	has "$err" "'rows.csv', line 52: nobody would accept what 'narrow' would issue" '50 of 51 files are done; --resume makes the others'
	[ "$(find dir -name 'host*.pem' | wc -l)" = 50 ]
	sed -i 's/bad.test/bad.example/' rows.csv
	kyman 0 cert create --batch rows.csv --issuer narrow --pass file:pw --out-dir dir --out-pass none --resume
	has "$out" 'wrote dir/bad.pem'
	cp ring.p12 before
	sed -i 's/bad.example/bad.test/' rows.csv
	kyman 9 cert create --batch rows.csv --issuer narrow --pass file:pw
	cmp ring.p12 before
}

@test "one processor and two make the same set" {
	need taskset
	ring
	many 40
	cp ring.p12 one.p12
	cp ring.p12 two.p12
	taskset -c "$(processor)" "$KYMAN" cert create --batch rows.csv --issuer ca --pass file:pw -d one.p12 >one
	kyman 0 cert create --batch rows.csv --issuer ca --pass file:pw -d two.p12
	cmp one .out
}

@test "how far it is, on a terminal after a second; and ^C, after which --resume goes on" {
	need jq
	need taskset
	need_terminal
	ring
	many 60000
	mkdir dir
	scene 130 'wait= of 60000,wait=a second,wait=left,key=3' \
		"$(command -v taskset)" -c "$(processor)" \
		"$KYMAN" cert create --batch rows.csv --issuer ca --pass file:pw --out-dir dir --out-pass none
	[ "$(wc -l <dir/results.jsonl)" -gt 0 ]
	whole
	# Quiet, and not on a terminal, nothing is said.
	head -4001 rows.csv >few.csv
	kyman 0 cert create --batch few.csv --issuer ca --pass file:pw
	[ -z "$err" ]
	kyman 0 cert create --batch few.csv --issuer ca --pass file:pw --out-dir dir --out-pass none --resume -q
	[ "$(jq -r .label dir/results.jsonl | sort | uniq -d | wc -l)" = 0 ]
	[ "$(find dir -name 'host*.pem' | wc -l)" -ge 4000 ]
	[ "$(find dir -name '*.pem' | sed 's#dir/##' | sort)" = "$(jq -r .file dir/results.jsonl | sort)" ]
}

@test "a passphrase that is made is there before the files" {
	ring
	many 3000
	mkdir dir
	echo mine >made
	batch 7 --out-dir dir --out-pass gen:made
	has "$err" "'made' exists already"
	[ -z "$(ls dir)" ]
	rm made
	# Nothing was done, and nothing depends on it.
	ok cert create narrow --profile ca --permit dns:example --pass file:pw
	printf 'label,names,issuer\nbad,bad.test,narrow\n' >bad.csv
	kyman 9 cert create --batch bad.csv --pass file:pw --out-dir dir --out-pass gen:made
	[ -z "$(ls dir)" ]
	[ ! -e made ]
	"$KYMAN" cert create --batch rows.csv --issuer ca --pass file:pw --out-dir dir --out-pass gen:made >.out 2>.err &
	while [ ! -s dir/results.jsonl ]; do sleep 0.02; done
	kill -9 $! 2>/dev/null || true
	wait || true
	head -4 rows.csv >few
	mv few rows.csv
	batch 0 --out-dir dir --out-pass file:made --resume
	openssl pkey -in dir/host1.pem -passin file:made -noout
	openssl pkey -in dir/host3.pem -passin file:made -noout
	mkdir other
	batch 0 --out-dir other --out-pass gen:again
	has "$out" 'wrote other/host1.pem' 'wrote again'
	openssl pkey -in other/host2.pem -passin file:again -noout
}

@test "two at once in one folder: one of them says so" {
	ring
	many 2
	mkdir dir
	exec 9>dir/results.jsonl
	flock 9
	batch 6 --out-dir dir --out-pass none --resume
	has "$err" "another process is writing to 'dir'"
	exec 9>&-
	# The list of the one that is at work stays, empty as it is.
	[ -e dir/results.jsonl ]
}

@test "a dry run into files says what would be done" {
	ring
	many 3
	mkdir dir
	batch 0 --out-dir dir --out-pass none --dry-run
	has "$out" 'would write dir/host3.pem'
	[ -z "$(ls dir)" ]
	head -3 rows.csv >all.csv
	kyman 0 cert create --batch all.csv --issuer ca --pass file:pw --out-dir dir --out-pass none
	printf '{"label":' >>dir/results.jsonl
	cp dir/results.jsonl before
	batch 7 --out-dir dir --out-pass none --dry-run
	has "$err" "'dir/results.jsonl' exists already"
	batch 0 --out-dir dir --out-pass none --dry-run --resume
	[ "$(grep -c write .out)" = 1 ]
	has "$out" 'would write dir/host3.pem'
	has "$err" '2 of 3 were done already'
	echo mine >dir/host3.pem
	echo somebody >dir/host3.pem~new
	batch 7 --out-dir dir --out-pass none --dry-run --resume
	cmp before dir/results.jsonl
	batch 7 --out-dir dir --out-pass none --resume
	has "$err" "'rows.csv', line 4: 'dir/host3.pem' exists already"
	# What is on its way to a place that is taken is not the batch's.
	[ "$(cat dir/host3.pem dir/host3.pem~new | tr '\n' ' ')" = 'mine somebody ' ]
}

@test "a full disk: what is done stays, the rest is said" {
	ring
	many 3000
	mkdir dir
	mount -t tmpfs -o size=200k none dir 2>/dev/null || skip 'no tmpfs may be mounted'
	local got=0
	"$KYMAN" cert create --batch rows.csv --issuer ca --pass file:pw --out-dir dir --out-pass none >.out 2>.err || got=$?
	umount dir
	[ "$got" = 1 ]
	grep -q 'cannot write' .err
}

@test "as a line of a run: into the database; not into files" {
	ring
	many 20
	cp ring.p12 before
	printf '%s\n' 'cert create --batch rows.csv --issuer ca' 'cert create host20 x.example --issuer ca' >job
	kyman 7 run job --pass file:pw
	has "$err" "'job', line 2"
	cmp ring.p12 before
	sed -i 2d job
	ok run job --pass file:pw
	has "$out" "added key 'host20'"
	mkdir dir
	echo 'cert create --batch rows.csv --issuer ca --out-dir dir --out-pass none' >job
	kyman 2 run job --pass file:pw
	has "$err" '--out-dir cannot be part of a run'
	echo 'cert create --batch -' | "$KYMAN" run - --pass file:pw >.out 2>.err && return 1
	has "$(cat .err)" 'the commands come from standard input'
}
