"""What a sound answer to each question of a form looks like."""

import re

ZONES = ("1", "2", "3", "4", "5", "6")
POSTAL_CODE = re.compile(r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d\Z")
EMAIL = re.compile(r"[^@\s<>\"']{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\Z")
PLATE = re.compile(r"[A-Z0-9]{2,8}\Z")
PHONE = re.compile(r"\+?1?[ .(-]*\d{3}[ .)-]*\d{3}[ .-]*\d{4}\Z")
REFERENCE = re.compile(r"RP-[A-Z2-7]{10}\Z")


def postal_code(value):
    packed = value.upper().replace(" ", "")
    return packed[:3] + " " + packed[3:]


def plate(value):
    return value.upper().replace(" ", "").replace("-", "")


def text(value, most):
    return 0 < len(value) <= most and value.isprintable()


def luhn(number):
    digits = [int(digit) for digit in number]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def check_application(form):
    """The cleaned answers, and the keys of the texts that say what is wrong with the others."""
    clean = {name: form.get(name, "") for name in ("name", "email", "phone", "street", "vehicle")}
    clean["postal_code"] = postal_code(form.get("postal_code", ""))
    clean["plate"] = plate(form.get("plate", ""))
    clean["zone"] = form.get("zone", "")
    sound = {
        "name": text(clean["name"], 120),
        "email": len(clean["email"]) <= 200 and bool(EMAIL.match(clean["email"])),
        "phone": bool(PHONE.match(clean["phone"])),
        "street": text(clean["street"], 160),
        "postal_code": bool(POSTAL_CODE.match(clean["postal_code"])),
        "plate": bool(PLATE.match(clean["plate"])),
        "vehicle": text(clean["vehicle"], 80),
        "zone": clean["zone"] in ZONES,
    }
    return clean, ["wrong." + name for name, holds in sound.items() if not holds]


def check_move(form):
    clean = {
        "reference": form.get("reference", "").upper(),
        "email": form.get("email", ""),
        "street": form.get("street", ""),
        "postal_code": postal_code(form.get("postal_code", "")),
    }
    sound = {
        "reference": bool(REFERENCE.match(clean["reference"])),
        "email": bool(EMAIL.match(clean["email"])),
        "street": text(clean["street"], 160),
        "postal_code": bool(POSTAL_CODE.match(clean["postal_code"])),
    }
    return clean, ["wrong." + name for name, holds in sound.items() if not holds]


def check_card(form):
    clean = {
        "card_number": re.sub(r"[ -]", "", form.get("card_number", "")),
        "card_expiry": form.get("card_expiry", ""),
        "card_code": form.get("card_code", ""),
    }
    number = clean["card_number"]
    sound = {
        "card_number": bool(re.match(r"[0-9]{13,19}\Z", number)) and luhn(number),
        "card_expiry": bool(re.match(r"(0[1-9]|1[0-2])/[0-9]{2}\Z", clean["card_expiry"])),
        "card_code": bool(re.match(r"[0-9]{3,4}\Z", clean["card_code"])),
    }
    return clean, ["wrong." + name for name, holds in sound.items() if not holds]
