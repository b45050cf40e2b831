#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# kyman run: the commands of a file on one database, all of them or none.

bats_require_minimum_version 1.5.0
load helpers

setup()
{
	scratch
	printf 'secret\n' >pw
	export PASS=secret
}

# lines TEXT...: a file of them, all.run.
lines()
{
	printf '%s\n' "$@" >all.run
}

# nothing FILE...: none of them is there.
nothing()
{
	local file

	for file; do
		[ ! -e "$file" ] || return 1
	done
}

# until_locked FILE: somebody else has its lock.
until_locked()
{
	for _ in $(seq 200); do
		flock -n "$1" true || return 0
		sleep 0.05
	done
	return 1
}

# The main job: a CA, a request, its answer, exports.
main_job()
{
	cat <<-'END'
		# A ring from nothing.
		db create ring.p12 --iterations 1000
		cert create ca --profile ca --subject 'CN=Test CA,O=Example'

		csr create shop shop.example --out shop.csr     # the key waits here
		csr sign ./shop.csr --issuer ca --out shop.pem --yes
		cert receive "shop.pem"
		cert export shop --with-key --out shop.p12 --out-pass file:pw
	END
}

@test "the main job from nothing, as one" {
	need openssl
	main_job >job
	ok run job --pass file:pw
	has "$out" "wrote ring.p12" "added key 'ca': CN=Test CA,O=Example" "added request 'shop'" "wrote shop.csr" \
		"wrote shop.pem" "added key 'shop': CN=shop.example" "wrote shop.p12"
	openssl pkcs12 -in ring.p12 -passin file:pw -nokeys -out ring.pem
	openssl x509 -in shop.pem -noout -subject | grep -q 'shop.example'
	openssl pkcs12 -in shop.p12 -passin file:pw -nocerts -noenc -out key.pem
	[ "$(openssl pkey -in key.pem -pubout)" = "$(openssl x509 -in shop.pem -noout -pubkey)" ]
	awk '/BEGIN/ { n++ } n == 1' ring.pem >one.pem
	openssl verify -CAfile ring.pem shop.pem
	[ "$(stat -c %a ring.p12 shop.p12)" = "$(printf '600\n600')" ]
	[ -z "$(find . -name '*~new')" ]
	ok cert list --db ring.p12 --pass file:pw --json
	[ "$(json '.entries | length')" -eq 2 ]
}

@test "the same as a CMS database" {
	main_job | sed 's/ring.p12 --iterations 1000/ring.kdb/; s/cert receive/db record-length ring.kdb 6000\ncert receive/' >job
	echo 'csr create wait wait.example --out wait.csr' >>job
	ok run job --pass file:pw
	ok cert list --db ring.kdb --pass file:pw
	has "$out" ca shop
	ok csr list --db ring.kdb --pass file:pw
	has "$out" wait
	ok db show ring.kdb --pass file:pw --json
	[ "$(json .record_length)" -eq 6000 ]
}

@test "1000 lines, the last fails: nothing was changed" {
	ok db create ring.p12 --pass env:PASS --iterations 1000
	for n in $(seq 1000); do
		echo "cert create host$n host$n.example"
	done >many
	for n in 1 500; do
		echo "cert export host$n --with-key --out-pass none --out host$n.pem"
	done >>many
	cp many good
	echo 'cert rename nobody somebody' >>many
	cp ring.p12 before.p12
	kyman 4 run many --db ring.p12 --pass env:PASS
	has "$err" "'many', line 1003 (cert rename nobody somebody): there is no entry 'nobody'"
	[ -z "$out" ]
	cmp ring.p12 before.p12
	nothing host1.pem host500.pem
	[ -z "$(find . -name '*~new')" ]
	ok run good --db ring.p12 --pass env:PASS
	[ "$(wc -l <.out)" -eq 1003 ] # the default is told, too
	ok cert list --db ring.p12 --pass env:PASS --json
	[ "$(json '.entries | length')" -eq 1000 ]
	[ "$(stat -c %a host1.pem)" = 600 ]
}

@test "a slip of the pen is found before anything is asked or made" {
	ok db create ring.p12 --pass env:PASS --iterations 1000
	cp ring.p12 before.p12
	while IFS='|' read -r line words; do
		lines 'cert create a a.example' '' "$line"
		kyman 2 run all.run --db ring.p12
		has "$err" "'all.run', line 3 (" "$words"
	done <<-'END'
		cert create b --dayz 3|there is no option --dayz
		cert crate b|there is no command 'cert crate'
		cert rename a|too few arguments
		cert rename a b c|'c' is too much
		cert create 'b b.example|an apostrophe is not closed
		cert create "b b.example|a quotation mark is not closed
		cert create b b.example \|the line ends in a backslash
		cert create $HOST|'$' means nothing here
		cert create "$HOST"|'$' means nothing here
		cert create `hostname`|'`' means nothing here
		cert export a > a.pem|'>' means nothing here
		cert list; cert list|';' means nothing here
		cert export a --out ~/a.pem|'~' means nothing here
		kyman cert list|'kyman' is not part of it
		run all.run|run cannot be part of a run
		db delete ring.p12|db delete cannot be part of a run
		db convert ring.p12 ring.kdb|db convert cannot be part of a run
		cert copy a --to other.p12|cert copy cannot be part of a run
		cert list --json|--json is for the run as a whole
		cert list --color never|--color is for the run as a whole
		cert list --help|help is no command of a run
		help cert|help is no command of a run
		menu|there is no command 'menu'
	END
	lines 'cert list | grep web'
	kyman 2 run all.run --db ring.p12
	has "$err" "'|' means nothing here" "between apostrophes it stands for itself"
	printf 'cert list\0\n' >all.run
	kyman 2 run all.run --db ring.p12
	has "$err" "there is a NUL in it"
	cmp ring.p12 before.p12
	kyman 2 run
	has "$err" "too few arguments: kyman run FILE"
	kyman 2 run a b
	kyman 4 run none.run
	has "$err" "none.run"
}

@test "one database, whatever it is called" {
	ok db create ring.p12 --pass env:PASS --iterations 1000
	ok db create other.p12 --pass env:PASS --iterations 1000
	mkdir in
	ln -s ../ring.p12 in/link.p12
	lines 'db show ring.p12' 'cert create a a.example --db ./ring.p12' 'cert create b b.example --db in/link.p12' \
		'cert create c c.example'
	KYMAN_DB=other.p12 ok run all.run --pass env:PASS
	ok cert list --db ring.p12 --pass env:PASS
	has "$out" a.example b.example c.example
	cp ring.p12 before.p12
	lines 'cert create d d.example --db ring.p12' 'cert create e e.example --db other.p12'
	kyman 2 run all.run --pass env:PASS
	has "$err" "'all.run', line 2" "'other.p12' is another database than 'ring.p12': a run is about one"
	lines 'cert list' 'db create ring.p12'
	kyman 7 run all.run --db ring.p12 --pass env:PASS
	has "$err" "'ring.p12' exists already"
	lines 'cert list'
	kyman 2 run all.run --pass env:PASS
	has "$err" "no database is named"
	cmp ring.p12 before.p12
}

@test "outputs: what exists is 7, unless forced; one line reads what another writes" {
	ok db create ring.p12 --pass env:PASS --iterations 1000
	echo mine >shop.csr
	lines 'csr create shop shop.example --out shop.csr'
	cp ring.p12 before.p12
	kyman 7 run all.run --db ring.p12 --pass env:PASS
	has "$err" "'shop.csr' exists already" "--force overwrites it"
	[ "$(cat shop.csr)" = mine ]
	lines 'csr create shop shop.example --out a.csr' 'csr export shop --out ./a.csr'
	kyman 7 run all.run --db ring.p12 --pass env:PASS
	has "$err" "line 2" "is written already, by an earlier command"
	lines 'csr create shop shop.example --out no/a.csr'
	kyman 4 run all.run --db ring.p12 --pass env:PASS
	lines 'csr create shop shop.example --out ring.p12 -f'
	kyman 7 run all.run --db ring.p12 --pass env:PASS
	cmp ring.p12 before.p12
	nothing a.csr
	lines 'csr create shop shop.example --out shop.csr' 'csr create till till.example --out shop.csr' 'show shop.csr'
	ok run all.run --db ring.p12 --pass env:PASS --force
	has "$out" 'CN=till.example'
	[ "$(grep -c BEGIN shop.csr)" -eq 1 ]
	ok show shop.csr
	has "$out" 'till.example'
}

@test "standard output holds the results, in their order; a key never" {
	ok db create ring.p12 --pass env:PASS --iterations 1000
	lines 'cert create a a.example' 'cert export a' 'cert list'
	ok run all.run --db ring.p12 --pass env:PASS
	[ "$(grep -n 'BEGIN CERT' .out | cut -d: -f1)" -lt "$(grep -n '^LABEL' .out | cut -d: -f1)" ]
	lines 'cert export a --with-key --out-pass none --out -'
	kyman 2 run all.run --db ring.p12 --pass env:PASS
	has "$err" "a key does not go to standard output in a run"
	lines 'cert export a'
	kyman 2 run all.run --db ring.p12 --pass env:PASS --json
	has "$err" "standard output cannot hold both"
}

@test "JSON: one object with one a line; failures as everywhere" {
	need jq
	main_job >job
	ok run job --pass file:pw --json
	[ "$(json '.schema')" = 1 ]
	[ "$(json '.results | length')" -eq 6 ]
	[ "$(json '.results[4].added[0].label')" = shop ]
	[ "$(json '.results[5].files[0]')" = shop.p12 ]
	[ "$(json '.warnings | length')" -eq 0 ]
	[ "$(wc -l <.out)" -eq 1 ]
	lines 'cert list' 'cert show nobody'
	kyman 4 run all.run --db ring.p12 --pass file:pw --json
	[ -z "$out" ]
	jq -e '.error.status == 4 and .error.code == "no-label" and (.error.message | test("line 2"))' <.err
}

@test "finding something is 3 and goes on; a file that cannot be read is a failure" {
	ok db create ring.p12 --pass env:PASS --iterations 1000
	lines 'cert create a a.example --days 3' 'cert list --expiring 30' 'cert create b b.example'
	kyman 3 run all.run --db ring.p12 --pass env:PASS
	ok cert show b --db ring.p12 --pass env:PASS
	echo nonsense >file
	cp ring.p12 before.p12
	lines 'cert create c c.example' 'show file'
	kyman 8 run all.run --db ring.p12 --pass env:PASS
	has "$err" "'all.run', line 2 (show file): "
	cmp ring.p12 before.p12
}

@test "a new passphrase in the middle, and the stash that belongs to it" {
	printf 'another one\n' >new
	lines 'db create ring.p12 --stash' 'cert create a a.example' 'db passwd --new-pass file:new' 'cert create b b.example' \
		'db passwd --new-pass file:pw --iterations 2000' 'db passwd --new-pass file:new'
	ok run all.run --pass file:pw
	ok cert list --db ring.p12
	has "$out" a.example b.example
	ok db show ring.p12
	has "$out" "ok"
	kyman 5 cert list --db ring.p12 --pass file:pw
	openssl pkcs12 -in ring.p12 -passin file:new -nocerts -noenc -out keys.pem
	[ "$(grep -c 'BEGIN PRIVATE KEY' keys.pem)" -eq 2 ]
}

@test "db create: kept, replaced, refused" {
	ok db create ring.p12 --pass file:pw --iterations 1000
	ok cert create old old.example --db ring.p12 --pass file:pw
	cp ring.p12 before.p12
	lines 'db create ring.p12' 'cert create a a.example'
	kyman 7 run all.run --pass file:pw
	has "$err" "'ring.p12' exists already"
	cmp ring.p12 before.p12
	lines 'db create ring.p12 --if-exists keep' 'cert create a a.example'
	ok run all.run --pass file:pw
	ok cert list --db ring.p12 --pass file:pw
	has "$out" old.example a.example
	printf 'another one\n' >new
	lines 'db create ring.p12 --if-exists replace --iterations 1000 --yes' 'cert create b b.example'
	ok run all.run --pass file:new
	ok cert list --db ring.p12 --pass file:new
	has "$out" b.example
	[[ $out != *old.example* ]]
	openssl pkcs12 -in ring.p12 -passin file:new -nocerts -noenc | grep -q 'BEGIN PRIVATE KEY'
}

@test "a dry run of all of it" {
	main_job >job
	ok run job --pass file:pw --dry-run
	has "$out" "would write ring.p12" "would add key 'shop'" "would write shop.p12"
	nothing ring.p12 shop.csr shop.pem shop.p12
	lines 'db create ring.p12 --iterations 1000' 'cert create a a.example --dry-run' 'cert create b b.example'
	ok run all.run --pass file:pw
	has "$out" "would add key 'a'" "added key 'b'"
	ok cert list --db ring.p12 --pass file:pw --json
	[ "$(json '.entries | length')" -eq 1 ]
}

@test "from standard input, which is nothing else then" {
	printf 'db create ring.p12 --iterations 1000\r\ncert create a a.example\r\n' | "$KYMAN" run - --pass file:pw >.out 2>.err
	grep -q "added key 'a'" .out
	for line in 'cert add -' 'cert export a --out a.p12 --with-key --out-pass stdin' 'cert import a.pem --key-file -' \
		'cert verify --file -'; do
		echo "$line" | "$KYMAN" run - --db ring.p12 --pass file:pw >.out 2>.err && return 1
		grep -q 'the commands come from standard input' .err
	done
	lines 'cert create b b.example'
	echo secret | "$KYMAN" run all.run --db ring.p12 --pass stdin >.out 2>.err
	grep -q "added key 'b'" .out
}

@test "confirmations, secrets: asked for as everywhere, or refused" {
	ok db create ring.p12 --pass file:pw --iterations 1000
	ok cert create a a.example --db ring.p12 --pass file:pw
	cp ring.p12 before.p12
	lines 'cert delete a'
	kyman 2 run all.run --db ring.p12 --pass file:pw --no-input
	has "$err" "nobody can be asked" "--yes answers yes"
	kyman 5 run all.run --db ring.p12 --no-input
	printf 'wrong\n' >wrong
	kyman 5 run all.run --db ring.p12 --pass file:wrong --yes
	cmp ring.p12 before.p12
	ok run all.run --db ring.p12 --pass file:pw --yes
	has "$out" "removed key 'a'"
	# One that only reads needs no passphrase.
	lines 'db show' 'cert list'
	ok run all.run --db ring.p12 --no-input
	has "$err" "not verified"
	lines 'db show' 'cert list --pass file:pw'
	ok run all.run --db ring.p12 --no-input
}

@test "the lock is held from the first line that opens to the end" {
	ok db create ring.p12 --pass file:pw --iterations 1000
	lines 'cert list' 'cert create a a.example'
	flock ring.p12 sleep 3 &
	until_locked ring.p12
	kyman 6 run all.run --db ring.p12 --pass file:pw --wait 0
	has "$err" "ring.p12"
	wait
	# Between its lines nobody else gets in.
	mkfifo slow.fifo
	lines 'cert create b b.example' 'show slow.fifo' 'cert create c c.example'
	exec 7<>slow.fifo
	"$KYMAN" run all.run --db ring.p12 --pass file:pw >.slow 2>&1 </dev/null 7>&- &
	until_locked ring.p12
	kyman 6 cert create d d.example --db ring.p12 --pass file:pw --wait 0
	echo nothing >&7
	exec 7>&-
	wait
	for n in 1 2 3 4; do
		lines "cert create n$n n$n.example" "cert create m$n m$n.example"
		mv all.run "$n.run"
		"$KYMAN" run "$n.run" --db ring.p12 --pass file:pw >/dev/null 2>"$n.err" </dev/null &
	done
	wait
	ok cert list --db ring.p12 --pass file:pw --json
	[ "$(json '.entries | length')" -eq 8 ]
}

@test "an output that cannot be put there: what was done is said" {
	ok db create ring.p12 --pass file:pw --iterations 1000
	cp ring.p12 before.p12
	# Nothing can be written beside it: found before the database is saved.
	lines 'cert create a a.example' 'cert export a --out /proc/a.pem'
	run ! "$KYMAN" run all.run --db ring.p12 --pass file:pw
	cmp ring.p12 before.p12
	lines 'cert create a a.example' 'cert export a --out /dev/full'
	kyman 1 run all.run --db ring.p12 --pass file:pw
	has "$err" "'all.run', at its end" "the database was changed, but an output was not written"
	ok cert show a --db ring.p12 --pass file:pw
}

@test "the files of a CMS database are no outputs" {
	ok db create c.kdb --pass file:pw
	ok cert create a a.example --db c.kdb --pass file:pw
	ok csr create q q.example --out q.csr --db c.kdb --pass file:pw
	mkdir before
	cp c.kdb c.rdb before
	lines 'csr export q --out c.rdb -f'
	kyman 7 run all.run --db c.kdb --pass file:pw
	has "$err" 'belongs to the database that is in use'
	kyman 7 csr export q --out c.rdb -f --db c.kdb --pass file:pw
	kyman 7 csr export q --out c.rdb~new -f --db c.kdb --pass file:pw
	cmp c.kdb before/c.kdb
	cmp c.rdb before/c.rdb
	lines 'db create n.kdb' 'cert create a a.example' 'cert export a --out n.rdb'
	kyman 7 run all.run --pass file:pw
	nothing n.kdb n.rdb
}

@test "a source of a secret gives the same to all lines, and nothing to others" {
	printf 'another one\n' >new
	ok db create ring.p12 --pass file:pw --iterations 1000
	ok cert create a a.example --db ring.p12 --pass file:pw
	lines 'db create ring.p12 --if-exists keep' 'cert list'
	PW=secret ok run all.run --pass env:PW
	echo secret | "$KYMAN" run all.run --pass stdin >.out 2>.err
	lines 'cert export a --with-key --out a.p12 --out-pass env:EXP' 'cert export a --with-key --out b.p12 --out-pass env:EXP'
	EXP=exported ok run all.run --db ring.p12 --pass file:pw
	printf 'exported\n' >exported
	openssl pkcs12 -in b.p12 -passin file:exported -noout
	lines 'cert list' 'cert export a --with-key --out c.p12 --pass env:EXP --out-pass env:EXP'
	EXP=exported ok run all.run --db ring.p12 --pass file:pw
	openssl pkcs12 -in c.p12 -passin file:exported -noout
	lines 'db passwd --new-pass file:new --iterations 1000' 'cert export a --with-key --out d.p12 --out-pass env:PW'
	PW=secret ok run all.run --db ring.p12 --pass env:PW
	openssl pkcs12 -in d.p12 -passin file:pw -noout
	# What one line makes, another takes.
	lines 'db create n.p12 --pass gen:n.pass' 'cert create b b.example' \
		'cert export b --with-key --out n2.p12 --out-pass file:n.pass' 'cert import n2.p12 --in-pass file:n.pass --as c'
	kyman 7 run all.run # the same certificate again
	has "$err" 'line 4'
	nothing n.p12 n.pass n2.p12
	sed -i '4d' all.run
	ok run all.run
	openssl pkcs12 -in n2.p12 -passin file:n.pass -noout
}

@test "what was meant as a secret is not repeated" {
	ok db create ring.p12 --pass file:pw --iterations 1000
	lines 'cert list --pass hunter2'
	kyman 2 run all.run --db ring.p12
	has "$err" "'all.run', line 1 (cert list ...)"
	[[ $err != *hunter2* ]]
	kyman 2 run all.run --db ring.p12 --json
	[[ $err != *hunter2* ]]
}

@test "an output that fails: the others are taken back, or what stands is said" {
	ok db create ring.p12 --pass file:pw --iterations 1000
	ok cert create a a.example --db ring.p12 --pass file:pw
	lines 'db create n.p12 --stash --iterations 1000' 'cert create b b.example' \
		'cert export b --with-key --out-pass none --out b.pem' 'cert export b --out /dev/full' \
		'cert export b --with-key --out b.p12 --out-pass gen:b.pass'
	kyman 1 run all.run --pass file:pw
	has "$err" 'no space is left'
	nothing n.p12 n.sth b.pem b.p12 b.pass
	lines 'cert export a --out one.pem' 'cert export a --out /dev/full' 'cert export a --out two.pem' \
		'cert export a --with-key --out one.p12 --out-pass gen:one.pass'
	kyman 1 run all.run --db ring.p12 --pass file:pw
	nothing one.pem two.pem one.p12 one.pass
	echo mine >one.pem
	kyman 1 run all.run --db ring.p12 --pass file:pw --force
	has "$err" 'outputs before it were written over what was there'
	# The one that goes with it stays, too: else nobody could open it.
	[ -e one.p12 ] || [ ! -e one.pass ]
	kyman 1 cert export a --out alone.pem --key-out /dev/full --out-pass none --db ring.p12 --pass file:pw
	nothing alone.pem
}

@test "a database of another type takes the place of one" {
	ok db create x.kdb --type pkcs12 --pass file:pw --iterations 1000
	head -c 200 /dev/zero | tr '\0' x >long
	echo >>long
	cp x.kdb before
	lines 'db create x.kdb --if-exists replace --yes' 'cert create b b.example' 'db passwd --new-pass file:long'
	kyman 2 run all.run --pass file:pw
	has "$err" 'line 3' '128 bytes'
	cmp x.kdb before
	sed -i 's/^db passwd.*/db show/' all.run
	ok run all.run --pass file:pw
	has "$out" 'cms, version 6'
	lines 'db create x.kdb --type pkcs12 --if-exists replace --yes --iterations 1000' 'cert create b b.example' \
		'db passwd --new-pass file:long --iterations 2000'
	ok run all.run --pass file:pw
	openssl pkcs12 -in x.kdb -passin file:long -nokeys -noout
	nothing x.rdb
}

@test "dry lines and dry runs write and ask for nothing" {
	ok db create ring.p12 --pass file:pw --iterations 1000
	ok cert create a a.example --db ring.p12 --pass file:pw
	cp ring.p12 before.p12
	lines 'cert export a --with-key --out a.p12 --out-pass file:pw --dry-run' 'db stash --dry-run' \
		'csr create s s.example --out s.csr --dry-run'
	ok run all.run --db ring.p12 --pass file:pw
	nothing a.p12 ring.sth s.csr
	[[ $out != *BEGIN* ]]
	lines 'cert export a' 'cert delete a'
	ok run all.run --db ring.p12 --pass file:pw --dry-run --no-input
	has "$out" "would remove key 'a'"
	[[ $out != *BEGIN* ]]
	cmp ring.p12 before.p12
	lines 'db create n.p12 --dry-run' 'db create n.p12 --iterations 1000'
	ok run all.run --pass file:pw
	ok db show n.p12 --pass file:pw
}

@test "db create of what is open: kept, where that is asked for" {
	ok db create ring.p12 --pass file:pw --iterations 1000
	lines 'cert create a a.example' 'db create ring.p12 --if-exists keep' 'cert create b b.example'
	ok run all.run --db ring.p12 --pass file:pw
	ok cert list --db ring.p12 --pass file:pw --json
	[ "$(json '.entries | length')" -eq 2 ]
	lines 'cert list' 'db create ring.p12 --if-exists replace --yes'
	kyman 7 run all.run --db ring.p12 --pass file:pw
}

@test "more outputs than files may be open; many of one name" {
	ok db create ring.p12 --pass file:pw --iterations 1000
	ok cert create a a.example --db ring.p12 --pass file:pw
	for n in $(seq 400); do
		mkdir "h$n"
		echo "cert export a --out h$n/tls.crt"
	done >many
	(ulimit -S -n 100 && "$KYMAN" run many --db ring.p12 --pass file:pw >.out 2>.err)
	[ "$(cat h*/tls.crt | grep -c BEGIN)" -eq 400 ]
	rm -r h*
	mkdir $(seq -f 'h%g' 400)
	(ulimit -n 100 && run ! "$KYMAN" run many --db ring.p12 --pass file:pw)
	[ -z "$(find h* -type f)" ]
}

@test "places: devices, links, what is on its way" {
	ok db create ring.p12 --pass file:pw --iterations 1000
	ok cert create a a.example --db ring.p12 --pass file:pw
	lines 'cert export a --out /dev/null' 'cert export a --out /dev/null'
	ok run all.run --db ring.p12 --pass file:pw
	mkdir d
	ln -s ../a.pem d/a.pem
	lines 'cert export a --out a.pem' 'cert export a --format der --out d/a.pem -f' 'show d/a.pem'
	ok run all.run --db ring.p12 --pass file:pw
	grep -q BEGIN a.pem
	openssl x509 -inform DER -in d/a.pem -noout
	[ ! -h d/a.pem ]
	ln -s shop.csr link.csr
	lines 'csr create q q.example --out shop.csr' 'show link.csr'
	ok run all.run --db ring.p12 --pass file:pw
	has "$out" 'CN=q.example'
	lines 'cert export a --out x.pem' 'cert export a --out x.pem~new'
	kyman 2 run all.run --db ring.p12 --pass file:pw
	has "$err" "is where a file waits that an earlier command writes"
	lines 'cert export a --out x.pem~new' 'cert export a --out x.pem'
	kyman 2 run all.run --db ring.p12 --pass file:pw
	nothing x.pem x.pem~new
}

@test "a passphrase that is made is not written over" {
	lines 'db create ring.p12 --pass gen:made' 'cert create a a.example' 'cert export a --out made -f'
	kyman 7 run all.run
	has "$err" 'line 3' "'made' is where an earlier command writes a passphrase"
	nothing ring.p12 made
	ok db create ring.p12 --pass file:pw --iterations 1000
	lines 'db passwd --new-pass gen:made' 'db passwd --new-pass gen:made -f'
	kyman 7 run all.run --db ring.p12 --pass file:pw
	nothing made
	lines 'db passwd --new-pass gen:made' 'cert create a a.example' 'cert export a --with-key --out a.p12 --out-pass file:made'
	ok run all.run --db ring.p12 --pass file:pw
	ok cert list --db ring.p12 --pass file:made
}

@test "the stash of a run is its own" {
	printf 'another one\n' >new
	printf 'a third\n' >third
	ok db create ring.p12 --pass file:pw --iterations 1000 --stash
	ok db create ring.pfx --pass file:pw --iterations 1000
	lines 'db passwd --new-pass file:new' 'db show' 'db passwd --new-pass file:third'
	ok run all.run --db ring.p12
	has "$out" 'stash         ok'
	ok cert list --db ring.p12
	kyman 5 cert list --db ring.p12 --pass file:new
}

@test "--pass is for the line that opens the database" {
	ok db create ring.p12 --pass file:pw --iterations 1000
	lines 'cert list --pass file:pw' 'cert create b b.example --pass prompt'
	ok run all.run --db ring.p12 --no-input
	lines 'cert rename b -' 'cert rename - b'
	"$KYMAN" run - --db ring.p12 --pass file:pw <all.run >.out 2>.err
	echo 'cert list' | "$KYMAN" run - --db ring.p12 --pass stdin >.out 2>.err && return 1
	grep -q 'the commands come from standard input' .err
}

@test "what the menus record is run as it stands" {
	printf '%s\n' 1 ring.p12 secret12 secret12 '' '' 0 '' 6 1 1 2 5 ca 'My CA' '' Example '' '' US 365 0 '' \
		1 1 10 2 1 2 5 web web.example '' Example '' '' US 365 0 '' 0 | "$KYMAN" menu --record job >menu.out 2>&1
	mv ring.p12 by-menu.p12
	[ "$(grep -c '^cert create' job)" -eq 2 ]
	sed 's/--pass prompt/--pass file:pw/' job >again
	printf 'secret12\n' >pw
	ok run again
	ok cert list --db ring.p12 --pass file:pw
	cp .out of-run
	ok cert list --db by-menu.p12 --pass file:pw
	diff of-run .out
	kyman 7 run again
}
