import { randomUUID } from 'node:crypto';
import { type Attempt, attempt, type FailureKind } from './attempt.ts';
import { aborted, type Clock, systemClock } from './clock.ts';
import type { Logger } from './log.ts';
import { type Reconcile, type Request, toKey, toRequest } from './reconciler.ts';
import type { Trigger } from './triggers.ts';
import { type QueueObserver, WorkQueue } from './workqueue.ts';
import { Writes } from './writes.ts';

export type Outcome = 'success' | 'error' | 'requeue' | 'requeue_after';

/** Told about every reconcile, for metrics. */
export interface ReconcileObserver {
  readonly queue: QueueObserver;
  started(): void;
  failed(kind: FailureKind): void;
  ended(one: { outcome: Outcome; seconds: number }): void;
}

export interface ControllerOptions {
  readonly name: string;
  /** The kind reconciled; in logs. */
  readonly kind: string;
  readonly reconcile: Reconcile;
  readonly triggers: readonly Trigger[];
  readonly log: Logger;
  readonly concurrency?: number;
  /** When a reconcile's signal aborts. */
  readonly timeoutSeconds?: number;
  readonly observer?: ReconcileObserver;
  readonly clock?: Clock;
}

/** A controller is stopped in two steps. */
export interface Stops {
  /** Aborted: no more requests are taken. */
  readonly taking: AbortSignal;
  /** Aborted: what still runs must end. */
  readonly working: AbortSignal;
}

/** How soon to look again whether the caches show our own last writes. */
const staleCacheSeconds = 0.1;

/** Triggers fill the queue, workers empty it. A request is with one worker at a time, different ones run side by side. */
export class Controller {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly #options: ControllerOptions;
  readonly #clock: Clock;
  readonly #writes = new Map<string, Writes>();
  /** By key, the failure told last: the same one again is no news. */
  readonly #told = new Map<string, string>();

  constructor(options: ControllerOptions) {
    const { name, clock = systemClock, triggers, observer } = options;
    this.name = name;
    this.#options = options;
    this.#clock = clock;
    this.queue = new WorkQueue({ clock, ...(observer ? { observer: observer.queue } : {}) });
    for (const trigger of triggers) trigger.connect((request, priority) => this.queue.add(toKey(request), priority));
  }

  /**
   * Waits for the caches of all triggers, then works until `taking` aborts and the running reconciles have ended. Never
   * rejects: a reconcile's failure is counted, logged and retried.
   */
  async run({ taking, working }: Stops): Promise<void> {
    const { triggers, concurrency = 4 } = this.#options;
    const stopped = aborted(taking);
    void stopped.then(() => this.queue.close());
    await Promise.race([Promise.all(triggers.map(trigger => trigger.informer.synced)), stopped]);
    await Promise.all(Array.from({ length: concurrency }, () => this.#work(working)));
  }

  /** Asks for a reconcile from outside the triggers. */
  enqueue(request: Request): void {
    this.queue.add(toKey(request));
  }

  /** Of the reconcile that has been running longest; 0 when none is. */
  longestRunningSeconds(): number {
    return Math.max(0, ...this.queue.runningSeconds());
  }

  async #work(working: AbortSignal): Promise<void> {
    for (let key = await this.queue.take(); key !== undefined; key = await this.queue.take()) {
      const began = this.#clock.monotonic();
      this.#options.observer?.started();
      const outcome = await this.#reconcile(key, working);
      this.#options.observer?.ended({ outcome, seconds: this.#clock.monotonic() - began });
      this.queue.done(key);
    }
  }

  async #reconcile(key: string, working: AbortSignal): Promise<Outcome> {
    const writes = this.#writes.get(key) ?? new Writes(this.#clock.monotonic);
    if (!writes.areVisible()) {
      this.queue.addAfter(key, staleCacheSeconds);
      return 'requeue';
    }
    const { reconcile, timeoutSeconds = 60 } = this.#options;
    const log = this.#logOf(key);
    const limits = { clock: this.#clock, timeoutSeconds, working };
    const made = await attempt(signal => reconcile(toRequest(key), { signal, log, writes }), limits);
    if (writes.areVisible()) this.#writes.delete(key);
    else this.#writes.set(key, writes);
    return made.ended === 'well' ? this.#succeeded(key, made, log) : this.#failed(key, made, log);
  }

  #succeeded(key: string, { requeueAfterSeconds }: Attempt & { ended: 'well' }, log: Logger): Outcome {
    this.queue.forget(key);
    if (this.#told.delete(key)) log.info('reconciled again after failures');
    if (requeueAfterSeconds === undefined) return 'success';
    this.queue.addAfter(key, requeueAfterSeconds);
    return 'requeue_after';
  }

  #failed(key: string, { ended, error }: Attempt & { ended: FailureKind }, log: Logger): Outcome {
    this.#options.observer?.failed(ended);
    if (ended === 'stopped') return 'error';
    let retryInSeconds: number | undefined;
    if (ended === 'terminal') this.queue.forget(key);
    else retryInSeconds = this.queue.addRateLimited(key);
    const text = `${ended}: ${error instanceof Error ? error.message : String(error)}`;
    const level = this.#told.get(key) === text ? 'debug' : 'error';
    this.#told.set(key, text);
    log[level]({ err: error, failure: ended, retryInSeconds }, 'reconcile failed');
    return 'error';
  }

  #logOf(key: string): Logger {
    const { log, name, kind } = this.#options;
    return log.child({ controller: name, kind, ...toRequest(key), reconcileID: randomUUID() });
  }
}
