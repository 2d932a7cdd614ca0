import { type Request, toKey } from './reconciler.ts';
import { type KubeObject, keyOf } from './resource.ts';

/** One object came, changed or went. Exactly one of before and after may be absent. */
export interface Change<T> {
  readonly key: Request;
  readonly before: T | undefined;
  readonly after: T | undefined;
  /** Part of the first list: it was there before we looked. Less urgent than something that just happened. */
  readonly initial: boolean;
}

export type IndexFunction<T> = (object: T) => readonly string[];

/** Objects by key, with indexes. Pure: it is told what the API server said and answers with what changed. */
export class Cache<T extends KubeObject> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #namespaces: Index<T> = { values: object => [object.metadata.namespace ?? ''], keys: new Map() };

  get size(): number {
    return this.#objects.size;
  }

  addIndex(name: string, values: IndexFunction<T>): void {
    const index: Index<T> = { values, keys: new Map() };
    for (const [key, object] of this.#objects) enter(index, key, object);
    this.#indexes.set(name, index);
  }

  get(key: Request): T | undefined {
    return this.#objects.get(toKey(key));
  }

  /** Sorted by namespace and name. */
  list(namespace?: string): T[] {
    const keys = namespace === undefined ? this.#objects.keys() : (this.#namespaces.keys.get(namespace) ?? []);
    return this.#sorted(keys);
  }

  /** The objects for which the index function gave this value, sorted by namespace and name. */
  byIndex(name: string, value: string): T[] {
    const index = this.#indexes.get(name);
    if (index === undefined)
      throw new Error(`there is no index '${name}', there are: ${[...this.#indexes.keys()].join(', ')}`);
    return this.#sorted(index.keys.get(value) ?? []);
  }

  /** Takes one object in. Undefined when it is the version we have: a watch may tell it again after a reconnect. */
  set(object: T, initial = false): Change<T> | undefined {
    const key = keyOf(object);
    const before = this.get(key);
    if (before !== undefined && isSameVersion(before, object)) return undefined;
    this.#put(toKey(key), before, object);
    return { key, before, after: object, initial };
  }

  /** Undefined when it was not there. `last` is the final state, if the API server told it. */
  remove(key: Request, last?: T): Change<T> | undefined {
    const before = this.get(key);
    if (before === undefined) return undefined;
    this.#put(toKey(key), before, undefined);
    return { key, before: last ?? before, after: undefined, initial: false };
  }

  /** Makes the cache equal to a list of one namespace, or of everything, and tells the differences. */
  replace(objects: readonly T[], namespace: string | undefined, initial = false): Change<T>[] {
    const listed = new Set(objects.map(object => toKey(keyOf(object))));
    const gone = this.list(namespace).filter(object => !listed.has(toKey(keyOf(object))));
    const changes = [
      ...gone.map(object => this.remove(keyOf(object))),
      ...objects.map(object => this.set(object, initial)),
    ];
    return changes.filter(change => change !== undefined);
  }

  #put(key: string, before: T | undefined, after: T | undefined): void {
    for (const index of [this.#namespaces, ...this.#indexes.values()]) {
      if (before !== undefined) leave(index, key, before);
      if (after !== undefined) enter(index, key, after);
    }
    if (after === undefined) this.#objects.delete(key);
    else this.#objects.set(key, after);
  }

  #sorted(keys: Iterable<string>): T[] {
    return [...keys].sort().flatMap(key => this.#objects.get(key) ?? []);
  }
}

interface Index<T> {
  readonly values: IndexFunction<T>;
  readonly keys: Map<string, Set<string>>;
}

function enter<T>(index: Index<T>, key: string, object: T): void {
  for (const value of index.values(object)) {
    const keys = index.keys.get(value);
    if (keys === undefined) index.keys.set(value, new Set([key]));
    else keys.add(key);
  }
}

function leave<T>(index: Index<T>, key: string, object: T): void {
  for (const value of index.values(object)) {
    const keys = index.keys.get(value);
    keys?.delete(key);
    if (keys?.size === 0) index.keys.delete(value);
  }
}

const isSameVersion = (a: KubeObject, b: KubeObject): boolean =>
  a.metadata.resourceVersion === b.metadata.resourceVersion && a.metadata.uid === b.metadata.uid;
