/** The records of one resource. Only what differs from the initial values is kept. */
import type { Clock } from '../../../test/servers/clock.ts';
import { BadEntity, type Collection, type Entity } from '../../../test/servers/collection.ts';
import { Table } from '../../../test/servers/table.ts';
import { fold } from './key.ts';
import { keyText, type Resource, shown } from './resource.ts';

export class Records implements Collection {
  readonly name: string;
  readonly resource: Resource;
  readonly table: Table<Entity>;
  readonly #clock: Clock;

  constructor(resource: Resource, clock: Clock) {
    this.name = resource.name;
    this.resource = resource;
    this.table = new Table(entity => keyText(resource, entity));
    this.#clock = clock;
  }

  get count(): number {
    return this.table.size;
  }

  get(key: string): Entity | undefined {
    return this.table.get(key);
  }

  /** In the order of the key, as views read. */
  inOrder(): readonly Entity[] {
    const text = (entity: Entity, name: string) => String(entity[name] ?? this.resource.initial[name]);
    return this.table.ordered('key', (a, b) => {
      for (const name of this.resource.key) {
        const [left, right] = [text(a, name), text(b, name)];
        if (left !== right) return left < right ? -1 : 1;
      }
      return 0;
    });
  }

  clear(): void {
    this.table.clear();
  }

  *shown(): Generator<Entity> {
    for (const entity of this.inOrder()) yield shown(this.resource, entity);
  }

  seed(entities: readonly Entity[]): void {
    this.table.setMany(entities.map(entity => this.#dated(this.#keyed(entity, keyText(this.resource, entity)))));
  }

  /** Without the API's checks: a person at the desktop has other screens and other rights. */
  put(key: string, values: Entity): Entity {
    const before = this.table.get(keyText(this.resource, this.#keyed({}, key)));
    const entity = this.#keyed({ ...before, ...this.dated(), ...values }, key);
    this.table.set(entity);
    return shown(this.resource, entity);
  }

  remove(key: string): boolean {
    return this.table.delete(keyText(this.resource, this.#keyed({}, key)));
  }

  /** The change date of a write that happens now: a date without a time. */
  dated(): Entity {
    const name = ['DateLastMaintained', 'LastMaintained'].find(date => this.resource.properties.has(date));
    return name ? { [name]: `${this.#clock.now().toISOString().slice(0, 10)}T00:00:00Z` } : {};
  }

  #dated(entity: Entity): Entity {
    return { ...this.dated(), ...entity };
  }

  /** The entity with its key as the view keeps it. A last part that is left out has its initial value. */
  #keyed(entity: Entity, key: string): Entity {
    const parts = key.split('/');
    const values = this.resource.key.map((name, place): [string, string] => {
      const value = parts[place] ?? String(this.resource.initial[name] ?? '');
      return [name, fold(this.resource, name, value)];
    });
    const empty = values.find(([, value]) => value === '');
    if (empty || parts.length > values.length)
      throw new BadEntity(`${this.name}: ${key} is no key (${this.resource.key.join('/')})`);
    return { ...entity, ...Object.fromEntries(values) };
  }
}
