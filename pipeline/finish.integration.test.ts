/** Runs that cannot go on: what they leave, what they say, and how the next attempt goes on. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { noCounts } from '../crds/outcomes.ts';
import { booksCustomer, seed, shopCustomer } from '../test/builders/customers.ts';
import { type LedgerServer, startLedgerServer, type TestDatabase } from '../test/builders/ledger.ts';
import { customersTask, type Given, groups, runWorker, type Systems, startSystems } from '../test/builders/worker.ts';
import { verdictOf } from './finish.ts';

jest.setTimeout(60_000);

let server: LedgerServer;
let systems: Systems;
let database: TestDatabase;

beforeAll(async () => {
  [server, systems] = await Promise.all([startLedgerServer(), startSystems()]);
}, 60_000);
afterAll(async () => {
  await systems.close();
  await server.close();
});
beforeEach(async () => {
  database = await server.createDatabase();
  await seed(
    systems,
    [shopCustomer(1), shopCustomer(2), shopCustomer(3)],
    [1, 2, 3].map(id => booksCustomer(id)),
  );
});

const run = (given: Partial<Given> = {}) => runWorker({ run: 'run-1', ...given }, systems, database);
const watermarks = () => database.rows('SELECT value FROM watermark');
const runRow = async (id: string) =>
  (
    await database.rows('SELECT result, reason, seq::int, ended_at IS NOT NULL AS ended FROM run WHERE run_id = $1', [
      id,
    ])
  )[0];

describe('a system that does not answer', () => {
  const anything = { path: '.*' };
  const rows = [
    { name: 'a broken connection', fault: { do: 'reset-before' }, exit: 30, reason: 'ConnectionDown' },
    { name: 'a maintenance page', fault: { do: 'html' }, exit: 30, reason: 'ConnectionDown' },
    {
      name: 'a long pause asked for',
      fault: { do: 'status', status: 429, headers: { 'retry-after': '3600' } },
      exit: 75,
      reason: 'RateLimit',
    },
  ];
  for (const { name, fault, exit, reason } of rows) {
    it(`leaves what was read pending (${name}), and the same run goes on without reading again`, async () => {
      await systems.sage300.fault({ match: anything, times: 1000, ...fault });
      const broken = await run();
      expect(broken.exit).toBe(exit);
      expect(broken.report).toMatchObject({ result: 'Failed', reason: 'ConnectionDown', seq: 1 });
      expect(broken.report.tasks[0]).toMatchObject({
        counts: { ...noCounts, read: 3, pending: 3 },
        reasons: { [reason]: 3 },
      });
      expect(broken.report.tasks[0]?.watermark).toEqual({});
      expect(await watermarks()).toEqual([]);
      expect(await runRow('run-1')).toMatchObject({ result: null, ended: false });

      await systems.sage300.clearFaults();
      const before = (await systems.magento.requests()).length;
      const again = await run();
      expect(again).toMatchObject({ exit: 0, report: { result: 'Succeeded', seq: 1 } });
      expect(again.report.tasks[0]?.counts).toEqual({ ...noCounts, read: 3, updated: 3 });
      expect((await systems.magento.requests()).length).toBe(before);
      expect(await watermarks()).toHaveLength(1);
    });
  }

  it('says so of its connection, and of no other', async () => {
    await systems.magento.fault({ match: anything, times: 1000, do: 'reset-before' });
    const { exit, report } = await run();
    expect({ exit, reason: report.reason, tasks: report.tasks }).toEqual({
      exit: 30,
      reason: 'ConnectionDown',
      tasks: [],
    });
    expect(report.connections).toEqual([
      { name: 'magento', reachable: false, requests: { error: 3 } },
      { name: 'sage300', requests: {} },
    ]);
    expect(await systems.sage300.requests()).toEqual([]);
  });

  it('in the middle of the read leaves the pages before it staged, and their cursor', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => index + 1);
    await seed(
      systems,
      ids.map(id => shopCustomer(id)),
      ids.map(id => booksCustomer(id)),
    );
    await systems.magento.fault({
      match: { method: 'GET', path: 'customers/search' },
      skip: 2,
      times: 1000,
      do: 'reset-before',
    });
    const broken = await run();
    expect(broken.exit).toBe(30);
    const staged = broken.report.tasks[0]?.counts.read ?? 0;
    expect(staged).toBeGreaterThan(0);
    expect(staged).toBeLessThan(250);
    await systems.magento.clearFaults();
    expect((await run()).report.tasks[0]?.counts).toMatchObject({ read: 250, failed: 0, pending: 0 });
    expect((await systems.sage300.all('ARCustomers')).filter(one => one.GroupCode === 'STAFF')).toEqual([]);
  });
});

describe('refused credentials', () => {
  it('of the source end the run for good, and it says the same again without a log-in', async () => {
    const credentials = {
      magento: {
        accessToken: 'wrong',
        allowedHosts: 'shop.example.com',
        consumerKey: 'k',
        consumerSecret: 's',
        accessTokenSecret: 't',
      },
    };
    const refused = await run({ credentials });
    expect(refused).toMatchObject({ exit: 21, report: { result: 'Failed', reason: 'CredentialsRefused' } });
    expect(refused.report.connections[0]).toMatchObject({ name: 'magento', reachable: true, credentials: false });
    expect(await runRow('run-1')).toEqual({ result: 'Failed', reason: 'CredentialsRefused', seq: 1, ended: true });
    const before = (await systems.magento.requests()).length;
    expect(await run({ credentials })).toEqual(refused);
    expect((await systems.magento.requests()).length).toBe(before);
  });

  it('of the destination leave everything pending and the last import time where it was', async () => {
    const refused = await run({
      credentials: { sage300: { username: 'WEBAPI', password: 'wrong', allowedHosts: 'sage.example.com' } },
    });
    expect(refused.exit).toBe(21);
    expect(refused.report.tasks[0]?.counts).toEqual({ ...noCounts, read: 3, pending: 3 });
    expect(refused.report.connections).toMatchObject([{ credentials: true }, { name: 'sage300', credentials: false }]);
    expect((await systems.sage300.requests()).length).toBeLessThanOrEqual(3);
    expect(await watermarks()).toEqual([]);
  });
});

describe('what cannot work', () => {
  const from = customersTask.from;
  const rows: { name: string; given: Partial<Given>; reason: string; message: RegExp }[] = [
    {
      name: 'a key of a Secret that is missing',
      given: { credentials: { sage300: { allowedHosts: 'sage.example.com', username: 'WEBAPI' } } },
      reason: 'SecretKeyMissing',
      message: /Secret sage300 has no key password/,
    },
    {
      name: 'a host that the Secret does not name',
      given: { credentials: { sage300: { username: 'u', password: 'p', allowedHosts: 'elsewhere.example.com' } } },
      reason: 'HostNotAllowed',
      message: /Secret sage300/,
    },
    {
      name: 'a method that the destination has not',
      given: { task: { method: 'CreateAndUpdate' } },
      reason: 'CapabilityMissing',
      message: /cannot create/,
    },
    {
      name: 'a stream that the source has not',
      given: { task: { from: { ...from, stream: 'orders' } } },
      reason: 'StreamNotFound',
      message: /no stream orders/,
    },
    {
      name: 'a table that is not there',
      given: { lookups: [groups] },
      reason: 'LookupTableNotFound',
      message: /tax-groups/,
    },
    {
      name: 'a mapping of another release',
      given: { task: { mapping: [{ set: 'colour', constant: 'red' }] } },
      reason: 'InvalidMapping',
      message: /no field 'colour'/,
    },
  ];
  for (const { name, given, reason, message } of rows) {
    it(`is ${name}: a person must act, and nothing is written`, async () => {
      const { exit, report } = await run(given);
      expect({ exit, result: report.result, reason: report.reason }).toEqual({ exit: 20, result: 'Failed', reason });
      expect(report.message).toMatch(message);
      expect(await systems.sage300.requests('PATCH')).toEqual([]);
    });
  }
});

describe('a connection that stands for another system than before', () => {
  const elsewhere = { magentoUrl: 'http://other.example.com' };

  it('is refused before anything is read or written', async () => {
    await run();
    const before = (await systems.magento.requests()).length;
    const { exit, report } = await run({ run: 'run-2', ...elsewhere });
    expect({ exit, reason: report.reason }).toEqual({ exit: 20, reason: 'SourceChanged' });
    expect(report.message).toMatch(/was magento shop\.example\.com/);
    expect(await run({ run: 'run-2', ...elsewhere })).toMatchObject({ exit: 20 });
    expect((await systems.magento.requests()).length).toBe(before);
  });

  it('is taken for the same where the user says so, from then on', async () => {
    await run();
    const moved = { ...elsewhere, sameSystemAs: 'magento shop.example.com' };
    expect(await run({ run: 'run-2', ...moved })).toMatchObject({
      exit: 0,
      report: { tasks: [{ reasons: { Unchanged: 3 } }] },
    });
    expect(await run({ run: 'run-3', ...elsewhere })).toMatchObject({ exit: 0 });
  });
});

describe('a suspended workflow', () => {
  it('does nothing, also by hand', async () => {
    const { exit, report } = await run({
      settings: { suspend: true },
      request: { run: 'by-hand', type: 'Sync', trigger: 'Manual' },
    });
    expect(exit).toBe(0);
    expect(report).toMatchObject({
      run: 'by-hand',
      result: 'Suspended',
      reason: 'WorkflowSuspended',
      seq: 0,
      tasks: [],
    });
    expect(await systems.magento.requests()).toEqual([]);
    expect(await database.rows('SELECT * FROM run')).toEqual([]);
  });

  it('ends a run that had begun', async () => {
    await systems.sage300.fault({ match: { path: '.*' }, times: 3, do: 'reset-before' });
    expect((await run()).exit).toBe(30);
    expect((await run({ settings: { suspend: true } })).report).toMatchObject({
      result: 'Succeeded',
      tasks: [{ counts: { updated: 3 } }],
    });
  });
});

describe("another run's lease", () => {
  it('makes a scheduled run end as Busy after a while, without a row and without a request', async () => {
    await run();
    await database.rows(`UPDATE lease SET run_id = 'other', expires_at = now() + interval '1 hour'`);
    const before = (await systems.magento.requests()).length;
    const { exit, report } = await run({ run: 'run-2' });
    expect({ exit, ...report }).toMatchObject({
      exit: 0,
      run: 'run-2',
      seq: 0,
      result: 'Busy',
      reason: 'Busy',
      tasks: [],
    });
    expect((await systems.magento.requests()).length).toBe(before);
    expect(await runRow('run-2')).toBeUndefined();
  });
});

describe('verdictOf', () => {
  const counts = { ...noCounts, read: 3, updated: 2 };
  const rows = [
    { name: 'all went well', counts: { ...counts, held: 1 }, want: { exit: 0, result: 'Succeeded' } },
    {
      name: 'one failed',
      counts: { ...counts, failed: 1 },
      want: { exit: 0, result: 'Partial', reason: 'RecordsFailed' },
    },
    { name: 'one is unaccounted for', counts, want: { exit: 1, result: 'Failed', reason: 'CountMismatch' } },
  ];
  for (const { name, counts, want } of rows) {
    it(`${want.result}: ${name}`, () => expect(verdictOf([{ task: 'customers', counts }])).toMatchObject(want));
  }
});
