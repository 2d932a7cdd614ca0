/** Nonces already used; each may be used once per consumer. */
export class Nonces {
  /** The shop deletes old ones by a cron job; here the oldest go first. */
  static readonly most = 200_000;
  readonly #used = new Set<string>();

  /** False = used before. */
  use(nonce: string): boolean {
    if (this.#used.has(nonce)) return false;
    this.#used.add(nonce);
    if (this.#used.size > Nonces.most) {
      const oldest = this.#used.values().next();
      if (!oldest.done) this.#used.delete(oldest.value);
    }
    return true;
  }

  clear(): void {
    this.#used.clear();
  }
}
