# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine of the fault tests: runs one command in a fresh copy of a folder while something goes
wrong, and tells whether what is left is the old state, the new one, or neither."""
import json
import os
import re
import shutil
import stat
import subprocess
import time

ALL = os.environ.get('KYMAN_FAULTS') == 'all'
TIMEOUT = 60
DONE, FINDINGS, FAILED, NO_SECRET = 0, 3, 1, 5
# What a message says where the change was made and something after it failed.
CHANGED = re.compile(r'was (written|saved|changed|removed)')
CRASH = re.compile(r'fault: crash in (\S+)')
# Nothing here is kyman's: these end the process when there is no memory.
LIBRARIES = re.compile(r'lib(gmp|gnutls|tasn1|nettle|hogweed|p11-kit|unistring|jansson|smartcols)\.')


class Tools:
    """The program, the preloaded library, and the environment both run in."""

    def __init__(self, kyman, library):
        self.kyman = kyman
        self.library = library
        with open(kyman, 'rb') as file:
            self.sanitized = b'__asan_init' in file.read()
        self.env = {k: v for k, v in os.environ.items()
                    if k not in ('KYMAN_DB', 'NO_COLOR', 'CREDENTIALS_DIRECTORY', 'KYMAN_FAULTS')}

    def fault_env(self, **faults):
        """The environment in which the library is preloaded and does what is asked for."""
        env = dict(self.env, LD_PRELOAD=self.library)
        # The library comes before that of the sanitizer, and crashes are its to name.
        options = env.get('ASAN_OPTIONS')
        env['ASAN_OPTIONS'] = (options + ':' if options else '') + \
            'verify_asan_link_order=0:detect_leaks=0:allocator_may_return_null=1'
        env.update({'FAULT_' + name.upper(): str(value) for name, value in faults.items()})
        return env

    def run(self, words, folder, env=None, **options):
        """Runs kyman with these words; what came of it, output as bytes."""
        options.setdefault('stdout', subprocess.PIPE)
        return subprocess.run([self.kyman, *words], cwd=folder, env=env or self.env,
                              stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              timeout=TIMEOUT, check=False, **options)

    def start(self, words, folder, env=None):
        return subprocess.Popen([self.kyman, *words], cwd=folder, env=env or self.env,
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def preload_works(self, folder):
        """True where the library sees the calls of the program."""
        count = os.path.join(folder, '.count')
        result = self.run(['--version'], folder, self.fault_env(calls='close,memory', count=count))
        return result.returncode == DONE and read_count(count) > 0


def read_count(path):
    try:
        with open(path, 'rb') as file:
            return int.from_bytes(file.read(8), 'little')
    except FileNotFoundError:
        return 0


def snapshot(folder):
    """Name to bytes of all files of a folder, sub-folders left out."""
    found = {}
    for entry in os.scandir(folder):
        if entry.is_file(follow_symlinks=False):
            with open(entry.path, 'rb') as file:
                found[entry.name] = file.read()
    return found


def restore(folder, files):
    """Makes the folder hold these files and nothing else."""
    os.makedirs(folder, exist_ok=True)
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)
    for name, data in files.items():
        fd = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, 'wb') as file:
            file.write(data)


def left_overs(files):
    return [name for name in files if name.endswith('~new')]


class Tally:
    """What came of the points of one operation."""

    def __init__(self, name):
        self.name = name
        self.points = self.old = self.new = 0
        self.bad = []
        self.crashes = {}
        self.parts = {}

    def add(self, verdict, where, part=None):
        """part: what these points are counted under, too."""
        self.points += 1
        if part:
            count = self.parts.setdefault(part, [0, 0])
            count[0] += 1
            count[1] += verdict not in ('old', 'new')
        if verdict == 'old':
            self.old += 1
        elif verdict == 'new':
            self.new += 1
        else:
            self.bad.append(f'{where}: {verdict}')

    def line(self):
        return (f'# {self.name}: points {self.points}, old {self.old}, new {self.new}, '
                f'bad {len(self.bad)}')

    def print(self, number):
        """The lines of TAP."""
        ok = not self.bad and self.points > 0
        print(f"{'ok' if ok else 'not ok'} {number} - {self.name}")
        print(self.line())
        for part, (points, bad) in self.parts.items():
            print(f'#   {part}: {points} points, {bad} bad')
        for library, times in sorted(self.crashes.items()):
            print(f'#   {times} of them ended in {library}, which ends the process')
        for bad in self.bad[:5]:
            print('#   bad: ' + bad.replace('\n', ' / ')[:400])
        print(end='', flush=True)


class Case:
    """An operation with its folder: what was before, and what is to be after."""

    def __init__(self, tools, operation, world, scratch):
        self.tools = tools
        self.op = operation
        self.root = os.path.join(scratch, operation.slug)
        self.folder = os.path.join(self.root, 'now')
        self.check = os.path.join(self.root, 'check')
        self.count = os.path.join(self.root, 'count')
        os.makedirs(self.root, exist_ok=True)
        self.old_files = world
        self.known = {}  # of each database, the entries that it had at first
        self.new = self.new_files = None
        self.fresh()
        self.old = self.describe()
        self.learn_new()

    def learn_new(self):
        begin = time.monotonic()
        result = self.tools.run(self.op.words, self.folder)
        self.seconds = time.monotonic() - begin
        if result.returncode != DONE:
            raise RuntimeError(f'{self.op.words}: {result.stderr.decode()}')
        self.output = result.stdout
        self.new_files = snapshot(self.folder)
        self.new = self.describe()
        if left_overs(self.new_files):
            raise RuntimeError(f'{self.op.words} leaves {left_overs(self.new_files)}')
        if self.op.writes and self.new == self.old:
            raise RuntimeError(f'{self.op.words} changes nothing that is looked at: {self.old}')
        self.fresh()

    def fresh(self):
        if os.path.isdir(self.folder) and snapshot(self.folder) == self.old_files:
            return
        restore(self.folder, self.old_files)

    # ---- states ------------------------------------------------------------------------------

    def json(self, *words):
        result = self.tools.run([*words, '--json', '--no-input'], self.folder)
        return json.loads(result.stdout) if result.returncode in (DONE, FINDINGS) else None

    def describe(self):
        """One text for each database and each output, the same for the same state."""
        return [self.database(db) for db in self.op.databases] + \
            [self.output_file(out) for out in self.op.outputs]

    def database(self, db):
        if not os.path.exists(os.path.join(self.folder, db)):
            return f'{db}: none' + (' but its requests' if self.has_rest(db) else '')
        for i, secret in enumerate(self.op.secrets):
            entries = self.json('cert', 'list', '--db', db, '--pass', secret)
            if entries is not None:
                return self.opened(db, i, secret, entries)
        return f'{db}: does not open'

    def has_rest(self, db):
        return os.path.exists(os.path.join(self.folder, os.path.splitext(db)[0] + '.rdb'))

    def opened(self, db, secret_number, secret, entries):
        requests = self.json('csr', 'list', '--db', db, '--pass', secret)
        facts = self.json('db', 'show', db, '--pass', secret)
        if requests is None or facts is None:
            return f'{db}: lists only in part'
        problem = self.all_open(db, secret)
        if problem:
            return f'{db}: {problem}'
        both = entries['entries'] + requests['entries']
        known = self.known.setdefault(db, {self.identity(entry) for entry in both})
        lines = [self.entry_text(entry, known) for entry in both]
        kept = {key: facts[key] for key in ('type', 'counts', 'default', 'record_length', 'fips')}
        kept['expires'] = bool(facts['password_expires'])
        stash = facts['stash'] if self.op.watches_stash else ''
        return '\n'.join([f'{db}: secret {secret_number} {stash} {kept}', *lines])

    @staticmethod
    def identity(entry):
        return (entry['label'], entry['kind'], entry['sha256'], entry['spki_sha256'])

    @classmethod
    def entry_text(cls, entry, known):
        """What an entry is, without what chance made, but whether it is one that was there."""
        shown = [entry[key] for key in ('label', 'kind', 'default', 'trusted', 'pending', 'ca',
                                        'subject', 'issuer', 'key', 'names')]
        return f'{shown} kept: {cls.identity(entry) in known}'

    def all_open(self, db, secret):
        """A new passphrase takes every key, request and secret in hand: on a copy."""
        if os.path.isdir(self.check):
            shutil.rmtree(self.check)
        shutil.copytree(self.folder, self.check)
        if secret.startswith('file:') and not os.path.isabs(secret[5:]):
            secret = 'file:' + os.path.join(self.folder, secret[5:])
        result = self.tools.run(['db', 'passwd', db, '--pass', secret, '--new-pass',
                                 self.op.other_secret, *self.op.quick(db), '--no-input'],
                                self.check)
        return None if result.returncode == DONE else 'does not open whole: ' + \
            result.stderr.decode(errors='replace').strip()

    def output_file(self, out):
        path = os.path.join(self.folder, out)
        if not os.path.lexists(path):
            return f'{out}: none'
        with open(path, 'rb') as file:
            data = file.read()
        if data == self.old_files.get(out):
            return f'{out}: old'
        if self.new and data == self.new_files.get(out):
            return self.new[len(self.op.databases) + self.op.outputs.index(out)]
        return f'{out}: {self.content(out, data)}'

    def content(self, out, data):
        shown = self.json('show', out, '--in-pass', self.op.secrets[0])
        if not shown or shown['files'][0]['error']:
            # Bytes or a passphrase of our own making: as long as they are to be.
            return f'{len(data)} bytes'
        file = shown['files'][0]
        entries = [[e['label'], e['kind'], e['subject'], e['issuer'], e['key']]
                   for e in file['entries']]
        return f"{file['format']} {file['locked']} {entries} {[p['code'] for p in file['problems']]}"

    # ---- verdicts ----------------------------------------------------------------------------

    def verdict(self, result, killed=False):
        """old, new, or what is bad about it."""
        files = snapshot(self.folder)
        told = self.told(result, killed)
        if told:
            return told
        wide = self.open_to_others()
        if wide:
            return wide
        state = self.state(files, result, killed)
        if state not in ('old', 'new'):
            return state
        if left_overs(files):
            return self.after_next(state)
        return state

    def told(self, result, killed):
        """What is wrong about how the process ended."""
        err = (result.stderr or b'').decode(errors='replace')
        if 'Sanitizer' in err or 'runtime error' in err:
            return 'sanitizer: ' + err[:2000]
        if killed or 0 <= result.returncode <= 10:
            return None
        crash = CRASH.search(err)
        if crash and LIBRARIES.match(crash.group(1)):
            return None
        return f'status {result.returncode}: {err[-300:]}'

    def open_to_others(self):
        for entry in os.scandir(self.folder):
            mode = stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode)
            if mode & 0o077 and entry.name.removesuffix('~new') not in self.op.public:
                return f'{entry.name} has mode {mode:o}'
        return None

    def state(self, files, result, killed):
        core = {name: data for name, data in files.items() if not name.endswith('~new')}
        if core == self.old_files and not left_overs(files):
            seen = self.old
        else:
            seen = self.describe()
        if killed:
            return self.between(seen)
        err = (result.stderr or b'').decode(errors='replace')
        if result.returncode == DONE:
            return 'new' if seen == self.new else self.neither('status 0 and', seen)
        if result.returncode == FAILED and CHANGED.search(err):
            return self.between(seen)
        return self.refused(seen) or self.neither(f'status {result.returncode} ({err}) and', seen)

    def refused(self, seen):
        """old or new where the databases are the old ones, and each output, of which one may have
        been in its place before the next failed, is whole."""
        if seen == self.old:
            return 'old'
        count = len(self.op.databases)
        return 'new' if seen[:count] == self.old[:count] and self.between(seen) == 'new' else None

    def between(self, seen):
        """Where a command is cut off: each database old or new, the outputs after them."""
        if seen == self.old:
            return 'old'
        if all(one in (was, will) for one, was, will in zip(seen, self.old, self.new)):
            return 'new'
        if self.op.partly and self.op.partly(seen):
            return 'new'
        return self.neither('', seen)

    def neither(self, words, seen):
        """What of it is in neither state."""
        lines = []
        for one, was, will in zip(seen, self.old, self.new):
            if one not in (was, will):
                known = was.split('\n') + will.split('\n')
                lines += [line for line in one.split('\n') if line not in known] or [one]
        return f'{words} neither old nor new: {lines or seen}'[:600]

    def after_next(self, state):
        """The same command once more does what it did not, and other writers leave nothing over."""
        result = self.tools.run([*self.op.words, '--no-input'], self.folder)
        if state == 'old' and result.returncode != DONE:
            return 'the next command fails: ' + result.stderr.decode(errors='replace')
        for commands in self.next_writers():
            if not left_overs(snapshot(self.folder)):
                break
            for words in commands:
                result = self.tools.run([*words, '--no-input'], self.folder)
                if result.returncode != DONE:
                    return f'{words} fails: ' + result.stderr.decode(errors='replace')
        left = left_overs(snapshot(self.folder))
        if left:
            return f'{left} after the next command'
        seen = self.describe()
        return state if self.op.partly or self.between(seen) in ('old', 'new') else \
            self.neither('after the next command', seen)

    def next_writers(self):
        """Commands that change each database, and back; last what the operation is ended by."""
        for db in self.op.databases:
            for secret in self.op.secrets:
                at = ['--db', db, '--pass', secret]
                if self.json('cert', 'list', *at):
                    yield (['secret', 'create', 'later', '--size', '128', *at],
                           ['cert', 'delete', 'later', '--yes', *at])
        if self.op.again:
            yield (self.op.again,)

    # ---- points ------------------------------------------------------------------------------

    def fault(self, tally, where, must=False, part=None, **faults):
        """One run with a fault; False when the fault did not come to pass. must: it has to succeed
        all the same."""
        self.fresh()
        result = self.tools.run(self.op.words, self.folder,
                                self.tools.fault_env(count=self.count, **faults))
        if read_count(self.count) < faults['at']:
            return False
        # When kyman sweeps its memory, last of all, the library's own data goes and it may crash.
        killed = faults.get('do') == 'kill' and result.returncode < 0
        crash = CRASH.search(result.stderr.decode(errors='replace'))
        if crash:
            tally.crashes[crash.group(1)] = tally.crashes.get(crash.group(1), 0) + 1
        if must and result.returncode != DONE:
            verdict = f'status {result.returncode}: {result.stderr.decode(errors="replace")}'
        else:
            verdict = self.verdict(result, killed or bool(crash))
        tally.add(verdict, f"{where} {faults['at']}", part)
        return True

    def total(self, **faults):
        """How many points an undisturbed run has."""
        self.fresh()
        self.tools.run(self.op.words, self.folder,
                       self.tools.fault_env(count=self.count, **faults))
        return read_count(self.count)

    def each_point(self, tally, where, sample, **faults):
        """Every point, or only about as many as sample says."""
        if ALL:
            n = 1
            while self.fault(tally, where, at=n, **faults):
                n += 1
            return
        total = self.total(**{key: faults[key] for key in faults if key not in ('must', 'part')})
        step = max(1, -(-total // sample))
        for n in range(total, 0, -step):
            self.fault(tally, where, at=n, **faults)
