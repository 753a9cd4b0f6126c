#!/usr/bin/env python3
"""A stand-in for the payment provider, for trials: it takes every sound card but one."""

import argparse
import json
import secrets
import sys
import threading

from fields import check_card
from journal import Journal
from server import Server, read_address
from web import Response

DECLINED_CARD = "4000000000000002"


class Provider:
    def __init__(self, journal):
        self.journal = journal
        self.lock = threading.Lock()
        self.payments = {}

    def respond(self, request, problem=None):
        if problem:
            return self.answer(problem.status, error="unreadable request")
        if (request.method, request.path) == ("GET", "/health"):
            request.route = "/health"
            return self.answer(200, status="ok")
        if request.path != "/v1/payments":
            return self.answer(404, error="no such resource")
        request.route = "/v1/payments"
        if request.method != "POST":
            return self.answer(405, error="POST a payment")
        try:
            return self.pay(request, json.loads(request.body))
        except (ValueError, KeyError, TypeError, AttributeError):
            return self.answer(400, error="expected order, amount_cents, currency and card")

    def pay(self, request, payment):
        order, amount, currency = payment["order"], payment["amount_cents"], payment["currency"]
        card, wrong = check_card(payment["card"])
        if not isinstance(order, str) or type(amount) is not int or amount <= 0 or wrong:
            raise ValueError("not a payment")
        if currency != "CAD":
            return self.answer(422, error="only CAD is taken")
        if card["card_number"] == DECLINED_CARD:
            self.journal.write("payment.declined", request.trace, order=order)
            return self.answer(402, error="the card was declined")
        with self.lock:
            # Asked again for the same order, it answers the same and charges nothing.
            reference = self.payments.setdefault(order, "PAY-" + secrets.token_hex(6).upper())
        self.journal.write("payment.accepted", request.trace, order=order, reference=reference,
                           amount_cents=amount)
        return self.answer(201, reference=reference)

    @staticmethod
    def answer(status, /, **values):
        return Response(status, json.dumps(values).encode("utf-8"), "application/json")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", default="127.0.0.1:8081", metavar="HOST:PORT")
    parser.add_argument("--log", required=True, metavar="FILE")
    parser.add_argument("--ready-file", metavar="FILE")
    options = parser.parse_args()
    try:
        journal = Journal(options.log, "payments")
        server = Server(read_address(options.listen), journal, Provider(journal).respond)
    except (OSError, ValueError) as problem:
        sys.exit(f"payment provider: {problem}")
    server.run(options.ready_file)


if __name__ == "__main__":
    main()
