"""The City's mail relay, as its client sees it."""

from partner import Partner, Unavailable


class MailRelay(Partner):
    def __init__(self, url):
        super().__init__(url, "mail relay")

    def send(self, to, subject, text, trace):
        status, _ = self.ask("POST", "/v1/messages", trace,
                             {"to": to, "subject": subject, "text": text})
        if status != 202:
            raise Unavailable(f"status {status}")
