/** What the ledger's rows say about a run: counts, reasons, first failures. Always counted, never kept up. */
import type { Counts } from '../../crds/outcomes.ts';
import type { Report } from '../../crds/report.ts';
import type { Sql } from './database.ts';

export interface TaskCounts {
  task: string;
  counts: Counts;
}

/** `read` was counted when records were staged, all others are the rows themselves: the two must agree. */
export async function countsOf(sql: Sql, run: string): Promise<TaskCounts[]> {
  const rows = await sql<Counts & { task: string }>(
    `SELECT t.task, t.read::int,
            count(*) FILTER (WHERE r.outcome = 'Created')::int AS created,
            count(*) FILTER (WHERE r.outcome = 'Updated')::int AS updated,
            count(*) FILTER (WHERE r.outcome = 'Skipped')::int AS skipped,
            count(*) FILTER (WHERE r.outcome = 'Staged')::int AS staged,
            count(*) FILTER (WHERE r.outcome = 'Held')::int AS held,
            count(*) FILTER (WHERE r.outcome = 'Failed')::int AS failed,
            count(*) FILTER (WHERE r.outcome = 'Pending')::int AS pending
     FROM run_task t LEFT JOIN run_record r USING (run_id, task)
     WHERE t.run_id = $1 GROUP BY t.run_id, t.task ORDER BY t.position`,
    [run],
  );
  return rows.map(({ task, ...counts }) => ({ task, counts }));
}

/** Rows by reason or code, per task. */
async function reasonsOf(sql: Sql, run: string): Promise<Map<string, Record<string, number>>> {
  const rows = await sql<{ task: string; reason: string; count: number }>(
    `SELECT task, coalesce(code, reason) AS reason, count(*)::int AS count FROM run_record
     WHERE run_id = $1 AND coalesce(code, reason) IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`,
    [run],
  );
  const reasons = new Map<string, Record<string, number>>();
  for (const { task, reason, count } of rows) reasons.set(task, { ...reasons.get(task), [reason]: count });
  return reasons;
}

const mostFailures = 20;
const longestKey = 100;

async function failuresOf(sql: Sql, run: string): Promise<Report['failures']> {
  const rows = await sql<{ task: string; key: string; code: string; field: string | null }>(
    `SELECT task, left(key, $2) AS key, code, field FROM run_record
     WHERE run_id = $1 AND outcome = 'Failed' ORDER BY position LIMIT $3`,
    [run, longestKey, mostFailures],
  );
  return rows.map(({ field, ...row }) => (field === null ? row : { ...row, field }));
}

/** Everything a report says that only rows know. */
export type Summary = Pick<Report, 'tasks' | 'failures' | 'open' | 'held'>;

export async function summarize(sql: Sql, run: string, workflow: string): Promise<Summary> {
  const reasons = await reasonsOf(sql, run);
  const marks = await sql<{ task: string; before: Date | null; after: Date | null }>(
    'SELECT task, watermark_before AS before, watermark_after AS after FROM run_task WHERE run_id = $1',
    [run],
  );
  const [open] = await sql<{ failed: number; held: number; oldest: Date | null }>(
    `SELECT count(*) FILTER (WHERE outcome <> 'Held')::int AS failed,
            count(*) FILTER (WHERE outcome = 'Held')::int AS held,
            min(open_since) FILTER (WHERE outcome = 'Held') AS oldest
     FROM record WHERE workflow = $1 AND (outcome IN ('Failed', 'Held') OR outcome = 'Pending' AND open_since IS NOT NULL)`,
    [workflow],
  );
  return {
    tasks: (await countsOf(sql, run)).map(({ task, counts }) => {
      const mark = marks.find(candidate => candidate.task === task);
      return {
        name: task,
        counts,
        reasons: reasons.get(task) ?? {},
        watermark: {
          ...(mark?.before && { before: mark.before.toISOString() }),
          ...(mark?.after && { after: mark.after.toISOString() }),
        },
      };
    }),
    failures: await failuresOf(sql, run),
    open: open?.failed ?? 0,
    held: { count: open?.held ?? 0, ...(open?.oldest && { oldest: open.oldest.toISOString() }) },
  };
}
