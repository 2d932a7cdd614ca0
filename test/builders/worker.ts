/** A worker with real systems around it: simulators over HTTP, a database, and the files a pod mounts. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect } from '../../connectors/connect.ts';
import { catalogue } from '../../connectors/index.ts';
import { startMagento } from '../../connectors/magento/simulator/start.ts';
import { startSage300 } from '../../connectors/sage300/simulator/start.ts';
import type { LookupContent, Plan, RunRequest, Settings } from '../../crds/plan.ts';
import { parseReport, type Report } from '../../crds/report.ts';
import { readAccount, readEnvironment, readInputs, readNetwork } from '../../pipeline/config.ts';
import { openConnection } from '../../pipeline/connection.ts';
import type { Ended } from '../../pipeline/finish.ts';
import { openLog } from '../../pipeline/log.ts';
import { run, type Worker } from '../../pipeline/run.ts';
import { openLedger } from '../../pipeline/stage/database.ts';
import { openStop } from '../../pipeline/stop.ts';
import { namespace, type TestDatabase } from './ledger.ts';

export type Entity = Record<string, unknown>;

/** A simulated system, steered from outside as a checker would. */
export interface RemoteSystem {
  port: number;
  seed(collection: string, entities: Entity[]): Promise<void>;
  put(collection: string, key: string, entity: Entity): Promise<void>;
  remove(collection: string, key: string): Promise<void>;
  all(collection: string): Promise<Entity[]>;
  fault(fault: Entity): Promise<void>;
  clearFaults(): Promise<void>;
  limits(limits: Entity): Promise<void>;
  reset(): Promise<void>;
  /** Requests since the last reset, of one method. */
  requests(method?: string): Promise<{ method: string; url: string; status: number; time: string }[]>;
}

export interface Systems {
  magento: RemoteSystem;
  sage300: RemoteSystem;
  close(): Promise<void>;
}

export async function startSystems(): Promise<Systems> {
  const shop = await startMagento();
  const books = await startSage300();
  return {
    magento: remote(shop),
    sage300: remote(books),
    close: async () => void (await Promise.all([shop.close(), books.close()])),
  };
}

function remote({ url, control }: { url: string; control: string }): RemoteSystem {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(new URL(path, control), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  return {
    port: Number(new URL(url).port),
    seed: async (collection, entities) => {
      for (let start = 0; start < entities.length; start += 1000) {
        await call('POST', `/collections/${collection}`, entities.slice(start, start + 1000));
      }
    },
    put: async (collection, key, entity) => void (await call('PUT', `/collections/${collection}/${key}`, entity)),
    remove: async (collection, key) => void (await call('DELETE', `/collections/${collection}/${key}`)),
    all: async collection => (await call('GET', `/collections/${collection}`)) as Entity[],
    fault: async fault => void (await call('POST', '/faults', fault)),
    clearFaults: async () => void (await call('DELETE', '/faults')),
    limits: async limits => void (await call('POST', '/limits', limits)),
    reset: async () => void (await call('POST', '/reset')),
    requests: async method => {
      const all: { n: number; method: string; url: string; status: number; time: string }[] = [];
      for (;;) {
        const page = (await call('GET', `/journal?after=${all.at(-1)?.n ?? 0}&limit=1000`)) as { entries: typeof all };
        if (page.entries.length === 0) return all.filter(entry => method === undefined || entry.method === method);
        all.push(...page.entries);
      }
    },
  };
}

/** What a test says about a run; everything else is that of `examples/magento-to-sage300`. */
export interface Given {
  run: string;
  workflow?: string;
  task?: Partial<Plan['tasks'][number]>;
  tasks?: Plan['tasks'];
  settings?: Partial<Settings>;
  limits?: Partial<Settings['limits']>;
  lookups?: LookupContent[];
  request?: RunRequest | null;
  credentials?: Record<string, Record<string, string>>;
  /** Another address of a system: it counts as another system. */
  magentoUrl?: string;
  sameSystemAs?: string;
}

export const groups: LookupContent = {
  table: 'customer-groups',
  hash: 'groups0001',
  onNoEntry: 'Fail',
  entries: [
    { from: 'General', to: 'RETAIL' },
    { from: 'Wholesale', to: 'WHOL' },
  ],
};

export const taxes: LookupContent = {
  table: 'tax-groups',
  hash: 'taxes00001',
  onNoEntry: 'Fail',
  entries: [{ from: 'Retail Customer', to: 'GSTON' }],
};

export const customersTask: Plan['tasks'][number] = {
  name: 'customers',
  from: { connectionRef: { name: 'magento' }, stream: 'customers' },
  to: { connectionRef: { name: 'sage300' }, stream: 'customers' },
  method: 'Update',
  onMissing: 'Fail',
  mapping: [
    { set: 'groupCode', from: 'group', lookup: { name: 'customer-groups' } },
    { set: 'taxGroup', from: 'taxClass', lookup: { name: 'tax-groups' } },
  ],
};

const credentials = {
  magento: {
    consumerKey: 'example-consumer-key',
    consumerSecret: 'example-consumer-secret',
    accessToken: 'example-access-token',
    accessTokenSecret: 'example-access-token-secret',
    allowedHosts: 'shop.example.com other.example.com',
  },
  sage300: { username: 'WEBAPI', password: 'example-password', allowedHosts: 'sage.example.com' },
};

/** The files of one worker, in a directory of its own. */
export interface Mounts {
  root: string;
  remove(): void;
}

export function mountWorker(given: Given, systems: Systems, database: Pick<TestDatabase, 'url'>): Mounts {
  const root = mkdtempSync(join(tmpdir(), 'supercargo-worker-'));
  const write = (file: string, content: unknown) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
  };
  const magentoUrl = given.magentoUrl ?? 'http://shop.example.com';
  write('plan/plan.json', {
    format: 1,
    workflow: { namespace, name: given.workflow ?? 'customer-update' },
    revision: 'customer-update-0123456789',
    tasks: given.tasks ?? [{ ...customersTask, ...given.task }],
  });
  write('settings/settings.json', {
    suspend: false,
    connections: [
      {
        name: 'magento',
        system: 'magento',
        config: { url: magentoUrl },
        secret: 'magento',
        fingerprint: `magento ${new URL(magentoUrl).host}`,
        ...(given.sameSystemAs === undefined ? {} : { sameSystemAs: given.sameSystemAs }),
      },
      {
        name: 'sage300',
        system: 'sage300',
        config: { url: 'http://sage.example.com/Sage300WebApi', company: 'SAMLTD' },
        secret: 'sage300',
        fingerprint: 'sage300 sage.example.com/Sage300WebApi SAMLTD',
      },
    ],
    limits: { settleSeconds: 0, ...given.limits },
    ...given.settings,
  });
  for (const lookup of given.lookups ?? [groups, taxes]) write(`lookups/${lookup.table}.json`, lookup);
  if (given.request) write('request/request.json', given.request);
  for (const [connection, secrets] of Object.entries({ ...credentials, ...given.credentials })) {
    for (const [key, text] of Object.entries(secrets)) write(`secrets/${connection}/${key}`, text);
  }
  write('ledger/url', `${database.url}\n`);
  const route = (host: string, { port }: RemoteSystem) => ({
    host,
    port: 80,
    to: `127.0.0.1:${port}`,
    plainHttp: true,
  });
  write('network/routes.json', [
    route('shop.example.com', systems.magento),
    route('other.example.com', systems.magento),
    route('sage.example.com', systems.sage300),
  ]);
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

const environmentOf = ({ run }: Given, { root }: Mounts) => ({
  SUPERCARGO_ROOT: root,
  SUPERCARGO_RUN_ID: run,
  SUPERCARGO_REPORT: join(root, 'report'),
  SUPERCARGO_LOG_LEVEL: 'silent',
});

/** A run in this process. What a test replaces, it replaces in `worker`. */
export async function runWorker(
  given: Given,
  systems: Systems,
  database: Pick<TestDatabase, 'url'>,
  worker: Partial<Worker> = {},
): Promise<Ended> {
  const mounts = mountWorker(given, systems, database);
  try {
    return await runMounted(given, mounts, worker);
  } finally {
    mounts.remove();
  }
}

async function runMounted(given: Given, mounts: Mounts, worker: Partial<Worker>): Promise<Ended> {
  const environment = readEnvironment(environmentOf(given, mounts));
  const inputs = await readInputs(environment);
  const network = await readNetwork(environment);
  const ledger = await openLedger({ url: inputs.ledgerUrl, schema: namespace });
  try {
    return await run({
      inputs,
      ledger,
      connect: async name => {
        const settings = inputs.settings.connections.find(connection => connection.name === name);
        if (!settings) throw new Error(`no connection ${name}`);
        const { facts, load } = catalogue[settings.system as keyof typeof catalogue];
        const { secrets } = await readAccount(environment, inputs.settings, name);
        const surroundings = {
          routes: network.routes,
          certificateAuthorities: [],
          now: () => new Date(),
          random: () => 0,
          sleep: () => Promise.resolve(),
        };
        const account = { facts, config: settings.config, secretName: settings.secret, secrets };
        return openConnection(settings, facts, connect(await load(), account, surroundings));
      },
      log: openLog('silent'),
      stop: openStop(1000),
      now: () => new Date(),
      patience: { waitMs: 0, lookMs: 10 },
      ...worker,
    });
  } finally {
    await ledger.close();
  }
}

export interface Process {
  pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Exit code (null after a signal), report, and everything it logged. */
  ended: Promise<{ exit: number | null; report: Report | null; log: string }>;
}

/** The worker as a program of its own, as a pod starts it. */
export function spawnWorker(
  given: Given,
  systems: Systems,
  database: Pick<TestDatabase, 'url'>,
  args: string[] = [],
  env: Record<string, string> = {},
): Process {
  const mounts = mountWorker(given, systems, database);
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../pipeline/main.ts'), ...args], {
    env: { ...environmentOf(given, mounts), SUPERCARGO_LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (log += String(chunk)));
  const ended = new Promise<Awaited<Process['ended']>>(resolve => {
    child.on('close', exit => {
      resolve({ exit, report: parseReport(readOptional(join(mounts.root, 'report'))), log });
      mounts.remove();
    });
  });
  return { pid: child.pid ?? 0, kill: signal => void child.kill(signal), ended };
}

function readOptional(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // it ended before it could report
  }
}
