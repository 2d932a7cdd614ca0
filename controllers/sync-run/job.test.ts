import { describe, expect, it } from '@jest/globals';
import { requestAnnotation } from '../../crds/plan.ts';
import { aRun } from '../../test/builders/resources.ts';
import type { Job } from '../resources.ts';
import { toJobSpec } from '../worker-job.ts';
import { toWorkerPod } from '../worker-pod.ts';
import { jobNameOf, type Template, toReportJob, toRunJob } from './job.ts';

const pod = toWorkerPod({
  worker: { image: 'supercargo:test', pullPolicy: 'IfNotPresent' },
  args: [],
  resourceClass: 'Small',
  plan: 'customer-update-0123456789',
  settings: { configMap: 'customer-update-settings' },
  connections: [{ name: 'magento', secret: 'magento' }],
  lookups: [],
  ledger: true,
  request: true,
});
const template: Template = {
  metadata: { annotations: { 'supercargo.dev/revision': 'customer-update-0123456789' } },
  spec: toJobSpec({ pod, labels: {}, deadlineSeconds: 3660, retries: 2 }),
};

const requestOf = (job: Job) => JSON.parse(job.spec.template.metadata?.annotations?.[requestAnnotation] ?? '');

describe('toRunJob', () => {
  it('is the one a reviewer has seen', () => expect(toRunJob(aRun(), template)).toMatchSnapshot());

  it('has the pod of a scheduled run and the request as an annotation', () => {
    const job = toRunJob(aRun(), template);
    expect(job.spec.template.spec).toEqual(pod);
    expect(requestOf(job)).toEqual({ run: aRun().metadata.uid, type: 'Sync', trigger: 'Manual' });
    expect(job.metadata.name).toMatch(/^now-1-[0-9a-f]{5}$/);
  });
});

describe('toReportJob', () => {
  it('asks for the report of the run, of a scheduled one by the uid of its Job', () => {
    const adopted = aRun('tick', { adoptedJob: { name: 'customer-update-29400600', uid: 'job-uid' } });
    const job = toReportJob(adopted, template, 'Schedule');
    expect(job.metadata.name).toBe('customer-update-29400600-report');
    expect(job.spec.template.spec?.containers[0]?.args).toEqual(['/app/pipeline.js', 'report']);
    expect(requestOf(job)).toEqual({ run: 'job-uid', type: 'Sync', trigger: 'Schedule' });
    expect(job.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'SyncRun', name: 'tick' });
  });

  it('fits a name of any length', () => {
    const long = aRun('x'.repeat(50));
    expect(jobNameOf(long).length).toBeLessThanOrEqual(63);
    expect(toReportJob(long, template, 'Manual').metadata.name.length).toBeLessThanOrEqual(63);
  });
});
