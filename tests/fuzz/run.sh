#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Called by `make fuzz` with all targets, or with some: runs each for FUZZ_SECONDS, one after the
# other, from testdata/fuzz/<what> and from what KYMAN_CORPUS and KYMAN_KDB_SAMPLES have of its
# kind. Findings stay in fuzz-found/, inputs that went new ways in fuzz-corpus/: the next run begins
# with them.
set -eu

: "${top_srcdir:?}"
seconds=${FUZZ_SECONDS:-60}
found=$PWD/fuzz-found
corpus=$PWD/fuzz-corpus
mkdir -p "$found"
TMPDIR=$(mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

# The folders to begin with, below the corpus of other projects' files.
folders()
{
	case $1 in
	csr) echo csr ;;
	der) echo certs crl ;;
	intake) echo jks keys p12 pkcs7 ;;
	pem) echo keys ;;
	pkcs12) echo p12 ;;
	pkcs7) echo pkcs7 ;;
	esac
}

# The longest input: what a target does with a longer one it does with this, too.
longest()
{
	case $1 in
	cms | intake | pkcs12) echo 20000 ;;
	batch | commands | gskit | gskkyman | menu | run | words) echo 2000 ;;
	*) echo 6000 ;;
	esac
}

# run TARGET: a row of the table.
run()
{
	what=${1##*/fuzz-}
	mkdir -p "$corpus/$what"
	set -- "$1" "$corpus/$what" "$top_srcdir/testdata/fuzz/$what"
	if [ -d "${KYMAN_CORPUS:-}" ]; then
		for folder in $(folders "$what"); do
			set -- "$@" "$KYMAN_CORPUS/$folder"
		done
	fi
	case $what in
	cms | intake | stash)
		[ ! -d "${KYMAN_KDB_SAMPLES:-}" ] || set -- "$@" "$KYMAN_KDB_SAMPLES"
		;;
	esac
	target=$1
	shift
	status=0
	"$target" -max_total_time="$seconds" -max_len="$(longest "$what")" -timeout=15 -rss_limit_mb=2048 \
		-print_final_stats=1 -artifact_prefix="$found/$what-" "$@" >"$found/$what.log" 2>&1 || status=$?
	printf '%-10s %12s executions  %6s s  %s\n' "$what" \
		"$(sed -n 's/^stat::number_of_executed_units: *//p' "$found/$what.log")" "$seconds" \
		"$([ "$status" -eq 0 ] && echo 'no finding' || echo "FINDING, see fuzz-found/$what.log")"
	[ "$status" -eq 0 ]
}

failed=0
for target; do
	run "$target" || failed=1
done
exit "$failed"
