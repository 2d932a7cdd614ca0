import { expect, it } from '@jest/globals';
import { difference } from './patch-status.ts';

const rows: { name: string; live: unknown; desired: unknown; want: unknown }[] = [
  { name: 'nothing, when equal', live: { a: 1, b: [1] }, desired: { b: [1], a: 1 }, want: undefined },
  {
    name: 'nothing, when one says undefined and the other nothing',
    live: {},
    desired: { a: undefined },
    want: undefined,
  },
  { name: 'null for what others wrote', live: { a: 1, theirs: 2 }, desired: { a: 1 }, want: { theirs: null } },
  {
    name: 'only the part that differs',
    live: { a: { b: 1, c: 2 } },
    desired: { a: { b: 1, c: 3 } },
    want: { a: { c: 3 } },
  },
  { name: 'a list as a whole', live: { a: [1, 2] }, desired: { a: [1] }, want: { a: [1] } },
  { name: 'everything, when there was nothing', live: undefined, desired: { a: 1 }, want: { a: 1 } },
];

it.each(rows)('the difference is $name', ({ live, desired, want }) => {
  expect(difference(live, desired)).toEqual(want);
});
