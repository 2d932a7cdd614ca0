/** Seconds to wait before try `failures + 1`: doubled each time, with a ceiling. */
export function exponential(
  failures: number,
  { baseSeconds, capSeconds }: { baseSeconds: number; capSeconds: number },
): number {
  return Math.min(baseSeconds * 2 ** Math.min(failures, 60), capSeconds);
}

export interface BackoffOptions {
  readonly baseSeconds: number;
  readonly capSeconds: number;
  /** Without a failure for this long, the next one counts as the first. */
  readonly resetSeconds: number;
  /** Seconds that only grow. */
  readonly monotonic: () => number;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

/** Waiting times of something that is done again for ever, with full jitter: many clients never come back together. */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;
  #lastAsked = Number.NEGATIVE_INFINITY;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Seconds to wait now, from 0 to the current ceiling. Each call raises the ceiling. */
  next(): number {
    const { resetSeconds, monotonic, random } = this.#options;
    const now = monotonic();
    if (now - this.#lastAsked > resetSeconds) this.#failures = 0;
    this.#lastAsked = now;
    return exponential(this.#failures++, this.#options) * random();
  }
}
