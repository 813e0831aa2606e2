-- Requests of programs that are to be done once, however often they are sent: by whom, at which door, with
-- which key of theirs; what was sent, and what was answered. Of the moment, and no part of the record: a day
-- later the row is gone. Without an answer (`status`), whoever is `holder` does it at the moment.
CREATE TABLE request (
  account TEXT NOT NULL,
  door TEXT NOT NULL,
  request_key TEXT NOT NULL,
  digest BYTEA NOT NULL,
  holder TEXT NOT NULL,
  begun BIGINT NOT NULL,
  status BIGINT,
  body BYTEA,
  PRIMARY KEY (account, door, request_key)
);

CREATE INDEX request_by_begun ON request (begun);
