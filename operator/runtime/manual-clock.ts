import type { Clock } from './clock.ts';

/** A clock for tests: time passes only when told to. */
export class ManualClock implements Clock {
  #seconds = 0;
  #timers: { due: number; callback: () => void }[] = [];
  readonly #start: Date;

  constructor(start = new Date('2026-01-01T00:00:00Z')) {
    this.#start = start;
  }

  readonly monotonic = (): number => this.#seconds;

  now(): Date {
    return new Date(this.#start.getTime() + this.#seconds * 1000);
  }

  after(seconds: number, callback: () => void): () => void {
    const timer = { due: this.#seconds + seconds, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter(other => other !== timer);
    };
  }

  /** Lets time pass; whoever waits is called in order, and what follows from it gets its turn in between. */
  async pass(seconds: number): Promise<void> {
    const end = this.#seconds + seconds;
    await turns();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers = this.#timers.filter(timer => timer !== next);
      this.#seconds = Math.max(this.#seconds, next.due);
      next.callback();
      await turns();
    }
    this.#seconds = end;
  }

  #next(end: number): { due: number; callback: () => void } | undefined {
    const due = this.#timers.filter(timer => timer.due <= end);
    return due.sort((a, b) => a.due - b.due)[0];
  }
}

/** Lets everything that is ready to run do so, as long as it waits for nothing but promises. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve));
}
