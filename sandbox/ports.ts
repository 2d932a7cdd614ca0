/** The ports of one sandbox: a block of neighbours, so that knowing one is knowing all. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const places = [
  'etcd',
  'etcdPeer',
  'apiserver',
  'controllerManager',
  'scheduler',
  'node',
  'ledger',
  'operatorHealth',
  'operatorMetrics',
  'simulators', // and those after it, two for each system
] as const;

export type Ports = Record<(typeof places)[number], number>;

/** Below the range from which the system takes ports for outgoing connections: a pod that starts again finds its own still free. */
const lowest = 20_000;
const highest = 32_000;
const blockLength = 32;

export function portTable(first: number): Ports {
  return Object.fromEntries(places.map((place, n) => [place, first + n])) as Ports;
}

/** A block in which every port is free now. Its place is a matter of chance, so that sandboxes started together do not meet. */
export async function freePorts(): Promise<Ports> {
  for (let tries = 0; tries < 100; tries++) {
    const first = lowest + blockLength * randomInt((highest - lowest) / blockLength);
    const all = Array.from({ length: blockLength }, (_, n) => first + n);
    if ((await Promise.all(all.map(isFree))).every(Boolean)) return portTable(first);
  }
  throw new Error(`no ${blockLength} free ports in a row between ${lowest} and ${highest}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
