import { describe, expect, it } from '@jest/globals';
import { aJob, aQuietReport, aReport, completed, ended } from '../../test/builders/resources.ts';
import { jobEnd } from '../job-end.ts';
import { adoptedAnnotation } from '../labels.ts';
import type { Job } from '../resources.ts';
import { type Ended, isToBeAdopted, quietTicks, reportsOf } from './reports.ts';

const soon = new Date('2026-03-01T10:01:02Z');
const late = new Date('2026-03-01T10:05:00Z');
const done = aJob({ status: completed });
const adopted = aJob({ metadata: { annotations: { [adoptedAnnotation]: 'x' } }, status: completed });

const ending = (job: Job, report = aReport()): Ended => ({
  job,
  end: jobEnd(job, [ended(0, { message: JSON.stringify(report) })]),
});

describe('reportsOf', () => {
  it('takes a quiet tick in at once: nothing else tells of it', () => {
    expect(reportsOf([ending(done, aQuietReport())], soon)).toHaveLength(1);
  });

  it('waits for the SyncRun of a tick that did something, but not for ever', () => {
    const one = ending(done);
    expect(reportsOf([one], soon)).toEqual([]);
    expect(isToBeAdopted(one.job, one.end, soon)).toBe(true);
    expect(reportsOf([one], late)).toHaveLength(1);
  });

  it('takes it in once the SyncRun is there, or was removed by a person', () => {
    expect(reportsOf([ending(adopted)], soon)).toHaveLength(1);
  });
});

describe('quietTicks', () => {
  it('are those of the schedule that did nothing: others are counted with their SyncRun', () => {
    const byHand = aJob({
      metadata: { annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' } },
      status: completed,
    });
    const requested = aJob({ metadata: { ownerReferences: [] }, status: completed });
    const all = [done, byHand, requested].map(job => ending(job, aQuietReport()));
    expect(quietTicks([...all, ending(done)])).toEqual([all[0]?.end]);
  });
});
