#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Commands that write, and a machine that stops: what was not synced is lost in every order.

exec sh "${top_srcdir:?}/tests/run-faults.sh" power
