/** Resources as the API server stores them, with sensible defaults; a test says only what matters to it. */
import type { ConfigMap, CronJob, Job, Pod, Termination } from '../../controllers/resources.ts';
import { type ConnectionResource, connection } from '../../crds/connection.ts';
import { apiVersion } from '../../crds/kind.ts';
import { type LookupTableResource, lookupTable } from '../../crds/lookup-table.ts';
import { noCounts } from '../../crds/outcomes.ts';
import type { Report } from '../../crds/report.ts';
import { type SyncRunResource, syncRun } from '../../crds/sync-run.ts';
import { type SyncWorkflowResource, syncWorkflow } from '../../crds/sync-workflow.ts';

export const namespace = 'shop';
export const created = '2026-03-01T10:00:00Z';
export const uid = '3f2b8c1e-0000-4000-8000-00000000000a';

const metadata = (name: string) => ({
  name,
  namespace,
  uid,
  generation: 1,
  resourceVersion: '1',
  creationTimestamp: created,
});

type Meta = Partial<SyncWorkflowResource['metadata']>;

export function aConnection(
  name: string,
  spec: Record<string, unknown> = {},
  more: { metadata?: Meta; status?: ConnectionResource['status'] } = {},
): ConnectionResource {
  const system = 'sage300' in spec ? {} : { magento: { url: 'https://shop.example.com' } };
  return {
    apiVersion,
    kind: 'Connection',
    metadata: { ...metadata(name), ...more.metadata },
    spec: connection.spec.parse({ ...system, credentialsSecretRef: { name }, ...spec }) as ConnectionResource['spec'],
    ...(more.status === undefined ? {} : { status: more.status }),
  };
}

export const aSage = (name = 'sage300'): ConnectionResource =>
  aConnection(name, { sage300: { url: 'https://sage.example.com/Sage300WebApi', company: 'SAMLTD' } });

export function aTable(
  name: string,
  spec: Record<string, unknown> = {},
  status?: LookupTableResource['status'],
): LookupTableResource {
  return {
    apiVersion,
    kind: 'LookupTable',
    metadata: metadata(name),
    spec: lookupTable.spec.parse({ entries: [{ from: 'General', to: 'RETAIL' }], ...spec }),
    ...(status === undefined ? {} : { status }),
  };
}

/** A table whose content is published as `version`. */
export const aPublishedTable = (name: string, version: string): LookupTableResource =>
  aTable(name, {}, { observedGeneration: 1, version, conditions: [isReady()] });

export const isReady = (status: 'True' | 'False' = 'True', reason = 'Reconciled', observedGeneration = 1) => ({
  type: 'Ready',
  status,
  reason,
  message: '',
  observedGeneration,
  lastTransitionTime: created,
});

/** The task of the example. */
export const aTask = (more: Record<string, unknown> = {}) => ({
  name: 'customers',
  from: { connectionRef: { name: 'magento' }, stream: 'customers' },
  to: { connectionRef: { name: 'sage300' }, stream: 'customers' },
  method: 'Update',
  mapping: [
    { set: 'groupCode', from: 'group', lookup: { name: 'customer-groups' } },
    { set: 'taxGroup', from: 'taxClass', lookup: { name: 'tax-groups' } },
  ],
  ...more,
});

export function aWorkflow(
  spec: Record<string, unknown> = {},
  more: { metadata?: Meta; status?: SyncWorkflowResource['status'] } = {},
): SyncWorkflowResource {
  return {
    apiVersion,
    kind: 'SyncWorkflow',
    metadata: { ...metadata('customer-update'), ...more.metadata },
    spec: syncWorkflow.spec.parse({ schedule: '*/5 * * * *', tasks: [aTask()], ...spec }),
    ...(more.status === undefined ? {} : { status: more.status }),
  };
}

export function aRun(
  name = 'now-1',
  spec: Record<string, unknown> = {},
  more: { metadata?: Meta; status?: SyncRunResource['status'] } = {},
): SyncRunResource {
  return {
    apiVersion,
    kind: 'SyncRun',
    metadata: { ...metadata(name), ...more.metadata },
    spec: syncRun.spec.parse({ workflowRef: { name: 'customer-update' }, ...spec }),
    ...(more.status === undefined ? {} : { status: more.status }),
  };
}

const cronJobOwner = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  name: 'customer-update',
  uid: 'cron',
  controller: true,
};

/** A scheduled Job that goes on. */
export function aJob(more: { metadata?: object; spec?: object; status?: Job['status'] } = {}): Job {
  const name = 'customer-update-29400600';
  return {
    metadata: {
      name,
      namespace,
      uid: 'job-uid',
      creationTimestamp: created,
      ownerReferences: [cronJobOwner],
      ...more.metadata,
    },
    spec: {
      activeDeadlineSeconds: 3660,
      template: { spec: { containers: [{ name: 'worker', resources: { limits: { memory: '256Mi' } } }] } },
      ...more.spec,
    } as Job['spec'],
    ...(more.status === undefined ? {} : { status: more.status }),
  };
}

export const completed = { completionTime: '2026-03-01T10:01:00Z', conditions: [{ type: 'Complete', status: 'True' }] };

export const failedFor = (reason: string) => ({
  conditions: [{ type: 'Failed', status: 'True', reason, lastTransitionTime: '2026-03-01T10:01:00Z' }],
});

/** A pod of that Job with one container named `worker`. */
export function aPod(state: Record<string, unknown> = {}, more: Partial<Pod> = {}): Pod {
  return {
    metadata: { name: 'customer-update-29400600-abcde', namespace, creationTimestamp: created },
    spec: {
      containers: [{ name: 'worker' }],
      volumes: [
        { name: 'secret-0', secret: { secretName: 'magento' } },
        { name: 'network', configMap: { name: 'supercargo-network' } },
      ],
    } as Pod['spec'],
    status: { containerStatuses: [{ name: 'worker', state }] },
    ...more,
  };
}

export const ended = (exitCode: number, more: Partial<Termination> = {}) =>
  aPod({ terminated: { exitCode, finishedAt: '2026-03-01T10:00:50Z', ...more } });

export const aReport = (more: Partial<Report> = {}): Report => ({
  version: 1,
  run: 'job-uid',
  seq: 7,
  revision: 'customer-update-0123456789',
  lookups: [],
  settingsHash: 'abc',
  result: 'Succeeded',
  tasks: [
    {
      name: 'customers',
      counts: { ...noCounts, read: 3, updated: 2, skipped: 1 },
      reasons: { Unchanged: 1 },
      watermark: { before: '2026-03-01T09:55:00.000Z', after: '2026-03-01T10:00:00.000Z' },
    },
  ],
  failures: [],
  open: 0,
  held: { count: 0 },
  connections: [{ name: 'magento', reachable: true, credentials: true, requests: { 200: 3 } }],
  started: '2026-03-01T10:00:05.123Z',
  durationSeconds: 40,
  ...more,
});

/** A report of a run in which nothing was there to do. */
export const aQuietReport = (more: Partial<Report> = {}): Report =>
  aReport({ tasks: [{ name: 'customers', counts: noCounts, reasons: {}, watermark: {} }], ...more });

export const aConfigMap = (name: string, data: Record<string, string>): ConfigMap => ({
  metadata: { name, namespace },
  data,
});

export type { CronJob };
