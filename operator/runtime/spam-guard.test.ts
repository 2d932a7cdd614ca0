import { expect, it } from '@jest/globals';
import { SpamGuard } from './spam-guard.ts';

const setUp = () => new SpamGuard({ burst: 3, refillSeconds: 300 });
const ask = (guard: SpamGuard, key: string, times: number[]): boolean[] => times.map(time => guard.allows(key, time));

it('lets a burst through, then one per refill', () => {
  expect(ask(setUp(), 'a', [0, 1, 2, 3, 299, 300, 301, 600])).toEqual([
    true,
    true,
    true,
    false,
    false,
    true,
    false,
    true,
  ]);
});

it('counts each key for itself', () => {
  const guard = setUp();
  ask(guard, 'wild', [0, 0, 0, 0, 0]);
  expect(guard.allows('calm', 0)).toBe(true);
});

it('does not forget a wild one by tidying', () => {
  const guard = setUp();
  ask(guard, 'wild', [0, 0, 0]);
  guard.tidy(10);
  expect(guard.allows('wild', 10)).toBe(false);
});
