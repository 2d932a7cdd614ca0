/** Records that were read become rows, and with them the cursor that covers them: both or neither. */
import type { Cursor } from '../../connectors/contract.ts';
import type { StagedRecord } from '../record.ts';
import type { Sql } from './database.ts';
import { type Place, parameters } from './place.ts';

/** How far a page moves the task; records that are read by key move nothing. */
export interface Progress {
  cursor: Cursor | null;
  extracted: boolean;
}

/** Returns how many records are new to this run. */
export async function stageRecords(
  sql: Sql,
  place: Place,
  records: StagedRecord[],
  progress?: Progress,
): Promise<number> {
  const added = records.length === 0 ? 0 : await insert(sql, place, records);
  if (added > 0) {
    await sql('UPDATE run_task SET read = read + $3 WHERE run_id = $1 AND task = $2', [place.run, place.task, added]);
  }
  if (progress) {
    await sql('UPDATE run_task SET cursor = $3, extracted = $4 WHERE run_id = $1 AND task = $2', [
      place.run,
      place.task,
      progress.cursor,
      progress.extracted,
    ]);
  }
  return added;
}

/**
 * One statement for a page. `again` = this run has it already in this version or a newer one. An older version never overwrites a newer
 * one. Equal to what was last written, before or after mapping = unchanged, whatever the mapping says of it now.
 */
const statement = `
WITH incoming AS (
  SELECT * FROM ROWS FROM (jsonb_to_recordset($7::jsonb) AS (
    key text, "sourceVersion" timestamptz, "sourceHash" text, source jsonb, mapped jsonb, hash text,
    outcome text, reason text, code text, field text, message text)) WITH ORDINALITY AS i
), compared AS (
  SELECT i.*, l.destination_id,
         coalesce(r.run_id = $1 AND i."sourceVersion" <= r.source_version, false) AS again,
         coalesce(i."sourceVersion" < r.source_version, false) AS stale,
         coalesce(l.source_hash = i."sourceHash", false) OR coalesce(l.mapped_hash = i.hash, false) AS unchanged
  FROM incoming i
  LEFT JOIN record r ON r.workflow = $2 AND r.task = $3 AND r.key = i.key
  LEFT JOIN link l ON l.source_connection = $4 AND l.destination_connection = $5 AND l.entity = $6 AND l.source_key = i.key
), decided AS (
  SELECT key, "sourceVersion", "sourceHash", source, mapped, hash, destination_id, stale, ordinality,
         CASE WHEN stale OR unchanged THEN 'Skipped' ELSE outcome END AS outcome,
         CASE WHEN stale THEN 'Stale' WHEN unchanged THEN 'Unchanged' ELSE reason END AS reason,
         CASE WHEN NOT (stale OR unchanged) THEN code END AS code,
         CASE WHEN NOT (stale OR unchanged) THEN field END AS field,
         CASE WHEN NOT (stale OR unchanged) THEN message END AS message
  FROM compared WHERE NOT again
), stored AS (
  INSERT INTO record AS r (workflow, task, key, run_id, source_version, source_hash, hash, source, mapped, outcome, reason, code,
                           field, message, attempts, open_since, destination_id, updated_at)
  SELECT $2, $3, key, $1, "sourceVersion", "sourceHash", hash, source, mapped, outcome, reason, code, field, message,
         CASE outcome WHEN 'Failed' THEN 1 ELSE 0 END,
         CASE WHEN outcome IN ('Failed', 'Held') THEN ledger_now() END, destination_id, ledger_now()
  FROM decided WHERE NOT stale
  ON CONFLICT (workflow, task, key) DO UPDATE SET
    run_id = excluded.run_id, source_version = excluded.source_version, source_hash = excluded.source_hash, hash = excluded.hash,
    source = excluded.source, mapped = excluded.mapped, answer = NULL, outcome = excluded.outcome, reason = excluded.reason,
    code = excluded.code, field = excluded.field, message = excluded.message, next_at = NULL,
    attempts = excluded.attempts
      + CASE WHEN excluded.outcome IN ('Failed', 'Pending') AND r.source_version = excluded.source_version THEN r.attempts ELSE 0 END,
    open_since = CASE excluded.outcome WHEN 'Pending' THEN r.open_since WHEN 'Failed' THEN coalesce(r.open_since, ledger_now())
                 WHEN 'Held' THEN coalesce(r.open_since, ledger_now()) END,
    destination_id = excluded.destination_id, updated_at = excluded.updated_at
), counted AS (
  INSERT INTO run_record AS h (run_id, task, key, outcome, reason, code, field)
  SELECT $1, $3, key, outcome, reason, code, field FROM decided ORDER BY ordinality
  ON CONFLICT (run_id, task, key) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason, code = excluded.code,
    field = excluded.field, claimed_epoch = NULL
  RETURNING h.xmax = 0 AS added
)
SELECT count(*) FILTER (WHERE added)::int AS added FROM counted`;

async function insert(sql: Sql, place: Place, records: StagedRecord[]): Promise<number> {
  const [row] = await sql<{ added: number }>(statement, [...parameters(place), JSON.stringify(newestOfEach(records))]);
  return row?.added ?? 0;
}

/** A statement may touch a row once. */
function newestOfEach(records: StagedRecord[]): StagedRecord[] {
  const newest = new Map<string, StagedRecord>();
  for (const record of records) {
    const known = newest.get(record.key);
    if (!known || Date.parse(known.sourceVersion) <= Date.parse(record.sourceVersion)) newest.set(record.key, record);
  }
  return [...newest.values()];
}

/**
 * Keys of records to read again by key: failed ones whose time has come, and those a run that was broken off left pending. Such a run
 * has ended, since we hold the lease, and its window need not cover what it had taken up as a retry.
 */
export async function dueKeys(sql: Sql, place: Place): Promise<string[]> {
  const rows = await sql<{ key: string }>(
    `SELECT key FROM record WHERE workflow = $1 AND task = $2 AND run_id <> $3
       AND (outcome = 'Pending' OR outcome = 'Failed' AND next_at <= ledger_now())
     ORDER BY next_at NULLS FIRST LIMIT 1000`,
    [place.workflow, place.task, place.run],
  );
  return rows.map(row => row.key);
}

/** Failed records that the source does not have any more: nothing is left to do for them. */
export async function closeGone(sql: Sql, place: Place, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  const values = [place.run, place.workflow, place.task, keys];
  await sql(
    `UPDATE record SET run_id = $1, outcome = 'Skipped', reason = 'SourceMissing', code = NULL, field = NULL, message = NULL,
       attempts = 0, next_at = NULL, open_since = NULL, updated_at = ledger_now()
     WHERE workflow = $2 AND task = $3 AND key = ANY($4)`,
    values,
  );
  const added = await sql(
    `INSERT INTO run_record (run_id, task, key, outcome, reason) SELECT $1, $2, unnest($3::text[]), 'Skipped', 'SourceMissing'
     ON CONFLICT DO NOTHING RETURNING 1`,
    [place.run, place.task, keys],
  );
  await sql('UPDATE run_task SET read = read + $3 WHERE run_id = $1 AND task = $2', [
    place.run,
    place.task,
    added.length,
  ]);
}
