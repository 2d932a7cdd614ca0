import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { withLock } from './lock.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'supercargo-lock-'));
});
afterEach(() => rm(dir, { recursive: true }));

it('lets the second wait for the first, and says so once', async () => {
  const path = join(dir, 'new', 'lock');
  const story: string[] = [];
  const say = (line: string) => () => void story.push(line);
  const working = Promise.withResolvers<void>();
  const first = withLock(path, say('first waits'), async () => {
    story.push('first works');
    working.resolve();
    await sleep(250);
    story.push('first is done');
  });
  await working.promise;
  await withLock(path, say('second waits'), async () => story.push('second works'));
  await first;
  expect(story).toEqual(['first works', 'second waits', 'first is done', 'second works']);
});

it('is free again after work that failed', async () => {
  const path = join(dir, 'lock');
  await expect(
    withLock(
      path,
      () => {},
      () => Promise.reject(new Error('no')),
    ),
  ).rejects.toThrow('no');
  expect(
    await withLock(
      path,
      () => {},
      async () => 'works',
    ),
  ).toBe('works');
});

it('is free again after its holder was killed', async () => {
  const path = join(dir, 'lock');
  const program = `import('${join(import.meta.dirname, 'lock.ts')}').then(({withLock}) =>
    withLock(${JSON.stringify(path)}, () => {}, () => { console.log('held'); return new Promise(r => setTimeout(r, 60_000)); }))`;
  const holder = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  let waited = false;
  const mine = withLock(
    path,
    () => {
      waited = true;
      holder.kill('SIGKILL');
    },
    async () => 'mine',
  );
  expect(await mine).toBe('mine');
  expect(waited).toBe(true);
});
