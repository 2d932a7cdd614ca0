import type { Clock } from './clock.ts';

/** Aborts its signal when nothing was heard for too long. */
export class Silence {
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #seconds: number;
  #cancel: () => void = () => {};

  constructor(clock: Clock, seconds: number) {
    this.#clock = clock;
    this.#seconds = seconds;
    this.broken();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  broken(): void {
    this.#cancel();
    this.#cancel = this.#clock.after(this.#seconds, () =>
      this.#controller.abort(new Error(`nothing was heard for ${this.#seconds} s`)),
    );
  }

  end(): void {
    this.#cancel();
  }
}
