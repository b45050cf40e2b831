#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes fold.def and width.def into the folder given, from Python's Unicode data.

    src/base/gen-unicode.py src/base

Run by hand when Unicode moves on; the tables are kept in the tree.
"""

import os
import sys
import unicodedata

POINTS = [p for p in range(0x110000) if not 0xD800 <= p <= 0xDFFF]


def fold(point):
    """The simple folding. str.casefold is the full one; where that gives several characters, the
    simple one (status S) is the lower-case letter, or there is none."""
    full = chr(point).casefold()
    if len(full) > 1:
        full = chr(point).lower()
    return ord(full) if len(full) == 1 else point


def fold_runs():
    """[first, last, step, delta]: every step-th point from first to last folds to itself + delta."""
    runs = []
    for point in POINTS:
        delta = fold(point) - point
        if not delta:
            continue
        run = runs[-1] if runs else None
        if run and run[3] == delta:
            step = point - run[1]
            if run[2] == step or (run[0] == run[1] and step <= 2):
                run[1:3] = [point, step]
                continue
        runs.append([point, point, 1, delta])
    return runs


def is_wide(point):
    """Python says F of points that are not assigned; the standard says W in the CJK planes only."""
    if unicodedata.category(chr(point)) == "Cn":
        return 0x20000 <= point <= 0x3FFFD and point & 0xFFFF <= 0xFFFD
    return unicodedata.east_asian_width(chr(point)) in "WF"


def is_zero(point):
    """Combining marks, format characters but for the soft hyphen, and the Hangul vowels and finals
    that join the letter before them."""
    if point == 0xAD:
        return False
    return unicodedata.category(chr(point)) in ("Mn", "Me", "Cf") or 0x1160 <= point <= 0x11FF


def ranges(test):
    found = []
    for point in POINTS:
        if not test(point):
            continue
        if found and found[-1][1] == point - 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    return found


def write(path, what, lines):
    with open(path, "w", encoding="ascii") as out:
        out.write(f"/* {what}\n * Unicode {unicodedata.unidata_version};"
                  " made by src/base/gen-unicode.py. */\n")
        out.writelines(line + "\n" for line in lines)


def main(folder):
    write(os.path.join(folder, "fold.def"),
          "Simple case folding: FOLD(first, last, step, what is added), in order.",
          [f"FOLD(0x{a:04X}, 0x{b:04X}, {step}, {delta})" for a, b, step, delta in fold_runs()])
    wide = [f"WIDE(0x{a:04X}, 0x{b:04X})" for a, b in ranges(is_wide)]
    zero = [f"ZERO(0x{a:04X}, 0x{b:04X})" for a, b in ranges(lambda p: is_zero(p) and not is_wide(p))]
    write(os.path.join(folder, "width.def"),
          "Columns on a terminal: WIDE (two) and ZERO (none), each in order; all others take one.",
          wide + zero)


if __name__ == "__main__":
    main(sys.argv[1])
