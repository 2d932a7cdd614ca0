/** One value translated through a lookup table. */
import type { OnNoEntry } from '../../crds/lookup-table.ts';
import type { LookupContent } from '../../crds/plan.ts';

/** The key of an entry that stands for an empty value. */
export const emptyEntry = '(empty)';

/** A table, ready to be asked. */
export interface LookupTable {
  name: string;
  onNoEntry: OnNoEntry;
  default?: string;
  /** By `from` without blanks at its ends; `row` counts from 1, as a person would. */
  entries: ReadonlyMap<string, { to: string; row: number }>;
}

/** What a table made of a value. */
export type Translation =
  | { kind: 'Entry'; to: string; row: number }
  | { kind: 'Default'; to: string }
  | { kind: 'PassThrough' }
  | { kind: 'Miss'; policy: 'Fail' | 'Hold' };

export function toLookupTable(content: LookupContent): LookupTable {
  const entries = new Map<string, { to: string; row: number }>();
  for (const [index, { from, to }] of content.entries.entries()) {
    const key = from.trim();
    if (!entries.has(key)) entries.set(key, { to, row: index + 1 });
  }
  return {
    name: content.table,
    onNoEntry: content.onNoEntry,
    ...(content.default === undefined ? {} : { default: content.default }),
    entries,
  };
}

/** Compared exactly, including case, without blanks at both ends; `null` is an empty value. A rule's own policy goes before the table's. */
export function translate(table: LookupTable, value: string | null, policy: OnNoEntry = table.onNoEntry): Translation {
  const entry = table.entries.get(value === null ? emptyEntry : value.trim());
  if (entry !== undefined) return { kind: 'Entry', ...entry };
  if (policy === 'PassThrough') return { kind: 'PassThrough' };
  if (policy === 'Hold') return { kind: 'Miss', policy };
  if (policy === 'Default' && table.default !== undefined) return { kind: 'Default', to: table.default };
  return { kind: 'Miss', policy: 'Fail' };
}
