/** The two simulated systems of the sandbox, through their control API. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ControlApi, controlApi, type Entity, type Exchange } from '../../sandbox/control-api.ts';
import { type Described, validateJournal } from '../contracts/validate-journal.ts';
import { contractsAvailable } from '../contracts/vendor-files.ts';
import { sandbox } from './world.ts';

export type { Entity };

function system(name: string): ControlApi {
  const control = sandbox.simulators[name]?.control;
  if (control === undefined) throw new Error(`the sandbox has no ${name}`);
  return controlApi(control);
}

export const magento = system('magento');
export const sage = system('sage300');

/** Requests that would change something in Sage, from `after` on. */
export async function writesToSage(after = 0): Promise<Exchange[]> {
  return (await sage.journal(after)).filter(entry => entry.method !== 'GET');
}

/** Both systems as `sandbox up` seeds them. */
export async function seedSystems(): Promise<void> {
  await checkJournals(); // a reset empties them
  for (const [name, target] of Object.entries({ magento, sage300: sage })) {
    const seeds = JSON.parse(readFileSync(join('sandbox/data', `${name}.json`), 'utf8')) as Record<string, Entity[]>;
    await target.reset();
    for (const [collection, entities] of Object.entries(seeds)) await target.seed(collection, entities);
  }
}

/** Fails where a request or an answer does not agree with its vendor's description. */
export async function checkJournals(): Promise<void> {
  if (!contractsAvailable()) return console.log('contracts: skipped, ../shared/contracts is not there');
  for (const [name, target] of Object.entries({ magento, sage300: sage })) {
    const problems = validateJournal(name as Described, await target.journal());
    if (problems.length > 0) {
      throw new Error(`${name} and its vendor disagree: ${JSON.stringify(problems.slice(0, 5), null, 2)}`);
    }
  }
}
