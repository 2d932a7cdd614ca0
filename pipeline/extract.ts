/** From the source to the ledger: pages of the frozen window, each mapped and stored together with its cursor. */
import type { CanonicalRecord, Cursor, Page } from '../connectors/contract.ts';
import { TransientError } from '../connectors/errors.ts';
import { failed, mappedHash, type StagedRecord, sourceHash, storable } from './record.ts';
import type { Lease } from './stage/lease.ts';
import type { TaskState } from './stage/runs.ts';
import { closeGone, dueKeys, stageRecords } from './stage/stage.ts';
import { lacking, streamOf, type Task } from './task.ts';
import type { Feed } from './together.ts';
import { isEmpty } from './window.ts';

export interface Extraction {
  task: Task;
  state: TaskState;
  lease: Lease;
  /** The one time of the run. */
  time: Date;
  /** Told after every commit. */
  staged: Feed;
  /** For people who watch. */
  count: (records: number) => void;
}

/** Reads on from where the run is, until the window is exhausted or `halt` says so. */
export async function extract(extraction: Extraction, halt: AbortSignal): Promise<void> {
  const { state, lease, task, staged, count } = extraction;
  try {
    if (state.extracted) return;
    await extractDue(extraction, halt);
    for await (const page of pages(extraction, halt)) {
      const records = page.records.map(record => toStaged(record, extraction));
      const extracted = page.cursor === null;
      await lease.fenced(sql => stageRecords(sql, task.place, records, { cursor: page.cursor, extracted }));
      count(records.length);
      staged.more();
    }
  } catch (error) {
    if (!halt.aborted || !(error instanceof TransientError)) throw error;
  } finally {
    staged.end();
  }
}

/** The pages after the cursor, the next one being read while one is dealt with. */
async function* pages({ task, state }: Extraction, halt: AbortSignal): AsyncGenerator<Page> {
  if (isEmpty(state.window)) return yield { records: [], cursor: null };
  const ahead = new AbortController();
  // A read changes nothing: no need to wait for it when we are to stop.
  const signal = AbortSignal.any([halt, ahead.signal]);
  const read = (cursor: Cursor | null) => {
    const coming = task.source.connection.ask(connector => {
      const stream = streamOf(connector, task.source.stream);
      if (!stream.read) throw lacking('reading');
      return stream.read(state.window, cursor, signal);
    });
    coming.catch(() => undefined); // awaited below, or given up
    return coming;
  };
  let cursor = state.cursor;
  try {
    for (let coming = read(cursor); !halt.aborted; ) {
      const page = await coming;
      if (page.cursor !== null && page.cursor === cursor) throw new Error('the source gave the same cursor twice');
      cursor = page.cursor;
      if (cursor !== null) coming = read(cursor);
      yield page;
      if (cursor === null) return;
    }
  } finally {
    ahead.abort();
  }
}

/** Failed records whose time has come, read again by key. What the source does not have any more is closed. */
async function extractDue(extraction: Extraction, halt: AbortSignal): Promise<void> {
  const { task, lease, staged, count } = extraction;
  const { connection, stream: name, facts } = task.source;
  if (!facts.capabilities.get) return;
  const due = await lease.fenced(sql => dueKeys(sql, task.place));
  for (let start = 0; start < due.length && !halt.aborted; start += facts.pageSize) {
    const keys = due.slice(start, start + facts.pageSize);
    const found = await connection.ask(connector => {
      const stream = streamOf(connector, name);
      if (!stream.get) throw lacking('reading by key');
      return stream.get(keys, halt);
    });
    const records = [...found.values()].map(record => toStaged(record, extraction));
    const gone = keys.filter(key => !found.has(key));
    await lease.fenced(async sql => {
      await stageRecords(sql, task.place, records);
      await closeGone(sql, task.place, gone);
    });
    count(keys.length);
    staged.more();
  }
}

const largestRecord = 1024 * 1024;

/** One record mapped. Whether it has changed at all is decided when it is stored. */
function toStaged(record: CanonicalRecord, { task, time }: Pick<Extraction, 'task' | 'time'>): StagedRecord {
  const source = storable(record);
  const base = { key: source.key, sourceVersion: source.updatedTime, sourceHash: sourceHash(source), source };
  const bytes = Buffer.byteLength(JSON.stringify(source));
  if (bytes > largestRecord) {
    const message = `the record has ${bytes} bytes, at most ${largestRecord} are taken`;
    return { ...base, source: null, ...failed('Validation', message) };
  }
  const made = task.map({ record: source, source: task.origin, run: { time: time.toISOString() } });
  // An expression can cut a pair in two, and a message quotes what it was given.
  const { record: mapped, problem } = storable(made);
  if (problem) return { ...base, ...problem };
  const hashed = { ...base, mapped, hash: mappedHash(mapped) };
  return task.spec.method === 'None'
    ? { ...hashed, outcome: 'Staged', reason: 'MethodNone' }
    : { ...hashed, outcome: 'Pending' };
}
