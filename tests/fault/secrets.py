#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks for secrets in what tests/fault/scan wrote.

secrets.py DUMP PASS-FILES KEY-FILES: lists with blanks between, of files that hold a passphrase
(their first line) and of private keys in PEM without encryption. Prints how many copies of either
there are, "0 and 0", and where, on stderr, with what is around them.

A passphrase is looked for in UTF-8, UTF-16BE and UTF-16LE, a key by each of its secret numbers in
both byte orders. A part counts as well: every 12 bytes of a passphrase, every 16 of a number."""

import sys

PASS_PART = 12
KEY_PART = 16
MEMORY_MIN = 100000


def parts(data, size):
    """What data is cut into; a shorter last part is taken with what stands before it."""
    if len(data) <= size:
        return [data]
    return [data[min(at, len(data) - size):][:size] for at in range(0, len(data), size)]


def passphrase_parts(path):
    with open(path, "rb") as file:
        text = file.readline().rstrip(b"\n").decode()
    for code in ("utf-8", "utf-16-be", "utf-16-le"):
        for part in parts(text.encode(code), PASS_PART):
            yield f"{path} in {code}", part


def numbers(key):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, ed448, rsa

    if isinstance(key, rsa.RSAPrivateKey):
        n = key.private_numbers()
        return {"d": n.d, "p": n.p, "q": n.q, "dp": n.dmp1, "dq": n.dmq1, "qi": n.iqmp}
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return {"scalar": key.private_numbers().private_value}
    if isinstance(key, dsa.DSAPrivateKey):
        return {"x": key.private_numbers().x}
    if isinstance(key, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)):
        raw = serialization.Encoding.Raw, serialization.PrivateFormat.Raw
        seed = key.private_bytes(*raw, serialization.NoEncryption())
        return {"seed": int.from_bytes(seed, "big")}
    raise SystemExit("secrets.py: a key of another kind")


def key_parts(path):
    # Not at the top: it takes as long as all the rest.
    from cryptography.hazmat.primitives import serialization

    with open(path, "rb") as file:
        key = serialization.load_pem_private_key(file.read(), None)
    for name, number in numbers(key).items():
        data = number.to_bytes((number.bit_length() + 7) // 8, "big")
        for part in parts(data, KEY_PART):
            yield f"{path}: {name}", part
            yield f"{path}: {name} backwards", part[::-1]


class Memory:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        with open(path + ".map", encoding="utf-8") as file:
            self.places = [line.split(maxsplit=6) for line in file]
        if len(self.data) < MEMORY_MIN:
            raise SystemExit("secrets.py: that is no program's memory")

    def where(self, at):
        for place in reversed(self.places):
            start = int(place[0], 16)
            if start <= at:
                name = place[6].strip() if len(place) > 6 else "anonymous"
                return f"{place[1]}+{at - start:#x} {name}"
        return "?"

    def count(self, wanted):
        """Copies are counted by their parts: neighbours are one."""
        found = 0
        last = -1000
        hits = []
        for name, part in wanted:
            at = self.data.find(part)
            while at >= 0:
                hits.append((at, name, len(part)))
                at = self.data.find(part, at + 1)
        for at, name, size in sorted(hits):
            if at > last + 64:
                found += 1
                print(f"{self.where(at)}: {name}", file=sys.stderr)
                print("    ", self.data[max(0, at - 16):at + size + 16], file=sys.stderr)
            last = at
        return found


def main():
    memory = Memory(sys.argv[1])
    passes = [part for path in sys.argv[2].split() for part in passphrase_parts(path)]
    keys = [part for path in sys.argv[3].split() for part in key_parts(path)]
    print(memory.count(passes), "and", memory.count(keys))


main()
