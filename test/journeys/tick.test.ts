/** A change in the shop arrives by the schedule, with nobody doing anything. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { condition, runs, workflow } from './runs.ts';
import { magento, sage, seedSystems } from './systems.ts';
import { applyText, eventually, kubectl, manifests } from './world.ts';

const namespace = 'tick';
const folder = 'examples/magento-to-sage300';

beforeAll(async () => {
  await seedSystems();
  const copy = manifests(folder, 'credentials.yaml', 'connections.yaml', 'lookup-tables.yaml', 'workflow.yaml');
  const everyMinute = copy
    .replace('"*/5 * * * *"', '"* * * * *"')
    // without the overlap, so that a tick after a change is a quiet one
    .replace(
      '{connectionRef: {name: magento}, stream: customers}',
      '{connectionRef: {name: magento}, stream: customers, overlapSeconds: 0}',
    );
  expect((await applyText(namespace, everyMinute)).stderr).toBe('');
});

afterAll(async () => {
  await kubectl(namespace, 'delete', 'syncworkflow', '--all', '--wait=true');
});

const lastImport = async () => (await workflow(namespace, 'customer-update')).status?.tasks?.[0]?.lastImportTime;

describe('a schedule', () => {
  it('reads everything at its first tick and keeps the run as a SyncRun', async () => {
    await eventually('the first import', lastImport, { seconds: 150, everyMs: 1000 });
    const kept = await eventually('the adopted run', async () =>
      (await runs(namespace)).find(one => one.spec.adoptedJob !== undefined && one.status?.result !== undefined),
    );
    expect(kept.status).toMatchObject({ trigger: 'Schedule', result: 'Partial' });
    expect(kept.status?.counts?.read).toBe(22);
    expect(kept.status?.scheduledTime).toMatch(/:00(\.000)?Z$/);
  });

  it('brings a change of the shop to Sage', async () => {
    const [customer] = (await magento.all('customers')).filter(one => one.id === 1);
    await magento.put('customers', '1', { firstname: 'Amalia', lastname: 'Hartwell-Ross' });
    const arrived = await eventually(
      'the change in Sage',
      async () =>
        (await sage.all('ARCustomers')).find(
          one =>
            String(one.Email).toLowerCase() === customer?.email && String(one.ContactName).includes('Hartwell-Ross'),
        ),
      { seconds: 150, everyMs: 1000 },
    );
    expect(arrived.ContactName).toContain('Amalia');
  });

  it('moves the last import time also on a quiet tick, which leaves no SyncRun', async () => {
    await kubectl(
      namespace,
      'wait',
      '--for=condition=LastRunSucceeded',
      '--timeout=150s',
      'syncworkflow/customer-update',
    );
    const before = await lastImport();
    const kept = (await runs(namespace)).length;
    await eventually('the last import time moves', async () => (await lastImport()) !== before, {
      seconds: 150,
      everyMs: 1000,
    });
    const after = await workflow(namespace, 'customer-update');
    expect(condition(after, 'LastRunSucceeded')?.status).toBe('True');
    expect(after.status?.lastSuccessTime).toBeDefined();
    expect(after.status?.tasks?.[0]?.counts?.read).toBe(0);
    expect(await runs(namespace)).toHaveLength(kept);
  });
});
