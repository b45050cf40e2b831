#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# cert verify and cert trust: paths, reasons, and what openssl thinks of the same.

load helpers

setup()
{
	need jq
	scratch
	make_ring
}

# reason CODE WORD...: cert verify says no, for this reason
reason()
{
	local code=$1

	shift
	kyman 3 cert verify "$@" --json
	[ "$(json '"\(.valid) \(.reasons[0].code)"')" = "false $code" ] && return
	printf '%s instead of %s\n' "$(json '.reasons[0].code')" "$code"
	return 1
}

@test "the path, for people and in JSON" {
	ok cert verify web
	has "$out" web issuing root
	ok cert verify web --json
	[ "$(json '.path | join(" ")')" = 'web issuing root' ]
	[ "$(json '"\(.valid) \(.label) \(.reasons | length)"')" = 'true web 0' ]
	kyman 3 cert verify web --host no.example
	has "$out$err" 'no.example'
}

@test "hosts and purposes" {
	for host in web.example WWW.WEB.EXAMPLE 192.0.2.7; do
		ok cert verify web --host $host
	done
	for host in example x.web.example 192.0.2.8; do
		reason host-mismatch web --host $host
	done
	ok cert create wild '*.wild.example' --issuer issuing
	ok cert verify wild --host a.wild.example
	reason host-mismatch wild --host a.b.wild.example
	reason host-mismatch wild --host wild.example
	ok cert verify web --purpose server
	reason purpose web --purpose client
	ok cert verify app --purpose client
	reason purpose app --purpose server
	kyman 2 cert verify web --purpose both
	kyman 2 cert verify web --host 'a b'
}

@test "times" {
	reason not-yet-valid web --at 2001-01-01
	reason expired web --at 2099-01-01T00:00:00Z
	kyman 2 cert verify web --at yesterday
}

@test "trust off is no anchor and no link" {
	ok cert trust root off --json
	[ "$(json '"\(.changed) \(.replaced[0].trusted)"')" = 'true false' ]
	kyman 3 cert verify web
	kyman 3 cert verify root
	ok cert trust root on
	ok cert trust issuing off
	kyman 3 cert verify web
	ok cert verify root
	kyman 9 cert create new new.example --issuer issuing
	has "$err" 'switched off'
	kyman 2 cert trust issuing perhaps
}

@test "files: the first is verified, the others help" {
	ok cert export web --out web.pem
	ok cert export issuing --out issuing.der
	ok cert export root --out root.pem
	ok db create roots.p12 --pass gen --stash
	ok cert add root.pem --as anchor --db roots.p12
	reason no-issuer --file web.pem --db roots.p12
	ok cert verify --file web.pem --file issuing.der --db roots.p12 --json
	[ "$(json '"\(.label) \(.path | join("; "))"')" = 'null CN=web.example; CN=issuing; anchor' ]
	ok db create none.p12 --pass gen --stash
	kyman 3 cert verify --file web.pem --file issuing.der --file root.pem --db none.p12
	kyman 4 cert verify --file missing.pem
	kyman 2 cert verify
	kyman 2 cert verify web --file web.pem
}

@test "signatures, CA flags, path lengths, unknown critical extensions" {
	need openssl
	ok cert export issuing --with-key --no-chain --out-pass none --out i.pem
	ok cert export app --with-key --no-chain --out-pass none --out app.pem
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -subj /CN=x -out x.csr 2>/dev/null
	printf '[ca]\nbasicConstraints=critical,CA:TRUE\n[odd]\n1.2.3.4=critical,ASN1:NULL\n' >x.cnf
	openssl x509 -req -in x.csr -CA app.pem -CAkey app.pem -CAcreateserial -days 9 -out byleaf.pem 2>/dev/null
	reason not-a-ca --file byleaf.pem
	openssl x509 -req -in x.csr -CA i.pem -CAkey i.pem -CAcreateserial -days 9 -extfile x.cnf -extensions odd -out odd.pem 2>/dev/null
	reason unknown-critical --file odd.pem
	openssl x509 -req -in x.csr -CA i.pem -CAkey i.pem -CAcreateserial -days 9 -extfile x.cnf -extensions ca -out sub.pem 2>/dev/null
	openssl req -new -key app.pem -subj /CN=y -out y.csr
	openssl x509 -req -in y.csr -CA sub.pem -CAkey k.pem -CAcreateserial -days 9 -out deep.pem 2>/dev/null
	reason path-too-long --file deep.pem --file sub.pem
	openssl x509 -in odd.pem -outform DER -out good.der
	ok cert export web --out web.der
	/usr/bin/python3 - <<'PY'
d = bytearray(open('web.der', 'rb').read())
d[-1] ^= 1
open('bad.der', 'wb').write(d)
PY
	kyman 3 cert verify --file bad.der --json
	[ "$(json '.valid')" = false ]
}

# swap_keys FILE: its first two keys change places, and its MAC is right
swap_keys()
{
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="${top_srcdir:?}/tests/cli" /usr/bin/python3 - "$1" <<-'PY'
		import hmac, re, sys
		from foreign import *
		raw = open(sys.argv[1], 'rb').read()
		content = next(items(inside(inside(raw)[1][2])[1][1]))[1]
		local = attribute(PKCS9 + '21', octets(bytes(20)))[:-20]
		one, two = (m.end() for m in list(re.finditer(re.escape(local), content))[:2])
		swapped = bytearray(content)
		swapped[one:one + 20], swapped[two:two + 20] = content[two:two + 20], content[one:one + 20]
		info, salt, count = inside(inside(raw)[2][2])
		key = pkcs12_key('secret', salt[1], int.from_bytes(count[1], 'big'))
		mac = hmac.new(key, swapped, hashlib.sha256).digest()
		raw = raw.replace(content, swapped).replace(inside(info[2])[1][1], mac)
		open(sys.argv[1], 'wb').write(raw)
	PY
}

@test "keys that changed places are found, however long their derivation takes" {
	export PW=secret
	for count in 2048 600000; do
		ok db create $count.p12 --pass env:PW --iterations $count
		ok cert create one --profile ca --db $count.p12 --pass env:PW
		ok cert create two --profile ca --db $count.p12 --pass env:PW
		swap_keys $count.p12
		kyman 3 show $count.p12 --in-pass env:PW --json
		[ "$(json '.files[0].problems[].code' | uniq)" = key-mismatch ]
		kyman 7 cert export one --with-key --out one.pem --out-pass none --db $count.p12 --pass env:PW
		reason key-mismatch one --db $count.p12 --pass env:PW
	done
}
