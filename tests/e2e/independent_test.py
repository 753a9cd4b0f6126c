"""A served trail before programs that are not ours: Go's sumdb and npm's @sigstore/verify."""

import http.server
import json
import os
import re
import shutil
import subprocess
import threading
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from serve_test import Served
from workplace import ROOT

SOURCES = ROOT / "tests" / "independent"
BUILT = ROOT / "build" / "independent"
GO_LIBRARY = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")
ENTRIES = 600  # two whole tiles and one that is not
MAPPING = "mapping: 1\nsystem: web\ntime: /time\nevent: /event\n"


class Independent(Served):
    """A trail, served; between it and who verifies, somebody may change a byte."""

    def setUp(self):
        super().setUp()
        self.write("mapping.yaml", MAPPING)
        self.record_events(40)
        notes = (self.folder / ".garant/trail/checkpoints").read_text(encoding="utf-8")
        self.write("earlier", "".join(notes.splitlines(keepends=True)[-5:]))
        self.record_events(ENTRIES)
        self.key = (self.folder / ".garant/trail/log.vkey").read_text(encoding="ascii").strip()
        self.start("--auditor")
        opened = self.ask(f"/open?token={self.auditor_token}")
        self.cookie = opened.headers["Set-Cookie"].split(";")[0]
        self.flip = None  # of which path a byte is changed, and which byte
        self.url = self.between()

    def record_events(self, count):
        with open(self.folder / "web.log", "a", encoding="utf-8") as log:
            log.write((json.dumps({"time": "2026-11-23T20:30:00Z", "event": "step"}) + "\n") * count)
        self.call("recorder", "--lines", self.folder / "web.log", "--mapping", "mapping.yaml",
                  "--once", status=0)

    def between(self):
        test = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked = urllib.request.Request(
                    f"http://{test.address.netloc}{self.path}",
                    headers={"Cookie": self.headers.get("Cookie", "")})
                try:
                    with urllib.request.urlopen(asked, timeout=60) as answer:
                        status, body = answer.status, answer.read()
                except urllib.error.HTTPError as error:
                    status, body = error.code, error.read()
                if test.flip and re.fullmatch(test.flip[0], self.path):
                    at = test.flip[1] % len(body)
                    body = body[:at] + bytes([body[at] ^ 1]) + body[at + 1:]
                    test.flipped += 1
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}/"

    def run_it(self, *command):
        return subprocess.run([*map(str, command)], cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, encoding="utf-8", timeout=300, check=False)

    def accepts(self, *command):
        done = self.run_it(*command)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"\A6[0-9]{2} entries hold\n\Z")

    def refuses(self, path, at, *command):
        """Negative control: one bit of what is served, and it must not pass."""
        self.flip, self.flipped = (path, at), 0
        done = self.run_it(*command)
        self.flip = None
        self.assertGreater(self.flipped, 0, "nothing was changed: " + done.stdout + done.stderr)
        self.assertEqual(1, done.returncode, f"{path} {at}: {done.stdout}{done.stderr}")

    def test_go_accepts_it_and_no_changed_byte(self):
        if shutil.which("go") is None or not GO_LIBRARY.is_dir():
            self.skipTest("needs go and golang-golang-x-mod-dev: tools/install test")
        BUILT.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "GO111MODULE": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local",
                       "GOPATH": f"{BUILT}/go:/usr/share/gocode", "GOCACHE": f"{BUILT}/go-cache"}
        built = subprocess.run(["go", "build", "-o", str(BUILT / "tiles"), str(SOURCES / "tiles.go")],
                               env=environment, capture_output=True, text=True, check=False)
        self.assertEqual(0, built.returncode, built.stderr)
        command = (BUILT / "tiles", self.url, self.key, self.cookie, "earlier")
        self.accepts(*command)
        for path, at in ((r"/checkpoint", 5), (r"/checkpoint", 25), (r"/checkpoint", 60),
                         (r"/checkpoint", -10), (r"/tile/0/000", 0), (r"/tile/0/001", 8191),
                         (r"/tile/0/002\.p/\d+", 40), (r"/tile/1/000\.p/2", 33),
                         (r"/tile/entries/000", 100), (r"/tile/entries/002\.p/\d+", -1)):
            self.refuses(path, at, *command)
        notes = (self.folder / "earlier").read_text(encoding="utf-8")
        self.write("earlier", notes.replace("\n4", "\n3", 1))
        self.assertEqual(1, self.run_it(*command).returncode)

    def modules(self):
        """What the lock file names, and nothing else, without running any of its scripts."""
        lock = (SOURCES / "package-lock.json").read_text(encoding="utf-8")
        folder = BUILT / "npm"
        done = folder / "done"
        if not done.exists() or done.read_text(encoding="utf-8") != lock:
            folder.mkdir(parents=True, exist_ok=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(SOURCES / name, folder / name)
            installed = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                                       cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                                       text=True, timeout=300, check=False)
            if installed.returncode != 0:
                self.skipTest("npm could not install @sigstore/verify (no network?): "
                              + installed.stderr.strip()[-300:])
            done.write_text(lock, encoding="utf-8")
        return folder / "node_modules"

    def test_sigstore_accepts_it_and_no_changed_byte(self):
        if shutil.which("node") is None or shutil.which("npm") is None:
            self.skipTest("needs node and npm: tools/install test")
        command = ("node", SOURCES / "checkpoint.js", self.modules(), self.url, self.key, self.cookie)
        self.accepts(*command)
        for path, at in ((r"/checkpoint", 25), (r"/checkpoint", 60), (r"/checkpoint", -10),
                         (r"/tile/entries/000", 100), (r"/tile/entries/002\.p/\d+", -1)):
            self.refuses(path, at, *command)


if __name__ == "__main__":
    unittest.main()
