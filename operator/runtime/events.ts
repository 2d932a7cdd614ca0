import { randomBytes } from 'node:crypto';
import type { Api } from './api.ts';
import { ApiError, isNotFound } from './api-error.ts';
import { type Clock, sleep, systemClock } from './clock.ts';
import { events, type Occurrence, type Reporter, seriesKey, toEvent } from './event-object.ts';
import { type Series, SeriesBook } from './event-series.ts';
import type { Logger } from './log.ts';
import { keyOf } from './resource.ts';
import { SpamGuard } from './spam-guard.ts';
import { toMicroTime } from './times.ts';

export interface EventRecorderOptions {
  readonly api: Pick<Api, 'create' | 'patch'>;
  readonly reporter: Reporter;
  readonly log: Logger;
  /** Writes waiting at most; what comes on top is dropped. */
  readonly capacity?: number;
  readonly clock?: Clock;
  /** Makes Event names unique. */
  readonly newId?: () => string;
}

/** How often the book of series is looked through while there is anything in it. */
const tidySeconds = 60;
const mostTries = 4;

/**
 * Tells people what happened to their objects. To be used when something changed, not on every reconcile. Recording never
 * fails and never waits; what cannot be written is dropped, so nothing may depend on an Event.
 */
export class EventRecorder {
  readonly #options: Required<EventRecorderOptions>;
  readonly #book = new SeriesBook();
  /** Per object, so that one that goes wild cannot fill etcd. */
  readonly #guard = new SpamGuard({ burst: 25, refillSeconds: 300 });
  readonly #waiting: (() => Promise<unknown>)[] = [];
  readonly #stop = new AbortController();
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  #cancelTidy: (() => void) | undefined;

  constructor(options: EventRecorderOptions) {
    const newId = (): string => randomBytes(8).toString('hex');
    this.#options = { capacity: 1000, clock: systemClock, newId, ...options };
  }

  record(occurrence: Occurrence): void {
    const { clock, newId, reporter } = this.#options;
    const { name, uid = name } = occurrence.regarding.metadata;
    const now = clock.now();
    const begin = () => toEvent(occurrence, reporter, `${name.slice(0, 200)}.${newId()}`, now);
    const { step, series } = this.#book.occurred(seriesKey(occurrence), begin, clock.monotonic(), now);
    this.#tidyLater();
    if (step === 'wait' || !this.#guard.allows(uid, clock.monotonic())) return;
    this.#write(step, series);
  }

  /** Writes what is still untold, within the given time. For the end of the program: nothing is recorded afterwards. */
  async flush(seconds = 5): Promise<void> {
    this.#cancelTidy?.();
    for (const series of this.#book.rest()) this.#write('count', series);
    const cancel = this.#options.clock.after(seconds, () => this.#stop.abort());
    await this.#writing;
    cancel();
  }

  /** With the count as of now, however late it is written. */
  #write(step: 'create' | 'count', series: Series): void {
    const known = { ...series };
    this.#enqueue(() => (step === 'create' ? this.#create(known) : this.#count(known)));
  }

  async #create({ event }: Series): Promise<unknown> {
    return await this.#options.api.create(events, event, { signal: this.#stop.signal });
  }

  /** The Event may have expired since; then the series goes on with a new one. */
  async #count({ event, count, lastObserved }: Series): Promise<unknown> {
    const series = { count, lastObservedTime: toMicroTime(lastObserved) };
    const { api } = this.#options;
    try {
      return await api.patch(events, keyOf(event), { series }, { signal: this.#stop.signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return await api.create(events, { ...event, series }, { signal: this.#stop.signal });
    }
  }

  #enqueue(write: () => Promise<unknown>): void {
    const { capacity, log } = this.#options;
    if (this.#waiting.length < capacity) this.#waiting.push(write);
    else log.debug('an event was dropped: too many are waiting');
    if (!this.#isWriting) this.#writing = this.#drain();
  }

  /** One write after the other: a series must not be counted before its Event was created. */
  async #drain(): Promise<void> {
    this.#isWriting = true;
    for (let write = this.#waiting.shift(); write !== undefined; write = this.#waiting.shift()) {
      if (!this.#stop.signal.aborted) await this.#tried(write);
    }
    this.#isWriting = false;
  }

  async #tried(write: () => Promise<unknown>): Promise<void> {
    const { clock, log } = this.#options;
    for (let tries = 1; ; tries++) {
      try {
        await write();
        return;
      } catch (error) {
        const mayPass =
          error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);
        if (this.#stop.signal.aborted || !mayPass || tries === mostTries) {
          return log.warn({ err: error }, 'an event could not be written and is dropped');
        }
        await sleep(clock, 2 ** (tries - 1), this.#stop.signal);
      }
    }
  }

  #tidyLater(): void {
    if (this.#cancelTidy !== undefined) return;
    const { clock } = this.#options;
    this.#cancelTidy = clock.after(tidySeconds, () => {
      this.#cancelTidy = undefined;
      for (const series of this.#book.due(clock.monotonic())) this.#write('count', series);
      this.#guard.tidy(clock.monotonic());
      if (!this.#book.isEmpty) this.#tidyLater();
    });
  }
}
