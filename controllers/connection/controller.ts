/** Wiring of the controller of connections: what wakes it, and what it may do. */
import { parseReport } from '../../crds/report.ts';
import type { Request } from '../../operator/runtime/reconciler.ts';
import { type KubeObject, keyOf } from '../../operator/runtime/resource.ts';
import { intentChanged, itself, watching } from '../../operator/runtime/triggers.ts';
import type { ControllerDefinition } from '../cluster.ts';
import { workerStateOf } from '../job-end.ts';
import { connectionLabel } from '../labels.ts';
import { reads, servesKind } from '../permissions.ts';
import { connectionNames } from '../references.ts';
import type { Pod } from '../resources.ts';
import { useChanged } from '../used-by.ts';
import { reconcile } from './reconcile.ts';

export const connectionController: ControllerDefinition = {
  name: 'connection',
  kind: 'Connection',
  reconcile,
  triggers: ({ caches }) => [
    watching(caches.connections, itself, intentChanged),
    watching(
      caches.syncWorkflows,
      ({ metadata: { namespace }, spec }) => connectionNames(spec).map(name => ({ namespace, name })),
      useChanged,
    ),
    watching(caches.jobs, probed),
    watching(caches.pods, pod => [...probed(pod), ...reportedOn(pod)]),
  ],
  permissions: [
    ...servesKind('connections'),
    reads('supercargo.dev', 'syncworkflows', 'who uses a connection'),
    {
      apiGroup: 'batch',
      resources: ['jobs'],
      verbs: ['get', 'list', 'watch', 'create'],
      because: 'a probe is one',
    },
    reads('', 'pods', 'what probes and runs report'),
    { apiGroup: '', resources: ['events'], verbs: ['list'], because: 'why a pod does not start' },
  ],
};

function probed({ metadata }: KubeObject): Request[] {
  const name = metadata.labels?.[connectionLabel];
  return name === undefined ? [] : [{ namespace: metadata.namespace ?? '', name }];
}

/** The connections that a run's last word speaks of. */
function reportedOn(pod: Pod): Request[] {
  const { namespace } = keyOf(pod);
  const report = parseReport(workerStateOf(pod)?.terminated?.message);
  return report?.connections.map(({ name }) => ({ namespace, name })) ?? [];
}
