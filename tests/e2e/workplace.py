"""Drives only the built program, each test in a folder, a home and a language of its own."""

import http.server
import json
import os
import re
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GARANT = os.environ.get("GARANT", str(ROOT / "build" / "dev" / "src" / "cli" / "garant"))
COOKIE_MANNERS = str(ROOT / "tests" / "standards" / "cookie-manners")

# What every service file here begins with.
HEAD = """\
garant: 1
service:
  id: dog-licences
  name: { en: Dog licences, fr: Permis de chien }
  stage: alpha
  environment: trial
  organization: { en: City of Rivermouth, fr: Ville de Rivermouth }
  jurisdictions: [ca, ca-on]
"""
SERVICE = HEAD + """\
people:
%s
systems:
  - { id: web, kind: web-application, agency: Licences, internet: true }
"""

# Of a log of JSON lines that hands traces on, for `garant recorder`; of which system is filled in.
TRACED_MAPPING = """\
mapping: 1
system: %s
time: /time
event: /event
trace: /trace
span: /span
parent: /parent
"""
# The same of a system that tells whom an event is about.
PERSONS_MAPPING = TRACED_MAPPING % "web" + "session: /session\nsubjects:\n  - { issuer: licences, at: /licence }\n"

# Who may open what is sealed, at the end of a service file; and the words with which they do.
READERS = """\
trail:
  readers:
    - { role: owner, purposes: [looking],
        categories: [act, device.address, line, path, reading.filters, reading.reason, trace.span] }
"""
OPEN = ("--open", "--purpose", "looking", "--role", "owner")


def service_file(keys=None, rest=""):
    """A small sound service file; `keys` gives the public key of some of its people."""
    people = []
    for person in ("owner", "legal", "security"):
        key = f", key: {keys[person]}" if keys and person in keys else ""
        people.append(f"  - {{ id: {person}, role: {person}, contact: {person}@example.org{key} }}")
    return SERVICE % "\n".join(people) + rest


# The log that a new trail begins with, within its folder.
LOG = "segments/00000000000000000000.log"


def in_an_earlier_note(log, at):
    """Whether a byte of a log stands in a note that a later one covers: what the log holds rests on
    the last alone; `garant trail verify` looks at each."""
    notes = [found.span() for found in
             re.finditer(rb"garant/[^\n]+\n\d+\n[^\n]+\n\n[^\n]+\n", log)]
    return any(begin <= at < end for begin, end in notes[:-1])


class Workplace(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        self.folder = self.top / "work"
        self.temporary = self.top / "tmp"
        for made in (self.folder, self.temporary, self.top / "home"):
            made.mkdir()
        self.environment = {"HOME": str(self.top / "home"), "TMPDIR": str(self.temporary),
                            "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}

    def call(self, *words, status=None, **more):
        """Runs it without a terminal; checks its exit status where one is given."""
        environment = dict(self.environment, **more.pop("environment", {}))
        done = subprocess.run([GARANT, *map(str, words)], cwd=more.pop("cwd", self.folder),
                              env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                              encoding="utf-8", timeout=300, check=False, start_new_session=True,
                              **more)
        said = f"garant {' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
        self.assertIn(done.returncode, (0, 1, 2, 3, 4), said)
        if status is not None:
            self.assertEqual(status, done.returncode, said)
        return done

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
        return path

    def judge(self, *words, status=None):
        """What `garant check --format json` says."""
        return json.loads(self.call("check", *words, "--format", "json", status=status).stdout)

    def serve(self, page=b"", headers=()):
        """The address of a web service that ends with the test and answers every GET so."""
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(page)))
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *words):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}/"

    def make_key(self, name, passphrase=""):
        """A key pair of the real ssh-keygen; gives the private key's path."""
        path = self.top / "keys" / name
        path.parent.mkdir(exist_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f",
                        str(path)], check=True, stdin=subprocess.DEVNULL)
        return path


def public_key(path):
    return Path(f"{path}.pub").read_text(encoding="ascii").strip()


def item_of(judgement, name):
    return next(item for item in judgement["items"] if item["id"] == name)
