"""Who was erased stays erased, for whoever has every copy ever made: looked at by a program of its own."""

import base64
import json
import re
import shutil
import subprocess
import time
import unittest
from datetime import datetime, timezone
from pathlib import Path

import key_store
from key_store import ACTOR, SUBJECT, TRANSIENT, Entry, Keys, leaves, roots_in
from sealed_segment import sealed_leaves
from workplace import LOG, OPEN, PERSONS_MAPPING, READERS, ROOT, Workplace, service_file

ANNA, BELA, CARLA = ("licences", "anna-1971"), ("licences", "bela-1980"), ("licences", "carla-1994")


def example(page, mark):
    """The bytes of a worked example."""
    text = (ROOT / "docs" / "formats" / page).read_text(encoding="utf-8")
    return bytes.fromhex(re.search(rf"```{mark}\n(.*?)```", text, re.DOTALL)[1])


class Formats(unittest.TestCase):
    """The program here reads what the pages show, so that it is not blind."""

    def test_the_examples_open_to_what_the_page_says(self):
        rows, held = key_store.open_page(example("key-pages.md", "page"), b"\x02" * 32)
        self.assertEqual([(b"\x03" * 32, b"\x04" * 32, b"\x05" * 16)], rows)
        self.assertEqual([(b"\x06" * 16, {b"contact.email": b"\x07" * 32})], held)
        table = key_store.open_table(example("key-pages.md", "table"), lambda *_: [b"\x11" * 32])
        self.assertEqual((b"\x15" * 32, b"\x16" * 32, b"\x17" * 32, 24, 20000, {20001: b"\x18" * 32}),
                         tuple(table[name] for name in ("record", "lookup", "seed", "applied",
                                                        "first_day", "transient")))
        self.assertEqual([(b"\x01" * 8, b"\x02" * 32)], table["pages"])
        until = datetime(2027, 3, 31, tzinfo=timezone.utc)
        self.assertEqual([{"id": b"\x19" * 8, "until": int(until.timestamp()), "ended": 0,
                           "reason": b"inquiry", "categories": [b"contact.email"]}], table["holds"])


class Erasing(Workplace):
    def setUp(self):
        super().setUp()
        self.write("garant.yaml", service_file(rest=READERS))
        self.write("web.yaml", PERSONS_MAPPING)
        self.copies = []
        self.log_file = self.folder / "web.log"
        self.log_file.touch()

    def trail(self):
        return self.folder / ".garant" / "trail"

    def root_file(self):
        return self.top / "home" / ".local" / "share" / "garant" / "dog-licences.root"

    def back_up(self):
        copy = self.top / f"copy{len(self.copies)}"
        shutil.copytree(self.trail() / "keys", copy)
        self.copies.append(copy)

    def happen(self, *people):
        """Something happens to each of them, and a copy of the keys is made before and after."""
        if self.trail().exists():
            self.back_up()
        with self.log_file.open("a", encoding="utf-8") as log:
            for issuer, name in people:
                now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
                log.write(json.dumps({"time": now, "event": "asked", "licence": name, "trace": "4b" * 16,
                                      "session": "s-1", "secret": f"of {name}"}) + "\n")
        self.call("recorder", "--lines", self.log_file, "--mapping", "web.yaml", "--once", status=0)
        self.back_up()

    def erase(self, *people, status=0):
        listed = "".join(f"{issuer}\t{name}\n" for issuer, name in people)
        return self.call("trail", "erase", self.write("persons.tsv", listed), status=status)

    def keys(self, *more_roots):
        """All that the program gets: every copy, what lives, and the roots that live."""
        live = roots_in(self.root_file().read_bytes())
        return Keys([*self.copies, self.trail() / "keys"], [*live, *more_roots])

    def log(self):
        return (self.trail() / LOG).read_bytes()

    def sealed(self):
        """{index: leaf} of what is sealed, which no log holds any more."""
        return {index: leaf for path in sorted((self.trail() / "segments").glob("*.segment"))
                for index, leaf in sealed_leaves(path.read_bytes()).items()}

    def leaves(self):
        """All, in order: of the segments, and of the logs behind them."""
        found = self.sealed()
        for path in sorted((self.trail() / "segments").glob("*.log")):
            found.update(leaves(path.read_bytes()))
        self.assertEqual(list(range(len(found))), sorted(found))
        return [found[index] for index in sorted(found)]

    def entries(self):
        return [Entry(leaf) for leaf in self.leaves()]

    def opened_of(self, keys, person):
        """What of the person's lines opens."""
        return [plain for plain in keys.opens(self.entries(), b"line").values() if person[1].encode() in plain]

    def tokens(self, keys):
        """Tokens of the trail that it computes."""
        return keys.tokens(self.entries())

    def token_of(self, person):
        """The person's token, told from the line that still opens."""
        entries = self.entries()
        for (index, _), plain in self.keys().opens(entries, b"line").items():
            if person[1].encode() in plain:
                return entries[index].tokens()[0]
        raise AssertionError(f"nothing of {person} opens")


class Erasure(Erasing):
    def test_every_copy_and_all_that_lives_open_nothing_of_who_was_erased(self):
        self.happen(ANNA, BELA)
        self.happen(ANNA)
        before, log_before = self.keys(), self.log()
        anna, bela = self.token_of(ANNA), self.token_of(BELA)
        # The controls: this program sees them, and computes their tokens, as long as they may be seen.
        self.assertEqual(2, len(self.opened_of(before, ANNA)))
        self.assertEqual(1, len(self.opened_of(before, BELA)))
        self.assertLessEqual({anna, bela}, self.tokens(before))
        self.assertEqual(1, len(before.person(*ANNA)))
        old_roots = roots_in(self.root_file().read_bytes())
        self.assertGreater(len(self.copies), 2)

        self.assertIn("Erased ", self.erase(ANNA).stdout)
        self.back_up()
        self.happen(BELA)
        after = self.keys()
        self.assertEqual([], self.opened_of(after, ANNA))
        self.assertEqual(set(), after.person(*ANNA))
        self.assertNotIn(anna, self.tokens(after))
        self.assertEqual(2, len(self.opened_of(after, BELA)), "the control: others open as before")
        self.assertIn(bela, self.tokens(after))
        self.assertEqual(log_before, self.log()[:len(log_before)], "the tree is as it was")
        self.call("trail", "verify", status=0)
        # The control of what the erasure rests on: had somebody kept the old root, all would open.
        kept = self.keys(*old_roots)
        self.assertEqual(2, len(self.opened_of(kept, ANNA)))
        self.assertIn(anna, self.tokens(kept))
        for root in old_roots:
            self.assertNotIn(root, self.root_file().read_bytes())

    def test_many_are_erased_together_and_who_comes_back_is_somebody_new(self):
        self.happen(ANNA, BELA, CARLA)
        anna = self.token_of(ANNA)
        said = self.erase(ANNA, CARLA, ("licences", "nobody"), status=1)
        self.assertEqual(2, said.stdout.count("Erased "))
        self.assertIn("Of 1 of them", said.stdout)
        self.assertNotIn("nobody", said.stdout + said.stderr)
        self.happen(ANNA)
        keys = self.keys()
        self.assertEqual(1, len(self.opened_of(keys, ANNA)), "what came after")
        self.assertNotIn(anna, self.tokens(keys))
        self.assertEqual([], self.opened_of(keys, CARLA))
        self.assertEqual(1, len(self.opened_of(keys, BELA)))

    def test_a_hold_keeps_its_category_and_says_so_until_it_ends(self):
        self.happen(ANNA, BELA)
        anna = self.token_of(ANNA)
        added = self.call("trail", "hold", "add", "--category", "line", "--reason", "Inquiry 7", "--until",
                          "2100-01-01", status=0).stdout
        hold = added.split()[0]
        self.assertIn("Inquiry 7", self.call("trail", "hold", "list", status=0).stdout)
        self.assertNotIn(b"Inquiry", self.log())
        said = self.erase(ANNA).stdout
        self.assertIn("save what a hold keeps (line)", said)
        self.assertRegex(said, rf"hold {hold} keeps line until 2100-01-01T\S*: Inquiry 7\n")
        self.back_up()
        keys = self.keys()
        self.assertEqual(1, len(self.opened_of(keys, ANNA)), "the held category opens")
        self.assertNotIn(anna, self.tokens(keys), "and nothing else is known of her")
        self.assertIn("No ended hold", self.call("trail", "erase", "--released", status=0).stdout)
        self.call("trail", "hold", "end", hold, status=0)
        self.call("trail", "hold", "end", hold, status=2)
        self.assertIn("Erased ", self.call("trail", "erase", "--released", status=0).stdout)
        keys = self.keys()
        self.assertEqual([], self.opened_of(keys, ANNA))
        self.assertEqual(1, len(self.opened_of(keys, BELA)))

    def test_the_receipt_holds_for_whoever_looks(self):
        self.happen(ANNA, BELA)
        verifier_key = (self.trail() / "log.vkey").read_text(encoding="ascii").strip()
        for person in (ANNA, BELA):
            self.erase(person)
        receipts = sorted((self.folder / ".garant" / "trail.receipts").iterdir())
        self.assertEqual(2, len(receipts))
        for path in receipts:
            text = path.read_text(encoding="utf-8")
            said = key_store.check_receipt(text, verifier_key)
            self.assertEqual("-", said["held"])
            self.assertNotIn("anna", text)
            self.assertIn(said["record"], self.call("trail", "receipt", path, "--trail-key", verifier_key,
                                                    status=0).stdout)
            path.write_text(text.replace("held -", "held line"), encoding="utf-8")
            self.call("trail", "receipt", path, "--trail-key", verifier_key, status=4)
            with self.assertRaises(Exception):
                key_store.check_receipt(path.read_text(encoding="utf-8"), verifier_key)
        self.call("trail", "receipt", "none", "--trail-key", verifier_key, status=2)
        # Misuse is misuse, whatever is wrong; and no key is not one that was checked.
        whole = receipts[0].read_text(encoding="utf-8").replace("held line", "held -")
        garbage = self.write("garbage", "a letter\n")
        kept = self.write("kept.vkey", verifier_key + "\n")
        self.write("whole.receipt", whole)
        for words in ((self.folder,), (garbage,), ("whole.receipt", "--trail-key", ""),
                      ("whole.receipt", "--trail-key", "garbage"),
                      ("whole.receipt", "--trail-key", verifier_key[:-4] + "AAAA"),
                      ("whole.receipt", "--trail", "elsewhere")):
            said = self.call("trail", "receipt", *words, cwd=self.folder, status=2)
            self.assertNotIn("holds", said.stdout)
        self.call("trail", "receipt", "whole.receipt", "--trail-key", kept, cwd=self.folder, status=0)

    def test_a_rotated_root_voids_every_copy(self):
        self.happen(ANNA)
        self.back_up()
        self.assertEqual(1, len(self.opened_of(Keys(self.copies, roots_in(self.root_file().read_bytes())),
                                               ANNA)))
        self.call("trail", "rotate-root", status=0)
        live = roots_in(self.root_file().read_bytes())
        self.assertEqual(1, len(live))
        self.assertEqual([], Keys(self.copies, live).opened)
        self.assertEqual(1, len(self.opened_of(self.keys(), ANNA)))
        shutil.rmtree(self.trail() / "keys")
        shutil.copytree(self.copies[-1], self.trail() / "keys")
        said = self.call("trail", "verify", status=4).stdout
        self.assertIn("keys/table: ", said)
        self.assertIn("earlier copies void", said)

    def test_the_trail_lives_on_a_token(self):
        if not shutil.which("softhsm2-util"):
            self.skipTest("softhsm2 is not installed")
        (self.top / "tokens").mkdir()
        configuration = self.top / "softhsm2.conf"
        configuration.write_text(f"directories.tokendir = {self.top}/tokens\n", encoding="utf-8")
        self.environment["SOFTHSM2_CONF"] = str(configuration)
        self.environment["TOKEN_PIN"] = "1234"
        self.run_softhsm("--init-token", "--free", "--label", "rivermouth", "--pin", "1234", "--so-pin", "5678")
        root = ("pkcs11:token=rivermouth;object=licences?module-path=/usr/lib/softhsm/libsofthsm2.so"
                "&pin-source=env:TOKEN_PIN")
        self.log_file.write_text(json.dumps({"time": datetime.now(timezone.utc).isoformat(
            timespec="seconds").replace("+00:00", "Z"), "event": "asked", "licence": ANNA[1]}) + "\n",
            encoding="utf-8")
        self.call("recorder", "--lines", self.log_file, "--mapping", "web.yaml", "--once", "--root-key", root,
                  status=0)
        self.assertIn(ANNA[1], self.call("trail", "show", *OPEN, "--root-key", root, status=0).stdout)
        self.back_up()
        persons = self.write("persons.tsv", f"{ANNA[0]}\t{ANNA[1]}\n")
        self.call("trail", "erase", persons, "--root-key", root, status=0)
        self.assertNotIn(ANNA[1], self.call("trail", "show", *OPEN, "--root-key", root, status=0).stdout)
        self.call("trail", "verify", "--root-key", root, status=0)
        shutil.rmtree(self.trail() / "keys")
        shutil.copytree(self.copies[-1], self.trail() / "keys")
        self.call("trail", "verify", "--root-key", root, status=4)
        self.environment["TOKEN_PIN"] = "9999"
        self.assertIn("PIN", self.call("trail", "show", *OPEN, "--root-key", root, status=3).stderr)

    def run_softhsm(self, *words):
        import subprocess
        subprocess.run(["softhsm2-util", *words], check=True, stdin=subprocess.DEVNULL, capture_output=True,
                       env=self.environment, timeout=60)

    def test_what_is_asked_badly_is_refused_and_changes_nothing(self):
        self.happen(ANNA)
        whole = {path: path.read_bytes() for path in self.trail().rglob("*") if path.is_file()}
        bad = self.write("bad.tsv", "licences\tanna-1971\nlicences anna\n")
        self.assertIn("bad.tsv:2:1: ", self.call("trail", "erase", bad, status=2).stderr)
        for words in (("erase",), ("erase", "--subject", "anna"), ("erase", "--issuer", "a"),
                      ("erase", "--issuer", "", "--subject", ""), ("erase", "none.tsv"),
                      ("erase", bad, "--released"), ("hold", "add"), ("hold", "end", "zz"),
                      ("hold", "end", "00" * 8), ("receipt",), ("receipt", bad),
                      ("hold", "add", "--category", "contact.emial", "--reason", "x", "--until", "2100-01-01"),
                      ("hold", "add", "--category", "line", "--reason", "x", "--until", "2001-01-01"),
                      ("hold", "add", "--category", "line", "--reason", "x", "--until", "soon"),
                      ("hold", "add", "--category", "line", "--until", "2100-01-01")):
            self.assertNotEqual("", self.call("trail", *words, status=2).stderr, words)
        self.assertEqual(whole, {path: path.read_bytes() for path in self.trail().rglob("*")
                                 if path.is_file()})
        self.call("trail", "erase", bad, "--trail", "elsewhere", status=2)
        self.assertFalse((self.folder / "elsewhere").exists(), "it makes no trail")


DAY, HOUR = 24 * 3600, 3600
SESSION, TRACE = "s-1", "4b" * 16


class Everything(Erasing):
    """Parts of each class and category, tokens of each kind, entries sealed and not, of two epochs; and the
    clock in hand."""

    def setUp(self):
        super().setUp()
        self.write("web.yaml", PERSONS_MAPPING + "actor: { issuer: licences, at: /clerk }\n")
        self.clock = self.top / "earlier_clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", self.clock,
                        Path(__file__).with_name("earlier_clock.c")], check=True)
        self.old_roots = set()
        self.today = int(time.time()) // DAY

    def set_clock(self, moment):
        self.environment["LD_PRELOAD"] = str(self.clock)
        self.environment["EARLIER_SECONDS"] = str(int(time.time()) - moment)

    def back_up(self):
        super().back_up()
        self.old_roots.update(roots_in(self.root_file().read_bytes()))

    def line(self, **members):
        return json.dumps({"time": self.moment, "event": "asked", "trace": TRACE, "session": SESSION,
                           "span": "5d" * 8, **members})

    def record(self, *lines):
        with self.log_file.open("a", encoding="utf-8") as log:
            log.writelines(line + "\n" for line in lines)
        self.call("recorder", "--lines", self.log_file, "--mapping", "web.yaml", "--once", status=0)
        self.back_up()

    def live_through(self, day, others=0):
        """What a day says of Anna alone, of what she did, of her and Bela together, and in a line that is refused;
        of Bela, and of others; and somebody reads what is said of her."""
        self.set_clock(day * DAY + 12 * HOUR)
        self.moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(day * DAY + 12 * HOUR))
        self.record(self.line(licence=ANNA[1]), self.line(clerk=ANNA[1]), self.line(licence=[ANNA[1], BELA[1]]),
                    f"no JSON, of {ANNA[1]}", self.line(licence=BELA[1]), *[self.line(licence=CARLA[1])] * others)
        self.assertIn(ANNA[1], self.call("trail", "show", *OPEN, "--issuer", ANNA[0], "--subject", ANNA[1],
                                         status=0).stdout)
        self.back_up()

    def live_through_two_days(self):
        """So that the first day is of another epoch, and sealed. The transient keys live forty days."""
        days = (self.today - 35, self.today)
        kept = READERS + "  transient: P40D\n"
        self.write("garant.yaml", service_file(rest=kept))
        self.live_through(days[0], others=260)
        before = self.leaves()
        self.set_clock((days[0] + 1) * DAY + 12 * HOUR)
        self.call("trail", "expire", "--service",
                  self.write("ended.yaml", service_file(rest=kept + "  keep: P2D\n")), status=0)
        sealed = self.sealed()
        self.assertEqual(256, len(sealed))
        self.assertEqual(before[:256], list(sealed.values()), "sealed is what was appended")
        self.live_through(days[1])
        return days

    def look(self):
        """Before the erasure: what there is of Anna, and that this program sees all of it."""
        self.entries_before, self.leaves_before, before = self.entries(), self.leaves(), self.keys()
        self.opened_before = before.opens(self.entries_before)
        self.annas = before.tokens_of(*ANNA, self.entries_before)
        self.belas = before.tokens_of(*BELA, self.entries_before)
        parts = {(entry.index, number): (entry, part) for entry in self.entries_before
                 for number, part in enumerate(entry.parts)}
        self.own = {place for place, (entry, part) in parts.items() if entry.owner(part) in self.annas}
        self.belas_own = {place for place, (entry, part) in parts.items() if entry.owner(part) in self.belas}
        self.passing = {place: part["epoch"] for place, (entry, part) in parts.items()
                        if part["class"] == TRANSIENT and (self.annas & set(entry.tokens()) or
                                                           ANNA[1].encode() in self.opened_before[place])}
        self.day_tokens = {token: entry.day for entry in self.entries_before for token in entry.day_tokens()}
        self.assertEqual(set(parts), set(self.opened_before), "the control: everything opens")
        self.assertEqual({SUBJECT}, {parts[place][1]["class"] for place in self.own})
        self.assertEqual({1, ACTOR}, {parts[place][1]["reference"] for place in self.own})
        self.assertEqual({b"line", b"trace.span"}, {parts[place][1]["category"] for place in self.passing})
        self.assertIn("source", {parts[place][0].kind for place in self.passing}, "the line that was refused")
        for tag in (9, 10):
            self.assertTrue(self.annas & {token for entry in self.entries_before for token in entry.values(tag)}, tag)
        self.assertIn("reading", {entry.kind for entry in self.entries_before
                                  if self.annas & set(entry.tokens())})
        self.assertLessEqual(self.annas | self.belas | set(self.day_tokens), self.computed(before))

    def look_at_sealed(self, days):
        """Before the erasure: that there is of each both in the segment and behind it, and of both days."""
        for of_whom in (self.own, self.belas_own, self.passing):
            self.assertEqual({True, False}, {index < 256 for index, _ in of_whom})
        self.assertEqual(set(days), set(self.passing.values()))
        self.assertEqual(set(days), set(self.day_tokens.values()))
        self.assertEqual((2, 4), (len(self.annas), len(self.own)), "a token an epoch, two lines a day")

    def computed(self, keys):
        return keys.tokens(self.entries(), [SESSION], [TRACE])

    def check_erased(self, keys, dead_days=()):
        """Nothing of Anna's own opens; of the rest, exactly that of the days whose key lives."""
        opened, computed = keys.opens(self.entries()), self.computed(keys)
        self.assertEqual(set(), self.own & set(opened))
        self.assertEqual(set(), self.annas & computed)
        self.assertEqual(set(), keys.person(*ANNA))
        living = {place for place, day in self.passing.items() if day not in dead_days}
        self.assertEqual(living, set(self.passing) & set(opened))
        self.assertLessEqual({place for place, plain in opened.items() if ANNA[1].encode() in plain}, living)
        self.assertEqual({token for token, day in self.day_tokens.items() if day not in dead_days},
                         set(self.day_tokens) & computed)
        # The control: others' open as before.
        self.assertLessEqual(self.belas_own, set(opened))
        self.assertLessEqual(self.belas, computed)

    def check_tree(self):
        """Entries are the bytes that they were, and lead to the root that the log signed."""
        now = self.leaves()
        self.assertEqual(self.leaves_before, now[:len(self.leaves_before)])
        verifier_key = (self.trail() / "log.vkey").read_text(encoding="ascii").strip()
        note = (self.trail() / "checkpoints").read_text(encoding="utf-8").splitlines(keepends=True)[-5:]
        _, size, root = key_store.verify_note("".join(note), verifier_key).splitlines()
        self.assertEqual(len(now), int(size))
        self.assertEqual(base64.b64decode(root), key_store.root_of(now))
        self.call("trail", "verify", status=0)

    def files_with(self, secret):
        return [path for path in self.top.rglob("*") if path.is_file() and secret in path.read_bytes()]

    def test_at_once_after_the_erasure_nothing_of_the_persons_own_opens_anywhere(self):
        days = self.live_through_two_days()
        self.look()
        self.look_at_sealed(days)
        roots = self.keys().person(*ANNA)
        self.assertEqual(1, len(roots))
        self.erase(ANNA)
        self.check_erased(self.keys())
        self.check_tree()
        self.back_up()
        self.record(self.line(licence=BELA[1]))
        self.check_erased(self.keys())
        self.check_tree()
        for secret in roots | {key_store.mac(root, b"garant/category/1", b"line") for root in roots}:
            self.assertEqual([], self.files_with(secret), "it lies nowhere in clear")
        # The controls: the copies hold it all, and had somebody kept the roots that were destroyed, all would open.
        self.assertEqual([self.root_file()], self.files_with(roots_in(self.root_file().read_bytes())[0]))
        kept = self.keys(*self.old_roots)
        self.assertEqual(self.opened_before, {place: plain for place, plain in kept.opens(self.entries()).items()
                                              if place in self.opened_before})
        self.assertLessEqual(self.annas, self.computed(kept))

    def pass_to(self, moment):
        """A recorder runs then, as one always does, and has nothing new to take."""
        self.set_clock(moment)
        self.record()

    def test_what_a_days_key_sealed_opens_until_it_expires_as_declared_and_not_afterwards(self):
        days = self.live_through_two_days()
        self.look()
        self.look_at_sealed(days)
        self.erase(ANNA)
        self.back_up()
        expiry = [(day + 41) * DAY for day in days]  # forty days after the day has ended
        for moment, dead in ((expiry[0] - HOUR, ()), (expiry[0] + HOUR, days[:1]), (expiry[1] - HOUR, days[:1]),
                             (expiry[1] + HOUR, days)):
            with self.subTest(dead=dead):
                self.pass_to(moment)
                self.check_erased(self.keys(), dead)
                self.check_tree()
        kept = self.keys(*self.old_roots).opens(self.entries())
        self.assertLessEqual(set(self.passing), set(kept), "the control: the copies hold it all")

    def test_a_days_key_expires_after_thirty_days_where_nothing_is_declared(self):
        self.live_through(self.today)
        self.look()
        self.erase(ANNA)
        self.back_up()
        expiry = (self.today + 31) * DAY
        self.pass_to(expiry - HOUR)
        self.check_erased(self.keys())
        self.pass_to(expiry + HOUR)
        self.check_erased(self.keys(), [self.today])
        kept = self.keys(*self.old_roots).opens(self.entries())
        self.assertLessEqual(set(self.passing), set(kept), "the control: the copies hold it all")
