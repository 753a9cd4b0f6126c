"""What the stand-ins of other parties share: they answer JSON and keep a log, for trials."""

import argparse
import json
import sys

from journal import Journal
from server import Server, read_address
from web import Response


class StandIn:
    """A party with one resource, to which something is posted, and a word on how it is."""

    path = ""
    wanted = ""  # what is posted there
    parts = ""   # what it must have

    def __init__(self, journal):
        self.journal = journal

    def respond(self, request, problem=None):
        if problem:
            return self.answer(problem.status, error="unreadable request")
        if (request.method, request.path) == ("GET", "/health"):
            request.route = "/health"
            return self.answer(200, status="ok")
        if request.path != self.path:
            return self.answer(404, error="no such resource")
        request.route = self.path
        if request.method != "POST":
            return self.answer(405, error=f"POST a {self.wanted}")
        try:
            return self.take(request, json.loads(request.body))
        except (ValueError, KeyError, TypeError, AttributeError):
            return self.answer(400, error=f"expected {self.parts}")

    def take(self, request, posted):
        """The answer; raises what reading raises where it is not what was expected."""
        raise NotImplementedError

    @staticmethod
    def answer(status, /, **values):
        return Response(status, json.dumps(values).encode("utf-8"), "application/json")


def run(party, name, system, description, port):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--listen", default=f"127.0.0.1:{port}", metavar="HOST:PORT")
    parser.add_argument("--log", required=True, metavar="FILE")
    parser.add_argument("--ready-file", metavar="FILE")
    options = parser.parse_args()
    try:
        journal = Journal(options.log, system)
        server = Server(read_address(options.listen), journal, party(journal).respond)
    except (OSError, ValueError) as problem:
        sys.exit(f"{name}: {problem}")
    server.run(options.ready_file)
