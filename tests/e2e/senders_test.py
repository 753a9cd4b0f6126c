"""What real senders send becomes one journey with the guard's records, or is refused and says why."""

import http.client
import json
import os
import re
import resource
import secrets
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from datetime import datetime, timezone

from real_senders import Certificates, NodeService, Postgres, Rsyslog, Started, node_modules
from recorder_test import Running
from waiting import free_ports, until, until_ready
from workplace import GARANT, HEAD, OPEN, READERS, ROOT, Workplace

SERVICE = HEAD + """\
people:
  - { id: owner, role: owner, contact: owner@example.org }
systems:
  - { id: web, kind: web-application, agency: Licences, internet: true, events: true }
  - { id: records, kind: database-server, agency: Licences, internet: false, events: true }
access:
  methods: [none]
  routes:
    - { match: /licences, methods: [POST], assurance: 0 }
"""
NAME = b"Jeanne Tremblay"


def now():
    return datetime.now(timezone.utc)


class Senders(Workplace):
    def setUp(self):
        super().setUp()
        self.write("garant.yaml", SERVICE + READERS)
        self.trail = self.folder / ".garant" / "trail"

    def mapping(self, name, system="web", more="", names=None):
        """A shipped mapping, edited as its reader would."""
        text = (ROOT / "mappings" / f"{name}.yaml").read_text(encoding="utf-8")
        text = text.replace("system: web", f"system: {system}") + more
        if names:
            text = text.replace("names: { web: web }", f"names: {names}")
        return self.write(f"{name}-{system}.yaml", text)

    def entries(self, kind=None, opened=OPEN):
        words = ["--kind", kind] if kind else []
        shown = self.call("trail", "show", *opened, "--format", "json", *words, status=0).stdout
        return [json.loads(one) for one in shown.splitlines()]

    def refusals(self):
        return [entry for entry in self.entries("source") if entry["outcome"] == "refused"]

    def assert_sealed(self, *hidden):
        for path in self.trail.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                for one in hidden:
                    self.assertNotIn(one, content, path)


class JourneyTest(Senders):
    def test_all_of_them_are_in_one_journey_with_the_guards_record(self):
        node_modules()
        https, http_port, otlp, tcp, tls, relay, database = free_ports(7)
        postgres = Postgres(self, database)
        certificates = Certificates(self.top / "certificates")
        ours, ours_key = certificates.make("recorder.rivermouth.example")
        theirs, theirs_key = certificates.make("host-1.rivermouth.example")
        self.mapping("otlp", names="{ licences-api: web }")
        self.mapping("syslog")
        self.mapping("syslog", system="records",
                     more="senders: [host-1.rivermouth.example]\nrate: 500\n")
        self.mapping("postgresql", system="records")
        recorder = Running(
            self, "--spool", self.folder / "spool",
            "--lines", f"otlp:127.0.0.1:{otlp}", "--mapping", "otlp-web.yaml", "--source", "web",
            "--lines", f"syslog:127.0.0.1:{tcp}", "--mapping", "syslog-web.yaml", "--source", "web",
            "--lines", f"syslog-tls:127.0.0.1:{tls}", "--mapping", "syslog-records.yaml",
            "--source", "hosts",
            "--lines", postgres.log, "--mapping", "postgresql-records.yaml", "--source", "records",
            "--certificate", ours, "--key", ours_key, "--clients", certificates.authority)
        recorder.wait()
        Rsyslog(self, relay,
                f'defaultNetstreamDriverCAFile="{certificates.authority}" '
                f'defaultNetstreamDriverCertFile="{theirs}" '
                f'defaultNetstreamDriverKeyFile="{theirs_key}"', f"""
template(name="whole" type="string"
  string="<%PRI%>1 %TIMESTAMP:::date-rfc3339% %HOSTNAME% %APP-NAME% %PROCID% %MSGID% %STRUCTURED-DATA% %msg%\\n")
action(type="omfwd" target="127.0.0.1" port="{tcp}" protocol="tcp" template="whole")
action(type="omfwd" target="127.0.0.1" port="{tls}" protocol="tcp" TCP_Framing="octet-counted"
  template="RSYSLOG_SyslogProtocol23Format" StreamDriver="ossl" StreamDriverMode="1"
  StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="recorder.rivermouth.example")""")
        node = NodeService(self, f"http://127.0.0.1:{otlp}", "protobuf", DATABASE=postgres.url,
                           SYSLOG=str(relay))
        guard = Started(self, "guard", [
            GARANT, "guard", "run", "--origin", f"http://127.0.0.1:{node.port}", "--https-port",
            str(https), "--http-port", str(http_port), "--spool", str(self.folder / "spool"),
            "--ready-file", str(self.folder / "guard-ready")], cwd=self.folder, env=self.environment)
        until_ready(guard.process, self.folder / "guard-ready", guard.said)

        trace = secrets.token_hex(16)
        self.post_licence(https, trace)
        wanted = {("web", "request", ""), ("web", "otlp/web", "server"),
                  ("web", "otlp/web", "licence.applied"), ("web", "syslog/web", "applied"),
                  ("records", "syslog/hosts/host-1.rivermouth.example", "applied"),
                  ("records", "lines/records", "LOG")}
        until(lambda: wanted <= {(step["part"], step["from"], step["event"])
                                 for step in self.steps(trace)}, f"{wanted}, {recorder.output()}")
        steps = self.steps(trace)
        request = next(step for step in steps if step["from"] == "request")
        span = next(step for step in steps if step["event"] == "server")
        log = next(step for step in steps if step["event"] == "licence.applied")
        self.assertEqual("/licences", request["route"])
        self.assertEqual(request["span"], span["parent"], "the guard called the service")
        self.assertEqual(("/licences", "ok"), (span["route"], span["outcome"]))
        for step in steps:
            if step not in (request, span):
                self.assertEqual(span["span"], step["parent"], step)
        self.assertEqual("otlp/web", log["from"])
        self.assertIn({"from": "web", "to": "records"}, self.journey(trace)[0]["edges"])
        node.end()
        status, said = recorder.end()
        self.assertEqual(0, status, said)
        self.assertIn("refused 0", said)
        self.assert_sealed(NAME, trace.encode(), bytes.fromhex(trace), b"INSERT INTO")
        self.call("trail", "verify", status=0)

    def post_licence(self, port, trace):
        context = ssl.create_default_context(
            cafile=str(self.folder / ".garant" / "guard" / "authority.pem"))
        connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=60)
        connection.request("POST", "/licences", headers={
            "traceparent": f"00-{trace}-00f067aa0ba902b7-01", "Content-Length": "0"})
        self.assertEqual(201, connection.getresponse().status)
        connection.close()

    def journey(self, trace):
        shown = self.call("trail", "journey", trace, "--format", "json")
        return json.loads(shown.stdout) if shown.returncode == 0 else []

    def steps(self, trace):
        """Of every journey, each with where it is from: the guard's source has a random name."""
        return [{**step, "from": "request" if step["source"].startswith("guard/")
                 else step["source"]}
                for journey in self.journey(trace) for step in journey["steps"]]


class NginxTest(Senders):
    FORMAT = re.compile(r"#   (log_format garant(?:.*\n#  )*?.*?;)\n")

    def test_its_access_logs_are_taken_as_it_writes_them(self):
        port, = free_ports(1)
        shipped = (ROOT / "mappings" / "nginx.yaml").read_text(encoding="utf-8")
        form = re.sub(r"\n# *", "\n", self.FORMAT.search(shipped)[1])
        conf = self.write("nginx.conf", f"""\
daemon off;
pid {self.folder}/nginx.pid;
error_log {self.folder}/nginx.error;
events {{}}
http {{
  {form}
  access_log {self.folder}/json.log garant;
  access_log {self.folder}/combined.log;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 "hello"; }} }}
}}
""")
        nginx = Started(self, "nginx", ["/usr/sbin/nginx", "-p", str(self.folder), "-c", str(conf),
                                        "-e", str(self.folder / "nginx.error")])
        until(lambda: (self.folder / "nginx.pid").exists() or nginx.process.poll() is not None,
              "nginx runs")
        trace = secrets.token_hex(16)
        for agent in ("plain", 'odd "quoted" \\ \u00e9t\u00e9'.encode("utf-8"), b"\xff\x01"):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/people/jeanne?a=%22b%22", headers={
                "User-Agent": agent, "traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
            self.assertEqual(200, connection.getresponse().status)
            connection.close()
        with socket.create_connection(("127.0.0.1", port), timeout=60) as sender:
            sender.sendall(b"\x16\x03\x01 a handshake\r\n\r\n")
            self.assertIn(b"400", sender.recv(4096))
        nginx.end()
        self.call("recorder", "--once", "--lines", "combined.log", "--mapping",
                  self.mapping("nginx-combined"), "--source", "combined", "--lines", "json.log",
                  "--mapping", self.mapping("nginx"), "--source", "json", status=0)
        combined, of_json = ([entry for entry in self.entries("event")
                              if entry["source"] == f"lines/{name}"]
                             for name in ("combined", "json"))
        self.assertEqual([200, 200, 200, 400], [entry["facts"]["status"] for entry in combined])
        # A byte that is no UTF-8 stands as it came in nginx's JSON: that line is kept as refused.
        self.assertEqual(["not-utf8"], [entry["facts"]["reason"] for entry in self.refusals()])
        self.assertEqual([200, 200, 400], [entry["facts"]["status"] for entry in of_json])
        for entry in combined[:3] + of_json[:2]:
            self.assertEqual("GET", entry["facts"]["method"])
            self.assertEqual(["device.address"], entry["categories"])
        self.assertIn("milliseconds", of_json[0]["facts"])
        self.assertEqual(0, self.call("trail", "journey", trace).returncode)
        self.assert_sealed(b"jeanne", b"127.0.0.1", trace.encode())


class OtlpTest(Senders):
    def setUp(self):
        super().setUp()
        self.port, = free_ports(1)

    def start(self, more="", **running):
        self.mapping("otlp", more=more, names="{ licences-api: web }")
        return Running(self, "--lines", f"otlp:127.0.0.1:{self.port}", "--mapping",
                       "otlp-web.yaml", **running).wait()

    def post(self, path="/v1/logs", body=b"", **headers):
        headers = {"Content-Type": "application/json",
                   **{name.replace("_", "-"): value for name, value in headers.items()}}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), error.headers

    def logs(self, count=1, when=None):
        when = when or now()
        records = [{"timeUnixNano": str(int(when.timestamp() * 1e9)), "eventName": "counted",
                    "body": {"intValue": str(number)}} for number in range(count)]
        return json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]}).encode()

    def test_the_sdk_sends_json_with_the_token_of_its_source(self):
        secret = secrets.token_hex(16)
        self.environment["OTLP_TOKEN"] = secret
        running = self.start(more="token: env:OTLP_TOKEN\n")
        self.assertEqual(401, self.post(body=self.logs())[0])
        node = NodeService(self, f"http://127.0.0.1:{self.port}", "json", TOKEN=secret)
        connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)
        connection.request("POST", "/licences", headers={"Content-Length": "0"})
        self.assertEqual(201, connection.getresponse().status)
        connection.close()
        until(lambda: len(self.entries("event", ())) == 2, f"a span and a log: {node.said()}")
        node.end()
        self.assertEqual(0, running.end()[0])
        self.assertEqual({"server", "licence.applied"},
                         {entry["facts"]["event"] for entry in self.entries("event")})
        self.assert_sealed(NAME, secret.encode())

    def test_an_answer_says_that_it_is_in_the_trail_however_often_it_is_killed(self):
        kept = 0
        for _ in range(5):
            running = self.start()
            for _ in range(4):
                status, body, _ = self.post(body=self.logs(25))
                self.assertEqual((200, b"{}"), (status, body))
                kept += 25
            running.kill()
            self.assertEqual(kept, len(self.entries("event")))
        sequences = [entry["sequence"] for entry in self.entries("event")]
        self.assertEqual(list(range(kept)), sequences)
        told = [entry["outcome"] for entry in self.entries("source")]
        self.assertEqual(["found"] * 5, told, "nothing is lost: who was not answered sends again")

    def test_nothing_is_answered_while_the_disk_is_full(self):
        running = self.start(limit=20_000)
        sender = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        body = self.logs(400)
        sender.sendall(b"POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                       b"Content-Length: %d\r\n\r\n" % len(body) + body)
        running.until(lambda: "Nothing is let go" in running.output(), "the disk is full")
        sender.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            sender.recv(1)
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE,
                         (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        sender.settimeout(60)
        self.assertTrue(sender.recv(4096).startswith(b"HTTP/1.1 200"))
        sender.close()
        self.assertEqual(0, running.end()[0])
        self.assertEqual(400, len(self.entries("event")))

    def test_what_it_refuses_it_keeps_and_says(self):
        running = self.start()
        self.assertEqual(400, self.post(body=b"no json")[0])
        old = self.logs(3, when=datetime(2020, 1, 1, tzinfo=timezone.utc))
        status, body, _ = self.post(body=old)
        self.assertEqual(200, status)
        self.assertEqual("3", json.loads(body)["partialSuccess"]["rejectedLogRecords"])
        self.assertEqual(415, self.post(body=b"x", Content_Type="text/plain")[0])
        self.assertEqual(415, self.post(body=b"x", Content_Encoding="br")[0])
        self.assertEqual(403, self.post(body=self.logs(), Origin="https://evil.example")[0])
        self.assertEqual(404, self.post("/v1/metrics", b"{}")[0])
        self.assertEqual(413, self.post(body=b" " * (5 << 20))[0])
        self.assertEqual(0, running.end()[0])
        self.assertEqual(["not-otlp"] + 3 * ["time-out-of-range"] + ["too-long"],
                         [entry["facts"]["reason"] for entry in self.refusals()])
        self.assertEqual("no json", self.refusals()[0]["parts"][0]["opened"])
        self.assertEqual([], self.entries("event"))

    def test_too_many_are_told_when_to_come_again(self):
        running = self.start(more="rate: 10\n")
        self.assertEqual(200, self.post(body=self.logs(80))[0])
        status, _, headers = self.post(body=self.logs(1))
        self.assertEqual(429, status)
        self.assertGreaterEqual(int(headers["Retry-After"]), 1)
        self.assertEqual(0, running.end()[0])
        self.assertEqual(80, len(self.entries("event")), "and nothing is lost that is not repeated")

    def test_what_is_asked_wrongly_is_said_at_once(self):
        otlp = self.mapping("otlp")
        lines = ("--lines", f"otlp:127.0.0.1:{self.port}", "--mapping")
        self.assertIn("says form: syslog, but what comes from otlp is otlp",
                      self.call("recorder", *lines, self.mapping("syslog"), status=2).stderr)
        self.assertIn("is no address and port", self.call(
            "recorder", "--lines", "otlp:localhost:1", "--mapping", otlp, status=2).stderr)
        self.assertIn("nothing says there who sends", self.call(
            "recorder", "--lines", f"otlp:0.0.0.0:{self.port}", "--mapping", otlp, status=2).stderr)
        token = self.write("token.yaml", otlp.read_text("utf-8") + "token: env:NO_SUCH_TOKEN\n")
        self.assertIn("NO_SUCH_TOKEN must hold the token",
                      self.call("recorder", *lines, token, status=2).stderr)
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assertIn("cannot listen", self.call(
                "recorder", "--lines", f"otlp:127.0.0.1:{port}", "--mapping", otlp, status=3).stderr)


class SyslogTest(Senders):
    def message(self, number, data="-"):
        return (f"<134>1 {now().isoformat().replace('+00:00', 'Z')} h a 1 counted {data} "
                f"number {number}").encode()

    def events(self):
        return self.entries("event")

    def test_a_sender_is_who_its_certificate_says(self):
        port, = free_ports(1)
        known = Certificates(self.top / "known")
        others = Certificates(self.top / "others", "Somebody else")
        certificate, key = known.make("recorder.example")
        self.mapping("syslog", more="senders: [host-1.example, host-2.example]\n"
                     "silent-after: PT1S\n")
        running = Running(self, "--lines", f"syslog-tls:127.0.0.1:{port}", "--mapping",
                          "syslog-web.yaml", "--source", "hosts", "--certificate", certificate,
                          "--key", key, "--clients", known.authority).wait()
        self.send(port, known.make("host-1.example"), self.message(1) + b"\n" + self.message(2)[:20])
        for turned_away in (None, others.make("host-1.example"), known.make("evil.example"),
                            known.make("Host/1", "odd")):
            self.send(port, turned_away, self.message(3) + b"\n")
        running.until(lambda: "'evil.example' is not among" in running.output()
                      and "holds no name" in running.output(), "they were turned away")
        running.until(lambda: self.silent("syslog/hosts/host-2.example"), "one says nothing")
        self.assertEqual(0, running.end()[0])
        event, = self.events()
        self.assertEqual(("syslog/hosts/host-1.example", 0), (event["source"], event["sequence"]))
        refused, = self.refusals()
        self.assertEqual(("syslog/hosts/host-1.example", 1, "cut-off"),
                         (refused["source"], refused["sequence"], refused["facts"]["reason"]))

    def silent(self, source):
        return any(entry["outcome"] == "silent" and entry["source"] == source
                   for entry in self.entries("source"))

    def send(self, port, certificate, content):
        """Over TLS; being turned away is as good as being heard."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if certificate:
            context.load_cert_chain(*map(str, certificate))
        with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
            try:
                with context.wrap_socket(plain) as sender:
                    sender.sendall(content)
                    sender.unwrap()
            except (ssl.SSLError, ConnectionError):
                pass

    def test_datagrams_that_are_too_many_are_counted(self):
        path = self.folder / "datagrams"
        self.mapping("syslog", more="rate: 2\n")
        running = Running(self, "--lines", f"syslog-datagram:{path}", "--mapping",
                          "syslog-web.yaml").wait()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.connect(str(path))
            for number in range(60):
                sender.send(self.message(number))
        self.assertEqual(0, running.end()[0])
        self.assertFalse(path.exists())
        lost = sum(entry["facts"]["count"] for entry in self.entries("source")
                   if entry["outcome"] == "gap" and entry["facts"]["reason"] == "over-rate")
        self.assertEqual(60, len(self.events()) + lost)
        self.assertGreaterEqual(len(self.events()), 10)
        self.assertGreater(lost, 0)
        self.assertEqual(lost, self.entries("system-events")[-1]["facts"]["gaps"])

    def test_a_stream_that_is_too_much_waits_and_loses_nothing(self):
        path = self.folder / "stream"
        self.mapping("syslog", more="rate: 200\n")
        running = Running(self, "--lines", f"syslog-unix:{path}", "--mapping",
                          "syslog-web.yaml").wait()
        with socket.socket(socket.AF_UNIX) as sender:
            sender.connect(str(path))
            for number in range(1500):
                message = self.message(number)
                sender.sendall(b"%d %s" % (len(message), message))
        until(lambda: len(self.events()) == 1500, running.output())
        self.assertEqual(0, running.end()[0])
        self.assertEqual(list(range(1500)), [entry["sequence"] for entry in self.events()])
        self.assertEqual([], self.refusals())

    def test_util_linux_logger_and_a_hostile_stream(self):
        path = self.folder / "stream"
        self.mapping("syslog")
        running = Running(self, "--lines", f"syslog-unix:{path}", "--mapping",
                          "syslog-web.yaml").wait()
        subprocess.run(
            ["logger", "--socket", str(path), "--rfc5424", "--msgid", "applied", "--octet-count",
             "Jeanne Tremblay applied"], check=True, stdin=subprocess.DEVNULL, timeout=60)
        with socket.socket(socket.AF_UNIX) as sender:
            sender.connect(str(path))
            sender.sendall(b"<192>1 - - - - - -\nhello\n" + os.urandom(200_000) + b"\n")
        until(lambda: len(self.events()) == 1 and len(self.refusals()) >= 2, "both were taken")
        self.assertEqual(0, running.end()[0])
        event, = self.events()
        self.assertEqual("applied", event["facts"]["event"])
        self.assertIn("timeQuality", event["parts"][-1]["opened"])
        self.assert_sealed(NAME)

    def test_tls_needs_its_files(self):
        mapping = self.mapping("syslog", more="senders: [a]\n")
        asked = ("recorder", "--lines", "syslog-tls:127.0.0.1:1", "--mapping", mapping)
        self.assertIn("needs --certificate", self.call(*asked, status=2).stderr)
        certificate, key = Certificates(self.top / "known").make("x")
        files = ("--certificate", certificate, "--key", key)
        self.assertIn("--clients must say", self.call(*asked, *files, status=2).stderr)
        self.assertIn("for TLS", self.call(*asked, "--certificate", key, "--key", key,
                                           status=2).stderr)


if __name__ == "__main__":
    import unittest
    unittest.main()
