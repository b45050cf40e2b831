#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a transcript has all lines of another session, in that session's order.

seed.py LINES STORY.in"""

import re
import sys

sys.dont_write_bytecode = True
import transcript  # noqa: E402

ID = re.compile(r"^((?:Issuer )?Record ID: )\d+$")


def plain(line):
    """A line without what white space says."""
    line = " ".join(line.split())
    return ID.sub(r"\1ID", line)


def lines_of(text):
    return [line for line in map(plain, text.splitlines()) if line]


def wanted_lines(path):
    with open(path, encoding="utf-8") as file:
        return [line for line in lines_of(file.read()) if not line.startswith("#")]


def missing(wanted, lines):
    """The wanted lines that do not come behind those before them."""
    at = 0
    for number, line in enumerate(wanted):
        if line not in lines[at:]:
            yield "%d: %s" % (number + 1, line)
        else:
            at = lines.index(line, at) + 1


def main():
    wanted = wanted_lines(sys.argv[1])
    lost = list(missing(wanted, lines_of(transcript.tell(transcript.Story(sys.argv[2])))))
    for line in lost:
        print("not there, or not in this order:", line)
    sys.exit(1 if lost or not wanted else 0)


main()
