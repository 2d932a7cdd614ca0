import type { Api } from './api.ts';
import type { Condition } from './conditions.ts';
import type { KubeObject, ResourceType } from './resource.ts';

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

/** A custom resource, for tests of what only those have. */
export interface Thing extends KubeObject {
  spec: { size: number; note?: string };
  status?: { observedGeneration: number; conditions?: Condition[]; parts?: Record<string, number> };
}

interface CustomResourceDefinition extends KubeObject {
  spec: unknown;
  status?: { conditions?: { type: string; status: string }[] };
}

const core = { group: '', version: 'v1' };
export const namespaces: ResourceType = { ...core, plural: 'namespaces', kind: 'Namespace', namespaced: false };
export const configMaps: ResourceType<ConfigMap> = {
  ...core,
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
};
export const things: ResourceType<Thing> = {
  group: 'runtime.example.dev',
  version: 'v1',
  plural: 'things',
  kind: 'Thing',
  namespaced: true,
};
const definitions: ResourceType<CustomResourceDefinition> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};

const made: string[] = [];

/** A namespace nobody else has. */
export async function newNamespace(api: Api): Promise<string> {
  const name = `runtime-${crypto.randomUUID().slice(0, 8)}`;
  await api.create(namespaces, { metadata: { name } });
  made.push(name);
  return name;
}

/** Whoever shares the API server with us is not to find our things. */
export async function removeNamespaces(api: Api): Promise<void> {
  await Promise.all(made.splice(0).map(name => api.delete(namespaces, { namespace: '', name })));
}

/** Returns when Things can be written. */
export async function defineThings(api: Api): Promise<void> {
  const metadata = { name: 'things.runtime.example.dev' };
  await api.apply(definitions, { metadata, spec: definition });
  await until('Things are served', async () => {
    const found = await api.get(definitions, { namespace: '', name: metadata.name });
    return found?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True');
  });
  await until('Things can be listed', () =>
    api.list(things).then(
      () => true,
      () => false,
    ),
  );
}

/** Looks again and again until it is so, for as long as a minute. */
export async function until(what: string, isSo: () => unknown): Promise<void> {
  const due = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > due) throw new Error(`waited in vain until ${what}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

const text = { type: 'string' };
const integer = { type: 'integer' };
const condition = {
  type: 'object',
  required: ['type'],
  properties: {
    type: text,
    status: text,
    reason: text,
    message: text,
    observedGeneration: integer,
    lastTransitionTime: text,
  },
};
const properties = {
  spec: { type: 'object', properties: { size: { ...integer, minimum: 1 }, note: text } },
  status: {
    type: 'object',
    default: { observedGeneration: -1 },
    properties: {
      observedGeneration: integer,
      parts: { type: 'object', additionalProperties: integer },
      conditions: {
        type: 'array',
        items: condition,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['type'],
      },
    },
  },
};
const definition = {
  group: 'runtime.example.dev',
  scope: 'Namespaced',
  names: { plural: 'things', singular: 'thing', kind: 'Thing' },
  versions: [
    {
      name: 'v1',
      served: true,
      storage: true,
      subresources: { status: {} },
      schema: { openAPIV3Schema: { type: 'object', properties } },
    },
  ],
};
