# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL: at every call, at random moments, and right after the folder changes."""
import ctypes
import os
import random
import select
import shutil
import signal
import subprocess
import time

from engine import ALL
from operations import table

PRELOADS = True
SAMPLE = 6
EVERY = 'open,read,write,sync,rename,unlink,truncate,lock,random,mode,close'
# These at as many moments as other tools were (doc/RELIABILITY), the others at fewer.
FIRST = ('db create', 'db passwd', 'cert create', 'cert import of p12', 'cert delete', 'csr create')
# At most how long after the folder changed.
SOON = 0.002
SYSTEM_CALLS = 'write,fsync,rename,renameat2,unlink,openat,fchmod,close,flock'
IN_CHANGES = 0x2 | 0x4 | 0x8 | 0x40 | 0x80 | 0x100 | 0x200  # modify to delete, moves, mode


def choose(worlds):
    return table(worlds)


def run(case, tally):
    case.each_point(tally, 'killed at call', SAMPLE, part='at every call', calls=EVERY, do='kill')
    chance = random.Random(tally.name)
    for _ in range(moments(case)):
        killed_at(case, tally, chance.uniform(0, case.seconds * 1.2))
    for _ in range(moments(case)):
        killed_after_change(case, tally, chance.uniform(0, SOON))
    traced(case, tally)


def moments(case):
    if not ALL:
        return 1
    return 200 if case.op.name.split(' ', 1)[1] in FIRST else 30


def end(case, tally, process, where, part):
    process.send_signal(signal.SIGKILL)
    status = process.wait()
    result = subprocess.CompletedProcess([], status, b'', b'')
    tally.add(case.verdict(result, status == -signal.SIGKILL), where, part)


def killed_at(case, tally, seconds):
    case.fresh()
    process = case.tools.start(case.op.words, case.folder)
    time.sleep(seconds)
    end(case, tally, process, f'killed after {seconds:.4f} s', 'at any moment')


def killed_after_change(case, tally, seconds):
    case.fresh()
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_CLOEXEC)
    try:
        if watch < 0 or libc.inotify_add_watch(watch, case.folder.encode(), IN_CHANGES) < 0:
            return
        process = case.tools.start(case.op.words, case.folder)
        while process.poll() is None and not select.select([watch], [], [], 0.01)[0]:
            pass
        time.sleep(seconds)
        end(case, tally, process, f'killed {seconds:.4f} s after a change',
            'after a change')
    finally:
        os.close(watch)


def strace(case, words, **options):
    return subprocess.run(['strace', '-f', '-o', os.path.join(case.root, 'trace'), *words,
                           case.tools.kyman, *case.op.words], cwd=case.folder,
                          env=dict(case.tools.env, ASAN_OPTIONS='detect_leaks=0'),
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False, **options)


def traced(case, tally):
    """A sample with strace, which sees the calls that the C library makes inside itself too."""
    if not shutil.which('strace'):
        return
    names = SYSTEM_CALLS.split(',')
    case.fresh()
    if strace(case, ['-e', 'trace=' + SYSTEM_CALLS]).returncode != 0:
        return
    with open(os.path.join(case.root, 'trace'), encoding='ascii', errors='replace') as file:
        lines = file.read().split('\n')
    points = [(name, n) for name in names
              for n in range(1, 1 + sum(f' {name}(' in line for line in lines))]
    for name, n in random.Random(tally.name).sample(points, min(len(points), 12 if ALL else 1)):
        case.fresh()
        result = strace(case, ['-e', f'inject={name}:signal=KILL:when={n}'])
        tally.add(case.verdict(subprocess.CompletedProcess([], result.returncode, b'', b''), True),
                  f'killed at {name} {n}', 'by strace')
