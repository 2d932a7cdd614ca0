import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Window } from '../contract.ts';
import type { Filter } from './client.ts';
import { advance, filtersAfter, parseCursor, type Row, toCursor, toRows, toSql } from './walk.ts';

interface Item {
  id: number;
  updated_at: string;
}

const second = (n: number) => toSql(new Date(Date.UTC(2026, 0, 1, 0, 0, n)));

/** What Magento does with filters, order and page size. */
function answer(items: Item[], filters: Filter[], pageSize: number) {
  const passes = (item: Item) =>
    filters.every(({ field, condition, value }) => {
      const [a, b] = field === 'entity_id' ? [item.id, Number(value)] : [item.updated_at, value];
      return condition === 'eq' ? a === b : condition === 'gt' ? a > b : condition === 'gteq' ? a >= b : a <= b;
    });
  const found = items
    .filter(passes)
    .sort((a, b) => (a.updated_at < b.updated_at ? -1 : a.updated_at > b.updated_at ? 1 : a.id - b.id));
  return { items: found.slice(0, pageSize), total_count: found.length };
}

/** Walks to the end through the texts of its cursors; `between` may change the shop after each page. */
function walk(items: Item[], window: Window, pageSize: number, between: (page: number) => void = () => undefined) {
  const rows: Row[] = [];
  let cursor: string | null = null;
  for (let page = 1; ; page++) {
    if (page > 10 + 4 * items.length) throw new Error('the walk does not end');
    const place = cursor === null ? null : parseCursor(cursor);
    const filters = filtersAfter(place, window);
    if (filters === null) return { rows, pages: page };
    const { fresh, next } = advance(place, window, toRows(answer(items, filters, pageSize), pageSize));
    rows.push(...fresh);
    if (next === null) return { rows, pages: page };
    cursor = toCursor(next);
    between(page);
  }
}

const items = fc.uniqueArray(fc.record({ id: fc.integer({ min: 1, max: 200 }), at: fc.integer({ min: 0, max: 12 }) }), {
  selector: item => item.id,
  maxLength: 60,
});

describe('a walk', () => {
  test('meets every row after `from` and not after `to` once, in order, however many share a second', () => {
    fc.assert(
      fc.property(
        items,
        fc.option(fc.integer({ min: -1, max: 13 })),
        fc.integer({ min: -1, max: 13 }),
        fc.integer({ min: 1, max: 7 }),
        (list, from, to, pageSize) => {
          const shop = list.map(({ id, at }) => ({ id, updated_at: second(at) }));
          const window = {
            from: from === null ? null : new Date(Date.UTC(2026, 0, 1, 0, 0, from)),
            to: new Date(Date.UTC(2026, 0, 1, 0, 0, to)),
          };
          const want = list
            .filter(({ at }) => (from === null || at > from) && at <= to)
            .sort((a, b) => a.at - b.at || a.id - b.id)
            .map(({ id }) => id);
          expect(walk(shop, window, pageSize).rows.map(row => row.id)).toEqual(want);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('misses no row that stays as it is while others change', () => {
    fc.assert(
      fc.property(items, fc.array(fc.nat()), fc.integer({ min: 1, max: 7 }), (list, touched, pageSize) => {
        const shop = list.map(({ id, at }) => ({ id, updated_at: second(at) }));
        const changed = new Set<number>();
        const { rows } = walk(shop, { from: null, to: new Date(Date.UTC(2026, 0, 1, 0, 0, 12)) }, pageSize, page => {
          const item = shop[(touched[page] ?? 0) % shop.length];
          if (!item || touched[page] === undefined) return;
          item.updated_at = second(60 + page);
          changed.add(item.id);
        });
        const seen = rows.map(row => row.id);
        expect(new Set(seen).size).toBe(seen.length);
        for (const { id } of list) if (!changed.has(id)) expect(seen).toContain(id);
      }),
      { numRuns: 300 },
    );
  });

  test('takes about one request per page, also through a second that all share', () => {
    const shop = Array.from({ length: 1000 }, (_, n) => ({ id: n + 1, updated_at: second(n < 500 ? 3 : n) }));
    expect(walk(shop, { from: null, to: new Date(Date.UTC(2026, 0, 2)) }, 100).pages).toBeLessThanOrEqual(12);
  });

  test('asks nothing of a window without a whole second', () => {
    const at = (text: string) => new Date(`2026-01-01T00:00:${text}Z`);
    expect(filtersAfter(null, { from: at('10.000'), to: at('10.999') })).toBeNull();
    expect(filtersAfter(null, { from: at('10.400'), to: at('11.000') })).not.toBeNull();
  });
});

describe('a list', () => {
  const row = { id: 1, updated_at: '2026-01-01 00:00:00' };

  test('that is null is empty', () => {
    expect(toRows({ items: null, total_count: 0 }, 2)).toEqual({ rows: [], complete: true });
  });

  test.each([
    { body: undefined, why: 'no body' },
    { body: {}, why: 'no list' },
    { body: [], why: 'a bare list' },
    { body: { items: [] }, why: 'no count' },
    { body: { items: null, total_count: 3 }, why: 'nothing, though it counted some' },
    { body: { items: [row], total_count: 3 }, why: 'fewer than it counted' },
    { body: { items: [row, row, row], total_count: 3 }, why: 'more than asked for' },
    { body: { items: [{ ...row, id: null }], total_count: 1 }, why: 'a row without id' },
    { body: { items: [{ ...row, updated_at: '0000' }], total_count: 1 }, why: 'a row without change time' },
    { body: { items: ['x'], total_count: 1 }, why: 'a row that is no object' },
  ])('is a failed read with $why', ({ body }) => {
    expect(() => toRows(body, 2)).toThrow(expect.objectContaining({ name: 'TransientError', code: 'Intermittent' }));
  });

  test.each([
    {
      rows: [
        [2, 5],
        [1, 5],
      ],
      why: 'a key goes backwards',
    },
    {
      rows: [
        [1, 5],
        [1, 5],
      ],
      why: 'a row comes twice',
    },
    {
      rows: [
        [1, 6],
        [2, 5],
      ],
      why: 'a time goes backwards',
    },
    { rows: [[1, 1]], why: 'a row is before the window' },
    { rows: [[1, 9]], why: 'a row is after it' },
  ])('is a failed read where $why', ({ rows }) => {
    const window = { from: new Date(Date.UTC(2026, 0, 1, 0, 0, 1)), to: new Date(Date.UTC(2026, 0, 1, 0, 0, 8)) };
    const list = rows.map(([id = 0, at = 0]) => ({ id, updated: second(at), customer: {} }));
    expect(() => advance(null, window, { rows: list, complete: true })).toThrow('cannot be trusted');
  });
});

describe('a cursor', () => {
  test.each([
    '',
    'null',
    '{}',
    '{"updated":"x","id":1,"phase":"from"}',
    '{"updated":"2026-01-01 00:00:00","id":1,"phase":"page 2"}',
  ])('%p of another make is refused', text => {
    expect(() => parseCursor(text)).toThrow(expect.objectContaining({ code: 'InvalidConfiguration' }));
  });
});
