/** Everything one company database knows. */
import type { Clock } from '../../../test/servers/clock.ts';
import type { Collection, Entity } from '../../../test/servers/collection.ts';
import { Records } from './records.ts';
import { resources } from './resource.ts';

/** What an administrator decides; everything has the value of a fresh sample company. */
export interface CompanySettings {
  credentials: { username: string; password: string };
  /** Database id. */
  company: string;
  /** Entries per answer; the server's Web.config may raise it. */
  pageSize: number;
  /** Whether a full page names the next one: seen in the wild, not documented. */
  nextLink: boolean;
  /** Modules the user's security group has the right "Sage 300 Web API" for. */
  modules: readonly string[];
  /** Optional fields set up in A/R; entries of others are refused. */
  optionalFields: readonly string[];
}

/** Placeholders of `examples/`, no secrets. */
export const standardSettings: CompanySettings = {
  credentials: { username: 'WEBAPI', password: 'example-password' },
  company: 'SAMLTD',
  pageSize: 100,
  nextLink: false,
  modules: ['AR', 'TX'],
  optionalFields: ['WEBID'],
};

export class Company {
  readonly settings: CompanySettings;
  readonly clock: Clock;
  readonly records: ReadonlyMap<string, Records>;
  /** Sessions opened: one for each request that brought no cookie. */
  sessions = 0;

  constructor(settings: CompanySettings, clock: Clock) {
    this.settings = settings;
    this.clock = clock;
    this.records = new Map(resources.map(resource => [resource.name, new Records(resource, clock)]));
  }

  get collections(): readonly Collection[] {
    return [...this.records.values()];
  }

  reset(): void {
    this.sessions = 0;
    for (const records of this.records.values()) records.clear();
  }

  of(name: string): Records {
    const records = this.records.get(name);
    if (!records) throw new Error(`${name} is not simulated`);
    return records;
  }

  /** The record a property refers to; undefined = none there, null = nothing of that kind was seeded, so nothing is checked. */
  referred(name: string, code: unknown): Entity | undefined | null {
    const records = this.of(name);
    if (records.count === 0) return null;
    if (name !== 'TXTaxGroups') return records.get(String(code));
    return records.get(`${code}/Sales`) ?? records.get(`${code}/Purchases`);
  }
}
