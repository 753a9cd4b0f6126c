"""`garant trail prove` and `garant trail verify --proof`: proofs that leave the trail, and forged ones."""

import base64
import hashlib
import json

from workplace import OPEN, READERS, Workplace, service_file

EVENTS = """\
mapping: 1
system: web
time: /time
event: /event
"""

SEALED = ("--sealed", *OPEN[1:])


class Proofs(Workplace):
    def setUp(self):
        super().setUp()
        self.write("garant.yaml", service_file(rest=READERS))
        self.write("mapping.yaml", EVENTS)

    def record(self, count):
        line = json.dumps({"time": "2026-11-23T20:30:00Z", "event": "step"}) + "\n"
        with open(self.folder / "web.log", "a", encoding="utf-8") as log:
            log.write(line * count)
        self.call("recorder", "--lines", self.folder / "web.log", "--mapping", "mapping.yaml",
                  "--once", status=0)

    def checkpoint(self):
        """The newest one, as it lies in the trail."""
        notes = (self.folder / ".garant/trail/checkpoints").read_text(encoding="utf-8")
        return "".join(notes.splitlines(keepends=True)[-5:])

    def key(self):
        return (self.folder / ".garant/trail/log.vkey").read_text(encoding="ascii").strip()

    def prove(self, *words):
        return self.call("trail", "prove", *words, status=0).stdout

    def verify(self, proof, *words, status=0):
        self.write("proof", proof)
        return self.call("trail", "verify", "--proof", "proof", "--trail-key", self.key(), *words,
                         cwd=self.folder, status=status)

    def test_a_proof_holds_without_its_trail(self):
        self.record(5)
        old = self.checkpoint()
        size = int(old.splitlines()[1])
        self.write("old", old)
        self.record(300)
        proof = self.prove("2", *SEALED, "--from", str(size))
        self.assertTrue(proof.startswith("c2sp.org/tlog-proof@v1\nextra "), proof)
        key = self.key()
        self.write("proof", proof)
        (self.folder / ".garant").rename(self.folder / "away")
        said = self.call("trail", "verify", "--proof", "proof", "--checkpoint", "old",
                         "--trail-key", key, status=0).stdout
        self.assertIn("Entry 2 stands in the trail garant/dog-licences", said)
        self.assertIn(f"continues the one of {size} entries", said)
        said = self.call("trail", "verify", "--proof", "proof", "--checkpoint", "old",
                         "--trail-key", key, "--lang", "fr", status=0).stdout
        self.assertIn("L’entrée 2 figure au journal", said)

    def test_the_leaf_hash_leads_to_the_signed_root(self):
        """Walked by hand, as RFC 9162 says, without our code."""
        self.record(6)
        lines = self.prove("3", *SEALED).splitlines()
        entry = base64.b64decode(lines[1].removeprefix("extra "))
        empty = lines.index("")
        size, root = int(lines[empty + 2]), lines[empty + 3]
        node, last = int(lines[2].removeprefix("index ")), size - 1
        now = hashlib.sha256(b"\0" + entry).digest()
        for line in lines[3:empty]:
            sibling = base64.b64decode(line)
            if node & 1 or node == last:
                now = hashlib.sha256(b"\1" + sibling + now).digest()
                while not node & 1 and node:
                    node, last = node >> 1, last >> 1
            else:
                now = hashlib.sha256(b"\1" + now + sibling).digest()
            node, last = node >> 1, last >> 1
        self.assertEqual(0, last)
        self.assertEqual(root, base64.b64encode(now).decode("ascii"))

    def test_every_changed_line_is_seen(self):
        self.record(20)
        old = self.checkpoint()
        self.write("old", old)
        self.record(20)
        proof = self.prove("3", *SEALED, "--from", old.splitlines()[1])
        self.verify(proof, "--checkpoint", "old")
        lines = proof.splitlines(keepends=True)
        for at, line in enumerate(lines):
            if not line.strip():
                continue
            middle = (len(line) - 1) // 2
            swap = "B" if line[middle] != "B" else "C"
            changed = lines[:at] + [line[:middle] + swap + line[middle + 1:]] + lines[at + 1:]
            self.assertIn(self.verify("".join(changed), "--checkpoint", "old",
                                      status=None).returncode, (2, 4), line)
            dropped = "".join(lines[:at] + lines[at + 1:])
            self.assertNotEqual(0, self.verify(dropped, "--checkpoint", "old",
                                               status=None).returncode, line)

    def test_it_says_what_is_missing(self):
        self.record(3)
        old = self.checkpoint()
        self.write("old", old)
        proof = self.prove("1", *SEALED)
        for words, said in ((("--checkpoint", "old"), "make it with --from"),
                            (("--entry", "old"), "another entry than --entry")):
            self.assertIn(said, self.verify(proof, *words, status=2).stderr)
        bare = self.prove("1")
        self.assertNotIn("extra", bare)
        self.assertIn("give its bytes with --entry", self.verify(bare, status=2).stderr)
        self.write("entry", base64.b64decode(proof.splitlines()[1].removeprefix("extra ")))
        self.assertIn("Entry 1 stands", self.verify(bare, "--entry", "entry").stdout)
        self.assertIn("another root", self.verify(bare, "--entry", "old", status=4).stderr)
        proof = self.prove("--from", old.splitlines()[1])
        self.assertIn("--checkpoint", self.verify(proof, status=2).stderr)
        self.assertIn("of no entry", self.verify(proof, "--entry", "old", status=2).stderr)
        for words, said in ((("99",), "INDEX takes a number from 0 to"),
                            (("x",), "INDEX takes a number"),
                            (("--from", "0"), "--from takes a number from 1 to"),
                            (("--from", "100"), "--from takes a number"),
                            ((), "name an entry"), (("--sealed", "--from", "1"), "--sealed goes")):
            self.assertIn(said, self.call("trail", "prove", *words, status=2).stderr)
        self.assertIn("--entry goes with --proof",
                      self.call("trail", "verify", "--entry", "old", status=2).stderr)
        self.write("other", old.replace("garant/", "gar4nt/"))
        self.verify(proof, "--checkpoint", "other", status=4)
        self.call("trail", "verify", "--proof", "nothing", status=2)


if __name__ == "__main__":
    import unittest
    unittest.main()
