-- Residential parking permits of Rivermouth.
-- Dates are text in ISO 8601, UTC; amounts are cents of a Canadian dollar.

CREATE TABLE IF NOT EXISTS applicants (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL,
  email       TEXT NOT NULL,
  phone       TEXT NOT NULL,
  street      TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  language    TEXT NOT NULL CHECK (language IN ('en', 'fr'))
);

CREATE TABLE IF NOT EXISTS applications (
  id           INTEGER PRIMARY KEY,
  reference    TEXT NOT NULL UNIQUE,
  applicant_id INTEGER NOT NULL REFERENCES applicants (id) ON DELETE CASCADE,
  plate        TEXT NOT NULL,
  vehicle      TEXT NOT NULL,
  zone         TEXT NOT NULL,
  status       TEXT NOT NULL CHECK (status IN (
    'awaiting-proof', 'awaiting-payment', 'in-review', 'issued', 'refused', 'closed')),
  received_on  TEXT NOT NULL,
  decided_on   TEXT,
  decided_by   TEXT,
  reason       TEXT,
  closed_on    TEXT
);

-- One open application or permit for a plate.
CREATE UNIQUE INDEX IF NOT EXISTS one_permit_per_plate
  ON applications (plate) WHERE status NOT IN ('refused', 'closed');

CREATE TABLE IF NOT EXISTS proofs (
  id             INTEGER PRIMARY KEY,
  application_id INTEGER NOT NULL UNIQUE REFERENCES applications (id) ON DELETE CASCADE,
  file_name      TEXT NOT NULL UNIQUE,
  media_type     TEXT NOT NULL,
  size           INTEGER NOT NULL,
  received_on    TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS payments (
  id                 INTEGER PRIMARY KEY,
  application_id     INTEGER NOT NULL UNIQUE REFERENCES applications (id) ON DELETE CASCADE,
  amount_cents       INTEGER NOT NULL CHECK (amount_cents > 0),
  provider_reference TEXT NOT NULL UNIQUE,
  paid_on            TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS moves (
  id             INTEGER PRIMARY KEY,
  application_id INTEGER NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  street         TEXT NOT NULL,
  postal_code    TEXT NOT NULL,
  received_on    TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS sessions (
  token_hash     TEXT PRIMARY KEY,
  clerk          INTEGER NOT NULL DEFAULT 0 CHECK (clerk IN (0, 1)),
  application_id INTEGER REFERENCES applications (id) ON DELETE CASCADE,
  expires_at     INTEGER NOT NULL
);
