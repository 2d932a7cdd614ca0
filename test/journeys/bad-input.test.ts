/** What users and systems get wrong: each mistake has a reason and a message, and loses nothing. */
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { K8s, kind } from 'kubernetes-fluent-client';
import { Connection, SyncWorkflow } from '../../client/kinds.ts';
import type { Condition } from '../../crds/conditions.ts';
import { condition, finished, run, runNow, startRun, workflow } from './runs.ts';
import { magento, sage, seedSystems } from './systems.ts';
import { applyText, eventually, kubectl, manifests, settled } from './world.ts';

const namespace = 'input';
const folder = 'examples/magento-to-sage300';
const workflowText = manifests(folder, 'workflow.yaml').replace(/ {2}schedule:.*\n/, '');

/** The example's workflow under another name, on demand, with some text replaced. */
function copy(name: string, ...replaced: [string, string][]): string {
  return replaced.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`the example has no "${from}"`);
      return text.replaceAll(from, to);
    },
    workflowText.replace('customer-update', name),
  );
}

async function apply(text: string): Promise<void> {
  expect((await applyText(namespace, text)).stderr).toBe('');
}

async function readyBecomes(
  of: typeof SyncWorkflow | typeof Connection,
  name: string,
  reason: string,
  seconds = 60,
): Promise<Condition> {
  return await eventually(
    `${name} Ready with reason ${reason}`,
    async () => {
      const found = condition(await K8s(of).InNamespace(namespace).Get(name), 'Ready');
      return found?.reason === reason ? found : null;
    },
    { seconds },
  );
}

async function exitCodes(runName: string): Promise<(number | undefined)[]> {
  const job = (await run(namespace, runName))?.status?.jobRef?.name ?? '';
  const pods = (await K8s(kind.Pod).InNamespace(namespace).WithLabel('batch.kubernetes.io/job-name', job).Get()).items;
  return pods.map(pod => pod.status?.containerStatuses?.[0]?.state?.terminated?.exitCode);
}

/** Touches a customer, so that the next run has something to read. */
async function touch(id: string): Promise<void> {
  await magento.put('customers', id, { middlename: `M${Date.now()}` });
  await settled();
}

beforeAll(async () => {
  await seedSystems();
  await apply(manifests(folder, 'credentials.yaml', 'connections.yaml', 'lookup-tables.yaml'));
  await kubectl(namespace, 'wait', '--for=condition=Ready', '--timeout=90s', 'connection,lookuptable', '--all');
});

afterEach(async () => {
  await magento.clearFaults();
  await sage.clearFaults();
});

describe('a definition that cannot work', () => {
  const rows: { name: string; text: string; reason: string; message: RegExp }[] = [
    {
      name: 'a mapping to a field that does not exist names the nearest one',
      text: copy('unknown-field', ['set: groupCode', 'set: groupcode']),
      reason: 'InvalidMapping',
      message: /'groupcode'.*'groupCode'/,
    },
    {
      name: 'an expression that does not compile',
      text: copy('bad-cel', ['{set: taxGroup, from: taxClass', '{set: taxGroup, expression: "record.taxClass +"']),
      reason: 'InvalidMapping',
      message: /taxGroup.*does not compile/,
    },
    {
      name: 'a mandatory lookup that is left out',
      text: copy('incomplete', ['        - {set: taxGroup, from: taxClass, lookup: {name: tax-groups}}\n', '']),
      reason: 'MappingIncomplete',
      message: /taxGroup/,
    },
    {
      name: 'a lookup table that is missing',
      text: copy('no-table', ['name: tax-groups', 'name: tax-group']),
      reason: 'LookupTableNotFound',
      message: /'tax-group'/,
    },
    {
      name: 'a connection that is missing',
      text: copy('no-connection', ['name: magento', 'name: shop']),
      reason: 'ConnectionNotFound',
      message: /'shop'/,
    },
    {
      name: 'a stream that the system does not have',
      text: copy('no-stream', ['{name: sage300}, stream: customers', '{name: sage300}, stream: customer']),
      reason: 'StreamNotFound',
      message: /'customer'.*'customers'/,
    },
    {
      name: 'a method that the destination cannot do',
      text: copy('no-create', ['method: Update', 'method: CreateAndUpdate']),
      reason: 'CapabilityMissing',
      message: /CreateAndUpdate/,
    },
    {
      name: 'a cron expression that is none',
      text: copy('bad-cron', ['spec:\n', 'spec:\n  schedule: "*/5 * * *"\n']),
      reason: 'InvalidSchedule',
      message: /\*\/5 \* \* \*/,
    },
    {
      name: 'a schedule that never fires',
      text: copy('never', ['spec:\n', 'spec:\n  schedule: "0 0 31 2 *"\n']),
      reason: 'InvalidSchedule',
      message: /never/,
    },
    {
      name: 'a time zone that is none',
      text: copy('bad-zone', ['spec:\n', 'spec:\n  timeZone: Europe/Lundon\n']),
      reason: 'InvalidTimeZone',
      message: /Europe\/Lundon/,
    },
  ];
  for (const row of rows) {
    it(row.name, async () => {
      await apply(row.text);
      const name = /metadata: \{name: ([a-z-]+)\}/.exec(row.text)?.[1] ?? '';
      const ready = await readyBecomes(SyncWorkflow, name, row.reason);
      expect(ready.status).toBe('False');
      expect(ready.message).toMatch(row.message);
      await kubectl(namespace, 'delete', 'syncworkflow', name);
    });
  }

  it('heals by itself when the missing lookup table comes', async () => {
    await apply(copy('waits-for-table', ['name: tax-groups', 'name: late-table']));
    await readyBecomes(SyncWorkflow, 'waits-for-table', 'LookupTableNotFound');
    await apply(manifests(folder, 'lookup-tables.yaml').replace('name: tax-groups', 'name: late-table'));
    expect((await readyBecomes(SyncWorkflow, 'waits-for-table', 'Reconciled')).status).toBe('True');
  });

  it('an unknown field in a manifest is refused at apply', async () => {
    const refused = await applyText(namespace, copy('typo', ['method: Update', 'methd: Update']));
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('methd');
  });

  it('a connection with two systems is refused at apply', async () => {
    const text = manifests(folder, 'connections.yaml').replace(
      'spec:\n  magento:',
      'spec:\n  sage300: {url: "https://sage.example.com", company: SAMLTD}\n  magento:',
    );
    const refused = await applyText(namespace, text.split('---')[0]?.replace('name: magento}', 'name: two}') ?? '');
    expect(refused.stderr).toContain('must have exactly one of `magento`, `sage300`');
  });

  it('a name that is too long is refused with its limit', async () => {
    const refused = await applyText(namespace, copy('x'.repeat(41)));
    expect(refused.stderr).toContain('at most 40 characters');
  });
});

describe('a broken change of a running workflow', () => {
  it('leaves the old revision running and says why', async () => {
    await apply(copy('changed'));
    await readyBecomes(SyncWorkflow, 'changed', 'Reconciled');
    const revision = (await workflow(namespace, 'changed')).status?.publishedRevision;
    await apply(copy('changed', ['set: groupCode', 'set: groupCod']));
    expect((await readyBecomes(SyncWorkflow, 'changed', 'InvalidMapping')).status).toBe('False');
    expect((await workflow(namespace, 'changed')).status?.publishedRevision).toBe(revision);
    const ended = await runNow(namespace, 'changed');
    expect(ended.status?.revision).toBe(revision);
    expect(ended.status?.counts?.read).toBe(22);
  });
});

describe('credentials', () => {
  const secret = (name: string, lines: string) =>
    `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}}\nstringData:\n${lines}`;
  const connection = (name: string) =>
    `apiVersion: supercargo.dev/v1alpha1\nkind: Connection\nmetadata: {name: ${name}}\nspec:\n  magento: {url: "https://shop.example.com"}\n  credentialsSecretRef: {name: ${name}}\n`;
  const good =
    '  consumerKey: "example-consumer-key"\n  consumerSecret: "example-consumer-secret"\n  accessToken: "example-access-token"\n  accessTokenSecret: "example-access-token-secret"\n  allowedHosts: "shop.example.com"\n';

  it('that are missing are named, and a run goes on when they come', async () => {
    await apply(connection('late'));
    expect((await readyBecomes(Connection, 'late', 'SecretNotFound')).message).toContain("'late'");
    await apply(copy('late', ['from: {connectionRef: {name: magento}', 'from: {connectionRef: {name: late}']));
    await eventually('a published revision', async () => (await workflow(namespace, 'late')).status?.publishedRevision);
    const name = await startRun(namespace, 'late');
    const waiting = await eventually('the run says why it does not start', async () => {
      const found = condition(await run(namespace, name), 'Succeeded');
      return found?.reason === 'SecretNotFound' ? found : null;
    });
    expect(waiting.status).toBe('Unknown');
    await apply(secret('late', good));
    expect((await finished(namespace, name, 120)).status?.counts?.read).toBe(22);
    await readyBecomes(Connection, 'late', 'Reconciled', 120);
  });

  it('that lack a key end the run at once, naming the key', async () => {
    await apply(secret('keyless', good.replace(/ {2}accessToken:.*\n/, '')));
    await apply(connection('keyless'));
    expect((await readyBecomes(Connection, 'keyless', 'SecretKeyMissing')).message).toMatch(/accessToken/);
    await apply(copy('keyless', ['from: {connectionRef: {name: magento}', 'from: {connectionRef: {name: keyless}']));
    await eventually(
      'a published revision',
      async () => (await workflow(namespace, 'keyless')).status?.publishedRevision,
    );
    const ended = await runNow(namespace, 'keyless');
    expect(condition(ended, 'Succeeded')).toMatchObject({ status: 'False', reason: 'SecretKeyMissing' });
    expect(condition(ended, 'Succeeded')?.message).toMatch(/accessToken/);
    expect(await exitCodes(ended.metadata?.name ?? '')).toEqual([20]);
  });

  it('that are refused end the run at once and make the connection say so', async () => {
    await apply(secret('refused', good.replace('"example-access-token-secret"', '"something-else"')));
    await apply(connection('refused'));
    await readyBecomes(Connection, 'refused', 'CredentialsRefused');
    expect(condition(await K8s(Connection).InNamespace(namespace).Get('refused'), 'CredentialsValid')?.status).toBe(
      'False',
    );
    await apply(copy('refused', ['from: {connectionRef: {name: magento}', 'from: {connectionRef: {name: refused}']));
    await eventually(
      'a published revision',
      async () => (await workflow(namespace, 'refused')).status?.publishedRevision,
    );
    const ended = await runNow(namespace, 'refused');
    expect(condition(ended, 'Succeeded')).toMatchObject({ status: 'False', reason: 'CredentialsRefused' });
    expect(await exitCodes(ended.metadata?.name ?? '')).toEqual([21]);
  });

  it('for a host that the Secret does not allow are not sent', async () => {
    await apply(
      secret('elsewhere', good.replace('allowedHosts: "shop.example.com"', 'allowedHosts: "other.example.com"')),
    );
    await apply(connection('elsewhere'));
    expect((await readyBecomes(Connection, 'elsewhere', 'HostNotAllowed')).message).toMatch(/allowedHosts/);
  });
});

describe('a system in trouble', () => {
  beforeAll(async () => {
    await apply(copy('troubled'));
    await readyBecomes(SyncWorkflow, 'troubled', 'Reconciled');
  });

  const troubles = [
    { name: 'that is down', fault: { match: { path: '.*' }, times: 1000, do: 'reset-before' } },
    { name: 'that answers HTML', fault: { match: { path: '.*' }, times: 1000, do: 'html' } },
  ];
  for (const trouble of troubles) {
    it(`${trouble.name} makes the worker end with 30, and the run is tried again until it works`, async () => {
      await touch('1');
      const before = (await workflow(namespace, 'troubled')).status?.tasks?.[0]?.lastImportTime;
      await magento.fault(trouble.fault);
      const name = await startRun(namespace, 'troubled');
      await eventually('a worker that ended with 30', async () => (await exitCodes(name)).includes(30), {
        seconds: 90,
      });
      expect((await workflow(namespace, 'troubled')).status?.tasks?.[0]?.lastImportTime).toBe(before);
      await magento.clearFaults();
      const ended = await finished(namespace, name, 120);
      expect(['Succeeded', 'Partial']).toContain(ended.status?.result);
      expect(ended.status?.counts?.pending).toBe(0);
    });
  }
});

describe('a record that cannot go', () => {
  beforeAll(async () => {
    await seedSystems();
    // a connection of its own: links belong to a pair of connections, and those of the tests above would make all but four Unchanged
    await apply(
      (manifests(folder, 'connections.yaml').split('---')[0] ?? '').replace('{name: magento}', '{name: untouched}'),
    );
    await apply(copy('records', ['from: {connectionRef: {name: magento}', 'from: {connectionRef: {name: untouched}']));
    await readyBecomes(SyncWorkflow, 'records', 'Reconciled');
  });

  it('fails alone for a lookup without an entry, is held where two match, fails where Sage has none', async () => {
    const customers = await magento.all('customers');
    const twice = customers.find(one => one.id === 2);
    await magento.put('customers', '1', { group_id: 3 });
    await settled();
    await sage.seed('ARCustomers', [
      { CustomerNumber: 'TWICE', CustomerName: 'Somebody else', Email: String(twice?.email), GroupCode: 'RETAIL' },
    ]);
    const ended = await runNow(namespace, 'records');
    expect(ended.status?.result).toBe('Partial');
    expect(ended.status?.counts).toMatchObject({ read: 22, failed: 3, held: 1, updated: 18 });
    expect(ended.status?.tasks?.[0]?.reasons).toMatchObject({
      MissingLookup: 1,
      DestinationMissing: 2,
      AmbiguousMatch: 1,
    });
    expect(ended.status?.failures).toContainEqual(
      expect.objectContaining({ key: '1', code: 'MissingLookup', field: 'groupCode' }),
    );
    const twins = (await sage.all('ARCustomers')).filter(one => one.Email === twice?.email);
    expect(twins.map(one => one.CustomerName)).toContain('Somebody else');
    const after = await workflow(namespace, 'records');
    expect(after.status?.held?.count).toBe(1);
    expect(after.status?.openFailures).toBe(3);
  });
});
