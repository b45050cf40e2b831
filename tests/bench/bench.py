#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speed as ratios: kyman and another tool in turns, A B A B, in one run; medians of the paired ratios, of wall time and
(where the machine has other work, the better guide) of CPU time; the same number of iterations on both sides. Nothing
passes or fails here. Tools that are missing are skipped by name. Rows are numbered as the design's targets; A is what the
first release was accepted by, C what CMS databases were, - has no target of its own.

    bench.py --kyman PROGRAM --tools DIR [--json FILE] [--quick] [--only PART]...     DIR holds issue, make-store, measure, pbkdf2"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

PASS = 'bench-Passphrase1'
PARTS = ('start', 'main_jobs', 'run_jobs', 'bundle', 'adds', 'lists', 'large', 'cms', 'open_600k', 'batches')
ROWS = []

MEASURE = ''


class Failed(Exception):
    pass


class Run:
    """What a process took, or its share of a part of its work."""
    def __init__(self, wall=0.0, cpu=0.0, peak=0):
        self.wall, self.cpu, self.peak = wall, cpu, peak

    def __add__(self, other):
        return Run(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))

    def __truediv__(self, count):
        return Run(self.wall / count, self.cpu / count, self.peak)


def run(*argv, ok=(0,), cwd=None):
    """Runs one process; its wall and CPU time in seconds and its peak memory in bytes."""
    read, write = os.pipe()
    with open(read) as said:
        p = subprocess.run([MEASURE, str(write), *argv], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE, env=dict(os.environ, KM_PASS=PASS), cwd=cwd, pass_fds=(write,))
        os.close(write)
        numbers = [int(n) for n in said.read().split()]
    if p.returncode or numbers[3] not in ok:
        raise Failed(f'{" ".join(argv)}: status {(numbers[3:] or [p.returncode])[0]} {p.stderr.decode(errors="replace").strip()}')
    return Run(numbers[0] / 1e9, numbers[1] / 1e9, numbers[2])


def sequence(*commands):
    """Several processes, one after the other, as one measurement. What returns nothing does not count."""
    return lambda: sum(filter(None, (c() for c in commands)), Run())


def fresh(folder):
    """Makes an empty folder; counts as nothing."""
    def make():
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
    return make


def compare(row, what, ours, theirs, their_name, target, rounds):
    """Runs both in turns and reports the median ratio against the target. Returns our peak memory, 0 when one failed."""
    try:
        ours(), theirs()
        pairs = [(ours(), theirs()) for _ in range(rounds)]
    except Failed as why:
        print(f'{row:>3}  {what}, {their_name}: skipped: {why}', flush=True)
        return 0
    cpu = statistics.median(a.cpu / max(b.cpu, 1e-6) for a, b in pairs)
    report(row, what, statistics.median(a.wall for a, _ in pairs) * 1e3, their_name,
           statistics.median(b.wall for _, b in pairs) * 1e3, statistics.median(a.wall / b.wall for a, b in pairs), target, cpu)
    return max(a.peak for a, _ in pairs)


def number(n):
    return f'{n:,.1f}' if n < 1000 else f'{n:,.0f}'


def report(row, what, ours, their_name, theirs, ratio, target, cpu=None):
    held = ratio <= target
    ROWS.append({'row': row, 'what': what, 'kyman': ours, 'other': their_name, 'other_value': theirs, 'ratio': ratio,
                 'cpu_ratio': cpu, 'target': target, 'held': held})
    print(f'{row:>3}  {what:<36} {number(ours):>9}  {their_name:<22} {number(theirs):>9}  {ratio:7.3f} '
          f'{"" if cpu is None else f"{cpu:.3f}":>7}  {target:6.3f}  {"held" if held else "MISSED"}', flush=True)


def have(*tools):
    missing = [t for t in tools if not shutil.which(t)]
    if missing:
        print(f'     skipped: {", ".join(missing)} not installed', flush=True)
    return not missing


def copy_file(source, to):
    """Counts as nothing, but for the time that the disk needs afterwards: that is waited for."""
    shutil.copyfile(source, to)
    with open(to, 'rb') as f:
        os.fsync(f.fileno())


class Bench:
    def __init__(self, args, folder):
        self.kyman, self.tools, self.dir, self.quick = args.kyman, args.tools, folder, args.quick
        self.rounds = 5 if self.quick else 15

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def km(self, *words, ok=(0,)):
        return lambda: run(self.kyman, *words, '--pass', 'env:KM_PASS', ok=ok)

    def store(self, n, iterations=10000, suffix='p12'):
        """A database with n certificates, made once. The suffix decides the format: kdb is CMS, which has no iterations."""
        f = self.path(f's{n}-{iterations}.{suffix}')
        if not os.path.exists(f):
            run(os.path.join(self.tools, 'make-store'), str(n), str(iterations), PASS, f)
        return f

    # 1: start
    def start(self):
        ours = lambda: run(self.kyman, '--version')
        if have('certtool'):
            compare('1', '--version', ours, lambda: run('certtool', '--version'), 'certtool --version', 1.2, self.rounds * 3)
        if have('keytool'):
            compare('1', '--version', ours, lambda: run('keytool', '-help'), 'keytool -help', 1 / 30, self.rounds)

    # 4: the main job in five steps
    def main_job(self, key, iterations):
        d = self.path('job')
        db, count = os.path.join(d, 'ca.p12'), ['--iterations', str(iterations)]
        return sequence(
            fresh(d),
            self.km('db', 'create', db, *count),
            self.km('cert', 'create', 'ca', '--db', db, '--profile', 'ca', '--subject', 'CN=Test CA', '--key', key),
            self.km('cert', 'create', 'srv', '--db', db, '--issuer', 'ca', '--key', key, 'www.example.com'),
            self.km('cert', 'export', 'srv', '--db', db, '--with-key', '--root', *count, '--out', os.path.join(d, 'srv.p12'), '--out-pass', 'env:KM_PASS'),
            self.km('cert', 'export', 'srv', '--db', db, '--out', os.path.join(d, 'srv.pem')))

    # 2, 3 and 5: the main job in one process
    def run_job(self, key, iterations):
        d, lines = self.path('run'), self.path(f'job-{key}-{iterations}'.replace(':', '-'))
        db = os.path.join(d, 'ca.p12')
        with open(lines, 'w') as f:
            f.write(f'''db create {db} --iterations {iterations}
cert create ca --profile ca --subject 'CN=Test CA' --key {key}
cert create srv www.example.com --issuer ca --key {key}
cert export srv --with-key --root --iterations {iterations} --out {d}/srv.p12 --out-pass env:KM_PASS
cert export srv --out {d}/srv.pem
''')
        return sequence(fresh(d), self.km('run', lines))

    def certtool_job(self):
        """With 600,000 iterations, which cannot be chosen."""
        d = self.path('ct')

        def go(*words):
            return lambda: run('certtool', *words, cwd=d)

        def templates():
            fresh(d)()
            for name, text in (('ca', 'cn=Test CA\nca\ncert_signing_key\n'), ('srv', 'cn=www.example.com\ndns_name=www.example.com\ntls_www_server\n')):
                with open(os.path.join(d, name + '.t'), 'w') as f:
                    f.write(text + 'expiration_days=365\n')

        def key(name):
            return go('--generate-privkey', '--key-type', 'ecdsa', '--curve', 'secp256r1', '--outfile', name)
        return sequence(
            templates, key('ca.key'),
            go('--generate-self-signed', '--load-privkey', 'ca.key', '--template', 'ca.t', '--outfile', 'ca.pem'),
            key('srv.key'),
            go('--generate-certificate', '--load-privkey', 'srv.key', '--load-ca-certificate', 'ca.pem', '--load-ca-privkey', 'ca.key', '--template', 'srv.t', '--outfile', 'srv.pem'),
            go('--to-p12', '--load-privkey', 'srv.key', '--load-certificate', 'srv.pem', '--load-ca-certificate', 'ca.pem', '--p12-name', 'srv', '--password', PASS, '--outder', '--outfile', 'srv.p12'))

    def run_jobs(self):
        n = self.rounds
        compare('2', 'main job P-256, a run, 2,048', self.run_job('ec:p256', 2048), self.openssl_job('ec:p256', 2048), 'openssl', 0.25, n)
        compare('3', 'main job P-256, a run, 600,000', self.run_job('ec:p256', 600000), self.openssl_job('ec:p256', 600000), 'openssl -iter 600000', 0.5, max(3, n // 3))
        if have('certtool'):
            compare('3', 'main job P-256, a run, 600,000', self.run_job('ec:p256', 600000), self.certtool_job(), 'certtool', 0.65, max(3, n // 3))
        compare('5', 'main job RSA-2048, a run, 2,048', self.run_job('rsa:2048', 2048), self.openssl_job('rsa:2048', 2048), 'openssl', 0.4, n * 2)

    # 17: the certificates that this machine trusts, into a new database
    def bundle(self):
        source = '/etc/ssl/certs/ca-certificates.crt'
        if not os.path.exists(source):
            raise Failed('no bundle of certificates (ca-certificates)')
        d, pems = self.path('bundle'), self.path('pems')
        with open(source) as f:
            certs = [c + '-----END CERTIFICATE-----\n' for c in f.read().split('-----END CERTIFICATE-----\n')[:-1]]
        os.mkdir(pems)
        names = [os.path.join(pems, f'{i}.pem') for i in range(len(certs))]
        for name, cert in zip(names, certs):
            with open(name, 'w') as f:
                f.write(cert)
        lines = self.path('bundle-lines')
        with open(lines, 'w') as f:
            f.write(f'db create {d}/all.p12 --iterations 10000\ncert add {source}\n')
        what, ours = f'bundle of {len(certs)}, 10,000', sequence(fresh(d), self.km('run', lines))
        compare('17', what, ours, sequence(fresh(d), lambda: run('openssl', 'pkcs12', '-export', '-nokeys', '-in', source, '-iter', '10000', '-passout', 'env:KM_PASS', '-out', os.path.join(d, 'o.p12'))),
                'openssl pkcs12 -export', 0.4, self.rounds)
        db, pw = 'sql:' + d, self.nss_pass()
        if have('certutil'):
            compare('17', what, ours, sequence(fresh(d), lambda: run('certutil', '-N', '-d', db, '-f', pw),
                                               *[lambda i=i, name=name: run('certutil', '-A', '-d', db, '-n', str(i), '-t', 'C,,', '-i', name, '-f', pw) for i, name in enumerate(names)]),
                    'certutil, a loop', 1 / 50, 3)
        if have('keytool') and not self.quick:
            ks = ['-keystore', os.path.join(d, 'k.p12'), '-storepass:env', 'KM_PASS']
            compare('17', what, ours, sequence(fresh(d), *[lambda i=i, name=name: run('keytool', '-importcert', '-noprompt', '-alias', str(i), '-file', name, *ks) for i, name in enumerate(names)]),
                    'keytool, a loop', 1 / 500, 1)

    def openssl_job(self, key, iterations):
        d = self.path('ossl')
        new = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] if key == 'ec:p256' else ['rsa:2048']

        def go(*words):
            return lambda: run('openssl', *words, cwd=d)
        return sequence(
            fresh(d),
            go('req', '-x509', '-newkey', *new, '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test CA', '-days', '3650'),
            go('req', '-newkey', *new, '-nodes', '-keyout', 'srv.key', '-out', 'srv.csr', '-subj', '/CN=www.example.com', '-addext', 'subjectAltName=DNS:www.example.com'),
            go('x509', '-req', '-in', 'srv.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-copy_extensions', 'copy', '-days', '365', '-out', 'srv.pem'),
            go('pkcs12', '-export', '-inkey', 'srv.key', '-in', 'srv.pem', '-certfile', 'ca.pem', '-name', 'srv', '-iter', str(iterations), '-passout', 'env:KM_PASS', '-out', 'srv.p12'))

    def nss_pass(self):
        pw = self.path('pw')
        with open(pw, 'w') as f:
            f.write(PASS + '\n')
        return pw

    def nss_job(self):
        d, pw, noise = self.path('nss'), self.nss_pass(), self.path('noise')
        with open(noise, 'wb') as f:
            f.write(os.urandom(2048))

        def go(*words):
            return lambda: run(*words)
        db = 'sql:' + d
        return sequence(
            fresh(d), go('certutil', '-N', '-d', db, '-f', pw),
            go('certutil', '-S', '-d', db, '-n', 'CA', '-s', 'CN=Test CA', '-x', '-t', 'CT,,', '-k', 'ec', '-q', 'nistp256', '-v', '120', '-m', '1', '-z', noise, '-f', pw),
            go('certutil', '-S', '-d', db, '-n', 'srv', '-s', 'CN=www.example.com', '-c', 'CA', '-t', ',,', '-k', 'ec', '-q', 'nistp256', '-8', 'www.example.com', '-v', '12', '-m', '2', '-z', noise, '-f', pw),
            go('certutil', '-L', '-d', db, '-n', 'srv', '-a'),
            go('pk12util', '-o', os.path.join(d, 'srv.p12'), '-n', 'srv', '-d', db, '-k', pw, '-w', pw))

    def keytool_job(self):
        d = self.path('ktjob')
        ks = ['-keystore', os.path.join(d, 'ks.p12'), '-storepass:env', 'KM_PASS']

        def go(*words):
            return lambda: run('keytool', *words)
        return sequence(
            fresh(d),
            go('-genkeypair', '-alias', 'ca', '-keyalg', 'EC', '-groupname', 'secp256r1', '-dname', 'CN=Test CA', '-ext', 'bc:c', '-ext', 'ku=keyCertSign,cRLSign', '-validity', '3650', *ks),
            go('-genkeypair', '-alias', 'srv', '-signer', 'ca', '-keyalg', 'EC', '-groupname', 'secp256r1', '-dname', 'CN=www.example.com', '-ext', 'san=dns:www.example.com', *ks),
            go('-exportcert', '-alias', 'srv', '-rfc', *ks),
            go('-importkeystore', '-noprompt', '-srckeystore', os.path.join(d, 'ks.p12'), '-srcstorepass:env', 'KM_PASS', '-srcalias', 'srv', '-destkeystore', os.path.join(d, 'srv.p12'), '-deststorepass:env', 'KM_PASS'))

    def main_jobs(self):
        n = self.rounds
        compare('4', 'main job P-256, 5 steps, 2,048', self.main_job('ec:p256', 2048), self.openssl_job('ec:p256', 2048), 'openssl', 0.6, n)
        if have('certutil', 'pk12util'):
            compare('4', 'main job P-256, 5 steps, 10,000', self.main_job('ec:p256', 10000), self.nss_job(), 'certutil + pk12util', 1 / 12, max(3, n // 3))
        if have('keytool'):
            compare('4', 'main job P-256, 5 steps, 10,000', self.main_job('ec:p256', 10000), self.keytool_job(), 'keytool', 1 / 40, 3)
        compare('4', 'main job P-256, 5 steps, 600,000', self.main_job('ec:p256', 600000), self.openssl_job('ec:p256', 600000), 'openssl -iter 600000', 1.5, max(3, n // 3))
        compare('-', 'main job RSA-2048, 5 steps, 2,048', self.main_job('rsa:2048', 2048), self.openssl_job('rsa:2048', 2048), 'openssl', 0.6, n)

    # 6 and 7: add one certificate; a fresh copy each time
    def one(self):
        pem = self.path('one.pem')
        if not os.path.exists(pem):
            run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', self.path('one.key'), '-out', pem, '-subj', '/CN=one more', '-days', '3650')
        return pem

    def add_one(self, n, iterations=10000, suffix='p12'):
        source, copy = self.store(n, iterations, suffix), self.path('add.' + suffix)
        return sequence(lambda: copy_file(source, copy), self.km('cert', 'add', self.one(), '--db', copy, '--as', 'one more'))

    def keytool_add(self, n):
        source, copy = self.store(n), self.path('kt.p12')
        return sequence(lambda: copy_file(source, copy),
                        lambda: run('keytool', '-importcert', '-noprompt', '-alias', 'one more', '-file', self.one(), '-keystore', copy, '-storepass:env', 'KM_PASS'))

    def nss_add(self, n):
        """Adds, and outside of the measure removes again."""
        d = 'sql:' + self.nss_store(n)

        def remove():
            run('certutil', '-D', '-d', d, '-n', 'one more', '-f', self.nss_pass())
        return sequence(lambda: run('certutil', '-A', '-d', d, '-n', 'one more', '-t', ',,', '-i', self.one(), '-f', self.nss_pass()), remove)

    def adds(self):
        big = 10000
        if have('keytool'):
            compare('7', 'add one, N=1,000, 10,000', self.add_one(1000), self.keytool_add(1000), 'keytool', 1 / 50, 3)
            compare('6', 'add one, N=10,000, 10,000', self.add_one(big), self.keytool_add(big), 'keytool', 1 / 40, 3)
            compare('6', 'add one, N=10,000, 600,000', self.add_one(big, 600000), self.keytool_add(big), 'keytool, 10,000', 1 / 15, 3)
        if have('certutil'):
            compare('7', 'add one, N=1,000, 10,000', self.add_one(1000), self.nss_add(1000), 'certutil', 1.0, self.rounds)
            if not self.quick:
                compare('6', 'add one, N=10,000, 10,000', self.add_one(big), self.nss_add(big), 'certutil', 1.2, self.rounds)

    def nss_store(self, n):
        """An NSS database with n certificates, by one batch."""
        d = self.path(f'nss{n}')
        if os.path.isdir(d):
            return d
        os.mkdir(d)
        run('certutil', '-N', '-d', 'sql:' + d, '-f', self.nss_pass())
        pem = self.path(f'all{n}.pem')
        self.km('cert', 'export', '--all', '--db', self.store(n), '--out', pem)()
        with open(pem) as f:
            certs = [c + '-----END CERTIFICATE-----\n' for c in f.read().split('-----END CERTIFICATE-----\n')[:-1]]
        batch = self.path('batch')
        with open(batch, 'w') as f:
            for i, c in enumerate(certs):
                name = self.path(f'c{i}.pem')
                with open(name, 'w') as out:
                    out.write(c)
                f.write(f'-A -n host{i:06} -t ,, -i {name}\n')
        run('certutil', '-B', '-d', 'sql:' + d, '-i', batch, '-f', self.nss_pass())
        return d

    # 8 and 9: find one, list all
    def lists(self):
        small, big = 1000, 10000
        if have('certutil'):
            for n in (small,) if self.quick else (small, big):
                d = 'sql:' + self.nss_store(n)
                compare('8' if n == big else '-', f'find one, N={n:,}, 10,000', self.km('cert', 'show', 'host000500', '--db', self.store(n)),
                        lambda d=d: run('certutil', '-L', '-d', d, '-n', 'host000500', '-a'), 'certutil', 0.8, self.rounds)
            d = 'sql:' + self.nss_store(small)
            compare('9', 'list, N=1,000, 10,000', self.km('cert', 'list', '--db', self.store(small)),
                    lambda: run('certutil', '-L', '-d', d), 'certutil', 1 / 50, 3)
        if have('keytool'):
            compare('9', 'list, N=10,000, 10,000', self.km('cert', 'list', '--db', self.store(big)),
                    lambda: run('keytool', '-list', '-keystore', self.store(big), '-storepass:env', 'KM_PASS'), 'keytool', 1 / 100, 2)

    # 10 to 12: a hundred thousand
    def large(self):
        n = 10000 if self.quick else 100000
        f, tenth = self.store(n, 2048), n // 10
        size = os.path.getsize(f)

        def digest():
            return run('openssl', 'dgst', '-sha256', f)
        peaks = {}
        for words, row, target in ((['cert', 'list'], '10', 2.0), (['cert', 'list', '--json'], 'A', 2.5)):
            what = ' '.join(words[1:])
            peaks[what] = compare(row, f'{what}, N={n:,}', self.km(*words, '--db', f), digest, 'openssl dgst -sha256', target, self.rounds)
            compare('11', f'{what}, N={n:,}', self.km(*words, '--db', f), self.km(*words, '--db', self.store(tenth, 2048)), f'itself, N={tenth:,}', 12, self.rounds)
        peaks['add one'] = compare('10', f'add one, N={n:,}', self.add_one(n, 2048), sequence(digest, self.copy_sync(f)), 'dgst + cp + sync', 2.2, self.rounds)
        compare('A', f'add one, N={n:,}', self.add_one(n, 2048), digest, 'openssl dgst -sha256', 2.5, self.rounds)
        compare('11', f'add one, N={n:,}', self.add_one(n, 2048), self.add_one(tenth, 2048), f'itself, N={tenth:,}', 12, self.rounds)
        for what, peak in peaks.items():
            for row, times, more in (('12', 1.1, 6), ('A', 1.2, 8)) if peak else ():
                allowed = times * size + more * 2 ** 20
                report(row, f'peak MiB of {what}, N={n:,}', peak / 2 ** 20, f'{times} x file + {more} MiB', allowed / 2 ** 20, peak / allowed, 1.0)

    def copy_sync(self, f):
        return lambda: run('dd', f'if={f}', f'of={self.path("copy")}', 'bs=1M', 'conv=fsync')

    # C: a CMS database, whose check is a SHA-384 over all of the file
    def cms(self):
        n = 1000 if self.quick else 10000
        f = self.store(n, suffix='kdb')

        def digest():
            return run('openssl', 'dgst', '-sha384', f)
        compare('C', f'list, CMS, N={n:,}', self.km('cert', 'list', '--db', f), digest, 'openssl dgst -sha384', 3.0, self.rounds)
        compare('C', f'add one, CMS, N={n:,}', self.add_one(n, suffix='kdb'), sequence(digest, self.copy_sync(f)), 'dgst + cp + sync', 3.0, self.rounds)

    # 13: opening is one derivation
    def open_600k(self):
        f = self.store(10, 600000)
        probe = os.path.join(self.tools, 'pbkdf2')
        derive = statistics.median(run(probe, '600000').wall for _ in range(5))
        compare('13', 'open, N=10, 600,000', self.km('cert', 'list', '--db', f), lambda: run(probe, '600000'), 'gnutls_pbkdf2 600,000', 1.15 + 0.005 / derive, self.rounds)


    # 14 to 16: many at once, a certificate of each as the measure
    def batch(self, key, count, *more, cores=None):
        """Makes so many into a copy of a database with a CA of the same kind."""
        ca, db, rows = self.path(f'ca-{key}.p12'), self.path('batch.p12'), self.path(f'rows{count}.csv')
        if not os.path.exists(ca):
            run(self.kyman, 'db', 'create', ca, '--iterations', '2048', '--pass', 'env:KM_PASS')
            self.km('cert', 'create', 'ca', '--db', ca, '--profile', 'ca', '--key', key)()
        if not os.path.exists(rows):
            with open(rows, 'w') as f:
                f.write('label,names\n' + ''.join(f'host{i},host{i}.example.com\n' for i in range(count)))
        words = ['taskset', '-c', cores] if cores else []
        words += [self.kyman, 'cert', 'create', '--batch', rows, '--db', db, '--issuer', 'ca', '--key', key, '-q', '--pass', 'env:KM_PASS']

        def once():
            copy_file(ca, db)
            return run(*words, *more) / count
        return once

    def openssl_loop(self, key, count):
        """The shell loop: key and request, certificate, PKCS#12, three processes each."""
        d = self.path('loop')
        new = {'ec:p256': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], 'rsa:2048': ['-newkey', 'rsa:2048']}[key]
        f = {n: os.path.join(d, n) for n in ('ca.key', 'ca.pem', 'key', 'csr', 'pem', 'p12')}

        def once():
            fresh(d)()
            run('openssl', 'req', '-x509', *new, '-nodes', '-keyout', f['ca.key'], '-out', f['ca.pem'], '-subj', '/CN=ca')
            total = Run()
            for i in range(count):
                total += run('openssl', 'req', *new, '-nodes', '-keyout', f['key'], '-out', f['csr'], '-subj', f'/CN=host{i}',
                             '-addext', f'subjectAltName=DNS:host{i}.example.com')
                total += run('openssl', 'x509', '-req', '-in', f['csr'], '-CA', f['ca.pem'], '-CAkey', f['ca.key'],
                             '-copy_extensions', 'copy', '-days', '365', '-out', f['pem'])
                total += run('openssl', 'pkcs12', '-export', '-inkey', f['key'], '-in', f['pem'], '-certfile', f['ca.pem'],
                             '-name', f'host{i}', '-iter', '2048', '-passout', 'env:KM_PASS', '-out', f['p12'])
            return total / count
        return once

    def batches(self):
        issue, cores = os.path.join(self.tools, 'issue'), len(os.sched_getaffinity(0))
        for row, key, name, count, target in (('14', 'rsa:2048', 'rsa', 60 if self.quick else 300, 1 / 0.9),
                                              ('15', 'ec:p256', 'ec', 5000, 1 / 0.85)):
            compare(row, f'a batch of {count:,}, {key}, each', self.batch(key, count),
                    lambda: run(issue, name, str(count), str(cores)) / count, 'key and signature', target, self.rounds // 3)
            if cores > 1 and have('taskset'):
                compare(row, f'all processors, {key}, each', self.batch(key, count), self.batch(key, count, cores='0'),
                        'one processor', 1 / 1.8, self.rounds // 3)
        for place, folder in (('tmpfs', '/dev/shm'), ('disk', self.dir)):
            if not os.access(folder, os.W_OK):
                print(f'     skipped: {folder} cannot be written', flush=True)
                continue
            for key, count, loop, target in (('ec:p256', 2000, 10, 60 if place == 'tmpfs' else 20), ('rsa:2048', 60, 10, 7)):
                with tempfile.TemporaryDirectory(prefix='kyman-bench.', dir=folder) as d:
                    out = os.path.join(d, 'out')
                    make = self.batch(key, count, '--out-dir', out, '--out-pass', 'env:KM_PASS', '--format', 'p12', '--iterations', '2048')
                    compare('16', f'a p12 each on {place}, {key}', sequence(fresh(out), make), self.openssl_loop(key, loop),
                            'openssl loop', 1 / target, self.rounds // 3)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--kyman', required=True)
    p.add_argument('--tools', required=True)
    p.add_argument('--json')
    p.add_argument('--only', action='append', choices=PARTS, metavar='PART', help=', '.join(PARTS))
    p.add_argument('--quick', action='store_true', default=bool(os.environ.get('KYMAN_BENCH_QUICK')))
    args = p.parse_args()
    global MEASURE
    args.kyman, args.tools = os.path.abspath(args.kyman), os.path.abspath(args.tools) # some run in other folders
    MEASURE = os.path.join(args.tools, 'measure')
    if not have('openssl'):
        return
    print('row  what                                 kyman, ms  other                  other, ms    ratio     CPU  target')
    with tempfile.TemporaryDirectory(prefix='kyman-bench.') as folder:
        b = Bench(args, folder)
        for part in args.only or PARTS:
            try:
                getattr(b, part)()
            except Failed as why:
                print(f'     skipped: {why}', flush=True)
    held = sum(r['held'] for r in ROWS)
    print(f'{held} of {len(ROWS)} targets held')
    if args.json:
        with open(args.json, 'w') as f:
            json.dump(ROWS, f, indent=1)


main()
