/** Ends a sandbox: every process it started, and nothing else. Logs stay until the next one of the name. */
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { removeLedger } from './ledger.ts';
import { withLock } from './lock.ts';
import { type Places, placesOf } from './places.ts';
import { isAlive, noted, stop } from './process.ts';
import { sayOnStderr } from './progress.ts';

/** Whether there was one. */
export async function down(name = 'default', say = sayOnStderr): Promise<boolean> {
  const places = placesOf(name);
  return withLock(
    places.lock,
    () => say(`another command is at work on the sandbox "${name}"; waiting for it`),
    async () => {
      const found = (await entriesToRemove(places)).length > 0;
      await remove(places);
      return found;
    },
  );
}

/** Ends what is still alive and forgets the rest, whatever state the sandbox is in. For callers that hold its lock. */
export async function remove(places: Places): Promise<void> {
  await endNode(places);
  await endPrograms(places, name => name !== 'etcd');
  await endPrograms(places, () => true); // without etcd, the API server would not find its end
  await removeLedger(places);
  for (const entry of await entriesToRemove(places)) {
    await rm(join(places.dir, entry), { recursive: true, force: true });
  }
}

/** First, so that its pods get their grace; those of a node that was killed are still there without it. */
async function endNode(places: Places): Promise<void> {
  const node = (await noted(places.processes)).get('process-node');
  if (node !== undefined) await stop([node], 'SIGTERM', 10_000);
  await stop([...(await noted(places.node)).values()].filter(isAlive), 'SIGTERM', 2_000);
}

async function endPrograms(places: Places, which: (name: string) => boolean): Promise<void> {
  const left = [...(await noted(places.processes))].filter(([name, process]) => which(name) && isAlive(process));
  await Promise.all(left.map(([name, process]) => stop([process], endingSignal(name), 3_000)));
}

/** SIGTERM would let PostgreSQL wait for its clients. */
const endingSignal = (program: string) => (program === 'postgres' ? 'SIGINT' : 'SIGTERM');

async function entriesToRemove(places: Places): Promise<string[]> {
  const entries = await readdir(places.dir).catch(() => []);
  return entries.filter(entry => entry !== basename(places.logs));
}
