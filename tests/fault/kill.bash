# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # top_srcdir: the harness sets it
# For the tests that kill a command with kill -9 at its calls, one after the other, and look at what is left.
#
# Each run starts from a copy of the folder old, which is now; outputs go to the folder out. A check
# sets found to old or new, and fails when it is neither. What was tried is printed as a comment.

# The calls that change files. KYMAN_FAULTS=all: every call.
calls='write fsync rename renameat2 link unlink fchmod fchown ftruncate'

# A scratch folder where commands can be traced; old holds the CMS database x.kdb with a request.
kill_scratch()
{
	scratch
	command -v strace >/dev/null || skip 'strace is not installed'
	strace -o .probe -e inject=fsync:signal=KILL:when=1 true 2>/dev/null || skip 'strace may not trace'
	# Leaks cannot be looked for where strace traces already.
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
	program=$KYMAN
	printf 'secret\n' >pw
	printf 'another one\n' >new
	mkdir old
	cp "$top_srcdir/testdata/fuzz/cms/v6-kdb" old/x.kdb
	cp "$top_srcdir/testdata/fuzz/cms/v6-rdb" old/x.rdb
	chmod u+w old/*
	ok db record-length old/x.kdb 5000 --pass file:pw
}

fresh()
{
	rm -rf now out
	cp -r old now
	mkdir out
}

# Runs the program that is tested.
tested()
{
	"$program" "$@" >.out 2>.err </dev/null
}

# state SECRET: labels and kinds of what is in both files; fails when one of them does not open.
state()
{
	"$KYMAN" cert list --db now/x.kdb --pass "$1" >.list 2>.err </dev/null &&
		"$KYMAN" csr list --db now/x.kdb --pass "$1" >.requests 2>.err </dev/null &&
		awk 'FNR > 1 { print $1, $2 }' .list .requests
}

# clean FOLDER...: nothing is on its way there.
clean()
{
	[ -z "$(find "$@" -name '*~new')" ]
}

# The next writer, which takes away what is left over.
write_next()
{
	ok db record-length now/x.kdb 6000 --pass "$1" && clean now
}

# wanted WORD...: what state says before and after the command, in the files of these names.
wanted()
{
	fresh
	state file:pw >before
	tested "$@"
	state file:pw >after
	run ! cmp -s before after
}

# The command that was killed, run to its end: it takes away what it left of its outputs, too.
again()
{
	tested "${command[@]}" && clean now out
}

# either: all is there as before, and the command can be run again; or all is as it was to be.
either()
{
	state file:pw >seen || return 1
	if cmp -s seen before; then
		write_next file:pw && state file:pw | cmp - before &&
			again && state file:pw | cmp - after && found=old
	elif cmp seen after; then
		write_next file:pw && state file:pw | cmp - after && found=new
	fi
}

# list_points WORD...: the command's calls from its first look at the database on, as "CALL N" with N
# from 1 on for each. A helping thread's calls change nothing.
list_points()
{
	local all=

	[ "${KYMAN_FAULTS-}" != all ] || all=yes
	fresh
	strace -f -o .trace "$program" "$@" >.out 2>.err </dev/null || return
	awk -v all="$all" -v calls=" $calls " '
		!main { main = $1 }
		$1 != main || $2 !~ /^[a-z]/ { next }
		{ call = $2; sub(/\(.*/, "", call); count[call]++ }
		/now\// { begun = 1 }
		begun && call !~ /^exit/ && (all || index(calls, " " call " ")) { print call, count[call] }' .trace
}

# kill_at CALL N WORD...; the shell need not say that it was killed.
kill_at()
{
	{
		strace -f -o .trace -e "inject=$1:signal=KILL:when=$2" "$program" "${@:3}" >.out 2>.err </dev/null ||
			true
	} 2>/dev/null
}

# The files are those that were there before, and no others.
untouched()
{
	diff -r old now >/dev/null && [ -z "$(ls out)" ]
}

# each_kill NAME CHECK WORD...: the command, killed at one call after the other, and CHECK after each.
# Files that nothing was done to are checked once.
each_kill()
{
	local name=$1 check=$2 call n points=0 old=0 new=0 bad=0 unchanged=

	shift 2
	command=("$@")
	list_points "$@" >.points
	while read -r call n <&4; do
		fresh
		kill_at "$call" "$n" "$@"
		points=$((points + 1)) found=
		if ! untouched; then
			"$check" >.told 2>&1 || found=
		elif [ -n "$unchanged" ]; then
			found=$unchanged
		else
			"$check" >.told 2>&1 || found=
			unchanged=$found
		fi
		case $found in
		old) old=$((old + 1)) ;;
		new) new=$((new + 1)) ;;
		*)
			bad=$((bad + 1))
			echo "killed at $call $n:"
			cat .told .err
			ls -l now
			;;
		esac
	done 4<.points
	echo "# $name: points $points, old $old, new $new, bad $bad" >&3
	[ "$bad" -eq 0 ] && [ "$old" -gt 0 ] && [ "$new" -gt 0 ]
}
