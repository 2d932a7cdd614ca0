import { expect, it } from '@jest/globals';
import { Backoff } from './backoff.ts';
import { ManualClock } from './manual-clock.ts';

const setUp = (random: () => number) => {
  const clock = new ManualClock();
  const { monotonic } = clock;
  return { clock, backoff: new Backoff({ baseSeconds: 0.8, capSeconds: 30, resetSeconds: 120, monotonic, random }) };
};

it('doubles its ceiling up to the cap', () => {
  const { backoff } = setUp(() => 1);
  const waits = Array.from({ length: 8 }, () => backoff.next());
  expect(waits).toEqual([0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30]);
});

it('spreads over the whole range, so that many clients do not come back together', () => {
  const draws = [0, 0.5, 0.25];
  const { backoff } = setUp(() => draws.shift() ?? 0);
  expect([backoff.next(), backoff.next(), backoff.next()]).toEqual([0, 0.8, 0.8]);
});

it('starts over after two good minutes', async () => {
  const { clock, backoff } = setUp(() => 1);
  for (let failure = 0; failure < 6; failure++) backoff.next();
  await clock.pass(121);
  expect(backoff.next()).toBe(0.8);
});

it('does not start over while failures go on', async () => {
  const { clock, backoff } = setUp(() => 1);
  for (let failure = 0; failure < 6; failure++) {
    backoff.next();
    await clock.pass(30);
  }
  expect(backoff.next()).toBe(30);
});
