/**
 * Every schema there ever was, in order; only ever appended to. `PRAGMA user_version` counts how many a file has seen.
 * Instants are UTC epoch milliseconds, dates local `YYYY-MM-DD`.
 */
export const migrations: readonly string[] = [
  `
-- One row per stream: a resource of an account at a provider. "state" is its cursor's memory (JSON).
CREATE TABLE sync_state (
  stream INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  resource TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT '{"covered":[],"reread":{}}',
  live_rows INTEGER NOT NULL DEFAULT 0,
  deleted_rows INTEGER NOT NULL DEFAULT 0,
  last_attempt_at INTEGER,
  last_success_at INTEGER,
  last_outcome TEXT,
  last_message TEXT,
  UNIQUE (provider, account, resource)
);

-- What the services said, exactly as received. Narrow on purpose: heart rate alone is 100,000 rows a year.
CREATE TABLE items (
  stream INTEGER NOT NULL,
  id TEXT NOT NULL,
  day TEXT,
  started_at INTEGER,
  ended_at INTEGER,
  updated_at INTEGER,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  changed_at INTEGER,
  deleted_at INTEGER,
  content_hash BLOB NOT NULL,
  payload TEXT NOT NULL,
  PRIMARY KEY (stream, id)
) WITHOUT ROWID;
CREATE INDEX items_by_day ON items (stream, day) WHERE day IS NOT NULL;

CREATE VIEW records AS
SELECT s.provider, s.account, s.resource, i.id AS record_id,
  strftime('%Y-%m-%dT%H:%M:%fZ', i.started_at / 1000.0, 'unixepoch') AS start_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', i.ended_at / 1000.0, 'unixepoch') AS end_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', i.updated_at / 1000.0, 'unixepoch') AS source_updated_at,
  i.payload AS payload_json,
  strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(i.changed_at, i.first_seen), 'unixepoch') AS fetched_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', i.deleted_at, 'unixepoch') AS deleted_at,
  i.day, lower(hex(i.content_hash)) AS content_hash,
  strftime('%Y-%m-%dT%H:%M:%SZ', i.first_seen, 'unixepoch') AS first_seen,
  strftime('%Y-%m-%dT%H:%M:%SZ', i.last_seen, 'unixepoch') AS last_seen
FROM items i JOIN sync_state s USING (stream);

-- Absent from a complete listing, not yet proven gone.
CREATE TABLE missing (
  stream INTEGER NOT NULL,
  id TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (stream, id)
) WITHOUT ROWID;

-- Items that did not fit their schema, kept for a later version.
CREATE TABLE rejects (
  stream INTEGER NOT NULL,
  content_hash BLOB NOT NULL,
  reason TEXT NOT NULL,
  payload TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  PRIMARY KEY (stream, content_hash)
) WITHOUT ROWID;

-- Spans of life with a start and an end, derived from items in the same transaction. Offsets in minutes east of UTC.
CREATE TABLE sessions (
  stream INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  type TEXT,
  day TEXT NOT NULL,
  start_at INTEGER NOT NULL,
  start_offset INTEGER NOT NULL,
  end_at INTEGER NOT NULL,
  end_offset INTEGER NOT NULL,
  asleep_seconds INTEGER,
  efficiency INTEGER,
  PRIMARY KEY (stream, id)
) WITHOUT ROWID;
CREATE INDEX sessions_by_day ON sessions (kind, day);

-- "reply" holds the token endpoint's answer from the moment it arrived until it was understood.
CREATE TABLE oauth_tokens (
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  access_token TEXT,
  refresh_token TEXT,
  expires_at INTEGER,
  scope TEXT,
  world TEXT,
  user_id TEXT,
  obtained_at INTEGER,
  seed_digest TEXT,
  sent_digest TEXT,
  sends INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER,
  reply TEXT,
  reply_world TEXT,
  PRIMARY KEY (provider, account)
) WITHOUT ROWID;

CREATE TABLE sync_runs (
  run INTEGER PRIMARY KEY,
  command TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT,
  summary TEXT
);

-- Ledger and outbox of every destination: which session became which entry there, and what the service last answered.
CREATE TABLE entries (
  destination TEXT NOT NULL,
  target TEXT NOT NULL,
  provider TEXT NOT NULL,
  account TEXT NOT NULL,
  resource TEXT NOT NULL,
  record_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('intent', 'done', 'gone')),
  remote_id TEXT,
  fields TEXT,
  sent TEXT,
  session TEXT NOT NULL,
  template TEXT,
  kept INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  noted_at INTEGER NOT NULL,
  PRIMARY KEY (destination, target, provider, account, resource, record_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX entries_by_remote_id ON entries (destination, target, remote_id) WHERE remote_id IS NOT NULL;

-- Requests spent in rate windows, and until when a service wants to be left alone.
CREATE TABLE rate_spent (scope TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX rate_spent_by_scope ON rate_spent (scope, at);
CREATE TABLE rate_closed (scope TEXT PRIMARY KEY, not_before INTEGER NOT NULL) WITHOUT ROWID;

-- Answers worth remembering for a while (who the key belongs to, ids by name), as JSON.
CREATE TABLE facts (
  scope TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  fetched_at INTEGER NOT NULL,
  PRIMARY KEY (scope, name)
) WITHOUT ROWID;
`,
  `
-- The refresh token before the present one, while the service still takes it.
ALTER TABLE oauth_tokens ADD COLUMN previous_refresh_token TEXT;
-- The name that the person or the service gave it.
ALTER TABLE sessions ADD COLUMN title TEXT;
`,
  `
-- "content_hash" is a CRC-32 as a number from now on; what is older keeps the start of its SHA-256 until it changes.
DROP VIEW records;
CREATE VIEW records AS
SELECT s.provider, s.account, s.resource, i.id AS record_id,
  strftime('%Y-%m-%dT%H:%M:%fZ', i.started_at / 1000.0, 'unixepoch') AS start_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', i.ended_at / 1000.0, 'unixepoch') AS end_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', i.updated_at / 1000.0, 'unixepoch') AS source_updated_at,
  i.payload AS payload_json,
  strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(i.changed_at, i.first_seen), 'unixepoch') AS fetched_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', i.deleted_at, 'unixepoch') AS deleted_at,
  i.day,
  CASE typeof(i.content_hash) WHEN 'integer' THEN printf('%08x', i.content_hash)
    ELSE lower(hex(i.content_hash)) END AS content_hash,
  strftime('%Y-%m-%dT%H:%M:%SZ', i.first_seen, 'unixepoch') AS first_seen,
  strftime('%Y-%m-%dT%H:%M:%SZ', i.last_seen, 'unixepoch') AS last_seen
FROM items i JOIN sync_state s USING (stream);
`,
];
