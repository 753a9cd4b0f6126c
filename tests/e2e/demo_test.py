"""The demo, from the first line to the last process."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from workplace import GARANT, Workplace, item_of

PATIENCE = 60


def family(process):
    """Every process that descends from this one, and itself."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            parents[int(entry.name)] = int(fields[1])
    found = {process}
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def alive(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


class Demo(Workplace):
    def test_once_checks_itself_and_leaves_nothing_behind(self):
        done = self.call("demo", "--once", status=0)
        self.assertIn("The demo came out as it must.", done.stdout)
        self.assertEqual("", done.stderr)
        self.assertEqual([], list(self.temporary.iterdir()))
        self.assertEqual([], list(self.folder.iterdir()))
        self.assertEqual([], list((self.top / "home").iterdir()), "no key, no trail")
        self.assertNotIn("\x1b", done.stdout)

    def test_once_speaks_french(self):
        done = self.call("demo", "--once", "--lang", "fr", status=0)
        self.assertIn("La démonstration a donné ce qu’elle devait.", done.stdout)
        self.assertIn("Permis de stationnement résidentiel", done.stdout)

    def end_with(self, wanted):
        process = subprocess.Popen([GARANT, "demo"], cwd=self.folder, env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                                   start_new_session=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        for line in process.stdout:
            if "Ctrl-C" in line:
                break
        else:
            self.fail("it ended by itself")
        running = family(process.pid)
        self.assertEqual(6 + os.cpu_count(), len(running),
                         "garant and its server, the permit service, the two parties it calls, nginx "
                         "and its workers")
        self.assertNotEqual([], list(self.temporary.iterdir()))
        # As a terminal does it: to the whole group.
        os.killpg(process.pid, wanted)
        self.assertEqual(0, process.wait(PATIENCE))
        self.assertEqual([], [one for one in running if alive(one)])
        self.assertEqual([], list(self.temporary.iterdir()))
        self.assertEqual([], list(self.folder.iterdir()))

    def test_ctrl_c_leaves_nothing_behind(self):
        self.end_with(signal.SIGINT)

    def test_being_asked_to_end_leaves_nothing_behind(self):
        self.end_with(signal.SIGTERM)

    def test_ctrl_c_before_it_is_ready_leaves_nothing_behind(self):
        process = subprocess.Popen([GARANT, "demo"], cwd=self.folder, env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                                   stderr=subprocess.DEVNULL, start_new_session=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        process.stdout.readline()  # it is starting the example
        os.killpg(process.pid, signal.SIGINT)
        process.stdout.read()
        self.assertIn(process.wait(PATIENCE), (0, 3), "ready just then, or interrupted before")
        self.assertEqual([], list(self.temporary.iterdir()))

    def test_its_children_end_where_it_is_killed(self):
        process = subprocess.Popen([GARANT, "demo"], cwd=self.folder, env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                                   start_new_session=True)
        self.addCleanup(process.stdout.close)
        for line in process.stdout:
            if "Ctrl-C" in line:
                break
        children = family(process.pid) - {process.pid}
        process.kill()
        process.wait(PATIENCE)
        deadline = time.monotonic() + PATIENCE
        while any(alive(child) for child in children) and time.monotonic() < deadline:
            os.sched_yield()
        self.assertEqual([], [child for child in children if alive(child)])

    def test_an_example_that_is_not_there_is_named(self):
        self.assertIn("nowhere", self.call("demo", "--once", "--example", "nowhere",
                                           status=2).stderr)
        self.assertEqual([], list(self.temporary.iterdir()))


class Kept(Workplace):
    """What the demo leaves behind when it is asked to."""

    @classmethod
    def setUpClass(cls):
        place = cls("run_once")
        place.setUp()
        cls.addClassCleanup(place.doCleanups)
        cls.place = place
        place.call("demo", "--once", "--keep", "kept", status=0)
        cls.kept = place.folder / "kept"
        cls.words = ("kept/garant.yaml", "--root-key", "kept/keys/root")
        cls.judged = place.judge(*cls.words, status=1)
        cls.lines = (cls.kept / "garant.yaml").read_text(encoding="utf-8").splitlines()
        cls.entries = cls.judged["trail"]["entries"]

    def run_once(self):
        """A place to run it in; the tests look at what it left there."""

    def reasons(self, state):
        """Every (item, reason) of a proof in this state."""
        return [(item, reason) for item in self.judged["items"] for proof in item["proofs"]
                if proof["state"] == state for reason in proof["reasons"]]

    def assert_found(self, states, words, kind):
        """Some reason holds the words, and names an entry of the trail of this kind."""
        found = [reason for state in states for _, reason in self.reasons(state)
                 if words in reason["text"]["en"]]
        self.assertTrue(found, f"nothing in {states} says {words!r}")
        entries = {origin["entry"] for reason in found for origin in reason["origins"]
                   if origin["world"] == "observed"}
        self.assertTrue(entries, f"no entry shows {words!r}: {found}")
        kinds = {self.entry(entry)["kind"] for entry in entries}
        self.assertIn(kind, kinds, words)
        return found, entries

    def entry(self, index):
        self.assertLess(index, self.entries)
        shown = self.place.call("trail", "show", str(index), "--service", "kept/garant.yaml",
                                "--root-key", "kept/keys/root", "--format", "json", status=0)
        return json.loads(shown.stdout)

    def line_of(self, start):
        """The number of the line of garant.yaml that starts so."""
        return 1 + next(n for n, line in enumerate(self.lines) if line.startswith(start))

    def lines_of(self, found):
        """The lines of garant.yaml that say it, or that would have to."""
        return {place["line"] for reason in found for origin in reason["origins"]
                for place in (origin, origin.get("missing", {})) if "line" in place}

    def test_the_trail_holds_and_every_item_is_judged(self):
        self.place.call("trail", "verify", "--service", "kept/garant.yaml", "--root-key",
                        "kept/keys/root", status=0)
        self.assertEqual(97, len(self.judged["items"]))
        self.assertTrue(self.judged["trial"])
        self.assertTrue((self.kept / "report.html").exists())
        self.assertIn("earlier run", self.place.call("demo", "--once", "--keep", "kept",
                                                     status=2).stderr)

    def test_no_item_with_a_floor_is_met_without_having_been_seen(self):
        for item in self.judged["items"]:
            if item["floor"] == "seen" and item["state"] == "met":
                self.assertTrue(any(proof["state"] == "met" and
                                    proof["kind"] in ("observed", "exercised")
                                    for proof in item["proofs"]), item["id"])

    def test_a_parent_is_no_better_than_its_parts(self):
        rank = ("contradicted", "unmet", "unknown", "excused", "met").index
        for item in self.judged["items"]:
            if "parent" in item and "excuse" not in item_of(self.judged, item["parent"]):
                parent = item_of(self.judged, item["parent"])
                self.assertLessEqual(rank(parent["state"]), rank(item["state"]), item["id"])

    def test_the_cookie_that_nobody_declared(self):
        found, entries = self.assert_found(("contradicted",), "visitor", "http-cookie")
        self.assertEqual({"visitor"}, {self.entry(entry)["facts"]["@subject"] for entry in entries})
        self.assertIn(self.line_of("cookies:") + 1, self.lines_of(found))

    def test_the_field_that_is_not_in_the_map(self):
        found, _ = self.assert_found(("contradicted",), "phone", "http-field")
        self.assertIn(self.line_of("      - { name: name, data: identity.name"), self.lines_of(found))

    def test_the_form_without_a_notice(self):
        found, _ = self.assert_found(("contradicted",), "/move shows no notice", "http-form")
        self.assertIn(self.line_of("  - id: move"), self.lines_of(found))

    def test_the_route_that_nobody_declared(self):
        found, _ = self.assert_found(("contradicted",), "/status.json answers", "http-route")
        self.assertIn(self.line_of("    - { match: /,"), self.lines_of(found))

    def requests(self):
        """The entries that the guard's records became."""
        shown = self.place.call("trail", "show", "--kind", "request", "--service",
                                "kept/garant.yaml", "--root-key", "kept/keys/root", "--format",
                                "json", status=0)
        return [json.loads(line) for line in shown.stdout.splitlines()]

    def test_that_nothing_answered_over_https_before_the_guard(self):
        moment = min(entry["time"] for entry in self.requests())
        bare = item_of(self.place.judge(*self.words, "--as-of", moment, status=1), "9.4-09")
        self.assertEqual("contradicted", bare["state"])
        origins = [origin for proof in bare["proofs"] for reason in proof["reasons"]
                   for origin in reason["origins"] if origin["world"] == "observed"]
        self.assertTrue(origins)
        self.assertIn(self.entry(origins[0]["entry"])["kind"],
                      ("http-route", "http-plain", "tls-endpoint"))

    def test_that_all_of_it_answers_over_https_behind_the_guard(self):
        proofs = {proof["id"]: proof for item in self.judged["items"] for proof in item["proofs"]}
        for name in ("guard.tls-routes", "guard.hsts", "guard.no-plain-route", "guard.certificate",
                     "guard.plain-redirects", "guard.old-protocols-refused", "guard.page-headers",
                     "guard.strong-ciphers", "guard.cookies-hardened"):
            proof = proofs[name]
            self.assertEqual("met", proof["state"], name)
            entries = [origin["entry"] for reason in proof["reasons"]
                       for origin in reason["origins"] if origin["world"] == "observed"]
            self.assertTrue(entries, name)
        self.assertEqual("met", item_of(self.judged, "9.4-09")["own"])

    def test_that_every_system_tells_and_journeys_join_along_every_edge(self):
        item = item_of(self.judged, "9.4-55")
        self.assertEqual("met", item["own"])
        moment = min(entry["time"] for entry in self.requests())
        bare = item_of(self.place.judge(*self.words, "--as-of", moment, status=1), "9.4-55")
        self.assertNotEqual("met", bare["own"])
        proofs = {proof["id"]: proof for proof in item["proofs"]}
        joined = [origin["entry"] for reason in proofs["trail.journeys-join"]["reasons"]
                  for origin in reason["origins"] if origin["world"] == "observed"]
        self.assertEqual({"web>payments", "web>mail"},
                         {self.entry(entry)["facts"]["@subject"] for entry in joined})

    def test_that_the_origin_answers_past_the_guard(self):
        found, _ = self.assert_found(("unmet", "contradicted"), "The origin of web serves",
                                     "origin-direct")
        self.assertTrue(found)

    def test_that_each_visit_is_in_the_trail_once_and_names_nobody(self):
        entries = self.requests()
        seen = {(entry["source"], entry["sequence"]) for entry in entries}
        self.assertEqual(len(entries), len(seen))
        told = (self.kept / "data" / "visits.out").read_text(encoding="utf-8")
        looks = self.place.call("trail", "show", "--kind", "crawl", "--service", "kept/garant.yaml",
                                "--root-key", "kept/keys/root", "--format", "json", status=0)
        again = max(json.loads(line)["time"] for line in looks.stdout.splitlines())
        visits = [entry for entry in entries if entry["time"] < again]
        self.assertEqual(int(told.split()[0]), len(visits), "the others are the second look's")
        self.assertEqual({"web"}, {entry["part"] for entry in entries if "route" in entry})
        routes = {entry.get("route", "") for entry in entries}
        self.assertLessEqual({"/apply", "/clerk/applications/{id}", "/health", ""}, routes)
        clear = json.dumps([{key: value for key, value in entry.items() if key != "parts"}
                            for entry in entries])
        for secret in ("127.0.0.1", "phpmyadmin", "RP-0", "VIS001"):
            self.assertNotIn(secret, clear)

    def test_that_a_payment_can_be_followed_through_every_system(self):
        paid = next(entry for entry in self.requests()
                    if entry.get("route") == "/applications/{reference}/payment"
                    and entry["facts"]["method"] == "POST")
        words = ("--entry", str(paid["index"]), "--service", "kept/garant.yaml", "--root-key",
                 "kept/keys/root", "--format", "json")
        [journey] = json.loads(self.place.call("trail", "journey", *words, status=0).stdout)
        self.assertEqual([{"from": "web", "to": "payments"}], journey["edges"])
        depths = {(step["part"], step["source"].split("/")[0]): step["depth"]
                  for step in journey["steps"]}
        self.assertEqual({("web", "guard"): 0, ("web", "lines"): 1, ("payments", "lines"): 2},
                         depths)
        self.assertFalse(any(step["orphan"] for step in journey["steps"]))
        visit = json.loads(self.place.call("trail", "journey", *words, "--visit", status=0).stdout)
        self.assertGreater(len(visit), 4)
        self.assertIn(journey["steps"], [one["steps"] for one in visit])

    def test_that_an_applicant_can_be_told_who_looked(self):
        where = ("--service", "kept/garant.yaml", "--root-key", "kept/keys/root", "--format", "json")
        shown = self.place.call("trail", "show", "--kind", "event", "--open", "--purpose",
                                "access-request", "--role", "privacy-officer", *where, status=0)
        lines = [json.loads(part["opened"]) for line in shown.stdout.splitlines()
                 for part in json.loads(line)["parts"] if "opened" in part]
        reference = next(line["reference"] for line in lines if line.get("event") == "clerk.viewed")
        looks = json.loads(self.place.call("trail", "who-looked", "--issuer", "permit-applications",
                                           "--subject", reference, *where, status=0).stdout)["looks"]
        clerk = next(look for look in looks if look.get("route") == "/clerk/applications/{id}")
        self.assertEqual((["clerk"], "GET", 200, "passed"), tuple(clerk[name] for name in (
            "roles", "method", "status", "outcome")))
        self.assertEqual("request", self.entry(clerk["request"])["kind"])
        self.assertEqual(("trail", "privacy", "access-request"),
                         tuple(looks[-1][name] for name in ("at", "person", "purpose")))

    def test_the_cookie_page_that_is_not_there(self):
        found, _ = self.assert_found(("contradicted",), "declared at /cookies", "http-policy")
        self.assertIn("    route: /cookies", {self.lines[line - 1] for line in self.lines_of(found)})

    def test_the_act_that_nobody_signed(self):
        self.assertIn("claimed", {act["standing"] for act in self.judged["acts"]})

    def test_every_origin_can_be_looked_up(self):
        for item in self.judged["items"]:
            for proof in item["proofs"]:
                for reason in proof["reasons"]:
                    for origin in reason["origins"]:
                        if origin["world"] == "declared":
                            self.assertTrue(1 <= origin["line"] <= len(self.lines), item["id"])
                        elif origin["world"] in ("observed", "acted"):
                            self.assertLess(origin["entry"], self.entries, item["id"])

    def test_a_moment_before_everything_knows_nothing_of_it(self):
        before = self.place.judge(*self.words, "--as-of", "2020-01-01", status=1)
        self.assertEqual([], before["acts"])
        worlds = {origin["world"] for item in before["items"] for proof in item["proofs"]
                  for reason in proof["reasons"] for origin in reason["origins"]}
        self.assertLessEqual(worlds, {"declared", "derived"})
        self.assertNotIn("contradicted", {item["state"] for item in before["items"]})
        for item in before["items"]:
            if item["floor"] == "seen":
                self.assertNotEqual("met", item["state"], item["id"])

    def test_the_same_inputs_give_the_same_bytes(self):
        moment = ("--as-of", self.judged["as_of"], "--format", "json")
        first = self.place.call("check", *self.words, *moment).stdout
        self.assertEqual(first, self.place.call("check", *self.words, *moment).stdout)
