/** What every source stream does: each record once, in order, whatever happens meanwhile. */
import { describe, expect, test } from '@jest/globals';
import type { CanonicalRecord, Cursor, Stream, Window } from '../../connectors/contract.ts';
import type { Entity, Source, Subject } from './subject.ts';
import { awkwardTexts } from './texts.ts';
import type { World } from './world.ts';

const second = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, n));
const everything: Window = { from: null, to: second(100_000) };

export function sourceConformance(subject: Subject, source: Source, world: () => World): void {
  const facts = subject.facts.streams[source.stream]?.source;
  if (!facts) throw new Error(`the facts declare no source stream ${source.stream}`);
  const { pageSize, record: schema } = facts;
  const signal = new AbortController().signal;

  const seed = (entities: Entity[]) => world().reset({ ...source.surroundings, [source.collection]: entities });
  const open = () => world().stream(source.stream);
  const entities = (times: number[]) => times.map((at, n) => source.entity({ id: n + 1, changed: second(at) }));
  const keys = (records: CanonicalRecord[]) => records.map(({ key }) => key);

  /** Reads to the end; each page is checked against what a page promises. */
  async function readAll(window = everything, start: Cursor | null = null, stream: Stream = open()) {
    const records: CanonicalRecord[] = [];
    const cursors: Cursor[] = [];
    for (let cursor = start, pages = 0; ; pages++) {
      const page = await stream.read?.(window, cursor, signal);
      if (!page) throw new Error('the stream cannot be read');
      expect(page.records.length).toBeLessThanOrEqual(pageSize);
      expect(pages).toBeLessThan(1000);
      records.push(...page.records);
      if (page.cursor === null) return { records, cursors };
      cursor = page.cursor;
      cursors.push(cursor);
    }
  }

  describe('reading', () => {
    test('an empty stream gives one empty page', async () => {
      await seed([]);
      expect(await open().read(everything, null, signal)).toEqual({ records: [], cursor: null });
    });

    test('gives every record once, ordered by change time and key', async () => {
      const times = Array.from({ length: 3 * pageSize + 7 }, (_, n) => (n * 7919) % 500);
      await seed(entities(times));
      const { records } = await readAll();
      const want = times.map((at, n) => ({ at, id: n + 1 })).sort((a, b) => a.at - b.at || a.id - b.id);
      expect(keys(records)).toEqual(want.map(({ id }) => String(id)));
      expect(records.map(({ updatedTime }) => updatedTime)).toEqual(
        want.map(({ at }) => second(at).toISOString().replace('.000', '')),
      );
    });

    test.each([0, 1])('ends where the records fill the pages exactly (%i more)', async more => {
      await seed(entities(Array.from({ length: 2 * pageSize + more }, (_, n) => n)));
      expect((await readAll()).records).toHaveLength(2 * pageSize + more);
    });

    test('takes what changed after `from` and not after `to`', async () => {
      await seed(entities([9, 10, 11, 19, 20, 21]));
      const { records } = await readAll({ from: second(10), to: second(20) });
      expect(keys(records)).toEqual(['3', '4', '5']);
    });

    test('a window without a change is empty, and so is one that ends before it begins', async () => {
      await seed(entities([9, 21]));
      expect((await readAll({ from: second(10), to: second(20) })).records).toEqual([]);
      expect((await readAll({ from: second(20), to: second(10) })).records).toEqual([]);
    });

    test('two windows that meet overlap in nothing and miss nothing', async () => {
      await seed(entities([1, 2, 3, 4, 5, 6]));
      const first = await readAll({ from: null, to: second(3) });
      const then = await readAll({ from: second(3), to: second(6) });
      expect(keys([...first.records, ...then.records])).toEqual(['1', '2', '3', '4', '5', '6']);
    });

    test('goes through any number of records that changed in the same second', async () => {
      const times = Array.from({ length: 3 * pageSize + 1 }, (_, n) => (n < 5 ? 1 : n > 3 * pageSize - 5 ? 3 : 2));
      await seed(entities(times));
      expect(new Set(keys((await readAll()).records)).size).toBe(times.length);
    });

    test('goes on from every cursor, also with a new connector', async () => {
      const times = Array.from({ length: 3 * pageSize }, (_, n) => (n < 150 ? Math.floor(n / 60) : n));
      await seed(entities(times));
      const whole = await readAll();
      for (const cursor of whole.cursors) {
        const rest = keys((await readAll(everything, cursor)).records);
        expect(rest).toEqual(keys(whole.records).slice(-rest.length));
      }
      const stream = open();
      const first = await stream.read(everything, null, signal);
      const rest = await readAll(everything, first.cursor);
      expect(keys([...first.records, ...rest.records])).toEqual(keys(whole.records));
    });

    test('misses nothing when records change or vanish during the read', async () => {
      const times = Array.from({ length: 3 * pageSize }, (_, n) => n);
      await seed(entities(times));
      const stream = open();
      const first = await stream.read(everything, null, signal);
      const [early, late, gone] = ['5', String(2 * pageSize), '7'];
      await world().control.put(source.collection, early, source.change);
      await world().control.put(source.collection, late, source.change);
      await world().control.remove(source.collection, gone);
      const rest = await readAll(everything, first.cursor, stream);
      const seen = keys([...first.records, ...rest.records]);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(times.map((_, n) => String(n + 1)).filter(key => key !== late));
    });
  });

  describe('a record', () => {
    test('fulfils the schema that the facts declare, with all fields and with as few as the system has', async () => {
      await seed([source.entity({ id: 1, changed: second(1) }), source.bare({ id: 2, changed: second(2) })]);
      const { records } = await readAll();
      expect(records).toHaveLength(2);
      for (const record of records) expect(schema.strict().safeParse(record).error?.issues ?? []).toEqual([]);
    });

    test('what the system says is empty is null and not left out', async () => {
      await seed([source.bare({ id: 1, changed: second(1) })]);
      const [record] = (await readAll()).records;
      expect(record?.[source.textField]).toBeNull();
    });

    test('carries every text as it is', async () => {
      await seed(awkwardTexts.map(({ text }, n) => source.entity({ id: n + 1, changed: second(n), text })));
      const { records } = await readAll();
      expect(records.map(record => record[source.textField])).toEqual(awkwardTexts.map(({ text }) => text));
    });

    test('is the same read by key', async () => {
      await seed([source.entity({ id: 1, changed: second(1) }), source.bare({ id: 2, changed: second(2) })]);
      const { records } = await readAll();
      const byKey = await open().get(['2', '1'], signal);
      expect(records.map(({ key }) => byKey.get(key))).toEqual(records);
    });
  });

  describe('records by key', () => {
    test('come without those that are not there', async () => {
      await seed(entities([1, 2, 3]));
      const found = await open().get(['2', '999', '2', ...source.impossibleKeys], signal);
      expect([...found.keys()]).toEqual(['2']);
    });

    test('none asked, none sent', async () => {
      await seed(entities([1]));
      expect((await open().get([], signal)).size).toBe(0);
      expect(await world().control.journal()).toEqual([]);
    });

    test('may be more than a page', async () => {
      const times = Array.from({ length: 2 * pageSize + 3 }, (_, n) => n);
      await seed(entities(times));
      const found = await open().get(
        times.map((_, n) => String(n + 1)),
        signal,
      );
      expect(found.size).toBe(times.length);
    });
  });

  describe('a failed read', () => {
    test.each([
      { fault: { do: 'status', status: 200, body: {} }, why: 'success without the list' },
      { fault: { do: 'status', status: 200, body: [] }, why: 'another list' },
      { fault: { do: 'status', status: 200, body: '' }, why: 'success without a body' },
    ])('is told and not taken for the end: $why', async ({ fault }) => {
      await seed(entities([1, 2]));
      await world().control.fault({ ...fault, match: { path: source.path }, times: 3 });
      expect(await world().failure(open().read(everything, null, signal))).toMatchObject({ name: 'TransientError' });
    });

    test.each(['reset-before', 'reset-after', 'truncate'])('heals by itself after %s', async fault => {
      await seed(entities([1, 2]));
      await world().control.fault({ do: fault, match: { path: source.path }, times: 2 });
      expect((await readAll()).records).toHaveLength(2);
    });
  });
}
