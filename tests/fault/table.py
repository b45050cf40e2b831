# SPDX-License-Identifier: GPL-3.0-or-later
"""table.py LOG...: what the logs of the fault tests say, by operation, and kyman's row of the table
of commands that are killed: bad of all, as for other tools in doc/RELIABILITY."""
import os
import re
import sys

LINE = re.compile(r'# (.+): points (\d+), old (\d+), new (\d+), bad (\d+)$')
PART = re.compile(r'#   (.+): (\d+) points, (\d+) bad$')
PARTS = ('at any moment', 'after a change', 'at every call', 'by strace')


def read(paths):
    """Rows by operation, and the kinds of kills of all of them together."""
    rows, parts = {}, {}
    for path in paths:
        kind = os.path.basename(path).removesuffix('.log')
        with open(path, encoding='utf-8', errors='replace') as file:
            for line in file:
                row, part = LINE.match(line), PART.match(line)
                if row:
                    rows.setdefault(row.group(1), {})[kind] = [int(n) for n in row.groups()[1:]]
                if part:
                    count = parts.setdefault(part.group(1), [0, 0])
                    count[0] += int(part.group(2))
                    count[1] += int(part.group(3))
    return rows, parts


def total(counts):
    return [sum(column) for column in zip(*counts)]


def main(paths):
    rows, parts = read(paths)
    if not rows:
        print('no figures')
        return
    print(f"{'operation':<34} {'points':>8} {'old':>8} {'new':>8} {'bad':>5}")
    for name in sorted(rows):
        points, old, new, bad = total(rows[name].values())
        print(f'{name:<34} {points:>8} {old:>8} {new:>8} {bad:>5}')
    kinds = sorted({kind for row in rows.values() for kind in row})
    print(f"\n{'test':<34} {'points':>8} {'old':>8} {'new':>8} {'bad':>5}")
    for kind in kinds:
        points, old, new, bad = total(row[kind] for row in rows.values() if kind in row)
        print(f'{kind:<34} {points:>8} {old:>8} {new:>8} {bad:>5}')
    points, old, new, bad = total(count for row in rows.values() for count in row.values())
    print(f"{'all':<34} {points:>8} {old:>8} {new:>8} {bad:>5}")
    print('\nkill -9 during a save: bad of all')
    print('| program | ' + ' | '.join(PARTS) + ' |\n|' + ' --- |' * (len(PARTS) + 1))
    print('| kyman | ' + ' | '.join(f'{parts[part][1]} of {parts[part][0]}' if part in parts else '-'
                                    for part in PARTS) + ' |')


if __name__ == '__main__':
    main(sys.argv[1:])
