/** A workflow and its published plan as a CronJob: pure. */
import { settingsName } from '../../crds/names.ts';
import type { Plan } from '../../crds/plan.ts';
import type { SyncWorkflowResource } from '../../crds/sync-workflow.ts';
import { ownedBy } from '../../operator/runtime/resource.ts';
import { labelsOf, revisionAnnotation, workflowLabel } from '../labels.ts';
import { type CronJob, syncWorkflows } from '../resources.ts';
import { toJobSpec } from '../worker-job.ts';
import { toWorkerPod, type WorkerImage } from '../worker-pod.ts';
import { parseSchedule, shortestPeriodSeconds } from './schedule.ts';
import type { Inputs } from './settings.ts';

/** When a CronJob starts its Jobs. */
export interface Timing {
  schedule: string;
  timeZone: string;
  suspend: boolean;
}

/** Of a workflow that runs on demand: the CronJob stays as the home of what is published. */
export const onDemand = '0 0 1 1 *';

/** What a run may take beyond its own deadline, to end by itself. */
const graceSeconds = 60;
const retries = 2;

export function timingOf({ schedule, timeZone, suspend }: SyncWorkflowResource['spec']): Timing {
  return schedule === undefined
    ? { schedule: onDemand, timeZone, suspend: true }
    : { schedule: schedule.trim(), timeZone, suspend };
}

export function toCronJob(
  workflow: SyncWorkflowResource,
  plan: Plan,
  { inputs, timing, worker }: { inputs: Inputs; timing: Timing; worker: WorkerImage },
): CronJob {
  const { name, namespace } = workflow.metadata;
  const labels = labelsOf('worker', { [workflowLabel]: name });
  const annotations = { [revisionAnnotation]: plan.revision };
  const pod = toWorkerPod({
    worker,
    args: [],
    resourceClass: plan.resourceClass,
    plan: plan.revision,
    settings: { configMap: settingsName(name) },
    connections: inputs.connections.map(({ mounted }) => mounted),
    lookups: inputs.lookups,
    ledger: true,
    request: true,
  });
  const deadlineSeconds = plan.runDeadlineSeconds + graceSeconds;
  return {
    metadata: { name, namespace, labels, annotations, ownerReferences: [ownedBy(syncWorkflows, workflow)] },
    spec: {
      schedule: timing.schedule,
      timeZone: timing.timeZone,
      suspend: timing.suspend,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: startingDeadlineSeconds(timing.schedule),
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: { metadata: { labels, annotations }, spec: toJobSpec({ pod, labels, deadlineSeconds, retries }) },
    },
  };
}

/** How late a tick may still start: a period of the schedule, within bounds. */
function startingDeadlineSeconds(text: string): number {
  const { schedule } = parseSchedule(text);
  const period = schedule === undefined ? Number.POSITIVE_INFINITY : shortestPeriodSeconds(schedule);
  return Math.min(Math.max(period, 120), 600);
}
