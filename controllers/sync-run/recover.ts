/** A run whose Job ended without a report, or vanished: another Job asks the ledger what became of it. */
import { reportJobName } from '../../crds/names.ts';
import { keyOf } from '../../operator/runtime/resource.ts';
import { toTime } from '../../operator/runtime/times.ts';
import type { Cause } from '../conditions.ts';
import { type Ending, endTimeOf, type JobEnd } from '../job-end.ts';
import { endOfJob, whyWaiting } from '../looking.ts';
import type { Job } from '../resources.ts';
import { make } from '../writing.ts';
import { ended } from './follow.ts';
import { jobNameOf, type Template, toReportJob } from './job.ts';
import type { Looked, Work } from './work.ts';

/** How often it is asked after, beside what its changes tell. */
const askedSeconds = 10;

export async function recover(work: Work, job: Job | null): Promise<Looked> {
  const { cluster, context, run } = work;
  const name = reportJobName(jobNameOf(run), run.metadata.uid);
  const asking = cluster.caches.jobs.get({ namespace: run.metadata.namespace, name });
  if (asking === undefined) return ask(work, job);
  const end = await endOfJob(cluster, asking, context.signal);
  if (end !== 'Going') return over(work, job, end);
  return waiting(job, await whyWaiting(cluster, asking, context.signal));
}

async function ask(work: Work, job: Job | null): Promise<Looked> {
  const { cluster, context, run } = work;
  const published = cluster.caches.cronJobs.get({ ...keyOf(run), name: run.spec.workflowRef.name });
  const template: Template | null = published?.spec.jobTemplate ?? job;
  if (template === null) return over(work, job, 'Lost');
  await make(cluster, cluster.caches.jobs, toReportJob(run, template, run.status?.trigger ?? 'Manual'), context);
  return waiting(job);
}

const asked: Cause = { reason: 'LostReport', message: 'the report was lost; the ledger is asked' };

const waiting = (job: Job | null, keptBy: Cause | null = null): Looked => ({
  stand: {
    kind: 'Going',
    cause: keptBy ?? asked,
    job: job ?? undefined,
  },
  againSeconds: askedSeconds,
});

function over(work: Work, job: Job | null, end: Ending | 'Lost'): Looked {
  const { run, now } = work;
  const answeredAt = end === 'Lost' ? toTime(now) : end.completionTime;
  const completionTime = (job && endTimeOf(job)) ?? answeredAt;
  const attempt = run.status?.attempt ?? 1;
  const known = end !== 'Lost' && end.report !== null;
  const ending: Ending = known
    ? { ...end, completionTime }
    : { result: 'Failed', cause: unknown(end), report: null, completionTime, attempt };
  return ended(work, ending, job ?? undefined);
}

function unknown(end: JobEnd): Cause {
  const why = typeof end === 'object' ? `; asking for it failed: ${end.cause.message}` : '';
  return { reason: 'LostReport', message: `the worker ended and its report was lost${why}. The next run goes on` };
}
