"""What is handed to other systems is what their schemas say, all of it, and told by the trail itself."""

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import unittest
import zipfile

from real_senders import RSYSLOG, Certificates, Started
from recorder_test import MAPPING, Running
from waiting import free_ports, until
from workplace import GARANT, HEAD, ROOT, Workplace

SERVICE = HEAD + """\
people:
  - { id: owner, role: owner, contact: owner@example.org }
  - { id: privacy, role: privacy-officer, contact: privacy@example.org }
systems:
  - { id: web, kind: web-application, agency: Licences, internet: true, events: true }
trail:
  readers:
    - { role: privacy-officer, purposes: [access-request], categories: [line] }
    - { role: owner, purposes: [fees], categories: [reading.filters, export.path] }
"""
READER = ("--purpose", "access-request", "--role", "privacy-officer", "--reason", "Request 12")
# docs/formats/export.md holds lines of each form; everything in here beside is what the trail has.
FORMS = ("jsonl", "ocsf", "ecs", "cef")
SCHEMAS = ROOT / "tests" / "e2e" / "schemas"
ORIGIN = "garant/dog-licences"
NAME = "Jeanne Tremblay"


class Exporting(Workplace):
    def setUp(self):
        super().setUp()
        self.write("garant.yaml", SERVICE)
        self.write("mapping.yaml", MAPPING + "outcome: /outcome\n"
                   "facts: { method: /method, status: /status, milliseconds: /ms }\n")
        self.written = 0

    def lines(self, count):
        """More lines of the service's log; some are requests, some refused as no JSON."""
        with open(self.folder / "web.log", "a", encoding="utf-8") as log:
            for number in range(self.written, self.written + count):
                line = {"time": "2026-11-27T20:00:00Z", "event": "step", "name": NAME,
                        "licence": f"L{number % 7}", "trace": f"{number % 5:032x}"}
                if number % 3 == 0:
                    line |= {"method": "GET", "status": 200, "ms": number, "outcome": "passed"}
                log.write(json.dumps(line) + "\n" if number % 10 else "no json\n")
        self.written += count

    def record(self, count):
        """A recorder does not wait to write: it is started again while a stream says that it began."""
        self.lines(count)

        def recorded():
            done = self.call("recorder", "--once", "--lines", "web.log", "--mapping", "mapping.yaml")
            if "another process is writing" not in done.stderr:
                self.assertEqual(0, done.returncode, done.stderr)
            return done.returncode == 0

        until(recorded, "a recorder could write")

    def export(self, *words, status=0):
        return self.call("trail", "export", *words, status=status)

    def shown(self, *words):
        said = self.call("trail", "show", "--format", "json", *words, status=0).stdout
        return [json.loads(line) for line in said.splitlines()]

    def place(self):
        """How far the export of the state file `place` is known to have come."""
        path = self.folder / "place"
        return int(path.read_text(encoding="ascii").splitlines()[3]) if path.exists() else -1

    def size(self):
        return self.shown("--newest", "--most", "1")[0]["index"] + 1


def indices(text, form):
    """Which entries the lines of a form stand for."""
    found = {"jsonl": r'"index":(\d+)', "ocsf": r'"sequence":(\d+),"uid"',
             "ecs": r'"sequence":(\d+),"severity"', "cef": r" externalId=(\d+) "}[form]
    return [int(number) for number in re.findall(found, text)]


class FileTest(Exporting):
    def test_every_form_holds_every_entry_once(self):
        self.record(700)
        for form in FORMS:
            size = self.size()
            self.export("--format", form, "--to", f"out.{form}")
            text = (self.folder / f"out.{form}").read_text(encoding="utf-8")
            self.assertEqual(size, text.count("\n"))
            self.assertEqual(list(range(size)), indices(text, form))
            self.assertNotIn(NAME, text)
            self.assertIn("sealed", text)

    def test_what_is_selected_is_what_show_finds(self):
        self.record(300)
        for words in (("--kind", "event"), ("--outcome", "refused"), ("--outcome", "nobody"),
                      ("--issuer", "licences", "--subject", "L3"), ("--trace", f"{3:032x}"),
                      ("--part", "web", "--until", "2026-11-28")):
            expected = [entry["index"] for entry in self.shown(*words)]
            if words != ("--outcome", "nobody"):
                self.assertTrue(expected, words)
            self.assertEqual(expected, indices(self.export(*words).stdout, "jsonl"), words)

    def test_the_trail_says_where_it_went(self):
        self.record(20)
        size = self.size()
        self.export("--issuer", "licences", "--subject", "L3", "--kind", "event", "--format", "ocsf",
                    "--to", "jeanne.json")
        begun, ended = self.shown("--kind", "export")
        self.assertEqual(("begun", size), (begun["outcome"], begun["index"]))
        facts = {"filters": ["kind", "subject"], "first": 0, "end": size, "follow": False,
                 "form": "ocsf", "opened": False, "to": "file"}
        self.assertEqual(facts, begun["facts"])
        self.assertEqual("ended", ended["outcome"])
        count = len(self.shown("--issuer", "licences", "--subject", "L3", "--kind", "event"))
        self.assertEqual({**facts, "count": count}, ended["facts"])
        self.assertGreater(count, 0)
        for path in (self.folder / ".garant").rglob("*"):
            if path.is_file():
                self.assertNotIn(b"jeanne.json", path.read_bytes(), path)
        self.call("trail", "verify", status=0)

    def test_nothing_leaves_where_it_cannot_be_recorded(self):
        self.record(20)
        os.rename(self.top / "home" / ".local", self.top / "elsewhere")
        done = self.export("--to", "out.json", status=2)
        self.assertIn("nothing was handed over", done.stderr)
        self.assertEqual("", done.stdout)
        self.assertFalse((self.folder / "out.json").exists())
        done = self.export(status=2)
        self.assertEqual("", done.stdout)

    def test_it_goes_on_where_it_was(self):
        self.record(100)
        words = ("--to", "out.json", "--state", "place", "--kind", "event")
        self.export(*words)
        self.record(100)
        # As a crash leaves it: the last line cut short, and the place not yet written.
        place = (self.folder / "place").read_text(encoding="utf-8")
        self.export(*words)
        text = (self.folder / "out.json").read_text(encoding="utf-8")
        self.write("out.json", text[:-20])
        self.write("place", place)
        self.export(*words)
        got = indices((self.folder / "out.json").read_text(encoding="utf-8"), "jsonl")
        expected = [entry["index"] for entry in self.shown("--kind", "event")]
        self.assertEqual(expected, sorted(set(got)))
        self.assertGreater(len(got), len(expected), "some were sent twice")
        self.assertEqual(expected[-1], got[-1])

    def test_a_place_is_of_one_export_of_one_trail(self):
        self.record(50)
        words = ("--to", "out.json", "--state", "place")
        self.export(*words)
        self.assertIn("another export", self.export(*words, "--kind", "event", status=3).stderr)
        self.write("elsewhere", (self.folder / "place").read_text("utf-8")[:-10])
        self.assertIn("garant-export/1", self.export(*words[:2], "--state", "elsewhere",
                                                     status=2).stderr)
        shutil.copytree(self.folder / ".garant", self.top / "older")
        self.record(50)
        self.export(*words)
        shutil.rmtree(self.folder / ".garant")
        shutil.copytree(self.top / "older", self.folder / ".garant")
        self.assertIn("no longer holds", self.export(*words, status=4).stderr)

    def test_what_is_asked_wrongly_is_said(self):
        self.record(10)
        for words, said in ((("--to", "udp://a:1"), "is no destination"),
                            (("--to", "tcp://localhost"), "names no host and port"),
                            (("--follow",), "--follow takes --state"),
                            (("--key", "k"), "--key goes with"),
                            (("--to", "tls://a:1", "--key", "k"), "--certificate and --key"),
                            (("--from", "x"), "--from takes a number"),
                            (("--settle", "P2D"), "a day at most"),
                            (("--subject", "x"), "--issuer"),
                            (("--format", "xml"), "xml")):
            self.assertIn(said, self.export(*words, status=2).stderr, words)
        self.assertEqual([], self.shown("--kind", "export"), "nothing was begun")
        self.assertIn("the connection is gone",
                      self.export("--to", "unix:nobody", status=3).stderr)


class OpenedTest(Exporting):
    def states(self, events):
        return [part["state"] for event in events for part in event.get("sealed", [])]

    def exported(self, *words):
        return [json.loads(line) for line in self.export(*words).stdout.splitlines()]

    def looks(self, subject):
        said = self.call("trail", "who-looked", "--issuer", "licences", "--subject", subject,
                         "--format", "json", status=0).stdout
        return [look for look in json.loads(said)["looks"] if look["source"] == "trail.export"]

    def test_what_is_opened_is_a_reading_first(self):
        self.record(60)
        events = self.exported("--kind", "event", *READER)
        self.assertTrue(events)
        for event in events:
            part, = event["sealed"]
            self.assertEqual(("line", "opened"), (part["category"], part["state"]))
            self.assertIn(NAME, part["text"])
        reading, = self.shown("--kind", "reading")
        begun, ended = self.shown("--kind", "export")
        self.assertLess(begun["index"], reading["index"])
        self.assertLess(reading["index"], ended["index"])
        self.assertEqual((True, "access-request", "privacy-officer"),
                         tuple(begun["facts"][name] for name in ("opened", "purpose", "role")))
        self.assertEqual(len(events), reading["facts"]["count"])
        self.assertEqual(1, len(self.looks("L3")))

    def test_nobody_else_has_it_opened(self):
        self.record(20)
        for words, said in ((("--purpose", "access-request"), "role"),
                            (("--role", "owner"), "goes with --purpose"),
                            (("--purpose", "fun", "--role", "privacy-officer"), "fun"),
                            (("--purpose", "access-request", "--role", "owner"), "owner")):
            done = self.call("trail", "export", *words)
            self.assertNotEqual(0, done.returncode, words)
            self.assertIn(said, done.stderr)
            self.assertEqual("", done.stdout)
        self.assertEqual([], self.shown("--kind", "export"))
        other = self.exported("--kind", "event", "--purpose", "fees", "--role", "owner")
        self.assertEqual({"sealed"}, set(self.states(other)))
        self.assertEqual([], self.shown("--kind", "reading"), "nothing was opened")

    def test_whoever_was_erased_is_gone(self):
        self.record(60)
        self.write("persons.tsv", "licences\tL4\n")
        about = {entry["index"] for entry in
                 self.shown("--kind", "event", "--issuer", "licences", "--subject", "L4")}
        self.assertTrue(about)
        self.call("trail", "erase", "persons.tsv", status=0)
        for event in self.exported("--kind", "event", *READER):
            part, = event["sealed"]
            self.assertEqual("gone" if event["index"] in about else "opened", part["state"])
            self.assertEqual("text" in part, part["state"] == "opened")

    def test_a_stream_opens_nothing_of_whom_is_erased_meanwhile_and_does_not_read_itself(self):
        receiver = Receiver(self, path=self.folder / "socket")
        self.record(30)
        stream = Started(self, "export", [GARANT, "trail", "export", "--follow", "--to",
                                          "unix:socket", "--state", "place", *READER],
                         cwd=self.folder, env=self.environment)
        until(lambda: self.place() == self.size(), stream.said())
        # While it stands still, more is recorded of a person, who is erased then.
        stream.process.send_signal(signal.SIGSTOP)
        self.record(30)
        about = {entry["index"] for entry in
                 self.shown("--kind", "event", "--issuer", "licences", "--subject", "L4")}
        later = {entry["index"] for entry in self.shown("--kind", "event")} - set(receiver.indices())
        self.assertTrue(about & later)
        self.write("persons.tsv", "licences\tL4\n")
        self.call("trail", "erase", "persons.tsv", status=0)
        stream.process.send_signal(signal.SIGCONT)
        until(lambda: later <= set(receiver.indices()), stream.said())
        stream.process.send_signal(signal.SIGTERM)
        self.assertEqual(0, stream.process.wait(timeout=60), stream.said())
        events = [json.loads(line) for line in receiver.got.decode().splitlines()]
        for event in events:
            if event["kind"] == "event":
                gone = event["index"] in about & later
                self.assertEqual(["gone" if gone else "opened"], self.states([event]), event)
        own = [event for event in events if event.get("source") == "trail.export"]
        self.assertEqual({"sealed"}, set(self.states(own)))
        self.assertLess(len(self.shown("--kind", "reading")), 10)

    def test_where_the_reading_cannot_be_recorded_nothing_leaves(self):
        receiver = Receiver(self, path=self.folder / "socket")
        self.record(5)
        stream = Started(self, "export", [GARANT, "trail", "export", "--follow", "--to",
                                          "unix:socket", "--state", "place", *READER],
                         cwd=self.folder, env=self.environment)
        until(lambda: receiver.indices(), stream.said())
        # From here on the root is elsewhere: what comes can be neither opened nor told.
        before = self.size()
        self.record(5)
        until(lambda: before in receiver.indices(), stream.said())
        got = receiver.got
        os.rename(self.top / "home" / ".local", self.top / "elsewhere")
        self.lines(20)
        self.call("recorder", "--once", "--lines", "web.log", "--mapping", "mapping.yaml",
                  "--root-key", next((self.top / "elsewhere").rglob("*.root")), status=0)
        self.assertNotEqual(0, stream.process.wait(timeout=60), stream.said())
        self.assertEqual(got, receiver.got)


def ocsf_library(test):
    """The published schema of OCSF 1.8.0 and what checks against it, fetched once and by digest."""
    try:
        import jsonschema
    except ImportError:
        test.skipTest("there is no python3-jsonschema: tools/install test")
    wanted = (SCHEMAS / "requirements.txt").read_text(encoding="ascii")
    folder = ROOT / "build" / f"ocsf-{hashlib.sha256(wanted.encode()).hexdigest()[:16]}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        got = subprocess.run(
            [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:",
             "--require-hashes", "-q", "-r", str(SCHEMAS / "requirements.txt"), "-d", str(folder)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240, check=False)
        if got.returncode != 0:
            test.skipTest("pip could not fetch OCSF's schema: " + got.stderr.strip()[-300:])
        for wheel in folder.glob("*.whl"):
            zipfile.ZipFile(wheel).extractall(folder)
        (folder / "complete").touch()
    sys.path.insert(0, str(folder))
    from ocsf_json_schema import OcsfJsonSchemaEmbedded
    schema = json.loads((folder / "ocsf_json_schema" / "ocsf" / "1.8.0.json").read_text("utf-8"))
    test.assertEqual("1.8.0", schema["version"])
    return OcsfJsonSchemaEmbedded(schema), jsonschema


class SchemaTest(Exporting):
    def setUp(self):
        super().setUp()
        self.record(60)
        self.call("act", "attestation", "--item", "9.4-02", "--by", "owner", "--statement", "So.")
        self.call("probe", "--url", self.serve(b"<html><title>x</title></html>"))
        self.call("trail", "hold", "add", "--category", "contact.email", "--reason", "Inquiry",
                  "--until", "2099-01-01")
        self.write("persons.tsv", "licences\tL4\n")
        self.call("trail", "erase", "persons.tsv", status=0)
        self.export("--to", "once.json")
        kinds = {entry["kind"] for entry in self.shown()}
        self.assertLessEqual({"event", "source", "hold", "erasure", "export", "http-route", "crawl"},
                             kinds)

    def test_ocsf_events_are_what_the_published_schema_says(self):
        library, jsonschema = ocsf_library(self)
        seen = {}

        def check(event):
            profiles = tuple(event["metadata"].get("profiles", ()))
            key = event["class_uid"], profiles
            if key not in seen:
                name = library.lookup_class_name_from_uid(event["class_uid"])
                seen[key] = jsonschema.Draft202012Validator(
                    library.get_class_schema(name, list(profiles)))
            return [error.message for error in seen[key].iter_errors(event)]

        events = [json.loads(line)
                  for line in self.export("--format", "ocsf").stdout.splitlines()]
        for event in events + self.of_every_kind("ocsf"):
            self.assertEqual([], check(event), event)
        self.assertEqual({1008, 2006, 4002, 6002, 6007}, {number for number, _ in seen})
        # The check sees what is wrong.
        event = events[0]
        for name in ("time", "severity_id", "type_uid", "message"):
            self.assertTrue(check({**event, name: {}}), name)
        self.assertTrue(check({**event, "route": "/x"}), "an attribute that OCSF has not")
        self.assertTrue(check({**event, "metadata": {"version": "1.8.0"}}), "without a product")
        self.assertTrue(check({name: value for name, value in event.items() if name != "time"}))
        self.assertTrue(check({**event, "severity_id": 42}))

    def of_every_kind(self, form):
        """Also of kinds that nothing makes yet, as the room's own test writes them."""
        program = ROOT / "build" / "dev" / "src" / "feed" / "garant_feed_test"
        if not program.exists():
            self.skipTest("the unit tests are not built")
        subprocess.run([program, "--gtest_filter=Forms.CanBeWrittenOfEveryKind"], check=True,
                       env={**self.environment, "GARANT_WRITE_EVENTS": str(self.folder)}, cwd=ROOT,
                       stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        lines = (self.folder / form).read_text(encoding="utf-8").splitlines()
        self.assertGreater(len(lines), 100)
        return [json.loads(line) for line in lines]

    def test_ecs_events_have_its_fields_and_no_others(self):
        fields = self.ecs_fields()
        events = [json.loads(line) for line in self.export("--format", "ecs").stdout.splitlines()]
        for event in events + self.of_every_kind("ecs"):
            self.assertEqual([], wrong_in_ecs(event, fields), event)
            self.assertEqual("9.4.0", event["ecs"]["version"])
        event = next(one for one in events if one["event"].get("category") == ["web"])
        for change in ({"url": {"template": "/x"}}, {"event": {"category": ["webs"]}},
                       {"event": {"category": "web"}}, {"@timestamp": 7},
                       {"http": {"response": {"status_code": "200"}}},
                       {"event": {"category": ["web"], "type": ["deletion"]}}):
            self.assertTrue(wrong_in_ecs({**event, **change}, fields), change)

    def ecs_fields(self):
        if shutil.which("node") is None or shutil.which("npm") is None:
            self.skipTest("needs node and npm: tools/install test")
        lock = (SCHEMAS / "package-lock.json").read_bytes()
        folder = ROOT / "build" / f"ecs-{hashlib.sha256(lock).hexdigest()[:16]}"
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(SCHEMAS / name, folder)
            done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                                  cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                                  text=True, timeout=240, check=False)
            if done.returncode != 0:
                self.skipTest("npm could not fetch ECS (no network?): " + done.stderr[-300:])
            (folder / "complete").touch()
        said = subprocess.run(
            ["node", "-e", "process.stdout.write(JSON.stringify(require('@elastic/ecs').EcsFlat))"],
            cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
            check=True)
        return json.loads(said.stdout)


def wrong_in_ecs(event, fields):
    """What of an event is not as ECS has it; what stands under `garant` is ours."""
    wrong = []

    def look(name, value):
        if isinstance(value, dict):
            for key, inner in value.items():
                look(f"{name}.{key}" if name else key, inner)
            return
        field = fields.get(name)
        if field is None:
            wrong.append(f"{name} is no field")
            return
        if isinstance(value, list) != ("array" in field.get("normalize", [])):
            wrong.append(f"{name} is a list, or is none")
            return
        types = {"long": int, "date": str, "keyword": str, "match_only_text": str}
        allowed = {one["name"]: one for one in field.get("allowed_values", [])}
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, types[field["type"]]) or isinstance(one, bool):
                wrong.append(f"{name}: {one!r} is no {field['type']}")
            if allowed and one not in allowed:
                wrong.append(f"{name}: {one} is not among its values")
            if name == "event.category" and one in allowed:
                expected = allowed[one].get("expected_event_types", [])
                for kind in event["event"].get("type", []):
                    if kind not in expected:
                        wrong.append(f"{one} expects no {kind}")

    look("", {name: value for name, value in event.items() if name != "garant"})
    return wrong


class Receiver:
    """Takes one connection after the other, plain or over TLS, and keeps what it reads."""

    def __init__(self, test, context=None, path=None):
        self.context, self.got, self.paused = context, b"", threading.Event()
        if path:
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(str(path))
            self.listener.listen()
        else:
            self.listener = socket.create_server(("127.0.0.1", 0))
            self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        test.addCleanup(self.listener.close)

    def run(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            try:
                with self.context.wrap_socket(plain, server_side=True) if self.context else plain \
                        as one:
                    while not self.paused.is_set() and (more := one.recv(65536)):
                        self.got += more
                    if self.paused.is_set():
                        self.paused.wait()
                    elif self.context:
                        one.unwrap()
            except OSError:
                pass

    def indices(self, form="jsonl"):
        return indices(self.got.decode("utf-8", "replace"), form)


class StreamTest(Exporting):
    def begun(self):
        return len(self.shown("--kind", "export", "--outcome", "begun"))

    def follow(self, *words, name="export"):
        """A stream that has written that it begins."""
        before = self.begun()
        stream = Started(self, name, [GARANT, "trail", "export", "--follow", *map(str, words)],
                         cwd=self.folder, env=self.environment)
        until(lambda: self.begun() > before or stream.process.poll() is not None, "it began")
        self.assertIsNone(stream.process.poll(), stream.said())
        return stream

    def end(self, stream):
        stream.process.send_signal(signal.SIGTERM)
        self.assertEqual(0, stream.process.wait(timeout=60), stream.said())

    def rsyslog(self, port, number):
        folder = self.folder / f"rsyslog-{number}"
        folder.mkdir()
        conf = folder / "rsyslog.conf"
        conf.write_text(f"""\
global(workDirectory="{folder}" maxMessageSize="64k")
module(load="imtcp")
template(name="whole" type="string" string="%pri% %app-name% %msgid%%msg%\\n")
input(type="imtcp" address="127.0.0.1" port="{port}" ruleset="keep")
ruleset(name="keep") {{ action(type="omfile" file="{self.folder}/got.{number}" template="whole") }}
""", encoding="utf-8")
        server = Started(self, f"rsyslog-{number}",
                         [RSYSLOG, "-n", "-f", str(conf), "-i", str(folder / "pid")])
        until(lambda: server.process.poll() is not None or (folder / "pid").exists(), "it runs")
        self.assertIsNone(server.process.poll(), server.said())
        return server

    def got(self):
        """What any of the servers wrote down."""
        return [line for path in sorted(self.folder.glob("got.*"))
                for line in path.read_text(encoding="utf-8").splitlines()]

    def taken(self):
        return set(indices("\n".join(self.got()), "cef"))

    def test_rsyslog_misses_nothing_though_both_are_killed(self):
        if not os.path.exists(RSYSLOG):
            self.skipTest("there is no rsyslog: tools/install test")
        port, = free_ports(1)
        words = ("--format", "cef", "--to", f"tcp://127.0.0.1:{port}", "--state", "place")
        self.record(200)
        stream = self.follow(*words)
        until(lambda: "connection is gone" in stream.said(), "nobody is there yet")
        for number in range(4):
            server = self.rsyslog(port, number)
            before = self.size()
            self.record(150)
            until(lambda: before in self.taken(), "it takes what is new")
            server.process.kill()
            server.process.wait()
            self.record(50)
            if number == 1:
                stream.process.kill()
                stream.process.wait()
                stream = self.follow(*words, name="again")
        server = self.rsyslog(port, 4)
        size = self.size()
        until(lambda: set(range(size)) <= self.taken(), "all of them arrive")
        for line in self.got():
            self.assertRegex(line, r"\A1\d\d garant [a-z-]+CEF:0\|Garant\|Garant\|")
            self.assertNotIn(NAME, line)
        self.end(stream)
        self.assertGreater(len(self.got()), len(self.taken()), "some were sent twice")
        # An orderly end: everything counts as taken, and nothing is sent again.
        count = len(self.got())
        stream = self.follow(*words, name="last")
        until(lambda: len(self.taken()) == self.size(), "its own beginning and end come too")
        self.end(stream)
        self.assertEqual(count + 2, len(self.got()))

    def test_it_follows_a_recorder_that_runs_and_is_killed(self):
        receiver = Receiver(self, path=self.folder / "socket")
        words = ("--to", "unix:socket", "--state", "place", "--kind", "event", "--format", "ecs")
        self.record(30)
        stream = self.follow(*words)
        self.record(10)  # so nobody else is writing
        for _ in range(3):
            running = Running(self, "--lines", "web.log", "--mapping", "mapping.yaml").wait()
            self.lines(100)
            wanted = self.written - (self.written + 9) // 10
            running.until(lambda: len(set(receiver.indices("ecs"))) == wanted, "they come by")
            running.kill()
        self.end(stream)
        self.assertEqual([entry["index"] for entry in self.shown("--kind", "event")],
                         sorted(set(receiver.indices("ecs"))))

    def test_a_slow_receiver_delays_and_the_stream_can_be_ended(self):
        receiver = Receiver(self)
        receiver.paused.set()
        self.record(3000)
        stream = self.follow("--to", f"tcp://127.0.0.1:{receiver.port}", "--state", "place",
                             "--format", "ocsf")
        self.end(stream)
        place = (self.folder / "place").read_text(encoding="utf-8").splitlines()
        self.assertEqual("0", place[3], "nothing counts as taken")

    def test_tls_is_to_whom_its_certificate_names(self):
        known = Certificates(self.top / "known")
        others = Certificates(self.top / "others", "Somebody else")
        self.record(50)
        for authority, name, said in ((known, "localhost", None),
                                      (known, "elsewhere.example", "hostname mismatch"),
                                      (others, "localhost", "TLS did not come about")):
            certificate, key = authority.make(name)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            receiver = Receiver(self, context)
            done = self.export("--to", f"tls://localhost:{receiver.port}", "--authorities",
                               known.authority, status=4 if said else 0)
            if said:
                self.assertIn(said, done.stderr)
                self.assertEqual(b"", receiver.got)
            else:
                self.assertEqual(list(range(self.size() - 2)), receiver.indices())

    def test_one_process_goes_on_from_a_place(self):
        receiver = Receiver(self, path=self.folder / "socket")
        self.record(10)
        words = ("--to", "unix:socket", "--state", "place")
        stream = self.follow(*words)
        until(lambda: receiver.indices(), "it runs")
        self.assertIn("another export goes on", self.export(*words, status=3).stderr)
        self.end(stream)


if __name__ == "__main__":
    unittest.main()
