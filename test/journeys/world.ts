/**
 * The sandbox that all journeys of one test run share, as a user has it: kubectl, the resources through kubernetes-fluent-client, and
 * the two systems through their control API. `setup.ts` starts it and `teardown.ts` ends it.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Sandbox } from '../../sandbox/places.ts';

const execute = promisify(execFile);

function started(): Sandbox {
  const file = process.env.SUPERCARGO_SANDBOX_FILE;
  if (file === undefined)
    throw new Error('no sandbox: run journeys as `npm run jest -- --selectProjects cluster <path>`');
  return JSON.parse(readFileSync(file, 'utf8')) as Sandbox;
}

export const sandbox = started();
process.env.KUBECONFIG = sandbox.kubeconfig;

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** kubectl in a namespace; a non-zero exit is an answer, not an error. */
export async function tryKubectl(namespace: string, ...args: string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await execute(sandbox.kubectl, ['-n', namespace, ...args], {
      env: { ...process.env, KUBECONFIG: sandbox.kubeconfig },
      maxBuffer: 64 * 1024 * 1024,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

export async function kubectl(namespace: string, ...args: string[]): Promise<string> {
  const ended = await tryKubectl(namespace, ...args);
  if (ended.code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${ended.code}: ${ended.stderr}`);
  return ended.stdout;
}

/** Applies a manifest given as text. */
export async function applyText(namespace: string, manifest: string): Promise<Ended> {
  const child = execFile(sandbox.kubectl, ['-n', namespace, 'apply', '-f', '-'], {
    env: { ...process.env, KUBECONFIG: sandbox.kubeconfig },
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: string) => (stdout += chunk));
  child.stderr?.on('data', (chunk: string) => (stderr += chunk));
  child.stdin?.end(manifest);
  const code = await new Promise<number>(resolve => child.on('close', exit => resolve(exit ?? 1)));
  return { code, stdout, stderr };
}

/** Asks again until the answer is there; the last answer is in the error. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  { seconds = 60, everyMs = 250 }: { seconds?: number; everyMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise(resolve => setTimeout(resolve, everyMs));
  }
}

/** Waits until the next tick of a schedule with this period is far enough away for a test that no scheduled run may join. */
export async function farFromTick(periodSeconds: number, neededSeconds: number): Promise<void> {
  const left = periodSeconds - ((Date.now() / 1000) % periodSeconds);
  if (left < neededSeconds) await new Promise(resolve => setTimeout(resolve, (left + 1) * 1000));
}

/** The manifests of a folder as text, for tests that apply a changed copy. */
export function manifests(folder: string, ...files: string[]): string {
  return files.map(file => readFileSync(`${folder}/${file}`, 'utf8')).join('\n---\n');
}

/** A run leaves the last two seconds of the shop's clock to the next one, and the shop counts whole seconds. */
export const settled = () => new Promise(resolve => setTimeout(resolve, 3500));
