import { describe, expect, it } from '@jest/globals';
import { type EventObject, toEvent } from './event-object.ts';
import { SeriesBook } from './event-series.ts';

const event: EventObject = toEvent(
  {
    regarding: { metadata: { name: 'x', namespace: 'shop' } },
    type: 'Warning',
    reason: 'Refused',
    action: 'Probe',
    note: 'no',
  },
  { controller: 'example.dev/test', instance: 'pod' },
  'x.1',
  new Date(0),
);
const minutes = (n: number): number => n * 60;

/** What each occurrence, at these minutes, leads to. */
function steps(book: SeriesBook, times: number[], key = 'k'): string[] {
  return times.map(time => book.occurred(key, () => event, minutes(time), new Date(minutes(time) * 1000)).step);
}

describe('occurrences', () => {
  const rows = [
    { name: 'the first is an Event', at: [0], want: ['create'] },
    { name: 'the second makes it a series', at: [0, 1], want: ['create', 'count'] },
    { name: 'more are counted here', at: [0, 1, 2, 3], want: ['create', 'count', 'wait', 'wait'] },
    {
      name: 'a series goes on while the gaps are short',
      at: [0, 5, 10, 15],
      want: ['create', 'count', 'wait', 'wait'],
    },
    { name: 'after a long gap a new Event begins', at: [0, 7], want: ['create', 'create'] },
  ];
  it.each(rows)('$name', ({ at, want }) => {
    expect(steps(new SeriesBook(), at)).toEqual(want);
  });

  it('with different keys have nothing to do with each other', () => {
    const book = new SeriesBook();
    expect([...steps(book, [0], 'a'), ...steps(book, [0], 'b')]).toEqual(['create', 'create']);
  });
});

describe('what is due', () => {
  const counts = (series: { count: number }[]): number[] => series.map(({ count }) => count);

  it('is the final count, once the series is over', () => {
    const book = new SeriesBook();
    steps(book, [0, 1, 2, 3]);
    expect(counts(book.due(minutes(8)))).toEqual([]);
    expect(counts(book.due(minutes(10)))).toEqual([4]);
    expect(book.isEmpty).toBe(true);
  });

  it('is nothing for an Event that happened once', () => {
    const book = new SeriesBook();
    steps(book, [0]);
    expect(book.due(minutes(10))).toEqual([]);
    expect(book.isEmpty).toBe(true);
  });

  it('is an interim count every half hour of a series that goes on', () => {
    const book = new SeriesBook();
    const written: [number, number[]][] = [];
    for (let minute = 0; minute <= 70; minute++) {
      steps(book, [minute]);
      const due = counts(book.due(minutes(minute)));
      if (due.length > 0) written.push([minute, due]);
    }
    expect(written).toEqual([
      [31, [32]],
      [61, [62]],
    ]);
  });

  it('is everything untold when the program ends', () => {
    const book = new SeriesBook();
    steps(book, [0], 'once');
    steps(book, [0, 1, 2], 'often');
    expect(counts(book.rest())).toEqual([3]);
    expect(book.isEmpty).toBe(true);
  });
});
