"""The payment provider, as its client sees it."""

import json

from partner import Partner, Unavailable


class Declined(Exception):
    """The provider refused the card."""


class PaymentProvider(Partner):
    def __init__(self, url):
        super().__init__(url, "payment provider")

    def charge(self, order, amount_cents, card, trace):
        """The provider's reference of the payment. The card is passed on and never kept."""
        status, content = self.ask("POST", "/v1/payments", trace, {
            "order": order, "amount_cents": amount_cents, "currency": "CAD", "card": card})
        if status == 402:
            raise Declined()
        try:
            reference = json.loads(content)["reference"]
        except (ValueError, KeyError, TypeError):
            raise Unavailable(f"status {status}, without a reference") from None
        if status != 201 or not isinstance(reference, str):
            raise Unavailable(f"status {status}")
        return reference
