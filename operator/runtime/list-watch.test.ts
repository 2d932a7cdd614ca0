import { expect, it } from '@jest/globals';
import { systemClock } from './clock.ts';
import { ListWatch } from './list-watch.ts';
import { createLogger } from './log.ts';

const silence = 90;

/** Waits between rounds when each watch ends after `heldSeconds`; time passes only in watches and waits. */
async function pauses(heldSeconds: number, rounds: number): Promise<number[]> {
  const waited: number[] = [];
  const stop = new AbortController();
  let seconds = 0;
  const clock = {
    ...systemClock,
    monotonic: () => seconds,
    after: (wait: number, callback: () => void) => {
      if (wait === silence) return () => {};
      waited.push(wait);
      seconds += wait;
      if (waited.length === rounds) stop.abort();
      setImmediate(callback);
      return () => {};
    },
  };
  const api = {
    list: async () => ({ objects: [], resourceVersion: '1' }),
    async *watch() {
      seconds += heldSeconds;
      yield* [];
    },
  };
  await new ListWatch({
    api: api as never,
    resource: { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true },
    selection: {},
    relistSeconds: 20,
    clock,
    random: () => 0.999,
    log: createLogger({ level: 'silent' }),
    onList: () => {},
    onEvent: () => {},
  }).run(stop.signal);
  return waited;
}

it('does not wait longer and longer after watches that held, however often they end', async () => {
  expect(Math.max(...(await pauses(20, 12)))).toBeLessThan(1);
});

it('waits longer and longer after watches that end at once', async () => {
  expect((await pauses(0, 12)).at(-1)).toBeGreaterThan(25);
});
