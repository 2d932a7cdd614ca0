import { describe, expect, it } from '@jest/globals';
import type { SyncRunResource } from '../../crds/sync-run.ts';
import { aJob, aReport, aRun, completed } from '../../test/builders/resources.ts';
import type { Ending } from '../job-end.ts';
import { type Stand, toStatus } from './status.ts';

const now = new Date('2026-03-01T10:02:00Z');

describe('toStatus', () => {
  const ending = (more: Partial<Ending> = {}): Ending => ({
    result: 'Succeeded',
    cause: { reason: 'Succeeded', message: 'fine' },
    report: aReport(),
    completionTime: '2026-03-01T10:01:00Z',
    attempt: 1,
    ...more,
  });
  const job = aJob({
    metadata: { annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-03-01T10:00:00Z' } },
    status: { startTime: '2026-03-01T10:00:01Z', ...completed },
  });
  const statusOf = (stand: Stand, run: SyncRunResource = aRun()) => toStatus(run, { stand, trigger: 'Schedule' }, now);
  const said = (stand: Stand) =>
    statusOf(stand).conditions?.map(({ type, status, reason }) => `${type} ${status} ${reason}`);

  const rows: { name: string; stand: Stand; wanted: string[] }[] = [
    {
      name: 'going on is neither good nor bad',
      stand: { kind: 'Going', cause: { reason: 'Running', message: 'x' }, job },
      wanted: ['Reconciling True Running', 'Succeeded Unknown Running'],
    },
    {
      name: 'waiting for a Secret is not running',
      stand: { kind: 'Going', cause: { reason: 'SecretNotFound', message: 'x' }, job },
      wanted: ['Reconciling True SecretNotFound', 'Succeeded Unknown SecretNotFound'],
    },
    { name: 'a good end', stand: { kind: 'Ended', ending: ending(), job }, wanted: ['Succeeded True Succeeded'] },
    {
      name: 'one failed record makes an end that is not good',
      stand: {
        kind: 'Ended',
        ending: ending({ result: 'Partial', cause: { reason: 'RecordsFailed', message: 'x' } }),
        job,
      },
      wanted: ['Stalled True RecordsFailed', 'Succeeded False RecordsFailed'],
    },
    {
      name: 'a run that was not let start',
      stand: { kind: 'Refused', result: 'Suspended', cause: { reason: 'WorkflowSuspended', message: 'x' } },
      wanted: ['Stalled True WorkflowSuspended', 'Succeeded False WorkflowSuspended'],
    },
  ];
  for (const { name, stand, wanted } of rows) it(name, () => expect(said(stand)).toEqual(wanted));

  it('takes everything from the report', () => {
    expect(statusOf({ kind: 'Ended', ending: ending(), job })).toMatchObject({
      result: 'Succeeded',
      seq: 7,
      trigger: 'Schedule',
      revision: 'customer-update-0123456789',
      counts: { read: 3, updated: 2, skipped: 1 },
      tasks: [{ name: 'customers', reasons: { Unchanged: 1 }, watermarkAfter: '2026-03-01T10:00:00Z' }],
      durationSeconds: 40,
      scheduledTime: '2026-03-01T10:00:00Z',
      startTime: '2026-03-01T10:00:01Z',
      completionTime: '2026-03-01T10:01:00Z',
      jobRef: { name: 'customer-update-29400600' },
    });
  });

  it('takes a name that comes twice in a report once, as the API server wants it', () => {
    const twice = aReport({ tasks: [...aReport().tasks, ...aReport().tasks] });
    const status = statusOf({ kind: 'Ended', ending: ending({ report: twice }), job });
    expect(status.tasks).toHaveLength(1);
    expect(status.counts?.read).toBe(3);
  });

  it('has no number and no counts where the run never reached the ledger', () => {
    const early = aReport({ seq: 0, tasks: [], result: 'Failed', revision: '' });
    const status = statusOf({ kind: 'Ended', ending: ending({ result: 'Failed', report: early }), job });
    expect(status.seq).toBeUndefined();
    expect(status.counts).toBeUndefined();
  });
});
