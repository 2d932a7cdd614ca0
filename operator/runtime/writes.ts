import type { Request } from './reconciler.ts';
import { type KubeObject, keyOf } from './resource.ts';

/** The part of an informer this file needs. */
export interface CacheView {
  get(key: Request): KubeObject | undefined;
  /** Whether everything up to this resourceVersion has arrived in the cache. */
  hasSeen(namespace: string, resourceVersion: string): boolean;
}

/** A cache that lags longer than this is not waited for: perhaps it does not hold such objects at all. */
const patienceSeconds = 30;

/**
 * What one request's reconciles wrote and the caches may not show yet. A cache runs behind the API server; a reconcile on
 * a cache that lacks its own last write would decide on a world that is gone, and write again.
 */
export class Writes {
  readonly #monotonic: () => number;
  #pending: { readonly isSeen: () => boolean; readonly until: number }[] = [];

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** `object` is what the API server answered to the write, `cache` the informer that will show it. */
  wrote(cache: CacheView, { metadata: { namespace = '', resourceVersion } }: KubeObject): void {
    if (resourceVersion !== undefined) this.#await(() => cache.hasSeen(namespace, resourceVersion));
  }

  /** `object` is what was asked to be deleted; it may stay for a while, marked, if it has finalizers. */
  deleted(cache: CacheView, object: KubeObject): void {
    this.#await(() => {
      const cached = cache.get(keyOf(object));
      return cached?.metadata.uid !== object.metadata.uid || cached?.metadata.deletionTimestamp !== undefined;
    });
  }

  /** Whether the caches show all of it. What they showed once is forgotten. */
  areVisible(): boolean {
    const now = this.#monotonic();
    this.#pending = this.#pending.filter(({ isSeen, until }) => now < until && !isSeen());
    return this.#pending.length === 0;
  }

  #await(isSeen: () => boolean): void {
    this.#pending.push({ isSeen, until: this.#monotonic() + patienceSeconds });
  }
}
