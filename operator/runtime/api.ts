import { isExpired, isNotFound } from './api-error.ts';
import { type Clock, systemClock } from './clock.ts';
import { type ClusterOptions, findCluster } from './kubeconfig.ts';
import type { Request } from './reconciler.ts';
import { apiVersionOf, type KubeObject, keyOf, type ResourceType } from './resource.ts';
import { pathOf } from './resource-path.ts';
import { type Call, type HttpObserver, Transport } from './transport.ts';
import { readWatch, type WatchEvent } from './watch-stream.ts';

export interface ApiOptions extends ClusterOptions {
  /** The name of our writes in managedFields. Stable for ever. */
  readonly fieldManager: string;
  readonly userAgent: string;
  readonly observer?: HttpObserver;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** For every call: give up when the signal aborts or the seconds (30 if absent) are over. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly deadlineSeconds?: number | undefined;
}

/** Which objects of a kind. Without a namespace: all of them. */
export interface Selection {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface Listing<T> {
  readonly objects: T[];
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
}

export interface WatchOptions extends Selection {
  readonly resourceVersion: string;
  /** When the server ends the watch. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

export interface Preconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

const pageSize = 500;

/**
 * The one door to the API server. Every refusal is an ApiError; a signal that aborts makes the call throw the signal's
 * reason. Answers to 429 and 503 with Retry-After are waited for within the deadline.
 */
export class Api {
  readonly fieldManager: string;
  readonly #transport: Transport;

  private constructor(transport: Transport, fieldManager: string) {
    this.#transport = transport;
    this.fieldManager = fieldManager;
  }

  static async connect(options: ApiOptions): Promise<Api> {
    const { fieldManager, userAgent, observer, clock = systemClock, random = Math.random } = options;
    const access = await findCluster(options, clock);
    return new Api(new Transport(access, { userAgent, observer, clock, random }), fieldManager);
  }

  /** Null when there is no such object. */
  async get<T extends KubeObject>(
    resource: ResourceType<T>,
    key: Request,
    options: CallOptions = {},
  ): Promise<T | null> {
    const path = pathOf(resource, key);
    return await orNull(this.#object<T>({ method: 'GET', path, ...options }));
  }

  /** All objects, read in pages of 500. A list that grows too old while being paged is read again in one piece. */
  async list<T extends KubeObject>(
    resource: ResourceType<T>,
    selection: Selection = {},
    options: CallOptions = {},
  ): Promise<Listing<T>> {
    try {
      return await this.#pages(resource, selection, options, pageSize);
    } catch (error) {
      if (!isExpired(error)) throw error;
      return await this.#pages(resource, selection, options, undefined);
    }
  }

  /**
   * Resolves once the server agreed to watch. The iteration ends when the server ends the watch, throws ApiError 410 when
   * the resourceVersion is too old, and throws when the connection breaks or the signal aborts.
   */
  async watch<T extends KubeObject>(
    resource: ResourceType<T>,
    options: WatchOptions,
  ): Promise<AsyncIterable<WatchEvent<T>>> {
    const { namespace, signal, ...query } = options;
    const call = { method: 'GET', path: pathOf(resource, { namespace }), signal } as const;
    return readWatch<T>(
      await this.#transport.stream({ ...call, query: { ...query, watch: true, allowWatchBookmarks: true } }),
    );
  }

  /** Throws AlreadyExists (isAlreadyExists) when there is one of that name. */
  async create<T extends KubeObject>(resource: ResourceType<T>, object: T, options: CallOptions = {}): Promise<T> {
    const path = pathOf(resource, { namespace: object.metadata.namespace });
    return await this.#object<T>({
      method: 'POST',
      path,
      query: this.#strict(),
      body: withKind(resource, object),
      ...options,
    });
  }

  /** Replaces the whole object. With a resourceVersion in it, throws a conflict (isConflict) if it is not the newest. */
  async replace<T extends KubeObject>(resource: ResourceType<T>, object: T, options: CallOptions = {}): Promise<T> {
    const path = pathOf(resource, keyOf(object));
    return await this.#object<T>({
      method: 'PUT',
      path,
      query: this.#strict(),
      body: withKind(resource, object),
      ...options,
    });
  }

  /**
   * Server-side apply: creates the object or makes the given fields so, taking them from other managers. `object` holds
   * all fields we own; what an earlier apply held and this one does not is removed.
   */
  async apply<T extends KubeObject>(resource: ResourceType<T>, object: T, options: CallOptions = {}): Promise<T> {
    return await this.#apply(resource, object, undefined, options);
  }

  /** Server-side apply of nothing but the status. `object` holds name, namespace and the whole status. */
  async applyStatus<T extends KubeObject>(
    resource: ResourceType<T>,
    object: KubeObject & { status: unknown },
    options: CallOptions = {},
  ): Promise<T> {
    return await this.#apply<T>(resource, object, 'status', options);
  }

  /** JSON merge patch: null removes a field, a list replaces the list. */
  async patch<T extends KubeObject>(
    resource: ResourceType<T>,
    key: Request,
    patch: object,
    options: CallOptions & { readonly subresource?: string } = {},
  ): Promise<T> {
    const { subresource, ...rest } = options;
    const path = pathOf(resource, { ...key, subresource });
    const contentType = 'application/merge-patch+json';
    return await this.#object<T>({ method: 'PATCH', path, contentType, query: this.#strict(), body: patch, ...rest });
  }

  /**
   * False when it was gone already. Its children go after it (Background; a Job's pods would stay otherwise). Throws a
   * conflict (isConflict) when a precondition does not hold.
   */
  async delete(
    resource: ResourceType,
    key: Request,
    preconditions: Preconditions = {},
    options: CallOptions = {},
  ): Promise<boolean> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions };
    const call: Call = { method: 'DELETE', path: pathOf(resource, key), body, ...options };
    return (await orNull(this.#transport.text(call))) !== null;
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #object<T>(call: Call): Promise<T> {
    return JSON.parse(await this.#transport.text(call)) as T;
  }

  async #apply<T extends KubeObject>(
    resource: ResourceType<T>,
    object: KubeObject,
    subresource: string | undefined,
    options: CallOptions,
  ): Promise<T> {
    const path = pathOf(resource, { ...keyOf(object), subresource });
    // JSON is YAML; the API server knows no JSON content type for this.
    const contentType = 'application/apply-patch+yaml';
    const query = { ...this.#strict(), force: true };
    return await this.#object<T>({
      method: 'PATCH',
      path,
      contentType,
      query,
      body: withKind(resource, object),
      ...options,
    });
  }

  async #pages<T extends KubeObject>(
    resource: ResourceType<T>,
    { namespace, ...selectors }: Selection,
    options: CallOptions,
    limit: number | undefined,
  ): Promise<Listing<T>> {
    const path = pathOf(resource, { namespace });
    const objects: T[] = [];
    let next: string | undefined;
    for (;;) {
      const query = { ...selectors, limit, continue: next };
      const { items, metadata } = await this.#object<Page<T>>({ method: 'GET', path, query, ...options });
      for (const object of items) objects.push(withKind(resource, object));
      if (!metadata.continue) return { objects, resourceVersion: metadata.resourceVersion };
      next = metadata.continue;
    }
  }

  /** Who writes, and that an unknown field is an error instead of a warning nobody reads. */
  #strict(): { fieldManager: string; fieldValidation: string } {
    return { fieldManager: this.fieldManager, fieldValidation: 'Strict' };
  }
}

interface Page<T> {
  readonly items: T[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

/** Objects out of a list carry neither apiVersion nor kind; everything of ours does. */
function withKind<T extends KubeObject>(resource: ResourceType, object: T): T {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, ...object };
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
