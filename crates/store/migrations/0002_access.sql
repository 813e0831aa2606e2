-- Who may sign in, and with what. Not part of the record: what is personal here is not in the log.
-- What somebody may do is in the record, as events. Only hashes of secrets are kept.

CREATE TABLE account (
  id TEXT NOT NULL PRIMARY KEY,
  -- In small letters.
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created BIGINT NOT NULL,
  disabled BIGINT
);

-- What somebody proves with who they are: a password's hash, a hash of a one-time code.
CREATE TABLE credential (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  data BYTEA NOT NULL,
  created BIGINT NOT NULL,
  used BIGINT
);

CREATE INDEX credential_by_account ON credential (account, kind);

-- Who is signed in, by the SHA-256 of the secret that their browser has.
CREATE TABLE session (
  hash BYTEA NOT NULL PRIMARY KEY,
  account TEXT NOT NULL,
  created BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  means TEXT NOT NULL,
  agent TEXT NOT NULL
);

CREATE INDEX session_by_account ON session (account, created);

-- Secrets for programs, by their SHA-256. What they may do is in the body, a JSON object.
CREATE TABLE token (
  id TEXT NOT NULL PRIMARY KEY,
  hash BYTEA NOT NULL UNIQUE,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  used BIGINT,
  revoked BIGINT
);

CREATE INDEX token_by_account ON token (account, created);

-- Failed sign-ins, by what was tried.
CREATE TABLE attempt (
  what TEXT NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at BIGINT NOT NULL
);
