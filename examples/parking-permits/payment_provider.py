#!/usr/bin/env python3
"""A stand-in for the payment provider, for trials: it takes every sound card but one."""

import secrets
import threading

from fields import check_card
from stand_in import StandIn, run

DECLINED_CARD = "4000000000000002"


class Provider(StandIn):
    path, wanted, parts = "/v1/payments", "payment", "order, amount_cents, currency and card"

    def __init__(self, journal):
        super().__init__(journal)
        self.lock = threading.Lock()
        self.payments = {}

    def take(self, request, posted):
        order, amount, currency = posted["order"], posted["amount_cents"], posted["currency"]
        card, wrong = check_card(posted["card"])
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


if __name__ == "__main__":
    run(Provider, "payment provider", "payments", __doc__, 8081)
