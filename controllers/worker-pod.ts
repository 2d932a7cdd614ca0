/**
 * The pod of a worker. It is made of constants and names: of what a user writes, only the resource class reaches it. Paths are those
 * of `crds/plan.ts`; each variable holds a mount path, so that a node may put the mounts elsewhere.
 */
import { dirname } from 'node:path/posix';
import { environment, mounts, requestAnnotation } from '../crds/plan.ts';
import type { SyncWorkflowResource } from '../crds/sync-workflow.ts';
import type { PodSpec, Volume } from './resources.ts';

export type ResourceClass = SyncWorkflowResource['spec']['resourceClass'];

/** What the release says about workers. */
export interface WorkerImage {
  image: string;
  pullPolicy: 'Always' | 'IfNotPresent' | 'Never';
}

/** The objects of one connection that a worker mounts. */
export interface MountedConnection {
  name: string;
  secret: string;
  caBundle?: string;
}

/** One content of a lookup table, by the name of its ConfigMap. */
export interface MountedLookup {
  table: string;
  configMap: string;
}

export interface WorkerPod {
  worker: WorkerImage;
  /** After the program's path: what the worker does; nothing = a run. */
  args: string[];
  resourceClass: ResourceClass;
  /** Name of a ConfigMap; a probe has no plan. */
  plan?: string;
  /** Of a ConfigMap, or of an annotation of the pod. */
  settings: { configMap: string } | { annotation: string };
  /** In the order of `settings.connections`. */
  connections: MountedConnection[];
  lookups: MountedLookup[];
  ledger: boolean;
  request: boolean;
}

export const workerContainer = 'worker';
export const ledgerSecret = 'supercargo-ledger';
const networkConfigMap = 'supercargo-network';
const serviceAccount = 'supercargo-worker';
const program = '/app/pipeline.js';
const reportPath = '/dev/termination-log';
const user = 65_532;
/** Files of a Secret: for the worker's user and group. */
const secretMode = 0o440;

/** Without a bound node lets new objects fill memory that is never given back: 193 MB instead of 129 MB for 5,000 customers. */
const youngMegabytes = 8;

/** The limit of the container, and what node may use of it. */
const memory: Record<ResourceClass, { limit: string; heapMegabytes: number }> = {
  Small: { limit: '256Mi', heapMegabytes: 160 },
  Medium: { limit: '512Mi', heapMegabytes: 384 },
  Large: { limit: '1Gi', heapMegabytes: 800 },
};

/** The next class, for a worker that ran out of memory; null above the largest. */
export const nextClass: Record<ResourceClass, ResourceClass | null> = { Small: 'Medium', Medium: 'Large', Large: null };

export function toWorkerPod(pod: WorkerPod): PodSpec {
  const { limit, heapMegabytes } = memory[pod.resourceClass];
  const inputs = inputsOf(pod);
  return {
    serviceAccountName: serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 60,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: workerContainer,
        image: pod.worker.image,
        imagePullPolicy: pod.worker.pullPolicy,
        args: [program, ...pod.args],
        env: [
          {
            name: 'NODE_OPTIONS',
            value: `--max-old-space-size=${heapMegabytes} --max-semi-space-size=${youngMegabytes}`,
          },
          { name: environment.report, value: reportPath },
          {
            name: environment.runId,
            valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/controller-uid']" } },
          },
          ...inputs.map(({ variable, path }) => ({ name: variable, value: path })),
        ],
        resources: { requests: { cpu: '50m', memory: limit }, limits: { memory: limit } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        terminationMessagePath: reportPath,
        terminationMessagePolicy: 'File',
        volumeMounts: [
          ...inputs.map(({ volume, path }) => ({ name: volume.name, mountPath: path, readOnly: true })),
          { name: 'tmp', mountPath: '/tmp' },
        ],
      },
    ],
    volumes: [...inputs.map(({ volume }) => volume), { name: 'tmp', emptyDir: {} }],
  };
}

/** One directory of a worker: the volume, where it is mounted, and the variable that says so. */
interface Input {
  variable: string;
  path: string;
  volume: Volume;
}

function inputsOf({ plan, settings, connections, lookups, ledger, request }: WorkerPod): Input[] {
  const input = (variable: string, directory: string, volume: Volume): Input => ({
    variable,
    path: `${mounts.root}/${directory}`,
    volume,
  });
  return [
    ...(plan === undefined
      ? []
      : [input(environment.plan, dirname(mounts.plan), { name: 'plan', configMap: { name: plan } })]),
    input(environment.settings, dirname(mounts.settings), settingsVolume(settings)),
    ...(lookups.length === 0 ? [] : [input(environment.lookups, mounts.lookups, lookupsVolume(lookups))]),
    ...(request ? [input(environment.request, dirname(mounts.request), requestVolume)] : []),
    ...connections.flatMap(({ name, secret, caBundle }, place) => [
      input(`${environment.secret}${place}`, `${mounts.secrets}/${name}`, {
        name: `secret-${place}`,
        secret: { secretName: secret, defaultMode: secretMode },
      }),
      ...(caBundle === undefined
        ? []
        : [
            input(`${environment.ca}${place}`, `${mounts.ca}/${name}`, {
              name: caVolume(place),
              configMap: { name: caBundle },
            }),
          ]),
    ]),
    ...(ledger
      ? [
          input(environment.ledger, dirname(mounts.ledger), {
            name: 'ledger',
            secret: { secretName: ledgerSecret, defaultMode: secretMode },
          }),
        ]
      : []),
    input(environment.network, dirname(mounts.routes), { name: 'network', configMap: { name: networkConfigMap } }),
  ];
}

const caVolume = (place: number) => `ca-${place}`;
const lookupsVolumeName = 'lookups';

/** The pod for work that calls no system: what a connection needs must not keep it from starting. */
export function withoutAccounts(pod: PodSpec): PodSpec {
  const isAccount = ({ name }: { name: string }) => /^(secret|ca)-\d+$/.test(name);
  const containers = pod.containers.map(container =>
    container.volumeMounts === undefined
      ? container
      : { ...container, volumeMounts: container.volumeMounts.filter(mount => !isAccount(mount)) },
  );
  return { ...pod, containers, volumes: (pod.volumes ?? []).filter(volume => !isAccount(volume)) };
}

/** The key of a lookup version's ConfigMap. */
export const lookupKey = 'lookup.json';

function lookupsVolume(lookups: MountedLookup[]): Volume {
  const sources = lookups.map(({ table, configMap }) => ({
    configMap: { name: configMap, items: [{ key: lookupKey, path: `${table}.json` }] },
  }));
  return { name: lookupsVolumeName, projected: { sources } };
}

function settingsVolume(settings: WorkerPod['settings']): Volume {
  return 'configMap' in settings
    ? { name: 'settings', configMap: { name: settings.configMap } }
    : fromAnnotation('settings', settings.annotation);
}

const requestVolume = fromAnnotation('request', requestAnnotation);

/** `<name>/<name>.json`, as an annotation of the pod says. */
function fromAnnotation(name: string, annotation: string): Volume {
  const fieldPath = `metadata.annotations['${annotation}']`;
  return { name, downwardAPI: { items: [{ path: `${name}.json`, fieldRef: { fieldPath } }] } };
}

/** The lookup versions that a pod made here mounts. */
export function mountedLookups(pod: PodSpec | undefined): MountedLookup[] {
  const sources = pod?.volumes?.find(volume => volume.name === lookupsVolumeName)?.projected?.sources ?? [];
  return sources.flatMap(({ configMap }) => {
    const path = configMap?.items?.[0]?.path;
    return configMap?.name === undefined || path === undefined
      ? []
      : [{ table: path.replace(/\.json$/, ''), configMap: configMap.name }];
  });
}

/** The ConfigMap with certificate authorities that a pod made here mounts for the connection at this place. */
export const mountedCaBundle = (pod: PodSpec | undefined, place: number): string | undefined =>
  pod?.volumes?.find(volume => volume.name === caVolume(place))?.configMap?.name;

export function resourceClassOf(pod: PodSpec | undefined): ResourceClass | null {
  const limit = pod?.containers.find(({ name }) => name === workerContainer)?.resources?.limits?.memory;
  const classes = Object.keys(memory) as ResourceClass[];
  return classes.find(one => memory[one].limit === limit) ?? null;
}
