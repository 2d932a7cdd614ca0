/** Bodies that were too long for the journal. */
import type { Fingerprint, JournalEntry } from '../servers/journal.ts';

export function isFingerprint(value: unknown): value is Fingerprint {
  return (
    typeof value === 'object' &&
    value !== null &&
    'hash' in value &&
    'length' in value &&
    Object.keys(value).length === 2
  );
}

/** Entries of which a body or an answer could not be looked at. */
export function unchecked(entries: readonly JournalEntry[]): number {
  return entries.filter(({ body, answer }) => isFingerprint(body) || isFingerprint(answer)).length;
}
