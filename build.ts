/**
 * Bundles the two programs: `node build.ts [directory]` (default `dist`). Connectors become files of their own, loaded by name; the
 * operator's program reaches none of them before it asks, and it never asks.
 */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type BuildResult, build } from 'esbuild';

const root = import.meta.dirname;

/** What the pipeline reads beside its code: `new URL('./migrations/', import.meta.url)`. */
const migrations = 'pipeline/stage/migrations';

/** A driver that is not installed, and what reads kubeconfigs: in a pod the operator has its ServiceAccount. */
const neverLoaded = ['pg-native', '@kubernetes/client-node'];

/** Writes `operator.js`, `pipeline.js`, their parts and `migrations/` into a directory, which it empties before. */
export async function bundle(directory: string): Promise<BuildResult<{ metafile: true }>> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const result = await build({
    absWorkingDir: root,
    entryPoints: { operator: 'operator/main.ts', pipeline: 'pipeline/main.ts' },
    outdir: directory,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    keepNames: true, // kinds are found by the name of their class
    sourcemap: true,
    metafile: true,
    logLevel: 'warning',
    external: neverLoaded,
    // CommonJS packages inside call require for Node's own modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }\n');
  await cp(join(root, migrations), join(directory, 'migrations'), { recursive: true });
  return result;
}

if (import.meta.main) await bundle(resolve(root, process.argv[2] ?? 'dist'));
