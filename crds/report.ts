/**
 * What a worker says when it ends: its termination message. The operator reads it like foreign input and takes every status, event
 * and metric about records from it. Ids, counts and codes only.
 */
import { z } from 'zod';
import { reasons as conditionReasons, type Reason } from './conditions.ts';
import { counts, results } from './outcomes.ts';
import { failure } from './sync-run.ts';

/** Bytes that a termination message may have; the API server cuts the rest off. */
export const maxReportBytes = 4096;

const instant = z.iso.datetime();

const connectionReport = z.object({
  name: z.string().max(50),
  reachable: z.boolean().optional(),
  credentials: z.boolean().optional(),
  version: z.string().max(100).optional(),
  requests: z.record(z.string().max(20), z.int().min(0)),
});

export const report = z.object({
  version: z.literal(1),
  run: z.string().max(36),
  seq: z.int().min(0),
  revision: z.string().max(63),
  lookups: z.array(z.object({ name: z.string().max(50), version: z.string().max(63) })).max(100),
  settingsHash: z.string().max(64),
  result: z.enum(results),
  /** Why a run did not finish well. */
  reason: z.enum(Object.keys(conditionReasons) as [Reason, ...Reason[]]).optional(),
  message: z.string().max(500).optional(),
  tasks: z
    .array(
      z.object({
        name: z.string().max(40),
        counts,
        reasons: z.record(z.string().max(60), z.int().min(0)),
        watermark: z.object({ before: instant.optional(), after: instant.optional() }),
      }),
    )
    .max(8),
  failures: z.array(failure).max(20),
  open: z.int().min(0),
  held: z.object({ count: z.int().min(0), oldest: instant.optional() }),
  connections: z.array(connectionReport).max(16),
  started: instant,
  durationSeconds: z.int().min(0),
});

export type Report = z.output<typeof report>;

/** What is left out of a report that is too long, one after the other. Results, counts and watermarks always stay. */
const shorter: ((whole: Report) => Report)[] = [
  whole => ({ ...whole, failures: [] }),
  whole => ({ ...whole, connections: whole.connections.map(connection => ({ ...connection, requests: {} })) }),
  whole => ({ ...whole, tasks: whole.tasks.map(task => ({ ...task, reasons: {} })) }),
  whole => ({ ...whole, lookups: [] }),
  ({ message: _message, ...whole }) => whole,
  whole => ({ ...whole, connections: [] }),
];

/** The report as text within its limit: first as many failures as needed are left out from the end, then details. */
export function toTerminationMessage(whole: Report): string {
  for (let kept = whole.failures.length; kept > 0; kept--) {
    const text = JSON.stringify({ ...whole, failures: whole.failures.slice(0, kept) });
    if (Buffer.byteLength(text) <= maxReportBytes) return text;
  }
  let left = whole;
  for (const shorten of shorter) {
    left = shorten(left);
    const text = JSON.stringify(left);
    if (Buffer.byteLength(text) <= maxReportBytes) return text;
  }
  throw new RangeError(`a report without details has more than ${maxReportBytes} bytes`);
}

/** A termination message as a report; null where it is none. */
export function parseReport(message: string | undefined): Report | null {
  if (message === undefined || message === '') return null;
  try {
    const parsed = report.safeParse(JSON.parse(message));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // not JSON: a container that was ended before it could report
  }
}
