/** The story of a run: take the turn, freeze what is read, move the records task by task, finish, say what became of them. */
import { TransientError } from '../connectors/errors.ts';
import { contentHash } from '../crds/names.ts';
import { exitCodes } from '../crds/plan.ts';
import type { Inputs } from './config.ts';
import type { OpenConnection } from './connection.ts';
import { type Ending, endingOf, exitOf, Stopped } from './ending.ts';
import { extract } from './extract.ts';
import { breakOff, type Ended, finishRun, repeatReport } from './finish.ts';
import { load } from './load.ts';
import { errorFields, type Logger } from './log.ts';
import { type Connections, checkSystems, freezeWindows, openConnections, resolveTasks } from './prepare.ts';
import { openProgress } from './progress.ts';
import { type Identity, reportOf, reportWithoutRun } from './report.ts';
import type { Ledger } from './stage/database.ts';
import { holdLease, type Lease } from './stage/lease.ts';
import type { RunRow, TaskState } from './stage/runs.ts';
import { orAtOnce, type Stop } from './stop.ts';
import type { Task } from './task.ts';
import { openFeed, together } from './together.ts';
import { takeTurn } from './turn.ts';

export interface Worker {
  inputs: Inputs;
  ledger: Ledger;
  connect: (name: string) => Promise<OpenConnection>;
  log: Logger;
  stop: Stop;
  now: () => Date;
  /** How long a scheduled run waits for another one, and how often every run looks. */
  patience: { waitMs: number; lookMs: number };
}

/** What a run is known by before it has a row. */
export function identityOf({ plan, settings, lookups, runId }: Inputs): Identity {
  return {
    run: runId,
    revision: plan.revision,
    lookups: lookups.map(({ table, hash }) => ({ name: table, version: hash })),
    settingsHash: contentHash(settings),
  };
}

/** Does the run, or goes on with it, or tells why not. Throws only before the run has a row. */
export async function run(worker: Worker): Promise<Ended> {
  const { inputs, ledger, log, stop, patience } = worker;
  const identity = identityOf(inputs);
  const started = worker.now();
  const start = await takeTurn({
    ledger,
    run: { ...identity, id: identity.run, workflow: inputs.plan.workflow.name, type: inputs.request?.type ?? 'Sync' },
    leaseSeconds: inputs.settings.limits.leaseSeconds,
    suspended: inputs.settings.suspend,
    wait: {
      forMs: inputs.request ? inputs.plan.runDeadlineSeconds * 1000 : patience.waitMs,
      everyMs: patience.lookMs,
    },
    stop,
  });
  switch (start.kind) {
    case 'Ended': {
      log.info({ result: start.run.result }, 'the run ended before');
      const report = await repeatReport(ledger, start.run);
      return { exit: exitOf(report), report };
    }
    case 'Busy':
    case 'Suspended': {
      log.info({ result: start.kind }, 'nothing done');
      const reason = start.kind === 'Busy' ? 'Busy' : 'WorkflowSuspended';
      const report = reportWithoutRun(identity, { result: start.kind, reason }, started, worker.now());
      return { exit: exitCodes.Finished, report };
    }
    case 'Started':
      log.info({ seq: start.run.seq, epoch: start.epoch }, 'the run starts');
      return work(worker, start.run, start.epoch);
  }
}

async function work(worker: Worker, row: RunRow, epoch: number): Promise<Ended> {
  const { inputs, ledger, log } = worker;
  const lease = holdLease(ledger, row.workflow, epoch, inputs.settings.limits.leaseSeconds);
  const stop = orAtOnce(worker.stop, lease.lost);
  const connections = openConnections(worker.connect);
  try {
    await checkSystems(lease, inputs.plan, inputs.settings);
    const tasks = await resolveTasks(inputs, connections);
    const states = await freezeWindows(tasks, lease, inputs.settings, stop);
    for (const [index, task] of tasks.entries()) {
      const state = states[index];
      if (state) await move(task, state, { worker, lease, stop, time: row.startedAt });
    }
    return await finishRun(lease, row, connections.reports());
  } catch (error) {
    const ending = endingOf(causeOf(error, lease, stop));
    log.error({ reason: ending.reason, ...errorFields(error) }, 'the run is broken off');
    return { exit: ending.exit, report: await leave(worker, lease, row, ending, connections) };
  } finally {
    await lease.release().catch(() => undefined); // it expires by itself
    await connections.close();
  }
}

interface Moving {
  worker: Worker;
  lease: Lease;
  stop: Stop;
  time: Date;
}

/** One task: pages go into the ledger and records out of it at the same time. */
async function move(task: Task, state: TaskState, { worker, lease, stop, time }: Moving): Promise<void> {
  const { settings } = worker.inputs;
  const progress = openProgress(worker.log.child({ task: task.name }));
  const staged = openFeed();
  const { connection } = task.destination;
  const writers = connection.settings.limits?.concurrent ?? connection.facts.concurrent;
  await together(stop.soft, [
    halt => extract({ task, state, lease, time, staged, count: progress.staged }, halt),
    halt => load({ task, lease, writers, tries: settings.limits.tries, stop, staged, count: progress.settled }, halt),
  ]);
  if (stop.soft.aborted) throw new Stopped('the worker was stopped; the same run goes on where it was');
}

/** The error behind the error: what we broke off ourselves is no fault of the system. */
function causeOf(error: unknown, lease: Lease, stop: Stop): unknown {
  if (lease.lost.aborted) return lease.lost.reason;
  if (stop.soft.aborted && error instanceof TransientError)
    return new Stopped('the worker was stopped; the same run goes on where it was');
  return error;
}

/** Leaves the run as the next attempt needs it; the report is given even if the ledger is gone. */
async function leave(worker: Worker, lease: Lease, row: RunRow, ending: Ending, connections: Connections) {
  try {
    return await breakOff(lease, row, ending, connections.reports());
  } catch (error) {
    worker.log.error(errorFields(error), 'the end of the run could not be written');
    const summary = { tasks: [], failures: [], open: 0, held: { count: 0 } };
    return reportOf(row, ending, summary, worker.now(), connections.reports());
  }
}
