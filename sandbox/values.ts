/** What an administrator would write for this cluster, as values of the chart. */
import type { Sandbox } from './places.ts';
import type { Ports } from './ports.ts';
import { hosts, type Simulators, systems } from './simulators.ts';

export const imageName = 'supercargo/supercargo';

export interface Wishes {
  ports: Pick<Ports, 'operatorHealth' | 'operatorMetrics'>;
  tag: string;
  /** In PEM: whom the workers trust beside the public authorities. */
  simulatorAuthority: string;
  replicas: number;
  /** Served beside the sandbox's own. */
  namespaces?: string[];
  relistSeconds?: number;
}

/** The image, the ledger, who is reached where, and free ports. */
export function toValues(sandbox: Pick<Sandbox, 'ledger' | 'namespace' | 'simulators'>, wishes: Wishes) {
  return {
    replicas: wishes.replicas,
    namespaces: [sandbox.namespace, ...(wishes.namespaces ?? [])],
    image: { repository: imageName, tag: wishes.tag, pullPolicy: 'IfNotPresent' },
    // Pods of this node share the ports of the machine: the old one has to go before the new one can listen.
    strategy: { type: 'Recreate', rollingUpdate: null },
    health: { port: wishes.ports.operatorHealth },
    metrics: { port: wishes.ports.operatorMetrics, service: { enabled: false } }, // Services lead nowhere here
    ...(wishes.relistSeconds !== undefined && { relistSeconds: wishes.relistSeconds }),
    ledger: { url: sandbox.ledger },
    egress: { routes: routesTo(sandbox.simulators) },
    network: { caPem: wishes.simulatorAuthority },
  };
}

/** The hosts of the manifests, led to the simulators' ports. */
function routesTo(simulators: Simulators): { host: string; port: number; to: string }[] {
  return systems.flatMap(system => {
    const simulator = simulators[system];
    return simulator === undefined ? [] : [{ host: hosts[system], port: 443, to: new URL(simulator.url).host }];
  });
}
