/** The kinds that controllers read and write, as far as they look at them. Times are texts, as the API server sends them. */
import type { V1CronJobSpec, V1JobSpec, V1PodSpec } from '@kubernetes/client-node';
import { type ConnectionResource, connection } from '../crds/connection.ts';
import { group, type Kind, version } from '../crds/kind.ts';
import { type LookupTableResource, lookupTable } from '../crds/lookup-table.ts';
import { type SyncRunResource, syncRun } from '../crds/sync-run.ts';
import { type SyncWorkflowResource, syncWorkflow } from '../crds/sync-workflow.ts';
import type { KubeObject, ResourceType } from '../operator/runtime/resource.ts';

/** The client's types are classes; we only ever have what JSON says. */
type Plain<T> = T extends (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { [Member in keyof T]: Plain<T[Member]> }
    : T;

type CronJobSpec = Plain<V1CronJobSpec>;
export type JobSpec = Plain<V1JobSpec>;
export type PodSpec = Plain<V1PodSpec>;
export type Volume = NonNullable<PodSpec['volumes']>[number];

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
  immutable?: boolean;
}

export interface CronJob extends KubeObject {
  spec: CronJobSpec;
}

export interface Job extends KubeObject {
  spec: JobSpec;
  status?: {
    startTime?: string;
    completionTime?: string;
    failed?: number;
    conditions?: ObjectCondition[];
  };
}

/** The condition of a Job or a Pod. */
export interface ObjectCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface Pod extends KubeObject {
  spec: PodSpec;
  status?: {
    phase?: string;
    conditions?: ObjectCondition[];
    containerStatuses?: ContainerStatus[];
  };
}

interface ContainerStatus {
  name: string;
  state?: {
    waiting?: { reason?: string; message?: string };
    running?: { startedAt?: string };
    terminated?: Termination;
  };
}

export interface Termination {
  exitCode: number;
  reason?: string;
  message?: string;
  startedAt?: string;
  finishedAt?: string;
}

/** An Event of the core group: what the kubelet, the scheduler and the Job controller tell. */
export interface CoreEvent extends KubeObject {
  reason?: string;
  message?: string;
  lastTimestamp?: string | null;
  eventTime?: string | null;
}

const ours = <T extends KubeObject>({ kind, plural }: Kind): ResourceType<T> => ({
  group,
  version,
  plural,
  kind,
  namespaced: true,
});

const builtIn = <T extends KubeObject>(apiGroup: string, kind: string, plural: string): ResourceType<T> => ({
  group: apiGroup,
  version: 'v1',
  plural,
  kind,
  namespaced: true,
});

export const connections = ours<ConnectionResource>(connection);
export const lookupTables = ours<LookupTableResource>(lookupTable);
export const syncRuns = ours<SyncRunResource>(syncRun);
export const syncWorkflows = ours<SyncWorkflowResource>(syncWorkflow);

export const configMaps = builtIn<ConfigMap>('', 'ConfigMap', 'configmaps');
export const coreEvents = builtIn<CoreEvent>('', 'Event', 'events');
export const cronJobs = builtIn<CronJob>('batch', 'CronJob', 'cronjobs');
export const jobs = builtIn<Job>('batch', 'Job', 'jobs');
export const pods = builtIn<Pod>('', 'Pod', 'pods');
