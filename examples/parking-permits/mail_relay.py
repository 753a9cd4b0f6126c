#!/usr/bin/env python3
"""A stand-in for the City's mail relay, for trials: it takes every message and sends none."""

import argparse
import json
import sys

from fields import EMAIL
from journal import Journal
from server import Server, read_address
from web import Response

LONGEST_SUBJECT = 200
LONGEST_TEXT = 10_000


class Relay:
    def __init__(self, journal):
        self.journal = journal

    def respond(self, request, problem=None):
        if problem:
            return self.answer(problem.status, error="unreadable request")
        if (request.method, request.path) == ("GET", "/health"):
            request.route = "/health"
            return self.answer(200, status="ok")
        if request.path != "/v1/messages":
            return self.answer(404, error="no such resource")
        request.route = "/v1/messages"
        if request.method != "POST":
            return self.answer(405, error="POST a message")
        try:
            message = json.loads(request.body)
            to, subject, text = message["to"], message["subject"], message["text"]
            if not EMAIL.match(to) or not 0 < len(subject) <= LONGEST_SUBJECT \
                    or not 0 < len(text) <= LONGEST_TEXT:
                raise ValueError("not a message")
        except (ValueError, KeyError, TypeError):
            return self.answer(400, error="expected to, subject and text")
        self.journal.write("message.taken", request.trace, to=to)
        return self.answer(202, status="taken")

    @staticmethod
    def answer(status, /, **values):
        return Response(status, json.dumps(values).encode("utf-8"), "application/json")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", default="127.0.0.1:8082", metavar="HOST:PORT")
    parser.add_argument("--log", required=True, metavar="FILE")
    parser.add_argument("--ready-file", metavar="FILE")
    options = parser.parse_args()
    try:
        journal = Journal(options.log, "mail")
        server = Server(read_address(options.listen), journal, Relay(journal).respond)
    except (OSError, ValueError) as problem:
        sys.exit(f"mail relay: {problem}")
    server.run(options.ready_file)


if __name__ == "__main__":
    main()
