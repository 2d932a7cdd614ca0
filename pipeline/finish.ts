/** The end of a run in the ledger: finished, with the watermark moved; or broken off, with what is left marked. */
import { addsUp } from '../crds/outcomes.ts';
import { exitCodes } from '../crds/plan.ts';
import type { Report } from '../crds/report.ts';
import type { ConnectionReport } from './connection.ts';
import { type Ending, Stopped } from './ending.ts';
import { reportOf } from './report.ts';
import { countsOf, summarize, type TaskCounts } from './stage/counts.ts';
import { type Ledger, ledgerTime, type Sql } from './stage/database.ts';
import { type Lease, releaseLease } from './stage/lease.ts';
import { markPending, pendingOf } from './stage/outcomes.ts';
import { closeRun, type RunRow } from './stage/runs.ts';
import { moveWatermarks } from './watermark.ts';

/** What a worker ends with. */
export interface Ended {
  exit: number;
  report: Report;
}

/** Everything has a durable outcome: the watermark moves and the run ends, in one transaction. */
export function finishRun(lease: Lease, run: RunRow, connections: ConnectionReport[]): Promise<Ended> {
  return lease.fenced(async sql => {
    const pending = await pendingOf(sql, run.id);
    if (pending > 0) throw new Stopped(`${pending} records are still pending`);
    const ending = verdictOf(await countsOf(sql, run.id));
    if (ending.result !== 'Failed') await moveWatermarks(sql, run.workflow, run.id);
    const report = await closeWithReport(sql, run, ending, connections);
    await releaseLease(sql, run.workflow, lease.epoch);
    return { exit: ending.exit, report };
  });
}

/** Pure: how a run that dealt with everything ended. */
export function verdictOf(tasks: TaskCounts[]): Ending {
  const wrong = tasks.find(({ counts }) => !addsUp(counts));
  if (wrong) {
    const message = `task ${wrong.task}: ${wrong.counts.read} records were read and the outcomes do not add up to that`;
    return { exit: exitCodes.Defect, result: 'Failed', reason: 'CountMismatch', message, final: true };
  }
  const failed = tasks.reduce((sum, { counts }) => sum + counts.failed, 0);
  if (failed === 0) return { exit: exitCodes.Finished, result: 'Succeeded', reason: 'Succeeded', final: true };
  const message = `${failed} of the records failed; the others are done`;
  return { exit: exitCodes.Finished, result: 'Partial', reason: 'RecordsFailed', message, final: true };
}

/** Something ended the run before its end: what was not sent stays pending, and the watermark stays where it was. */
export function breakOff(lease: Lease, run: RunRow, ending: Ending, connections: ConnectionReport[]): Promise<Report> {
  return lease.fenced(async sql => {
    if (ending.pending) await markPending(sql, run.id, run.workflow, ending.pending);
    if (ending.final) return closeWithReport(sql, run, ending, connections);
    return reportOf(run, ending, await summarize(sql, run.id, run.workflow), await ledgerTime(sql), connections);
  });
}

async function closeWithReport(
  sql: Sql,
  run: RunRow,
  ending: Ending,
  connections: ConnectionReport[],
): Promise<Report> {
  const summary = await summarize(sql, run.id, run.workflow);
  const report = reportOf(run, ending, summary, await ledgerTime(sql), connections);
  await closeRun(sql, run.id, { ...ending, report });
  return report;
}

/** What an ended run said; for one that was closed by another, what its rows say. */
export async function repeatReport(ledger: Ledger, run: RunRow): Promise<Report> {
  if (run.report) return run.report;
  const summary = await ledger.transaction(sql => summarize(sql, run.id, run.workflow));
  const result = run.result ?? 'Interrupted';
  return reportOf(
    run,
    { result, ...(result === 'Interrupted' && { reason: result }) },
    summary,
    run.endedAt ?? run.startedAt,
  );
}
