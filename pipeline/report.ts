/** What a worker says at its end, put together from the run, its rows, its connections and its ending. */
import type { Report } from '../crds/report.ts';
import type { ConnectionReport } from './connection.ts';
import type { Ending } from './ending.ts';
import type { Summary } from './stage/counts.ts';
import type { RunRow } from './stage/runs.ts';

/** What is known of a run before the ledger is open. */
export type Identity = Pick<Report, 'run' | 'revision' | 'lookups' | 'settingsHash'>;

const noSummary: Summary = { tasks: [], failures: [], open: 0, held: { count: 0 } };
const longestMessage = 500;

type Spoken = Pick<Ending, 'result' | 'reason' | 'message'>;

function saidOf({ result, reason, message }: Spoken): Pick<Report, 'result' | 'reason' | 'message'> {
  return {
    result,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message: message.slice(0, longestMessage) }),
  };
}

/** Of a run that has no row in the ledger, or whose ledger does not answer. */
export function reportWithoutRun(
  identity: Identity,
  ending: Spoken,
  started: Date,
  now: Date,
  connections: ConnectionReport[] = [],
): Report {
  return {
    version: 1,
    ...identity,
    seq: 0,
    ...saidOf(ending),
    ...noSummary,
    connections,
    started: started.toISOString(),
    durationSeconds: seconds(started, now),
  };
}

/** Of a run with its rows. */
export function reportOf(
  run: RunRow,
  ending: Spoken,
  summary: Summary,
  ended: Date,
  connections: ConnectionReport[] = [],
): Report {
  return {
    version: 1,
    run: run.id,
    seq: run.seq,
    revision: run.revision,
    lookups: run.lookups,
    settingsHash: run.settingsHash,
    ...saidOf(ending),
    ...summary,
    connections,
    started: run.startedAt.toISOString(),
    durationSeconds: seconds(run.startedAt, ended),
  };
}

const seconds = (from: Date, to: Date) => Math.max(0, Math.floor((to.getTime() - from.getTime()) / 1000));
