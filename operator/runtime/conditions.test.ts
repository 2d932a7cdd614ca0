import { describe, expect, it } from '@jest/globals';
import { type Condition, isTrue, setCondition } from './conditions.ts';
import { type Progress, setReady } from './progress.ts';

const early = new Date('2026-01-01T10:00:00.700Z');
const late = new Date('2026-01-01T11:00:00Z');
const said = {
  type: 'Ready',
  status: 'True',
  reason: 'Reconciled',
  message: 'all is well',
  observedGeneration: 1,
} as const;

describe('the transition time', () => {
  const rows = [
    { name: 'moves when the status flips', change: { status: 'False' as const }, want: '2026-01-01T11:00:00Z' },
    { name: 'stays when only the reason changes', change: { reason: 'Other' }, want: '2026-01-01T10:00:00Z' },
    { name: 'stays when only the message changes', change: { message: 'still' }, want: '2026-01-01T10:00:00Z' },
    { name: 'stays when only the generation moves', change: { observedGeneration: 2 }, want: '2026-01-01T10:00:00Z' },
  ];
  it.each(rows)('$name', ({ change, want }) => {
    const before = setCondition([], said, early);
    const [after] = setCondition(before, { ...said, ...change }, late);
    expect(after).toEqual({ ...said, ...change, lastTransitionTime: want });
  });
});

it('keeps the list sorted by type, whatever the order of setting', () => {
  let conditions: Condition[] = [];
  for (const type of ['Suspended', 'LastRunSucceeded', 'Ready'])
    conditions = setCondition(conditions, { ...said, type }, early);
  expect(conditions.map(({ type }) => type)).toEqual(['LastRunSucceeded', 'Ready', 'Suspended']);
});

it('changes nothing in the list it is given', () => {
  const before = Object.freeze(setCondition([], said, early).map(condition => Object.freeze(condition)));
  expect(() => setCondition(before, { ...said, status: 'False' }, late)).not.toThrow();
});

describe('Ready, Reconciling and Stalled', () => {
  const told = { reason: 'Because', message: 'so', observedGeneration: 3 };
  const rows: {
    name: string;
    why: string;
    progress: Progress & { unknown?: boolean };
    want: Record<string, string>;
  }[] = [
    {
      name: 'settled',
      why: 'kstatus: Current',
      progress: { standing: 'Settled', ...told },
      want: { Ready: 'True' },
    },
    {
      name: 'working',
      why: 'kstatus: InProgress',
      progress: { standing: 'Working', ...told },
      want: { Ready: 'False', Reconciling: 'True' },
    },
    {
      name: 'working, nothing known yet',
      why: 'the very first visit',
      progress: { standing: 'Working', unknown: true, ...told },
      want: { Ready: 'Unknown', Reconciling: 'True' },
    },
    {
      name: 'stuck',
      why: 'kstatus: Failed, so waiters stop early',
      progress: { standing: 'Stuck', ...told },
      want: { Ready: 'False', Stalled: 'True' },
    },
  ];
  const toStatuses = (conditions: Condition[]) =>
    Object.fromEntries(conditions.map(({ type, status }) => [type, status]));

  it.each(rows)('$name ($why), coming from nowhere', ({ progress, want }) => {
    expect(toStatuses(setReady([], progress, early))).toEqual(want);
  });

  it.each(rows)('$name ($why), coming from every other standing', ({ progress, want }) => {
    for (const { progress: other } of rows) {
      const before = setReady([], other, early);
      expect(toStatuses(setReady(before, progress, late))).toEqual(want);
    }
  });

  it('leaves other conditions alone', () => {
    const before = setCondition([], { ...said, type: 'Suspended' }, early);
    expect(isTrue(setReady(before, { standing: 'Settled', ...told }, late), 'Suspended')).toBe(true);
  });
});
