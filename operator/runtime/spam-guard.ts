/** A bucket of tokens per key: a burst, then a trickle. Pure. */
export class SpamGuard {
  readonly #burst: number;
  readonly #refillSeconds: number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /** `burst` at once, then one every `refillSeconds`. */
  constructor({ burst, refillSeconds }: { burst: number; refillSeconds: number }) {
    this.#burst = burst;
    this.#refillSeconds = refillSeconds;
  }

  /** Takes a token if there is one. */
  allows(key: string, monotonic: number): boolean {
    const tokens = this.#tokens(key, monotonic);
    if (tokens < 1) return false;
    this.#buckets.set(key, { tokens: tokens - 1, at: monotonic });
    return true;
  }

  /** Drops buckets that are full again. */
  tidy(monotonic: number): void {
    for (const key of this.#buckets.keys()) if (this.#tokens(key, monotonic) >= this.#burst) this.#buckets.delete(key);
  }

  #tokens(key: string, monotonic: number): number {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return this.#burst;
    return Math.min(this.#burst, bucket.tokens + (monotonic - bucket.at) / this.#refillSeconds);
  }
}
