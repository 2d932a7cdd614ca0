/** Who is who in a sandbox: certificates of the servers, kubeconfigs of those who call the API server. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Authority, createAuthority, createSigningKeys, type KeyPair, type Subject } from './certificate.ts';
import type { Places } from './places.ts';

/** A certificate and its key as files. */
export interface Files {
  certificate: string;
  key: string;
}

export interface Credentials {
  clusterAuthority: string;
  apiserver: Files;
  /** The API server as a client of the node. */
  kubeletClient: Files;
  node: Files;
  serviceAccount: { publicKey: string; privateKey: string };
  /** Kubeconfigs of programs, beside the one of the user. */
  controllerManager: string;
  scheduler: string;
  nodeKubeconfig: string;
  /** Who signs for the simulated systems, in PEM. */
  simulatorAuthority: string;
  simulators: Files;
  /** For our own calls to the API server. */
  admin: KeyPair & { authority: string };
}

const loopback = ['localhost', '127.0.0.1'];
const mastersGroup = 'system:masters'; // may do everything, whatever the roles say

/** Makes everything anew and writes it where the programs look for it. */
export async function writeCredentials(places: Places, apiserverUrl: string, hosts: string[]): Promise<Credentials> {
  await mkdir(places.certificates, { recursive: true });
  const cluster = createAuthority('supercargo sandbox cluster CA');
  const systems = createAuthority('supercargo sandbox CA');
  const file = async (name: string, content: string) => {
    const path = join(places.certificates, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  };
  const issued = async (name: string, authority: Authority, subject: Subject): Promise<Files> => {
    const { certificate, key } = authority.issue(subject);
    return { certificate: await file(`${name}.pem`, certificate), key: await file(`${name}.key`, key) };
  };
  const kubeconfig = (name: string, subject: Subject) =>
    file(`${name}.kubeconfig`, toKubeconfig(name, apiserverUrl, cluster.certificate, cluster.issue(subject)));

  const admin = cluster.issue({ commonName: 'supercargo-admin', organization: mastersGroup });
  const name = `supercargo-${places.name}`;
  await writeFile(places.kubeconfig, toKubeconfig(name, apiserverUrl, cluster.certificate, admin), { mode: 0o600 });
  const signingKeys = createSigningKeys();
  return {
    clusterAuthority: await file('cluster-ca.pem', cluster.certificate),
    apiserver: await issued('apiserver', cluster, {
      commonName: 'kube-apiserver',
      names: [...loopback, 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
    }),
    kubeletClient: await issued('kubelet-client', cluster, {
      commonName: 'kube-apiserver-kubelet-client',
      organization: mastersGroup,
    }),
    node: await issued('node', cluster, { commonName: 'system:node:process', names: loopback }),
    serviceAccount: {
      publicKey: await file('service-account.pub', signingKeys.publicKey),
      privateKey: await file('service-account.key', signingKeys.privateKey),
    },
    controllerManager: await kubeconfig('controller-manager', { commonName: 'system:kube-controller-manager' }),
    scheduler: await kubeconfig('scheduler', { commonName: 'system:kube-scheduler' }),
    nodeKubeconfig: await kubeconfig('node', { commonName: 'supercargo-node', organization: mastersGroup }),
    simulatorAuthority: systems.certificate,
    simulators: await issued('simulators', systems, { commonName: 'simulators', names: [...hosts, ...loopback] }),
    admin: { ...admin, authority: cluster.certificate },
  };
}

/** A kubeconfig that needs no other file. */
function toKubeconfig(name: string, server: string, authority: string, { certificate, key }: KeyPair): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [{ name, user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'supercargo' } }],
    'current-context': name,
  });
}
