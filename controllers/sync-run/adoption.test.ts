import { describe, expect, it } from '@jest/globals';
import { aJob, aQuietReport, aReport, aWorkflow, failedFor } from '../../test/builders/resources.ts';
import type { JobEnd } from '../job-end.ts';
import type { Job } from '../resources.ts';
import { adoptedInSeconds, toAdoptedRun } from './adoption.ts';

describe('adoptedInSeconds', () => {
  const end = (report: ReturnType<typeof aReport>): JobEnd => ({
    result: report.result,
    cause: { reason: 'Succeeded', message: '' },
    report,
    completionTime: '2026-03-01T10:01:00Z',
    attempt: 1,
  });
  const byHand = aJob({ metadata: { annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' } } });
  const at = (second: string) => new Date(`2026-03-01T10:00:${second}Z`);
  const rows: { name: string; job?: Job; end: JobEnd; at: Date; wanted: number | null }[] = [
    { name: 'after 30 s while it goes on', end: 'Going', at: at('12'), wanted: 18 },
    { name: 'now, when it has gone on for 30 s', end: 'Going', at: at('30'), wanted: 0 },
    { name: 'now, when it read something', end: end(aReport()), at: at('05'), wanted: 0 },
    { name: 'now, when it failed', end: end(aQuietReport({ result: 'Failed' })), at: at('05'), wanted: 0 },
    { name: 'now, when nobody knows', end: 'Lost', at: at('05'), wanted: 0 },
    { name: 'not, when it was quiet', end: end(aQuietReport()), at: at('05'), wanted: null },
    {
      name: 'now, when it was quiet but started by hand',
      job: byHand,
      end: end(aQuietReport()),
      at: at('05'),
      wanted: 0,
    },
    {
      name: 'not again, when its SyncRun was removed',
      job: aJob({ metadata: { annotations: { 'supercargo.dev/sync-run': 'x' } }, status: failedFor('x') }),
      end: end(aReport()),
      at: at('05'),
      wanted: null,
    },
  ];
  for (const { name, job = aJob(), end: how, at: when, wanted } of rows) {
    it(name, () => expect(adoptedInSeconds(job, how, when)).toBe(wanted));
  }

  it('makes a run that stands for the Job and goes with the workflow', () => {
    expect(toAdoptedRun(aJob(), aWorkflow())).toMatchObject({
      metadata: { name: 'customer-update-29400600', ownerReferences: [{ kind: 'SyncWorkflow' }] },
      spec: {
        workflowRef: { name: 'customer-update' },
        adoptedJob: { name: 'customer-update-29400600', uid: 'job-uid' },
      },
    });
  });
});
