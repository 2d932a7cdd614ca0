import { expect, it } from '@jest/globals';
import { modelToGroupVersionKind } from 'kubernetes-fluent-client';
import { kinds } from '../crds/index.ts';
import * as models from './kinds.ts';

it('registers every kind under the names the API server knows', () => {
  const registered = Object.values(models).map(model => modelToGroupVersionKind(model.name));
  expect(registered).toEqual(
    kinds.map(({ kind, plural }) => ({ group: 'supercargo.dev', version: 'v1alpha1', kind, plural })),
  );
});

it('refuses in types what no resource has', () => {
  const run: models.SyncRun = { spec: { workflowRef: { name: 'customer-update' } } };
  expect(run.spec.workflowRef.name).toBe('customer-update');
  // @ts-expect-error a run without its workflow
  const broken: models.SyncRun = { spec: {} };
  expect(broken.spec).toEqual({});
});
