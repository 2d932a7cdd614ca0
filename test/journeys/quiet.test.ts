/** What the operator writes when nothing happens, and when one workflow comes: the API server's own audit log tells. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { applyText, farFromTick, kubectl, manifests, sandbox } from './world.ts';

const namespace = 'quiet';
const folder = 'examples/magento-to-sage300';

interface AuditEvent {
  stage: string;
  verb: string;
  requestURI: string;
  requestReceivedTimestamp: string;
  user: { username: string };
  objectRef?: { resource?: string; subresource?: string; name?: string; namespace?: string };
}

const log = join(dirname(sandbox.kubeconfig), 'audit.log');
const operator = `system:serviceaccount:${sandbox.namespace}:supercargo`;

/** The operator's writes since a moment, in order. */
function writes(since: number): AuditEvent[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter(line => line.includes(operator) && line.includes('"ResponseComplete"'))
    .map(line => JSON.parse(line) as AuditEvent)
    .filter(event => !['get', 'list', 'watch'].includes(event.verb))
    .filter(event => Date.parse(event.requestReceivedTimestamp) >= since);
}

const told = (events: AuditEvent[]) => events.map(event => `${event.verb} ${event.requestURI}`);

beforeAll(async () => {
  const shared = manifests(folder, 'credentials.yaml', 'connections.yaml', 'lookup-tables.yaml');
  expect((await applyText(namespace, shared)).stderr).toBe('');
  await kubectl(namespace, 'wait', '--for=condition=Ready', '--timeout=90s', 'connection,lookuptable', '--all');
});

describe('the audit log', () => {
  it('shows at most four writes for a new workflow until it is Ready', async () => {
    await new Promise(resolve => setTimeout(resolve, 3000));
    const since = Date.now();
    const text = manifests(folder, 'workflow.yaml').replace(/ {2}schedule:.*\n/, '');
    expect((await applyText(namespace, text)).stderr).toBe('');
    await kubectl(namespace, 'wait', '--for=condition=Ready', '--timeout=60s', 'syncworkflow/customer-update');
    const made = writes(since).filter(event => !['leases', 'events'].includes(event.objectRef?.resource ?? ''));
    const isReady = (event: AuditEvent) => event.objectRef?.resource === 'syncworkflows';
    const untilReady = made.slice(0, made.findIndex(isReady) + 1);
    expect(untilReady.length).toBeGreaterThan(0);
    expect(untilReady.length <= 4 ? [] : told(untilReady)).toEqual([]);
    expect(made.filter(isReady)).toHaveLength(1);
  });

  it('shows nothing but the Lease in 90 quiet seconds, with a relist every 20', async () => {
    await kubectl(sandbox.namespace, 'get', 'deployment', '-o', 'yaml').then(yaml =>
      expect(yaml).toMatch(/SUPERCARGO_RELIST_SECONDS\s+value: "20"/),
    );
    for (const other of (
      await kubectl(
        namespace,
        'get',
        'syncworkflows',
        '-A',
        '-o',
        'jsonpath={range .items[*]}{.metadata.namespace} {.metadata.name}{"\\n"}{end}',
      )
    ).split('\n')) {
      const [inNamespace, name] = other.split(' ');
      if (inNamespace === undefined || name === undefined) continue;
      await kubectl(inNamespace, 'patch', 'syncworkflow', name, '--type=merge', '-p', '{"spec":{"suspend":true}}');
    }
    await farFromTick(60, 5);
    await new Promise(resolve => setTimeout(resolve, 10_000));
    const since = Date.now();
    await new Promise(resolve => setTimeout(resolve, 90_000));
    const made = writes(since);
    expect(made.filter(event => event.objectRef?.resource === 'leases').length).toBeGreaterThan(10);
    expect(told(made.filter(event => event.objectRef?.resource !== 'leases'))).toEqual([]);
  });
});
