import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { aReport } from '../test/builders/resources.ts';
import { Conditions } from './conditions.ts';
import { DomainMetrics, type Subject } from './metrics.ts';

const workflow: Subject = { kind: 'SyncWorkflow', namespace: 'shop', name: 'customer-update' };
const connection: Subject = { kind: 'Connection', namespace: 'shop', name: 'magento' };

function started() {
  const registry = new Registry();
  return { registry, metrics: new DomainMetrics(registry, '1.2.3') };
}

async function linesOf(registry: Registry): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter(line => line !== '' && !line.startsWith('#'));
}

const conditions = (standing: 'Settled' | 'Stuck') =>
  Conditions.of({ metadata: { generation: 1 } }, new Date()).ready(standing, { reason: 'Reconciled', message: '' })
    .list;

describe('DomainMetrics', () => {
  it('says for each condition which status it has', async () => {
    const { registry, metrics } = started();
    metrics.conditions(workflow, conditions('Settled'));
    const labels = 'kind="SyncWorkflow",namespace="shop",name="customer-update",type="Ready"';
    expect(await linesOf(registry)).toEqual(
      expect.arrayContaining([
        `supercargo_resource_condition{${labels},status="True"} 1`,
        `supercargo_resource_condition{${labels},status="False"} 0`,
        `supercargo_resource_condition{${labels},status="Unknown"} 0`,
      ]),
    );
  });

  it('takes the series of a condition away when the condition goes', async () => {
    const { registry, metrics } = started();
    metrics.conditions(workflow, conditions('Stuck'));
    expect((await linesOf(registry)).join()).toContain('type="Stalled"');
    metrics.conditions(workflow, conditions('Settled'));
    expect((await linesOf(registry)).join()).not.toContain('type="Stalled"');
  });

  it('counts a run, its records and its requests', async () => {
    const { registry, metrics } = started();
    metrics.workflow(workflow);
    metrics.runEnded(workflow, { result: 'Succeeded', report: aReport() }, 'Manual');
    metrics.requests('shop', aReport(), name => (name === 'magento' ? 'magento' : undefined));
    expect(await linesOf(registry)).toEqual(
      expect.arrayContaining([
        'supercargo_runs_total{namespace="shop",workflow="customer-update",result="Succeeded",trigger="Manual"} 1',
        'supercargo_runs_total{namespace="shop",workflow="customer-update",result="Failed",trigger="Schedule"} 0',
        'supercargo_records_total{namespace="shop",workflow="customer-update",task="customers",outcome="Updated"} 2',
        'supercargo_run_duration_seconds_sum{namespace="shop",workflow="customer-update",result="Succeeded"} 40',
        'supercargo_remote_requests_total{namespace="shop",connection="magento",system="magento",code="200"} 3',
      ]),
    );
  });

  it('forgets a resource that is gone, and nothing else', async () => {
    const { registry, metrics } = started();
    const before = await linesOf(registry);
    for (const subject of [workflow, connection]) metrics.conditions(subject, conditions('Settled'));
    metrics.workflow(workflow);
    metrics.workflowTimes(workflow, { lastSuccess: '2026-03-01T10:00:00Z', next: '2026-03-01T10:05:00Z' });
    metrics.runEnded(workflow, { result: 'Partial', report: aReport() }, 'Schedule');
    metrics.requests('shop', aReport(), () => 'magento');
    metrics.forget(workflow);
    const left = (await linesOf(registry)).join('\n');
    expect(left).not.toContain('customer-update');
    expect(left).toContain('supercargo_remote_requests_total{namespace="shop",connection="magento"');
    metrics.forget(connection);
    expect(await linesOf(registry)).toEqual(before);
  });
});
