/**
 * `npm run check:contracts`: without arguments it starts the simulators, sends them a representative set of requests and holds both
 * sides against the vendors' descriptions; with `--journal URL` (a control API, as often as wanted) it does so with what was really sent.
 */
import { parseArgs } from 'node:util';
import { request } from 'undici';
import type { JournalEntry } from '../servers/journal.ts';
import { type Outcome, run } from './drive.ts';
import { driveMagento } from './drive-magento.ts';
import { driveSage300 } from './drive-sage300.ts';
import { unchecked } from './fingerprint.ts';
import { systemOf, validateJournal } from './validate-journal.ts';
import { contractsAvailable, contractsMissing } from './vendor-files.ts';

const { values } = parseArgs({ options: { journal: { type: 'string', multiple: true } } });

if (contractsAvailable()) process.exitCode = (await checkAll(values.journal ?? [])) ? 0 : 1;
else console.log(`skipped: ${contractsMissing}`);

async function checkAll(journals: readonly string[]): Promise<boolean> {
  if (journals.length === 0) {
    const drives = [driveMagento, driveSage300];
    const outcomes = await Promise.all(drives.map(async drive => told(drive.system, await run(drive))));
    return outcomes.every(right => right);
  }
  const outcomes = await Promise.all(journals.map(checkJournal));
  return outcomes.every(right => right);
}

async function checkJournal(control: string): Promise<boolean> {
  const response = await request(`${control.replace(/\/(journal)?$/, '')}/journal`);
  const { entries } = (await response.body.json()) as { entries: JournalEntry[] };
  const system = systemOf(entries);
  if (system)
    return told(system, {
      exchanges: entries.length,
      unchecked: unchecked(entries),
      problems: validateJournal(system, entries),
    });
  console.log(`${control}: ${entries.length} exchanges, none of a system that is described`);
  return entries.length === 0;
}

/** Says it, and whether all was right. */
function told(system: string, { exchanges, unchecked: skipped, problems }: Outcome): boolean {
  const more = skipped > 0 ? ` (${skipped} with a body too long to look at)` : '';
  console.log(`${system}: ${exchanges} exchanges checked, ${problems.length} problems${more}`);
  for (const { n, side, exchange, message } of problems) console.log(`  ${n} ${side}: ${message}\n    ${exchange}`);
  return problems.length === 0;
}
