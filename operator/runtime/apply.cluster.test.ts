import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { controlPlane } from '../../test/journeys/control-plane.ts';
import { Api } from './api.ts';
import { applyIfChanged, createOnce, NameTakenError } from './apply.ts';
import { setCondition } from './conditions.ts';
import { patchStatus } from './patch-status.ts';
import { type KubeObject, keyOf, ownedBy, type ResourceType } from './resource.ts';
import {
  type ConfigMap,
  configMaps,
  defineThings,
  newNamespace,
  removeNamespaces,
  type Thing,
  things,
} from './test-kinds.ts';

let cluster: Awaited<ReturnType<typeof controlPlane>>;
let api: Api;
let namespace: string;
const writes: string[] = [];
beforeAll(async () => {
  cluster = await controlPlane();
  const tried = ({ method }: { method: string }): void => void (method === 'GET' || writes.push(method));
  const observer = { tried, retried: () => {} };
  const { kubeconfig } = cluster;
  api = await Api.connect({ kubeconfig, fieldManager: 'runtime-test', userAgent: 'runtime-test', observer });
  namespace = await newNamespace(api);
  await defineThings(api);
});
afterAll(async () => {
  await removeNamespaces(api);
  await api.close();
  await cluster.stop();
});

/** How many writes it takes. */
async function writesOf(work: () => Promise<unknown>): Promise<number> {
  writes.length = 0;
  await work();
  return writes.length;
}

const newThing = (name: string): Promise<Thing> =>
  api.create(things, { metadata: { namespace, name }, spec: { size: 1 } });
const options = { hashAnnotation: 'runtime.example.dev/applied' };

interface CronJob extends KubeObject {
  spec: Record<string, unknown>;
}
const cronJobs: ResourceType<CronJob> = {
  group: 'batch',
  version: 'v1',
  plural: 'cronjobs',
  kind: 'CronJob',
  namespaced: true,
};

/** Much of what a real one has, as the API server writes it. Suspended, lest it run. */
const cronJob = (owner: Thing, name: string): CronJob => ({
  metadata: { namespace, name, labels: { managed: 'yes' }, ownerReferences: [ownedBy(things, owner)] },
  spec: {
    schedule: '*/5 * * * *',
    timeZone: 'Etc/UTC',
    suspend: true,
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: 120,
    jobTemplate: {
      metadata: { labels: { managed: 'yes' } },
      spec: {
        backoffLimit: 2,
        activeDeadlineSeconds: 3600,
        podReplacementPolicy: 'Failed',
        podFailurePolicy: {
          rules: [
            { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
            { action: 'FailJob', onExitCodes: { containerName: 'run', operator: 'In', values: [20, 21] } },
          ],
        },
        template: {
          spec: {
            restartPolicy: 'Never',
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                name: 'run',
                image: 'example.org/run:1',
                args: ['a', 'b'],
                env: [
                  { name: 'A', value: '1' },
                  { name: 'B', value: '' },
                ],
                resources: { limits: { memory: '256Mi', cpu: '1' }, requests: { memory: '256Mi', cpu: '250m' } },
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
                volumeMounts: [
                  { name: 'v', mountPath: '/plan', readOnly: true },
                  { name: 'v', mountPath: '/tmp', subPath: 'tmp', readOnly: false },
                ],
              },
            ],
            volumes: [
              { name: 'v', emptyDir: {} },
              { name: 's', secret: { secretName: 's', optional: true } },
              {
                name: 'd',
                downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: "metadata.annotations['x']" } }] },
              },
            ],
          },
        },
      },
    },
  },
});

describe('an object of ours', () => {
  it('is written once and then left alone, whatever the API server made of it', async () => {
    const desired = cronJob(await newThing('steady'), 'steady');
    const { object, written } = await applyIfChanged(api, cronJobs, desired, undefined, options);
    expect(written).toBe(true);
    const again = () => applyIfChanged(api, cronJobs, desired, object, options);
    expect(await writesOf(again)).toBe(0);
    expect((await again()).object.metadata.resourceVersion).toBe(object.metadata.resourceVersion);
  });

  it('is asked for when the cache has not seen it yet, instead of written again', async () => {
    const desired = cronJob(await newThing('unseen'), 'unseen');
    await applyIfChanged(api, cronJobs, desired, undefined, options);
    expect(await writesOf(() => applyIfChanged(api, cronJobs, desired, undefined, options))).toBe(0);
  });

  const drifts: { name: string; patch: object }[] = [
    { name: 'a value was changed', patch: { spec: { schedule: '0 0 * * *' } } },
    { name: 'it was switched', patch: { spec: { suspend: false } } },
    { name: 'a label was taken off', patch: { metadata: { labels: { managed: null } } } },
    { name: 'its owner was taken off', patch: { metadata: { ownerReferences: null } } },
  ];
  it.each(drifts)('is put right when $name', async ({ name, patch }) => {
    const slug = name.replaceAll(' ', '-');
    const desired = cronJob(await newThing(slug), slug);
    await applyIfChanged(api, cronJobs, desired, undefined, options);
    const drifted = await api.patch(cronJobs, { namespace, name: slug }, patch);
    const { object } = await applyIfChanged(api, cronJobs, desired, drifted, { ...options, isOurs: () => true });
    expect(await writesOf(() => applyIfChanged(api, cronJobs, desired, object, options))).toBe(0);
    expect(object.spec).toMatchObject({ schedule: '*/5 * * * *', suspend: true });
    expect(object.metadata).toMatchObject({
      labels: { managed: 'yes' },
      ownerReferences: desired.metadata.ownerReferences,
    });
  });

  it('loses a field we no longer want', async () => {
    const owner = await newThing('shrinks');
    const desired = (data: Record<string, string>): ConfigMap => ({
      metadata: { namespace, name: 'shrinks', ownerReferences: [ownedBy(things, owner)] },
      data,
    });
    const { object } = await applyIfChanged(api, configMaps, desired({ a: '1', b: '2' }), undefined, options);
    const shrunk = await applyIfChanged(api, configMaps, desired({ a: '1' }), object, options);
    expect([shrunk.written, shrunk.object.data]).toEqual([true, { a: '1' }]);
  });
});

describe('an object of somebody else', () => {
  it('is not touched, only reported', async () => {
    const theirs = await api.create(configMaps, { metadata: { namespace, name: 'theirs' }, data: { theirs: 'yes' } });
    const metadata = { namespace, name: 'theirs', ownerReferences: [ownedBy(things, await newThing('wants'))] };
    const desired: ConfigMap = { metadata, data: { ours: 'yes' } };
    await expect(applyIfChanged(api, configMaps, desired, undefined, options)).rejects.toBeInstanceOf(NameTakenError);
    await expect(createOnce(api, configMaps, desired, undefined, options)).rejects.toBeInstanceOf(NameTakenError);
    expect(await api.get(configMaps, keyOf(theirs))).toMatchObject({
      metadata: { resourceVersion: theirs.metadata.resourceVersion },
    });
  });
});

it('makes an object once, however often it is asked for', async () => {
  const metadata = { namespace, name: 'once', ownerReferences: [ownedBy(things, await newThing('once'))] };
  const desired: ConfigMap = { metadata, data: { a: '1' } };
  const made = await createOnce(api, configMaps, desired, undefined);
  const again = await createOnce(api, configMaps, desired, undefined);
  expect([made.written, again.written]).toEqual([true, false]);
  expect(await writesOf(() => createOnce(api, configMaps, desired, made.object))).toBe(0);
});

describe('a status', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'Reconciled',
    message: 'well',
    observedGeneration: 1,
  } as const;
  const status = (parts: Record<string, number> = {}): NonNullable<Thing['status']> => ({
    observedGeneration: 1,
    conditions: setCondition([], ready, now),
    parts,
  });

  it('is written once and then left alone', async () => {
    const thing = await newThing('told');
    expect(thing.status).toEqual({ observedGeneration: -1 });
    const { object } = await patchStatus(api, things, thing, status({ a: 1 }));
    expect(object.status).toEqual(status({ a: 1 }));
    expect(await writesOf(() => patchStatus(api, things, object, status({ a: 1 })))).toBe(0);
  });

  it('does not move the generation nor touch the spec', async () => {
    const thing = await newThing('kept');
    const { object } = await patchStatus(api, things, thing, status());
    expect([object.metadata.generation, object.spec]).toEqual([thing.metadata.generation, thing.spec]);
  });

  it('loses what is no longer said', async () => {
    const { object } = await patchStatus(api, things, await newThing('less'), status({ a: 1, b: 2 }));
    const less = { observedGeneration: 1, parts: { a: 1 } };
    expect((await patchStatus(api, things, object, less)).object.status).toEqual(less);
  });

  it('loses what somebody else wrote into it, and is quiet afterwards', async () => {
    const { object } = await patchStatus(api, things, await newThing('scribbled'), status({ a: 1 }));
    const scribble = {
      status: { parts: { z: 9 }, conditions: [...(object.status?.conditions ?? []), { type: 'Theirs' }] },
    };
    const scribbled = await api.patch(things, keyOf(object), scribble, { subresource: 'status' });
    const cleaned = await patchStatus(api, things, scribbled, status({ a: 1 }));
    expect(cleaned.object.status).toEqual(status({ a: 1 }));
    expect(await writesOf(() => patchStatus(api, things, cleaned.object, status({ a: 1 })))).toBe(0);
  });

  it('of an object that is gone is nobody’s business', async () => {
    const thing = await newThing('gone');
    await api.delete(things, keyOf(thing));
    expect((await patchStatus(api, things, thing, status())).written).toBe(false);
  });

  it('meant for another of the same name is put right by the next one', async () => {
    const thing = await newThing('namesake');
    await api.delete(things, keyOf(thing));
    await newThing('namesake');
    const { object } = await patchStatus(api, things, thing, status({ a: 1 }));
    expect((await patchStatus(api, things, object, status({ b: 2 }))).object.status).toEqual(status({ b: 2 }));
  });
});
