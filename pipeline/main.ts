/**
 * The worker: `node pipeline/main.ts` runs, `… report` says again what a run said, `… probe <connection>` asks a system. Whatever
 * happens, it ends with a report in the termination message and an exit code that says who must act.
 */
import { writeFile } from 'node:fs/promises';
import { connect } from '../connectors/connect.ts';
import { type CatalogueEntry, catalogue } from '../connectors/index.ts';
import { contentHash } from '../crds/names.ts';
import { type ConnectionSettings, exitCodes, type Settings } from '../crds/plan.ts';
import { type Report, toTerminationMessage } from '../crds/report.ts';
import {
  connectionNamed,
  type Environment,
  type Network,
  readAccount,
  readArguments,
  readEnvironment,
  readInputs,
  readNetwork,
  readSettings,
} from './config.ts';
import { type OpenConnection, openConnection } from './connection.ts';
import { endingOf, Refused } from './ending.ts';
import { type Ended, repeatReport } from './finish.ts';
import { errorFields, type Logger, openLog } from './log.ts';
import { probe } from './probe.ts';
import { type Identity, reportWithoutRun } from './report.ts';
import { identityOf, run } from './run.ts';
import { openLedger } from './stage/database.ts';
import { endRun } from './stage/runs.ts';
import { openStop } from './stop.ts';

/** Time for requests in flight after SIGTERM; the pod's grace period is longer. */
const graceMs = 25_000;
const patience = { waitMs: 90_000, lookMs: 1000 };
const now = () => new Date();

const environment = readEnvironment(process.env);
const log = openLog(environment.logLevel);
const stop = openStop(graceMs);
process.once('SIGTERM', stop.ask);
process.once('SIGINT', stop.ask);

/** Filled as soon as more is known, for the report of a start that fails. */
let identity: Identity = { run: environment.runId, revision: '', lookups: [], settingsHash: '' };

async function main(): Promise<Ended> {
  const command = readArguments(process.argv.slice(2));
  if (command.mode === 'probe') return probeOne(command.connection);
  const inputs = await readInputs(environment);
  identity = identityOf(inputs);
  const runLog = log.child({ run: inputs.runId, workflow: inputs.plan.workflow.name });
  const ledger = await openLedger({ url: inputs.ledgerUrl, schema: inputs.plan.workflow.namespace });
  try {
    if (command.mode === 'report') {
      const row = await endRun(ledger, inputs.runId, inputs.plan.workflow.name);
      if (row) return { exit: exitCodes.Finished, report: await repeatReport(ledger, row) };
      const never = { result: 'Interrupted', reason: 'Interrupted', message: 'the run never started' } as const;
      return { exit: exitCodes.Finished, report: reportWithoutRun(identity, never, now(), now()) };
    }
    const network = await readNetwork(environment);
    const connectTo = (name: string) => open(name, inputs.settings, network);
    return await run({ inputs, ledger, connect: connectTo, log: runLog, stop, now, patience });
  } finally {
    await ledger.close();
  }
}

async function probeOne(name: string): Promise<Ended> {
  const settings = await readSettings(environment);
  const network = await readNetwork(environment);
  return probe({
    connect: () => open(name, settings, network),
    settingsHash: contentHash(settings),
    log: log.child({ connection: name }),
    stop,
    now,
  });
}

/** The only place where a name becomes a connector. */
async function open(name: string, all: Settings, network: Network): Promise<OpenConnection> {
  const settings = connectionNamed(all, name);
  const { facts, load } = entryOf(settings);
  const { secrets, authorities } = await readAccount(environment, all, name);
  const connector = connect(
    await load(),
    {
      facts,
      config: settings.config,
      secretName: settings.secret,
      secrets,
      ...(settings.limits?.concurrent === undefined ? {} : { limits: { concurrent: settings.limits.concurrent } }),
    },
    {
      routes: network.routes,
      certificateAuthorities: [...network.authorities, ...authorities],
      now,
      random: Math.random,
    },
  );
  return openConnection(settings, facts, connector);
}

function entryOf({ name, system }: ConnectionSettings): CatalogueEntry {
  const entry = (catalogue as Record<string, CatalogueEntry>)[system];
  if (entry) return entry;
  throw new Refused(
    'InvalidConfiguration',
    `connection ${name}: this worker knows no system ${system}; operator and worker must be of one release`,
  );
}

const started = now();
const ended = await main().catch((error: unknown): Ended => {
  const ending = endingOf(error);
  log.error({ reason: ending.reason, ...errorFields(error) }, 'the worker could not start');
  return { exit: ending.exit, report: reportWithoutRun(identity, ending, started, now()) };
});
await writeReport(environment, ended.report, log);
log.info(
  {
    exit: ended.exit,
    result: ended.report.result,
    seconds: ended.report.durationSeconds,
    peakMemoryMb: Math.ceil(process.resourceUsage().maxRSS / 1024),
  },
  'the worker ends',
);
process.exit(ended.exit);

async function writeReport({ report: file }: Environment, report: Report, to: Logger): Promise<void> {
  try {
    await writeFile(file, toTerminationMessage(report));
  } catch (error) {
    to.error(errorFields(error), 'the report could not be written');
  }
}
