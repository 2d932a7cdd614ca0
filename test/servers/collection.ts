/** A set of entities of a simulated system, as the control API shows and changes it. */

export type Entity = Record<string, unknown>;

export interface Collection {
  readonly name: string;
  readonly count: number;
  /** Every entity as the system's own API would show it. */
  shown(): Iterable<Entity>;
  /** Stores entities as they are; an entity with the same key is replaced. Throws `BadEntity`. */
  seed(entities: readonly Entity[]): void;
  /** What a person in that system does: creates, or merges, and moves the change time as the system would. Throws `BadEntity`. */
  put(key: string, values: Entity): Entity;
  /** False where there is none. */
  remove(key: string): boolean;
}

/** An entity that cannot be stored; the message says why. */
export class BadEntity extends Error {
  override readonly name = 'BadEntity';
}
