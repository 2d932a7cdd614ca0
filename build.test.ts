import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Metafile } from 'esbuild';
import { bundle } from './build.ts';

let directory: string;
let outputs: Metafile['outputs'];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'supercargo-build-'));
  ({
    metafile: { outputs },
  } = await bundle(directory));
}, 60_000);
afterAll(() => rm(directory, { recursive: true }));

/** The source files that a program loads when it starts; what it may ask for later is not among them. */
function loadedBy(program: string): string[] {
  const start = Object.keys(outputs).find(
    path => relative(directory, path) === program || path.endsWith(`/${program}`),
  );
  const seen = new Set<string>();
  const visit = (path: string) => {
    const output = outputs[path];
    if (output === undefined || seen.has(path)) return;
    seen.add(path);
    for (const { path: next, kind } of output.imports) if (kind === 'import-statement') visit(next);
  };
  visit(start ?? '');
  return [...seen].flatMap(path => Object.keys(outputs[path]?.inputs ?? {}));
}

it.each([
  ['operator.js', 'operator/main.ts'],
  ['pipeline.js', 'pipeline/main.ts'],
])('makes %s of %s', (program, source) => {
  expect(loadedBy(program)).toContain(source);
});

it('gives the operator no connector but its facts', () => {
  const connectors = loadedBy('operator.js').filter(path => /^connectors\/.+\//.test(path));
  expect(connectors.length).toBeGreaterThan(0);
  expect(connectors.filter(path => !path.endsWith('/facts.ts'))).toEqual([]);
});

it('gives neither program a simulator, nor the pipeline a client of Kubernetes', () => {
  const inputs = Object.values(outputs).flatMap(output => Object.keys(output.inputs));
  expect(inputs.filter(path => path.includes('/simulator/'))).toEqual([]);
  expect(
    loadedBy('pipeline.js').filter(path => /node_modules\/(@kubernetes|kubernetes-fluent-client)\//.test(path)),
  ).toEqual([]);
});

it('brings the migrations of the ledger', async () => {
  expect(await readdir(join(directory, 'migrations'))).toEqual(await readdir('pipeline/stage/migrations'));
  await access(join(directory, 'package.json'));
});
