#!/usr/bin/env python3
"""Trail passes: a small service that does everything right that can be seen from outside.

A front speaks TLS and plain HTTP to the public and passes requests on to an origin, which takes
them from nobody else. Each --fault makes one thing wrong, for tests that Garant must notice it.
"""

import argparse
import hmac
import http.client
import os
import secrets
import signal
import socket
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from trails import Service, YEAR_SECONDS

FAULTS = (
    "tls10", "weak-cipher", "expired-certificate", "plain-content", "no-redirect",
    "temporary-redirect", "no-hsts", "short-hsts", "no-csp", "no-nosniff", "no-framing",
    "no-referrer-policy", "third-party-script", "undeclared-cookie", "cookie-insecure",
    "cookie-same-site-none", "cookie-long", "form-without-notice", "undeclared-field",
    "undeclared-route", "no-privacy-page", "privacy-unlinked", "privacy-english-only",
    "no-cookie-page", "cookie-page-silent", "no-security-txt", "expired-security-txt",
    "origin-open", "broken-page", "endless-pages", "tls10-only")
LARGEST_BODY = 64 * 1024
PASSED_ON = ("Accept-Language", "Content-Type", "Cookie")


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address, handler, context=None, **facts):
        self.context = context
        self.facts = facts
        super().__init__(address, handler)

    def server_bind(self):
        # The base class looks the host's name up, which may wait for a resolver.
        socket.socket.bind(self.socket, self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]

    def finish_request(self, request, client_address):
        request.settimeout(15)
        if self.context:
            with self.context.wrap_socket(request, server_side=True) as secure:
                self.RequestHandlerClass(secure, client_address, self)
        else:
            self.RequestHandlerClass(request, client_address, self)

    def handle_error(self, request, client_address):
        """A broken handshake is the client's affair."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def version_string(self):
        return "trails"

    def log_message(self, *_):
        """A fixture keeps no log."""

    def handle_request(self):
        length = self.headers.get("Content-Length", "0")
        if not length.isascii() or not length.isdigit() or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            return self.write(400, [], b"")
        if int(length) > LARGEST_BODY:
            self.close_connection = True
            return self.write(413, [], b"")
        try:
            self.write(*self.respond(self.rfile.read(int(length))))
        except ValueError:
            self.write(400, [], b"")

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = handle_request

    def write(self, status, headers, content):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


class Origin(Handler):
    """Answers only what comes with the front's key."""

    def respond(self, body):
        facts = self.server.facts
        given = self.headers.get("X-Front-Key", "").encode()
        if not hmac.compare_digest(given, facts["key"]) and "origin-open" not in facts["faults"]:
            return 403, [("Content-Type", "text/plain; charset=utf-8")], b"Not by this way.\n"
        return facts["service"].respond(self.command, self.path, self.headers, body)


class Front(Handler):
    """Passes everything on to the origin."""

    def respond(self, body):
        facts = self.server.facts
        if "broken-page" in facts["faults"] and urlsplit(self.path).path == "/trails":
            self.close_connection = True
            raise ConnectionAbortedError("this page breaks off")
        connection = http.client.HTTPConnection(*facts["origin"], timeout=15)
        headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        headers["X-Front-Key"] = facts["key"].decode()
        try:
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            return 502, self.transport_headers(), b""
        finally:
            connection.close()
        skip = ("content-length", "connection", "date", "server")
        kept = [(n, v) for n, v in answer.getheaders() if n.lower() not in skip]
        return answer.status, kept + self.transport_headers(), content

    def transport_headers(self):
        faults = self.server.facts["faults"]
        if "no-hsts" in faults:
            return []
        seconds = 3600 if "short-hsts" in faults else 2 * YEAR_SECONDS
        return [("Strict-Transport-Security", f"max-age={seconds}; includeSubDomains")]


class Plain(Front):
    """Sends everybody to the TLS port, for good."""

    def respond(self, body):
        facts = self.server.facts
        if "plain-content" in facts["faults"]:
            return super().respond(body)
        if "no-redirect" in facts["faults"]:
            return 403, [("Content-Type", "text/plain; charset=utf-8")], b"HTTPS only.\n"
        host = self.headers.get("Host", "").rpartition(":")[0] or "127.0.0.1"
        host = host if host in ("127.0.0.1", "localhost") else "127.0.0.1"
        path = self.path if self.path.startswith("/") else "/"
        location = f"https://{host}:{facts['https_port']}{path}"
        return 302 if "temporary-redirect" in facts["faults"] else 308, [("Location", location)], b""

    def transport_headers(self):
        return []


def tls_context(certificate, key, faults):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if "expired-certificate" in faults:
        certificate = Path(certificate).with_name("expired.pem")
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    if "weak-cipher" in faults:
        context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20:AES128-SHA")
    if not faults.isdisjoint(("tls10", "tls10-only")):
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.options &= ~(ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1)
        context.minimum_version = ssl.TLSVersion.TLSv1
    if "tls10-only" in faults:
        context.maximum_version = ssl.TLSVersion.TLSv1
    context.load_cert_chain(certificate, key)
    return context


def read_address(text):
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text}: expected HOST:PORT, such as 127.0.0.1:0")
    return host, int(port)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("https", "http", "origin"):
        parser.add_argument(f"--{name}", type=read_address, default=("127.0.0.1", 0),
                            metavar="HOST:PORT", help="port 0 takes a free one")
    parser.add_argument("--certificate", required=True, help="PEM; expired.pem beside it")
    parser.add_argument("--key", required=True)
    parser.add_argument("--ready-file", help="written as lines of NAME PORT once all answer")
    parser.add_argument("--fault", action="append", default=[], choices=FAULTS)
    options = parser.parse_args()
    faults, key = frozenset(options.fault), secrets.token_hex(32).encode()
    try:
        context = tls_context(options.certificate, options.key, faults)
        origin = Server(options.origin, Origin, key=key, faults=faults, service=Service(faults))
        facts = {"key": key, "faults": faults, "origin": origin.server_address[:2]}
        https = Server(options.https, Front, context, **facts)
        plain = Server(options.http, Plain, https_port=https.server_port, **facts)
    except OSError as problem:
        sys.exit(f"exemplary service: {problem}")
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    servers = {"https": https, "http": plain, "origin": origin}
    for server in servers.values():
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    if options.ready_file:
        beside = Path(options.ready_file + ".new")
        beside.write_text("".join(f"{n} {s.server_port}\n" for n, s in servers.items()), "ascii")
        os.replace(beside, options.ready_file)
    ended.wait()
    for server in servers.values():
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
