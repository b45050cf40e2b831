#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kyman-formats(5) says of stashes and CMS databases, done as it stands there.

formats.py stash PAGE FILE           prints the passphrase
formats.py cms FILE PASSPHRASE       checks all there is, prints version, header's size and slots
"""
import hashlib
import hmac
import re
import struct
import sys

CHECKS = {3: "md5", 4: "sha1", 6: "sha384"}


def sha256(data):
    return hashlib.sha256(data).digest()


def keyed(key, data):
    return hmac.new(key, data, "sha256").digest()


def stream(a, b, label, size):
    s = sha256(a + b)
    while s[8] != 3:
        s = sha256(s)
    for _ in range(64):
        s = sha256(s)
    k = keyed(s, label)
    t = keyed(k, bytes([1, 1, 2, 3, 5, 8]))
    out = b""
    while len(out) < size:
        out += keyed(k, t)
        t = out + t
    return out[:size]


def stash(page, data):
    body = data
    if len(data) == 193:
        with open(page, encoding="ascii") as text:
            label = "".join(re.findall(r"^[0-9A-F]{64}$", text.read(), re.M)).encode()
        assert len(label) == 128
        a, b, body = data[:32], data[32:64], data[64:]
        assert b == sha256(b"\x01" + a)
        body = bytes(x ^ y for x, y in zip(body, stream(a, b, label, 129)))
    assert len(body) == 129
    return bytes(x ^ 0xF5 for x in body).split(b"\0")[0]


def checks(version, head, passphrase, slots):
    name = CHECKS[version]
    if version != 3:
        first = hmac.new(passphrase, head, name).digest()
        return first, hmac.new(passphrase, head + first + b"".join(slots), name).digest()
    first = hashlib.md5(head + passphrase).digest()
    second = hashlib.md5(head + first + passphrase).digest()
    for slot in slots:
        one = hashlib.md5(slot + passphrase).digest()
        second = bytes(x ^ y for x, y in zip(second, one))
    return first, second


def elements(data):
    """The elements that data is made of: tag, contents, whole."""
    at = 0
    while at < len(data):
        size, head = data[at + 1], 2
        if size & 0x80:
            head += size & 0x7F
            size = int.from_bytes(data[at + 2 : at + head], "big")
        yield data[at], data[at + head : at + head + size], data[at : at + head + size]
        at += head + size


def lookups(cert):
    tbs, _, signature = list(elements(list(elements(cert))[0][1]))
    fields = list(elements(tbs[1]))
    if fields[0][0] == 0xA0:
        fields = fields[1:]
    serial, _, issuer, _, subject, spki = [f[2] for f in fields[:6]]
    inside = issuer + serial
    size = bytes([len(inside)]) if len(inside) < 128 else b"\x81" + bytes([len(inside)])
    parts = signature[2], tbs[2], subject, spki, b"\x30" + size + inside
    return b"".join(struct.pack(">I", 20) + hashlib.sha1(p).digest() for p in parts)


def slot_is_right(slot, is_requests):
    kind, number, size = struct.unpack_from(">III", slot)
    record, at = slot[12 : 12 + size], 12 + size
    (size,) = struct.unpack_from(">I", slot, at)
    label, at = slot[at + 4 : at + 4 + size], at + 8 + size
    assert kind == 1 and len(list(elements(record))) == 1
    (tag, num, _), content, (ltag, text, _), flags = list(elements(list(elements(record))[0][1]))
    assert tag == 2 and int.from_bytes(num, "big") == number
    assert text == label and ltag == (0x1A if label.isascii() else 0x0C)
    assert flags[2].hex() in ("03020780", "030206c0", "030100")
    assert (content[0] == 0xA0) == is_requests and 0xA0 <= content[0] <= 0xA3
    if content[0] in (0xA1, 0xA2):
        cert = content[1] if content[0] == 0xA1 else list(elements(list(elements(content[1]))[0][1]))[0][2]
        want = lookups(cert)
        assert slot[at : at + len(want)] == want
        at += len(want)
    assert not any(slot[at:])


def cms(data, passphrase):
    version, kind, expires = struct.unpack_from(">BBI", data, 2)
    name, size, count = struct.unpack_from(">8sII", data, 8)
    check = hashlib.new(CHECKS[version]).digest_size
    header = 48 + 2 * check
    assert data[:2] == b"\x37\x48" and len(data) == header + count * size
    assert (kind, name) in ((2, b"X509KEY\0"), (1, b"X509KYP\0"))
    slots = [data[header + i * size : header + (i + 1) * size] for i in range(count)]
    assert (data[48 : 48 + check], data[48 + check : header]) == checks(version, data[:48], passphrase, slots)
    for slot in slots:
        slot_is_right(slot, kind == 1)
    print(version, check, header, count, expires)


def main():
    if sys.argv[1] == "stash":
        with open(sys.argv[3], "rb") as file:
            print(stash(sys.argv[2], file.read()).decode())
    else:
        with open(sys.argv[2], "rb") as file:
            cms(file.read(), sys.argv[3].encode())


if __name__ == "__main__":
    main()
