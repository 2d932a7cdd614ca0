import { exponential } from './backoff.ts';
import { type Clock, systemClock } from './clock.ts';

/** `later`: was there before we looked; waits until nothing newer is left. */
export type Priority = 'now' | 'later';

/** Told about every step, for metrics. */
export interface QueueObserver {
  /** Told once; may look at the queue whenever it likes. */
  measure(queue: WorkQueue): void;
  added(): void;
  retried(): void;
  /** Seconds between being queued and being taken. */
  waited(seconds: number): void;
  /** Seconds between being taken and being done. */
  worked(seconds: number): void;
}

export interface WorkQueueOptions {
  readonly clock?: Clock;
  readonly observer?: QueueObserver;
  /** Back-off of addRateLimited: doubled from the first to the second, in seconds. */
  readonly retryBaseSeconds?: number;
  readonly retryCapSeconds?: number;
}

/**
 * Keys that need work. Equal keys are merged; no key is ever with two workers; a key added while it is being worked on
 * comes once more afterwards. Every key taken must be given back with done().
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #clock: Clock;
  /** Needs work; waits in a lane unless somebody works on it right now. */
  readonly #dirty = new Map<string, { priority: Priority; since: number }>();
  readonly #lanes: Record<Priority, Set<string>> = { now: new Set(), later: new Set() };
  /** With a worker, since when. */
  readonly #processing = new Map<string, number>();
  readonly #delayed = new Map<string, { due: number; cancel: () => void }>();
  readonly #failures = new Map<string, number>();
  readonly #waiting: ((key: string | undefined) => void)[] = [];
  #closed = false;

  constructor(options: WorkQueueOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    options.observer?.measure(this);
  }

  add(key: string, priority: Priority = 'now'): void {
    if (this.#closed) return;
    const dirty = this.#dirty.get(key);
    if (dirty === undefined) this.#options.observer?.added();
    else if (dirty.priority === 'now' || priority === 'later') return;
    this.#dirty.set(key, { priority, since: dirty?.since ?? this.#clock.monotonic() });
    if (!this.#processing.has(key)) this.#enqueue(key);
  }

  /** Adds the key after that many seconds. Of several such calls the earliest time counts. */
  addAfter(key: string, seconds: number): void {
    const due = this.#clock.monotonic() + seconds;
    const delayed = this.#delayed.get(key);
    if (this.#closed || (delayed !== undefined && delayed.due <= due)) return;
    delayed?.cancel();
    const cancel = this.#clock.after(seconds, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { due, cancel });
  }

  /** Adds the key after a pause that grows with every call, until forget(). Answers with the pause in seconds. */
  addRateLimited(key: string): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.#options.observer?.retried();
    const { retryBaseSeconds = 1, retryCapSeconds = 300 } = this.#options;
    const seconds = exponential(failures, { baseSeconds: retryBaseSeconds, capSeconds: retryCapSeconds });
    this.addAfter(key, seconds);
    return seconds;
  }

  /** The next pause is the first one again. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next key, as soon as there is one; undefined once the queue is closed. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const key = this.#first();
    if (key !== undefined) return Promise.resolve(this.#hand(key));
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  done(key: string): void {
    const since = this.#processing.get(key);
    if (since === undefined) throw new Error(`'${key}' was given back and nobody had taken it`);
    this.#processing.delete(key);
    this.#options.observer?.worked(this.#clock.monotonic() - since);
    if (this.#dirty.has(key) && !this.#closed) this.#enqueue(key);
  }

  /** No key is given out any more; waiting takers get undefined. What is being worked on may still be given back. */
  close(): void {
    this.#closed = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  /** Keys waiting for a worker. */
  depth(priority: Priority): number {
    return this.#lanes[priority].size;
  }

  /** For how long each key taken has been worked on, in seconds. */
  runningSeconds(): number[] {
    const now = this.#clock.monotonic();
    return [...this.#processing.values()].map(since => now - since);
  }

  #enqueue(key: string): void {
    const priority = this.#dirty.get(key)?.priority ?? 'now';
    this.#lanes[priority === 'now' ? 'later' : 'now'].delete(key);
    this.#lanes[priority].add(key);
    const resolve = this.#waiting.shift();
    if (resolve !== undefined) resolve(this.#hand(key));
  }

  #first(): string | undefined {
    for (const lane of [this.#lanes.now, this.#lanes.later]) for (const key of lane) return key;
    return undefined;
  }

  #hand(key: string): string {
    const now = this.#clock.monotonic();
    this.#lanes.now.delete(key);
    this.#lanes.later.delete(key);
    this.#options.observer?.waited(now - (this.#dirty.get(key)?.since ?? now));
    this.#dirty.delete(key);
    this.#processing.set(key, now);
    return key;
  }
}
