#!/usr/bin/env python3
"""A stand-in for the City's mail relay, for trials: it takes every message and sends none."""

from fields import EMAIL
from stand_in import StandIn, run

LONGEST_SUBJECT = 200
LONGEST_TEXT = 10_000


class Relay(StandIn):
    path, wanted, parts = "/v1/messages", "message", "to, subject and text"

    def take(self, request, posted):
        to, subject, text = posted["to"], posted["subject"], posted["text"]
        if not EMAIL.match(to) or not 0 < len(subject) <= LONGEST_SUBJECT \
                or not 0 < len(text) <= LONGEST_TEXT:
            raise ValueError("not a message")
        self.journal.write("message.taken", request.trace, to=to)
        return self.answer(202, status="taken")


if __name__ == "__main__":
    run(Relay, "mail relay", "mail", __doc__, 8082)
