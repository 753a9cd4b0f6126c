"""A trail that deletes what is old enough, and one that is backed up and put back: with the built program."""

import base64
import hashlib
import json
import re
import shutil
import signal
import subprocess
import time
import unittest

from aged import DAY, KEEP, NEW_TRACE, OLD_TRACE, Aged
from serve_test import Served
from waiting import until, until_ready
from workplace import GARANT, OPEN, service_file

SEALED = ("--sealed", *OPEN[1:])


class Kept(Aged, Served):
    def setUp(self):
        super().setUp()
        self.age()

    def recorder(self):
        """One that runs, and is ready."""
        ready = self.folder / "recorder.ready"
        process = subprocess.Popen(
            [GARANT, "recorder", "--lines", str(self.log_file), "--mapping", "web.yaml",
             "--ready-file", str(ready)], cwd=self.folder, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        until_ready(process, ready)
        return process

    def verify(self, status=0):
        return self.call("trail", "verify", status=status).stdout

    def show(self, *words, status=0):
        done = self.call("trail", "show", *words, "--format", "json", status=status)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def kept_from(self):
        return int(re.search(r"entries below (\d+) were deleted", self.verify())[1])


class Retention(Kept):
    def test_what_is_old_enough_goes_and_proofs_of_the_rest_hold(self):
        before = [json.loads(line) for line in self.call(
            "trail", "show", "--most", "2000", "--format", "json", status=0).stdout.splitlines()]
        proof = self.call("trail", "prove", "700", *SEALED, status=0).stdout
        self.write("proof", proof)
        checkpoint = self.write("checkpoint", "\n\n".join(proof.split("\n\n")[1:]))
        dry = self.call("trail", "expire", "--dry-run", status=0).stdout
        self.assertIn("Due: entries 0 to 511", dry)
        self.assertIn("old enough to be ended", dry)
        self.assertEqual([self.FIRST], self.segments())
        done = self.call("trail", "expire", status=0).stdout
        self.assertIn("Deleted entries 0 to 511", done)
        self.assertIn("Nothing is due.", self.call("trail", "expire", status=0).stdout)
        self.assertEqual(512, self.kept_from())
        # What is gone says so, everywhere.
        for words in (("trail", "show", "3"), ("trail", "prove", "3"),
                      ("trail", "journey", "--entry", "3")):
            gone = self.call(*words)
            self.assertNotEqual(0, gone.returncode)
            self.assertRegex(gone.stderr, r"entry 3 was deleted on \d{4}-\d\d-\d\d .*P2D", words)
        self.assertIn("a été supprimée le", self.call("trail", "show", "3", "--lang", "fr").stderr)
        # What remains is as it was.
        after = {entry["index"]: entry for entry in self.show("--most", "2000")}
        for entry in before[512:]:
            self.assertEqual(entry, after[entry["index"]])
        self.assertEqual(min(after), 512)
        self.assertEqual({entry["index"] for entry in before if entry["kind"] == "event"} & set(after),
                         {entry["index"] for entry in self.show("--kind", "event", "--most", "2000")})
        self.assertEqual(60, len(self.show("--issuer", "licences", "--subject", "anna-1", "--most",
                                           "2000", "--since", after[700]["time"])))
        journey = self.call("trail", "journey", NEW_TRACE, status=0).stdout
        self.assertIn("step.7", journey)
        self.assertRegex(journey, r"Gap: entries up to 511 were deleted, the last on \d{4}-\d\d-\d\d, ")
        never = self.call("trail", "journey", "7e" * 16, status=2).stderr
        self.assertIn("or it stood among the entries up to 511, which were deleted", never)
        self.call("trail", "verify", "--proof", "proof", status=0)
        later = self.write("later", self.call("trail", "prove", "700", *SEALED, status=0).stdout)
        self.call("trail", "verify", "--proof", later, status=0)
        size = checkpoint.read_text(encoding="utf-8").splitlines()[1]
        since = self.write("since", self.call("trail", "prove", "--from", size, status=0).stdout)
        self.call("trail", "verify", "--proof", since, "--checkpoint", checkpoint, status=0)
        # It goes on, with what it knows of its sources.
        self.happen(20, NEW_TRACE)
        self.assertEqual(320, len(self.show("--kind", "event", "--most", "2000", "--since",
                                            after[700]["time"])))
        self.assertIn("The trail holds", self.verify())

    def test_who_is_erased_afterwards_is_erased(self):
        self.call("trail", "expire", status=0)
        self.call("trail", "erase", "--issuer", "licences", "--subject", "anna-1", status=0)
        receipt = next((self.folder / ".garant").glob("trail.receipts/*"))
        self.call("trail", "receipt", receipt, status=0)
        self.assertEqual([], self.show("--issuer", "licences", "--subject", "anna-1", status=2))
        self.assertTrue(self.show("--issuer", "licences", "--subject", "anna-2"))

    def test_a_hold_keeps_it_and_the_program_says_so(self):
        until_day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 30 * DAY))
        done = self.call("trail", "hold", "add", "--category", "line", "--reason", "Inquiry 7",
                         "--until", until_day, status=0)
        hold = done.stdout.split()[0]
        kept = self.call("trail", "expire", status=0).stdout
        self.assertIn(f"Kept from entry 0 on: hold {hold} on line lasts until {until_day}", kept)
        self.assertIn(self.FIRST, self.segments())
        self.assertIn("Kept from entry 0", self.call("trail", "expire", "--dry-run", status=0).stdout)
        self.call("trail", "hold", "end", hold, status=0)
        self.assertIn("Deleted entries 0", self.call("trail", "expire", status=0).stdout)

    def test_a_recorder_deletes_by_itself(self):
        recorder = self.recorder()
        try:
            until(lambda: self.FIRST not in self.segments(), "the recorder has deleted")
        finally:
            recorder.send_signal(signal.SIGTERM)
            said = recorder.communicate(timeout=60)[1]
        self.assertEqual(0, recorder.returncode, said)
        self.assertEqual(512, self.kept_from())
        self.assertEqual(1, len(self.show("--kind", "trail-retention")))

    def test_a_log_that_cannot_be_sealed_is_told_until_it_is(self):
        """Its first entries are old enough that the recorder ends it."""
        shutil.rmtree(self.trail())
        self.write("garant.yaml", service_file())
        self.happen(300, OLD_TRACE, days=1)
        self.write("garant.yaml", service_file(rest=KEEP))
        self.assertEqual([], self.segments())
        (self.trail() / "tree" / "0").mkdir()

        def told():
            return [entry["facts"]["sealed"] for entry in self.show("--kind", "trail-sealing")]

        for _ in range(2):  # the second time it was told already
            recorder = self.recorder()
            self.assertIn("tree/0", recorder.stderr.readline())
            until(told, "it is told")
            recorder.send_signal(signal.SIGTERM)
            said = recorder.communicate(timeout=60)[1]
            self.assertEqual(0, recorder.returncode, said)
            self.assertEqual([False], told())
        (self.trail() / "tree" / "0").rmdir()
        recorder = self.recorder()
        until(lambda: told() == [False, True], "that it is mended is told, too")
        recorder.send_signal(signal.SIGTERM)
        self.assertEqual("", recorder.communicate(timeout=60)[1])
        self.assertEqual([self.FIRST], self.segments())
        self.verify()

    def test_where_nothing_is_declared_nothing_is_deleted(self):
        self.write("garant.yaml", service_file())
        refused = self.call("trail", "expire", status=2)
        self.assertIn("declares no trail.keep", refused.stderr)
        self.write("garant.yaml", service_file(rest=KEEP.replace("P2D", "PT5H")))
        self.assertIn("P1D", self.call("trail", "expire", status=2).stderr)
        self.assertEqual([self.FIRST], self.segments())

    def test_what_is_missing_without_record_is_damage(self):
        self.call("trail", "expire", status=0)
        segment, = self.segments()
        for suffix in (".segment", ".runs"):
            (self.trail() / "segments" / segment).with_suffix(suffix).unlink()
        self.assertIn("deleted without record", self.verify(status=4))
        for words in (("trail", "show"), ("check",)):
            refused = self.call(*words, status=4)
            self.assertIn("does not tell that they were deleted", refused.stderr)

    def test_the_server_says_what_was_deleted_and_proves_the_rest(self):
        self.call("trail", "expire", status=0)
        self.start("--auditor")
        self.open()
        entry = json.loads(self.ask("/api/v1/entries/700").content)
        leaf_hash = base64.b64decode(entry["leaf_hash"])
        tile = self.ask("/tile/0/002").content
        self.assertEqual(leaf_hash, tile[(700 - 512) * 32:][:32])
        # Tiles of what is gone stay, and so the tree.
        gone_tile = self.ask("/tile/0/000").content
        self.assertEqual(8192, len(gone_tile))
        node = gone_tile
        while len(node) > 32:
            node = b"".join(hashlib.sha256(b"\1" + node[at:at + 64]).digest()
                            for at in range(0, len(node), 64))
        self.assertIn(node, self.ask("/tile/1/000.p/3").content)
        gone = self.ask("/api/v1/entries/3")
        self.assertEqual(410, gone.status)
        self.assertIn("was deleted on", gone.content.decode("utf-8"))
        auditor = self.ask(f"/open?token={self.auditor_token}", session="")
        session = auditor.headers["Set-Cookie"].split(";")[0].split("=")[1]
        bundle = self.ask("/tile/entries/000", session=session)
        self.assertEqual(410, bundle.status, bundle.content)
        self.assertIn("was deleted on", bundle.content.decode("utf-8"))
        self.assertEqual(200, self.ask("/tile/entries/002", session=session).status)


class Backup(Kept):
    def setUp(self):
        super().setUp()
        self.copy = self.top / "copy"

    def backup(self, *words, status=0):
        return self.call("trail", "backup", *words, self.copy, status=status).stdout

    def test_it_is_made_checked_and_put_back(self):
        said = self.backup()
        self.assertIn("Its keys are void after the next new root", said)
        recorded, = self.show("--kind", "trail-backup")
        self.assertEqual({"entries": recorded["index"], "keys": True}, recorded["facts"])
        self.assertEqual(["backup.place"], [part["category"] for part in recorded["parts"]])
        self.assertNotIn(str(self.copy).encode(), b"".join(
            path.read_bytes() for path in self.copy.rglob("*") if path.is_file()))
        checked = self.backup("--check")
        self.assertIn("The trail continues it and has 0 entries more.", checked)
        self.assertIn("open under the living root", checked)
        self.happen(50, NEW_TRACE)
        self.assertIn("has 5", self.backup("--check"))
        shutil.rmtree(self.trail())
        put_back = self.call("trail", "restore", self.copy, status=0).stdout
        self.assertIn("opened for writing", put_back)
        self.assertIn("The trail holds", self.verify())
        self.assertTrue(self.show("--issuer", "licences", "--subject", "anna-1"))
        self.call("trail", "rotate-root", status=0)
        self.assertIn("Its keys are void", self.backup("--check", status=1))
        self.backup()
        self.backup("--check")

    def test_it_is_made_while_a_recorder_writes(self):
        recorder = self.recorder()
        try:
            line = self.log_file.read_text(encoding="utf-8").splitlines()[-1] + "\n"
            for number in range(5):
                with self.log_file.open("a", encoding="utf-8") as log:
                    log.write(line * 200)
                self.backup()
                self.assertIn("The back-up holds", self.backup("--check"))
        finally:
            recorder.send_signal(signal.SIGTERM)
            said = recorder.communicate(timeout=60)[1]
        self.assertEqual(0, recorder.returncode, said)
        self.assertEqual(5, len(self.show("--kind", "trail-backup")))

    def test_who_was_erased_stays_erased_where_an_older_trail_is_put_beside_living_keys(self):
        self.backup()
        self.call("trail", "erase", "--issuer", "licences", "--subject", "anna-1", status=0)
        living = self.trail() / "keys"
        kept = self.top / "keys"
        shutil.move(living, kept)
        shutil.rmtree(self.trail())
        self.trail().mkdir()
        shutil.move(kept, living)
        self.call("trail", "restore", self.copy, status=0)
        self.assertEqual([], self.show("--issuer", "licences", "--subject", "anna-1", status=2))
        self.assertTrue(self.show("--issuer", "licences", "--subject", "anna-2"))
        self.assertIn("The trail holds", self.verify())

    def test_void_keys_leave_what_stands_in_clear(self):
        self.backup()
        self.call("trail", "rotate-root", status=0)
        shutil.rmtree(self.trail())
        put_back = self.call("trail", "restore", self.copy, status=1)
        self.assertIn("can be read in clear", put_back.stdout)
        self.assertEqual(900, len(self.show("--kind", "event", "--most", "2000")))
        for refused in (self.call("trail", "restore", self.copy), self.call("trail", "hold", "list")):
            self.assertNotEqual(0, refused.returncode)

    def test_keys_can_be_left_out_and_the_root_is_never_in_it(self):
        self.backup()
        self.assertTrue((self.copy / "keys" / "table").exists())
        root = (self.top / "home" / ".local" / "share" / "garant" / "dog-licences.root").read_bytes()
        for path in self.copy.rglob("*"):
            if path.is_file():
                self.assertNotIn(root[16:48], path.read_bytes())
        self.assertIn("It has no keys", self.backup("--no-keys"))
        self.assertFalse((self.copy / "keys" / "table").exists())
        self.backup("--check")

    def test_a_byte_that_changed_is_found(self):
        self.backup()
        log = next((self.copy / "segments").glob("*.log"))
        content = bytearray(log.read_bytes())
        content[len(content) // 3] ^= 1
        log.write_bytes(content)
        self.assertIn("does NOT hold", self.backup("--check", status=4))
        shutil.rmtree(self.trail())
        refused = self.call("trail", "restore", self.copy, status=4)
        self.assertIn("is not restored", refused.stderr)
        self.assertFalse((self.trail() / "checkpoints").exists())

    def test_a_byte_that_changed_in_its_keys_is_damage_not_void_keys(self):
        self.backup()
        self.assertIn("the log signed its digests", self.backup("--check"))
        table = self.copy / "keys" / "table"
        content = bytearray(table.read_bytes())
        content[40] ^= 1
        table.write_bytes(content)
        checked = self.backup("--check", status=4)
        self.assertIn("keys/table", checked)
        self.assertNotIn("void", checked)
        kept = self.top / "kept"
        shutil.move(self.trail(), kept)
        refused = self.call("trail", "restore", self.copy, status=4)
        self.assertIn("keys/table", refused.stderr)
        self.assertFalse(self.trail().exists())
        shutil.move(kept, self.trail())
        self.backup()
        self.backup("--check")

    def test_nothing_is_recorded_in_a_copy_unless_its_root_is_named(self):
        self.backup()
        whole = {path: path.read_bytes() for path in self.copy.rglob("*") if path.is_file()}
        opening = ("--purpose", "looking", "--role", "owner")
        for words in (("show", "--open", *opening), ("prove", "1", "--sealed", *opening), ("export",),
                      ("tiles", "tiles"), ("backup", "another")):
            said = self.call("trail", *words, "--trail", self.copy, status=2)
            self.assertIn("--root-key", said.stderr, words)
        anna = ("show", "--issuer", "licences", "--subject", "anna-1", "--trail", self.copy)
        self.assertIn("no root key is named", self.call("trail", *anna, status=2).stderr)
        root = self.top / "home" / ".local" / "share" / "garant" / "dog-licences.root"
        self.assertNotEqual("", self.call("trail", *anna, "--root-key", root, status=0).stdout)
        self.call("trail", "verify", "--trail", self.copy, "--root-key", "", status=2)
        self.call("trail", "tiles", "--tree-only", "tiles", "--trail", self.copy, status=0)
        self.assertEqual(whole, {path: path.read_bytes() for path in self.copy.rglob("*")
                                 if path.is_file()})
        self.assertFalse((self.folder / "another").exists())

    def test_a_folder_with_something_else_is_left_as_it_is(self):
        self.copy.mkdir()
        (self.copy / "photo").write_text("a photo", encoding="utf-8")
        refused = self.call("trail", "backup", self.copy, status=3)
        self.assertIn("name a new or empty folder", refused.stderr)
        self.assertEqual(["photo"], [path.name for path in self.copy.iterdir()])
        # Nothing left the trail, and nothing says that it did.
        self.assertEqual([], self.show("--kind", "trail-backup", status=None))


if __name__ == "__main__":
    unittest.main()
