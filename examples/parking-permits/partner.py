"""Another party's service over HTTP, as its client sees it; every call hands the trace on."""

import http.client
import json
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 10
LARGEST_ANSWER = 64 * 1024


class Unavailable(Exception):
    """The party did not answer, or not in a way that can be understood."""


class Partner:
    def __init__(self, url, what):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url}: expected the address of the {what}, http://…")
        self.parts = parts

    def ask(self, method, path, trace, body=None):
        """The status and the content of its answer; raises Unavailable."""
        connect = (
            http.client.HTTPSConnection
            if self.parts.scheme == "https"
            else http.client.HTTPConnection
        )
        connection = connect(self.parts.hostname, self.parts.port, timeout=TIMEOUT_SECONDS)
        headers = {"traceparent": trace.header()}
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        try:
            connection.request(method, self.parts.path.rstrip("/") + path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(LARGEST_ANSWER)
        except (OSError, http.client.HTTPException) as problem:
            raise Unavailable(str(problem)) from problem
        finally:
            connection.close()

    def is_well(self, trace):
        """Whether it says so itself."""
        try:
            return self.ask("GET", "/health", trace)[0] == 200
        except Unavailable:
            return False
