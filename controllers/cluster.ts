/** What every controller works with: caches, the one door to the API server, and what the release fixes. */
import { type ConnectionResource, systemOf } from '../crds/connection.ts';
import type { LookupTableResource } from '../crds/lookup-table.ts';
import { adoptedRunName } from '../crds/names.ts';
import { parseReport } from '../crds/report.ts';
import type { SyncRunResource } from '../crds/sync-run.ts';
import type { SyncWorkflowResource } from '../crds/sync-workflow.ts';
import type { Api } from '../operator/runtime/api.ts';
import type { EventRecorder } from '../operator/runtime/events.ts';
import { Informer, type InformerOptions } from '../operator/runtime/informer.ts';
import type { WatchObserver } from '../operator/runtime/list-watch.ts';
import type { Logger } from '../operator/runtime/log.ts';
import type { Reconcile } from '../operator/runtime/reconciler.ts';
import { controllerOf, type KubeObject, type ResourceType } from '../operator/runtime/resource.ts';
import type { Trigger } from '../operator/runtime/triggers.ts';
import { isScheduled, workerStateOf } from './job-end.ts';
import { connectionLabel, jobNameLabel, ourSelector, workflowLabel } from './labels.ts';
import type { DomainMetrics } from './metrics.ts';
import type { Permission } from './permissions.ts';
import type { ConfigMap, CronJob, Job, Pod } from './resources.ts';
import * as resources from './resources.ts';
import type { WorkerImage } from './worker-pod.ts';

export interface Cluster {
  api: Api;
  caches: Caches;
  events: Pick<EventRecorder, 'record'>;
  metrics: DomainMetrics;
  worker: WorkerImage;
  now: () => Date;
}

/** Informers of all kinds. Of built-in kinds they hold only what we made. */
export interface Caches {
  connections: Informer<ConnectionResource>;
  lookupTables: Informer<LookupTableResource>;
  syncWorkflows: Informer<SyncWorkflowResource>;
  syncRuns: Informer<SyncRunResource>;
  configMaps: Informer<ConfigMap>;
  cronJobs: Informer<CronJob>;
  jobs: Informer<Job>;
  pods: Informer<Pod>;
}

/** One controller: what it serves, what wakes it, what it may do. */
export interface ControllerDefinition {
  name: string;
  kind: string;
  triggers: (cluster: Cluster) => Trigger[];
  reconcile: (cluster: Cluster) => Reconcile;
  permissions: Permission[];
}

export interface CacheOptions {
  api: Api;
  log: Logger;
  namespaces: readonly string[];
  relistSeconds: number;
  observe: (kind: string) => WatchObserver;
}

export function startCaches({ api, log, namespaces, relistSeconds, observe }: CacheOptions): Caches {
  const informer = <T extends KubeObject>(resource: ResourceType<T>, more: Partial<InformerOptions<T>> = {}) =>
    new Informer<T>({ api, log, namespaces, relistSeconds, resource, observer: observe(resource.kind), ...more });
  const ours = { labelSelector: ourSelector };
  const caches: Caches = {
    connections: informer(resources.connections),
    lookupTables: informer(resources.lookupTables),
    syncWorkflows: informer(resources.syncWorkflows),
    syncRuns: informer(resources.syncRuns),
    configMaps: informer(resources.configMaps, ours),
    cronJobs: informer(resources.cronJobs, ours),
    jobs: informer(resources.jobs, ours),
    pods: informer(resources.pods, ours),
  };
  caches.syncRuns.addIndex('workflow', run => [within(run, run.spec.workflowRef.name)]);
  caches.jobs.addIndex('workflow', job => labelled(job, workflowLabel));
  caches.jobs.addIndex('connection', job => labelled(job, connectionLabel));
  caches.jobs.addIndex('adopted run', job =>
    isScheduled(job) ? [within(job, adoptedRunName(job.metadata.name, job.metadata.uid ?? ''))] : [],
  );
  caches.pods.addIndex('job', pod => labelled(pod, jobNameLabel));
  caches.pods.addIndex(
    'connection',
    pod => parseReport(workerStateOf(pod)?.terminated?.message)?.connections.map(({ name }) => within(pod, name)) ?? [],
  );
  return caches;
}

/** A name within the namespace of an object: the value of all indexes. */
export const within = ({ metadata }: KubeObject, name: string): string => `${metadata.namespace ?? ''}/${name}`;

const labelled = (object: KubeObject, label: string): string[] => {
  const value = object.metadata.labels?.[label];
  return value === undefined ? [] : [within(object, value)];
};

/** The pods of a Job, and of no other that had its name. */
export const podsOf = ({ pods }: Pick<Caches, 'pods'>, job: Job): Pod[] =>
  pods.byIndex('job', within(job, job.metadata.name)).filter(pod => controllerOf(pod)?.uid === job.metadata.uid);

/** The system of a connection, for metrics. */
export function systemNamed({ connections }: Pick<Caches, 'connections'>, namespace: string) {
  return (name: string): string | undefined => {
    const connection = connections.get({ namespace, name });
    return connection && systemOf(connection.spec)?.system;
  };
}
