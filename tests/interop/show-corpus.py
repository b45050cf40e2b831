#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real files of other projects, shown by the program: what at least one other tool reads is read, or is excepted below, with a reason.

    show-corpus.py KYMAN CORPUS      a line for each failure, then one that counts; status 1 when there is any"""
import csv
import itertools
import json
import os
import subprocess
import sys

kyman, corpus = sys.argv[1:]

# A part of a file's name: why it is not read.
EXCEPTIONS = {
    'blowfish': 'Blowfish is not among the ciphers of the library',
    'rc2_128_cfb': 'RC2 is read in CBC mode only',
    'rc2_128_ofb': 'RC2 is read in CBC mode only',
    'bcj--openssl-eckey.pem': "the public key's BIT STRING says 1 unused bit, which is set",
    'CryptoFileUtilTest-keystore.pem': 'an END mark stands in the middle of a key',
    'beermug.pem': 'a drawing stands where Base64 must be',
    'certData.bin': 'PKCS#7 data, without certificates',
    'rfc4134-3.2.bin': 'PKCS#7 data, without certificates',
    'fixtures-message.der': 'PKCS#7 data, without certificates',
    'cms-digested.der': 'PKCS#7 digestedData, without certificates',
    'bcj--openssl-pkcs7.pem': 'PKCS#7 envelopedData: nothing in the clear',
    '-fran-oaep': 'PKCS#7 envelopedData: nothing in the clear',
    'pkcs7-enveloped.pem': 'PKCS#7 envelopedData: nothing in the clear',
    'encryptedData.der': 'PKCS#7 encryptedData: nothing in the clear',
    'pkcs7-md4-encrypted.pem': 'PKCS#7 signedAndEnvelopedData: nothing in the clear',
    'malformed.pkcs7': 'a type and nothing more',
}
# Called malformed for RC2, which their own project's library lacks; openssl and NSS read them, and so is done here.
MISJUDGED = ('key-corpus-rc2-1.p12', 'key-corpus-rc2-2.p12', 'key-corpus-rc2-3.p12')
CHUNK = 200


def rows(table):
    with open(os.path.join(corpus, table + '.tsv'), newline='') as f:
        return list(csv.DictReader(f, delimiter='\t', quoting=csv.QUOTE_NONE))


def show(files, password=None):
    """What show says of each file, by name."""
    said = {}
    source = ['--in-pass', 'env:IN_PW' if password else 'none'] if password is not None else []
    for at in range(0, len(files), CHUNK):
        chunk = files[at:at + CHUNK]
        p = subprocess.run([kyman, 'show', '--json', *source, *(os.path.join(corpus, f) for f in chunk)], capture_output=True,
                           stdin=subprocess.DEVNULL, env=dict(os.environ, IN_PW=password or 'x'))
        for name, shown in zip(chunk, json.loads(p.stdout)['files']):
            said[name] = shown
    return said


def read_by_one(row, tools):
    return any(value and value.startswith('OK') for key, value in row.items() if key.startswith(tools))


def excepted(name):
    return any(part in name for part in EXCEPTIONS)


failed = tried = 0


def fail(name, words):
    global failed
    failed += 1
    print(f'{name}: {words}')


def check_read(name, shown):
    global tried
    tried += 1
    error = shown['error']
    if error and not excepted(name):
        fail(name, f'{error["status"]} {error["code"]}: {error["message"]}')
    elif not error and excepted(name):
        fail(name, 'is read, and need not be excepted')


for table in 'certs', 'csr', 'pkcs7':
    names = [r['file'] for r in rows(table) if read_by_one(r, ('openssl', 'certtool', 'JDK'))]
    for name, shown in show(names).items():
        check_read(name, shown)

keys = [r for r in rows('keys') if read_by_one(r, ('openssl', 'certtool'))]
column = next(c for c in keys[0] if c.startswith('password'))
for row in keys:
    row['secret'] = {'<empty>': '', None: ''}.get(row[column], row[column])
keys.sort(key=lambda r: r['secret'])
for secret, group in itertools.groupby(keys, key=lambda r: r['secret']):
    if secret == '?':
        continue
    names = [r['file'] for r in group]
    for name, shown in show(names, secret if secret else None).items():
        check_read(name, shown)

table = rows('p12')
for row in table:
    secret = '' if row['password'] == '<empty>' else row['password']
    if row['expected'] in ('malformed', 'bad-mac') and not row['file'].endswith(MISJUDGED):
        tried += 1
        if not show([row['file']], secret)[row['file']]['error']:
            fail(row['file'], f'is {row["expected"]}, and is not refused')
sure = [r['file'] for r in table if r['expected'] == 'opens']
locked = [name for name, shown in show(sure).items() if shown['locked']]
for name, shown in show(locked, 'certainly not the passphrase').items():
    tried += 1
    if not shown['error'] or shown['error']['status'] != 5:
        fail(name, f'a wrong passphrase gives {shown["error"]}')

print(f'{tried} files, {failed} failed')
sys.exit(1 if failed else 0)
