/** What becomes of records, against simulated systems over HTTP and a real database. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ago, booksCustomer, seed, shopCustomer } from '../test/builders/customers.ts';
import { type LedgerServer, startLedgerServer, type TestDatabase } from '../test/builders/ledger.ts';
import { customersTask, type Given, groups, runWorker, type Systems, startSystems } from '../test/builders/worker.ts';

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
});

let runs = 0;
const run = (given: Partial<Given> = {}) => runWorker({ run: `run-${++runs}`, ...given }, systems, database);
const rowOf = async (key: string | number) =>
  (await database.rows('SELECT * FROM record WHERE task = $1 AND key = $2', ['customers', String(key)]))[0];
const inBooks = async (number: string) =>
  (await systems.sage300.all('ARCustomers')).find(customer => customer.CustomerNumber === number);
const writes = async () => (await systems.sage300.requests('PATCH')).length;
const watermark = async () => (await database.rows<{ value: Date }>('SELECT value FROM watermark'))[0]?.value ?? null;
const none = { created: 0, updated: 0, skipped: 0, staged: 0, held: 0, failed: 0, pending: 0 };

describe('a run', () => {
  it('gives every record one outcome, and a bad record stops no other', async () => {
    await seed(
      systems,
      [
        shopCustomer(1),
        shopCustomer(2, { firstname: 'Same', lastname: 'Name' }),
        shopCustomer(3, { group_id: 3 }),
        shopCustomer(4),
        shopCustomer(5),
        shopCustomer(6, { taxvat: 'X'.repeat(21) }),
      ],
      [
        booksCustomer(1),
        booksCustomer(2, {
          CustomerName: 'Same Name',
          ContactName: 'Same Name',
          GroupCode: 'RETAIL',
          TaxGroup: 'GSTON',
        }),
        booksCustomer(3),
        booksCustomer(5),
        booksCustomer(51, { Email: 'customer-5@example.test' }),
        booksCustomer(6),
      ],
    );
    const { exit, report } = await run();
    expect({ exit, result: report.result, reason: report.reason }).toEqual({
      exit: 0,
      result: 'Partial',
      reason: 'RecordsFailed',
    });
    expect(report.tasks[0]?.counts).toEqual({ ...none, read: 6, updated: 1, skipped: 1, held: 1, failed: 3 });
    expect(report.tasks[0]?.reasons).toEqual({
      AmbiguousMatch: 1,
      DestinationMissing: 1,
      MissingLookup: 1,
      Unchanged: 1,
      Validation: 1,
    });
    expect(report.failures).toEqual([
      { task: 'customers', key: '3', code: 'MissingLookup', field: 'groupCode' },
      { task: 'customers', key: '4', code: 'DestinationMissing' },
      { task: 'customers', key: '6', code: 'Validation', field: 'taxNumber' },
    ]);
    expect(report).toMatchObject({ open: 3, held: { count: 1, oldest: expect.any(String) } });
    expect(await inBooks('C1')).toMatchObject({
      CustomerName: 'Given1 Family1',
      GroupCode: 'RETAIL',
      TaxGroup: 'GSTON',
    });
    expect(await inBooks('C3')).toMatchObject({ CustomerName: 'Before 3', GroupCode: 'STAFF' });
    expect(await rowOf(5)).toMatchObject({ message: expect.stringMatching(/2 records .* same email: C5, C51/) });
    expect(await rowOf(6)).toMatchObject({ message: 'taxNumber: 21 characters, at most 20 fit' });
    expect((await watermark())?.toISOString()).toBe(report.tasks[0]?.watermark.after);
    expect(report.connections).toMatchObject([
      { name: 'magento', reachable: true, credentials: true },
      { name: 'sage300', reachable: true, credentials: true },
    ]);
  });

  it('goes on with the others where an expression cuts a character in two or makes a NUL', async () => {
    await seed(
      systems,
      [shopCustomer(1, { firstname: '😀Eve' }), shopCustomer(2)],
      [booksCustomer(1), booksCustomer(2)],
    );
    const shortName = { set: 'shortName', expression: 'record.firstName.substring(0, 1) + "\\u0000x"' };
    const { report } = await run({
      tasks: [{ ...customersTask, mapping: [...(customersTask.mapping ?? []), shortName] }],
    });
    expect(report).toMatchObject({ result: 'Succeeded', tasks: [{ counts: { ...none, read: 2, updated: 2 } }] });
    expect(await inBooks('C2')).toMatchObject({ ShortName: 'Gx' });
  });

  it('asks the destination nothing when nothing has changed, and moves the last import time all the same', async () => {
    await seed(systems, [shopCustomer(1)], [booksCustomer(1)]);
    const first = await run();
    const requests = (await systems.sage300.requests()).length;
    const again = await run();
    expect(again.report.tasks[0]?.counts).toEqual({ ...none, read: 1, skipped: 1 });
    expect(again.report.tasks[0]?.reasons).toEqual({ Unchanged: 1 });
    expect((await systems.sage300.requests()).length).toBe(requests);
    expect(again.report.tasks[0]?.watermark.before).toBe(first.report.tasks[0]?.watermark.after);
    await systems.magento.reset();
    const quiet = await run();
    expect(quiet.report).toMatchObject({ result: 'Succeeded', tasks: [{ counts: { ...none, read: 0 } }] });
    expect(Date.parse(quiet.report.tasks[0]?.watermark.after ?? '')).toBeGreaterThanOrEqual(
      Date.parse(again.report.tasks[0]?.watermark.after ?? ''),
    );
  });

  it('does not send again what only the mapping sees differently: that is for a backfill', async () => {
    await seed(systems, [shopCustomer(1)], [booksCustomer(1)]);
    await run();
    const { report } = await run({ lookups: [{ ...groups, entries: [] }, taxesTo('EXEMPT')] });
    expect(report.tasks[0]?.reasons).toEqual({ Unchanged: 1 });
    expect(await writes()).toBe(1);
  });

  it('closes a failure by itself when the missing entry is there', async () => {
    await seed(systems, [shopCustomer(1, { group_id: 3 })], [booksCustomer(1)]);
    expect((await run()).report).toMatchObject({ result: 'Partial', open: 1 });
    const entries = [...groups.entries, { from: 'VIP', to: 'WHOL' }];
    expect((await run({ lookups: [{ ...groups, entries }, taxesTo('GSTON')] })).report).toMatchObject({
      result: 'Succeeded',
      open: 0,
    });
    expect(await inBooks('C1')).toMatchObject({ GroupCode: 'WHOL' });
    expect(await rowOf(1)).toMatchObject({ outcome: 'Updated', code: null, message: null, open_since: null });
  });

  it('holds by the policy of a table, and says since when', async () => {
    await seed(systems, [shopCustomer(1, { group_id: 3 })], [booksCustomer(1)]);
    const lookups = [{ ...groups, onNoEntry: 'Hold' as const }, taxesTo('GSTON')];
    const first = await run({ lookups });
    expect(first.report).toMatchObject({ result: 'Succeeded', open: 0, held: { count: 1 } });
    const again = await run({ lookups });
    expect(again.report.held).toEqual(first.report.held);
  });

  it('skips what the destination does not have, where the task says so', async () => {
    await seed(systems, [shopCustomer(1)], []);
    const { report } = await run({ task: { onMissing: 'Skip' } });
    expect(report).toMatchObject({ result: 'Succeeded', open: 0, tasks: [{ reasons: { DestinationMissing: 1 } }] });
  });

  it('keeps everything and writes nothing with method None', async () => {
    await seed(systems, [shopCustomer(1)], [booksCustomer(1)]);
    const { report } = await run({ task: { method: 'None' } });
    expect(report.tasks[0]).toMatchObject({ counts: { ...none, read: 1, staged: 1 }, reasons: { MethodNone: 1 } });
    expect(await systems.sage300.requests()).toEqual([]);
    expect(await rowOf(1)).toMatchObject({ mapped: { email: 'customer-1@example.test', groupCode: 'RETAIL' } });
  });

  it('gives an entity of the destination to one record only: the second is held', async () => {
    const email = 'both@example.test';
    await seed(
      systems,
      [shopCustomer(1, { email }), shopCustomer(2, { email, website_id: 2 })],
      [booksCustomer(1, { Email: email })],
    );
    const { report } = await run();
    expect(report.tasks[0]).toMatchObject({ counts: { updated: 1, held: 1 }, reasons: { AmbiguousMatch: 1 } });
    expect(await rowOf(2)).toMatchObject({
      outcome: 'Held',
      message: expect.stringMatching(/^C1 .* linked to another/),
    });
  });

  it('matches by nothing but the link where the task says []', async () => {
    await seed(systems, [shopCustomer(1)], [booksCustomer(1)]);
    expect((await run({ task: { match: [] } })).report.failures).toMatchObject([{ code: 'DestinationMissing' }]);
  });

  it('drops the link of an entity that is gone, and searches anew', async () => {
    await seed(systems, [shopCustomer(1)], [booksCustomer(1)]);
    await run();
    await systems.sage300.remove('ARCustomers', 'C1');
    await systems.magento.put('customers', '1', { firstname: 'Changed' });
    expect((await run()).report.failures).toEqual([{ task: 'customers', key: '1', code: 'DestinationMissing' }]);
    expect(await database.rows('SELECT * FROM link')).toEqual([]);
    await systems.sage300.seed('ARCustomers', [booksCustomer(9, { Email: 'customer-1@example.test' })]);
    expect((await run()).report).toMatchObject({ result: 'Succeeded', open: 0 });
    expect(await inBooks('C9')).toMatchObject({ CustomerName: 'Changed Family1' });
  });

  it('never lets an older version overwrite a newer one', async () => {
    const old = shopCustomer(1, { firstname: 'Old', updated_at: ago(300) });
    await seed(systems, [shopCustomer(1, { firstname: 'New' })], [booksCustomer(1)]);
    await run();
    await seed(systems, [old], [booksCustomer(1, { CustomerName: 'New Family1' })]);
    const { report } = await run();
    expect(report.tasks[0]).toMatchObject({ counts: { read: 1, skipped: 1 }, reasons: { Stale: 1 } });
    expect(await rowOf(1)).toMatchObject({ source: { firstName: 'New' } });
    expect(await writes()).toBe(0);
  });

  it('stores and sends text that no database takes, without the parts that it refuses', async () => {
    await seed(systems, [shopCustomer(1, { firstname: 'A\0nn', lastname: '雪 👩‍💻' })], [booksCustomer(1)]);
    expect((await run()).report).toMatchObject({ result: 'Succeeded', tasks: [{ counts: { updated: 1 } }] });
    expect(await inBooks('C1')).toMatchObject({ CustomerName: 'Ann 雪 👩‍💻' });
  });

  it('reads page after page, each record once', async () => {
    const ids = Array.from({ length: 230 }, (_, index) => index + 1);
    await seed(
      systems,
      ids.map(id => shopCustomer(id)),
      ids.map(id => booksCustomer(id)),
    );
    const { report } = await run();
    expect(report.tasks[0]?.counts).toEqual({ ...none, read: 230, updated: 230 });
    expect(await writes()).toBe(230);
  });

  it('does task after task, each with its own counts and last import time', async () => {
    await seed(systems, [shopCustomer(1)], [booksCustomer(1)]);
    const { report } = await run({ tasks: [customersTask, { ...customersTask, name: 'again', method: 'None' }] });
    expect(report.tasks.map(task => [task.name, task.counts.read, task.reasons])).toEqual([
      ['customers', 1, {}],
      ['again', 1, { Unchanged: 1 }],
    ]);
    expect(await database.rows('SELECT task FROM watermark ORDER BY 1')).toEqual([
      { task: 'again' },
      { task: 'customers' },
    ]);
  });
});

describe('the window', () => {
  it('begins with the start date itself', async () => {
    await seed(
      systems,
      [shopCustomer(1, { updated_at: '2026-02-28 23:59:59' }), shopCustomer(2, { updated_at: '2026-03-01 00:00:00' })],
      [],
    );
    await run({ task: { from: { ...customersTask.from, startDate: '2026-03-01' } } });
    expect(await database.rows('SELECT key FROM record')).toEqual([{ key: '2' }]);
  });

  it('ends before what has not settled, which the next run reads', async () => {
    await seed(systems, [shopCustomer(1), shopCustomer(2)], []);
    await systems.magento.put('customers', '2', { firstname: 'Just now' });
    await run({ limits: { settleSeconds: 30 } });
    expect(await database.rows('SELECT key FROM record')).toEqual([{ key: '1' }]);
    await run();
    expect(await database.rows('SELECT key FROM record ORDER BY key')).toEqual([{ key: '1' }, { key: '2' }]);
  });

  it('never moves the last import time back, though the clock of the source was', async () => {
    await seed(systems, [], []);
    const { report } = await run();
    const before = report.tasks[0]?.watermark.after;
    const later = await run({ limits: { settleSeconds: 7200 } });
    expect(later.report.tasks[0]?.watermark).toEqual({ before, after: before });
  });
});

describe('failures of the destination', () => {
  const patch = { method: 'PATCH', path: "ARCustomers\\('C1'\\)" };

  it('that concern one record are kept with it, and the others go on', async () => {
    await seed(systems, [shopCustomer(1), shopCustomer(2)], [booksCustomer(1), booksCustomer(2)]);
    await systems.sage300.fault({
      match: patch,
      times: 1,
      do: 'status',
      status: 409,
      body: { error: { code: 'RecordInvalid', message: { lang: 'en-US', value: 'Ann Lee is not valid' } } },
    });
    const { report } = await run();
    expect(report).toMatchObject({ result: 'Partial', failures: [{ key: '1', code: 'Validation' }] });
    expect(await rowOf(1)).toMatchObject({ attempts: 1, next_at: null, message: expect.not.stringMatching(/Ann Lee/) });
    expect(await rowOf(2)).toMatchObject({ outcome: 'Updated' });
  });

  it('that may pass are tried again by key in a later run, five times at most', async () => {
    await seed(systems, [shopCustomer(1, { updated_at: '2026-01-01 00:00:00' })], [booksCustomer(1)]);
    await systems.sage300.fault({ match: patch, times: 1000, do: 'status', status: 500 });
    expect((await run()).report.failures).toEqual([{ task: 'customers', key: '1', code: 'Intermittent' }]);
    expect((await run()).report.tasks[0]?.counts.read).toBe(0);
    for (const attempts of [2, 3, 4, 5]) {
      await database.shiftClock(`${attempts * 5} hours`);
      expect((await run()).report.tasks[0]?.counts).toEqual({ ...none, read: 1, failed: 1 });
      expect(await rowOf(1)).toMatchObject({ attempts });
    }
    expect(await rowOf(1)).toMatchObject({ outcome: 'Failed', next_at: null });
  });

  it('that have passed close with the next try', async () => {
    await seed(
      systems,
      [shopCustomer(1), shopCustomer(2)].map(customer => ({ ...customer, updated_at: '2026-01-01 00:00:00' })),
      [booksCustomer(1), booksCustomer(2)],
    );
    await systems.sage300.fault({
      match: { method: 'PATCH', path: 'ARCustomers' },
      times: 1000,
      do: 'status',
      status: 500,
    });
    expect((await run()).report.open).toBe(2);
    await systems.sage300.clearFaults();
    await systems.magento.remove('customers', '2');
    await database.shiftClock('1 hour');
    const { report } = await run();
    expect(report).toMatchObject({ result: 'Succeeded', open: 0 });
    expect(report.tasks[0]).toMatchObject({
      counts: { read: 2, updated: 1, skipped: 1 },
      reasons: { SourceMissing: 1 },
    });
  });

  it('of too many records stop the run instead of failing them all', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => index + 1);
    await seed(
      systems,
      ids.map(id => shopCustomer(id)),
      ids.map(id => booksCustomer(id)),
    );
    await systems.sage300.fault({
      match: { method: 'PATCH', path: 'ARCustomers' },
      times: 1000,
      do: 'status',
      status: 500,
    });
    const { exit, report } = await run();
    expect({ exit, reason: report.reason }).toEqual({ exit: 75, reason: 'ErrorShare' });
    expect(report.tasks[0]?.counts.pending).toBeGreaterThan(30);
    expect(await watermark()).toBeNull();
  });
});

const taxesTo = (to: string) => ({
  table: 'tax-groups',
  hash: `taxes-${to}`,
  onNoEntry: 'Fail' as const,
  entries: [{ from: 'Retail Customer', to }],
});
