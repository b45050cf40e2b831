#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash and gskit.bash set $out and $err
# The grammar of GSKit's commands, passwords, -keydb, -random, and what goes wrong in each.

load helpers
load gskit

setup()
{
	gskit_scratch
}

@test "under each of IBM's names, and as kyman" {
	for name in runmqakm gskcapicmd gsk8capicmd gsk8capicmd_64 gsk7capicmd gsk9certutil_64; do
		ln -sf "$KYMAN" $name
		./$name -keydb -create -db $name.p12 -pw secret12 -type p12
		[ "$(./$name -cert -list -db $name.p12 -pw secret12)" = 'No certificates were found.' ]
		openssl pkcs12 -in $name.p12 -passin pass:secret12 -nokeys
	done
	"$KYMAN" -keydb -create -db k.p12 -pw secret12
	"$KYMAN" -fips -cert -list -db k.p12 -pw secret12
}

@test "-fips before the object and among the options" {
	make_db
	gsk 0 -fips -cert -list -db db.p12 -stashed
	gsk 0 -fips true -cert -list -db db.p12 -stashed
	gsk 0 -cert -list -db db.p12 -fips -stashed
	gsk 0 -cert -list -fips false -db db.p12 -stashed
	fails 201 'true or false' -fips maybe -cert -list -db db.p12 -stashed
	fails 201 'true or false' -cert -list -db db.p12 -stashed -fips maybe
	gsk 0 -fips -keydb -create -db fips.p12 -pw secret12
	[ "$("$KYMAN" db show fips.p12 --pass none --json | jq .fips)" = true ]
}

@test "a password in argv is overwritten once it was read" {
	make_db
	make_cert one
	# A writer waits for the lock that another process has.
	(
		exec 9<db.p12
		flock 9
		./runmqakm -cert -rename -db db.p12 -pw secret12 -label one -new_label two 9<&- &
		echo $! >.pid
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			sleep 0.1
			tr '\0' ' ' <"/proc/$(cat .pid)/cmdline" >.cmdline
			grep -q secret12 .cmdline || break
		done
		flock -u 9
		wait
	)
	grep -q 'rename -db db.p12 -pw .*-label one' .cmdline
	if grep -q secret12 .cmdline; then
		cat .cmdline
		return 1
	fi
	gsk 0 -cert -details -db db.p12 -stashed -label two
}

@test "passwords of any form, never repeated" {
	gsk 0 -keydb -create -db a.p12 -pw --db=x
	gsk 0 -cert -list -db a.p12 -pw --db=x
	fails 16 'wrong passphrase' -cert -list -db a.p12 -pw --other
	[[ $err != *--other* ]]
	fails 201 'needs a value' -cert -list -pw -db a.p12
	fails 201 '-pw is there twice' -cert -list -db a.p12 -pw one -pw two
	fails 201 'another option says' -cert -list -db a.p12 -pw one -stashed
	fails 201 'neither' -cert -list -db a.p12 -pw one two
}

@test "no password: the stash, else what is in the clear, else a message" {
	make_db
	make_cert one
	gsk 0 -cert -list -db db.p12
	rm db.sth
	gsk 0 -cert -list -db db.p12
	fails 103 '-stashed: no stash' -cert -list -db db.p12 -stashed
	fails 206 '-prompt' -cert -rename -db db.p12 -label one -new_label two
	fails 206 'password' -keydb -create -db new.p12
	fails 206 '-pw: the passphrase is empty' -keydb -create -db new.p12 -pw ''
}

@test "-prompt asks on the terminal, in GSKit's terms" {
	python3 -c 'import os; os.openpty()' 2>/dev/null || skip 'no pseudo-terminals here'
	cat >ask.py <<'END'
import os, pty, sys
pid, fd = pty.fork()
if not pid:
    os.execv("./runmqakm", ["runmqakm", "-keydb", "-create", "-db", "tty.p12", "-prompt"])
seen = b""
for _ in range(2):
    while not seen.rstrip().endswith(b":"):
        seen += os.read(fd, 1000)
    print(seen.decode())
    seen = b""
    os.write(fd, b"secret12\n")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
	python3 ask.py >asked
	grep -q "^New passphrase of 'tty.p12' (-pw):" asked
	gsk 0 -cert -list -db tty.p12 -pw secret12
}

@test "-strong: length, classes, repetition" {
	fails 154 '14 characters' -keydb -create -db a.p12 -pw Abcdefgh12345 -strong
	fails 154 'upper-case' -keydb -create -db a.p12 -pw abcdefgh123456 -strong
	fails 154 'digit' -keydb -create -db a.p12 -pw abcdefghABCDEF -strong
	fails 154 'three times' -keydb -create -db a.p12 -pw AbababaXYZ12345a -strong
	fails 154 'in a row' -keydb -create -db a.p12 -pw Abccc1234567890 -strong
	fails 154 'ASCII' -keydb -create -db a.p12 -pw Abcdefgh12345é -strong
	gsk 0 -keydb -create -db a.p12 -pw 'Abcd efgh1*345' -strong
	fails 154 '14 characters' -keydb -changepw -db a.p12 -pw 'Abcd efgh1*345' -new_pw short -strong
}

@test "103 is a stash that is missing or damaged, 206 a password that is" {
	make_db
	fails 206 '-new_pw' -keydb -changepw -db db.p12 -stashed
	printf 'this is no stash' >db.sth
	fails 103 "'db.sth' is no stash" -cert -rename -db db.p12 -stashed -label one -new_label two
	has "$err" '-stashed:'
	fails 103 "'db.sth' is no stash" -cert -rename -db db.p12 -label one -new_label two
	[[ $err != *-pw:* ]]
	gsk 0 -keydb -create -db other.p12 -pw secret12
	fails 103 '-target_stashed' -cert -import -db db.p12 -pw secret12 -target other.p12 -target_stashed
	fails 206 'nobody to ask' -keydb -stashpw -db other.p12
}

@test "behind each message the next step, in GSKit's terms" {
	make_db
	make_cert one
	next()
	{
		local step=$1

		shift
		gsk "$@"
		[ "$(tail -n 1 .err)" != "$(head -n 1 .err)" ]
		has "$(tail -n 1 .err)" "$step"
		[[ $err != *\ --[a-z]* ]]
	}
	next '-cert -list -? shows its options' 201 -cert -list -db db.p12 -stashed -size 2048
	next '-cert -list -? shows its options' 201 -cert -list -db db.p12 -db db.p12 -stashed
	next '-cert -list -? shows its options' 201 -cert -list -stashed -db
	next '-cert -list -? shows its options' 201 -cert -list -db db.p12 -qqqqqqqq
	next '-cert -details -? shows its options' 206 -cert -details -db db.p12 -stashed
	next '-cert -add -? shows its options' 210 -cert -add -db db.p12 -stashed -file x -format other
	next '-keydb -create makes' 6 -cert -list -db nothing.p12 -pw secret12
	next '-pw and -prompt' 16 -cert -list -db db.p12 -pw wrong
	next '-cert -delete' 23 -cert -create -db db.p12 -stashed -label one -dn CN=other -sigalg SHA256WithECDSA
	next '-cert -list' 117 -cert -details -db db.p12 -stashed -label nobody
	rm db.sth
	next '-pw, -stashed or -prompt' 206 -cert -rename -db db.p12 -label one -new_label two
	gsk 0 -keydb -create -db k.kdb -pw secret12
	next 'record-length' 67 -cert -create -db k.kdb -pw secret12 -label long -dn CN=long -sigalg SHA256WithECDSA \
		-san_dnsname "$(seq -f 'host-%g.a-rather-long-name-in-the-middle.example.com' -s , 1 90)"
}

@test "a password that expired: 70, and how to give another" {
	gsk 0 -keydb -create -db a.p12 -pw secret12 -expire 1
	KYMAN_TEST_TIME=4000000000 gsk 70 -cert -list -db a.p12 -pw secret12
	has "$err" '-keydb -changepw gives'
}

@test "warnings and messages speak of GSKit's options" {
	gsk 0 -keydb -create -db a.kdb -pw secret12 -expire 30 -stash
	has "$err" '(-type pkcs12'
	gsk 0 -keydb -changepw -db a.kdb -pw secret12 -new_pw other567
	has "$err" '-expire DAYS lets it'
	[[ $err != *--* ]]
	gsk 0 -keydb -create -db v1.p12 -pw secret12 -stash -v1stash
	[ "$(grep -c 'whoever can read' .err)" -eq 1 ]
	[ "$(stat -c %s v1.sth)" = 129 ]
	make_db
	make_cert one
	make_cert two
	gsk 0 -cert -export -db db.p12 -stashed -target both.p12 -target_pw export12
	fails 201 '-new_label gives one label' -cert -import -file both.p12 -pw export12 -target a.kdb -target_pw other567 \
		-new_label neu
	has "$err" 'choose one with -label'
}

@test "what cannot be made, changed, deleted or read has a code each" {
	[ "$(id -u)" = 0 ] || skip 'a file system can be mounted by root only'
	make_db
	make_cert one
	cat >.try <<'END'
mount -t tmpfs none ro && cp db.p12 db.sth ro && ./runmqakm -keydb -create -db ro/k.kdb -pw secret12 && mount -o remount,ro ro || exit 99
for words in '-cert -rename -db ro/db.p12 -stashed -label one -new_label two' '-keydb -create -db ro/new.p12 -pw secret12' \
	'-keydb -delete -db ro/db.p12 -stashed' '-cert -extract -db ro/db.p12 -stashed -label one -target ro/one.pem' \
	'-certreq -create -db db.p12 -stashed -label r -dn CN=r -file ro/r.csr' '-cert -list -db ro/db.p12 -stashed' \
	'-cert -export -db db.p12 -stashed -target ro/k.kdb -target_pw secret12' \
	'-cert -export -db db.p12 -stashed -target ro/n.kdb -target_pw secret12' \
	'-cert -export -db db.p12 -stashed -target ro/n.p12 -target_pw secret12' \
	'-keydb -convert -db ro/db.p12 -stashed -new_format cms' '-keydb -changepw -db ro/k.kdb -pw secret12 -new_pw x'; do
	./runmqakm $words >/dev/null 2>.err </dev/null
	echo $? "$(head -n 1 .err)"
done
END
	mkdir ro
	unshare -m sh .try >codes || skip 'no file system can be mounted here'
	[ "$(cut -d ' ' -f 1 codes | tr '\n' ' ')" = '13 8 10 211 211 0 13 8 8 8 13 ' ]
	has "$(cat codes)" CTGSK2013W CTGSK2008W CTGSK2010W
}

@test "unknown objects, actions and options; missing, doubled and empty ones" {
	make_db
	fails 202 'no object' -nothing -list
	fails 201 'no action of -secretkey' -secretkey -import
	fails 203 'no action of -keydb' -keydb -open
	fails 204 'no action of -cert' -cert -open
	fails 204 'missing' -cert
	fails 205 'no action of -certreq' -certreq -sign
	fails 223 'no action of -random' -random -delete
	fails 201 'no option -lable' -cert -details -db db.p12 -stashed -lable x
	has "$err" '-label'
	fails 201 'takes no -size' -cert -list -db db.p12 -stashed -size 2048
	fails 206 '-label' -cert -details -db db.p12 -stashed
	fails 206 '-db' -cert -list -stashed
	fails 201 'twice' -cert -list -db db.p12 -db db.p12 -stashed
	fails 201 'empty' -cert -list -db '' -stashed
	fails 201 'needs a value' -cert -list -stashed -db
	fails 201 'no option -dbx' -cert -list -dbx db.p12
}

@test "options that are refused by name, wherever they stand" {
	make_db
	fails 222 'PKCS#11' -cert -list -crypto /usr/lib/module.so -tokenlabel x -pw y
	fails 222 '-tokenlabel' -cert -list -db db.p12 -stashed -tokenlabel x
	fails 222 '-secondarydb' -cert -list -db db.p12 -stashed -secondarydb x
	fails 201 '-populate' -keydb -create -db a.p12 -pw x -populate
	fails 221 '-pqcdemo' -cert -create -db db.p12 -stashed -label x -dn CN=x -pqcdemo
	fails 221 '-pqc true' -keydb -create -db a.p12 -pw x -pqc true
	fails 201 '-certpolicy' -cert -create -db db.p12 -stashed -label x -dn CN=x -certpolicy 1.2.3
	gsk 0 -keydb -create -db a.p12 -pw x -pqc false
}

@test "types: of a database by its content, Java's by name not at all" {
	make_db
	for type in cms kdb pkcs12 p12 PKCS12; do
		gsk 0 -cert -list -db db.p12 -stashed -type $type
	done
	fails 230 'jks' -keydb -create -db a.jks -pw secret12 -type jks
	fails 230 'keytool' -cert -list -db a.jks -pw secret12 -type jceks
	fails 230 'not' -keydb -create -db a.p12 -pw secret12 -type other
	printf '\376\355\376\355\0\0\0\2\0\0\0\0aaaaaaaaaaaaaaaaaaaa' >store.kdb
	fails 17 'store.kdb' -cert -list -db store.kdb -pw secret12
	fails 6 'no such file' -cert -list -db nothing.p12 -pw secret12
	mkdir folder
	fails 12 'folder' -cert -list -db folder -pw secret12
}

@test "-keydb -create: not over another, days, the file's mode, both stashes" {
	make_db
	[ "$(stat -c %a db.p12 db.sth | sort -u)" = 600 ]
	[ "$(stat -c %s db.sth)" = 193 ]
	fails 9 'exists already' -keydb -create -db db.p12 -pw secret12
	gsk 0 -keydb -create -db v1.p12 -pw secret12 -v1stash
	[ "$(stat -c %s v1.sth)" = 129 ]
	gsk 0 -cert -list -db v1.p12 -stashed
	fails 231 'days' -keydb -create -db a.p12 -pw x -expire -1
	fails 231 'days' -keydb -create -db a.p12 -pw x -expire ten
	fails 217 '99999' -keydb -create -db a.p12 -pw x -expire 99999
	fails 206 '-stash' -keydb -create -db a.p12 -genpw
	gsk 0 -keydb -create -db gen.p12 -genpw -stash
	gsk 0 -cert -list -db gen.p12 -stashed
}

@test "-keydb -expiry: never, and a day" {
	gsk 0 -keydb -create -db a.p12 -pw secret12 -expire 0
	gsk 0 -keydb -expiry -db a.p12 -pw secret12
	[ "$out" = 'Password Expiry Time : 0' ]
	gsk 0 -keydb -create -db b.p12 -pw secret12 -expire 30
	gsk 0 -keydb -expiry -db b.p12 -pw secret12
	grep -Eqx 'Password Expiry Time : 20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z' .out
	KYMAN_GSKIT_DATES=1 gsk 0 -keydb -expiry -db b.p12 -pw secret12
	grep -Eqx 'Password Expiry Time : [A-Z][a-z]+ [0-9]+, 20[0-9]{2} [0-9]+:[0-9]{2}:[0-9]{2} [AP]M GMT\+00:00' .out
}

@test "-keydb -changepw: the stash comes along, -expire, -stash" {
	make_db
	make_cert one
	fails 16 'wrong passphrase' -keydb -changepw -db db.p12 -pw wrong -new_pw other
	gsk 0 -keydb -changepw -db db.p12 -pw secret12 -new_pw other567 -expire 10
	fails 16 'wrong passphrase' -cert -list -db db.p12 -pw secret12
	gsk 0 -cert -details -db db.p12 -stashed -label one
	gsk 0 -keydb -expiry -db db.p12 -stashed
	[[ $out != *': 0' ]]
	rm db.sth
	gsk 0 -keydb -changepw -db db.p12 -pw other567 -new_pw third890 -stash
	gsk 0 -cert -list -db db.p12 -stashed
	openssl pkcs12 -in db.p12 -passin pass:third890 -nocerts -nodes | openssl pkey -noout
}

@test "-keydb -stashpw, -list, -delete" {
	gsk 0 -keydb -create -db a.p12 -pw secret12
	fails 16 'wrong passphrase' -keydb -stashpw -db a.p12 -pw wrong
	gsk 0 -keydb -stashpw -db a.p12 -pw secret12 -type pkcs12
	gsk 0 -cert -list -db a.p12 -stashed
	gsk 0 -keydb -list
	has "$out" CMS PKCS12
	fails 16 'wrong passphrase' -keydb -delete -db a.p12 -pw wrong
	gsk 0 -keydb -delete -db a.p12 -pw secret12
	[ ! -e a.p12 ]
	[ ! -e a.sth ]
}

@test "-random -create" {
	gsk 0 -random -create -length 125 -strong
	[[ $out =~ ^[A-Za-z0-9]{125}$ ]]
	[ "$(fold -w 1 .out | sort | uniq -c | sort -rn | awk 'NR == 1 { print $1 }')" -le 3 ]
	[[ $out =~ [a-z] && $out =~ [A-Z] && $out =~ [0-9] ]]
	gsk 0 -random -create -length 14 -strong
	gsk 0 -keydb -create -db a.p12 -pw "$out" -strong
	gsk 0 -random -create -length 300 -strong
	[ "${#out}" -eq 300 ]
	gsk 0 -random -create -length 1
	[ "${#out}" -eq 1 ]
	fails 225 '-length' -random -create -length 13 -strong
	fails 226 '-length' -random -create -length 301 -strong
	fails 224 '-length' -random -create -length -5
	fails 225 '-length' -random -create -length 0
	fails 206 '-length' -random -create
}

@test "-version, -help, and -? of each action" {
	gsk 0 -version
	has "$out" 'kyman' 'FIPS'
	gsk 0 -help
	has "$out" '-Command usage-' '-recreate' '-stashpw'
	cp .out .help
	gsk 0 -cert '-?'
	has "$out" '-validate'
	[[ $out != *-stashpw* ]]
	gsk 0 -cert -create '-?'
	has "$out" '-Command usage-' '-sigalg | -sig_alg' '< yes | no >' 'Required'
	grep '^-[a-z]* *-[a-z]' .help | while read -r object action _; do
		gsk 0 "$object" "$action" -help
		has "$out" "$object $action"
	done
}

@test "output that cannot be written" {
	make_db
	run sh -c './runmqakm -cert -list -db db.p12 -stashed >/dev/full'
	[ "$status" -eq 1 ]
	[[ $output == *'standard output'* ]]
}
