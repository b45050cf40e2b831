#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The scripts are as shellcheck wants them.

cd "${top_srcdir:?}" || exit 99
if ! command -v shellcheck >/dev/null 2>&1; then
	echo "1..0 # SKIP shellcheck is not installed"
	exit 0
fi

# It reads files in the locale's encoding.
LC_ALL=C.UTF-8
export LC_ALL
n=0
for file in bootstrap .ci/run tests/*.sh tests/*/*.sh tests/*/*.bats tests/*/*.bash; do
	[ -f "$file" ] || continue
	n=$((n + 1))
	case $file in
	*.bats) dialect='-s bats' ;;
	*.bash) dialect='-s bash' ;;
	*) dialect='' ;;
	esac
	# shellcheck disable=SC2086 # none or two words
	if bad=$(shellcheck -x $dialect "$file" 2>&1); then
		echo "ok $n - $file"
	else
		printf 'not ok %d - %s\n' "$n" "$file"
		printf '%s\n' "$bad" | sed 's/^/# /'
	fi
done
echo "1..$n"
