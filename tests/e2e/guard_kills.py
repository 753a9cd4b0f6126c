"""Kills what records, in any order and under load, and accounts for every request.

`python3 tests/e2e/guard_kills.py [KILLS [SEED]]` is the campaign (200 kills): the recorder, one worker
of nginx, or its master with all that it leaves, each with SIGKILL. Whatever was killed is started
anew, as a service manager would; sometimes the recorder is away until the rings overflow. Then the
trail is held against what the clients saw.
"""

import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

from origin import Origin
from waiting import IN_MODIFY, PATIENCE_SECONDS, Watch, free_ports, until, until_ready
from workplace import GARANT, LOG, OPEN, READERS, service_file

ROUTES = """\
access:
  methods: [none]
  routes:
    - { match: "/mine/{id}", assurance: 0 }
"""
CLIENTS = 4
LOSSES = ("gap", "closed", "crashed")
NOTES = re.compile(r"[^\n]+\n(\d+)\n[^\n]+\n\n\u2014 [^\n]+\n")
SPANS = re.compile(r"[0-9a-f]{16}([0-9a-f]{16})\Z")


def children_of(pid):
    try:
        return [int(one) for one in
                Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def span_of(client, number):
    return f"{client + 1:04x}{number:012x}"


class Client(threading.Thread):
    """Asks one thing after the other, each under a span of its own, until it is told to end. While
    the guard is known to be away it waits; of each answer it tells."""

    PAUSE_SECONDS = 0.002  # as a person who reads; it bounds how large the trail gets

    def __init__(self, number, port, authority, guard_is_up, answer_came):
        super().__init__(daemon=True)
        self.number, self.port = number, port
        self.guard_is_up, self.answer_came = guard_is_up, answer_came
        self.context = ssl.create_default_context(cafile=str(authority))
        self.ending = threading.Event()
        self.sent, self.answered = 0, []

    def run(self):
        connection = None
        while not self.ending.is_set():
            span = span_of(self.number, self.sent)
            try:
                connection = connection or http.client.HTTPSConnection(
                    "localhost", self.port, context=self.context, timeout=20)
                self.sent += 1
                connection.request("GET", "/mine/7", headers={
                    "traceparent": f"00-{os.urandom(15).hex()}01-{span}-01"})
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    with self.answer_came:
                        self.answered.append(span)
                        self.answer_came.notify_all()
            except (OSError, http.client.HTTPException):
                connection.close()
                connection = None
                self.guard_is_up.wait(PATIENCE_SECONDS)
            self.ending.wait(self.PAUSE_SECONDS)
        if connection:
            connection.close()


class Crowd:
    """Asks more than the rings hold: of the guard alone, which refuses another host and records that
    with a path of two kilobytes. Each request under a span of its own, many at once."""

    NUMBER = 0xfffe  # as a client
    ATONCE = 100

    def __init__(self, port, authority, first):
        self.port, self.sent, self.answered = port, first, []
        self.context = ssl.create_default_context(cafile=str(authority))

    def ask(self):
        spans = [span_of(self.NUMBER, self.sent + number) for number in range(self.ATONCE)]
        self.sent += self.ATONCE
        with (socket.create_connection(("localhost", self.port), timeout=20) as plain,
              self.context.wrap_socket(plain, server_hostname="localhost") as tls):
            tls.sendall(b"".join(
                b"GET /%s HTTP/1.1\r\nHost: another.example\r\ntraceparent: 00-%s01-%s-01\r\n\r\n"
                % (b"a" * 2040, os.urandom(15).hex().encode(), span.encode()) for span in spans))
            answer = b""
            while (done := answer.count(b"HTTP/1.1 421 ")) < self.ATONCE:
                chunk = tls.recv(1 << 20)
                if not chunk:
                    raise AssertionError(f"{done} answers, then the guard closed")
                answer += chunk
        self.answered += spans


class Campaign:
    def __init__(self, folder, seed):
        self.folder = Path(folder)
        self.chance = random.Random(seed)
        self.environment = {"HOME": str(self.folder / "home"), "PATH": os.environ["PATH"],
                            "TMPDIR": str(self.folder), "LC_ALL": "C.UTF-8"}
        (self.folder / "home").mkdir()
        self.file = self.folder / "garant.yaml"
        self.file.write_text(service_file(rest=ROUTES + READERS), encoding="utf-8")
        self.spool, self.trail = self.folder / "spool", self.folder / "trail"
        self.root, self.guard_folder = self.folder / "root", self.folder / "guard"
        self.ports = free_ports(2)
        self.origin = Origin()
        self.origin.server.handle_error = lambda *_: None  # whoever asked it may be killed
        self.guard = self.recorder = None
        self.clients, self.kills, self.crashes = [], Counter(), 0
        self.guard_is_up, self.answer_came = threading.Event(), threading.Condition()
        self.crowds = []
        self.durable = {}
        self.published = {}

    def start(self, name, *words):
        """Runs it until its ready file is there."""
        ready = self.folder / f"{name}.ready"
        ready.unlink(missing_ok=True)
        said = open(self.folder / f"{name}.out", "ab")
        process = subprocess.Popen(
            [GARANT, *map(str, words), "--service", str(self.file), "--spool", str(self.spool),
             "--ready-file", str(ready)], cwd=self.folder, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        said.close()
        try:
            until_ready(process, ready, (self.folder / f"{name}.out").read_text)
        except BaseException:
            process.kill()
            process.wait()
            raise
        return process

    def start_guard(self):
        self.guard = self.start("guard", "guard", "run", "--folder", self.guard_folder, "--origin",
                                self.origin.url, "--https-port", self.ports[0], "--http-port",
                                self.ports[1])
        self.master = int((self.guard_folder / "nginx.pid").read_text("ascii"))

    def start_recorder(self):
        self.recorder = self.start("recorder", "recorder", "--trail", self.trail, "--root-key",
                                   self.root, "--silence", "PT1H")

    def start_clients(self):
        # The authority of a guard that is started anew is another one: theirs is told each time.
        for client in self.clients:
            client.context = ssl.create_default_context(
                cafile=str(self.guard_folder / "authority.pem"))
        while len(self.clients) < CLIENTS:
            client = Client(len(self.clients), self.ports[0], self.guard_folder / "authority.pem",
                            self.guard_is_up, self.answer_came)
            client.start()
            self.clients.append(client)
        self.guard_is_up.set()

    def answered(self):
        return sum(len(client.answered) for client in self.clients)

    def some_more(self, most):
        """Until a few more requests were answered: nothing is killed at rest."""
        wanted = self.answered() + self.chance.randrange(1, most)
        with self.answer_came:
            if not self.answer_came.wait_for(lambda: self.answered() >= wanted, PATIENCE_SECONDS):
                raise AssertionError("the guard does not answer")

    def trail_grows(self):
        """Until it has just written entries, or their checkpoint: not let go in the spool yet."""
        path = self.trail / self.chance.choice((LOG, "checkpoints"))
        with Watch(path, IN_MODIFY) as watch:
            if not watch.wait(PATIENCE_SECONDS):
                raise AssertionError("the recorder does not record")

    def kill_recorder(self):
        if self.chance.random() < 0.7:
            self.trail_grows()
        kill(self.recorder.pid)
        self.recorder.wait()
        if self.chance.random() < 0.5:
            self.some_more(40)
        self.start_recorder()

    def dropped(self):
        """By all rings that lie there (docs/formats/spool.md)."""
        total = 0
        for ring in self.spool.glob("ring-*"):
            with ring.open("rb") as file:
                total += struct.unpack_from("=Q", file.read(96), 88)[0]
        return total

    def kill_recorder_for_long(self):
        kill(self.recorder.pid)
        self.recorder.wait()
        before = self.dropped()
        crowd = Crowd(self.ports[0], self.guard_folder / "authority.pem",
                      self.crowds[-1].sent if self.crowds else 0)
        self.crowds.append(crowd)
        while self.dropped() == before:
            if len(crowd.answered) > 100_000:
                raise AssertionError("a ring that nobody reads has room for ever")
            crowd.ask()
        if self.chance.random() < 0.3:
            self.kill_worker()
        self.start_recorder()

    def kill_worker(self):
        before = children_of(self.master)
        victim = self.chance.choice(before)
        kill(victim)
        self.crashes += 1
        until(lambda: len(set(children_of(self.master)) - {victim}) >= len(before),
              "nginx has its workers again")

    def kill_master(self):
        workers = children_of(self.master)
        self.crashes += len(workers)
        self.guard_is_up.clear()
        kill(self.master)
        if self.chance.random() < 0.5:
            time.sleep(self.chance.random() / 20)  # workers without a master go on answering
        for worker in self.chance.sample(workers, self.chance.randrange(len(workers) + 1)):
            kill(worker)  # the others are ended by `garant guard run`, which sees its nginx gone
        self.guard.wait(timeout=60)
        self.start_guard()
        self.start_clients()

    def remember_published(self):
        """A checkpoint that anybody may have kept: the trail must continue it for ever."""
        notes = list(NOTES.finditer((self.trail / "checkpoints").read_text("utf-8", "replace")))
        for note in notes[-2:]:
            self.published.setdefault(int(note[1]), note[0])

    def continues(self, size, note):
        """Whether a proof leads from what was published to the trail as it is."""
        proof, old = self.folder / "proof", self.folder / "old"
        made = self.call("trail", "prove", "--from", size, keys=False)
        if made.returncode != 0:
            raise AssertionError(made.stderr)
        proof.write_text(made.stdout, encoding="utf-8")
        old.write_text(note, encoding="utf-8")
        return self.call("trail", "verify", "--proof", proof, "--checkpoint", old).returncode == 0

    def look(self):
        """What is durable now: it must be there at the end, unchanged."""
        for entry in self.entries("request"):
            key = entry["source"], entry["sequence"]
            known = self.durable.setdefault(key, entry["index"])
            if known != entry["index"]:
                raise AssertionError(f"{key} is there twice: {known} and {entry['index']}")

    def call(self, *words, keys=True):
        root = ["--root-key", str(self.root)] if keys else []
        return subprocess.run(
            [GARANT, *map(str, words), "--trail", str(self.trail), *root], cwd=self.folder,
            env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
            timeout=600, check=False)

    def entries(self, kind, *more):
        shown = self.call("trail", "show", "--kind", kind, "--format", "json", *more)
        if shown.returncode != 0:
            raise AssertionError(shown.stderr)
        return [json.loads(line) for line in shown.stdout.splitlines()]

    def run(self, kills):
        self.start_guard()
        self.start_recorder()
        self.start_clients()
        ways = (self.kill_recorder,) * 4 + (self.kill_worker,) * 4 + (
            self.kill_master,) * 2 + (self.kill_recorder_for_long,)
        for number in range(kills):
            self.some_more(60)
            way = self.chance.choice(ways)
            way()
            self.remember_published()
            self.kills[way.__name__.removeprefix("kill_")] += 1
            if number % 20 == 10:
                self.look()
        self.some_more(60)
        for client in self.clients:
            client.ending.set()
        for client in self.clients:
            client.join(60)
        self.guard.send_signal(signal.SIGTERM)
        self.guard.wait(timeout=60)
        self.recorder.send_signal(signal.SIGTERM)
        self.recorder.wait(timeout=60)
        last = subprocess.run(
            [GARANT, "recorder", "--service", self.file, "--spool", self.spool, "--trail",
             self.trail, "--root-key", self.root, "--once"], cwd=self.folder, env=self.environment,
            stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False,
            timeout=600)
        if last.returncode != 0:
            raise AssertionError(last.stderr)
        return self.account()

    def account(self):
        """Raises AssertionError for whatever does not add up; gives the figures."""
        def need(holds, what):
            if not holds:
                raise AssertionError(what)

        verified = self.call("trail", "verify")
        need(verified.returncode == 0, f"the trail does not verify: {verified.stdout}")
        published = {size: note for size, note in self.published.items() if size > 0}
        need(published, "nothing was published")
        for size in self.chance.sample(sorted(published), min(len(published), 40)):
            need(self.continues(size, published[size]),
                 f"the trail does not continue what was published for {size} entries")
        (some, note), other = min(published.items()), max(published)
        need(some == other or not self.continues(other, note.replace(f"\n{some}\n", f"\n{other}\n")),
             "a checkpoint that nobody signed is continued")
        self.look()
        requests = self.entries("request", *OPEN)
        keys = Counter((entry["source"], entry["sequence"]) for entry in requests)
        need(max(keys.values()) == 1, "a record is there twice")
        need(set(self.durable) == set(keys), "an entry that was durable is gone")
        need(all(self.durable[entry["source"], entry["sequence"]] == entry["index"]
                 for entry in requests), "an entry that was durable is another one")

        # The guard's span stands below the client's: so each entry names the request it is of.
        spans = Counter(found[1] for entry in requests for part in entry["parts"]
                        if (found := SPANS.match(part.get("opened", ""))))
        need(sum(spans.values()) == len(requests), "an entry does not say of which request it is")
        need(all(times == 1 for times in spans.values()), "a request is there twice")
        sent = {span_of(client.number, n) for client in self.clients for n in range(client.sent)}
        sent |= {span_of(Crowd.NUMBER, n) for crowd in self.crowds[-1:] for n in range(crowd.sent)}
        need(set(spans) <= sent, "a request is there that nobody made")
        answered = {span for one in self.clients + self.crowds for span in one.answered}
        missing = answered - set(spans)

        # What was lost, as the trail tells it: ring by ring.
        lost, outcomes, rings = Counter(), Counter(), {}
        for entry in self.entries("source"):
            outcomes[entry["outcome"]] += 1
            source = rings.setdefault(entry["source"], {})
            if entry["outcome"] in ("found", "closed", "crashed"):
                need(entry["outcome"] not in source, f"{entry['source']}: told twice")
                source[entry["outcome"]] = entry
            if entry["outcome"] in LOSSES:
                lost[entry["source"], entry["outcome"]] += entry["facts"].get("count", 0)
        need(not outcomes.keys() - {"found", "gap", "closed", "crashed"},
             f"more happened than was done: {dict(outcomes)}")
        need(outcomes["crashed"] <= self.crashes, "more workers crashed than were killed")
        recorded = Counter(entry["source"] for entry in requests)
        need(recorded.keys() <= rings.keys(), "a record is of a ring that nobody found")
        for source, told in rings.items():
            ends = [told[name] for name in ("closed", "crashed") if name in told]
            need("found" in told and len(ends) == 1, f"{source} was not found and ended once")
            # Every number that the ring gave is a request's, a dropped one's or a heartbeat's: one
            # when the worker starts, then one every ten seconds.
            lived = moment(ends[0]["time"]) - told["found"]["facts"]["started"]
            beats = ends[0]["facts"]["next"] - recorded[source] - lost[source, "gap"]
            need(0 <= beats <= 2 + lived / 10, f"{source}: {beats} records in {lived:.0f} s are "
                                               "neither requests nor told to be lost")
        bound = sum(lost.values())
        need(len(missing) <= bound, f"{len(missing)} answered requests are missing, and at most "
                                    f"{bound} are told to be lost")
        need(bound <= self.crashes * CLIENTS + lost_in_order(lost),
             f"{bound} lost is more than {self.crashes} killed workers can have had in hand")
        return {"kills": dict(self.kills), "checkpoints continued": min(len(published), 40), "killed workers": self.crashes, "sent": len(sent),
                "answered": len(answered), "recorded": len(requests),
                "answered and not recorded": len(missing), "told as lost, at most": bound,
                "told as dropped": sum(count for (_, outcome), count in lost.items()
                                       if outcome == "gap"),
                "sources": dict(outcomes)}

    def close(self):
        self.guard_is_up.set()
        for client in self.clients:
            client.ending.set()
        for process in (self.guard, self.recorder):
            if process and process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)
        self.origin.close()


def lost_in_order(lost):
    return sum(count for (_, outcome), count in lost.items() if outcome in ("closed", "gap"))


def campaign(kills, seed):
    folder = tempfile.mkdtemp(prefix="garant-kills-")
    run = Campaign(folder, seed)
    try:
        figures = run.run(kills)
    except BaseException:
        print(f"what was found lies in {folder}; seed {seed}", file=sys.stderr)
        raise
    finally:
        run.close()
    shutil.rmtree(folder)
    return figures


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    began = time.monotonic()
    for name, value in campaign(count, int(sys.argv[2]) if len(sys.argv) > 2 else 1).items():
        print(f"{name}: {value}")
    print(f"{count} kills in {time.monotonic() - began:.0f} s: every request is accounted for.")
