/** The Job that does the work of a run. Before one is called gone, the API server itself is asked: caches run behind. */
import { controllerOf } from '../../operator/runtime/resource.ts';
import { type Job, jobs } from '../resources.ts';
import { jobNameOf } from './job.ts';
import type { Work } from './work.ts';

export async function findJob({ cluster, context, run }: Work): Promise<Job | null> {
  const { adoptedJob } = run.spec;
  const isIt = (job: Job) =>
    adoptedJob === undefined ? controllerOf(job)?.uid === run.metadata.uid : job.metadata.uid === adoptedJob.uid;
  const key = { namespace: run.metadata.namespace, name: jobNameOf(run) };
  const cached = cluster.caches.jobs.get(key);
  if (cached !== undefined && isIt(cached)) return cached;
  if (run.status?.jobRef === undefined && adoptedJob === undefined) return null;
  const live = await cluster.api.get(jobs, key, { signal: context.signal });
  return live !== null && isIt(live) ? live : null;
}
