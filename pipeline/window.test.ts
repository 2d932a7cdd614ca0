import { describe, expect, it } from '@jest/globals';
import { isEmpty, type WindowRules, windowOf } from './window.ts';

const at = (time: string) => new Date(`2026-03-01T${time}Z`);
const rules: WindowRules = {
  watermark: at('10:00:00'),
  sourceTime: at('10:15:00'),
  settleSeconds: 2,
  overlapSeconds: 600,
};

describe('windowOf', () => {
  const rows: { name: string; given: Partial<WindowRules>; from: Date | null; to: Date }[] = [
    {
      name: 'reads again what may have become visible late, up to the youngest that has settled',
      given: {},
      from: at('09:50:00'),
      to: at('10:14:58'),
    },
    { name: 'reads everything the first time', given: { watermark: null }, from: null, to: at('10:14:58') },
    {
      name: 'takes a start date in: the window excludes its beginning',
      given: { watermark: null, startDate: '2026-03-01' },
      from: new Date('2026-02-28T23:59:59.999Z'),
      to: at('10:14:58'),
    },
    {
      name: 'never reads before the start date, not by the overlap either',
      given: { startDate: '2026-03-01T09:55:00Z' },
      from: at('09:54:59.999'),
      to: at('10:14:58'),
    },
    {
      name: 'forgets a start date that lies behind',
      given: { startDate: '2026-02-01' },
      from: at('09:50:00'),
      to: at('10:14:58'),
    },
  ];
  for (const { name, given, from, to } of rows) {
    it(name, () => expect(windowOf({ ...rules, ...given })).toEqual({ from, to }));
  }
});

describe('isEmpty', () => {
  const rows: { name: string; given: Partial<WindowRules>; want: boolean }[] = [
    { name: 'a usual window is not', given: {}, want: false },
    { name: 'the first one is not', given: { watermark: null }, want: false },
    { name: 'one of a clock that was set back is', given: { sourceTime: at('09:00:00') }, want: true },
    { name: 'one of a start date that lies ahead is', given: { startDate: '2027-01-01' }, want: true },
  ];
  for (const { name, given, want } of rows) {
    it(name, () => expect(isEmpty(windowOf({ ...rules, ...given }))).toBe(want));
  }
});
