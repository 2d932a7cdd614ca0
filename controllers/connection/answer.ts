/** What a probe or a run tells about a connection: pure. */
import type { Reason } from '../../crds/conditions.ts';
import type { Report } from '../../crds/report.ts';
import { toTime } from '../../operator/runtime/times.ts';
import type { Cause } from '../conditions.ts';
import type { Ending } from '../job-end.ts';

export interface Answer {
  /** When it was asked: what it knows is not older. */
  asked: string;
  /** When it answered. */
  time: string;
  /** Absent: nothing was learned. */
  reachable?: boolean;
  credentials?: boolean;
  version?: string;
  /** Why not, if not. */
  cause: Cause;
}

/** Of a probe, which may end without a word. */
export function answerOfProbe(name: string, { report, cause, completionTime }: Ending): Answer {
  const told = report === null ? undefined : entryOf(report, name);
  return { asked: completionTime, time: completionTime, cause, ...(told ?? impliedBy(cause.reason)) };
}

/** Of a run that used the connection; null where it learned nothing of it. */
export function answerOfRun(name: string, report: Report): Answer | null {
  const told = entryOf(report, name);
  if (told?.reachable === undefined) return null;
  const ended = new Date(Date.parse(report.started) + report.durationSeconds * 1000);
  return { asked: toTime(new Date(report.started)), time: toTime(ended), cause: causeOf(told), ...told };
}

function causeOf({ reachable, credentials }: Told): Cause {
  if (!reachable) return { reason: 'ConnectionDown', message: 'the system did not answer the last run that used it' };
  if (credentials === false)
    return { reason: 'CredentialsRefused', message: 'the system refused the credentials of the last run that used it' };
  return { reason: 'Probed', message: 'the system answered' };
}

type Told = Pick<Answer, 'reachable' | 'credentials' | 'version'>;

function entryOf({ connections }: Report, wanted: string): Told | undefined {
  const entry = connections.find(({ name }) => name === wanted);
  if (entry === undefined) return undefined;
  const { reachable, credentials, version } = entry;
  return {
    ...(reachable === undefined ? {} : { reachable }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(version === undefined ? {} : { version }),
  };
}

function impliedBy(reason: Reason): Told {
  if (reason === 'ConnectionDown') return { reachable: false };
  return reason === 'CredentialsRefused' ? { reachable: true, credentials: false } : {};
}
