# SPDX-License-Identifier: GPL-3.0-or-later
"""The n-th allocation fails, then all from the n-th on."""
import errno

from operations import readers, table

PRELOADS = True
SAMPLE = 6


def choose(worlds):
    return [*readers(worlds), *table(worlds)]


def run(case, tally):
    for on in ({}, {'on': 1}):
        case.each_point(tally, 'allocation', SAMPLE, calls='memory', do=errno.ENOMEM, **on)
