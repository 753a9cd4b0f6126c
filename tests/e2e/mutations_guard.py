"""What is made wrong in the guard's configuration: the proofs that must stop holding, and words by
which each must name it. No other proof may."""

import re

from guard_mutation import (CARRIED, CLOSED, COOKIES, FITTING, HSTS, KNOWN, OLD, PAGES, PLAIN,
                            REDIRECTS, ROUTES, STRONG, TOLD, VALID, conf, location,
                            location_without, swap, without)

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
    conf("nothing better than TLS 1.1 is spoken",
         {OLD: "TLSv1.1", ROUTES: "seen.tls is 10", STRONG: CBC},
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
    conf("plain HTTP leads elsewhere",
         {REDIRECTS: "with status 308", CARRIED: "plain.redirects is false"},
         swap("return 308 https://[^$]*", "return 308 https://elsewhere.example")),
)
KEPT_BACK = "return 404;"
WAYS = (
    conf("security.txt is kept back", {"guard.security-txt": "has no security.txt"},
         location("= /.well-known/security.txt", KEPT_BACK, passes=False)),
    conf("the privacy policy is kept back", {"documents.privacy-policy": "at /privacy, but nothing",
                                             "documents.privacy-policy-published": "at /privacy"},
         location("= /privacy", KEPT_BACK, passes=False)),
    conf("a page breaks off", {
        "guard.crawl-complete": "2 links failed", **{proof: "/trails: seen" for proof in (
            HSTS, PAGES, PLAIN, ROUTES, "map.third-parties-known")}},
         location("= /trails", "return 444;", passes=False)),
    conf("a page behind sign-in is served to everybody",
         {"guard.sign-in-fits": "/account is declared to need assurance 2"},
         location("= /account", "rewrite ^ /trails break;")),
    conf("a page is served that nobody declared",
         {"guard.routes-known": "/season-report answers", "harden.test-scope": "/season-report"},
         swap(r"^    location / \{\n", r"\g<0>      sub_filter '</footer>' "
              "'<a href=\"/season-report\">Report</a></footer>';\n"),
         location("= /season-report", "rewrite ^ /trails break;")),
    conf("a script from elsewhere is put into pages", {"map.third-parties-known": "cdn.example"},
         swap(r"^    location / \{\n", r"\g<0>      sub_filter '</head>' "
              "'<script src=\"https://cdn.example/m.js\"></script></head>';\n")),
    conf("a cookie is added that nobody declared",
         {KNOWN: "the cookie measure", TOLD: "the cookie measure",
          FITTING: "The cookie measure"},
         swap(f"^( *){STS}", r'\1add_header Set-Cookie "measure=1; Path=/; Secure; HttpOnly; '
              r'SameSite=Lax";\n\g<0>')),
)
NO_PAGE = {
    "map.fields-known": "/apply: seen.name was never observed",
    "documents.notice-seen": "/apply: seen.notice was never observed",
    "documents.privacy-policy": "at /privacy, but nothing answers there",
    "documents.privacy-policy-published": "at /privacy, but nothing answers there",
    "documents.cookie-policy": "at /cookies, but nothing answers there",
    "documents.cookie-policy-published": "at /cookies, but nothing answers there",
    "guard.security-txt": "has no security.txt", KNOWN: "__Host-session: seen.lifetime was never",
    TOLD: "does not mention the cookie", COOKIES: "__Host-session: seen.secure was never observed"}
NO_TLS = {
    ROUTES: "seen.https is false", HSTS: "for 0 seconds", OLD: "tls.answers is false",
    CARRIED: "tls.answers is false", VALID: "certificate-valid was never observed",
    STRONG: "tls.weak-ciphers was never observed", PAGES: "restricted scripts: no"}
# With teams of their own: what answers with an error might be any page that was ever seen.
GONE = (
    conf("the port for TLS speaks plain HTTP", {**NO_PAGE, **NO_TLS}, swap(" ssl http2;", ";"),
         lasting=True),
    conf("the guard passes on to nobody", {**NO_PAGE, CLOSED: "seen.same was never observed"},
         swap("    server 127.0.0.1:.*;", "    server 127.0.0.1:9;"), lasting=True),
    conf("the service is not told that it is the guard who asks",
         {**NO_PAGE, CLOSED: "seen.same was never observed", PAGES: "for which seen.html yet"},
         without("proxy_set_header X-Front-Key"), lasting=True),
)
CONFIGURED = (*TRANSPORT_ALONE, *PAGE_HEADERS, *COOKIE_FLAGS, *TLS, *DOOR, *WAYS, *GONE)
