"""The exemplary service behind the real guard, which can be made wrong and right again."""

import os
import re
import signal
import subprocess
from pathlib import Path

from exemplary_world import GARANT, Team, World, change
from guarded_origin import GUARD_COOKIE, MAPPING, GuardedOrigin
from waiting import free_ports, until, until_ready

NGINX = "/usr/sbin/nginx"
COOKIE = f"""\
  - name: {GUARD_COOKIE}
    purpose: essential
    keep: session
    why: {{ en: It joins what one visitor does., fr: Il relie ce que fait une même personne. }}
"""


class Guard:
    """`garant guard run` over a folder; nginx reads what is written there anew."""

    def __init__(self, folder, file, origin, ports, clock):
        self.folder = folder
        self.origin = origin
        self.conf, self.settings = folder / "nginx.conf", folder / "guard.json"
        self.ports = ports
        self.file = file
        folder.mkdir()
        self.earlier = folder / "earlier"
        self.set_ahead(0)
        self.said = open(folder / "said", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [GARANT, "guard", "run", *self.options(), "--spool", str(folder / "spool"),
             *self.doors(), "--ready-file", str(folder / "ready")],
            stdin=subprocess.DEVNULL, stdout=self.said, stderr=subprocess.STDOUT,
            env={**os.environ, "LD_PRELOAD": str(clock), "EARLIER_FILE": str(self.earlier)})
        try:
            until_ready(self.process, folder / "ready", self.told)
            self.authority = folder / "authority.pem"
            self.master = int((folder / "nginx.pid").read_text("ascii"))
            # What closes the origin to everybody else is the team's own affair.
            text = self.conf.read_text("utf-8").replace(
                "proxy_set_header Host ",
                f'proxy_set_header X-Front-Key "{origin.key}";\n      proxy_set_header Host ')
            self.conf.write_text(text, "utf-8")
            self.sound = {path: path.read_bytes() for path in self.parts()}
            self.reload()
        except BaseException:
            self.end()
            raise

    def set_ahead(self, hours):
        """Its clock, from the next request on."""
        fresh = self.earlier.with_suffix(".new")
        fresh.write_text(f"{-hours * 3600}\n", "ascii")
        fresh.replace(self.earlier)

    def options(self):
        return ["--service", str(self.file), "--folder", str(self.folder), "--host", "127.0.0.1",
                "--origin", f"http://127.0.0.1:{self.origin.port}"]

    def doors(self):
        return ["--https-port", str(self.ports[0]), "--http-port", str(self.ports[1])]

    def parts(self):
        return (self.conf, self.settings, self.folder / "certificate.pem",
                self.folder / "certificate.key")

    def told(self):
        self.said.seek(0)
        return self.said.read()

    def workers(self):
        return set(Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split())

    def reload(self):
        """Until only workers of the new configuration are left."""
        tried = subprocess.run([NGINX, "-t", "-p", self.folder, "-c", self.conf, "-e", "stderr"],
                               stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
                               timeout=60, check=False)
        if tried.returncode != 0:
            raise AssertionError(tried.stderr)
        old = self.workers()
        os.kill(self.master, signal.SIGHUP)
        until(lambda: self.workers() and not self.workers() & old, "the workers are new ones")

    def write_into(self, spool):
        """From now on, whatever else is changed."""
        self.restore()
        change(self.conf, lambda text: re.sub(r"(?m)^  garant_spool .*$",
                                                   f'  garant_spool "{spool}";', text))
        self.sound[self.conf] = self.conf.read_bytes()
        self.reload()

    def present(self, certificate, key):
        """This certificate, once it is told to reload."""
        (self.folder / "certificate.pem").write_bytes(certificate.read_bytes())
        (self.folder / "certificate.key").write_bytes(key.read_bytes())

    def settings_of(self, team):
        """What `garant guard render` makes of that team's service file."""
        folder = team.folder / "rendered"
        words = self.options()
        words[1], words[3] = str(team.file), str(folder)
        subprocess.run([GARANT, "guard", "render", *words], stdin=subprocess.DEVNULL, check=True,
                       capture_output=True, timeout=60)
        return (folder / "guard.json").read_text("utf-8")

    def apply(self, mutation):
        """Writes its files; nothing runs by them yet."""
        if mutation.conf:
            change(self.conf, mutation.conf)
        if mutation.settings:
            change(self.settings, mutation.settings)

    def restore(self):
        for path, content in self.sound.items():
            path.write_bytes(content)
        self.reload()

    def difference(self):
        """The lines that `garant guard diff` gives: some always, since it runs for a trial."""
        done = subprocess.run(
            [GARANT, "guard", "diff", *self.options(), *self.doors()], stdin=subprocess.DEVNULL,
            capture_output=True, encoding="utf-8", timeout=60, check=False)
        if done.returncode not in (0, 1):
            raise AssertionError(done.stderr)
        return [line for line in done.stdout.splitlines() if line.lstrip()[:1] in ("+", "-")]

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=60)
        self.said.close()


class Unguarded:
    """The running service until its guard stands: where both answer is settled before."""

    def __init__(self, folder, certificates):
        self.folder = folder
        self.origin = GuardedOrigin(folder / "web.log")
        https, http = free_ports(2)
        self.ports = {"https": https, "http": http, "origin": self.origin.port}
        self.ready = folder / "ready"
        self.ready.write_text("".join(f"{n} {p}\n" for n, p in self.ports.items()), "ascii")

    def end(self):
        self.origin.end()


class GuardedWorld(World):
    def __init__(self, folder):
        super().__init__(folder, Unguarded)
        self.origin = self.good.origin
        self.mapping = self.folder / "mapping.yaml"
        self.mapping.write_text(MAPPING, "utf-8")
        self.guard = None
        try:
            self.guard = Guard(self.folder / "guard", self.past / "garant.yaml", self.origin,
                               (self.good.ports["https"], self.good.ports["http"]), self.clock)
        except BaseException:
            super().end()
            raise
        self.make_certificates()
        trusted = self.certificates / "ca.pem"
        trusted.write_text(trusted.read_text("ascii") + self.guard.authority.read_text("ascii"),
                           "ascii")

    def make_certificates(self):
        """Further ones of the key in key.pem, most by the authority that is trusted."""
        def run(*words):
            subprocess.run(["openssl", *words], cwd=self.certificates, check=True,
                           stdin=subprocess.DEVNULL, capture_output=True, timeout=60)

        def signed(name, names, days, *by, request="request.pem"):
            (self.certificates / f"{name}.ext").write_text(
                f"extendedKeyUsage = serverAuth\nsubjectAltName = {names}\n", "ascii")
            run("x509", "-req", "-in", request, *by, "-days", str(days), "-extfile", f"{name}.ext",
                "-out", f"{name}.pem")
        trusted = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial")
        signed("elsewhere", "DNS:elsewhere.example", 60, *trusted)
        signed("short", "IP:127.0.0.1", 3, *trusted)
        signed("own", "IP:127.0.0.1", 60, "-signkey", "key.pem")
        run("req", "-new", "-newkey", "rsa:1024", "-noenc", "-keyout", "weak.key", "-out",
            "weak.csr", "-subj", "/CN=127.0.0.1")
        signed("weak", "IP:127.0.0.1", 60, *trusted, request="weak.csr")
        signed("strange", "DNS:elsewhere.example", 60, "-signkey", "key.pem")

    def declared(self, text):
        text = re.sub(r"(?m)^cookies:\n", lambda found: found[0] + COOKIE, text)
        return re.sub(r"(?m)^    events: true\n", r"\g<0>    journey: /trails\n", text, count=1)

    def end(self):
        if self.guard:
            self.guard.end()
        super().end()


class GuardedTeam(Team):
    """With a spool and a log of its own, from which the guard and the service tell it alone."""

    def __init__(self, world, name, declare=None):
        super().__init__(world, name)
        if declare:
            change(self.file, declare)
        self.spool = self.folder / "spool"
        self.log = self.folder / "web.log"
        self.log.touch()
        self.takes = ("--spool", self.spool, "--lines", self.log, "--mapping", world.mapping)
        world.guard.write_into(self.spool)
        world.origin.log = self.log
        self.sign()
        self.look_along()

    def look_along(self, takes=None, wait="PT60S"):
        """Looks, and follows a journey in what a recorder takes meanwhile."""
        takes = self.takes if takes is None else takes
        recorder = Recorder(self, takes) if takes else None
        try:
            return self.look("--journeys", "--wait", wait)
        finally:
            if recorder:
                recorder.end()

    def take(self, days_later=0):
        """Lets a recorder take what there is."""
        self.garant("recorder", "--once", *self.where(), *self.takes, days_ago=-days_later)


class Recorder:
    """Runs until it is ended, and then has taken everything."""

    def __init__(self, team, takes):
        ready = team.folder / "recorder-ready"
        ready.unlink(missing_ok=True)
        environment = {"HOME": str(team.folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        self.said = open(team.folder / "recorder-said", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [GARANT, "recorder", *map(str, team.where()), *map(str, takes), "--ready-file",
             str(ready)], stdin=subprocess.DEVNULL, stdout=self.said, stderr=subprocess.STDOUT,
            env=environment)
        until_ready(self.process, ready, self.told)

    def told(self):
        self.said.seek(0)
        return self.said.read()

    def goes_on(self):
        if self.process.poll() is not None:
            raise AssertionError("the recorder ended: " + self.told())

    def end(self):
        self.goes_on()
        self.process.terminate()
        status = self.process.wait(timeout=60)
        self.said.close()
        if status != 0:
            raise AssertionError(f"the recorder ended with {status}")
