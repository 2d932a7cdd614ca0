import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type LedgerServer, namespace, startLedgerServer, type TestDatabase } from '../../test/builders/ledger.ts';
import type { StagedRecord } from '../record.ts';
import { countsOf, summarize } from './counts.ts';
import { type Ledger, openLedger, type Sql } from './database.ts';
import { saveLinks } from './links.ts';
import { claimRecords, commitOutcomes, pendingOf } from './outcomes.ts';
import type { Place } from './place.ts';
import { dueKeys, stageRecords } from './stage.ts';

jest.setTimeout(60_000);

let server: LedgerServer;
let database: TestDatabase;
let ledger: Ledger;

beforeAll(async () => {
  server = await startLedgerServer();
}, 60_000);
afterAll(() => server.close());
beforeEach(async () => {
  database = await server.createDatabase();
  ledger = await openLedger({ url: database.url, schema: namespace });
  await begin('run-1');
});
afterEach(() => ledger.close());

const placeOf = (run: string): Place => ({
  run,
  workflow: 'w',
  task: 't',
  sourceConnection: 's',
  destinationConnection: 'd',
  entity: 'customers',
});
const place = placeOf('run-1');

async function begin(run: string): Promise<void> {
  await ledger.transaction(async sql => {
    await sql(
      `INSERT INTO run (run_id, workflow, seq, type, revision, settings_hash, lookups, started_at)
       SELECT $1, 'w', count(*) + 1, 'Sync', '', '', '[]', now() FROM run`,
      [run],
    );
    await sql(`INSERT INTO run_task (run_id, task, position, to_time) VALUES ($1, 't', 0, now())`, [run]);
  });
}

const record = (key: string, fields: Partial<StagedRecord> = {}): StagedRecord => ({
  key,
  sourceVersion: '2026-01-01T10:00:00Z',
  sourceHash: `source-${key}`,
  source: { key, updatedTime: '2026-01-01T10:00:00Z' },
  mapped: { name: key },
  hash: `mapped-${key}`,
  outcome: 'Pending',
  ...fields,
});

const within = <T>(work: (sql: Sql) => Promise<T>) => ledger.transaction(work);
const stage = (records: StagedRecord[], at = place) => within(sql => stageRecords(sql, at, records));
const claim = (limit = 10, epoch = 1) => within(sql => claimRecords(sql, place, epoch, limit));
const rows = () => database.rows('SELECT key, outcome, reason, hash FROM record ORDER BY key');

describe('staging', () => {
  it('counts a record once, however often a page comes', async () => {
    expect(await stage([record('1'), record('2')])).toBe(2);
    expect(await stage([record('2'), record('3')])).toBe(1);
    expect(await within(sql => countsOf(sql, 'run-1'))).toMatchObject([{ counts: { read: 3, pending: 3 } }]);
  });

  it('keeps the newest of a record that a page holds twice', async () => {
    const newer = record('1', { sourceVersion: '2026-01-01T11:00:00Z', hash: 'newer' });
    expect(await stage([newer, record('1')])).toBe(1);
    expect(await rows()).toMatchObject([{ hash: 'newer' }]);
  });

  it('moves the cursor with the records', async () => {
    await within(sql => stageRecords(sql, place, [record('1')], { cursor: 'c1', extracted: false }));
    const broken = within(async sql => {
      await stageRecords(sql, place, [record('2')], { cursor: 'c2', extracted: true });
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    expect(await database.rows('SELECT cursor, extracted, read::int FROM run_task')).toEqual([
      { cursor: 'c1', extracted: false, read: 1 },
    ]);
    expect(await rows()).toHaveLength(1);
  });

  const equal: { name: string; link: { source_hash: string; mapped_hash: string }; staged: Partial<StagedRecord> }[] = [
    { name: 'the mapped record is', link: { source_hash: 'other', mapped_hash: 'mapped-1' }, staged: {} },
    { name: 'the source record is', link: { source_hash: 'source-1', mapped_hash: 'other' }, staged: {} },
    {
      name: 'the source record is, though the mapping has come to refuse it',
      link: { source_hash: 'source-1', mapped_hash: 'other' },
      staged: { outcome: 'Failed', code: 'MissingLookup', field: 'name', message: 'm' },
    },
  ];
  for (const { name, link, staged } of equal) {
    it(`knows what was written before as unchanged when ${name}`, async () => {
      await database.rows('INSERT INTO link VALUES ($1, $2, $3, $4, $5, $6, $7)', [
        's',
        'd',
        'customers',
        '1',
        'C1',
        link.source_hash,
        link.mapped_hash,
      ]);
      await stage([record('1', staged)]);
      expect(await database.rows('SELECT outcome, reason, code, message, destination_id FROM record')).toEqual([
        { outcome: 'Skipped', reason: 'Unchanged', code: null, message: null, destination_id: 'C1' },
      ]);
    });
  }

  it('does not know a link of another pair of connections', async () => {
    await database.rows(`INSERT INTO link VALUES ('other', 'd', 'customers', '1', 'C1', 'source-1', 'mapped-1')`);
    await stage([record('1')]);
    expect(await rows()).toMatchObject([{ outcome: 'Pending' }]);
  });
});

describe('claims', () => {
  it('go in order, and to one writer of an epoch', async () => {
    await stage(['3', '1', '2'].map(key => record(key)));
    expect((await claim(2)).map(({ key }) => key)).toEqual(['3', '1']);
    expect((await claim(2)).map(({ key }) => key)).toEqual(['2']);
    expect(await claim()).toEqual([]);
  });

  it('end with their epoch: the next process takes the records again', async () => {
    await stage([record('1')]);
    await claim(10, 1);
    expect(await claim(10, 2)).toEqual([
      { key: '1', mapped: { name: '1' }, hash: 'mapped-1', destinationId: null, etag: null },
    ]);
  });
});

describe('outcomes', () => {
  it('come with the link and what it was written from', async () => {
    await stage([record('1')]);
    await claim();
    await within(sql => saveLinks(sql, place, [{ key: '1', id: 'C1' }]));
    const written = { id: 'C1', changed: true, etag: 'e' };
    await within(sql => commitOutcomes(sql, place, [{ key: '1', hash: 'mapped-1', outcome: 'Updated', written }], 5));
    expect(await database.rows('SELECT destination_id, source_hash, mapped_hash, etag FROM link')).toEqual([
      { destination_id: 'C1', source_hash: 'source-1', mapped_hash: 'mapped-1', etag: 'e' },
    ]);
    expect(await database.rows('SELECT outcome, destination_id, answer FROM record')).toEqual([
      { outcome: 'Updated', destination_id: 'C1', answer: written },
    ]);
    expect(await within(sql => pendingOf(sql, 'run-1'))).toBe(0);
  });

  it('of a version that was overtaken while it was sent leave the newer one pending', async () => {
    await stage([record('1')]);
    await claim();
    await stage([record('1', { sourceVersion: '2026-01-01T11:00:00Z', hash: 'newer' })]);
    const settled = { key: '1', hash: 'mapped-1', outcome: 'Updated', written: { id: 'C1', changed: true } } as const;
    await within(sql => commitOutcomes(sql, place, [settled], 5));
    expect(await rows()).toEqual([{ key: '1', outcome: 'Pending', reason: null, hash: 'newer' }]);
    expect((await claim()).map(({ hash }) => hash)).toEqual(['newer']);
  });

  it('count the tries of one version, and begin anew with the next', async () => {
    const fail = async (run: string, fields: Partial<StagedRecord> = {}) => {
      const staged = record('1', fields);
      await stage([staged], placeOf(run));
      const failure = {
        key: '1',
        hash: staged.hash ?? '',
        outcome: 'Failed',
        code: 'Intermittent',
        retry: true,
      } as const;
      await within(sql => commitOutcomes(sql, placeOf(run), [failure], 3));
      const [row] = await database.rows(
        `SELECT attempts, round(extract(epoch FROM next_at - updated_at) / 60)::int AS minutes FROM record`,
      );
      return row;
    };
    expect(await fail('run-1')).toMatchObject({ attempts: 1, minutes: 5 });
    await begin('run-2');
    expect(await fail('run-2')).toMatchObject({ attempts: 2, minutes: 15 });
    await begin('run-3');
    expect(await fail('run-3')).toMatchObject({ attempts: 3, minutes: null });
    await begin('run-4');
    expect(await fail('run-4', { sourceVersion: '2026-01-02T00:00:00Z' })).toMatchObject({ attempts: 1 });
  });
});

describe('a run that was broken off', () => {
  it('leaves a retry that it had begun to the next run, and its failure open', async () => {
    await stage([record('1')]);
    await claim();
    const failed = { key: '1', hash: 'mapped-1', outcome: 'Failed', code: 'Intermittent', retry: true } as const;
    await within(sql => commitOutcomes(sql, place, [failed], 5));
    await begin('run-2');
    await stage([record('1')], placeOf('run-2')); // the due retry, read again by key; then a system goes down
    expect((await within(sql => summarize(sql, 'run-2', 'w'))).open).toBe(1);
    expect(await within(sql => dueKeys(sql, placeOf('run-3')))).toEqual(['1']);
    expect(await within(sql => dueKeys(sql, placeOf('run-2')))).toEqual([]); // its own rows are at work
  });

  it('leaves no link that calls a value unchanged while a write of another may have arrived', async () => {
    await within(sql => saveLinks(sql, place, [{ key: '1', id: 'C1' }]));
    await stage([record('1')]);
    await claim();
    const written = { key: '1', hash: 'mapped-1', outcome: 'Updated', written: { id: 'C1', changed: true } } as const;
    await within(sql => commitOutcomes(sql, place, [written], 5));
    await begin('run-2');
    const wrong = { sourceVersion: '2026-01-01T11:00:00Z', sourceHash: 'source-wrong', hash: 'mapped-wrong' };
    await stage([record('1', wrong)], placeOf('run-2'));
    await within(sql => claimRecords(sql, placeOf('run-2'), 1, 10)); // sent; the answer never comes
    await begin('run-3');
    await stage([record('1', { sourceVersion: '2026-01-01T12:00:00Z' })], placeOf('run-3')); // changed back
    expect(await rows()).toMatchObject([{ key: '1', outcome: 'Pending' }]);
  });
});

describe('saveLinks', () => {
  it('gives an entity of the destination to the first record only', async () => {
    const links = await within(sql =>
      saveLinks(sql, place, [
        { key: '1', id: 'C1' },
        { key: '2', id: 'C1' },
        { key: '3', id: 'C3' },
      ]),
    );
    expect([...links]).toEqual([
      ['1', 'C1'],
      ['3', 'C3'],
    ]);
  });
});
