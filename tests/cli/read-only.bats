#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Databases on a file system that takes nothing.
# shellcheck disable=SC2154 # helpers set out and err

bats_require_minimum_version 1.5.0
load helpers

setup()
{
	scratch
	[ "$(id -u)" = 0 ] || skip 'a file system can be mounted by root only'
	printf 'secret12\n' >pw
	printf 'another1\n' >new
}

# Runs each line of job-list with the database read-only; says its status, whether the reason was told, and what changed.
on_read_only()
{
	mkdir ro
	cat >try <<'END'
mount -t tmpfs none ro && cp "$@" ro && cd ro && sha256sum * >../before && mount -o remount,ro "$PWD" || exit 99
while read -r job; do
	status=0
	"$KYMAN" $job --no-input --yes >../out 2>../err </dev/null || status=$?
	grep -q 'read-only' ../err && status="$status told"
	sha256sum * | cmp -s - ../before || status="$status changed"
	echo "$status: $job"
done <../job-list
END
	unshare -m sh try "$@" >said || skip 'no file system can be mounted here'
	cat said
}

@test "no writer changes anything on a read-only file system, and each says why" {
	for db in x.kdb x.p12; do
		rm -rf x.* ro
		ok db create "$db" --pass file:pw --stash
		ok cert create ca --profile ca --db "$db"
		ok cert create web web.example --issuer ca --db "$db"
		ok csr create asked asked.example --out asked.csr -f --db "$db"
		ok csr create answered one.example --out one.csr -f --db "$db"
		ok csr sign one.csr --issuer ca --yes --out one.pem -f --db "$db"
		ok secret create aes --size 256 --db "$db"
		cat >job-list <<END
cert create more more.example --db $db
cert receive ../one.pem --db $db
cert renew web --db $db
cert rename web other --db $db
cert trust web off --db $db
cert delete web --db $db
csr create new new.example --out ../new.csr --db $db
csr rename asked other --db $db
csr delete asked --db $db
secret create more --size 256 --db $db
db passwd $db --new-pass file:../new
db stash $db --stash-version 1
db delete $db
db create new-$db --pass file:../pw
db convert $db new.p12 --out-pass file:../pw
cert export web --out web.pem --db $db
END
		on_read_only x.*
		[ "$(cut -d : -f 1 said | sort -u)" = '1 told' ]
		[ "$(wc -l <said)" = "$(wc -l <job-list)" ]
		[ ! -e new.csr ]
		# To read needs no lock.
		printf '%s\n' "cert list --db $db" "cert verify web --db $db" "db show $db" >job-list
		rm -r ro
		on_read_only x.*
		[ "$(cut -d : -f 1 said | sort -u)" = 0 ]
	done
}
