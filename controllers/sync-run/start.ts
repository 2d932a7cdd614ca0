/** A run without a Job: it waits for what it needs, or gets its Job. */
import type { Reason } from '../../crds/conditions.ts';
import { isForbidden, isInvalid } from '../../operator/runtime/api-error.ts';
import { NameTakenError } from '../../operator/runtime/apply.ts';
import { controllerOf } from '../../operator/runtime/resource.ts';
import { within } from '../cluster.ts';
import { graceSeconds } from '../conditions.ts';
import { revisionAnnotation } from '../labels.ts';
import { whyRefused } from '../not-starting.ts';
import { type CronJob, cronJobs, syncWorkflows } from '../resources.ts';
import { make } from '../writing.ts';
import { toRunJob } from './job.ts';
import { unsettled } from './settled.ts';
import { waitsFor } from './turn.ts';
import type { Looked, Work } from './work.ts';

/** A change that was applied together with the run is waited for without a word at first. */
const silentSeconds = 2;
const soonSeconds = 0.3;
const refusedSeconds = 15;

export async function start(work: Work): Promise<Looked> {
  const { cluster, context, run } = work;
  const { namespace } = run.metadata;
  const call = { signal: context.signal };
  const named = { namespace, name: run.spec.workflowRef.name };
  const workflow = await cluster.api.get(syncWorkflows, named, call);
  if (workflow === null)
    return wanting(work, 'WorkflowNotFound', `there is no SyncWorkflow '${named.name}'; create it, then another run`);
  if (workflow.spec.suspend) return suspended(named.name);
  const siblings = cluster.caches.syncRuns.byIndex('workflow', within(run, named.name));
  const other = waitsFor(run, siblings);
  if (other !== null) return going('Waiting', `WaitingFor ${other.metadata.name}`);
  const cronJob = await cluster.api.get(cronJobs, named, call);
  const isPublished = cronJob !== null && isOf(cronJob, workflow.metadata.uid);
  const waiting = await unsettled(cluster, workflow, cronJob, call);
  if (waiting !== null && ageOf(work) < graceSeconds)
    return notYet(work, `waits until ${waiting} has been looked at as it was applied last`);
  if (!isPublished) {
    const message = `the SyncWorkflow '${named.name}' has never been published; its condition Ready says why`;
    return wanting(work, 'WorkflowNotReady', message);
  }
  return makeJob(work, cronJob);
}

const isOf = (cronJob: CronJob, workflow: string): boolean =>
  controllerOf(cronJob)?.uid === workflow && cronJob.metadata.annotations?.[revisionAnnotation] !== undefined;

const ageOf = ({ run, now }: Work): number => (now.getTime() - Date.parse(run.metadata.creationTimestamp)) / 1000;

const going = (reason: Reason, message: string, againSeconds?: number): Looked => ({
  stand: { kind: 'Going', cause: { reason, message }, job: undefined },
  ...(againSeconds === undefined ? {} : { againSeconds }),
});

const suspended = (workflow: string): Looked => ({
  stand: {
    kind: 'Refused',
    result: 'Suspended',
    cause: { reason: 'WorkflowSuspended', message: `the SyncWorkflow '${workflow}' is suspended: nothing was done` },
  },
});

/** Something is missing that may be applied a moment later; after that the run is over. */
function wanting(work: Work, reason: Reason, message: string): Looked {
  if (ageOf(work) < graceSeconds) return going(reason, message, 1);
  return { stand: { kind: 'Refused', result: 'Failed', cause: { reason, message } } };
}

function notYet(work: Work, message: string): Looked {
  if (ageOf(work) < silentSeconds) return { stand: null, againSeconds: soonSeconds };
  return going('Progressing', message, 1);
}

async function makeJob(work: Work, cronJob: CronJob): Promise<Looked> {
  const { cluster, context, run } = work;
  try {
    const { object: job } = await make(cluster, cluster.caches.jobs, toRunJob(run, cronJob.spec.jobTemplate), context);
    const cause = { reason: 'Started', message: `the Job '${job.metadata.name}' was made` } as const;
    return { stand: { kind: 'Going', cause, job }, againSeconds: 2 };
  } catch (error) {
    if (error instanceof NameTakenError)
      return going('NameTaken', `the Job '${error.live.metadata.name}' exists and is not ours`, refusedSeconds);
    if (!isForbidden(error) && !isInvalid(error)) throw error;
    const { reason, message } = whyRefused('Job', error.message);
    return going(reason, message, refusedSeconds);
  }
}
