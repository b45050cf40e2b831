#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speed as ratios: kyman and another tool in turns, A B A B, in one run; medians of the paired ratios; the same number of
iterations on both sides. Nothing passes or fails here. Tools that are missing are skipped by name.

    bench.py --kyman PROGRAM --tools DIR [--json FILE] [--quick]      DIR holds make-store and pbkdf2"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PASS = 'bench-Passphrase1'
ROWS = []


class Run:
    def __init__(self, wall, peak):
        self.wall, self.peak = wall, peak


def run(*argv, env=None, ok=(0,), cwd=None):
    """Runs one process; its wall time in seconds and its peak memory in bytes."""
    full = dict(os.environ, KM_PASS=PASS)
    full.update(env or {})
    start = time.monotonic()
    p = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=full, cwd=cwd)
    words = p.stderr.read()
    _, status, usage = os.wait4(p.pid, 0)
    wall = time.monotonic() - start
    p.returncode = os.waitstatus_to_exitcode(status)
    p.stderr.close()
    if p.returncode not in ok:
        sys.exit(f'{" ".join(argv)}: status {p.returncode}\n{words.decode(errors="replace")}')
    return Run(wall, usage.ru_maxrss * 1024)


def sequence(*commands):
    """Several processes, one after the other, as one measurement."""
    def go():
        runs = [c() for c in commands]
        return Run(sum(r.wall for r in runs), max(r.peak for r in runs))
    return go


def compare(row, what, ours, theirs, their_name, target, rounds):
    ours(), theirs()
    pairs = []
    for _ in range(rounds):
        a, b = ours(), theirs()
        pairs.append((a.wall, b.wall))
    ratio = statistics.median(a / b for a, b in pairs)
    report(row, what, statistics.median(a for a, _ in pairs), their_name, statistics.median(b for _, b in pairs), ratio, target)


def report(row, what, ours, their_name, theirs, ratio, target):
    ROWS.append({'row': row, 'what': what, 'kyman': ours, 'other': their_name, 'other_value': theirs, 'ratio': ratio, 'target': target,
                 'held': ratio <= target})
    print(f'{row:>3}  {what:<46} {ours:12.4g}  {their_name:<24} {theirs:12.4g}  {ratio:8.3f}  <= {target:<8.4g} {"held" if ratio <= target else "MISSED"}',
          flush=True)


def have(*tools):
    missing = [t for t in tools if not shutil.which(t)]
    if missing:
        print(f'     skipped: {", ".join(missing)} not installed', flush=True)
    return not missing


class Bench:
    def __init__(self, args, folder):
        self.kyman, self.tools, self.dir, self.quick = args.kyman, args.tools, folder, args.quick
        self.rounds = 5 if self.quick else 15
        self.stores = {}

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def km(self, *words, ok=(0,)):
        return lambda: run(self.kyman, *words, '--pass', 'env:KM_PASS', ok=ok)

    def store(self, n, iterations=10000):
        if (n, iterations) not in self.stores:
            f = self.path(f's{n}-{iterations}.p12')
            run(os.path.join(self.tools, 'make-store'), str(n), str(iterations), PASS, f)
            self.stores[n, iterations] = f
        return self.stores[n, iterations]

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

        def clean():
            shutil.rmtree(d, ignore_errors=True)
            os.mkdir(d)
            return Run(0, 0)

        db, stepped = os.path.join(d, 'ca.p12'), []
        stepped.append(clean)
        stepped.append(self.km('db', 'create', db, '--iterations', str(iterations)))
        stepped.append(self.km('cert', 'create', 'ca', '--db', db, '--profile', 'ca', '--subject', 'CN=Test CA', '--key', key))
        stepped.append(self.km('cert', 'create', 'srv', '--db', db, '--issuer', 'ca', '--key', key, 'www.example.com'))
        stepped.append(self.km('cert', 'export', 'srv', '--db', db, '--with-key', '--root', '--out', os.path.join(d, 'srv.p12'), '--out-pass', 'env:KM_PASS'))
        stepped.append(self.km('cert', 'export', 'srv', '--db', db, '--out', os.path.join(d, 'srv.pem')))
        return sequence(*stepped)

    def openssl_job(self, key, iterations):
        d = self.path('ossl')
        new = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] if key == 'ec:p256' else ['rsa:2048']

        def clean():
            shutil.rmtree(d, ignore_errors=True)
            os.mkdir(d)
            return Run(0, 0)

        def go(*words):
            return lambda: run('openssl', *words, cwd=d)
        return sequence(
            clean,
            go('req', '-x509', '-newkey', *new, '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test CA', '-days', '3650'),
            go('req', '-newkey', *new, '-nodes', '-keyout', 'srv.key', '-out', 'srv.csr', '-subj', '/CN=www.example.com', '-addext', 'subjectAltName=DNS:www.example.com'),
            go('x509', '-req', '-in', 'srv.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-copy_extensions', 'copy', '-days', '365', '-out', 'srv.pem'),
            go('pkcs12', '-export', '-inkey', 'srv.key', '-in', 'srv.pem', '-certfile', 'ca.pem', '-name', 'srv', '-iter', str(iterations), '-passout', 'env:KM_PASS', '-out', 'srv.p12'))

    def nss_job(self):
        d, pw, noise = self.path('nss'), self.path('pw'), self.path('noise')
        with open(pw, 'w') as f:
            f.write(PASS + '\n')
        with open(noise, 'wb') as f:
            f.write(os.urandom(2048))

        def clean():
            shutil.rmtree(d, ignore_errors=True)
            os.mkdir(d)
            return Run(0, 0)

        def go(*words):
            return lambda: run(*words)
        db = 'sql:' + d
        return sequence(
            clean, go('certutil', '-N', '-d', db, '-f', pw),
            go('certutil', '-S', '-d', db, '-n', 'CA', '-s', 'CN=Test CA', '-x', '-t', 'CT,,', '-k', 'ec', '-q', 'nistp256', '-v', '120', '-m', '1', '-z', noise, '-f', pw),
            go('certutil', '-S', '-d', db, '-n', 'srv', '-s', 'CN=www.example.com', '-c', 'CA', '-t', ',,', '-k', 'ec', '-q', 'nistp256', '-8', 'www.example.com', '-v', '12', '-m', '2', '-z', noise, '-f', pw),
            go('certutil', '-L', '-d', db, '-n', 'srv', '-a'),
            go('pk12util', '-o', os.path.join(d, 'srv.p12'), '-n', 'srv', '-d', db, '-k', pw, '-w', pw))

    def keytool_job(self):
        d = self.path('ktjob')
        ks = ['-keystore', os.path.join(d, 'ks.p12'), '-storepass:env', 'KM_PASS']

        def clean():
            shutil.rmtree(d, ignore_errors=True)
            os.mkdir(d)
            return Run(0, 0)

        def go(*words):
            return lambda: run('keytool', *words)
        return sequence(
            clean,
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
    def add_one(self, n, iterations=10000):
        source, copy, pem = self.store(n, iterations), self.path('add.p12'), self.path('one.pem')
        if not os.path.exists(pem):
            run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', self.path('one.key'), '-out', pem, '-subj', '/CN=one more', '-days', '3650')

        def fresh():
            shutil.copyfile(source, copy)
            return Run(0, 0)
        return sequence(fresh, self.km('cert', 'add', pem, '--db', copy, '--as', 'one more'))

    def keytool_add(self, n):
        source, copy, pem = self.store(n), self.path('kt.p12'), self.path('one.pem')

        def fresh():
            shutil.copyfile(source, copy)
            return Run(0, 0)
        return sequence(fresh, lambda: run('keytool', '-importcert', '-noprompt', '-alias', 'one more', '-file', pem, '-keystore', copy, '-storepass:env', 'KM_PASS'))

    def adds(self):
        self.add_one(10)()
        if have('keytool'):
            compare('7', 'add one, N=1,000, 10,000', self.add_one(1000), self.keytool_add(1000), 'keytool', 1 / 50, 3)
            compare('6', 'add one, N=10,000, 10,000', self.add_one(10000), self.keytool_add(10000), 'keytool', 1 / 40, 2)

    def nss_store(self, n):
        """An NSS database with n certificates, by one batch."""
        d = self.path(f'nss{n}')
        if os.path.isdir(d):
            return d
        os.mkdir(d)
        run('certutil', '-N', '-d', 'sql:' + d, '--empty-password')
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
        run('certutil', '-B', '-d', 'sql:' + d, '-i', batch)
        return d

    def lists(self):
        if have('certutil'):
            d = self.nss_store(1000)
            compare('8', 'find one, N=1,000, 10,000', self.km('cert', 'show', 'host000500', '--db', self.store(1000)),
                    lambda: run('certutil', '-L', '-d', 'sql:' + d, '-n', 'host000500', '-a'), 'certutil', 0.8, self.rounds)
            compare('9', 'list, N=1,000, 10,000', self.km('cert', 'list', '--db', self.store(1000)),
                    lambda: run('certutil', '-L', '-d', 'sql:' + d), 'certutil', 1 / 50, 3)
        if have('keytool'):
            compare('9', 'list, N=10,000, 10,000', self.km('cert', 'list', '--db', self.store(10000)),
                    lambda: run('keytool', '-list', '-keystore', self.store(10000), '-storepass:env', 'KM_PASS'), 'keytool', 1 / 100, 2)

    # 10 to 12: a hundred thousand
    def large(self):
        n = 10000 if self.quick else 100000
        f = self.store(n, 2048)
        copy = self.path('copy.p12')
        digest = lambda: run('openssl', 'dgst', '-sha256', f)

        def copy_sync():
            start = time.monotonic()
            run('cp', f, copy)
            with open(copy, 'rb') as c:
                os.fsync(c.fileno())
            return Run(time.monotonic() - start, 0)
        for words, what in ((['cert', 'list'], 'list'), (['cert', 'list', '--json'], 'list --json')):
            compare('10', f'{what}, N={n:,}, 2,048', self.km(*words, '--db', f), digest, 'openssl dgst -sha256', 2.0, self.rounds)
        compare('10', f'add one, N={n:,}, 2,048', self.add_one(n, 2048), sequence(digest, copy_sync), 'dgst + cp + sync', 2.2, self.rounds)
        for words, what in ((['cert', 'list'], 'list'), (['cert', 'list', '--json'], 'list --json')):
            compare('11', f'growth of {what}, {n:,} to {n // 10:,}', self.km(*words, '--db', f), self.km(*words, '--db', self.store(n // 10, 2048)), 'itself, a tenth', 12, self.rounds)
        compare('11', f'growth of add one, {n:,} to {n // 10:,}', self.add_one(n, 2048), self.add_one(n // 10, 2048), 'itself, a tenth', 12, self.rounds)
        size = os.path.getsize(f)
        for what, go in (('list', self.km('cert', 'list', '--db', f)), ('list --json', self.km('cert', 'list', '--json', '--db', f)), ('add one', self.add_one(n, 2048))):
            peak = go().peak
            allowed = 1.1 * size + 6 * 2 ** 20
            report('12', f'peak memory of {what}, N={n:,}', peak, '1.1 x file + 6 MiB', allowed, peak / allowed, 1.0)

    # 13: opening is one derivation
    def open_600k(self):
        f = self.store(10, 600000)
        probe = os.path.join(self.tools, 'pbkdf2')
        compare('13', 'open, N=10, 600,000', self.km('cert', 'list', '--db', f), lambda: run(probe, '600000'), 'gnutls_pbkdf2 600,000', 1.15 + 5 / 61, self.rounds)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--kyman', required=True)
    p.add_argument('--tools', required=True)
    p.add_argument('--json')
    p.add_argument('--quick', action='store_true')
    args = p.parse_args()
    if not have('openssl'):
        return
    print('row  what                                           kyman (s, bytes)  other                               value     ratio     target')
    with tempfile.TemporaryDirectory(prefix='kyman-bench.') as folder:
        b = Bench(args, folder)
        b.start()
        b.main_jobs()
        b.adds()
        b.lists()
        b.large()
        b.open_600k()
    held = sum(r['held'] for r in ROWS)
    print(f'{held} of {len(ROWS)} targets held')
    if args.json:
        with open(args.json, 'w') as f:
            json.dump(ROWS, f, indent=1)


main()
