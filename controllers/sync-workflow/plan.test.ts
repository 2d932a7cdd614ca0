import { describe, expect, it } from '@jest/globals';
import { aConfigMap, aTask, aWorkflow } from '../../test/builders/resources.ts';
import { planIn, planKey, toRevision } from './plan.ts';

const nameOf = (spec: Record<string, unknown>) => toRevision(aWorkflow(spec)).metadata.name;

describe('toRevision', () => {
  it('keeps what the user wrote, less what equals a default and less what acts at once', () => {
    const { data, immutable, metadata } = toRevision(aWorkflow({ suspend: true, timeZone: 'Europe/London' }));
    const plan = JSON.parse(data?.[planKey] ?? '');
    expect(plan).toEqual({
      format: 1,
      workflow: { namespace: 'shop', name: 'customer-update' },
      revision: metadata.name,
      tasks: [aTask()],
    });
    expect(immutable).toBe(true);
    expect(metadata.name).toMatch(/^customer-update-[0-9a-f]{10}$/);
  });

  const same: [name: string, spec: Record<string, unknown>][] = [
    [
      'a default that is written out',
      { resourceClass: 'Small', runDeadlineSeconds: 3600, tasks: [aTask({ onMissing: 'Fail' })] },
    ],
    ['the schedule, which acts at once', { schedule: '0 * * * *' }],
    ['suspend, which acts at once', { suspend: true }],
  ];
  for (const [name, spec] of same) it(`is no other for ${name}`, () => expect(nameOf(spec)).toBe(nameOf({})));

  const other: [name: string, spec: Record<string, unknown>][] = [
    ['another class', { resourceClass: 'Large' }],
    ['another deadline', { runDeadlineSeconds: 60 }],
    ['onMissing', { tasks: [aTask({ onMissing: 'Skip' })] }],
    ['match [], which is not the same as no match', { tasks: [aTask({ match: [] })] }],
    ['another rule', { tasks: [aTask({ mapping: [{ set: 'phone', constant: '1' }] })] }],
  ];
  for (const [name, spec] of other) it(`is another for ${name}`, () => expect(nameOf(spec)).not.toBe(nameOf({})));

  it('does not depend on the order in which members were written', () => {
    const { name, method, ...rest } = aTask();
    expect(nameOf({ tasks: [{ ...rest, method, name }] })).toBe(nameOf({}));
  });
});

describe('planIn', () => {
  it('reads a revision with its defaults filled in', () => {
    expect(planIn(toRevision(aWorkflow()))).toMatchObject({
      resourceClass: 'Small',
      runDeadlineSeconds: 3600,
      tasks: [{ onMissing: 'Fail' }],
    });
  });

  it('answers null for what it cannot read: none, another format, no JSON', () => {
    expect(planIn(undefined)).toBeNull();
    expect(planIn(aConfigMap('x', { [planKey]: '{"format": 2}' }))).toBeNull();
    expect(planIn(aConfigMap('x', { [planKey]: 'plan' }))).toBeNull();
  });
});
