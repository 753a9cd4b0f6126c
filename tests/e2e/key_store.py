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
NOBODY, ACTOR = 0, 0xffff


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
        """Of persons: actor and subjects."""
        return self.values(9) + self.values(10)

    def day_tokens(self):
        """Of session and trace."""
        return self.values(11) + self.values(12)

    def owner(self, part):
        """The token of whose part it is; None where it is nobody's."""
        if part["reference"] == NOBODY:
            return None
        return self.values(9)[0] if part["reference"] == ACTOR else self.values(10)[part["reference"] - 1]


def leaves(log):
    """{index: leaf} of a log (docs/formats/trail-store.md)."""
    read = Bytes(log)
    assert read.take(13) == b"garant-log/2\n"
    found, index = {}, read.number(8)
    while read.at != len(log):
        assert read.take(4) == b"BTCH"
        end = index + read.number(4)
        read.number(4)
        for index in range(index, end):
            found[index] = read.counted(4)
            assert hashlib.sha256(b"\x00" + found[index]).digest() == read.take(32)
        index = end
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
        # Whatever it is meant for.
        self.secrets = {*roots, *page_keys, *(root for _, root, _ in self.rows)}
        self.secrets.update(key for _, keys in self.held for key in keys.values())
        for table in self.opened:
            self.secrets.update((table["record"], table["lookup"], table["seed"], *table["transient"].values()))

    def person(self, issuer, subject):
        """The person's subject roots."""
        named = len(issuer.encode()).to_bytes(4, "big") + issuer.encode() + subject.encode()
        wanted = {mac(table["lookup"], named) for table in self.opened}
        return {root for lookup, root, _ in self.rows if lookup in wanted}

    def tokens_of(self, issuer, subject, entries):
        """Those of the person that stand in the entries."""
        made = {mac(root, b"garant/token/1", number)
                for root in self.person(issuer, subject) for number in epochs(entries)}
        return made & {token for entry in entries for token in entry.tokens()}

    def tokens(self, entries, sessions=(), traces=()):
        """Tokens of the entries, of every kind, that can be computed by whoever knows these raw ids."""
        messages = [(b"garant/token/1", number) for number in epochs(entries)]
        messages += [(b"garant/session/1", raw.encode()) for raw in sessions]
        messages += [(b"garant/trace/1", raw.encode()) for raw in traces]
        made = {mac(secret, *message) for secret in self.secrets for message in messages}
        return made & {token for entry in entries for token in entry.tokens() + entry.day_tokens()}

    def inputs(self, part):
        """What a part of any class may be sealed under: each key, and the category's that comes from it."""
        return self.secrets | {mac(secret, b"garant/category/1", part["category"]) for secret in self.secrets}

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

    def opens(self, entries, category=None):
        """The plaintexts of every part that opens, by entry and number."""
        return {(entry.index, number): plain for entry in entries
                for number, part in enumerate(entry.parts)
                if category in (None, part["category"]) and
                (plain := self.open(entry, number)) is not None}


def epochs(entries):
    return {entry.epoch.to_bytes(4, "big") for entry in entries}


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


def root_of(leaves_in_order):
    """RFC 9162, 2.1.1."""
    if len(leaves_in_order) == 1:
        return hashlib.sha256(b"\x00" + leaves_in_order[0]).digest()
    half = 1 << (len(leaves_in_order) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root_of(leaves_in_order[:half]) + root_of(leaves_in_order[half:])).digest()


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
