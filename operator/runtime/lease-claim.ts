import type { Api } from './api.ts';
import { isAlreadyExists, isConflict } from './api-error.ts';
import type { Clock } from './clock.ts';
import { heldBy, type Lease, LeaseObservation, leases, released } from './lease-record.ts';
import type { Logger } from './log.ts';

export interface LeaseClaimOptions {
  readonly api: Pick<Api, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  readonly leaseSeconds: number;
  /** For one request. */
  readonly requestSeconds: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told when the lease has to be read before it can be written. */
  readonly slowPath: () => void;
}

/** Single tries to take, renew or give back one Lease. The resourceVersion sees to it that only one writer succeeds. */
export class LeaseClaim {
  readonly #options: LeaseClaimOptions;
  readonly #observation: LeaseObservation;
  /** As we wrote it last; lets the next renewal go without a read. */
  #held: Lease | undefined;

  constructor(options: LeaseClaimOptions) {
    this.#options = options;
    this.#observation = new LeaseObservation(options.leaseSeconds);
  }

  /** True: we hold the lease as of now. False: another one does. Undefined: nobody knows, the API server did not say. */
  async claim(signal?: AbortSignal): Promise<boolean | undefined> {
    const wasHeld = this.#held !== undefined;
    try {
      return await this.#takeOrRenew(signal);
    } catch (error) {
      this.#held = undefined;
      if (signal?.aborted) return undefined;
      const isOvertaken = isConflict(error) || isAlreadyExists(error);
      if (isOvertaken) return wasHeld ? await this.claim(signal) : false;
      this.#options.log.warn({ err: error }, 'the lease could not be read or written');
      return undefined;
    }
  }

  /** Lets the next one take it at once. Does nothing when it is not ours; throws when the API server refuses. */
  async giveBack(): Promise<void> {
    const { identity, clock } = this.#options;
    const known = this.#held ?? (await this.#read());
    if (known?.spec.holderIdentity === identity) await this.#write(known, released(known.spec, clock.now()));
    this.#held = undefined;
  }

  async #takeOrRenew(signal?: AbortSignal): Promise<boolean> {
    const { identity, leaseSeconds, clock } = this.#options;
    const known = this.#held ?? (await this.#read(signal));
    if (known !== null && !this.#observation.mayTake(known, identity, clock.monotonic())) return false;
    this.#held = await this.#write(known, heldBy(identity, known?.spec, leaseSeconds, clock.now()), signal);
    return true;
  }

  async #read(signal?: AbortSignal): Promise<Lease | null> {
    const { api, namespace, name, clock, requestSeconds, slowPath } = this.#options;
    slowPath();
    const lease = await api.get(leases, { namespace, name }, { signal, deadlineSeconds: requestSeconds });
    if (lease !== null) this.#observation.saw(lease, clock.monotonic());
    return lease;
  }

  async #write(known: Lease | null, spec: Lease['spec'], signal?: AbortSignal): Promise<Lease> {
    const { api, namespace, name, requestSeconds } = this.#options;
    const options = { signal, deadlineSeconds: requestSeconds };
    if (known === null) return await api.create(leases, { metadata: { namespace, name }, spec }, options);
    return await api.replace(leases, { ...known, spec }, options);
  }
}
