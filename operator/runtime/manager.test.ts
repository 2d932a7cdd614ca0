import { describe, expect, it } from '@jest/globals';
import type { Stops } from './controller.ts';
import type { Leadership } from './lease.ts';
import { createLogger } from './log.ts';
import { type ManagedInformer, Manager } from './manager.ts';
import { ManualClock } from './manual-clock.ts';

/** A program whose parts only note down what is done to them. */
function setUp({ synced = true, leads = true } = {}) {
  const story: string[] = [];
  const clock = new ManualClock();
  const stop = new AbortController();
  const lost = new AbortController();
  const reconcile = Promise.withResolvers<void>();
  const state = { isHealthy: synced, stuckSeconds: 0 };

  const informer: ManagedInformer = {
    resource: { kind: 'Thing' },
    synced: synced ? Promise.resolve() : new Promise(() => {}),
    hasSynced: synced,
    get isHealthy() {
      return state.isHealthy;
    },
    run: signal =>
      new Promise(resolve => signal.addEventListener('abort', () => resolve(void story.push('informer ends')))),
  };
  const controller = {
    name: 'test',
    longestRunningSeconds: () => state.stuckSeconds,
    run: async ({ taking, working }: Stops) => {
      story.push('controller works');
      taking.addEventListener('abort', () => story.push('controller takes no more'));
      working.addEventListener('abort', () => story.push('reconciles are aborted'));
      await reconcile.promise;
      story.push('controller ends');
    },
  };
  const leadership: Leadership = { lost: lost.signal, release: async () => void story.push('lease released') };
  const manager = new Manager({
    informers: [informer],
    controllers: [controller],
    elector: { acquire: signal => (leads ? Promise.resolve(leadership) : untilAborted(signal)) },
    events: { flush: async () => void story.push('events flushed') },
    log: createLogger({ level: 'silent' }),
    clock,
  });
  const running = manager.run(stop.signal);
  running.catch(() => {});
  return { story, clock, stop, lost, reconcile, state, manager, running };
}

const untilAborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise(resolve => signal.addEventListener('abort', () => resolve(undefined)));

describe('an orderly stop', () => {
  it('lets running reconciles end, then tells events, gives the lease back and lets the caches go', async () => {
    const { story, clock, stop, reconcile, running } = setUp();
    await clock.pass(5);
    stop.abort();
    await clock.pass(5);
    reconcile.resolve();
    await running;
    expect(story).toEqual([
      'controller works',
      'controller takes no more',
      'controller ends',
      'reconciles are aborted',
      'events flushed',
      'lease released',
      'informer ends',
    ]);
  });

  it('aborts reconciles after 30 seconds, and goes without those that do not listen', async () => {
    const { story, clock, stop, running } = setUp();
    await clock.pass(5);
    stop.abort();
    await clock.pass(29);
    expect(story).not.toContain('reconciles are aborted');
    await clock.pass(3);
    await running;
    expect(story.slice(-4)).toEqual(['reconciles are aborted', 'events flushed', 'lease released', 'informer ends']);
  });
});

it('writes nothing more when the lease is lost, and says so by rejecting', async () => {
  const { story, clock, lost, running } = setUp();
  await clock.pass(5);
  lost.abort(new Error('the lease is lost: another one holds it'));
  await clock.pass(3);
  await expect(running).rejects.toThrow('the lease is lost');
  expect(story).toEqual(['controller works', 'controller takes no more', 'reconciles are aborted', 'informer ends']);
});

it('works only when it leads; a standby is ready', async () => {
  const { story, clock, stop, manager, running } = setUp({ leads: false });
  await clock.pass(100);
  expect(story).toEqual([]);
  expect(manager.missing()).toEqual([]);
  stop.abort();
  await running;
  expect(story).toEqual(['informer ends']);
});

it('gives up when the caches do not fill', async () => {
  const { story, clock, running, manager } = setUp({ synced: false });
  await clock.pass(119);
  expect(manager.missing()).toEqual(['Thing was not listed yet']);
  await clock.pass(1);
  await expect(running).rejects.toThrow('not listed within 120 s: Thing');
  expect(story).toEqual(['informer ends']);
});

it('is not ready while a cache is stale, and sick while a reconcile hangs', async () => {
  const { clock, state, manager, stop, reconcile, running } = setUp();
  await clock.pass(1);
  expect([manager.missing(), manager.sick()]).toEqual([[], []]);
  state.isHealthy = false;
  state.stuckSeconds = 601;
  expect(manager.missing()).toEqual(['nothing was heard of Thing for too long']);
  expect(manager.sick()).toEqual(['a reconcile of test has been running for more than 600 s']);
  reconcile.resolve();
  stop.abort();
  await running;
});
