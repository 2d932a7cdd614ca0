/** Is a system there, and does it take our credentials? Without ledger, plan or run. */
import type { OpenConnection } from './connection.ts';
import { type Ending, endingOf } from './ending.ts';
import type { Ended } from './finish.ts';
import { errorFields, type Logger } from './log.ts';
import { reportWithoutRun } from './report.ts';
import type { Stop } from './stop.ts';

interface Probing {
  connect: () => Promise<OpenConnection>;
  settingsHash: string;
  log: Logger;
  stop: Stop;
  now: () => Date;
}

const noRun = { run: '', revision: '', lookups: [] };

export async function probe({ connect, settingsHash, log, stop, now }: Probing): Promise<Ended> {
  const started = now();
  let connection: OpenConnection | undefined;
  let ending: Ending = { exit: 0, result: 'Succeeded', reason: 'Probed', final: true };
  try {
    connection = await connect();
    await connection.probe(stop.hard);
    log.info('the system answered');
  } catch (error) {
    ending = endingOf(error);
    log.error({ reason: ending.reason, ...errorFields(error) }, 'the probe failed');
  }
  const reports = connection ? [connection.report()] : [];
  await connection?.close();
  return {
    exit: ending.exit,
    report: reportWithoutRun({ ...noRun, settingsHash }, ending, started, now(), reports),
  };
}
