import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { firstWhere, Table } from './table.ts';

interface Row {
  key: number;
  weight: number;
}

const byWeight = (a: Row, b: Row) => a.weight - b.weight || a.key - b.key;
const row = fc.record({ key: fc.nat(20), weight: fc.nat(5) });
const write = fc.oneof(
  row.map(value => ({ kind: 'set' as const, value })),
  fc.nat(20).map(key => ({ kind: 'delete' as const, key })),
  fc.array(row, { maxLength: 300 }).map(values => ({ kind: 'setMany' as const, values })),
);

test('orders and indexes are after any writes what they would be if made anew', () => {
  fc.assert(
    fc.property(fc.array(write, { maxLength: 40 }), writes => {
      const table = new Table<Row>(({ key }) => String(key));
      const of = ({ weight }: Row) => String(weight);
      for (const change of writes) {
        table.ordered('weight', byWeight);
        table.having('weight', of, '1');
        if (change.kind === 'set') table.set(change.value);
        if (change.kind === 'delete') table.delete(String(change.key));
        if (change.kind === 'setMany') table.setMany(change.values);
      }
      const rows = [...table.values()];
      expect(table.ordered('weight', byWeight)).toEqual(rows.toSorted(byWeight));
      expect(new Set(table.having('weight', of, '1'))).toEqual(new Set(rows.filter(({ weight }) => weight === 1)));
    }),
    { numRuns: 100 },
  );
});

test.each([
  [[], 0],
  [[1, 2, 3], 0],
  [[0, 0, 1, 2], 2],
  [[0, 0], 2],
])('the first place in %j where a number is positive is %d', (rows: number[], want: number) => {
  expect(firstWhere(rows, number => number > 0)).toBe(want);
});
