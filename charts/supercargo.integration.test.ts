/** The chart as helm renders it. What the API server says to it is the business of the journeys. */
import { execFile } from 'node:child_process';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { kinds } from '../crds/index.ts';
import { findHelm } from '../sandbox/helm.ts';
import { readSettings } from '../sandbox/settings.ts';
import { toValues } from '../sandbox/values.ts';

const run = promisify(execFile);
const chart = join(import.meta.dirname, 'supercargo');

// biome-ignore lint/suspicious/noExplicitAny: manifests of many kinds, looked at field by field
type Manifest = Record<string, any> & { kind: string; metadata: { name: string; namespace?: string } };

let helm: string;
beforeAll(async () => {
  helm = await findHelm(readSettings().cache);
});

async function render(values: object = {}): Promise<Manifest[]> {
  const child = run(helm, ['template', 'supercargo', chart, '--namespace', 'ops', '--values', '-']);
  child.child.stdin?.end(JSON.stringify(values));
  const { stdout } = await child;
  const documents = parseAllDocuments(stdout);
  if (!Array.isArray(documents)) throw new Error('no manifests');
  return documents.flatMap(document => (document.toJS() as Manifest | null) ?? []);
}

const named = (manifests: Manifest[], kind: string) =>
  manifests.filter(manifest => manifest.kind === kind).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

function only(manifests: Manifest[], kind: string, name = 'supercargo'): Manifest {
  const found = manifests.filter(manifest => manifest.kind === kind && manifest.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0] as Manifest;
}

const environment = (deployment: Manifest): Record<string, unknown> =>
  Object.fromEntries(
    deployment.spec.template.spec.containers[0].env.map(
      (variable: { name: string; value?: string; valueFrom?: unknown }) => [
        variable.name,
        variable.value ?? variable.valueFrom,
      ],
    ),
  );

const everythingOn = {
  namespaces: ['shop-a', 'shop-b'],
  ledger: { url: 'postgres://user:password@db.example.com/ledger' },
  imagePullSecrets: [{ name: 'registry' }],
  metrics: { serviceMonitor: { enabled: true, labels: { release: 'prometheus' } } },
  networkPolicy: { enabled: true },
  podDisruptionBudget: { enabled: true },
  priorityClassName: 'system-cluster-critical',
  nodeSelector: { disk: 'fast' },
  tolerations: [{ key: 'spot', operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
  dnsConfig: { options: [{ name: 'ndots', value: '1' }] },
  hostAliases: [{ ip: '10.0.0.1', hostnames: ['db.example.com'] }],
  podAnnotations: { a: 'b' },
  podLabels: { c: 'd' },
  extraEnv: [{ name: 'HTTPS_PROXY', value: 'http://proxy:3128' }],
  extraVolumes: [{ name: 'more', emptyDir: {} }],
  extraVolumeMounts: [{ name: 'more', mountPath: '/more' }],
  commonLabels: { team: 'shop' },
  commonAnnotations: { 'example.com/owner': 'shop' },
};

const sandboxValues = toValues(
  {
    namespace: 'ops',
    ledger: 'postgres://supercargo:0123@127.0.0.1:20006/supercargo',
    simulators: { magento: { url: 'https://127.0.0.1:20009', control: 'http://127.0.0.1:20010' } },
  },
  {
    ports: { operatorHealth: 20_007, operatorMetrics: 20_008 },
    tag: 'sandbox-0123456789ab',
    simulatorAuthority: '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n',
    replicas: 1,
    relistSeconds: 5,
  },
);

describe.each([
  ['defaults', {}],
  ['everything on', everythingOn],
  ["the sandbox's values", sandboxValues],
])('with %s', (_name, values) => {
  let manifests: Manifest[];
  beforeAll(async () => {
    manifests = await render(values);
  });

  it('gives every object a name of its own and says whose it is', () => {
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { kind, metadata } of manifests) {
      if (kind !== 'CustomResourceDefinition') {
        expect(metadata).toMatchObject({ labels: { 'app.kubernetes.io/managed-by': 'Helm' } });
      }
    }
  });

  it('passes the restricted profile', () => {
    const { spec } = only(manifests, 'Deployment').spec.template;
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(spec.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('gives the operator no right on Secrets, and workers none at all', () => {
    const roles = manifests.filter(({ kind }) => kind === 'Role');
    expect(roles.flatMap(role => role.rules.flatMap((rule: { resources: string[] }) => rule.resources))).not.toContain(
      'secrets',
    );
    for (const manifest of manifests.filter(({ metadata }) => metadata.name === 'supercargo-worker')) {
      if (manifest.kind === 'ServiceAccount') expect(manifest.automountServiceAccountToken).toBe(false);
    }
    const subjects = manifests.flatMap(({ subjects = [] }) =>
      subjects.map((subject: { name: string }) => subject.name),
    );
    expect(subjects).not.toContain('supercargo-worker');
  });
});

it('serves the namespace of the release unless told otherwise', async () => {
  const manifests = await render();
  expect(environment(only(manifests, 'Deployment'))).toEqual({
    SUPERCARGO_NAMESPACES: 'ops',
    SUPERCARGO_POD_NAMESPACE: { fieldRef: { fieldPath: 'metadata.namespace' } },
    SUPERCARGO_POD_NAME: { fieldRef: { fieldPath: 'metadata.name' } },
    SUPERCARGO_WORKER_IMAGE: 'supercargo/supercargo:0.1.0',
    SUPERCARGO_WORKER_PULL_POLICY: 'IfNotPresent',
    SUPERCARGO_SERVICE_ACCOUNT: '/var/run/secrets/kubernetes.io/serviceaccount',
    SUPERCARGO_HEALTH_PORT: '8081',
    SUPERCARGO_METRICS_PORT: '8080',
    SUPERCARGO_LOG_LEVEL: 'info',
  });
  expect(named(manifests, 'Secret')).toEqual([]);
});

it('puts what workers need into each namespace it serves', async () => {
  const manifests = await render(everythingOn);
  expect(environment(only(manifests, 'Deployment')).SUPERCARGO_NAMESPACES).toBe('shop-a,shop-b');
  expect(named(manifests, 'ServiceAccount').sort()).toEqual([
    'ops/supercargo',
    'shop-a/supercargo-worker',
    'shop-b/supercargo-worker',
  ]);
  expect(named(manifests, 'ConfigMap').sort()).toEqual(['shop-a/supercargo-network', 'shop-b/supercargo-network']);
  expect(named(manifests, 'Secret').sort()).toEqual(['shop-a/supercargo-ledger', 'shop-b/supercargo-ledger']);
  const rights = ['shop-a/supercargo', 'shop-b/supercargo'];
  expect(named(manifests, 'Role')).toEqual(expect.arrayContaining(rights));
  expect(named(manifests, 'RoleBinding')).toEqual(expect.arrayContaining(rights));
});

it('tells workers the way to the sandbox', async () => {
  const { data } = only(await render(sandboxValues), 'ConfigMap', 'supercargo-network');
  expect(JSON.parse(data['routes.json'])).toEqual([{ host: 'shop.example.com', port: 443, to: '127.0.0.1:20009' }]);
  expect(data['ca.pem']).toBe(sandboxValues.network.caPem);
});

it.each([
  ['a tag', { tag: '1.2.3' }, 'supercargo/supercargo:1.2.3'],
  [
    'a digest beside the tag',
    { tag: '1.2.3', digest: `sha256:${'0'.repeat(64)}` },
    `supercargo/supercargo:1.2.3@sha256:${'0'.repeat(64)}`,
  ],
  ['another repository', { repository: 'team/cargo' }, 'team/cargo:0.1.0'],
])('runs operator and workers from the same image: %s', async (_why, image, want) => {
  const deployment = only(await render({ image }), 'Deployment');
  expect(deployment.spec.template.spec.containers[0].image).toBe(want);
  expect(environment(deployment).SUPERCARGO_WORKER_IMAGE).toBe(want);
});

it('brings the definitions of all kinds, and keeps them unless told otherwise', async () => {
  const names = kinds.map(({ plural }) => `${plural}.supercargo.dev`);
  const definitions = (await render()).filter(({ kind }) => kind === 'CustomResourceDefinition');
  expect(definitions.map(({ metadata }) => metadata.name).sort()).toEqual([...names].sort());
  for (const { metadata } of definitions) {
    expect(metadata).toMatchObject({ annotations: { 'helm.sh/resource-policy': 'keep' } });
  }
  expect(named(await render({ crds: { enabled: false } }), 'CustomResourceDefinition')).toEqual([]);
});

it('keeps names within 63 characters', async () => {
  const manifests = await render({ ...everythingOn, fullnameOverride: 'a'.repeat(63) });
  for (const { kind, metadata } of manifests) {
    if (kind !== 'CustomResourceDefinition') expect(metadata.name.length).toBeLessThanOrEqual(63);
  }
});

it.each([
  ['a typo', { replcas: 1 }, /replcas/],
  ['a typo further in', { image: { repo: 'x' } }, /repo/],
  ['a route without its target', { egress: { routes: [{ host: 'a', port: 443 }] } }, /to/],
  ['a URL that is none of PostgreSQL', { ledger: { url: 'mysql://db' } }, /url/],
  ['a certificate that is none', { network: { caPem: 'MII' } }, /caPem/],
  ['a port that is none', { metrics: { port: 0 } }, /port/],
])('refuses %s', async (_why, values, want) => {
  await expect(render(values)).rejects.toThrow(want);
});

it('gives helm nothing to complain about', async () => {
  const { stdout } = await run(helm, ['lint', '--strict', chart]);
  expect(stdout).toContain('0 chart(s) failed');
});

it('renders the same every time: no look into the cluster, no chance, no clock', async () => {
  for await (const path of glob('**/*', { cwd: join(chart, 'templates') })) {
    const text = await readFile(join(chart, 'templates', path), 'utf8').catch(() => ''); // a directory
    expect(text).not.toMatch(/\{\{[^}]*\b(lookup|rand\w+|uuidv4|gen\w+Cert|now|date\w*)\b/);
  }
});
