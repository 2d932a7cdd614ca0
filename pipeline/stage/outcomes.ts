/** Pending rows are claimed by writers; what became of them is committed in batches, together with the link. */
import type { Key, Written } from '../../connectors/contract.ts';
import type { OutcomeReason } from '../../crds/outcomes.ts';
import type { ClaimedRecord, Verdict } from '../record.ts';
import type { Sql } from './database.ts';
import { type Place, parameters } from './place.ts';

/**
 * Takes the next pending records, in order. A claim ends with its epoch: the next process takes the record again. From here until the
 * outcome is known, what the destination holds is not: the link forgets what was last written, so that nothing is called unchanged.
 */
export async function claimRecords(sql: Sql, place: Place, epoch: number, limit: number): Promise<ClaimedRecord[]> {
  return sql<ClaimedRecord>(
    `WITH next AS (
       SELECT key FROM run_record
       WHERE run_id = $1 AND task = $3 AND outcome = 'Pending' AND claimed_epoch IS DISTINCT FROM $7
       ORDER BY position LIMIT $8 FOR UPDATE SKIP LOCKED
     ), claimed AS (
       UPDATE run_record h SET claimed_epoch = $7 FROM next
       WHERE h.run_id = $1 AND h.task = $3 AND h.key = next.key RETURNING h.key, h.position
     ), in_doubt AS (
       UPDATE link l SET source_hash = NULL, mapped_hash = NULL FROM claimed c
       WHERE l.source_connection = $4 AND l.destination_connection = $5 AND l.entity = $6 AND l.source_key = c.key
     )
     SELECT c.key, r.mapped, r.hash, l.destination_id AS "destinationId", l.etag
     FROM claimed c
     JOIN record r ON r.workflow = $2 AND r.task = $3 AND r.key = c.key
     LEFT JOIN link l ON l.source_connection = $4 AND l.destination_connection = $5 AND l.entity = $6 AND l.source_key = c.key
     ORDER BY c.position`,
    [...parameters(place), epoch, limit],
  );
}

/** What became of a claimed record. */
export interface Settled extends Verdict {
  key: Key;
  /** Of the mapped record that was dealt with: if a newer one was staged meanwhile, the row stays pending. */
  hash: string;
  /** The destination's answer: it now holds the record. */
  written?: Written;
  /** The destination does not have the linked entity any more. */
  gone?: boolean;
  /** It may do better later by itself. */
  retry?: boolean;
}

/** Minutes until a failed record is tried again, by how often it has failed. */
const pauses = [5, 15, 60, 240];

export async function commitOutcomes(sql: Sql, place: Place, settled: Settled[], tries: number): Promise<void> {
  await sql(
    `WITH done AS (
       SELECT * FROM jsonb_to_recordset($7::jsonb) AS d(key text, hash text, outcome text, reason text, code text, field text,
         message text, written jsonb, gone boolean, retry boolean)
     ), stored AS (
       UPDATE record r SET
         outcome = d.outcome, reason = d.reason, code = d.code, field = d.field, message = d.message, answer = d.written,
         attempts = CASE d.outcome WHEN 'Failed' THEN r.attempts + 1 ELSE 0 END,
         next_at = CASE WHEN d.retry AND r.attempts + 1 < $8
           THEN ledger_now() + ($9::int[])[least(r.attempts + 1, cardinality($9::int[]))] * interval '1 minute' END,
         open_since = CASE WHEN d.outcome IN ('Failed', 'Held') THEN coalesce(r.open_since, ledger_now()) END,
         destination_id = CASE WHEN d.gone THEN NULL ELSE coalesce(d.written->>'id', r.destination_id) END,
         updated_at = ledger_now()
       FROM done d WHERE r.workflow = $2 AND r.task = $3 AND r.key = d.key AND r.run_id = $1 AND r.hash = d.hash
       RETURNING r.key, r.source_hash, r.hash, d.outcome, d.reason, d.code, d.field, d.written, d.gone
     ), counted AS (
       UPDATE run_record h SET outcome = s.outcome, reason = s.reason, code = s.code, field = s.field FROM stored s
       WHERE h.run_id = $1 AND h.task = $3 AND h.key = s.key
     ), unlinked AS (
       DELETE FROM link l USING stored s
       WHERE s.gone AND l.source_connection = $4 AND l.destination_connection = $5 AND l.entity = $6 AND l.source_key = s.key
     )
     UPDATE link l SET destination_id = s.written->>'id', source_hash = s.source_hash, mapped_hash = s.hash, etag = s.written->>'etag'
     FROM stored s
     WHERE s.written IS NOT NULL AND l.source_connection = $4 AND l.destination_connection = $5 AND l.entity = $6
       AND l.source_key = s.key`,
    [...parameters(place), JSON.stringify(settled), tries, pauses],
  );
}

/** Says why records are still pending. */
export async function markPending(sql: Sql, run: string, workflow: string, reason: OutcomeReason): Promise<void> {
  await sql(`UPDATE run_record SET reason = $2 WHERE run_id = $1 AND outcome = 'Pending'`, [run, reason]);
  await sql(`UPDATE record SET reason = $3 WHERE workflow = $2 AND run_id = $1 AND outcome = 'Pending'`, [
    run,
    workflow,
    reason,
  ]);
}

/** Records of a task that are still to be written. */
export async function pendingOf(sql: Sql, run: string): Promise<number> {
  const [row] = await sql<{ count: number }>(
    `SELECT count(*)::int AS count FROM run_record WHERE run_id = $1 AND outcome = 'Pending'`,
    [run],
  );
  return row?.count ?? 0;
}
