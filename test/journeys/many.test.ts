/** Five thousand customers in one run, with Adobe's own sample customer among them. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { customerPairs } from '../builders/customer-pairs.ts';
import { sampleCustomer } from '../builders/sample-customer.ts';
import { contractsAvailable, vendorJson } from '../contracts/vendor-files.ts';
import { runNow } from './runs.ts';
import { magento, sage, seedSystems } from './systems.ts';
import { applyText, kubectl, manifests } from './world.ts';

const namespace = 'many';
const folder = 'examples/magento-to-sage300';
const generated = 5000;

beforeAll(async () => {
  await seedSystems();
  for (const customer of await magento.all('customers')) await magento.remove('customers', String(customer.id));
  const pairs = customerPairs(generated);
  await magento.seed('customers', [sampleCustomer, ...pairs.shop]);
  await sage.seed('ARCustomers', [
    { CustomerNumber: 'VCOSTELLO', CustomerName: 'Costello', Email: String(sampleCustomer.email) },
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
  it(`hold the sample of the vendor as it stands${contractsAvailable() ? '' : ' (not compared: ../shared/contracts is not there)'}`, () => {
    if (!contractsAvailable()) return;
    const answer = vendorJson('magento/fixtures/customers-search-response.json') as { items: unknown[] };
    expect(answer.items[0]).toEqual(sampleCustomer);
  });

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
