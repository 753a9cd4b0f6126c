"""Opens what can be opened of a trail, from docs/formats alone and with none of Garant's code: given
copies of `keys`, roots and a log, it tries every key on everything."""

import base64
import hashlib
import hmac
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NO_NONCE = bytes(12)
SUBJECT, TRANSIENT, RECORD = 1, 2, 3
ACTOR = 0xffff


def mac(key, *message):
    return hmac.new(key, b"".join(message), hashlib.sha256).digest()


def hkdf(secret, salt, info):
    return mac(mac(salt or bytes(32), secret), info, b"\x01")


def gcm_open(key, nonce, associated, sealed):
    try:
        return AESGCM(key).decrypt(nonce, sealed, associated)
    except InvalidTag:
        return None


class Bytes:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if self.at + count > len(self.data):
            raise ValueError("it ends too early")
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, count):
        return int.from_bytes(self.take(count), "big")

    def counted(self, count):
        return self.take(self.number(count))


def roots_in(content):
    """Of a file of roots: id, root, check."""
    places = [content[at:at + 64] for at in range(0, len(content) - 63, 64)]
    return [place[16:48] for place in places
            if mac(place[16:48], b"garant/root-check/1", place[:16])[:16] == place[48:]]


def unwrap(root, name, wrapped):
    return gcm_open(hkdf(root, wrapped[:32], b"garant/root-wrap/1"), NO_NONCE, name, wrapped[32:])


def open_table(content, table_keys):
    """What stands in `table`, by the roots' or the first table key that opens it; None where none does."""
    read = Bytes(content)
    if read.take(14) != b"garant-keys/2\n":
        raise ValueError("no table")
    name, wrapped = read.take(16), read.counted(2)
    salt, clear = read.take(32), read.at
    for key in table_keys(name, wrapped):
        plain = gcm_open(hkdf(key, salt, b"garant/table/1"), NO_NONCE, content[:clear], content[clear:])
        if plain is not None:
            return parse_table(Bytes(plain))
    return None


def parse_table(read):
    table = {"record": read.take(32), "lookup": read.take(32), "seed": read.take(32),
             "before": read.take(16), "after": read.take(16), "applied": read.number(8), "first_day": read.number(4)}
    table["transient"] = {read.number(4): read.take(32) for _ in range(read.number(4))}
    table["holds"] = []
    for _ in range(read.number(4)):
        hold = {"id": read.take(8), "until": read.number(8), "ended": read.number(1),
                "reason": read.counted(2)}
        hold["categories"] = [read.counted(1) for _ in range(read.number(1))]
        table["holds"].append(hold)
    table["pages"] = [(read.take(8), read.take(32)) for _ in range(read.number(4))]
    if read.at != len(read.data):
        raise ValueError("something follows the table")
    return table


def open_page(content, key):
    """Rows (lookup id, root, record id) and held (record id, {category: key}); None where it stays shut."""
    if content[:14] != b"garant-page/1\n":
        raise ValueError("no page")
    plain = gcm_open(key, NO_NONCE, content[:26], content[26:])
    if plain is None:
        return None
    read = Bytes(plain)
    rows = [(read.take(32), read.take(32), read.take(16)) for _ in range(read.number(4))]
    held = [(read.take(16), {read.counted(1): read.take(32) for _ in range(read.number(1))})
            for _ in range(read.number(4))]
    return rows, held


class Entry:
    """docs/formats/entry.md, as far as opening needs it."""

    def __init__(self, leaf):
        read = Bytes(leaf)
        assert read.number(1) == 1
        self.index, self.time = read.number(8), int.from_bytes(read.take(8), "big", signed=True)
        self.generation = read.take(16)
        header = Bytes(read.counted(2))
        self.fields = []
        while header.at != len(header.data):
            self.fields.append((header.number(1), header.counted(2)))
        self.prefix = leaf[:read.at]
        self.parts = []
        for number in range(read.number(2)):
            start = read.at
            part = {"class": read.number(1), "category": read.counted(1), "epoch": read.number(4),
                    "reference": read.number(2), "commitment": read.take(32)}
            part["bound"] = self.prefix + number.to_bytes(4, "big") + leaf[start:read.at]
            part["sealed"] = read.counted(2)
            self.parts.append(part)
        assert read.at == len(leaf)

    def values(self, tag):
        return [value for name, value in self.fields if name == tag]

    @property
    def kind(self):
        return self.values(1)[0].decode()

    @property
    def day(self):
        return self.time // (86400 * 10**9)

    @property
    def epoch(self):
        return self.day // 30

    def tokens(self):
        return self.values(9) + self.values(10)


def leaves(log):
    """Of the one log of a small trail (docs/formats/trail-store.md)."""
    read = Bytes(log)
    assert read.take(21) == b"garant-log/2\n" + bytes(8)
    found = []
    while read.at != len(log):
        assert read.take(4) == b"BTCH"
        end = len(found) + read.number(4)
        read.number(4)
        while len(found) < end:
            found.append(read.counted(4))
            read.take(32)
        read.counted(2)
    return found


class Keys:
    """Everything that copies of `keys` give to whoever has these roots."""

    def __init__(self, copies, roots):
        self.tables, self.rows, self.held = [], set(), []
        tables = [path.read_bytes() for copy in copies for path in Path(copy).glob("table*")]
        pages = {path.read_bytes() for copy in copies for path in Path(copy).glob("page-*")}

        def table_keys(name, wrapped):
            return [key for root in roots if (key := unwrap(root, name, wrapped)) is not None]

        self.opened = [table for content in tables if (table := open_table(content, table_keys))]
        page_keys = {key for table in self.opened for _, key in table["pages"]}
        for content in pages:
            for key in page_keys:
                if (page := open_page(content, key)) is not None:
                    self.rows.update(page[0])
                    self.held.extend(page[1])
        self.records = {table["record"] for table in self.opened}
        self.transient = {key for table in self.opened for key in table["transient"].values()}

    def person(self, issuer, subject):
        """The person's subject roots."""
        named = len(issuer.encode()).to_bytes(4, "big") + issuer.encode() + subject.encode()
        wanted = {mac(table["lookup"], named) for table in self.opened}
        return {root for lookup, root, _ in self.rows if lookup in wanted}

    def tokens(self, entry):
        """Tokens of the entry that can be computed."""
        number = entry.epoch.to_bytes(4, "big")
        return {token for _, root, _ in self.rows
                if (token := mac(root, b"garant/token/1", number)) in entry.tokens()}

    def inputs(self, part):
        if part["class"] == SUBJECT:
            found = [mac(root, b"garant/category/1", part["category"]) for _, root, _ in self.rows]
            return found + [key for _, keys in self.held for name, key in keys.items()
                            if name == part["category"]]
        return self.transient if part["class"] == TRANSIENT else self.records

    def open(self, entry, number):
        part = entry.parts[number]
        context = (bytes([part["class"], len(part["category"])]) + part["category"] +
                   part["epoch"].to_bytes(4, "big") + entry.generation)
        for secret in self.inputs(part):
            if hkdf(secret, b"", b"garant/commit/1" + context) != part["commitment"]:
                continue
            key = hkdf(secret, b"", b"garant/seal/1" + context)
            nonce = number.to_bytes(4, "big") + entry.index.to_bytes(8, "big")
            plain = gcm_open(key, nonce, part["bound"], part["sealed"])
            if plain is not None:
                return plain
        return None

    def opens(self, log, category=None):
        """The plaintexts of every part that opens, by entry and number."""
        return {(entry.index, number): plain for entry in map(Entry, leaves(log))
                for number, part in enumerate(entry.parts)
                if category in (None, part["category"]) and
                (plain := self.open(entry, number)) is not None}


# Receipts and checkpoints.

def verify_note(note, verifier_key):
    """The text of a signed note by the log; raises where its signature does not hold."""
    name, key_id, key = verifier_key.split("+", 2)
    text, signature = note.rsplit("\n\n", 1)
    mark, signed_by, value = signature.rstrip("\n").split(" ")
    assert (mark, signed_by) == ("\u2014", name), signature
    value = base64.b64decode(value, validate=True)
    assert value[:4].hex() == key_id
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
    public.verify(value[4:], (text + "\n").encode())
    return text + "\n"


def tree_root(leaf, index, size, proof):
    """RFC 9162, 2.1.3.2."""
    number, last, root = index, size - 1, hashlib.sha256(b"\x00" + leaf).digest()
    for part in proof:
        assert last != 0, "the proof is too long"
        if number & 1 or number == last:
            root = hashlib.sha256(b"\x01" + part + root).digest()
            while not number & 1 and number != 0:
                number, last = number >> 1, last >> 1
        else:
            root = hashlib.sha256(b"\x01" + root + part).digest()
        number, last = number >> 1, last >> 1
    assert last == 0, "the proof is too short"
    return root


def check_receipt(receipt, verifier_key):
    """What a receipt says, every claim of it checked."""
    lines = verify_note(receipt, verifier_key).splitlines()
    assert lines[0] == "garant/erasure/1"
    said = [line.split(" ", 1) for line in lines[1:]]
    proof = [base64.b64decode(value) for name, value in said if name == "proof"]
    names = [name for name, _ in said if name != "proof"]
    assert names == ["origin", "record", "time", "held", "entry", "checkpoint"], names
    values = dict(said)
    index, leaf = values["entry"].split(" ")
    leaf = base64.b64decode(leaf, validate=True)
    entry = Entry(leaf)
    assert entry.kind == "erasure" and entry.index == int(index)
    facts = entry.values(13)[0]
    assert values["record"].encode() in facts
    note = base64.b64decode(values["checkpoint"], validate=True).decode()
    origin, size, root = verify_note(note, verifier_key).splitlines()
    assert origin == values["origin"]
    assert tree_root(leaf, int(index), int(size), proof) == base64.b64decode(root)
    return values
