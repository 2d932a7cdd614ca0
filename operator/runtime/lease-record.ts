import type { KubeObject, ResourceType } from './resource.ts';
import { toMicroTime } from './times.ts';

export interface LeaseSpec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  acquireTime?: string;
  renewTime?: string;
  leaseTransitions?: number;
}

export interface Lease extends KubeObject {
  spec: LeaseSpec;
}

export const leases: ResourceType<Lease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
};

/**
 * Judges a lease by our own clock alone: it has expired when it did not change for its full length while we watched. The
 * times written in it are by somebody else's clock and are never compared with ours.
 */
export class LeaseObservation {
  readonly #leaseSeconds: number;
  #record: string | undefined;
  #changedAt = 0;

  constructor(leaseSeconds: number) {
    this.#leaseSeconds = leaseSeconds;
  }

  /** To be called with every lease read, and the seconds of a clock that only grows. */
  saw({ spec }: Lease, monotonic: number): void {
    const record = JSON.stringify([spec.holderIdentity, spec.acquireTime, spec.renewTime, spec.leaseTransitions]);
    if (record === this.#record) return;
    this.#record = record;
    this.#changedAt = monotonic;
  }

  /** Whether this identity may take the lease it saw last. */
  mayTake({ spec }: Lease, identity: string, monotonic: number): boolean {
    const { holderIdentity = '' } = spec;
    if (holderIdentity === '' || holderIdentity === identity) return true;
    return monotonic - this.#changedAt > this.#leaseSeconds;
  }
}

/** The spec by which `identity` takes or renews the lease. */
export function heldBy(identity: string, before: LeaseSpec | undefined, leaseSeconds: number, now: Date): LeaseSpec {
  const isRenewal = before?.holderIdentity === identity;
  const time = toMicroTime(now);
  return {
    holderIdentity: identity,
    leaseDurationSeconds: leaseSeconds,
    acquireTime: isRenewal ? (before.acquireTime ?? time) : time,
    renewTime: time,
    leaseTransitions: (before?.leaseTransitions ?? 0) + (before === undefined || isRenewal ? 0 : 1),
  };
}

/** The spec that lets the next one take the lease at once. */
export function released(before: LeaseSpec, now: Date): LeaseSpec {
  const time = toMicroTime(now);
  return {
    leaseDurationSeconds: 1,
    acquireTime: time,
    renewTime: time,
    leaseTransitions: before.leaseTransitions ?? 0,
  };
}
