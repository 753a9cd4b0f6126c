"""Drives the real parking permits: python3 -m unittest discover -s tests -p '*_test.py'"""

import http.client
import json
import os
import re
import sqlite3
import stat
import tempfile
import threading
import unittest
from pathlib import Path
from urllib.parse import urlencode

from processes import ROOT, Process

EXAMPLE = ROOT / "examples" / "parking-permits"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
PASSWORD = "a password of this test"
ANSWERS = {"name": "Zoé <b>Test</b>", "email": "zoe@mail.example", "phone": "613-555-0199",
           "street": "1 Test Street", "postal_code": "k7l2v6", "plate": "test 001",
           "vehicle": "Blue car", "zone": "3", "consent": "yes"}
CARD = {"card_number": "4242 4242 4242 4242", "card_expiry": "04/31", "card_code": "123"}
PDF = b"%PDF-1.4\r\n--not-a-boundary\r\n\x00\xff\r\n%%EOF"


class Browser:
    """Keeps cookies, and sends back the form tokens that it is given."""

    def __init__(self, port, trace=None):
        self.port = port
        self.trace = trace
        self.cookies = {}
        self.token = ""

    def ask(self, method, path, body=None, media_type=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if media_type:
            headers["Content-Type"] = media_type
        if self.trace:
            headers["traceparent"] = self.trace
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.text = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        found = re.search(r'name="form_token" value="(\w+)"', answer.text)
        self.token = found.group(1) if found else self.token
        return answer

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, **fields):
        fields = {"form_token": self.token, **fields}
        return self.ask("POST", path, urlencode(fields), "application/x-www-form-urlencoded")

    def upload(self, path, content, token=None):
        token = self.token if token is None else token
        body = (f'--x1\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n{token}\r\n'
                '--x1\r\nContent-Disposition: form-data; name="proof"; filename="bill.pdf"\r\n'
                "Content-Type: application/pdf\r\n\r\n").encode() + content + b"\r\n--x1--\r\n"
        return self.ask("POST", path, body, "multipart/form-data; boundary=x1")


class Example(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        os.environ["PERMITS_CLERK_PASSWORD"] = PASSWORD
        cls.addClassCleanup(os.environ.pop, "PERMITS_CLERK_PASSWORD")
        cls.payments_log = cls.folder / "payments.log"
        cls.payments = Process(cls.folder / "payments.ready", EXAMPLE / "payment_provider.py",
                               "--listen", "127.0.0.1:0", "--log", cls.payments_log)
        cls.addClassCleanup(cls.payments.end)
        cls.mail_log = cls.folder / "mail.log"
        cls.mail = Process(cls.folder / "mail.ready", EXAMPLE / "mail_relay.py",
                           "--listen", "127.0.0.1:0", "--log", cls.mail_log)
        cls.addClassCleanup(cls.mail.end)
        cls.log = cls.folder / "web.log"
        cls.web = Process(cls.folder / "web.ready", EXAMPLE / "permits.py", "--listen",
                          "127.0.0.1:0", "--data", cls.folder / "data", "--log", cls.log,
                          "--payment", f"http://127.0.0.1:{int(cls.payments.wait())}",
                          "--mail", f"http://127.0.0.1:{int(cls.mail.wait())}", "--seed")
        cls.addClassCleanup(cls.web.end)
        cls.port = int(cls.web.wait())

    def applied(self, plate, trace=None):
        """A browser that has sent the first form, and the page that it was sent to."""
        browser = Browser(self.port, trace)
        browser.get("/apply")
        answer = browser.post("/apply", **{**ANSWERS, "plate": plate})
        self.assertEqual(303, answer.status, answer.text)
        return browser, answer.headers["Location"]

    def lines(self, file):
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    def clerk(self):
        clerk = Browser(self.port)
        clerk.get("/clerk/sign-in")
        self.assertEqual(303, clerk.post("/clerk/sign-in", password=PASSWORD).status)
        return clerk

    def test_a_permit_from_application_to_decision(self):
        browser, proof = self.applied("test 001", TRACEPARENT)
        self.assertEqual(200, browser.get(proof).status)
        answer = browser.upload(proof, PDF)
        self.assertEqual(303, answer.status, answer.text)
        payment = answer.headers["Location"]
        browser.get(payment)
        answer = browser.post(payment, **{**CARD, "card_number": "4000000000000002"})
        self.assertEqual(402, answer.status)
        self.assertIn("declined", answer.text)
        answer = browser.post(payment, **CARD)
        self.assertEqual(303, answer.status, answer.text)
        page = browser.get(answer.headers["Location"])
        self.assertIn("With a clerk", page.text)
        self.assertIn("Zoé &lt;b&gt;Test&lt;/b&gt;", page.text)
        self.assertEqual(409, browser.post(payment, **CARD).status)
        self.assertEqual(409, browser.upload(proof, PDF).status)

        clerk = self.clerk()
        row = re.search(r'/clerk/applications/(\d+)">%s' % proof.split("/")[2],
                        clerk.get("/clerk/applications").text)
        page = clerk.get(f"/clerk/applications/{row[1]}")
        self.assertIn("K7L 2V6", page.text)
        self.assertIn("TEST001", page.text)
        self.assertEqual(PDF.decode("utf-8", "replace"),
                         clerk.get(f"/clerk/applications/{row[1]}/proof").text)
        decision = f"/clerk/applications/{row[1]}/decision"
        self.assertEqual(422, clerk.post(decision, outcome="refused").status)
        self.assertEqual(303, clerk.post(decision, outcome="issued").status)
        self.assertEqual(409, clerk.post(decision, outcome="issued").status)
        told = [line for line in self.lines(self.mail_log) if line["event"] == "message.taken"]
        self.assertEqual(["zoe@mail.example"], [line["to"] for line in told])
        self.assertIn(proof.split("/")[2], clerk.get("/clerk/export.csv").text)

        resident = Browser(self.port)
        resident.get("/status?lang=fr")
        found = resident.post("/status?lang=fr", reference=proof.split("/")[2],
                              email="ZOE@mail.example")
        self.assertIn("Permis délivré", found.text)
        self.assertEqual(404, resident.post("/status", reference=proof.split("/")[2],
                                            email="other@mail.example").status)
        resident.get("/move")
        moved = resident.post("/move", reference=proof.split("/")[2], email="zoe@mail.example",
                              street="2 New Street", postal_code="K7L 3A1")
        self.assertIn("A clerk will look", moved.text)

        accepted = [line for line in self.lines(self.payments_log)
                    if line["event"] == "payment.accepted" and line["trace"] == TRACE]
        self.assertEqual(1, len(accepted))
        web = [line for line in self.lines(self.log) if line.get("trace") == TRACE]
        self.assertLessEqual({"application.received", "proof.received", "payment.declined",
                              "payment.accepted", "request"}, {line["event"] for line in web})
        self.assertIn(accepted[0]["parent"], {line["span"] for line in web})
        # Nothing of the card, save that what is drawn at random may hold any four digits.
        drawn = {"time", "trace", "span", "parent", "port", "reference", "payment", "order"}
        for line in self.lines(self.log) + self.lines(self.payments_log):
            self.assertNotIn("4242", str([line[name] for name in line.keys() - drawn]))
        for written in ("4242 4242", "42424242"):
            self.assertNotIn(written, self.log.read_text() + self.payments_log.read_text())
        with sqlite3.connect(self.folder / "data" / "permits.db") as db:
            self.assertEqual(1, db.execute("SELECT count(*) FROM payments y JOIN applications a"
                                           " ON a.id = y.application_id WHERE a.plate = 'TEST001'"
                                           ).fetchone()[0])
        db.close()
        for file in (self.folder / "data" / "uploads").iterdir():
            if file.read_bytes() == PDF:
                self.assertEqual(0o600, stat.S_IMODE(file.stat().st_mode))
                break
        else:
            self.fail("the proof was not kept")

    def test_wrong_answers_are_named_and_kept(self):
        browser = Browser(self.port)
        browser.get("/apply")
        answer = browser.post("/apply", **{**ANSWERS, "postal_code": "12345", "zone": "9"})
        self.assertEqual(422, answer.status)
        self.assertIn("Postal code: six characters", answer.text)
        self.assertIn("Zone: choose one", answer.text)
        self.assertNotIn("Name: write", answer.text)
        self.assertIn('value="zoe@mail.example"', answer.text)
        self.applied("twice 1")
        again = browser.post("/apply", **{**ANSWERS, "plate": "TWICE-1"})
        self.assertEqual(409, again.status)

    def test_forms_of_other_sites_are_refused(self):
        browser = Browser(self.port)
        browser.get("/apply")
        browser.token = "0" * 64
        self.assertEqual(403, browser.post("/apply", **ANSWERS).status)
        self.assertEqual(403, Browser(self.port).post("/apply", **ANSWERS).status)
        browser, proof = self.applied("csrf 1")
        self.assertEqual(403, browser.upload(proof, PDF, token="wrong").status)

    def test_proofs_have_a_type_and_a_size(self):
        browser, proof = self.applied("size 1")
        browser.get(proof)
        self.assertEqual(415, browser.upload(proof, b"<script>alert(1)</script>").status)
        self.assertEqual(413, browser.upload(proof, b"%PDF-" + bytes(4 * 1024 * 1024)).status)
        self.assertEqual(422, browser.upload(proof, b"").status)
        self.assertEqual(400, browser.ask("POST", proof, b"--x1\r\nbroken", "multipart/form-data;"
                                          " boundary=x1").status)

    def test_nobody_sees_the_application_of_another(self):
        _, proof = self.applied("other 1")
        stranger = Browser(self.port)
        stranger.get("/apply")
        for page in (proof, proof.replace("proof", "payment"), proof.rpartition("/")[0]):
            self.assertEqual(404, stranger.get(page).status)
        for page in ("/clerk/applications", "/clerk/applications/1", "/clerk/export.csv",
                     "/clerk/applications/1/proof"):
            answer = stranger.get(page)
            self.assertEqual((303, "/clerk/sign-in"), (answer.status, answer.headers["Location"]))

    def test_guessing_the_password_is_stopped(self):
        # Another server, since all of this test's requests come from one address.
        server = Process(self.folder / "guess.ready", EXAMPLE / "permits.py", "--listen",
                         "127.0.0.1:0", "--data", self.folder / "guess", "--log",
                         self.folder / "guess.log", "--payment", "http://127.0.0.1:1", "--mail",
                         "http://127.0.0.1:1")
        self.addCleanup(server.end)
        browser = Browser(int(server.wait()))
        browser.get("/clerk/sign-in")
        statuses = [browser.post("/clerk/sign-in", password=f"guess {n}").status for n in range(6)]
        self.assertEqual([403] * 5 + [429], statuses)

    def test_without_the_provider_nothing_is_paid(self):
        server = Process(self.folder / "alone.ready", EXAMPLE / "permits.py", "--listen",
                         "127.0.0.1:0", "--data", self.folder / "alone", "--log",
                         self.folder / "alone.log", "--payment", "http://127.0.0.1:1", "--mail",
                         "http://127.0.0.1:1")
        self.addCleanup(server.end)
        browser = Browser(int(server.wait()))
        browser.get("/apply")
        proof = browser.post("/apply", **ANSWERS).headers["Location"]
        payment = browser.upload(proof, PDF).headers["Location"]
        self.assertEqual(503, browser.post(payment, **CARD).status)
        self.assertEqual(200, browser.get(payment).status)
        self.assertEqual(0, server.end())

    def test_a_request_can_be_followed_to_every_party(self):
        trace = "4bf92f3577b34da6a3ce929d0e0e4737"
        browser = Browser(self.port, f"00-{trace}-00f067aa0ba902b7-01")
        answer = browser.get("/health/systems")
        self.assertEqual((200, {"payments": "ok", "mail": "ok"}),
                         (answer.status, json.loads(answer.text)))
        [asked] = [line for line in self.lines(self.log) if line.get("trace") == trace]
        for log in (self.payments_log, self.mail_log):
            [line] = [line for line in self.lines(log) if line.get("trace") == trace]
            self.assertEqual((asked["span"], "/health"), (line["parent"], line["route"]))

    def test_a_party_that_does_not_answer_is_named(self):
        server = Process(self.folder / "lonely.ready", EXAMPLE / "permits.py", "--listen",
                         "127.0.0.1:0", "--data", self.folder / "lonely", "--log",
                         self.folder / "lonely.log", "--payment", "http://127.0.0.1:1", "--mail",
                         "http://127.0.0.1:1")
        self.addCleanup(server.end)
        answer = Browser(int(server.wait())).get("/health/systems")
        self.assertEqual((503, {"payments": "unavailable", "mail": "unavailable"}),
                         (answer.status, json.loads(answer.text)))

    def test_bad_requests_get_clear_answers(self):
        browser = Browser(self.port)
        answer = browser.ask("DELETE", "/apply")
        self.assertEqual((405, "GET, HEAD, POST"), (answer.status, answer.headers["Allow"]))
        self.assertEqual(404, browser.get("/no-such-page").status)
        self.assertIn("n’existe pas", browser.get("/no-such-page?lang=fr").text)
        self.assertEqual(404, browser.get("/static/..%2fpermits.py").status)
        self.assertEqual(404, browser.get("/static/../permits.py").status)
        self.assertEqual(415, browser.ask("POST", "/apply", b"{}", "application/json").status)
        self.assertEqual(404, self.clerk().get("/clerk/applications/99999999999999999").status)
        self.assertEqual("", browser.ask("HEAD", "/").text)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.putrequest("POST", "/apply")
        connection.putheader("Content-Length", "99999999")
        connection.endheaders()
        self.assertEqual(413, connection.getresponse().status)
        connection.close()
        broken = Browser(self.port, "00-" + "0" * 32 + "-00f067aa0ba902b7-01")
        self.assertEqual(200, broken.get("/health").status)
        self.assertNotIn("0" * 32, self.log.read_text())

    def test_one_plate_gets_one_application_however_many_ask(self):
        statuses = []

        def apply():
            browser = Browser(self.port)
            browser.get("/apply")
            statuses.append(browser.post("/apply", **{**ANSWERS, "plate": "RACE1"}).status)

        threads = [threading.Thread(target=apply) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([303] + [409] * 5, sorted(statuses))

    def test_every_page_exists_in_both_languages(self):
        for page in ("/", "/apply", "/status", "/move", "/privacy", "/clerk/sign-in"):
            for language in ("en", "fr"):
                answer = Browser(self.port).get(f"{page}?lang={language}")
                self.assertEqual(200, answer.status)
                self.assertIn(f'<html lang="{language}">', answer.text)

    def test_what_is_refused_at_the_start_is_said(self):
        for listen, word in (("nowhere", "HOST:PORT"), (f"127.0.0.1:{self.port}", "in use")):
            server = Process(self.folder / "never.ready", EXAMPLE / "permits.py", "--listen",
                             listen, "--data", self.folder / "never", "--log",
                             self.folder / "never.log", "--payment", "http://127.0.0.1:1", "--mail",
                         "http://127.0.0.1:1")
            with self.assertRaisesRegex(AssertionError, word):
                server.wait()
            self.assertEqual(1, server.end())


if __name__ == "__main__":
    unittest.main()
