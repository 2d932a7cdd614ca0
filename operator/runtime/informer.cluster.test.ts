import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { controlPlane } from '../../test/journeys/control-plane.ts';
import { Api } from './api.ts';
import { systemClock } from './clock.ts';
import { CutLine } from './cut-line.ts';
import { Informer, type InformerOptions } from './informer.ts';
import { findCluster } from './kubeconfig.ts';
import { createLogger } from './log.ts';
import { ManualClock } from './manual-clock.ts';
import type { KubeObject } from './resource.ts';
import {
  type ConfigMap,
  configMaps,
  defineThings,
  newNamespace,
  removeNamespaces,
  things,
  until,
} from './test-kinds.ts';

let cluster: Awaited<ReturnType<typeof controlPlane>>;
let api: Api;
beforeAll(async () => {
  cluster = await controlPlane();
  api = await Api.connect({ kubeconfig: cluster.kubeconfig, fieldManager: 'runtime-test', userAgent: 'runtime-test' });
});
afterAll(async () => {
  await removeNamespaces(api);
  await api.close();
  await cluster.stop();
});

let namespace: string;
const stop: { now: AbortController; running: Promise<void>[] } = { now: new AbortController(), running: [] };
beforeEach(async () => {
  namespace = await newNamespace(api);
  stop.now = new AbortController();
  stop.running = [];
});
afterEach(async () => {
  stop.now.abort();
  await Promise.all(stop.running);
});

/** A cluster puts ConfigMaps of its own into every namespace; ours are told apart by a label. */
const ours = { test: 'yes' };
const create = (
  name: string,
  data: Record<string, string> = {},
  labels = ours,
  where = namespace,
): Promise<ConfigMap> => api.create(configMaps, { metadata: { namespace: where, name, labels }, data });
const change = (name: string, data: Record<string, string>): Promise<ConfigMap> =>
  api.patch(configMaps, { namespace, name }, { data });
const remove = (name: string): Promise<boolean> => api.delete(configMaps, { namespace, name });

/** A running informer, and what it told. */
async function follow(options: Partial<InformerOptions<KubeObject>> = {}) {
  const told: string[] = [];
  const counted = { reconnects: 0, relists: 0 };
  const observer = {
    measure: () => {},
    reconnected: () => void counted.reconnects++,
    relisted: () => void counted.relists++,
  };
  const log = createLogger({ level: 'silent' });
  const informer = new Informer<KubeObject>({
    api,
    resource: configMaps,
    log,
    namespaces: [namespace],
    labelSelector: 'test=yes',
    freeze: true,
    observer,
    ...options,
  });
  informer.onChange(({ key, before, after, initial }) => {
    const what = before === undefined ? 'came' : after === undefined ? 'went' : 'changed';
    told.push(`${key.name} ${what}${initial ? ' before' : ''}`);
  });
  stop.running.push(informer.run(stop.now.signal));
  await informer.synced;
  return { informer, told, counted };
}

describe('tells', () => {
  it('what is there, then every change, in order', async () => {
    await create('old');
    const { told } = await follow();
    await create('new', { a: '1' });
    await change('new', { a: '2' });
    await remove('new');
    await until('it was told', () => told.length === 4);
    expect(told).toEqual(['old came before', 'new came', 'new changed', 'new went']);
  });

  it('only what the selector selects; losing the label is going', async () => {
    const { told } = await follow({ labelSelector: 'test=special' });
    await create('other');
    await create('ours', {}, { test: 'special' });
    await api.patch(configMaps, { namespace, name: 'ours' }, { metadata: { labels: { test: 'yes' } } });
    await until('it was told', () => told.length === 2);
    expect(told).toEqual(['ours came', 'ours went']);
  });

  it('about each of several namespaces, and no other', async () => {
    const second = await newNamespace(api);
    const third = await newNamespace(api);
    const { informer } = await follow({ namespaces: [namespace, second] });
    for (const one of [third, second, namespace]) await create('x', {}, ours, one);
    await until('both are there', () => informer.list().length === 2);
    expect(new Set(informer.list().map(({ metadata }) => metadata.namespace))).toEqual(new Set([namespace, second]));
    expect(informer.list(second)).toHaveLength(1);
  });
});

it('keeps objects small and unchangeable', async () => {
  await api.create(configMaps, {
    metadata: {
      namespace,
      name: 'x',
      labels: ours,
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', kept: 'yes' },
    },
  });
  const { informer } = await follow();
  const cached = informer.get({ namespace, name: 'x' });
  expect(cached?.metadata).not.toHaveProperty('managedFields');
  expect(cached?.metadata.annotations).toEqual({ kept: 'yes' });
  expect(Object.isFrozen(cached?.metadata)).toBe(true);
});

it('knows whether it has seen a write', async () => {
  const { informer } = await follow();
  const { metadata } = await create('x');
  await until('it has', () => informer.hasSeen(namespace, metadata.resourceVersion ?? ''));
  expect(informer.get({ namespace, name: 'x' })).toBeDefined();
});

describe('misses nothing', () => {
  it('when the resourceVersion has grown too old (410): lists again and tells what went', async () => {
    // Things came into being long after resourceVersion 1, so the API server cannot tell what happened since.
    await defineThings(api);
    const make = (name: string) =>
      api.create(things, { metadata: { namespace, name, labels: ours }, spec: { size: 1 } });
    await Promise.all([make('stays'), make('goes')]);
    let watches = 0;
    const forgetful: Pick<Api, 'list' | 'watch'> = {
      list: (...call) => api.list(...call),
      async watch(resource, options) {
        if (++watches > 1) return await api.watch(resource, options);
        await api.delete(things, { namespace, name: 'goes' });
        return await api.watch(resource, { ...options, resourceVersion: '1' });
      },
    };
    const { told, counted } = await follow({ api: forgetful, resource: things });
    await until('it was told', () => told.length === 3);
    expect(told.toSorted()).toEqual(['goes came before', 'goes went', 'stays came before']);
    expect(counted).toEqual({ reconnects: 0, relists: 1 });
  });

  it('when it lists again although the watch looks healthy', async () => {
    const { told, counted } = await follow({ relistSeconds: 1 });
    await create('x');
    await until('it has listed twice more', () => counted.relists >= 2);
    await remove('x');
    await until('it was told', () => told.length === 2);
    expect(told).toEqual(['x came', 'x went']);
  });
});

describe('over a line that breaks', () => {
  let line: CutLine;
  let far: Api;
  let dir: string;
  beforeEach(async () => {
    const access = await findCluster({ kubeconfig: cluster.kubeconfig }, systemClock);
    line = await CutLine.to(access.server);
    dir = await mkdtemp(join(tmpdir(), 'runtime-'));
    const base64 = (part: unknown): string => Buffer.from(String(part)).toString('base64');
    const { ca, cert, key } = access.tls;
    const user = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) };
    const kubeconfig = {
      clusters: [{ name: 'c', cluster: { server: line.url.href, 'certificate-authority-data': base64(ca) } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    };
    await writeFile(join(dir, 'kubeconfig'), JSON.stringify(kubeconfig));
    far = await Api.connect({ kubeconfig: join(dir, 'kubeconfig'), fieldManager: 'far', userAgent: 'far' });
  });
  afterEach(async () => {
    stop.now.abort();
    await Promise.all([...stop.running, far.close(), line.close(), rm(dir, { recursive: true })]);
  });

  it('goes on where it was when the watch is cut', async () => {
    const { told, counted } = await follow({ api: far });
    await create('before');
    await until('it was told', () => told.length === 1);
    line.cut();
    await create('meanwhile');
    await until('it was told', () => told.length === 2);
    expect(told).toEqual(['before came', 'meanwhile came']);
    expect(counted).toEqual({ reconnects: 1, relists: 0 });
  });

  it('takes 90 seconds of silence for the end, and is not ready while nothing comes through', async () => {
    const clock = new ManualClock();
    const { informer, told } = await follow({ api: far, clock });
    line.isDead = true;
    await create('meanwhile');
    await clock.pass(89);
    expect([informer.isHealthy, told]).toEqual([true, []]);
    await clock.pass(100);
    expect(informer.isHealthy).toBe(false);
    line.isDead = false;
    line.cut();
    await until('it was told', async () => {
      await clock.pass(1);
      return told.length === 1;
    });
    expect([informer.isHealthy, told]).toEqual([true, ['meanwhile came']]);
  });
});
