/** Wiring of the controller of lookup tables: what wakes it, and what it may do. */
import { intentChanged, itself, watching } from '../../operator/runtime/triggers.ts';
import type { ControllerDefinition } from '../cluster.ts';
import { lookupTableLabel } from '../labels.ts';
import { reads, servesKind } from '../permissions.ts';
import { tableNames } from '../references.ts';
import { useChanged } from '../used-by.ts';
import { reconcile } from './reconcile.ts';

export const lookupTableController: ControllerDefinition = {
  name: 'lookup-table',
  kind: 'LookupTable',
  reconcile,
  triggers: ({ caches }) => [
    watching(caches.lookupTables, itself, intentChanged),
    watching(
      caches.syncWorkflows,
      ({ metadata: { namespace }, spec }) => tableNames(spec).map(name => ({ namespace, name })),
      useChanged,
    ),
    watching(caches.configMaps, ({ metadata }) => {
      const name = metadata.labels?.[lookupTableLabel];
      return name === undefined ? [] : [{ namespace: metadata.namespace ?? '', name }];
    }),
  ],
  permissions: [
    ...servesKind('lookuptables'),
    reads('supercargo.dev', 'syncworkflows', 'who uses a table'),
    {
      apiGroup: '',
      resources: ['configmaps'],
      verbs: ['get', 'list', 'watch', 'create'],
      because: 'each content of a table is one',
    },
  ],
};
