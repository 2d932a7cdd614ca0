import { describe, expect, it } from '@jest/globals';
import { Cron } from 'croner';
import fc from 'fast-check';
import { nextTick, parseSchedule, type Schedule, shortestPeriodSeconds, timeZoneProblem } from './schedule.ts';

function schedule(text: string): Schedule {
  const { schedule: parsed, problem } = parseSchedule(text);
  if (parsed === undefined) throw new Error(problem);
  return parsed;
}

function ticks(text: string, zone: string, after: string, count: number): string[] {
  const found: string[] = [];
  let last: Date | null = new Date(after);
  for (let n = 0; n < count && last !== null; n++) {
    last = nextTick(schedule(text), zone, last);
    if (last !== null) found.push(last.toISOString().slice(0, 16));
  }
  return found;
}

describe('parseSchedule refuses what the API server refuses, and what never fires', () => {
  const refused: [text: string, why: string][] = [
    ['*/5 * * *', 'four fields'],
    ['0 */5 * * * *', 'six fields: seconds'],
    ['@every 5m', 'an interval'],
    ['@hourly', 'a name; the schema promises five fields'],
    ['TZ=Europe/London 0 0 * * *', 'the zone has a field of its own'],
    ['0 0 L * *', 'the last day of the month: a Quartz word'],
    ['0 0 15W * *', 'the nearest weekday: a Quartz word'],
    ['0 0 * * 7', 'Sunday is 0 only'],
    ['0 0 * * 5#2', 'the second Friday: a Quartz word'],
    ['60 * * * *', 'minutes end at 59'],
    ['* 24 * * *', 'hours end at 23'],
    ['0 0 0 * *', 'days begin at 1'],
    ['5-1 * * * *', 'a range backwards'],
    ['*/0 * * * *', 'a step of nothing'],
    ['1,,2 * * * *', 'an empty place in a list'],
    ['0 0 31 2 *', 'February has no 31st'],
    ['0 0 31 4,6,9,11 *', 'these months have 30 days'],
  ];
  for (const [text, why] of refused) {
    it(`${text} (${why})`, () => expect(parseSchedule(text).problem).toMatch(/must have|never fires/));
  }

  const accepted = [
    '* * * * *',
    '*/5 9-17 * * MON-FRI',
    '0 0 1 jan,JUL ?',
    '5/15 * * * *',
    ' 0  0 29 2 * ',
    '0 0 13 * 5',
  ];
  for (const text of accepted) it(`and takes ${text}`, () => expect(parseSchedule(text).problem).toBeUndefined());
});

describe('nextTick', () => {
  it('skips a local time that the change to summer time skips', () => {
    // London, 29 March 2026: 01:00 becomes 02:00.
    const found = ticks('30 1 * * *', 'Europe/London', '2026-03-28T00:00:00Z', 3);
    expect(found).toEqual(['2026-03-28T01:30', '2026-03-30T00:30', '2026-03-31T00:30']);
  });

  it('fires twice when the change to winter time makes a local time happen twice', () => {
    // London, 25 October 2026: 02:00 becomes 01:00.
    const found = ticks('30 1 * * *', 'Europe/London', '2026-10-24T12:00:00Z', 3);
    expect(found).toEqual(['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-26T01:30']);
  });

  it('has no tick at a midnight that does not exist', () => {
    // Cairo, 24 April 2026: 00:00 becomes 01:00.
    const found = ticks('0 0 * * *', 'Africa/Cairo', '2026-04-22T12:00:00Z', 2);
    expect(found).toEqual(['2026-04-22T22:00', '2026-04-24T21:00']);
  });

  it('keeps every fifth minute through both changes', () => {
    for (const day of ['2026-03-29', '2026-10-25']) {
      const found = ticks('*/5 * * * *', 'Europe/London', `${day}T00:00:00Z`, 36);
      expect(found.at(-1)).toBe(`${day}T03:00`);
    }
  });

  it('takes either day when both are restricted, and both when one is a star with a step of one', () => {
    expect(ticks('0 0 13 * 5', 'Etc/UTC', '2026-03-01T00:00:00Z', 3)).toEqual([
      '2026-03-06T00:00',
      '2026-03-13T00:00',
      '2026-03-20T00:00',
    ]);
    expect(ticks('0 0 */1 * 5', 'Etc/UTC', '2026-03-01T00:00:00Z', 2)).toEqual([
      '2026-03-06T00:00',
      '2026-03-13T00:00',
    ]);
  });

  it('finds the next leap day', () => {
    expect(ticks('0 0 29 2 *', 'Etc/UTC', '2026-03-01T00:00:00Z', 1)).toEqual(['2028-02-29T00:00']);
  });

  it('agrees with croner where the clocks never change', () => {
    const field = (min: number, max: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min, max }).map(String),
        fc.integer({ min: 2, max: 6 }).map(step => `*/${step}`),
        fc
          .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
          .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      );
    const expression = fc.tuple(field(0, 59), field(0, 23), fc.constant('*'), field(1, 12), field(0, 6));
    const moment = fc.date({
      min: new Date('2026-01-01T00:00:00Z'),
      max: new Date('2030-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(expression, moment, (parts, after) => {
        const text = parts.join(' ');
        const theirs = new Cron(text, { timezone: 'UTC', mode: '5-part' }).nextRun(after);
        expect(nextTick(schedule(text), 'Etc/UTC', after)?.toISOString()).toBe(theirs?.toISOString());
      }),
      { numRuns: 300 },
    );
  });
});

describe('shortestPeriodSeconds', () => {
  const rows: [text: string, seconds: number][] = [
    ['* * * * *', 60],
    ['*/5 * * * *', 300],
    ['0 * * * *', 3600],
    ['0,1 9 * * *', 60],
    ['0 0 1 1 *', 31_536_000],
  ];
  for (const [text, seconds] of rows) {
    it(`${text}: ${seconds}`, () => expect(shortestPeriodSeconds(schedule(text))).toBe(seconds));
  }
});

describe('timeZoneProblem', () => {
  const rows: [zone: string, problem: RegExp | null][] = [
    ['Etc/UTC', null],
    ['Europe/London', null],
    ['US/Eastern', null],
    ['Europe/Lundon', /must be a name/],
    ['europe/london', /did you mean 'Europe\/London'/],
    ['+01:00', /must be a name/],
    ['Local', /must be a name/],
  ];
  for (const [zone, problem] of rows) {
    it(`${zone}: ${problem ?? 'nothing'}`, () => {
      if (problem === null) expect(timeZoneProblem(zone)).toBeNull();
      else expect(timeZoneProblem(zone)).toMatch(problem);
    });
  }
});
