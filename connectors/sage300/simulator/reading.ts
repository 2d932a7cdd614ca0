/** GET: one entity by key, or a page of them. */
import type { Entity } from '../../../test/servers/collection.ts';
import { firstWhere } from '../../../test/servers/table.ts';
import type { Filter } from './filter.ts';
import { compiled, textOf } from './matching.ts';
import type { Options } from './options.ts';
import type { Records } from './records.ts';
import { Refusal } from './refusal.ts';
import { shown } from './resource.ts';

export interface Page {
  entities: Entity[];
  /** Right where a count was asked for. */
  total: number;
  /** Entries after this page. */
  more: boolean;
}

export function readOne(records: Records, key: string): Entity {
  const found = records.get(key);
  if (!found) throw new Refusal('RecordNotFound', 'A Record cannot be found for the specified entity key');
  return shown(records.resource, found);
}

/** Never more than a page, whatever `$top` says. */
export function readPage(records: Records, options: Options, pageSize: number): Page {
  const end = options.skip + Math.min(options.top ?? pageSize, pageSize);
  const enough = options.count ? Number.POSITIVE_INFINITY : end + 1;
  const rows = options.filter ? found(records, options.filter, enough) : records.inOrder();
  const entities = rows
    .slice(options.skip, end)
    .map(entity => selected(shown(records.resource, entity), options.select));
  return { entities, total: rows.length, more: rows.length > end };
}

function selected(entity: Entity, select: readonly string[] | null): Entity {
  return select ? Object.fromEntries(select.map(name => [name, entity[name]])) : entity;
}

/** In the order of the key; at least `enough` of them, if there are so many. */
function found(records: Records, filter: Filter, enough: number): readonly Entity[] {
  const holds = compiled(filter);
  const parts = equals(records, filter);
  const size = parts?.reduce((sum, part) => sum + part.size, 0) ?? records.count;
  if (parts && size * 8 <= records.count) {
    const few = [...new Set(parts.flatMap(part => [...part]))].filter(holds);
    return few.sort((a, b) => (keyOf(records, a) < keyOf(records, b) ? -1 : 1));
  }
  const rows = records.inOrder();
  const hits: Entity[] = [];
  for (let place = firstPossible(records, rows, filter); place < rows.length && hits.length < enough; place += 1) {
    const row = rows[place] as Entity;
    if (holds(row)) hits.push(row);
  }
  return hits;
}

/** By index, where the filter asks for equal text only; null = it does not. */
function equals(records: Records, filter: Filter): ReadonlySet<Entity>[] | null {
  if (filter.kind === 'compare' && filter.comparator === 'eq' && typeof filter.value === 'string') {
    const { property, value } = filter;
    return [records.table.having(property.name, entity => textOf(property, entity), value)];
  }
  if (filter.kind !== 'and' && filter.kind !== 'or') return null;
  const [left, right] = [equals(records, filter.left), equals(records, filter.right)];
  if (filter.kind === 'and') return left ?? right;
  return left && right ? [...left, ...right] : null;
}

/** Where rows begin that a `key gt 'x'` can hold for: paging by key does not read from the start. */
function firstPossible(records: Records, rows: readonly Entity[], filter: Filter): number {
  if (filter.kind === 'and') {
    return Math.max(firstPossible(records, rows, filter.left), firstPossible(records, rows, filter.right));
  }
  if (filter.kind !== 'compare' || filter.comparator !== 'gt' || filter.property.name !== records.resource.key[0])
    return 0;
  return firstWhere(rows, compiled(filter));
}

function keyOf(records: Records, entity: Entity): string {
  return records.resource.key.map(name => String(entity[name])).join('\0');
}
