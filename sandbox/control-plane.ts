/** etcd, kube-apiserver, kube-controller-manager, kube-scheduler: the real ones, with the flags of one machine. */
import { writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Credentials } from './credentials.ts';
import type { Places } from './places.ts';
import type { Ports } from './ports.ts';
import { ready, start } from './process.ts';

const serviceAddresses = '10.0.0.0/24';

/** Everything that every call is asked about, never its content: what happened can be told, secrets cannot. */
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};

export const apiserverUrl = (ports: Ports) => `https://127.0.0.1:${ports.apiserver}`;

/** Starts the four programs; done when all are at work. */
export async function startControlPlane(
  binaries: string,
  places: Places,
  ports: Ports,
  credentials: Credentials,
): Promise<void> {
  const run = (name: string, args: string[]) => start({ name, command: join(binaries, name), args }, places);
  run('etcd', etcdFlags(places, ports));
  const apiserver = run('kube-apiserver', await apiserverFlags(places, ports, credentials));
  await ready(apiserver, () => isFine(`${apiserverUrl(ports)}/readyz`, credentials), 120);

  // Only now: they end when the API server does not know their rights yet.
  const controllerManager = run('kube-controller-manager', [
    ...callerFlags(credentials.controllerManager, ports.controllerManager),
    `--service-account-private-key-file=${credentials.serviceAccount.privateKey}`,
    `--root-ca-file=${credentials.clusterAuthority}`,
    '--use-service-account-credentials',
  ]);
  const scheduler = run('kube-scheduler', callerFlags(credentials.scheduler, ports.scheduler));
  const isHealthy = (port: number) => () => isFine(`https://127.0.0.1:${port}/healthz`);
  await ready(controllerManager, isHealthy(ports.controllerManager), 60);
  await ready(scheduler, isHealthy(ports.scheduler), 60);
}

function etcdFlags(places: Places, ports: Ports): string[] {
  const clients = `http://127.0.0.1:${ports.etcd}`;
  const peers = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    `--data-dir=${places.etcd}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
    '--unsafe-no-fsync', // its data is thrown away in the end
    '--log-level=error',
  ];
}

async function apiserverFlags(places: Places, ports: Ports, credentials: Credentials): Promise<string[]> {
  const policy = join(places.dir, 'audit-policy.yaml');
  await writeFile(policy, stringify(auditPolicy));
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    `--secure-port=${ports.apiserver}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none', // loopback addresses are refused in Endpoints
    `--service-cluster-ip-range=${serviceAddresses}`,
    `--tls-cert-file=${credentials.apiserver.certificate}`,
    `--tls-private-key-file=${credentials.apiserver.key}`,
    `--client-ca-file=${credentials.clusterAuthority}`,
    `--service-account-key-file=${credentials.serviceAccount.publicKey}`,
    `--service-account-signing-key-file=${credentials.serviceAccount.privateKey}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--authorization-mode=Node,RBAC',
    `--kubelet-client-certificate=${credentials.kubeletClient.certificate}`,
    `--kubelet-client-key=${credentials.kubeletClient.key}`,
    `--kubelet-certificate-authority=${credentials.clusterAuthority}`,
    '--kubelet-preferred-address-types=InternalIP',
    `--audit-policy-file=${policy}`,
    `--audit-log-path=${places.audit}`,
  ];
}

/** What the controller manager and the scheduler have in common. */
function callerFlags(kubeconfig: string, port: number): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    '--leader-elect=false',
  ];
}

/** Whether a server says yes. Without credentials it may be anybody's: the certificates of those two are of their own making. */
function isFine(url: string, credentials?: Credentials): Promise<boolean> {
  const { admin } = credentials ?? {};
  const trust = admin
    ? { ca: admin.authority, cert: admin.certificate, key: admin.key }
    : { rejectUnauthorized: false };
  return new Promise(resolve => {
    const asked = request(url, { ...trust, timeout: 2_000 }, answer => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false)); // it does not listen yet
    asked.end();
  });
}
