"""Breaks a trail in every way that a person with its folder could, and looks who notices."""

import random
import re
import shutil

from workplace import (COOKIE_MANNERS, LOG, OPEN, READERS, Workplace, in_an_earlier_note, public_key,
                       service_file)

FILES = ("checkpoints", "keys/table", LOG, "log.vkey")
SAMPLES = 150


class Trail(Workplace):
    @classmethod
    def setUpClass(cls):
        """A trail of a few acts, kept as bytes: each test breaks a copy."""
        maker = cls("make")
        maker.setUp()
        try:
            maker.make()
            cls.service = (maker.folder / "garant.yaml").read_bytes()
            cls.root = maker.root_key().read_bytes()
            cls.whole = {name: (maker.trail() / name).read_bytes() for name in FILES}
        finally:
            maker.doCleanups()

    def make(self):
        key = self.make_key("owner")
        self.write("garant.yaml", service_file({"owner": public_key(key)}, READERS))
        for number in range(3):
            self.call("act", "review", "--standard", COOKIE_MANNERS, "--item", "c-01", "--by",
                      "owner", "--key", key, "--statement", f"Review {number}.", status=0)

    def trail(self):
        return self.folder / ".garant" / "trail"

    def root_key(self):
        return self.top / "home" / ".local" / "share" / "garant" / "dog-licences.root"

    def restore(self):
        self.write("garant.yaml", self.service)
        self.root_key().parent.mkdir(parents=True, exist_ok=True)
        self.root_key().write_bytes(self.root)
        self.root_key().chmod(0o600)
        shutil.rmtree(self.trail(), ignore_errors=True)
        for name, content in self.whole.items():
            self.write(f".garant/trail/{name}", content)

    def verify(self, *words, status=4):
        return self.call("trail", "verify", *words, status=status)

    def check(self, *words, status=4):
        return self.call("check", "--standard", COOKIE_MANNERS, *words, status=status)

    def test_the_whole_trail_holds(self):
        self.restore()
        self.assertIn("The trail holds: 3 entries", self.verify(status=0).stdout)
        self.assertRegex(self.call("trail", "verify", "--lang", "fr", status=0).stdout,
                         r"Le journal tient\W+3 entrées")
        key = self.whole["log.vkey"].decode("ascii").strip()
        self.verify("--trail-key", key, status=0)
        self.check("--trail-key", key, status=1)
        # What would not be looked at is refused.
        for words in (("2", "--kind", "act"), ("2", "--since", "2026-01-01"), ("2", "--newest"),
                      ("2", "--most", "1"), ("2", "--from", "1"), ("--most", "0")):
            said = self.call("trail", "show", *words, status=2)
            self.assertIn(words[-2] if len(words) == 3 or words[0] == "--most" else "--newest", said.stderr)
            self.assertEqual("", said.stdout)
        # A file that holds it does, too; a variable that nothing was put into does not.
        kept = self.write("kept.vkey", key + "\n")
        self.verify("--trail-key", kept, status=0)
        self.check("--trail-key", kept, status=1)
        for wrong in ("", "garbage", self.folder):
            self.assertRegex(self.verify("--trail-key", wrong, status=2).stderr,
                             "--trail-key|is a folder")
            self.check("--trail-key", wrong, status=2)

    def test_a_flipped_byte_anywhere_is_found_and_named(self):
        self.restore()
        places = [(name, at) for name in FILES for at in range(len(self.whole[name]))]
        for name, at in random.Random(2).sample(places, SAMPLES):
            broken = bytearray(self.whole[name])
            broken[at] ^= 1 << (at % 8)
            (self.trail() / name).write_bytes(broken)
            said = self.verify()
            self.assertIn(f"{self.trail().relative_to(self.folder)}/{name}: ", said.stdout,
                          f"byte {at} of {name}")
            if name == LOG and not in_an_earlier_note(self.whole[LOG], at):
                self.assertIn("entry ", said.stdout, f"byte {at} of the log")
            (self.trail() / name).write_bytes(self.whole[name])
        self.verify(status=0)

    def test_a_flipped_byte_of_what_the_verdicts_rest_on_stops_the_judge(self):
        """The log, its key and its last checkpoint; older checkpoints are for `trail verify`."""
        self.restore()
        last = self.whole["checkpoints"].rindex(b"\n\n", 0, -2)
        last = self.whole["checkpoints"].rindex(b"garant/", 0, last)
        places = [("checkpoints", at) for at in range(last, len(self.whole["checkpoints"]))]
        places += [(name, at) for name in (LOG, "log.vkey") for at in range(len(self.whole[name]))
                   if name != LOG or not in_an_earlier_note(self.whole[LOG], at)]
        for name, at in random.Random(3).sample(places, 60):
            broken = bytearray(self.whole[name])
            broken[at] ^= 0x20
            (self.trail() / name).write_bytes(broken)
            said = self.check()
            self.assertEqual("", said.stdout, f"byte {at} of {name}: no verdict on a broken trail")
            (self.trail() / name).write_bytes(self.whole[name])

    def test_broken_keys_stop_the_judge(self):
        self.restore()
        broken = bytearray(self.whole["keys/table"])
        broken[-1] ^= 1
        (self.trail() / "keys/table").write_bytes(broken)
        self.assertEqual("", self.check().stdout)

    def test_a_truncated_file_is_found(self):
        self.restore()
        for name in FILES:
            for keep in (0, 1, len(self.whole[name]) // 2, len(self.whole[name]) - 1):
                (self.trail() / name).write_bytes(self.whole[name][:keep])
                if name == "checkpoints" and self.whole[name][:keep].endswith(b"=\n"):
                    self.verify(status=0)  # fewer were published: the log has notes of its own
                    (self.trail() / name).write_bytes(self.whole[name])
                    continue
                # A log that is cut between two batches is short of what was published.
                named = "(checkpoints|segments)" if name == LOG else re.escape(name)
                self.assertRegex(self.verify().stdout, f"/{named}: ", f"{keep} bytes of {name}")
                self.assertEqual("", self.check().stdout, f"{keep} bytes of {name}")
                (self.trail() / name).write_bytes(self.whole[name])

    def test_a_missing_file_is_found(self):
        for name in FILES:
            self.restore()
            (self.trail() / name).unlink()
            said = self.verify()
            self.assertIn(name, said.stdout + said.stderr)
            self.assertEqual("", self.check().stdout, f"judged without {name}")

    def test_what_was_appended_behind_the_last_note_is_found(self):
        self.restore()
        (self.trail() / LOG).write_bytes(self.whole[LOG] + self.whole[LOG][21:])
        self.assertIn(f"/{LOG}: ", self.verify().stdout)
        self.assertEqual("", self.check().stdout)

    def test_a_probe_takes_up_where_a_killed_writer_stopped(self):
        self.restore()
        (self.trail() / LOG).write_bytes(self.whole[LOG] + self.whole[LOG][21:60])
        self.call("probe", "--url", "http://127.0.0.1:9/", status=3)  # nothing answers there
        self.assertEqual(self.whole[LOG], (self.trail() / LOG).read_bytes())

    def test_a_trail_of_somebody_else_is_refused_where_the_key_is_known(self):
        other = Trail("make")
        other.setUp()
        self.addCleanup(other.doCleanups)
        other.make()
        self.restore()
        for name in FILES:
            (self.trail() / name).write_bytes((other.trail() / name).read_bytes())
        key = self.whole["log.vkey"].decode("ascii").strip()
        self.verify("--trail-key", key)
        self.assertEqual("", self.check("--trail-key", key).stdout)
        self.restore()
        for name in FILES:
            (self.trail() / name).write_bytes((other.trail() / name).read_bytes())
            self.assertRegex(self.verify().stdout, r"/(\S+\.log|segments|checkpoints|keys/table|log\.vkey): ",
                             f"{name} of another trail")
            (self.trail() / name).write_bytes(self.whole[name])

    def test_an_older_copy_holds_alone_but_not_against_a_newer_checkpoint(self):
        self.restore()
        ends = [found.end() for found in re.finditer(rb"(?<=\n)BTCH", self.whole[LOG])]
        self.assertEqual(3, len(ends), "three batches behind the first")
        (self.trail() / LOG).write_bytes(self.whole[LOG][:ends[-1] - 4])
        self.assertIn("/segments: ", self.verify().stdout, "more was published")
        self.assertEqual("", self.check().stdout)
        notes = re.split(rb"(?<==\n)(?=garant/)", self.whole["checkpoints"])
        self.assertEqual(4, len(notes))
        (self.trail() / "checkpoints").write_bytes(b"".join(notes[:-1]))
        self.assertIn("The trail holds: 2 entries", self.verify(status=0).stdout)

    def test_a_writer_refuses_a_broken_trail(self):
        self.restore()
        broken = bytearray(self.whole[LOG])
        broken[40] ^= 1
        (self.trail() / LOG).write_bytes(broken)
        said = self.call("act", "review", "--standard", COOKIE_MANNERS, "--item", "c-01", "--by",
                         "owner", "--unsigned", "--statement", "More.", status=4)
        self.assertEqual("", said.stdout)
        self.assertEqual(bytes(broken), (self.trail() / LOG).read_bytes(), "nothing was repaired")

    def test_a_trail_that_was_named_must_be_there(self):
        self.restore()
        key = self.whole["log.vkey"].decode("ascii").strip()
        shutil.rmtree(self.trail())
        self.check("--trail-key", key, status=4)
        said = self.check("--trail", "elsewhere", status=2)
        self.assertIn("elsewhere", said.stderr)
        self.verify(status=2)
        self.check(status=1)  # no trail yet, and none was asked for

    def test_a_key_that_is_none_is_the_callers_mistake(self):
        self.restore()
        self.assertIn("verifier key", self.check("--trail-key", "garbage", status=2).stderr)
        (self.top / "short").write_bytes(b"short")
        (self.top / "short").chmod(0o600)
        self.check("--root-key", self.top / "short", status=2)

    def test_showing_says_what_is_not_there(self):
        self.restore()
        for index in ("3", "-1", "x", "99999999999999999999"):
            self.call("trail", "show", "--", index, status=2)
        lines = self.call("trail", "show", "--format", "json", status=0).stdout.splitlines()
        self.assertEqual(3, len(lines))
        # Page by page it is the same.
        for order in ([], ["--newest"]):
            whole = self.call("trail", "show", "--format", "json", *order, status=0).stdout
            paged, more = "", []
            while more is not None:
                page = self.call("trail", "show", "--format", "json", "--most", "1", *order, *more, status=0)
                paged += page.stdout
                more = ["--from", page.stderr.split("--from ")[1].strip()] if page.stderr else None
            self.assertEqual(whole, paged)
        self.assertEqual("", self.call("trail", "show", "--kind", "http-route", status=0).stdout)
        self.root_key().unlink()
        said = self.call("trail", "show", *OPEN, status=2)
        self.assertIn("dog-licences.root", said.stderr)

    def test_a_lost_root_key_is_not_replaced(self):
        self.restore()
        self.root_key().unlink()
        said = self.call("act", "review", "--standard", COOKIE_MANNERS, "--item", "c-01", "--by",
                         "owner", "--unsigned", "--statement", "More.", status=2)
        self.assertIn("--root-key", said.stderr)
        self.assertFalse(self.root_key().exists())
        for name, content in self.whole.items():
            self.assertEqual(content, (self.trail() / name).read_bytes())
