/** How a Job of ours ended, by the Job and its pods: pure. The worker's report counts; without one, its exit code. */
import { type Reason, reasons } from '../crds/conditions.ts';
import { addsUp, type Result, sum } from '../crds/outcomes.ts';
import { exitCodes, request, requestAnnotation } from '../crds/plan.ts';
import { parseReport, type Report } from '../crds/report.ts';
import type { SyncRunResource } from '../crds/sync-run.ts';
import { controllerOf } from '../operator/runtime/resource.ts';
import type { Cause } from './conditions.ts';
import { connectionLabel, instantiateAnnotation } from './labels.ts';
import type { RunTrigger } from './metrics.ts';
import type { Job, ObjectCondition, Pod, Termination } from './resources.ts';
import { ledgerSecret, nextClass, resourceClassOf, workerContainer } from './worker-pod.ts';

export interface Ending {
  result: Result;
  cause: Cause;
  report: Report | null;
  /** When the Job ended, or its worker. */
  completionTime: string;
  /** Which pod of the Job it was, from 1. */
  attempt: number;
}

/** Another run was at work, or the workflow was suspended: such a run did nothing and says nothing of its workflow. */
export const didWork = (result: Result): boolean => result !== 'Busy' && result !== 'Suspended';

/** What a workflow's status says of the last run it took in. */
interface Taken {
  lastReportTime?: string | undefined;
}

/**
 * Whether a run tells more than the status of its workflow holds. One that did not get as far as the ledger has the number 0 and
 * knows nothing of records. Runs of a workflow start one after the other; their numbers begin again when a ledger is lost or
 * restored, their times do not.
 */
export function saysMore({ result, report }: Ending, { lastReportTime }: Taken): boolean {
  if (!didWork(result) || report === null || report.seq === 0) return false;
  return lastReportTime === undefined || Date.parse(report.started) > Date.parse(lastReportTime);
}

/** `Going`: not ended yet. `Lost`: it ended well and nobody knows with what. */
export type JobEnd = Ending | 'Going' | 'Lost';

/** Made by a CronJob: by its schedule, or by hand from it. */
export const isScheduled = (job: Job): boolean => controllerOf(job)?.kind === 'CronJob';

/** The run a Job works for: the one its request names, else its own. A probe works for none. */
export function runIdOf(job: Job): string {
  if (job.metadata.labels?.[connectionLabel] !== undefined) return '';
  try {
    const text = job.spec.template.metadata?.annotations?.[requestAnnotation] ?? '';
    return request.parse(JSON.parse(text)).run;
  } catch {
    return job.metadata.uid ?? ''; // no request, or none of ours
  }
}

/** The same of a SyncRun. */
export const idOf = ({ metadata, spec }: SyncRunResource): string => spec.adoptedJob?.uid ?? metadata.uid;

export function jobEnd(job: Job, pods: readonly Pod[]): JobEnd {
  const end = endOf(job);
  const last = lastTermination(pods);
  const report = reportOf(last, runIdOf(job));
  // Another container may keep the pod alive for ever; a worker that exited with 0 is not started again.
  const isDone = last?.exitCode === exitCodes.Finished && report !== null;
  if (end === undefined && !isDone) return 'Going';
  if (end?.type === 'Complete' && report === null) return 'Lost';
  const completionTime = endTimeOf(job) ?? last?.finishedAt ?? job.metadata.creationTimestamp ?? '';
  const common = { report, completionTime, attempt: (job.status?.failed ?? 0) + (isDone ? 1 : 0) || 1 };
  if (report !== null) return { ...common, ...saidBy(report, end) };
  return { ...common, result: 'Failed', cause: causeWithoutReport(job, end, last) };
}

/** Complete or Failed: the Job controller's last word. Its other conditions come before the pods have ended. */
export function endOf(job: Job): ObjectCondition | undefined {
  return job.status?.conditions?.find(({ type, status }) => /^(Complete|Failed)$/.test(type) && status === 'True');
}

export const endTimeOf = (job: Job): string | undefined => job.status?.completionTime ?? endOf(job)?.lastTransitionTime;

/** Our container is found by name, not by place: others may have been put beside it. */
export const workerStateOf = (pod: Pod) =>
  pod.status?.containerStatuses?.find(({ name }) => name === workerContainer)?.state;

function lastTermination(pods: readonly Pod[]): Termination | undefined {
  const ended = pods.flatMap(pod => workerStateOf(pod)?.terminated ?? []);
  return ended.sort((a, b) => ((a.finishedAt ?? '') < (b.finishedAt ?? '') ? -1 : 1)).at(-1);
}

/** A termination message is foreign input: another run's report, or none, is no report of this one. */
export function reportOf(termination: Termination | undefined, runId: string): Report | null {
  const report = parseReport(termination?.message);
  return report?.run === runId ? report : null;
}

/** Who started a Job of a CronJob: its schedule, or a person by `kubectl create job --from`. */
export const triggerOf = (job: Job): RunTrigger =>
  job.metadata.annotations?.[instantiateAnnotation] === 'manual' ? 'Manual' : 'Schedule';

/** Whether a Job of a CronJob gets a SyncRun at its end: a tick that found nothing to do leaves none. */
export const leavesRun = (job: Job, { result, report }: Ending): boolean =>
  triggerOf(job) === 'Manual' || result !== 'Succeeded' || report === null || readBy(report) > 0;

const readBy = ({ tasks }: Report): number => sum(tasks.map(({ counts }) => counts)).read;

const reasonOfResult: Record<Result, Reason> = {
  Succeeded: 'Succeeded',
  Partial: 'RecordsFailed',
  Failed: 'Defect',
  Cancelled: 'Cancelled',
  Interrupted: 'Interrupted',
  Busy: 'Busy',
  Suspended: 'WorkflowSuspended',
};

function saidBy(report: Report, end: ObjectCondition | undefined): Pick<Ending, 'result' | 'cause'> {
  if (!report.tasks.every(({ counts }) => addsUp(counts)))
    return { result: 'Failed', cause: { reason: 'CountMismatch', message: reasons.CountMismatch } };
  const isLate = end?.reason === 'DeadlineExceeded' && report.result === 'Interrupted';
  const reason = isLate ? 'DeadlineExceeded' : (report.reason ?? reasonOfResult[report.result]);
  const told = isLate ? undefined : report.message;
  return { result: report.result, cause: { reason, message: told ?? sentenceOf(reason, report) } };
}

function sentenceOf(reason: Reason, report: Report): string {
  const counts = sum(report.tasks.map(task => task.counts));
  const { read, created, updated, skipped, failed } = counts;
  if (reason === 'Succeeded') return `${read} read: ${created} created, ${updated} updated, ${skipped} skipped`;
  if (reason === 'RecordsFailed') return `${failed} of ${read} records failed; status.failures names the first`;
  return reasons[reason];
}

function causeWithoutReport(job: Job, end: ObjectCondition | undefined, last: Termination | undefined): Cause {
  if (end?.reason === 'DeadlineExceeded') {
    const seconds = job.spec.activeDeadlineSeconds ?? 0;
    return { reason: 'DeadlineExceeded', message: `the run took longer than ${seconds} s and was ended` };
  }
  if (last !== undefined) return causeOfExit(job, last);
  return {
    reason: 'BackoffLimitExceeded',
    message: `the Job '${job.metadata.name}' failed and its pods are gone; the next run goes on where it was`,
  };
}

/** SIGKILL by whomever. */
const killed = 137;

/** What an exit code means where the worker could say no more, and what to do. */
function causeOfExit(job: Job, { exitCode, reason }: Termination): Cause {
  const log = `kubectl logs job/${job.metadata.name}`;
  if (reason === 'OOMKilled') return outOfMemory(job);
  switch (exitCode) {
    case killed:
      return cause('Interrupted', `the worker was killed (exit ${killed}); the next run goes on where it was`);
    case exitCodes.InvalidConfiguration:
      return cause('InvalidConfiguration', `the worker found a setting that cannot work (exit 20); see ${log}`);
    case exitCodes.CredentialsRefused:
      return cause('CredentialsRefused', `a system refused the credentials (exit 21); ${log} names the connection`);
    case exitCodes.ConnectionDown:
      return cause('ConnectionDown', 'a system did not answer (exit 30); the next run tries again');
    case exitCodes.LedgerUnavailable:
      return cause(
        'LedgerUnavailable',
        `the ledger did not answer (exit 40); check the database and the Secret '${ledgerSecret}'`,
      );
    case exitCodes.TryAgain:
      return cause('BackoffLimitExceeded', 'every try ended with "try again" (exit 75); the next run goes on');
    case exitCodes.Stopped:
      return cause('Interrupted', 'the worker was stopped with work left (exit 143); the next run goes on');
    default:
      return cause('Defect', `the worker ended with exit ${exitCode} and said nothing; see ${log}`);
  }
}

function outOfMemory(job: Job): Cause {
  const now = resourceClassOf(job.spec.template.spec);
  const next = now === null ? null : nextClass[now];
  const advice = next === null ? 'no larger class exists' : `set resourceClass: ${next} on the workflow`;
  return cause('OutOfMemory', `the worker used more memory than its class ${now ?? ''} allows (exit 137); ${advice}`);
}

const cause = (reason: Reason, message: string): Cause => ({ reason, message });
