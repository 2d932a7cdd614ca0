/** What users' own tools say about the installation. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { findHelm } from '../../sandbox/helm.ts';
import { readSettings } from '../../sandbox/settings.ts';
import { promtool } from '../promtool.ts';
import { kubectl, sandbox } from './world.ts';

describe('tools', () => {
  it('kubectl explain describes every field of a mapping', async () => {
    const text = await kubectl(sandbox.namespace, 'explain', 'syncworkflow.spec.tasks.mapping', '--recursive');
    for (const field of ['set', 'from', 'constant', 'expression', 'default', 'lookup', 'required']) {
      expect(text).toMatch(new RegExp(`^\\s+${field}\\s`, 'm'));
      const page = await kubectl(sandbox.namespace, 'explain', `syncworkflow.spec.tasks.mapping.${field}`);
      expect(page).toMatch(/DESCRIPTION:\s+\S+/);
      expect(page).not.toContain('<empty>');
    }
  });

  it('promtool finds nothing to say about the metrics', async () => {
    const metrics = await (await fetch(sandbox.metrics)).text();
    expect(metrics).toContain('controller_runtime_reconcile_total');
    expect(metrics).toContain('supercargo_build_info');
    const checked = spawnSync(promtool(), ['check', 'metrics'], { input: metrics, encoding: 'utf8' });
    expect(checked.stderr + checked.stdout).toBe('');
    expect(checked.status).toBe(0);
  });

  it('helm lint passes', async () => {
    const linted = spawnSync(await findHelm(readSettings().cache), ['lint', 'charts/supercargo'], { encoding: 'utf8' });
    expect(linted.stdout).toContain('1 chart(s) linted, 0 chart(s) failed');
    expect(linted.status).toBe(0);
  });
});
