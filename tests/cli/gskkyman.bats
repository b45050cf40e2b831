#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# gskkyman's flags: each against other tools, what is asked in which order, and what goes wrong.

load helpers
load scene

setup()
{
	scratch
	export PW=secret12
	ln -s "$KYMAN" gskkyman
}

# A database, t.kdb: CA root (the default), web, which root signed, and alone, a certificate.
make_db()
{
	ok db create t.kdb --pass env:PW
	ok -d t.kdb cert create root --profile ca --pass env:PW
	ok -d t.kdb cert create web web.example --issuer root --pass env:PW
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout alone.key \
		-subj /CN=alone -out alone.pem -days 30 2>/dev/null
	ok -d t.kdb cert add alone.pem --as alone --pass env:PW
}

# A request rsa.csr and its key. More options of openssl req may follow.
make_request()
{
	openssl req -new -newkey rsa:2048 -nodes -keyout rsa.key -subj /CN=asked -out rsa.csr "$@" 2>/dev/null
}

make_ec_request()
{
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ec.key \
		-subj /CN=asked -out ec.csr 2>/dev/null
}

# expires FILE DAYS: it ends before so many days are over.
expires()
{
	if openssl x509 -in "$1" -noout -checkend $(($2 * 86400)); then
		echo "$1 is valid for more than $2 days"
		return 1
	fi
}

root_pem()
{
	"$KYMAN" -d t.kdb cert export root --pass env:PW >root.pem
}

# gsk STATUS INPUT FLAG...: runs it with these lines (as printf has them) to read.
gsk()
{
	local want=$1 input=$2 got=0

	shift 2
	# shellcheck disable=SC2059 # that is the input
	printf "$input" | ./gskkyman "$@" >.out 2>.err || got=$?
	out=$(tr -d '\0' <.out) err=$(tr -d '\0' <.err)
	if [ "$got" -ne "$want" ]; then
		printf 'gskkyman %s\nstatus %s instead of %s\n%s\n%s\n' "$*" "$got" "$want" "$out" "$err"
		return 1
	fi
}

# fails INPUT TEXT FLAG...: status 1, these words, a status of IBM's, and nothing changed.
fails()
{
	local input=$1 text=$2

	shift 2
	cp t.kdb .before.kdb
	find . ! -name '.*' | sort >.files.before
	gsk 1 "$input" "$@"
	has "$err" "$text" 'Status 0x0335'
	cmp t.kdb .before.kdb
	find . ! -name '.*' | sort >.files.after
	diff .files.before .files.after
}

@test "-s: one line of input makes the stash" {
	ok db create t.kdb --pass env:PW
	echo secret12 | "$KYMAN" -s -k t.kdb >.out
	grep -q "^Database password stored in .*/t.sth\.$" .out
	[ "$(stat -c %a t.sth)" = 600 ]
	ok -d t.kdb cert list --pass stash
}

@test "-s: a wrong password makes none" {
	make_db
	fails 'wrong\n' 'wrong passphrase' -s -k t.kdb
	has "$err" '0x03353016'
	[ ! -e t.sth ]
}

@test "the stash does not open the database here" {
	make_db
	gsk 0 'secret12\n' -s -k t.kdb
	fails 'wrong\n' 'wrong passphrase' -dc -k t.kdb
	fails '' 'cancelled' -dc -k t.kdb
}

@test "-dc: every certificate, as openssl reads it" {
	make_db
	gsk 0 'secret12\n' -dc -k t.kdb
	[ "$(grep -c '^ *Certificate Information$' .out)" -eq 3 ]
	serial=$(openssl x509 -in alone.pem -noout -serial | sed 's/.*=//' | tr 'A-F' 'a-f')
	has "$out" 'Label: root' 'Label: web' 'Label: alone' 'Subject name: alone' "Serial number: $serial"
	[[ $out != *extensions* ]]
	[ -z "$err" ]
}

@test "-dc -l: that one" {
	make_db
	gsk 0 'secret12\n' -l web -k t.kdb -dc
	[ "$(grep -c 'Certificate Information' .out)" -eq 1 ]
	has "$out" 'Label: web' 'Issuer Record ID: 1'
	fails 'secret12\n' "'nobody'" -dc -k t.kdb -l nobody
}

@test "-dcv: the public key and each extension" {
	make_db
	gsk 0 'secret12\n' -dcv -k t.kdb -l web
	has "$out" 'Public key:' 'Number of extensions: 6' '3 - keyUsage (critical)' 'Extension 3:' \
		digitalSignature serverAuth web.example
	ok -d t.kdb cert export web --pass env:PW --out web.pem
	point=$(openssl x509 -in web.pem -noout -pubkey | openssl pkey -pubin -outform DER | tail -c 4 |
		od -An -tX1 | sed 's/^ //')
	has "$out" "$point"
}

@test "-dc: a database without certificates says so" {
	ok db create t.kdb --pass env:PW
	gsk 0 'secret12\n' -dc -k t.kdb
	has "$out" 'holds no certificates'
}

@test "-dk: expiration, record length, type, counts" {
	ok db create t.kdb --pass env:PW
	gsk 0 'secret12\n' -dk -k t.kdb
	has "$out" "Database: $(pwd -P)/t.kdb" 'Expiration: None' 'Record length: 5000' 'Type: FIPS' \
		'Keys and certificates: 0'
	for words in '--cms-version 4' '--type pkcs12'; do
		# shellcheck disable=SC2086 # words
		ok db create n.kdb $words --pass env:PW --if-exists replace --yes
		gsk 0 'secret12\n' -dk -k n.kdb
		has "$out" 'Type: Non-FIPS' 'Keys and certificates: 0'
	done
	for type in cms pkcs12; do
		ok db create f.$type --type $type --pass env:PW --fips --expire 10
		ok -d f.$type cert create web web.example --pass env:PW
		gsk 0 'secret12\n' -dk -k f.$type
		has "$out" 'Type: FIPS' 'Keys and certificates: 1'
		[[ $out =~ Expiration:\ [0-9]{4}/[0-9]{2}/[0-9]{2}\ [0-9]{2}:[0-9]{2}:[0-9]{2} ]]
	done
}

@test "-e: openssl opens the file, and key and certificate belong together" {
	make_db
	root_pem
	gsk 0 'secret12\nfile pass\nfile pass\n' -e -k t.kdb -l web -p web.p12
	has "$out" 'Certificate and key exported.'
	[ "$(stat -c %a web.p12)" = 600 ]
	openssl pkcs12 -in web.p12 -passin 'pass:file pass' -nodes -out all.pem
	openssl x509 -in all.pem -noout -pubkey >of-cert
	openssl pkey -in all.pem -pubout >of-key
	cmp of-cert of-key
	openssl verify -CAfile root.pem all.pem
}

@test "-e: ENTER at the label takes the default key" {
	make_db
	gsk 0 'secret12\n\nx.p12\np\np\n' -e -k t.kdb
	openssl pkcs12 -in x.p12 -passin pass:p -nokeys | grep -q 'CN = root'
	ok db create e.kdb --type pkcs12 --pass env:PW --iterations 1000
	gsk 1 'secret12\n\nx.p12\np\np\n' -e -k e.kdb
	has "$err" 'no default key'
}

@test "-e: an existing file stays" {
	make_db
	echo mine >web.p12
	fails 'secret12\np\np\n' 'exists' -e -k t.kdb -l web -p web.p12
	[ "$(cat web.p12)" = mine ]
}

@test "-e: what cannot be exported" {
	make_db
	fails 'secret12\np\np\n' 'no private key' -e -k t.kdb -l alone -p x.p12
	fails 'secret12\np\np\n' "'nobody'" -e -k t.kdb -l nobody -p x.p12
	fails 'secret12\np\nq\n' 'do not match' -e -k t.kdb -l web -p x.p12
	fails 'secret12\n\n\n' 'not empty' -e -k t.kdb -l web -p x.p12
	fails 'secret12\np\np\n' '' -e -k t.kdb -l web -p no/such/folder.p12
}

@test "-e: a file may be called -" {
	make_db
	gsk 0 'secret12\np\np\n' -e -k t.kdb -l web -p -
	openssl pkcs12 -in ./- -passin pass:p -nokeys -out x.pem
}

@test "-i: what openssl exported" {
	make_db
	openssl pkcs12 -export -in alone.pem -inkey alone.key -passout pass:fp -out in.p12
	ok db create u.kdb --type pkcs12 --pass env:PW --iterations 1000
	gsk 0 'secret12\nfp\n' -i -k u.kdb -l 'My Own' -p in.p12
	has "$out" 'Certificate and key imported.'
	gsk 0 'secret12\n' -dc -k u.kdb
	has "$out" 'Label: My Own' 'Subject name: alone'
	gsk 0 'secret12\np\np\n' -e -k u.kdb -l 'My Own' -p out.p12
	openssl pkcs12 -in out.p12 -passin pass:p -nodes -nocerts | openssl pkey -out 1.key
	openssl pkey -in alone.key -out 2.key
	cmp 1.key 2.key
}

@test "-i: what cannot be imported" {
	make_db
	openssl pkcs12 -export -in alone.pem -inkey alone.key -passout pass:fp -out in.p12
	fails 'secret12\nwrong\n' 'wrong passphrase' -i -k t.kdb -l x -p in.p12
	fails 'secret12\nfp\n' "'web'" -i -k t.kdb -l web -p in.p12
	fails 'secret12\nfp\n' 'nothing.p12' -i -k t.kdb -l x -p nothing.p12
	fails 'secret12\nfp\n' 'alone.pem' -i -k t.kdb -l x -p alone.pem
	fails 'secret12\n\n' 'cancelled' -i -k t.kdb -p in.p12
}

@test "-g: what it signs, openssl verifies" {
	make_db
	root_pem
	make_request -addext subjectAltName=DNS:asked.example,IP:192.0.2.9
	gsk 0 'secret12\n' -g -k t.kdb -l root -cr rsa.csr -ct rsa.crt -x 10
	has "$out" 'Certificate created for CN=asked.'
	[ -z "$err" ]
	head -n 1 rsa.crt | grep -q 'BEGIN CERTIFICATE'
	[ "$(grep -c BEGIN rsa.crt)" -eq 1 ]
	openssl verify -CAfile root.pem -purpose sslserver -verify_hostname asked.example rsa.crt
	openssl verify -CAfile root.pem -purpose sslclient rsa.crt
	openssl x509 -in rsa.crt -noout -checkend $((9 * 86400))
	expires rsa.crt 11
	openssl x509 -in rsa.crt -noout -pubkey | cmp - <(openssl pkey -in rsa.key -pubout)
}

@test "-g: without -x a year, without names in the request none" {
	make_db
	make_request
	gsk 0 'secret12\n' -g -k t.kdb -l root -cr rsa.csr -ct rsa.crt
	openssl x509 -in rsa.crt -noout -checkend $((364 * 86400))
	expires rsa.crt 366
	[[ $(openssl x509 -in rsa.crt -noout -text) != *Alternative* ]]
}

@test "-g: what the request asks for and does not get is told" {
	make_db
	make_request -addext extendedKeyUsage=serverAuth,codeSigning -addext basicConstraints=CA:TRUE \
		-addext keyUsage=digitalSignature,keyCertSign -addext tlsfeature=status_request
	gsk 0 'secret12\n' -g -k t.kdb -l root -cr rsa.csr -ct rsa.crt
	has "$err" 'warning: ' codeSigning keyCertSign 'to be a CA' tlsFeature
	[[ $err != *serverAuth* ]]
	[[ $err != *digitalSignature* ]]
	openssl x509 -in rsa.crt -noout -text >text
	grep -q 'CA:FALSE' text
	[[ $(cat text) != *'Code Signing'* ]]
}

@test "-g -ca: a CA, which openssl takes for one" {
	make_db
	root_pem
	make_request
	gsk 0 'secret12\n' -g -ca -k t.kdb -l root -cr rsa.csr -ct sub.crt
	openssl x509 -in sub.crt -noout -text >text
	grep -q 'CA:TRUE' text
	grep -q 'Certificate Sign, CRL Sign' text
	openssl verify -CAfile root.pem sub.crt
}

@test "-g -ic: PKCS#7 with the chain up to the root" {
	make_db
	root_pem
	make_request
	gsk 0 'secret12\n' -g -ic -k t.kdb -l root -cr rsa.csr -ct rsa.arm
	head -n 1 rsa.arm | grep -q 'BEGIN PKCS7'
	openssl pkcs7 -in rsa.arm -print_certs -out all.pem
	[ "$(grep -c BEGIN all.pem)" -eq 2 ]
	openssl verify -CAfile root.pem all.pem
	grep -qF "$(sed -n 2p root.pem)" all.pem
}

@test "-g -kt: key usages of an EC key, after RFC 5480" {
	make_db
	make_ec_request
	root_pem
	declare -A want=([ecgen]='Digital Signature, Non Repudiation, Key Agreement'
		[ecdsa]='Digital Signature, Non Repudiation' [ecdh]='Key Agreement')
	for type in ecgen ecdsa ecdh; do
		gsk 0 'secret12\n' -g -kt $type -k t.kdb -l root -cr ec.csr -ct $type.crt
		openssl x509 -in $type.crt -noout -ext keyUsage | grep -q "^ *${want[$type]}\$"
		openssl verify -CAfile root.pem $type.crt
	done
	gsk 0 'secret12\n' -g -k t.kdb -l root -cr ec.csr -ct plain.crt
	openssl x509 -in plain.crt -noout -ext keyUsage | grep -q "${want[ecgen]}"
	make_request
	fails 'secret12\n' 'EC key' -g -kt ecdsa -k t.kdb -l root -cr rsa.csr -ct x.crt
}

@test "-g: what cannot be signed" {
	make_db
	make_request
	fails 'secret12\n' "'nobody'" -g -k t.kdb -l nobody -cr rsa.csr -ct x.crt
	fails 'secret12\n' 'CA' -g -k t.kdb -l web -cr rsa.csr -ct x.crt
	fails 'secret12\n' 'alone' -g -k t.kdb -l alone -cr rsa.csr -ct x.crt
	fails 'secret12\n' 'nothing.csr' -g -k t.kdb -l root -cr nothing.csr -ct x.crt
	fails 'secret12\n' 'no certificate request' -g -k t.kdb -l root -cr alone.pem -ct x.crt
	echo mine >x.crt
	fails 'secret12\n' 'exists' -g -k t.kdb -l root -cr rsa.csr -ct x.crt
	[ "$(cat x.crt)" = mine ]
	openssl req -new -newkey rsa:1024 -nodes -keyout /dev/null -subj /CN=weak -out weak.csr 2>/dev/null
	fails 'secret12\n' 'too weak' -g -k t.kdb -l root -cr weak.csr -ct y.crt
	# One bit of the signature.
	openssl req -in rsa.csr -outform DER -out bad.csr
	printf '\377' | dd of=bad.csr bs=1 seek=$(($(wc -c <bad.csr) - 9)) conv=notrunc 2>/dev/null
	fails 'secret12\n' 'signature' -g -k t.kdb -l root -cr bad.csr -ct y.crt
}

@test "prompts come in their order" {
	make_db
	make_request
	openssl pkcs12 -export -in alone.pem -inkey alone.key -passout pass:fp -out in.p12
	gsk 0 't.kdb\nsecret12\nweb\nweb.p12\np\np\n' -e
	grep -v '^$' .out >transcript
	diff - transcript <<-END
		Enter key database name:
		t.kdb
		Enter database password:
		Enter label (press ENTER to use the default key):
		web
		Enter export file name:
		web.p12
		Enter export file password:
		Re-enter export file password:
		Certificate and key exported.
	END
	ok db create u.kdb --type pkcs12 --pass env:PW --iterations 1000
	gsk 0 'u.kdb\nsecret12\nin.p12\nmine\nfp\n' -i
	grep -v '^$' .out >transcript
	diff - transcript <<-END
		Enter key database name:
		u.kdb
		Enter database password:
		Enter import file name:
		in.p12
		Enter label:
		mine
		Enter import file password:
		Certificate and key imported.
	END
	gsk 0 't.kdb\nsecret12\nroot\nrsa.csr\nrsa.crt\n' -g
	grep -v '^$' .out >transcript
	diff - transcript <<-END
		Enter key database name:
		t.kdb
		Enter database password:
		Enter label of the signing certificate (press ENTER to use the default key):
		root
		Enter certificate request file name:
		rsa.csr
		Enter certificate file name:
		rsa.crt
		Certificate created for CN=asked.
	END
}

@test "input that ends at any prompt cancels, and nothing is changed" {
	make_db
	make_request
	openssl pkcs12 -export -in alone.pem -inkey alone.key -passout pass:fp -out in.p12
	for job in '-e:t.kdb secret12 web new.p12 p p' '-i:t.kdb secret12 in.p12 mine fp' \
		'-g:t.kdb secret12 root rsa.csr new.crt' '-s:t.kdb secret12' '-dc:t.kdb secret12'; do
		read -ra lines <<<"${job#*:}"
		for ((n = 0; n < ${#lines[@]}; n++)); do
			input=
			((n == 0)) || input=$(printf '%s\\n' "${lines[@]:0:n}")
			fails "$input" cancelled "${job%%:*}"
			has "$err" '0x03353006'
		done
	done
}

@test "a wrong password ends it before anything else is asked" {
	make_db
	fails 'wrong\nweb\n' 'wrong passphrase' -e -k t.kdb
	[[ $out != *label* ]]
	fails 'secret12\n' 'nothing.kdb' -e -k nothing.kdb
	[[ $out != *password* ]]
}

# refused TEXT FLAG...: wrong flags: told before anything is asked, without a status of IBM's.
refused()
{
	local text=$1

	shift
	gsk 1 'secret12\n' "$@"
	has "$err" "$text" 'gskkyman -h'
	[[ $err != *Status* ]]
	[ -z "$out" ]
}

@test "flags that are wrong" {
	make_db
	refused 'z/OS' -dc -t TOKEN
	refused 'z/OS' -i -t TOKEN -l x -p y
	refused 'what to do' -k t.kdb
	refused '-dc and -e' -dc -e -k t.kdb
	refused '-e is there twice' -e -e
	refused '-k is there twice' -dc -k t.kdb -k t.kdb
	refused '-ca is there twice' -g -ca -ca
	refused 'no option -c' -c -k t.kdb -p x
	refused 'no option --json' -dc --json
	refused 'no option -dcx' -dcx
	refused "'extra'" -dc -k t.kdb extra
	refused '-k needs a value' -dc -k
	refused '-k needs a value' -dc -k -l x
	refused 'not an empty one' -dc -k ''
	refused '-p does not go with -dc' -dc -k t.kdb -p x
	refused '-l does not go with -s' -s -l x
	refused '-l does not go with -dk' -dk -l x
	refused '-x does not go with -e' -e -x 5
	refused '-ca does not go with -i' -i -ca
	refused '-ic does not go with -i' -i -ic
	refused '-kt does not go with -ca' -g -ca -kt ecdsa
	refused '-kt takes ecgen, ecdsa or ecdh' -g -kt rsa
	for days in 0 -1 10000 abc ' 5' 5d 99999999999999999999; do
		refused '-x takes 1 to 9999 days' -g -x "$days"
	done
}

@test "answers that are wrong" {
	make_db
	fails 'secret12\nwe\000b\n' 'NUL' -e -k t.kdb -p x.p12
	fails 'secret12\n\033[31m\n' '\x1b' -e -k t.kdb -p x.p12 || fails 'secret12\n\033[31m\np\np\n' '\x1b' -e -k t.kdb -p x.p12
	[[ $err != *$'\033'* ]]
	gsk 1 '\n' -dc
	has "$err" cancelled
	long=$(printf '%05000d' 0)
	fails "secret12\n$long\n" '' -e -k t.kdb -p x.p12
	fails "$long\n" '' -dc -k t.kdb
}

@test "a password that expired is told" {
	ok db create t.kdb --pass env:PW --expire 10
	export KYMAN_TEST_TIME=$(($(date +%s) + 11 * 86400))
	if gsk 0 'secret12\n' -dc -k t.kdb; then
		skip 'built without --enable-test-hooks'
	fi
	fails 'secret12\n' expired -dc -k t.kdb
	fails 'secret12\n' expired -s -k t.kdb
	has "$err" '0x03353015'
	gsk 0 'secret12\n' -dk -k t.kdb
}

@test "under the name gskkyman there are the menus, too" {
	./gskkyman </dev/null >out
	./gskkyman menu --record record </dev/null >out.menu
	cmp out out.menu
	grep -q 'Database Menu' out
	[ -e record ]
}

@test "under the name gskkyman -h and -? show the flags, kyman keeps its own" {
	gsk 0 '' -h
	has "$out" 'usage: gskkyman' '-kt ecgen'
	[ "$(wc -L <<<"$out")" -le 80 ]
	cp .out usage
	gsk 0 '' '-?'
	cmp .out usage
	ok -h
	[[ $out != *'usage: gskkyman'* ]]
	kyman 2 '-?'
	# Under its own name a flag of gskkyman comes first.
	make_db
	echo secret12 | "$KYMAN" -k t.kdb -dk | grep -q 'Type: FIPS'
}

@test "the manual has every flag of the usage, and no other" {
	gsk 0 '' -h
	sed '/^$/,$d' .out | grep -oE -- '[ |[]-[a-z?]+' | tr -d ' |[' | sort -u >usage
	sed -n 's/^\.It Fl //p' "$top_srcdir/man/kyman-gskkyman.1" | grep -v Ta |
		sed 's/ Ar.*//; s/ Cm.*//; s/\\&//' | tr ',' '\n' | tr -d ' ' | sed 's/^/-/' | grep -v '^-t$' | sort -u >manual
	[ "$(wc -l <usage)" -eq 18 ]
	diff usage manual
}

@test "on a terminal passwords are not shown" {
	need_terminal
	make_db
	scene 0 \
		'wait=database name,type=t.kdb,wait=database password,echo=off,type=secret12,wait=default key,type=web,wait=file name,type=x.p12,wait=file password,echo=off,type=s3cret-file,wait=Re-enter,echo=off,type=s3cret-file,wait=exported' \
		./gskkyman -e
	[[ $out != *secret12* ]]
	[[ $out != *s3cret* ]]
	openssl pkcs12 -in x.p12 -passin pass:s3cret-file -nokeys -out x.pem
}

@test "on a terminal a new password that differs is asked for again" {
	need_terminal
	make_db
	scene 0 \
		'wait=database password,type=secret12,wait=file password,type=a,wait=Re-enter,type=b,wait=do not match,wait=file password,type=c,wait=Re-enter,type=c,wait=exported' \
		./gskkyman -e -k t.kdb -l web -p x.p12
	openssl pkcs12 -in x.p12 -passin pass:c -nokeys -out x.pem
}
