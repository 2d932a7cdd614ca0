/** Looks at a Job beyond what the caches show: only where they leave a question open. */
import { controllerOf } from '../operator/runtime/resource.ts';
import { type Cluster, podsOf } from './cluster.ts';
import type { Cause } from './conditions.ts';
import { type JobEnd, jobEnd } from './job-end.ts';
import { jobNameLabel } from './labels.ts';
import { whyNoPod, whyNotStarted } from './not-starting.ts';
import { coreEvents, type Job, type Pod, pods } from './resources.ts';

/** How a Job ended. A pod's last word may reach the cache after the Job's end did, so one that says nothing is asked again. */
export async function endOfJob({ api, caches }: Cluster, job: Job, signal: AbortSignal): Promise<JobEnd> {
  const end = jobEnd(job, podsOf(caches, job));
  if (end === 'Going' || (end !== 'Lost' && end.report !== null)) return end;
  const { namespace, name, uid } = job.metadata;
  const labelSelector = `${jobNameLabel}=${name}`;
  const { objects } = await api.list(pods, { namespace, labelSelector }, { signal });
  return jobEnd(
    job,
    objects.filter(pod => controllerOf(pod)?.uid === uid),
  );
}

/** A pod gets this long to start before anybody is asked what keeps it. */
const patienceSeconds = 2;

/** Why the worker of an unfinished Job does not run; null where nothing is known to be wrong. */
export async function whyWaiting(cluster: Cluster, job: Job, signal: AbortSignal): Promise<Cause | null> {
  const created = Date.parse(job.metadata.creationTimestamp ?? '');
  if (cluster.now().getTime() - created < patienceSeconds * 1000) return null;
  const pod = newestPod(podsOf(cluster.caches, job));
  const about = pod ?? job;
  const { namespace, uid } = about.metadata;
  const fieldSelector = `involvedObject.uid=${uid}`;
  const { objects } = await cluster.api.list(coreEvents, { namespace, fieldSelector }, { signal });
  return pod === undefined ? whyNoPod(objects) : whyNotStarted(pod, objects);
}

export const newestPod = (all: readonly Pod[]): Pod | undefined =>
  [...all].sort((a, b) => (createdAt(a) < createdAt(b) ? -1 : 1)).at(-1);

const createdAt = ({ metadata }: Pod): string => metadata.creationTimestamp ?? '';

/** How soon to look again at something that waits: often at first, when a person may be watching. */
export function nextLookSeconds(since: string | undefined, now: Date): number {
  const ageSeconds = (now.getTime() - Date.parse(since ?? now.toISOString())) / 1000;
  return ageSeconds < 30 ? 2 : 10;
}
