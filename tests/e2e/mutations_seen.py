"""Faults of the running service, and of the trail itself."""

import shutil
from datetime import timedelta

from exemplary_world import change
from mutations import RUNNING, TRAIL, Mutation, section
from workplace import LOG

FAULTS = (
    ("tls10", "TLS 1.0 is spoken", "TLSv1"),
    ("weak-cipher", "a weak cipher suite is offered", "TLS_RSA_WITH_AES_128_CBC_SHA"),
    ("expired-certificate", "the certificate has expired", "certificate"),
    ("plain-content", "pages are served without TLS", "plain"),
    ("no-redirect", "plain HTTP is not redirected", "redirects"),
    ("temporary-redirect", "plain HTTP is redirected for a time only", "redirects"),
    ("no-hsts", "there is no HSTS", "hsts"),
    ("short-hsts", "HSTS holds for an hour", "3600"),
    ("no-csp", "there is no content security policy", "csp"),
    ("no-nosniff", "media types may be guessed", "nosniff"),
    ("no-framing", "pages may be framed", "framing"),
    ("no-referrer-policy", "addresses are told to others", "referrer-policy"),
    ("third-party-script", "a page loads a script from elsewhere", "cdn.example"),
    ("undeclared-cookie", "a cookie is set that nobody declared", "measure"),
    ("cookie-insecure", "a cookie travels without TLS", "__Host-session"),
    ("cookie-same-site-none", "a cookie goes to other sites", "__Host-session"),
    ("cookie-long", "a session's cookie lives for years", "__Host-session"),
    ("form-without-notice", "a form has no notice", "/contact"),
    ("undeclared-field", "a form asks for more than is declared", "phone"),
    ("undeclared-route", "a page is there that nobody declared", "/season-report"),
    ("tls10-only", "nothing better than TLS 1.0 is spoken", ("10", "127.0.0.1")),
    ("endless-pages", "there are more pages than anybody looks at", "bound"),
    ("broken-page", "a page breaks off", "links failed"),
    ("no-privacy-page", "there is no privacy policy", "/privacy"),
    ("privacy-unlinked", "a page does not lead to the privacy policy", "/privacy"),
    ("privacy-english-only", "the privacy policy is in one language", "/privacy"),
    ("no-cookie-page", "there is no cookie policy", "/cookies"),
    ("cookie-page-silent", "the cookie policy does not name the cookie", "__Host-session"),
    ("no-security-txt", "there is no security.txt", "has no security.txt"),
    ("expired-security-txt", "security.txt has expired", "expires"),
    ("origin-open", "the origin answers past the front", "web"),
)
SILENT = {
    "temporary-redirect": "no item asks for a permanent redirect: HSTS keeps browsers on TLS",
    "privacy-english-only": "guideline 9 asks for the policy, another guideline for both languages",
}
SEEN = tuple(Mutation(RUNNING, name, cause, faults=(fault,), silent=SILENT.get(fault, ""))
             for fault, name, cause in FAULTS)


def no_trail(team):
    shutil.rmtree(team.trail)


def no_root_key(team):
    team.root.unlink()


def of_another_service(team):
    """The trail stays; the service file is another's."""
    change(team.file, lambda text: text.replace("id: trail-passes", "id: ski-passes", 1))


def looked_at_another_service(team):
    of_another_service(team)
    team.look()
    change(team.file, lambda text: text.replace("id: ski-passes", "id: trail-passes", 1))


def flipped_byte(team):
    log = team.trail / LOG
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 1
    log.write_bytes(content)


def shortened(team):
    log = team.trail / LOG
    log.write_bytes(log.read_bytes()[:-100])


DAY = timedelta(days=1)
TRAILS = (
    Mutation(TRAIL, "nothing was ever looked at", "never observed", looks=False),
    Mutation(TRAIL, "nobody ever said anything", "acts has no element", signs=False),
    Mutation(TRAIL, "there is no trail", "never observed", damage=no_trail),
    Mutation(TRAIL, "the root key is lost", "acts has no element", damage=no_root_key),
    Mutation(TRAIL, "the trail is another service's",
             ("signed for another service", "never observed"), damage=of_another_service),
    Mutation(TRAIL, "what was looked at is another service", "never observed", signs=False,
             looks=False, damage=looked_at_another_service),
    Mutation(TRAIL, "a look from this machine is to serve for production", "loopback",
             declare=section("service", "environment: trial", "environment: production")),
    Mutation(TRAIL, "two days pass and nobody looks", "too old", later=2 * DAY),
    Mutation(TRAIL, "eight days pass and nobody looks", "too old", later=8 * DAY),
    Mutation(TRAIL, "five weeks pass and nobody looks", "too old", later=35 * DAY),
    Mutation(TRAIL, "seven months pass and nobody meets", "P6M before", later=210 * DAY),
    Mutation(TRAIL, "two years pass", ("expired", "too old", "P1Y before"), later=730 * DAY),
    Mutation(TRAIL, "a byte of the trail is flipped", "log", damage=flipped_byte, refused=4),
    Mutation(TRAIL, "the end of the trail is cut off", "log", damage=shortened, refused=4),
)
