"""What is made wrong at the running guard beside its configuration: its table, its tracing, its
certificate, what stands behind it, and what the recorder hears."""

import http.client
import json
import os
import re
import signal
import ssl
import threading

from guard_mutation import (CARRIED, CLOSED, COOKIES, FITTING, JOIN, KNOWN, NAMED, SEND, STRONG,
                            TOLD, VALID, GuardMutation, both, location_where, swap, without)
from mutations_guard import CONFIGURED
from waiting import until

TABLE, TRACING, CERTIFICATE = "table of routes", "tracing", "certificate"
BEHIND, SOURCES = "service behind the guard", "recorder and its sources"
APART = {JOIN: "web: journey.joined is false, but must be true"}
NO_SESSIONS = {COOKIES: "__Host-garant-trail-passes: seen.secure was never observed",
               KNOWN: "__Host-garant-trail-passes: seen.lifetime was never observed"}
HANDED_ON = ("proxy_set_header traceparent", "proxy_set_header tracestate")


# What the probe remarks tells why a journey does not join up: from whom it heard of it.
NOBODY, GUARD, LOG, BOTH = set(), {"guard"}, {"lines"}, {"guard", "lines"}


def trace(name, heard, turns, *edits):
    return GuardMutation(TRACING, name, turns, conf=both(*edits), along=True, heard=heard)


TRACES = (
    trace("the trace is not handed on", BOTH, APART, without(*HANDED_ON)),
    trace("the trace is taken away", GUARD, APART, swap(r"traceparent \$.*;", "traceparent '';")),
    trace("all requests are handed on under one trace", GUARD, APART,
          swap(r"traceparent \$.*;", f"traceparent 00-{'a' * 32}-{'b' * 16}-01;")),
    trace("who asks is named as the parent", BOTH, APART,
          swap(r"traceparent \$.*;", "traceparent $http_traceparent;")),
    trace("the trace is not handed on along one way", GUARD, APART,
          location_where("= /trails", r"traceparent \$.*;", "traceparent '';")),
    trace("tracing is off", NOBODY, {**APART, **NO_SESSIONS}, swap("garant on;", "garant off;")),
    trace("the module is unloaded", LOG, {**APART, **NO_SESSIONS},
          without("load_module", "garant_settings", "garant_spool", "garant on", *HANDED_ON)),
)


def table(name, turns, edit, **more):
    """The edit is of the list of routes and the rest of guard.json."""
    def settings(text):
        whole = json.loads(text)
        edit(whole)
        return json.dumps(whole, indent=1)
    return GuardMutation(TABLE, name, turns, settings=settings, **more)


def leave_out(holds):
    def edit(whole):
        whole["routes"] = [route for route in whole["routes"] if not holds(route)]
    return edit


def undeclare(text):
    return re.sub(r"(?m)^    - \{ match: /trails, .*\n", "", text)


TABLES = (
    table("the routes that need a session are left out", {**NO_SESSIONS, NAMED: "without theirs"},
          leave_out(lambda route: route["assurance"] > 0), along=True, lasting=True),
    table("the session's cookie has another name, without __Host-", {
        COOKIES: "__Host-garant-trail-passes: seen.secure was never observed",
        **{proof: "cookie garant-trail-passes" for proof in (KNOWN, TOLD, FITTING)}},
          lambda whole: whole.update({"session-cookie": "garant-trail-passes"})),
    GuardMutation(TABLE, "a route is left out of the service file", {
        "guard.routes-known": "/trails answers"}, declare=undeclare, lasting=True),
    table("a route that needs no session is left out", {NAMED: "without theirs"},
          leave_out(lambda route: route["match"] == "/contact"), along=True, lasting=True),
    table("the route of a journey is left out", {**APART, NAMED: "without theirs"},
          leave_out(lambda route: route["match"] == "/trails"), along=True, heard=LOG,
          lasting=True),
    table("all routes are left out", {**APART, **NO_SESSIONS, NAMED: "without theirs"},
          leave_out(lambda route: True), along=True, heard=LOG, lasting=True),
)


UNTRUSTED = {CARRIED: "certificate-valid is false"}


def certificate(name, turns, pem, *edits):
    def present(team):
        folder = team.world.certificates
        key = folder / f"{pem}.key"
        team.world.guard.present(folder / f"{pem}.pem", key if key.exists() else folder / "key.pem")
    return GuardMutation(CERTIFICATE, name, turns, conf=both(*edits) if edits else None, do=present)


CERTIFICATES = (
    certificate("it has expired", {VALID: "expired", **UNTRUSTED}, "expired"),
    certificate("it expires in three days", {VALID: "certificate-expires is"}, "short"),
    certificate("it is for another name", {VALID: "mismatch", **UNTRUSTED}, "elsewhere"),
    certificate("it is signed by itself", {VALID: "self", **UNTRUSTED}, "own"),
    certificate("it is signed by itself and for another name",
                {VALID: "self", **UNTRUSTED}, "strange"),
    certificate("its key is short", {VALID: "too weak", **UNTRUSTED}, "weak",
                swap("^( *)ssl_ciphers (.*);", r'\1ssl_ciphers "\2:@SECLEVEL=0";')),
    certificate("a suite without forward secrecy goes with it",
                {STRONG: "TLS_RSA_WITH_AES_128_GCM_SHA256"}, "certificate",
                swap("^( *)ssl_ciphers (.*);", r"\1ssl_ciphers \2:AES128-GCM-SHA256;")),
)


def origin(**facts):
    return lambda team: vars(team.world.origin).update(facts)


def source(name, turns, do=None, undo=None, **more):
    return GuardMutation(SOURCES, name, turns, do=do, undo=undo, **more)


def append(line):
    def do(team):
        with team.log.open("a", encoding="utf-8") as log:
            log.write(line + "\n")
    return do


def cut_off(team):
    team.log.write_text("", "utf-8")


def kill_while_it_serves(team):
    """Every worker of the guard, with a request in its hands that the service has."""
    guard, origin = team.world.guard, team.world.origin
    origin.goes_on.clear()
    before = origin.asked

    def ask():
        context = ssl.create_default_context(cafile=str(guard.authority))
        connection = http.client.HTTPSConnection("127.0.0.1", guard.ports[0], context=context,
                                                 timeout=60)
        try:
            connection.request("GET", "/trails")
            connection.getresponse()
        except OSError:
            pass  # it is cut off
        finally:
            connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        until(lambda: origin.asked > before, "the service has the request")
        workers = guard.workers()
        for worker in workers:
            os.kill(int(worker), signal.SIGKILL)
        until(lambda: guard.workers() and not guard.workers() & workers, "there are other workers")
    finally:
        origin.goes_on.set()
        asking.join()
    team.take()


def spool(by):
    return swap('^  garant_spool "(.*)";', rf'  garant_spool "{by}";')


LINES = slice(2, None)
SERVED = (
    GuardMutation(BEHIND, "the origin serves whoever asks it",
                  {CLOSED: "The control front is declared to stand before web"},
                  do=lambda team: team.world.origin.faults.add("origin-open"),
                  undo=lambda team: team.world.origin.faults.clear()),
    GuardMutation(BEHIND, "the origin serves one page to whoever asks it",
                  {CLOSED: "The control front is declared to stand before web"},
                  do=lambda team: team.world.origin.open.add("/contact"),
                  undo=lambda team: team.world.origin.open.clear()),
    GuardMutation(BEHIND, "it does not say whose request it was", APART,
                  do=origin(forgets=("trace", "parent")), undo=origin(forgets=()), along=True,
                  heard=GUARD),
    GuardMutation(BEHIND, "it does not say what a request followed from", APART,
                  do=origin(forgets=("parent",)), undo=origin(forgets=()), along=True, heard=BOTH),
    GuardMutation(BEHIND, "it keeps its log no longer", APART,
                  do=origin(silent=True), undo=origin(silent=False), along=True, heard=GUARD),
    GuardMutation(BEHIND, "it has kept no log for a day", {SEND: "declared to send its events"},
                  do=origin(silent=True), undo=origin(silent=False), hours=25, lasting=True),
)
TAKEN = (
    source("a day passes, and everything goes on", {}, hours=25, lasting=True,
           silent="nothing is wrong: the day alone turns nothing"),
    source("the recorder is dead", APART, along=True, heard=NOBODY, takes=lambda team: ()),
    source("the recorder has been dead for a day", {SEND: "too old", NAMED: "too old"}, hours=25,
           lasting=True, takes=lambda team: ()),
    source("the recorder takes no spool", APART, along=True, heard=LOG,
           takes=lambda team: team.takes[LINES]),
    source("the recorder takes no log", APART, along=True, heard=GUARD,
           takes=lambda team: team.takes[:2]),
    source("the guard writes into a spool that nobody takes", APART, along=True, heard=LOG,
           conf=spool(r"\1-elsewhere")),
    source("the guard cannot write into its spool", APART, along=True, heard=LOG,
           conf=spool("/dev/null/spool")),
    source("a line is no JSON", {SEND: "lost 1"}, append("restarted"), along=True, lasting=True),
    source("a line has no time", {SEND: "lost 1"}, append('{"event": "started"}'), along=True,
           lasting=True),
    source("the log is cut off before it was read", {SEND: "lost 1"}, cut_off, along=True,
           lasting=True),
    source("a worker is killed while it serves", {SEND: "lost"}, kill_while_it_serves, along=True,
           lasting=True),
)
GUARD_MUTATIONS = (*CONFIGURED, *TABLES, *TRACES, *CERTIFICATES, *SERVED, *TAKEN)
