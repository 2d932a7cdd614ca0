/** The reports of a workflow's Jobs that its status may take in: pure. */
import type { SyncRunResource } from '../../crds/sync-run.ts';
import { idOf, isScheduled, type JobEnd, leavesRun, runIdOf } from '../job-end.ts';
import { adoptedAnnotation } from '../labels.ts';
import type { Job } from '../resources.ts';
import type { Reported } from './status.ts';

export interface Ended {
  job: Job;
  end: JobEnd;
}

/** A scheduled Job that is to have a SyncRun gets it within this time, or never. */
const adoptionSeconds = 10;

const isReported = (end: JobEnd): end is Reported => typeof end === 'object' && end.report !== null;

/** A run's report is taken in when its SyncRun has ended too, so that both change in one write. */
export function reportsOf(jobs: readonly Ended[], runs: readonly SyncRunResource[], now: Date): Reported[] {
  const unfinished = new Set(runs.filter(({ status }) => status?.result === undefined).map(idOf));
  return jobs.flatMap(({ job, end }) => {
    if (!isReported(end) || unfinished.has(runIdOf(job)) || isToBeAdopted(job, end, now)) return [];
    return [end];
  });
}

export function isToBeAdopted(job: Job, end: JobEnd, now: Date): boolean {
  if (!isScheduled(job) || !isReported(end) || !leavesRun(job, end)) return false;
  const isAdopted = job.metadata.annotations?.[adoptedAnnotation] !== undefined;
  return !isAdopted && now.getTime() - Date.parse(end.completionTime) < adoptionSeconds * 1000;
}

/** Ticks of which nothing else tells. */
export const quietTicks = (jobs: readonly Ended[]): Reported[] =>
  jobs.flatMap(({ job, end }) => (isScheduled(job) && isReported(end) && !leavesRun(job, end) ? [end] : []));
