import { describe, expect, it } from '@jest/globals';
import { requestAnnotation } from '../crds/plan.ts';
import { aJob, aPod, aQuietReport, aReport, aRun, completed, ended, failedFor } from '../test/builders/resources.ts';
import { idOf, jobEnd, leavesRun, runIdOf } from './job-end.ts';
import { connectionLabel } from './labels.ts';
import type { Job, Pod } from './resources.ts';

const saying = (report: object, exitCode = 0, finishedAt = '2026-03-01T10:00:50Z'): Pod =>
  ended(exitCode, { message: JSON.stringify(report), finishedAt });

describe('jobEnd', () => {
  const rows: { name: string; job: Job; pods: Pod[]; wanted: object | string }[] = [
    {
      name: 'goes on while nothing has ended',
      job: aJob(),
      pods: [aPod({ running: {} })],
      wanted: 'Going',
    },
    {
      name: 'goes on while a worker that failed is tried again',
      job: aJob({ status: { failed: 1 } }),
      pods: [saying(aReport({ result: 'Failed', reason: 'ConnectionDown' }), 30)],
      wanted: 'Going',
    },
    {
      name: 'goes on while the Job controller is still counting: its earlier conditions are not its last word',
      job: aJob({ status: { conditions: [{ type: 'FailureTarget', status: 'True' }] } }),
      pods: [],
      wanted: 'Going',
    },
    {
      name: 'has ended when the worker did, though another container keeps the pod alive',
      job: aJob(),
      pods: [saying(aReport())],
      wanted: {
        result: 'Succeeded',
        cause: { reason: 'Succeeded' },
        completionTime: '2026-03-01T10:00:50Z',
        attempt: 1,
      },
    },
    {
      name: 'takes the report',
      job: aJob({ status: completed }),
      pods: [saying(aReport())],
      wanted: { result: 'Succeeded', completionTime: '2026-03-01T10:01:00Z', report: { seq: 7 } },
    },
    {
      name: 'takes the report of the pod that ended last',
      job: aJob({ status: { ...completed, failed: 1 } }),
      pods: [
        saying(aReport({ seq: 9 }), 0, '2026-03-01T10:00:59Z'),
        saying(aReport({ seq: 8, result: 'Failed' }), 30, '2026-03-01T10:00:10Z'),
      ],
      wanted: { report: { seq: 9 }, attempt: 2 },
    },
    {
      name: 'is lost when it ended well and no pod is left',
      job: aJob({ status: completed }),
      pods: [],
      wanted: 'Lost',
    },
    {
      name: "is lost when the message is another run's",
      job: aJob({ status: completed }),
      pods: [saying(aReport({ run: 'somebody else' }))],
      wanted: 'Lost',
    },
    {
      name: 'is lost when the message is no report',
      job: aJob({ status: completed }),
      pods: [ended(0, { message: '{"version":1}' })],
      wanted: 'Lost',
    },
    {
      name: 'has failed where the worker says why',
      job: aJob({ status: failedFor('PodFailurePolicy') }),
      pods: [saying(aReport({ result: 'Failed', reason: 'SecretKeyMissing', message: 'no key accessToken' }), 20)],
      wanted: { result: 'Failed', cause: { reason: 'SecretKeyMissing', message: 'no key accessToken' } },
    },
    {
      name: 'calls a run whose counts do not add up failed, whatever it says',
      job: aJob({ status: completed }),
      pods: [
        saying(aReport({ tasks: aReport().tasks.map(task => ({ ...task, counts: { ...task.counts, read: 99 } })) })),
      ],
      wanted: { result: 'Failed', cause: { reason: 'CountMismatch' } },
    },
    {
      name: 'knows that a run which was stopped at its deadline was too slow',
      job: aJob({ status: failedFor('DeadlineExceeded') }),
      pods: [saying(aReport({ result: 'Interrupted', reason: 'Interrupted' }), 143)],
      wanted: { result: 'Interrupted', cause: { reason: 'DeadlineExceeded' } },
    },
  ];
  for (const { name, job, pods, wanted } of rows) {
    it(name, () => {
      const end = jobEnd(job, pods);
      if (typeof wanted === 'string') expect(end).toBe(wanted);
      else expect(end).toMatchObject(wanted);
    });
  }

  const silent: { exit: number; more?: object; why?: string; reason: string; message: RegExp }[] = [
    { exit: 20, reason: 'InvalidConfiguration', message: /exit 20.*kubectl logs job\/customer-update-29400600/ },
    { exit: 21, reason: 'CredentialsRefused', message: /exit 21/ },
    { exit: 30, reason: 'ConnectionDown', message: /exit 30.*next run/ },
    { exit: 40, reason: 'LedgerUnavailable', message: /'supercargo-ledger'/ },
    { exit: 75, reason: 'BackoffLimitExceeded', message: /exit 75/ },
    { exit: 137, more: { reason: 'OOMKilled' }, reason: 'OutOfMemory', message: /Small.*resourceClass: Medium/ },
    { exit: 137, reason: 'Interrupted', message: /killed \(exit 137\).*next run/ },
    { exit: 143, reason: 'Interrupted', message: /exit 143/ },
    { exit: 1, reason: 'Defect', message: /exit 1 / },
    { exit: 0, why: 'DeadlineExceeded', reason: 'DeadlineExceeded', message: /longer than 3660 s/ },
  ];
  for (const { exit, more, why = 'BackoffLimitExceeded', reason, message } of silent) {
    it(`says ${reason} for exit ${exit} without a report`, () => {
      const end = jobEnd(aJob({ status: failedFor(why) }), [ended(exit, { message: '', ...more })]);
      expect(end).toMatchObject({
        result: 'Failed',
        report: null,
        completionTime: '2026-03-01T10:01:00Z',
        cause: { reason, message: expect.stringMatching(message) },
      });
    });
  }

  it('finds our container by its name, not by its place', () => {
    const pod = saying(aReport());
    pod.status?.containerStatuses?.unshift({ name: 'mesh', state: { terminated: { exitCode: 1, message: 'no' } } });
    expect(jobEnd(aJob({ status: completed }), [pod])).toMatchObject({ result: 'Succeeded' });
  });
});

describe('runIdOf', () => {
  const asking = (request: string) =>
    aJob({ spec: { template: { metadata: { annotations: { [requestAnnotation]: request } } } } });

  it('is the run that the request names', () =>
    expect(runIdOf(asking('{"run":"u-1","type":"Sync","trigger":"Manual"}'))).toBe('u-1'));
  it('is the Job itself without a request', () => expect(runIdOf(aJob())).toBe('job-uid'));
  it('is the Job itself where the request is none of ours', () => expect(runIdOf(asking('hello'))).toBe('job-uid'));
  it('is nothing for a probe', () =>
    expect(runIdOf(aJob({ metadata: { labels: { [connectionLabel]: 'magento' } } }))).toBe(''));
  it('agrees with that of its SyncRun', () => {
    expect(idOf(aRun('x', { adoptedJob: { name: 'x', uid: 'job-uid' } }))).toBe(runIdOf(aJob()));
  });
});

describe('leavesRun', () => {
  const byHand = aJob({ metadata: { annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' } } });
  const rows: { name: string; job?: Job; report: object; wanted: boolean }[] = [
    { name: 'no tick that found nothing to do', report: aQuietReport(), wanted: false },
    { name: 'a tick that read something', report: aReport(), wanted: true },
    { name: 'a tick that did not succeed', report: aQuietReport({ result: 'Busy' }), wanted: true },
    { name: 'whatever a person started', job: byHand, report: aQuietReport(), wanted: true },
  ];
  for (const { name, job = aJob(), report, wanted } of rows) {
    it(`shows ${name}`, () => {
      const end = jobEnd({ ...job, status: completed }, [saying(report)]);
      expect(typeof end === 'object' && leavesRun(job, end)).toBe(wanted);
    });
  }
});
