# SPDX-License-Identifier: GPL-3.0-or-later
"""The folders that the fault tests begin with, and the table of operations."""
import os
import shlex

from engine import restore, snapshot

# Few iterations, and keys that are made fast.
QUICK = '--iterations 1000'
QUICKLY = {'p12': QUICK, 'cms': ''}  # a CMS database has none
KEY = '--key ec:p256'
EXTENSION = {'p12': 'p12', 'cms': 'kdb'}


class Operation:
    """One command on one folder."""

    def __init__(self, name, world, words, **how):
        self.name = name
        self.slug = name.replace(' ', '-').replace(',', '')
        self.world = world
        self.words = words
        self.databases = how.pop('databases', [])
        self.outputs = how.pop('outputs', [])
        self.public = how.pop('public', [])  # outputs that others may read
        self.secrets = how.pop('secrets', [])  # what may open the databases
        self.other_secret = how.pop('other_secret', None)
        self.again = how.pop('again', None)  # what ends it where the change was made already
        self.writes = how.pop('writes', True)
        self.watches_stash = how.pop('watches_stash', False)
        self.partly = how.pop('partly', None)  # tells other states that a kill may leave
        if how:
            raise TypeError(f'{name}: {how}')

    @staticmethod
    def quick(db):
        return [] if db.endswith('.kdb') else QUICK.split()


class Worlds:
    """What the operations begin with: the files of a few folders, and what they read from outside."""

    def __init__(self, tools, root):
        self.tools = tools
        self.inputs = os.path.join(root, 'in')
        self.files = {'empty': {}}
        os.makedirs(self.inputs, exist_ok=True)
        for name, words in (('pw', 'secret'), ('new', 'another one'), ('third', 'the third')):
            self.put(name, words.encode() + b'\n')
        self.put('bytes', bytes(range(32)))
        self.secret = f'file:{self.inputs}/pw'
        self.new_secret = f'file:{self.inputs}/new'
        self.third_secret = f'file:{self.inputs}/third'
        self.make_other()
        for kind in EXTENSION:
            self.make(root, kind)

    def put(self, name, data):
        with open(os.path.join(self.inputs, name), 'wb') as file:
            file.write(data)

    def words(self, text):
        names = {'in': self.inputs, 'pw': self.secret, 'new': self.new_secret}
        return [word.format(**names) for word in shlex.split(text)]

    def ok(self, folder, text):
        result = self.tools.run([*self.words(text), '--no-input'], folder)
        if result.returncode != 0:
            raise RuntimeError(f'{text}: {result.stderr.decode()}')

    def make_other(self):
        """Another CA: its root, a key to import, a chain."""
        for text in (f'db create other.p12 --pass {{pw}} {QUICK}',
                     f'cert create partner --profile ca {KEY} --db other.p12 --pass {{pw}}',
                     f'cert create mail mail.example --issuer partner {KEY} --db other.p12 '
                     '--pass {pw}',
                     f'cert create extra --profile ca {KEY} --db other.p12 --pass {{pw}}',
                     'cert export extra --out extra.p7b --db other.p12 --pass {pw}',
                     'cert export partner --out partner.pem --db other.p12 --pass {pw}',
                     'cert export mail --chain --root --out mail.p7b --db other.p12 --pass {pw}',
                     'cert export mail --with-key --root --out mail.p12 --out-pass {pw} '
                     f'{QUICK} --db other.p12 --pass {{pw}}',
                     'cert export mail --with-key --root --out mail.pem --out-pass none '
                     '--db other.p12 --pass {pw}'):
            self.ok(self.inputs, text)

    def make(self, root, kind):
        folder = os.path.join(root, 'make-' + kind)
        db = 'x.' + EXTENSION[kind]
        os.makedirs(folder)
        at = f'--db {db} --pass {{pw}}'
        for text in (f'db create {db} --pass {{pw}} {QUICKLY[kind]}',
                     f'cert create root --profile ca {KEY} {at}',
                     f'cert create web web.example --issuer root {KEY} {at}',
                     f'cert create app --profile client --issuer root {KEY} {at}',
                     f'cert add {{in}}/partner.pem --as partner {at}',
                     f'secret create one --size 256 {at}',
                     f'csr create shop shop.example {KEY} --out shop-{kind}.csr {at}'):
            self.ok(folder, text)
        os.rename(os.path.join(folder, f'shop-{kind}.csr'), f'{self.inputs}/shop-{kind}.csr')
        self.ok(folder, f'csr sign {{in}}/shop-{kind}.csr --issuer partner --yes '
                        f'--out {{in}}/shop-{kind}.pem --db {{in}}/other.p12 --pass {{pw}}')
        self.files[kind] = snapshot(folder)
        self.ok(folder, f'db stash {db} --pass {{pw}}')
        self.files[kind + ' stashed'] = snapshot(folder)
        restore(folder, self.files[kind])
        self.ok(folder, f'db create to.{EXTENSION[kind]} --pass {{pw}} {QUICKLY[kind]}')
        self.files[kind + ' pair'] = snapshot(folder)


def gone_in_part(seen):
    """Of a database that is being deleted, what is left opens; its requests may have gone first."""
    return all('does not open' not in one and 'only in part' not in one for one in seen)


def writers(worlds, kind):
    """The operations that write, on databases of one type."""
    ext = EXTENSION[kind]
    db = 'x.' + ext
    at = f'--db {db} --pass {{pw}}'

    def op(name, text, world=kind, **how):
        how.setdefault('databases', [db])
        how.setdefault('secrets', [worlds.secret])
        if 'again' in how:
            how['again'] = worlds.words(how['again'])
        return Operation(f'{kind} {name}', world, worlds.words(text), **how,
                         other_secret=worlds.third_secret)

    quick = QUICKLY[kind]
    other = 'cms' if kind == 'p12' else 'p12'
    both = [worlds.secret, worlds.new_secret]
    export = {'databases': [], 'secrets': [worlds.secret]}
    csr = {'outputs': ['o.csr'], 'public': ['o.csr']}
    yield op('db create', f'db create n.{ext} --pass {{pw}} {quick}', 'empty',
             databases=['n.' + ext])
    yield op('db create with stash', f'db create n.{ext} --pass gen --stash {quick}', 'empty',
             databases=['n.' + ext], secrets=['stash'], watches_stash=True)
    yield op('db create gen:FILE', f'db create n.{ext} --pass gen:n.pass {quick}', 'empty',
             databases=['n.' + ext], secrets=['file:n.pass'], outputs=['n.pass'],
             again=f'db create n.{ext} --pass file:n.pass {quick}')
    yield op('db passwd', f'db passwd {db} --pass {{pw}} --new-pass {{new}} {quick}', secrets=both)
    yield op('db passwd with stash',
             f'db passwd {db} --pass {{pw}} --new-pass {{new}} {quick}', kind + ' stashed',
             secrets=both, watches_stash=True)
    yield op('db passwd gen:FILE', f'db passwd {db} --pass {{pw}} --new-pass gen:n.pass {quick}',
             secrets=[worlds.secret, 'file:n.pass'], outputs=['n.pass'])
    yield op('db stash', f'db stash {db} --pass {{pw}}', watches_stash=True)
    yield op('db convert', f'db convert {db} o.{EXTENSION[other]} --pass {{pw}} --out-pass {{pw}} '
             + QUICKLY[other],
             databases=[db, 'o.' + EXTENSION[other]])
    if kind == 'cms':
        yield op('db record-length', f'db record-length {db} 6000 --pass {{pw}}')
    yield op('db delete', f'db delete {db} --yes', kind + ' stashed', partly=gone_in_part,
             again=f'db create {db} --pass {{pw}} {quick}')
    yield op('cert create', f'cert create own own.example {KEY} {at}')
    yield op('cert create with issuer', f'cert create sub sub.example --issuer root {KEY} {at}')
    yield op('cert add', f'cert add {{in}}/extra.p7b {at}')
    yield op('cert import of p12', f'cert import {{in}}/mail.p12 --in-pass {{pw}} {at}')
    yield op('cert import of pem', f'cert import {{in}}/mail.pem {at}')
    yield op('cert receive', f'cert receive {{in}}/shop-{kind}.pem {at}')
    yield op('cert renew', f'cert renew web {at}')
    yield op('cert renew with rekey', f'cert renew web --rekey {KEY} {at}')
    yield op('cert trust', f'cert trust partner off {at}')
    yield op('cert default', f'cert default app {at}')
    yield op('cert rename', f'cert rename web site {at}')
    yield op('cert copy', f'cert copy web root --to to.{ext} --to-pass {{pw}} {at}',
             kind + ' pair', databases=[db, 'to.' + ext])
    yield op('cert delete', f'cert delete web --yes {at}')
    yield op('cert export p12', f'cert export web --with-key --out o.p12 --out-pass {{pw}} -f {at}',
             **export, outputs=['o.p12'])
    yield op('cert export pem',
             f'cert export web --out o.pem --key-out o.key --out-pass {{pw}} -f {at}',
             **export, outputs=['o.pem', 'o.key'], public=['o.pem'])
    yield op('csr create', f'csr create two two.example {KEY} --out o.csr {at}', **csr,
             again=f'csr export two --out o.csr -f {at}')
    yield op('csr renew', f'csr renew web --out o.csr {at}', **csr,
             again=f'csr export web --out o.csr -f {at}')
    yield op('csr sign', f'csr sign {{in}}/shop-{kind}.csr --issuer root --yes --out o.pem -f {at}',
             **export, outputs=['o.pem'], public=['o.pem'])
    yield op('csr rename', f'csr rename shop market {at}')
    yield op('csr delete', f'csr delete shop --yes {at}')
    yield op('csr export', f'csr export shop --out o.csr -f {at}', **csr | export)
    yield op('secret create', f'secret create two --size 256 {at}')
    yield op('secret add', f'secret add two {{in}}/bytes {at}')
    yield op('secret export', f'secret export one --out o.bytes -f {at}', **export,
             outputs=['o.bytes'])


def readers(worlds):
    """What only reads, each codec's load among it."""
    for kind, ext in EXTENSION.items():
        for name, text, world in (
                ('cert list', f'cert list --db x.{ext} --pass {{pw}}', kind),
                ('cert show', f'cert show web --db x.{ext} --pass {{pw}} --json', kind),
                ('cert verify', f'cert verify web --db x.{ext} --pass {{pw}}', kind),
                ('csr list', f'csr list --db x.{ext} --pass {{pw}}', kind),
                ('db show by stash', f'db show x.{ext} --pass stash', kind + ' stashed')):
            yield Operation(f'{kind} {name}', world, worlds.words(text), writes=False)
    for name in ('other.p12', 'mail.pem', 'mail.p7b', 'shop-p12.csr'):
        yield Operation('show ' + name, 'empty',
                        worlds.words(f'show {{in}}/{name} --in-pass {{pw}}'), writes=False)
    for name in ('x.kdb', 'x.sth'):
        yield Operation('show ' + name, 'cms stashed',
                        worlds.words(f'show {name} --in-pass {{pw}}'), writes=False)


def table(worlds):
    """All operations that write."""
    return [*writers(worlds, 'p12'), *writers(worlds, 'cms'),
            Operation('param create', 'empty',
                      worlds.words('param create ffdhe2048 --out o.pem -f'),
                      outputs=['o.pem'], public=['o.pem'], secrets=['none'])]
