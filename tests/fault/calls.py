# SPDX-License-Identifier: GPL-3.0-or-later
"""The n-th call of one kind fails, or does a part of what was asked for."""
import errno

from engine import ALL
from operations import readers, table

PRELOADS = True
SAMPLE = 1
FAILING = ('open', 'read', 'write', 'sync', 'rename', 'unlink', 'truncate', 'lock', 'random',
           'mode', 'close')
ERRORS = ('EIO', 'ENOSPC', 'EINTR', 'EDQUOT')
# After these the command has to do its work all the same.
HARMLESS = (('read', 'EINTR'), ('write', 'EINTR'), ('read', 'short'), ('write', 'short'))


def choose(worlds):
    return [*readers(worlds), *table(worlds)]


def run(case, tally):
    for i, calls in enumerate(FAILING):
        for error in ERRORS if ALL else [ERRORS[(i + len(tally.name)) % len(ERRORS)]]:
            if (calls, error) not in HARMLESS:
                case.each_point(tally, f'{error} at {calls}', SAMPLE, calls=calls,
                                do=getattr(errno, error))
    for calls, what in HARMLESS:
        case.each_point(tally, f'{what} at {calls}', SAMPLE, calls=calls, must=True,
                        do=getattr(errno, what, what))
