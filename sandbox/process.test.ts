import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { identify, isAlive, noted, ready, start, startTimeOf, stop } from './process.ts';

describe('startTimeOf', () => {
  const rest = `S ${Array.from({ length: 18 }, (_, n) => n).join(' ')} 4711 1 2`;

  it.each([
    ['a plain name', `12 (etcd) ${rest}`, '4711'],
    ['a name with brackets and blanks', `12 (a) S (b) ${rest}`, '4711'],
    ['a zombie, which has ended', `12 (etcd) Z${rest.slice(1)}`, null],
  ])('reads field 22 after %s', (_why, stat, want) => {
    expect(startTimeOf(stat)).toBe(want);
  });
});

describe('identity', () => {
  it('knows a living process again', () => {
    const me = identify(process.pid);
    expect(me !== null && isAlive(me)).toBe(true);
  });

  it('does not take another process with the same pid for it', () => {
    const me = identify(process.pid);
    expect(me !== null && isAlive({ ...me, start: '1' })).toBe(false);
    expect(me !== null && isAlive({ ...me, boot: 'another' })).toBe(false);
  });
});

describe('a program', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'supercargo-process-'));
  });
  afterEach(() => rm(dir, { recursive: true }));
  const places = () => ({ processes: join(dir, 'processes'), logs: join(dir, 'logs') });

  it('is noted, logged, and ended with what it started', async () => {
    const started = start({ name: 'shell', command: 'sh', args: ['-c', 'echo up; sleep 60 & wait'] }, places());
    await ready(started, async () => (await readFile(started.log, 'utf8')) === 'up\n', 5);
    const found = await noted(dir);
    expect([...found.keys()]).toEqual(['processes/shell']);
    await stop([...found.values()], 'SIGTERM', 2_000);
    expect([...found.values()].some(isAlive)).toBe(false);
  });

  it('is ended by force when it does not listen', async () => {
    const started = start(
      { name: 'deaf', command: 'sh', args: ['-c', 'trap "" TERM; echo up; sleep 60 & wait; wait'] },
      places(),
    );
    await ready(started, async () => (await readFile(started.log, 'utf8')) === 'up\n', 5);
    await stop([...(await noted(dir)).values()], 'SIGTERM', 50);
    expect(identify(started.pid)).toBeNull();
  });

  it('that ends early is reported with the end of its log', async () => {
    const started = start({ name: 'broken', command: 'sh', args: ['-c', 'echo no such flag; exit 3'] }, places());
    await expect(ready(started, async () => false, 5)).rejects.toThrow(
      /broken ended with exit code 3.*\n {2}no such flag/,
    );
  });
});
