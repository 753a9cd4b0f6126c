"""Made-up applications for a trial. None of these people exists."""

import secrets

from database import PlateTaken
from service import PRICE_CENTS

PEOPLE = (
    ("Amélie Tremblay-Okafor", "amelie@mail.example", "613-555-0104", "12 Quai Street",
     "K7L 2V6", "CKVA 418", "Grey hatchback", "1", "fr"),
    ("Devon Whitefeather", "devon.w@mail.example", "613-555-0117", "88 Mill Lane, unit 4",
     "K7L 3A1", "BXTR 902", "Blue estate car", "2", "en"),
    ("Priya Ramanathan", "priya.r@mail.example", "613-555-0123", "5 Harbour Row",
     "K7M 1C9", "CLMN 377", "White electric car", "2", "en"),
    ("Luc Bélanger-Côté", "luc.bc@courriel.example", "613-555-0131", "240, rue du Pont",
     "K7K 4E2", "AWZP 655", "Fourgonnette rouge", "4", "fr"),
    ("Hannah O’Rourke", "hannah@mail.example", "613-555-0142", "31 Cedar Court",
     "K7P 2T7", "CMDE 120", "Green pickup", "3", "en"),
    ("Yusuf Adeyemi", "yusuf.adeyemi@mail.example", "613-555-0158", "7 Lighthouse Road",
     "K7L 5H3", "BZKT 744", "Black saloon", "1", "en"),
    ("Maude Lachance", "maude.lachance@courriel.example", "613-555-0163", "19, avenue des Ormes",
     "K7M 6B8", "CJHS 281", "Voiture compacte jaune", "5", "fr"),
    ("Grzegorz Nowakowski", "gn@mail.example", "613-555-0175", "402 Station Street, unit 11",
     "K7K 1N4", "AYRE 039", "Silver people carrier", "6", "en"),
)
OUTCOMES = ("issued", "issued", "in-review", "in-review", "refused", "awaiting-payment",
            "awaiting-proof", "in-review")


def seed(service):
    """Does nothing where there are applications already."""
    database = service.database
    if database.applications():
        return
    for number, (person, outcome) in enumerate(zip(PEOPLE, OUTCOMES)):
        name, email, phone, street, postal_code, plate, vehicle, zone, language = person
        answers = {"name": name, "email": email, "phone": phone, "street": street,
                   "postal_code": postal_code, "plate": plate.replace(" ", ""),
                   "vehicle": vehicle, "zone": zone}
        day = f"2026-10-{number + 5:02d}T14:{7 * number:02d}:00+00:00"
        try:
            reference = database.receive(answers, language, received_on=day)
        except PlateTaken:
            continue
        application = database.by_reference(reference)["id"]
        if outcome == "awaiting-proof":
            continue
        content = b"%PDF-1.4\n% A bill that was made up: " + street.encode("utf-8") + b"\n%%EOF\n"
        file_name = secrets.token_hex(16) + ".pdf"
        (service.uploads / file_name).write_bytes(content)
        database.add_proof(application, file_name, "application/pdf", len(content), day)
        if outcome == "awaiting-payment":
            continue
        database.add_payment(application, PRICE_CENTS, f"PAY-SEED{number:04d}", day)
        if outcome != "in-review":
            reason = "The bill names another address." if outcome == "refused" else None
            database.decide(application, outcome, reason, "clerk")
