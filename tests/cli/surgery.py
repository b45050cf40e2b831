#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""CMS databases that no program writes; both checks are made right again.

surgery.py swap FILE PASSPHRASE A B        the private keys of two records change places
surgery.py twice FILE PASSPHRASE A         a record is there a second time, at the end
surgery.py type FILE PASSPHRASE A NUMBER   a record has another type
surgery.py move FILE PASSPHRASE A OTHER    a record goes over into another file
surgery.py tag FILE PASSPHRASE A TAG       a record's content has another tag
surgery.py keys FILE PASSPHRASE            opens every private key, prints labels
"""
import struct
import subprocess
import sys

import formats


class Database:
    def __init__(self, path, passphrase):
        with open(path, "rb") as f:
            data = f.read()
        self.path, self.passphrase, self.version = path, passphrase, data[2]
        self.head = data[:48]
        size, count = struct.unpack_from(">II", data, 16)
        start = len(data) - size * count
        self.slots = [data[start + i * size : start + (i + 1) * size] for i in range(count)]

    def write(self):
        size = len(self.slots[0]) if self.slots else struct.unpack_from(">I", self.head, 16)[0]
        self.head = self.head[:16] + struct.pack(">II", size, len(self.slots)) + self.head[24:]
        checks = formats.checks(self.version, self.head, self.passphrase, self.slots)
        with open(self.path, "wb") as f:
            f.write(self.head + b"".join(checks) + b"".join(self.slots))

    def find(self, label):
        for i, slot in enumerate(self.slots):
            (size,) = struct.unpack_from(">I", slot, 8)
            (length,) = struct.unpack_from(">I", slot, 12 + size)
            if slot[16 + size : 16 + size + length] == label.encode():
                return i
        raise SystemExit("no record " + label)


def parts(slot):
    """The record's content, and the elements inside that."""
    (size,) = struct.unpack_from(">I", slot, 8)
    record = list(formats.elements(slot[12 : 12 + size]))[0][1]
    content = list(formats.elements(record))[1]
    inside = list(formats.elements(content[1]))
    if len(inside) == 1 and content[0] in (0xA0, 0xA2):
        inside = list(formats.elements(inside[0][1]))
    return content[2], [part[2] for part in inside]


def swap(db, a, b):
    a, b = db.find(a), db.find(b)
    one, other = parts(db.slots[a])[1][1], parts(db.slots[b])[1][1]
    assert len(one) == len(other)
    db.slots[a] = db.slots[a].replace(one, other)
    db.slots[b] = db.slots[b].replace(other, one)


def twice(db, a):
    db.slots.append(db.slots[db.find(a)])


def retype(db, a, number):
    a = db.find(a)
    db.slots[a] = struct.pack(">I", int(number)) + db.slots[a][4:]


def move(db, a, path):
    other = Database(path, db.passphrase)
    other.slots.append(db.slots.pop(db.find(a)))
    other.write()


def tag(db, a, number):
    a = db.find(a)
    whole = parts(db.slots[a])[0]
    db.slots[a] = db.slots[a].replace(whole, bytes([int(number, 16)]) + whole[1:])


def keys(db):
    for slot in db.slots:
        (size,) = struct.unpack_from(">I", slot, 8)
        (length,) = struct.unpack_from(">I", slot, 12 + size)
        label = slot[16 + size : 16 + size + length].decode()
        content, inside = parts(slot)
        key = inside[-1]
        # OpenSSL has no place for secret keys.
        if content[0] == 0xA3 or len(list(formats.elements(list(formats.elements(key))[0][1]))) != 2:
            continue
        command = ["openssl", "pkcs8", "-inform", "DER", "-passin", "pass:" + db.passphrase.decode()]
        command += ["-provider", "default", "-provider", "legacy"]
        subprocess.run(command, input=key, check=True, stdout=subprocess.DEVNULL)
        print(label)


def main(job, path, passphrase, *rest):
    db = Database(path, passphrase.encode())
    jobs = {"swap": swap, "twice": twice, "type": retype, "move": move, "tag": tag, "keys": keys}
    jobs[job](db, *rest)
    if job != "keys":
        db.write()


main(*sys.argv[1:])
