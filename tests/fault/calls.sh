#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Calls of the system fail, or do only a part: each in its turn.

exec sh "${top_srcdir:?}/tests/run-faults.sh" calls
