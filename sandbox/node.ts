/** The node of kind `process`: runs pods as child processes, by a table of what an image stands for. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiserverUrl } from './control-plane.ts';
import type { Credentials } from './credentials.ts';
import type { Places } from './places.ts';
import type { Ports } from './ports.ts';
import { start } from './process.ts';

const nodeName = 'process';

export function startNode(binaries: string, places: Places, ports: Ports, credentials: Credentials): void {
  const args = [
    `--kubeconfig=${credentials.nodeKubeconfig}`,
    `--node-name=${nodeName}`,
    `--data-dir=${places.node}`,
    `--images=${places.images}`,
    `--listen=127.0.0.1:${ports.node}`,
    `--tls-cert-file=${credentials.node.certificate}`,
    `--tls-private-key-file=${credentials.node.key}`,
    `--client-ca-file=${credentials.clusterAuthority}`,
    `--apiserver-url=${apiserverUrl(ports)}`,
  ];
  start({ name: 'process-node', command: join(binaries, 'process-node'), args }, places);
}

interface Images {
  images: Record<string, { entrypoint: string[]; paths: Record<string, string>; env: Record<string, string> }>;
}

/** Adds an image that has our programs in `/app`. Images from before stay: a Job of theirs may start a pod again. */
export async function addImage(places: Places, reference: string, programs: string): Promise<void> {
  const { images }: Images = await readFile(places.images, 'utf8').then(JSON.parse, () => ({ images: {} }));
  images[reference] = {
    entrypoint: [process.execPath],
    paths: { '/app': programs },
    env: { NODE_ENV: 'production' },
  };
  await writeFile(`${places.images}.new`, JSON.stringify({ images }, null, 2));
  await rename(`${places.images}.new`, places.images); // the node may read it at any moment
}
