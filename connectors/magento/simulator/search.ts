/** A search over a table: filters, order, page. Uses the table's orders and indexes, so that a page of 100,000 rows costs a page. */
import { type Comparison, firstWhere, type Table } from '../../../test/servers/table.ts';
import { type Column, compareValues, folded, isRange, members, type Test, test } from './condition.ts';
import type { Criteria, Filter, Sort } from './criteria.ts';
import { Refusal } from './refusal.ts';

export interface Searched<E> {
  table: Table<E>;
  /** What may be filtered and sorted by; undefined = no such attribute. */
  column(field: string): Column<E> | undefined;
  /** The key's field: the order where none is asked for, and the last word in every order. */
  key: string;
}

export interface Found<E> {
  rows: readonly E[];
  total: number;
}

interface Group<E> {
  filters: readonly Filter[];
  test: Test<E>;
}

export function search<E>(searched: Searched<E>, criteria: Criteria): Found<E> {
  const groups = criteria.groups.filter(filters => filters.length > 0).map(filters => compiled(searched, filters));
  const sorts = criteria.sorts.length > 0 ? criteria.sorts : [{ field: searched.key, direction: 'ASC' } as const];
  const few = equals(searched, groups) ?? narrowed(searched, groups, sorts);
  if (few) {
    const rows = [...few].filter(row => groups.every(group => group.test(row))).sort(comparison(searched, sorts));
    return { rows: page(rows, criteria), total: rows.length };
  }
  const { rows, low, high, rest } = stretch(searched, groups, sorts);
  if (rest.length > 0) {
    const found = rows.slice(low, high).filter(row => rest.every(group => group.test(row)));
    return { rows: page(found, criteria), total: found.length };
  }
  return { rows: page(rows, criteria, low, high), total: high - low };
}

/** Past the end there is nothing (since 2.4; before, the last page came again). No page size = all rows. */
function page<E>(rows: readonly E[], { pageSize, currentPage }: Criteria, low = 0, high = rows.length): readonly E[] {
  if (!pageSize || pageSize < 0) return rows.slice(low, high);
  const start = low + (Math.max(1, currentPage ?? 1) - 1) * pageSize;
  return rows.slice(start, Math.max(start, Math.min(high, start + pageSize)));
}

function compiled<E>(searched: Searched<E>, filters: readonly Filter[]): Group<E> {
  const tests = filters.map(filter => test(known(searched, filter.field), filter));
  const [only] = tests;
  return { filters, test: only && tests.length === 1 ? only : entity => tests.some(holds => holds(entity)) };
}

function known<E>(searched: Searched<E>, field: string): Column<E> {
  const found = searched.column(field);
  if (!found) throw new Refusal(400, 'The "%1" attribute name is invalid. Reset the name and try again.', [field]);
  return found;
}

/** Rows by index, where a group asks for equal values only and few rows have them. */
function equals<E>(searched: Searched<E>, groups: readonly Group<E>[]): Set<E> | null {
  for (const { filters } of groups) {
    if (!filters.every(({ condition }) => condition === 'eq' || condition === 'in')) continue;
    const parts = filters.flatMap(filter => indexed(searched, filter));
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    if (size * 8 <= searched.table.size) return new Set(parts.flatMap(part => [...part]));
  }
  return null;
}

function indexed<E>(searched: Searched<E>, { field, value, condition }: Filter): ReadonlySet<E>[] {
  const column = known(searched, field);
  const values = condition === 'in' ? members(value) : [value];
  const of = (entity: E) => String(column.of(entity) ?? '').toLowerCase();
  return values.map(one => searched.table.having(field, of, String(folded(column.type, one))));
}

/** Rows within bounds of a field that is not the first to sort by, where these are few. */
function narrowed<E>(searched: Searched<E>, groups: readonly Group<E>[], sorts: readonly Sort[]): readonly E[] | null {
  const other = groups.map(bound).find(filter => filter && filter.field !== sorts[0]?.field);
  if (!other) return null;
  const { rows, low, high } = stretch(searched, groups, [{ field: other.field, direction: 'ASC' }]);
  return (high - low) * 8 <= rows.length ? rows.slice(low, high) : null;
}

/** The stretch `low` to `high` of all rows in order that lies within the bounds of the first field, and the groups left to test. */
interface Stretch<E> {
  rows: readonly E[];
  low: number;
  high: number;
  rest: Group<E>[];
}

function stretch<E>(searched: Searched<E>, groups: readonly Group<E>[], sorts: readonly Sort[]): Stretch<E> {
  const name = sorts.map(({ field, direction }) => `${field} ${direction}`).join();
  const rows = searched.table.ordered(name, comparison(searched, sorts));
  let cut: Stretch<E> = { rows, low: 0, high: rows.length, rest: [] };
  const rest: Group<E>[] = [];
  for (const group of groups) {
    const narrower = bound(group)?.field === sorts[0]?.field ? cutTo(cut, group.test) : null;
    if (narrower) cut = narrower;
    else rest.push(group);
  }
  return { ...cut, rest };
}

/** In an order of the same field the rows within a bound lie together; null = in the middle, where halving does not find them. */
function cutTo<E>(cut: Stretch<E>, holds: Test<E>): Stretch<E> | null {
  const { rows, low, high } = cut;
  if (low === high) return cut;
  const [first, last] = [holds(rows[low] as E), holds(rows[high - 1] as E)];
  if (first && last) return cut;
  if (first) return { ...cut, high: firstWhere(rows, row => !holds(row), low, high) };
  return last ? { ...cut, low: firstWhere(rows, holds, low, high) } : null;
}

function bound<E>({ filters }: Group<E>): Filter | null {
  const [only, ...others] = filters;
  return only && others.length === 0 && isRange(only.condition) ? only : null;
}

function comparison<E>(searched: Searched<E>, sorts: readonly Sort[]): Comparison<E> {
  const total = sorts.some(({ field }) => field === searched.key)
    ? sorts
    : [...sorts, { field: searched.key, direction: 'ASC' as const }];
  const columns = total.map(({ field, direction }) => ({
    column: known(searched, field),
    sign: direction === 'ASC' ? 1 : -1,
  }));
  return (a, b) => {
    for (const { column, sign } of columns) {
      const order = compareValues(column.type, column.of(a), column.of(b));
      if (order !== 0) return order * sign;
    }
    return 0;
  };
}
