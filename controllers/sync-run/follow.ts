/** A run with a Job: how far it is, or how it ended. */
import { keyOf } from '../../operator/runtime/resource.ts';
import { podsOf } from '../cluster.ts';
import type { Cause } from '../conditions.ts';
import { type Ending, saysMore, workerStateOf } from '../job-end.ts';
import { endOfJob, newestPod, nextLookSeconds, whyWaiting } from '../looking.ts';
import type { Job } from '../resources.ts';
import type { Looked, Work } from './work.ts';

export async function follow(work: Work, job: Job): Promise<Looked | 'Lost'> {
  const { cluster, context, now } = work;
  const end = await endOfJob(cluster, job, context.signal);
  if (end === 'Lost') return end;
  if (end !== 'Going') return ended(work, end, job);
  const begun = progressOf(work, job);
  if (begun !== null) return { stand: { kind: 'Going', cause: begun, job } };
  const waiting = await whyWaiting(cluster, job, context.signal);
  const cause = waiting ?? { reason: 'Started', message: `the Job '${job.metadata.name}' was made` };
  const againSeconds = nextLookSeconds(job.metadata.creationTimestamp, now);
  return { stand: { kind: 'Going', cause, job }, againSeconds };
}

/** The workflow is given this long to take a report in, so that whoever waits for the run finds both changed. */
const takenInSeconds = 5;

export function ended({ cluster, run, now }: Work, ending: Ending, job: Job | undefined): Looked {
  const workflow = cluster.caches.syncWorkflows.get({ ...keyOf(run), name: run.spec.workflowRef.name });
  const isTaken = workflow === undefined || !saysMore(ending, workflow.status ?? {});
  const age = (now.getTime() - Date.parse(ending.completionTime)) / 1000;
  if (!isTaken && age < takenInSeconds) return { stand: null, againSeconds: 1 };
  return { stand: { kind: 'Ended', ending, job } };
}

/** What the newest pod does; null while its worker has not started. */
function progressOf({ cluster }: Work, job: Job): Cause | null {
  const pod = newestPod(podsOf(cluster.caches, job));
  const state = pod === undefined ? undefined : workerStateOf(pod);
  if (state?.running !== undefined)
    return { reason: 'Running', message: `the worker is at work in the pod '${pod?.metadata.name}'` };
  if (state?.terminated === undefined) return null;
  const { exitCode } = state.terminated;
  return { reason: 'Started', message: `a worker ended with exit ${exitCode}; the Job '${job.metadata.name}' goes on` };
}
