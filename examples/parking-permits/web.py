"""Requests, answers, routes and forms: the little that a service needs of HTTP."""

import re
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

LARGEST_FORM = 64 * 1024
LARGEST_UPLOAD = 4 * 1024 * 1024
MOST_FIELDS = 40


class Problem(Exception):
    """What is answered instead of a page: a status, and the key of a text that says why."""

    def __init__(self, status, text, headers=()):
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = list(headers)


@dataclass
class Upload:
    name: str
    content: bytes


@dataclass
class Response:
    status: int = 200
    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    headers: list = field(default_factory=list)


class Request:
    def __init__(self, method, target, headers, body, client, trace):
        parts = urlsplit(target)
        self.method = method
        self.path = parts.path
        self.headers = headers
        self.body = body
        self.client = client
        self.trace = trace
        self.route = None
        self.params = {}
        self.cookies_to_set = []
        query = parse_qs(parts.query, max_num_fields=MOST_FIELDS)
        self.query = {name: values[-1] for name, values in query.items()}
        self.language = "fr" if self.query.get("lang") == "fr" else "en"

    def cookie(self, name):
        try:
            jar = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return None
        return jar[name].value if name in jar else None

    def local(self, path):
        """The path of a page of ours in the language of this request."""
        return path + "?lang=fr" if self.language == "fr" else path

    def form(self):
        """The fields and the files that were sent; raises Problem where they cannot be read."""
        media_type = self.headers.get("Content-Type", "")
        if media_type.split(";")[0].strip().lower() == "multipart/form-data":
            return read_multipart(media_type, self.body)
        if media_type.split(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            raise Problem(415, "error.form-type")
        if len(self.body) > LARGEST_FORM:
            raise Problem(413, "error.form-size")
        try:
            pairs = parse_qs(
                self.body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS
            )
        except ValueError:
            raise Problem(400, "error.form-unreadable") from None
        return {name: values[-1].strip() for name, values in pairs.items()}, {}


def read_multipart(media_type, body):
    found = re.search(r'boundary="?([0-9A-Za-z\'()+_,./:=?-]{1,70})"?', media_type)
    if not found:
        raise Problem(400, "error.form-unreadable")
    delimiter = b"\r\n--" + found.group(1).encode("ascii")
    parts = (b"\r\n" + body).split(delimiter)
    if len(parts) < 3 or not parts[-1].startswith(b"--") or len(parts) > MOST_FIELDS:
        raise Problem(400, "error.form-unreadable")
    fields, files = {}, {}
    for part in parts[1:-1]:
        head, separator, content = part.partition(b"\r\n\r\n")
        disposition = re.search(
            rb'content-disposition:\s*form-data;\s*name="([^"\r\n]*)"'
            rb'(?:;\s*filename="([^"\r\n]*)")?',
            head,
            re.IGNORECASE,
        )
        if not separator or not disposition:
            raise Problem(400, "error.form-unreadable")
        name = disposition.group(1).decode("utf-8", "replace")
        if disposition.group(2) is not None:
            files[name] = Upload(disposition.group(2).decode("utf-8", "replace"), content)
        elif len(content) > LARGEST_FORM:
            raise Problem(413, "error.form-size")
        else:
            fields[name] = content.decode("utf-8", "replace").strip()
    return fields, files


class Router:
    """Route templates, such as /applications/{reference}, and who answers them."""

    def __init__(self):
        self.routes = []

    def add(self, method, template, handler):
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template))
        self.routes.append((method, template, re.compile(pattern + r"\Z"), handler))

    def find(self, request):
        """The handler; sets the request's route and params. Raises Problem for 404 and 405."""
        wanted = "GET" if request.method == "HEAD" else request.method
        allowed = set()
        for method, template, pattern, handler in self.routes:
            matched = pattern.match(request.path)
            if not matched:
                continue
            request.route = template
            if method == wanted:
                request.params = matched.groupdict()
                return handler
            allowed |= {"GET", "HEAD"} if method == "GET" else {method}
        if allowed:
            raise Problem(405, "error.method", [("Allow", ", ".join(sorted(allowed)))])
        raise Problem(404, "error.not-found")


def redirect(location):
    return Response(303, headers=[("Location", location), ("Cache-Control", "no-store")])
