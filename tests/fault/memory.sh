#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Allocations fail: each in its turn, and all from each on.

exec sh "${top_srcdir:?}/tests/run-faults.sh" memory
