# SPDX-License-Identifier: GPL-3.0-or-later
"""Full disks of every size, a limit on the size of files, /dev/full, a closed standard output."""
import ctypes
import os
import resource
import subprocess

from engine import ALL, DONE, left_overs, restore, snapshot
from operations import Operation, readers, table

PRELOADS = False
PAGE = 4096
PAGES_MAX = 64
CLONE_NEWNS = 0x00020000
HELP = ('--help', '--version', 'help', 'help cert create', 'help examples', '-version')


def choose(worlds):
    return [*table(worlds), *readers(worlds),
            *(Operation('print ' + text, 'empty', text.split(), writes=False) for text in HELP)]


class Mounts:
    """Whether disks can be made here."""
    possible = False


def begin():
    """A name space of our own for the mounts."""
    why = why_no_mounts()
    Mounts.possible = not why
    if why:
        print(f'# no disks of every size: {why}')


def why_no_mounts():
    if os.geteuid() != 0:
        return 'mounting needs root'
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        return 'no name space of our own for mounts'
    quiet = {'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL, 'check': False}
    for words in (['mount', '--make-rprivate', '/'],
                  ['mount', '-t', 'tmpfs', 'kyman', '/mnt'], ['umount', '/mnt']):
        try:
            if subprocess.run(words, **quiet).returncode != 0:
                return 'mount fails'
        except FileNotFoundError:
            return 'mount is not installed'
    return None


def run(case, tally):
    if case.op.writes:
        if Mounts.possible:
            small_disks(case, tally)
        limited_files(case, tally)
    outputs(case, tally)


# ---- disks -----------------------------------------------------------------------------------

def mount(case, *options):
    subprocess.run(['mount', '-t', 'tmpfs', '-o', ','.join(('mode=700', *options)), 'kyman',
                    case.folder], check=True)


def spread(first, last):
    """Some of them, the last ones for certain big enough."""
    return [first, first + 2, first + 4, first + 8, last]


def small_disks(case, tally):
    """Of every size in pages, and with every number of files, until it is enough."""
    restore(case.folder, {})
    used = len(case.old_files) + 1
    for what, first, last, option in (
            ('KiB', 1, PAGES_MAX, lambda n: f'size={n * PAGE}'),
            ('files', used, used + 16, lambda n: f'size=1m,nr_inodes={n}')):
        for n in range(first, last) if ALL else spread(first, last):
            shown = f"a disk of {n * PAGE // 1024 if what == 'KiB' else n} {what}"
            mount(case, option(n))
            try:
                done = on_disk(case, tally, shown)
            finally:
                subprocess.run(['umount', case.folder], check=True)
            if done:
                break
    case.fresh()


def on_disk(case, tally, where):
    try:
        restore(case.folder, case.old_files)
    except OSError:
        return False  # what was there before has no room
    result = case.tools.run(case.op.words, case.folder)
    left = left_overs(snapshot(case.folder))
    tally.add(f'{left} left over' if left else case.verdict(result), where)
    return result.returncode == DONE


# ---- sizes -----------------------------------------------------------------------------------

def limited_files(case, tally):
    """ulimit -f, in bytes."""
    most = max([len(data) for name, data in case.new_files.items()
                if data != case.old_files.get(name)] or [0])
    for size in sorted({*range(0, most, max(1, most // (32 if ALL else 2))), max(0, most - 1)}):
        case.fresh()
        result = case.tools.run(case.op.words, case.folder, preexec_fn=lambda size=size:
                                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
        left = left_overs(snapshot(case.folder))
        tally.add(f'{left} left over' if left else case.verdict(result), f'ulimit of {size} bytes')
    case.fresh()


# ---- outputs ---------------------------------------------------------------------------------

def outputs(case, tally):
    """Who prints says so when it cannot."""
    with open('/dev/full', 'wb') as full:
        check_output(case, tally, '/dev/full', stdout=full)
    check_output(case, tally, 'closed standard output', stdout=None,
                 preexec_fn=lambda: os.close(1))
    for option in ('--out', '--key-out'):
        if option in case.op.words and case.op.outputs:
            words = list(case.op.words)
            words[words.index(option) + 1] = '/dev/full'
            check_output(case, tally, option + ' /dev/full', words)


def check_output(case, tally, where, words=None, **options):
    if not words and not case.output:
        return
    case.fresh()
    result = case.tools.run(words or case.op.words, case.folder, **options)
    if result.returncode == DONE:
        tally.add('status 0', where)
    else:
        tally.add(case.verdict(result), where)
