"""A few dozen visits, as an ordinary hour brings them: residents, a monitor, a clerk, a scraper."""

import argparse
import http.client
import re
import ssl
import sys
from pathlib import Path
from urllib.parse import urlencode, urlsplit

PDF = b"%PDF-1.4\n% A bill that was made up\n%%EOF\n"
CARD = {"card_number": "4242 4242 4242 4242", "card_expiry": "04/31", "card_code": "123"}
RESIDENTS = (
    ("Noor Haddad", "noor@mail.example", "3 Quai Street", "K7L 2V6", "VIS 001", "1", "en"),
    ("Étienne Roy", "etienne@courriel.example", "17, rue du Pont", "K7K 4E2", "VIS 002", "4", "fr"),
    ("Ana Kowalczyk", "ana@mail.example", "44 Mill Lane", "K7L 3A1", "VIS 003", "2", "en"),
    ("Sam Oduya", "sam@mail.example", "9 Cedar Court", "K7P 2T7", "VIS 004", "3", "en"),
)
GUESSES = ("/.env", "/wp-login.php", "/admin", "/backup.sql", "/.git/config", "/clerk/applications",
           "/applications/RP-00000001", "/applications/RP-00000002", "/clerk/export.csv",
           "/static/../garant.yaml", "/status?reference=1%27%20or%201=1", "/phpmyadmin/")


class Visitor:
    """Keeps cookies, sends form tokens back and stays on one connection, as a browser does."""

    def __init__(self, url, context, agent):
        parts = urlsplit(url)
        make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        more = {"context": context} if parts.scheme == "https" else {}
        self.connection = make(parts.hostname, parts.port, timeout=20, **more)
        self.agent = agent
        self.cookies = {}
        self.token = ""
        self.asked = 0

    def ask(self, method, path, body=None, media_type=None):
        headers = {"User-Agent": self.agent}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if media_type:
            headers["Content-Type"] = media_type
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        self.asked += 1
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        found = re.search(r'name="form_token" value="(\w+)"', text)
        self.token = found.group(1) if found else self.token
        return answer, text

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, **fields):
        return self.ask("POST", path, urlencode({"form_token": self.token, **fields}),
                        "application/x-www-form-urlencoded")

    def upload(self, path):
        body = ('--x1\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n'
                f"{self.token}\r\n"
                '--x1\r\nContent-Disposition: form-data; name="proof"; filename="bill.pdf"\r\n'
                "Content-Type: application/pdf\r\n\r\n").encode() + PDF + b"\r\n--x1--\r\n"
        return self.ask("POST", path, body, "multipart/form-data; boundary=x1")


def resident(visitor, person):
    """From the first page to the fee."""
    name, email, street, postal_code, plate, zone, language = person
    visitor.get(f"/?lang={language}")
    visitor.get("/privacy")
    visitor.get("/apply")
    answer, _text = visitor.post("/apply", name=name, email=email, phone="613-555-0199",
                                 street=street, postal_code=postal_code, plate=plate,
                                 vehicle="Small car", zone=zone, consent="yes")
    proof = answer.headers.get("Location")
    if answer.status != 303 or proof is None:
        raise SystemExit(f"visits: the application of {plate} was not taken: {answer.status}")
    visitor.get(proof)
    answer, _text = visitor.upload(proof)
    payment = answer.headers.get("Location")
    visitor.get(payment)
    answer, _text = visitor.post(payment, **CARD)
    visitor.get(answer.headers.get("Location", "/"))
    visitor.get("/status")
    visitor.post("/status", reference=proof.split("/")[2], email=email)


def monitor(visitor):
    """A script that looks whether the service is up."""
    for _ in range(8):
        visitor.get("/health")


def clerk(visitor, password):
    """Decides on what waits."""
    visitor.get("/clerk/sign-in")
    answer, _text = visitor.post("/clerk/sign-in", password=password)
    if answer.status != 303:
        raise SystemExit(f"visits: the clerk could not sign in: {answer.status}")
    _answer, page = visitor.get("/clerk/applications")
    for number in sorted(set(re.findall(r"/clerk/applications/(\d+)", page)))[:3]:
        visitor.get(f"/clerk/applications/{number}")
        visitor.post(f"/clerk/applications/{number}/decision", outcome="issued")
    visitor.post("/clerk/sign-out")


def scraper(visitor):
    """Takes what it can and tries doors."""
    for path in GUESSES:
        visitor.get(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True, help="where the public reaches the service")
    parser.add_argument("--ca", help="certificates to trust beside the system's")
    parser.add_argument("--password-file", help="the clerk's password; no clerk without it")
    parser.add_argument("--ready-file", help="written with the number of requests at the end")
    options = parser.parse_args()
    context = ssl.create_default_context(cafile=options.ca)
    asked = 0

    def visit(work, agent, *more):
        nonlocal asked
        visitor = Visitor(options.url, context, agent)
        work(visitor, *more)
        visitor.connection.close()
        asked += visitor.asked

    for person in RESIDENTS:
        visit(resident, "Mozilla/5.0 (a browser)", person)
    visit(monitor, "uptime/1.0")
    if options.password_file:
        password = Path(options.password_file).read_text(encoding="utf-8").strip()
        visit(clerk, "Mozilla/5.0 (a browser at the counter)", password)
    visit(scraper, "scraper/0.1")
    if options.ready_file:
        Path(options.ready_file).write_text(f"{asked}\n", encoding="ascii")
    print(f"{asked} requests", file=sys.stderr)


if __name__ == "__main__":
    main()
