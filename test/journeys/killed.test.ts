/** Whoever is ended by force, the end is the same: nothing lost, nothing doubled, every status true. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { K8s, kind } from 'kubernetes-fluent-client';
import { customerPairs } from '../builders/customer-pairs.ts';
import { condition, finished, runNow, startRun, workflow } from './runs.ts';
import { type Entity, magento, sage, seedSystems, writesToSage } from './systems.ts';
import { applyText, eventually, kubectl, manifests, sandbox } from './world.ts';

const namespace = 'killed';
const folder = 'examples/magento-to-sage300';
const count = 400;

/** The process of a container, as the process node names it. */
async function processOf(inNamespace: string, selector: string, container: string): Promise<number | null> {
  const list = JSON.parse(await kubectl(inNamespace, 'get', 'pods', '-l', selector, '-o', 'json')) as {
    items: kind.Pod[];
  };
  for (const pod of list.items) {
    const status = pod.status?.containerStatuses?.find(one => one.name === container);
    if (status?.state?.running !== undefined) return Number(status.containerID?.replace('process://', ''));
  }
  return null;
}

const operatorProcess = () => processOf(sandbox.namespace, 'app.kubernetes.io/name=supercargo', 'operator');

async function killOperator(): Promise<void> {
  const pid = await eventually('a running operator', operatorProcess);
  process.kill(pid, 'SIGKILL');
  await eventually('another operator', async () => ((await operatorProcess()) ?? pid) !== pid, { seconds: 90 });
}

/** What the books hold of the generated customers: number, name, telephone. */
async function books(): Promise<Entity[]> {
  return (await sage.all('ARCustomers'))
    .map(one => ({
      number: one.CustomerNumber,
      name: one.CustomerName,
      phone: one.PhoneNumber,
      group: one.GroupCode,
    }))
    .sort((a, b) => (String(a.number) < String(b.number) ? -1 : 1));
}

async function fresh(): Promise<void> {
  await seedSystems();
  for (const customer of await magento.all('customers')) await magento.remove('customers', String(customer.id));
  const pairs = customerPairs(count);
  await magento.seed('customers', pairs.shop);
  await sage.seed('ARCustomers', pairs.books);
  await sage.limits({ latencyMs: 30 });
}

const definition = (name: string) =>
  manifests(folder, 'workflow.yaml')
    .replace(/ {2}schedule:.*\n/, '')
    .replace('customer-update', name)
    .replace('{name: magento}', `{name: magento-${name}}`);

/** A connection of its own, so that links of another test do not make it known. */
const connection = (name: string) =>
  (manifests(folder, 'connections.yaml').split('---')[0] ?? '').replace(
    'metadata: {name: magento}',
    `metadata: {name: magento-${name}}`,
  );

async function define(name: string): Promise<void> {
  expect((await applyText(namespace, `${connection(name)}\n---\n${definition(name)}`)).stderr).toBe('');
  await kubectl(
    namespace,
    'wait',
    '--for=condition=Ready',
    '--timeout=90s',
    `connection/magento-${name}`,
    `syncworkflow/${name}`,
  );
}

let reference: Entity[] = [];

beforeAll(async () => {
  await fresh();
  const shared = manifests(folder, 'credentials.yaml', 'connections.yaml', 'lookup-tables.yaml');
  expect((await applyText(namespace, shared)).stderr).toBe('');
  await define('undisturbed');
  const ended = await runNow(namespace, 'undisturbed', 120);
  expect(ended.status).toMatchObject({ result: 'Succeeded', counts: { updated: count } });
  reference = await books();
});

describe('kill -9', () => {
  it('of the worker in the middle of a run changes nothing about its end', async () => {
    await fresh();
    await define('worker-killed');
    const name = await startRun(namespace, 'worker-killed');
    await eventually('some writes', async () => (await writesToSage()).length > 40, { everyMs: 50 });
    const job = await eventually('the Job', async () => (await jobOf(name)) ?? null);
    const pid = await eventually(
      'the worker',
      async () => await processOf(namespace, `batch.kubernetes.io/job-name=${job}`, 'worker'),
      { everyMs: 50 },
    );
    process.kill(pid, 'SIGKILL');
    const ended = await finished(namespace, name, 180);
    expect(await exitCodesOf(job)).toEqual([0, 137]);
    expect(ended.status).toMatchObject({ result: 'Succeeded', attempt: 2 });
    await expectReferenceState('worker-killed', ended.status?.counts);
  });

  it('of the operator at any moment of a run changes nothing about its end', async () => {
    await fresh();
    await define('operator-killed');
    const name = await startRun(namespace, 'operator-killed');
    await killOperator(); // before or while the Job is made
    await eventually('some writes', async () => (await writesToSage()).length > 10, { seconds: 90, everyMs: 50 });
    await killOperator(); // while the worker is at work, and likely while it ends
    const ended = await finished(namespace, name, 180);
    expect(ended.status?.result).toBe('Succeeded');
    const jobs = await K8s(kind.Job)
      .InNamespace(namespace)
      .WithLabel('supercargo.dev/workflow', 'operator-killed')
      .Get();
    expect(jobs.items).toHaveLength(1);
    await expectReferenceState('operator-killed', ended.status?.counts);
  });

  it('of the operator while a workflow is being set up leaves one of everything', async () => {
    const text = definition('set-up').replace('magento-set-up', 'magento');
    const applied = applyText(namespace, text);
    await killOperator();
    await applied;
    await kubectl(namespace, 'wait', '--for=condition=Ready', '--timeout=90s', 'syncworkflow/set-up');
    const configMaps = await kubectl(namespace, 'get', 'configmaps', '-o', 'name');
    expect(configMaps.match(/configmap\/set-up-[0-9a-f]{10}\n/g)).toHaveLength(1);
  });
});

/** How each pod's worker ended, in ascending order. */
async function exitCodesOf(job: string): Promise<number[]> {
  const pods = await K8s(kind.Pod).InNamespace(namespace).WithLabel('batch.kubernetes.io/job-name', job).Get();
  return pods.items
    .flatMap(pod => pod.status?.containerStatuses?.[0]?.state?.terminated?.exitCode ?? [])
    .sort((a, b) => a - b);
}

async function jobOf(runName: string): Promise<string | undefined> {
  const found = JSON.parse(await kubectl(namespace, 'get', 'syncrun', runName, '-o', 'json')) as {
    status?: { jobRef?: { name: string } };
  };
  return found.status?.jobRef?.name;
}

async function expectReferenceState(name: string, counts: unknown): Promise<void> {
  expect(counts).toMatchObject({ read: count, failed: 0, held: 0, pending: 0 });
  expect(await books()).toEqual(reference);
  const last = (await sage.journal()).at(-1)?.n ?? 0;
  const again = await runNow(namespace, name, 120);
  expect(again.status?.result).toBe('Succeeded');
  expect(await writesToSage(last)).toEqual([]);
  const after = await eventually('the workflow takes the last run in', async () => {
    const found = await workflow(namespace, name);
    return found.status?.activeRunRef === undefined ? found : null;
  });
  expect(after.status?.lastRunRef?.name).toBe(again.metadata?.name);
  expect(condition(after, 'Ready')?.status).toBe('True');
  expect(condition(after, 'LastRunSucceeded')?.status).toBe('True');
  expect(after.status?.openFailures).toBe(0);
}
