#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Requests and answers that are refused.

load refuse

setup()
{
	make_scratch
	openssl ecparam -name prime256v1 -genkey -noout -out k.pem
}

# answer DAYS NAME: an answer of a foreign CA of that name to q.csr
foreign_answer()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout fca.key -out fca.pem -days 30 \
		-subj "/CN=$2" 2>/dev/null
	openssl x509 -req -in q.csr -CA fca.pem -CAkey fca.key -CAcreateserial -days "$1" -out answer.pem 2>/dev/null
}

@test "a request with a wrong signature, changed on its way" {
	openssl req -new -key k.pem -subj /CN=asker -outform DER -out good.der
	python3 - <<'PY'
d = bytearray(open('good.der', 'rb').read())
d[-3] ^= 1
open('bad.der', 'wb').write(d)
PY
	refuse 8 csr sign bad.der --issuer root --profile client --yes --out x.pem
	said signature
}

@test "a request with 10,000 names" {
	python3 - >req.cnf <<'PY'
print('[req]\ndistinguished_name=dn\nreq_extensions=v3\n[dn]\n[v3]\nsubjectAltName=@alt\n[alt]')
for i in range(10000):
    print(f'DNS.{i}=host{i}.example')
PY
	openssl req -new -key k.pem -subj /CN=many -config req.cnf -out many.csr
	refuse 9 csr sign many.csr --issuer root --yes --out x.pem
	said 1000
}

@test "a request for more than the profile, for a CA, with a weak key; no request at all" {
	openssl req -new -key k.pem -subj /CN=x -addext extendedKeyUsage=codeSigning -addext subjectAltName=DNS:x.example -out eku.csr
	refuse 9 csr sign eku.csr --issuer root --yes --out x.pem
	said codeSigning
	openssl req -new -key k.pem -subj /CN=x -addext basicConstraints=CA:TRUE -addext subjectAltName=DNS:x.example -out ca.csr
	refuse 9 csr sign ca.csr --issuer root --yes --out x.pem
	openssl req -new -newkey rsa:1024 -nodes -keyout weak.key -subj /CN=x -out weak.csr 2>/dev/null
	refuse 9 csr sign weak.csr --issuer root --profile client --yes --out x.pem
	"$KYMAN" cert export web --out web.pem
	refuse 4 csr sign web.pem --issuer root --yes --out x.pem
	openssl req -new -key k.pem -subj /CN=x -out plain.csr
	refuse 2 csr sign plain.csr --issuer root --yes --out x.pem
	refuse 2 csr sign plain.csr --profile client --yes --out x.pem
	refuse 2 csr sign plain.csr --issuer root --profile client --out x.pem
	said --yes
}

@test "an answer: unknown key, signed by nobody here, expired, self-signed, not ending later" {
	"$KYMAN" csr create q --profile client --out q.csr
	"$KYMAN" cert export web --out web.pem
	openssl req -x509 -key k.pem -subj /CN=stranger -out stranger.pem
	refuse 4 cert receive stranger.pem
	foreign_answer 30 'Foreign CA'
	refuse 4 cert receive answer.pem
	said 'Foreign CA'
	"$KYMAN" cert add fca.pem --as foreign
	openssl x509 -req -in q.csr -CA fca.pem -CAkey fca.key -days -1 -out expired.pem 2>/dev/null
	refuse 9 cert receive expired.pem
	said expired
	"$KYMAN" cert receive answer.pem
	[ "$("$KYMAN" cert receive answer.pem --json | jq .changed)" = false ]
	openssl x509 -req -in q.csr -CA fca.pem -CAkey fca.key -days 10 -out earlier.pem 2>/dev/null
	refuse 7 cert receive earlier.pem
	said --older
	"$KYMAN" cert receive earlier.pem --older
	refuse 7 csr create q --profile client --out q.csr
}

@test "an answer that its own key signed" {
	openssl pkcs12 -export -nocerts -inkey k.pem -out lone.p12 -passout env:PW
	openssl req -x509 -key k.pem -subj /CN=self -days 30 -out self.pem
	refuse 4 cert receive self.pem --db lone.p12 --pass env:PW
	said self-signed
	# What is replaced has that key as well, and is trusted: that makes no path.
	"$KYMAN" cert export web --with-key --no-chain --out-pass none --out web.key 2>/dev/null
	openssl req -x509 -key web.key -subj /CN=self -days 3000 -out self.pem
	refuse 4 cert receive self.pem
}
