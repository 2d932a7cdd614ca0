import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { FailureKind } from './attempt.ts';
import type { Outcome, ReconcileObserver } from './controller.ts';
import { QueueMetrics } from './queue-metrics.ts';

const outcomes: readonly Outcome[] = ['success', 'error', 'requeue', 'requeue_after'];

// biome-ignore format: one line per order of magnitude
const reconcileBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9,
  1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9,
  10, 15, 20, 25, 30, 40, 50, 60,
];

/** controller_runtime_* and, with them, workqueue_*. */
export class ControllerMetrics {
  readonly #queues: QueueMetrics;
  readonly #total: Counter<'controller' | 'result'>;
  readonly #failures: Record<Exclude<FailureKind, 'stopped'>, Counter<'controller'>>;
  readonly #time: Histogram<'controller'>;
  readonly #concurrency: Gauge<'controller'>;
  readonly #active: Gauge<'controller'>;

  constructor(registry: Registry) {
    const common = { labelNames: ['controller'] as const, registers: [registry] };
    const counter = (what: string, help: string) =>
      new Counter({ name: `controller_runtime_${what}_total`, help, ...common });
    this.#queues = new QueueMetrics(registry);
    this.#total = new Counter({
      name: 'controller_runtime_reconcile_total',
      help: 'Reconciles by controller and result',
      labelNames: ['controller', 'result'],
      registers: [registry],
    });
    this.#failures = {
      error: counter('reconcile_errors', 'Reconciles that failed, of whatever kind'),
      terminal: counter('terminal_reconcile_errors', 'Reconciles that failed and are not retried'),
      panic: counter('reconcile_panics', 'Reconciles that failed by a mistake in the program'),
      timeout: counter('reconcile_timeouts', 'Reconciles that took longer than allowed'),
    };
    this.#time = new Histogram({
      name: 'controller_runtime_reconcile_time_seconds',
      help: 'Length of a reconcile',
      buckets: reconcileBuckets,
      ...common,
    });
    const concurrency = 'controller_runtime_max_concurrent_reconciles';
    this.#concurrency = new Gauge({ name: concurrency, help: 'Reconciles that may run side by side', ...common });
    const active = 'controller_runtime_active_workers';
    this.#active = new Gauge({ name: active, help: 'Reconciles running now', ...common });
  }

  observer(controller: string, concurrency: number): ReconcileObserver {
    const labels = { controller };
    this.#startAtZero(controller, concurrency);
    return {
      queue: this.#queues.observer(controller),
      started: () => this.#active.inc(labels),
      failed: kind => {
        if (kind === 'stopped') return;
        this.#failures.error.inc(labels);
        if (kind !== 'error') this.#failures[kind].inc(labels);
      },
      ended: ({ outcome, seconds }) => {
        this.#active.dec(labels);
        this.#total.inc({ controller, result: outcome });
        this.#time.observe(labels, seconds);
      },
    };
  }

  #startAtZero(controller: string, concurrency: number): void {
    for (const result of outcomes) this.#total.inc({ controller, result }, 0);
    for (const counter of Object.values(this.#failures)) counter.inc({ controller }, 0);
    this.#time.zero({ controller });
    this.#active.set({ controller }, 0);
    this.#concurrency.set({ controller }, concurrency);
  }
}
