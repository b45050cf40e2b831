#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories that the menus are told, and what they answer.

transcript.py STORY.in...: each story is told in a scratch folder of its own, and what comes of it
compared with STORY.out; with KYMAN_UPDATE=1 it is written there instead.

A story is a list of answers, a line each, and lines that begin with
  #! at the top: a command for sh that makes what the story needs; $KYMAN is the program, $STORIES
     this folder, $PW the word secret12
  #> the program is run (again), with these words (menu)
  #  a comment"""

import concurrent.futures
import difflib
import os
import re
import subprocess
import sys
import tempfile

LIMIT = 60  # seconds that one run may take
WORKERS = 2
LEFT_OUT = {"HOME", "KYMAN_DB", "CREDENTIALS_DIRECTORY", "COLUMNS", "NO_COLOR"}
DATE = re.compile(r"\b\d{4}(?:/\d\d/\d\d(?: \d\d:\d\d:\d\d)?|-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\dZ?)?)")
SERIAL = re.compile(r"^( *Serial number: )[0-9A-Fa-f]+$", re.M)
HEX = r"[0-9A-F]{2}(?: [0-9A-F]{2})"
BYTES = re.compile(r"^( *(?:[A-Z][a-z ]+: )?)" + HEX + r"{3,15}$")
MORE_BYTES = re.compile(r"^( +)" + HEX + r"{0,15}$")


class Run:
    """One time that the program is run: its words and the answers."""

    def __init__(self, words):
        self.words = words
        self.answers = []

    def input(self, count=None):
        return "".join(line + "\n" for line in self.answers[:count]).encode()


class Story:
    def __init__(self, path):
        self.path = path
        self.setup = []
        self.runs = []
        with open(path, encoding="utf-8") as file:
            for line in file.read().splitlines():
                self.take(line)

    def take(self, line):
        if line.startswith("#!"):
            self.setup.append(line[2:].strip())
        elif line.startswith("#>"):
            self.runs.append(Run(line[2:].split()))
        elif not line.startswith("#"):
            if not self.runs:
                self.runs.append(Run(["menu"]))
            self.runs[-1].answers.append(line)

    def name(self):
        return os.path.basename(self.path)


def environment():
    env = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    env.update(TZ="UTC", LC_ALL="C", PW="secret12", STORIES=os.path.dirname(os.path.abspath(__file__)))
    return env


def program():
    return os.environ["KYMAN"]


def prepare(story, folder):
    """Runs the story's commands in the folder."""
    script = "\n".join(["set -e"] + story.setup)
    made = subprocess.run(["sh", "-c", script], cwd=folder, env=environment(), timeout=LIMIT,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if made.returncode:
        sys.exit("%s: its commands failed:\n%s" % (story.name(), made.stdout.decode()))


def run(words, answers, folder):
    """What the program prints, and its status."""
    done = subprocess.run([program()] + words, input=answers, cwd=folder, env=environment(),
                          timeout=LIMIT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.decode("utf-8", "backslashreplace"), done.returncode


def without_bytes(text):
    """Bytes, and the lines that go on with them, are some bytes."""
    lines = []
    for line in text.split("\n"):
        on = lines and lines[-1].endswith("BYTES") and MORE_BYTES.match(line)
        found = on or BYTES.match(line)
        lines.append(found.group(1) + "BYTES" if found else line)
    return "\n".join(lines)


def normal(text, folder):
    """The text without what differs from run to run."""
    text = text.replace(os.path.realpath(folder), "PATH")
    text = DATE.sub("DATE", text)
    text = SERIAL.sub(r"\1SERIAL", text)
    return without_bytes(text)


def tell(story):
    """The whole transcript of a story, normal, with the status of each run."""
    text = ""
    with tempfile.TemporaryDirectory() as folder:
        prepare(story, folder)
        for part in story.runs:
            shown, status = run(part.words, part.input(), folder)
            text += "%sstatus %d\n" % (normal(shown, folder), status)
    return text


def golden(path):
    return path[:-len(".in")] + ".out"


def check(path):
    """True where the story goes as it went."""
    text = tell(Story(path))
    if os.environ.get("KYMAN_UPDATE") == "1":
        with open(golden(path), "w", encoding="utf-8") as file:
            file.write(text)
        return True
    with open(golden(path), encoding="utf-8") as file:
        wanted = file.read()
    sys.stdout.writelines(difflib.unified_diff(wanted.splitlines(True), text.splitlines(True),
                                               golden(path), "now"))
    return text == wanted


def each(function, items):
    """Calls the function for all items, a few at a time; True where all calls were."""
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        return all(list(pool.map(function, items)))


if __name__ == "__main__":
    sys.exit(0 if each(check, sys.argv[1:]) else 1)
