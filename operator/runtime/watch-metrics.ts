import { Counter, Gauge, type Registry } from 'prom-client';
import type { WatchObserver } from './list-watch.ts';

/** <prefix>_watch_*: whether the caches are fresh. Nobody else has these. */
export class WatchMetrics {
  readonly #silence = new Map<string, () => number>();
  readonly #reconnects: Counter<'kind'>;
  readonly #relists: Counter<'kind'>;

  constructor(registry: Registry, prefix: string) {
    const common = { labelNames: ['kind'] as const, registers: [registry] };
    const silence = this.#silence;
    this.#reconnects = new Counter({
      name: `${prefix}_watch_reconnects_total`,
      help: 'Watches begun again',
      ...common,
    });
    this.#relists = new Counter({ name: `${prefix}_watch_relists_total`, help: 'Kinds listed again', ...common });
    new Gauge({
      name: `${prefix}_watch_lag_seconds`,
      help: 'Time since the API server was last heard of',
      ...common,
      collect() {
        for (const [kind, seconds] of silence) this.set({ kind }, seconds());
      },
    });
  }

  observer(kind: string): WatchObserver {
    for (const counter of [this.#reconnects, this.#relists]) counter.inc({ kind }, 0);
    return {
      measure: secondsSinceContact => this.#silence.set(kind, secondsSinceContact),
      reconnected: () => this.#reconnects.inc({ kind }),
      relisted: () => this.#relists.inc({ kind }),
    };
  }
}
