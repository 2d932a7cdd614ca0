import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LedgerServer, namespace, startLedgerServer } from '../../test/builders/ledger.ts';
import { openLedger } from './database.ts';

let server: LedgerServer;
beforeAll(async () => {
  server = await startLedgerServer();
}, 60_000);
afterAll(() => server.close());

describe('openLedger', () => {
  it('makes the tables once, however many workers start together', async () => {
    const { url, rows } = await server.createDatabase({ empty: true });
    const ledgers = await Promise.all([1, 2, 3].map(() => openLedger({ url, schema: namespace })));
    await Promise.all(ledgers.map(ledger => ledger.close()));
    const tables = await rows<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1 ORDER BY 1`,
      [namespace],
    );
    expect(tables.map(table => table.name)).toEqual([
      'connection',
      'intent',
      'lease',
      'link',
      'migration',
      'outbox',
      'record',
      'run',
      'run_record',
      'run_task',
      'watermark',
    ]);
  });
});
