/** The example, applied unchanged: from `kubectl apply` to the status. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { K8s, kind } from 'kubernetes-fluent-client';
import { condition, finished, run, workflow } from './runs.ts';
import { magento, sage, seedSystems, writesToSage } from './systems.ts';
import { eventually, farFromTick, kubectl } from './world.ts';

const namespace = 'example';
const folder = 'examples/magento-to-sage300';

beforeAll(async () => {
  await farFromTick(300, 120);
  await seedSystems();
  await kubectl(namespace, 'apply', '-f', folder);
});

describe('examples/magento-to-sage300', () => {
  it('becomes Ready as kubectl wait sees it, on every long-living kind', async () => {
    await kubectl(
      namespace,
      'wait',
      '--for=condition=Ready',
      '--timeout=90s',
      'connection,lookuptable,syncworkflow',
      '--all',
    );
    const table = await kubectl(namespace, 'get', 'supercargo');
    for (const name of ['magento', 'sage300', 'customer-groups', 'tax-groups', 'customer-update']) {
      expect(table).toMatch(new RegExp(`/${name}\\s+True`));
    }
  });

  it('says that both systems answered and took the credentials', async () => {
    for (const name of ['magento', 'sage300']) {
      await kubectl(
        namespace,
        'wait',
        '--for=condition=Reachable',
        '--for=condition=CredentialsValid',
        '--timeout=60s',
        `connection/${name}`,
      );
    }
  });

  it('makes a CronJob with every setting of the conventions', async () => {
    const cronJob = await K8s(kind.CronJob).InNamespace(namespace).Get('customer-update');
    const spec = cronJob.spec;
    expect(spec).toMatchObject({
      schedule: '*/5 * * * *',
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      suspend: false,
      startingDeadlineSeconds: 300,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
    });
    expect(spec?.jobTemplate.spec?.ttlSecondsAfterFinished).toBeUndefined();
    expectJobSettings(spec?.jobTemplate.spec);
  });

  let first = '';

  it('succeeds for the customers Sage has and says which it has not', async () => {
    const before = await magento.journal();
    expect(before.length).toBeGreaterThan(0); // the probe
    const created = await kubectl(namespace, 'create', '-f', `${folder}/runs/now.yaml`, '-o', 'name');
    first = created.trim().split('/')[1] ?? '';
    const ended = await finished(namespace, first);
    expect(ended.status?.counts).toEqual({
      read: 22,
      created: 0,
      updated: 20,
      skipped: 0,
      staged: 0,
      held: 0,
      failed: 2,
      pending: 0,
    });
    expect(ended.status?.result).toBe('Partial');
    expect(condition(ended, 'Succeeded')).toMatchObject({ status: 'False', reason: 'RecordsFailed' });
    expect(ended.status?.failures).toHaveLength(2);
    for (const failure of ended.status?.failures ?? []) expect(failure.code).toBe('DestinationMissing');
  });

  it('runs in a Job with every setting of the conventions', async () => {
    const jobName = (await run(namespace, first))?.status?.jobRef?.name ?? '';
    const job = await K8s(kind.Job).InNamespace(namespace).Get(jobName);
    expect(job.spec?.ttlSecondsAfterFinished).toBe(86_400);
    expectJobSettings(job.spec);
  });

  it('leaves in Sage what the mapping says', async () => {
    const customers = await magento.all('customers');
    const inSage = new Map((await sage.all('ARCustomers')).map(entity => [String(entity.Email).toLowerCase(), entity]));
    const groups: Record<string, string> = { 1: 'RETAIL', 2: 'WHOL' };
    let compared = 0;
    for (const customer of customers) {
      const counterpart = inSage.get(String(customer.email).toLowerCase());
      if (counterpart === undefined) continue;
      const addresses = customer.addresses as { default_billing?: boolean; company?: string; telephone?: string }[];
      const billing = addresses.find(address => address.default_billing);
      expect(counterpart.GroupCode).toBe(groups[String(customer.group_id)]);
      expect(counterpart.TaxGroup).toBe('GSTON');
      expect(counterpart.CustomerName).toBe(billing?.company ?? `${customer.firstname} ${customer.lastname}`);
      expect(counterpart.PhoneNumber).toBe((billing?.telephone ?? '').replace(/\D/g, ''));
      compared += 1;
    }
    expect(compared).toBe(20);
  });

  it('tells the workflow: counts, last import time, open failures, and no success yet', async () => {
    const after = await workflow(namespace, 'customer-update');
    expect(after.status?.tasks?.[0]?.counts?.read).toBe(22);
    expect(Date.parse(after.status?.tasks?.[0]?.lastImportTime ?? '')).toBeGreaterThan(Date.now() - 120_000);
    expect(after.status?.openFailures).toBe(2);
    expect(after.status?.lastSuccessTime).toBeUndefined();
    expect(condition(after, 'Ready')?.status).toBe('True');
    expect(condition(after, 'LastRunSucceeded')?.status).toBe('False');
    expect(condition(after, 'OpenFailures')?.status).toBe('True');
    expect(Date.parse(after.status?.nextScheduleTime ?? '')).toBeGreaterThan(Date.now());
  });

  it('makes no write to Sage in a second run, and that one succeeds', async () => {
    const last = (await sage.journal()).at(-1)?.n ?? 0;
    const created = await kubectl(namespace, 'create', '-f', `${folder}/runs/now.yaml`, '-o', 'name');
    const name = created.trim().split('/')[1] ?? '';
    await kubectl(namespace, 'wait', '--for=condition=Succeeded', '--timeout=90s', `syncrun/${name}`);
    expect(await writesToSage(last)).toEqual([]);
    const after = await eventually('last success', async () => {
      const found = await workflow(namespace, 'customer-update');
      return found.status?.lastSuccessTime === undefined ? null : found;
    });
    expect(condition(after, 'LastRunSucceeded')?.status).toBe('True');
    expect(after.status?.openFailures).toBe(2); // what failed in the first run is still open
  });

  it('does not change what the user applied', async () => {
    const difference = await kubectl(namespace, 'diff', '-f', folder);
    expect(difference).toBe('');
  });

  it('is the text of the design, so that no line a user writes was added', () => {
    const lines = readFileSync(`${folder}/workflow.yaml`, 'utf8')
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'));
    expect(lines).toHaveLength(13);
  });
});

/** Section 5 of the operator conventions as the design amends it. */
function expectJobSettings(spec: unknown): void {
  expect(spec).toMatchObject({
    backoffLimit: 2,
    completions: 1,
    parallelism: 1,
    podReplacementPolicy: 'Failed',
    podFailurePolicy: {
      rules: expect.arrayContaining([
        expect.objectContaining({ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }),
        expect.objectContaining({
          action: 'FailJob',
          onExitCodes: expect.objectContaining({ operator: 'In', values: [20, 21] }),
        }),
        expect.objectContaining({
          action: 'Ignore',
          onExitCodes: expect.objectContaining({ operator: 'In', values: [143] }),
        }),
      ]),
    },
    template: {
      spec: {
        restartPolicy: 'Never',
        serviceAccountName: 'supercargo-worker',
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        terminationGracePeriodSeconds: 60,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'worker',
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
            imagePullPolicy: 'IfNotPresent',
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
            resources: { limits: { memory: '256Mi' } },
          },
        ],
      },
    },
  });
  expect((spec as { activeDeadlineSeconds: number }).activeDeadlineSeconds).toBeGreaterThanOrEqual(3600);
}
