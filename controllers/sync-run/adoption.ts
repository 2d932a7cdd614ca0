/** Which Jobs of a CronJob get a SyncRun of their own, and when: pure. */
import { adoptedRunName } from '../../crds/names.ts';
import type { SyncWorkflowResource } from '../../crds/sync-workflow.ts';
import { type KubeObject, ownedBy } from '../../operator/runtime/resource.ts';
import { type JobEnd, leavesRun } from '../job-end.ts';
import { adoptedAnnotation, labelsOf, workflowLabel } from '../labels.ts';
import { type Job, syncWorkflows } from '../resources.ts';

/** A run that takes longer is worth seeing. */
const visibleSeconds = 30;

/** In how many seconds a Job is to be adopted; null: not as it stands. A quiet tick never is. */
export function adoptedInSeconds(job: Job, end: JobEnd, now: Date): number | null {
  if (job.metadata.annotations?.[adoptedAnnotation] !== undefined) return null;
  const age = (now.getTime() - Date.parse(job.metadata.creationTimestamp ?? '')) / 1000;
  if (end === 'Going') return Math.max(0, visibleSeconds - age);
  return end === 'Lost' || leavesRun(job, end) ? 0 : null;
}

export function toAdoptedRun(job: Job, workflow: SyncWorkflowResource): KubeObject & { spec: object } {
  const { name, uid = '' } = job.metadata;
  const workflowName = workflow.metadata.name;
  return {
    metadata: {
      name: adoptedRunName(name, uid),
      namespace: workflow.metadata.namespace,
      labels: labelsOf('run', { [workflowLabel]: workflowName }),
      ownerReferences: [ownedBy(syncWorkflows, workflow)],
    },
    spec: { workflowRef: { name: workflowName }, adoptedJob: { name, uid } },
  };
}
