#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Several at once: writers of one database, who all wait for their turn, a reader meanwhile, and
# issuers of one CA. Nothing is lost, refused, torn or issued twice.
# shellcheck disable=SC2030,SC2031,SC2154 # each test says which database it is; helpers set out and err

load ../cli/helpers

writers=8

setup()
{
	scratch
	rounds=5
	[ "${KYMAN_FAULTS-}" != all ] || rounds=50
	printf 'secret\n' >pw
	touch refused torn
}

# What several processes do at once with database db; a refusal is noted.
change()
{
	local answer status=0

	answer=$(LD_PRELOAD=${preload:-${LD_PRELOAD-}} "$KYMAN" "$@" --db "$db" --pass file:pw --wait 600 2>&1 </dev/null) || status=$?
	[ "$status" -eq 0 ] || echo "status $status: $*: $answer" >>refused
}

# A certificate of somebody else's, to be added: the label is its CN.
foreign()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj "/CN=$1" -out "$1.pem" \
		2>/dev/null
}

# writer N: every other one makes certificates, the rest adds them.
writer()
{
	local round label

	for ((round = 1; round <= rounds; round++)); do
		label=w$1-$round
		if (($1 % 2)); then
			change cert create "$label" --profile client --key ec:p256
		else
			foreign "$label"
			change cert add "$label.pem"
		fi
	done
}

# Lists the database until the file over is there: each time whole, and never less than the last time.
reader()
{
	local count last=0 reads=0

	while [ ! -e over ]; do
		[ -e "$db" ] || continue
		if "$KYMAN" cert list --db "$db" --pass file:pw >.list 2>.read </dev/null; then
			count=$(grep -c . .list || true)
			[ "$count" -ge "$last" ] || echo "$count after $last" >>torn
			last=$count
		else
			echo "status $?: $(cat .read)" >>torn
		fi
		reads=$((reads + 1))
	done
	echo "$reads" >reads
}

# labels FIRST: those that begin with it, sorted.
labels()
{
	"$KYMAN" cert list --db "$db" --pass file:pw --json | jq -r '.entries[].label' | grep "^$1" | sort
}

# write_at_once NAME [CREATE-OPTION...]: with options each writer makes the database first, and one of them does.
write_at_once()
{
	local name=$1 n pids=() bad points=$((writers * rounds)) present

	shift
	reader &
	for ((n = 1; n <= writers; n++)); do
		{
			[ $# -eq 0 ] || ! "$KYMAN" db create "$db" --pass file:pw "$@" >/dev/null 2>&1 </dev/null || echo "$n" >>made
			writer "$n"
		} &
		pids+=($!)
	done
	wait "${pids[@]}"
	touch over
	wait
	for ((n = 1; n <= points; n++)); do
		echo "w$(((n - 1) / rounds + 1))-$(((n - 1) % rounds + 1))"
	done | sort >expected
	labels w >found
	present=$(comm -12 expected found | wc -l)
	bad=$((points - present + $(grep -c . torn || true)))
	echo "# $name: points $points, old 0, new $present, bad $bad" >&3
	echo "# $name: reads $(cat reads), torn $(grep -c . torn || true), refusals $(grep -c ^status refused || true)" >&3
	cat torn refused
	[ $# -eq 0 ] || [ "$(wc -l <made)" -eq 1 ]
	[ "$bad" -eq 0 ]
	[ ! -s refused ]
	cmp expected found
	[ "$(cat reads)" -gt 0 ]
	[ -z "$(find . -name '*~new')" ]
}

@test "writers of a new PKCS#12 database" {
	need jq
	db=new.p12
	write_at_once 'writers, new PKCS#12 database' --iterations 10000
}

@test "writers of a PKCS#12 database that is there" {
	need jq
	db=old.p12
	ok db create $db --pass file:pw --iterations 10000
	ok csr create shop shop.example --out shop.csr --db $db --pass file:pw
	write_at_once 'writers, PKCS#12 database'
	ok csr export shop --out again.csr --db $db --pass file:pw
}

@test "writers where locks are those of NFS" {
	need jq
	[ -e "${top_builddir:?}/tests/fault/nfs.so" ] || skip 'tests/fault/nfs.so was not built'
	db=old.p12
	ok db create $db --pass file:pw --iterations 10000
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
	export ASAN_OPTIONS
	preload=$(cd "$top_builddir" && pwd)/tests/fault/nfs.so
	write_at_once 'writers, locks as on NFS'
}

@test "a lock that fails is no lock, and none that is not there" {
	command -v strace >/dev/null || skip 'strace is not installed'
	strace -o .probe -e inject=flock:error=EIO true 2>/dev/null || skip 'strace may not trace'
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
	ok db create old.p12 --pass file:pw --iterations 10000
	cp old.p12 before.p12
	run ! strace -f -o .trace -e inject=flock:error=EIO "$KYMAN" cert create a a.example --db old.p12 --pass file:pw
	[[ $output == *"cannot lock 'old.p12': "* ]]
	cmp before.p12 old.p12
	strace -f -o .trace -e inject=flock:error=ENOLCK "$KYMAN" cert create a a.example --db old.p12 --pass file:pw
	ok cert show a --db old.p12
}

@test "writers of a new CMS database" {
	need jq
	db=new.kdb
	write_at_once 'writers, new CMS database' --cms-version 6
}

@test "writers of a CMS database that is there" {
	need jq
	db=old.kdb
	ok db create $db --pass file:pw
	ok csr create shop shop.example --out shop.csr --db $db --pass file:pw
	write_at_once 'writers, CMS database'
	ok csr export shop --out again.csr --db $db --pass file:pw
}

@test "makers of a database that each of them would keep" {
	local n round

	for ((round = 1; round <= rounds; round++)); do
		rm -f ./*.p12 ./*.kdb
		for ((n = 1; n <= writers; n++)); do
			for db in keep.kdb keep.p12; do
				change db create --if-exists keep --expire 30 &
			done
		done
		wait
	done
	n=$(grep -c ^status refused || true)
	echo "# makers that keep: points $((2 * writers * rounds)), old 0, new $((2 * writers * rounds - n)), bad $n" >&3
	cat refused
	[ "$n" -eq 0 ]
}

# issuer N: certificates that stay in the database, or signed requests that do not.
issuer()
{
	local round

	for ((round = 1; round <= rounds; round++)); do
		if (($1 % 2)); then
			change cert create "i$1-$round" --issuer ca --profile client --key ec:p256
		else
			change csr sign shop.csr --issuer ca --out "s$1-$round.pem" --yes
		fi
	done
}

# Two of each kind.
issue_at_once()
{
	local n label pids=() points=$((4 * rounds)) serials

	ok cert create ca --profile ca --db "$db" --pass file:pw
	ok db create shop.p12 --pass gen --stash
	ok csr create shop shop.example --out shop.csr --db shop.p12
	for ((n = 1; n <= 4; n++)); do
		issuer "$n" &
		pids+=($!)
	done
	wait "${pids[@]}"
	labels i >found
	while read -r label; do
		ok cert export "$label" --no-chain --out "$label.pem" --db "$db" --pass file:pw
	done <found
	for n in i?-*.pem s?-*.pem; do
		openssl x509 -in "$n" -noout -serial
	done >serials
	serials=$(sort -u serials | wc -l)
	echo "# $1: points $points, old 0, new $serials, bad $((points - serials))" >&3
	cat refused
	[ ! -s refused ]
	[ "$serials" -eq "$points" ]
	[ "$(wc -l <serials)" -eq "$points" ]
}

@test "issuers of one CA" {
	need jq
	db=ca.p12
	ok db create $db --pass file:pw --iterations 10000
	issue_at_once 'issuers, PKCS#12 database'
}

@test "issuers of one CA in a CMS database" {
	need jq
	db=ca.kdb
	ok db create $db --pass file:pw
	issue_at_once 'issuers, CMS database'
}
