#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# Files that mean harm, and files that were hurt: a clear answer, soon, and nothing changed.

load helpers

setup()
{
	need openssl
	need jq
	scratch
	export PW=secret KYMAN_DB=ring.p12
	ok db create ring.p12 --pass gen --stash
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 9999 -subj /CN=x 2>/dev/null
	openssl x509 -in cert.pem -outform DER -out cert.der
}

# make_hostile: the files of hostile.py
make_hostile()
{
	openssl req -new -key key.pem -subj /CN=x -addext nsComment=a -addext nsSslServerName=b -outform DER -out good.csr.der
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="${top_srcdir:?}/tests/cli" /usr/bin/python3 "$top_srcdir/tests/cli/hostile.py" "$PW"
}

# soon STATUSES WORD...: one of these statuses, within $limit seconds, and a sentence when it fails. Sanitizers take their time.
soon()
{
	local want=$1 got=0 seconds=${limit:-2}

	shift
	if grep -q __asan_init "$KYMAN"; then
		seconds=60
	fi
	timeout "$seconds" "$KYMAN" "$@" >.out 2>.err </dev/null || got=$?
	out=$(<.out) err=$(<.err)
	if [[ " $want " != *" $got "* ]]; then
		printf 'kyman %s\nstatus %s, not one of %s\n%s\n' "$*" "$got" "$want" "$err"
		return 1
	fi
	[ "$got" -eq 0 ] || [ "$got" -eq 3 ] || [ -n "$err" ]
}

# told STATUS CODE FILE: show has this status and this problem (or, with a status over 3, this error)
told()
{
	kyman "$1" show "$3" --json
	if [ "$1" -le 3 ]; then
		json '.files[0].problems[].code' | grep -qx "$2" && return
	else
		[ "$(json '.files[0].error.code')" = "$2" ] && return
	fi
	printf '%s: no %s in\n%s\n' "$3" "$2" "$out"
	return 1
}

@test "PKCS#12: iterations, lengths, nesting, the same bag again and again, a wrong MAC" {
	make_hostile
	for file in mac-iterations pbkdf2-iterations pbmac1-length; do
		for command in "show $file.p12" "cert import $file.p12" "cert add $file.p12"; do
			# shellcheck disable=SC2086 # words
			soon 9 $command --in-pass env:PW
			has "$err" --max-iterations
		done
		soon 9 cert list --db $file.p12 --pass env:PW
		has "$err" --max-iterations
	done
	has "$err" 'the work of 6,400,000 iterations'
	soon 9 show pbmac1-huge.p12 --in-pass env:PW
	soon 8 show zero-iterations.p12 --in-pass env:PW
	soon '5 8' cert add wrong-mac.p12 --in-pass env:PW
	soon '5 8' cert list --db wrong-mac.p12 --pass env:PW
	soon 0 cert list --db plain.p12 --pass env:PW
	for file in deep.der deep-indefinite.der deep-constructed.p12 deep-value.p12 deep-bags.p12; do
		soon '0 3 8 9' show $file --in-pass env:PW
		soon '0 2 4 8 9' cert add $file --in-pass env:PW --dry-run
	done
	for file in lie-*.p12; do
		soon '0 3 5 8 9' show "$file" --in-pass env:PW
		soon '0 4 5 8 9' cert list --db "$file" --pass env:PW
	done
	soon 8 show lie-4g.p12 lie-16e.p12 lie-127.p12 --in-pass env:PW
	# 40 MB are read, and 100,000 lines printed: the point is that it is not quadratic.
	limit=20
	soon '0 3 7 8 9' show many.p12 --in-pass env:PW
	soon '0 7 8 9' cert list --db many.p12 --pass env:PW
	soon '0 7 8 9' cert add many.p12 --in-pass env:PW --dry-run
	ok cert list --json
	[ "$(json '.entries | length')" = 0 ]
}

@test "caps have names, and say how they are raised" {
	make_hostile
	# Clearing 121 MiB takes a machine that is busy its time.
	limit=20
	truncate -s 121M zeros
	for command in 'show zeros' 'cert add zeros' 'cert import zeros' 'csr sign zeros --issuer x --out y'; do
		# shellcheck disable=SC2086 # words
		soon 9 $command
		has "$err" --max-file-size
	done
	soon 8 show zeros --max-file-size 121
	cp ring.p12 long.p12
	truncate -s 2M long.p12
	soon 9 cert list --db long.p12 --pass env:PW --max-file-size 1
	has "$err" --max-file-size
	soon 8 cert list --db long.p12 --pass env:PW --max-file-size 2
	soon 9 show deep.der
	has "$err" KYMAN_DEPTH_MAX
	soon 9 show deep-bags.p12 --in-pass env:PW
	has "$err" KYMAN_SAFES_MAX
	soon 9 show huge.der
	has "$err" KYMAN_CERT_MAX
	soon 9 show parts.p12 --in-pass env:PW
	has "$err" KYMAN_PARTS_MAX
	yes -- '-----BEGIN CERTIFICATE-----' | head -10001 >begins.pem
	kyman 8 show begins.pem --json
	has "$(json '.files[0].problems[].message')" 'no others were looked at'
	kyman 2 cert create "$(printf '%0256d' 0)" --profile client
	has "$err" KYMAN_LABEL_MAX
	ok cert create "$(printf '%0255d' 0)" --profile client --subject CN=x
}

# peak WORD...: the most memory that it takes, in MiB
peak()
{
	/usr/bin/python3 - "$KYMAN" "$@" <<-'PY'
		import resource, subprocess, sys
		subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
	PY
}

@test "the largest file that is read takes 256 MiB at most, whatever is in it" {
	if grep -q __asan_init "$KYMAN"; then
		skip 'sanitizers take memory of their own'
	fi
	/usr/bin/python3 - <<-'PY'
		size = 120 * 2**20
		line = b'A' * 76 + b'\n'
		heads = {
		    'zeros': b'',
		    'definite': b'\x30\x84' + (size - 6).to_bytes(4, 'big'),
		    'indefinite': b'\x30\x80' * 30,
		    'cms': bytes.fromhex('3748060200000000') + b'X509KEY\0' + (5000).to_bytes(4, 'big') + ((size - 144) // 5000).to_bytes(4, 'big'),
		}
		for name, head in heads.items():
		    with open(name, 'wb') as f:
		        f.write(head)
		        f.truncate(size if name != 'cms' else 144 + (size - 144) // 5000 * 5000)
		for name, first in ('text', b''), ('pem', b'-----BEGIN CERTIFICATE-----\n'):
		    open(name, 'wb').write((first + line * (size // 77))[:size])
	PY
	for file in zeros definite indefinite cms text pem; do
		for command in show 'cert add'; do
			# shellcheck disable=SC2086 # words
			taken=$(peak $command "$file")
			if [ "$taken" -gt 256 ]; then
				printf '%s %s: %s MiB\n' "$command" "$file" "$taken"
				return 1
			fi
		done
	done
}

@test "a database of a GiB that is none is refused by its first bytes" {
	local whole=$((1 << 30))

	ok db create cms.kdb --type cms --pass env:PW --stash
	/usr/bin/python3 - $whole <<-'PY'
		import sys
		whole = int(sys.argv[1])
		oid = bytes.fromhex('06092a864886f70d0107')
		data, signed, encrypted = oid + b'\1', oid + b'\2', oid + b'\6'
		def head(tag, size):
		    return bytes([tag, 0x84]) + size.to_bytes(4, 'big')
		def within(*parts):
		    """Heads of elements, each of which goes on to the end of the file."""
		    out = b''
		    for part in parts:
		        out += head(part, whole - len(out) - 6) if isinstance(part, int) else part
		    return out
		safe = (0x30, b'\2\1\3', 0x30, data, 0xa0, 4)
		cms = bytes.fromhex('3748060200000000') + b'X509KEY\0' + (5000).to_bytes(4, 'big')
		for name, bytes_ in {
		    'zeros.p12': b'',
		    'text.p12': b'-----BEGIN CERTIFICATE-----\n',
		    'jks.p12': bytes.fromhex('feedfeed000000027fffffff'),
		    'short.p12': bytes.fromhex('308210000201033082') + b'\x0f\0' + data,
		    'long.p12': bytes.fromhex('3084ffffff00020103') + head(0x30, 100) + data,
		    'version.p12': within(0x30, b'\2\1\4', 0x30, data),
		    'signed.p12': within(0x30, b'\2\1\3', 0x30, signed, 0xa0, 4),
		    'over.p12': within(0x30, b'\2\1\3') + head(0x30, whole) + data,
		    'outer.p12': within(0x30, b'\2\1\3', 0x30, data),
		    'indefinite.p12': bytes.fromhex('3080020103') + b'\x30\x80' + data + b'\xa0\x80',
		    'safe.p12': within(*safe),
		    'part.p12': within(*safe, 0x30),
		    'pieces.p12': within(*safe, 0x30) + b'\x30\0' * 2000,
		    'bags.p12': within(*safe, 0x30, 0x30, data, 0xa0, 4, 0x30),
		    'bag.p12': within(*safe, 0x30, 0x30, data, 0xa0, 4, 0x30, 0x30),
		    'hidden.p12': within(*safe, 0x30, 0x30, encrypted, 0xa0, 0x30, b'\2\1\0'),
		    'short.kdb': cms + (7).to_bytes(4, 'big'),
		    'long.kdb': cms + b'\xff' * 4,
		    'slot.kdb': cms[:16] + b'\xff' * 8,
		    'kind.kdb': cms[:8] + b'X509CRL\0' + b'\1' * 8,
		    'requests.kdb': cms[:8] + b'X509KYP\0' + (2500).to_bytes(4, 'big') + ((whole - 144) // 2500).to_bytes(4, 'big'),
		    'sealed.kdb': cms + ((whole - 144) // 5000).to_bytes(4, 'big'),
		}.items():
		    slot = {'sealed.kdb': 5000, 'requests.kdb': 2500}.get(name)
		    with open(name, 'wb') as f:
		        f.write(bytes_)
		        f.truncate(whole if not slot else 144 + (whole - 144) // slot * slot)
	PY
	for file in zeros.p12 text.p12 jks.p12; do
		soon 8 cert list --db $file --pass env:PW
		has "$err" 'is no key database'
	done
	for file in short.p12 long.p12 version.p12 signed.p12 over.p12 outer.p12 indefinite.p12 safe.p12 part.p12 pieces.p12 bags.p12 \
		bag.p12 hidden.p12 short.kdb long.kdb slot.kdb kind.kdb requests.kdb; do
		soon 8 cert list --db $file --pass env:PW
		has "$err" "cannot open '$file': "
		[ "$(peak cert list --db $file)" -lt 64 ]
	done
	soon 5 cert list --db sealed.kdb --pass env:PW
	[ "$err" = "kyman: cannot open 'sealed.kdb': wrong passphrase" ]
	# Every way to open one.
	for command in 'db show bag.p12' 'cert verify x --db bag.p12 --pass env:PW' \
		'db convert bag.p12 x.kdb --pass env:PW' 'db passwd bag.p12 --pass env:PW --new-pass gen' \
		'-cert -list -db bag.p12 -pw secret'; do
		# shellcheck disable=SC2086 # words
		soon '1 8 18' $command
		# shellcheck disable=SC2086 # words
		[ "$(peak $command)" -lt 64 ]
	done
	echo 'cert list' >lines
	soon 8 run lines --db bag.p12
	# The requests' part, the stash, and what lies beside a stash that is not the database's.
	truncate -s $whole cms.rdb
	soon 8 cert list --db cms.kdb
	has "$err" "cannot open 'cms.kdb': its requests: "
	rm cms.rdb
	mv cms.sth other.sth
	mv bag.p12 other.pfx
	PW2=another ok db create other.p12 --pass env:PW2
	PW2=another soon 0 db stash other.p12 --pass env:PW2
	truncate -s $whole cms.sth
	soon 5 cert list --db cms.kdb
	has "$err" cms.sth
}

@test "files of commands and of rows that are too long" {
	if grep -q __asan_init "$KYMAN"; then
		skip 'sanitizers take memory of their own'
	fi
	/usr/bin/python3 - <<-'PY'
		size = 60 * 2**20
		open('line', 'wb').write(b'cert list ' + b'a ' * (size // 2))
		open('empty', 'wb').write(b'# nothing\n' * (size // 20) + b'\n' * (size // 2))
		open('value.csv', 'wb').write(b'label,names\nx,' + b'a' * size)
		open('quoted.csv', 'wb').write(b'label,names\nx,"' + b'""' * 2**20 + b'a""' + b'"')
	PY
	truncate -s 1G long
	soon 9 run long
	limit=20
	soon 9 run line
	has "$err" '1048576 bytes'
	[ "$(peak run line)" -lt 256 ]
	soon 0 run empty
	for file in value.csv quoted.csv; do
		soon 9 cert create --batch $file
		has "$err" '1048576 bytes'
		[ "$(peak cert create --batch $file)" -lt 256 ]
	done
	soon 9 cert create --batch long
	has "$err" --max-file-size
}

@test "a signature that would take hours to check is not checked" {
	make_hostile
	ok cert create root --profile ca
	for file in slow-*.csr; do
		soon '0 3' show "$file"
		soon '8 9' csr sign "$file" --issuer root --profile client --yes --out x.pem
		[ ! -e x.pem ]
	done
}

@test "of many signatures the first are checked, and it is said" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -out other.pem -days 9999 -subj /CN=y 2>/dev/null
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -out good.csr -subj /CN=z 2>/dev/null
	for kind in CERTIFICATE 'CERTIFICATE REQUEST'; do
		file=cert.pem
		[ "$kind" = CERTIFICATE ] || file=good.csr
		openssl base64 -d -in <(grep -v -- ----- $file) -out bad.der
		printf '\0' | dd of=bad.der bs=1 seek=$(($(stat -c %s bad.der) - 5)) conv=notrunc 2>/dev/null
		{ echo "-----BEGIN $kind-----"; openssl base64 -in bad.der; echo "-----END $kind-----"; } >bad.pem
		cat cert.pem other.pem >two
		for _ in 1 2 3 4; do
			cat two two two two two >bundle
			mv bundle two
		done
		cat two two two two >all
		limit=20
		soon 0 show all --json
		[ "$(json '.files[0].notes | length')" = 0 ]
		cat all bad.pem bad.pem cert.pem bad.pem >last
		soon 0 show last --json
		[ "$(json '.files[0].notes[].code')" = not-verified ]
		has "$(json '.files[0].notes[].message')" 'those of 5000 others'
		head -c "$(stat -c %s two)" all | cat - bad.pem >first
		told 3 bad-signature first
	done
}

@test "long keys count for more, and those of private keys are told" {
	need jq
	for name in one:4104 two:512; do
		openssl req -x509 -newkey "rsa:${name#*:}" -nodes -keyout "${name%:*}.key" -out "${name%:*}.pem" -days 9999 -subj /CN=x 2>/dev/null
	done
	# One is verified like any other, but its private key is not proven.
	kyman 0 show one.pem --json
	[ "$(json '.files[0].notes | length')" = 0 ]
	kyman 0 show one.key --json
	[ "$(json '.files[0].notes[].code')" = not-verified ]
	has "$(json '.files[0].notes[].message')" 'was not checked' '4104 bits'
	kyman 0 show two.key --json
	[ "$(json '.files[0].notes | length')" = 0 ]
	# Together they count for ten.
	cat one.pem two.pem >pair
	for _ in 1 2 3; do
		cat pair pair pair pair pair >bundle
		mv bundle pair
	done
	cat pair pair pair pair >all
	limit=20
	soon 3 show all --json
	[ "$(json '.files[0].notes | length')" = 0 ]
	cat all one.pem two.pem >longer
	soon 3 show longer --json
	[ "$(json '.files[0].notes[].code')" = not-verified ]
	has "$(json '.files[0].notes[].message')" 'of 2 certificates' 'those of 1000 others'
}

@test "a request with an extension twice" {
	make_hostile
	openssl req -inform DER -in twice.csr -verify -noout
	ok cert create root --profile ca
	cp ring.p12 before.p12
	kyman 8 csr sign twice.csr --issuer root --profile client --yes --out x.pem
	has "$err" twice
	cmp ring.p12 before.p12
	told 3 duplicate-extension twice.csr
}

@test "truncated" {
	ok cert create web web.example
	ok cert export web --with-key --out whole.p12 --out-pass env:PW --iterations 1000
	size=$(stat -c %s whole.p12)
	for i in $(seq 1 49); do
		head -c $((size * i / 50)) whole.p12 >cut.p12
		soon 8 show cut.p12 --in-pass env:PW
		soon 8 cert list --db cut.p12 --pass env:PW
	done
	head -c $((size - 1)) whole.p12 >cut.p12
	soon 8 cert import cut.p12 --in-pass env:PW
	head -c 1 whole.p12 >cut.p12
	soon 8 show cut.p12
}

@test "certificates that were hurt on their way: read all the same, and told" {
	good=$(openssl x509 -in cert.pem -noout -fingerprint -sha256 | cut -d= -f2 | tr -d : | tr A-F a-f)
	{ printf '\357\273\277'; cat cert.pem; } >bom
	sed 's/$/\r/' cert.pem >crlf
	tr '\n' '\r' <cert.pem >cr
	iconv -t UTF-16 cert.pem >utf16
	{ head -1 cert.pem; grep -v -- ----- cert.pem | tr -d '\n'; echo; tail -1 cert.pem; } >long
	sed 's/^/    /' cert.pem >indented
	sed '1s/-----$/----/' cert.pem >dash
	sed 1d cert.pem >no-begin
	{ cat cert.der; printf 'more'; } >trailing
	told 3 bom bom
	told 3 utf-16 utf16
	told 3 one-long-line long
	told 3 indented indented
	told 3 dash-missing dash
	told 3 no-begin-line no-begin
	told 3 trailing-bytes trailing
	told 3 cr-only cr
	for file in bom crlf cr utf16 long indented dash no-begin trailing; do
		"$KYMAN" show $file --json >.out || :
		[ "$(json '.files[0].entries[0].sha256')" = "$good" ]
	done
	# CRLF is as good as LF.
	ok show crlf
	for file in bom crlf utf16 long indented dash no-begin; do
		ok cert add $file --if-exists keep
	done
	ok cert list --json
	[ "$(json '.entries | length')" = 1 ]
}

@test "what cannot be mended is refused, and said" {
	ok cert create web web.example
	# What is told of a transfer is told by its line feeds: there must be some.
	: >good.p12
	until [ "$(tr -dc '\n' <good.p12 | wc -c)" -gt 4 ]; do
		ok cert export web --with-key --out good.p12 --out-pass env:PW --force
	done
	/usr/bin/python3 - <<-'PY'
		for name in 'good.p12', 'cert.der':
		    data = open(name, 'rb').read()
		    open('text-' + name, 'wb').write(data.replace(b'\n', b'\r\n'))
	PY
	kyman 8 show text-good.p12 --json
	has "$(json '.files[0].error.message, .files[0].problems[].code')" 'text mode'
	soon '0 3 8' show text-cert.der
	head -c 300 cert.der >cut.der
	kyman 8 show cut.der
	head -5 cert.pem >cut.pem
	"$KYMAN" show cut.pem --json >.out && false
	has "$(json '.files[0].error.code, .files[0].problems[].code')" truncated
	echo 'only words' >words
	told 8 unknown-format words
	: >empty
	kyman 8 show empty
	kyman 8 cert add text-good.p12 --in-pass env:PW
}

@test "a key that does not match, a chain out of order" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout other.key -out other.pem -days 9999 -subj /CN=y 2>/dev/null
	cat other.key cert.pem >mixed
	told 3 key-mismatch mixed
	kyman 7 cert import mixed
	ok cert create root --profile ca
	ok cert create sub --profile ca --issuer root
	ok cert create leaf --profile client --issuer sub
	for label in root sub leaf; do
		ok cert export $label --no-chain --out $label.pem
	done
	cat leaf.pem sub.pem root.pem >sorted
	ok show sorted
	cat root.pem leaf.pem sub.pem >unsorted
	told 3 unsorted-chain unsorted
}
