"""What all pages share: the parts of the service, sessions, and the tokens of its forms."""

import hashlib
import hmac
import os
import secrets
import threading
from pathlib import Path

from pages import Markup, Pages
from web import Problem, Response

PRICE_CENTS = 8500
YEAR_SECONDS = 365 * 24 * 3600


class Service:
    def __init__(self, data, database, journal, provider, mail, clerk_password):
        self.uploads = Path(data) / "uploads"
        self.uploads.mkdir(mode=0o700, exist_ok=True)
        self.database = database
        self.journal = journal
        self.provider = provider
        self.mail = mail
        self.clerk_password = clerk_password
        self.pages = Pages(Path(__file__).parent)
        self.form_key = secrets.token_bytes(32)
        self.paying = threading.Lock()

    def answer(self, request, template, status=200, layout="layout", private=False, **values):
        response = Response(status, self.pages.page(request, template, layout, **values))
        response.headers.append(("Content-Language", request.language))
        if private:
            response.headers.append(("Cache-Control", "no-store"))
        return response

    def problems(self, request, keys):
        """A list of what is wrong with a form, or nothing."""
        if not keys:
            return Markup("")
        items = [self.pages.render("problem", request.language, text=self.text(request, key))
                 for key in keys]
        return self.pages.render("problems", request.language, items=Markup("".join(items)))

    def text(self, request, key):
        return self.pages.text(request.language, key)

    def log(self, event, request, **facts):
        self.journal.write(event, request.trace, **facts)

    # Sessions and forms

    def session(self, request):
        token = request.cookie("session")
        return self.database.session(token) if token else None

    def ensure_session(self, request):
        """The token of the session, a new one where there is none."""
        if self.session(request):
            return request.cookie("session")
        token = self.database.create_session()
        self.set_session(request, token)
        return token

    def set_session(self, request, token):
        request.cookies_to_set.append(f"session={token}; Path=/; HttpOnly")

    def form_token(self, session_token):
        digest = hmac.new(self.form_key, session_token.encode("utf-8"), hashlib.sha256)
        return digest.hexdigest()

    def checked_form(self, request):
        """The fields and files of a form that one of our own pages sent."""
        fields, files = request.form()
        token = request.cookie("session")
        expected = self.form_token(token) if token and self.session(request) else ""
        sent = fields.pop("form_token", "")
        if not expected or not hmac.compare_digest(expected.encode(), sent.encode()):
            raise Problem(403, "error.form-token")
        return fields, files

    def remember_visitor(self, request):
        """Counts returning visitors for the yearly report on the service."""
        if not request.cookie("visitor"):
            visitor = secrets.token_hex(8)
            request.cookies_to_set.append(f"visitor={visitor}; Path=/; Max-Age={YEAR_SECONDS}")


def clerk_password(data):
    """From the environment; else made once and kept beside the database."""
    given = os.environ.get("PERMITS_CLERK_PASSWORD")
    if given:
        return given
    path = Path(data) / "clerk-password.txt"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(12) + "\n")
    return path.read_text(encoding="utf-8").strip()
