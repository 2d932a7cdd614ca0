import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Priority, QueueObserver, WorkQueue } from './workqueue.ts';

const buckets = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000];

/** controller-runtime writes priorities as numbers: 0 for live changes, -100 for the first list. */
const priorityLabels: Record<Priority, string> = { now: '0', later: '-100' };

type Label = 'name' | 'controller';

/** workqueue_*, one queue per controller. */
export class QueueMetrics {
  readonly #queues = new Map<string, WorkQueue>();
  readonly #adds: Counter<Label>;
  readonly #retries: Counter<Label>;
  readonly #waited: Histogram<Label>;
  readonly #worked: Histogram<Label>;

  constructor(registry: Registry) {
    const common = { labelNames: ['name', 'controller'] as const, registers: [registry] };
    this.#adds = new Counter({ name: 'workqueue_adds_total', help: 'Requests added', ...common });
    this.#retries = new Counter({
      name: 'workqueue_retries_total',
      help: 'Requests added again after a failure',
      ...common,
    });
    this.#waited = new Histogram({
      name: 'workqueue_queue_duration_seconds',
      help: 'Time from being added to being taken',
      buckets,
      ...common,
    });
    this.#worked = new Histogram({
      name: 'workqueue_work_duration_seconds',
      help: 'Time from being taken to being done',
      buckets,
      ...common,
    });
    this.#defineGauges(registry);
  }

  observer(controller: string): QueueObserver {
    const labels = { name: controller, controller };
    for (const counter of [this.#adds, this.#retries]) counter.inc(labels, 0);
    for (const histogram of [this.#waited, this.#worked]) histogram.zero(labels);
    return {
      measure: queue => this.#queues.set(controller, queue),
      added: () => this.#adds.inc(labels),
      retried: () => this.#retries.inc(labels),
      waited: seconds => this.#waited.observe(labels, seconds),
      worked: seconds => this.#worked.observe(labels, seconds),
    };
  }

  /** Measured at the moment somebody asks. */
  #defineGauges(registry: Registry): void {
    const queues = this.#queues;
    const labelNames = ['name', 'controller', 'priority'] as const;
    new Gauge({
      name: 'workqueue_depth',
      help: 'Requests waiting',
      labelNames,
      registers: [registry],
      collect() {
        for (const [name, queue] of queues) {
          for (const priority of ['now', 'later'] as const) {
            this.set({ name, controller: name, priority: priorityLabels[priority] }, queue.depth(priority));
          }
        }
      },
    });
    const running = (name: string, help: string, combine: (seconds: number[]) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ['name', 'controller'],
        registers: [registry],
        collect() {
          for (const [controller, queue] of queues)
            this.set({ name: controller, controller }, combine(queue.runningSeconds()));
        },
      });
    running('workqueue_unfinished_work_seconds', 'Time spent so far on what is being worked on, in all', seconds =>
      seconds.reduce((sum, one) => sum + one, 0),
    );
    running(
      'workqueue_longest_running_processor_seconds',
      'Time spent so far by the reconcile running longest',
      seconds => Math.max(0, ...seconds),
    );
  }
}
