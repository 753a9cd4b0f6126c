"""Starts what really sends: PostgreSQL, rsyslog, and a Node service with OpenTelemetry's SDK."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from waiting import until, until_ready
from workplace import ROOT

SENDERS = ROOT / "tests" / "e2e" / "senders"
RSYSLOG = "/usr/sbin/rsyslogd"


def node_modules():
    """The packages of the lock file, fetched once; skips where they cannot be had."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise unittest.SkipTest("there is no node or no npm: tools/install test")
    lock = (SENDERS / "package-lock.json").read_bytes()
    folder = ROOT / "build" / f"senders-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SENDERS / name, folder)
        try:
            done = subprocess.run(
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder,
                stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=240,
                check=False)
            said = done.stderr.strip().splitlines()[-1:] if done.returncode else None
        except subprocess.TimeoutExpired:
            said = ["npm did not answer within four minutes"]
        if said is not None:
            raise unittest.SkipTest(f"npm could not fetch OpenTelemetry's SDK: {' '.join(said)}")
        (folder / "complete").touch()
    shutil.copy(SENDERS / "service.mjs", folder)
    return folder


class Started:
    """A process that is ended, by its id, with the test."""

    def __init__(self, place, name, command, **more):
        self.log = place.folder / f"{name}.said"
        with self.log.open("w") as said:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said,
                                            stderr=subprocess.STDOUT, **more)
        place.addCleanup(self.end)

    def said(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()


class NodeService(Started):
    def __init__(self, place, collector, encoding, **more):
        ready = place.folder / "node-ready"
        ready.unlink(missing_ok=True)
        environment = {**place.environment, "COLLECTOR": collector, "ENCODING": encoding,
                       "READY": str(ready), **more}
        folder = node_modules()
        super().__init__(place, "node", ["node", str(folder / "service.mjs")], cwd=folder,
                         env=environment)
        until_ready(self.process, ready, self.said)
        until(lambda: ready.read_text(encoding="ascii"), "it said its port")
        self.port = int(ready.read_text(encoding="ascii"))


class Rsyslog(Started):
    """Debian's rsyslog: takes RFC 5424 over TCP and hands it on by the actions."""

    def __init__(self, place, port, settings, actions):
        folder = place.folder / "rsyslog"
        folder.mkdir()
        conf = folder / "rsyslog.conf"
        conf.write_text(f"""\
global(workDirectory="{folder}" {settings})
module(load="imtcp")
input(type="imtcp" address="127.0.0.1" port="{port}")
{actions}
""", encoding="utf-8")
        super().__init__(place, "rsyslog",
                         [RSYSLOG, "-n", "-f", str(conf), "-i", str(folder / "pid")])
        until(lambda: self.process.poll() is not None or (folder / "pid").exists(), "rsyslog runs")
        place.assertIsNone(self.process.poll(), self.said())


class Postgres:
    """A cluster of its own, of which only its owner may be root's child."""

    def __init__(self, place, port):
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        if not programs:
            raise unittest.SkipTest("there is no PostgreSQL: tools/install test")
        self.programs, self.port = programs[-1], port
        self.folder = Path(tempfile.mkdtemp(prefix="garant-postgresql-"))
        place.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.user = {}
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self.user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        self.data = self.folder / "data"
        self.run("initdb", "-D", str(self.data), "-U", "licences", "-A", "trust", "--no-sync",
                 "--no-locale", "-E", "UTF8")
        with (self.data / "postgresql.conf").open("a", encoding="ascii") as conf:
            conf.write(f"""
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
logging_collector = on
log_destination = 'jsonlog'
log_timezone = 'UTC'
log_filename = 'postgresql.log'
log_statement = 'mod'
fsync = off
""")
        self.log = self.data / "log" / "postgresql.json"
        self.run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "started"), "start")
        place.addCleanup(self.end)
        self.query("CREATE TABLE licences(name text)")

    def run(self, program, *words):
        done = subprocess.run([self.programs / program, *words], cwd=self.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
                              timeout=120, check=False, **self.user)
        if done.returncode != 0:
            raise AssertionError(f"{program}: {done.stdout}{done.stderr}")

    @property
    def url(self):
        return f"postgresql://licences@127.0.0.1:{self.port}/postgres"

    def query(self, statement):
        self.run("psql", "-q", "-d", self.url, "-c", statement)

    def end(self):
        self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")


class Certificates:
    """An authority, and certificates of its for the names asked."""

    def __init__(self, folder, authority="Authority"):
        self.folder = folder
        folder.mkdir()
        self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
                 "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", f"/CN={authority}")
        self.authority = folder / "ca.pem"

    def run(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, stdin=subprocess.DEVNULL,
                       capture_output=True, timeout=60)

    def make(self, name, file=None):
        """The files of a certificate and its key."""
        file = file or name
        self.run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout",
                 f"{file}.key", "-out", f"{file}.csr", "-subj", "/CN=x")
        (self.folder / f"{file}.ext").write_text(f"subjectAltName = DNS:{name}\n", encoding="ascii")
        self.run("x509", "-req", "-in", f"{file}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                 "-CAcreateserial", "-days", "2", "-extfile", f"{file}.ext", "-out", f"{file}.pem")
        return self.folder / f"{file}.pem", self.folder / f"{file}.key"
