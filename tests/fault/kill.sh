#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Commands that write are killed: at every call, at any moment, right after a change.

exec sh "${top_srcdir:?}/tests/run-faults.sh" kill
