#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Files of other projects, shown where KYMAN_CORPUS says they are.

@test "certificates, requests, keys, PKCS#7 that another tool reads are read; bad PKCS#12 and wrong passphrases are refused" {
	[ -n "${KYMAN_CORPUS:-}" ] || skip 'KYMAN_CORPUS is not set'
	/usr/bin/python3 "${top_srcdir:?}/tests/interop/show-corpus.py" "$KYMAN" "$KYMAN_CORPUS"
}
