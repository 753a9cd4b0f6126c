"""Holds the exemplary service to what it promises, and each of its faults to being one."""

import hashlib
import http.client
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from urllib.parse import urlencode

from processes import ROOT, Process

EXEMPLARY = ROOT / "tests" / "exemplary"
PAGES = ("/", "/apply", "/trails", "/contact", "/sign-in", "/privacy", "/cookies")


class Exemplary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        subprocess.run([sys.executable, EXEMPLARY / "make_certificates.py", cls.folder], check=True)
        cls.good = cls.start("good")

    @classmethod
    def launch(cls, name, *faults):
        process = Process(cls.folder / f"{name}.ready", EXEMPLARY / "service.py", "--certificate",
                          cls.folder / "certificate.pem", "--key", cls.folder / "key.pem",
                          *(word for fault in faults for word in ("--fault", fault)))
        cls.addClassCleanup(process.end)
        return process

    @classmethod
    def start(cls, name, *faults):
        """The ports of a service with these faults."""
        return cls.ports(cls.launch(name, *faults))

    @staticmethod
    def ports(process):
        return {n: int(p) for n, p in (line.split() for line in process.wait().splitlines())}

    def context(self, version=None):
        context = ssl.create_default_context(cafile=self.folder / "ca.pem")
        if version:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = version
        return context

    def ask(self, ports, path, channel="https", method="GET", body=None, **headers):
        if channel == "https":
            connection = http.client.HTTPSConnection("127.0.0.1", ports["https"], timeout=20,
                                                     context=self.context())
        else:
            connection = http.client.HTTPConnection("127.0.0.1", ports[channel], timeout=20)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.text = answer.read().decode("utf-8")
            return answer
        finally:
            connection.close()

    def handshake(self, ports, context):
        with socket.create_connection(("127.0.0.1", ports["https"]), timeout=20) as plain:
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
                return secure.version(), secure.cipher()[0]

    def test_every_page_is_protected_and_links_its_policies_in_both_languages(self):
        for page in PAGES:
            for query in ("", "?lang=fr"):
                answer = self.ask(self.good, page + query)
                self.assertEqual(200, answer.status, page)
                seconds = re.match(r"max-age=(\d+)", answer.headers["Strict-Transport-Security"])
                self.assertGreaterEqual(int(seconds[1]), 31536000)
                self.assertIn("frame-ancestors 'none'", answer.headers["Content-Security-Policy"])
                self.assertEqual("nosniff", answer.headers["X-Content-Type-Options"])
                self.assertEqual("same-origin", answer.headers["Referrer-Policy"])
                self.assertIn(f'href="/privacy{query}"', answer.text)
                self.assertIn(f'href="/cookies{query}"', answer.text)
                self.assertIn('lang="%s"' % ("fr" if query else "en"), answer.text)
                if "<form" in answer.text:
                    self.assertEqual("no-store", answer.headers["Cache-Control"])
                    self.assertRegex(answer.headers["Set-Cookie"],
                                     r"\A__Host-session=[\w-]+; Path=/; Secure; HttpOnly;"
                                     r" SameSite=Lax\Z")
                    self.assertRegex(answer.text, r"<form[^>]*><p>(We collect|Nous recueillons)")
        for query in ("", "?lang=fr"):
            self.assertIn("__Host-session", self.ask(self.good, "/cookies" + query).text)

    def test_forms_take_what_their_own_pages_send(self):
        page = self.ask(self.good, "/contact")
        token = re.search(r'name="form_token" value="(\w+)"', page.text)[1]
        cookie = page.headers["Set-Cookie"].split(";")[0]
        fields = {"email": "a@mail.example", "message": "<b>Hello</b>", "form_token": token}
        sent = self.ask(self.good, "/contact", method="POST", body=urlencode(fields), Cookie=cookie)
        self.assertEqual(200, sent.status)
        for fields, headers, status in (
                ({**fields, "form_token": "0"}, {"Cookie": cookie}, 403), (fields, {}, 403),
                ({"form_token": token}, {"Cookie": cookie}, 422), ({}, {"Cookie": "=;;"}, 403)):
            answer = self.ask(self.good, "/contact", method="POST", body=urlencode(fields), **headers)
            self.assertEqual(status, answer.status)
        self.assertEqual(413, self.ask(self.good, "/contact", method="POST",
                                       **{"Content-Length": "70000"}).status)
        self.assertEqual(405, self.ask(self.good, "/trails", method="POST", body="").status)

    def test_personal_pages_ask_for_sign_in(self):
        for page in ("/account", "/account/passes/1"):
            answer = self.ask(self.good, page)
            self.assertEqual((303, "/sign-in", "no-store"),
                             (answer.status, answer.headers["Location"],
                              answer.headers["Cache-Control"]))

    def test_plain_http_only_redirects_and_the_origin_refuses(self):
        answer = self.ask(self.good, "/apply?lang=fr", "http")
        self.assertEqual(308, answer.status)
        self.assertEqual(f"https://127.0.0.1:{self.good['https']}/apply?lang=fr",
                         answer.headers["Location"])
        self.assertEqual(403, self.ask(self.good, "/", "origin").status)
        self.assertEqual(403, self.ask(self.good, "/", "origin", **{"X-Front-Key": "é"}).status)

    def test_security_txt(self):
        answer = self.ask(self.good, "/.well-known/security.txt")
        self.assertIn("Contact: mailto:", answer.text)
        self.assertRegex(answer.text, r"Expires: \d{4}-\d\d-\d\dT")

    def test_only_new_tls_with_forward_secrecy(self):
        self.assertEqual("TLSv1.3", self.handshake(self.good, self.context())[0])
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            with self.assertRaises(OSError):
                self.handshake(self.good, self.context(version))
        weak = self.context(ssl.TLSVersion.TLSv1_2)
        weak.set_ciphers("AES128-SHA:@SECLEVEL=0")
        with self.assertRaises(OSError):
            self.handshake(self.good, weak)
        self.assertEqual(("TLSv1.2", "AES128-SHA"),
                         self.handshake(self.start("weak", "weak-cipher"), weak))
        self.assertEqual("TLSv1", self.handshake(self.start("old", "tls10"),
                                                 self.context(ssl.TLSVersion.TLSv1))[0])
        with self.assertRaises(OSError):
            self.handshake(self.start("oldest", "tls10-only"), self.context())
        with self.assertRaisesRegex(ssl.SSLCertVerificationError, "expired"):
            self.handshake(self.start("expired", "expired-certificate"), self.context())

    def test_faults_of_the_way_in(self):
        self.assertEqual(200, self.ask(self.start("plain", "plain-content"), "/", "http").status)
        self.assertEqual(403, self.ask(self.start("none", "no-redirect"), "/", "http").status)
        self.assertEqual(302, self.ask(self.start("brief", "temporary-redirect"), "/", "http").status)
        self.assertEqual(200, self.ask(self.start("open", "origin-open"), "/", "origin").status)

    def test_faults_of_answers(self):
        def header(name, path="/"):
            return lambda ports: self.ask(ports, path).headers.get(name)

        def holds(path, text):
            return lambda ports: text in self.ask(ports, path).text

        cases = {
            "no-hsts": (header("Strict-Transport-Security"), None),
            "short-hsts": (header("Strict-Transport-Security"), "max-age=3600; includeSubDomains"),
            "no-csp": (header("Content-Security-Policy"), None),
            "no-nosniff": (header("X-Content-Type-Options"), None),
            "no-referrer-policy": (header("Referrer-Policy"), None),
            "no-framing": (lambda ports: "frame-ancestors" in self.ask(ports, "/").headers[
                "Content-Security-Policy"], False),
            "third-party-script": (holds("/", '<script src="https://cdn.example/'), True),
            "undeclared-cookie": (header("Set-Cookie"),
                                  "measure=1; Path=/; Secure; HttpOnly; SameSite=Lax"),
            "cookie-insecure": (lambda ports: "Secure" in self.ask(ports, "/apply").headers[
                "Set-Cookie"], False),
            "cookie-same-site-none": (lambda ports: "SameSite=None" in self.ask(
                ports, "/apply").headers["Set-Cookie"], True),
            "cookie-long": (lambda ports: "Max-Age=63072000" in self.ask(
                ports, "/apply").headers["Set-Cookie"], True),
            "form-without-notice": (holds("/contact", "We collect"), False),
            "undeclared-field": (holds("/apply", 'name="phone"'), True),
            "undeclared-route": (lambda ports: self.ask(ports, "/season-report").status, 200),
            "endless-pages": (lambda ports: self.ask(ports, "/trails/of-1700").status, 200),
            "no-privacy-page": (lambda ports: self.ask(ports, "/privacy").status, 404),
            "privacy-unlinked": (holds("/trails", 'href="/privacy"'), False),
            "privacy-english-only": (holds("/privacy?lang=fr", '<html lang="en"'), True),
            "no-cookie-page": (lambda ports: self.ask(ports, "/cookies").status, 404),
            "cookie-page-silent": (holds("/cookies", "__Host-session"), False),
            "no-security-txt": (lambda ports: self.ask(
                ports, "/.well-known/security.txt").status, 404),
        }
        launched = {fault: self.launch(fault, fault) for fault in cases}
        for fault, (look, expected) in cases.items():
            with self.subTest(fault=fault):
                self.assertNotEqual(expected, look(self.good))
                self.assertEqual(expected, look(self.ports(launched[fault])))

    def test_a_page_that_breaks_off(self):
        with self.assertRaises(http.client.HTTPException):
            self.ask(self.start("broken", "broken-page"), "/trails")

    def test_an_expired_security_txt(self):
        text = self.ask(self.start("late", "expired-security-txt"), "/.well-known/security.txt").text
        fresh = self.ask(self.good, "/.well-known/security.txt").text
        moment = re.compile(r"Expires: (\S+)")
        self.assertLess(moment.search(text)[1], moment.search(fresh)[1])

    def test_its_service_file_moves_with_the_day_and_the_ports(self):
        ready, out = self.folder / "made.ready", self.folder / "prepared"
        ready.write_text("https 1111\nhttp 2222\norigin 3333\n", encoding="ascii")
        subprocess.run([sys.executable, EXEMPLARY / "prepare.py", "--ready", ready, "--out", out,
                        "--today", "2026-12-03"], check=True)
        text = (out / "garant.yaml").read_text(encoding="utf-8")
        self.assertIn("url: https://127.0.0.1:1111/\n", text)
        self.assertIn("origin: http://127.0.0.1:3333/\n", text)
        self.assertIn("beta-since: 2026-04-11\n", text)
        for document, digest in re.findall(r"(documents/[\w.-]+), digest: sha256:(\w+)", text):
            self.assertEqual(digest, hashlib.sha256((out / document).read_bytes()).hexdigest())


if __name__ == "__main__":
    unittest.main()
