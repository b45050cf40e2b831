#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What public scripts call runmqakm and gsk8capicmd_64 with, line by line, and what openssl says of the results.

load helpers
load gskit

setup()
{
	gskit_scratch
	ln -s "$KYMAN" gskcapicmd
	ln -s "$KYMAN" gsk8capicmd
	ln -s "$KYMAN" gsk7capicmd
	PATH=$PWD:$PATH
}

# The certificate in a PKCS#12 file or database: subject_of FILE PASSWORD.
subject_of()
{
	openssl pkcs12 -in "$1" -passin "pass:$2" -nokeys -clcerts | openssl x509 -noout -subject -nameopt RFC2253
}

@test "a monitor's tests: two queue managers' databases, certificates exchanged" {
	mkdir keys
	for qm in qm1 client; do
		runmqakm -keydb -create -db ./keys/$qm.kdb -pw dummypass -stash
		runmqakm -cert -create -db ./keys/$qm.kdb -type kdb -pw dummypass -label $qm -dn CN=$qm -size 2048 -x509version 3 \
			-expire 365 -fips -sig_alg SHA256WithRSA
		runmqakm -cert -extract -db ./keys/$qm.kdb -type kdb -pw dummypass -label $qm -target ./keys/$qm.pem
		[ "$(openssl x509 -in keys/$qm.pem -noout -subject)" = "subject=CN = $qm" ]
	done
	runmqakm -cert -add -db ./keys/qm1.kdb -type kdb -pw dummypass -label client -file ./keys/client.pem
	runmqakm -cert -add -db ./keys/client.kdb -type kdb -pw dummypass -label qm1 -file ./keys/qm1.pem
	runmqakm -cert -validate -db ./keys/qm1.kdb -stashed -label client
}

@test "a container's key stores: import, generate, add with and without label, rename" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout tls.key -out tls.crt -subj /CN=tls -days 30 2>/dev/null
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj "/C=US/O=Let's Encrypt/CN=R3" -days 30 2>/dev/null
	openssl pkcs12 -export -inkey tls.key -in tls.crt -name default -out tls.p12 -passout pass:P
	runmqakm -keydb -create -fips false -type p12 -db key.p12 -pw P12345 -stash
	runmqakm -cert -import -fips false -file tls.p12 -pw P -target key.p12 -target_pw P12345 -target_type p12
	runmqakm -cert -create -fips false -db key.p12 -pw P12345 -label generated -dn CN=host -san_dnsname host.example -size 2048 \
		-sig_alg sha512 -eku serverAuth
	runmqakm -cert -add -fips false -db key.p12 -type p12 -pw P12345 -file ca.crt
	runmqakm -cert -add -fips false -db key.p12 -type p12 -pw P12345 -label peer -file tls.crt || [ $? = 21 ]
	runmqakm -cert -list -type p12 -db key.p12 -stashed >list
	grep -q "^!	\"CN=R3,O=Let's Encrypt,C=US\"$" list
	grep -q '^-	default$' list
	gsk8capicmd_64 -cert -rename -db key.p12 -stashed -label default -new_label "it's default"
	[ "$(runmqakm -cert -list personal -db key.p12 -stashed | grep -c "it's default")" -eq 1 ]
	runmqakm -cert -extract -db key.p12 -stashed -label generated -target generated.pem
	openssl x509 -in generated.pem -noout -text >text
	grep -q sha512WithRSA text
	grep -q 'DNS:host.example' text
}

@test "a bank's script: a PKCS#12 database with a default certificate" {
	runmqakm -keydb -create -db key.p12 -pw password -type pkcs12 -expire 1000 -stash
	runmqakm -cert -create -db key.p12 -label ibmwebspheremqqm1 -dn 'CN=QM1,O=Bank,C=GB' -default_cert yes -stashed
	runmqakm -cert -extract -db key.p12 -stashed -label ibmwebspheremqqm1 -target qm1.arm
	runmqakm -keydb -create -db client.p12 -pw password -type pkcs12 -expire 1000 -stash
	runmqakm -cert -add -label ibmwebspheremqqm1 -db client.p12 -pw password -type pkcs12 -trust enable -file qm1.arm
	[ "$(subject_of key.p12 password)" = 'subject=CN=QM1,O=Bank,C=GB' ]
	runmqakm -cert -getdefault -db key.p12 -stashed | grep -qx 'Label : ibmwebspheremqqm1'
}

@test "an integration bus's script: what is weak is refused by name" {
	gsk8capicmd -keydb -create -db bus.p12 -pw password -type p12 -expire 365 -stash -fips
	run gsk8capicmd -cert -create -db bus.p12 -pw password -label bus -dn CN=bus -size 1024 -x509version 3 -sig_alg SHA1WithRSA
	[ "$status" -eq 221 ]
	[[ $output == *SHA1WithRSA*SHA256WithRSA* ]]
	run gsk8capicmd -cert -create -db bus.p12 -pw password -label bus -dn CN=bus -size 1024 -x509version 3
	[ "$status" -eq 208 ]
	[[ $output == *1024* ]]
	[ "$(gsk8capicmd -cert -list -db bus.p12 -stashed)" = 'No certificates were found.' ]
}

@test "a backup client's database, and a label with blanks" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=Backup -days 30 2>/dev/null
	gsk8capicmd_64 -keydb -create -db dsmcert.kdb -pw password -stash
	gsk8capicmd_64 -cert -add -db dsmcert.kdb -format ascii -stashed -label 'TSM server: backup CA' -file ca.pem
	[ "$(gsk8capicmd_64 -cert -list -db dsmcert.kdb -stashed | tail -n 1)" = '!	"TSM server: backup CA"' ]
}

@test "an appliance's module: a duplicate is deleted and added again" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 30 2>/dev/null
	gsk8capicmd -keydb -create -db a.p12 -pw password -stash
	gsk8capicmd -cert -add -db a.p12 -stashed -label ca -file ca.pem
	run gsk8capicmd -cert -add -db a.p12 -stashed -label ca -file ca.pem
	[ "$status" -eq 21 ]
	[[ $output == *CTGSK2021W* ]]
	gsk8capicmd -cert -delete -db a.p12 -stashed -label ca
	gsk8capicmd -cert -add -db a.p12 -stashed -label ca -file ca.pem
}

@test "a database server's private CA" {
	gsk8capicmd_64 -keydb -create -db ca.p12 -pw password -stash
	gsk8capicmd_64 -cert -create -db ca.p12 -stashed -label myca -dn 'CN=myca,O=Db' -ca true -expire 3650
	gsk8capicmd_64 -cert -extract -db ca.p12 -stashed -label myca -target myca.arm -format ascii
	gsk8capicmd_64 -keydb -create -db server.p12 -pw password -stash
	gsk8capicmd_64 -certreq -create -db server.p12 -stashed -label server -dn CN=db.example -size 2048 -file server.csr \
		-san_dnsname db.example -sigalg SHA256_WITH_RSA
	gsk8capicmd_64 -cert -sign -db ca.p12 -stashed -label myca -target server.arm -format ascii -file server.csr -expire 300 \
		-sigalg SHA256_WITH_RSA -san_dnsname db.example,db
	gsk8capicmd_64 -cert -add -db server.p12 -stashed -label myca -file myca.arm -format ascii -trust enable
	gsk8capicmd_64 -cert -receive -db server.p12 -stashed -file server.arm -format ascii
	openssl verify -CAfile myca.arm -verify_hostname db.example server.arm
	openssl x509 -in server.arm -noout -text | grep -q 'DNS:db.example, DNS:db$'
	gsk8capicmd_64 -cert -validate -db server.p12 -stashed -label server
}

@test "a tutorial: what openssl exported, under the client's label" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout app1.key -out app1.crt -subj /CN=app1 -days 30 2>/dev/null
	openssl pkcs12 -export -out app1.p12 -inkey app1.key -in app1.crt -passout pass:password
	runmqakm -keydb -create -db app1key.kdb -pw password -stash
	runmqakm -cert -import -target app1key.kdb -file app1.p12 -target_stashed -pw password -new_label "ibmwebspheremq$(id -un)"
	runmqakm -cert -details -db app1key.kdb -stashed -label "ibmwebspheremq$(id -un)" | grep -qx 'Subject : CN=app1'
}

@test "a build: a random password of which a part is used" {
	pw=$(runmqakm -random -create -length 125 -strong | tr -d '"$`&|<>;()' | cut -c 2-65)
	[ ${#pw} -eq 64 ]
	runmqakm -fips -keydb -create -db build.p12 -pw "$pw" -stash
	runmqakm -cert -list -db build.p12 -pw "$pw"
}

@test "a CA of scripts: a serial number that is not used is said" {
	openssl req -new -newkey rsa:2048 -nodes -keyout q.key -subj /CN=q -out q.p10 2>/dev/null
	gsk7capicmd -keydb -create -db ca_key.kdb -pw password
	gsk7capicmd -cert -create -db ca_key.kdb -pw password -label CA_Cert -dn CN=ca -ca true
	run gsk7capicmd -cert -sign -db ca_key.kdb -pw password -label CA_Cert -sernum 4711 -file q.p10 -target q.p7r -expire 30
	[ "$status" -eq 0 ]
	[[ $output == *-sernum* ]]
	openssl x509 -in q.p7r -noout -subject
	gsk7capicmd -cert -list -expiry -db ca_key.kdb -pw password | grep -q 'Not After : '
}

@test "a downgrade: a database that older programs open, and all copied to it" {
	runmqakm -keydb -create -db key.p12 -pw password -stash
	runmqakm -cert -create -db key.p12 -stashed -label one -dn CN=one -sigalg SHA256WithECDSA
	runmqakm -cert -create -db key.p12 -stashed -label two -dn CN=two -sigalg SHA256WithECDSA
	gskcapicmd -keydb -create -db temp.kdb -stash -pqc false -pw password
	gskcapicmd -cert -export -db key.p12 -stashed -target temp.kdb -target_pw password
	[ "$(gskcapicmd -cert -list personal -db temp.kdb -stashed | grep -c '^-')" -eq 2 ]
}

@test "a web server's recipe: what openssl exported becomes a CMS database" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 30 2>/dev/null
	openssl req -new -newkey rsa:2048 -nodes -keyout www.key -subj /CN=www.example -out www.csr 2>/dev/null
	openssl x509 -req -in www.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -out www.pem 2>/dev/null
	openssl pkcs12 -export -out www.p12 -inkey www.key -in www.pem -name www -passout pass:password
	gskcapicmd -keydb -convert -db www.p12 -pw password -old_format pkcs12 -new_format cms
	gskcapicmd -keydb -stashpw -db www.kdb -pw password
	run gskcapicmd -cert -validate -db www.kdb -stashed -label www
	[ "$status" -eq 50 ]
	gskcapicmd -cert -add -db www.kdb -stashed -label ca -file ca.pem
	gskcapicmd -cert -validate -db www.kdb -stashed -label www
	gskcapicmd -cert -export -db www.kdb -stashed -label www -target out.p12 -target_pw export12 -target_type pkcs12
	openssl pkcs12 -in out.p12 -passin pass:export12 -nocerts -nodes | openssl pkey -out out.key
	[ "$(openssl pkey -in out.key -pubout)" = "$(openssl x509 -in www.pem -noout -pubkey)" ]
}

# All of the above as one script, in one folder.
write_script()
{
	cat <<'END'
openssl req -x509 -newkey rsa:2048 -nodes -keyout tls.key -out tls.crt -subj /CN=tls -days 30
openssl req -x509 -newkey rsa:2048 -nodes -keyout le.key -out le.crt -subj "/C=US/O=Let's Encrypt/CN=R3" -days 30
openssl pkcs12 -export -inkey tls.key -in tls.crt -name default -out tls.p12 -passout pass:P
mkdir keys
for qm in qm1 client; do
	$GSK -keydb -create -db ./keys/$qm.kdb -pw dummypass -stash
	$GSK -cert -create -db ./keys/$qm.kdb -type kdb -pw dummypass -label $qm -dn CN=$qm -size 2048 -x509version 3 \
		-expire 365 -fips -sig_alg SHA256WithRSA
	$GSK -cert -extract -db ./keys/$qm.kdb -type kdb -pw dummypass -label $qm -target ./keys/$qm.pem
done
$GSK -cert -add -db ./keys/qm1.kdb -type kdb -pw dummypass -label client -file ./keys/client.pem
$GSK -cert -add -db ./keys/client.kdb -type kdb -pw dummypass -label qm1 -file ./keys/qm1.pem
chmod 640 keys/qm1.kdb keys/qm1.rdb keys/qm1.sth
for type in cms p12; do
	$GSK -keydb -create -fips false -type $type -db $type.$type -pw P12345 -stash
	$GSK -cert -import -file tls.p12 -pw P -target $type.$type -target_pw P12345 -target_type $type
	$GSK -cert -create -db $type.$type -pw P12345 -label generated -dn CN=host -san_dnsname host.example -size 2048 \
		-sig_alg sha512 -eku serverAuth
	$GSK -cert -add -db $type.$type -pw P12345 -file le.crt
	$GSK -cert -list -type $type -db $type.$type -stashed
	$GSK -cert -rename -db $type.$type -stashed -label default -new_label qm
done
$GSK -keydb -create -db bank.p12 -pw password -type pkcs12 -expire 1000 -stash
$GSK -cert -create -db bank.p12 -label ibmwebspheremqqm1 -dn 'CN=QM1,O=Bank,C=GB' -default_cert yes -stashed
$GSK -cert -extract -db bank.p12 -stashed -label ibmwebspheremqqm1 -target bank.arm
$GSK -keydb -create -db clients.p12 -pw password -type pkcs12 -expire 1000 -stash
$GSK -cert -add -label ibmwebspheremqqm1 -db clients.p12 -pw password -type pkcs12 -trust enable -file bank.arm
$GSK -keydb -create -db bus.kdb -pw password -type cms -expire 365 -stash -fips
if $GSK -cert -create -db bus.kdb -pw password -label bus -dn CN=bus -size 1024 -x509version 3 -sig_alg SHA1WithRSA; then exit 1; fi
$GSK -keydb -create -db dsmcert.kdb -pw password -stash
$GSK -cert -add -db dsmcert.kdb -format ascii -stashed -label 'TSM server: backup CA' -file le.crt
$GSK -cert -list -db dsmcert.kdb -stashed
$GSK -cert -add -db dsmcert.kdb -stashed -label again -file le.crt || [ $? = 21 ]
$GSK -cert -delete -db dsmcert.kdb -stashed -label 'TSM server: backup CA'
$GSK -cert -add -db dsmcert.kdb -stashed -label again -file le.crt
$GSK -keydb -create -db ca.kdb -pw password -stash
$GSK -cert -create -db ca.kdb -stashed -label myca -dn 'CN=myca,O=Db' -ca true -expire 3650
$GSK -cert -extract -db ca.kdb -stashed -label myca -target myca.arm -format ascii
$GSK -keydb -create -db server.kdb -pw password -stash
$GSK -certreq -create -db server.kdb -stashed -label server -dn CN=db.example -size 2048 -file server.csr \
	-san_dnsname db.example -sigalg SHA256_WITH_RSA
$GSK -cert -sign -db ca.kdb -stashed -label myca -target server.arm -format ascii -file server.csr -expire 300 \
	-sigalg SHA256_WITH_RSA -san_dnsname db.example,db
$GSK -cert -add -db server.kdb -stashed -label myca -file myca.arm -format ascii -trust enable
$GSK -cert -receive -db server.kdb -stashed -file server.arm -format ascii
$GSK -keydb -create -db jwtkeys.p12 -pw password -type pkcs12 -stash
head -c 32 /dev/urandom >mykey.txt
$GSK -secretkey -add -db jwtkeys.p12 -stashed -label mySecretKey -file mykey.txt
$GSK -keydb -create -db app1key.kdb -pw password -stash
$GSK -cert -import -target app1key.kdb -file tls.p12 -target_stashed -pw P -new_label ibmwebspheremqapp
pw=$($GSK -random -create -length 125 -strong | tr -d '"$`&|<>;()' | cut -c 2-65)
$GSK -fips -keydb -create -db build.kdb -pw "$pw" -stash
$GSK -keydb -convert -db tls.p12 -pw P -old_format pkcs12 -new_format cms -target www.kdb
$GSK -keydb -stashpw -db www.kdb -pw P
$GSK -cert -add -db www.kdb -stashed -label le -file le.crt
$GSK -cert -validate -db www.kdb -stashed -label le
$GSK -keydb -create -db temp.kdb -stash -pqc false -pw password
$GSK -cert -export -db ca.kdb -stashed -target temp.kdb -target_pw password
$GSK -keydb -create -db ca_key.kdb -pw password
$GSK -cert -create -db ca_key.kdb -pw password -label CA_Cert -dn CN=ca -ca true
$GSK -cert -sign -db ca_key.kdb -pw password -label CA_Cert -sernum 4711 -file server.csr -target q.p7r -expire 30
$GSK -cert -list -expiry -db ca_key.kdb -pw password
END
}

# What openssl says of the results; the name that made them.
check_results()
{
	openssl verify -CAfile myca.arm -verify_hostname db server.arm
	[ "$(subject_of bank.p12 password)" = 'subject=CN=QM1,O=Bank,C=GB' ]
	openssl x509 -in keys/qm1.pem -noout -text | grep -q sha256WithRSA
	openssl x509 -in q.p7r -noout -issuer | grep -q 'CN = ca$'
	for label in server:server.kdb generated:cms.cms generated:p12.p12 qm:cms.cms ibmwebspheremqapp:app1key.kdb \
		default:www.kdb myca:temp.kdb; do
		"$1" -cert -export -db "${label#*:}" -stashed -label "${label%:*}" -target "$label.p12" -target_pw export12 \
			-target_type p12
		openssl pkcs12 -in "$label.p12" -passin pass:export12 -nodes -out "$label.pem"
		[ "$(openssl pkey -in "$label.pem" -pubout)" = "$(openssl x509 -in "$label.pem" -noout -pubkey)" ]
	done
	"$1" -secretkey -extract -db jwtkeys.p12 -stashed -label mySecretKey -target back.bin -format binary
	cmp mykey.txt back.bin
}

@test "all of it as one script, under both names" {
	write_script >script
	for name in runmqakm gsk8capicmd_64; do
		mkdir "in-$name"
		(
			cd "in-$name"
			GSK=$name sh -eu ../script >out 2>err || { tail err; exit 1; }
			check_results $name
		)
	done
}
