/** A collection whose entities are plain rows: groups, tax classes, the store layout. */
import { BadEntity, type Collection, type Entity } from '../../../test/servers/collection.ts';
import { Table } from '../../../test/servers/table.ts';
import type { Column, Value } from './condition.ts';
import type { Searched } from './search.ts';

export interface ListingOptions {
  name: string;
  /** Field that holds the key, a number; a filter knows it by `keyFilters` too. */
  key: string;
  fields: Record<string, Column<never>['type']>;
  /** Rows after a start and a reset. */
  standard?: readonly Entity[];
  /** Adds what the system derives from other entities. */
  shown?: (entity: Entity) => Entity;
}

export class Listing implements Collection, Searched<Entity> {
  readonly name: string;
  readonly key: string;
  readonly table: Table<Entity>;
  readonly #options: ListingOptions;

  constructor(options: ListingOptions) {
    this.name = options.name;
    this.key = options.key;
    this.#options = options;
    this.table = new Table(entity => String(entity[options.key]));
    this.reset();
  }

  get count(): number {
    return this.table.size;
  }

  reset(): void {
    this.table.clear();
    this.table.setMany(this.#options.standard ?? []);
  }

  show(entity: Entity): Entity {
    return this.#options.shown?.(entity) ?? entity;
  }

  *shown(): Generator<Entity> {
    for (const entity of this.table.values()) yield this.show(entity);
  }

  get(key: unknown): Entity | undefined {
    return this.table.get(String(key));
  }

  column(field: string): Column<Entity> | undefined {
    const type = this.#options.fields[field];
    if (!type) return undefined;
    return { type, of: entity => (this.show(entity)[field] ?? null) as Value };
  }

  seed(entities: readonly Entity[]): void {
    for (const entity of entities)
      if (!Number.isInteger(entity[this.key])) throw new BadEntity(`${this.name}: ${this.key} is no number`);
    this.table.setMany(entities);
  }

  put(key: string, values: Entity): Entity {
    const id = Number(key);
    if (!Number.isInteger(id)) throw new BadEntity(`${this.name}: ${key} is no number`);
    const entity = { ...this.table.get(key), ...values, [this.key]: id };
    this.table.set(entity);
    return this.show(entity);
  }

  remove(key: string): boolean {
    return this.table.delete(key);
  }
}
