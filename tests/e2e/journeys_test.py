"""Synthetic journeys: a request that is followed through two systems' logs, or is not."""

import http.client
import http.server
import json
import re
import secrets
import signal
import subprocess
import threading
import unittest
from datetime import datetime, timezone

from waiting import until_ready
from workplace import GARANT, ROOT, TRACED_MAPPING, Workplace, item_of

STANDARD = ROOT / "standards" / "digital-playbook-9"
SERVICE = """\
garant: 1
service:
  id: dog-licences
  name: { en: Dog licences, fr: Permis de chien }
  stage: beta
  environment: trial
  url: %s
  organization: { en: City of Rivermouth, fr: Ville de Rivermouth }
  jurisdictions: [ca, ca-on]
people:
  - { id: owner, role: owner, contact: owner@example.org }
systems:
  - { id: web, kind: web-application, agency: Licences, internet: true, events: true }
  - { id: payments, kind: payment-provider, agency: Till, internet: false, events: true }
flows:
  - { from: web, to: payments, data: [payment.card], over: https%s }
"""
TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}\Z")


class Part:
    """One system: answers, logs each request, and calls the next one under the same trace."""

    def __init__(self, place, name, calls=None):
        self.log = place.folder / f"{name}.log"
        self.log.touch()
        self.calls = calls
        self.hands_on = True
        self.forges = False  # tells in its own log what the next one would tell
        part = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                part.answer(self)

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        for clean in (thread.join, self.server.server_close, self.server.shutdown):
            place.addCleanup(clean)

    @property
    def port(self):
        return self.server.server_port

    def answer(self, request):
        found = TRACEPARENT.match(request.headers.get("traceparent", ""))
        trace, parent = found.groups() if found else (secrets.token_hex(16), None)
        span = secrets.token_hex(8)
        if self.calls and request.path == "/pay":
            to = http.client.HTTPConnection("127.0.0.1", self.calls.port, timeout=20)
            to.request("GET", "/", headers={"traceparent": f"00-{trace}-{span}-01"}
                       if self.hands_on else {})
            to.getresponse().read()
            to.close()
        line = {"time": datetime.now(timezone.utc).isoformat(), "event": "asked", "trace": trace,
                "span": span, **({"parent": parent} if parent else {})}
        with self.log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            if self.forges:
                file.write(json.dumps({**line, "span": secrets.token_hex(8), "parent": span}) + "\n")
        request.send_response(200)
        request.send_header("Content-Length", "0")
        request.end_headers()


class Journeys(Workplace):
    def setUp(self):
        super().setUp()
        self.payments = Part(self, "payments")
        self.web = Part(self, "web", self.payments)
        self.describe(", journey: /pay")
        for name in ("web", "payments"):
            self.write(f"{name}-mapping.yaml", TRACED_MAPPING % name)

    def describe(self, journey):
        self.write("garant.yaml", SERVICE % (f"http://127.0.0.1:{self.web.port}/", journey))

    def record(self, *names):
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        words = [word for name in names for word in
                 ("--lines", self.folder / f"{name}.log", "--mapping", f"{name}-mapping.yaml")]
        with open(self.folder / "said", "w", encoding="utf-8") as said:
            recorder = subprocess.Popen(
                [GARANT, "recorder", *map(str, words), "--ready-file", str(ready)],
                cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=said,
                stderr=subprocess.STDOUT)
        self.addCleanup(self.end, recorder)
        until_ready(recorder, ready, (self.folder / "said").read_text)
        return recorder

    def end(self, recorder):
        if recorder.poll() is None:
            recorder.send_signal(signal.SIGTERM)
            recorder.wait(timeout=60)
        return recorder.returncode

    def proof(self):
        item = item_of(self.judge("--standard", STANDARD), "9.4-55")
        return next(proof for proof in item["proofs"] if proof["id"] == "trail.journeys-join")

    def test_a_journey_joins_while_the_recorder_goes_on(self):
        recorder = self.record("web", "payments")
        self.assertEqual("unknown", self.proof()["state"])
        said = self.call("probe", "--journeys", status=0)
        self.assertNotIn("web>payments", said.stderr)
        self.assertEqual("met", self.proof()["state"])
        # The probe wrote while the recorder held the trail; the recorder has it again.
        before = self.call("trail", "show", "--kind", "event", status=0).stdout.count("\n")
        connection = http.client.HTTPConnection("127.0.0.1", self.web.port, timeout=20)
        connection.request("GET", "/")
        connection.getresponse().read()
        connection.close()
        self.assertEqual(0, self.end(recorder), (self.folder / "said").read_text())
        after = self.call("trail", "show", "--kind", "event", status=0).stdout.count("\n")
        self.assertGreater(after, before)
        self.call("trail", "verify", status=0)
        self.assertNotIn("another process", (self.folder / "said").read_text())

    def test_a_system_that_hands_no_trace_on_is_named(self):
        self.record("web", "payments")
        self.call("probe", "--journeys", status=0)
        self.assertEqual("met", self.proof()["state"])
        self.web.hands_on = False
        said = self.call("probe", "--journeys", "--wait", "PT3S", status=0)
        self.assertIn("web>payments: the journey over /pay does not join up; under its trace these "
                      "were heard: web (lines/web)\n", said.stderr)
        proof = self.proof()
        self.assertEqual("unmet", proof["state"])
        self.assertIn("A journey from web to payments does not join up",
                      json.dumps(proof["reasons"]))

    def test_a_silent_log_is_named(self):
        self.record("web")
        said = self.call("probe", "--journeys", "--wait", "PT3S", status=0)
        self.assertIn("these were heard: web (lines/web)\n", said.stderr)
        self.assertEqual("unmet", self.proof()["state"])

    def test_one_log_under_two_names_is_no_second_witness(self):
        (self.folder / "payments.log").unlink()
        (self.folder / "payments.log").hardlink_to(self.folder / "web.log")
        self.web.forges, self.web.calls = True, None
        self.record("web", "payments")
        self.call("probe", "--journeys", "--wait", "PT3S", status=0)
        self.assertNotEqual("met", self.proof()["state"])
        self.assertIn("is the same file as another source reads",
                      (self.folder / "said").read_text(encoding="utf-8"))

    def test_without_a_recorder_nothing_joins(self):
        self.end(self.record("web", "payments"))
        said = self.call("probe", "--journeys", "--wait", "PT1S", status=0)
        self.assertIn("nothing of the journey over /pay reached the trail; is `garant recorder` "
                      "running", said.stderr)
        self.assertEqual("unmet", self.proof()["state"])

    def test_an_edge_without_a_journey_is_never_met(self):
        self.describe("")
        self.record("web", "payments")
        said = self.call("probe", "--journeys", status=0)
        self.assertIn("web>payments: the file names no journey along this edge; add `journey` to "
                      "the flow\n", said.stderr)
        self.assertEqual("unknown", self.proof()["state"])

    def test_an_edge_that_nobody_declared_contradicts(self):
        text = (self.folder / "garant.yaml").read_text(encoding="utf-8")
        declared = text.replace("from: web, to: payments", "from: payments, to: web")
        self.write("garant.yaml", declared)
        self.record("web", "payments")
        self.call("probe", "--journeys", "--wait", "PT5S", status=0)
        proof = self.proof()
        self.assertEqual("contradicted", proof["state"])
        self.assertIn("A journey went from web to payments, an edge that nobody declared",
                      json.dumps(proof["reasons"]))

    def test_what_was_arranged_proves_nothing_in_production(self):
        text = (self.folder / "garant.yaml").read_text(encoding="utf-8")
        self.write("garant.yaml", text.replace("environment: trial", "environment: production")
                   .replace(f"http://127.0.0.1:{self.web.port}/", "https://licences.example/"))
        self.record("web", "payments")
        self.call("probe", "--journeys", "--url", f"http://127.0.0.1:{self.web.port}/", status=0)
        self.assertNotEqual("met", self.proof()["state"])

    def test_what_is_asked_wrongly_is_said(self):
        self.assertIn("--dry-run", self.call("probe", "--journeys", "--dry-run", status=2).stderr)
        self.assertIn("--wait", self.call("probe", "--wait", "PT1S", status=2).stderr)
        self.call("probe", "--journeys", "--wait", "soon", status=2)
        self.assertFalse((self.folder / ".garant").exists(), "nothing was begun")


if __name__ == "__main__":
    unittest.main()
