"""Reads a sealed segment, from docs/formats/segment.md alone and with none of Garant's code."""

import hashlib

from key_store import Bytes

LITERAL, INDEX, TIME, INTEGER, TOKEN, COUNTED, REST = range(1, 8)


def leb128(read):
    value = 0
    for shift in range(0, 70, 7):
        byte = read.number(1)
        value |= (byte & 0x7f) << shift
        if byte < 0x80:
            return value
    raise ValueError("a number of more than ten bytes")


def parse_form(read):
    steps = []
    for _ in range(leb128(read)):
        kind = read.number(1)
        if not LITERAL <= kind <= REST:
            raise ValueError(f"a step of kind {kind}")
        steps.append((kind, read.take(leb128(read)) if kind == LITERAL else b""))
    return steps


def fill(step, read, index, earliest, tokens):
    """What a step gives."""
    kind, literal = step
    if kind == LITERAL:
        return literal
    if kind == INDEX:
        return index.to_bytes(8, "big")
    number = leb128(read)
    if kind == TIME:
        return (earliest + number).to_bytes(8, "big", signed=True)
    if kind == INTEGER:
        return number.to_bytes(8, "big")
    if kind == TOKEN:
        return tokens[number - 1] if number else read.take(32)
    return (number.to_bytes(2, "big") if kind == COUNTED else b"") + read.take(number)


def above(hashes):
    """The tree's nodes over each four of these."""
    for _ in range(2):
        hashes = [hashlib.sha256(b"\x01" + b"".join(hashes[at:at + 2])).digest() for at in range(0, len(hashes), 2)]
    return hashes


def sealed_leaves(content):
    """{index: leaf}; raises where anything in it contradicts the rest."""
    if hashlib.sha256(content[:-32]).digest() != content[-32:]:
        raise ValueError("its digest is another")
    read = Bytes(content)
    if read.take(17) != b"garant-segment/2\n":
        raise ValueError("no segment of this version")
    first, count = read.number(8), read.number(4)
    earliest = int.from_bytes(read.take(8), "big", signed=True)
    latest = int.from_bytes(read.take(8), "big", signed=True)
    forms, tokens = read.number(4), read.number(4)
    offsets = [read.number(8) for _ in range(6)]
    at = [read.at]
    forms = [parse_form(read) for _ in range(forms)]
    at.append(read.at)
    tokens = [read.take(32) for _ in range(tokens)]
    at.append(read.at)
    found, groups = {}, []
    for index in range(first, first + count):
        if (index - first) % 16 == 0:
            groups.append(read.at - at[2])
        found[index] = b"".join([fill(step, read, index, earliest, tokens) for step in forms[leb128(read)]])
    at.append(read.at)
    good = groups == [read.number(4) for _ in groups]
    at.append(read.at)
    nodes = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in found.values()]
    for _ in range(3):
        nodes = above(nodes)
        good = good and read.take(32 * len(nodes)) == b"".join(nodes)
    at.append(read.at)
    times = [leaf[9:17] for leaf in found.values()]  # none before 1970: their order is that of the bytes
    for start in range(0, count, 256):
        zone = times[start:start + 256]
        good = good and read.take(16) == min(zone) + max(zone)
    if not good or at != offsets or read.at != len(content) - 32 or count % 256 or first % 256:
        raise ValueError("its sections do not fit")
    if [earliest, latest] != [int.from_bytes(one, "big", signed=True) for one in (min(times), max(times))]:
        raise ValueError("its times are others")
    return found
