#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A PKCS#12 file as another program might write it, with bags and attributes that nobody knows.

    foreign.py make FILE PASSWORD KEY.pem CERT.pem OTHER.pem    writes it, and FILE.want: what must survive, byte for byte
    foreign.py check FILE PASSWORD WANT                         a line for each that is gone; status 1 when there is any"""
import base64
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys


def tlv(tag, *parts):
    body = b''.join(parts)
    size = len(body)
    if size < 128:
        return bytes([tag, size]) + body
    digits = size.to_bytes((size.bit_length() + 7) // 8, 'big')
    return bytes([tag, 0x80 | len(digits)]) + digits + body


def oid(text):
    arcs = [int(a) for a in text.split('.')]
    out = b''
    for arc in [arcs[0] * 40 + arcs[1], *arcs[2:]]:
        chunk = [arc & 0x7f]
        while arc := arc >> 7:
            chunk.append(0x80 | arc & 0x7f)
        out += bytes(reversed(chunk))
    return tlv(6, out)


def seq(*parts):
    return tlv(0x30, *parts)


def sets(*parts):
    return tlv(0x31, *parts)


def octets(data):
    return tlv(4, data)


def integer(n):
    return tlv(2, n.to_bytes(n.bit_length() // 8 + 1, 'big'))


def items(data):
    """The elements of some DER, as (tag, contents, whole)."""
    at = 0
    while at < len(data):
        start, tag, size = at, data[at], data[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7f
            size = int.from_bytes(data[at:at + count], 'big')
            at += count
        yield tag, data[at:at + size], data[start:at + size]
        at += size


def inside(data):
    return list(items(next(items(data))[1]))


P12 = '1.2.840.113549.1.12.10.1.'
PKCS9 = '1.2.840.113549.1.9.'
DATA, ENCRYPTED = oid('1.2.840.113549.1.7.1'), oid('1.2.840.113549.1.7.6')
PBES2, PBKDF2, SHA256_PRF = oid('1.2.840.113549.1.5.13'), oid('1.2.840.113549.1.5.12'), oid('1.2.840.113549.2.9')
AES256 = oid('2.16.840.1.101.3.4.1.42')
SHA256 = oid('2.16.840.1.101.3.4.2.1')
ITERATIONS = 1000


def bag(kind, value, *attributes):
    return seq(oid(kind), tlv(0xa0, value), *([sets(*attributes)] if attributes else []))


def cert_bag(kind, value, *attributes):
    return bag(P12 + '3', seq(oid(PKCS9 + '22.' + kind), tlv(0xa0, value)), *attributes)


def crl_bag(value, *attributes):
    return bag(P12 + '4', seq(oid(PKCS9 + '23.1'), tlv(0xa0, octets(value))), *attributes)


def attribute(kind, *values):
    return seq(oid(kind), sets(*values))


def name(text):
    return attribute(PKCS9 + '20', tlv(0x1e, text.encode('utf-16-be')))


def aes(data, key, iv, way):
    return subprocess.run(['openssl', 'enc', way, '-aes-256-cbc', '-K', key.hex(), '-iv', iv.hex()], input=data,
                          capture_output=True, check=True).stdout


def derive(password, salt, iterations):
    return hashlib.pbkdf2_hmac('sha256', password.encode(), salt, iterations, 32)


def encrypted(data, password):
    salt, iv = os.urandom(8), os.urandom(16)
    kdf = seq(PBKDF2, seq(octets(salt), integer(ITERATIONS), seq(SHA256_PRF, tlv(5))))
    algorithm = seq(PBES2, seq(kdf, seq(AES256, octets(iv))))
    content = seq(DATA, algorithm, tlv(0x80, aes(data, derive(password, salt, ITERATIONS), iv, '-e')))
    return seq(ENCRYPTED, tlv(0xa0, seq(integer(0), content)))


def pkcs12_key(password, salt, iterations, size=32):
    """RFC 7292 appendix B with SHA-256 and ID 3."""
    block = 64
    text = password.encode('utf-16-be') + b'\0\0'
    fill = lambda s: (s * (block // len(s) + 1))[:block * -(-len(s) // block)] if s else b''
    data = b'\3' * block + fill(salt) + (text * block)[:block * -(-len(text) // block)]
    digest = hashlib.sha256(data).digest()
    for _ in range(iterations - 1):
        digest = hashlib.sha256(digest).digest()
    return digest[:size]


def pem(path, label):
    text = open(path).read()
    body = re.search(f'-----BEGIN {label}-----(.*?)-----END', text, re.S).group(1)
    return base64.b64decode(body)


def make(path, password, key, cert, other):
    shrouded = subprocess.run(['openssl', 'pkcs8', '-topk8', '-in', key, '-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA256', '-iter',
                               str(ITERATIONS), '-outform', 'DER', '-passout', 'env:FOREIGN_PW'], capture_output=True, check=True,
                              env=dict(os.environ, FOREIGN_PW=password)).stdout
    local = attribute(PKCS9 + '21', octets(b'\1\2\3\4'))
    on_key = attribute('1.3.6.1.4.1.99999.1', tlv(12, b'of the key'), integer(77))
    on_cert = attribute('1.3.6.1.4.1.99999.2', seq(octets(b'of the certificate')))
    on_other = attribute('1.3.6.1.4.1.99999.3', tlv(1, b'\xff'))
    csp = attribute('1.3.6.1.4.1.311.17.1', tlv(0x1e, 'A provider'.encode('utf-16-be')))
    clear = [
        crl_bag(b'no list, but nobody looks', name('a list')),
        bag('1.3.6.1.4.1.99999.10', seq(integer(1), octets(b'unknown bag in the clear')), name('unknown'), on_other),
        cert_bag('2', tlv(22, b'an sdsiCertificate'), name('sdsi')),
    ]
    hidden = [
        crl_bag(b'a list that was encrypted'),
        bag('1.3.6.1.4.1.99999.11', octets(b'unknown bag, encrypted'), on_key),
    ]
    x509 = lambda p: octets(pem(p, 'CERTIFICATE'))
    first = seq(bag(P12 + '2', shrouded, name('theirs'), local, on_key, csp), clear[0], clear[1], clear[2])
    second = seq(cert_bag('1', x509(cert), name('theirs'), local, on_cert), hidden[0], cert_bag('1', x509(other), name('other'), on_other),
                 hidden[1])
    safe = seq(seq(DATA, tlv(0xa0, octets(first))), encrypted(second, password))
    salt = os.urandom(8)
    mac = hmac.new(pkcs12_key(password, salt, ITERATIONS), safe, hashlib.sha256).digest()
    pfx = seq(integer(3), seq(DATA, tlv(0xa0, octets(safe))),
              seq(seq(seq(SHA256, tlv(5)), octets(mac)), octets(salt), integer(ITERATIONS)))
    open(path, 'wb').write(pfx)
    hexes = lambda parts: [p.hex() for p in parts]
    want = {'anywhere': hexes(clear + [on_key, csp, on_cert, on_other]), 'hidden': hexes(hidden)}
    json.dump(want, open(path + '.want', 'w'))


def decrypted(info, password):
    """What an EncryptedData holds."""
    content = inside(info)[1][2]
    algorithm, data = inside(content)[1][2], inside(content)[2]
    kdf, cipher = (e[2] for e in inside(inside(algorithm)[1][2]))
    salt, iterations = inside(inside(kdf)[1][2])[:2]
    iv = inside(cipher)[1][1]
    assert inside(kdf)[0][2] == PBKDF2 and inside(cipher)[0][2] == AES256
    key = derive(password, salt[1], int.from_bytes(iterations[1], 'big'))
    body = data[1] if data[0] == 0x80 else b''.join(c[1] for c in items(data[1]))
    return aes(body, key, iv, '-d')


def check(path, password, want):
    raw = open(path, 'rb').read()
    safe = next(items(inside(inside(raw)[1][2])[1][1]))[1]
    clear = hidden = b''
    for _, _, whole in inside(safe):
        kind, content = inside(whole)
        if kind[2] == DATA:
            clear += next(items(content[1]))[1]
        else:
            hidden += decrypted(content[1], password)
    failed = 0
    want = json.load(open(want))
    for part in want['anywhere']:
        if bytes.fromhex(part) not in clear and bytes.fromhex(part) not in hidden:
            failed += 1
            print('gone:', part)
    for part in want['hidden']:
        if bytes.fromhex(part) not in hidden:
            failed += 1
            print('gone:', part)
        if bytes.fromhex(part) in clear:
            failed += 1
            print('in the clear now:', part)
    return 1 if failed else 0


if __name__ == '__main__':
    if sys.argv[1] == 'make':
        make(*sys.argv[2:])
    else:
        sys.exit(check(*sys.argv[2:]))
