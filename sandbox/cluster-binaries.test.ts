import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { findClusterBinaries } from './cluster-binaries.ts';
import type { Progress } from './progress.ts';

const tell: Progress = (_title, work) => work();
const all = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'process-node'];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'supercargo-binaries-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function fill(programs: string[]): Promise<void> {
  for (const program of programs) {
    await writeFile(join(dir, program), '');
    await chmod(join(dir, program), 0o755);
  }
}

it('takes the directory that the environment names', async () => {
  await fill(all);
  expect(await findClusterBinaries({ cache: '/none', clusterBinaries: dir }, tell, () => {})).toBe(dir);
  expect(await findClusterBinaries({ cache: '/none', kubebuilderAssets: dir }, tell, () => {})).toBe(dir);
});

it('says what a directory lacks that was named for us', async () => {
  await fill(['etcd', 'kube-apiserver', 'kubectl']);
  await expect(findClusterBinaries({ cache: '/none', clusterBinaries: dir }, tell, () => {})).rejects.toThrow(
    'it lacks kube-controller-manager, kube-scheduler, process-node',
  );
});
