/**
 * Everything a worker is given, read once: environment, mounted files, arguments. The only reader of the environment in this program.
 * What is wrong is said with file, field and what to do.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import type { Route } from '../connectors/contract.ts';
import { ConfigError } from '../connectors/errors.ts';
import {
  type ConnectionSettings,
  type LookupContent,
  lookupContent,
  mounts,
  environment as names,
  type Plan,
  plan,
  type RunRequest,
  request,
  routes,
  type Settings,
  settings,
  workerModes,
} from '../crds/plan.ts';
import { errorCode } from './error-code.ts';

/** The environment, typed. Nothing is read from a file yet, so this cannot fail. */
export interface Environment {
  directories: Record<'plan' | 'settings' | 'lookups' | 'request' | 'ledger' | 'network', string>;
  secret(place: number, name: string): string;
  ca(place: number, name: string): string;
  runId: string;
  report: string;
  logLevel: string;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const root = env[names.root] ?? mounts.root;
  const directory = (name: string, below: string) => env[name] ?? path.join(root, path.dirname(below));
  const level = env[names.logLevel] ?? 'info';
  return {
    directories: {
      plan: directory(names.plan, mounts.plan),
      settings: directory(names.settings, mounts.settings),
      lookups: env[names.lookups] ?? path.join(root, mounts.lookups),
      request: directory(names.request, mounts.request),
      ledger: directory(names.ledger, mounts.ledger),
      network: directory(names.network, mounts.routes),
    },
    secret: (place, name) => mountOf(env, names.secret, place, name) ?? path.join(root, mounts.secrets, name),
    ca: (place, name) => mountOf(env, names.ca, place, name) ?? path.join(root, mounts.ca, name),
    runId: env[names.runId] ?? '',
    report: env[names.report] ?? '/dev/termination-log',
    logLevel: logLevels.includes(level) ? level : 'info',
  };
}

/** By the connection's name, because settings may have been reordered since the Job was made; by place where mounts lie elsewhere. */
function mountOf(env: NodeJS.ProcessEnv, prefix: string, place: number, name: string): string | undefined {
  const mounted = Object.entries(env).flatMap(([variable, value]) =>
    variable.startsWith(prefix) && value ? [value] : [],
  );
  return mounted.find(directory => path.basename(directory) === name) ?? env[`${prefix}${place}`];
}

export type Command = { mode: 'run' } | { mode: 'report' } | { mode: 'probe'; connection: string };

export function readArguments([mode, name, ...rest]: string[]): Command {
  if (mode === undefined) return { mode: 'run' };
  if (mode === 'report' && name === undefined) return { mode };
  if (mode === 'probe' && name !== undefined && rest.length === 0) return { mode, connection: name };
  throw invalid(`the arguments must be none, ${workerModes[0]}, or ${workerModes[1]} <connection>; got ${mode}`);
}

/** What a run works by. */
export interface Inputs {
  plan: Plan;
  settings: Settings;
  lookups: LookupContent[];
  /** Null = a scheduled Sync. */
  request: RunRequest | null;
  runId: string;
  ledgerUrl: string;
}

export async function readInputs(environment: Environment): Promise<Inputs> {
  const { directories } = environment;
  const asked = await readRequest(directories.request);
  const runId = asked?.run ?? environment.runId;
  if (runId === '') {
    throw invalid(`no run id: set ${names.runId} to the label batch.kubernetes.io/controller-uid, or mount a request`);
  }
  return {
    plan: await readJson(directories.plan, mounts.plan, plan),
    settings: await readSettings(environment),
    lookups: await readLookups(directories.lookups),
    request: asked,
    runId,
    ledgerUrl: await readLedgerUrl(directories.ledger),
  };
}

export function readSettings({ directories }: Environment): Promise<Settings> {
  return readJson(directories.settings, mounts.settings, settings);
}

/** The credentials of a connection and the authorities it trusts. */
export interface Account {
  secrets: Record<string, string>;
  authorities: string[];
}

export async function readAccount(environment: Environment, all: Settings, name: string): Promise<Account> {
  const place = all.connections.findIndex(connection => connection.name === name);
  const directory = environment.secret(place, name);
  const files = await visibleFiles(directory).catch(() => {
    throw invalid(`the Secret of connection ${name} is not mounted at ${mounts.secrets}/${name}`);
  });
  const secrets: Record<string, string> = {};
  for (const file of files) secrets[file] = await readFile(path.join(directory, file), 'utf8');
  const ca = await optional(path.join(environment.ca(place, name), 'ca.pem'));
  return { secrets, authorities: ca === null ? [] : [ca] };
}

/** What the surroundings allow all connections. */
export interface Network {
  routes: Route[];
  authorities: string[];
}

export async function readNetwork({ directories }: Environment): Promise<Network> {
  const ca = await optional(path.join(directories.network, path.basename(mounts.networkCa)));
  const text = await optional(path.join(directories.network, path.basename(mounts.routes)));
  const listed = text === null || text.trim() === '' ? [] : parse(mounts.routes, text, routes);
  return {
    routes: listed.map(({ plainHttp, ...route }) => (plainHttp === undefined ? route : { ...route, plainHttp })),
    authorities: ca === null || ca.trim() === '' ? [] : [ca],
  };
}

/** The settings of one connection. */
export function connectionNamed(all: Settings, name: string): ConnectionSettings {
  const found = all.connections.find(connection => connection.name === name);
  if (found) return found;
  throw invalid(`${mounts.settings}: connections: ${name} is not among them; the operator writes this file`);
}

async function readRequest(directory: string): Promise<RunRequest | null> {
  const text = await optional(path.join(directory, path.basename(mounts.request)));
  return text === null || text.trim() === '' ? null : parse(mounts.request, text, request);
}

async function readLookups(directory: string): Promise<LookupContent[]> {
  const files = await visibleFiles(directory).catch(() => []);
  const contents: LookupContent[] = [];
  for (const file of files.filter(name => name.endsWith('.json'))) {
    contents.push(await readJson(directory, `${mounts.lookups}/${file}`, lookupContent));
  }
  return contents;
}

async function readLedgerUrl(directory: string): Promise<string> {
  const text = (await optional(path.join(directory, path.basename(mounts.ledger))))?.trim();
  const protocol = text === undefined ? undefined : URL.parse(text)?.protocol;
  if (text !== undefined && (protocol === 'postgres:' || protocol === 'postgresql:')) return text;
  throw invalid(
    `${mounts.ledger}: must be a URL that begins with postgres://; it is the key url of the Secret supercargo-ledger`,
  );
}

async function readJson<T>(directory: string, file: string, schema: z.ZodType<T>): Promise<T> {
  const text = await optional(path.join(directory, path.basename(file)));
  if (text === null) throw invalid(`${file}: is not mounted`);
  return parse(file, text, schema);
}

function parse<T>(file: string, text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(`${file}: is no JSON`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(
    `${file}: ${issue?.path.join('.') || 'content'}: ${issue?.message ?? 'not understood'}; operator and worker must be of one release`,
  );
}

const invalid = (message: string) => new ConfigError('InvalidConfiguration', message);

/** The files of a mount, without the links that a kubelet keeps beside them. */
async function visibleFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter(entry => !entry.name.startsWith('..') && !entry.isDirectory())
    .map(entry => entry.name)
    .sort();
}

async function optional(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
