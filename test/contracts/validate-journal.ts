/** Every request and every answer of a journal against the vendor's description. */
import type { JournalEntry } from '../servers/journal.ts';
import { checkMagento } from './magento.ts';
import type { Finding, Problem } from './problem.ts';
import { checkSage300 } from './sage300.ts';

const checks = {
  magento: checkMagento,
  sage300: checkSage300,
} satisfies Record<string, (entry: JournalEntry) => Finding[]>;

/** Systems that have a description. */
export type Described = keyof typeof checks;

/**
 * Problems in the order of the journal. Answers of faults and answers too long for the journal are not looked at (`unchecked` counts
 * the latter). Throws where the vendors' descriptions are not there (`contractsAvailable`).
 */
export function validateJournal(system: Described, entries: readonly JournalEntry[]): Problem[] {
  return entries.flatMap(entry => {
    const exchange = `${entry.method} ${entry.url}`;
    return checks[system](entry).map(finding => ({ n: entry.n, exchange, ...finding }));
  });
}

/** By the addresses in it; null = neither. */
export function systemOf(entries: readonly JournalEntry[]): Described | null {
  if (entries.some(({ url }) => url.startsWith('/rest/'))) return 'magento';
  return entries.some(({ url }) => /^\/sage300webapi\//i.test(url)) ? 'sage300' : null;
}
