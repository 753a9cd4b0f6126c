"""The guard's speed (docs/benchmarks.md): nginx as a reverse proxy, bare and with the guard, in turn.

Arguments: seconds of each round (3) and rounds (7). Both stand before the same service, an nginx
that answers 1 KB, with the configuration that `garant guard run` renders; the bare one lacks the
guard's own directives. wrk asks over TLS with keep-alive. A recorder drains the spool meanwhile and
writes every record into a trail on a disk, as in production; at the end every answer that wrk
counted is looked for in that trail.
"""

import hashlib
import json
import os
import re
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "e2e"))

from waiting import IN_MODIFY, LOOK_SECONDS, Watch, free_ports  # noqa: E402

BUILD = Path(os.environ["GARANT_BUILD"])
GARANT = BUILD / "src" / "cli" / "garant"
NGINX = "/usr/sbin/nginx"
CONNECTIONS = 32
ROUTE = "/mine/7"
LOSSES = ("gap", "closed", "crashed", "broken", "refused")
SERVICE = (HERE / "service.yaml").read_text(encoding="utf-8") + "".join(
    f'    - {{ match: "/area{i}/{{id}}/part", assurance: 0 }}\n' for i in range(60)) + """\
    - { match: "/mine/{id}", assurance: 1 }
"""


def fail(why):
    print(f"guard_bench: {why}", file=sys.stderr)
    sys.exit(1)


class Started:
    """A program that ends with the benchmark; up when its port answers."""

    def __init__(self, words, port=None, **more):
        self.process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL,
                                        **more)
        for _ in range(500):
            if port is None:
                break
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if self.process.poll() is not None:
                    fail(f"{words[0]} ended at once")
                try:
                    self.process.wait(timeout=0.02)
                except subprocess.TimeoutExpired:
                    pass
        else:
            fail(f"{words[0]} does not answer")

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)


def nginx(folder, name, text, port):
    conf = folder / f"{name}.conf"
    conf.write_text(text, encoding="utf-8")
    return Started([NGINX, "-p", folder, "-c", conf, "-e", "stderr", "-g", "daemon off;"], port,
                   stderr=open(folder / f"{name}.out", "wb"))


def origin(folder, port):
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = "".join(f"{kind}_temp_path {folder}/t-{kind};" for kind in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return nginx(folder, "origin", f"""{user} worker_processes 1; pid {folder}/origin.pid;
error_log {folder}/origin.log;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 100000000; {temporary}
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 "{'x' * 1024}"; }} }} }}
""", port)


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_seconds(pids):
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Spool:
    """What the headers of all rings say together (docs/formats/spool.md)."""

    def __init__(self, folder):
        self.begun = self.dropped = self.sequence = self.taken = 0
        for ring in folder.glob("ring-*"):
            with ring.open("rb") as file:
                header = file.read(208)
            begun, _finished, dropped, sequence = struct.unpack_from("=4Q", header, 72)
            self.begun += begun
            self.dropped += dropped
            self.sequence += sequence
            self.taken += struct.unpack_from("=Q", header, 200)[0]


class Recorded:
    """What the recorder did of one round that begins now: asked for at its end, and later drained."""

    def __init__(self, spool, trail, pid):
        self.spool, self.trail, self.pid = spool, trail, pid
        self.before, self.cpu = Spool(spool), cpu_seconds([pid])

    def end(self):
        ended, after = time.monotonic(), Spool(self.spool)
        self.kept_up = (after.taken - self.before.taken) / (after.begun - self.before.begun)
        with Watch(self.trail / "checkpoints", IN_MODIFY) as watch:
            while after.taken < after.sequence:
                if time.monotonic() > ended + 60:
                    fail(f"the recorder lags by {after.sequence - after.taken} records after a minute")
                watch.wait(LOOK_SECONDS)  # it lets go in the spool right after
                after = Spool(self.spool)
        self.drain_s = time.monotonic() - ended
        self.requests = after.begun - self.before.begun
        self.cpu_us = (cpu_seconds([self.pid]) - self.cpu) / self.requests * 1e6


class Round:
    """What wrk said of one round, and what nginx's workers spent."""

    def __init__(self, port, pids, seconds, connections):
        before = cpu_seconds(pids)
        done = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
                               f"https://localhost:{port}{ROUTE}"], capture_output=True,
                              encoding="utf-8", check=True, timeout=seconds + 60)
        spent = cpu_seconds(pids) - before
        if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
            fail(f"wrk met errors:\n{done.stdout}")
        self.requests = int(re.search(r"(\d+) requests in", done.stdout).group(1))
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1))
        number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout).groups()
        self.p99_ms = float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
        self.cpu_us = spent / self.requests * 1e6


def show(figure, value, unit, workload):
    print(json.dumps({"figure": figure, "value": float(f"{value:.5g}"), "unit": unit,
                      "workload": workload, "load": round(os.getloadavg()[0], 2)}), flush=True)


def bare_of(text, folder, https, http):
    """The guard's configuration without the guard, on other ports."""
    kept = [line for line in text.split("\n")
            if not re.match(r"\s*(load_module|garant|garant_\w+) ", line)
            and "$garant_trace" not in line]
    text = "\n".join(kept).replace(f":{https} ", f":{free['https']} ")
    text = text.replace(f":{http};", f":{free['http']};")
    return text.replace(f"{folder}/nginx.pid", f"{folder}/bare.pid")


free = dict(zip(("https", "http"), free_ports(2)))


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with (tempfile.TemporaryDirectory(dir="/dev/shm") as name,
          tempfile.TemporaryDirectory(dir=BUILD) as disk):
        folder = Path(name)
        trail = Path(disk) / "trail"
        (folder / "garant.yaml").write_text(SERVICE, encoding="utf-8")
        workload = "sha256:" + hashlib.sha256((SERVICE + ROUTE).encode()).hexdigest()
        started = []
        try:
            port, https, http = free_ports(3)
            started.append(origin(folder, port))
            started.append(Started([GARANT, "guard", "run", "--service", folder / "garant.yaml",
                                    "--origin", f"http://127.0.0.1:{port}", "--https-port", https,
                                    "--http-port", http, "--folder", folder / "guard", "--spool",
                                    folder / "spool"], https, stdout=subprocess.DEVNULL))
            text = (folder / "guard" / "nginx.conf").read_text(encoding="utf-8")
            started.append(nginx(folder / "guard", "bare",
                                 bare_of(text, folder / "guard", https, http), free["https"]))
            recorder = Started([GARANT, "recorder", "--service", folder / "garant.yaml", "--spool",
                                folder / "spool", "--trail", trail, "--root-key", folder / "root"],
                               stdout=open(folder / "recorder.out", "wb"))
            started.append(recorder)
            answered, most = measure(folder, trail, started, https, seconds, rounds, workload)
            dropped = Spool(folder / "spool").dropped
            started[1].end()
            recorder.end()
            lost = dropped + lost_in(folder, trail, answered, most)
            show("guard.recorder_lost", lost, "requests", workload)
        finally:
            for one in reversed(started):
                one.end()


def lost_in(folder, trail, answered, most):
    """Answers without an entry, and what the trail itself says is lost. An entry twice, or more of
    them than there were requests, would be a fault of another kind."""
    where = ["--service", folder / "garant.yaml", "--trail", trail]
    verified = subprocess.run([GARANT, "trail", "verify", *where], capture_output=True,
                              encoding="utf-8", check=False)
    if verified.returncode != 0:
        fail(f"the trail does not verify:\n{verified.stdout}{verified.stderr}")
    entries, said = 0, 0
    seen = set()
    with subprocess.Popen([GARANT, "trail", "show", *where, "--format", "json"],
                          stdout=subprocess.PIPE, encoding="utf-8") as shown:
        for line in shown.stdout:
            entry = json.loads(line)
            if entry["kind"] == "request":
                entries += 1
                seen.add((entry["source"], entry["sequence"]))
            elif entry["kind"] == "source" and entry["outcome"] in LOSSES:
                said += entry["facts"].get("count", 1)
    if shown.returncode != 0 or entries > most or len(seen) != entries:
        fail(f"{entries} entries, {len(seen)} of them different, of at most {most} requests")
    print(f"{answered} answers that wrk counted, {entries} entries of {most} requests, "
          f"{said} said to be lost", file=sys.stderr)
    return max(answered - entries, 0) + said


def measure(folder, trail, started, https, seconds, rounds, workload):
    """How many answers of the guard wrk counted, and how many requests reached its workers."""
    [guard] = children_of(started[1].process.pid)  # nginx, which garant started
    pids = {"guard": children_of(guard), "bare": children_of(started[2].process.pid)}
    ports = {"guard": https, "bare": free["https"]}
    found = {"guard": [], "bare": []}
    calm = {"guard": [], "bare": []}
    recorded = []
    answered = 0
    for number in range(rounds + 1):
        for which in (("bare", "guard"), ("guard", "bare"))[number % 2]:
            records = Recorded(folder / "spool", trail, started[3].process.pid)
            one = Round(ports[which], pids[which], seconds, CONNECTIONS)
            if which == "guard":
                records.end()
            few = Round(ports[which], pids[which], seconds, 2)
            answered += one.requests + few.requests if which == "guard" else 0
            if number > 0:  # the first warms up
                found[which].append(one)
                calm[which].append(few)
                recorded += [records] if which == "guard" else []

    def median(which, attribute, of=found):
        return statistics.median(getattr(one, attribute) for one in of[which])

    ratios = [a.rate / b.rate for a, b in zip(found["guard"], found["bare"])]
    show("guard.rps_vs_nginx", statistics.median(ratios), "ratio", workload)
    show("guard.rps", median("guard", "rate"), "requests/s", workload)
    show("guard.cpu_us", median("guard", "cpu_us"), "us/request", workload)
    show("guard.cpu_vs_nginx", median("bare", "cpu_us") / median("guard", "cpu_us"), "ratio",
         workload)
    show("guard.p99_added_ms", median("guard", "p99_ms", calm) - median("bare", "p99_ms", calm),
         "ms", workload)
    worst = min(one.kept_up for one in recorded)
    show("guard.recorder_kept_up", worst, "ratio", workload)
    show("guard.recorder_drain_s", max(one.drain_s for one in recorded), "s", workload)
    show("guard.recorder_cpu_us", statistics.median(one.cpu_us for one in recorded), "us/entry",
         workload)
    return answered, Spool(folder / "spool").begun


if __name__ == "__main__":
    main()
