/** Our own programs in the sandbox: bundled from this checkout, and the operator installed as on any cluster, by the chart with helm. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '../build.ts';
import { installRelease } from './helm.ts';
import { addImage } from './node.ts';
import { type Places, repository, type Sandbox } from './places.ts';
import { imageName, toValues, type Wishes } from './values.ts';

const run = promisify(execFile);

const release = 'supercargo';

/** Bundles this checkout as an image of the sandbox's node; the answer is its tag, which changes with the content only. */
export async function makeImage(places: Places): Promise<string> {
  const next = join(places.bundles, 'next');
  await bundle(next);
  const tag = `sandbox-${await hashOf(next)}`;
  const directory = join(places.bundles, tag);
  await rm(directory, { recursive: true, force: true });
  await rename(next, directory);
  await addImage(places, `${imageName}:${tag}`, directory);
  return tag;
}

async function hashOf(directory: string): Promise<string> {
  const hash = createHash('sha256');
  const paths = await Array.fromAsync(glob('**/*.{js,sql}', { cwd: directory }));
  for (const path of paths.sort()) hash.update(`${path}\0`).update(await readFile(join(directory, path)));
  return hash.digest('hex').slice(0, 12);
}

export interface Installation extends Wishes {
  helm: string;
  places: Places;
  /** Values of the chart on top of ours. */
  values?: Record<string, unknown>;
}

/** Installs or upgrades the release, and waits until the operator is available. */
export async function installOperator(sandbox: Sandbox, installation: Installation): Promise<void> {
  const { helm, places } = installation;
  const files = [places.values, `${places.values}.more`];
  await writeFile(places.values, JSON.stringify(toValues(sandbox, installation), null, 2), { mode: 0o600 });
  await writeFile(`${places.values}.more`, JSON.stringify(installation.values ?? {}));
  await mkdir(places.helm, { recursive: true });
  for (const name of toValues(sandbox, installation).namespaces) await createNamespace(sandbox, name);
  try {
    await installRelease({
      helm,
      kubeconfig: sandbox.kubeconfig,
      namespace: sandbox.namespace,
      name: release,
      chart: join(repository, 'charts', 'supercargo'),
      values: files,
      home: places.helm,
      waitSeconds: 90,
    });
  } catch (cause) {
    throw new Error(`the operator could not be installed: ${textOf(cause)}${await operatorLog(sandbox)}`, { cause });
  }
}

/** Pods that a strict cluster would refuse are refused here too. */
async function createNamespace(sandbox: Sandbox, name: string): Promise<void> {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  const applied = kubectl(sandbox, ['apply', '--server-side', '--filename', '-']);
  applied.child.stdin?.end(JSON.stringify(manifest));
  await applied;
}

/** What the operator said last, for the message about an installation that failed. */
async function operatorLog(sandbox: Sandbox): Promise<string> {
  const arguments_ = ['logs', `deployment/${release}`, '--tail=15', '--namespace', sandbox.namespace];
  const { stdout } = await kubectl(sandbox, arguments_).catch(() => ({ stdout: '' }));
  return stdout === '' ? '' : `\nThe operator says:\n${stdout}`;
}

/** Whether the operator's Deployment is available; null when there is none. */
export async function isAvailable(sandbox: Sandbox): Promise<boolean | null> {
  const path = '{.status.conditions[?(@.type=="Available")].status}';
  const arguments_ = ['get', 'deployment', release, '--namespace', sandbox.namespace, '--output', `jsonpath=${path}`];
  return kubectl(sandbox, arguments_).then(
    ({ stdout }) => stdout === 'True',
    () => null,
  );
}

function kubectl(sandbox: Sandbox, arguments_: string[]) {
  return run(sandbox.kubectl, ['--kubeconfig', sandbox.kubeconfig, ...arguments_]);
}

function textOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return stderr?.trim() || message;
}
