"""The pages that ask nothing: what a permit is, privacy, figures, files."""

import json
from pathlib import Path

from service import PRICE_CENTS
from web import Problem, Response

STATIC = Path(__file__).with_name("static")
STATIC_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


def add_routes(router):
    router.add("GET", "/", home)
    router.add("GET", "/privacy", show_privacy)
    router.add("GET", "/status.json", show_counts)
    router.add("GET", "/static/{file}", show_static)
    router.add("GET", "/health", show_health)
    router.add("GET", "/health/systems", show_systems_health)


def price(request):
    dollars = f"{PRICE_CENTS / 100:.2f}"
    return dollars.replace(".", ",") + "\u00a0$" if request.language == "fr" else "$" + dollars


def home(service, request):
    service.remember_visitor(request)
    return service.answer(request, "home", price=price(request))


def show_counts(service, request):
    body = json.dumps({"applications": service.database.counts()}, sort_keys=True) + "\n"
    return Response(200, body.encode("utf-8"), "application/json")


def show_privacy(service, request):
    notice = service.pages.render("privacy_" + request.language, request.language)
    return service.answer(request, "privacy", notice=notice)


def show_static(service, request):
    path = STATIC / request.params["file"]
    media_type = STATIC_TYPES.get(path.suffix)
    if path.parent != STATIC or not media_type or not path.is_file():
        raise Problem(404, "error.not-found")
    return Response(200, path.read_bytes(), media_type, [("Cache-Control", "max-age=3600")])


def show_health(service, request):
    service.database.counts()
    return Response(200, b"ok\n", "text/plain; charset=utf-8")


def show_systems_health(service, request):
    """Asks each party that the service calls; for monitoring, and to follow a request through."""
    well = {"payments": service.provider.is_well(request.trace),
            "mail": service.mail.is_well(request.trace)}
    body = json.dumps({name: "ok" if ok else "unavailable" for name, ok in well.items()})
    return Response(200 if all(well.values()) else 503, body.encode("utf-8") + b"\n",
                    "application/json", [("Cache-Control", "no-store")])
