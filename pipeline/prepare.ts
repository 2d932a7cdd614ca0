/** Before anything is read: are the systems those of the last run, can the tasks work, and which changes will be read. */
import type { ConnectionSettings, Plan, Settings } from '../crds/plan.ts';
import type { Inputs } from './config.ts';
import { connectionNamed } from './config.ts';
import type { ConnectionReport, OpenConnection } from './connection.ts';
import { Refused } from './ending.ts';
import { toLookupTable } from './map/lookup.ts';
import type { Lease } from './stage/lease.ts';
import { freezeTask, type TaskState, taskStates } from './stage/runs.ts';
import { changedSystem } from './stage/systems.ts';
import type { Stop } from './stop.ts';
import { resolveTask, type Task } from './task.ts';
import { readWatermark } from './watermark.ts';
import { windowOf } from './window.ts';

/** The connections of a run, each opened once. */
export interface Connections {
  open(name: string): Promise<OpenConnection>;
  reports(): ConnectionReport[];
  close(): Promise<void>;
}

export function openConnections(connect: (name: string) => Promise<OpenConnection>): Connections {
  const opened = new Map<string, OpenConnection>();
  return {
    open: async name => {
      const connection = opened.get(name) ?? (await connect(name));
      opened.set(name, connection);
      return connection;
    },
    reports: () => [...opened.values()].map(connection => connection.report()),
    close: async () => {
      await Promise.all([...opened.values()].map(connection => connection.close()));
    },
  };
}

/** Refuses a connection that has come to stand for another system: links and watermarks would be wrong there. */
export async function checkSystems(lease: Lease, { tasks }: Plan, settings: Settings): Promise<void> {
  const sources = new Set(tasks.map(task => task.from.connectionRef.name));
  const names = new Set([...sources, ...tasks.map(task => task.to.connectionRef.name)]);
  await lease.fenced(async sql => {
    for (const name of [...names].sort()) {
      const connection = connectionNamed(settings, name);
      const before = await changedSystem(sql, connection);
      if (before !== null) throw changed(connection, before, sources.has(name));
    }
  });
}

function changed({ name, fingerprint }: ConnectionSettings, before: string, isSource: boolean): Refused {
  return new Refused(
    isSource ? 'SourceChanged' : 'DestinationChanged',
    `connection ${name} is now ${fingerprint} and was ${before}: if it is the same system after a move, set its ` +
      `spec.sameSystemAs to "${before}"; for another system make a Connection of another name`,
  );
}

export async function resolveTasks({ plan, lookups, runId }: Inputs, connections: Connections): Promise<Task[]> {
  const tables = new Map(lookups.map(content => [content.table, toLookupTable(content)]));
  const tasks: Task[] = [];
  for (const spec of plan.tasks) {
    const source = await connections.open(spec.from.connectionRef.name);
    const destination = await connections.open(spec.to.connectionRef.name);
    tasks.push(resolveTask(spec, { plan, run: runId, tables, source, destination }));
  }
  return tasks;
}

/** What each task reads, decided once per run by the clock of its source. A run that goes on keeps what it decided. */
export async function freezeWindows(tasks: Task[], lease: Lease, settings: Settings, stop: Stop): Promise<TaskState[]> {
  const run = tasks[0]?.place.run ?? '';
  const frozen = await lease.fenced(sql => taskStates(sql, run));
  if (frozen.length > 0) return frozen;
  const clocks = await clocksOf(tasks, stop);
  return lease.fenced(async sql => {
    for (const [position, task] of tasks.entries()) {
      const { from } = task.spec;
      const watermark = await readWatermark(sql, lease.workflow, task.name);
      const window = windowOf({
        watermark,
        sourceTime: clocks.get(task.source.connection) ?? new Date(0),
        settleSeconds: settings.limits.settleSeconds,
        overlapSeconds: from.overlapSeconds ?? task.source.facts.lagSeconds,
        ...(from.startDate === undefined ? {} : { startDate: from.startDate }),
      });
      const state = { task: task.name, window, cursor: null, extracted: false, watermarkBefore: watermark };
      await freezeTask(sql, run, position, state);
    }
    return taskStates(sql, run);
  });
}

async function clocksOf(tasks: Task[], stop: Stop): Promise<Map<OpenConnection, Date>> {
  const clocks = new Map<OpenConnection, Date>();
  for (const { source } of tasks) {
    if (!clocks.has(source.connection)) clocks.set(source.connection, await source.connection.probe(stop.hard));
  }
  return clocks;
}
