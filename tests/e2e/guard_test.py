"""The guard in a real nginx before a real service: what passes, what is added, what is refused."""

import http.client
import json
import re
import signal
import socket
import ssl
import subprocess
import unittest
import warnings
from pathlib import Path

from origin import Origin
from waiting import free_ports
from workplace import GARANT, Workplace, service_file

ROUTES = """\
access:
  methods: [none]
  routes:
    - { match: /, assurance: 0 }
    - { match: "/mine/{id}", assurance: 1 }
"""
SEEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TRACE = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})\Z")


class Guarded(Workplace):
    def setUp(self):
        super().setUp()
        self.origin = Origin()
        self.addCleanup(self.origin.close)
        self.write("garant.yaml", service_file(rest=ROUTES))
        self.https, self.http = free_ports(2)
        self.start()

    def start(self):
        """Starts the guard and waits for it."""
        log = open(self.top / "guard.out", "w", encoding="utf-8")
        self.guard = subprocess.Popen(
            [GARANT, "guard", "run", "--origin", self.origin.url, "--https-port", str(self.https),
             "--http-port", str(self.http)],
            cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=log, encoding="utf-8")
        self.addCleanup(log.close)
        self.addCleanup(self.stop)
        for line in self.guard.stdout:
            if line.startswith("Ctrl-C"):
                break
        else:
            self.fail((self.top / "guard.out").read_text(encoding="utf-8"))
        self.context = ssl.create_default_context(
            cafile=str(self.folder / ".garant" / "guard" / "authority.pem"))

    def stop(self):
        if self.guard.poll() is None:
            self.guard.send_signal(signal.SIGTERM)
        self.guard.wait(timeout=60)
        self.guard.stdout.close()

    def connect(self, **more):
        connection = http.client.HTTPSConnection("localhost", self.https, context=self.context,
                                                 timeout=60, **more)
        self.addCleanup(connection.close)
        return connection

    def get(self, path, headers=(), connection=None):
        """The answer and its body; header fields may repeat."""
        connection = connection or self.connect()
        connection.putrequest("GET", path)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer, answer.read()

    def heard(self, path, headers=()):
        """What the service heard of a request: values by field."""
        answer, body = self.get(path, headers)
        self.assertEqual(200, answer.status, body)
        values = {}
        for name, value in json.loads(body)["headers"]:
            values.setdefault(name, []).append(value)
        return answer, values


class TraceTest(Guarded):
    def test_a_trace_is_taken_over_and_passed_on(self):
        answer, values = self.heard("/", [("traceparent", SEEN), ("tracestate", "a=1"),
                                          ("tracestate", "b=2")])
        parents = values["traceparent"]
        self.assertEqual(1, len(parents))
        trace, span, flags = TRACE.match(parents[0]).groups()
        self.assertEqual("4bf92f3577b34da6a3ce929d0e0e4736", trace)
        self.assertNotEqual("00f067aa0ba902b7", span)
        self.assertEqual("01", flags)
        self.assertEqual(["a=1,b=2"], values["tracestate"])
        self.assertEqual(parents[0], answer.getheader("traceresponse"))

    def test_a_bad_one_begins_a_trace(self):
        for headers in ([], [("traceparent", SEEN), ("traceparent", SEEN)],
                        [("traceparent", SEEN.upper())], [("traceparent", SEEN + "x" * 4000)],
                        [("traceparent", "ff" + SEEN[2:])], [("TraceParent", SEEN[:-1])]):
            with self.subTest(headers=str(headers)[:120]):
                answer, values = self.heard("/", [*headers, ("tracestate", "a=1")])
                self.assertEqual(1, len(values["traceparent"]))
                trace = TRACE.match(values["traceparent"][0])
                self.assertIsNotNone(trace)
                self.assertNotEqual("4bf92f3577b34da6a3ce929d0e0e4736", trace.group(1))
                self.assertNotIn("tracestate", values)
                self.assertEqual(values["traceparent"], [answer.getheader("traceresponse")])

    def test_each_request_of_a_connection_has_a_span_of_its_own(self):
        connection = self.connect()
        seen = set()
        for _ in range(20):
            answer, _body = self.get("/", connection=connection)
            seen.add(answer.getheader("traceresponse"))
        self.assertEqual(20, len(seen))

    def test_the_services_own_traceresponse_is_left_out(self):
        answer, _body = self.get("/cookie")
        self.assertEqual(1, len(answer.msg.get_all("traceresponse")))
        self.assertRegex(answer.getheader("traceresponse"), TRACE)


class HeadersTest(Guarded):
    def test_plain_http_goes_to_the_declared_host_alone(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.http, timeout=60)
        self.addCleanup(connection.close)
        connection.request("GET", "/mine/7?a=b", headers={"Host": "evil.example"})
        answer = connection.getresponse()
        answer.read()
        self.assertEqual(308, answer.status)
        self.assertEqual(f"https://localhost:{self.https}/mine/7?a=b", answer.getheader("Location"))

    def test_security_headers_stand_once_and_the_services_weaker_ones_go(self):
        answer, _body = self.get("/cookie")
        for name, value in (("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
                            ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
                            ("Referrer-Policy", "strict-origin-when-cross-origin"),
                            ("Cache-Control", "no-store")):
            self.assertEqual([value], answer.msg.get_all(name), name)
        self.assertIn("default-src 'self'", answer.getheader("Content-Security-Policy"))
        self.assertIsNone(answer.getheader("X-Powered-By"))
        cookie = answer.getheader("Set-Cookie").lower()
        for word in ("secure", "httponly", "samesite=lax"):
            self.assertIn(word, cookie)

    def test_only_modern_tls_is_spoken(self):
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_verify_locations(self.folder / ".garant" / "guard" / "authority.pem")
            context.set_ciphers("DEFAULT@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # old ones are the point
                context.minimum_version = context.maximum_version = version
            with socket.create_connection(("localhost", self.https), timeout=60) as plain:
                with self.assertRaises((ssl.SSLError, ConnectionError)):
                    context.wrap_socket(plain, server_hostname="localhost")

    def test_who_asks_cannot_say_who_asks(self):
        _answer, values = self.heard("/", [("X-Forwarded-For", "1.2.3.4"),
                                           ("X-Forwarded-Proto", "http"),
                                           ("X-Forwarded-Host", "evil.example"),
                                           ("Forwarded", "for=1.2.3.4")])
        self.assertEqual(["127.0.0.1"], values["x-forwarded-for"])
        self.assertEqual(["https"], values["x-forwarded-proto"])
        self.assertEqual([f"localhost:{self.https}"], values["x-forwarded-host"])
        self.assertNotIn("forwarded", values)

    def test_a_session_is_made_only_where_a_route_needs_one(self):
        answer, _body = self.get("/")
        self.assertIsNone(answer.getheader("Set-Cookie"))
        answer, _body = self.get("/mine/7")
        cookie = answer.getheader("Set-Cookie")
        self.assertRegex(cookie, r"\A__Host-garant-dog-licences=[0-9a-f]{32}; Path=/; Secure; "
                                 r"HttpOnly; SameSite=Lax\Z")
        again, _body = self.get("/mine/7", [("Cookie", cookie.split(";")[0])])
        self.assertIsNone(again.getheader("Set-Cookie"))


class ConfigurationTest(Workplace):
    def render(self, *words, status=0):
        return self.call("guard", *words, "--folder", self.folder / "guard", "--origin",
                         "http://127.0.0.1:9", "--host", "permits.example", status=status)

    def test_what_was_changed_shows(self):
        self.write("garant.yaml", service_file(rest=ROUTES))
        self.render("render")
        self.assertIn("is what the service file asks for", self.render("diff").stdout)
        path = self.folder / "guard" / "nginx.conf"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("TLSv1.2 TLSv1.3", "TLSv1 TLSv1.2"), encoding="utf-8")
        said = self.render("diff", status=1).stdout
        self.assertIn("-     ssl_protocols TLSv1 TLSv1.2;\n+     ssl_protocols TLSv1.2 TLSv1.3;",
                      said)
        self.render("render")
        self.write("garant.yaml", service_file(rest=ROUTES.replace("/mine/{id}", "/yours/{id}")))
        said = self.render("diff", status=1).stdout
        self.assertIn('+    "match": "/yours/{id}",', said)
        self.assertIn("guard.json", said)

    def test_bad_settings_stop_nginx_before_it_starts(self):
        nginx = "/usr/sbin/nginx"
        module = Path(GARANT).parent.parent / "guard" / "nginx" / "ngx_http_garant_module.so"
        conf = self.write("nginx.conf", f"""\
load_module "{module}";
pid {self.folder}/pid;
error_log stderr;
events {{ }}
http {{
  access_log off;
  garant_settings {self.folder}/guard.json;
  garant_spool {self.folder}/spool;
  server {{ listen 127.0.0.1:9; garant on; }}
}}
""")

        def test():
            return subprocess.run([nginx, "-t", "-c", str(conf), "-e", "stderr"],
                                  capture_output=True, encoding="utf-8", timeout=60, check=False)

        self.assertIn("guard.json", test().stderr)
        self.assertNotEqual(0, test().returncode)
        self.write("guard.json", '{"garant-guard": 1}')
        done = test()
        self.assertNotEqual(0, done.returncode)
        self.assertIn("/service", done.stderr)
        self.write("guard.json", json.dumps({"garant-guard": 1, "service": "s", "declared": "",
                                             "session-cookie": "", "routes": []}))
        self.assertEqual(0, test().returncode, test().stderr)

    def test_refusals_say_what_and_what_to_do(self):
        self.write("garant.yaml", service_file(rest=ROUTES))
        done = self.call("guard", "run", status=2)
        self.assertIn("--origin", done.stderr)
        done = self.call("guard", "run", "--origin", "http://127.0.0.1:9", "--https-port", "x",
                         status=2)
        self.assertIn("--https-port", done.stderr)
        done = self.call("guard", "render", "--origin", "http://127.0.0.1:9", "--host", "a b",
                         status=2)
        self.assertIn("a b", done.stderr)


if __name__ == "__main__":
    unittest.main()
