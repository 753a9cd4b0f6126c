"""Opening what is sealed takes a purpose and a role and is an entry first; and people learn who looked."""

import fcntl
import json
import resource
import signal
import struct
import subprocess
from datetime import datetime, timezone

from waiting import until, until_ready
from workplace import GARANT, OPEN, READERS, Workplace, service_file

ROUTES = """\
stores:
  - { id: db, system: web, engine: sqlite, holds: [{ at: dogs.owner, data: identity.name }] }
access:
  methods: [none]
  routes:
    - { match: /, assurance: 0 }
    - { match: "/clerk/licences/{id}", assurance: 2, roles: [clerk], about: { param: id, store: db } }
    - { match: "/licences/{id}", assurance: 1, about: { param: id, store: db } }
"""
MAPPING = """\
mapping: 1
system: web
time: /time
event: /event
route: /route
trace: /trace
span: /span
parent: /parent
session: /session
actor: { issuer: staff, at: /clerk }
subjects:
  - { issuer: licences, at: /licence }
"""
SESSION = "0123456789abcdef0123456789abcdef"
ABOUT = "/clerk/licences/{id}"


class Readings(Workplace):
    def setUp(self):
        super().setUp()
        self.write("garant.yaml", service_file(rest=ROUTES + READERS))
        self.write("mapping.yaml", MAPPING)
        self.log = self.folder / "web.log"
        self.log.touch()
        self.number = 0

    def line(self, licence, route=ABOUT, **more):
        self.number += 1
        return json.dumps({"time": datetime.now(timezone.utc).isoformat(), "event": "shown",
                           "route": route, "licence": licence, "trace": f"{self.number:032x}",
                           "secret": f"of {licence}", **more}) + "\n"

    def record(self, *lines):
        with self.log.open("a", encoding="utf-8") as log:
            log.write("".join(lines))
        self.call("recorder", "--lines", self.log, "--mapping", "mapping.yaml", "--once", status=0)

    def entries(self, *words):
        shown = self.call("trail", "show", "--format", "json", *words, status=0).stdout
        return [json.loads(line) for line in shown.splitlines()]

    def who_looked(self, person, *words, status=0):
        self.write("person.tsv", f"licences\t{person}\n")
        done = self.call("trail", "who-looked", "person.tsv", "--format", "json", *words,
                         status=status)
        return json.loads(done.stdout) if status == 0 else done

    def test_who_is_read_about_learns_of_it_and_others_do_not(self):
        self.record(self.line("anna", clerk="c-1"), self.line("bela"), self.line("anna", "/"))
        self.assertEqual(["service"], [look["at"] for look in self.who_looked("anna")["looks"]])
        shown = self.call("trail", "show", *OPEN, "--issuer", "licences", "--subject", "anna",
                          "--reason", "A complaint by post.", status=0).stdout
        self.assertIn("of anna", shown)
        self.assertNotIn("of bela", shown)

        page = self.who_looked("anna")
        service, trail = page["looks"]
        self.assertEqual((ABOUT, False, ["clerk"]), (service["route"], service["self"], service["roles"]))
        self.assertEqual(64, len(service["actor"]))
        self.assertEqual(("trail", "owner", "owner", "looking", "trail.show", "opened"),
                         tuple(trail[name] for name in ("at", "person", "role", "purpose", "source",
                                                        "outcome")))
        self.assertEqual(["line"], trail["categories"])
        self.assertEqual(["service"], [look["at"] for look in self.who_looked("bela")["looks"]],
                         "the control: nobody read what bela's line says")
        [reading] = self.entries("--kind", "reading")
        self.assertEqual({"count": 2, "filters": ["subject"], "first": reading["facts"]["first"],
                          "last": reading["facts"]["last"], "purpose": "looking", "role": "owner"},
                         reading["facts"])
        self.assertEqual(["reading.reason"], [part["category"] for part in reading["parts"]])
        for path in (self.folder / ".garant").rglob("*"):
            if path.is_file():
                self.assertNotIn(b"complaint", path.read_bytes())

        said = self.call("trail", "who-looked", "person.tsv", status=0).stdout
        self.assertIn(f"  nobody says who; the route is for: clerk  {ABOUT}", said, "of bela")
        self.write("person.tsv", "licences\tanna\n")
        said = self.call("trail", "who-looked", "person.tsv", status=0).stdout
        self.assertRegex(said, r"  somebody known as [0-9a-f]{12}…  /clerk/licences/\{id\}")
        self.assertIn("  owner (owner)  read the trail (trail.show) for looking  opened  line", said)
        self.assertIn("What was read past Garant is not listed", said)
        french = self.call("trail", "who-looked", "person.tsv", "--lang", "fr", status=0).stdout
        self.assertIn("a lu le journal (trail.show) à la fin looking", french)
        self.call("trail", "verify", status=0)

    def test_pages_and_times(self):
        self.record(*(self.line("anna") for _ in range(5)))
        found, start = [], None
        while True:
            page = self.who_looked("anna", "--newest", "--most", "2",
                                   *(("--from", start) if start is not None else ()))
            found += [look["entry"] for look in page["looks"]]
            start = page["next"]
            if start is None:
                break
        self.assertEqual(5, len(found))
        self.assertEqual(sorted(found, reverse=True), found)
        self.assertEqual([], self.who_looked("anna", "--since", "2100-01-01")["looks"])
        for words in (("--most", "0"), ("--most", "x"), ("--since", "soon"), ("--from", "-1")):
            self.call("trail", "who-looked", "person.tsv", *words, status=2)
        for words in ((), ("--issuer", "licences"), ("--subject", "anna"), ("nothing.tsv",)):
            self.call("trail", "who-looked", *words, status=2)

    def test_a_reading_that_is_refused_shows_nothing_and_leaves_nothing(self):
        self.record(self.line("anna"))
        wrong = ((("--open",), 2, "a purpose and a role"),
                 (("--open", "--role", "owner"), 2, "a purpose and a role"),
                 (("--open", "--purpose", "looking"), 2, "a purpose and a role"),
                 (("--open", "--purpose", "other", "--role", "owner"), 3, "it does so for: looking"),
                 (("--open", "--purpose", "looking", "--role", "legal"), 3, "names that role for nothing"),
                 (("--open", "--purpose", "looking", "--role", "auditor"), 2, "names nobody in the role"),
                 ((*OPEN, "--as", "legal"), 3, "'legal' is not 'owner'"),
                 (("--sealed",), 2, None))
        for words, status, why in wrong:
            said = self.call("trail", "show", *words, status=status)
            self.assertEqual("", said.stdout, words)
            self.assertIn(why or "--sealed", said.stderr)
        self.write("garant.yaml", service_file(rest=ROUTES))
        self.assertEqual("", self.call("trail", "show", *OPEN, status=3).stdout, "nobody is declared")
        self.assertEqual([], self.entries("--kind", "reading"))
        self.write("garant.yaml", service_file(rest=ROUTES + READERS))
        self.assertIn("of anna", self.call("trail", "show", *OPEN, status=0).stdout, "the control")
        self.assertEqual(1, len(self.entries("--kind", "reading")))

    def test_only_the_declared_categories_are_opened(self):
        self.record(self.line("anna", span="0" * 15 + "1"))
        self.write("garant.yaml", service_file(rest=ROUTES + READERS.replace(" line,", "")))
        shown = self.call("trail", "show", *OPEN, "--kind", "event", status=0).stdout
        self.assertNotIn("of anna", shown)
        self.assertIn("does not let 'owner' open 'line' for 'looking'", shown)
        [reading] = self.entries("--kind", "reading")
        self.assertEqual(["trace.span"], reading["categories"])

    def test_what_cannot_be_recorded_is_not_opened(self):
        self.record(self.line("anna"))

        def no_room():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))

        said = self.call("trail", "show", *OPEN, status=3, preexec_fn=no_room, restore_signals=False)
        self.assertEqual("", said.stdout)
        self.assertIn("nothing was opened", said.stderr)
        with open(self.folder / ".garant/trail/lock", "r+b") as lock:
            # The writer's byte, as another process that writes and does not let go.
            fcntl.fcntl(lock, fcntl.F_OFD_SETLK,
                        struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 1, 0))
            said = self.call("trail", "show", *OPEN, status=3)
            self.assertEqual("", said.stdout)
            self.assertIn("nothing was opened", said.stderr)
        self.assertEqual([], self.entries("--kind", "reading"))
        self.assertIn("of anna", self.call("trail", "show", *OPEN, status=0).stdout, "the control")

    def test_a_recorder_that_runs_lets_go_for_it(self):
        ready = self.folder / "ready"
        with open(self.folder / "said", "w", encoding="utf-8") as said:
            recorder = subprocess.Popen(
                [GARANT, "recorder", "--lines", str(self.log), "--mapping", "mapping.yaml",
                 "--ready-file", str(ready)], cwd=self.folder, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        self.addCleanup(recorder.wait)
        self.addCleanup(recorder.kill)
        until_ready(recorder, ready, (self.folder / "said").read_text)

        def append(licence):
            with self.log.open("a", encoding="utf-8") as log:
                log.write(self.line(licence))

        append("anna")
        until(lambda: len(self.entries("--kind", "event")) == 1, "the line is there")
        self.assertIn("of anna", self.call("trail", "show", *OPEN, status=0).stdout)
        append("bela")
        until(lambda: len(self.entries("--kind", "event")) == 2, "it goes on")
        recorder.send_signal(signal.SIGTERM)
        self.assertEqual(0, recorder.wait(60), (self.folder / "said").read_text())
        self.assertEqual(1, len(self.entries("--kind", "reading")))
        self.call("trail", "verify", status=0)

    def test_a_sealed_entry_leaves_with_a_reading(self):
        self.record(self.line("anna"))
        index = self.entries("--kind", "event")[0]["index"]
        self.assertEqual("", self.call("trail", "prove", index, "--sealed", status=2).stdout)
        self.assertEqual("", self.call("trail", "prove", index, "--sealed", "--purpose", "looking",
                                       "--role", "legal", status=3).stdout)
        self.assertEqual([], self.entries("--kind", "reading"))
        self.assertIn("extra ", self.call("trail", "prove", index, "--sealed", *OPEN[1:],
                                          status=0).stdout)
        self.assertEqual(["trail.prove"], [look["source"] for look in self.who_looked("anna")["looks"]
                                           if look["at"] == "trail"])

    def test_whom_nobody_knows_is_said_to_be_so(self):
        self.record(self.line("anna"))
        for words in (("trail", "show", "--issuer", "licences", "--subject", "dora"),
                      ("trail", "show", "--issuer", "licences", "--actor", "dora")):
            said = self.call(*words, status=2)
            self.assertIn("never seen, or erased", said.stderr)
            self.assertNotIn("dora", said.stderr)
        self.assertIn("never seen, or erased", self.who_looked("dora", status=2).stderr)
        self.assertIn("jamais vue, ou effacée", self.who_looked("dora", "--lang", "fr", status=2).stderr)
        self.call("trail", "show", *OPEN, status=0)
        self.write("person.tsv", "licences\tanna\n")
        self.call("trail", "erase", "person.tsv", status=0)
        self.assertIn("never seen, or erased", self.who_looked("anna", status=2).stderr)
        said = self.call("trail", "show", "--kind", "nothing", status=0)
        self.assertEqual(("", "No entry fits.\n"), (said.stdout, said.stderr))

    def test_a_visit_is_followed_by_its_raw_id_and_says_what_it_lacks(self):
        self.record(self.line("anna", session=SESSION, span="0" * 15 + "1"),
                    self.line("anna", session=SESSION, span="0" * 15 + "2", parent="0" * 15 + "9"),
                    "not json\n")
        raw = self.write("session", SESSION + "\n")
        journeys = json.loads(self.call("trail", "journey", "--session", raw, "--format", "json",
                                        status=0).stdout)
        self.assertEqual(2, len(journeys))
        self.assertEqual(["1", "1"], [one["steps"][0]["span"] for one in journeys], "no span is shown")
        kinds = [{gap["kind"] for gap in one["gaps"]} - {"midnight"} for one in journeys]
        self.assertEqual([{"lost"}, {"lost", "unheard"}], kinds)
        said = self.call("trail", "journey", "--session", raw, status=0).stdout
        self.assertIn("Gap: lines/web lost 1 at most", said)
        self.assertIn("Gap: whoever called web before entry", said)
        self.assertIn("Lacune\u00a0: ", self.call("trail", "journey", "--session", raw, "--lang", "fr",
                                                  status=0).stdout)
        entry = journeys[0]["steps"][0]["entry"]
        visit = self.call("trail", "journey", "--entry", entry, "--visit", status=0).stdout
        self.assertIn("over midnight UTC it has another token", visit)
        self.assertEqual(2, len(self.entries("--session", raw)))
        self.write("session", "another\n")
        self.call("trail", "journey", "--session", raw, status=2)
        self.write("session", "\n")
        self.assertIn("it is empty", self.call("trail", "journey", "--session", raw, status=2).stderr)
        self.call("trail", "journey", "--session", raw, "--entry", entry, status=2)


if __name__ == "__main__":
    import unittest
    unittest.main()
