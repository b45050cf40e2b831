# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# For tests on a terminal: terminal.py plays scenes with the program.

# need_terminal: or a skip.
need_terminal()
{
	command -v python3 >/dev/null || skip 'python3 is not installed'
	python3 -c 'import os; os.openpty()' 2>/dev/null || skip 'no pseudo-terminals here'
}

# scene STATUS STEPS WORD...: plays it; what the terminal showed in $out.
scene()
{
	local want=$1 steps=$2 got=0

	shift 2
	out=$(python3 "${BASH_SOURCE[0]%/*}/terminal.py" "$steps" "$@") || got=$?
	if [ "$got" -ne "$want" ]; then
		printf 'status %s instead of %s\n%s\n' "$got" "$want" "$out"
		return 1
	fi
}
