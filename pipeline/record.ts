/** A record on its way: what is staged of it, what becomes of it, and the hashes that tell whether it has changed. */
import { hash } from 'node:crypto';
import type { CanonicalRecord, DestinationRecord, Key } from '../connectors/contract.ts';
import { canonicalJson } from '../crds/names.ts';
import type { FailureCode, Outcome, OutcomeReason } from '../crds/outcomes.ts';

/** What became of a record. Exactly one of reason and code where it is neither created nor updated. */
export interface Verdict {
  outcome: Outcome;
  reason?: OutcomeReason;
  code?: FailureCode;
  field?: string;
  /** For people with access to the ledger: it may quote a value. */
  message?: string;
}

export const failed = (code: FailureCode, message: string, field?: string | null): Verdict => ({
  outcome: 'Failed',
  code,
  message,
  ...(field === undefined || field === null ? {} : { field }),
});

export const held = (reason: OutcomeReason, message: string, field?: string): Verdict => ({
  outcome: 'Held',
  reason,
  message,
  ...(field === undefined ? {} : { field }),
});

/** A record that was read and mapped, as the page's transaction stores it. */
export interface StagedRecord extends Verdict {
  key: Key;
  sourceVersion: string;
  sourceHash: string;
  source: CanonicalRecord | null;
  /** Absent where the mapping failed. */
  mapped?: DestinationRecord;
  hash?: string;
}

/** A staged record that a writer has taken. */
export interface ClaimedRecord {
  key: Key;
  mapped: DestinationRecord;
  hash: string;
  destinationId: string | null;
  etag: string | null;
}

/** Of a record as the source gave it. Its change time is left out: in a shop even a failed log-in moves it. */
export function sourceHash({ updatedTime: _time, ...fields }: CanonicalRecord): string {
  return contentHash(fields);
}

export function mappedHash(record: DestinationRecord): string {
  return contentHash(record);
}

const contentHash = (value: unknown) => hash('sha256', canonicalJson(value));

const unstorable = /\\u0000|\\ud[89a-f]/i;

/** A record without what no database stores: NUL characters and halves of surrogate pairs. */
export function storable<T extends object>(record: T): T {
  if (!unstorable.test(JSON.stringify(record))) return record;
  return clean(record) as T;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed();
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [clean(name), clean(inner)]));
}
