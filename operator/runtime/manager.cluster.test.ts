import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { controlPlane } from '../../test/journeys/control-plane.ts';
import { Api } from './api.ts';
import { leases } from './lease-record.ts';
import { configMaps, newNamespace, removeNamespaces, until } from './test-kinds.ts';

let cluster: Awaited<ReturnType<typeof controlPlane>>;
let api: Api;
let namespace: string;
beforeAll(async () => {
  cluster = await controlPlane();
  api = await Api.connect({ kubeconfig: cluster.kubeconfig, fieldManager: 'runtime-test', userAgent: 'runtime-test' });
  namespace = await newNamespace(api);
});
afterAll(async () => {
  await removeNamespaces(api);
  await api.close();
  await cluster.stop();
});

/** A whole operator: it labels every ConfigMap with the name of the process that saw it. Short times, to be waited for. */
const program = (identity: string): string => `
  const { Api } = await import('${import.meta.resolve('./api.ts')}');
  const { Controller } = await import('${import.meta.resolve('./controller.ts')}');
  const { Informer } = await import('${import.meta.resolve('./informer.ts')}');
  const { LeaderElector } = await import('${import.meta.resolve('./lease.ts')}');
  const { createLogger } = await import('${import.meta.resolve('./log.ts')}');
  const { Manager } = await import('${import.meta.resolve('./manager.ts')}');
  const { Metrics } = await import('${import.meta.resolve('./metrics.ts')}');
  const { configMaps } = await import('${import.meta.resolve('./test-kinds.ts')}');
  const { itself, watching } = await import('${import.meta.resolve('./triggers.ts')}');

  const [namespace, identity] = ['${namespace}', '${identity}'];
  const log = createLogger();
  const metrics = new Metrics({ prefix: 'example' });
  const api = await Api.connect({ kubeconfig: process.env.KUBECONFIG, fieldManager: 'test', userAgent: identity, observer: metrics.http });
  const informer = new Informer({ api, resource: configMaps, namespaces: [namespace], labelSelector: 'watched=yes', log, observer: metrics.watch('ConfigMap') });
  const controller = new Controller({
    name: 'configmap', kind: 'ConfigMap', log, observer: metrics.controller('configmap', 4), triggers: [watching(informer, itself)],
    async reconcile(key, { signal, writes }) {
      const found = informer.get(key);
      if (found === undefined || found.metadata.labels.seen === identity) return;
      writes.wrote(informer, await api.patch(configMaps, key, { metadata: { labels: { seen: identity } } }, { signal }));
    },
  });
  const elector = new LeaderElector({ api, namespace, name: 'leader', identity, log, observer: metrics.lease('leader'), leaseSeconds: 6, renewDeadlineSeconds: 4, retrySeconds: 0.5 });
  const health = { metrics: metrics.registry, healthPort: 0, host: '127.0.0.1' };
  const manager = new Manager({ informers: [informer], controllers: [controller], elector, health, log });
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort());
  const running = manager.run(stop.signal);
  while (manager.ports === undefined) await new Promise(resolve => setTimeout(resolve, 10));
  console.log(JSON.stringify({ port: manager.ports.healthPort }));
  await running.catch(() => process.exit(1));
  await api.close();
`;

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly lines: string[];
}

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await api.delete(leases, { namespace, name: 'leader' });
});

async function start(identity: string): Promise<Running> {
  const args = ['--input-type=module', '--no-warnings', '--eval', program(identity)];
  const env = { ...process.env, KUBECONFIG: cluster.kubeconfig, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', line => lines.push(line));
  const portLine = (): string | undefined => lines.find(line => line.startsWith('{"port"'));
  await until(`${identity} listens`, portLine);
  return { child, lines, port: JSON.parse(portLine() ?? '').port };
}

const holder = async (): Promise<string | undefined> =>
  (await api.get(leases, { namespace, name: 'leader' }))?.spec.holderIdentity;
const seenBy = async (name: string): Promise<string | undefined> =>
  (await api.get(configMaps, { namespace, name }))?.metadata.labels?.seen;
const ready = async ({ port }: Running): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
const metric = async ({ port }: Running, line: RegExp): Promise<boolean> =>
  line.test(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
const makeConfigMap = (name: string) =>
  api.create(configMaps, { metadata: { namespace, name, labels: { watched: 'yes' } } });

it('one works and the other is ready; killed, the other takes over; stopped, it leaves the lease free', async () => {
  const first = await start('first');
  await until('the first leads', async () => (await holder()) === 'first');
  const second = await start('second');
  await until('the second is ready', () => ready(second));
  await makeConfigMap('one');
  await until('the first has worked', async () => (await seenBy('one')) === 'first');
  expect(await metric(first, /^leader_election_master_status\{name="leader"\} 1$/m)).toBe(true);
  expect(await metric(second, /^leader_election_master_status\{name="leader"\} 0$/m)).toBe(true);

  first.child.kill('SIGKILL');
  await until('the second leads', async () => (await holder()) === 'second');
  await until('the second has worked', async () => (await seenBy('one')) === 'second');
  await makeConfigMap('two');
  await until('the second goes on', async () => (await seenBy('two')) === 'second');

  const exit = once(second.child, 'exit');
  second.child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(await holder()).toBeUndefined();
});

it('a leader that was paused past its lease ends with an error and writes nothing more', async () => {
  const paused = await start('paused');
  await until('it leads', async () => (await holder()) === 'paused');
  const next = await start('next');
  await until('the next is ready', () => ready(next));
  paused.child.kill('SIGSTOP');
  await until('the next leads', async () => (await holder()) === 'next');
  await makeConfigMap('three');
  await until('the next has worked', async () => (await seenBy('three')) === 'next');
  const exit = once(paused.child, 'exit');
  paused.child.kill('SIGCONT');
  const [code] = await exit;
  expect(code).not.toBe(0);
  await new Promise(resolve => setTimeout(resolve, 500));
  expect([await holder(), await seenBy('three')]).toEqual(['next', 'next']);
});

it('costs nothing when nothing happens', async () => {
  const one = await start('steady');
  await until('it leads', async () => (await holder()) === 'steady');
  await makeConfigMap('four');
  await until('it has worked', async () => (await seenBy('four')) === 'steady');
  const version = async () => (await api.get(configMaps, { namespace, name: 'four' }))?.metadata.resourceVersion;
  const before = await version();
  await new Promise(resolve => setTimeout(resolve, 2000));
  expect(await version()).toBe(before);
  expect(await metric(one, /^rest_client_requests_total\{code="200",method="PATCH",host="[^"]+"\} \d$/m)).toBe(true);
});
