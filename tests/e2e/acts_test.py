"""Acts, signed with the real ssh-keygen and ssh-agent, and what the judge makes of each."""

import datetime
import json
import os
import re
import signal
import subprocess
from pathlib import Path

from workplace import COOKIE_MANNERS, OPEN, READERS, Workplace, item_of, public_key, service_file

ITEM = "c-01"


class Acts(Workplace):
    def setUp(self):
        super().setUp()
        self.keys = {name: self.make_key(name) for name in ("owner", "legal", "security")}
        self.publish()

    def publish(self, rest="", **changed):
        keys = {name: public_key(path) for name, path in {**self.keys, **changed}.items()}
        self.write("garant.yaml", service_file(keys, rest))

    def act(self, kind, by, *words, status=0, item=ITEM, **more):
        return self.call("act", kind, "--standard", COOKIE_MANNERS, "--item", item, "--by", by,
                         "--statement", f"Said by {by}.", *words, status=status, **more)

    def signed(self, kind, by, *words, **more):
        return self.recorded(self.act(kind, by, "--key", self.keys[by], *words, **more))

    def recorded(self, done):
        return re.search(r"act:[0-9a-f]{32}", done.stdout)[0]

    def look(self, *words):
        return self.judge("--standard", COOKIE_MANNERS, *words)

    def forty_days_ago(self):
        """What makes the built program believe that it is forty days earlier."""
        clock = self.top / "earlier_clock.so"
        source = Path(__file__).with_name("earlier_clock.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", clock, source], check=True)
        return {"environment": {"LD_PRELOAD": str(clock),
                                "EARLIER_SECONDS": str(40 * 24 * 3600)}}

    def standings(self):
        return [act["standing"] for act in self.look()["acts"]]

    def entries(self):
        return self.look()["trail"]["entries"]

    def test_a_key_file_signs(self):
        act = self.signed("review", "owner")
        self.assertEqual([(act, "owner", "counts", 0)],
                         [(one["id"], one["by"], one["standing"], one["entry"])
                          for one in self.look()["acts"]])

    def test_an_agent_signs_where_only_the_public_key_is_at_hand(self):
        socket = self.top / "agent"
        agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.PIPE,
                                 stdin=subprocess.DEVNULL, text=True)
        self.addCleanup(agent.stdout.close)
        self.addCleanup(agent.wait, 20)
        self.addCleanup(os.kill, agent.pid, signal.SIGTERM)
        agent.stdout.readline()  # it says where it listens once it does
        environment = {"SSH_AUTH_SOCK": str(socket)}
        subprocess.run(["ssh-add", "-q", str(self.keys["owner"])], check=True,
                       env={**os.environ, **environment}, stdin=subprocess.DEVNULL)
        self.keys["owner"].unlink()
        public = f"{self.keys['owner']}.pub"
        self.act("review", "owner", "--key", public, environment=environment)
        self.assertEqual(["counts"], self.standings())
        without = self.act("review", "owner", "--key", public, status=3)
        self.assertIn("ssh-keygen could not sign", without.stderr)
        self.assertEqual(["counts"], self.standings())

    def test_another_machine_signs_what_print_gives(self):
        payload = self.act("review", "owner", "--print").stdout
        self.assertFalse((self.folder / ".garant").exists(), "printing records nothing")
        self.write("payload", payload)
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "garant-act@garant", "-f",
                        str(self.keys["owner"]), "payload"], check=True, cwd=self.folder,
                       stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        both = ("--payload", "payload", "--signature", "payload.sig")
        self.call("act", "review", "--standard", COOKIE_MANNERS, *both, status=0)
        self.assertEqual(["counts"], self.standings())
        self.call("act", "review", "--standard", COOKIE_MANNERS, *both, status=0)
        self.assertEqual(["counts", "replayed"], self.standings())
        wrong = self.call("act", "approval", "--standard", COOKIE_MANNERS, *both, status=2)
        self.assertIn("another kind of act", wrong.stderr)
        self.write("payload", payload.replace("Said by owner", "Said by nobody"))
        forged = self.call("act", "review", "--standard", COOKIE_MANNERS, *both, status=4)
        self.assertIn("not the signature of 'owner'", forged.stderr)
        self.write("payload", payload.replace("dog-licences", "cat-licences"))
        other = self.call("act", "review", "--standard", COOKIE_MANNERS, *both, status=2)
        self.assertIn("cat-licences", other.stderr)
        self.assertEqual(2, self.entries())

    def test_a_signature_for_another_purpose_is_refused(self):
        self.write("payload", self.act("review", "owner", "--print").stdout)
        subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f",
                        str(self.keys["owner"]), "payload"], check=True, cwd=self.folder,
                       stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.call("act", "review", "--standard", COOKIE_MANNERS, "--payload", "payload",
                  "--signature", "payload.sig", status=4)
        self.assertEqual(0, self.entries())

    def test_the_wrong_key_is_refused_and_nothing_is_recorded(self):
        refused = self.act("review", "owner", "--key", self.keys["legal"], status=4)
        self.assertIn("not the signature of 'owner'", refused.stderr)
        self.assertEqual(0, self.entries())

    def test_a_person_without_a_key_cannot_sign(self):
        self.write("garant.yaml", service_file({}))
        self.assertIn("no key for 'owner'",
                      self.act("review", "owner", "--key", self.keys["owner"], status=2).stderr)

    def test_unsigned_is_claimed_and_proves_nothing(self):
        self.assertIn("proves nothing", self.act("excuse", "owner", "--mode", "accepted",
                                                 "--unsigned").stdout)
        judged = self.look()
        self.assertEqual(["claimed"], [act["standing"] for act in judged["acts"]])
        self.assertNotIn("excuse", item_of(judged, ITEM))

    def test_an_encrypted_key_without_a_terminal_fails_clearly(self):
        self.keys["owner"] = self.make_key("sealed", passphrase="correct horse")
        self.publish()
        refused = self.act("review", "owner", "--key", self.keys["owner"], status=3)
        self.assertIn("ssh-keygen could not sign with", refused.stderr)
        self.assertIn("passphrase", refused.stderr)
        self.assertEqual(0, self.entries())
        self.assertEqual([], list(self.temporary.iterdir()), "no payload is left behind")

    def test_an_excuse_counts_once_somebody_else_approves_it(self):
        excuse = self.signed("excuse", "owner", "--mode", "accepted", "--expires", "P30D")
        before = item_of(self.look(), ITEM)
        self.assertEqual("unmet", before["state"])
        self.assertIn("nobody else has approved it", str(before["proofs"]))
        own = self.signed("approval", "owner", "--of", excuse)
        self.assertEqual("unmet", item_of(self.look(), ITEM)["state"], own)
        approval = self.signed("approval", "legal", "--of", excuse)
        after = item_of(self.look(), ITEM)
        self.assertEqual(("excused", "unmet"), (after["state"], after["own"]))
        self.assertEqual((excuse, approval, "owner", "legal"),
                         tuple(after["excuse"][key] for key in ("act", "approval", "owner",
                                                                "approver")))
        self.assertIn("Accepted for a time", self.call(
            "check", "--standard", COOKIE_MANNERS, "--item", ITEM, status=0).stdout)

    def test_an_approval_for_another_item_approves_nothing(self):
        excuse = self.signed("excuse", "owner", "--mode", "accepted")
        self.signed("approval", "legal", "--of", excuse, item="c-02")
        self.assertEqual("unmet", item_of(self.look(), ITEM)["state"])

    def test_an_unsigned_approval_approves_nothing(self):
        excuse = self.signed("excuse", "owner", "--mode", "accepted")
        self.act("approval", "legal", "--of", excuse, "--unsigned")
        self.assertEqual("unmet", item_of(self.look(), ITEM)["state"])

    def test_an_excuse_ends_with_its_expiry(self):
        earlier = self.forty_days_ago()
        excuse = self.signed("excuse", "owner", "--mode", "accepted", "--expires", "P30D", **earlier)
        self.signed("approval", "legal", "--of", excuse, "--expires", "P30D", **earlier)
        day = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=20)
        then = self.look("--as-of", day.date().isoformat())
        self.assertEqual("excused", item_of(then, ITEM)["state"])
        later = self.look()
        self.assertEqual("unmet", item_of(later, ITEM)["state"])
        self.assertEqual(["expired", "expired"], [act["standing"] for act in later["acts"]])

    def test_an_excuse_falls_with_what_it_was_signed_over(self):
        excuse = self.signed("excuse", "owner", "--mode", "accepted", "--expires", "P30D")
        self.signed("approval", "legal", "--of", excuse, "--expires", "P30D")
        self.assertEqual("excused", item_of(self.look(), ITEM)["state"])
        self.publish("cookies: [ { name: a, purpose: essential, keep: session } ]\n")
        changed = item_of(self.look(), ITEM)
        self.assertEqual("unmet", changed["state"])
        self.assertIn("changed since", str(changed["proofs"]))

    def test_a_key_that_was_replaced_takes_its_acts_with_it(self):
        self.signed("review", "owner")
        self.publish(owner=self.make_key("new"))
        self.assertEqual(["forged"], self.standings())

    def test_two_people_cannot_stand_in_the_file_with_one_key(self):
        self.publish(legal=self.keys["owner"])
        self.assertRegex(self.call("check", status=2).stderr, r"garant\.yaml:\d+:\d+: .*key")

    def test_what_cannot_be_an_act_is_refused(self):
        key = ("--key", self.keys["owner"])
        future = self.act("review", "owner", *key, "--at", "2090-01-01", status=2)
        self.assertIn("future", future.stderr)
        self.assertIn("did you mean 'owner'", self.act("review", "ownr", *key, status=2).stderr)
        self.assertIn("no item 'c-99'", self.act("review", "owner", *key, item="c-99",
                                                 status=2).stderr)
        self.act("engagement", "owner", *key, status=2)  # with nobody
        self.act("excuse", "owner", *key, status=2)  # without a mode
        self.act("approval", "owner", *key, "--of", "act:12", status=2)
        self.act("external", "owner", *key, status=2)  # without a document
        self.act("review", "owner", *key, "--expires", "soon", status=2)
        said = self.call("act", "review", "--standard", COOKIE_MANNERS, "--item", ITEM, "--by",
                         "owner", "--statement", "TBD", *key, status=2)
        self.assertIn("only holds the place", said.stderr)
        self.act("review", "owner", *key, "--expires", "2001-01-01", status=2)
        self.assertIn("--key FILE", self.act("review", "owner", status=2).stderr)
        self.call("act", "wish", "--item", ITEM, status=2)
        self.assertEqual(0, self.entries())

    def test_a_third_partys_document_is_kept_by_its_digest(self):
        self.publish(READERS)
        document = self.write("report.pdf", b"%PDF-1.7 tested")
        self.signed("external", "security", "--document", document, "--issuer", "Example Testers",
                    "--dated", "2026-10-01")
        shown = self.call("trail", "show", *OPEN, status=0).stdout
        self.assertIn("issuer: Example Testers", shown)
        self.assertRegex(shown, r"document: sha256:[0-9a-f]{64}")
        self.assertNotIn("Said by", self.call("trail", "show", status=0).stdout)
        self.assertEqual(["counts"], self.standings())
        # Whom such a document judges does not vouch for it.
        text = (self.folder / "garant.yaml").read_text()
        self.write("garant.yaml", text.replace("role: security", "role: developer"))
        self.assertEqual(["no-mandate"], self.standings())
        refused = self.act("external", "security", "--key", self.keys["security"], "--document",
                           document, "--issuer", "Example Testers", "--dated", "2026-10-01",
                           status=2)
        self.assertIn("not for 'security' (developer)", refused.stderr)
        self.assertEqual(2, self.entries(), "the act, and that it was read")

    def test_without_the_root_key_acts_prove_nothing_and_it_says_so(self):
        excuse = self.signed("excuse", "owner", "--mode", "accepted")
        self.signed("approval", "legal", "--of", excuse)
        self.assertEqual("excused", item_of(self.look(), ITEM)["state"])
        away = self.call("check", "--standard", COOKIE_MANNERS, "--root-key", self.top / "away",
                         "--format", "json", status=1)
        self.assertIn("the root key is not at", away.stderr)
        judged = json.loads(away.stdout)
        self.assertEqual(["unreadable", "unreadable"], [act["standing"] for act in judged["acts"]])
        self.assertEqual("unmet", item_of(judged, ITEM)["state"])
