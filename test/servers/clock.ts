/** The clock of a simulated system: the real one, shifted. */
export class Clock {
  skewSeconds = 0;

  now(): Date {
    return new Date(Date.now() + this.skewSeconds * 1000);
  }

  /** The `Date` header; made anew once a second. */
  header(): string {
    const second = Math.floor((Date.now() + this.skewSeconds * 1000) / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#header = new Date(second * 1000).toUTCString();
    }
    return this.#header;
  }

  #second = Number.NaN;
  #header = '';
}
