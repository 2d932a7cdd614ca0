import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { controlPlane } from '../../test/journeys/control-plane.ts';
import { Api } from './api.ts';
import { systemClock } from './clock.ts';
import { findCluster, type InCluster } from './kubeconfig.ts';
import type { KubeObject, ResourceType } from './resource.ts';
import {
  type ConfigMap,
  configMaps,
  defineThings,
  newNamespace,
  removeNamespaces,
  things,
  until,
} from './test-kinds.ts';
import { Transport } from './transport.ts';

let cluster: Awaited<ReturnType<typeof controlPlane>>;
let api: Api;
let namespace: string;
beforeAll(async () => {
  cluster = await controlPlane();
  api = await Api.connect({ kubeconfig: cluster.kubeconfig, fieldManager: 'runtime-test', userAgent: 'runtime-test' });
  namespace = await newNamespace(api);
  await defineThings(api);
});
afterAll(async () => {
  await removeNamespaces(api);
  await api.close();
  await cluster.stop();
});

const configMap = (name: string, data: Record<string, string> = {}): ConfigMap => ({
  metadata: { namespace, name },
  data,
});

it('answers null for what is not there', async () => {
  expect(await api.get(configMaps, { namespace, name: 'nothing' })).toBeNull();
});

it('lists in pages, and gives every object its kind', async () => {
  const own = await newNamespace(api);
  const labels = { page: 'yes' };
  const create = (_: unknown, n: number) =>
    api.create(configMaps, { metadata: { namespace: own, name: `c${n}`, labels } });
  await Promise.all(Array.from({ length: 501 }, create));
  const { objects, resourceVersion } = await api.list(configMaps, { namespace: own, labelSelector: 'page=yes' });
  expect(new Set(objects.map(({ metadata }) => metadata.name)).size).toBe(501);
  expect(objects[500]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
  expect(resourceVersion).toMatch(/^\d+$/);
});

it('refuses a field the kind does not have', async () => {
  const typo = { metadata: { namespace, name: 'typo' }, spec: { size: 1, sise: 2 } };
  await expect(api.create(things, typo)).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('sise'),
  });
});

it('tells what the schema refuses, with the field', async () => {
  const tooSmall = { metadata: { namespace, name: 'small' }, spec: { size: 0 } };
  await expect(api.apply(things, tooSmall)).rejects.toMatchObject({
    status: 422,
    reason: 'Invalid',
    details: { causes: [expect.objectContaining({ field: 'spec.size' })] },
  });
});

describe('apply', () => {
  it('takes out what an earlier one held', async () => {
    await api.apply(configMaps, configMap('shrinks', { a: '1', b: '2' }));
    expect((await api.apply(configMaps, configMap('shrinks', { a: '1' }))).data).toEqual({ a: '1' });
  });

  it('leaves alone what others hold', async () => {
    await api.apply(configMaps, configMap('shared', { a: '1' }));
    await api.patch(configMaps, { namespace, name: 'shared' }, { metadata: { labels: { theirs: 'yes' } } });
    const { metadata, data } = await api.apply(configMaps, configMap('shared', { a: '2' }));
    expect([metadata.labels, data]).toEqual([{ theirs: 'yes' }, { a: '2' }]);
  });
});

describe('delete', () => {
  it('says whether there was something', async () => {
    await api.create(configMaps, configMap('goes'));
    const key = { namespace, name: 'goes' };
    expect([await api.delete(configMaps, key), await api.delete(configMaps, key)]).toEqual([true, false]);
  });

  it.each(['uid', 'resourceVersion'] as const)('spares an object whose %s is another', async field => {
    const { metadata } = await api.create(configMaps, configMap(`stays-${field.toLowerCase()}`));
    const other = { uid: crypto.randomUUID(), resourceVersion: '1' }[field];
    await expect(api.delete(configMaps, { namespace, name: metadata.name }, { [field]: other })).rejects.toMatchObject({
      status: 409,
      reason: 'Conflict',
    });
    const { uid, resourceVersion } = metadata;
    expect(await api.delete(configMaps, { namespace, name: metadata.name }, { uid, resourceVersion })).toBe(true);
  });
});

it('replaces only the newest version', async () => {
  const first = await api.create(configMaps, configMap('replaced', { a: '1' }));
  await api.replace(configMaps, { ...first, data: { a: '2' } });
  await expect(api.replace(configMaps, { ...first, data: { a: '3' } })).rejects.toMatchObject({
    status: 409,
    reason: 'Conflict',
  });
});

describe('a program in a pod', () => {
  const serviceAccounts: ResourceType = {
    group: '',
    version: 'v1',
    plural: 'serviceaccounts',
    kind: 'ServiceAccount',
    namespaced: true,
  };
  let serviceAccountDir: string;
  let inCluster: InCluster;
  let pod: Api;

  /** Lays out what the kubelet would mount, with a real token. */
  beforeAll(async () => {
    const access = await findCluster({ kubeconfig: cluster.kubeconfig }, systemClock);
    const transport = new Transport(access, { userAgent: 'test', clock: systemClock, random: () => 0 });
    await api.create(serviceAccounts, { metadata: { namespace, name: 'pod' } });
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/pod/token`;
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    const { status } = JSON.parse(await transport.text({ method: 'POST', path, body }));
    await transport.close();
    serviceAccountDir = await mkdtemp(join(tmpdir(), 'runtime-'));
    await writeFile(join(serviceAccountDir, 'token'), `${status.token}\n`);
    await writeFile(join(serviceAccountDir, 'ca.crt'), String(access.tls.ca));
    inCluster = { host: access.server.hostname, port: access.server.port, serviceAccountDir };
    pod = await Api.connect({ inCluster, fieldManager: 'pod', userAgent: 'pod' });
  });
  afterAll(async () => {
    await pod.close();
    await rm(serviceAccountDir, { recursive: true });
  });

  it('is told which right it lacks', async () => {
    const refusal = pod.list(configMaps, { namespace });
    await expect(refusal).rejects.toMatchObject({
      status: 403,
      reason: 'Forbidden',
      message: expect.stringContaining('configmaps'),
    });
    await expect(pod.watch(configMaps, { namespace, ...fromNow() })).rejects.toMatchObject({ status: 403 });
  });

  it('may do what a role allows', async () => {
    const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: true };
    const roles: ResourceType<KubeObject & { rules: unknown }> = { ...rbac, plural: 'roles', kind: 'Role' };
    const bindings: ResourceType<KubeObject & { subjects: unknown; roleRef: unknown }> = {
      ...rbac,
      plural: 'rolebindings',
      kind: 'RoleBinding',
    };
    const metadata = { namespace, name: 'reads' };
    await api.create(roles, { metadata, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }] });
    const roleRef = { apiGroup: rbac.group, kind: 'Role', name: 'reads' };
    await api.create(bindings, { metadata, subjects: [{ kind: 'ServiceAccount', namespace, name: 'pod' }], roleRef });
    await until('the role counts', () =>
      pod.list(configMaps, { namespace }).then(
        () => true,
        () => false,
      ),
    );
  });

  it('reads its token again when it was replaced', async () => {
    const token = await readFile(join(serviceAccountDir, 'token'), 'utf8');
    await writeFile(join(serviceAccountDir, 'token'), 'worn out');
    const late = await Api.connect({ inCluster, fieldManager: 'pod', userAgent: 'pod' });
    await expect(late.list(configMaps, { namespace })).rejects.toMatchObject({ status: 401, reason: 'Unauthorized' });
    await writeFile(join(serviceAccountDir, 'token'), token);
    await expect(late.list(configMaps, { namespace })).resolves.toBeDefined();
    await late.close();
  });
});

const fromNow = () => ({ resourceVersion: '', timeoutSeconds: 5, signal: AbortSignal.timeout(5000) });
