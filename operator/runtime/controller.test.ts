import { afterEach, expect, it } from '@jest/globals';
import type { FailureKind } from './attempt.ts';
import { Controller, type Outcome } from './controller.ts';
import { createLogger } from './log.ts';
import { ManualClock } from './manual-clock.ts';
import { type Reconcile, type Request, TerminalError } from './reconciler.ts';
import type { KubeObject } from './resource.ts';
import type { Trigger } from './triggers.ts';

const a: Request = { namespace: 'shop', name: 'a' };
const b: Request = { namespace: 'shop', name: 'b' };

/** A running controller whose triggers are full from the start. */
function setUp(reconcile: Reconcile, { concurrency = 1, synced = Promise.resolve() } = {}) {
  const clock = new ManualClock();
  const [taking, working] = [new AbortController(), new AbortController()];
  const outcomes: Outcome[] = [];
  const failures: FailureKind[] = [];
  const lines: { level: string; msg: string }[] = [];
  const nothing = (): void => {};
  const trigger: Trigger = { informer: { synced, hasSynced: true, isHealthy: true }, connect: nothing };
  const controller = new Controller({
    name: 'test',
    kind: 'Thing',
    reconcile,
    triggers: [trigger],
    log: createLogger({ level: 'info', destination: { write: line => lines.push(JSON.parse(line)) } }),
    concurrency,
    timeoutSeconds: 60,
    clock,
    observer: {
      queue: { measure: nothing, added: nothing, retried: nothing, waited: nothing, worked: nothing },
      started: nothing,
      failed: kind => failures.push(kind),
      ended: ({ outcome }) => outcomes.push(outcome),
    },
  });
  const ended = controller.run({ taking: taking.signal, working: working.signal });
  stops.push(() => {
    working.abort(new Error('test ends'));
    taking.abort();
    return ended;
  });
  return { clock, controller, outcomes, failures, lines, taking, working, ended };
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map(stop => stop()));
});

it('reconciles what is asked for, once', async () => {
  const seen: Request[] = [];
  const { clock, controller, outcomes } = setUp(async request => {
    seen.push(request);
    return undefined;
  });
  controller.enqueue(a);
  controller.enqueue(a);
  await clock.pass(1000);
  expect(seen).toEqual([a]);
  expect(outcomes).toEqual(['success']);
});

it('waits for all caches before the first reconcile', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { clock, controller, outcomes } = setUp(async () => undefined, { synced: promise });
  controller.enqueue(a);
  await clock.pass(10);
  expect(outcomes).toEqual([]);
  resolve();
  await clock.pass(0);
  expect(outcomes).toEqual(['success']);
});

it('retries failures with growing pauses and says each only once', async () => {
  const times: number[] = [];
  const { clock, controller, lines } = setUp(async () => {
    times.push(clock.monotonic());
    if (times.length < 4) throw new Error('the shop is closed');
    return undefined;
  });
  controller.enqueue(a);
  await clock.pass(60);
  expect(times).toEqual([0, 1, 3, 7]);
  expect(lines.map(({ level, msg }) => `${level}: ${msg}`)).toEqual([
    'error: reconcile failed',
    'info: reconciled again after failures',
  ]);
});

it('looks again after the seconds it was given', async () => {
  const times: number[] = [];
  const { clock, controller, outcomes } = setUp(async () => {
    times.push(clock.monotonic());
    return { requeueAfterSeconds: 30 };
  });
  controller.enqueue(a);
  await clock.pass(65);
  expect(times).toEqual([0, 30, 60]);
  expect(outcomes).toEqual(['requeue_after', 'requeue_after', 'requeue_after']);
});

const kinds: { name: string; thrown: unknown; want: FailureKind; retried: boolean }[] = [
  { name: 'an error', thrown: new Error('refused'), want: 'error', retried: true },
  { name: 'a mistake in the program', thrown: new TypeError('x is undefined'), want: 'panic', retried: true },
  { name: 'something that is no error', thrown: 'oops', want: 'panic', retried: true },
  { name: 'a terminal error', thrown: new TerminalError('the spec cannot work'), want: 'terminal', retried: false },
];
it.each(kinds)('counts $name as $want, retried: $retried', async ({ thrown, want, retried }) => {
  const { clock, controller, failures } = setUp(() => Promise.reject(thrown));
  controller.enqueue(a);
  await clock.pass(1.5);
  expect(failures).toEqual(retried ? [want, want] : [want]);
});

it('aborts a reconcile that takes too long, and others go on meanwhile', async () => {
  const done: string[] = [];
  const { clock, controller, failures } = setUp(
    ({ name }, { signal }) =>
      new Promise((resolve, reject) => {
        if (name === 'a') signal.addEventListener('abort', () => reject(signal.reason));
        else resolve(void done.push(name) as undefined);
      }),
    { concurrency: 2 },
  );
  controller.enqueue(a);
  controller.enqueue(b);
  await clock.pass(59);
  expect(done).toEqual(['b']);
  expect(controller.longestRunningSeconds()).toBe(59);
  await clock.pass(1);
  expect(failures).toEqual(['timeout']);
});

it('never starts a second reconcile beside one that does not end', async () => {
  let running = 0;
  const { clock, controller } = setUp(
    () => {
      running++;
      return new Promise(() => {});
    },
    { concurrency: 3 },
  );
  stops.length = 0;
  controller.enqueue(a);
  await clock.pass(500);
  controller.enqueue(a);
  await clock.pass(500);
  expect(running).toBe(1);
});

it('waits until the caches show what it wrote', async () => {
  const written: KubeObject = { metadata: { namespace: 'shop', name: 'child', resourceVersion: '7' } };
  let seen = 6;
  const cache = { get: () => undefined, hasSeen: (_namespace: string, version: string) => seen >= Number(version) };
  let reconciles = 0;
  const { clock, controller, outcomes } = setUp(async (_request, { writes }) => {
    if (++reconciles === 1) writes.wrote(cache, written);
    return undefined;
  });
  controller.enqueue(a);
  await clock.pass(1);
  controller.enqueue(a);
  await clock.pass(0.25);
  expect(reconciles).toBe(1);
  seen = 7;
  await clock.pass(1);
  expect(reconciles).toBe(2);
  expect(outcomes).toEqual(['success', 'requeue', 'requeue', 'requeue', 'success']);
});

it('stops in two steps: nothing new is taken, what runs may end', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const begun: string[] = [];
  const { clock, controller, taking, ended } = setUp(({ name }) => {
    begun.push(name);
    return promise;
  });
  controller.enqueue(a);
  controller.enqueue(b);
  await clock.pass(1);
  taking.abort();
  resolve(undefined);
  await ended;
  expect(begun).toEqual(['a']);
});
