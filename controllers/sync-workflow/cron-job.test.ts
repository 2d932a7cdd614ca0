import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { syncWorkflow } from '../../crds/sync-workflow.ts';
import { aConnection, aPublishedTable, aSage, aWorkflow } from '../../test/builders/resources.ts';
import type { CronJob } from '../resources.ts';
import { timingOf, toCronJob } from './cron-job.ts';
import { planIn, toRevision } from './plan.ts';
import { inputsOf } from './settings.ts';

const worker = { image: 'supercargo:test', pullPolicy: 'IfNotPresent' } as const;

/** As the controller makes it, from a workflow and what it refers to. */
function cronJobOf(spec: Record<string, unknown> = {}): CronJob {
  const workflow = aWorkflow(spec);
  const plan = planIn(toRevision(workflow));
  const inputs =
    plan &&
    inputsOf(plan, {
      connections: new Map([
        ['magento', aConnection('magento', { caBundleRef: { name: 'shop-ca' } })],
        ['sage300', aSage()],
      ]),
      tables: new Map([
        ['customer-groups', aPublishedTable('customer-groups', 'aaaaaaaaaa')],
        ['tax-groups', aPublishedTable('tax-groups', 'bbbbbbbbbb')],
      ]),
      settings: undefined,
      cronJob: undefined,
    });
  if (plan === null || inputs === null) throw new Error('the example has no plan');
  return toCronJob(workflow, plan, { inputs, timing: timingOf(workflow.spec), worker });
}

const podOf = (cronJob: CronJob) => cronJob.spec.jobTemplate.spec?.template.spec;

describe('toCronJob', () => {
  it('is the one a reviewer has seen', () => expect(cronJobOf()).toMatchSnapshot());

  const schedules: [given: Record<string, unknown>, wanted: object][] = [
    [{ schedule: '* * * * *' }, { startingDeadlineSeconds: 120 }],
    [{ schedule: '*/5 * * * *' }, { startingDeadlineSeconds: 300 }],
    [{ schedule: '0 4 * * *' }, { startingDeadlineSeconds: 600 }],
    [{ schedule: undefined }, { schedule: '0 0 1 1 *', suspend: true, timeZone: 'Etc/UTC' }],
    [{ suspend: true }, { schedule: '*/5 * * * *', suspend: true }],
    [{ timeZone: 'Europe/London' }, { timeZone: 'Europe/London', suspend: false }],
  ];
  for (const [given, wanted] of schedules) {
    it(`turns ${JSON.stringify(given)} into ${JSON.stringify(wanted)}`, () =>
      expect(cronJobOf(given).spec).toMatchObject(wanted));
  }

  const classes = [
    ['Small', '256Mi'],
    ['Medium', '512Mi'],
    ['Large', '1Gi'],
  ];
  for (const [resourceClass, memory] of classes) {
    it(`gives the class ${resourceClass} ${memory}, and no limit of CPU`, () => {
      const resources = podOf(cronJobOf({ resourceClass }))?.containers[0]?.resources;
      expect(resources?.limits).toEqual({ memory });
    });
  }

  it('gives the worker a little longer than the run has, to end by itself', () => {
    expect(cronJobOf({ runDeadlineSeconds: 600 }).spec.jobTemplate.spec?.activeDeadlineSeconds).toBe(660);
  });

  it('lets nothing that a user writes into the pod but its class and names of objects', () => {
    const text = fc.string({ minLength: 1, maxLength: 30 }).map(written => `CANARY${written}`);
    const spec = fc.record({
      schedule: fc.option(fc.constantFrom('* * * * *', '0 4 * * 1'), { nil: undefined }),
      timeZone: fc.constantFrom('Etc/UTC', 'Europe/London'),
      suspend: fc.boolean(),
      runDeadlineSeconds: fc.integer({ min: 60, max: 86_400 }),
      resourceClass: fc.constantFrom('Small', 'Medium', 'Large'),
      tasks: fc.array(
        fc.record({
          name: fc.constantFrom('customers', 'more', 'again'),
          from: fc.record({
            connectionRef: fc.constant({ name: 'magento' }),
            stream: fc.constantFrom('customers', 'orders'),
            overlapSeconds: fc.integer({ min: 0, max: 86_400 }),
          }),
          to: fc.record({ connectionRef: fc.constant({ name: 'sage300' }), stream: fc.constant('customers') }),
          method: fc.constantFrom('None', 'Update', 'Create', 'CreateAndUpdate'),
          onMissing: fc.constantFrom('Fail', 'Skip'),
          match: fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
          mapping: fc.array(fc.record({ set: text, constant: text, default: text }), { maxLength: 5 }),
        }),
        { minLength: 1, maxLength: 7 },
      ),
    });
    const { volumes: _, ...pod } = podOf(cronJobOf()) ?? {};
    fc.assert(
      fc.property(spec, written => {
        const made = cronJobOf({ ...written, tasks: [...written.tasks, aWorkflow().spec.tasks[0]] });
        expect(JSON.stringify(made)).not.toContain('CANARY');
        const { volumes, ...rest } = podOf(made) ?? {};
        expect(volumes?.find(volume => volume.name === 'plan')?.configMap?.name).toMatch(
          /^customer-update-[0-9a-f]{10}$/,
        );
        expect(withoutClass(rest)).toEqual(withoutClass(pod));
      }),
      { numRuns: 100 },
    );
    expect(syncWorkflow.spec.shape.resourceClass.safeParse('CANARY').success).toBe(false);
  });
});

/** The pod without the two values that follow from the class. */
function withoutClass(pod: object): unknown {
  return JSON.parse(
    JSON.stringify(pod, (key, value) => (key === 'memory' ? 'M' : value)).replace(/--max-old-space-size=\d+/, ''),
  );
}
