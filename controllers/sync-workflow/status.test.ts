import { describe, expect, it } from '@jest/globals';
import type { SyncRunResource } from '../../crds/sync-run.ts';
import type { SyncWorkflowResource } from '../../crds/sync-workflow.ts';
import { aQuietReport, aReport, aRun, aTask, aWorkflow } from '../../test/builders/resources.ts';
import type { Problem } from '../conditions.ts';
import { notTakenIn, type Reported, toStatus, type WorkflowStatus } from './status.ts';

const now = new Date('2026-03-01T10:02:00Z');

const reported = (more: Parameters<typeof aReport>[0] = {}): Reported => ({
  result: more?.result ?? 'Succeeded',
  cause: { reason: 'Succeeded', message: 'as it says' },
  report: aReport(more),
  completionTime: '2026-03-01T10:01:00Z',
  attempt: 1,
});

interface Given {
  workflow?: SyncWorkflowResource;
  problem?: Problem | null;
  reported?: Reported[];
  runs?: SyncRunResource[];
}

const statusOf = ({ workflow = aWorkflow(), problem = null, reported: all = [], runs = [] }: Given): WorkflowStatus =>
  toStatus(
    workflow,
    { problem, revision: 'customer-update-1', nextTick: new Date('2026-03-01T10:05:00Z'), reported: all, runs },
    now,
  );

const conditionOf = (status: WorkflowStatus, type: string) => status.conditions?.find(one => one.type === type);

const having = (status: WorkflowStatus) => aWorkflow({}, { status });

describe('toStatus', () => {
  it('speaks of every condition from the first visit on', () => {
    const status = statusOf({});
    expect(status).toMatchObject({
      observedGeneration: 1,
      publishedRevision: 'customer-update-1',
      nextScheduleTime: '2026-03-01T10:05:00Z',
    });
    expect(status.conditions?.map(({ type, status: value, reason }) => `${type} ${value} ${reason}`)).toEqual([
      'LastRunSucceeded Unknown NotRun',
      'OpenFailures Unknown NotRun',
      'Ready True Reconciled',
      'Suspended False NotSuspended',
    ]);
  });

  it('keeps Ready and Stalled apart from what runs do', () => {
    const status = statusOf({ reported: [reported({ result: 'Partial', open: 2 })] });
    expect(conditionOf(status, 'Ready')?.status).toBe('True');
    expect(conditionOf(status, 'LastRunSucceeded')?.status).toBe('False');
    expect(conditionOf(status, 'OpenFailures')).toMatchObject({ status: 'True', message: '2 records have failed' });
  });

  it('shows why a change is not published, and that runs go on', () => {
    const problem: Problem = { reason: 'InvalidMapping', message: 'no such field', standing: 'Stuck' };
    const status = statusOf({ problem });
    for (const [type, value] of [
      ['Ready', 'False'],
      ['Stalled', 'True'],
    ] as const) {
      expect(conditionOf(status, type)).toMatchObject({
        status: value,
        reason: 'InvalidMapping',
        message: "no such field; until then runs go on with 'customer-update-1'",
      });
    }
    expect(conditionOf(status, 'Reconciling')).toBeUndefined();
  });

  it('never has both Reconciling and Stalled', () => {
    const waiting: Problem = { reason: 'ConnectionNotFound', message: 'not there', standing: 'Working' };
    const first = statusOf({ problem: waiting });
    const types = statusOf({ workflow: having(first), problem: { ...waiting, standing: 'Stuck' } }).conditions?.map(
      ({ type }) => type,
    );
    expect(types).toContain('Stalled');
    expect(types).not.toContain('Reconciling');
  });

  it('keeps a message below a kilobyte', () => {
    const status = statusOf({ problem: { reason: 'InvalidMapping', message: 'x'.repeat(5000), standing: 'Stuck' } });
    expect(Buffer.byteLength(conditionOf(status, 'Ready')?.message ?? '')).toBeLessThanOrEqual(1024);
  });

  it('takes a report in', () => {
    expect(statusOf({ reported: [reported()] })).toMatchObject({
      lastSeq: 7,
      lastRunTime: '2026-03-01T10:00:05Z',
      lastSuccessTime: '2026-03-01T10:00:45Z',
      lastResult: 'Succeeded',
      openFailures: 0,
      held: { count: 0 },
      tasks: [{ name: 'customers', lastImportTime: '2026-03-01T10:00:00Z', counts: { read: 3 } }],
    });
  });

  it('does not move the last success on a partial one', () => {
    const first = statusOf({ reported: [reported()] });
    const second = statusOf({
      workflow: having(first),
      reported: [reported({ seq: 8, result: 'Partial', open: 1, started: '2026-03-01T10:01:05Z' })],
    });
    expect(second.lastSuccessTime).toBe(first.lastSuccessTime);
    expect(second.lastResult).toBe('Partial');
  });

  for (const [result, reason] of [
    ['Busy', 'Busy'],
    ['Suspended', 'WorkflowSuspended'],
  ] as const) {
    it(`takes nothing from a run that ended ${result}, because it did nothing`, () => {
      const first = statusOf({ reported: [reported()] });
      const idle = aRun(
        'idle',
        {},
        {
          metadata: { uid: 'idle' },
          status: {
            result,
            startTime: '2026-03-01T10:01:30Z',
            completionTime: '2026-03-01T10:01:40Z',
            conditions: [
              {
                type: 'Succeeded',
                status: 'False',
                reason,
                message: 'nothing done',
                lastTransitionTime: '2026-03-01T10:01:40Z',
              },
            ],
          },
        },
      );
      const second = statusOf({ workflow: having(first), runs: [idle] });
      expect(second).toEqual(first);
    });
  }

  it('takes a newer report although the ledger, lost or restored, has begun its numbers again', () => {
    const first = statusOf({ reported: [reported({ seq: 10 })] });
    const again = reported({ seq: 1, result: 'Partial', open: 2, started: '2026-03-01T10:01:30Z' });
    const second = statusOf({ workflow: having(first), reported: [again] });
    expect(second).toMatchObject({ lastSeq: 1, lastResult: 'Partial', openFailures: 2 });
    expect(statusOf({ workflow: having(second), reported: [reported({ seq: 10 }), again] })).toEqual(second);
  });

  it('ends the same in whatever order reports are seen', () => {
    const old = reported({ seq: 1, open: 5, started: '2026-03-01T09:00:00Z' });
    const young = reported({ seq: 2, open: 0 });
    const atOnce = statusOf({ reported: [young, old] });
    const oneByOne = statusOf({ workflow: having(statusOf({ reported: [young] })), reported: [old, young] });
    expect(atOnce).toMatchObject({ lastSeq: 2, openFailures: 0 });
    expect(oneByOne).toEqual(atOnce);
  });

  it('says the same when nothing new was seen: no write follows', () => {
    const first = statusOf({ reported: [reported()] });
    expect(statusOf({ workflow: having(first), reported: [reported()] })).toEqual(first);
  });

  it('passes over runs that never got as far as the ledger, and those that did nothing', () => {
    const nothing = [reported({ seq: 0, result: 'Failed' }), reported({ seq: 9, result: 'Busy' })];
    expect(notTakenIn({}, nothing)).toEqual([]);
    expect(statusOf({ reported: nothing }).lastRunTime).toBeUndefined();
  });

  it('keeps the last import time where a report has none', () => {
    const first = statusOf({ reported: [reported()] });
    const second = statusOf({
      workflow: having(first),
      reported: [{ ...reported(), report: aQuietReport({ seq: 8 }) }],
    });
    expect(second.tasks?.[0]?.lastImportTime).toBe('2026-03-01T10:00:00Z');
  });

  it('forgets tasks that the workflow no longer has, and keeps their order', () => {
    const tasks = ['second', 'gone', 'first'].map(name => ({ ...(aReport().tasks[0] as never as object), name }));
    const workflow = aWorkflow({ tasks: [aTask({ name: 'first' }), aTask({ name: 'second' })] });
    const status = statusOf({ workflow, reported: [reported({ tasks } as never)] });
    expect(status.tasks?.map(({ name }) => name)).toEqual(['first', 'second']);
  });

  it('tells of a run that ended without a word by its SyncRun', () => {
    const silent = aRun(
      'killed',
      {},
      {
        status: {
          result: 'Failed',
          startTime: '2026-03-01T10:01:00Z',
          completionTime: '2026-03-01T10:01:30Z',
          conditions: [
            {
              type: 'Succeeded',
              status: 'False',
              reason: 'OutOfMemory',
              message: 'too much',
              lastTransitionTime: '2026-03-01T10:01:30Z',
            },
          ],
        },
      },
    );
    const status = statusOf({ reported: [reported()], runs: [silent] });
    expect(conditionOf(status, 'LastRunSucceeded')).toMatchObject({ status: 'False', reason: 'OutOfMemory' });
    expect(status).toMatchObject({ lastResult: 'Failed', lastRunTime: '2026-03-01T10:01:00Z', lastSeq: 7 });
    expect(status.lastRunRef?.name).toBe('killed');
    expect(statusOf({ workflow: having(status), reported: [reported()], runs: [silent] })).toEqual(status);
  });

  it('names a run as the last one as soon as its report is seen, before its own status says so', () => {
    const run = aRun('now-1', {}, { metadata: { uid: 'job-uid' }, status: { jobRef: { name: 'now-1-abcde' } } });
    const status = statusOf({ reported: [reported()], runs: [run] });
    expect(status.lastRunRef?.name).toBe('now-1');
    expect(status.activeRunRef).toBeUndefined();
    const ended = {
      result: 'Succeeded',
      startTime: '2026-03-01T10:00:05Z',
      completionTime: '2026-03-01T10:01:00Z',
    } as const;
    const finished = { ...run, status: { ...run.status, ...ended } };
    expect(statusOf({ workflow: having(status), reported: [reported()], runs: [finished] })).toEqual(status);
  });

  it('names the run that goes on, and not one that waits', () => {
    const going = aRun('going', {}, { status: { jobRef: { name: 'going-abcde' } } });
    expect(statusOf({ runs: [aRun('waits'), going] }).activeRunRef).toEqual({ name: 'going', uid: going.metadata.uid });
    expect(statusOf({ runs: [aRun('waits')] }).activeRunRef).toBeUndefined();
  });
});
