"""The forms for residents: apply, prove, pay, look up, move."""

import os
import secrets

import fields
from database import PlateTaken
from information import price
from pages import Markup
from partner import Unavailable
from payments import Declined
from service import PRICE_CENTS
from web import LARGEST_UPLOAD, Problem, redirect

MEDIA_TYPES = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
)


def add_routes(router):
    router.add("GET", "/apply", show_application_form)
    router.add("POST", "/apply", receive_application)
    router.add("GET", "/applications/{reference}", show_application)
    router.add("GET", "/applications/{reference}/proof", show_proof_form)
    router.add("POST", "/applications/{reference}/proof", receive_proof)
    router.add("GET", "/applications/{reference}/payment", show_payment_form)
    router.add("POST", "/applications/{reference}/payment", receive_payment)
    router.add("GET", "/status", show_status_form)
    router.add("POST", "/status", show_status)
    router.add("GET", "/move", show_move_form)
    router.add("POST", "/move", receive_move)


def application_form(service, request, wrong=(), answers=None, status=200):
    token = service.ensure_session(request)
    answers = answers or {}
    values = {name: answers.get(name, "") for name in (
        "name", "email", "phone", "street", "postal_code", "plate", "vehicle")}
    zones = "".join(
        f'<option value="{zone}"{" selected" if answers.get("zone") == zone else ""}>{zone}'
        "</option>" for zone in fields.ZONES)
    return service.answer(request, "apply", status, problems=service.problems(request, wrong),
                          form_token=service.form_token(token), zones=Markup(zones), **values)


def show_application_form(service, request):
    return application_form(service, request)


def receive_application(service, request):
    form, _ = service.checked_form(request)
    answers, wrong = fields.check_application(form)
    if not wrong and form.get("consent") != "yes":
        wrong = ["wrong.consent"]
    if wrong:
        return application_form(service, request, wrong, answers, 422)
    try:
        reference = service.database.receive(
            answers, request.language, token=request.cookie("session"))
    except PlateTaken:
        return application_form(service, request, ["wrong.plate-taken"], answers, 409)
    service.log("application.received", request, reference=reference, zone=answers["zone"])
    return redirect(request.local(f"/applications/{reference}/proof"))


def own_application(service, request):
    """The application of the route; only the session that made it may see it here."""
    session = service.session(request)
    application = service.database.by_reference(request.params["reference"])
    if not application or not session or session["application_id"] != application["id"]:
        raise Problem(404, "error.no-application")
    return application


def proof_form(service, request, application, wrong=(), status=200):
    token = request.cookie("session")
    return service.answer(request, "proof", status, private=True,
                          reference=application["reference"],
                          problems=service.problems(request, wrong),
                          form_token=service.form_token(token))


def show_proof_form(service, request):
    return proof_form(service, request, own_application(service, request))


def receive_proof(service, request):
    application = own_application(service, request)
    _, files = service.checked_form(request)
    upload = files.get("proof")
    if not upload or not upload.content:
        return proof_form(service, request, application, ["wrong.proof"], 422)
    if len(upload.content) > LARGEST_UPLOAD:
        return proof_form(service, request, application, ["wrong.proof-size"], 413)
    kind = next((k for k in MEDIA_TYPES if upload.content.startswith(k[0])), None)
    if not kind:
        return proof_form(service, request, application, ["wrong.proof-type"], 415)
    file_name = secrets.token_hex(16) + kind[2]
    path = service.uploads / file_name
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(upload.content)
    if not service.database.add_proof(
            application["id"], file_name, kind[1], len(upload.content)):
        path.unlink()
        raise Problem(409, "error.proof-again")
    service.log("proof.received", request, reference=application["reference"],
                media_type=kind[1], bytes=len(upload.content))
    return redirect(request.local(f"/applications/{application['reference']}/payment"))


def payment_form(service, request, application, wrong=(), status=200):
    token = request.cookie("session")
    return service.answer(request, "payment", status, private=True,
                          reference=application["reference"], price=price(request),
                          problems=service.problems(request, wrong),
                          form_token=service.form_token(token))


def show_payment_form(service, request):
    application = own_application(service, request)
    if application["status"] != "awaiting-payment":
        return redirect(request.local(f"/applications/{application['reference']}"))
    return payment_form(service, request, application)


def receive_payment(service, request):
    form, _ = service.checked_form(request)
    card, wrong = fields.check_card(form)
    with service.paying:
        application = own_application(service, request)
        if application["status"] != "awaiting-payment":
            raise Problem(409, "error.not-payable")
        if wrong:
            return payment_form(service, request, application, wrong, 422)
        order = application["reference"]
        try:
            reference = service.provider.charge(order, PRICE_CENTS, card, request.trace)
        except Declined:
            service.log("payment.declined", request, reference=order)
            return payment_form(service, request, application, ["wrong.card-declined"], 402)
        except Unavailable as problem:
            service.log("payment.unavailable", request, reference=order, problem=str(problem))
            return payment_form(service, request, application, ["wrong.provider"], 503)
        service.database.add_payment(application["id"], PRICE_CENTS, reference)
    service.log("payment.accepted", request, reference=order, payment=reference,
                amount_cents=PRICE_CENTS)
    return redirect(request.local(f"/applications/{order}"))


def show_application(service, request):
    application = own_application(service, request)
    if application["status"] == "awaiting-proof":
        return redirect(request.local(f"/applications/{application['reference']}/proof"))
    return service.answer(
        request, "confirmation", private=True, reference=application["reference"],
        status_text=service.text(request, "status." + application["status"]),
        name=application["name"], email=application["email"], plate=application["plate"],
        zone=application["zone"], payment=application["provider_reference"] or "—")


def status_form(service, request, wrong=(), status=200, found=""):
    token = service.ensure_session(request)
    return service.answer(request, "status", status, private=True, found=Markup(found),
                          problems=service.problems(request, wrong),
                          form_token=service.form_token(token))


def show_status_form(service, request):
    return status_form(service, request)


def find_own(service, form):
    """The application that a reference and the applicant's own address both name."""
    application = service.database.by_reference(form.get("reference", "").upper())
    same = application and application["email"].lower() == form.get("email", "").lower()
    return application if same else None


def show_status(service, request):
    form, _ = service.checked_form(request)
    application = find_own(service, form)
    if not application:
        service.log("status.not-found", request)
        return status_form(service, request, ["wrong.status"], 404)
    found = service.pages.render(
        "status_found", request.language, reference=application["reference"],
        received_on=application["received_on"][:10], reason=application["reason"] or "—",
        status_text=service.text(request, "status." + application["status"]))
    return status_form(service, request, found=found)


def move_form(service, request, wrong=(), status=200, done=""):
    token = service.ensure_session(request)
    return service.answer(request, "move", status, problems=service.problems(request, wrong),
                          form_token=service.form_token(token), done=done)


def show_move_form(service, request):
    return move_form(service, request)


def receive_move(service, request):
    form, _ = service.checked_form(request)
    answers, wrong = fields.check_move(form)
    if wrong:
        return move_form(service, request, wrong, 422)
    application = find_own(service, answers)
    if not application:
        return move_form(service, request, ["wrong.status"], 404)
    service.database.move(application["id"], answers["street"], answers["postal_code"])
    service.log("move.received", request, reference=application["reference"])
    return move_form(service, request, done=service.text(request, "move.done"))
