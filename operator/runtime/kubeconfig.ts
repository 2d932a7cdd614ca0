import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { Clock } from './clock.ts';

/** Where the API server is and who we are to it. The first one given counts; none means ~/.kube/config. */
export interface ClusterOptions {
  /** Path of a kubeconfig file. */
  readonly kubeconfig?: string | undefined;
  /** The pod's own access: host and port as in KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT. */
  readonly inCluster?: InCluster | undefined;
}

export interface InCluster {
  readonly host: string;
  readonly port: string;
  /** Holds `token` and `ca.crt`. Default: where the kubelet mounts them. */
  readonly serviceAccountDir?: string | undefined;
}

export interface ClusterAccess {
  readonly server: URL;
  readonly tls: Tls;
  /** Headers that say who we are. Kept for a minute, since tokens are replaced while we run. */
  credentials(): Promise<Record<string, string>>;
  /** The API server did not accept them (401): read them again next time. */
  forgetCredentials(): void;
}

interface Tls {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

const credentialsSeconds = 60;
const mountedServiceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

export function findCluster(options: ClusterOptions, clock: Clock): Promise<ClusterAccess> {
  if (options.kubeconfig === undefined && options.inCluster !== undefined) return fromPod(options.inCluster, clock);
  return fromKubeconfig(options.kubeconfig, clock);
}

async function fromPod(
  { host, port, serviceAccountDir = mountedServiceAccount }: InCluster,
  clock: Clock,
): Promise<ClusterAccess> {
  const token = async () => ({
    authorization: `Bearer ${(await readFile(join(serviceAccountDir, 'token'), 'utf8')).trim()}`,
  });
  return {
    server: new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`),
    tls: { ca: await readFile(join(serviceAccountDir, 'ca.crt')) },
    ...kept(token, clock),
  };
}

/** client-node knows kubeconfig files and their login plugins. It is slow to load, so a pod never loads it. */
async function fromKubeconfig(path: string | undefined, clock: Clock): Promise<ClusterAccess> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (path === undefined) config.loadFromDefault();
  else config.loadFromFile(path);
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Error(`the kubeconfig ${path ?? '~/.kube/config'} must have a current context with a cluster`);
  if (cluster.proxyUrl) throw new Error(`proxy-url in the kubeconfig ${path ?? ''} is not supported`);
  const read = async (): Promise<Options> => {
    const options: Options = {};
    await config.applyToHTTPSOptions(options);
    return options;
  };
  const { ca, cert, key, servername, rejectUnauthorized } = await read();
  return {
    server: new URL(cluster.server),
    tls: defined({ ca, cert, key, servername, rejectUnauthorized }),
    ...kept(async () => headersOf(await read()), clock),
  };
}

/** What client-node fills in for a request. */
interface Options {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
  servername?: string;
  rejectUnauthorized?: boolean;
  auth?: string;
  headers?: Record<string, string>;
}

function headersOf({ headers = {}, auth }: Options): Record<string, string> {
  return auth === undefined ? headers : { ...headers, authorization: `Basic ${Buffer.from(auth).toString('base64')}` };
}

/** Reads credentials when the last reading is older than a minute; callers at the same moment share one reading. */
function kept(
  read: () => Promise<Record<string, string>>,
  clock: Clock,
): Pick<ClusterAccess, 'credentials' | 'forgetCredentials'> {
  let last: { at: number; headers: Promise<Record<string, string>> } | undefined;
  return {
    credentials() {
      if (last !== undefined && clock.monotonic() - last.at < credentialsSeconds) return last.headers;
      const reading = { at: clock.monotonic(), headers: read() };
      reading.headers.catch(() => {
        if (last === reading) last = undefined;
      });
      last = reading;
      return reading.headers;
    },
    forgetCredentials() {
      last = undefined;
    },
  };
}

function defined(tls: { [K in keyof Tls]: Tls[K] | undefined }): Tls {
  return Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
}
