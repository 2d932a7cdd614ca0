/** A representative set of requests, sent to a simulator as a plain client would send them. */
import { request } from 'undici';
import type { JournalEntry } from '../servers/journal.ts';
import type { Simulator } from '../servers/simulator.ts';
import { unchecked } from './fingerprint.ts';
import type { Problem } from './problem.ts';
import { type Described, validateJournal } from './validate-journal.ts';

export interface Step {
  method: string;
  /** Path and query, not encoded. */
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Drive {
  system: Described;
  start(): Promise<Simulator>;
  /** Entities by collection, in the order in which they refer to each other. */
  seed: Record<string, readonly Record<string, unknown>[]>;
  headers: Record<string, string>;
  /** Requests the vendor describes. */
  right: readonly Step[];
  /** Requests that must be refused; only the answers are held against the description. */
  wrong: readonly Step[];
}

export interface Outcome {
  exchanges: number;
  unchecked: number;
  problems: Problem[];
}

export async function run(drive: Drive): Promise<Outcome> {
  const simulator = await drive.start();
  try {
    for (const { name, ...collection } of named(simulator)) collection.seed(drive.seed[name] ?? []);
    for (const step of drive.right) await send(simulator, drive, step);
    const last = simulator.journal.summary.total;
    for (const step of drive.wrong) await send(simulator, drive, step);
    const entries = [...simulator.journal.entries()];
    const problems = [
      ...unexpected(entries, last),
      ...validateJournal(drive.system, entries).filter(({ n, side }) => n <= last || side === 'answer'),
    ];
    return { exchanges: entries.length, unchecked: unchecked(entries), problems };
  } finally {
    await simulator.close();
  }
}

function named({ system }: Simulator): { name: string; seed(entities: readonly Record<string, unknown>[]): void }[] {
  return system.collections.map(collection => ({ name: collection.name, seed: entities => collection.seed(entities) }));
}

async function send({ url }: Simulator, { headers }: Drive, { method, path, body, headers: own }: Step): Promise<void> {
  const text = typeof body === 'string' || body === undefined ? (body ?? null) : JSON.stringify(body);
  const address = `${url}${encodeURI(path).replaceAll('+', '%2B')}`;
  const response = await request(address, { method, headers: own ?? headers, body: text });
  await response.body.dump();
}

/** A right request that was refused, or a wrong one that was not. */
function unexpected(entries: readonly JournalEntry[], last: number): Problem[] {
  return entries
    .filter(({ n, status }) => (status ?? 0) >= 400 === n <= last)
    .map(({ n, method, url, status }) => ({
      n,
      side: 'answer',
      exchange: `${method} ${url}`,
      message: `answered ${status}`,
    }));
}
