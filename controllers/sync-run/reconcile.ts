/** One run: its turn, its Job, its end. `start`, `follow`, `recover` and `adopt` do the steps; the status is written here, once. */
import type { SyncRunResource } from '../../crds/sync-run.ts';
import { getCondition } from '../../operator/runtime/conditions.ts';
import type { Reconcile, Result } from '../../operator/runtime/reconciler.ts';
import { keyOf } from '../../operator/runtime/resource.ts';
import { type Cluster, systemNamed } from '../cluster.ts';
import { storedIn } from '../conditions.ts';
import { triggerOf } from '../job-end.ts';
import type { RunTrigger } from '../metrics.ts';
import type { Job } from '../resources.ts';
import { keepStatus } from '../writing.ts';
import { adopt, markAdopted } from './adopt.ts';
import { findJob } from './find-job.ts';
import { follow } from './follow.ts';
import { recover } from './recover.ts';
import { start } from './start.ts';
import { type RunStatus, type Stand, toStatus } from './status.ts';
import { isFinished } from './turn.ts';
import type { Looked, Work } from './work.ts';

/** How long the workflow is given to take in the report of a run that is to be removed. */
const takenInSeconds = 30;

export const reconcile =
  (cluster: Cluster): Reconcile =>
  async (request, context) => {
    const run = cluster.caches.syncRuns.get(request);
    if (run === undefined) {
      cluster.metrics.forget({ kind: 'SyncRun', ...request });
      return adopt(cluster, request, context);
    }
    if (run.metadata.deletionTimestamp !== undefined) return undefined;
    const work: Work = { cluster, context, run, now: cluster.now() };
    if (isFinished(run)) return expire(work);
    const job = await findJob(work);
    const { stand, againSeconds } = await look(work, job);
    if (stand !== null) await observe(work, stand, job);
    return againSeconds === undefined ? undefined : { requeueAfterSeconds: againSeconds };
  };

/** A Job that was there once and is gone does not come back: its report does. */
async function look(work: Work, job: Job | null): Promise<Looked> {
  const { run } = work;
  if (job === null && run.status?.jobRef === undefined && run.spec.adoptedJob === undefined) return start(work);
  if (job === null) return recover(work, null);
  if (run.spec.adoptedJob !== undefined) await markAdopted(work.cluster, job, run.metadata.name, work.context);
  const looked = await follow(work, job);
  return looked === 'Lost' ? recover(work, job) : looked;
}

/** The one write of the status, and what is told when it changed. */
async function observe(work: Work, stand: Stand, job: Job | null): Promise<void> {
  const { cluster, context, run, now } = work;
  const trigger = triggerFor(run, job);
  const status = toStatus(run, { stand, trigger }, now);
  if (!(await keepStatus(cluster, cluster.caches.syncRuns, run, status, context))) return;
  tell(work, status);
  if (stand.kind !== 'Going') count(work, stand, trigger);
}

function triggerFor(run: SyncRunResource, job: Job | null): RunTrigger {
  if (run.spec.adoptedJob === undefined) return 'Manual';
  return job === null ? (run.status?.trigger ?? 'Schedule') : triggerOf(job);
}

function tell({ cluster, run }: Work, status: RunStatus): void {
  const record = (type: 'Normal' | 'Warning', reason: string, note: string) =>
    cluster.events.record({ regarding: run, type, reason, action: 'Run', note });
  const succeeded = getCondition(storedIn(status), 'Succeeded');
  const before = getCondition(storedIn(run.status), 'Succeeded');
  if (status.jobRef !== undefined && run.status?.jobRef === undefined)
    record('Normal', 'RunStarted', `the Job '${status.jobRef.name}' does the work`);
  if (succeeded === undefined || (succeeded.status === before?.status && succeeded.reason === before.reason)) return;
  const said = `${succeeded.reason}: ${succeeded.message}`;
  if (status.result !== undefined) record(status.result === 'Succeeded' ? 'Normal' : 'Warning', 'RunFinished', said);
  else if (!quietReasons.includes(succeeded.reason)) record('Warning', succeeded.reason, succeeded.message);
}

/** Reasons of a run on its way that are no trouble. */
const quietReasons = ['Progressing', 'Running', 'Started', 'Waiting'];

function count({ cluster, run }: Work, stand: Exclude<Stand, { kind: 'Going' }>, trigger: RunTrigger): void {
  const { namespace } = run.metadata;
  const workflow = { kind: 'SyncWorkflow', namespace, name: run.spec.workflowRef.name };
  const { result, report } = stand.kind === 'Ended' ? stand.ending : { result: stand.result, report: null };
  // Of a workflow that is gone, series would stay for ever.
  if (cluster.caches.syncWorkflows.get(workflow) === undefined) return;
  cluster.metrics.runEnded(workflow, { result, report }, trigger);
  if (report !== null) cluster.metrics.requests(namespace, report, systemNamed(cluster.caches, namespace));
}

/** A finished run starts nothing. It goes when its time has come and its workflow has taken its report in. */
async function expire({ cluster, context, run, now }: Work): Promise<Result | undefined> {
  const { ttlSecondsAfterFinished: ttl } = run.spec;
  if (ttl === undefined) return undefined;
  const age = (now.getTime() - Date.parse(run.status?.completionTime ?? '')) / 1000;
  if (age < ttl) return { requeueAfterSeconds: ttl - age };
  const { seq } = run.status ?? {};
  const workflow = cluster.caches.syncWorkflows.get({ ...keyOf(run), name: run.spec.workflowRef.name });
  const isTaken = workflow === undefined || seq === undefined || seq <= (workflow.status?.lastSeq ?? 0);
  if (!isTaken && age < ttl + takenInSeconds) return { requeueAfterSeconds: 1 };
  const { uid } = run.metadata;
  await cluster.api.delete(cluster.caches.syncRuns.resource, keyOf(run), { uid }, { signal: context.signal });
  context.writes.deleted(cluster.caches.syncRuns, run);
  return undefined;
}
