/** Wiring of the controller of runs: what wakes it, and what it may do. */

import { adoptedRunName } from '../../crds/names.ts';
import type { SyncRunResource } from '../../crds/sync-run.ts';
import type { Request } from '../../operator/runtime/reconciler.ts';
import { controllerOf, type KubeObject, keyOf } from '../../operator/runtime/resource.ts';
import { intentChanged, itself, watching } from '../../operator/runtime/triggers.ts';
import { type Caches, type ControllerDefinition, within } from '../cluster.ts';
import { isScheduled } from '../job-end.ts';
import { jobNameLabel } from '../labels.ts';
import { reads, servesKind } from '../permissions.ts';
import type { Job, Pod } from '../resources.ts';
import { reconcile } from './reconcile.ts';
import { isFinished } from './turn.ts';

const kind = 'SyncRun';

export const syncRunController: ControllerDefinition = {
  name: 'sync-run',
  kind,
  reconcile,
  triggers: ({ caches }) => [
    watching(caches.syncRuns, itself, intentChanged),
    watching(caches.syncRuns, waitingBehind(caches), (before, after) => isFinished(before) !== isFinished(after)),
    watching(caches.syncWorkflows, unfinishedOf(caches)),
    watching(caches.jobs, runOf),
    watching(caches.pods, runOfPod(caches)),
  ],
  permissions: [
    ...servesKind('syncruns'),
    {
      apiGroup: 'supercargo.dev',
      resources: ['syncruns'],
      verbs: ['create', 'delete'],
      because: 'scheduled Jobs get one; one that names a time goes then',
    },
    reads('supercargo.dev', 'syncworkflows', 'what a run runs'),
    reads('supercargo.dev', 'connections', 'whether they are published as applied'),
    reads('supercargo.dev', 'lookuptables', 'whether they are published as applied'),
    reads('', 'configmaps', 'the settings of the workflow'),
    reads('batch', 'cronjobs', 'what a Job is made from'),
    {
      apiGroup: 'batch',
      resources: ['jobs'],
      verbs: ['get', 'list', 'watch', 'create', 'patch'],
      because: 'each run has one; those with a SyncRun are marked',
    },
    reads('', 'pods', 'reports of runs'),
    { apiGroup: '', resources: ['events'], verbs: ['list'], because: 'why a pod does not start' },
  ],
};

/** The run of a Job: its owner, or the one that stands for a scheduled Job. */
function runOf(job: Job): Request[] {
  const { namespace, name } = keyOf(job);
  if (isScheduled(job)) return [{ namespace, name: adoptedRunName(name, job.metadata.uid ?? '') }];
  const owner = controllerOf(job);
  return owner?.kind === kind ? [{ namespace, name: owner.name }] : [];
}

const runOfPod =
  ({ jobs }: Caches) =>
  (pod: Pod): Request[] => {
    const job = jobs.get({ ...keyOf(pod), name: pod.metadata.labels?.[jobNameLabel] ?? '' });
    return job === undefined ? [] : runOf(job);
  };

const unfinished = ({ syncRuns }: Caches, workflow: string): Request[] =>
  syncRuns
    .byIndex('workflow', workflow)
    .filter(run => !isFinished(run))
    .map(keyOf);

/** Runs that a workflow's change may let go on. */
const unfinishedOf = (caches: Caches) => (workflow: KubeObject) =>
  unfinished(caches, within(workflow, workflow.metadata.name));

/** Runs whose turn may have come. */
const waitingBehind = (caches: Caches) => (run: SyncRunResource) =>
  unfinished(caches, within(run, run.spec.workflowRef.name));
