# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault tests. faults.py KIND LIBRARY: memory, calls, kill, power or disk; TAP on standard
output. KYMAN_FAULTS=all in the environment tries every point, else a selection."""
import multiprocessing
import os
import shutil
import sys
import tempfile

import disk
import power
from engine import ALL, Case, Tally, Tools
import memory
import calls
import kill
import operations

KINDS = {'memory': memory, 'calls': calls, 'kill': kill, 'power': power, 'disk': disk}
JOBS = 2
SLOW = 5  # under sanitizers, a selection has one operation of so many


class Job:
    """What a worker needs to know; it is forked, so that nothing is copied."""

    def __init__(self, module, tools, worlds, scratch):
        self.module = module
        self.tools = tools
        self.worlds = worlds
        self.scratch = scratch

    def run(self, operation):
        tally = Tally(operation.name)
        try:
            case = Case(self.tools, operation, self.worlds.files[operation.world], self.scratch)
            self.module.run(case, tally)
        except Exception as error:  # the test itself is what fails then
            tally.bad.append(f'{type(error).__name__}: {error}')
        return tally


JOB = None


def work(operation):
    return JOB.run(operation)


def scratch_folder():
    """In memory where that is to be had: the tests sync a lot."""
    shm = '/dev/shm'
    return tempfile.mkdtemp(prefix='kyman-faults-', dir=shm if os.access(shm, os.W_OK) else None)


def main(name, library):
    global JOB
    module = KINDS[name]
    os.umask(0o022)
    scratch = scratch_folder()
    try:
        if hasattr(module, 'begin'):
            module.begin()
        tools = Tools(os.environ['KYMAN'], os.path.abspath(library))
        if module.PRELOADS and not tools.preload_works(scratch):
            print('1..0 # SKIP a library cannot be preloaded here')
            return
        worlds = operations.Worlds(tools, scratch)
        JOB = Job(module, tools, worlds, scratch)
        only = os.environ.get('KYMAN_FAULTS_ONLY')
        chosen = [op for op in module.choose(worlds) if not only or only in op.name]
        if tools.sanitized and not ALL and not only:
            chosen = chosen[::SLOW]
        print(f'1..{len(chosen)}')
        print(f"# {name}: {'every point' if ALL else 'a selection'}", flush=True)
        with multiprocessing.get_context('fork').Pool(JOBS) as pool:
            for number, tally in enumerate(pool.imap(work, chosen), 1):
                tally.print(number)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
