import { describe, expect, test } from '@jest/globals';
import { retryAfterSeconds } from './retry-after.ts';

const now = new Date('2026-11-25T10:00:00Z');

describe('retryAfterSeconds', () => {
  test.each([
    { value: '7', want: 7, why: 'seconds' },
    { value: ' 2.5 ', want: 2.5, why: 'decimals, as one shop platform sends them' },
    { value: '0', want: 0, why: 'at once' },
    { value: 'Wed, 25 Nov 2026 10:00:30 GMT', want: 30, why: 'a date of HTTP' },
    { value: 'Wednesday, 25-Nov-26 10:00:30 GMT', want: 30, why: 'an old date of HTTP' },
    { value: '2026-11-25T10:01:00Z', want: 60, why: 'a date of ISO 8601' },
    { value: 'Wed, 25 Nov 2026 09:00:00 GMT', want: 0, why: 'past' },
    { value: '999999999999999999999999', want: Number.MAX_SAFE_INTEGER, why: 'absurd' },
    { value: '', want: null, why: 'empty' },
    { value: undefined, want: null, why: 'absent' },
    { value: '-5', want: null, why: 'negative' },
    { value: 'soon', want: null, why: 'text' },
    { value: 'NaN', want: null, why: 'a mistake of the server' },
  ])('$value is $want: $why', ({ value, want }) => {
    expect(retryAfterSeconds(value, now)).toBe(want);
  });
});
