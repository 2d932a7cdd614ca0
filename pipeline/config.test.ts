import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readAccount, readArguments, readEnvironment, readInputs, readNetwork, readSettings } from './config.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'supercargo-config-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, content: unknown): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
}

const connection = (name: string) => ({
  name,
  system: 'magento',
  config: {},
  secret: `${name}-secret`,
  fingerprint: name,
});
const settings = { suspend: false, connections: [connection('a'), connection('b')], limits: {} };
const end = { connectionRef: { name: 'a' }, stream: 'customers' };
const plan = {
  format: 1,
  workflow: { namespace: 'n', name: 'w' },
  revision: 'w-0123456789',
  tasks: [{ name: 't', from: end, to: end, method: 'Update' }],
};

function writeAll(): void {
  write('plan/plan.json', plan);
  write('settings/settings.json', settings);
  write('lookups/groups.json', { table: 'groups', hash: 'h', onNoEntry: 'Fail', entries: [] });
  write('ledger/url', 'postgres://u:secret@db/supercargo\n');
}

const inputs = (env: Record<string, string> = {}) =>
  readInputs(readEnvironment({ SUPERCARGO_ROOT: root, SUPERCARGO_RUN_ID: 'uid-1', ...env }));

describe('readInputs', () => {
  it('reads what lies below the root, and fills defaults', async () => {
    writeAll();
    expect(await inputs()).toMatchObject({
      runId: 'uid-1',
      request: null,
      ledgerUrl: 'postgres://u:secret@db/supercargo',
      plan: { runDeadlineSeconds: 3600, tasks: [{ onMissing: 'Fail' }] },
      settings: { limits: { leaseSeconds: 60, settleSeconds: 2, tries: 5 } },
      lookups: [{ table: 'groups' }],
    });
  });

  it('reads mounts where their variables say they are', async () => {
    writeAll();
    write('elsewhere/plan.json', { ...plan, revision: 'w-9999999999' });
    expect(await inputs({ SUPERCARGO_PLAN_DIR: join(root, 'elsewhere') })).toMatchObject({
      plan: { revision: 'w-9999999999' },
    });
  });

  it('takes the run id of the request where there is one; an empty file is none', async () => {
    writeAll();
    write('request/request.json', '');
    expect(await inputs()).toMatchObject({ runId: 'uid-1', request: null });
    write('request/request.json', { run: 'uid-2', type: 'Sync', trigger: 'Manual' });
    expect(await inputs()).toMatchObject({ runId: 'uid-2', request: { trigger: 'Manual' } });
  });

  const broken: { name: string; file?: [string, unknown]; env?: Record<string, string>; message: RegExp }[] = [
    {
      name: 'a file that is not mounted',
      file: ['plan/plan.json', undefined],
      message: /^plan\/plan\.json: is not mounted$/,
    },
    {
      name: 'a file that is no JSON',
      file: ['settings/settings.json', '{'],
      message: /^settings\/settings\.json: is no JSON$/,
    },
    {
      name: 'a field that is wrong',
      file: ['settings/settings.json', { ...settings, limits: { tries: 0 } }],
      message: /^settings\/settings\.json: limits\.tries: .*; operator and worker must be of one release$/,
    },
    {
      name: 'a ledger URL of another database, without showing it',
      file: ['ledger/url', 'mysql://u:secret@db/x'],
      message:
        /^ledger\/url: must be a URL that begins with postgres:\/\/; it is the key url of the Secret supercargo-ledger$/,
    },
    {
      name: 'no run id',
      env: { SUPERCARGO_RUN_ID: '' },
      message: /SUPERCARGO_RUN_ID.*batch\.kubernetes\.io\/controller-uid/,
    },
  ];
  for (const { name, file, env, message } of broken) {
    it(`refuses ${name}`, async () => {
      writeAll();
      if (file?.[1] === undefined && file) rmSync(join(root, file[0]));
      else if (file) write(...file);
      await expect(inputs(env)).rejects.toMatchObject({
        name: 'ConfigError',
        code: 'InvalidConfiguration',
        message: expect.stringMatching(message),
      });
    });
  }
});

describe('readAccount', () => {
  const account = async (env: Record<string, string>, name: string) => {
    const environment = readEnvironment({ SUPERCARGO_ROOT: root, ...env });
    return readAccount(environment, await readSettings(environment), name);
  };

  it('reads the keys of a Secret as a kubelet mounts them', async () => {
    writeAll();
    write('secrets/b/..2026_01_01/password', 'p');
    symlinkSync('..2026_01_01', join(root, 'secrets/b/..data'));
    symlinkSync('..data/password', join(root, 'secrets/b/password'));
    write('ca/b/ca.pem', 'pem');
    expect(await account({}, 'b')).toEqual({ secrets: { password: 'p' }, authorities: ['pem'] });
  });

  it('finds it by place where a node puts mounts elsewhere', async () => {
    writeAll();
    write('volumes/secret-1/password', 'p');
    const env = {
      SUPERCARGO_SECRET_0: join(root, 'volumes/secret-0'),
      SUPERCARGO_SECRET_1: join(root, 'volumes/secret-1'),
    };
    expect((await account(env, 'b')).secrets).toEqual({ password: 'p' });
  });

  it('finds it by name, though settings were reordered since the Job was made', async () => {
    writeAll();
    write('secrets/b/password', 'of b');
    const env = { SUPERCARGO_SECRET_0: join(root, 'secrets/b'), SUPERCARGO_SECRET_1: join(root, 'secrets/a') };
    expect((await account(env, 'b')).secrets).toEqual({ password: 'of b' });
  });

  it('names a Secret that is not mounted', async () => {
    writeAll();
    await expect(account({}, 'a')).rejects.toThrow(/Secret of connection a is not mounted/);
  });
});

it('reads routes and authorities, and does without', async () => {
  const environment = readEnvironment({ SUPERCARGO_ROOT: root });
  expect(await readNetwork(environment)).toEqual({ routes: [], authorities: [] });
  write('network/routes.json', [{ host: 'a.example', port: 443, to: '127.0.0.1:1', plainHttp: true }]);
  write('network/ca.pem', 'pem');
  expect(await readNetwork(environment)).toEqual({
    routes: [{ host: 'a.example', port: 443, to: '127.0.0.1:1', plainHttp: true }],
    authorities: ['pem'],
  });
});

describe('readArguments', () => {
  it('knows a run, a report and a probe', () => {
    expect(readArguments([])).toEqual({ mode: 'run' });
    expect(readArguments(['report'])).toEqual({ mode: 'report' });
    expect(readArguments(['probe', 'magento'])).toEqual({ mode: 'probe', connection: 'magento' });
  });
  for (const wrong of [['probe'], ['probe', 'a', 'b'], ['report', 'a'], ['stir']]) {
    it(`refuses ${wrong.join(' ')}`, () =>
      expect(() => readArguments(wrong)).toThrow(/must be none, report, or probe/));
  }
});
