import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** The outputs that a program loads when it starts; what it may ask for later is not among them. */
function loadedBy(program: string): Metafile['outputs'][string][] {
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path) || outputs[path] === undefined) return;
    seen.add(path);
    for (const { path: next, kind } of outputs[path].imports) if (kind === 'import-statement') visit(next);
  };
  visit(Object.keys(outputs).find(path => path.endsWith(`/${program}`)) ?? '');
  return [...seen].flatMap(path => outputs[path] ?? []);
}

const sources = (program: string) => loadedBy(program).flatMap(output => Object.keys(output.inputs));

it.each([
  ['operator.js', 'operator/main.ts'],
  ['pipeline.js', 'pipeline/main.ts'],
])('makes %s of %s', (program, source) => {
  expect(sources(program)).toContain(source);
});

it('gives the operator no connector but its facts', () => {
  const connectors = sources('operator.js').filter(path => /^connectors\/.+\//.test(path));
  expect(connectors.length).toBeGreaterThan(0);
  expect(connectors.filter(path => !path.endsWith('/facts.ts'))).toEqual([]);
});

it('gives neither program a simulator', () => {
  const inputs = Object.values(outputs).flatMap(output => Object.keys(output.inputs));
  expect(inputs.filter(path => path.includes('/simulator/'))).toEqual([]);
});

it.each(['operator.js', 'pipeline.js'])('lets %s start with nothing beside it but Node', program => {
  const outside = loadedBy(program).flatMap(output => output.imports.filter(one => one.external));
  const packages = outside.filter(({ path, kind }) => kind === 'import-statement' && !isBuiltin(path));
  expect(packages).toEqual([]);
});

it('brings the migrations of the ledger', async () => {
  expect(await readdir(join(directory, 'migrations'))).toEqual(await readdir('pipeline/stage/migrations'));
  await access(join(directory, 'package.json'));
});
