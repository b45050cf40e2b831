#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # helpers.bash sets $out and $err
# A batch that goes to files: killed at each call that changes files, or told that the call failed; then resumed.

bats_require_minimum_version 1.5.0
load ../cli/helpers

setup()
{
	scratch
	command -v strace >/dev/null || skip 'strace is not installed'
	strace -o .probe -e inject=fsync:signal=KILL:when=1 true 2>/dev/null || skip 'strace may not trace'
	need jq
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
	export KYMAN_DB=ring.p12
	printf 'secret\n' >pw
	ok db create ring.p12 --pass file:pw --iterations 1000
	ok cert create ca --profile ca --pass file:pw
	printf '%s\n' label,names a,a.example b,b.example c,c.example >rows.csv
	# One processor: one thread, so that calls can be counted.
	command -v taskset >/dev/null || skip 'taskset is not installed'
	processor=$(taskset -cp $$ | sed 's/.*: //; s/[,-].*//')
	words=(cert create --batch rows.csv --issuer ca --pass file:pw --out-dir dir --out-pass none --resume)
}

# Each result has its file, each file with a name is whole, and nothing else is there but what is on its way.
whole()
{
	local name

	while read -r name; do
		[ -s "dir/$name" ] || return 1
	done < <(grep '}$' dir/results.jsonl 2>/dev/null | jq -r .file)
	for name in dir/*.pem; do
		[ ! -e "$name" ] || [ "$(grep -ce '-----END' "$name")" = 2 ] || return 1
	done
	[ -z "$(find dir -type f ! -name '*.pem' ! -name '*.pem~new' ! -name results.jsonl)" ]
}

# After --resume all are there, each once.
resumed()
{
	ok "${words[@]}" || return
	[ "$(jq -r .label dir/results.jsonl | sort | tr '\n' ' ')" = 'a b c ' ] &&
		[ "$(find dir -type f | sort | tr '\n' ' ')" = 'dir/a.pem dir/b.pem dir/c.pem dir/results.jsonl ' ]
}

@test "kill -9 at each call that changes files, then --resume" {
	local tried=0 when got

	for call in write openat syncfs linkat fsync fdatasync unlinkat ftruncate; do
		for ((when = 1; when < 100; when++)); do
			rm -rf dir
			mkdir dir
			got=0
			taskset -c "$processor" strace -f -o .trace -P "$PWD/dir" -P "$PWD/dir/results.jsonl" -P "$PWD/dir/a.pem~new" -P "$PWD/dir/b.pem~new" \
				-P "$PWD/dir/c.pem~new" -e "inject=$call:signal=KILL:when=$when" "$KYMAN" "${words[@]}" >.out 2>.err </dev/null || got=$?
			[ "$got" != 0 ] || break
			[ "$got" = 137 ]
			whole
			resumed
			tried=$((tried + 1))
		done
	done
	echo "# tried $tried, bad 0" >&3
	[ "$tried" -ge 15 ]
}

@test "a call that fails: said, what is done stays, and --resume goes on" {
	local got

	for fault in syncfs:EIO fsync:EIO fdatasync:EIO fdatasync:ENOSPC linkat:EIO; do
		rm -rf dir
		mkdir dir
		got=0
		taskset -c "$processor" strace -f -o .trace -P "$PWD/dir" -P "$PWD/dir/results.jsonl" \
			-e "inject=${fault%:*}:error=${fault#*:}:when=1" "$KYMAN" "${words[@]}" >.out 2>.err </dev/null || got=$?
		[ "$got" = 1 ]
		grep -q "cannot write 'dir" .err
		whole
		[ -z "$(ls dir)" ]
		resumed
	done
	# A file system without hard links.
	rm -rf dir
	mkdir dir
	taskset -c "$processor" strace -f -o .trace -e inject=linkat:error=EPERM "$KYMAN" "${words[@]}" >.out 2>.err </dev/null
	[ "$(find dir -type f | sort | tr '\n' ' ')" = 'dir/a.pem dir/b.pem dir/c.pem dir/results.jsonl ' ]
	# The log cannot be cut back, either: nothing is taken away, since what is in it counts.
	rm -rf dir
	mkdir dir
	got=0
	taskset -c "$processor" strace -f -o .trace -e inject=fdatasync:error=EIO -e inject=ftruncate:error=EIO "$KYMAN" "${words[@]}" >.out 2>.err </dev/null || got=$?
	[ "$got" = 1 ]
	grep -q 'was written in part only' .err
	whole
	ok "${words[@]}"
	[ "$(find dir -type f | sort | tr '\n' ' ')" = 'dir/a.pem dir/b.pem dir/c.pem dir/results.jsonl ' ]
}
