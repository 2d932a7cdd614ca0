import type { Api } from './api.ts';
import { type Clock, sleep, systemClock } from './clock.ts';
import { LeaseClaim } from './lease-claim.ts';
import type { Logger } from './log.ts';

export interface LeaderElectorOptions {
  readonly api: Pick<Api, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  readonly name: string;
  /** Unlike any other, also after a restart: pod name and a uuid. */
  readonly identity: string;
  readonly log: Logger;
  readonly observer?: LeaseObserver;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Others wait this long before they take over from a leader that is silent. */
  readonly leaseSeconds?: number;
  /** A leader that could not renew for this long gives up, well before others take over. */
  readonly renewDeadlineSeconds?: number;
  readonly retrySeconds?: number;
}

/** For metrics. */
export interface LeaseObserver {
  leading(isLeader: boolean): void;
  /** The lease had to be read before it could be written. */
  slowPath(): void;
}

export interface Leadership {
  /** Aborts when the lease is lost: stop writing at once and leave. */
  readonly lost: AbortSignal;
  /** Gives the lease back, so that the next leader need not wait for it to expire. Never throws. */
  release(): Promise<void>;
}

/** Somebody else may be the leader by now. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/**
 * At most one leader among the programs that share a Lease, most of the time: a paused process may believe a moment
 * longer than is true. Election saves work; it is no safety device.
 */
export class LeaderElector {
  readonly #options: Required<Omit<LeaderElectorOptions, 'observer'>> & { readonly observer?: LeaseObserver };
  readonly #lease: LeaseClaim;

  constructor(options: LeaderElectorOptions) {
    const defaults = {
      clock: systemClock,
      random: Math.random,
      leaseSeconds: 15,
      renewDeadlineSeconds: 10,
      retrySeconds: 2,
    };
    this.#options = { ...defaults, ...options };
    const requestSeconds = this.#options.renewDeadlineSeconds / 2;
    this.#lease = new LeaseClaim({ ...this.#options, requestSeconds, slowPath: () => options.observer?.slowPath() });
    options.observer?.leading(false);
  }

  /** Waits until we lead. Undefined when the signal aborts first. */
  async acquire(signal: AbortSignal): Promise<Leadership | undefined> {
    const { clock, log, identity } = this.#options;
    while (!signal.aborted) {
      const asked = clock.monotonic();
      if (await this.#lease.claim(signal)) {
        log.info({ identity }, 'leading');
        return this.#lead(asked);
      }
      await sleep(clock, this.#pause(), signal);
    }
    return undefined;
  }

  /** Renews in the background until the lease is lost or released. */
  #lead(since: number): Leadership {
    const { clock, log, observer, renewDeadlineSeconds } = this.#options;
    const lost = new AbortController();
    const ended = new AbortController();
    let cancelDeadline = (): void => {};
    const end = (): void => {
      cancelDeadline();
      ended.abort();
      observer?.leading(false);
    };
    const lose = (why: string): void => {
      if (ended.signal.aborted) return;
      log.error({ why }, 'the lease is lost');
      end();
      lost.abort(new LeaseLostError(`the lease is lost: ${why}`));
    };
    const renewed = (at: number): void => {
      cancelDeadline();
      const left = at + renewDeadlineSeconds - clock.monotonic();
      cancelDeadline = clock.after(left, () => lose(`not renewed for ${renewDeadlineSeconds} s`));
    };
    observer?.leading(true);
    renewed(since);
    const renewing = this.#renew(ended.signal, { renewed, lose });
    return { lost: lost.signal, release: () => this.#release(lost.signal, end, renewing) };
  }

  async #renew(
    ended: AbortSignal,
    { renewed, lose }: { renewed: (at: number) => void; lose: (why: string) => void },
  ): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      await sleep(clock, this.#pause(), ended);
      if (ended.aborted) return;
      const asked = clock.monotonic();
      // Not cut off by `ended`: the release that follows must know how this write went.
      const isHeld = await this.#lease.claim();
      if (ended.aborted) return;
      if (isHeld) renewed(asked);
      else if (isHeld === false) lose('another one holds it');
    }
  }

  async #release(lost: AbortSignal, end: () => void, renewing: Promise<void>): Promise<void> {
    const { log } = this.#options;
    end();
    await renewing;
    if (lost.aborted) return;
    try {
      await this.#lease.giveBack();
      log.info('the lease is released');
    } catch (error) {
      log.warn({ err: error }, 'the lease could not be released, the next leader waits for it to expire');
    }
  }

  /** A little more each time than asked, so that standbys do not come all at once. */
  #pause(): number {
    return this.#options.retrySeconds * (1 + 0.25 * this.#options.random());
  }
}
