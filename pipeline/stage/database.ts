/** The door to the ledger: transactions in the namespace's schema, its migrations, and errors that say whose fault they are. */
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { errorCode } from '../error-code.ts';

/** The database does not answer, or refuses us. Nothing was committed, or it is not known whether it was. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}

/** One statement inside a transaction. Unqualified names are those of the namespace's schema. */
export type Sql = <Row = Record<string, unknown>>(text: string, values?: unknown[]) => Promise<Row[]>;

export interface Ledger {
  /** All or nothing. Repeat only what is safe to repeat: after LedgerUnavailable the commit may have happened. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface LedgerOptions {
  url: string;
  /** Name of the schema: the namespace. */
  schema: string;
  /** The server ends a transaction in which nothing was asked for so long: a paused process must not keep others waiting. */
  idleSeconds?: number;
}

const connections = 4;
const connectTimeoutMs = 10_000;
const statementTimeoutMs = 120_000;
const idleSecondsInTransaction = 30;

/** Opens the ledger and brings its tables up to date. */
export async function openLedger({
  url,
  schema,
  idleSeconds = idleSecondsInTransaction,
}: LedgerOptions): Promise<Ledger> {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: statementTimeoutMs,
    application_name: 'supercargo',
  });
  // A connection that breaks, idle or lent out: the next statement meets the fault and reports it.
  pool.on('error', () => undefined);
  pool.on('connect', client => client.on('error', () => undefined));
  // SET LOCAL: correct behind a pooler that hands out connections by transaction, too.
  const begin =
    `BEGIN; SET LOCAL search_path TO ${pg.escapeIdentifier(schema)}; ` +
    `SET LOCAL idle_in_transaction_session_timeout = '${idleSeconds}s'`;
  const ledger: Ledger = {
    transaction: work => transaction(pool, begin, work),
    close: () => pool.end(),
  };
  try {
    await migrate(ledger, schema);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return ledger;
}

async function transaction<T>(pool: pg.Pool, begin: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch(error => {
    throw unavailable(error);
  });
  const sql: Sql = async <Row>(text: string, values?: unknown[]) => {
    try {
      return (await client.query(text, values)).rows as Row[];
    } catch (error) {
      throw isUnavailable(error) ? unavailable(error) : error;
    }
  };
  let broken: Error | undefined;
  try {
    await sql(begin);
    const result = await work(sql);
    await sql('COMMIT');
    return result;
  } catch (error) {
    broken = await sql('ROLLBACK').then(
      () => undefined,
      (fault: Error) => fault,
    );
    throw error;
  } finally {
    client.release(broken);
  }
}

/** The ledger's clock: the only one that rows are written by. */
export async function ledgerTime(sql: Sql): Promise<Date> {
  const [row] = await sql<{ now: Date }>('SELECT ledger_now() AS now');
  return row?.now ?? new Date(0);
}

const migrations = new URL('./migrations/', import.meta.url);

/** Runs the numbered files that have not run yet, one process at a time. */
async function migrate(ledger: Ledger, schema: string): Promise<void> {
  const files = (await readdir(migrations)).filter(file => file.endsWith('.sql')).sort();
  await ledger.transaction(async sql => {
    await sql('SELECT pg_advisory_xact_lock(hashtext($1))', [`supercargo ${schema}`]);
    // A login that may not create schemas is fine where the schema is there already.
    const [there] = await sql('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
    if (there === undefined) await sql(`CREATE SCHEMA ${pg.escapeIdentifier(schema)}`);
    await sql(
      'CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, ran_at timestamptz NOT NULL DEFAULT now())',
    );
    const ran = new Set((await sql<{ name: string }>('SELECT name FROM migration')).map(row => row.name));
    for (const file of files.filter(name => !ran.has(name))) {
      await sql(await readFile(new URL(file, migrations), 'utf8'));
      await sql('INSERT INTO migration (name) VALUES ($1)', [file]);
    }
  });
}

/** Classes of SQLSTATE that are about the server, our access to it, or others at work there: not about a statement. */
const unavailableClasses = new Set(['08', '28', '3D', '40', '53', '57', '58']);

/** Errors that the server sent have a severity; what else comes from pg is about the connection, unless we called it wrongly. */
function isUnavailable(error: unknown): boolean {
  const code = errorCode(error);
  if (typeof error !== 'object' || error === null || !('severity' in error)) {
    return !(error instanceof TypeError) && code?.startsWith('ERR_') !== true;
  }
  return error.severity === 'FATAL' || unavailableClasses.has(code?.slice(0, 2) ?? '');
}

function unavailable(error: unknown): LedgerUnavailable {
  return new LedgerUnavailable(
    `the ledger does not answer (${errorCode(error) ?? 'no connection'}); the run goes on where it was as soon as it does: check the database and the Secret supercargo-ledger`,
    { cause: error },
  );
}
