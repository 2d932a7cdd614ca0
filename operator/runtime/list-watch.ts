import type { Api, Selection } from './api.ts';
import { ApiError, isExpired } from './api-error.ts';
import { Backoff } from './backoff.ts';
import { type Clock, sleep } from './clock.ts';
import type { Logger } from './log.ts';
import type { KubeObject, ResourceType } from './resource.ts';
import { Silence } from './silence.ts';
import type { WatchEvent } from './watch-stream.ts';

export interface ListWatchOptions<T extends KubeObject> {
  readonly api: Pick<Api, 'list' | 'watch'>;
  readonly resource: ResourceType<T>;
  readonly selection: Selection;
  readonly relistSeconds: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly observer?: WatchObserver | undefined;
  /** The whole truth as of now. `first`: never told before. */
  readonly onList: (objects: readonly T[], first: boolean) => void;
  /** One step further, in the API server's order. */
  readonly onEvent: (event: WatchEvent<T>) => void;
}

/** For metrics. */
export interface WatchObserver {
  /** Told once; may ask whenever it likes. */
  measure(secondsSinceContact: () => number): void;
  reconnected(): void;
  relisted(): void;
}

/** Bookmarks come about once a minute. A connection without a sound for this long is dead, whatever TCP says. */
const silenceSeconds = 90;

/** A watch that held this long did its work: however it ended, the next one need not wait. Every watch ends some time. */
const heldSeconds = 5;
const soonSeconds = 0.8;

/**
 * Follows one collection for ever: list, watch from there, list again when told to (410), when the interval is over, or
 * after an error that leaves doubt. Errors are logged and waited out, never thrown.
 */
export class ListWatch<T extends KubeObject> {
  readonly #options: ListWatchOptions<T>;
  readonly #backoff: Backoff;
  /** Undefined: what we have is no base for a watch. */
  #resumeFrom: string | undefined;
  #newestSeen: string | undefined;
  #relistDue = 0;
  /** When the watch of this round was answered. */
  #watchBegan: number | undefined;
  #lastContact: number;

  constructor(options: ListWatchOptions<T>) {
    const { clock, random } = options;
    this.#options = options;
    this.#lastContact = clock.monotonic();
    this.#backoff = new Backoff({
      baseSeconds: 0.8,
      capSeconds: 30,
      resetSeconds: 120,
      monotonic: clock.monotonic,
      random,
    });
  }

  /** The newest resourceVersion that has arrived; undefined before the first list. */
  get resourceVersion(): string | undefined {
    return this.#newestSeen;
  }

  /** Since the API server last said anything, also that there is nothing new. */
  secondsSinceContact(): number {
    return this.#options.clock.monotonic() - this.#lastContact;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await sleep(this.#options.clock, await this.#round(signal), signal);
  }

  /** One list if due, then one watch to its end. Answers with the seconds to wait before the next round. */
  async #round(signal: AbortSignal): Promise<number> {
    const { log, observer } = this.#options;
    const listsFirst = this.#resumeFrom === undefined || this.#secondsUntilRelist() <= 0;
    this.#watchBegan = undefined;
    try {
      if (listsFirst) await this.#list(signal);
      else observer?.reconnected();
      await this.#watch(signal);
      return this.#pause();
    } catch (error) {
      if (signal.aborted) return 0;
      if (isExpired(error)) this.#resumeFrom = undefined;
      else log.warn({ err: error }, 'watching failed, it is tried again');
      // The server is there and only wants a list; but one that calls a fresh list too old is not asked again at once.
      if (isExpired(error) && !listsFirst) return 0;
      const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) : 0;
      return Math.max(this.#pause(), asked);
    }
  }

  #pause(): number {
    const { clock, random } = this.#options;
    const held = this.#watchBegan !== undefined && clock.monotonic() - this.#watchBegan >= heldSeconds;
    return held ? soonSeconds * random() : this.#backoff.next();
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { api, resource, selection, relistSeconds, random, clock, observer, onList } = this.#options;
    this.#resumeFrom = undefined;
    const { objects, resourceVersion } = await api.list(resource, selection, { signal });
    const first = this.#newestSeen === undefined;
    if (!first) observer?.relisted();
    this.#sawVersion(resourceVersion);
    onList(objects, first);
    this.#relistDue = clock.monotonic() + relistSeconds * (0.9 + 0.2 * random());
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { api, resource, selection, onEvent } = this.#options;
    const silence = new Silence(this.#options.clock, silenceSeconds);
    try {
      const events = await api.watch(resource, {
        ...selection,
        resourceVersion: this.#resumeFrom ?? '',
        timeoutSeconds: this.#watchSeconds(),
        signal: AbortSignal.any([signal, silence.signal]),
      });
      this.#watchBegan = this.#options.clock.monotonic();
      this.#sawSign(silence);
      for await (const event of events) {
        onEvent(event);
        this.#sawSign(silence);
        if (event.object.metadata.resourceVersion !== undefined)
          this.#sawVersion(event.object.metadata.resourceVersion);
      }
    } finally {
      silence.end();
    }
  }

  /** 300 to 600, so that not all watches end together, and no longer than until the next list. */
  #watchSeconds(): number {
    return Math.ceil(Math.min(300 + 300 * this.#options.random(), Math.max(this.#secondsUntilRelist(), 1)));
  }

  #secondsUntilRelist(): number {
    return this.#relistDue - this.#options.clock.monotonic();
  }

  #sawVersion(resourceVersion: string): void {
    this.#resumeFrom = resourceVersion;
    this.#newestSeen = resourceVersion;
    this.#lastContact = this.#options.clock.monotonic();
  }

  #sawSign(silence: Silence): void {
    silence.broken();
    this.#lastContact = this.#options.clock.monotonic();
  }
}
