import { expect, it } from '@jest/globals';
import { cutTo, type Occurrence, seriesKey, toEvent } from './event-object.ts';

const occurrence: Occurrence = {
  regarding: { apiVersion: 'example.dev/v1', kind: 'Thing', metadata: { name: 'x', namespace: 'shop', uid: 'u1' } },
  type: 'Normal',
  reason: 'Started',
  action: 'Start',
  note: 'started',
};

it('has what the API server requires', () => {
  const reporter = { controller: 'example.dev/test', instance: 'pod' };
  expect(toEvent(occurrence, reporter, 'x.1', new Date('2026-01-01T00:00:00.5Z'))).toEqual({
    metadata: { name: 'x.1', namespace: 'shop' },
    eventTime: '2026-01-01T00:00:00.500000Z',
    reportingController: 'example.dev/test',
    reportingInstance: 'pod',
    type: 'Normal',
    reason: 'Started',
    action: 'Start',
    note: 'started',
    regarding: { apiVersion: 'example.dev/v1', kind: 'Thing', namespace: 'shop', name: 'x', uid: 'u1' },
  });
});

it('is the same thing again when only the note differs', () => {
  expect(seriesKey({ ...occurrence, note: 'started again' })).toBe(seriesKey(occurrence));
  expect(seriesKey({ ...occurrence, reason: 'Stopped' })).not.toBe(seriesKey(occurrence));
});

it.each([
  { name: 'short text stays', text: 'abc', bytes: 10, want: 'abc' },
  { name: 'long text is cut', text: 'a'.repeat(20), bytes: 10, want: `${'a'.repeat(7)}…` },
  { name: 'no half character is left', text: 'ö'.repeat(20), bytes: 10, want: 'ööö…' },
  { name: 'four-byte characters', text: '🚚🚚🚚', bytes: 10, want: '🚚…' },
])('$name', ({ text, bytes, want }) => {
  expect(cutTo(text, bytes)).toBe(want);
  expect(Buffer.byteLength(cutTo(text, bytes))).toBeLessThanOrEqual(bytes);
});
