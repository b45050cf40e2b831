#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program on a terminal of its own and plays a scene with it.

terminal.py SCENE WORD...: SCENE is a list of steps with commas between:
  wait=TEXT   until the terminal has shown this, after what was waited for before
  type=TEXT   and a line feed
  text=TEXT   and none
  key=N       one byte
  end         end of input
  signal=N    to the program
  echo=on|off the terminal's state is this
  hang        the terminal is gone; nothing can be shown behind it
  size=N      the terminal has so many columns now
  look=FOLDER keeps what /proc says of the program, as far as it may be read, there
What the terminal showed goes to stdout; the exit status is the program's, or 128 and its signal.
99: the scene could not be played."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

LIMIT = 20


def echo_is_on(fd):
    return bool(termios.tcgetattr(fd)[3] & termios.ECHO)


class Terminal:
    def __init__(self, words):
        self.shown = b""
        self.seen = 0
        self.pid, self.fd = pty.fork()
        if not self.pid:
            # Whoever started the tests in the background of a script had them ignored.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.signal(signal.SIGQUIT, signal.SIG_DFL)
            os.execv(words[0], words)

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return True
        try:
            part = os.read(self.fd, 4096)
        except OSError:
            part = b""
        self.shown += part
        return bool(part)

    def until(self, what, done):
        end = time.monotonic() + LIMIT
        while not done():
            if time.monotonic() > end:
                self.fail(what)
            if not self.read(0.05) and not done():
                self.fail(what)

    def fail(self, what):
        sys.stdout.buffer.write(self.shown)
        print("\nscene broke at:", what)
        os.kill(self.pid, signal.SIGKILL)
        sys.exit(99)

    def wait(self, text):
        def done():
            at = self.shown.find(text.encode(), self.seen)
            if at >= 0:
                self.seen = at + len(text)
            return at >= 0
        self.until("wait=" + text, done)

    def echo(self, state):
        self.until("echo=" + state, lambda: echo_is_on(self.fd) == (state == "on"))

    def type(self, text):
        os.write(self.fd, text.encode() + b"\n")

    def text(self, text):
        os.write(self.fd, text.encode())

    def size(self, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(columns), 0, 0))

    def look(self, folder):
        os.makedirs(folder, exist_ok=True)
        for name in ("cmdline", "environ", "limits", "status"):
            try:
                with open(f"/proc/{self.pid}/{name}", "rb") as file:
                    data = file.read()
            except PermissionError:
                data = b"refused"
            with open(f"{folder}/{name}", "wb") as file:
                file.write(data)
        with open(f"{folder}/owner", "w", encoding="ascii") as file:
            print(os.stat(f"/proc/{self.pid}/mem").st_uid, file=file)

    def key(self, number):
        os.write(self.fd, bytes([int(number)]))

    def end(self, _):
        os.write(self.fd, b"\x04")

    def signal(self, number):
        os.kill(self.pid, int(number))

    def hang(self, _):
        os.close(self.fd)
        self.fd = -1

    def status(self):
        """When it ends, which it must soon."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return status
            time.sleep(0.05)
        self.fail("end")

    def finish(self):
        if self.fd < 0:
            return self.exit_status(self.status())
        # The terminal's last state, before it goes with its last user.
        while self.read(0.05):
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                break
        else:
            _, status = os.waitpid(self.pid, 0)
        while self.read(0.05) and select.select([self.fd], [], [], 0)[0]:
            pass
        sys.stdout.buffer.write(self.shown)
        sys.stdout.flush()
        return self.exit_status(status)

    @staticmethod
    def exit_status(status):
        if os.WIFSIGNALED(status):
            return 128 + os.WTERMSIG(status)
        return os.WEXITSTATUS(status)


def main():
    steps, words = sys.argv[1], sys.argv[2:]
    terminal = Terminal(words)
    for step in steps.split(","):
        if step:
            name, _, value = step.partition("=")
            getattr(terminal, name)(value)
    sys.exit(terminal.finish())


main()
