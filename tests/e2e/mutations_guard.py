"""What is made wrong at the guard, one thing at a time: the proofs that must stop holding, and the words
by which each must name it. No other proof may."""

import re
from dataclasses import dataclass, field

CONFIGURATION, CERTIFICATE = "guard's configuration", "guard's certificate"
TRACING, SOURCES = "guard's tracing and recording", "recorder and its sources"
BEHIND = "service behind the guard"
ITEMS = ("9.4-09", "9.4-10", "9.4-55")  # what the guard and the recorder carry, as far as is seen


@dataclass(frozen=True)
class GuardMutation:
    where: str
    name: str
    turns: dict = field(default_factory=dict)  # proof: words of its explanation
    conf: object = None       # edits nginx.conf
    settings: object = None   # edits guard.json
    do: object = None         # does something else to the world before the look
    undo: object = None       # and makes it right again
    along: bool = False       # a journey is followed
    takes: object = None      # of a team: what its recorder takes, where that is not everything
    hours: int = 0            # so much later everything that runs is asked again, and judged
    lasting: bool = False     # made right again, it still counts for a day
    silent: str = ""          # why no proof need notice it

    @property
    def in_files(self):
        return bool(self.conf or self.settings)


def swap(pattern, by):
    def edit(text):
        changed, count = re.subn(pattern, by, text, flags=re.M)
        if not count:
            raise AssertionError(f"nothing matches {pattern}")
        return changed
    return edit


def without(*beginnings):
    """Leaves lines out."""
    def edit(text):
        for beginning in beginnings:
            text = swap(rf"^ *{re.escape(beginning)}.*\n", "")(text)
        return text
    return edit


def both(*edits):
    def edit(text):
        for one in edits:
            text = one(text)
        return text
    return edit


def location(match, *lines, passes=True):
    """One more, which passes on like the first where nothing else is said."""
    def edit(text):
        block = re.search(r"^    location / \{\n(.*?)^    \}\n", text, re.M | re.S)
        body = "".join(f"      {line}\n" for line in lines) + (block[1] if passes else "")
        return text[:block.start()] + f"    location {match} {{\n{body}    }}\n" + text[block.start():]
    return edit


def location_where(match, pattern, by):
    """One more, which passes on like the first save for that."""
    def edit(text):
        block = re.search(r"^    location / \{\n(.*?)^    \}\n", text, re.M | re.S)[0]
        other = swap(pattern, by)(block).replace("location /", f"location {match}", 1)
        return text.replace(block, other + block)
    return edit


def headers_of(text):
    return re.findall(r"^    (add_header .*;)$", text, re.M)


def location_without(match, name, changed=("", "")):
    """A location of its own that repeats every header of the server but one."""
    def edit(text):
        kept = [line.replace(*changed) for line in headers_of(text)
                if not line.startswith(f"add_header {name} ")]
        return location(match, *kept)(text)
    return edit


def conf(name, turns, *edits, **more):
    return GuardMutation(CONFIGURATION, name, turns, conf=both(*edits), **more)


HSTS, PAGES, COOKIES = "guard.hsts", "guard.page-headers", "guard.cookies-hardened"
REDIRECTS, PLAIN = "guard.plain-redirects", "guard.no-plain-route"
OLD, STRONG, ROUTES = "guard.old-protocols-refused", "guard.strong-ciphers", "guard.tls-routes"
CARRIED = "map.transport-as-declared"
STS = "add_header Strict-Transport-Security"

TRANSPORT_ALONE = (
    conf("HSTS is off", {HSTS: "for 0 seconds"}, without(STS)),
    conf("HSTS holds for an hour", {HSTS: "for 3600 seconds"},
         swap("max-age=31536000", "max-age=3600")),
    conf("HSTS is taken back", {HSTS: "for 0 seconds"}, swap("max-age=31536000", "max-age=0")),
    conf("HSTS cannot be read", {HSTS: "for 0 seconds"},
         swap("max-age=31536000", "max-age=a-year")),
    conf("HSTS is sent twice, and the first says an hour", {HSTS: "for 3600 seconds"},
         swap(rf"^( *){STS} .*$", rf'\1{STS} "max-age=3600" always;\n\g<0>')),
    conf("HSTS is missing on one route", {HSTS: "/trails"},
         location_without("= /trails", "Strict-Transport-Security")),
)
PAGE_HEADERS = (
    conf("a location with a header of its own loses the others",
         {HSTS: "/trails", PAGES: "/trails"}, location("= /trails", "add_header X-Season summer;")),
    conf("content types may be guessed", {PAGES: "nosniff: no"},
         without("add_header X-Content-Type-Options")),
    conf("there is no referrer policy", {PAGES: "referrer policy: no"},
         without("add_header Referrer-Policy")),
    conf("links tell other sites whole addresses", {PAGES: "referrer policy: no"},
         swap("strict-origin-when-cross-origin", "unsafe-url")),
    conf("there is no content security policy", {PAGES: "restricted scripts: no"},
         without("add_header Content-Security-Policy")),
    conf("scripts may stand in a page", {PAGES: "restricted scripts: no"},
         swap("default-src 'self';", "default-src 'self' 'unsafe-inline';")),
    conf("scripts may come from anywhere", {PAGES: "restricted scripts: no"},
         swap("default-src 'self';", "default-src 'self'; script-src *;")),
    conf("the content security policy only reports", {PAGES: "restricted scripts: no"},
         swap("Content-Security-Policy \\$", "Content-Security-Policy-Report-Only $")),
    conf("pages may be framed", {PAGES: "framing: no"}, without("add_header X-Frame-Options"),
         swap(" frame-ancestors 'none';", "")),
    conf("every site may frame pages", {PAGES: "framing: no"},
         swap("frame-ancestors 'none'", "frame-ancestors *")),
    conf("one page may be framed", {PAGES: "/contact"},
         location_without("= /contact", "X-Frame-Options", ("$garant_content_security",
                                                            "\"default-src 'self'\""))),
    conf("X-Frame-Options is off", {}, without("add_header X-Frame-Options"),
         silent="`frame-ancestors` forbids the same to every browser that knows it"),
)
FLAGS = "proxy_cookie_flags ~ secure httponly samesite=lax"
COOKIE_FLAGS = (
    conf("the service's cookie travels without TLS", {COOKIES: "Secure: no"},
         swap(FLAGS, "proxy_cookie_flags ~ httponly samesite=lax")),
    conf("scripts can read the service's cookie", {COOKIES: "HttpOnly: no"},
         swap(FLAGS, "proxy_cookie_flags ~ secure samesite=lax")),
    conf("the service's cookie goes to other sites", {COOKIES: "SameSite: None"},
         swap(FLAGS, "proxy_cookie_flags ~ secure httponly samesite=none")),
    conf("the service's cookie says nothing of other sites", {COOKIES: "SameSite: )"},
         swap(FLAGS, "proxy_cookie_flags ~ secure httponly")),
    conf("cookies pass as the service sends them", {COOKIES: "Secure: no, HttpOnly: no"},
         without("proxy_cookie_flags")),
)
CIPHERS = "^( *)ssl_ciphers (.*);"
CBC = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"
# Debian's OpenSSL speaks the old versions at security level 0 alone.
OLD_CIPHERS = swap(CIPHERS, r'\1ssl_ciphers "\2:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0";')
TLS = (
    conf("TLS 1.0 is spoken", {OLD: "TLSv1.0", ROUTES: "seen.tls is 10", STRONG: CBC},
         swap("ssl_protocols TLSv1.2", "ssl_protocols TLSv1 TLSv1.2"), OLD_CIPHERS),
    conf("TLS 1.1 is spoken", {OLD: "TLSv1.1", ROUTES: "seen.tls is 11", STRONG: CBC},
         swap("ssl_protocols TLSv1.2", "ssl_protocols TLSv1.1 TLSv1.2"), OLD_CIPHERS),
    conf("nothing better than TLS 1.1 is spoken", {OLD: "TLSv1.1", ROUTES: "tls is 10", STRONG: CBC},
         swap("ssl_protocols .*", "ssl_protocols TLSv1 TLSv1.1;"), OLD_CIPHERS),
    conf("a suite without authenticated encryption is offered", {STRONG: CBC},
         swap(CIPHERS, r"\1ssl_ciphers \2:ECDHE-ECDSA-AES128-SHA;")),
    conf("a suite without encryption is offered", {STRONG: "TLS_ECDHE_ECDSA_WITH_NULL_SHA"},
         swap(CIPHERS, r'\1ssl_ciphers "ECDHE-ECDSA-NULL-SHA:\2:@SECLEVEL=0";')),
)


def serve_plainly(text):
    """The plain door passes on what the secure one does."""
    block = re.search(r"^    location / \{\n.*?^    \}\n", text, re.M | re.S)
    return swap(f"^ *{RETURN}\n", block[0].replace("\\", "\\\\"))(text)


RETURN = r"return 308 .*;"
ANSWERED = {PLAIN: "answered over plain HTTP", CARRIED: "served over plain HTTP"}
DOOR = (
    conf("plain HTTP serves the service", {**ANSWERED, REDIRECTS: "with status 200",
                                           COOKIES: "Secure: no"},
         serve_plainly),
    conf("plain HTTP serves one page", {PLAIN: "/contact answered", CARRIED: "/contact was served",
                                        REDIRECTS: "plain.redirects is false"},
         swap(f"^ *({RETURN})\n", "    location / {\n      \\1\n    }\n"
              "    location = /contact {\n      return 200 here;\n    }\n")),
    conf("plain HTTP is refused", {**ANSWERED, REDIRECTS: "with status 403"},
         swap(RETURN, "return 403;")),
    conf("plain HTTP leads to plain HTTP", {**ANSWERED, REDIRECTS: "with status 308"},
         swap("return 308 https:", "return 308 http:")),
    conf("plain HTTP is redirected for a time only", {}, swap("return 308", "return 302"),
         silent="no item asks for a permanent redirect: HSTS keeps browsers on TLS"),
)
JOIN, SEND, KNOWN = "trail.journeys-join", "trail.systems-send", "documents.cookies-known"
APART = {JOIN: "web: journey.joined is false, but must be true"}
NO_SESSIONS = {COOKIES: "__Host-garant-trail-passes: seen.secure was never observed",
               KNOWN: "__Host-garant-trail-passes: seen.lifetime was never observed"}
HANDED_ON = ("proxy_set_header traceparent", "proxy_set_header tracestate")


def trace(name, turns, *edits, **more):
    return GuardMutation(TRACING, name, turns, conf=both(*edits), along=True, **more)


TRACES = (
    trace("the trace is not handed on", APART, without(*HANDED_ON)),
    trace("the trace is taken away", APART, swap(r"traceparent \$.*;", "traceparent '';")),
    trace("all requests are handed on under one trace", APART,
          swap(r"traceparent \$.*;", f"traceparent 00-{'a' * 32}-{'b' * 16}-01;")),
    trace("who asks is named as the parent", APART,
          swap(r"traceparent \$.*;", "traceparent $http_traceparent;")),
    trace("the trace is not handed on along one way", APART,
          location_where("= /trails", r"traceparent \$.*;", "traceparent '';")),
    trace("tracing is off", {**APART, **NO_SESSIONS}, swap("garant on;", "garant off;")),
    trace("the module is unloaded", {**APART, **NO_SESSIONS},
          without("load_module", "garant_settings", "garant_spool", "garant on", *HANDED_ON)),
)
GUARD_MUTATIONS = (*TRANSPORT_ALONE, *PAGE_HEADERS, *COOKIE_FLAGS, *TLS, *DOOR, *TRACES)
