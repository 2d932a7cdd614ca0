/** Wiring of the controller of workflows: what wakes it, and what it may do. */
import type { ConnectionResource } from '../../crds/connection.ts';
import type { LookupTableResource } from '../../crds/lookup-table.ts';
import { getCondition } from '../../operator/runtime/conditions.ts';
import type { Request } from '../../operator/runtime/reconciler.ts';
import type { KubeObject } from '../../operator/runtime/resource.ts';
import { intentChanged, itsController, itself, watching } from '../../operator/runtime/triggers.ts';
import type { Caches, ControllerDefinition } from '../cluster.ts';
import { storedIn } from '../conditions.ts';
import { workflowLabel } from '../labels.ts';
import { reads, servesKind } from '../permissions.ts';
import { reconcile } from './reconcile.ts';

const kind = 'SyncWorkflow';

export const syncWorkflowController: ControllerDefinition = {
  name: 'sync-workflow',
  kind,
  reconcile,
  triggers: ({ caches }) => [
    watching(caches.syncWorkflows, itself, intentChanged),
    watching(caches.connections, allOf(caches), definitionChanged),
    watching(caches.lookupTables, allOf(caches), definitionChanged),
    watching(caches.configMaps, itsController(kind)),
    watching(caches.cronJobs, itsController(kind), intentChanged),
    watching(caches.jobs, byLabel),
    watching(caches.pods, byLabel, workerChanged),
    watching(caches.syncRuns, ({ metadata: { namespace }, spec }) => [{ namespace, name: spec.workflowRef.name }]),
  ],
  permissions: [
    ...servesKind('syncworkflows'),
    reads('supercargo.dev', 'connections', 'workflows refer to them'),
    reads('supercargo.dev', 'lookuptables', 'workflows refer to them'),
    reads('supercargo.dev', 'syncruns', 'the status of a workflow tells of its runs'),
    {
      apiGroup: '',
      resources: ['configmaps'],
      verbs: ['get', 'list', 'watch', 'create', 'patch'],
      because: 'revisions are made, settings kept',
    },
    {
      apiGroup: 'batch',
      resources: ['cronjobs'],
      verbs: ['get', 'list', 'watch', 'create', 'patch'],
      because: 'each workflow has one',
    },
    reads('batch', 'jobs', 'runs'),
    reads('', 'pods', 'reports of runs'),
  ],
};

/** Any workflow of the namespace may use it, also by a revision that its spec no longer shows. */
const allOf =
  ({ syncWorkflows }: Caches) =>
  ({ metadata }: KubeObject): Request[] =>
    syncWorkflows.list(metadata.namespace).map(({ metadata: { name, namespace } }) => ({ name, namespace }));

type Referred = ConnectionResource | LookupTableResource;

/** What a workflow looks at: the spec, the published content, and whether the object is valid. */
function definitionChanged(before: Referred, after: Referred): boolean {
  const seen = ({ metadata, status }: Referred) => {
    const ready = getCondition(storedIn(status), 'Ready');
    const version = status !== undefined && 'version' in status ? status.version : undefined;
    return JSON.stringify([metadata.uid, metadata.generation, version, ready?.status, ready?.reason]);
  };
  return seen(before) !== seen(after);
}

function byLabel({ metadata }: KubeObject): Request[] {
  const name = metadata.labels?.[workflowLabel];
  return name === undefined ? [] : [{ namespace: metadata.namespace ?? '', name }];
}

/** Only the end of a worker is of interest here. */
const workerChanged = (before: KubeObject & { status?: unknown }, after: KubeObject & { status?: unknown }): boolean =>
  JSON.stringify(before.status).includes('terminated') !== JSON.stringify(after.status).includes('terminated');
