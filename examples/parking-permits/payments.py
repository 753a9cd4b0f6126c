"""The payment provider, as its client sees it."""

import http.client
import json
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 10
LARGEST_ANSWER = 64 * 1024


class Declined(Exception):
    """The provider refused the card."""


class Unavailable(Exception):
    """The provider did not answer, or not in a way that can be understood."""


class PaymentProvider:
    def __init__(self, url):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url}: expected the address of the payment provider, http://…")
        self.parts = parts

    def charge(self, order, amount_cents, card, trace):
        """The provider's reference of the payment. The card is passed on and never kept."""
        connect = (
            http.client.HTTPSConnection
            if self.parts.scheme == "https"
            else http.client.HTTPConnection
        )
        connection = connect(self.parts.hostname, self.parts.port, timeout=TIMEOUT_SECONDS)
        body = json.dumps(
            {"order": order, "amount_cents": amount_cents, "currency": "CAD", "card": card}
        )
        headers = {"Content-Type": "application/json", "traceparent": trace.header()}
        try:
            connection.request("POST", self.parts.path.rstrip("/") + "/v1/payments", body, headers)
            answer = connection.getresponse()
            status, content = answer.status, answer.read(LARGEST_ANSWER)
        except (OSError, http.client.HTTPException) as problem:
            raise Unavailable(str(problem)) from problem
        finally:
            connection.close()
        if status == 402:
            raise Declined()
        try:
            reference = json.loads(content)["reference"]
        except (ValueError, KeyError, TypeError):
            raise Unavailable(f"status {status}, without a reference") from None
        if status != 201 or not isinstance(reference, str):
            raise Unavailable(f"status {status}")
        return reference
