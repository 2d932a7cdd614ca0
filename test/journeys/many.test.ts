/** Five thousand customers in one run, with Adobe's own sample customer among them. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { customerPairs } from '../builders/customer-pairs.ts';
import { runNow } from './runs.ts';
import { type Entity, magento, sage, seedSystems } from './systems.ts';
import { applyText, kubectl, manifests } from './world.ts';

const namespace = 'many';
const folder = 'examples/magento-to-sage300';
const generated = 5000;

/** The first customer of contracts/magento/fixtures/customers-search-response.json, kept with the connector. */
const sample = (): Entity =>
  (
    JSON.parse(readFileSync('connectors/magento/fixtures/customers-search-response.json', 'utf8')) as {
      items: Entity[];
    }
  ).items[0] ?? {};

beforeAll(async () => {
  await seedSystems();
  for (const customer of await magento.all('customers')) await magento.remove('customers', String(customer.id));
  const pairs = customerPairs(generated);
  const veronica = sample();
  await magento.seed('customers', [veronica, ...pairs.shop]);
  await sage.seed('ARCustomers', [
    { CustomerNumber: 'VCOSTELLO', CustomerName: 'Costello', Email: String(veronica.email) },
    ...pairs.books,
  ]);
  const copy = manifests(folder, 'credentials.yaml', 'connections.yaml', 'lookup-tables.yaml', 'workflow.yaml');
  expect((await applyText(namespace, copy.replace(/ {2}schedule:.*\n/, ''))).stderr).toBe('');
  await kubectl(
    namespace,
    'wait',
    '--for=condition=Ready',
    '--timeout=90s',
    'connection,lookuptable,syncworkflow',
    '--all',
  );
});

describe('5,001 customers', () => {
  it('are updated in one run by a worker that stays below 256 MB', async () => {
    const ended = await runNow(namespace, 'customer-update', 400);
    expect(ended.status?.result).toBe('Succeeded');
    expect(ended.status?.counts).toMatchObject({
      read: generated + 1,
      updated: generated + 1,
      failed: 0,
      held: 0,
      skipped: 0,
    });
    const log = await kubectl(namespace, 'logs', `job/${ended.status?.jobRef?.name}`, '-c', 'worker');
    const peak = Number(/"peakMemoryMb":(\d+)/.exec(log)?.[1]);
    console.log(
      `worker with ${generated + 1} customers: ${ended.status?.durationSeconds} s, peak resident memory ${peak} MB`,
    );
    expect(peak).toBeGreaterThan(20);
    expect(peak).toBeLessThan(256);
  });

  it('have arrived, the sample of the vendor among them', async () => {
    const customers = await sage.all('ARCustomers');
    const veronica = customers.find(one => one.CustomerNumber === 'VCOSTELLO');
    expect(veronica).toMatchObject({
      CustomerName: 'Veronica Costello',
      GroupCode: 'RETAIL',
      TaxGroup: 'GSTON',
      PhoneNumber: '5552293326',
    });
    expect(customers.filter(one => String(one.CustomerNumber).startsWith('G') && one.GroupCode !== 'RETAIL')).toEqual(
      [],
    );
  });
});
