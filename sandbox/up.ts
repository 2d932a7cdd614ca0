/** Starts a sandbox, or brings a running one up to date with this checkout. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findClusterBinaries } from './cluster-binaries.ts';
import { apiserverUrl, startControlPlane } from './control-plane.ts';
import { writeCredentials } from './credentials.ts';
import { remove } from './down.ts';
import { findHelm } from './helm.ts';
import { startLedger } from './ledger.ts';
import { withLock } from './lock.ts';
import { startNode } from './node.ts';
import { installOperator, makeImage } from './operator.ts';
import { type Places, placesOf, readSandbox, type Sandbox } from './places.ts';
import { freePorts, type Ports } from './ports.ts';
import { isAlive, noted } from './process.ts';
import { type Progress, progress, sayOnStderr } from './progress.ts';
import { readSettings } from './settings.ts';
import { hosts, seed, startSimulators } from './simulators.ts';

export interface UpOptions {
  /** Default: `default`. */
  name?: string;
  /** Leave the simulated systems empty. Of no effect on a sandbox that runs already. */
  empty?: boolean;
  /** `false` installs everything of the chart but keeps the operator at zero pods, so that one can be run by hand. */
  operator?: boolean;
  /** Namespaces that are made and served beside `supercargo`. */
  namespaces?: string[];
  /** How often the operator lists everything again; default: that of the chart. */
  relistSeconds?: number;
  /** Values of the chart on top of the sandbox's own. */
  values?: Record<string, unknown>;
  /** Told what goes on; default: lines on standard error. */
  say?: (line: string) => void;
}

/**
 * One that runs is kept, with all its data, and gets the operator of this checkout. What is left of one that was killed is removed
 * first. Calls with the same name wait for each other.
 */
export async function up(options: UpOptions = {}): Promise<Sandbox> {
  const { name = 'default', say = sayOnStderr } = options;
  const places = placesOf(name);
  const tell = progress(say);
  return withLock(
    places.lock,
    () => say(`another command is at work on the sandbox "${name}"; waiting for it`),
    async () => {
      const settings = readSettings();
      const [binaries, helm] = await Promise.all([
        findClusterBinaries(settings, tell, say),
        tell('unpacking helm', () => findHelm(settings.cache)),
      ]);
      const running = await findRunning(places);
      if (running === null) await remove(places);
      const image = tell('bundling our programs', () => makeImage(places));
      const starting = running ?? startWorld(binaries, places, options, tell);
      const [sandbox, tag] = await bothOrNone(starting, image);
      await tell('installing the operator', async () =>
        installOperator(sandbox, {
          helm,
          places,
          tag,
          ports: JSON.parse(await readFile(places.ports, 'utf8')) as Ports,
          simulatorAuthority: await readFile(authorityFile(places), 'utf8'),
          replicas: options.operator === false ? 0 : 1,
          ...(options.namespaces !== undefined && { namespaces: options.namespaces }),
          ...(options.relistSeconds !== undefined && { relistSeconds: options.relistSeconds }),
          ...(options.values !== undefined && { values: options.values }),
        }),
      );
      return sandbox;
    },
  );
}

const authorityFile = (places: Places) => join(places.certificates, 'simulator-ca.pem');

/** The sandbox of this name, if every program it started is still there. */
async function findRunning(places: Places): Promise<Sandbox | null> {
  const sandbox = await readSandbox(places).catch(() => null);
  if (sandbox === null) return null;
  const alive = await noted(places.processes);
  const isThere = ([name, pid]: [string, number]) => {
    const process = alive.get(name);
    return process !== undefined && process.pid === pid && isAlive(process);
  };
  return Object.entries(sandbox.pids).every(isThere) ? sandbox : null;
}

async function startWorld(binaries: string, places: Places, { empty }: UpOptions, tell: Progress): Promise<Sandbox> {
  await rm(places.logs, { recursive: true, force: true });
  await mkdir(places.dir, { recursive: true, mode: 0o700 });
  const ports = await freePorts();
  await writeFile(places.ports, JSON.stringify(ports));
  const credentials = await writeCredentials(places, apiserverUrl(ports), Object.values(hosts));
  await writeFile(authorityFile(places), credentials.simulatorAuthority);

  const controlPlane = tell('starting the control plane', async () => {
    await startControlPlane(binaries, places, ports, credentials);
    startNode(binaries, places, ports, credentials);
  });
  const systems = tell('starting the simulators', async () => {
    const simulators = await startSimulators(places, ports.simulators, credentials.simulators);
    if (!empty) await seed(simulators);
    return simulators;
  });
  const database = tell('starting the database', () => startLedger(places, ports.ledger));
  try {
    const [, [simulators, ledger]] = await bothOrNone(controlPlane, bothOrNone(systems, database));
    return await describe(binaries, places, ports, { simulators, ledger });
  } catch (error) {
    await remove(places);
    throw error;
  }
}

/** Like Promise.all, but a failure is told only when the other has come to rest, so that nothing is started behind our back. */
async function bothOrNone<A, B>(one: A | Promise<A>, other: B | Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

async function describe(
  binaries: string,
  places: Places,
  ports: Ports,
  parts: Pick<Sandbox, 'simulators' | 'ledger'>,
): Promise<Sandbox> {
  const processes = await noted(places.processes);
  const sandbox: Sandbox = {
    kubeconfig: places.kubeconfig,
    kubectl: join(binaries, 'kubectl'),
    namespace: 'supercargo',
    ledger: parts.ledger,
    node: 'process',
    simulators: parts.simulators,
    metrics: `http://127.0.0.1:${ports.operatorMetrics}/metrics`,
    pids: Object.fromEntries([...processes].map(([name, { pid }]) => [name, pid])),
  };
  await writeFile(places.sandboxJson, `${JSON.stringify(sandbox, null, 2)}\n`, { mode: 0o600 });
  return sandbox;
}
