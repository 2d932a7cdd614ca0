/**
 * A walk over customers in the order of (updated_at, entity_id) that always asks for the first page and moves the filter on, so
 * that changes during the walk make no row vanish. Change times have whole seconds and any number of rows may share one: where a
 * second fills most of a page it is walked by id, otherwise it is read again from its start and what was seen is left out.
 */
import { z } from 'zod';
import type { Cursor, Window } from '../contract.ts';
import { ConfigError, TransientError } from '../errors.ts';
import type { Filter } from './client.ts';

/** The last row that was handed out, and how to go on: from its second on, within its second, or after its second. */
const position = z.strictObject({
  updated: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
  id: z.int(),
  phase: z.enum(['from', 'same', 'after']),
});
export type Position = z.infer<typeof position>;

/** A customer as Magento sent it, with the two fields that order the walk. */
export interface Row {
  id: number;
  updated: string;
  customer: Record<string, unknown>;
}

export function toCursor(place: Position): Cursor {
  return JSON.stringify(place);
}

export function parseCursor(cursor: Cursor): Position {
  try {
    return position.parse(JSON.parse(cursor));
  } catch {
    throw new ConfigError(
      'InvalidConfiguration',
      'the cursor of this read was made by another release; the read has to start anew',
    );
  }
}

/** Magento's spelling of a time, UTC in whole seconds, rounded down. */
export function toSql(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}

/** The first whole second after a time. */
function firstSecond(from: Date): string {
  return toSql(new Date(from.getTime() + 1000));
}

/** The filters of the next page; null = the window holds no whole second. */
export function filtersAfter(place: Position | null, window: Window): Filter[] | null {
  const end: Filter = { field: 'updated_at', condition: 'lteq', value: toSql(window.to) };
  if (place === null) {
    if (window.from === null) return [end];
    const start = firstSecond(window.from);
    return start > end.value ? null : [{ field: 'updated_at', condition: 'gteq', value: start }, end];
  }
  switch (place.phase) {
    case 'from':
      return [{ field: 'updated_at', condition: 'gteq', value: place.updated }, end];
    case 'same':
      return [
        { field: 'updated_at', condition: 'eq', value: place.updated },
        { field: 'entity_id', condition: 'gt', value: String(place.id) },
      ];
    case 'after':
      return place.updated >= end.value ? null : [{ field: 'updated_at', condition: 'gt', value: place.updated }, end];
  }
}

/** The list of an answer, checked: complete, rows with the two ordering fields, and no fewer than Magento itself counts. */
export function toRows(body: unknown, pageSize: number): { rows: Row[]; complete: boolean } {
  const list = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const total = Number(list.total_count ?? Number.NaN);
  // An empty list comes as null from some versions.
  const items = list.items === null && total === 0 ? [] : list.items;
  if (!Array.isArray(items) || !Number.isInteger(total)) throw failedRead('an answer without the list of customers');
  if (items.length > pageSize) throw failedRead('more rows than were asked for');
  if (items.length < pageSize && items.length < total) throw failedRead('fewer rows than it counted');
  return { rows: items.map(toRow), complete: items.length < pageSize || items.length === total };
}

function toRow(item: unknown): Row {
  const customer = typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : {};
  const id = Number(customer.id);
  const updated = customer.updated_at;
  if (!Number.isSafeInteger(id) || id < 1) throw failedRead('a customer without an id');
  if (typeof updated !== 'string' || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(updated)) {
    throw failedRead(`customer ${id} without a change time`);
  }
  return { id, updated, customer };
}

/** The rows of a page that were not handed out yet, and where to go on; `next: null` = the window is exhausted. */
export function advance(
  place: Position | null,
  window: Window,
  page: { rows: Row[]; complete: boolean },
): { fresh: Row[]; next: Position | null } {
  const { rows, complete } = page;
  checkOrder(rows, place, window);
  const fresh = place === null ? rows : rows.filter(row => isAfter(row, place));
  if (complete) {
    const more = place?.phase === 'same' && place.updated < toSql(window.to);
    return { fresh, next: more ? { ...place, phase: 'after' } : null };
  }
  const last = rows.at(-1);
  if (!last) return { fresh, next: null };
  const shared = rows.length - rows.findIndex(row => row.updated === last.updated);
  const phase = place?.phase === 'same' || shared * 2 > rows.length ? 'same' : 'from';
  return { fresh, next: { updated: last.updated, id: last.id, phase } };
}

function isAfter(row: Row, place: Position): boolean {
  return row.updated > place.updated || (row.updated === place.updated && row.id > place.id);
}

/** Rows out of order or outside the window would mean that others were missed. */
function checkOrder(rows: Row[], place: Position | null, window: Window): void {
  const end = toSql(window.to);
  let least = place?.updated ?? (window.from === null ? '' : firstSecond(window.from));
  let leastId = 0;
  for (const { id, updated } of rows) {
    if (updated < least || updated > end) throw failedRead(`customer ${id} outside the asked time`);
    if (updated === least && id <= leastId) throw failedRead(`customer ${id} out of order`);
    least = updated;
    leastId = id;
  }
}

export function failedRead(what: string): TransientError {
  return new TransientError('Intermittent', `Magento's list of customers cannot be trusted: ${what}`, {
    applied: 'no',
  });
}
