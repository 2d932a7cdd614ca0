/** The operator: builds caches, controllers and what they need, leads, and stops in order when told to. */
import { randomUUID } from 'node:crypto';
import { type Cluster, type ControllerDefinition, startCaches } from '../controllers/cluster.ts';
import { controllers } from '../controllers/index.ts';
import { DomainMetrics } from '../controllers/metrics.ts';
import manifest from '../package.json' with { type: 'json' };
import { type Config, readConfig } from './config.ts';
import { Api } from './runtime/api.ts';
import { Controller } from './runtime/controller.ts';
import { EventRecorder } from './runtime/events.ts';
import { LeaderElector } from './runtime/lease.ts';
import { createLogger, type Logger } from './runtime/log.ts';
import { Manager } from './runtime/manager.ts';
import { Metrics } from './runtime/metrics.ts';

/** The name of our writes in managedFields. Stable for ever. */
const fieldManager = 'supercargo-operator';
const reportingController = 'supercargo.dev/operator';
const leaseName = 'supercargo-operator';

async function main(config: Config, log: Logger, stop: AbortSignal): Promise<void> {
  const metrics = new Metrics({ prefix: 'supercargo' });
  const { inCluster } = config;
  const api = await Api.connect({
    inCluster,
    fieldManager,
    userAgent: `${fieldManager}/${manifest.version}`,
    observer: metrics.http,
  });
  const reporter = { controller: reportingController, instance: config.podName };
  const events = new EventRecorder({ api, reporter, log });
  const caches = startCaches({ ...config, api, log, observe: kind => metrics.watch(kind) });
  const domain = new DomainMetrics(metrics.registry, manifest.version);
  const cluster: Cluster = { api, caches, events, metrics: domain, worker: config.worker, now: () => new Date() };
  const manager = new Manager({
    informers: Object.values(caches),
    controllers: controllers.map(definition => toController(definition, cluster, { config, log, metrics })),
    elector: new LeaderElector({
      api,
      namespace: config.podNamespace,
      name: leaseName,
      identity: `${config.podName}_${randomUUID()}`,
      log,
      observer: metrics.lease(leaseName),
    }),
    events,
    syncSeconds: Number.POSITIVE_INFINITY, // a right that is missing may be given at any time: not ready until then
    health: { metrics: metrics.registry, healthPort: config.healthPort, metricsPort: config.metricsPort },
    log,
  });
  try {
    await manager.run(stop);
  } finally {
    await api.close();
  }
}

function toController(
  { name, kind, triggers, reconcile }: ControllerDefinition,
  cluster: Cluster,
  { config: { concurrency }, log, metrics }: { config: Config; log: Logger; metrics: Metrics },
): Controller {
  return new Controller({
    name,
    kind,
    reconcile: reconcile(cluster),
    triggers: triggers(cluster),
    log,
    concurrency,
    observer: metrics.controller(name, concurrency),
  });
}

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());

let log = createLogger();
try {
  const config = readConfig(process.env);
  log = createLogger({ level: config.logLevel });
  log.info({ version: manifest.version, namespaces: config.namespaces }, 'starting');
  await main(config, log, stop.signal);
  log.info('stopped');
} catch (error) {
  log.error({ err: error }, 'the operator ends');
  process.exit(1); // at once: whoever has lost the lease must not go on writing
}
