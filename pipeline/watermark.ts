/** Up to where a task's source is known to be read. It moves last, when every record before it has a durable outcome. */
import type { Sql } from './stage/database.ts';

export async function readWatermark(sql: Sql, workflow: string, task: string): Promise<Date | null> {
  const [row] = await sql<{ value: Date }>('SELECT value FROM watermark WHERE workflow = $1 AND task = $2', [
    workflow,
    task,
  ]);
  return row?.value ?? null;
}

/** Moves the watermark of every task of a run to the end of its window; never back. */
export async function moveWatermarks(sql: Sql, workflow: string, run: string): Promise<void> {
  await sql(
    `INSERT INTO watermark AS w (workflow, task, value, run_id)
     SELECT $1, task, to_time, run_id FROM run_task WHERE run_id = $2
     ON CONFLICT (workflow, task) DO UPDATE SET value = greatest(w.value, excluded.value), run_id = excluded.run_id`,
    [workflow, run],
  );
  await sql(
    `UPDATE run_task t SET watermark_after = w.value FROM watermark w
     WHERE t.run_id = $2 AND w.workflow = $1 AND w.task = t.task`,
    [workflow, run],
  );
}
