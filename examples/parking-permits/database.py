"""Everything that is kept in SQLite."""

import hashlib
import secrets
import sqlite3
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

APPLICANT_SESSION_SECONDS = 2 * 3600
CLERK_SESSION_SECONDS = 8 * 3600

DETAIL = """
  SELECT a.*, p.name, p.email, p.phone, p.street, p.postal_code, p.language,
         f.file_name, f.media_type, y.provider_reference, y.amount_cents
    FROM applications a
    JOIN applicants p ON p.id = a.applicant_id
    LEFT JOIN proofs f ON f.application_id = a.id
    LEFT JOIN payments y ON y.application_id = a.id
"""


def now():
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def token_hash(token):
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


class PlateTaken(Exception):
    """There is an open application or permit for this plate."""


class Database:
    """A connection is opened for each use, so that threads share nothing."""

    def __init__(self, path):
        self.path = path
        schema = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
        with self.open() as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(schema)

    @contextmanager
    def open(self):
        db = sqlite3.connect(self.path, timeout=5)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA foreign_keys = ON")
            with db:
                yield db
        finally:
            db.close()

    # Sessions

    def create_session(self, clerk=False):
        token = secrets.token_urlsafe(32)
        seconds = CLERK_SESSION_SECONDS if clerk else APPLICANT_SESSION_SECONDS
        with self.open() as db:
            db.execute("DELETE FROM sessions WHERE expires_at < ?", (int(time.time()),))
            db.execute(
                "INSERT INTO sessions (token_hash, clerk, expires_at) VALUES (?, ?, ?)",
                (token_hash(token), int(clerk), int(time.time()) + seconds),
            )
        return token

    def session(self, token):
        with self.open() as db:
            return db.execute(
                "SELECT * FROM sessions WHERE token_hash = ? AND expires_at >= ?",
                (token_hash(token), int(time.time())),
            ).fetchone()

    def end_session(self, token):
        with self.open() as db:
            db.execute("DELETE FROM sessions WHERE token_hash = ?", (token_hash(token),))

    # Applications

    def receive(self, answers, language, token=None, received_on=None):
        """A new application; returns its reference. The session may go on with it."""
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
        reference = "RP-" + "".join(secrets.choice(alphabet) for _ in range(10))
        with self.open() as db:
            person = db.execute(
                "INSERT INTO applicants (name, email, phone, street, postal_code, language)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [answers[k] for k in ("name", "email", "phone", "street", "postal_code")]
                + [language],
            ).lastrowid
            try:
                application = db.execute(
                    "INSERT INTO applications"
                    " (reference, applicant_id, plate, vehicle, zone, status, received_on)"
                    " VALUES (?, ?, ?, ?, ?, 'awaiting-proof', ?)",
                    (reference, person, answers["plate"], answers["vehicle"], answers["zone"],
                     received_on or now()),
                ).lastrowid
            except sqlite3.IntegrityError:
                raise PlateTaken() from None
            if token:
                db.execute(
                    "UPDATE sessions SET application_id = ? WHERE token_hash = ?",
                    (application, token_hash(token)),
                )
        return reference

    def by_reference(self, reference):
        with self.open() as db:
            return db.execute(DETAIL + " WHERE a.reference = ?", (reference,)).fetchone()

    def by_id(self, number):
        with self.open() as db:
            return db.execute(DETAIL + " WHERE a.id = ?", (number,)).fetchone()

    def applications(self):
        with self.open() as db:
            return db.execute(DETAIL + " ORDER BY a.received_on DESC, a.id DESC").fetchall()

    def counts(self):
        with self.open() as db:
            return dict(
                db.execute("SELECT status, count(*) FROM applications GROUP BY status").fetchall()
            )

    def add_proof(self, application, file_name, media_type, size, received_on=None):
        """False where the application does not wait for one."""
        with self.open() as db:
            moved = db.execute(
                "UPDATE applications SET status = 'awaiting-payment'"
                " WHERE id = ? AND status = 'awaiting-proof'",
                (application,),
            ).rowcount
            if moved:
                db.execute(
                    "INSERT INTO proofs (application_id, file_name, media_type, size, received_on)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (application, file_name, media_type, size, received_on or now()),
                )
        return moved == 1

    def add_payment(self, application, amount_cents, provider_reference, paid_on=None):
        with self.open() as db:
            db.execute(
                "INSERT INTO payments (application_id, amount_cents, provider_reference, paid_on)"
                " VALUES (?, ?, ?, ?)",
                (application, amount_cents, provider_reference, paid_on or now()),
            )
            db.execute(
                "UPDATE applications SET status = 'in-review' WHERE id = ?", (application,)
            )

    def decide(self, application, outcome, reason, clerk):
        """False where it was decided before."""
        with self.open() as db:
            closed = now() if outcome == "refused" else None
            return db.execute(
                "UPDATE applications SET status = ?, reason = ?, decided_by = ?, decided_on = ?,"
                " closed_on = ? WHERE id = ? AND status = 'in-review'",
                (outcome, reason, clerk, now(), closed, application),
            ).rowcount == 1

    def move(self, application, street, postal_code):
        with self.open() as db:
            db.execute(
                "INSERT INTO moves (application_id, street, postal_code, received_on)"
                " VALUES (?, ?, ?, ?)",
                (application, street, postal_code, now()),
            )
