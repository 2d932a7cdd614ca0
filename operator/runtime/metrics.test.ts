import { describe, expect, it } from '@jest/globals';
import { ManualClock } from './manual-clock.ts';
import { Metrics } from './metrics.ts';
import { WorkQueue } from './workqueue.ts';

/** The lines of a scrape that say something about this metric. */
async function scrape(metrics: Metrics, name: string): Promise<string[]> {
  const text = await metrics.registry.metrics();
  return text.split('\n').filter(line => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

/** Every name that known dashboards ask for. */
const names = [
  'controller_runtime_reconcile_total',
  'controller_runtime_reconcile_errors_total',
  'controller_runtime_terminal_reconcile_errors_total',
  'controller_runtime_reconcile_panics_total',
  'controller_runtime_reconcile_timeouts_total',
  'controller_runtime_reconcile_time_seconds_count',
  'controller_runtime_max_concurrent_reconciles',
  'controller_runtime_active_workers',
  'workqueue_depth',
  'workqueue_adds_total',
  'workqueue_queue_duration_seconds_count',
  'workqueue_work_duration_seconds_count',
  'workqueue_unfinished_work_seconds',
  'workqueue_longest_running_processor_seconds',
  'workqueue_retries_total',
  'leader_election_master_status',
  'leader_election_slowpath_total',
  'example_watch_reconnects_total',
  'example_watch_relists_total',
  'example_watch_lag_seconds',
  'process_cpu_seconds_total',
  'nodejs_eventloop_lag_seconds',
];

describe('from the first scrape on', () => {
  const metrics = new Metrics({ prefix: 'example' });
  new WorkQueue({ observer: metrics.controller('things', 4).queue, clock: new ManualClock() });
  metrics.lease('leader');
  metrics.watch('Thing').measure(() => 3);

  it.each(names)('there is %s', async name => {
    expect(await scrape(metrics, name)).not.toEqual([]);
  });

  it('counters stand at zero, each result for itself', async () => {
    expect(await scrape(metrics, 'controller_runtime_reconcile_total')).toEqual([
      'controller_runtime_reconcile_total{controller="things",result="success"} 0',
      'controller_runtime_reconcile_total{controller="things",result="error"} 0',
      'controller_runtime_reconcile_total{controller="things",result="requeue"} 0',
      'controller_runtime_reconcile_total{controller="things",result="requeue_after"} 0',
    ]);
  });

  it('no gauge bears the name of a counter', async () => {
    expect(await metrics.registry.metrics()).not.toMatch(/# TYPE \S+_total gauge/);
  });
});

it('counts a timeout as an error too', async () => {
  const metrics = new Metrics({ prefix: 'example' });
  const observer = metrics.controller('things', 1);
  observer.started();
  observer.failed('timeout');
  observer.ended({ outcome: 'error', seconds: 60 });
  const label = '{controller="things"}';
  expect(await scrape(metrics, 'controller_runtime_reconcile_timeouts_total')).toEqual([
    `controller_runtime_reconcile_timeouts_total${label} 1`,
  ]);
  expect(await scrape(metrics, 'controller_runtime_reconcile_errors_total')).toEqual([
    `controller_runtime_reconcile_errors_total${label} 1`,
  ]);
  expect(await scrape(metrics, 'controller_runtime_active_workers')).toEqual([
    `controller_runtime_active_workers${label} 0`,
  ]);
});

it('measures a queue when it is asked', async () => {
  const metrics = new Metrics({ prefix: 'example' });
  const clock = new ManualClock();
  const queue = new WorkQueue({ observer: metrics.controller('things', 1).queue, clock });
  queue.add('a');
  queue.add('b');
  queue.add('c', 'later');
  await queue.take();
  await clock.pass(5);
  const labels = 'name="things",controller="things"';
  expect(await scrape(metrics, 'workqueue_depth')).toEqual([
    `workqueue_depth{${labels},priority="0"} 1`,
    `workqueue_depth{${labels},priority="-100"} 1`,
  ]);
  expect(await scrape(metrics, 'workqueue_longest_running_processor_seconds')).toEqual([
    `workqueue_longest_running_processor_seconds{${labels}} 5`,
  ]);
});
