"""A service for the guard to stand before: says what it heard, and speaks every kind of HTTP."""

import base64
import gzip
import hashlib
import http.server
import json
import threading


class Origin:
    """Ends with `close`. `release` lets the stream of /events go on."""

    def __init__(self):
        self.release = threading.Event()
        origin = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, body, content_type="application/json", headers=()):
                self.send_response(200)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                if self.path == "/events":
                    return self.events()
                if self.path == "/socket":
                    return self.socket()
                if self.path == "/large":
                    return self.answer(bytes(range(256)) * 100_000, "application/octet-stream")
                if self.path.startswith("/status/"):
                    return self.status(int(self.path.rpartition("/")[2]))
                if self.path.startswith("/fields/"):
                    size = int(self.path.rpartition("/")[2])
                    return self.answer(b"{}", headers=[(f"X-Field-{n}", "a" * 1000)
                                                       for n in range(size // 1000)])
                if self.path == "/orders":
                    return self.answer(b"{}", headers=[("X-Accel-Redirect", "/mine/9"),
                                                       ("X-Accel-Limit-Rate", "1")])
                if self.path == "/pieces":
                    return self.pieces()
                if self.path == "/part":
                    return self.part()
                if self.path == "/gzip":
                    return self.answer(gzip.compress(b"a" * 100_000, mtime=0), "text/plain",
                                       [("Content-Encoding", "gzip"), ("ETag", '"a"')])
                if self.path == "/cookie":
                    return self.answer(b"{}", headers=[("Set-Cookie", "visitor=1; Path=/"),
                                                       ("traceresponse", "the service's own"),
                                                       ("X-Frame-Options", "ALLOWALL"),
                                                       ("X-Powered-By", "a tool")])
                heard = [[name.lower(), value] for name, value in self.headers.items()]
                return self.answer(json.dumps({"path": self.path, "headers": heard}).encode())

            def do_HEAD(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", "12345")
                self.end_headers()

            def status(self, status):
                self.send_response(status)
                self.send_header("ETag", '"b"')
                if status not in (204, 304):
                    self.send_header("Content-Length", "4")
                    self.send_header("Retry-After", "7")
                self.end_headers()
                if status not in (204, 304):
                    self.wfile.write(b"body")

            def pieces(self):
                self.send_response(200)
                self.send_header("Content-Type", "application/x-ndjson")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"6\r\nfirst\n\r\n")
                origin.release.wait(60)
                self.wfile.write(b"7\r\nsecond\n\r\n0\r\n\r\n")

            def part(self):
                """RFC 9110's single range, of a hundred bytes."""
                whole = bytes(range(100))
                first, _, last = self.headers["Range"].removeprefix("bytes=").partition("-")
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {first}-{last}/100")
                self.send_header("Content-Length", str(int(last) - int(first) + 1))
                self.end_headers()
                self.wfile.write(whole[int(first):int(last) + 1])

            def do_POST(self):
                if self.path == "/refused":
                    self.close_connection = True
                    self.send_response(403)
                    self.send_header("Content-Length", "2")
                    self.send_header("Connection", "close")
                    self.end_headers()
                    self.wfile.write(b"no")
                    return
                digest = hashlib.sha256()
                size = 0
                for piece in self.body():
                    digest.update(piece)
                    size += len(piece)
                self.answer(json.dumps({"size": size, "sha256": digest.hexdigest()}).encode())

            def body(self):
                left = int(self.headers.get("Content-Length", 0))
                if self.headers.get("Transfer-Encoding") == "chunked":
                    while size := int(self.rfile.readline(), 16):
                        yield self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                while left > 0:
                    piece = self.rfile.read(min(left, 65536))
                    left -= len(piece)
                    yield piece

            def events(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(b"data: first\n\n")
                self.wfile.flush()
                origin.release.wait(60)
                self.wfile.write(b"data: second\n\n")
                self.close_connection = True

            def socket(self):
                """RFC 6455's handshake, then whatever comes goes back."""
                key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
                accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
                self.send_response(101)
                self.send_header("Upgrade", "websocket")
                self.send_header("Connection", "Upgrade")
                self.send_header("Sec-WebSocket-Accept", accept)
                self.end_headers()
                while piece := self.connection.recv(4096):
                    self.connection.sendall(piece)
                self.close_connection = True

            def log_message(self, *words):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 256  # a guard may bring a hundred at once

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.release.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
