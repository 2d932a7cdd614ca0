import { describe, expect, it } from '@jest/globals';
import { aConnection, aPublishedTable, aSage, aWorkflow } from '../../test/builders/resources.ts';
import { timingOf, toCronJob } from './cron-job.ts';
import { planIn, toRevision } from './plan.ts';
import { type Found, type Inputs, inputsOf, toSettings } from './settings.ts';

const workflow = aWorkflow();
const plan = planIn(toRevision(workflow));
if (plan === null) throw new Error('the example has no plan');

const all: Found = {
  connections: new Map([
    ['magento', aConnection('magento', { caBundleRef: { name: 'shop-ca' }, limits: { concurrent: 2 } })],
    ['sage300', aSage()],
  ]),
  tables: new Map([
    ['customer-groups', aPublishedTable('customer-groups', 'aaaaaaaaaa')],
    ['tax-groups', aPublishedTable('tax-groups', 'bbbbbbbbbb')],
  ]),
  settings: undefined,
  cronJob: undefined,
};
const inputs = inputsOf(plan, all) as Inputs;

describe('inputsOf', () => {
  it('mounts the present version of each table, and names no table twice', () => {
    expect(inputs.lookups).toEqual([
      { table: 'customer-groups', configMap: 'customer-groups-aaaaaaaaaa' },
      { table: 'tax-groups', configMap: 'tax-groups-bbbbbbbbbb' },
    ]);
  });

  it('goes on with what was there last when what a plan names has been removed', () => {
    const published = toCronJob(workflow, plan, {
      inputs,
      timing: timingOf(workflow.spec),
      worker: { image: 'x', pullPolicy: 'Never' },
    });
    const left: Found = {
      connections: new Map(),
      tables: new Map(),
      settings: toSettings(workflow, inputs),
      cronJob: published,
    };
    expect(inputsOf(plan, left)).toEqual(inputs);
  });

  it('answers null while something has never been there', () => {
    expect(inputsOf(plan, { ...all, tables: new Map() })).toBeNull();
    expect(inputsOf(plan, { ...all, connections: new Map() })).toBeNull();
  });
});

describe('toSettings', () => {
  it('holds the connections as workers read them, and not one secret', () => {
    const { data, metadata } = toSettings(aWorkflow({ suspend: true }), inputs);
    expect(metadata.name).toBe('customer-update-settings');
    expect(JSON.parse(data?.['settings.json'] ?? '')).toEqual({
      suspend: true,
      connections: [
        {
          name: 'magento',
          system: 'magento',
          config: { url: 'https://shop.example.com' },
          secret: 'magento',
          limits: { concurrent: 2 },
          fingerprint: 'magento shop.example.com',
        },
        {
          name: 'sage300',
          system: 'sage300',
          config: { url: 'https://sage.example.com/Sage300WebApi', company: 'SAMLTD' },
          secret: 'sage300',
          fingerprint: 'sage300 sage.example.com/Sage300WebApi SAMLTD',
        },
      ],
      limits: {},
    });
  });
});
