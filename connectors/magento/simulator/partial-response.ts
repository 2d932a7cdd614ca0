/** `?fields=items[id,email],total_count`: only the named fields of an answer. */
import type { Entity } from '../../../test/servers/collection.ts';

type Wanted = Map<string, Wanted>;

/** What remains; an empty list where none of the fields is there, as in a search whose fields are not nested under `items`. */
export function onlyFields(value: unknown, fields: string): unknown {
  const wanted = parseFields(fields);
  const found = picked(value, wanted);
  return isEmpty(found) ? [] : found;
}

function parseFields(fields: string): Wanted {
  const top: Wanted = new Map();
  const open: Wanted[] = [top];
  let last: Wanted = top;
  for (const [, name, mark] of fields.matchAll(/([\w.-]+)|([[\],])/g)) {
    if (name !== undefined) {
      last = new Map();
      open.at(-1)?.set(name, last);
    }
    if (mark === '[') open.push(last);
    if (mark === ']' && open.length > 1) open.pop();
  }
  return top;
}

function picked(value: unknown, wanted: Wanted): unknown {
  if (wanted.size === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(entry => picked(entry, wanted));
  const fields = Object.entries(value as Entity).filter(([name]) => wanted.has(name));
  return Object.fromEntries(fields.map(([name, inner]) => [name, picked(inner, wanted.get(name) ?? new Map())]));
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
