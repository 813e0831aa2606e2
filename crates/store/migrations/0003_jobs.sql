-- Work that is done in the background. Not part of the record: what a job adds to it, it adds as events.

CREATE TABLE job (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  organisation TEXT,
  -- Who asked for it, as the record names them.
  actor TEXT NOT NULL,
  -- What is to be done, a JSON object.
  input TEXT NOT NULL,
  -- A name of the asker's choice: asked for twice under one name, it is one job.
  once TEXT UNIQUE,
  -- Jobs of one lane run one after the other.
  lane TEXT NOT NULL,
  -- queued, running, done, failed, cancelled
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  most_attempts BIGINT NOT NULL,
  created BIGINT NOT NULL,
  -- Not before this instant.
  due BIGINT NOT NULL,
  -- After a fault: so long is it left alone, by the clock of whoever sees it, which only runs forwards.
  pause_ms BIGINT NOT NULL,
  begun BIGINT,
  ended BIGINT,
  -- 1: somebody wants it to end.
  cancel BIGINT NOT NULL,
  -- Whoever runs it: the process, how often it was taken, and a beat that grows while it lives.
  holder TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  beat BIGINT NOT NULL,
  progress TEXT NOT NULL,
  outcome TEXT,
  fault TEXT
);

CREATE INDEX job_by_state ON job (state, lane, due);

CREATE INDEX job_by_organisation ON job (organisation, id);
