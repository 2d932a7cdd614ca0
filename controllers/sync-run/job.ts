/** A run as a Job made from what its workflow has published, and the Job that asks for a lost report: pure. */
import { reportJobName, requestedJobName } from '../../crds/names.ts';
import { type RunRequest, requestAnnotation } from '../../crds/plan.ts';
import type { SyncRunResource } from '../../crds/sync-run.ts';
import { ownedBy } from '../../operator/runtime/resource.ts';
import { idOf } from '../job-end.ts';
import { labelsOf, revisionAnnotation, workflowLabel } from '../labels.ts';
import type { RunTrigger } from '../metrics.ts';
import { type CronJob, type Job, syncRuns } from '../resources.ts';
import { keptSeconds, toJobSpec } from '../worker-job.ts';
import { withoutAccounts, workerContainer } from '../worker-pod.ts';

/** What a Job is made from: that of a CronJob, or another Job. */
export type Template = Pick<CronJob['spec']['jobTemplate'], 'metadata' | 'spec'> | Pick<Job, 'metadata' | 'spec'>;

const reportDeadlineSeconds = 300;
const retries = 2;

export const jobNameOf = ({ metadata, spec }: SyncRunResource): string =>
  spec.adoptedJob?.name ?? requestedJobName(metadata.name, metadata.uid);

/** The pod is that of a scheduled run; only the request is added, as an annotation. */
export function toRunJob(run: SyncRunResource, template: Template): Job {
  const deadlineSeconds = template.spec?.activeDeadlineSeconds ?? 0;
  return toJob(run, template, { name: jobNameOf(run), trigger: 'Manual', args: [], deadlineSeconds });
}

/** Repeats the report of a run that ended in the ledger, or ends it there. It calls no system. */
export function toReportJob(run: SyncRunResource, template: Template, trigger: RunTrigger): Job {
  const name = reportJobName(jobNameOf(run), run.metadata.uid);
  return toJob(run, template, { name, trigger, args: ['report'], deadlineSeconds: reportDeadlineSeconds });
}

interface Making {
  name: string;
  trigger: RunTrigger;
  args: string[];
  deadlineSeconds: number;
}

function toJob(run: SyncRunResource, template: Template, { name, trigger, args, deadlineSeconds }: Making): Job {
  const whole = template.spec?.template.spec;
  const published = args.length === 0 ? whole : whole && withoutAccounts(whole);
  if (published === undefined) throw new TypeError(`the template of the run '${run.metadata.name}' has no pod`);
  const containers = published.containers.map(container =>
    container.name === workerContainer
      ? { ...container, args: [...(container.args ?? []).slice(0, 1), ...args] }
      : container,
  );
  const request: RunRequest = { run: idOf(run), type: run.spec.type, trigger };
  const labels = labelsOf('worker', { [workflowLabel]: run.spec.workflowRef.name });
  const revision = template.metadata?.annotations?.[revisionAnnotation];
  return {
    metadata: {
      name,
      namespace: run.metadata.namespace,
      labels,
      ...(revision === undefined ? {} : { annotations: { [revisionAnnotation]: revision } }),
      ownerReferences: [ownedBy(syncRuns, run)],
    },
    spec: toJobSpec({
      pod: { ...published, containers },
      labels,
      annotations: { [requestAnnotation]: JSON.stringify(request) },
      deadlineSeconds,
      retries,
      keepSeconds: keptSeconds,
    }),
  };
}
