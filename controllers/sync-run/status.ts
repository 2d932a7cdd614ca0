/** The status of a run, from where it stands and from its report: pure. */
import { type Result, sum } from '../../crds/outcomes.ts';
import type { Report } from '../../crds/report.ts';
import type { SyncRunResource } from '../../crds/sync-run.ts';
import { toTime } from '../../operator/runtime/times.ts';
import { type Cause, Conditions } from '../conditions.ts';
import type { Ending } from '../job-end.ts';
import { reconcileRequest, revisionAnnotation, scheduledTimeAnnotation } from '../labels.ts';
import type { RunTrigger } from '../metrics.ts';
import type { Job } from '../resources.ts';

export type RunStatus = NonNullable<SyncRunResource['status']>;

/** Where a run stands. */
export type Stand =
  /** No Job yet, or one whose worker does not run yet, or does; the cause says which. */
  | { kind: 'Going'; cause: Cause; job: Job | undefined }
  /** It ended without ever having a Job. */
  | { kind: 'Refused'; cause: Cause; result: Result }
  | { kind: 'Ended'; ending: Ending; job: Job | undefined };

export interface Observed {
  stand: Stand;
  trigger: RunTrigger;
}

export function toStatus(run: SyncRunResource, { stand, trigger }: Observed, now: Date): RunStatus {
  const before = run.status ?? {};
  const job = stand.kind === 'Refused' ? undefined : stand.job;
  return {
    ...before,
    observedGeneration: run.metadata.generation,
    conditions: [...conditionsOf(run, stand, now).list],
    lastHandledReconcileAt: run.metadata.annotations?.[reconcileRequest],
    trigger,
    ...(job === undefined ? {} : ofJob(job, hasBegun(stand))),
    ...ended(stand, now),
  };
}

/** Before its worker is at work, when the Job began is not worth a write. */
const hasBegun = (stand: Stand): boolean => stand.kind !== 'Going' || stand.cause.reason === 'Running';

function ofJob(job: Job, begun: boolean): Partial<RunStatus> {
  const { name, annotations } = job.metadata;
  const scheduledTime = annotations?.[scheduledTimeAnnotation];
  const { startTime } = job.status ?? {};
  const revision = annotations?.[revisionAnnotation];
  return {
    jobRef: { name },
    ...(revision === undefined ? {} : { revision }),
    ...(scheduledTime === undefined ? {} : { scheduledTime: toTime(new Date(scheduledTime)) }),
    ...(begun && startTime !== undefined ? { startTime } : {}),
  };
}

function ended(stand: Stand, now: Date): Partial<RunStatus> {
  switch (stand.kind) {
    case 'Going':
      return {};
    case 'Refused':
      return { result: stand.result, completionTime: toTime(now) };
    case 'Ended': {
      const { result, completionTime, attempt, report } = stand.ending;
      return { result, completionTime, attempt, ...(report === null ? {} : ofReport(report)) };
    }
  }
}

/** A report is foreign input: a name that comes twice is taken once, or the API server would refuse the whole status. */
function ofReport(report: Report): Partial<RunStatus> {
  const { seq, revision, durationSeconds, failures } = report;
  const tasks = once(report.tasks);
  return {
    durationSeconds,
    ...(seq > 0 ? { seq } : {}),
    ...(revision === '' ? {} : { revision }),
    ...(tasks.length === 0 ? {} : { counts: sum(tasks.map(({ counts }) => counts)), tasks: tasks.map(toTask) }),
    ...(failures.length === 0 ? {} : { failures }),
    ...(report.lookups.length === 0 ? {} : { lookups: once(report.lookups) }),
  };
}

function toTask({ name, counts, reasons, watermark }: Report['tasks'][number]) {
  const { before, after } = watermark;
  return {
    name,
    counts,
    ...(Object.keys(reasons).length === 0 ? {} : { reasons }),
    ...(before === undefined ? {} : { watermarkBefore: toTime(new Date(before)) }),
    ...(after === undefined ? {} : { watermarkAfter: toTime(new Date(after)) }),
  };
}

const once = <T extends { name: string }>(list: readonly T[]): T[] =>
  list.filter(({ name }, place) => list.findIndex(other => other.name === name) === place);

function conditionsOf(run: SyncRunResource, stand: Stand, now: Date): Conditions {
  const conditions = Conditions.of(run, now);
  if (stand.kind === 'Going')
    return conditions.set('Succeeded', 'Unknown', stand.cause).progress('Working', stand.cause);
  const { result, cause } = stand.kind === 'Ended' ? stand.ending : stand;
  return result === 'Succeeded'
    ? conditions.set('Succeeded', 'True', cause).progress('Settled', cause)
    : conditions.set('Succeeded', 'False', cause).progress('Stuck', cause);
}
