# SPDX-License-Identifier: GPL-3.0-or-later
"""A crash of the machine. The calls of an undisturbed run that change files are recorded, and played
to a model of a file system that promises no more than POSIX: what was not synced may be lost, in part
or in whole, in any order; a rename is one step. For each prefix of the calls, every folder is built
that a crash at that moment may leave."""
import itertools
import os
import random
import subprocess

from engine import ALL, restore
from operations import table

PRELOADS = True
SHARE = 0.1  # of the folders, in a selection
SUBSETS_MAX = 6  # of more calls that wait for a sync, not all subsets are tried


def choose(worlds):
    return table(worlds)


class Inode:
    """A file: what is on the disk for certain, and what was written since."""

    def __init__(self, data=b''):
        self.durable = data
        self.now = data
        self.writes = []

    def write(self, at, data):
        self.now = self.put(self.now, at, data)
        self.writes.append((at, data))

    def truncate(self, size):
        self.now = self.now[:size].ljust(size, b'\0')
        self.writes.append((size, None))

    def sync(self):
        self.durable = self.now
        self.writes = []

    @staticmethod
    def put(data, at, more):
        return data[:at].ljust(at, b'\0') + more + data[at + len(more):]

    def replay(self, writes):
        data = self.durable
        for at, more in writes:
            data = data[:at].ljust(at, b'\0') if more is None else self.put(data, at, more)
        return data

    def images(self):
        """What a crash may leave of it."""
        if not self.writes:
            return {self.now}
        half = len(self.now) // 2
        return {self.durable, self.now, self.now[:half], bytes(len(self.now)),
                self.now[:half].ljust(len(self.now), b'\0'),
                self.replay(self.writes[:-1]), self.replay(self.writes[1:])}


class Disk:
    """A folder: names on the disk, and the changes of names since."""

    def __init__(self, files):
        self.names = {name: Inode(data) for name, data in files.items()}
        self.durable = dict(self.names)
        self.pending = []
        self.open = {}

    def change(self, **names):
        self.pending.append(names)
        self.apply(self.names, names)

    @staticmethod
    def apply(names, change):
        for name, inode in change.items():
            if inode:
                names[name] = inode
            else:
                names.pop(name, None)

    def sync(self):
        self.durable = dict(self.names)
        self.pending = []

    def subsets(self):
        count = len(self.pending)
        if count <= SUBSETS_MAX:
            return itertools.chain.from_iterable(
                itertools.combinations(self.pending, n) for n in range(count + 1))
        return itertools.chain(
            (self.pending[:n] for n in range(count + 1)),
            (self.pending[:n] + self.pending[n + 1:] for n in range(count)),
            ([one] for one in self.pending))

    def images(self):
        """Every folder that a crash now may leave: name to bytes."""
        for subset in self.subsets():
            names = dict(self.durable)
            for change in subset:
                self.apply(names, change)
            inodes = list({id(inode): inode for inode in names.values()}.values())
            for data in itertools.product(*(sorted(inode.images()) for inode in inodes)):
                of = dict(zip(map(id, inodes), data))
                yield {name: of[id(inode)] for name, inode in names.items()}


class Player:
    """Plays the recorded lines to a Disk."""

    def __init__(self, folder, files):
        self.folder = folder
        self.disk = Disk(files)
        self.at = {}

    def name(self, path):
        """The name in the folder, None for what lies elsewhere, '' for the folder."""
        path = os.path.normpath(os.path.join(self.folder, path))
        if path == self.folder:
            return ''
        return os.path.basename(path) if os.path.dirname(path) == self.folder else None

    def play(self, line):
        call, *words = line.split('\t')
        getattr(self, 'on_' + call)(*words)

    def on_open(self, fd, flags, path):
        name, flags = self.name(path), int(flags)
        self.disk.open.pop(fd, None)
        if name is None:
            return
        if not name:
            self.disk.open[fd] = self.disk
            return
        if name not in self.disk.names:
            self.disk.change(**{name: Inode()})
        self.disk.open[fd] = self.disk.names[name]
        self.at[fd] = 0
        if flags & os.O_TRUNC:
            self.disk.open[fd].truncate(0)

    def on_write(self, fd, digits):
        inode, data = self.disk.open.get(fd), bytes.fromhex(digits)
        if inode:
            inode.write(self.at[fd], data)
            self.at[fd] += len(data)

    def on_truncate(self, fd, size):
        if fd in self.disk.open:
            self.disk.open[fd].truncate(int(size))

    def on_sync(self, fd):
        if fd in self.disk.open:
            self.disk.open[fd].sync()

    def on_close(self, fd):
        self.disk.open.pop(fd, None)

    def on_rename(self, old, new):
        old, new = self.name(old), self.name(new)
        if old and new:
            self.disk.change(**{new: self.disk.names[old], old: None})

    def on_link(self, old, new):
        old, new = self.name(old), self.name(new)
        if old and new:
            self.disk.change(**{new: self.disk.names[old]})

    def on_unlink(self, path):
        if self.name(path):
            self.disk.change(**{self.name(path): None})


def record(case):
    log = os.path.join(case.root, 'log')
    if os.path.exists(log):
        os.unlink(log)
    case.fresh()
    result = case.tools.run(case.op.words, case.folder, case.tools.fault_env(log=log))
    if result.returncode != 0:
        raise RuntimeError(result.stderr.decode())
    with open(log, encoding='utf-8', errors='surrogateescape') as file:
        return file.read().split('\n')[:-1]


def run(case, tally):
    lines = record(case)
    player = Player(case.folder, case.old_files)
    crashed = subprocess.CompletedProcess([], -9, b'', b'')
    known = {}
    chance = random.Random(tally.name)
    for number in range(len(lines) + 1):
        if number:
            player.play(lines[number - 1])
        for image in player.disk.images():
            key = tuple(sorted(image.items()))
            if key not in known and not ALL and number < len(lines) and chance.random() > SHARE:
                continue
            if key not in known:
                restore(case.folder, image)
                known[key] = case.verdict(crashed, killed=True)
            verdict = known[key]
            if number == len(lines) and case.op.writes and verdict == 'old':
                verdict = f'lost after it was said to be done: {sorted(image)}'
            tally.add(verdict, f'crash after call {number} of {len(lines)} '
                      f'({lines[number - 1][:80] if number else "-"}), {sorted(image)}')
