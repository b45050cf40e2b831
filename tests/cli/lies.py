#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private keys whose public numbers are another key's, each with the certificate of that other key: lie-*.pem in the current folder, the
same as PKCS#12 without a MAC (lie-*.p12), and true-*.pem."""
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
import base64
import datetime

from foreign import DATA, P12, bag, cert_bag, integer, octets, oid, seq, tlv

RSA = seq(oid('1.2.840.113549.1.1.1'), tlv(5))


def cert(public, signer):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'x')])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(public).serial_number(5)
    builder = builder.not_valid_before(datetime.datetime(2020, 1, 1)).not_valid_after(datetime.datetime(2099, 1, 1))
    return builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)


def block(label, data):
    return f'-----BEGIN {label}-----\n{base64.encodebytes(data).decode()}-----END {label}-----\n'


def write(name, key, certificate):
    open(name + '.pem', 'w').write(block('PRIVATE KEY', key) + block('CERTIFICATE', certificate))
    open(name + '.key', 'w').write(block('PRIVATE KEY', key))
    bags = seq(bag(P12 + '1', key), cert_bag('1', octets(certificate)))
    open(name + '.p12', 'wb').write(seq(integer(3), seq(DATA, tlv(0xa0, octets(seq(seq(DATA, tlv(0xa0, octets(bags)))))))))


def rsa_key(n, e, private, p=None, q=None):
    p, q = private.p if p is None else p, private.q if q is None else q
    numbers = (0, n, e, private.d, p, q, private.dmp1, private.dmq1, private.iqmp)
    return seq(integer(0), RSA, octets(seq(*map(integer, numbers))))


def ec_key(curve, key, point, outside=None):
    scalar = key.private_numbers().private_value.to_bytes((key.curve.key_size + 7) // 8, 'big')
    inner = seq(integer(1), octets(scalar), tlv(0xa1, tlv(3, b'\0' + point)) if point else b'')
    algorithm = seq(oid('1.2.840.10045.2.1'), oid(curve))
    if outside:
        return seq(integer(1), algorithm, octets(inner), tlv(0x81, b'\0' + outside))
    return seq(integer(0), algorithm, octets(inner))


def point_of(key, form=PublicFormat.UncompressedPoint):
    return key.public_key().public_bytes(Encoding.X962, form)


one, two = (rsa.generate_private_key(65537, 2048) for _ in range(2))
n, mine, theirs = one.public_key().public_numbers().n, one.private_numbers(), two.private_numbers()
own = cert(one.public_key(), one)
write('true-rsa', rsa_key(n, 65537, mine), own)
write('lie-rsa-n', rsa_key(n, 65537, theirs), own)
write('lie-rsa-p', rsa_key(n, 65537, mine, 0), own)
write('lie-rsa-one', rsa_key(n, 65537, theirs, n, 1), own)
write('lie-rsa-long', rsa_key(n, 65537, mine, n << 16384), own)
write('lie-rsa-e', rsa_key(n, 3, mine), cert(rsa.RSAPublicNumbers(3, n).public_key(), two))
for name, curve, number in (('p256', ec.SECP256R1(), '1.2.840.10045.3.1.7'), ('p384', ec.SECP384R1(), '1.3.132.0.34'),
                            ('p521', ec.SECP521R1(), '1.3.132.0.35'), ('brainpool', ec.BrainpoolP256R1(), '1.3.36.3.3.2.8.1.1.7')):
    one, two = (ec.generate_private_key(curve) for _ in range(2))
    own = cert(one.public_key(), one)
    write(f'true-{name}', ec_key(number, one, point_of(one)), own)
    write(f'true-{name}-none', ec_key(number, one, None), own)
    write(f'true-{name}-compressed', ec_key(number, one, point_of(one, PublicFormat.CompressedPoint)), own)
    write(f'lie-{name}', ec_key(number, two, point_of(one)), own)
    write(f'lie-{name}-compressed', ec_key(number, two, point_of(one, PublicFormat.CompressedPoint)), own)
    write(f'lie-{name}-outside', ec_key(number, two, None, point_of(one)), own)
    write(f'lie-{name}-two', ec_key(number, one, point_of(one), point_of(two)), own)
