import { Counter, Gauge, type Registry } from 'prom-client';
import type { LeaseObserver } from './lease.ts';

/** leader_election_*. */
export class LeaseMetrics {
  readonly #leading: Gauge<'name'>;
  readonly #slowPath: Counter<'name'>;

  constructor(registry: Registry) {
    const common = { labelNames: ['name'] as const, registers: [registry] };
    const status = 'leader_election_master_status';
    this.#leading = new Gauge({ name: status, help: '1 when this program is the leader, 0 when not', ...common });
    const slowPath = 'leader_election_slowpath_total';
    this.#slowPath = new Counter({ name: slowPath, help: 'Leases read before they were written', ...common });
  }

  observer(name: string): LeaseObserver {
    this.#leading.set({ name }, 0);
    this.#slowPath.inc({ name }, 0);
    return {
      leading: isLeader => this.#leading.set({ name }, isLeader ? 1 : 0),
      slowPath: () => this.#slowPath.inc({ name }),
    };
  }
}
