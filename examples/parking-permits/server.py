"""HTTP/1.1 over threads: reads requests within limits, answers all of them, logs each."""

import os
import signal
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from journal import Trace
from web import LARGEST_UPLOAD, Problem, Request, Response

LARGEST_BODY = LARGEST_UPLOAD + 64 * 1024
IDLE_SECONDS = 20


def read_address(text):
    host, separator, port = text.rpartition(":")
    if not separator or not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError(f"{text}: expected HOST:PORT, such as 127.0.0.1:0")
    return host, int(port)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address, journal, respond):
        self.journal = journal
        self.respond = respond
        super().__init__(address, Handler)

    def server_bind(self):
        # The base class looks the host's name up, which may wait for a resolver.
        socket.socket.bind(self.socket, self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]

    def handle_error(self, request, client_address):
        problem = repr(sys.exception())
        self.journal.write("connection.broken", client=client_address[0], problem=problem)

    def run(self, ready_file=None):
        """Serves until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: threading.Thread(target=self.shutdown).start())
        self.journal.write("service.started", port=self.server_port)
        if ready_file:
            path = Path(ready_file)
            beside = path.with_name(path.name + ".new")
            beside.write_text(f"{self.server_port}\n", encoding="ascii")
            os.replace(beside, path)
        self.serve_forever(poll_interval=0.1)
        self.server_close()
        self.journal.write("service.stopped")
        self.journal.close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS

    def version_string(self):
        return "permits"

    def log_message(self, *_):
        """The journal has its own lines."""

    def read_body(self):
        if self.headers.get("Transfer-Encoding"):
            raise Problem(411, "error.length")
        length = self.headers.get("Content-Length", "0")
        if not length.isascii() or not length.isdigit():
            raise Problem(400, "error.length")
        if int(length) > LARGEST_BODY:
            raise Problem(413, "error.too-large")
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            raise Problem(400, "error.length")
        return body

    def handle_request(self):
        started = time.monotonic()
        trace = Trace(self.headers.get("traceparent"))
        request = None
        try:
            target = self.path if self.path.startswith("/") else "/"
            request = Request(self.command, target, self.headers, b"",
                              self.client_address[0], trace)
            request.body = self.read_body()
        except Problem as problem:
            self.close_connection = True
            response = self.server.respond(request, problem)
        except ValueError:
            self.close_connection = True
            response = Response(400, b"Bad request\n", "text/plain; charset=utf-8")
        else:
            response = self.server.respond(request)
        self.write(request, response)
        milliseconds = round((time.monotonic() - started) * 1000, 1)
        self.server.journal.write(
            "request", trace, method=self.command, route=request.route if request else None,
            status=response.status, ms=milliseconds, client=self.client_address[0])

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = handle_request

    def write(self, request, response):
        self.send_response(response.status)
        self.send_header("Content-Type", response.media_type)
        self.send_header("Content-Length", str(len(response.body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Frame-Options", "DENY")
        for name, value in response.headers:
            self.send_header(name, value)
        for cookie in request.cookies_to_set if request else ():
            self.send_header("Set-Cookie", cookie)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
