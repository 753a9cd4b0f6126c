"""What the recorder takes is in the trail once, whatever ends it and whatever happens to its sources."""

import fcntl
import json
import mmap
import os
import random
import resource
import shutil
import signal
import socket
import struct
import subprocess
import time
from datetime import datetime, timedelta, timezone

from waiting import until, until_ready
from workplace import GARANT, HEAD, LOG, OPEN, READERS, ROOT, Workplace

MAPPING = """\
mapping: 1
system: web
time: /time
event: /event
trace: /trace
subjects:
  - { issuer: licences, at: /licence }
"""
SERVICE = HEAD + """\
people:
  - { id: owner, role: owner, contact: owner@example.org }
systems:
  - { id: web, kind: web-application, agency: Licences, internet: true, events: true }
"""
KILLS = 20


class Running:
    """A recorder that runs until it is ended."""

    def __init__(self, place, *words, limit=None):
        self.ready = place.folder / "ready"
        self.ready.unlink(missing_ok=True)
        self.said = open(place.folder / "said", "w+", encoding="utf-8")
        before = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE,
                                             (limit, resource.RLIM_INFINITY))) if limit else None
        self.process = subprocess.Popen(
            [GARANT, "recorder", *map(str, words), "--ready-file", str(self.ready)],
            cwd=place.folder, env=place.environment, stdin=subprocess.DEVNULL, stdout=self.said,
            stderr=subprocess.STDOUT, preexec_fn=before, start_new_session=True)
        place.addCleanup(self.kill)

    def until(self, holds, what):
        until(lambda: holds() or self.process.poll() is not None, what)
        assert self.process.poll() is None, f"it ended: {self.output()}"

    def wait(self):
        until_ready(self.process, self.ready, self.output)
        return self

    def output(self):
        self.said.flush()
        self.said.seek(0)
        return self.said.read()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.said.close()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        said = self.output()
        self.said.close()
        return status, said


class Ring:
    """A worker's ring as docs/formats/spool.md has it, from another hand; it never wraps."""

    CAPACITY = 1 << 20

    def __init__(self, folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        self.id = os.urandom(16)
        fresh = folder / f"new-{self.id.hex()}"
        self.file = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self.file, fcntl.LOCK_EX)
        os.truncate(self.file, 4096 + self.CAPACITY)
        self.memory = mmap.mmap(self.file, 4096 + self.CAPACITY)
        self.memory[:48] = struct.pack("=8sIIQ16sQ", b"GARSPOOL", 1, os.getpid(), self.CAPACITY,
                                       self.id, time.time_ns())
        self.head = self.sequence = 0
        fresh.rename(folder / f"ring-{self.id.hex()}")

    def word(self, at, value):
        self.memory[at:at + 8] = struct.pack("=Q", value)

    def write(self, client):
        self.word(72, self.sequence + 1)
        payload = struct.pack("=qqqQQ16s8s8sHBBBBBB", time.time_ns(), 3_000_000, 2_000_000, 100, 900,
                              os.urandom(16), os.urandom(8), bytes(8), 200, 1, 1, 11, 13, 0, 0)
        for text in ("", "web", "/people/jeanne", client, "raw-session"):
            payload += struct.pack("=H", len(text)) + text.encode()
        record = struct.pack("=IIQ", len(payload), 1, self.sequence) + payload
        record += bytes(-len(record) % 8)
        at = 4096 + self.head
        self.memory[at:at + len(record)] = record
        self.head += len(record)
        self.sequence += 1
        self.word(64, self.head)
        self.word(96, self.sequence)
        self.word(80, self.sequence)

    def crash(self, unfinished):
        self.word(72, self.sequence + unfinished)
        self.memory.close()
        os.close(self.file)


class Recorder(Workplace):
    def setUp(self):
        super().setUp()
        self.write("garant.yaml", SERVICE + READERS)
        self.write("mapping.yaml", MAPPING)
        self.log = self.folder / "log"
        self.trail = self.folder / ".garant" / "trail"
        self.following = ("--lines", self.log, "--mapping", "mapping.yaml")

    def line(self, number):
        return json.dumps({"time": datetime.now(timezone.utc).isoformat(), "event": "counted",
                           "number": number, "licence": f"L-{number % 7}"}) + "\n"

    def append(self, text, log=None):
        with open(log or self.log, "a", encoding="utf-8") as file:
            file.write(text)

    def entries(self, kind=None, opened=OPEN):
        words = ["--kind", kind] if kind else []
        shown = self.call("trail", "show", *opened, "--format", "json", *words, status=0).stdout
        return [json.loads(one) for one in shown.splitlines()]

    def numbers(self):
        return [json.loads(entry["parts"][-1]["opened"])["number"]
                for entry in self.entries("event")]

    def once(self, *words, status=0):
        return self.call("recorder", *(words or self.following), "--once", status=status)

    def test_each_line_is_there_once_however_often_it_is_killed(self):
        chance = random.Random(5)
        written = rotated = 0
        self.append("")
        self.once()  # it has seen the file
        for _ in range(KILLS):
            running = Running(self, *self.following)
            for _ in range(chance.randrange(1, 60)):
                self.append("".join(self.line(written + i) for i in range(3)))
                written += 3
                if chance.random() < 0.05:
                    self.log.rename(self.folder / f"log.{1000 - rotated}")
                    rotated += 1
                    self.append(self.line(written))
                    written += 1
                if chance.random() < 0.3:
                    time.sleep(chance.random() / 200)
            if chance.random() < 0.5:
                running.wait()
            running.kill()
        self.once()
        self.assertEqual(list(range(written)), self.numbers())
        self.assertIn("The trail holds", self.call("trail", "verify", status=0).stdout)
        sources = {entry["outcome"] for entry in self.entries("source")}
        self.assertEqual({"found", "rotated"}, sources, "nothing was lost or refused")
        self.assertGreater(rotated, KILLS // 2)

    def test_each_request_of_the_guard_is_there_once_however_often_it_is_killed(self):
        chance = random.Random(6)
        spool = self.folder / "spool"
        rings = [Ring(spool) for _ in range(3)]
        for _ in range(KILLS):
            running = Running(self, "--spool", spool)
            for _ in range(chance.randrange(1, 40)):
                chance.choice(rings).write("203.0.113.9")
                if chance.random() < 0.3:
                    time.sleep(chance.random() / 200)
            if chance.random() < 0.5:
                running.wait()
            running.kill()
        rings[0].crash(unfinished=4)
        self.once("--spool", spool)
        requests = self.entries("request")
        for ring in rings:
            own = [entry for entry in requests if entry["source"] == f"guard/{ring.id.hex()}"]
            self.assertEqual(list(range(ring.sequence)), [entry["sequence"] for entry in own])
            self.assertEqual({"web"}, {entry["part"] for entry in own})
        told = [(entry["source"], entry["outcome"], entry["facts"].get("count"))
                for entry in self.entries("source")]
        self.assertEqual(sorted([(f"guard/{ring.id.hex()}", "found", None) for ring in rings]
                                + [(f"guard/{rings[0].id.hex()}", "crashed", 4)], key=str),
                         sorted(told, key=str))
        self.call("trail", "verify", status=0)
        clear = (self.trail / LOG).read_bytes()
        for hidden in (b"203.0.113.9", b"jeanne", b"raw-session"):
            self.assertNotIn(hidden, clear)

    def test_it_follows_ends_in_order_and_says_what_it_did(self):
        running = Running(self, *self.following).wait()
        self.append(self.line(0) + "no json\n" + self.line(1))
        place = self.folder / ".garant" / "trail.sources" / "web"
        running.until(place.exists, "the file was found")
        status, said = running.end()
        self.assertEqual(0, status, said)
        self.assertEqual([0, 1], self.numbers())
        self.assertIn("2 lines, refused 1,", said)
        refused = [entry for entry in self.entries("source") if entry["outcome"] == "refused"]
        self.assertEqual(1, len(refused))
        self.assertEqual("not-json", refused[0]["facts"]["reason"])
        self.assertEqual("no json", refused[0]["parts"][0]["opened"])
        seen = self.entries("system-events")[-1]
        self.assertEqual((2, 1), (seen["facts"]["events"], seen["facts"]["gaps"]))
        self.assertEqual("ingest.recorder.trial", seen["source"])
        clear = (self.trail / LOG).read_bytes()
        for hidden in (b"L-0", b"L-1", b"no json", b"number"):
            self.assertNotIn(hidden, clear)

    def test_how_much_goes_into_a_batch_is_settable(self):
        batches = []
        for most in ("5000", "100"):  # about: a file is read by the quarter megabyte
            log = self.folder / f"log-{most}"
            self.append("".join(self.line(number) for number in range(9000)), log)
            said = self.once("--lines", log, "--mapping", "mapping.yaml", "--source", f"of-{most}",
                             "--batch", most).stdout
            batches.append(int(said.split(" batches")[0].split()[-1]))
        self.assertGreater(batches[1], batches[0])

    def test_what_comes_within_a_time_that_is_settable_goes_into_one_batch(self):
        batches = []
        for together in ("1", "900"):
            log = self.folder / f"log-{together}"
            running = Running(self, "--lines", log, "--mapping", "mapping.yaml", "--source",
                              f"of-{together}", "--together", together).wait()
            for number in range(10):
                self.append(self.line(number), log)
                time.sleep(0.1)  # the rate that lines come at, which is what is tested
            place = self.folder / ".garant" / "trail.sources" / f"of-{together}"
            running.until(place.exists, "the file was found")
            status, said = running.end()
            self.assertEqual(0, status, said)
            self.assertIn("10 lines", said)
            batches.append(int(said.split(" batches")[0].split()[-1]))
        self.assertGreater(batches[0], batches[1] + 3)

    def test_a_full_disk_stops_it_and_it_recovers_by_itself(self):
        for number in range(300):
            self.append(self.line(number))
        # The whole batch needs more than this; the key store and the first files do not.
        running = Running(self, *self.following, limit=20_000)
        running.until(lambda: "Nothing is let go" in running.output(), "the disk is full")
        self.append(self.line(300))
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE,
                         (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        running.until(lambda: "The trail takes entries again." in running.output(), "it goes on")
        status, said = running.end()
        self.assertEqual(0, status, said)
        self.assertEqual(list(range(301)), self.numbers())
        self.call("trail", "verify", status=0)

    def test_lines_come_over_a_socket(self):
        path = self.folder / "socket"
        listening = ("--lines", f"unix:{path}", "--mapping", "mapping.yaml")
        running = Running(self, *listening).wait()
        with socket.socket(socket.AF_UNIX) as sender:
            sender.connect(str(path))
            sender.sendall("".join(self.line(number) for number in range(50)).encode())
        status, said = running.end()
        self.assertEqual(0, status, said)
        self.assertFalse(path.exists())
        self.assertEqual(list(range(50)), self.numbers())
        Running(self, *listening).wait().kill()
        self.once(*listening)
        told = [entry["outcome"] for entry in self.entries("source")]
        self.assertEqual(["found", "closed", "found", "crashed", "found", "closed"], told)

    def test_two_recorders_do_not_share_a_trail(self):
        running = Running(self, *self.following).wait()
        for wait in ("PT0S", "PT1S"):
            said = self.once(*self.following, "--wait", wait, status=3).stderr
            self.assertIn("another process is writing", said)
            self.assertEqual(wait != "PT0S", "waiting until it has ended, for at most PT1S" in said)
        self.append(self.line(0))
        running.until(lambda: self.entries("event", ()), "the first one goes on")
        self.assertEqual(0, running.end()[0])

    def test_who_starts_while_a_command_writes_waits_and_says_so_once(self):
        self.append(self.line(0))
        self.once()
        self.append(self.line(1))
        with open(self.trail / "lock", "r+b") as lock:
            # The writer's byte, as a command that takes long.
            fcntl.fcntl(lock, fcntl.F_OFD_SETLK,
                        struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 1, 0))
            stopped = Running(self, *self.following)
            stopped.until(lambda: "waiting" in stopped.output(), "it waits")
            stopped.process.send_signal(signal.SIGTERM)
            self.assertEqual(-signal.SIGTERM, stopped.process.wait(timeout=20), "at once")
            running = Running(self, *self.following)
            running.until(lambda: "waiting" in running.output(), "it waits")
            self.assertFalse(running.ready.exists())
        running.wait()
        status, said = running.end()
        self.assertEqual(0, status, said)
        self.assertEqual(1, said.count("waiting until it has ended, for at most PT30S"), said)
        self.assertEqual([0, 1], self.numbers())
        self.assertIn("--wait takes at most", self.once(*self.following, "--wait", "PT2H", status=2).stderr)

    def test_a_place_that_was_taken_away_is_not_guessed(self):
        self.append(self.line(0))
        self.once()
        shutil.rmtree(self.folder / ".garant" / "trail.sources")
        said = self.once(status=3)
        self.assertIn("trail.sources/web is missing", said.stderr)
        self.once(*self.following, "--source", "web-again")
        self.assertEqual([0, 0], self.numbers())

    def test_what_is_asked_wrongly_is_said_at_once(self):
        self.write("bad.yaml", "mapping: 1\nsystem: webs\ntime: time\nbody: /body\n")
        said = self.once("--lines", self.log, "--mapping", "bad.yaml", status=2).stderr
        self.assertIn("bad.yaml:2:9: the service file declares no system 'webs'; did you mean", said)
        self.assertIn("bad.yaml:3:7: a place in the line is expected here", said)
        self.assertIn("bad.yaml:4:1: unknown key 'body'", said)
        self.assertIn("3 errors", said)
        self.assertIn("nothing to take", self.call("recorder", status=2).stderr)
        self.assertIn("needs its --mapping", self.once("--lines", self.log, status=2).stderr)
        twice = self.once(*self.following, *self.following, status=2).stderr
        self.assertIn("two sources are named 'web'", twice)
        self.assertIn("cannot name a source",
                      self.once(*self.following, "--source", "../web", status=2).stderr)
        self.assertIn("--silence", self.once(*self.following, "--silence", "PT0S", status=2).stderr)
        for option, value in (("--batch", "0"), ("--batch", "x"), ("--together", "1001")):
            self.assertIn(option, self.once(*self.following, option, value, status=2).stderr)
        self.once("--lines", self.log, "--mapping", "none.yaml", status=2)
        self.assertFalse(self.trail.exists(), "nothing was begun")

    def test_verdicts_move(self):
        standard = ROOT / "standards" / "digital-playbook-9"

        def systems_send():
            judgement = self.judge("--standard", standard)
            item = next(item for item in judgement["items"] if item["id"] == "9.4-55")
            return next(proof["state"] for proof in item["proofs"]
                        if proof["id"] == "trail.systems-send")

        self.assertEqual("unknown", systems_send())
        self.once()
        self.assertEqual("contradicted", systems_send(), "it is declared to send, and sent nothing")
        self.append(self.line(0))
        self.once()
        self.assertEqual("met", systems_send())
        self.append("no json\n")
        self.once()
        self.assertEqual("unmet", systems_send(), "an event cannot be followed")

    def test_an_old_line_is_no_sign_of_life(self):
        old = (datetime.now(timezone.utc) - timedelta(hours=25)).isoformat()
        self.append(json.dumps({"time": old, "event": "counted", "number": 0}) + "\n")
        self.once()
        self.assertEqual(1, len(self.entries("event")))
        self.assertEqual(0, self.entries("system-events")[-1]["facts"]["events"])

    def test_the_log_of_the_example_is_taken(self):
        example = ROOT / "examples" / "parking-permits"
        text = (example / "garant.yaml").read_text(encoding="utf-8")
        self.write("garant.yaml", text.replace("categories: [line] }", "categories: [line, trace.span] }"))
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        stamp = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        self.append(json.dumps({"time": stamp, "system": "web", "event": "clerk.viewed",
                                "trace": trace, "span": "00f067aa0ba902b7",
                                "reference": "RP-12345"}) + "\n")
        self.once("--lines", self.log, "--mapping", example / "journal-mapping.yaml")
        entry, = self.entries("event", ("--open", "--purpose", "complaint", "--role", "privacy-officer"))
        self.assertEqual("web", entry["part"])
        self.assertEqual(["account.identifier"], entry["categories"])
        self.assertEqual("clerk.viewed", entry["facts"]["event"])
        self.assertEqual("00f067aa0ba902b7" + 16 * "0", entry["parts"][0]["opened"])
        clear = (self.trail / LOG).read_bytes()
        self.assertNotIn(b"RP-12345", clear)
        self.assertNotIn(trace.encode(), clear)
        self.assertNotIn(bytes.fromhex(trace), clear)
