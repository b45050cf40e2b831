#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real files of other projects, through the program: imported into a new database, exported again, they hold the same certificates and keys.

    corpus.py KYMAN CORPUS SCRATCH      a line for each failure, then one that counts; status 1 when there is any"""
import base64
import csv
import hashlib
import os
import re
import subprocess
import sys

kyman, corpus, scratch = sys.argv[1:]

# File: why it is not compared.
EXCEPTIONS = {
}


def run(*argv, **env):
    p = subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL, env=dict(os.environ, DB_PW='x', **env))
    return p.returncode, p.stdout, p.stderr.decode(errors='replace')


def blocks(text):
    """Digests of certificates and of private keys in PEM text."""
    certs, keys = set(), set()
    for label, body in re.findall(rb'-----BEGIN ([A-Z ]+)-----\s*(.*?)-----END', text, re.S):
        der = base64.b64decode(b''.join(body.split()))
        if label in (b'CERTIFICATE', b'TRUSTED CERTIFICATE'):
            certs.add(hashlib.sha256(der).hexdigest())
        elif label == b'PRIVATE KEY':
            keys.add(hashlib.sha256(der).hexdigest())
    return certs, keys


def by_openssl(path, password):
    for extra in ([], ['-legacy'], ['-legacy', '-nomacver']):
        rc, out, _ = run('openssl', 'pkcs12', '-in', path, '-nodes', '-passin', 'env:IN_PW', *extra, IN_PW=password)
        if rc == 0 and b'BEGIN' in out:
            return blocks(out)
    return None


def by_python(path, password):
    try:
        from cryptography.hazmat.primitives import serialization as s
        from cryptography.hazmat.primitives.serialization import pkcs12
        key, cert, more = pkcs12.load_key_and_certificates(open(path, 'rb').read(), password.encode() or None)
    except Exception:
        return None
    text = b''.join(c.public_bytes(s.Encoding.PEM) for c in [cert, *more] if c)
    if key:
        text += key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    return blocks(text)


def round_trip(path, password):
    db, out = os.path.join(scratch, 'db.p12'), os.path.join(scratch, 'all.pem')
    for f in (db, out):
        if os.path.exists(f):
            os.unlink(f)
    rc, _, words = run(kyman, 'db', 'create', db, '--pass', 'env:DB_PW', '--iterations', '1000')
    if rc:
        return None, words
    source = 'env:IN_PW' if password else 'none'
    rc, _, words = run(kyman, 'cert', 'add', path, '--db', db, '--pass', 'env:DB_PW', '--in-pass', source, IN_PW=password)
    if rc:
        return None, words
    rc, _, words = run(kyman, 'cert', 'export', '--all', '--db', db, '--pass', 'env:DB_PW', '--with-key', '--no-chain', '--out-pass', 'none', '--out', out)
    if rc:
        return None, words
    return blocks(open(out, 'rb').read()), ''


tried = failed = unread = 0
with open(os.path.join(corpus, 'p12.tsv'), newline='') as f:
    rows = [r for r in csv.DictReader(f, delimiter='\t', quoting=csv.QUOTE_NONE) if r['expected'] == 'opens']
for row in rows:
    if row['password'] == '<empty>':
        row['password'] = ''
    path = os.path.join(corpus, row['file'])
    if row['file'] in EXCEPTIONS:
        continue
    want = by_openssl(path, row['password']) or by_python(path, row['password'])
    if not want or not want[0]:
        unread += 1
        continue
    tried += 1
    got, words = round_trip(path, row['password'])
    if got is None:
        failed += 1
        print(f'{row["file"]}: {words.strip()}')
    elif not (want[0] <= got[0]):
        failed += 1
        print(f'{row["file"]}: {len(want[0] - got[0])} of {len(want[0])} certificates are missing or differ')
    elif len(got[1]) < len(want[1]):
        failed += 1
        print(f'{row["file"]}: {len(want[1] - got[1])} of {len(want[1])} keys are missing or differ')
print(f'{tried} files compared, {failed} failed, {unread} that no other tool here reads whole')
sys.exit(1 if failed else 0)
