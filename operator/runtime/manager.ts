import { aborted, type Clock, sleep, systemClock } from './clock.ts';
import type { Controller } from './controller.ts';
import type { EventRecorder } from './events.ts';
import { type HealthOptions, type HealthServer, serveHealth } from './health.ts';
import type { Informer } from './informer.ts';
import type { LeaderElector, Leadership } from './lease.ts';
import type { Logger } from './log.ts';

/** The part of an informer this file needs, of whatever kind. */
export type ManagedInformer = Pick<Informer<never>, 'run' | 'synced' | 'hasSynced' | 'isHealthy'> & {
  readonly resource: { readonly kind: string };
};

export interface ManagerOptions {
  readonly informers: readonly ManagedInformer[];
  readonly controllers: readonly Pick<Controller, 'name' | 'run' | 'longestRunningSeconds'>[];
  readonly log: Logger;
  /** Absent: this program works at once and is the only one. */
  readonly elector?: Pick<LeaderElector, 'acquire'>;
  readonly events?: Pick<EventRecorder, 'flush'>;
  readonly health?: Omit<HealthOptions, 'sick' | 'missing'>;
  /** How long the caches may take to fill; Infinity waits for a right or a definition that is still missing. */
  readonly syncSeconds?: number;
  /** How long running reconciles may take to end by themselves. */
  readonly stopSeconds?: number;
  /** A reconcile that runs longer than this makes the program unhealthy: only a restart helps. */
  readonly stuckSeconds?: number;
  readonly clock?: Clock;
}

/** After its signal aborted, a reconcile gets this long. */
const abortedSeconds = 2;

/** Starts and stops everything in order: server, caches, leadership, controllers, and back. */
export class Manager {
  readonly #options: ManagerOptions;
  readonly #clock: Clock;
  #server: HealthServer | undefined;

  constructor(options: ManagerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** The ports chosen, once run() has opened them. */
  get ports(): { readonly healthPort: number; readonly metricsPort: number } | undefined {
    return this.#server;
  }

  /**
   * Resolves after an orderly stop, asked for by the signal. Rejects when the caches do not fill in time or the lease is
   * lost; then the program is to exit with an error at once. A standby fills its caches too, so that it can take over at once.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { health, informers } = this.#options;
    const sick = () => this.sick();
    const missing = () => this.missing();
    if (health !== undefined) this.#server = await serveHealth({ ...health, sick, missing });
    const following = new AbortController();
    const informing = Promise.all(informers.map(informer => informer.run(following.signal)));
    try {
      await this.#fillCaches(signal);
      await this.#leadAndWork(signal);
    } finally {
      following.abort();
      await informing;
      await this.#server?.close();
    }
  }

  /** For liveness: controllers with a reconcile that hangs. */
  sick(): string[] {
    const { controllers, stuckSeconds = 600 } = this.#options;
    const stuck = controllers.filter(controller => controller.longestRunningSeconds() > stuckSeconds);
    return stuck.map(({ name }) => `a reconcile of ${name} has been running for more than ${stuckSeconds} s`);
  }

  /** For readiness: caches that are not filled, or not fresh. */
  missing(): string[] {
    const unhealthy = this.#options.informers.filter(informer => !informer.isHealthy);
    return unhealthy.map(({ hasSynced, resource: { kind } }) =>
      hasSynced ? `nothing was heard of ${kind} for too long` : `${kind} was not listed yet`,
    );
  }

  async #fillCaches(signal: AbortSignal): Promise<void> {
    const { informers, syncSeconds = 120, log } = this.#options;
    const waited = new AbortController();
    const filled = Promise.all(informers.map(informer => informer.synced));
    await Promise.race([filled, aborted(signal), sleep(this.#clock, syncSeconds, waited.signal)]);
    waited.abort();
    if (signal.aborted) return;
    const empty = informers.filter(informer => !informer.hasSynced).map(informer => informer.resource.kind);
    if (empty.length > 0) throw new Error(`not listed within ${syncSeconds} s: ${empty.join(', ')}`);
    log.info('caches are filled');
  }

  async #leadAndWork(signal: AbortSignal): Promise<void> {
    const { elector } = this.#options;
    const alone: Leadership = { lost: new AbortController().signal, release: async () => {} };
    const leadership = elector === undefined ? alone : await elector.acquire(signal);
    if (leadership === undefined) return;
    if (!signal.aborted) await this.#work(signal, leadership.lost);
    leadership.lost.throwIfAborted();
    await this.#options.events?.flush();
    await leadership.release();
  }

  /** Until stopped or lost: then no new reconciles, and those that run get their time, or none. */
  async #work(signal: AbortSignal, lost: AbortSignal): Promise<void> {
    const { controllers, stopSeconds = 30, log } = this.#options;
    const taking = new AbortController();
    const working = new AbortController();
    const stops = { taking: taking.signal, working: working.signal };
    const running = Promise.all(controllers.map(controller => controller.run(stops)));
    await Promise.race([aborted(signal), aborted(lost), running]);
    log.info('stopping');
    taking.abort();
    const hasEnded = new AbortController();
    void running.then(() => hasEnded.abort());
    await sleep(this.#clock, stopSeconds, AbortSignal.any([hasEnded.signal, lost]));
    working.abort(new Error('the program ends'));
    await sleep(this.#clock, abortedSeconds, hasEnded.signal);
    if (!hasEnded.signal.aborted) log.warn('reconciles are still running, the program ends without them');
  }
}
