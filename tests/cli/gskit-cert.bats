#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash and gskit.bash set $out and $err
# GSKit's -cert: each action, its layout, and what other tools say of its results.

load helpers
load gskit

setup()
{
	gskit_scratch
	make_db
}

# A certificate of openssl's making: NAME.pem and NAME.key.
foreign()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -subj "$2" \
		-out "$1.pem" -days 30 2>/dev/null
}

@test "-create: subject, dates, names, usages as openssl reads them" {
	gsk 0 -cert -create -db db.p12 -stashed -label qm1 -dn 'CN=qm1,OU=Queues,O=My Company,L=Hursley,ST=Hants,C=GB' \
		-size 2048 -x509version 3 -expire 30 -fips -sig_alg SHA256WithRSA -san_dnsname 'a.example, b.example' \
		-san_ipaddr 192.0.2.7 -san_emailaddr x@a.example -eku 'serverAuth, clientAuth,ocspSigning' \
		-ku digitalSignature,keyAgreement
	x509 qm1 -subject -nameopt RFC2253 >.subject
	grep -qx 'subject=CN=qm1,OU=Queues,O=My Company,L=Hursley,ST=Hants,C=GB' .subject
	x509 qm1 -checkend $((29 * 86400))
	! x509 qm1 -checkend $((31 * 86400)) || return 1
	x509 qm1 -text >.text
	grep -q 'sha256WithRSAEncryption' .text
	grep -q '(2048 bit)' .text
	grep -q 'DNS:a.example, DNS:b.example, IP Address:192.0.2.7, email:x@a.example' .text ||
		grep -q 'DNS:a.example, DNS:b.example, email:x@a.example, IP Address:192.0.2.7' .text
	grep -q 'TLS Web Server Authentication, TLS Web Client Authentication, OCSP Signing' .text
	grep -q 'Digital Signature, Key Agreement' .text
	grep -q 'CA:FALSE' .text
	keytool -list -keystore db.p12 -storepass secret12 | grep -q '^qm1, .*PrivateKeyEntry'
}

@test "-create: what is not said is SHA-256, 2048 bits, 365 days, no CA" {
	gsk 0 -cert -create -db db.p12 -pw secret12 -label plain -dn CN=plain
	[ -z "$out$err" ]
	x509 plain -text >.text
	grep -q 'sha256WithRSAEncryption' .text
	grep -q '(2048 bit)' .text
	x509 plain -checkend $((364 * 86400))
	! x509 plain -checkend $((366 * 86400)) || return 1
}

@test "-create: the names of algorithms" {
	for name in SHA256WithECDSA EC_ecdsa_with_SHA256 sha256_with_ecdsa; do
		gsk 0 -cert -create -db db.p12 -stashed -label $name -dn CN=x -sigalg $name
		x509 $name -text >.text
		grep -q prime256v1 .text
	done
	gsk 0 -cert -create -db db.p12 -stashed -label e384 -dn CN=x -sigalg SHA384WithECDSA
	x509 e384 -text | grep -q secp384r1
	gsk 0 -cert -create -db db.p12 -stashed -label e521 -dn CN=x -sigalg SHA256WithECDSA -size 521
	x509 e521 -text | grep -q secp521r1
	for name in sha512 SHA512_WITH_RSA SHA5WithRSA; do
		gsk 0 -cert -create -db db.p12 -stashed -label $name -dn CN=x -sig_alg $name
		x509 $name -text | grep -q sha512WithRSA
	done
	gsk 0 -cert -create -db db.p12 -stashed -label three -dn CN=x -sigalg SHA3WithRSA
	x509 three -text | grep -q sha384WithRSA
}

@test "-create: weak and unknown shapes are refused by name" {
	new=(-cert -create -db db.p12 -stashed -label x -dn CN=x)
	for name in md5 MD5_WITH_RSA MD5WithRSA sha1 SHA_WITH_RSA SHAWithRSA SHA1WithRSA SHA1WithECDSA EC_ecdsa_with_SHA1 \
		sha224 SHA224WithRSA SHA224WithECDSA SHA256WithRSASSAPSS RSASSAPSS sha3_256 SHA3_512WithRSA SHA1WithDSA \
		SHA256WithDSA DH Kyber Dilithium SHA256WithDilithium; do
		fails 221 "-sigalg $name is refused" "${new[@]}" -sigalg "$name"
	done
	fails 221 'not' "${new[@]}" -sigalg SHA257WithRSA
	fails 227 'MD5' "${new[@]}" -sigalg MD5WithRSA -fips
	fails 221 'SHA-1' "${new[@]}" -sigalg SHA1WithRSA -fips
	for size in 512 1024 2047 1023; do
		fails 208 'too weak' "${new[@]}" -size "$size"
	done
	fails 208 '8192' "${new[@]}" -size 16384
	fails 208 '8192' "${new[@]}" -size big
	fails 208 'elliptic' "${new[@]}" -size 256
	fails 208 'curves' "${new[@]}" -size 2048 -sigalg SHA256WithECDSA
	fails 207 'version 3' "${new[@]}" -x509version 1
	fails 229 '-ca' "${new[@]}" -ca yes
	fails 201 'yes' "${new[@]}" -default_cert true
	for days in 0 36501 99999; do
		fails 217 "'$days'" "${new[@]}" -expire "$days"
	done
	fails 231 "'-1'" "${new[@]}" -expire -1
	fails 201 'key usage' "${new[@]}" -ku serverAuth
	fails 201 'extended key usage' "${new[@]}" -eku keyAgreement
	fails 201 'host' "${new[@]}" -san_dnsname 'not a host'
	fails 201 'empty' "${new[@]}" -san_dnsname 'a.example,,b.example'
}

@test "-create: the subject" {
	new=(-cert -create -db db.p12 -stashed -label x)
	fails 98 'common name' "${new[@]}" -dn O=nobody,C=GB
	fails 209 'unknown attribute' "${new[@]}" -dn CN=x,ABC=y
	fails 209 '' "${new[@]}" -dn CN
	fails 206 '-template' "${new[@]}"
	foreign other /C=GB/O=Other/CN=other
	gsk 0 "${new[@]}" -template other.pem -sigalg SHA256WithECDSA
	[ "$(x509 x -subject -nameopt RFC2253)" = 'subject=CN=other,O=Other,C=GB' ]
	fails 201 'both' -cert -create -db db.p12 -stashed -label y -dn CN=y -template other.pem
	openssl req -new -key other.key -subj /CN=asked -out other.csr
	make_cert z
	gsk 0 -cert -create -db db.p12 -stashed -label y -template other.csr -sigalg SHA256WithECDSA
	[ "$(x509 y -subject -nameopt RFC2253)" = 'subject=CN=asked' ]
	fails 211 'none.pem' -cert -create -db db.p12 -stashed -label w -template none.pem
}

@test "-create: the label is taken" {
	make_cert one
	fails 23 "CTGSK2023W" -cert -create -db db.p12 -stashed -label one -dn CN=one -sigalg SHA256WithECDSA
	fails 23 "'one' is taken" -cert -create -db db.p12 -stashed -label one -dn CN=one -sigalg SHA256WithECDSA
}

@test "-create: without label the common name is one" {
	gsk 0 -cert -create -db db.p12 -stashed -dn 'O=x,CN=a\,b c' -sigalg SHA256WithECDSA
	gsk 0 -cert -list -db db.p12 -stashed
	has "$out" '-	"a,b c"'
	fails 23 CTGSK2023W -cert -create -db db.p12 -stashed -dn 'CN=a\,b c,O=y' -sigalg SHA256WithECDSA
}

@test "-create -ca true and -ca_label: a CA and what it signs" {
	make_cert root -ca true
	make_cert leaf -ca_label root -expire 30
	gsk 0 -cert -extract -db db.p12 -stashed -label root -target root.pem
	gsk 0 -cert -extract -db db.p12 -stashed -label leaf -target leaf.pem
	openssl verify -CAfile root.pem leaf.pem
	gsk 0 -cert -validate -db db.p12 -stashed -label leaf
	[ "$out" = OK ]
	fails 117 'CTGSK3029W' -cert -create -db db.p12 -stashed -label x -dn CN=x -ca_label nobody
	has "$err" 'an entry with label nobody'
	fails 52 'CTGSK2052W' -cert -create -db db.p12 -stashed -label x -dn CN=x -ca_label leaf
}

@test "-list: markers, labels in quotes, kinds" {
	gsk 0 -cert -list -db db.p12 -stashed
	[ "$out" = 'No certificates were found.' ]
	make_cert ibmwebspheremqqm1
	make_cert "it's mine"
	foreign r3 "/C=US/O=Let's Encrypt/CN=R3"
	foreign off /CN=off
	gsk 0 -cert -add -db db.p12 -stashed -file r3.pem -format ascii
	gsk 0 -cert -add -db db.p12 -stashed -file off.pem -label off -trust disable
	gsk 0 -cert -list -db db.p12 -stashed
	printf '%s\n' 'Certificates found' '* default, - personal, ! trusted, # secret key' \
		'-	ibmwebspheremqqm1' "-	\"it's mine\"" "!	\"CN=R3,O=Let's Encrypt,C=US\"" '	off' >.want
	diff .want .out
	gsk 0 -cert -list all -db db.p12 -stashed
	diff .want .out
	gsk 0 -cert -list personal -db db.p12 -stashed
	[ "$(grep -c . .out)" -eq 4 ]
	[[ $out != *R3* ]]
	gsk 0 -cert -list CA -db db.p12 -stashed
	[[ $out != *mine* && $out == *R3* ]]
	gsk 0 -cert -list -db db.p12 -stashed -label off
	[ "$(tail -n 1 .out)" = '	off' ]
	fails 117 'CTGSK3029W' -cert -list -db db.p12 -stashed -label nobody
	fails 228 'site' -cert -list site -db db.p12 -stashed
	fails 201 'personal' -cert -list some -db db.p12 -stashed
}

@test "-list -expiry: dates, and what ends within so many days" {
	make_cert soon -expire 10
	make_cert later -expire 300
	gsk 0 -cert -list -expiry -db db.p12 -stashed
	has "$out" '-	soon' '-	later'
	grep -Eq 'Not After : 20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$' .out
	gsk 0 -cert -list -expiry 30 -db db.p12 -stashed
	[[ $out == *soon* && $out != *later* ]]
	fails 231 'days' -cert -list -expiry -5 -db db.p12 -stashed
}

@test "-details: the layout, field by field, and the bytes as openssl has them" {
	gsk 0 -cert -create -db db.p12 -stashed -label qm -dn CN=qm,O=x -size 2048 -san_dnsname a.example
	x509 qm -serial >.serial
	gsk 0 -cert -details -db db.p12 -stashed -label qm
	sed -E 's/^    ([0-9A-F]{2} ?){1,16}$/    HEX/; s/20[0-9-]{8}T[0-9:]{8}Z/TIME/; s/^Serial : [0-9a-f]{2,}$/Serial : HEX/' .out |
		sed -E 's/^    [A-Za-z0-9+\/]{43}=$/    BASE64/' | uniq >.got
	printf '%s\n' 'Label : qm' 'Key Size : 2048' 'Version : X509 V3' 'Serial : HEX' 'Issuer : CN=qm,O=x' \
		'Subject : CN=qm,O=x' 'Not Before : TIME' '' 'Not After : TIME' '' 'Public Key' '    HEX' \
		'Public Key Type : RSA (1.2.840.113549.1.1.1)' 'Fingerprint : SHA1 : ' '    HEX' 'Fingerprint : MD5 : ' '    HEX' \
		'Fingerprint : SHA256 : ' '    HEX' 'Fingerprint : HPKP : ' '    BASE64' 'Extensions' \
		'    SubjectKeyIdentifier' '      keyIdentifier:' '    HEX' '    AuthorityKeyIdentifier' '      keyIdentifier:' \
		'    HEX' '      authorityIdentifier:' '      authorityCertSerialNumber:' \
		'    key usage: digitalSignature, keyEncipherment' '        critical' '    basicConstraints' '        ca = false' \
		'        critical' '    eku' '        serverAuth' '        clientAuth' '    subjectAlternativeName' \
		'        dNSName: a.example' 'Signature Algorithm : SHA256WithRSASignature (1.2.840.113549.1.1.11)' 'Value' '    HEX' \
		'Trust Status : Enabled' >.want
	diff .want .got
	serial=$(sed 's/serial=//' .serial | tr 'A-F' 'a-f')
	has "$out" "Serial : $serial"
	x509 qm -fingerprint -sha256 | sed 's/.*=//; s/:/ /g' | cut -c 1-47 >.digest
	gsk 0 -cert -details -db db.p12 -stashed -label qm -showOID
	has "$out" "    $(cat .digest)"
	x509 qm -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64 >.pin
	gsk 0 -cert -details -db db.p12 -stashed -label qm
	has "$out" "    $(cat .pin)"
	KYMAN_GSKIT_DATES=1 gsk 0 -cert -details -db db.p12 -stashed -label qm
	grep -Eq '^Not After : [A-Z][a-z]+ [0-9]+, 20[0-9]{2} [0-9]+:[0-9]{2}:[0-9]{2} [AP]M GMT\+00:00$' .out
	fails 117 "label nobody" -cert -details -db db.p12 -stashed -label nobody
}

@test "-details: extensions of other CAs" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k -out all.pem -days 30 -subj /CN=all \
		-addext certificatePolicies=2.23.140.1.2.1 -addext crlDistributionPoints=URI:http://crl.example/ca.crl \
		-addext 'authorityInfoAccess=OCSP;URI:http://ocsp.example' -addext 1.2.3.4=DER:0481 \
		-addext subjectAltName=DNS:x.example,IP:192.0.2.1,email:a@x.example,URI:http://x.example/ 2>/dev/null
	gsk 0 -cert -add -db db.p12 -stashed -file all.pem -label all -trust disable
	gsk 0 -cert -details -db db.p12 -stashed -label all
	has "$out" '    certificatePolicies
        2.23.140.1.2.1' '    CRLDistributionPoints
      fullname:
      uniformResourceID: ' 'http://crl.example/ca.crl' '    AuthorityInfoAccess
    PKIX_AD_OCSP (1.3.6.1.5.5.7.48.1)
      accessLocation:uniformResourceID: http://ocsp.example' '     (1.2.3.4)
        Value
    04 81' 'dNSName: x.example' 'iPAddress: 192.0.2.1' 'rfc822Name: a@x.example' 'Trust Status : Disabled' \
		'Public Key Type : EC_ecPublicKey (1.2.840.10045.2.1)' 'EC_ecdsa_with_SHA256 (1.2.840.10045.4.3.2)'
}

@test "-add: twice, under a taken label, not a certificate" {
	foreign one /CN=one
	foreign two /CN=two
	gsk 0 -cert -add -db db.p12 -stashed -file one.pem -label one
	fails 21 'CTGSK2021W' -cert -add -db db.p12 -stashed -file one.pem -label one
	fails 21 "as 'one'" -cert -add -db db.p12 -stashed -file one.pem -label other
	fails 23 'CTGSK2023W' -cert -add -db db.p12 -stashed -file two.pem -label one
	fails 220 'enable' -cert -add -db db.p12 -stashed -file two.pem -label two -trust yes
	fails 210 'ascii' -cert -add -db db.p12 -stashed -file two.pem -label two -format pem
	echo nothing >text
	fails 211 'text' -cert -add -db db.p12 -stashed -file text -label two
	fails 211 'none.pem' -cert -add -db db.p12 -stashed -file none.pem -label two
	openssl x509 -in two.pem -outform DER -out two.der
	gsk 0 -cert -add -db db.p12 -stashed -file two.der -label two -format binary
}

@test "-extract: ascii and binary, public only, never over a file" {
	make_cert one
	gsk 0 -cert -extract -db db.p12 -stashed -label one -target one.arm
	openssl x509 -in one.arm -noout -subject
	! grep -q PRIVATE one.arm || return 1
	gsk 0 -cert -extract -db db.p12 -stashed -label one -target one.der -format binary
	openssl x509 -inform DER -in one.der -noout -subject
	gsk 0 -cert -extract -db db.p12 -stashed -label one -target ascii.der -format ascii
	openssl x509 -in ascii.der -noout
	fails 233 'exists' -cert -extract -db db.p12 -stashed -label one -target one.arm
	gsk 0 -cert -extract -db db.p12 -stashed -label one -target -
	[ -s ./- ]
}

@test "-rename, -modify, -delete" {
	make_cert root -ca true
	make_cert leaf -ca_label root
	gsk 0 -cert -rename -db db.p12 -stashed -label leaf -new_label "it's new"
	gsk 0 -cert -details -db db.p12 -stashed -label "it's new"
	fails 23 "'root' is taken" -cert -rename -db db.p12 -stashed -label "it's new" -new_label root
	gsk 0 -cert -modify -db db.p12 -stashed -label root -trust disable
	gsk 0 -cert -details -db db.p12 -stashed -label root
	has "$out" 'Trust Status : Disabled'
	gsk 54 -cert -validate -db db.p12 -stashed -label "it's new"
	gsk 0 -cert -modify -db db.p12 -stashed -label root -trust enable
	gsk 0 -cert -validate -db db.p12 -stashed -label "it's new"
	gsk 0 -cert -delete -db db.p12 -stashed -label root
	gsk 0 -cert -list -db db.p12 -stashed
	[[ $out != *root* ]]
	fails 117 'nobody' -cert -delete -db db.p12 -stashed -label nobody
	fails 117 'nobody' -cert -modify -db db.p12 -stashed -label nobody -trust enable
}

@test "-getdefault, -setdefault, -default_cert" {
	fails 219 'no default' -cert -getdefault -db db.p12 -stashed
	make_cert one
	fails 219 'no default' -cert -getdefault -db db.p12 -stashed
	gsk 0 -cert -setdefault -db db.p12 -stashed -label one
	gsk 0 -cert -list -db db.p12 -stashed
	[ "$(tail -n +3 .out)" = '*-	one' ]
	make_cert two -default_cert yes
	gsk 0 -cert -list -db db.p12 -stashed
	[ "$(tail -n +3 .out)" = '*-	two
-	one' ]
	gsk 0 -cert -getdefault -db db.p12 -stashed
	has "$out" 'Label : two'
	gsk 0 -cert -setdefault -db db.p12 -stashed -label one
	gsk 0 -cert -getdefault -db db.p12 -stashed
	has "$out" 'Label : one'
	make_cert three -default_cert no
	gsk 0 -cert -getdefault -db db.p12 -stashed
	has "$out" 'Label : one'
	# One that goes has no heir.
	gsk 0 -cert -delete -db db.p12 -stashed -label one
	[ -z "$err" ]
	fails 219 'no default' -cert -getdefault -db db.p12 -stashed
	gsk 0 -cert -setdefault -db db.p12 -stashed -label two
	gsk 0 -cert -delete -db db.p12 -stashed -label three
	gsk 0 -cert -getdefault -db db.p12 -stashed
	has "$out" 'Label : two'
	foreign cert /CN=cert
	gsk 0 -cert -add -db db.p12 -stashed -file cert.pem -label cert
	fails 65 'private key' -cert -setdefault -db db.p12 -stashed -label cert
}

@test "-validate: a missing issuer, an end in the past" {
	foreign alone /CN=alone
	openssl req -new -key alone.key -subj /CN=leaf -out leaf.csr
	openssl x509 -req -in leaf.csr -CA alone.pem -CAkey alone.key -CAcreateserial -days 10 -out leaf.pem 2>/dev/null
	gsk 0 -cert -add -db db.p12 -stashed -file leaf.pem -label leaf -trust disable
	gsk 50 -cert -validate -db db.p12 -stashed -label leaf
	[ -z "$out" ]
	fails 117 'nobody' -cert -validate -db db.p12 -stashed -label nobody
}

@test "-export and -import: a key with its issuers, one label, everything" {
	make_cert root -ca true
	make_cert qm1 -ca_label root
	gsk 0 -cert -export -db db.p12 -stashed -label qm1 -target qm1.p12 -target_pw out12345 -target_type pkcs12 \
		-encryption strong
	openssl pkcs12 -in qm1.p12 -passin pass:out12345 -nodes -out qm1.pem
	[ "$(grep -c 'BEGIN CERTIFICATE' qm1.pem)" -eq 2 ]
	grep -q 'BEGIN PRIVATE KEY' qm1.pem
	gsk 0 -keydb -create -db new.p12 -pw new12345 -stash
	gsk 0 -cert -import -file qm1.p12 -pw out12345 -target new.p12 -target_stashed -new_label ibmwebspheremqqm1
	gsk 0 -cert -list -db new.p12 -stashed
	has "$out" '-	ibmwebspheremqqm1' '!	root'
	gsk 0 -cert -validate -db new.p12 -stashed -label ibmwebspheremqqm1
	fails 16 'wrong passphrase' -cert -import -file qm1.p12 -pw wrong -target new.p12 -target_stashed
	fails 206 'one of -file and -db' -cert -import -pw x -target new.p12 -target_stashed
	fails 21 'CTGSK2021W' -cert -import -file qm1.p12 -pw out12345 -target new.p12 -target_stashed -new_label again

	gsk 0 -cert -export -db db.p12 -stashed -target all.p12 -target_pw out12345
	gsk 0 -cert -list -db all.p12 -pw out12345
	has "$out" '-	root' '-	qm1'
	gsk 0 -keydb -create -db third.p12 -pw third123
	gsk 0 -cert -export -db db.p12 -stashed -label root -target third.p12 -target_pw third123 -target_type p12
	gsk 0 -cert -list -db third.p12 -pw third123
	has "$out" '-	root'
	gsk 0 -cert -import -db db.p12 -stashed -label qm1 -target third.p12 -target_pw third123
	gsk 0 -cert -list -db third.p12 -pw third123
	has "$out" '-	qm1'
	fails 117 'nobody' -cert -export -db db.p12 -stashed -label nobody -target x.p12 -target_pw out12345
	fails 206 '-target_pw' -cert -export -db db.p12 -stashed -label qm1 -target x.p12
	fails 201 'weak' -cert -export -db db.p12 -stashed -label qm1 -target x.p12 -target_pw y -encryption weak
}

@test "-import: what openssl and keytool made, a certificate without key" {
	foreign one /CN=one
	openssl pkcs12 -export -in one.pem -inkey one.key -name friendly -passout pass:p12pass1 -out one.p12
	gsk 0 -cert -import -file one.p12 -pw p12pass1 -type pkcs12 -target db.p12 -target_pw secret12 -target_type p12
	keytool -genkeypair -alias javakey -keyalg EC -storetype PKCS12 -keystore java.p12 -storepass java1234 -dname CN=java
	gsk 0 -cert -import -file java.p12 -pw java1234 -target db.p12 -target_stashed -label javakey
	foreign ca /CN=ca
	gsk 0 -keydb -create -db src.p12 -pw src12345
	gsk 0 -cert -add -db src.p12 -pw src12345 -file ca.pem -label ca
	gsk 0 -cert -import -db src.p12 -pw src12345 -label ca -target db.p12 -target_stashed
	gsk 0 -cert -list -db db.p12 -stashed
	has "$out" '-	friendly' '-	javakey' '!	ca'
	fails 117 'nobody' -cert -import -db src.p12 -pw src12345 -label nobody -target db.p12 -target_stashed
}
