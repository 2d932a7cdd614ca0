import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { duration, progress } from './progress.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const after = (milliseconds: number) => () => new Promise<void>(resolve => setTimeout(resolve, milliseconds));

it.each([
  ['says nothing about what is quick', 1_500, []],
  ['says what goes on and how long it took', 5_000, ['… build, 2.0 s (usually a minute)', '✓ build, 5.0 s']],
  [
    'says it again now and then',
    20_000,
    ['… build, 2.0 s (usually a minute)', '… build, 17.0 s (usually a minute)', '✓ build, 20.0 s'],
  ],
])('%s', async (_why, takes, want) => {
  const lines: string[] = [];
  const done = progress(line => lines.push(line))('build', after(takes), 'a minute');
  await jest.advanceTimersByTimeAsync(takes);
  await done;
  expect(lines).toEqual(want);
});

it('stops talking when the work fails', async () => {
  const lines: string[] = [];
  const failed = progress(line => lines.push(line))('build', () => Promise.reject(new Error('no'))).catch(
    () => 'failed',
  );
  expect(await failed).toBe('failed');
  await jest.advanceTimersByTimeAsync(60_000);
  expect(lines).toEqual([]);
});

it.each([
  [4_230, '4.2 s'],
  [520_000, '8 min 40 s'],
])('writes %d ms as %s', (milliseconds, want) => {
  expect(duration(milliseconds)).toBe(want);
});
