/** Entities by key, with sorted orders and indexes that follow every write instead of being built anew. */

export type Comparison<E> = (a: E, b: E) => number;

interface Order<E> {
  compare: Comparison<E>;
  rows: E[];
}

interface Index<E> {
  of: (entity: E) => string;
  rows: Map<string, Set<E>>;
}

/** Orders and indexes kept per table; the oldest goes when another is asked for. */
const mostKept = 12;
/** From here on it is cheaper to sort again than to insert one by one. */
const bulk = 200;

/** Entities are values: a change is a new entity with the same key. */
export class Table<E> {
  readonly #keyOf: (entity: E) => string;
  readonly #rows = new Map<string, E>();
  readonly #orders = new Map<string, Order<E>>();
  readonly #indexes = new Map<string, Index<E>>();

  constructor(keyOf: (entity: E) => string) {
    this.#keyOf = keyOf;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: string): E | undefined {
    return this.#rows.get(key);
  }

  values(): Iterable<E> {
    return this.#rows.values();
  }

  set(entity: E): void {
    const key = this.#keyOf(entity);
    const before = this.#rows.get(key);
    this.#rows.set(key, entity);
    if (before === undefined) this.#list(entity);
    else this.#relist(before, entity);
  }

  setMany(entities: readonly E[]): void {
    if (entities.length < bulk) {
      for (const entity of entities) this.set(entity);
      return;
    }
    this.#orders.clear();
    this.#indexes.clear();
    for (const entity of entities) this.#rows.set(this.#keyOf(entity), entity);
  }

  delete(key: string): boolean {
    const entity = this.#rows.get(key);
    if (entity === undefined) return false;
    this.#rows.delete(key);
    this.#unlist(entity);
    return true;
  }

  clear(): void {
    this.#rows.clear();
    this.#orders.clear();
    this.#indexes.clear();
  }

  /** All entities in an order known by its name. The comparison must tell any two entities apart. */
  ordered(name: string, compare: Comparison<E>): readonly E[] {
    const known = this.#orders.get(name);
    if (known) return known.rows;
    makeRoom(this.#orders);
    const rows = [...this.#rows.values()].sort(compare);
    this.#orders.set(name, { compare, rows });
    return rows;
  }

  /** The entities whose text, as `of` tells it, is this one; in no order. */
  having(name: string, of: (entity: E) => string, text: string): ReadonlySet<E> {
    return (this.#indexes.get(name) ?? this.#indexed(name, of)).rows.get(text) ?? new Set();
  }

  #indexed(name: string, of: (entity: E) => string): Index<E> {
    makeRoom(this.#indexes);
    const index: Index<E> = { of, rows: new Map() };
    for (const entity of this.#rows.values()) put(index, entity);
    this.#indexes.set(name, index);
    return index;
  }

  #list(entity: E): void {
    for (const { compare, rows } of this.#orders.values()) rows.splice(place(rows, entity, compare), 0, entity);
    for (const index of this.#indexes.values()) put(index, entity);
  }

  /** What keeps its place is replaced there: moving the rest of a long list costs more than finding the place. */
  #relist(before: E, entity: E): void {
    for (const { compare, rows } of this.#orders.values()) {
      const old = place(rows, before, compare);
      if (compare(before, entity) === 0) {
        rows[old] = entity;
        continue;
      }
      rows.splice(old, 1);
      rows.splice(place(rows, entity, compare), 0, entity);
    }
    for (const index of this.#indexes.values()) {
      index.rows.get(index.of(before))?.delete(before);
      put(index, entity);
    }
  }

  #unlist(entity: E): void {
    for (const { compare, rows } of this.#orders.values()) rows.splice(place(rows, entity, compare), 1);
    for (const index of this.#indexes.values()) index.rows.get(index.of(entity))?.delete(entity);
  }
}

/** Where the entity stands, or would stand. */
function place<E>(rows: readonly E[], entity: E, compare: Comparison<E>): number {
  return firstWhere(rows, row => compare(row, entity) >= 0);
}

/** The first place from `low` on at which `holds` is true, in rows where it is first false and then true. */
export function firstWhere<E>(rows: readonly E[], holds: (row: E) => boolean, low = 0, high = rows.length): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(rows[middle] as E)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function put<E>(index: Index<E>, entity: E): void {
  const text = index.of(entity);
  const rows = index.rows.get(text);
  if (rows) rows.add(entity);
  else index.rows.set(text, new Set([entity]));
}

function makeRoom<V>(kept: Map<string, V>): void {
  if (kept.size < mostKept) return;
  const oldest = kept.keys().next();
  if (!oldest.done) kept.delete(oldest.value);
}
