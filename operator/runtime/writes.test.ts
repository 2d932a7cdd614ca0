import { expect, it } from '@jest/globals';
import { ManualClock } from './manual-clock.ts';
import type { KubeObject } from './resource.ts';
import { type CacheView, Writes } from './writes.ts';

const thing = (resourceVersion: string, more: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  metadata: { name: 'x', namespace: 'shop', uid: 'u1', resourceVersion, ...more },
});

/** A cache that stands still until told. */
function setUp() {
  const state: { seen: number; object: KubeObject | undefined } = { seen: 5, object: thing('5') };
  const cache: CacheView = { get: () => state.object, hasSeen: (_namespace, version) => state.seen >= Number(version) };
  const clock = new ManualClock();
  return { state, cache, clock, writes: new Writes(clock.monotonic) };
}

it('waits until the cache has seen the write', () => {
  const { state, cache, writes } = setUp();
  writes.wrote(cache, thing('7'));
  expect(writes.areVisible()).toBe(false);
  state.seen = 7;
  expect(writes.areVisible()).toBe(true);
});

it('does not wait for a write that changed nothing', () => {
  const { cache, writes } = setUp();
  writes.wrote(cache, thing('5'));
  expect(writes.areVisible()).toBe(true);
});

it.each([
  { name: 'gone', after: undefined },
  { name: 'marked', after: thing('6', { deletionTimestamp: '2026-01-01T00:00:00Z' }) },
  { name: 'replaced by a namesake', after: thing('8', { uid: 'u2' }) },
])('waits until what was deleted is $name', ({ after }) => {
  const { state, cache, writes } = setUp();
  writes.deleted(cache, thing('5'));
  expect(writes.areVisible()).toBe(false);
  state.object = after;
  expect(writes.areVisible()).toBe(true);
});

it('does not wait for ever: the cache may not hold such objects at all', async () => {
  const { cache, clock, writes } = setUp();
  writes.wrote(cache, thing('7'));
  await clock.pass(29);
  expect(writes.areVisible()).toBe(false);
  await clock.pass(1);
  expect(writes.areVisible()).toBe(true);
});
