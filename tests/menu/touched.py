#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which lines of the menus no transcript takes.

touched.py LIST TRANSCRIPT...: LIST has a line for each line of a screen, "TITLE<TAB>KEY<TAB>TEXT",
as test-ui-menus --list prints them. Those that nobody chose are printed; status 1 if there are."""

import re
import sys

TITLE = re.compile(r"^ {10,}(\S.*)$")
LINE = re.compile(r"^ {1,4}(\d+b?) - (.*)$")
PROMPT = re.compile(r"^(Enter option number|Select |Enter label number).*:$")
ANY_LABEL = "LABEL"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def taken(lines, titles):
    """The screens' lines that a transcript chooses: title, key and text of each."""
    title, texts, asked = None, {}, False
    for line in lines:
        if asked and title:
            yield title, line, texts.get(line, "")
        asked = bool(PROMPT.match(line))
        heading = TITLE.match(line)
        shown = LINE.match(line)
        if heading and heading.group(1) in titles:
            title, texts = heading.group(1), {}
        elif shown:
            texts[shown.group(1)] = shown.group(2)


def main():
    wanted = [tuple(line.split("\t")) for line in read(sys.argv[1])]
    titles = {title for title, _, _ in wanted}
    touched = set()
    for path in sys.argv[2:]:
        touched.update(taken(read(path), titles))
    labels = {(title, key) for title, key, _ in touched}
    missing = [line for line in wanted
               if line not in touched and not (line[2] == ANY_LABEL and line[:2] in labels)]
    for line in missing:
        print("no transcript takes:", *line)
    sys.exit(1 if missing or not wanted else 0)


main()
