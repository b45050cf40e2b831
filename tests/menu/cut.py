#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories that end too early: behind each of their answers in turn.

cut.py STORY...: wherever the answers end, the status says so, nothing is half done, and neither
a file nor a lock is left. What there is depends on nothing but how many jobs were done."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
import transcript  # noqa: E402

DONE = "The same by a command:"
REFUSED = "The answers that follow would be taken for others: this is the end."
DATABASE = re.compile(r".*\.kdb|[a-z]\.p12")  # exports have longer names
ALWAYS_NEW = ("serial", "not_before", "not_after", "sha256", "spki_sha256")
PASSWORDS = ("secret12", "secret13")
GOOD, CANCELLED = 0, 10
NOT_VALID = (2, 5, 8, 9)


class Wrong(Exception):
    pass


def contents(folder):
    """Each file's name and digest."""
    found = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = hashlib.sha256(file.read()).hexdigest()
    return found


def listed(noun, name, folder):
    """What a list of the database has, without what is new each time."""
    done = subprocess.run([transcript.program(), noun, "list", "-d", name, "--pass", "none",
                           "--json"], cwd=folder, stdin=subprocess.DEVNULL,
                          env=transcript.environment(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    answer = json.loads(done.stdout)
    if done.returncode:
        return answer["error"]["code"]
    return [{key: value for key, value in entry.items() if key not in ALWAYS_NEW}
            for entry in answer["entries"]]


def check_opens(name, folder):
    """One of the stories' passwords opens all that is in it."""
    for password in PASSWORDS:
        done = subprocess.run([transcript.program(), "db", "show", name, "--pass", "env:PW"],
                              cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              env=dict(transcript.environment(), PW=password),
                              stderr=subprocess.DEVNULL)
        if done.returncode == 0:
            return
    raise Wrong("%s opens with no password" % name)


def check_unlocked(folder):
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Wrong("%s is locked" % name)


class Cuts:
    """All cuts of one run of a story, which begins with what is in a folder."""

    def __init__(self, run, folder):
        self.run = run
        self.folder = folder
        self.first = contents(folder)
        self.states = {}
        self.lock = threading.Lock()

    def words(self):
        return (self.run.words or ["menu"]) + ["--show-commands"]

    def state(self, folder):
        """Files by name; databases by what is in them."""
        return {name: (listed("cert", name, folder), listed("csr", name, folder))
                if DATABASE.fullmatch(name) else "a file" for name in sorted(os.listdir(folder))}

    def check_status(self, status, text):
        if status not in (GOOD, CANCELLED) and not (status in NOT_VALID and REFUSED in text):
            raise Wrong("status %d" % status)

    def check_files(self, text, folder):
        jobs = text.count(DONE)
        if not jobs and contents(folder) != self.first:
            raise Wrong("no job was done, and the files are others")
        state = self.state(folder)
        with self.lock:
            is_new = jobs not in self.states
            wanted = self.states.setdefault(jobs, state)
        for name in state if is_new else ():
            if DATABASE.fullmatch(name):
                check_opens(name, folder)
        if state != wanted:
            raise Wrong("%d jobs leave\n%s\nor\n%s" % (jobs, state, wanted))

    def check(self, count, start):
        """One cut, in a copy of the folder where the run started."""
        with tempfile.TemporaryDirectory() as top:
            folder = os.path.join(top, "copy")
            shutil.copytree(start, folder)
            text, status = transcript.run(self.words(), self.run.input(count), folder)
            self.check_status(status, text)
            self.check_files(text, folder)
            check_unlocked(folder)


def cut(cuts, start, where):
    """Cuts behind each answer; prints what is wrong, and is true where nothing is."""
    def once(count):
        try:
            cuts.check(count, start)
        except Wrong as wrong:
            print("%s, cut behind answer %d: %s" % (where, count, wrong))
            return False
        return True
    return transcript.each(once, range(len(cuts.run.answers)))


def cut_story(path):
    story = transcript.Story(path + ".in")
    good = True
    with tempfile.TemporaryDirectory() as top:
        folder = os.path.join(top, "folder")
        os.mkdir(folder)
        transcript.prepare(story, folder)
        for number, run in enumerate(story.runs):
            start = os.path.join(top, str(number))
            shutil.copytree(folder, start)
            good &= cut(Cuts(run, start), start, "%s, run %d" % (story.name(), number + 1))
            transcript.run(run.words, run.input(), folder)
    return good


if __name__ == "__main__":
    sys.exit(0 if all([cut_story(path) for path in sys.argv[1:]]) else 1)
