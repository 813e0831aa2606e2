-- One schema for SQLite and PostgreSQL: four column types (TEXT, BIGINT, DOUBLE PRECISION, BYTEA).
-- Instants are microseconds since 1970 in UTC. A landed file is never edited: add the next one.

-- Facts about this store that are said once: the log's name, its verifier key.
CREATE TABLE setting (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

-- Where the next event goes. One row: whoever appends locks it, so numbers have no gaps.
CREATE TABLE head (
  one BIGINT NOT NULL PRIMARY KEY,
  next_number BIGINT NOT NULL,
  last_known BIGINT NOT NULL
);

-- What the newest signed checkpoint covers. One row: readers see events below `size` only.
-- `epoch` is that of the sequencer that may write here.
CREATE TABLE seal (
  one BIGINT NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL,
  note BYTEA NOT NULL,
  epoch BIGINT NOT NULL
);

-- Events: appended, never changed.
CREATE TABLE event (
  number BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  organisation TEXT,
  actor TEXT NOT NULL,
  on_behalf_of TEXT,
  authority TEXT,
  reason TEXT,
  as_at BIGINT NOT NULL,
  as_known BIGINT NOT NULL,
  caused_by TEXT,
  corrects TEXT,
  marking TEXT NOT NULL,
  body TEXT NOT NULL,
  -- Salted hash of what is personal: stays when the personal row is erased.
  personal_hash TEXT,
  -- Hash of the canonical leaf, so that a row and the log can be compared.
  leaf_hash BYTEA NOT NULL
);

CREATE INDEX event_by_kind ON event (kind, number);

CREATE INDEX event_by_subject ON event (subject, number);

CREATE INDEX event_by_organisation ON event (organisation, number);

CREATE INDEX event_by_known ON event (as_known, number);

-- What is personal in an event, with its salt: a row of its own, so that it can be erased.
CREATE TABLE personal (
  number BIGINT NOT NULL PRIMARY KEY,
  salt BYTEA NOT NULL,
  content TEXT NOT NULL
);

-- Appends that must happen once: the key, and what the first append with it recorded.
CREATE TABLE append_key (
  append_key TEXT NOT NULL PRIMARY KEY,
  first_number BIGINT NOT NULL,
  event_count BIGINT NOT NULL,
  digest BYTEA NOT NULL
);

-- Folds over events, rebuildable at any time. Keys are bytes: text is ordered differently by
-- different databases, bytes are not.
CREATE TABLE projection (
  space TEXT NOT NULL,
  row_key BYTEA NOT NULL,
  value BYTEA NOT NULL,
  as_of BIGINT NOT NULL,
  PRIMARY KEY (space, row_key)
);

-- How many events of the record each space is made of.
CREATE TABLE projection_space (
  space TEXT NOT NULL PRIMARY KEY,
  as_of BIGINT NOT NULL
);

-- Who does what at the moment. `beat` grows while the holder lives: no clock is compared.
CREATE TABLE lease (
  name TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  beat BIGINT NOT NULL
);
