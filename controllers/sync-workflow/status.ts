/** The status of a workflow, from its definition's fate, its runs and their reports: pure. */
import type { Report } from '../../crds/report.ts';
import type { SyncRunResource } from '../../crds/sync-run.ts';
import type { SyncWorkflowResource } from '../../crds/sync-workflow.ts';
import { getCondition } from '../../operator/runtime/conditions.ts';
import { toTime } from '../../operator/runtime/times.ts';
import { type Cause, Conditions, type Problem, storedIn } from '../conditions.ts';
import { didWork, type Ending, idOf, saysMore } from '../job-end.ts';
import { reconcileRequest } from '../labels.ts';

export type WorkflowStatus = NonNullable<SyncWorkflowResource['status']>;

/** A run that ended and said so itself. */
export interface Reported extends Ending {
  report: Report;
}

export interface Observed {
  /** Why the present generation is not published; null: it is. */
  problem: Problem | null;
  /** What runs use. */
  revision: string | undefined;
  nextTick: Date | null;
  reported: readonly Reported[];
  runs: readonly SyncRunResource[];
}

export function toStatus(workflow: SyncWorkflowResource, observed: Observed, now: Date): WorkflowStatus {
  const before: WorkflowStatus = workflow.status ?? {};
  const { lastCause, ...after } = afterRuns(before, observed, workflow.spec);
  const { revision, nextTick } = observed;
  return {
    ...after,
    observedGeneration: workflow.metadata.generation,
    conditions: [...conditionsOf(workflow, observed, { ...after, lastCause }, now).list],
    lastHandledReconcileAt: workflow.metadata.annotations?.[reconcileRequest],
    publishedRevision: revision,
    nextScheduleTime: nextTick === null ? undefined : toTime(nextTick),
    lastRunRef: lastRun(before, observed),
    activeRunRef: activeRun(observed),
  };
}

/** Reports that the status does not hold yet, in the order of their runs: an older one never overwrites a newer one. */
export function notTakenIn(status: WorkflowStatus, reported: readonly Reported[]): Reported[] {
  return reported.filter(ending => saysMore(ending, status)).sort(byStart);
}

const byStart = ({ report: a }: Reported, { report: b }: Reported): number =>
  Date.parse(a.started) - Date.parse(b.started);

/** What runs change, and the cause and result of the last one. */
type AfterRuns = WorkflowStatus & { lastCause?: Cause | undefined };

function afterRuns(
  before: WorkflowStatus,
  { reported, runs }: Observed,
  { tasks }: SyncWorkflowResource['spec'],
): AfterRuns {
  const taken = notTakenIn(before, reported).reduce<AfterRuns>((status, ending) => afterReport(status, ending), before);
  const silent = runs.filter(isSilent).sort((a, b) => startOf(a) - startOf(b));
  const after = silent.reduce((status, run) => afterSilence(status, run), taken);
  const names = tasks.map(({ name }) => name);
  const known = after.tasks?.filter(({ name }) => names.includes(name));
  known?.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
  return { ...after, tasks: known };
}

function afterReport(status: AfterRuns, { result, cause, report }: Reported): AfterRuns {
  const started = new Date(report.started);
  const ended = new Date(started.getTime() + report.durationSeconds * 1000);
  return {
    ...status,
    lastCause: cause,
    lastReportTime: report.started,
    lastSeq: report.seq,
    lastRunTime: toTime(started),
    lastResult: result,
    ...(result === 'Succeeded' ? { lastSuccessTime: toTime(ended) } : {}),
    tasks: tasksAfter(status.tasks, report),
    openFailures: report.open,
    held: {
      count: report.held.count,
      ...(report.held.oldest === undefined ? {} : { oldestTime: toTime(new Date(report.held.oldest)) }),
    },
  };
}

function tasksAfter(before: WorkflowStatus['tasks'] = [], { tasks }: Report): WorkflowStatus['tasks'] {
  const byName = new Map(before.map(task => [task.name, task]));
  for (const { name, counts, watermark } of tasks) {
    const reached = watermark.after ?? watermark.before;
    const lastImportTime = reached === undefined ? byName.get(name)?.lastImportTime : toTime(new Date(reached));
    byName.set(name, { name, counts, ...(lastImportTime === undefined ? {} : { lastImportTime }) });
  }
  return [...byName.values()];
}

/** Its Job ran and ended without a word: killed, or out of time. */
const isSilent = ({ status }: SyncRunResource): boolean =>
  status?.result !== undefined && didWork(status.result) && status.seq === undefined && status.startTime !== undefined;

const startOf = ({ status }: SyncRunResource): number => Date.parse(status?.startTime ?? '');

function afterSilence(status: AfterRuns, run: SyncRunResource): AfterRuns {
  const { startTime, result, conditions } = run.status ?? {};
  if (startTime === undefined || startOf(run) <= Date.parse(status.lastRunTime ?? '1970-01-01')) return status;
  const succeeded = conditions?.find(({ type }) => type === 'Succeeded');
  const lastCause = { reason: succeeded?.reason ?? 'Defect', message: succeeded?.message ?? '' } as Cause;
  return { ...status, lastRunTime: startTime, lastResult: result, lastCause };
}

function conditionsOf(workflow: SyncWorkflowResource, observed: Observed, after: AfterRuns, now: Date): Conditions {
  const { suspend } = workflow.spec;
  const open = after.openFailures;
  return ready(Conditions.of(workflow, now), observed)
    .set(
      'Suspended',
      suspend ? 'True' : 'False',
      suspend
        ? { reason: 'Suspended', message: '`suspend` is true: nothing runs' }
        : { reason: 'NotSuspended', message: '`suspend` is false' },
    )
    .set('LastRunSucceeded', ...lastRunSucceeded(workflow, after))
    .set('OpenFailures', ...openFailures(open));
}

function ready(conditions: Conditions, { problem, revision }: Observed): Conditions {
  if (problem === null) return conditions.ready('Settled', { reason: 'Reconciled', message: `runs use '${revision}'` });
  const meanwhile = revision === undefined ? 'nothing runs' : `runs go on with '${revision}'`;
  const cause = { reason: problem.reason, message: `${problem.message}; until then ${meanwhile}` };
  return conditions.ready(problem.standing, cause);
}

type Statement = ['True' | 'False' | 'Unknown', Cause];

function lastRunSucceeded(workflow: SyncWorkflowResource, { lastCause, lastResult }: AfterRuns): Statement {
  if (lastCause !== undefined) return [lastResult === 'Succeeded' ? 'True' : 'False', lastCause];
  const before = getCondition(storedIn(workflow.status), 'LastRunSucceeded');
  if (before === undefined) return ['Unknown', { reason: 'NotRun', message: 'no run has finished yet' }];
  return [before.status, { reason: before.reason as Cause['reason'], message: before.message }];
}

function openFailures(open: number | undefined): Statement {
  if (open === undefined) return ['Unknown', { reason: 'NotRun', message: 'no run has finished yet' }];
  if (open === 0) return ['False', { reason: 'NoOpenFailures', message: 'no record has an open failure' }];
  return ['True', { reason: 'RecordsOpen', message: `${open} ${open === 1 ? 'record has' : 'records have'} failed` }];
}

const refTo = ({ metadata: { name, uid } }: SyncRunResource) => ({ name, uid });

/** When a run ended: by its report, which is seen before its status says so; undefined while it goes on. */
function endOf(run: SyncRunResource, reported: readonly Reported[]): string | undefined {
  const { result, completionTime } = run.status ?? {};
  return result === undefined
    ? reported.find(({ report }) => report.run === idOf(run))?.completionTime
    : (completionTime ?? '');
}

function activeRun({ runs, reported }: Observed): WorkflowStatus['activeRunRef'] {
  const active = runs
    .filter(run => run.status?.jobRef !== undefined && endOf(run, reported) === undefined)
    .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1));
  return active[0] && refTo(active[0]);
}

/** The newest run that did something and ended. One that was removed stays the last until another ends after it. */
function lastRun({ lastRunRef, lastRunTime }: WorkflowStatus, { runs, reported: all }: Observed) {
  const reported = all.filter(({ result }) => didWork(result));
  const [newest] = runs
    .filter(({ status }) => status?.result === undefined || (didWork(status.result) && status.startTime !== undefined))
    .flatMap(run => {
      const end = endOf(run, reported);
      return end === undefined ? [] : [{ run, end }];
    })
    .sort((a, b) => (a.end < b.end ? 1 : -1));
  if (newest === undefined) return lastRunRef;
  const isGone = lastRunRef !== undefined && !runs.some(({ metadata }) => metadata.uid === lastRunRef.uid);
  return isGone && newest.end < (lastRunTime ?? '') ? lastRunRef : refTo(newest.run);
}
