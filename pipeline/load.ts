/** From the ledger to the destination: claim, match, write with several writers, and commit what became of each record. */
import { RecordError, TransientError } from '../connectors/errors.ts';
import { TooManyFailures } from './ending.ts';
import { tooManyFailures } from './error-share.ts';
import { type LinkedRecord, match, missing } from './match.ts';
import { failed, type Verdict } from './record.ts';
import type { Lease } from './stage/lease.ts';
import { claimRecords, commitOutcomes, type Settled } from './stage/outcomes.ts';
import type { Stop } from './stop.ts';
import { lacking, streamOf, type Task } from './task.ts';
import { type Feed, together } from './together.ts';

export interface Loading {
  task: Task;
  lease: Lease;
  /** Writers at work at the same time. */
  writers: number;
  /** Tries of a record that may do better by itself. */
  tries: number;
  stop: Stop;
  /** Tells that more was staged, and when all is. */
  staged: Feed;
  /** For people who watch. */
  count: (records: number) => void;
}

const claimSize = 200;

/** Deals with every pending record until all is staged and nothing is pending, or `halt` says so. What was sent is committed either way. */
export async function load(loading: Loading, halt: AbortSignal): Promise<void> {
  const { lease, task, tries, count } = loading;
  const outcomes = collectOutcomes(async batch => {
    await lease.fenced(sql => commitOutcomes(sql, task.place, batch, tries));
    count(batch.length);
  });
  const share = watchShare();
  try {
    await together(halt, [
      halted => {
        const records = matchedRecords(loading, outcomes, halted);
        const writer = async () => {
          for (let next = await records.next(); !next.done; next = await records.next()) {
            const settled = await write(next.value, loading);
            if (settled === null) return;
            await outcomes.add(settled);
            share(settled);
          }
        };
        return together(
          halted,
          Array.from({ length: loading.writers }, () => writer),
        );
      },
    ]);
  } finally {
    await outcomes.flush();
  }
}

/** Linked records in order; the next batch is claimed and matched while writers work on one. */
async function* matchedRecords(
  loading: Loading,
  outcomes: Outcomes,
  halt: AbortSignal,
): AsyncGenerator<LinkedRecord, undefined> {
  const ahead = () => {
    const coming = nextBatch(loading, outcomes, halt);
    coming.catch(() => undefined); // awaited below in any case
    return coming;
  };
  let coming = ahead();
  try {
    for (let batch = await coming; batch !== null; batch = await coming) {
      coming = ahead();
      for (const record of batch) {
        if (halt.aborted) return;
        yield record;
      }
    }
  } finally {
    await coming.catch(() => undefined);
  }
}

async function nextBatch(loading: Loading, outcomes: Outcomes, halt: AbortSignal): Promise<LinkedRecord[] | null> {
  const { lease, task, staged } = loading;
  while (!halt.aborted) {
    const ended = staged.ended();
    const wait = staged.wait();
    const claimed = await lease.fenced(sql => claimRecords(sql, task.place, lease.epoch, claimSize));
    if (claimed.length > 0) {
      const { linked, settled } = await match(claimed, loading);
      for (const one of settled) await outcomes.add(one);
      return linked;
    }
    if (ended) return null;
    await wait;
  }
  return null;
}

/** Sends one record. Null = we were stopped in the middle: it stays pending. */
async function write(record: LinkedRecord, { task, stop }: Loading): Promise<Settled | null> {
  const { key, hash, mapped, destinationId, etag } = record;
  const { connection, stream: name } = task.destination;
  try {
    const written = await connection.ask(connector => {
      const stream = streamOf(connector, name);
      if (!stream.update) throw lacking('updating');
      return stream.update(destinationId, mapped, etag, stop.hard);
    });
    if (written === null) return { key, hash, gone: true, ...missing(task) };
    const verdict: Verdict = written.changed ? { outcome: 'Updated' } : { outcome: 'Skipped', reason: 'Unchanged' };
    return { key, hash, written, ...verdict };
  } catch (error) {
    if (stop.hard.aborted) return null;
    if (error instanceof RecordError) {
      return { key, hash, retry: passes.has(error.code), ...failed(error.code, error.message, error.field) };
    }
    if (error instanceof TransientError && error.code === 'Intermittent') {
      return { key, hash, retry: true, ...failed('Intermittent', error.message) };
    }
    throw error;
  }
}

/** Refusals that may pass by themselves. */
const passes: ReadonlySet<string> = new Set(['ConflictingChange']);

/** Throws when too many writes failed for reasons that are not the records'. */
function watchShare(): (settled: Settled) => void {
  let writes = 0;
  let failures = 0;
  return ({ code }) => {
    writes++;
    if (code === 'Intermittent') failures++;
    if (tooManyFailures(writes, failures)) {
      throw new TooManyFailures(
        `${failures} of ${writes} writes failed for reasons that are not the records'; the next attempt goes on`,
      );
    }
  };
}

interface Outcomes {
  /** Waits where a commit is due. Throws if an earlier commit failed. */
  add(settled: Settled): Promise<void>;
  flush(): Promise<void>;
}

const commitSize = 50;
const commitEveryMs = 1000;

/** Commits outcomes in batches, one after the other, and at the latest after a second. */
function collectOutcomes(commit: (batch: Settled[]) => Promise<void>): Outcomes {
  let batch: Settled[] = [];
  let committed = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const ready = batch;
    batch = [];
    if (ready.length > 0) committed = committed.then(() => commit(ready));
    return committed;
  }

  return {
    flush,
    add: settled => {
      batch.push(settled);
      if (batch.length >= commitSize) return flush();
      timer ??= setTimeout(() => {
        flush().catch(() => undefined); // the next add or flush meets it again
      }, commitEveryMs);
      return Promise.resolve();
    },
  };
}
