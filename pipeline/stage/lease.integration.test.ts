import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type LedgerServer, namespace, startLedgerServer, type TestDatabase } from '../../test/builders/ledger.ts';
import { type Ledger, LedgerUnavailable, openLedger } from './database.ts';
import { holdLease, type Lease, LeaseLost } from './lease.ts';
import { type NewRun, startRun } from './runs.ts';

jest.setTimeout(60_000);

let server: LedgerServer;
let database: TestDatabase;
let ledger: Ledger;
const leases: Lease[] = [];

beforeAll(async () => {
  server = await startLedgerServer();
}, 60_000);
afterAll(() => server.close());
beforeEach(async () => {
  database = await server.createDatabase();
  ledger = await openLedger({ url: database.url, schema: namespace });
});
afterEach(async () => {
  for (const lease of leases.splice(0)) await lease.release();
  await ledger.close();
});

const runOf = (id: string, workflow = 'w'): NewRun => ({
  id,
  workflow,
  type: 'Sync',
  revision: 'w-1',
  settingsHash: 'h',
  lookups: [],
});

async function start(id: string, { workflow = 'w', seconds = 60, suspended = false } = {}) {
  const started = await startRun(ledger, runOf(id, workflow), seconds, suspended);
  if (started.kind !== 'Started') return started.kind;
  const lease = holdLease(ledger, workflow, started.epoch, seconds);
  leases.push(lease);
  return { lease, ...started };
}

const held = async (id: string, options?: Parameters<typeof start>[1]) => {
  const started = await start(id, options);
  if (typeof started === 'string') throw new Error(started);
  return started;
};

describe('the lease', () => {
  it('lets one run of a workflow work, and others of other workflows', async () => {
    expect((await held('a')).epoch).toBe(1);
    expect(await start('b')).toBe('Busy');
    expect((await held('c', { workflow: 'other' })).run.seq).toBe(1);
  });

  it('is taken over at once by the same run, and fences the process before', async () => {
    const first = await held('a');
    const second = await held('a');
    expect(second).toMatchObject({ epoch: 2, run: { seq: 1, startedAt: first.run.startedAt } });
    await expect(
      first.lease.fenced(async sql => sql('INSERT INTO watermark VALUES ($1, $1, now(), $1)', ['x'])),
    ).rejects.toThrow(LeaseLost);
    expect(first.lease.lost.aborted).toBe(true);
    expect(await database.rows('SELECT * FROM watermark')).toEqual([]);
    await expect(second.lease.fenced(async () => 'done')).resolves.toBe('done');
  });

  it('lets no one take over while a transaction of its holder goes on: what was begun under an epoch ends under it', async () => {
    const { lease } = await held('a');
    const order: string[] = [];
    const writing = lease.fenced(async sql => {
      await sql('SELECT pg_sleep(0.5)');
      order.push('written');
    });
    await sleep(100);
    await held('a').then(() => order.push('taken over'));
    await writing;
    expect(order).toEqual(['written', 'taken over']);
  });

  it('is not kept from others by a holder that was paused inside a transaction', async () => {
    const paused = await openLedger({ url: database.url, schema: namespace, idleSeconds: 1 });
    const started = await startRun(paused, runOf('a'), 60, false);
    const lease = holdLease(paused, 'w', started.kind === 'Started' ? started.epoch : 0, 60);
    const writing = lease.fenced(async sql => {
      await sleep(3000);
      await sql('SELECT 1');
    });
    const refused = expect(writing).rejects.toThrow(LedgerUnavailable);
    await sleep(100);
    const asked = performance.now();
    expect((await held('a')).epoch).toBe(2);
    expect(performance.now() - asked).toBeLessThan(2500);
    await refused;
    await expect(lease.fenced(async () => 'never')).rejects.toThrow(LeaseLost);
    await lease.release();
    await paused.close();
  });

  it('is renewed while its holder lives', async () => {
    await held('a', { seconds: 2 });
    await sleep(2600);
    expect(await start('b')).toBe('Busy');
  });

  it('of a dead holder goes to the next run, which closes the one that was interrupted', async () => {
    await startRun(ledger, runOf('a'), 60, false);
    await ledger.transaction(sql =>
      sql(`INSERT INTO run_task (run_id, task, position, to_time, read) VALUES ('a', 't', 0, now(), 1)`),
    );
    await ledger.transaction(sql =>
      sql(`INSERT INTO run_record (run_id, task, key, outcome) VALUES ('a', 't', '1', 'Pending')`),
    );
    expect(await start('b')).toBe('Busy');
    await database.shiftClock('2 minutes');
    const later = await openLedger({ url: database.url, schema: namespace });
    expect(await startRun(later, runOf('b'), 60, false)).toMatchObject({ kind: 'Started', epoch: 2, run: { seq: 2 } });
    expect(await database.rows('SELECT run_id, result, reason FROM run WHERE ended_at IS NOT NULL')).toEqual([
      { run_id: 'a', result: 'Interrupted', reason: 'Interrupted' },
    ]);
    expect(await database.rows('SELECT counts FROM run_task')).toMatchObject([{ counts: { read: 1, pending: 1 } }]);
    expect(await startRun(later, runOf('a'), 60, false)).toMatchObject({
      kind: 'Ended',
      run: { result: 'Interrupted' },
    });
    await later.close();
  });

  it('that was given back is free at once', async () => {
    const { lease } = await held('a');
    await lease.release();
    expect((await held('b')).epoch).toBe(2);
  });

  it('is not taken for a suspended workflow, but by a run that had begun', async () => {
    expect(await start('a', { suspended: true })).toBe('Suspended');
    await held('a');
    expect((await held('a', { suspended: true })).epoch).toBe(2);
  });
});
