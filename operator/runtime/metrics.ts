import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ReconcileObserver } from './controller.ts';
import { ControllerMetrics } from './controller-metrics.ts';
import { HttpMetrics } from './http-metrics.ts';
import type { LeaseObserver } from './lease.ts';
import { LeaseMetrics } from './lease-metrics.ts';
import type { WatchObserver } from './list-watch.ts';
import type { HttpObserver } from './transport.ts';
import { WatchMetrics } from './watch-metrics.ts';

/** Counters in disguise, with names that promtool refuses. */
const refusedDefaults = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/**
 * All metrics of one program. The names are those of controller-runtime and client-go, so that known dashboards work;
 * metrics of watches, which nobody else has, begin with the prefix given.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly http: HttpObserver;
  readonly #controllers: ControllerMetrics;
  readonly #lease: LeaseMetrics;
  readonly #watches: WatchMetrics;

  constructor({ prefix }: { readonly prefix: string }) {
    collectDefaultMetrics({ register: this.registry });
    for (const name of refusedDefaults) this.registry.removeSingleMetric(name);
    this.http = new HttpMetrics(this.registry);
    this.#controllers = new ControllerMetrics(this.registry);
    this.#lease = new LeaseMetrics(this.registry);
    this.#watches = new WatchMetrics(this.registry, prefix);
  }

  /** For the options of a Controller. All its series start at zero. */
  controller(name: string, concurrency: number): ReconcileObserver {
    return this.#controllers.observer(name, concurrency);
  }

  /** For the options of a LeaderElector. */
  lease(name: string): LeaseObserver {
    return this.#lease.observer(name);
  }

  /** For the options of an Informer. */
  watch(kind: string): WatchObserver {
    return this.#watches.observer(kind);
  }
}
