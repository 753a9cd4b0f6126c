"""What the exemplary service answers, whichever way a request comes."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta, timezone
from html import escape
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

import pages

YEAR_SECONDS = 365 * 24 * 3600


class Service:
    """What the origin answers, whoever asks."""

    def __init__(self, faults):
        self.faults = faults
        self.form_key = secrets.token_bytes(32)

    def headers(self):
        policy = (f"default-src 'none'; style-src 'sha256-{pages.STYLE_HASH}'; form-action 'self';"
                  " base-uri 'none'")
        if "no-framing" not in self.faults:
            policy += "; frame-ancestors 'none'"
        headers = {} if "no-csp" in self.faults else {"Content-Security-Policy": policy}
        if "no-csp" in self.faults and "no-framing" not in self.faults:
            headers["X-Frame-Options"] = "DENY"
        if "no-nosniff" not in self.faults:
            headers["X-Content-Type-Options"] = "nosniff"
        if "no-referrer-policy" not in self.faults:
            headers["Referrer-Policy"] = "same-origin"
        return headers

    def cookie(self, token):
        cookie = f"__Host-session={token}; Path=/; Secure; HttpOnly; SameSite=Lax"
        if "cookie-insecure" in self.faults:
            cookie = f"__Host-session={token}; Path=/; HttpOnly; SameSite=Lax"
        if "cookie-same-site-none" in self.faults:
            cookie = cookie.replace("SameSite=Lax", "SameSite=None")
        if "cookie-long" in self.faults:
            cookie += f"; Max-Age={2 * YEAR_SECONDS}"
        return cookie

    def form_token(self, session):
        return hmac.new(self.form_key, session.encode(), hashlib.sha256).hexdigest()

    def respond(self, method, target, headers, body):
        """Status, headers as pairs, body."""
        parts = urlsplit(target)
        query = parse_qs(parts.query, max_num_fields=20)
        language = "fr" if query.get("lang", [""])[-1] == "fr" else "en"
        if parts.path == "/privacy" and "privacy-english-only" in self.faults:
            language = "en"
        status, extra, content = self.answer(method, parts.path, language, headers, body)
        found = {"Content-Type": "text/html; charset=utf-8", "Content-Language": language,
                 **self.headers(), **dict(extra)}
        pairs = list(found.items())
        if "undeclared-cookie" in self.faults and parts.path == "/":
            pairs.append(("Set-Cookie", "measure=1; Path=/; Secure; HttpOnly; SameSite=Lax"))
        return status, pairs, content

    def answer(self, method, path, language, headers, body):
        if path in pages.FIELDS and method in ("GET", "HEAD", "POST"):
            return self.form(method, path, language, headers, body)
        if method not in ("GET", "HEAD"):
            return self.plain(405, path, language, "wrong", {"Allow": "GET, HEAD"})
        if path == "/account" or path.startswith("/account/passes/"):
            location = pages.address("/sign-in", language)
            return 303, {"Location": location, "Cache-Control": "no-store"}, b""
        if path == "/.well-known/security.txt" and "no-security-txt" not in self.faults:
            return self.security_txt()
        known = {"/": "home", "/trails": "trails-body"}
        if "no-privacy-page" not in self.faults:
            known["/privacy"] = "privacy-body"
        if "no-cookie-page" not in self.faults:
            silent = "cookie-page-silent" in self.faults
            known["/cookies"] = "cookies-silent" if silent else "cookies-body"
        if "undeclared-route" in self.faults:
            known["/season-report"] = "trails-body"
        if "endless-pages" in self.faults and path.startswith("/trails/of-"):
            known[path] = "trails-body"
        if path in known:
            return self.plain(200, path, language, known[path])
        return self.plain(404, path, language, "missing", {"Cache-Control": "no-store"})

    def plain(self, status, path, language, key, headers=()):
        text = pages.TEXTS[language]
        title = {"/privacy": text["privacy"], "/cookies": text["cookies"]}.get(
            path, text["service"])
        body = f"<p>{escape(text[key])}</p>"
        return status, dict(headers), pages.page(path, language, title, body, self.faults)

    def session(self, headers):
        try:
            jar = SimpleCookie(headers.get("Cookie", ""))
        except CookieError:
            return None
        return jar["__Host-session"].value if "__Host-session" in jar else None

    def form(self, method, path, language, headers, body):
        session = self.session(headers)
        private = {"Cache-Control": "no-store"}
        if method == "POST":
            try:
                fields = parse_qs(body.decode(), max_num_fields=20)
            except ValueError:
                fields = {}
            sent = fields.get("form_token", [""])[-1]
            expected = self.form_token(session) if session else ""
            asked = [name for name, _, _ in pages.FIELDS[path]]
            sound = expected and hmac.compare_digest(expected.encode(), sent.encode())
            if not sound or not all(fields.get(name) for name in asked):
                return self.plain(422 if sound else 403, path, language, "wrong", private)
            # Nobody has a code in a fixture: signing in is refused, the other forms are taken.
            if path == "/sign-in":
                return self.plain(403, path, language, "wrong", private)
            return self.plain(200, path, language, "sent", private)
        if not session:
            session = secrets.token_urlsafe(32)
            private["Set-Cookie"] = self.cookie(session)
        content = pages.form(path, language, self.form_token(session), self.faults)
        title = pages.TEXTS[language][path[1:]]
        return 200, private, pages.page(path, language, title, content, self.faults)

    def security_txt(self):
        days = -30 if "expired-security-txt" in self.faults else 180
        expires = datetime.now(timezone.utc) + timedelta(days=days)
        text = ("Contact: mailto:security@trails.example\n"
                f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}\nPreferred-Languages: en, fr\n")
        return 200, {"Content-Type": "text/plain; charset=utf-8"}, text.encode()
