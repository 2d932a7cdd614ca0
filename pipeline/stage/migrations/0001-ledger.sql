-- The ledger of one namespace. Runs with the namespace's schema as search_path. Columns that other programs read are listed in the
-- design; add columns freely, change or drop none.

-- The only clock of the ledger. The setting lets a test shift it: ALTER DATABASE … SET supercargo.clock_shift = '2 hours'.
CREATE FUNCTION ledger_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
  SELECT clock_timestamp() + coalesce(nullif(current_setting('supercargo.clock_shift', true), ''), '0')::interval
$$;

-- Which system a connection's name has stood for so far.
CREATE TABLE connection (
  name        text PRIMARY KEY,
  fingerprint text NOT NULL
);

-- Who may write for a workflow. A higher epoch fences every lower one.
CREATE TABLE lease (
  workflow   text PRIMARY KEY,
  epoch      bigint NOT NULL,
  run_id     text,
  expires_at timestamptz NOT NULL
);

CREATE TABLE run (
  run_id        text PRIMARY KEY,
  workflow      text NOT NULL,
  seq           bigint NOT NULL,
  type          text NOT NULL,
  revision      text NOT NULL,
  settings_hash text NOT NULL,
  lookups       jsonb NOT NULL,
  result        text,          -- null = not finished
  reason        text,
  message       text,
  report        jsonb,         -- what the worker said at the end, to be said again
  started_at    timestamptz NOT NULL,
  ended_at      timestamptz,
  UNIQUE (workflow, seq)
);

CREATE TABLE run_task (
  run_id           text NOT NULL REFERENCES run ON DELETE CASCADE,
  task             text NOT NULL,
  position         int NOT NULL,
  from_time        timestamptz,                   -- the window, frozen before anything is read
  to_time          timestamptz NOT NULL,
  cursor           text,                          -- covers exactly the records that are staged
  extracted        boolean NOT NULL DEFAULT false,
  read             bigint NOT NULL DEFAULT 0,     -- counted in the transaction that stages, to be compared with the rows
  counts           jsonb,
  watermark_before timestamptz,
  watermark_after  timestamptz,
  PRIMARY KEY (run_id, task)
);

-- The current row of every record a task has seen.
CREATE TABLE record (
  workflow       text NOT NULL,
  task           text NOT NULL,
  key            text NOT NULL,
  run_id         text NOT NULL,                   -- the run that staged it last
  source_version timestamptz NOT NULL,
  source_hash    text NOT NULL,
  hash           text,                            -- of the mapped record
  source         jsonb,
  mapped         jsonb,
  answer         jsonb,
  outcome        text NOT NULL,
  reason         text,
  code           text,
  field          text,
  message        text,
  attempts       int NOT NULL DEFAULT 0,          -- tries of this version that failed
  next_at        timestamptz,                     -- when it is tried again by itself
  open_since     timestamptz,                     -- since when it is Failed or Held
  destination_id text,
  updated_at     timestamptz NOT NULL,
  PRIMARY KEY (workflow, task, key)
);
CREATE INDEX record_open ON record (workflow, outcome) WHERE outcome IN ('Failed', 'Held');

-- What became of each record in each run. Pending rows are the queue of the writers.
CREATE TABLE run_record (
  run_id        text NOT NULL,
  task          text NOT NULL,
  key           text NOT NULL,
  position      bigint GENERATED ALWAYS AS IDENTITY,
  outcome       text NOT NULL,
  reason        text,
  code          text,
  field         text,
  claimed_epoch bigint,
  PRIMARY KEY (run_id, task, key)
);
CREATE INDEX run_record_pending ON run_record (run_id, task, position) WHERE outcome = 'Pending';
CREATE INDEX run_record_failed ON run_record (run_id, position) WHERE outcome = 'Failed';

-- Which entity of the destination belongs to which of the source. One to one: many-to-one will have to be declared.
CREATE TABLE link (
  source_connection      text NOT NULL,
  destination_connection text NOT NULL,
  entity                 text NOT NULL,
  source_key             text NOT NULL,
  destination_id         text NOT NULL,
  source_hash            text,                    -- of the records as last written; null = linked, never written
  mapped_hash            text,
  etag                   text,
  PRIMARY KEY (source_connection, destination_connection, entity, source_key),
  UNIQUE (source_connection, destination_connection, entity, destination_id)
);

-- A create that cannot be repeated safely is about to happen.
CREATE TABLE intent (
  source_connection      text NOT NULL,
  destination_connection text NOT NULL,
  entity                 text NOT NULL,
  key                    text NOT NULL,
  token                  uuid NOT NULL,
  intent_at              timestamptz NOT NULL,
  PRIMARY KEY (source_connection, destination_connection, entity, key)
);

-- What the source is still to be told.
CREATE TABLE outbox (
  source_connection text NOT NULL,
  key               text NOT NULL,
  action            text NOT NULL,
  payload           jsonb NOT NULL,
  attempts          int NOT NULL DEFAULT 0,
  next_at           timestamptz,
  state             text NOT NULL,
  PRIMARY KEY (source_connection, key, action)
);

-- Up to where a task's source is known to be read: the last import time.
CREATE TABLE watermark (
  workflow text NOT NULL,
  task     text NOT NULL,
  value    timestamptz NOT NULL,
  run_id   text NOT NULL,
  PRIMARY KEY (workflow, task)
);
