#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that mean harm, made of good ones in the current folder: good.p12 (passphrase: argv), cert.der, key.pem, good.csr.der.

    hostile.py PASSWORD"""
import hashlib
import hmac
import os
import re
import subprocess
import sys

from foreign import (DATA, ENCRYPTED, ITERATIONS, P12, PBES2, PBKDF2, AES256, SHA256, SHA256_PRF, aes, bag, cert_bag, derive, inside,
                     integer, octets, oid, pkcs12_key, seq, tlv)

password = sys.argv[1]


def write(name, data):
    open(name, 'wb').write(data)


def pfx(safe, iterations=ITERATIONS, mac=None):
    salt = b'saltsalt'
    if mac is None:
        mac = hmac.new(pkcs12_key(password, salt, ITERATIONS), safe, hashlib.sha256).digest()
    return seq(integer(3), seq(DATA, tlv(0xa0, octets(safe))),
               seq(seq(seq(SHA256, tlv(5)), octets(mac)), octets(salt), integer(iterations)))


def pbmac1(safe, iterations, key_length):
    kdf = seq(PBKDF2, seq(octets(b'saltsalt'), integer(iterations), integer(key_length), seq(SHA256_PRF, tlv(5))))
    return seq(integer(3), seq(DATA, tlv(0xa0, octets(safe))),
               seq(seq(seq(PBMAC1, seq(kdf, seq(SHA256_PRF, tlv(5)))), octets(bytes(32))), octets(b'saltsalt'), integer(1)))


def clear(*bags):
    return seq(seq(DATA, tlv(0xa0, octets(seq(*bags)))))


def encrypted(*bags, iterations):
    kdf = seq(PBKDF2, seq(octets(b'saltsalt'), integer(iterations), seq(SHA256_PRF, tlv(5))))
    body = aes(seq(*bags), derive(password, b'saltsalt', ITERATIONS), bytes(16), '-e')
    content = seq(DATA, seq(PBES2, seq(kdf, seq(AES256, octets(bytes(16))))), tlv(0x80, body))
    return seq(seq(ENCRYPTED, tlv(0xa0, seq(integer(0), content))))


def nested(depth, inner, wrap):
    for _ in range(depth):
        inner = wrap(inner)
    return inner


cert = open('cert.der', 'rb').read()
one = cert_bag('1', octets(cert))
good = clear(one)
huge = 2**31 - 1
PBMAC1 = oid('1.2.840.113549.1.5.14')
write('mac-iterations.p12', pfx(good, huge))
write('pbkdf2-iterations.p12', pfx(encrypted(one, iterations=huge)))
# Each 32 bytes of the MAC's key run them all.
write('pbmac1-length.p12', pbmac1(good, 200000, 1024))
write('pbmac1-huge.p12', pbmac1(good, 2048, huge))
write('zero-iterations.p12', pfx(good, 0))
write('wrong-mac.p12', pfx(good, mac=bytes(32)))
write('plain.p12', pfx(good))
write('many.p12', pfx(clear(*[one] * 100000)))


# Deep: built inside out, lengths known from within.
def wrappers(depth, inner):
    heads, size = [], len(inner)
    for _ in range(depth):
        head = tlv(0x30, bytes(0))[:1] + length(size)
        heads.append(head)
        size += len(head)
    return b''.join(reversed(heads)) + inner


def length(size):
    if size < 128:
        return bytes([size])
    digits = size.to_bytes((size.bit_length() + 7) // 8, 'big')
    return bytes([0x80 | len(digits)]) + digits


write('deep.der', wrappers(20000, b'\5\0'))
write('deep-indefinite.der', b'\x30\x80' * 20000)
write('deep-constructed.p12', pfx(seq(seq(DATA, tlv(0xa0, wrappers(20000, b'\5\0').replace(b'\x30', b'\x24', 1))))))
write('deep-value.p12', pfx(clear(bag('1.3.6.1.4.1.99999.10', wrappers(20000, b'\5\0')))))


# Bags within bags, each of them the element of the one around it.
def bags_within(depth, inner):
    parts, size = [], len(inner)
    kind = oid(P12 + '6')
    for _ in range(depth):
        head = b''
        for tag, extra in ((0x30, b''), (0xa0, b''), (0x30, kind)):
            piece = bytes([tag]) + length(size + len(extra)) + extra
            head = piece + head
            size += len(piece)
        parts.append(head)
    return b''.join(reversed(parts)) + inner


write('deep-bags.p12', pfx(clear(bags_within(5000, b''))))
write('parts.p12', pfx(seq(seq(DATA, tlv(0xa0, octets(seq()))) * 500001)))
# Lengths that lie: in each TLV's length octet of a small file, more and less than there is.
small = pfx(good)
places = [m.start() + 1 for m in re.finditer(rb'[\x30\xa0\x04\x02]', small)][:40]
for n, at in enumerate(places):
    for change in (1, 0xff):
        data = bytearray(small)
        data[at] = (data[at] + change) & 0xff
        write(f'lie-{n}-{change}.p12', bytes(data))
write('lie-4g.p12', b'\x30\x84\xff\xff\xff\xff' + small[4:])
write('lie-16e.p12', b'\x30\x88' + b'\xff' * 8 + small[4:])
write('lie-127.p12', b'\x30\xff' + b'\xff' * 127 + small[4:])

# A certificate of 17 MiB.
tbs, algorithm, signature = inside(cert)
fields = [field[2] for field in inside(tbs[2])[:-1]]
huge_extension = seq(seq(oid('1.2.3.4'), octets(bytes(17 * 2**20))))
write('huge.der', seq(seq(*fields, tlv(0xa3, huge_extension)), algorithm[2], signature[2]))

# Requests whose signature would take long to check: a long exponent, and a long key.
name = bytes.fromhex('300c310a300806035504030c0178')
for bits, exponent in (8192, 2**8000 + 1), (65536, 65537), (65536, 2**65000 + 1):
    modulus = 2**bits - 1
    key = seq(seq(oid('1.2.840.113549.1.1.1'), tlv(5)), tlv(3, b'\0' + seq(integer(modulus), integer(exponent))))
    write(f'slow-{bits}-{exponent.bit_length()}.csr', seq(seq(integer(0), name, key, tlv(0xa0)),
          seq(oid('1.2.840.113549.1.1.11'), tlv(5)), tlv(3, b'\0' + (modulus // 3).to_bytes(bits // 8, 'big'))))

# A request with an extension twice, its signature right.
info, algorithm, _ = inside(open('good.csr.der', 'rb').read())
first, second = oid('2.16.840.1.113730.1.13'), oid('2.16.840.1.113730.1.12')
info = info[2].replace(second, first)
signature = subprocess.run(['openssl', 'dgst', '-sha256', '-sign', 'key.pem'], input=info, capture_output=True, check=True).stdout
write('twice.csr', seq(info, algorithm[2], tlv(3, b'\0', signature)))
