/** Runs in the ledger: who may start, what was frozen at the start, how a run ends. */
import type { Counts, Result } from '../../crds/outcomes.ts';
import type { Report } from '../../crds/report.ts';
import type { Window } from '../window.ts';
import { countsOf } from './counts.ts';
import type { Ledger, Sql } from './database.ts';
import { releaseLease } from './lease.ts';

/** What a run is, before it starts. */
export interface NewRun {
  id: string;
  workflow: string;
  type: string;
  revision: string;
  settingsHash: string;
  lookups: Report['lookups'];
}

export interface RunRow extends NewRun {
  seq: number;
  startedAt: Date;
  endedAt: Date | null;
  result: Result | null;
  report: Report | null;
}

export type Start =
  | { kind: 'Started'; run: RunRow; epoch: number }
  /** The run ended before: nothing is read or written, its report is said again. */
  | { kind: 'Ended'; run: RunRow }
  | { kind: 'Busy' }
  | { kind: 'Suspended' };

interface LeaseRow {
  epoch: number;
  runId: string | null;
  expired: boolean;
}

const runColumns = `run_id AS id, workflow, seq::int, type, revision, settings_hash AS "settingsHash", lookups, result, report,
  started_at AS "startedAt", ended_at AS "endedAt"`;

async function findRun(sql: Sql, id: string): Promise<RunRow | undefined> {
  return (await sql<RunRow>(`SELECT ${runColumns} FROM run WHERE run_id = $1`, [id]))[0];
}

async function lockLease(sql: Sql, workflow: string): Promise<LeaseRow> {
  await sql(`INSERT INTO lease (workflow, epoch, expires_at) VALUES ($1, 0, '-infinity') ON CONFLICT DO NOTHING`, [
    workflow,
  ]);
  const [row] = await sql<LeaseRow>(
    `SELECT epoch::int, run_id AS "runId", expires_at <= ledger_now() AS expired FROM lease WHERE workflow = $1 FOR UPDATE`,
    [workflow],
  );
  if (row === undefined) throw new Error('the lease row vanished while it was locked');
  return row;
}

/**
 * Takes the lease for a run and creates its row, or tells why not. A run takes its own lease over at once and fences the process that
 * held it; runs of others whose lease has expired are closed as Interrupted in the same transaction.
 */
export function startRun(ledger: Ledger, run: NewRun, leaseSeconds: number, suspended: boolean): Promise<Start> {
  return ledger.transaction(async (sql): Promise<Start> => {
    const lease = await lockLease(sql, run.workflow);
    const known = await findRun(sql, run.id);
    if (known?.endedAt) return { kind: 'Ended', run: known };
    if (lease.runId !== run.id && !lease.expired) return { kind: 'Busy' };
    // A run that has begun ends, whatever was switched off meanwhile.
    if (suspended && !known) return { kind: 'Suspended' };
    await closeInterrupted(sql, run.workflow, run.id);
    const epoch = await takeLease(sql, run, leaseSeconds);
    return { kind: 'Started', run: known ?? (await insertRun(sql, run)), epoch };
  });
}

async function takeLease(sql: Sql, run: Pick<NewRun, 'id' | 'workflow'>, leaseSeconds: number): Promise<number> {
  const [taken] = await sql<{ epoch: number }>(
    `UPDATE lease SET epoch = epoch + 1, run_id = $2, expires_at = ledger_now() + $3 * interval '1 second'
     WHERE workflow = $1 RETURNING epoch::int`,
    [run.workflow, run.id, leaseSeconds],
  );
  return taken?.epoch ?? 0;
}

async function insertRun(sql: Sql, run: NewRun): Promise<RunRow> {
  const [row] = await sql<RunRow>(
    `INSERT INTO run (run_id, workflow, seq, type, revision, settings_hash, lookups, started_at)
     SELECT $1, $2, coalesce(max(seq), 0) + 1, $3, $4, $5, $6, ledger_now() FROM run WHERE workflow = $2
     RETURNING ${runColumns}`,
    [run.id, run.workflow, run.type, run.revision, run.settingsHash, JSON.stringify(run.lookups)],
  );
  if (row === undefined) throw new Error('the row of the run was not written');
  return row;
}

async function closeInterrupted(sql: Sql, workflow: string, except: string): Promise<void> {
  const open = await sql<{ id: string }>(
    'SELECT run_id AS id FROM run WHERE workflow = $1 AND ended_at IS NULL AND run_id <> $2',
    [workflow, except],
  );
  for (const { id } of open) await closeRun(sql, id, { result: 'Interrupted', reason: 'Interrupted' });
}

/** How a run is closed. */
export interface Closing {
  result: Result;
  reason?: string;
  message?: string;
  report?: Report;
}

/** Writes the end of a run. Its counts are those of its rows. */
export async function closeRun(sql: Sql, id: string, { result, reason, message, report }: Closing): Promise<void> {
  for (const { task, counts } of await countsOf(sql, id)) await saveCounts(sql, id, task, counts);
  await sql(
    `UPDATE run SET result = $2, reason = $3, message = $4, report = $5, ended_at = ledger_now() WHERE run_id = $1`,
    [id, result, reason ?? null, message ?? null, report ? JSON.stringify(report) : null],
  );
}

async function saveCounts(sql: Sql, id: string, task: string, counts: Counts): Promise<void> {
  await sql('UPDATE run_task SET counts = $3 WHERE run_id = $1 AND task = $2', [id, task, JSON.stringify(counts)]);
}

/**
 * For a report that got lost: an ended run is returned as it is, an unfinished one is fenced and closed as Interrupted. Null = the run
 * never started.
 */
export function endRun(ledger: Ledger, id: string, workflow: string): Promise<RunRow | null> {
  return ledger.transaction(async sql => {
    const lease = await lockLease(sql, workflow);
    const known = await findRun(sql, id);
    if (!known || known.endedAt) return known ?? null;
    if (lease.runId === id) {
      const epoch = await takeLease(sql, known, 0);
      await releaseLease(sql, workflow, epoch);
    }
    await closeRun(sql, id, { result: 'Interrupted', reason: 'Interrupted' });
    return (await findRun(sql, id)) ?? null;
  });
}

/** One task of a run: its frozen window and how far it has been read. */
export interface TaskState {
  task: string;
  window: Window;
  cursor: string | null;
  extracted: boolean;
  watermarkBefore: Date | null;
}

interface TaskRow extends Omit<TaskState, 'window'> {
  from: Date | null;
  to: Date;
}

/** The tasks of a run that has frozen them; empty before that. */
export async function taskStates(sql: Sql, id: string): Promise<TaskState[]> {
  const rows = await sql<TaskRow>(
    `SELECT task, from_time AS "from", to_time AS "to", cursor, extracted, watermark_before AS "watermarkBefore"
     FROM run_task WHERE run_id = $1 ORDER BY position`,
    [id],
  );
  return rows.map(({ from, to, ...row }) => ({ ...row, window: { from, to } }));
}

/** Writes down what the run will read, before it reads. */
export async function freezeTask(sql: Sql, id: string, position: number, state: TaskState): Promise<void> {
  await sql(
    `INSERT INTO run_task (run_id, task, position, from_time, to_time, watermark_before)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, state.task, position, state.window.from, state.window.to, state.watermarkBefore],
  );
}
