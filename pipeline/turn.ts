/** One run of a workflow at a time: waiting for the lease. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Stopped } from './ending.ts';
import type { Ledger } from './stage/database.ts';
import { type NewRun, type Start, startRun } from './stage/runs.ts';
import type { Stop } from './stop.ts';

export interface Turn {
  ledger: Ledger;
  run: NewRun;
  leaseSeconds: number;
  suspended: boolean;
  /** How long to wait for another run, and how often to look. */
  wait: { forMs: number; everyMs: number };
  stop: Stop;
}

/** Starts the run as soon as it may; Busy when another one works longer than we wait. */
export async function takeTurn({ ledger, run, leaseSeconds, suspended, wait, stop }: Turn): Promise<Start> {
  const deadline = performance.now() + wait.forMs;
  for (;;) {
    const start = await startRun(ledger, run, leaseSeconds, suspended);
    if (start.kind !== 'Busy' || performance.now() + wait.everyMs > deadline) return start;
    await sleep(wait.everyMs, undefined, { signal: stop.soft }).catch(() => undefined);
    if (stop.soft.aborted) throw new Stopped('the worker was stopped while it waited for another run');
  }
}
