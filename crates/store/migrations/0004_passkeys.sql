-- More ways to sign in. Not part of the record, like 0002: what is personal here is not in the log.

-- Public keys of authenticators that people have. Nothing here is secret.
CREATE TABLE passkey (
  id TEXT NOT NULL PRIMARY KEY,
  -- What the authenticator calls the key: by it the key is found when somebody signs in.
  handle BYTEA NOT NULL UNIQUE,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  -- Key, counter and flags: a JSON object of the use case.
  body TEXT NOT NULL,
  created BIGINT NOT NULL,
  used BIGINT
);

CREATE INDEX passkey_by_account ON passkey (account, created);

-- Who somebody is in another directory (OpenID Connect).
CREATE TABLE linked (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  account TEXT NOT NULL,
  created BIGINT NOT NULL,
  used BIGINT,
  PRIMARY KEY (issuer, subject)
);

CREATE INDEX linked_by_account ON linked (account, created);

-- What takes two requests: what the second is held against, once. By the SHA-256 of a secret.
CREATE TABLE ceremony (
  hash BYTEA NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  -- Whose it is; empty where that is still to be shown.
  account TEXT NOT NULL,
  body TEXT NOT NULL,
  expires BIGINT NOT NULL
);

CREATE INDEX ceremony_by_expiry ON ceremony (expires);
