"""The exemplary service as a team has it: running, declared, signed, looked at and judged."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from processes import ROOT, Process  # noqa: E402

GARANT = os.environ.get("GARANT", str(ROOT / "build" / "dev" / "src" / "cli" / "garant"))
EXEMPLARY = ROOT / "tests" / "exemplary"
LONG_AGO = (140, 80)  # days; engagements of then are recorded then


def blocks(text):
    """What stands before the acts, and each act."""
    head, *acts = re.split(r"(?m)^  - ", text)
    return head, acts


def of(head, acts):
    return head + "".join("  - " + act for act in acts)


def holds(patterns, act):
    return all(re.search(pattern, act, re.M) for pattern in patterns)


def without(*patterns):
    """Leaves out the acts in which all patterns are found."""
    def edit(text):
        head, acts = blocks(text)
        return of(head, (act for act in acts if not holds(patterns, act)))
    return edit


def only(*patterns):
    def edit(text):
        head, acts = blocks(text)
        return of(head, (act for act in acts if holds(patterns, act)))
    return edit


def acts_where(patterns, pattern, by):
    """Edits the acts in which all patterns are found."""
    def edit(text):
        head, acts = blocks(text)
        return of(head, (re.sub(pattern, by, act, flags=re.M) if holds(patterns, act) else act
                         for act in acts))
    return edit


class Refused(Exception):
    """garant gave another exit status than it was asked for; carries it and what was said."""

    def __init__(self, status, said):
        super().__init__(said)
        self.status = status


def call(*words, environment=None):
    """What it printed, and what it remarked."""
    done = subprocess.run([*map(str, words)], stdin=subprocess.DEVNULL, capture_output=True,
                          encoding="utf-8", timeout=300, check=False, env=environment)
    if done.returncode not in (0, 1):
        raise Refused(done.returncode, f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout, done.stderr


def run(*words, environment=None):
    return call(*words, environment=environment)[0]


class Running:
    """The exemplary service, with faults where some are asked for."""

    def __init__(self, folder, certificates, faults=()):
        self.ready = folder / "ready"
        words = [EXEMPLARY / "service.py", "--certificate", certificates / "certificate.pem",
                 "--key", certificates / "key.pem"]
        for fault in faults:
            words += ["--fault", fault]
        self.process = Process(self.ready, *words)
        ports = (line.split() for line in self.process.wait().splitlines())
        self.ports = {name: int(port) for name, port in ports}

    def end(self):
        self.process.end()


def change(path, edit):
    """Edits a file; an edit that changes nothing would try nothing."""
    before = path.read_text("utf-8")
    after = edit(before)
    if before == after:
        raise AssertionError(f"this edit of {path.name} changes nothing")
    path.write_text(after, "utf-8")


class World:
    """What all teams share: certificates, keys and one sound running service."""

    def __init__(self, folder, start=Running):
        self.folder = Path(folder)
        self.certificates = self.folder / "certificates"
        run(sys.executable, EXEMPLARY / "make_certificates.py", self.certificates)
        self.keys = self.folder / "keys"
        self.keys.mkdir()
        text = (EXEMPLARY / "garant.yaml").read_text("utf-8")
        self.people = re.findall(r"^  - \{ id: (\w+), role:", text, re.M)
        for person in (*self.people, "stranger"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", self.keys / person)
        (self.folder / "good").mkdir()
        self.good = start(self.folder / "good", self.certificates)
        self.clock = self.folder / "earlier_clock.so"
        run("cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", self.clock,
            HERE / "earlier_clock.c")
        self.past = None  # a team that has met for months, which the others take over
        try:
            team = Team(self, "past")
            team.sign_past()
        except BaseException:
            self.good.end()
            raise
        self.past = team.folder

    def prepare(self, service, folder):
        """Writes the team's files for today, with this service's ports and everybody's keys."""
        if self.past:
            shutil.copytree(self.past, folder)
            if service is self.good:
                return
        run(sys.executable, EXEMPLARY / "prepare.py", "--ready", service.ready, "--out", folder)
        file = folder / "garant.yaml"
        text = re.sub(
            r"^  - \{ id: (\w+), role:",
            lambda found: f"  - {{ id: {found[1]}, key: {self.public_key(found[1])}, role:",
            file.read_text("utf-8"), flags=re.M)
        file.write_text(self.declared(text), "utf-8")

    def declared(self, text):
        """The service file as everybody signs it."""
        return text

    def public_key(self, person):
        return (self.keys / f"{person}.pub").read_text("ascii").strip()

    def end(self):
        self.good.end()


class Team:
    """One folder with a service file, acts and a trail."""

    def __init__(self, world, name, service=None):
        self.world = world
        self.service = service or world.good
        self.folder = world.folder / name
        self.file = self.folder / "garant.yaml"
        self.acts = self.folder / "acts.yaml"
        self.root = self.folder / "root"
        self.trail = self.folder / ".garant" / "trail"
        world.prepare(self.service, self.folder)

    def garant(self, *words, days_ago=0):
        return self.call(*words, days_ago=days_ago)[0]

    def call(self, *words, days_ago=0):
        environment = {"HOME": str(self.folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        if days_ago:
            environment["LD_PRELOAD"] = str(self.world.clock)
            environment["EARLIER_SECONDS"] = str(days_ago * 24 * 3600)
        return call(GARANT, *words, environment=environment)

    def where(self):
        return "--service", self.file, "--root-key", self.root

    def sign_acts(self, text, days_ago=0):
        chosen = self.folder / "chosen.yaml"
        chosen.write_text(text, "utf-8")
        self.garant("acts", chosen, "--keys", self.world.keys, *self.where(), days_ago=days_ago)

    def forget(self):
        shutil.rmtree(self.trail, ignore_errors=True)
        self.root.unlink(missing_ok=True)

    def sign_past(self):
        """What was said long ago, recorded on the day it was said."""
        self.forget()
        for days in LONG_AGO:
            text = acts_where((f"age: P{days}D$",), f"age: P{days}D$", "age: PT0S")(
                only(f"age: P{days}D$")(self.acts.read_text("utf-8")))
            if blocks(text)[1]:
                self.sign_acts(text, days)

    def sign(self):
        text = self.acts.read_text("utf-8")
        for days in LONG_AGO:
            text = without("kind: engagement", f"age: P{days}D$")(text)
        self.sign_acts(text)

    def look(self, *more, days_later=0):
        """What the probe remarked."""
        plain = f"http://127.0.0.1:{self.service.ports['http']}/"
        return self.call("probe", *self.where(), *more, "--ca", self.world.certificates / "ca.pem",
                         "--plain-url", plain, days_ago=-days_later)[1]

    def judge(self, as_of=None, days_later=0):
        """The text that `garant check --format json` prints; of a moment that has passed, or when
        that many days will have passed."""
        when = ("--as-of", as_of) if as_of else ()
        return self.garant("check", self.file, "--root-key", self.root, "--format", "json", *when,
                           days_ago=-days_later)


def items_of(judgement):
    return {item["id"]: item for item in json.loads(judgement)["items"]}
