/**
 * `npm test`: every step in order, and one line at the end. `--fast` runs the part that needs no control plane (`npm run check`).
 * All steps run even when one fails, so that one run shows everything.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Step, steps } from './steps.ts';

interface Tally {
  passed: number;
  failed: number;
}

function run(step: Step): Tally {
  const started = performance.now();
  console.log(`\n== ${step.name}`);
  const [program = '', ...rest] = step.command;
  const ended = spawnSync(program, rest, { stdio: ['ignore', 'inherit', 'inherit'] });
  const ok = ended.status === 0;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `== ${step.name}: ${ok ? 'passed' : `FAILED${ended.error ? ` (${ended.error.message})` : ''}`} after ${seconds} s`,
  );
  return step.counts === undefined ? one(ok) : counted(step.counts, ok);
}

const one = (ok: boolean): Tally => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1 });

/** jest's own counts; a suite that could not even start counts as a failure. */
function counted(file: string, ok: boolean): Tally {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      numRuntimeErrorTestSuites: number;
    };
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    return { passed: result.numPassedTests, failed: failed === 0 && !ok ? 1 : failed };
  } catch {
    return one(false); // jest ended before it could write its counts
  }
}

const scratch = mkdtempSync(join(tmpdir(), 'supercargo-test-'));
const wanted = steps(scratch).filter(step => step.fast || !process.argv.includes('--fast'));
const tallies = wanted.map(step => run(step));
rmSync(scratch, { recursive: true });
const failed = tallies.reduce((total, tally) => total + tally.failed, 0);
const passed = tallies.reduce((total, tally) => total + tally.passed, 0);
process.exitCode = failed === 0 ? 0 : 1;
console.log(`\n${passed} passed, ${failed} failed`);
