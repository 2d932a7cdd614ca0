/** What a simulated system allows. Refuses; the system finds the words. */
import { z } from 'zod';

const bound = (standard: number | null) => z.number().min(0).nullable().default(standard);
const span = (standard: number) =>
  z
    .number()
    .min(0)
    .nullish()
    .transform(given => given ?? standard);

export const limitsSchema = z.strictObject({
  /** Requests in work at the same time; null = no limit. */
  concurrent: bound(null),
  /** Requests that may wait for their turn; null = any number. Without it a request beyond `concurrent` is refused. */
  queue: bound(0),
  /** Requests begun within any `windowSeconds`; null = no limit. */
  requests: bound(null),
  windowSeconds: span(1),
  /** How long a request takes, and how much longer per record in it. */
  latencyMs: span(0),
  perRecordMs: span(0),
});

export type LimitSettings = z.infer<typeof limitsSchema>;

export class Limits {
  #settings: LimitSettings = limitsSchema.parse({});
  #working = 0;
  #waiting: (() => void)[] = [];
  #begun: number[] = [];

  get settings(): LimitSettings {
    return this.#settings;
  }

  set(settings: LimitSettings): void {
    this.#settings = settings;
    this.#begun = [];
    this.#admit();
  }

  clear(): void {
    this.set(limitsSchema.parse({}));
  }

  /** True = may be worked on, and `leave` must follow; false = too many. */
  enter(): boolean | Promise<boolean> {
    const { concurrent, queue } = this.#settings;
    const free = concurrent === null || this.#working < concurrent;
    if (!free && queue !== null && this.#waiting.length >= queue) return false;
    if (!this.#withinWindow()) return false;
    if (!free) return new Promise(resolve => this.#waiting.push(() => resolve(true)));
    this.#working += 1;
    return true;
  }

  leave(): void {
    this.#working -= 1;
    this.#admit();
  }

  #admit(): void {
    const { concurrent } = this.#settings;
    while (this.#waiting.length > 0 && (concurrent === null || this.#working < concurrent)) {
      this.#working += 1;
      this.#waiting.shift()?.();
    }
  }

  #withinWindow(): boolean {
    const { requests, windowSeconds } = this.#settings;
    if (requests === null) return true;
    const now = performance.now();
    const start = now - windowSeconds * 1000;
    while ((this.#begun[0] ?? Number.POSITIVE_INFINITY) <= start) this.#begun.shift();
    if (this.#begun.length >= requests) return false;
    this.#begun.push(now);
    return true;
  }
}
