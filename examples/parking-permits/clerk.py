"""The clerks' pages: sign in, list, look, decide."""

import csv
import hmac
import io
import threading
import time
from functools import wraps

from pages import Markup
from partner import Unavailable
from web import Problem, Response, redirect

MOST_FAILURES = 5
WINDOW_SECONDS = 60

failures = {}
failures_lock = threading.Lock()


def add_routes(router):
    router.add("GET", "/clerk/sign-in", show_sign_in)
    router.add("POST", "/clerk/sign-in", sign_in)
    router.add("POST", "/clerk/sign-out", sign_out)
    router.add("GET", "/clerk/applications", signed_in(show_applications))
    router.add("GET", "/clerk/applications/{id}", signed_in(show_application))
    router.add("GET", "/clerk/applications/{id}/proof", signed_in(show_proof))
    router.add("POST", "/clerk/applications/{id}/decision", signed_in(decide))
    router.add("GET", "/clerk/export.csv", signed_in(export))


def signed_in(handler):
    @wraps(handler)
    def checked(service, request):
        session = service.session(request)
        if not session or not session["clerk"]:
            return redirect(request.local("/clerk/sign-in"))
        return handler(service, request)

    return checked


def sign_in_form(service, request, wrong=(), status=200):
    token = service.ensure_session(request)
    return service.answer(request, "sign_in", status, layout="clerk_layout",
                          problems=service.problems(request, wrong),
                          form_token=service.form_token(token))


def show_sign_in(service, request):
    return sign_in_form(service, request)


def too_many_failures(client, failed=False):
    """Whether this address has failed too often of late."""
    horizon = time.monotonic() - WINDOW_SECONDS
    with failures_lock:
        for address in list(failures):
            failures[address] = [moment for moment in failures[address] if moment > horizon]
            if not failures[address]:
                del failures[address]
        if failed:
            failures.setdefault(client, []).append(time.monotonic())
        return len(failures.get(client, ())) >= MOST_FAILURES


def sign_in(service, request):
    form, _ = service.checked_form(request)
    if too_many_failures(request.client):
        service.log("clerk.sign-in-stopped", request, client=request.client)
        raise Problem(429, "error.too-many", [("Retry-After", str(WINDOW_SECONDS))])
    given = form.get("password", "").encode("utf-8")
    if not hmac.compare_digest(given, service.clerk_password.encode("utf-8")):
        too_many_failures(request.client, failed=True)
        service.log("clerk.sign-in-failed", request, client=request.client)
        return sign_in_form(service, request, ["wrong.password"], 403)
    service.database.end_session(request.cookie("session"))
    service.set_session(request, service.database.create_session(clerk=True))
    service.log("clerk.signed-in", request)
    return redirect(request.local("/clerk/applications"))


def sign_out(service, request):
    service.checked_form(request)
    service.database.end_session(request.cookie("session"))
    request.cookies_to_set.append("session=; Path=/; HttpOnly; Max-Age=0")
    return redirect(request.local("/clerk/sign-in"))


def show_applications(service, request):
    rows = [
        service.pages.render(
            "clerk_row", request.language, id=row["id"], reference=row["reference"],
            name=row["name"], zone=row["zone"], received_on=row["received_on"][:10],
            status_text=service.text(request, "status." + row["status"]),
            query="?lang=fr" if request.language == "fr" else "")
        for row in service.database.applications()
    ]
    service.log("clerk.listed", request, rows=len(rows))
    return service.answer(request, "clerk_list", layout="clerk_layout", private=True,
                          rows=Markup("".join(rows)),
                          form_token=service.form_token(request.cookie("session")))


def wanted(service, request):
    number = request.params["id"]
    application = service.database.by_id(int(number)) if number.isdecimal() and len(
        number) < 12 else None
    if not application:
        raise Problem(404, "error.no-application")
    return application


def show_application(service, request, wrong=(), status=200):
    application = wanted(service, request)
    service.log("clerk.viewed", request, reference=application["reference"])
    return service.answer(
        request, "clerk_detail", status, layout="clerk_layout", private=True,
        title=application["reference"], problems=service.problems(request, wrong),
        form_token=service.form_token(request.cookie("session")),
        status_text=service.text(request, "status." + application["status"]),
        payment=application["provider_reference"] or "—", reason=application["reason"] or "—",
        **{name: application[name] for name in (
            "id", "reference", "name", "email", "phone", "street", "postal_code", "plate",
            "vehicle", "zone")})


def show_proof(service, request):
    application = wanted(service, request)
    path = service.uploads / (application["file_name"] or "none")
    if not application["file_name"] or not path.is_file():
        raise Problem(404, "error.no-proof")
    service.log("clerk.viewed-proof", request, reference=application["reference"])
    disposition = f'attachment; filename="{application["reference"]}{path.suffix}"'
    return Response(200, path.read_bytes(), application["media_type"],
                    [("Content-Disposition", disposition), ("Cache-Control", "no-store")])


def decide(service, request):
    form, _ = service.checked_form(request)
    application = wanted(service, request)
    outcome, reason = form.get("outcome", ""), form.get("reason", "")
    if outcome not in ("issued", "refused"):
        return show_application(service, request, ["wrong.outcome"], 422)
    if len(reason) > 500 or (outcome == "refused" and not reason):
        return show_application(service, request, ["wrong.reason"], 422)
    if not service.database.decide(application["id"], outcome, reason or None, "clerk"):
        return show_application(service, request, ["wrong.not-in-review"], 409)
    service.log("application.decided", request, reference=application["reference"],
                outcome=outcome)
    tell_applicant(service, request, application)
    return redirect(request.local(f"/clerk/applications/{application['id']}"))


def tell_applicant(service, request, application):
    """That there is a decision; which one stands only in the service."""
    def text(key):
        return service.pages.text(application["language"], key)
    try:
        service.mail.send(application["email"], text("mail.subject"),
                          f"{text('mail.decided')} {application['reference']}", request.trace)
    except Unavailable as problem:
        service.log("mail.unavailable", request, reference=application["reference"],
                    problem=str(problem))


def plain(value):
    """A value that a spreadsheet does not take for a formula."""
    value = "" if value is None else str(value)
    return "'" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def export(service, request):
    columns = ("reference", "name", "email", "phone", "street", "postal_code", "plate", "zone",
               "status", "received_on", "decided_on")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    rows = service.database.applications()
    writer.writerows([[plain(row[column]) for column in columns] for row in rows])
    service.log("clerk.exported", request, rows=len(rows))
    return Response(200, text.getvalue().encode("utf-8"), "text/csv; charset=utf-8",
                    [("Content-Disposition", 'attachment; filename="applications.csv"'),
                     ("Cache-Control", "no-store")])
