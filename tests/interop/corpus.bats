#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Files of other projects, read where KYMAN_CORPUS says they are.

@test "every PKCS#12 file that opens, imported and exported again, holds the same certificates and keys" {
	[ -n "${KYMAN_CORPUS:-}" ] || skip 'KYMAN_CORPUS is not set'
	/usr/bin/python3 "${top_srcdir:?}/tests/interop/corpus.py" "$KYMAN" "$KYMAN_CORPUS" "$BATS_TEST_TMPDIR"
}
