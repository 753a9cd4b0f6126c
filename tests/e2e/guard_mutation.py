"""One thing made wrong at the guard, and the edits of its configuration."""

import re
from dataclasses import dataclass, field

CONFIGURATION = "configuration"
ITEMS = ("9.4-09", "9.4-10", "9.4-55")  # what the guard and the recorder carry, as far as is seen


@dataclass(frozen=True)
class GuardMutation:
    where: str
    name: str
    turns: dict = field(default_factory=dict)  # proof: words of its explanation
    conf: object = None       # edits nginx.conf
    settings: object = None   # edits guard.json
    declare: object = None    # edits the service file before it is signed; the guard is told
    do: object = None         # does something else, of a team, before the guard reloads
    undo: object = None       # and makes it right again
    along: bool = False       # a journey is followed
    heard: object = None      # kinds of sources from which the probe heard of it, where it fails
    takes: object = None      # of a team: what its recorder takes, where that is not everything
    hours: int = 0            # so much later it is looked at again and judged
    lasting: bool = False     # made right again, it still counts
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
        made = f"    location {match} {{\n{body}    }}\n"
        return text[:block.start()] + made + text[block.start():]
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
CARRIED, VALID = "map.transport-as-declared", "guard.certificate"
CLOSED = "guard.origin-closed"
JOIN, SEND, KNOWN = "trail.journeys-join", "trail.systems-send", "documents.cookies-known"
TOLD, FITTING = "documents.cookies-explained", "documents.cookies-fitting"
NAMED = "trail.routes-named"
