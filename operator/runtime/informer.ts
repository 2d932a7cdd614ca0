import type { Api } from './api.ts';
import { Cache, type Change, type IndexFunction } from './cache.ts';
import { deepFreeze, strip } from './cached-object.ts';
import { type Clock, systemClock } from './clock.ts';
import { ListWatch, type WatchObserver } from './list-watch.ts';
import type { Logger } from './log.ts';
import type { Request } from './reconciler.ts';
import { type KubeObject, keyOf, type ResourceType } from './resource.ts';
import { compareResourceVersions } from './resource-version.ts';
import type { WatchEvent } from './watch-stream.ts';

export interface InformerOptions<T extends KubeObject> {
  readonly api: Pick<Api, 'list' | 'watch'>;
  readonly resource: ResourceType<T>;
  readonly log: Logger;
  /** One watch for each. Absent: one watch for the whole cluster. */
  readonly namespaces?: readonly string[] | undefined;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** How often everything is listed again, even if the watch looks healthy. */
  readonly relistSeconds?: number;
  /** Without a sign of life for this long, the informer is no longer healthy. */
  readonly silenceSeconds?: number;
  /** Makes cached objects unchangeable; for tests. */
  readonly freeze?: boolean;
  readonly observer?: WatchObserver;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/**
 * A copy of all objects of a kind, kept fresh by list and watch, and a call for every change. Cached objects are shared:
 * never change one. managedFields and the last-applied annotation are left out.
 */
export class Informer<T extends KubeObject> {
  readonly resource: ResourceType<T>;
  /** Resolves when everything was listed once. Stays open while the API server refuses. */
  readonly synced: Promise<void>;
  readonly #options: InformerOptions<T>;
  readonly #cache = new Cache<T>();
  readonly #listeners: ((change: Change<T>) => void)[] = [];
  readonly #watches: ReadonlyMap<string | undefined, ListWatch<T>>;
  readonly #resolveSynced: () => void;

  constructor(options: InformerOptions<T>) {
    const { resource, namespaces } = options;
    if (namespaces?.length === 0)
      throw new Error(`the informer of ${resource.kind} was given an empty list of namespaces`);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.resource = resource;
    this.synced = promise;
    this.#resolveSynced = resolve;
    this.#options = options;
    this.#watches = new Map((namespaces ?? [undefined]).map(namespace => [namespace, this.#listWatch(namespace)]));
    options.observer?.measure(() => this.secondsSinceContact());
  }

  /** Follows the API server until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#watches.values().map(watch => watch.run(signal)));
  }

  get(key: Request): T | undefined {
    return this.#cache.get(key);
  }

  /** Sorted by namespace and name. */
  list(namespace?: string): T[] {
    return this.#cache.list(namespace);
  }

  /** Files every object under the values the function gives, now and later. A function that throws files it nowhere. */
  addIndex(name: string, values: IndexFunction<T>): void {
    this.#cache.addIndex(name, object => this.#guarded(`index ${name}`, () => values(object)) ?? []);
  }

  byIndex(name: string, value: string): T[] {
    return this.#cache.byIndex(name, value);
  }

  /** Called after the cache changed, in the order of changes. To be added before run. */
  onChange(listener: (change: Change<T>) => void): void {
    this.#listeners.push(listener);
  }

  get hasSynced(): boolean {
    return this.#watches.values().every(watch => watch.resourceVersion !== undefined);
  }

  /** Of the watch that was silent longest. */
  secondsSinceContact(): number {
    return Math.max(...this.#watches.values().map(watch => watch.secondsSinceContact()));
  }

  /** For readiness: listed once, and the API server was heard of lately. */
  get isHealthy(): boolean {
    return this.hasSynced && this.secondsSinceContact() < (this.#options.silenceSeconds ?? 180);
  }

  /** Whether the cache shows everything up to this resourceVersion, which must come from an object of this kind. */
  hasSeen(namespace: string, resourceVersion: string): boolean {
    const newest = (this.#watches.get(namespace) ?? this.#watches.get(undefined))?.resourceVersion;
    return newest !== undefined && compareResourceVersions(newest, resourceVersion) >= 0;
  }

  #listWatch(namespace: string | undefined): ListWatch<T> {
    const { api, resource, log, labelSelector, fieldSelector, relistSeconds = 600, observer } = this.#options;
    const { clock = systemClock, random = Math.random } = this.#options;
    return new ListWatch({
      api,
      resource,
      selection: { namespace, labelSelector, fieldSelector },
      relistSeconds,
      clock,
      random,
      log: log.child({ watched: resource.plural, ...(namespace === undefined ? {} : { namespace }) }),
      observer,
      onList: (objects, first) => this.#replace(objects, namespace, first),
      onEvent: event => this.#take(event),
    });
  }

  #replace(objects: readonly T[], namespace: string | undefined, initial: boolean): void {
    const prepared = objects.map(object => this.#prepare(object));
    for (const change of this.#cache.replace(prepared, namespace, initial)) this.#tell(change);
    if (this.hasSynced) this.#resolveSynced();
  }

  #take(event: WatchEvent<T>): void {
    if (event.type === 'BOOKMARK') return;
    const object = this.#prepare(event.object);
    const change = event.type === 'DELETED' ? this.#cache.remove(keyOf(object), object) : this.#cache.set(object);
    if (change !== undefined) this.#tell(change);
  }

  #prepare(object: T): T {
    const stripped = strip(object);
    return this.#options.freeze ? deepFreeze(stripped) : stripped;
  }

  #tell(change: Change<T>): void {
    for (const listener of this.#listeners) this.#guarded('listener', () => listener(change));
  }

  /** A mistake in somebody's function must not stop the watch. */
  #guarded<R>(what: string, call: () => R): R | undefined {
    try {
      return call();
    } catch (error) {
      this.#options.log.error(
        { err: error, watched: this.resource.plural, what },
        'a function given to an informer failed',
      );
      return undefined;
    }
  }
}
