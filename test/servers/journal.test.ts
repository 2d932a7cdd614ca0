import { expect, test } from '@jest/globals';
import { type Heard, jsonAnswer } from './exchange.ts';
import { Journal } from './journal.ts';
import { Masking } from './masking.ts';

const heard = (url: string, body = ''): Heard => ({
  method: 'GET',
  scheme: 'http',
  url,
  path: url,
  query: '',
  headers: {},
  body,
});
const numbers = (journal: Journal, after?: number) => [...journal.entries(after)].map(({ n }) => n);

test.each([
  ['entries', { entries: 3, characters: 1_000_000 }, ''],
  ['characters', { entries: 1_000, characters: 400 }, 'x'.repeat(100)],
])('beyond its bound of %s the oldest are forgotten, numbers and counts go on', (_, bounds, body) => {
  const journal = new Journal(new Masking([]), bounds);
  for (let call = 0; call < 2_500; call += 1) journal.add(heard('/a', body), 0, jsonAnswer(200, {}), null);
  expect(numbers(journal)).toEqual([2498, 2499, 2500]);
  expect(numbers(journal, 2499)).toEqual([2500]);
  expect(numbers(journal, 7)).toEqual([2498, 2499, 2500]);
  expect(journal.summary).toEqual({ total: 2500, dropped: 2497, counts: { 200: 2500 } });
});

test.each([
  ['nothing', '', null],
  ['JSON', '{"a":1}', { a: 1 }],
  ['a bare number, as text', '5', '5'],
  ['broken JSON, as text', '{"a":', '{"a":'],
  ['a form, as text', 'a=1', 'a=1'],
])('shows %s', (_, body, want) => {
  const journal = new Journal(new Masking([]));
  journal.add(heard('/a', body), 0, null, 'reset-before');
  expect([...journal.entries()]).toMatchObject([{ body: want, answer: null, status: null, fault: 'reset-before' }]);
});
