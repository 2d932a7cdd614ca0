/** What the accounts may do, as the API server sees it. */
import { describe, expect, it } from '@jest/globals';
import { K8s, kind } from 'kubernetes-fluent-client';
import { kubectl, sandbox, tryKubectl } from './world.ts';

const operator = `system:serviceaccount:${sandbox.namespace}:supercargo`;
const worker = (namespace: string) => `system:serviceaccount:${namespace}:supercargo-worker`;

const accounts = [
  { name: 'the operator', as: operator, namespace: sandbox.namespace },
  { name: 'the operator in another namespace', as: operator, namespace: 'example' },
  { name: 'the worker', as: worker(sandbox.namespace), namespace: sandbox.namespace },
  { name: 'the worker of another namespace', as: worker('example'), namespace: 'example' },
];

describe('rights', () => {
  for (const account of accounts) {
    it(`gives ${account.name} no verb on Secrets and none on everything`, async () => {
      const list = await kubectl(account.namespace, 'auth', 'can-i', '--list', `--as=${account.as}`);
      const rows = list
        .split('\n')
        .slice(1)
        .filter(row => row.trim() !== '');
      expect(rows.length).toBeGreaterThan(3); // what every account may ask about itself
      const wide = rows.filter(row => /^(secrets|\*)/.test(row) || /\[\*\]\s*$/.test(row));
      expect(wide).toEqual([]);
      for (const verb of ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']) {
        expect(
          (await tryKubectl(account.namespace, 'auth', 'can-i', verb, 'secrets', `--as=${account.as}`)).stdout.trim(),
        ).toBe('no');
      }
    });
  }

  it('lets the worker do nothing with our kinds', async () => {
    for (const resource of ['syncruns', 'syncworkflows', 'connections', 'configmaps', 'pods', 'jobs']) {
      const answer = await tryKubectl('example', 'auth', 'can-i', 'get', resource, `--as=${worker('example')}`);
      expect(answer.stdout.trim()).toBe('no');
    }
  });

  it('gives the worker no API token: neither account nor pod mounts one', async () => {
    await kubectl('example', 'apply', '-f', 'examples/magento-to-sage300');
    await kubectl('example', 'wait', '--for=condition=Ready', '--timeout=90s', 'connection', '--all');
    const account = await K8s(kind.ServiceAccount).InNamespace('example').Get('supercargo-worker');
    expect(account.automountServiceAccountToken).toBe(false);
    const pods = (
      await K8s(kind.Pod).InNamespace('example').WithLabel('app.kubernetes.io/managed-by', 'supercargo').Get()
    ).items;
    expect(pods.length).toBeGreaterThan(0);
    for (const pod of pods) {
      const sources = (pod.spec?.volumes ?? []).flatMap(volume => volume.projected?.sources ?? []);
      expect(sources.filter(source => source.serviceAccountToken !== undefined)).toEqual([]);
    }
  });
});
