/** The reports of a workflow's Jobs that its status may take in: pure. */
import { isScheduled, type JobEnd, leavesRun } from '../job-end.ts';
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

/** A tick's report waits for its SyncRun, so that the status changes once. */
export function reportsOf(jobs: readonly Ended[], now: Date): Reported[] {
  return jobs.flatMap(({ job, end }) => (isReported(end) && !isToBeAdopted(job, end, now) ? [end] : []));
}

export function isToBeAdopted(job: Job, end: JobEnd, now: Date): boolean {
  if (!isScheduled(job) || !isReported(end) || !leavesRun(job, end)) return false;
  const isAdopted = job.metadata.annotations?.[adoptedAnnotation] !== undefined;
  return !isAdopted && now.getTime() - Date.parse(end.completionTime) < adoptionSeconds * 1000;
}

/** Ticks of which nothing else tells. */
export const quietTicks = (jobs: readonly Ended[]): Reported[] =>
  jobs.flatMap(({ job, end }) => (isScheduled(job) && isReported(end) && !leavesRun(job, end) ? [end] : []));
