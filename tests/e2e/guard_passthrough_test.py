"""What the guard passes on, held against the same request at the service itself."""

import base64
import hashlib
import http.client
import json
import os
import socket
import subprocess
import unittest
from urllib.parse import urlsplit

from guard_test import Guarded

# What docs/formats/guard.md says that the guard adds, sets or takes away.
OWN = {"strict-transport-security", "x-content-type-options", "x-frame-options", "referrer-policy",
       "content-security-policy", "cache-control", "traceresponse", "server", "date", "connection",
       "set-cookie", "x-powered-by"}


class Passing(Guarded):
    def wire(self, **more):
        plain = socket.create_connection(("localhost", self.https), timeout=60, **more)
        tls = self.context.wrap_socket(plain, server_hostname="localhost")
        self.addCleanup(tls.close)
        return tls

    def websocket(self):
        """A wire on which whatever is sent comes back."""
        wire = self.wire()
        key = base64.b64encode(b"sixteen bytes ok").decode()
        wire.sendall((f"GET /socket HTTP/1.1\r\nHost: localhost:{self.https}\r\n"
                      "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                      f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += wire.recv(1)
        self.assertTrue(head.startswith(b"HTTP/1.1 101 "), head)
        return wire

    def assert_comes_back(self, wire, message):
        wire.sendall(message)
        back = b""
        while len(back) < len(message):
            back += wire.recv(65536)
        self.assertEqual(message, back)

    def test_http_2_passes(self):
        done = self.curl("-w", "\n%{http_version} %{http_code}",
                         f"https://localhost:{self.https}/mine/1")
        body, said = done.stdout.rsplit("\n", 1)
        self.assertEqual("2 200", said)
        self.assertEqual("/mine/1", json.loads(body)["path"])

    def test_large_bodies_pass_unchanged(self):
        body = bytes(range(256)) * 200_000  # 51 MB
        connection = self.connect()
        connection.request("POST", "/", body)
        answer = json.loads(connection.getresponse().read())
        self.assertEqual(len(body), answer["size"])
        self.assertEqual(hashlib.sha256(body).hexdigest(), answer["sha256"])
        _answer, large = self.get("/large")
        self.assertEqual(bytes(range(256)) * 100_000, large)

    def test_a_chunked_body_passes(self):
        connection = self.connect()
        connection.request("POST", "/", iter([b"one", b"two", b"x" * 100_000]),
                           headers={"Transfer-Encoding": "chunked"}, encode_chunked=True)
        self.assertEqual(100_006, json.loads(connection.getresponse().read())["size"])

    def test_a_path_passes_as_it_came(self):
        for path in ("/a%2Fb?x=%20&y=1", "/a//b", "/%C3%A9", "/a/../b"):
            _answer, body = self.get(path)
            self.assertEqual(path, json.loads(body)["path"])

    def test_events_pass_as_they_are_sent(self):
        connection = self.connect()
        connection.request("GET", "/events")
        answer = connection.getresponse()
        self.assertEqual("text/event-stream", answer.getheader("Content-Type"))
        # The second is only sent once the first has come through.
        self.assertEqual(b"data: first\n\n", answer.read1(100))
        self.origin.release.set()
        self.assertEqual(b"data: second\n\n", answer.read())

    def test_websockets_pass_both_ways(self):
        wire = self.websocket()
        for message in (b"\x81\x85abcdefghi", b"y" * 3000):
            self.assert_comes_back(wire, message)

    def straight(self):
        parts = urlsplit(self.origin.url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        self.addCleanup(connection.close)
        return connection

    def told(self, connection, method, path, headers):
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        kept = sorted((name.lower(), value) for name, value in answer.getheaders()
                      if name.lower() not in OWN)
        return answer.status, kept, answer.read()

    def test_answers_come_through_as_they_are(self):
        through, straight = self.connect(), self.straight()
        for method, path, headers in (
                ("HEAD", "/", {}), ("GET", "/status/204", {}), ("GET", "/status/304", {}),
                ("GET", "/status/404", {}), ("GET", "/status/418", {}), ("GET", "/status/503", {}),
                ("GET", "/part", {"Range": "bytes=3-41"}), ("GET", "/large", {}),
                ("GET", "/gzip", {"Accept-Encoding": "gzip"})):
            with self.subTest(method=method, path=path):
                self.assertEqual(self.told(straight, method, path, headers),
                                 self.told(through, method, path, headers))

    def test_one_connection_serves_many_requests(self):
        connection = self.connect()
        wire = None
        for number in range(50):
            if number % 3 == 2:
                connection.request("POST", "/", b"x" * number * 1000)
                self.assertEqual(number * 1000, json.loads(connection.getresponse().read())["size"])
            elif number % 3 == 1:
                connection.request("HEAD", f"/mine/{number}")
                self.assertEqual(b"", connection.getresponse().read())
            else:
                _answer, body = self.get(f"/mine/{number}", connection=connection)
                self.assertEqual(f"/mine/{number}", json.loads(body)["path"])
            wire = wire or connection.sock
            self.assertIs(wire, connection.sock, "it was closed in between")

    def test_another_host_is_refused(self):
        for host in ("evil.example", "evil.example:443", f"127.0.0.1:{self.https}",
                     f"localhost.evil.example:{self.https}"):
            with self.subTest(host=host):
                connection = self.connect()
                connection.request("GET", "/", headers={"Host": host})
                answer = connection.getresponse()
                self.assertEqual(421, answer.status)
                self.assertNotIn(b"headers", answer.read(), "the service was asked")
        self.assertEqual(200, self.get("/", [("accept", "*/*")])[0].status)

    def test_http_1_0_is_answered(self):
        for host in (b"", b"Host: localhost\r\n"):
            wire = self.wire()
            wire.sendall(b"GET /mine/1 HTTP/1.0\r\n" + host + b"\r\n")
            answer = b""
            while chunk := wire.recv(65536):
                answer += chunk
            head, _, body = answer.partition(b"\r\n\r\n")
            self.assertTrue(head.startswith(b"HTTP/1.1 200 "), head)
            self.assertEqual("/mine/1", json.loads(body)["path"])

    def test_who_waits_to_be_told_to_go_on_is_told(self):
        wire = self.wire()
        wire.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                     b"Content-Length: 5\r\nConnection: close\r\n\r\n")
        self.assertTrue(wire.recv(1000).startswith(b"HTTP/1.1 100 "))
        wire.sendall(b"hello")
        answer = b""
        while chunk := wire.recv(65536):
            answer += chunk
        self.assertIn(b'"size": 5', answer)

    def test_a_chunked_body_with_trailers_passes(self):
        wire = self.wire()
        wire.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                     b"Trailer: Digest\r\nConnection: close\r\n\r\n"
                     b"5;part=1\r\nhello\r\n10\r\n" + b"x" * 16 + b"\r\n0\r\nDigest: a\r\n\r\n")
        answer = b""
        while chunk := wire.recv(65536):
            answer += chunk
        self.assertIn(b'"size": 21', answer)

    def test_an_upload_that_breaks_off_harms_nobody(self):
        for _ in range(5):
            wire = self.wire()
            wire.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
                         + b"x" * 5000)
            wire.close()
        self.assertEqual(200, self.get("/mine/1")[0].status)

    def test_a_service_that_refuses_early_is_heard(self):
        connection = self.connect()
        connection.request("POST", "/refused", b"x" * 1000)
        answer = connection.getresponse()
        self.assertEqual((403, b"no"), (answer.status, answer.read()))

    def curl(self, *words, **more):
        return subprocess.run(
            ["curl", "-sS", "--http2", "--cacert", str(self.folder / ".garant/guard/authority.pem"),
             *words], capture_output=True, encoding="utf-8", timeout=120, check=True, **more)

    def test_many_streams_share_a_connection(self):
        addresses = [f"https://localhost:{self.https}/mine/{number}" for number in range(200)]
        done = self.curl("--parallel", "--parallel-max", "100", "-w",
                         "\n%{http_version} %{http_code} %{num_connects}\n", *addresses)
        said = [line for line in done.stdout.splitlines() if line.startswith("2 ")]
        self.assertEqual(200, sum(line.startswith("2 200 ") for line in said), sorted(set(said)))
        self.assertLess(sum(int(line.split()[2]) for line in said), 100, "streams are shared")
        for number in range(200):
            self.assertIn(f'"path": "/mine/{number}"', done.stdout)

    def test_a_large_body_passes_over_http_2(self):
        body = self.write("body", os.urandom(1 << 20) * 110)
        done = self.curl("--data-binary", f"@{body}", "-H", "Expect:",
                         f"https://localhost:{self.https}/")
        self.assertEqual(body.stat().st_size, json.loads(done.stdout)["size"])
        self.assertEqual(hashlib.sha256(body.read_bytes()).hexdigest(),
                         json.loads(done.stdout)["sha256"])

    def test_events_pass_as_they_are_sent_over_http_2(self):
        process = subprocess.Popen(
            ["curl", "-sSN", "--http2", "--cacert",
             str(self.folder / ".garant/guard/authority.pem"),
             f"https://localhost:{self.https}/events"], stdout=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        # The second is only sent once the first has come through.
        self.assertEqual(b"data: first\n", process.stdout.readline())
        self.origin.release.set()
        self.assertEqual([b"\n", b"data: second\n"],
                         [process.stdout.readline(), process.stdout.readline()])

    def test_large_frames_pass_in_pieces(self):
        wire = self.websocket()
        message = os.urandom(1 << 20)
        for start in range(0, len(message), 7001):
            self.assert_comes_back(wire, message[start:start + 7001])

    def test_many_fields_of_an_answer_pass(self):
        answer, _body = self.get("/fields/14000")
        self.assertEqual(200, answer.status)
        self.assertEqual(14, sum(name.startswith("X-Field-") for name, _ in answer.getheaders()))

    def test_pieces_pass_as_they_are_sent(self):
        connection = self.connect()
        connection.request("GET", "/pieces")
        answer = connection.getresponse()
        # The second is only sent once the first has come through.
        self.assertEqual(b"first\n", answer.read1(100))
        self.origin.release.set()
        self.assertEqual(b"second\n", answer.read())

    def test_an_answer_gives_nginx_no_orders(self):
        answer, body = self.get("/orders")
        self.assertEqual((200, b"{}"), (answer.status, body))
        self.assertFalse([name for name, _ in answer.getheaders() if name.startswith("X-Accel")])

    def test_every_method_passes(self):
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "COUNT"):
            with self.subTest(method=method):
                self.assertEqual(*(self.told(connection, method, "/status/404", {})[::2]
                                   for connection in (self.straight(), self.connect())))


class Refusing(Guarded):
    def ask(self, lines, protocol=None, end=None):
        """What comes back, up to `end`, of a request that no client library would send."""
        if protocol:
            self.context.set_alpn_protocols([protocol])
        with socket.create_connection(("localhost", self.https), timeout=60) as plain:
            with self.context.wrap_socket(plain, server_hostname="localhost") as tls:
                tls.sendall(lines)
                tls.settimeout(60)
                answer = b""
                while not (end and end in answer) and (chunk := tls.recv(65536)):
                    answer += chunk
                return answer

    def told(self, *lines):
        """Status and what the service heard, by field."""
        answer = self.ask("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        head, _, body = answer.partition(b"\r\n\r\n")
        status = int(head.split()[1])
        return status, dict(json.loads(body)["headers"]) if status == 200 else {}

    def test_the_service_hears_the_declared_host_and_no_other(self):
        mine = f"localhost:{self.https}"
        for first, host in ((f"GET https://{mine}/ HTTP/1.1", "evil.example"),
                            (f"GET https://{mine}/ HTTP/1.1", "localhost:1"),
                            ("GET / HTTP/1.1", "LOCALHOST:1"), ("GET / HTTP/1.1", "localhost."),
                            ("GET / HTTP/1.1", mine)):
            with self.subTest(first=first, host=host):
                status, heard = self.told(first, f"Host: {host}")
                self.assertEqual((200, mine, mine),
                                 (status, heard.get("host"), heard.get("x-forwarded-host")))
        for lines in (("GET https://evil.example/ HTTP/1.1", f"Host: {mine}"),
                      ("GET / HTTP/1.1", "Host: ")):
            self.assertIn(self.told(*lines)[0], (400, 421), lines)
        self.assertEqual(400, self.told("GET / HTTP/1.1", f"Host: {mine}", "Host: b.example")[0])

    def test_over_http_2_too(self):
        def field(name, value):
            return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value

        def frame(kind, flags, stream, data):
            return (len(data).to_bytes(3, "big") + bytes([kind, flags])
                    + stream.to_bytes(4, "big") + data)

        def answer_to(*hosts, end):
            fields = (field(b":method", b"GET") + field(b":scheme", b"https")
                      + field(b":path", b"/") + b"".join(field(*host) for host in hosts))
            return self.ask(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"")
                            + frame(1, 5, 1, fields), "h2", end)

        mine = f"localhost:{self.https}".encode()
        for hosts in (((b":authority", b"evil.example"),), ((b"host", b"evil.example"),)):
            self.assertIn(b"421 Misdirected", answer_to(*hosts, end=b"</html>"), hosts)
        both = answer_to((b":authority", mine), (b"host", b"evil.example"), end=b"</html>")
        self.assertIn(b"400 Bad Request", both)
        heard = answer_to((b":authority", b"localhost:1"), end=b'"traceparent"')
        self.assertIn(b'["host", "' + mine + b'"]', heard)
        self.assertNotIn(b"localhost:1\"", heard)

    def test_no_other_protocol_than_websocket_is_switched_to(self):
        for protocol in ("h2c", "websocket, h2c", "TLS/1.0", "HTTP/2.0"):
            with self.subTest(protocol=protocol):
                status, heard = self.told("GET / HTTP/1.1", "Host: localhost",
                                          f"Upgrade: {protocol}", "HTTP2-Settings: AAMAAABkAAQAAP")
                self.assertEqual(200, status)
                self.assertFalse({"upgrade", "http2-settings", "connection"} & set(heard), heard)
        _status, heard = self.told("GET / HTTP/1.1", "Host: localhost", "Upgrade: WebSocket")
        self.assertEqual(("websocket", "upgrade"), (heard.get("upgrade"), heard.get("connection")))

    def test_two_ends_of_a_body_are_refused(self):
        head = ("POST / HTTP/1.1", "Host: localhost")
        for lines in (("Content-Length: 5", "Transfer-Encoding: chunked"),
                      ("Content-Length: 5", "Content-Length: 6"),
                      ("Transfer-Encoding: chunked, identity",),
                      ("Transfer-Encoding : chunked",)):
            with self.subTest(lines=lines):
                self.assertIn(self.told(*head, *lines)[0], (400, 501))

    def test_fields_that_a_service_could_take_for_the_guards_are_left_out(self):
        _status, heard = self.told("GET / HTTP/1.1", "Host: localhost", "X_Forwarded_For: 1.2.3.4",
                                   "X.Forwarded.For: 1.2.3.4", "X-Forwarded-For: 1.2.3.4")
        self.assertNotIn("1.2.3.4", str(heard))
        # What names a field of the guard's own as hop by hop does not take it away.
        _status, heard = self.told("GET / HTTP/1.1", "Host: localhost",
                                   "Connection: traceparent, X-Forwarded-For")
        self.assertIn("traceparent", heard)
        self.assertEqual("127.0.0.1", heard.get("x-forwarded-for"))

    def test_a_request_is_not_echoed(self):
        self.assertEqual(405, self.told("TRACE / HTTP/1.1", "Host: localhost")[0])

    def test_more_header_than_the_guard_takes_is_refused_and_not_passed(self):
        answer, _body = self.get("/", [("x-long", "a" * 40_000)])
        self.assertEqual(400, answer.status)
        self.assertEqual(200, self.get("/")[0].status)


# Its tests run in their own file.
del Guarded

if __name__ == "__main__":
    unittest.main()
