"""The exemplary service without a front of its own: it sends no protective header, takes requests
from whoever holds the front's key, and keeps a log of JSON lines."""

import json
import secrets
import sys
import threading
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

from exemplary_world import EXEMPLARY
from workplace import TRACED_MAPPING

sys.path.insert(0, str(EXEMPLARY))

from service import Origin, Server  # noqa: E402
from trails import Service  # noqa: E402

GUARD_COOKIE = "__Host-garant-trail-passes"
MAPPING = TRACED_MAPPING % "web" + "facts: { method: /method, status: /status }\n"


class Bare(Service):
    """Leaves to the guard whatever a guard can add."""

    def headers(self):
        return {}

    def cookie(self, token):
        return f"__Host-session={token}; Path=/"

    def plain(self, status, path, language, key, headers=()):
        status, headers, content = super().plain(status, path, language, key, headers)
        if path == "/cookies":
            content = content.replace(b"</main>", b"<p>%s</p></main>" % GUARD_COOKIE.encode())
        return status, headers, content


class Logged(Origin):
    disable_nagle_algorithm = True  # head and body go out apart

    def respond(self, body):
        self.server.facts["wait"]()
        facts = self.server.facts
        if urlsplit(self.path).path in facts["open"]:
            answer = facts["service"].respond(self.command, self.path, self.headers, body)
        else:
            answer = super().respond(body)
        facts["log"](self, answer[0])
        return answer


class GuardedOrigin:
    """Runs in this process, so that a test can change it between two requests."""

    def __init__(self, log):
        self.log = log
        self.log.touch()
        self.silent = False          # it keeps no log
        self.forgets = ()            # what it leaves out of its log
        self.ahead = timedelta()     # of its clock
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.asked = 0               # requests that came
        self.faults = set()         # as tests/exemplary/service.py has them
        self.open = set()            # paths that it serves whoever asks
        self.key = secrets.token_hex(32)
        self.lock = threading.Lock()
        self.server = Server(("127.0.0.1", 0), Logged, key=self.key.encode(), faults=self.faults,
                             service=Bare(self.faults), log=self.tell, wait=self.wait,
                             open=self.open)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def wait(self):
        with self.lock:
            self.asked += 1
        self.goes_on.wait(60)

    def tell(self, request, status):
        if self.silent:
            return
        now = datetime.now(timezone.utc) + self.ahead
        line = {"time": now.isoformat(timespec="milliseconds"), "event": "request",
                "method": request.command, "status": status, "span": secrets.token_hex(8)}
        parts = request.headers.get("traceparent", "").split("-")
        if len(parts) == 4:
            line |= {"trace": parts[1], "parent": parts[2]}
        line = {name: value for name, value in line.items() if name not in self.forgets}
        with self.lock, self.log.open("a", encoding="ascii") as log:
            log.write(json.dumps(line) + "\n")

    def end(self):
        self.goes_on.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
