"""What leaves a trail, checked with garant-verify alone, as an auditor builds it: the exported log with its
index, proofs, searches; and the same changed by somebody who would rather hide something."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from workplace import GARANT, OPEN, READERS, ROOT, Workplace, service_file

MAPPING = "mapping: 1\nsystem: %s\ntime: /time\nevent: /event\n"
SEGMENT = 262144  # entries of a log that is full
RUNS = "segments/00000000000000000000.runs"
MAY_NEED = re.compile(r"linux-vdso|ld-linux|lib(crypto|stdc\+\+|m|gcc_s|c)\.so")


class Outside(Workplace):
    """A trail with one segment, of which an entry speaks; some entries of the office are in it and
    behind it."""

    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.kept.cleanup)
        cls.program = str(Path(GARANT).parent.parent / "verify" / "garant-verify")
        maker = cls("make")
        maker.setUp()
        try:
            maker.make()
            shutil.copytree(maker.folder, f"{cls.kept.name}/work")
            shutil.copytree(maker.top / "home", f"{cls.kept.name}/home")
        finally:
            maker.doCleanups()

    def make(self):
        self.write("garant.yaml", service_file(rest="  - { id: office, kind: web-application, "
                                               "agency: Licences, internet: false }\n" + READERS))
        for system in ("web", "office"):
            self.write(f"{system}.yaml", MAPPING % system)
        self.record("office", 10)
        self.write("old", self.checkpoint())
        self.record("web", SEGMENT + 40)
        self.write("middle", self.checkpoint())
        self.record("office", 5)  # and says what the index is
        self.call("trail", "tiles", "exported", status=0)
        self.call("trail", "show", "--part", "office", "--prove", "office.proof", "--sealed",
                  status=2)
        self.assertFalse((self.folder / "office.proof").exists(), "given to nobody for nothing")
        self.call("trail", "show", "--part", "office", "--prove", "office.proof", "--sealed",
                  *OPEN[1:], status=0)

    def setUp(self):
        super().setUp()
        if not hasattr(type(self), "kept") or self._testMethodName == "make":
            return
        kept = Path(self.kept.name)
        if (kept / "work").exists():
            shutil.rmtree(self.folder)
            os.symlink(kept / "work", self.folder)  # whoever changes something takes a copy
            shutil.rmtree(self.top / "home")
            os.symlink(kept / "home", self.top / "home")

    def own_copy(self):
        self.folder.unlink()
        shutil.copytree(f"{self.kept.name}/work", self.folder)

    def record(self, system, count):
        line = json.dumps({"time": "2026-11-23T20:30:00Z", "event": "step"}) + "\n"
        with open(self.folder / f"{system}.log", "a", encoding="utf-8") as log:
            log.write(line * count)
        self.call("recorder", "--lines", self.folder / f"{system}.log", "--mapping",
                  f"{system}.yaml", "--once", status=0)

    def old_size(self):
        return (self.folder / "old").read_text().splitlines()[1]

    def trail(self):
        return self.folder / ".garant/trail"

    def checkpoint(self):
        notes = (self.trail() / "checkpoints").read_text(encoding="utf-8")
        return "".join(notes.splitlines(keepends=True)[-5:])

    def key(self):
        return (self.trail() / "log.vkey").read_text(encoding="ascii").strip()

    def verify(self, *words, status=0, key=None):
        done = subprocess.run([self.program, "--key", key or self.key(), *map(str, words)],
                              cwd=self.folder, env={"LC_ALL": "C.UTF-8"}, capture_output=True,
                              encoding="utf-8", check=False)
        self.assertEqual(status, done.returncode, f"{words}\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    def test_an_auditor_builds_it_with_one_command_and_openssl(self):
        alone = str(self.temporary / "garant-verify")
        # Nothing of this machine's set-up: no home, no paths but the system's.
        built = subprocess.run([str(ROOT / "src/verify/build"), alone], env={
            "PATH": "/usr/bin:/bin", "CXXFLAGS": "-O0"}, cwd="/", capture_output=True, check=False,
            encoding="utf-8")
        self.assertEqual(0, built.returncode, built.stderr)
        for program in (self.program, alone):
            needs = subprocess.run(["ldd", str(program)], capture_output=True, encoding="utf-8",
                                   check=True).stdout
            self.assertIn("libcrypto", needs)
            for line in needs.splitlines():
                self.assertRegex(line, MAY_NEED)
        needs = subprocess.run(["ldd", GARANT], capture_output=True, encoding="utf-8",
                               check=True).stdout
        self.assertFalse(all(MAY_NEED.search(line) for line in needs.splitlines()),
                         "garant itself needs more, which this would have seen")
        self.program = alone
        self.assertIn("holds", self.verify("log", "exported", "--index"))
        self.assertIn("The search holds", self.verify("search", "office.proof"))

    def test_it_says_how_it_is_used(self):
        for words in ((), ("log",), ("log", "exported", "more"), ("tree", "exported"),
                      ("log", "nowhere"), ("proof", "nowhere"), ("log", "exported", "--since"),
                      ("log", "exported", "--faster")):
            self.assertNotRegex(self.verify(*words, status=2), r"The \w+ holds")
        self.verify("log", "exported", status=2, key="garbage")
        # What would not be looked at is refused.
        self.verify("search", "office.proof", "--policy", "none", status=2)
        self.verify("log", "exported", "--checkpoint", "old", status=2)
        self.assertIn("un journal exporté", self.verify("--lang", "fr", "--help"))

    def test_an_exported_log_holds_with_its_index(self):
        said = self.verify("log", "exported", "--index", "--since", "old")
        self.assertRegex(said, r"holds: (\d+) entries, of which \1 were read")
        self.assertIn(f"continues the earlier checkpoint of {self.old_size()} entries", said)
        self.assertIn("The index of 1 segments is that of their entries", said)
        self.assertIn("Le journal", self.verify("log", "exported", "--lang", "fr"))
        # What was handed out is told of in the trail itself.
        reading = json.loads(self.call("trail", "show", "--kind", "reading", "--format", "json",
                                       status=0).stdout.splitlines()[0])
        self.assertEqual("auditor", reading["facts"]["role"])
        self.assertEqual(0, reading["facts"]["first"])

    def test_a_changed_export_does_not_hold_and_it_says_where(self):
        self.own_copy()
        exported = self.folder / "exported"
        bundle = exported / "tile/entries/003"
        sound = bundle.read_bytes()
        changed = bytearray(sound)
        changed[-1] ^= 1
        bundle.write_bytes(changed)
        self.assertIn("tile/entries/003, entry 1023: ", self.verify("log", "exported", status=1))
        length = 2 + int.from_bytes(sound[:2], "big")
        self.assertEqual(sound[:2], sound[length:length + 2], "two entries of one length")
        bundle.write_bytes(sound[length:2 * length] + sound[:length] + sound[2 * length:])
        self.assertIn("entry 768: ", self.verify("log", "exported", status=1))
        bundle.write_bytes(sound[:-7])
        self.assertIn("tile/entries/003, entry 768: ", self.verify("log", "exported", status=1))
        bundle.unlink()
        self.assertIn("tile/entries/003, entry 768: ", self.verify("log", "exported", status=1))
        said = self.verify("log", "exported", "--kept-from", 1024)
        self.assertIn("Of entries below 1024 only the hashes were checked", said)
        self.assertIn("Entries 768 to 1024 (exclusive) are not there, and NOTHING in the log says", said)
        self.verify("log", "exported", "--kept-from", 10**6, status=1)
        bundle.write_bytes(sound)
        said = self.verify("log", "exported", "--index", "--kept-from", 1)
        self.assertIn("The index of 1 segments", said, "its entries are there, whatever is excused")
        self.assertNotIn("was not checked", said)
        bundle.unlink()
        self.verify("log", "exported", "--kept-from", 1023, status=1)
        bundle.write_bytes(sound)
        for name in ("tile/0/002", "tile/1/000", "tile/2/000.p/4"):
            tile = exported / name
            kept = tile.read_bytes()
            tile.write_bytes(kept[:5] + bytes([kept[5] ^ 4]) + kept[6:])
            self.assertIn("NOT", self.verify("log", "exported", status=1), name)
            tile.write_bytes(kept[:-1])
            self.assertIn(f"{name}: ", self.verify("log", "exported", status=1))
            tile.write_bytes(kept)
        self.verify("log", "exported")
        (exported / "checkpoint").write_text((self.folder / "old").read_text())
        self.verify("log", "exported", "--since", "middle", status=1)

    def test_another_key_and_another_past_are_refused(self):
        key = self.key()
        name = key.split("+")[0]
        public = base64.b64decode(key.split("+", 2)[2])
        other = public[:1] + bytes([public[1] ^ 1]) + public[2:]
        identity = hashlib.sha256(name.encode() + b"\n" + other).digest()[:4].hex()
        foreign = f"{name}+{identity}+{base64.b64encode(other).decode()}"
        self.assertIn("another key", self.verify("log", "exported", status=1, key=foreign))
        self.verify("search", "office.proof", status=1, key=foreign)
        forged = (self.folder / "old").read_text().replace(f"\n{self.old_size()}\n", "\n9\n")
        (self.temporary / "forged").write_text(forged)
        self.verify("log", "exported", "--since", self.temporary / "forged", status=1)

    def test_a_key_is_no_files_name(self):
        """Whoever made the folder could have put another key there."""
        key = self.key()
        place = self.temporary / key
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("somebody+00000000+AAAA\n")
        done = subprocess.run((self.program, "--key", key, "log", self.folder / "exported"),
                              cwd=self.temporary, capture_output=True, text=True)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_proofs_of_entries_hold_there_too(self):
        proof = self.temporary / "proof"
        proof.write_text(self.call("trail", "prove", "3", "--sealed", *OPEN[1:], "--from",
                                   self.old_size(), status=0).stdout)
        said = self.verify("proof", proof, "--checkpoint", "old")
        self.assertIn("Entry 3 stands in the trail", said)
        self.assertIn(f"continues the one of {self.old_size()} entries", said)
        self.verify("proof", proof, "--checkpoint", "middle", status=1)
        self.verify("proof", proof, status=2)
        # What was to be checked, and is not in the proof, was not.
        whole = proof.read_text()
        proof.write_text(self.call("trail", "prove", "3", "--sealed", *OPEN[1:], status=0).stdout)
        self.verify("proof", proof)
        self.assertIn("--checkpoint is not shown", self.verify("proof", proof, "--checkpoint", "old",
                                                               status=1))
        proof.write_text(self.call("trail", "prove", "--from", self.old_size(), status=0).stdout)
        self.verify("proof", proof, "--checkpoint", "old")
        self.assertIn("--entry is not shown", self.verify("proof", proof, "--checkpoint", "old",
                                                          "--entry", "old", status=1))
        self.verify("proof", proof, "--checkpoint", "middle", "--checkpoint", "old", status=2)
        proof.write_text(whole)
        proof.write_text(proof.read_text().replace("index 3", "index 4"))
        self.verify("proof", proof, "--checkpoint", "old", status=1)

    def test_a_search_is_shown_to_have_left_nothing_out(self):
        found = re.findall(r"^(\d+) ", self.call("trail", "show", "--part", "office",
                                                 status=0).stdout, re.MULTILINE)
        self.assertGreaterEqual(len(found), 15)
        said = self.verify("search", "office.proof")
        self.assertIn('searched for: part "office"', said)
        self.assertEqual(found, re.findall(r"^entry (\d+): ", said, re.MULTILINE))
        self.assertIn(f"these {len(found)} are all that fit", said)
        self.assertNotIn("nothing is shown", said)
        said = self.call("trail", "verify", "--proof", "office.proof", "--trail-key", self.key(),
                         cwd=self.folder, status=0).stdout
        self.assertIn(f"these {len(found)} are all that fit", said)
        # Line by line, none can be left out, and none put in twice.
        lines = (self.folder / "office.proof").read_text().splitlines(keepends=True)
        changed = self.temporary / "changed"
        places = [0, *range(1, len(lines), max(1, len(lines) // 40))]
        for at in places:
            for text in (lines[:at] + lines[at + 1:], lines[:at + 1] + lines[at:]):
                changed.write_text("".join(text))
                self.verify("search", changed, status=1)
        changed.write_text("".join(lines).replace(base64.b64encode(b"office").decode(),
                                                  base64.b64encode(b"web").decode()))
        self.verify("search", changed, status=1)

    def test_what_is_sealed_is_kept_back_unless_asked_for(self):
        proof = self.temporary / "kept"
        self.call("trail", "show", "--part", "office", "--prove", proof, status=0)
        # It ends before the entries that are kept back; a script sees that, too.
        for said in (self.verify("search", proof, status=3),
                     self.call("trail", "verify", "--proof", proof, "--trail-key", self.key(),
                               status=1).stdout):
            self.assertIn("The search holds", said)
            self.assertIn("only part of what was asked", said)
        for words in (("--sealed",), ("3", "--prove", proof), ("--prove", proof, "--most", "2")):
            self.call("trail", "show", *words, status=2)

    def test_an_index_that_was_changed_is_refused_by_a_plain_search(self):
        self.own_copy()
        runs = self.trail() / RUNS
        sound = runs.read_bytes()
        part = 14 + 12 + 5 * 32  # the line of the sixth key
        offset, length = (int.from_bytes(sound[part + at:part + at + 8], "big") for at in (0, 8))
        for at in range(offset + 8, offset + length, max(1, length // 20)):
            changed = bytearray(sound[:-32])
            changed[at] ^= 2
            runs.write_bytes(bytes(changed) + hashlib.sha256(changed).digest())
            said = self.call("trail", "show", "--part", "office", status=4)
            self.assertIn("the index", said.stderr)
            self.assertEqual("", said.stdout)
        runs.write_bytes(sound)
        self.call("trail", "show", "--part", "office", status=0)

    def test_verifying_from_a_kept_checkpoint_reads_what_came_since(self):
        self.own_copy()
        said = self.call("trail", "verify", "--checkpoint", "middle", cwd=self.folder,
                         status=0).stdout
        self.assertIn("were not read again", said)
        self.assertIn("The trail holds", said)
        # Another log's, and no checkpoint at all: of the trail that says nothing.
        self.write("others", self.checkpoint().replace("garant/", "gar4nt/"))
        for name in ("others", "garant.yaml", "."):
            said = self.call("trail", "verify", "--checkpoint", name, cwd=self.folder, status=2)
            self.assertIn(name, said.stderr)
            self.assertNotIn("does NOT hold", said.stdout)
        # This log's by its name, and not by its signature.
        lines = self.checkpoint().splitlines(keepends=True)
        lines[1] = "7\n"
        self.write("forged", "".join(lines))
        said = self.call("trail", "verify", "--checkpoint", "forged", cwd=self.folder, status=4)
        self.assertIn("the earlier checkpoint: ", said.stdout)
        self.assertNotIn("/the earlier", said.stdout)
        for name in ("tree/0", "tree/1"):
            path = self.trail() / name
            sound = path.read_bytes()
            path.write_bytes(sound[:40] + bytes([sound[40] ^ 1]) + sound[41:])
            self.call("trail", "verify", "--checkpoint", "middle", cwd=self.folder, status=4)
            path.write_bytes(sound)
        # Entries before it are trusted for their hashes: that is what it says.
        segment = self.trail() / "segments/00000000000000000000.segment"
        sound = segment.read_bytes()
        at = len(sound) // 2
        segment.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1:])
        self.call("trail", "verify", status=4)
        self.call("trail", "verify", "--checkpoint", "middle", cwd=self.folder, status=0)
        self.call("trail", "verify", "--checkpoint", "old", cwd=self.folder, status=4)

    def test_an_export_goes_on_and_takes_no_other_folder(self):
        self.own_copy()
        shutil.copy(self.folder / "web.yaml", self.folder / "more.yaml")
        self.record("more", 3)
        self.assertRegex(self.call("trail", "tiles", "exported", status=0).stdout,
                         r"; \d tiles and \d bundles written")
        self.verify("log", "exported", "--index")
        # Nothing is left of the export before, and the reading counts what was given.
        tiles = sorted(path.relative_to(self.folder / "exported").as_posix()
                       for path in (self.folder / "exported/tile").rglob("*.p/*"))
        size = int((self.folder / "exported/checkpoint").read_text().splitlines()[1])
        for what in ("tile/0/", "tile/entries/"):
            partial, = (name for name in tiles if name.startswith(what))
            self.assertTrue(partial.endswith(f".p/{size % 256}"), partial)
        reading = json.loads(self.call("trail", "show", "--kind", "reading", "--newest", "--most",
                                       "1", "--format", "json", status=0).stdout)
        self.assertEqual(size, reading["facts"]["count"])
        self.write("exported/tile/0/999", "more")
        self.assertIn("tile/0/999", self.verify("log", "exported", status=1))
        self.write("other/file", "something else")
        self.call("trail", "tiles", "other", status=3)
        self.assertEqual(["file"], os.listdir(self.folder / "other"))
        self.call("trail", "tiles", "--tree-only", "tree", status=0)
        self.assertFalse((self.folder / "tree/tile/entries").exists())
        self.verify("log", "tree", status=1)
        size = (self.folder / "tree/checkpoint").read_text().splitlines()[1]
        self.verify("log", "tree", "--kept-from", size)


if __name__ == "__main__":
    unittest.main()
