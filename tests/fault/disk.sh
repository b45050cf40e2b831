#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Full disks, limits on the size of files, and outputs that cannot be written.

exec sh "${top_srcdir:?}/tests/run-faults.sh" disk
