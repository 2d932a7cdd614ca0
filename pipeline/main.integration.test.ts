/** The program as a pod starts it: what it says and exits with, and what is left when it is ended in the middle. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { booksCustomer, seed, shopCustomer } from '../test/builders/customers.ts';
import { type LedgerServer, startLedgerServer, type TestDatabase } from '../test/builders/ledger.ts';
import { type Given, type Process, type Systems, spawnWorker, startSystems } from '../test/builders/worker.ts';

jest.setTimeout(120_000);

let server: LedgerServer;
let systems: Systems;
let database: TestDatabase;
let logs = '';

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

function start(given: Partial<Given> = {}, ...args: string[]): Process {
  const worker = spawnWorker({ run: 'run-1', ...given }, systems, database, args);
  void worker.ended.then(({ log }) => (logs += log));
  return worker;
}
const run = (given: Partial<Given> = {}, ...args: string[]) => start(given, ...args).ended;
const writes = async () => (await systems.sage300.requests('PATCH')).length;

const count = 60;
const ids = Array.from({ length: count }, (_, index) => index + 1);

/** Enough customers, and slow enough books, to be in the middle of a run for a while. */
async function seedMany(): Promise<void> {
  await seed(
    systems,
    ids.map(id => shopCustomer(id)),
    ids.map(id => booksCustomer(id)),
  );
  await systems.sage300.limits({ latencyMs: 40 });
}

/** Returns when some are written and most are not; what comes after that need not be slow. */
async function inTheMiddle(act: () => unknown): Promise<void> {
  while ((await writes()) < 10) await sleep(50);
  await act();
  await systems.sage300.limits({ latencyMs: 0 });
}

async function expectAllWritten(): Promise<void> {
  const books = await systems.sage300.all('ARCustomers');
  expect(new Set(books.map(one => one.CustomerName))).toEqual(new Set(ids.map(id => `Given${id} Family${id}`)));
  expect(
    await database.rows('SELECT DISTINCT outcome FROM run_record WHERE outcome NOT IN ($1, $2)', [
      'Updated',
      'Skipped',
    ]),
  ).toEqual([]);
  expect(await database.rows('SELECT run_id, seq::int, result FROM run')).toEqual([
    { run_id: 'run-1', seq: 1, result: 'Succeeded' },
  ]);
}

describe('the same run id', () => {
  it('after the end says the same report again, and asks nobody', async () => {
    await seed(systems, [shopCustomer(1)], [booksCustomer(1)]);
    const first = await run();
    expect(first).toMatchObject({ exit: 0, report: { run: 'run-1', seq: 1, result: 'Succeeded' } });
    const asked = (await systems.magento.requests()).length + (await systems.sage300.requests()).length;
    const again = await run();
    expect({ exit: again.exit, report: again.report }).toEqual({ exit: 0, report: first.report });
    expect(await run({}, 'report')).toMatchObject({ exit: 0, report: first.report });
    expect((await systems.magento.requests()).length + (await systems.sage300.requests()).length).toBe(asked);
  });

  it('after kill -9 in the middle goes on where it was, to the same end', async () => {
    await seedMany();
    const worker = start();
    await inTheMiddle(() => worker.kill('SIGKILL'));
    expect(await worker.ended).toMatchObject({ exit: null, report: null });
    const { exit, report } = await run();
    expect(exit).toBe(0);
    expect(report?.tasks[0]?.counts).toMatchObject({ read: count, failed: 0, held: 0, pending: 0 });
    await expectAllWritten();
    expect(await database.rows('SELECT epoch::int FROM lease')).toEqual([{ epoch: 2 }]);
  });

  it('fences a paused process, which does nothing more when it wakes up', async () => {
    await seedMany();
    const paused = start();
    await inTheMiddle(() => paused.kill('SIGSTOP'));
    const second = await run();
    expect(second).toMatchObject({ exit: 0, report: { result: 'Succeeded' } });
    const written = await writes();
    paused.kill('SIGCONT');
    const { exit, report } = await paused.ended;
    expect({ exit, result: report?.result, reason: report?.reason }).toEqual({
      exit: 75,
      result: 'Interrupted',
      reason: 'Interrupted',
    });
    // What was on its way when it was paused may still arrive; it carries the same values.
    expect((await writes()) - written).toBeLessThanOrEqual(2);
    await expectAllWritten();
  });

  it('whose report is asked for in the middle is fenced and closed, and stays closed', async () => {
    await seedMany();
    const worker = start();
    let asked: Awaited<Process['ended']> | undefined;
    await inTheMiddle(async () => {
      asked = await run({}, 'report');
    });
    expect(asked).toMatchObject({ exit: 0, report: { run: 'run-1', seq: 1, result: 'Interrupted' } });
    expect((await worker.ended).exit).toBe(75);
    const written = await writes();
    expect(await run()).toMatchObject({ exit: 0, report: { result: 'Interrupted' } });
    expect(await writes()).toBe(written);
    expect(await run({ run: 'run-2' })).toMatchObject({ exit: 0, report: { seq: 2, result: 'Succeeded' } });
  });

  it('that never started is said to be interrupted', async () => {
    expect(await run({}, 'report')).toMatchObject({ exit: 0, report: { run: 'run-1', seq: 0, result: 'Interrupted' } });
  });
});

describe('SIGTERM', () => {
  it('lets what is on its way end, gives the lease back, and leaves the rest to the next attempt', async () => {
    await seedMany();
    const worker = start();
    await inTheMiddle(() => worker.kill('SIGTERM'));
    const { exit, report } = await worker.ended;
    expect({ exit, result: report?.result }).toEqual({ exit: 143, result: 'Interrupted' });
    const counts = report?.tasks[0]?.counts;
    expect(counts).toMatchObject({ read: count, failed: 0 });
    expect(counts?.updated).toBe(await writes());
    expect(counts?.pending).toBe(count - (await writes()));
    expect(await database.rows('SELECT expires_at <= ledger_now() AS free FROM lease')).toEqual([{ free: true }]);
    expect(await run()).toMatchObject({ exit: 0, report: { tasks: [{ counts: { read: count, updated: count } }] } });
    await expectAllWritten();
  });
});

describe("another run's lease", () => {
  it('makes a requested run wait for it', async () => {
    await seedMany();
    const first = start();
    const waiting = Promise.withResolvers<Awaited<Process['ended']>>();
    await inTheMiddle(() => {
      waiting.resolve(run({ run: 'run-2', request: { run: 'run-2', type: 'Sync', trigger: 'Manual' } }));
    });
    expect((await first.ended).exit).toBe(0);
    expect(await waiting.promise).toMatchObject({
      exit: 0,
      report: { run: 'run-2', seq: 2, result: 'Succeeded', tasks: [{ reasons: { Unchanged: count } }] },
    });
  });
});

describe('a probe', () => {
  const cases = [
    {
      name: 'a system that takes our credentials',
      given: {},
      fault: null,
      exit: 0,
      report: { result: 'Succeeded', connections: [{ name: 'sage300', reachable: true, credentials: true }] },
    },
    {
      name: 'refused credentials',
      given: { credentials: { sage300: { username: 'u', password: 'p', allowedHosts: 'sage.example.com' } } },
      fault: null,
      exit: 21,
      report: {
        result: 'Failed',
        reason: 'CredentialsRefused',
        connections: [{ reachable: true, credentials: false }],
      },
    },
    {
      name: 'a system that is down',
      given: {},
      fault: { match: { path: '.*' }, times: 100, do: 'html' },
      exit: 30,
      report: { reason: 'ConnectionDown', connections: [{ reachable: false }] },
    },
    {
      name: 'a key that is missing',
      given: { credentials: { sage300: { username: 'u', allowedHosts: 'sage.example.com' } } },
      fault: null,
      exit: 20,
      report: { reason: 'SecretKeyMissing', message: expect.stringMatching(/password/), connections: [] },
    },
  ];
  for (const { name, given, fault, exit, report } of cases) {
    it(`says of ${name} what a person needs, without a ledger`, async () => {
      await seed(systems, [], []);
      if (fault) await systems.sage300.fault(fault);
      const nowhere = { url: 'postgres://nobody@127.0.0.1:1/none' };
      const ended = await spawnWorker({ run: '', ...given }, systems, nowhere, ['probe', 'sage300']).ended;
      expect({ exit: ended.exit, report: ended.report }).toMatchObject({ exit, report });
    });
  }
});

describe('a start that fails', () => {
  it('says that the ledger does not answer', async () => {
    const nowhere = { url: 'postgres://nobody:hidden@127.0.0.1:1/none' };
    const { exit, report, log } = await spawnWorker({ run: 'run-1' }, systems, nowhere).ended;
    expect({ exit, report }).toMatchObject({
      exit: 40,
      report: { run: 'run-1', result: 'Failed', reason: 'LedgerUnavailable', seq: 0 },
    });
    expect(log + JSON.stringify(report)).not.toMatch(/hidden/);
  });

  it('names the argument, or the file and field, that is wrong', async () => {
    expect(await run({}, 'stir')).toMatchObject({
      exit: 20,
      report: { reason: 'InvalidConfiguration', message: expect.stringMatching(/got stir/) },
    });
    expect(await run({ task: { method: 'Delete' as never } })).toMatchObject({
      exit: 20,
      report: { message: expect.stringMatching(/^plan\/plan\.json: tasks\.0\.method: /) },
    });
  });
});

it('writes no person and no secret into its log', async () => {
  await seed(systems, [shopCustomer(1), shopCustomer(2, { group_id: 3 }), shopCustomer(3)], [booksCustomer(1)]);
  await run();
  await systems.sage300.fault({ match: { path: '.*' }, times: 100, do: 'reset-after' });
  await systems.magento.put('customers', '1', { firstname: 'Changed' });
  await run({ run: 'run-2' });
  expect(logs).toMatch(/the run starts/);
  expect(logs).not.toMatch(/example\.test|Given\d|Family\d|example-password|example-access|customer-\d/);
});
