/** Makes SyncRuns for Jobs that a CronJob started, so that what they did can be seen. */
import { isAlreadyExists, isNotFound } from '../../operator/runtime/api-error.ts';
import type { ReconcileContext, Request, Result } from '../../operator/runtime/reconciler.ts';
import { controllerOf, type KubeObject, keyOf, type ResourceType } from '../../operator/runtime/resource.ts';
import { type Cluster, within } from '../cluster.ts';
import { adoptedAnnotation, workflowLabel } from '../labels.ts';
import { endOfJob } from '../looking.ts';
import { type Job, jobs, syncRuns } from '../resources.ts';
import { adoptedInSeconds, toAdoptedRun } from './adoption.ts';

/** The name asked for has no SyncRun; a Job may want one of that name. */
export async function adopt(
  cluster: Cluster,
  request: Request,
  context: ReconcileContext,
): Promise<Result | undefined> {
  const [job] = cluster.caches.jobs.byIndex('adopted run', within({ metadata: request }, request.name));
  if (job === undefined || job.metadata.deletionTimestamp !== undefined) return undefined;
  const workflow = cluster.caches.syncWorkflows.get({ ...request, name: job.metadata.labels?.[workflowLabel] ?? '' });
  const cronJob = workflow && cluster.caches.cronJobs.get(keyOf(workflow));
  if (cronJob === undefined || controllerOf(job)?.uid !== cronJob.metadata.uid) return undefined;
  if (workflow === undefined || workflow.metadata.deletionTimestamp !== undefined) return undefined;
  const end = await endOfJob(cluster, job, context.signal);
  const seconds = adoptedInSeconds(job, end, cluster.now());
  if (seconds === null) return undefined;
  if (seconds > 0) return { requeueAfterSeconds: seconds };
  const run = toAdoptedRun(job, workflow);
  if (!(await create(cluster, run, job, context))) return undefined;
  await markAdopted(cluster, job, run.metadata.name, context);
  return undefined;
}

/** False: a person's run has that name. */
async function create(
  { api, caches }: Cluster,
  run: KubeObject,
  job: Job,
  { signal, writes, log }: ReconcileContext,
): Promise<boolean> {
  try {
    writes.wrote(caches.syncRuns, await api.create(syncRuns as ResourceType, run, { signal }));
    return true;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const live = await api.get(syncRuns, keyOf(run), { signal });
    const isIt = live?.spec.adoptedJob?.uid === job.metadata.uid;
    if (!isIt) log.warn({ job: job.metadata.name }, 'a scheduled Job has no SyncRun: its name is taken');
    return isIt;
  }
}

/** So that a SyncRun that a person removes does not come back. */
export async function markAdopted(
  { api, caches }: Cluster,
  job: Job,
  run: string,
  { signal, writes }: ReconcileContext,
): Promise<void> {
  if (job.metadata.annotations?.[adoptedAnnotation] !== undefined) return;
  try {
    const metadata = { uid: job.metadata.uid, annotations: { [adoptedAnnotation]: run } };
    writes.wrote(caches.jobs, await api.patch(jobs, keyOf(job), { metadata }, { signal }));
  } catch (error) {
    if (!isNotFound(error)) throw error; // cleared away meanwhile
  }
}
